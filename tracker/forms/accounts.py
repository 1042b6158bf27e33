"""Forms of accounts: signing in, one's own account, everybody's."""

from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import ValidationError
from wtforms.widgets import EmailInput

from tracker.forms.base import BaseForm, Required, TextField, WordField, at_most
from tracker.forms.references import ReferenceField
from tracker.i18n import LANGUAGE_NAMES
from tracker.labels import choices
from tracker.models.vocabulary import USER_ROLES

_LANGUAGE_CHOICES = [("", _l("As the browser asks")), *LANGUAGE_NAMES.items()]


class EmailField(TextField):
    """An e-mail address."""

    widget = EmailInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, max_length=254, validators=[Required()], **kwargs)


class SecretField(PasswordField):
    """A password, taken exactly as typed; never sent back."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators=[Required(), at_most(200)], **kwargs)


class SignInForm(BaseForm):
    """Who wants in, and where to afterwards."""

    email = EmailField(_l("E-mail address"))
    password = SecretField(_l("Password"))
    next = HiddenField()


class AccountForm(BaseForm):
    """What everybody may change of their own account."""

    name = TextField(_l("Name"), max_length=200)
    language = WordField(_l("Language"), choices=_LANGUAGE_CHOICES)


class PasswordForm(BaseForm):
    """A new password of one's own."""

    current_password = SecretField(_l("Password now"))
    password = SecretField(_l("New password"))
    repeated = SecretField(_l("New password again"))

    def validate_repeated(self, field: SecretField) -> None:
        """Typed twice, because nobody sees what is typed."""
        if field.data != self.password.data:
            raise ValidationError(_("The two are not the same."))


class UserForm(BaseForm):
    """An account, as administrators see it."""

    email = EmailField(_l("E-mail address"))
    name = TextField(_l("Name"), max_length=200)
    role = WordField(_l("Role"), choices=choices("user_role", USER_ROLES))
    organization = ReferenceField(_l("Organization"), suggest="/suggest/organizations")
    person = ReferenceField(_l("Person"), suggest="/suggest/people")
    language = WordField(_l("Language"), choices=_LANGUAGE_CHOICES)
    active = BooleanField(_l("May sign in"), default=True)  # type: ignore[arg-type]
