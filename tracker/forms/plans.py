"""Who is to go where."""

from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from tracker.forms.base import BaseForm, Required
from tracker.forms.references import ReferenceField

MOST_NAMES = 50


class PlanForm(BaseForm):
    """One line: an event, and who goes; `me` stands for the user's own person."""

    event_key = ReferenceField(_l("Event"), suggest="/suggest/events", validators=[Required()])
    people = ReferenceField(_l("Who goes"), many=True)
    organization_acronym = ReferenceField(
        _l("Organization that day"), suggest="/suggest/organizations"
    )
    me = HiddenField()
    back = HiddenField()

    def validate_people(self, field: Any) -> None:
        if not field.names() and not self.me.data:
            raise ValidationError(_("This is needed."))
        if len(field.names()) > MOST_NAMES:
            raise ValidationError(_("At most %(max)d names at once, please.", max=MOST_NAMES))
