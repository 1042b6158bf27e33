"""Passwords: hashed with argon2, judged by length and by how often others chose them."""

import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from tracker.errors import DomainError

MIN_LENGTH = 10
MAX_LENGTH = 200
# Those of the usual lists that are long enough to pass otherwise, in our languages too.
_COMMON = frozenset(
    """
    0123456789 1234567890 12345678910 0987654321 9876543210 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc
    qwertyuiop qwerty12345 qwerty123456 asdfghjkl1 zxcvbnm123 abcdefghij abcd123456 abc1234567
    password10 password12 password123 password1234 password12345 password123456 passwordpassword
    p@ssw0rd12 p@ssw0rd123 letmein123 letmein1234 welcome123 welcome1234 changeme123 changeme1234
    administrator admin12345 admin123456 administrador superadmin iloveyou12 iloveyou123
    football123 baseball123 sunshine123 princess123 contraseña contraseña1 contraseña123
    contrasena contrasena1 contrasena123 contrasenia bienvenido bienvenido1 bienvenido123
    bienvenida123 tequiero123 teamo12345 minhasenha minhasenha123 senha12345 senha123456
    senhasenha brasil12345 brasil2014 argentina1 argentina123 colombia123 mexico12345
    uruguay123 encuentro1 encuentro12 encuentro123 encuentros internet12 internet123
    """.split()
)
# No letter or digit that could be read as another: a person may have to type it from paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher()
# A hash fills 64 MiB; a burst of sign-ins must not multiply that by the threads of a worker.
_one_at_a_time = threading.Lock()


def hash_password(password: str) -> str:
    """The argon2 hash of a password; takes about 0.1 s, on purpose."""
    with _one_at_a_time:
        return _hasher.hash(_normal(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one hashed; takes as long where there is no hash at all."""
    with _one_at_a_time:
        try:
            return _hasher.verify(password_hash or "", _normal(password))
        except InvalidHashError:
            _hasher.hash(_normal(password))
            return False
        except VerificationError:
            return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def check_password(password: str, email: str) -> None:
    """Raise DomainError where a new password would be guessed early; says why."""
    bare = _normal(password).casefold()
    if len(bare) < MIN_LENGTH:
        raise DomainError(
            _("At least %(count)d characters. A few words work well.", count=MIN_LENGTH),
            "password",
        )
    if len(bare) > MAX_LENGTH:
        raise DomainError(_("At most %(count)d characters.", count=MAX_LENGTH), "password")
    if bare in (email.casefold(), email.casefold().partition("@")[0]):
        raise DomainError(_("The e-mail address is the first thing others would try."), "password")
    if bare in _COMMON or len(set(bare)) == 1:
        raise DomainError(_("Too many people use this password. Choose another."), "password")


def generate_password() -> str:
    """A random password to hand over once: about 99 bits in four groups."""
    groups = ("".join(secrets.choice(_ALPHABET) for _i in range(5)) for _group in range(4))
    return "-".join(groups)


def _normal(password: str) -> str:
    # Keyboards differ in whether “ñ” is one code point or two.
    return unicodedata.normalize("NFKC", password)
