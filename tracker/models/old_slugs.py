"""Addresses that things had before they were renamed: kept, and never given again."""

from typing import Any

from sqlalchemy import String, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from tracker.models.base import Base, ShortText
from tracker.models.events import Event
from tracker.models.organizations import Organization
from tracker.models.spaces import Space
from tracker.models.text import slugify


class OldSlug(Base):
    """An address that `target_id` of the table `noun` once had."""

    __tablename__ = "old_slugs"

    noun: Mapped[ShortText]
    slug: Mapped[str] = mapped_column(String(200))
    target_id: Mapped[int]

    __table_args__ = (UniqueConstraint("noun", "slug"),)

    @property
    def change_subject(self) -> tuple[str, int]:
        return self.noun, self.target_id


_NAMED_BY = {Organization: "acronym", Space: "code", Event: "key"}


@event.listens_for(Session, "before_flush")
def _keep(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    for row in session.dirty:
        column = _NAMED_BY.get(type(row))
        if column is None:
            continue
        history = inspect(row).attrs[column].history
        if not history.deleted:
            continue
        old = slugify(history.deleted[0])
        if old == slugify(getattr(row, column)):
            continue
        known = session.query(OldSlug).filter_by(noun=row.__tablename__, slug=old).first()
        if known is None:
            session.add(OldSlug(noun=row.__tablename__, slug=old, target_id=row.id))
