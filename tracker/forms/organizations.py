"""The form of an organization; its fields carry the load format's column names."""

import re
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError

from tracker.forms.base import (
    BaseForm,
    CountryField,
    LongTextField,
    PartialDateField,
    Required,
    TextField,
    UrlField,
    WordField,
)
from tracker.forms.references import ReferenceField
from tracker.labels import choices
from tracker.models.vocabulary import (
    CONFIDENCES,
    LANGUAGES,
    ORGANIZATION_KINDS,
    STAKEHOLDER_GROUPS,
)

_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}")


class CheckField(BooleanField):
    """Yes or no."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        # The macros draw fields by their type.
        self.type = "BooleanField"


class ProvenanceMixin:
    """Where the facts come from."""

    source = TextField(
        _l("Source"), max_length=2000, description=_l("A web address, a document, or who said so.")
    )
    confidence = WordField(
        _l("Confidence"), choices=choices("confidence", CONFIDENCES, empty=_l("Not said"))
    )
    notes = LongTextField(_l("Notes"), max_length=5000)


class NamesMixin:
    """A name in each language; one is enough."""

    name_en = TextField(_l("Name in English"))
    name_es = TextField(_l("Name in Spanish"))
    name_pt = TextField(_l("Name in Portuguese"))

    def validate_name_en(self, field: Any) -> None:
        if not any(getattr(self, f"name_{code}").data for code in LANGUAGES):
            raise ValidationError(_("A name in one language at least."))


class OrganizationForm(NamesMixin, ProvenanceMixin, BaseForm):
    """An organization."""

    version = HiddenField()
    acronym = TextField(
        _l("Acronym"),
        max_length=80,
        validators=[Required()],
        description=_l("As it is written, or a short name. The address follows from it."),
    )
    kind = WordField(
        _l("Kind"), choices=choices("organization_kind", ORGANIZATION_KINDS, empty=_l("Not known"))
    )
    stakeholder_group = WordField(
        _l("Stakeholder group"),
        choices=choices("stakeholder_group", STAKEHOLDER_GROUPS, empty=_l("Not known")),
    )
    country = CountryField(_l("Country"), description=_l("Where its headquarters are."))
    headquarters_city = TextField(_l("City"), max_length=80)
    website = UrlField(_l("Website"), max_length=500)
    email_domains = TextField(
        _l("E-mail domains"),
        max_length=500,
        description=_l("Separated by “;”: who writes from there works there."),
    )
    parent_acronym = ReferenceField(
        _l("Part of"),
        suggest="/suggest/organizations",
        description=_l("The organization it is a chapter or department of."),
    )
    successor_acronym = ReferenceField(
        _l("Became"),
        suggest="/suggest/organizations",
        description=_l("The organization it was renamed to or merged into."),
    )
    successor_date = PartialDateField(_l("On"))
    aliases = LongTextField(
        _l("Aliases"), description=_l("Other spellings that were met, one on each line.")
    )
    based_at_casa_de_internet = CheckField(_l("Has its seat at the Casa de Internet"))
    technical_community_member = CheckField(_l("Belongs to the Technical Community"))

    def validate_email_domains(self, field: TextField) -> None:
        for domain in split_list(field.data):
            if not _DOMAIN.fullmatch(domain):
                raise ValidationError(
                    _("“%(text)s” is not a domain such as example.org.", text=domain[:80])
                )

    def validate_successor_date(self, field: PartialDateField) -> None:
        if field.data and not self.successor_acronym.data:
            raise ValidationError(_("Say which organization it became."))

    def alias_texts(self) -> list[str]:
        """The aliases, one by one."""
        lines = (" ".join(line.split()) for line in (self.aliases.data or "").split("\n"))
        return [line for line in lines if line]


def split_list(text: str | None) -> list[str]:
    """The items of a list separated by `;`."""
    return [item for item in (part.strip() for part in (text or "").split(";")) if item]
