"""What passwords are taken, and how they are kept."""

import unicodedata

import pytest
from argon2 import PasswordHasher

from tracker.errors import DomainError
from tracker.services import passwords
from tracker.services.passwords import check_password, generate_password


def test_a_hash_is_argon2_and_verifies_only_its_password():
    kept = passwords.hash_password("a long walk to Olmos")
    assert kept.startswith("$argon2id$")
    assert passwords.verify_password(kept, "a long walk to Olmos")
    assert not passwords.verify_password(kept, "a long walk to olmos")


def test_an_accent_typed_either_way_is_the_same_password():
    kept = passwords.hash_password(unicodedata.normalize("NFC", "el ñandú corre"))
    assert passwords.verify_password(kept, unicodedata.normalize("NFD", "el ñandú corre"))


class Recorder(PasswordHasher):
    """Notes what it hashes."""

    def __init__(self, hashed):
        super().__init__()
        self.hashed = hashed

    def hash(self, password, **_options):
        self.hashed.append(password)
        return ""


@pytest.mark.parametrize("nothing", [None, "", "never a hash"])
def test_no_hash_is_as_much_work_as_a_wrong_password(nothing, monkeypatch):
    hashed: list[str] = []
    monkeypatch.setattr(passwords, "_hasher", Recorder(hashed))
    assert not passwords.verify_password(nothing, "whatever it is")
    assert hashed == ["whatever it is"]


def test_weaker_parameters_ask_for_a_new_hash():
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")
    assert passwords.needs_rehash(weak)
    assert not passwords.needs_rehash(passwords.hash_password("x"))


@pytest.mark.parametrize(
    "password",
    [
        "123456789",
        "x" * 201,
        "1234567890",
        "Contraseña123",
        "PASSWORD123",
        "aaaaaaaaaaaaa",
        "Ana.Lucia@example.org",
        "ana.lucia.",
    ],
)
def test_what_others_would_guess_is_refused(app, password):
    with app.test_request_context(), pytest.raises(DomainError) as refused:
        check_password(
            password,
            email="ana.lucia.@example.org".replace(".@", "@")
            if "@" in password
            else "ana.lucia.@example.org",
        )
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password", ["ñ ñ ñ ñ ñ ñ", "correct horse battery", "日本語日本語日本語日本"]
)
def test_length_is_all_that_is_asked(app, password):
    with app.test_request_context():
        check_password(password, email="ana@example.org")


def test_generated_passwords_differ_and_pass(app):
    made = {generate_password() for _i in range(50)}
    assert len(made) == 50
    with app.test_request_context():
        for password in made:
            check_password(password, email="ana@example.org")
