"""Attendee files: handing one in, how it is read, whom its rows stand for, what is recorded."""

from collections.abc import Sequence

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import BooleanField, FileField, RadioField, TextAreaField
from wtforms.validators import ValidationError

from tracker.forms.base import BaseForm, NumberField, TextField, WordField
from tracker.forms.references import ReferenceField
from tracker.labels import choices

FORMATS = (
    "auto", "zoom-meeting", "zoom-meeting-unique", "zoom-webinar", "zoom-registration", "teams",
    "teams-events", "webex", "google-meet", "eventbrite", "indico", "form", "sheet", "csv",
    "pasted",
)  # fmt: skip
FIELDS = (
    "", "name", "first_name", "last_name", "email", "organization", "country", "role", "status",
    "mode", "joined", "left", "minutes", "hours", "present",
)  # fmt: skip
LONGEST_DAY = 24 * 60


class ImportForm(BaseForm):
    """A file, or a list pasted in its place; the view reads the file, this form its name."""

    file = FileField(_l("File"))  # type: ignore[arg-type]
    # Neither cleaned nor trimmed: tabs separate columns, and what was pasted is kept as it was.
    # Its id is what `#paste` names: a browser that goes there puts the focus into it.
    text = TextAreaField(_l("List"), id="paste")  # type: ignore[arg-type]
    format = WordField(_l("Format"), choices=choices("import_format", FORMATS))


class AnswerForm(BaseForm):
    """Whom a question means, where it is none of the candidates."""

    person_key = ReferenceField(_l("Somebody else"), suggest="/suggest/people")
    # Of somebody new of whom the file gives an address only.
    name = TextField(_l("Name"))
    always = BooleanField(_l("Always so"))  # type: ignore[arg-type]


class OrganizationAnswerForm(BaseForm):
    """Which organization a text means, where it is none of the candidates."""

    organization_acronym = ReferenceField(
        _l("Another organization"), suggest="/suggest/organizations"
    )
    always = BooleanField(_l("Always so"))  # type: ignore[arg-type]


class OptionsForm(BaseForm):
    """What of a file is recorded."""

    minimum_minutes = NumberField(_l("At least so many minutes"), highest=LONGEST_DAY)
    mark_no_shows = BooleanField(_l("Mark those who registered and are not in it as no-show"))  # type: ignore[arg-type]


class DatesForm(BaseForm):
    """Which of the orders that its dates can be read in is a file's."""

    dates = RadioField(_l("Which day is meant?"), validate_choice=False)  # type: ignore[arg-type]

    def validate_dates(self, field: RadioField) -> None:
        if field.data not in [choice[0] for choice in field.choices or ()]:
            raise ValidationError(_("Choose one of the list."))


class ColumnsForm(BaseForm):
    """What each column of a file means; made anew for each heading by `columns_form`."""

    def columns(self) -> list[str]:
        """The meaning of each column in their order, empty where it is ignored."""
        fields = (field for field in self if field.name.startswith("column-"))
        return [field.data or "" for field in fields]

    def validate(self, extra_validators: object = None) -> bool:
        """Names or addresses there must be, and nothing twice but names."""
        valid = bool(super().validate())
        chosen = self.columns()
        if valid and not {"name", "first_name", "last_name", "email"} & set(chosen):
            self.fail(None, _("Say which column holds names or addresses."))
        twice = [field for field in FIELDS[1:] if chosen.count(field) > 1]
        for field in (field for field in self if field.data in twice):
            self.fail(field.name, _("Another column has this meaning already."))
        return valid and not self.errors


def columns_form(heading: Sequence[str], guessed: Sequence[str | None]) -> ColumnsForm:
    """A form with a select for every column, on what the reader guessed."""
    meanings = choices("import_field", FIELDS)
    fields = {
        f"column-{number}": WordField(title or "–", choices=meanings)
        for number, title in enumerate(heading)
    }
    data = {
        name: meaning if meaning in FIELDS else ""
        for name, meaning in zip(fields, [*guessed, *[""] * len(fields)], strict=False)
    }
    form: ColumnsForm = type("ColumnsForm", (ColumnsForm,), fields)(data=data)
    return form
