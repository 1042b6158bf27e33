"""Users, their sessions, their private feeds, and failed sign-ins."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import Base, ShortText, Timestamps, one_of
from tracker.models.organizations import Organization
from tracker.models.people import Person
from tracker.models.vocabulary import FEED_SCOPES, LANGUAGES, USER_ROLES


class User(Timestamps, Base):
    """An account: a role, an organization and, if known, a person."""

    __tablename__ = "users"
    unlogged_columns = frozenset({"password_hash", "updated_at"})

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[ShortText]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    language: Mapped[str | None] = mapped_column(String(2))
    active: Mapped[bool] = mapped_column(default=True)
    # Demo accounts have published passwords; they sign in from this machine only.
    demo: Mapped[bool] = mapped_column(default=False)

    organization: Mapped[Organization | None] = relationship()
    person: Mapped[Person | None] = relationship()
    sessions: Mapped[list[UserSession]] = relationship(
        back_populates="user", cascade="all, delete-orphan"
    )

    __table_args__ = (one_of("role", USER_ROLES), one_of("language", LANGUAGES))

    # What Flask-Login asks of an account; it never asks for an id, see tracker/security.py.
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.active


class UserSession(Base):
    """A signed-in browser; the cookie holds its token, the table only the token's hash."""

    __tablename__ = "user_sessions"
    logged = False

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(200), default="")

    user: Mapped[User] = relationship(back_populates="sessions")


class SignInAttempt(Base):
    """A failed sign-in, kept only as long as it counts against further ones."""

    __tablename__ = "sign_in_attempts"
    logged = False

    email: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]

    __table_args__ = (Index(None, "email", "at"), Index(None, "address", "at"))


class Feed(Base):
    """A private calendar: a filter over what its owner may see, reached by a secret token.

    `scope`: all of that, the events the owner's person goes to, or those that the owner's
    organization organizes, attends or is engaged in.
    """

    __tablename__ = "feeds"
    unlogged_columns = frozenset({"token_hash", "last_used_at"})

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[ShortText] = mapped_column(default="all")
    filters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    language: Mapped[str] = mapped_column(String(2), default="en")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()

    __table_args__ = (one_of("language", LANGUAGES), one_of("scope", FEED_SCOPES))
