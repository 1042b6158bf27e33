"""Rows written past the ORM, with the columns that the models derive."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from tracker.models import Base
from tracker.models.base import Names
from tracker.models.changes import logged_values, record_items, to_json

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


def insert_finding_ids(
    session: Session,
    model: type[Base],
    rows: Sequence[Row],
    by: str,
    within: str | None = None,
    after: int | None = None,
) -> list[int]:
    """Insert rows; their ids, in the same order, found by a column that is unique `within` another.

    Half the cost of having SQLite return them row by row. `after` is below all of these ids, and
    above those of all earlier rows within the other column.
    """
    if not rows:
        return []
    insert_rows(session, model, rows)
    table = _table(model)
    query = select(table.c[by], table.c.id)
    if within is not None:
        query = query.where(table.c[within] == rows[0][within])
    if after is not None:
        query = query.where(table.c.id > after)
    else:
        query = query.where(table.c[by].in_([row[by] for row in rows]))
    ids = dict(session.execute(query).all())
    return [ids[row[by]] for row in rows]


def insert_logged(
    session: Session,
    model: type[Base],
    rows: Sequence[Row],
    subject: Callable[[Row], tuple[str, int]] | None = None,
    by: str = "",
    within: str | None = None,
) -> list[int]:
    """Insert rows and their items of the open change; `subject` is the row itself by default.

    `by` and `within` as in `insert_finding_ids`, where there are such columns.
    """
    if by:
        ids = insert_finding_ids(session, model, rows, by, within)
    else:
        ids = insert_giving_ids(session, model, rows)
    whole = [{**row, "id": id_} for id_, row in zip(ids, rows, strict=True)]
    record_items(
        session,
        [_item(model, row, "insert", None, logged_values(model, row), subject) for row in whole],
    )
    return ids


def update_logged(
    session: Session,
    model: type[Base],
    rows: Sequence[tuple[Row, Row]],
    subject: Callable[[Row], tuple[str, int]] | None = None,
) -> None:
    """Write what changes of rows, given as (columns before with `id`, changed columns)."""
    table = _table(model)
    for columns, pairs in groupby(
        sorted(rows, key=lambda pair: sorted(pair[1])), key=lambda pair: sorted(pair[1])
    ):
        chunk = list(pairs)
        values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
        session.connection().execute(
            update(table).where(table.c.id == bindparam("which")).values(values),
            [{"which": old["id"], **{f"new_{k}": v for k, v in new.items()}} for old, new in chunk],
        )
        logged = [name for name in columns if name not in model.unlogged_columns]
        record_items(
            session,
            [
                _item(model, old, "update", {n: to_json(old[n]) for n in logged},
                      {n: to_json(new[n]) for n in logged}, subject)
                for old, new in chunk
            ],
        )  # fmt: skip


def delete_logged(
    session: Session,
    model: type[Base],
    rows: Sequence[Row],
    subject: Callable[[Row], tuple[str, int]] | None = None,
) -> None:
    """Delete rows, given whole, with their items of the open change."""
    table = _table(model)
    for chunk in in_chunks(rows, 1000):
        session.connection().execute(
            delete(table).where(table.c.id.in_([row["id"] for row in chunk]))
        )
        record_items(
            session,
            [
                _item(model, row, "delete", logged_values(model, row), None, subject)
                for row in chunk
            ],
        )


def _item(
    model: type[Base],
    row: Row,
    operation: str,
    before: Row | None,
    after: Row | None,
    subject: Callable[[Row], tuple[str, int]] | None,
) -> Row:
    table, id_ = subject(row) if subject else (model.__tablename__, row["id"])
    return {
        "table_name": model.__tablename__, "row_id": row["id"], "operation": operation,
        "subject_table": table, "subject_id": id_, "before": before, "after": after,
    }  # fmt: skip


def in_chunks(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """The things, so many at a time."""
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)
