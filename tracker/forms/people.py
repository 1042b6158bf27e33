"""The forms of a person and of an affiliation; fields carry the load format's column names."""

import re
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from tracker.forms.base import (
    BaseForm,
    CheckListField,
    CountryField,
    PartialDateField,
    Required,
    TextField,
    WordField,
    ends_before_start,
)
from tracker.forms.organizations import ProvenanceMixin, split_list
from tracker.forms.references import ReferenceField
from tracker.labels import choices
from tracker.models.vocabulary import GENDERS

_ADDRESS = re.compile(r"[^\s@;,<>\"]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_MAX_ADDRESS = 254


class PersonForm(ProvenanceMixin, BaseForm):
    """A person."""

    version = HiddenField()
    name = TextField(
        _l("Name"),
        validators=[Required()],
        description=_l("As the person writes it; it is kept as given."),
    )
    email = TextField(_l("E-mail addresses"), max_length=2000, description=_l("Separated by “;”."))
    country = CountryField(_l("Country"))
    gender = WordField(
        _l("Gender"),
        choices=choices("gender", GENDERS, empty=_l("Not known")),
        description=_l("Only as the person declares it."),
    )

    def validate_email(self, field: TextField) -> None:
        for address in self.addresses():
            if len(address) > _MAX_ADDRESS or not _ADDRESS.fullmatch(address):
                raise ValidationError(_("“%(text)s” is not an e-mail address.", text=address[:80]))

    def addresses(self) -> list[str]:
        """The addresses, one by one, in lower case."""
        return [address.lower() for address in split_list(self.email.data)]


class AffiliationForm(ProvenanceMixin, BaseForm):
    """A person at an organization, from one date to another."""

    version = HiddenField()
    organization_acronym = ReferenceField(
        _l("Organization"), suggest="/suggest/organizations", validators=[Required()]
    )
    title = TextField(_l("Position"), max_length=200)
    start_date = PartialDateField(
        _l("From"), description=_l("2021-03-15, or 2021-03 or 2021 if only that is known.")
    )
    end_date = PartialDateField(_l("To"), description=_l("Empty: still there."))

    def validate_end_date(self, field: Any) -> None:
        if not self.start_date.errors and ends_before_start(self.start_date.data, field.data):
            raise ValidationError(_("The end is before the start."))


class NewAffiliationForm(AffiliationForm):
    """Where a person works now, and which of the other affiliations that ends."""

    ends = CheckListField(
        _l("This ends, the day before"),
        description=_l("What attendances recorded until then stays as it is."),
    )


class NewPersonForm(PersonForm):
    """A person and, if known, where the person works."""

    organization_acronym = ReferenceField(_l("Organization"), suggest="/suggest/organizations")
    title = TextField(_l("Position"), max_length=200)
    start_date = PartialDateField(
        _l("Since"), description=_l("2021-03-15, or 2021-03 or 2021 if only that is known.")
    )
