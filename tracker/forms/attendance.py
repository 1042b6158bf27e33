"""Who attended, how many, and what they brought."""

import re
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import Field, HiddenField
from wtforms.validators import ValidationError

from tracker.forms.base import (
    BaseForm,
    CheckListField,
    CountryField,
    LongTextField,
    NumberField,
    PartialDateField,
    Required,
    TextField,
    UrlField,
    WordField,
)
from tracker.forms.references import ReferenceField
from tracker.labels import choices
from tracker.models.vocabulary import (
    ATTENDANCE_MODES,
    ATTENDANCE_ROLES,
    ATTENDANCE_STATUSES,
    CONTRIBUTION_KINDS,
    HEADCOUNT_DIMENSIONS,
    HEADCOUNT_METRICS,
    HEADCOUNT_MODES,
    HEADCOUNT_UNITS,
    QUALIFIERS,
    STAKEHOLDER_GROUPS,
)

_ID = re.compile(r"\d{1,9}", re.ASCII)
MOST_ASKED = 1000


class AskedField(Field):
    """Ids, sent once each by a hidden field."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [int(text) for text in valuelist if _ID.fullmatch(text)]


class QuickAttendanceForm(BaseForm):
    """One line: a name, and Enter."""

    person_key = ReferenceField(_l("Name"), validators=[Required()])
    organization_acronym = ReferenceField(
        _l("Organization that day"), suggest="/suggest/organizations"
    )
    role = WordField(_l("Role"), choices=choices("attendance_role", ATTENDANCE_ROLES))
    mode = WordField(_l("Mode"), choices=choices("mode", ATTENDANCE_MODES))
    status = WordField(_l("Status"), choices=choices("attendance_status", ATTENDANCE_STATUSES))


class ConfirmForm(BaseForm):
    """Who came, of those who were to: the ids asked about, and what holds for those left open."""

    asked = AskedField()
    rest = WordField(choices=[("", ""), ("attended", "")])

    def validate_asked(self, field: AskedField) -> None:
        """Refuse what no page of ours asks about at once."""
        if len(field.data or ()) > MOST_ASKED:
            raise ValidationError(_("Choose one of the list."))


class AttendanceForm(BaseForm):
    """Everything that is recorded of one attendance."""

    organization_acronym = ReferenceField(
        _l("Organization that day"), suggest="/suggest/organizations"
    )
    country = CountryField(_l("Country that day"))
    stakeholder_group = WordField(
        _l("Stakeholder group that day"),
        choices=choices("stakeholder_group", STAKEHOLDER_GROUPS, empty="–"),
    )
    role = CheckListField(_l("Roles"), choices=choices("attendance_role", ATTENDANCE_ROLES))
    status = WordField(_l("Status"), choices=choices("attendance_status", ATTENDANCE_STATUSES))
    mode = WordField(_l("Mode"), choices=choices("mode", ATTENDANCE_MODES))
    minutes = NumberField(_l("Minutes"), highest=100_000)
    notes = LongTextField(_l("Notes"))
    version = HiddenField()


class HeadcountForm(BaseForm):
    """A figure as it was published."""

    metric = WordField(_l("What is counted"), choices=choices("metric", HEADCOUNT_METRICS))
    mode = WordField(_l("Mode"), choices=choices("mode", HEADCOUNT_MODES))
    qualifier = WordField(_l("Exactly, at least, about"), choices=choices("qualifier", QUALIFIERS))
    value = NumberField(_l("Number"), whole=False, validators=[Required()])
    unit = WordField(_l("Unit"), choices=choices("unit", HEADCOUNT_UNITS))
    dimension = WordField(_l("By"), choices=choices("dimension", HEADCOUNT_DIMENSIONS))
    value_key = TextField(_l("Of which"), max_length=120)
    source = TextField(_l("Source"), max_length=1000)
    notes = LongTextField(_l("Notes"))
    version = HiddenField()

    def validate_dimension(self, field: Any) -> None:
        field.data = field.data or ""

    def validate_value_key(self, field: Any) -> None:
        if field.data and not self.dimension.data:
            raise ValidationError(_("Say what it is broken down by, too."))
        if self.dimension.data and not field.data:
            raise ValidationError(_("Say which one: a country, a region, a group."))

    def validate_value(self, field: Any) -> None:
        if self.unit.data == "percent" and (field.data or 0) > 100:
            raise ValidationError(_("At most 100 percent."))
        if self.unit.data == "count" and field.data is not None and field.data % 1:
            raise ValidationError(_("A whole number, please."))


# What a grid breaks down by: a dimension, regions with the scheme that names its rows.
GRID_BREAKDOWNS = {
    "country": _l("Country"), "region-icann": _l("Region (ICANN)"),
    "region-un": _l("Region (United Nations)"),
    "region-lac": _l("Region (Latin America and the Caribbean)"),
    "stakeholder_group": _l("Stakeholder group"), "gender": _l("Gender"), "badge": _l("Badge"),
}  # fmt: skip
GRID_MODES = {"all": _l("Total"), "in-person": _l("In person"), "online": _l("Online")}


class HeadcountGridForm(BaseForm):
    """What goes with the cells of a grid: which breakdown it shows, where its figures are from."""

    of = WordField(_l("What is counted"), choices=choices("metric", HEADCOUNT_METRICS))
    by = WordField(_l("Broken down by"), choices=list(GRID_BREAKDOWNS.items()))
    paste = LongTextField(_l("Two columns of a spreadsheet"))
    paste_mode = WordField(_l("Into the column"), choices=list(GRID_MODES.items()))
    source = TextField(_l("Source"), max_length=1000)
    notes = LongTextField(_l("Notes"))


class ContributionForm(BaseForm):
    """What an organization or its person brought to an event or a space."""

    organization_acronym = ReferenceField(
        _l("Organization"), suggest="/suggest/organizations", validators=[Required()]
    )
    person_key = ReferenceField(_l("Person"), suggest="/suggest/people")
    kind = WordField(_l("Kind"), choices=choices("contribution_kind", CONTRIBUTION_KINDS))
    title = TextField(_l("Title"))
    date = PartialDateField(_l("Date"))
    url = UrlField(_l("Link"), max_length=500)
    amount = NumberField(_l("Amount"), highest=10**12, whole=False)
    currency = TextField(_l("Currency"), max_length=3, render_kw={"placeholder": "USD"})
    notes = LongTextField(_l("Notes"))
    version = HiddenField()

    def validate_currency(self, field: Any) -> None:
        if field.data:
            field.data = field.data.upper()
            if len(field.data) != 3 or not field.data.isascii() or not field.data.isalpha():
                raise ValidationError(_("Three letters, like USD or BRL."))
        if (self.amount.data is None) != (not field.data):
            raise ValidationError(_("An amount and its currency go together."))
