"""Paging by an opaque cursor: the place in the order where a page ended, not a row number."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.errors import BadFilter

PAGE_SIZE = 50
Row = TypeVar("Row")


@dataclass(frozen=True)
class Order:
    """A column to sort by, and the id that settles ties; both in one direction."""

    column: InstrumentedAttribute[Any]
    key: InstrumentedAttribute[int]
    descending: bool = False

    def by(self) -> tuple[ColumnElement[Any], ...]:
        """The ORDER BY."""
        columns = (self.column, self.key)
        return tuple(c.desc() if self.descending else c.asc() for c in columns)

    def behind(self, value: Any, key: int) -> ColumnElement[bool]:
        """The rows that come after a row with this value and key.

        One comparison of pairs, which an index over both answers from its middle; two
        comparisons joined by OR would be tried on every row before.
        """
        here = tuple_(self.column, self.key)
        there = tuple_(literal(value, self.column.type), literal(key, self.key.type))
        return here < there if self.descending else here > there

    def value_of(self, row: Any) -> Any:
        """What the column holds in a row."""
        return getattr(row, self.column.key)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the cursor of the next one if there is more."""

    rows: Sequence[Row]
    next_cursor: str | None


def fetch_page(
    session: Session,
    query: Select[Row],
    order: Order,
    after: str | None,
    size: int = PAGE_SIZE,
) -> Page[Row]:
    """One page of a query in an order; raises BadFilter on a cursor that is none."""
    if after:
        query = query.where(order.behind(*_decode(after, order)))
    rows = session.scalars(query.order_by(*order.by()).limit(size + 1)).unique().all()
    more = len(rows) > size
    return Page(rows[:size], _encode(rows[size - 1], order) if more else None)


def order_by_name(model: Any, sort: str | None) -> Order:
    """The order of a list that is sorted by name: `name` (the default) or `-name`."""
    if sort not in (None, "name", "-name"):
        raise BadFilter(_("“sort” is one of %(words)s.", words="name, -name"))
    return Order(model.sort_name, model.id, descending=sort == "-name")


def _encode(row: Any, order: Order) -> str:
    value = order.value_of(row)
    if isinstance(value, date | datetime):
        value = value.isoformat()
    packed = json.dumps([value, getattr(row, order.key.key)]).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _storable(value: Any) -> bool:
    """Whether a column could hold it: no larger integer, no text of NULs and half characters."""
    match value:
        case int():
            return abs(value) < 2**31
        case str():
            return "\0" not in value and value.isprintable()
        case datetime():
            return value.tzinfo is not None and value.astimezone(UTC) is not None
        case _:
            return True


def _decode(cursor: str, order: Order) -> tuple[Any, int]:
    try:
        packed = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        value, key = json.loads(packed)
        kind = order.column.type.python_type
        if kind in (date, datetime):
            value = kind.fromisoformat(value)
        if not isinstance(value, kind) or not _storable(value) or not _storable(key):
            raise ValueError(cursor)
        if not isinstance(key, int) or isinstance(value, bool) or isinstance(key, bool):
            raise TypeError(cursor)
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
        raise BadFilter(
            _("“after” is not a place in this list; start from its first page.")
        ) from error
    else:
        return value, key
