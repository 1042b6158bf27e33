"""Attendee files that came in, row by row, with what each row became."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.accounts import User
from tracker.models.attendance import Attendance
from tracker.models.base import Base, ShortText, one_of
from tracker.models.events import Event
from tracker.models.organizations import Organization
from tracker.models.people import Person
from tracker.models.vocabulary import IMPORT_STATUSES


class ImportBatch(Base):
    """One file or pasted list of one event."""

    __tablename__ = "import_batches"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    filename: Mapped[str] = mapped_column(String(300), default="")
    format: Mapped[ShortText]
    status: Mapped[ShortText] = mapped_column(default="staged")
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    user: Mapped[User | None] = relationship()
    rows: Mapped[list[ImportRow]] = relationship(
        back_populates="batch", cascade="all, delete-orphan", order_by="ImportRow.number"
    )

    __table_args__ = (one_of("status", IMPORT_STATUSES),)

    @property
    def change_subject(self) -> tuple[str, int]:
        return Event.__tablename__, self.event_id


class ImportRow(Base):
    """A row: its raw text, what it was matched to, why, and who decided."""

    __tablename__ = "import_rows"

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id", ondelete="CASCADE"))
    number: Mapped[int]
    raw: Mapped[str] = mapped_column(Text)
    parsed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    match: Mapped[ShortText | None]
    reason: Mapped[ShortText | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    attendance_id: Mapped[int | None] = mapped_column(
        ForeignKey("attendances.id", ondelete="SET NULL"), index=True
    )
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    batch: Mapped[ImportBatch] = relationship(back_populates="rows")
    person: Mapped[Person | None] = relationship()
    organization: Mapped[Organization | None] = relationship()
    attendance: Mapped[Attendance | None] = relationship()
    decided_by: Mapped[User | None] = relationship()

    __table_args__ = (UniqueConstraint("batch_id", "number"),)

    @property
    def change_subject(self) -> tuple[str, int]:
        return ImportBatch.__tablename__, self.batch_id
