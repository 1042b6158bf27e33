"""Who took part: attendances, headcounts, contributions, outcomes and follow-ups."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    Country,
    PartialDate,
    Provenance,
    ShortText,
    Timestamps,
    one_of,
    provenance_checks,
)
from tracker.models.events import Event
from tracker.models.organizations import Organization
from tracker.models.people import Person
from tracker.models.spaces import Space
from tracker.models.vocabulary import (
    ATTENDANCE_MODES,
    ATTENDANCE_ROLES,
    ATTENDANCE_STATUSES,
    CONTRIBUTION_KINDS,
    HEADCOUNT_DIMENSIONS,
    HEADCOUNT_METRICS,
    HEADCOUNT_MODES,
    HEADCOUNT_UNITS,
    OUTCOME_KINDS,
    QUALIFIERS,
    STAKEHOLDER_GROUPS,
)


def join_roles(roles: list[str] | set[str] | tuple[str, ...]) -> str:
    """Roles as they are stored: in the vocabulary's order, joined by `;`."""
    return ";".join(role for role in ATTENDANCE_ROLES if role in roles) or "attendee"


class Attendance(Timestamps, Provenance, Base):
    """One person at one event, with the organization, country and group of that day.

    An attendee whom nobody could identify has a `label` in place of a person. `role` is one or
    more roles joined by `;` in the vocabulary's order.
    """

    __tablename__ = "attendances"
    unlogged_columns = frozenset({"updated_at"})

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    label: Mapped[str | None] = mapped_column(String(200))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    country: Mapped[Country | None]
    stakeholder_group: Mapped[ShortText | None]
    role: Mapped[str] = mapped_column(String(120), default="attendee")
    status: Mapped[ShortText] = mapped_column(default="attended")
    mode: Mapped[ShortText] = mapped_column(default="unknown")
    minutes: Mapped[int | None]
    origin: Mapped[ShortText] = mapped_column(default="form")

    event: Mapped[Event] = relationship()
    person: Mapped[Person | None] = relationship()
    organization: Mapped[Organization | None] = relationship()

    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        UniqueConstraint("event_id", "label"),
        CheckConstraint("(person_id IS NULL) <> (label IS NULL)", name="person_or_label"),
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        one_of("stakeholder_group", STAKEHOLDER_GROUPS),
        one_of("status", ATTENDANCE_STATUSES),
        one_of("mode", ATTENDANCE_MODES),
        *provenance_checks(),
        # Holds all that a pass over persons and events reads (services/counting).
        Index(None, "person_id", "event_id", "status"),
        Index(None, "organization_id", "status", "event_id"),
    )

    @property
    def change_subject(self) -> tuple[str, int]:
        return Event.__tablename__, self.event_id

    @property
    def roles(self) -> list[str]:
        """The roles, one by one."""
        return self.role.split(";")


class Headcount(Timestamps, Provenance, Base):
    """A published figure about an event, without names."""

    __tablename__ = "headcounts"
    unlogged_columns = frozenset({"updated_at"})

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    metric: Mapped[ShortText] = mapped_column(default="participants")
    mode: Mapped[ShortText] = mapped_column(default="all")
    dimension: Mapped[ShortText] = mapped_column(default="")
    value_key: Mapped[str] = mapped_column(String(120), default="")
    unit: Mapped[ShortText] = mapped_column(default="count")
    value: Mapped[float]
    qualifier: Mapped[ShortText] = mapped_column(default="exact")

    event: Mapped[Event] = relationship()

    __table_args__ = (
        UniqueConstraint("event_id", "metric", "mode", "dimension", "value_key", "unit"),
        CheckConstraint("value >= 0", name="value_not_negative"),
        CheckConstraint("unit <> 'percent' OR value <= 100", name="percent_at_most_100"),
        CheckConstraint("dimension <> '' OR value_key = ''", name="value_key_with_dimension"),
        one_of("metric", HEADCOUNT_METRICS),
        one_of("mode", HEADCOUNT_MODES),
        one_of("dimension", HEADCOUNT_DIMENSIONS),
        one_of("unit", HEADCOUNT_UNITS),
        one_of("qualifier", QUALIFIERS),
        *provenance_checks(),
    )

    @property
    def change_subject(self) -> tuple[str, int]:
        return Event.__tablename__, self.event_id


class Contribution(Timestamps, Provenance, Base):
    """What an organization, or its person, brought to an event or a space."""

    __tablename__ = "contributions"
    unlogged_columns = frozenset({"updated_at"})

    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    space_id: Mapped[int | None] = mapped_column(ForeignKey("spaces.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[ShortText]
    title: Mapped[str] = mapped_column(String(300), default="")
    date: Mapped[PartialDate | None]
    url: Mapped[str | None] = mapped_column(String(500))
    amount: Mapped[float | None]
    currency: Mapped[str | None] = mapped_column(String(3))

    event: Mapped[Event | None] = relationship()
    space: Mapped[Space | None] = relationship()
    organization: Mapped[Organization] = relationship()
    person: Mapped[Person | None] = relationship()

    __table_args__ = (
        CheckConstraint("(event_id IS NULL) <> (space_id IS NULL)", name="event_or_space"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="amount_with_currency"),
        one_of("kind", CONTRIBUTION_KINDS),
        *provenance_checks(),
        Index(
            "uq_contributions_key",
            text("coalesce(event_id, 0)"),
            text("coalesce(space_id, 0)"),
            "organization_id",
            text("coalesce(person_id, 0)"),
            "kind",
            "title",
            unique=True,
        ),
    )

    @property
    def change_subject(self) -> tuple[str, int]:
        if self.event_id is not None:
            return Event.__tablename__, self.event_id
        assert self.space_id is not None
        return Space.__tablename__, self.space_id


class Outcome(Timestamps, Base):
    """A note or link that came out of an event: minutes, a recording."""

    __tablename__ = "outcomes"
    unlogged_columns = frozenset({"updated_at"})

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ShortText] = mapped_column(default="note")
    text: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str | None] = mapped_column(String(500))

    event: Mapped[Event] = relationship()

    __table_args__ = (one_of("kind", OUTCOME_KINDS),)

    @property
    def change_subject(self) -> tuple[str, int]:
        return Event.__tablename__, self.event_id


class FollowUp(Timestamps, Base):
    """What somebody is to do after an event, and by when."""

    __tablename__ = "follow_ups"
    unlogged_columns = frozenset({"updated_at"})

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(500))
    owner_organization_id: Mapped[int | None] = mapped_column(
        ForeignKey("organizations.id"), index=True
    )
    owner_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    due: Mapped[date | None]
    done_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    owner_organization: Mapped[Organization | None] = relationship()
    owner_person: Mapped[Person | None] = relationship()

    @property
    def change_subject(self) -> tuple[str, int]:
        return Event.__tablename__, self.event_id
