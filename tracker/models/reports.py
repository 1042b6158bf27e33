"""Reports that were kept: questions under a name, and figures that were issued."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.accounts import User
from tracker.models.base import Base, ShortText, Timestamps, one_of, utcnow
from tracker.models.vocabulary import LANGUAGES, REPORT_AUDIENCES, REPORTS


class SavedReport(Timestamps, Base):
    """A report's question under a name: `subject` is a slug or key, `query` the filters.

    A public one is listed for everybody; each reader gets the figures that reader may see.
    """

    __tablename__ = "saved_reports"
    unlogged_columns = frozenset({"updated_at"})

    name: Mapped[str] = mapped_column(String(200))
    report: Mapped[ShortText]
    subject: Mapped[str] = mapped_column(String(120), default="")
    query: Mapped[str] = mapped_column(Text, default="")
    public: Mapped[bool] = mapped_column(default=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)

    user: Mapped[User] = relationship()

    __table_args__ = (one_of("report", REPORTS), UniqueConstraint("user_id", "name"))


class IssuedReport(Base):
    """Figures as they were issued: the report's JSON without names, its question and revision.

    `audience` says whose view was counted: the public's, or that of everybody signed in.
    `change_id` is the newest change that the figures know of.
    """

    __tablename__ = "issued_reports"

    name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    report: Mapped[ShortText]
    subject: Mapped[str] = mapped_column(String(120), default="")
    query: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[ShortText]
    language: Mapped[str] = mapped_column(String(2))
    revision: Mapped[int]
    change_id: Mapped[int] = mapped_column(default=0)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_at: Mapped[datetime] = mapped_column(default=utcnow)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)

    user: Mapped[User | None] = relationship()

    __table_args__ = (
        one_of("report", REPORTS),
        one_of("audience", REPORT_AUDIENCES),
        one_of("language", LANGUAGES),
        Index(None, "report", "subject"),
        Index(None, "issued_at"),
    )


class IssuedReportEvent(Base):
    """An event that was counted in figures that were issued."""

    __tablename__ = "issued_report_events"
    logged = False

    issued_report_id: Mapped[int] = mapped_column(
        ForeignKey("issued_reports.id", ondelete="CASCADE")
    )
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)

    __table_args__ = (UniqueConstraint("issued_report_id", "event_id"),)
