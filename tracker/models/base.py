"""What every table shares: naming of constraints, column types, provenance, timestamps."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import CheckConstraint, DateTime, MetaData, String, Text, event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from tracker.models.vocabulary import CONFIDENCES, LANGUAGES


def utcnow() -> datetime:
    """The present instant, in UTC, to the second: what calendars and people can tell apart."""
    return datetime.now(UTC).replace(microsecond=0)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite would hand it back without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What values are: cursors and undo turn texts back into them."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Base(DeclarativeBase):
    """The declarative base; constraints are named so that migrations can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UTCDateTime}

    id: Mapped[int] = mapped_column(primary_key=True)

    # The change log leaves out what can be derived and what is nobody's business.
    unlogged_columns: ClassVar[frozenset[str]] = frozenset()
    logged: ClassVar[bool] = True

    @property
    def change_subject(self) -> tuple[str, int]:
        """The table and id of the thing whose history a change of this row belongs to."""
        return self.__tablename__, self.id


@event.listens_for(Base, "attribute_instrument")
def _remember(_class: type, _key: str, attribute: InstrumentedAttribute[Any]) -> None:
    """Have every column keep its value from before a change, read first where it was expired.

    The change log, the kept addresses and the calendars all ask what a column was.
    """
    if hasattr(attribute.property, "columns"):
        event.listen(attribute, "set", lambda *_: None, active_history=True)


ShortText = Annotated[str, mapped_column(String(80))]
NameText = Annotated[str, mapped_column(String(300))]
LongText = Annotated[str, mapped_column(Text)]
PartialDate = Annotated[str, mapped_column(String(10))]
Country = Annotated[str, mapped_column(String(2))]


def one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    """A CHECK that the column holds a word of the vocabulary."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_vocabulary")


class Timestamps:
    """When a row was made and last written."""

    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)


class Provenance:
    """Where a row's facts come from, and how far they can be trusted."""

    source: Mapped[str | None] = mapped_column(Text)
    confidence: Mapped[str | None] = mapped_column(String(6))
    notes: Mapped[str | None] = mapped_column(Text)

    @property
    def unverified(self) -> bool:
        """Whether pages mark this row: recollection only, no source read."""
        return self.confidence == "low"


def provenance_checks() -> tuple[CheckConstraint, ...]:
    """The CHECKs that go with Provenance."""
    return (one_of("confidence", CONFIDENCES),)


class Names:
    """A name in each language; at least one is known."""

    name_en: Mapped[str | None] = mapped_column(String(300))
    name_es: Mapped[str | None] = mapped_column(String(300))
    name_pt: Mapped[str | None] = mapped_column(String(300))

    def name_in(self, language: str) -> str:
        """The name in a language, else in the first language that has one."""
        for code in (language, *LANGUAGES):
            name: str | None = getattr(self, f"name_{code}")
            if name:
                return name
        return ""


def named_check() -> CheckConstraint:
    """The CHECK that goes with Names."""
    return CheckConstraint("coalesce(name_en, name_es, name_pt) IS NOT NULL", name="named")


class Searchable:
    """Folded text for `q`, and a folded name to sort by; both derived on every write."""

    search: Mapped[str] = mapped_column(Text, default="")
    sort_name: Mapped[str] = mapped_column(String(100), default="", index=True)
