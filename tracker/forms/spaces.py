"""The forms of a space and of an engagement; fields carry the load format's column names."""

from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from tracker.forms.base import (
    BaseForm,
    NumberField,
    PartialDateField,
    Required,
    TextField,
    UrlField,
    WordField,
    ends_before_start,
)
from tracker.forms.organizations import NamesMixin, ProvenanceMixin
from tracker.forms.references import ReferenceField
from tracker.labels import choices
from tracker.models.vocabulary import ENGAGEMENT_ROLES, SCOPES, SPACE_KINDS


class SpaceForm(NamesMixin, ProvenanceMixin, BaseForm):
    """A space."""

    version = HiddenField()
    code = TextField(
        _l("Code"),
        max_length=80,
        validators=[Required()],
        description=_l("A short name. The address follows from it."),
    )
    kind = WordField(_l("Kind"), choices=choices("space_kind", SPACE_KINDS, empty=_l("Not known")))
    scope = WordField(_l("Scope"), choices=choices("scope", SCOPES, empty=_l("Not known")))
    organizer_acronym = ReferenceField(_l("Organizer"), suggest="/suggest/organizations")
    cadence = TextField(
        _l("How often"), max_length=80, description=_l("“annual”, “2/year”, “every 4 years”.")
    )
    since_year = NumberField(_l("Since"), lowest=1850, highest=2200)
    website = UrlField(_l("Website"), max_length=500)


class EngagementForm(ProvenanceMixin, BaseForm):
    """What an organization is to a space; the page it is reached from gives one of the two."""

    version = HiddenField()
    organization = ReferenceField(
        _l("Organization"), suggest="/suggest/organizations", validators=[Required()]
    )
    space = ReferenceField(_l("Space"), suggest="/suggest/spaces", validators=[Required()])
    role = WordField(
        _l("Role"),
        choices=choices("engagement_role", ENGAGEMENT_ROLES, empty=_l("Choose…")),
        validators=[Required()],
    )
    detail = TextField(_l("Detail"), description=_l("In a few words, if the role does not say it."))
    person = ReferenceField(
        _l("Representative"),
        suggest="/suggest/people",
        description=_l("The person who stands for it there."),
    )
    from_date = PartialDateField(_l("From"))
    to_date = PartialDateField(_l("To"), description=_l("Empty: still so."))

    def validate_to_date(self, field: Any) -> None:
        if not self.from_date.errors and ends_before_start(self.from_date.data, field.data):
            raise ValidationError(_("The end is before the start."))
