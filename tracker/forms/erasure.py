"""Erasing a person: the name typed once more, because nothing brings it back."""

from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms.validators import ValidationError

from tracker.forms.base import BaseForm, Required, TextField
from tracker.models.text import fold


class ErasureForm(BaseForm):
    """The name of the person to be erased; `expected` is what it has to be."""

    confirmed_name = TextField(_l("Type the name to confirm"), validators=[Required()])

    def __init__(self, expected: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.expected = expected

    def validate_confirmed_name(self, field: Any) -> None:
        typed, expected = field.data or "", self.expected
        if typed != expected and (not fold(expected) or fold(typed) != fold(expected)):
            raise ValidationError(_("This is not the name."))
