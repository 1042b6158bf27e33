"""Signing in: tries that count across workers, and the sessions of browsers."""

import hashlib
import ipaddress
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session, contains_eager

from tracker.models import SignInAttempt, User, UserSession
from tracker.models.base import utcnow
from tracker.models.text import clean
from tracker.services.passwords import hash_password, needs_rehash, verify_password

WINDOW = timedelta(minutes=15)
# One person's mistakes; and one network's, where several people share an address.
FAILURES_PER_EMAIL_AND_ADDRESS = 5
FAILURES_PER_ADDRESS = 30
SEEN_EVERY = timedelta(minutes=5)


def normal_email(email: str) -> str:
    """The address as accounts store it."""
    return clean(email).lower()


def record_attempt(session: Session, email: str, address: str | None) -> SignInAttempt:
    """Count a try before it is judged, so that tries in parallel count too; commit it first."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < utcnow() - WINDOW))
    attempt = SignInAttempt(email=normal_email(email)[:254], address=network(address), at=utcnow())
    session.add(attempt)
    session.flush()
    return attempt


def wait_after(session: Session, attempt: SignInAttempt) -> timedelta | None:
    """How long this client must wait before it may try again; None where it need not.

    A try that has to wait is not judged and does not count.
    """
    from_here = SignInAttempt.address == attempt.address
    until = max(
        filter(None, (
            _nth_latest(session, attempt, FAILURES_PER_ADDRESS, from_here),
            _nth_latest(session, attempt, FAILURES_PER_EMAIL_AND_ADDRESS, from_here,
                        SignInAttempt.email == attempt.email),
        )),
        default=None,
    )  # fmt: skip
    if until is None:
        return None
    session.delete(attempt)
    session.flush()
    return until + WINDOW - attempt.at


def _nth_latest(
    session: Session, attempt: SignInAttempt, count: int, *conditions: ColumnElement[bool]
) -> datetime | None:
    return session.scalar(
        select(SignInAttempt.at)
        .where(SignInAttempt.id != attempt.id, SignInAttempt.at > attempt.at - WINDOW, *conditions)
        .order_by(SignInAttempt.at.desc())
        .offset(count - 1)
        .limit(1)
    )


def network(address: str | None) -> str:
    """The client's address; of IPv6 the /64, which is what one customer has at least."""
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is None:
        return str(ipaddress.IPv6Network((ip, 64), strict=False))
    return str(getattr(ip, "ipv4_mapped", None) or ip)


def is_loopback(address: str | None) -> bool:
    """Whether a client address is this machine's own."""
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def authenticate(
    session: Session, attempt: SignInAttempt, password: str, allow_demo: bool
) -> User | None:
    """The account of an e-mail address and password, or None, after the same work either way."""
    user = session.scalar(select(User).where(User.email == attempt.email))
    right = verify_password(user.password_hash if user is not None else None, password)
    if user is None or not right or not user.active or (user.demo and not allow_demo):
        return None
    if needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
    session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.email == attempt.email, SignInAttempt.address == attempt.address
        )
    )
    session.flush()
    return user


def start_session(session: Session, user: User, browser: str, lifetime: timedelta) -> str:
    """A new session's token; the table holds only its hash. Forgets sessions long over."""
    now = utcnow()
    session.execute(
        delete(UserSession).where(
            UserSession.user_id == user.id,
            or_(UserSession.ended_at < now - lifetime, UserSession.last_seen_at < now - lifetime),
        )
    )
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            user_id=user.id, token_hash=_hash(token), browser=clean(browser)[:200],
            created_at=now, last_seen_at=now,
        )
    )  # fmt: skip
    session.flush()
    return token


def _hash(token: str) -> str:
    # The token is random, so a fast hash is enough.
    return hashlib.sha256(token.encode()).hexdigest()


def find_session(
    session: Session, token: str, lifetime: timedelta, allow_demo: bool
) -> UserSession | None:
    """The open session of a token with its user, who is active; one query."""
    query = (
        select(UserSession)
        .join(UserSession.user)
        .options(contains_eager(UserSession.user))
        .where(UserSession.token_hash == _hash(token), _open(lifetime), User.active.is_(True))
    )
    if not allow_demo:
        query = query.where(User.demo.is_(False))
    return session.scalar(query)


def _open(lifetime: timedelta) -> ColumnElement[bool]:
    return UserSession.ended_at.is_(None) & (UserSession.last_seen_at > utcnow() - lifetime)


def open_sessions(session: Session, user: User, lifetime: timedelta) -> Sequence[UserSession]:
    """The sessions a user could still use, latest seen first."""
    return session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user.id, _open(lifetime))
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    ).all()


def note_visit(session: Session, user_session: UserSession) -> bool:
    """Note that a session was seen, but not on every request; whether anything was written."""
    now = utcnow()
    if now - user_session.last_seen_at < SEEN_EVERY:
        return False
    user_session.last_seen_at = now
    session.flush()
    return True


def end_session(session: Session, user: User, session_id: int) -> bool:
    """End one of a user's own sessions; whether there was one."""
    return end_sessions(session, user, UserSession.id == session_id) > 0


def end_other_sessions(session: Session, user: User, keep: UserSession | None = None) -> int:
    """End all sessions of a user but one; how many."""
    return end_sessions(session, user, UserSession.id != (keep.id if keep is not None else 0))


def end_sessions(session: Session, user: User, which: ColumnElement[bool]) -> int:
    """End the sessions of a user that a condition picks; how many."""
    ended = session.scalars(
        update(UserSession)
        .where(UserSession.user_id == user.id, UserSession.ended_at.is_(None), which)
        .values(ended_at=utcnow())
        .returning(UserSession.id)
    ).all()
    return len(ended)
