"""Spaces (forums, processes, programmes), who engages in them, and topics."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    Names,
    PartialDate,
    Provenance,
    Searchable,
    ShortText,
    Timestamps,
    named_check,
    one_of,
    provenance_checks,
)
from tracker.models.organizations import Organization
from tracker.models.people import Person
from tracker.models.text import fold, search_text, slugify
from tracker.models.vocabulary import ENGAGEMENT_ROLES, SCOPES, SPACE_KINDS
from tracker.models.when import first_day, last_day


class Space(Timestamps, Provenance, Names, Searchable, Base):
    """A forum, process or programme with editions."""

    __tablename__ = "spaces"
    unlogged_columns = frozenset({"search", "sort_name", "updated_at", "version"})

    code: Mapped[ShortText] = mapped_column(unique=True)
    slug: Mapped[ShortText] = mapped_column(unique=True)
    kind: Mapped[ShortText | None]
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    cadence: Mapped[ShortText | None]
    since_year: Mapped[int | None]
    scope: Mapped[ShortText | None]
    website: Mapped[str | None] = mapped_column(String(500))
    synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    organizer: Mapped[Organization | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        named_check(),
        one_of("kind", SPACE_KINDS),
        one_of("scope", SCOPES),
        CheckConstraint("since_year BETWEEN 1850 AND 2200", name="since_year_is_a_year"),
        *provenance_checks(),
    )

    def derive(self) -> None:
        """Set the columns that follow from others."""
        self.slug = slugify(self.code)
        self.search = search_text(self.code, self.name_en, self.name_es, self.name_pt)
        self.sort_name = fold(self.name_in("en"))[:100]

    def title_in(self, language: str) -> str:
        """How lists and sentences call it."""
        return self.name_in(language)


class Engagement(Provenance, Base):
    """What an organization is to a space, and since when."""

    __tablename__ = "engagements"
    unlogged_columns = frozenset({"first_day", "last_day"})

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id"))
    role: Mapped[ShortText]
    detail: Mapped[str] = mapped_column(String(300), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    from_date: Mapped[PartialDate] = mapped_column(default="")
    to_date: Mapped[PartialDate | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]

    organization: Mapped[Organization] = relationship()
    space: Mapped[Space] = relationship()
    person: Mapped[Person | None] = relationship()

    __table_args__ = (
        one_of("role", ENGAGEMENT_ROLES),
        CheckConstraint("last_day >= first_day", name="ends_after_start"),
        Index(None, "space_id", "organization_id"),
        Index(None, "organization_id", "space_id"),
        Index(
            "uq_engagements_key",
            "organization_id",
            "space_id",
            "role",
            "detail",
            text("coalesce(person_id, 0)"),
            "from_date",
            unique=True,
        ),
        *provenance_checks(),
    )

    @property
    def change_subject(self) -> tuple[str, int]:
        return Space.__tablename__, self.space_id

    def derive(self) -> None:
        """Set the columns that follow from others."""
        self.first_day = first_day(self.from_date) if self.from_date else None
        self.last_day = last_day(self.to_date) if self.to_date else None


class Topic(Provenance, Names, Base):
    """What an event is about."""

    __tablename__ = "topics"

    slug: Mapped[ShortText] = mapped_column(unique=True)

    __table_args__ = (named_check(), *provenance_checks())


for _model in (Space, Engagement):
    for _moment in ("before_insert", "before_update"):
        event.listen(_model, _moment, lambda _mapper, _connection, row: row.derive())
