"""Calendars brought in: where they are read from, what their events get, what items are."""

from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import BooleanField, FileField, HiddenField
from wtforms.validators import ValidationError

from tracker.forms.base import BaseForm, Required, TextField, WordField
from tracker.forms.references import ReferenceField
from tracker.i18n import LANGUAGE_NAMES
from tracker.labels import choices
from tracker.models.vocabulary import EVENT_KINDS, VISIBILITIES


class AddressField(TextField):
    """The address of a calendar, however its publisher hands it out; what it gives is found out."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        render = {"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(label, max_length=2000, render_kw=render, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and (" " in self.data or "." not in self.data.replace("localhost", ".")):
            raise ValidationError(_("That is no web address."))


class DefaultsMixin:
    """What the events of a calendar get where it does not say otherwise."""

    space_code = ReferenceField(_l("Space"), suggest="/suggest/spaces")
    kind = WordField(_l("Kind"), choices=choices("event_kind", EVENT_KINDS))
    owner_acronym = ReferenceField(_l("Owner organization"), suggest="/suggest/organizations")
    visibility = WordField(_l("Who sees it"), choices=choices("visibility", VISIBILITIES))
    language = WordField(_l("Language of its texts"), choices=list(LANGUAGE_NAMES.items()))
    adds_new = BooleanField(_l("Record new events without asking"))  # type: ignore[arg-type]


class NewCalendarForm(DefaultsMixin, BaseForm):
    """A calendar by its address or as a file; the view reads the file, this form its name."""

    address = AddressField(_l("Address"))
    file = FileField(_l("File"))  # type: ignore[arg-type]
    name = TextField(_l("Name"), max_length=200)


class CalendarForm(DefaultsMixin, BaseForm):
    """What may be changed of a calendar later; its address only if it has one."""

    name = TextField(_l("Name"), max_length=200, validators=[Required()])
    address = AddressField(_l("Address"))


class CalendarFileForm(BaseForm):
    """A newer file of a calendar that has no address."""

    file = FileField(_l("File"))  # type: ignore[arg-type]


class EventChoiceForm(BaseForm):
    """Which event an item is, where it is none of the candidates."""

    item = HiddenField()
    event_key = ReferenceField(_l("Another event"), suggest="/suggest/events")
