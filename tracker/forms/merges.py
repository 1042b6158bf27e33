"""Choosing what to merge a record with."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from tracker.forms.base import BaseForm, Required
from tracker.forms.references import ReferenceField


class OtherPersonForm(BaseForm):
    """The other record of a person."""

    other = ReferenceField(
        _l("The other record"), suggest="/suggest/people", validators=[Required()]
    )


class OtherOrganizationForm(BaseForm):
    """The other record of an organization."""

    other = ReferenceField(
        _l("The other record"), suggest="/suggest/organizations", validators=[Required()]
    )


class MergeForm(BaseForm):
    """The two records as they were looked at; what stays of each field is sent beside it."""

    stamp = HiddenField()
