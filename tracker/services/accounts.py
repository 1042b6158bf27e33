"""Accounts: making and changing them, and their passwords."""

import re

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from tracker.errors import Conflict, DomainError
from tracker.models import ChangeItem, Organization, Person, User, UserSession
from tracker.models.changes import attribute, pending_change_id, record_bulk
from tracker.models.text import clean
from tracker.models.vocabulary import LANGUAGES, USER_ROLES
from tracker.services import private_feeds
from tracker.services.passwords import check_password, hash_password, verify_password
from tracker.services.sign_in import end_other_sessions, normal_email

_EMAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s.<>,;\"]+(\.[^@\s.<>,;\"]+)+")


def users_query() -> Select[User]:
    """The accounts, with what their list shows."""
    return select(User).options(joinedload(User.organization))


def add_user(
    session: Session,
    *,
    email: str,
    password: str,
    role: str,
    organization: Organization | None = None,
    person: Person | None = None,
    by: User | None = None,
    name: str = "",
    language: str | None = None,
    demo: bool = False,
) -> User:
    """A new account; raises Conflict where the address has one, DomainError on a bad value.

    Demo accounts have published passwords, which are not judged.
    """
    email = _checked_email(session, email)
    _check_words(role, language)
    if not demo:
        check_password(password, email)
    user = User(
        email=email, name=clean(name)[:200], password_hash=hash_password(password), role=role,
        organization=organization, person=person, language=language, demo=demo,
    )  # fmt: skip
    attribute(session, "user.new", by=by)
    session.add(user)
    _flush(session)
    return user


def edit_user(
    session: Session,
    user: User,
    *,
    email: str,
    name: str,
    role: str,
    organization: Organization | None,
    person: Person | None,
    language: str | None,
    active: bool,
    by: User,
) -> None:
    """Change an account; raises Conflict or DomainError.

    Deactivating it ends its sessions and revokes its private feeds.
    """
    email = _checked_email(session, email, but=user)
    _check_words(role, language)
    if user.role == "admin" and user.active and not (role == "admin" and active):
        _check_not_last_admin(session, user, "active" if role == "admin" else "role")
    attribute(session, "user.edit", by=by)
    user.email, user.name, user.role = email, clean(name)[:200], role
    user.organization, user.person = organization, person
    user.language, user.active = language, active
    _flush(session)
    if not active:
        end_other_sessions(session, user)
        private_feeds.revoke_all(session, user, by=by)


def edit_own_account(session: Session, user: User, *, name: str, language: str | None) -> None:
    """Change what everybody may change of their own account."""
    _check_words(user.role, language)
    attribute(session, "user.edit", by=user)
    user.name, user.language = clean(name)[:200], language
    session.flush()


def change_password(
    session: Session, user: User, current: str, new: str, keep: UserSession | None
) -> None:
    """Change one's own password; raises DomainError. Ends all sessions but the one kept."""
    if not verify_password(user.password_hash, current):
        raise DomainError(_("That is not your password now."), "current_password")
    set_password(session, user, new, by=user, keep=keep)


def set_password(
    session: Session, user: User, password: str, *, by: User, keep: UserSession | None = None
) -> None:
    """Give an account a password; raises DomainError. Ends its sessions but the one kept."""
    check_password(password, user.email)
    user.password_hash = hash_password(password)
    # The log says that and by whom a password was changed, never what to.
    record_bulk(session, "user.password", by)
    session.add(
        ChangeItem(
            change_id=pending_change_id(session), table_name=User.__tablename__, row_id=user.id,
            operation="update", subject_table=User.__tablename__, subject_id=user.id,
            before={}, after={},
        )
    )  # fmt: skip
    session.flush()
    end_other_sessions(session, user, keep)


def _checked_email(session: Session, email: str, but: User | None = None) -> str:
    email = normal_email(email)
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise DomainError(_("An address like name@example.org."), "email")
    taken = select(User.id).where(User.email == email)
    if but is not None:
        taken = taken.where(User.id != but.id)
    with session.no_autoflush:
        if session.scalar(taken) is not None:
            raise _address_taken()
    return email


def _address_taken() -> Conflict:
    return Conflict(_("There is an account with this address."), "email")


def _check_words(role: str, language: str | None) -> None:
    if role not in USER_ROLES:
        raise DomainError(
            _("A role is %(roles)s, not “%(role)s”.", roles=", ".join(USER_ROLES), role=role),
            "role",
        )
    if language is not None and language not in LANGUAGES:
        raise DomainError(_("Choose one of the list."), "language")


def _check_not_last_admin(session: Session, user: User, field: str) -> None:
    # Locked, so that two administrators cannot demote each other at the same moment.
    admins = session.scalars(
        select(User.id).where(User.role == "admin", User.active.is_(True)).with_for_update()
    ).all()
    if set(admins) <= {user.id}:
        raise DomainError(
            _("This is the last active administrator. Make somebody else one first."), field
        )


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        # Somebody else took the address since it was looked up.
        session.rollback()
        raise _address_taken() from error
