"""Logging and editing an event; adding an attendance, a headcount, a contribution."""

from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from tracker.forms.base import (
    BaseForm,
    CheckListField,
    ClockField,
    CountryField,
    LongTextField,
    NumberField,
    PartialDateField,
    TextField,
    UrlField,
    WordField,
    ends_before_start,
)
from tracker.forms.references import ReferenceField
from tracker.i18n import language
from tracker.labels import choices
from tracker.models.vocabulary import (
    EVENT_KINDS,
    EVENT_MODES,
    EVENT_STATUSES,
    RELATIONS,
    VISIBILITIES,
)
from tracker.models.when import first_day, hour_exists, is_day, last_day, zone_names

_ORGANIZATIONS = "/suggest/organizations"


class EventForm(BaseForm):
    """One page to log a meeting; what is left empty is suggested by what is filled in."""

    space_code = ReferenceField(_l("Space"), suggest="/suggest/spaces")
    name_en = TextField(_l("Name in English"))
    name_es = TextField(_l("Name in Spanish"))
    name_pt = TextField(_l("Name in Portuguese"))
    edition = NumberField(_l("Edition"), lowest=0, highest=9999)
    kind = WordField(_l("Kind"), choices=choices("event_kind", EVENT_KINDS))
    start_date = PartialDateField(_l("First day"))
    end_date = PartialDateField(_l("Last day"))
    start_time = ClockField(_l("From"))
    end_time = ClockField(_l("To"))
    timezone = TextField(
        _l("Time zone"),
        max_length=64,
        render_kw={"data-suggest": "/suggest/timezones", "autocomplete": "off"},
    )
    mode = WordField(_l("Mode"), choices=choices("mode", EVENT_MODES))
    venue = TextField(_l("Venue"))
    city = TextField(_l("City"), max_length=120)
    country = CountryField(_l("Country"))
    latitude = NumberField(_l("Latitude"), lowest=-90, highest=90, whole=False, grouped=False)
    longitude = NumberField(_l("Longitude"), lowest=-180, highest=180, whole=False, grouped=False)
    organizer_acronyms = ReferenceField(_l("Organizers"), suggest=_ORGANIZATIONS, many=True)
    partner_acronyms = ReferenceField(_l("Partners"), suggest=_ORGANIZATIONS, many=True)
    host_acronyms = ReferenceField(_l("Hosts"), suggest=_ORGANIZATIONS, many=True)
    sponsor_acronyms = ReferenceField(_l("Sponsors"), suggest=_ORGANIZATIONS, many=True)
    parent_key = ReferenceField(_l("Larger event"), suggest="/suggest/events")
    relation = WordField(_l("Relation to it"), choices=choices("relation", RELATIONS, empty="–"))
    status = WordField(_l("Status"), choices=choices("event_status", EVENT_STATUSES))
    visibility = WordField(_l("Who sees it"), choices=choices("visibility", VISIBILITIES))
    owner_acronym = ReferenceField(_l("Owner organization"), suggest=_ORGANIZATIONS)
    series = TextField(_l("Series"), max_length=120)
    repeat = NumberField(_l("Repeat weekly, times"), lowest=2, highest=60)
    topics = CheckListField(_l("Topics"), choices=[])
    languages = TextField(_l("Languages"), max_length=80)
    description = LongTextField(_l("Description"))
    url = UrlField(_l("Website"), max_length=500)
    join_url = UrlField(_l("Link to join"), max_length=500)
    source = TextField(_l("Source"), max_length=1000)
    notes = LongTextField(_l("Notes"))
    version = HiddenField()

    def _check_named(self, field: Any) -> None:
        """Said beside the name that the reader's language asks for first."""
        named = self.name_en.data or self.name_es.data or self.name_pt.data
        if not named and field.name == f"name_{language()}":
            raise ValidationError(_("It needs a name, in one language at least."))

    validate_name_en = validate_name_es = validate_name_pt = _check_named

    def validate_end_date(self, field: Any) -> None:
        if field.data and not self.start_date.data:
            raise ValidationError(_("Without a first day there is no last day."))
        if not self.start_date.errors and ends_before_start(self.start_date.data, field.data):
            raise ValidationError(_("The last day is before the first day."))

    def validate_timezone(self, field: Any) -> None:
        if field.data and field.data not in zone_names():
            raise ValidationError(_("There is no such time zone. Try a city, like Montevideo."))
        if self.start_time.data and not field.data:
            raise ValidationError(_("Times need a time zone."))

    def validate_start_time(self, field: Any) -> None:
        if field.data and not is_day(self.start_date.data):
            raise ValidationError(_("A time needs a day."))
        if field.data and self._days() > 2:
            raise ValidationError(
                _("An event of several days has no times; log the hours as its parts.")
            )
        self._check_hour(field, self.start_date.data)

    def _days(self) -> int:
        """How many days it lasts, 0 where its dates cannot be read."""
        if self.start_date.errors or self.end_date.errors or not self.start_date.data:
            return 0
        closing = last_day(self.end_date.data or self.start_date.data)
        return (closing - first_day(self.start_date.data)).days + 1

    def validate_end_time(self, field: Any) -> None:
        if field.data is None:
            return
        if self.start_time.data is None:
            raise ValidationError(_("Say also when it starts."))
        days = self._days()
        if not is_day(self.start_date.data) or not 1 <= days <= 2:
            return
        if days == 1 and field.data < self.start_time.data:
            raise ValidationError(
                _("It ends before it starts. If it passes midnight, set the last day.")
            )
        self._check_hour(
            field, last_day(self.end_date.data or self.start_date.data or "").isoformat()
        )

    def _check_hour(self, field: Any, day: str | None) -> None:
        zone = self.timezone.data
        if not field.data or not is_day(day) or zone not in zone_names() or self.start_date.errors:
            return
        if not hour_exists(first_day(day or ""), field.data, zone):
            raise ValidationError(
                _("The clocks skipped this time that day in %(zone)s.", zone=zone)
            )

    def validate_relation(self, field: Any) -> None:
        if field.data and not self.parent_key.data:
            raise ValidationError(_("Say of which event, too."))


class DeleteForm(BaseForm):
    """Nothing but the token."""
