"""Rows written past the ORM, with the columns that the models derive."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from tracker.models import Base
from tracker.models.base import Names

Row = dict[str, Any]
Thing = TypeVar("Thing")


class _Deriving(Protocol):
    __tablename__: str

    def derive(self) -> None: ...


class _Draft:
    """Enough of a model's object for `derive` to work on, at a tenth of the cost."""

    name_in = Names.name_in


def derived(model: type[_Deriving], **values: Any) -> Row:
    """The row of these values, with what the model derives from them."""
    draft = _Draft()
    draft.__dict__.update(values)
    model.derive(cast(_Deriving, draft))
    return draft.__dict__


def insert_rows(session: Session, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows, which all have the same columns."""
    if rows:
        session.execute(insert(_table(model)), rows)


def insert_giving_ids(session: Session, model: type[Base], rows: Sequence[Row]) -> list[int]:
    """Insert rows, which all have the same columns; their ids, in the same order."""
    if not rows:
        return []
    table = _table(model)
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(session.execute(statement, rows).scalars())


def in_chunks(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """The things, so many at a time."""
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)
