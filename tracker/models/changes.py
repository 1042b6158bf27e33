"""The append-only change log, written by one listener under every flush, and the revision.

A write is attributed first, `attribute(session, "event.edit", by=user)`, then flushed; a flush
that nobody attributed raises. Bulk statements go past the listener: `load` and `generate` call
`record_bulk`, which leaves one Change without items; `load`, which also flushes, says
`attribute_bulk` first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    Table,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.orm import (
    Mapped,
    Mapper,
    Session,
    UOWTransaction,
    mapped_column,
    relationship,
)

from tracker.models.accounts import User
from tracker.models.base import Base, ShortText, one_of, utcnow

_PENDING = "pending_change"
_WITHOUT_ITEMS = "change_without_items"
_MOMENTS = (date, time)
_OPERATIONS = ("insert", "update", "delete")


class UnattributedWrite(RuntimeError):
    """A flush that no `attribute` call came before: nobody would know who wrote it."""


class Change(Base):
    """One write: who, when, what."""

    __tablename__ = "changes"
    logged = False

    at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    action: Mapped[ShortText]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("changes.id"), unique=True)
    # The import that wrote it, whose page undoes it.
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batches.id"), index=True)

    user: Mapped[User | None] = relationship()
    items: Mapped[list[ChangeItem]] = relationship(
        back_populates="change", order_by="ChangeItem.id"
    )


class ChangeItem(Base):
    """What a change did to one row: its columns before and after, as JSON."""

    __tablename__ = "change_items"
    logged = False

    change_id: Mapped[int] = mapped_column(ForeignKey("changes.id"), index=True)
    table_name: Mapped[ShortText]
    row_id: Mapped[int]
    operation: Mapped[ShortText]
    subject_table: Mapped[ShortText]
    subject_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    change: Mapped[Change] = relationship(back_populates="items")

    __table_args__ = (
        Index(None, "subject_table", "subject_id", "id"),
        Index(None, "table_name", "row_id"),
        one_of("operation", _OPERATIONS),
    )


class Revision(Base):
    """One counter, incremented in each writing transaction: unchanged, nothing was written."""

    __tablename__ = "revision"
    logged = False

    value: Mapped[int] = mapped_column(default=0)


# Every write passes here: as tables they are written in half the time that models take.
_CHANGES, _ITEMS, _REVISION = (
    cast(Table, model.__table__) for model in (Change, ChangeItem, Revision)
)


def attribute(session: Session, action: str, by: User | None, undoes: int | None = None) -> None:
    """Say what the writes that follow in this transaction are, and whose; None is the system."""
    session.info.setdefault(
        _PENDING,
        {"action": action, "user_id": by.id if by is not None else None, "undoes_id": undoes},
    )


def attribute_bulk(session: Session, action: str, by: User | None) -> None:
    """Like `attribute`, but the flushes that follow leave one Change without items."""
    attribute(session, action, by)
    session.info[_WITHOUT_ITEMS] = True


def record_bulk(session: Session, action: str, by: User | None) -> None:
    """Leave one Change without items for rows written in bulk."""
    attribute(session, action, by)
    _change_id(session)


def begin_change(
    session: Session, action: str, by: User | None, *, batch: int, undoes: int | None = None
) -> int:
    """Open a Change of an import, though the transaction writes another already; its id."""
    session.flush()
    session.info[_PENDING] = {
        "action": action, "user_id": by.id if by else None, "undoes_id": undoes, "batch_id": batch,
    }  # fmt: skip
    return _change_id(session)


def record_items(session: Session, items: list[dict[str, Any]]) -> None:
    """Write the items of rows that were written in bulk under the Change that is open."""
    if items:
        change_id = _change_id(session)
        session.execute(insert(_ITEMS), [{"change_id": change_id, **item} for item in items])


def logged_values(model: type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a row that was written in bulk, as the log keeps them of any other."""
    logged = {name: values.get(name) for name in _logged_columns(model)}
    for name in _moment_columns(model):
        logged[name] = to_json(logged[name])
    return logged


def pending_change_id(session: Session) -> int | None:
    """Flush, and give the id of the Change that this transaction is writing, if it writes one."""
    session.flush()
    pending: dict[str, Any] = session.info.get(_PENDING, {})
    return pending.get("id")


def current_revision(session: Session) -> int:
    """The number of writing transactions so far."""
    return session.scalar(select(Revision.value)) or 0


def _change_id(session: Session) -> int:
    pending = session.info.get(_PENDING)
    if pending is None:
        raise UnattributedWrite
    if "id" not in pending:
        pending["id"] = session.execute(
            insert(_CHANGES).values(at=utcnow(), **pending).returning(_CHANGES.c.id)
        ).scalar_one()
    return int(pending["id"])


def to_json(value: Any) -> Any:
    """A column's value as JSON can hold it."""
    if isinstance(value, _MOMENTS):
        return value.isoformat()
    return value


@cache
def _logged_columns(model: type[Base]) -> tuple[str, ...]:
    columns = inspect(model).column_attrs
    return tuple(c.key for c in columns if c.key not in model.unlogged_columns)


@cache
def _moment_columns(model: type[Base]) -> tuple[str, ...]:
    types = model.__table__.columns
    return tuple(
        c for c in _logged_columns(model) if issubclass(types[c].type.python_type, _MOMENTS)
    )


def _whole(row: Base) -> dict[str, Any]:
    return {name: to_json(getattr(row, name)) for name in _logged_columns(type(row))}


def _difference(row: Base) -> tuple[dict[str, Any], dict[str, Any]]:
    before, after = {}, {}
    state = inspect(row)
    for name in _logged_columns(type(row)):
        history = state.attrs[name].history
        if not history.has_changes():
            continue
        old = to_json(history.deleted[0]) if history.deleted else None
        new = to_json(getattr(row, name))
        if old != new:
            before[name], after[name] = old, new
    return before, after


def _items(session: Session, context: UOWTransaction) -> Iterator[dict[str, Any]]:
    for row in session.new:
        if row.logged:
            yield _item(row, "insert", None, _whole(row))
    for row in session.dirty:
        if row.logged and session.is_modified(row, include_collections=False):
            before, after = _difference(row)
            if after:
                yield _item(row, "update", before, after)
    for row in _deleted(context):
        if row.logged:
            yield _item(row, "delete", _whole(row), None)


def _deleted(context: UOWTransaction) -> list[Base]:
    """What a flush deletes, with what was only taken out of a collection that owned it."""
    rows = [
        state.obj()
        for state, (is_delete, list_only) in context.states.items()
        if is_delete and not list_only
    ]
    return [row for row in rows if isinstance(row, Base)]


def _item(
    row: Base, operation: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> dict[str, Any]:
    table, subject = row.change_subject
    return {
        "table_name": row.__tablename__, "row_id": row.id, "operation": operation,
        "subject_table": table, "subject_id": subject, "before": before, "after": after,
    }  # fmt: skip


@event.listens_for(Mapper, "after_configured")
def _remember_what_was() -> None:
    """Load a value that had expired when it is set: the log, old slugs and calendars need it."""
    for mapper in Base.registry.mappers:
        for column in mapper.column_attrs:
            getattr(mapper.class_, column.key).impl.active_history = True


@event.listens_for(Session, "after_flush")
def _log(session: Session, context: UOWTransaction) -> None:
    if _WITHOUT_ITEMS in session.info:
        if any(_items(session, context)):
            _change_id(session)
        return
    record_items(session, list(_items(session, context)))


@event.listens_for(Session, "before_commit")
def _count(session: Session) -> None:
    session.flush()
    if "id" in session.info.get(_PENDING, ()):
        session.execute(update(_REVISION).values(value=_REVISION.c.value + 1))


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_PENDING, None)
    session.info.pop(_WITHOUT_ITEMS, None)
