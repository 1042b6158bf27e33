"""Events: one edition, meeting, training, session or bilateral, with one time and place."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    Country,
    Names,
    PartialDate,
    Provenance,
    Searchable,
    ShortText,
    Timestamps,
    named_check,
    one_of,
    provenance_checks,
    utcnow,
)
from tracker.models.organizations import Organization
from tracker.models.spaces import Space, Topic
from tracker.models.text import fold, search_text
from tracker.models.vocabulary import (
    EVENT_KINDS,
    EVENT_MODES,
    EVENT_ORGANIZATION_ROLES,
    EVENT_STATUSES,
    RELATIONS,
    VISIBILITIES,
)
from tracker.models.when import first_day, is_day, last_day, span

_UID_NAMESPACE = uuid.UUID("8c1f5a54-5d3a-5f0e-9c59-3f0f5d1c0a6e")


def uid_of(key: str) -> str:
    """The permanent calendar identifier of the event first recorded under this key.

    Keys are never given twice, so this is unique; it stays when the key changes.
    """
    return str(uuid.uuid5(_UID_NAMESPACE, key))


class Event(Timestamps, Provenance, Names, Searchable, Base):
    """One thing with one time and place.

    `start_date` and `end_date` are what was typed (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`, end
    inclusive), times are wall-clock times in `timezone`; `first_day`, `last_day`, `starts_at`
    and `ends_at` follow from them. A deleted event keeps its row: calendars must be told.
    """

    __tablename__ = "events"
    unlogged_columns = frozenset(
        {
            "search", "sort_name", "updated_at", "version", "first_day", "last_day",
            "starts_at", "ends_at", "sequence", "feed_changed_at", "feed_version", "withdrawn_at",
            "withdrawn_start", "withdrawn_end", "withdrawn_timezone", "withdrawn_visibility",
            "withdrawn_version",
        }
    )  # fmt: skip

    key: Mapped[str] = mapped_column(String(120), unique=True)
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    space_id: Mapped[int | None] = mapped_column(ForeignKey("spaces.id"))
    edition: Mapped[int | None]
    series: Mapped[str | None] = mapped_column(String(120), index=True)
    kind: Mapped[ShortText] = mapped_column(default="meeting")
    start_date: Mapped[PartialDate | None]
    end_date: Mapped[PartialDate | None]
    start_time: Mapped[time | None]
    end_time: Mapped[time | None]
    timezone: Mapped[str | None] = mapped_column(String(64))
    first_day: Mapped[date | None] = mapped_column(index=True)
    last_day: Mapped[date | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue: Mapped[str | None] = mapped_column(String(300))
    city: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[Country | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    mode: Mapped[ShortText] = mapped_column(default="unknown")
    status: Mapped[ShortText] = mapped_column(default="confirmed")
    visibility: Mapped[ShortText] = mapped_column(default="public")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    relation: Mapped[ShortText | None]
    languages: Mapped[str | None] = mapped_column(String(80))
    description: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(String(500))
    join_url: Mapped[str | None] = mapped_column(String(500))
    synthetic: Mapped[bool] = mapped_column(default=False)
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    # What calendars were told: see tracker/models/calendar_changes.py.
    sequence: Mapped[int] = mapped_column(default=0)
    feed_changed_at: Mapped[datetime] = mapped_column(default=utcnow)
    feed_version: Mapped[int] = mapped_column(default=1)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_start: Mapped[str | None] = mapped_column(String(16))
    withdrawn_end: Mapped[str | None] = mapped_column(String(16))
    withdrawn_timezone: Mapped[str | None] = mapped_column(String(64))
    withdrawn_visibility: Mapped[ShortText | None]
    withdrawn_version: Mapped[int | None]

    space: Mapped[Space | None] = relationship()
    owner: Mapped[Organization | None] = relationship()
    parent: Mapped[Event | None] = relationship(remote_side="Event.id", back_populates="parts")
    parts: Mapped[list[Event]] = relationship(back_populates="parent", order_by="Event.starts_at")
    organization_links: Mapped[list[EventOrganization]] = relationship(
        back_populates="event",
        cascade="all, delete-orphan",
        order_by="EventOrganization.position, EventOrganization.id",
    )
    topic_links: Mapped[list[EventTopic]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventTopic.id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        named_check(),
        one_of("kind", EVENT_KINDS),
        one_of("mode", EVENT_MODES),
        one_of("status", EVENT_STATUSES),
        one_of("visibility", VISIBILITIES),
        one_of("relation", RELATIONS),
        one_of("withdrawn_visibility", VISIBILITIES),
        CheckConstraint("(parent_id IS NULL) = (relation IS NULL)", name="relation_with_parent"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("ends_at >= starts_at", name="ends_after_start"),
        CheckConstraint("last_day >= first_day", name="last_day_not_before_first"),
        CheckConstraint("start_time IS NULL OR timezone IS NOT NULL", name="times_have_a_zone"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
        *provenance_checks(),
        Index(None, "starts_at", "id"),
        Index(None, "ends_at"),
        Index(None, "space_id", "starts_at", "id"),
        Index(None, "country", "starts_at", "id"),
        Index(None, "kind", "starts_at", "id"),
        Index(None, "status", "starts_at", "id"),
        Index(None, "feed_changed_at"),
        Index(None, "withdrawn_at"),
    )

    def derive(self) -> None:
        """Set the columns that follow from others."""
        self.end_date = self.end_date or self.start_date
        self.first_day = first_day(self.start_date) if self.start_date else None
        self.last_day = last_day(self.end_date) if self.end_date else None
        self.starts_at, self.ends_at = span(
            self.start_date, self.end_date, self.start_time, self.end_time, self.timezone
        )
        self.search = search_text(
            self.name_en, self.name_es, self.name_pt, self.key, self.city, self.venue, self.series
        )
        self.sort_name = fold(self.name_in("en"))[:100]
        if not self.uid:
            self.uid = uid_of(self.key)

    def title_in(self, language: str) -> str:
        """How lists and sentences call it."""
        return self.name_in(language)

    @property
    def has_days(self) -> bool:
        """Whether it is known to the day; only then does it enter a calendar."""
        return is_day(self.start_date) and is_day(self.end_date)

    def organizations_as(self, role: str) -> list[Organization]:
        """The organizations that organize, partner, host or sponsor it, in their order."""
        return [link.organization for link in self.organization_links if link.role == role]

    @property
    def topics(self) -> list[Topic]:
        """What it is about."""
        return [link.topic for link in self.topic_links]


class EventOrganization(Base):
    """An organization with a role on an event."""

    __tablename__ = "event_organizations"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    role: Mapped[ShortText]
    position: Mapped[int] = mapped_column(default=0)

    event: Mapped[Event] = relationship(back_populates="organization_links")
    organization: Mapped[Organization] = relationship()

    __table_args__ = (
        UniqueConstraint("event_id", "organization_id", "role"),
        Index(None, "organization_id", "role", "event_id"),
        one_of("role", EVENT_ORGANIZATION_ROLES),
    )

    @property
    def change_subject(self) -> tuple[str, int]:
        return Event.__tablename__, self.event_id


class EventTopic(Base):
    """A topic of an event."""

    __tablename__ = "event_topics"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"))

    event: Mapped[Event] = relationship(back_populates="topic_links")
    topic: Mapped[Topic] = relationship()

    __table_args__ = (UniqueConstraint("event_id", "topic_id"), Index(None, "topic_id", "event_id"))

    @property
    def change_subject(self) -> tuple[str, int]:
        return Event.__tablename__, self.event_id


for _moment in ("before_insert", "before_update"):
    event.listen(Event, _moment, lambda _mapper, _connection, row: row.derive())
