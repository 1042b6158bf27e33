"""Private feeds: calendars that show what one user may see, at an address that is a secret.

The address holds a random token, of which the table keeps only the hash; so it is shown once, when
it is made. What a feed shows is asked anew each time: it follows its owner's rights, organization
and person.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Connection, Select, false, func, or_, select, update
from sqlalchemy.orm import Session, contains_eager

from tracker.errors import DomainError
from tracker.models import Feed, Person, User
from tracker.models.base import utcnow
from tracker.models.changes import attribute
from tracker.services.feeds import of_organization, of_person

# 192 bits, in 32 characters that every address takes as they are.
TOKEN_BYTES = 24
USED_EVERY = timedelta(minutes=15)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)


@dataclass(frozen=True)
class FeedSettings:
    """What the owner decides: name, scope, the filters as a query string has them, language."""

    name: str
    scope: str
    filters: Mapping[str, Sequence[str]]
    language: str


def feeds_query(user: User) -> Select[Feed]:
    """A user's own feeds that work."""
    return select(Feed).where(Feed.user_id == user.id, Feed.revoked_at.is_(None))


def find_own(session: Session, user: User, feed_id: int, lock: bool = False) -> Feed | None:
    """A user's own feed that works; locked where what is done next must be done once."""
    query = feeds_query(user).where(Feed.id == feed_id)
    return session.scalar(query.with_for_update() if lock else query)


def count_feeds(session: Session, user: User) -> int:
    """How many private feeds of a user work."""
    query = feeds_query(user).with_only_columns(func.count(Feed.id))
    return session.scalar(query) or 0


def make_feed(session: Session, user: User, settings: FeedSettings) -> tuple[Feed, str]:
    """A new feed and its token, which nothing but its address will tell; raises DomainError."""
    _check_scope(user, settings.scope)
    return _make(session, user, settings)


def edit_feed(session: Session, feed: Feed, settings: FeedSettings, *, by: User) -> None:
    """Change what a feed shows and is called, not its address; raises DomainError."""
    _check_scope(feed.user, settings.scope)
    attribute(session, "feed.edit", by=by)
    for name, value in _columns(settings).items():
        setattr(feed, name, value)
    session.flush()


def renew_feed(session: Session, feed: Feed, *, by: User) -> tuple[Feed, str]:
    """The same feed at a new address, with its token; the old address stops working."""
    attribute(session, "feed.renew", by=by)
    settings = FeedSettings(feed.name, feed.scope, feed.filters, feed.language)
    feed.revoked_at = utcnow()
    return _make(session, feed.user, settings)


def revoke_feed(session: Session, feed: Feed, *, by: User) -> None:
    """Have the address of a feed stop working for good."""
    attribute(session, "feed.revoke", by=by)
    feed.revoked_at = utcnow()
    session.flush()


def revoke_all(session: Session, user: User, *, by: User) -> int:
    """Revoke every feed of a user; how many."""
    feeds = session.scalars(feeds_query(user)).all()
    for feed in feeds:
        revoke_feed(session, feed, by=by)
    return len(feeds)


def revoke_of_person(session: Session, person: Person) -> None:
    """Revoke the feeds of the accounts of a person who is being erased, in bulk."""
    accounts = select(User.id).where(User.person_id == person.id)
    session.execute(
        update(Feed)
        .where(Feed.user_id.in_(accounts), Feed.revoked_at.is_(None))
        .values(revoked_at=utcnow())
    )


def find_by_token(session: Session, token: str, allow_demo: bool) -> Feed | None:
    """The feed of a token with its owner, who is active; one query, whatever the token."""
    if not _TOKEN.fullmatch(token):
        return None
    query = (
        select(Feed)
        .join(Feed.user)
        .options(contains_eager(Feed.user))
        .where(
            Feed.token_hash == _hash(token),
            Feed.revoked_at.is_(None),
            User.active.is_(True),
        )
    )
    if not allow_demo:
        query = query.where(User.demo.is_(False))
    return session.scalar(query)


def scope_conditions(feed: Feed) -> list[ColumnElement[bool]]:
    """The conditions on Event of a feed's scope; without person or organization none fulfills it."""
    owner = feed.user
    match feed.scope:
        case "person":
            return [of_person(owner.person) if owner.person is not None else false()]
        case "organization":
            known = owner.organization
            return [of_organization(known) if known is not None else false()]
        case _:
            return []


def lacks(feed: Feed) -> str | None:
    """What a feed needs of its owner's account that is not there: `person`, `organization`."""
    has = {"person": feed.user.person_id, "organization": feed.user.organization_id}
    return feed.scope if feed.scope in has and has[feed.scope] is None else None


def note_use(connection: Connection, feed: Feed) -> None:
    """Note that a feed was read, but not each time; raises no revision, leaves no change.

    The connection's transaction is not the session's: what it does is committed at once.
    """
    now = utcnow()
    connection.execute(
        update(Feed)
        .where(
            Feed.id == feed.id,
            or_(Feed.last_used_at.is_(None), Feed.last_used_at <= now - USED_EVERY),
        )
        .values(last_used_at=now)
    )


def use_is_due(feed: Feed) -> bool:
    """Whether a reading of a feed is to be noted: none was for a while."""
    return feed.last_used_at is None or utcnow() - feed.last_used_at >= USED_EVERY


def _make(session: Session, user: User, settings: FeedSettings) -> tuple[Feed, str]:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    attribute(session, "feed.new", by=user)
    feed = Feed(user=user, token_hash=_hash(token), created_at=utcnow(), **_columns(settings))
    session.add(feed)
    session.flush()
    return feed, token


def _columns(settings: FeedSettings) -> dict[str, Any]:
    return {
        "name": settings.name, "scope": settings.scope, "language": settings.language,
        "filters": {name: list(values) for name, values in settings.filters.items() if values},
    }  # fmt: skip


def _check_scope(user: User, scope: str) -> None:
    if scope == "person" and user.person_id is None:
        raise DomainError(_("Your account is not tied to a person yet."), "scope")
    if scope == "organization" and user.organization_id is None:
        raise DomainError(_("Your account has no organization yet."), "scope")


def _hash(token: str) -> str:
    # The token is random, so a fast hash is enough.
    return hashlib.sha256(token.encode()).hexdigest()
