"""Organizations, their aliases, and groupings of countries or organizations."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, event
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
)
from tracker.models.text import fold, search_text, slugify
from tracker.models.vocabulary import ORGANIZATION_KINDS, STAKEHOLDER_GROUPS


class Organization(Timestamps, Provenance, Names, Searchable, Base):
    """Whoever acts: organizes, partners, takes part."""

    __tablename__ = "organizations"
    unlogged_columns = frozenset({"search", "sort_name", "updated_at", "version"})

    acronym: Mapped[ShortText] = mapped_column(unique=True)
    slug: Mapped[ShortText] = mapped_column(unique=True)
    kind: Mapped[ShortText | None]
    stakeholder_group: Mapped[ShortText | None]
    country: Mapped[Country | None]
    headquarters_city: Mapped[ShortText | None]
    website: Mapped[str | None] = mapped_column(String(500))
    email_domains: Mapped[str | None] = mapped_column(String(500))
    based_at_casa_de_internet: Mapped[bool] = mapped_column(default=False)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    successor_date: Mapped[PartialDate | None]
    synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    parent: Mapped[Organization | None] = relationship(
        foreign_keys=[parent_id], remote_side="Organization.id", back_populates="children"
    )
    # Nobody loses its parent because that is deleted: the database refuses instead.
    children: Mapped[list[Organization]] = relationship(
        foreign_keys=[parent_id],
        back_populates="parent",
        order_by="Organization.sort_name",
        passive_deletes="all",
    )
    successor: Mapped[Organization | None] = relationship(
        foreign_keys=[successor_id], remote_side="Organization.id"
    )
    aliases: Mapped[list[Alias]] = relationship(
        back_populates="organization", order_by="Alias.text", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        named_check(),
        one_of("kind", ORGANIZATION_KINDS),
        one_of("stakeholder_group", STAKEHOLDER_GROUPS),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("successor_id <> id", name="not_its_own_successor"),
        *provenance_checks(),
    )

    def derive(self) -> None:
        """Set the columns that follow from others."""
        self.slug = slugify(self.acronym)
        self.search = search_text(
            self.acronym, self.name_en, self.name_es, self.name_pt, self.headquarters_city
        )
        self.sort_name = fold(self.acronym)[:100]

    def title_in(self, language: str) -> str:
        """How lists and sentences call it: the acronym, which is the same in each language."""
        return self.acronym


class Alias(Provenance, Base):
    """A spelling of an organization that was met somewhere."""

    __tablename__ = "aliases"

    organization_id: Mapped[int] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(String(300), unique=True)
    folded: Mapped[str] = mapped_column(String(300), index=True)

    organization: Mapped[Organization] = relationship(back_populates="aliases")

    __table_args__ = provenance_checks()

    @property
    def change_subject(self) -> tuple[str, int]:
        return Organization.__tablename__, self.organization_id

    def derive(self) -> None:
        """Set the columns that follow from others."""
        self.folded = fold(self.text)[:300]


class Grouping(Base):
    """A named set of countries or of organizations."""

    __tablename__ = "groupings"

    name: Mapped[ShortText] = mapped_column(unique=True)
    slug: Mapped[ShortText] = mapped_column(unique=True)

    members: Mapped[list[GroupingMember]] = relationship(
        back_populates="grouping", cascade="all, delete-orphan"
    )

    def derive(self) -> None:
        """Set the columns that follow from others."""
        self.slug = slugify(self.name)


class GroupingMember(Provenance, Base):
    """A country or an organization in a grouping."""

    __tablename__ = "grouping_members"

    grouping_id: Mapped[int] = mapped_column(ForeignKey("groupings.id", ondelete="CASCADE"))
    country: Mapped[Country | None]
    organization_id: Mapped[int | None] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    status: Mapped[ShortText | None]

    grouping: Mapped[Grouping] = relationship(back_populates="members")
    organization: Mapped[Organization | None] = relationship()

    __table_args__ = (
        UniqueConstraint("grouping_id", "country"),
        UniqueConstraint("grouping_id", "organization_id"),
        CheckConstraint(
            "(country IS NULL) <> (organization_id IS NULL)", name="country_or_organization"
        ),
        *provenance_checks(),
    )

    @property
    def change_subject(self) -> tuple[str, int]:
        return Grouping.__tablename__, self.grouping_id


class RegionCountry(Provenance, Base):
    """The region a country has in a scheme."""

    __tablename__ = "region_countries"

    scheme: Mapped[ShortText]
    country: Mapped[Country]
    region: Mapped[ShortText]

    __table_args__ = (UniqueConstraint("scheme", "country"), *provenance_checks())


for _model in (Organization, Alias, Grouping):
    for _moment in ("before_insert", "before_update"):
        event.listen(_model, _moment, lambda _mapper, _connection, row: row.derive())
