"""Calendars: those of others that are brought in, and what readers of our feeds were told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.accounts import User
from tracker.models.base import Base, ShortText, Timestamps, one_of
from tracker.models.events import Event
from tracker.models.organizations import Organization
from tracker.models.spaces import Space
from tracker.models.vocabulary import (
    CALENDAR_ANSWERS,
    CALENDAR_ITEM_STATUSES,
    CALENDAR_MATCHES,
    EVENT_KINDS,
    LANGUAGES,
    VISIBILITIES,
)


class FeedState(Base):
    """What readers of a feed were last told: kept, so that it outlives the process that told it."""

    __tablename__ = "feed_states"
    logged = False

    # SHA-256 of what names the feed: its address for a public one, its row for a private one.
    identity: Mapped[str] = mapped_column(String(64), unique=True)
    etag: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(index=True)


class CalendarSource(Timestamps, Base):
    """A calendar of others whose events are brought in: an address that is read again, or files.

    `space`, `kind`, `visibility`, `owner` and `language` are what its events get where they do
    not say otherwise. `adds_new`: events that are new are recorded without asking.
    """

    __tablename__ = "calendar_sources"
    unlogged_columns = frozenset(
        {
            "updated_at", "etag", "last_modified", "digest", "read_at", "changed_at", "error",
            "failures", "problems",
        }
    )  # fmt: skip

    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(2000), unique=True)
    space_id: Mapped[int | None] = mapped_column(ForeignKey("spaces.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    kind: Mapped[ShortText] = mapped_column(default="meeting")
    visibility: Mapped[ShortText] = mapped_column(default="public")
    language: Mapped[str] = mapped_column(String(2), default="en")
    adds_new: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    # How the last reading went; `error` is {"code", "detail", "component"} or null.
    etag: Mapped[str | None] = mapped_column(String(300))
    last_modified: Mapped[str | None] = mapped_column(String(80))
    digest: Mapped[str | None] = mapped_column(String(64))
    read_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    failures: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)

    space: Mapped[Space | None] = relationship()
    owner: Mapped[Organization | None] = relationship()
    created_by: Mapped[User | None] = relationship()
    items: Mapped[list[CalendarItem]] = relationship(
        back_populates="source", cascade="all, delete-orphan"
    )

    __table_args__ = (
        one_of("kind", EVENT_KINDS),
        one_of("visibility", VISIBILITIES),
        one_of("language", LANGUAGES),
    )


class CalendarItem(Base):
    """An event as another calendar tells it, and which event here it is.

    `theirs` are its values as last read, by column names of Event; `taken` those that were last
    brought into the event, so that what was edited here since can be told from what was not.
    `conflicts` holds, by column, {"ours", "theirs"} where both sides changed.
    """

    __tablename__ = "calendar_items"
    logged = False

    source_id: Mapped[int] = mapped_column(ForeignKey("calendar_sources.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(String(500))
    # The original start of one of a recurrence (RFC 5545, 3.8.4.4), else empty.
    recurrence: Mapped[str] = mapped_column(String(32), default="")
    starts: Mapped[str] = mapped_column(String(16))
    summary: Mapped[str] = mapped_column(Text, default="")
    theirs: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    taken: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    conflicts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[ShortText]
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("events.id", ondelete="SET NULL"), index=True
    )
    match: Mapped[ShortText | None]
    candidates: Mapped[list[Any]] = mapped_column(JSON, default=list)
    answer: Mapped[ShortText | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # When the calendar was read without it.
    gone_at: Mapped[datetime | None]

    source: Mapped[CalendarSource] = relationship(back_populates="items")
    event: Mapped[Event | None] = relationship()
    decided_by: Mapped[User | None] = relationship()

    __table_args__ = (
        UniqueConstraint("source_id", "uid", "recurrence"),
        Index(None, "source_id", "status", "starts", "id"),
        Index(None, "uid"),
        one_of("status", CALENDAR_ITEM_STATUSES),
        one_of("match", CALENDAR_MATCHES),
        one_of("answer", CALENDAR_ANSWERS),
    )
