"""A private feed: its name, whose events it shows, and the filters over them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import Field, HiddenField
from wtforms.validators import ValidationError
from wtforms.widgets import DateInput

from tracker.forms.base import BaseForm, Pairs, Required, TextField, WordField
from tracker.forms.references import ReferenceField
from tracker.i18n import LANGUAGE_NAMES
from tracker.models.vocabulary import FEED_SCOPES

LONGEST_NAME = 100
MOST_ORGANIZATIONS = 30
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class FilterField(Field):
    """The values of a filter; the view offers what there is before the form is validated."""

    data: list[str]
    found: Pairs = ()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = list(dict.fromkeys(value for value in valuelist if value))

    @property
    def picks(self) -> list[tuple[str, str, bool]]:
        """What is offered, as (value, text, whether it is chosen)."""
        return [(value, text, value in self.data) for value, text in self.found]

    def pre_validate(self, form: Any) -> None:
        if set(self.data) - {value for value, _text in self.found}:
            raise ValidationError(_("Choose one of the list."))


class DayField(TextField):
    """A day, `2026-10-05`."""

    widget = DateInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, max_length=10, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data:
            try:
                if not _ISO_DAY.fullmatch(self.data):
                    raise ValueError(self.data)
                date.fromisoformat(self.data)
            except ValueError as error:
                raise ValidationError(_("A date like 2026-10-05.")) from error


class PrivateFeedForm(BaseForm):
    """What its owner decides of a private feed; the filters are those of the public ones."""

    # Sent once: the page that comes back, loaded again, must not make a second feed.
    once = HiddenField()
    name = TextField(_l("Name"), max_length=LONGEST_NAME, validators=[Required()])
    scope = WordField(
        _l("Which events"), choices=[(scope, scope) for scope in FEED_SCOPES], default="all"
    )
    language = WordField(_l("Language"), choices=list(LANGUAGE_NAMES.items()))
    space = FilterField(_l("Space"))
    kind = FilterField(_l("Kind"))
    country = FilterField(_l("Country"))
    topic = FilterField(_l("Topic"))
    mode = FilterField(_l("Mode"))
    status = FilterField(_l("Status"))
    grouping = FilterField(_l("Group"))
    organization = ReferenceField(
        _l("Organizer or partner"), suggest="/suggest/organizations", many=True
    )
    q = TextField(_l("Words in the name"), max_length=200)
    first = DayField(_l("From"), name="from")
    last = DayField(_l("To"), name="to")

    def offer(self, found: Mapping[str, Pairs]) -> None:
        """Offer what each filter can be."""
        for field in self:
            if isinstance(field, FilterField):
                field.found = found[field.name]

    def filters(self) -> dict[str, list[str]]:
        """The filters in force, as a query string has them; organizations settled by the view."""
        values = {field.name: field.data for field in self if isinstance(field, FilterField)}
        values["organization"] = [organization.slug for organization in self.organization.things]
        for field in (self.q, self.first, self.last):
            values[field.name] = [field.data] if field.data else []
        return {name: chosen for name, chosen in values.items() if chosen}

    @property
    def more_open(self) -> bool:
        """Whether one of the filters that are folded away says something."""
        folded = (self.mode, self.status, self.grouping, self.organization, self.q, self.first,
                  self.last)  # fmt: skip
        return any(field.data or field.errors for field in folded)

    def validate_organization(self, field: Any) -> None:
        if len(field.names()) > MOST_ORGANIZATIONS:
            raise ValidationError(
                _("At most %(max)d names at once, please.", max=MOST_ORGANIZATIONS)
            )

    def validate_last(self, field: Any) -> None:
        days = (self.first, self.last)
        if all(day.data and not day.errors for day in days) and field.data < self.first.data:
            raise ValidationError(_("“to” is before “from”."))
