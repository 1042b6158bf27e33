"""Pairs of records that may be the same person or organization, and what somebody said of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, ShortText, one_of


class LikelyDuplicate(Base):
    """Two people or two organizations that may be one, the likelier the nearer to 1.

    `first_id` is below `second_id`, both of the table `noun`. `dismissed_at`: somebody said that
    they are two, so the pair is not offered again.
    """

    __tablename__ = "likely_duplicates"
    logged = False

    noun: Mapped[ShortText]
    first_id: Mapped[int]
    second_id: Mapped[int]
    likeness: Mapped[float]
    reasons: Mapped[list[Any]] = mapped_column(JSON, default=list)
    dismissed_at: Mapped[datetime | None]
    dismissed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (
        one_of("noun", ("people", "organizations")),
        CheckConstraint("first_id < second_id", name="ordered"),
        UniqueConstraint("noun", "first_id", "second_id"),
        Index(None, "noun", "dismissed_at", "likeness"),
    )
