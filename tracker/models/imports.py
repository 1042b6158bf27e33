"""Attendee files that came in: their rows, whom the rows stand for, and what was decided.

A batch is one file or pasted list of one event. Its rows keep their raw text; the rows of one
individual (somebody who rejoined, somebody with two devices) meet in one ImportIndividual, which
says whom it was matched to, why, and who decided. Nothing here is in the change log: what an
import writes to attendances is, under the batch's id.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.accounts import User
from tracker.models.attendance import Attendance
from tracker.models.base import Base, ShortText, one_of
from tracker.models.events import Event
from tracker.models.organizations import Organization
from tracker.models.people import Person
from tracker.models.vocabulary import (
    ATTENDANCE_STATUSES,
    IMPORT_ANSWERS,
    IMPORT_MATCHES,
    IMPORT_STATUSES,
)


class ImportBatch(Base):
    """One file or pasted list of one event.

    `reading` holds how it is to be read where the file does not say it: `columns` (a field per
    column), `dates` (their order). `content` is kept until the batch is applied or discarded, so
    that it can be read again another way.
    """

    __tablename__ = "import_batches"
    logged = False

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    filename: Mapped[str] = mapped_column(String(300), default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    format: Mapped[ShortText] = mapped_column(default="auto")
    language: Mapped[ShortText] = mapped_column(default="en")
    reading: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)
    minimum_minutes: Mapped[int | None]
    mark_no_shows: Mapped[bool] = mapped_column(default=False)
    status: Mapped[ShortText] = mapped_column(default="staged")
    # The revision its matches were made at: written to since, they are made again.
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    user: Mapped[User | None] = relationship()

    __table_args__ = (one_of("status", IMPORT_STATUSES), Index(None, "status", "event_id"))


class ImportIndividual(Base):
    """Whom one or more rows stand for, what they say of them, and whom they were matched to.

    `match` and `reason` are what the rules found, `candidates` [{"person": id, "why": reason,
    "likeness": 0..1}]; `answer` is what somebody said: `person` (`person_id`), `create`,
    `together` (create one person for all individuals of the question), `unidentified`, `skip`.
    Identical questions share `question`. `intervals` [[from, to]] are in local wall-clock time
    and do not overlap; `stated_minutes` is what the file said where it gives none.
    """

    __tablename__ = "import_individuals"
    logged = False

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id", ondelete="CASCADE"))
    # Individuals are listed in the order in which the file first has them.
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), default="")
    organization_text: Mapped[str] = mapped_column(String(300), default="")
    stated_organization_id: Mapped[int | None] = mapped_column(
        ForeignKey("organizations.id", ondelete="SET NULL"), index=True
    )
    organization_id: Mapped[int | None] = mapped_column(
        ForeignKey("organizations.id", ondelete="SET NULL"), index=True
    )
    country: Mapped[str | None] = mapped_column(String(2))
    role: Mapped[str] = mapped_column(String(120), default="attendee")
    status: Mapped[ShortText] = mapped_column(default="attended")
    mode: Mapped[ShortText] = mapped_column(default="unknown")
    minutes: Mapped[int | None]
    stated_minutes: Mapped[float | None]
    intervals: Mapped[list[Any]] = mapped_column(JSON, default=list)
    match: Mapped[ShortText]
    reason: Mapped[ShortText | None]
    candidates: Mapped[list[Any]] = mapped_column(JSON, default=list)
    question: Mapped[str | None] = mapped_column(String(300))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    answer: Mapped[ShortText | None]
    # The answer holds for this spelling or address from now on.
    always: Mapped[bool] = mapped_column(default=False)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    attendance_id: Mapped[int | None] = mapped_column(
        ForeignKey("attendances.id", ondelete="SET NULL"), index=True
    )

    batch: Mapped[ImportBatch] = relationship()
    person: Mapped[Person | None] = relationship()
    stated_organization: Mapped[Organization | None] = relationship(
        foreign_keys=[stated_organization_id]
    )
    organization: Mapped[Organization | None] = relationship(foreign_keys=[organization_id])
    attendance: Mapped[Attendance | None] = relationship()
    decided_by: Mapped[User | None] = relationship()
    rows: Mapped[list[ImportRow]] = relationship(
        back_populates="individual", order_by="ImportRow.number", viewonly=True
    )

    __table_args__ = (
        one_of("status", ATTENDANCE_STATUSES),
        one_of("match", IMPORT_MATCHES),
        one_of("answer", IMPORT_ANSWERS),
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        Index(None, "batch_id", "number"),
        Index(None, "batch_id", "question"),
        Index(None, "batch_id", "match"),
    )


class ImportRow(Base):
    """One row of a file: its raw text, and whom it stands for or why it was set aside."""

    __tablename__ = "import_rows"
    logged = False

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id", ondelete="CASCADE"))
    number: Mapped[int]
    raw: Mapped[str] = mapped_column(Text)
    set_aside: Mapped[ShortText | None]
    individual_id: Mapped[int | None] = mapped_column(
        ForeignKey("import_individuals.id", ondelete="CASCADE"), index=True
    )

    individual: Mapped[ImportIndividual | None] = relationship(back_populates="rows")

    __table_args__ = (
        CheckConstraint(
            "(set_aside IS NULL) <> (individual_id IS NULL)", name="individual_or_set_aside"
        ),
        Index(None, "batch_id", "number"),
    )


class ImportOrganization(Base):
    """An organization of a file that no acronym, alias or name gives: a question, asked once."""

    __tablename__ = "import_organizations"
    logged = False

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("import_batches.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(String(300))
    folded: Mapped[str] = mapped_column(String(300))
    individuals: Mapped[int] = mapped_column(default=1)
    # "organization" (organization_id), or "none": the text stays, and no organization is meant.
    answer: Mapped[ShortText | None]
    always: Mapped[bool] = mapped_column(default=False)
    organization_id: Mapped[int | None] = mapped_column(
        ForeignKey("organizations.id", ondelete="SET NULL"), index=True
    )
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    organization: Mapped[Organization | None] = relationship()

    __table_args__ = (one_of("answer", ("organization", "none")),)


class ColumnMapping(Base):
    """What the columns under a heading row mean, as somebody said it once for all such files."""

    __tablename__ = "column_mappings"
    logged = False

    # A digest of the folded titles, in their order.
    heading: Mapped[str] = mapped_column(String(64), unique=True)
    fields: Mapped[list[Any]] = mapped_column(JSON)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
