"""People, and the organizations they work for over time."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    Country,
    NameText,
    PartialDate,
    Provenance,
    Searchable,
    ShortText,
    Timestamps,
    one_of,
    provenance_checks,
)
from tracker.models.organizations import Organization
from tracker.models.text import fold, name_key, search_text
from tracker.models.vocabulary import GENDERS
from tracker.models.when import first_day, last_day


class Person(Timestamps, Provenance, Searchable, Base):
    """Somebody; the name is kept as given, never split or re-cased."""

    __tablename__ = "people"
    unlogged_columns = frozenset({"search", "sort_name", "name_key", "updated_at", "version"})

    key: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[NameText]
    country: Mapped[Country | None]
    gender: Mapped[ShortText | None]
    synthetic: Mapped[bool] = mapped_column(default=False)
    # Erased: an anonymous record that only stands behind what it attended.
    erased_at: Mapped[datetime | None]
    # The words of the name without titles, sorted: two people of one name share it.
    name_key: Mapped[str] = mapped_column(String(200), index=True, default="")
    version: Mapped[int] = mapped_column(default=1)

    emails: Mapped[list[PersonEmail]] = relationship(
        back_populates="person", order_by="PersonEmail.id", cascade="all, delete-orphan"
    )
    affiliations: Mapped[list[Affiliation]] = relationship(
        back_populates="person",
        order_by="Affiliation.first_day.desc(), Affiliation.id.desc()",
        cascade="all, delete-orphan",
    )

    aliases: Mapped[list[PersonAlias]] = relationship(
        back_populates="person", order_by="PersonAlias.text", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (one_of("gender", GENDERS), *provenance_checks())

    def derive(self) -> None:
        """Set the columns that follow from others."""
        self.search = search_text(self.name)
        self.sort_name = fold(self.name)[:100]
        self.name_key = name_key(self.name)[:200]


class PersonEmail(Base):
    """An e-mail address of a person, in lower case; an address is one person's."""

    __tablename__ = "person_emails"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)

    person: Mapped[Person] = relationship(back_populates="emails")

    @property
    def change_subject(self) -> tuple[str, int]:
        return Person.__tablename__, self.person_id


class PersonAlias(Base):
    """Another spelling of a person's name, met in a file or kept from a merged record.

    `always`: somebody said that this spelling always means this person.
    """

    __tablename__ = "person_aliases"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), index=True)
    always: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(back_populates="aliases")

    __table_args__ = (UniqueConstraint("person_id", "text"),)

    @property
    def change_subject(self) -> tuple[str, int]:
        return Person.__tablename__, self.person_id

    def derive(self) -> None:
        """Set the columns that follow from others."""
        self.name_key = name_key(self.text)[:200]


class Affiliation(Provenance, Base):
    """A person at an organization from a first to a last day; either may be unknown."""

    __tablename__ = "affiliations"
    unlogged_columns = frozenset({"first_day", "last_day"})

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    title: Mapped[str | None] = mapped_column(String(200))
    start_date: Mapped[PartialDate] = mapped_column(default="")
    end_date: Mapped[PartialDate | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="affiliations")
    organization: Mapped[Organization] = relationship()

    __table_args__ = (
        UniqueConstraint("person_id", "organization_id", "start_date"),
        CheckConstraint("last_day >= first_day", name="ends_after_start"),
        Index(None, "person_id", "first_day"),
        *provenance_checks(),
    )

    @property
    def change_subject(self) -> tuple[str, int]:
        return Person.__tablename__, self.person_id

    def derive(self) -> None:
        """Set the columns that follow from others."""
        self.first_day = first_day(self.start_date) if self.start_date else None
        self.last_day = last_day(self.end_date) if self.end_date else None

    def in_force_on(self, day: date) -> bool:
        """Whether the person was there on that day."""
        return (self.first_day is None or self.first_day <= day) and (
            self.last_day is None or day <= self.last_day
        )


for _model in (Person, PersonAlias, Affiliation):
    for _moment in ("before_insert", "before_update"):
        event.listen(_model, _moment, lambda _mapper, _connection, row: row.derive())
