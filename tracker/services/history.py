"""The history of a thing, and undoing a change from what the change log kept."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, inspect, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.errors import Conflict
from tracker.models import Base, Change, ChangeItem, Event, Person, User
from tracker.models.attendance import Attendance
from tracker.models.base import utcnow
from tracker.models.changes import attribute, record_items, to_json
from tracker.services.bulk import in_chunks
from tracker.services.redaction import is_redacted
from tracker.services.undo_rights import MODELS, merges
from tracker.services.visibility import visible_to

_PARSERS: dict[type, Any] = {
    datetime: datetime.fromisoformat, date: date.fromisoformat, time: time.fromisoformat,
}  # fmt: skip


MOST_ID = 2**31 - 1
MOST_ITEMS = 20
# Who may do what is decided on the pages of users, by administrators; an undo is anybody's.
_NEVER_UNDONE = frozenset({"users", "feeds"})
_ERASURE = "person.erase"
_PRELOADED = 500


@dataclass(frozen=True)
class HistoryEntry:
    """One change, with its items that concern the subject."""

    change: Change
    items: Sequence[ChangeItem]
    undone: bool
    # How many items there are beyond these; an import writes thousands.
    more: int = 0

    @property
    def can_be_undone(self) -> bool:
        """Whether there is something to set back; of an erasure, and of what it took, nothing is."""
        gone = self.change.action == _ERASURE or any(map(is_redacted, self.items))
        imported = self.change.batch_id is not None
        return bool(self.items) and not self.undone and not gone and not imported


def history_of(
    session: Session,
    subject: Base,
    before: int | None = None,
    size: int = 20,
    user: User | None = None,
) -> list[HistoryEntry]:
    """The latest changes of a thing and what belongs to it, newest first.

    `before` is a change id to go on from; `user` reads it, who sees what a person did at events
    only where the events may be seen.
    """
    concerns = _concerning(subject, user)
    ids = select(ChangeItem.change_id).where(concerns)
    query: Select[Any] = (
        select(Change)
        .where(Change.id.in_(ids))
        .options(joinedload(Change.user))
        .order_by(Change.id.desc())
        .limit(size)
    )
    if before is not None:
        query = query.where(Change.id < max(0, min(before, MOST_ID)))
    changes = session.scalars(query).all()
    wanted = [change.id for change in changes]
    items, counts = _first_items(session, wanted, concerns)
    undone = set(session.scalars(select(Change.undoes_id).where(Change.undoes_id.in_(wanted))))
    return [
        HistoryEntry(
            change,
            items[change.id],
            change.id in undone,
            counts[change.id] - len(items[change.id]),
        )
        for change in changes
    ]


def _first_items(
    session: Session, changes: Sequence[int], concerns: ColumnElement[bool]
) -> tuple[dict[int, list[ChangeItem]], dict[int, int]]:
    """The first items of each change, and how many it has in all."""
    by_change: dict[str, Any] = {"partition_by": ChangeItem.change_id}
    ranked = (
        select(
            ChangeItem.id,
            func.row_number().over(order_by=ChangeItem.id, **by_change).label("place"),
            func.count().over(**by_change).label("of"),
        )
        .where(ChangeItem.change_id.in_(changes), concerns)
        .subquery()
    )
    query = select(ChangeItem, ranked.c.of).join(ranked, ranked.c.id == ChangeItem.id)
    items: dict[int, list[ChangeItem]] = defaultdict(list)
    counts: dict[int, int] = defaultdict(int)
    shown = query.where(ranked.c.place <= MOST_ITEMS).order_by(ChangeItem.id)
    for item, count in session.execute(shown):
        items[item.change_id].append(item)
        counts[item.change_id] = count
    return items, counts


def _concerning(subject: Base, user: User | None) -> ColumnElement[bool]:
    own = and_(
        ChangeItem.subject_table == subject.__tablename__, ChangeItem.subject_id == subject.id
    )
    if isinstance(subject, Person):
        attended = (
            select(Attendance.id)
            .join(Attendance.event)
            .where(Attendance.person_id == subject.id, visible_to(user))
        )
        return or_(
            own,
            and_(
                ChangeItem.table_name == Attendance.__tablename__, ChangeItem.row_id.in_(attended)
            ),
        )
    return own


def find_change(session: Session, change_id: int) -> Change | None:
    """A change with its items."""
    return session.scalar(
        select(Change).where(Change.id == change_id).options(selectinload(Change.items))
    )


def undo(session: Session, change: Change, by: User) -> None:
    """Set back what a change did; raises Conflict where somebody has written since."""
    if change.batch_id is not None:
        raise Conflict(_("An import made this change; undo it on the page of the import."))
    if not change.items:
        raise Conflict(_("This change was made in bulk and cannot be undone here."))
    if any(item.table_name in _NEVER_UNDONE for item in change.items) and not merges(
        session, change
    ):
        raise Conflict(_("A change of an account cannot be undone; edit the account instead."))
    if change.action == _ERASURE:
        raise Conflict(_("Erasing a person cannot be undone."))
    if any(map(is_redacted, change.items)):
        raise Conflict(_("It concerns somebody who has been erased since, so it cannot be undone."))
    if session.scalar(select(Change.id).where(Change.undoes_id == change.id)):
        raise Conflict(_("This change has been undone already."))
    attribute(session, "undo", by=by, undoes=change.id)
    # Said beforehand: after a failed flush not even the reader's language can be looked up.
    refused = _("Others refer to it by now, or another has taken its place: it cannot be undone.")
    try:
        # Rows come back in the order the flush gives them: what refers after what it refers to.
        with session.no_autoflush:
            known = list(_preloaded(session, change.items))
            _reverse(session, change)
        session.flush()
        del known
    except IntegrityError as error:
        raise Conflict(refused) from error


def _preloaded(session: Session, items: Iterable[ChangeItem]) -> Iterable[Base]:
    """The rows of a change in few queries; those who hold them find them one by one for free."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for item in items:
        if item.operation != "delete":
            wanted[item.table_name].append(item.row_id)
    for table, ids in wanted.items():
        model = MODELS[table]
        for some in in_chunks(ids, _PRELOADED):
            yield from session.scalars(select(model).where(model.id.in_(some)))


def _reverse(session: Session, change: Change) -> None:
    gone = {item.row_id for item in change.items if _creates_event(item)}
    before = ""
    for item in reversed(change.items):
        if before == "delete" != item.operation:
            # What came back must be there before others refer to it again.
            session.flush()
        before = item.operation
        # Calendars must be told of an event that goes, so it and its links stay as rows.
        if item.subject_table == Event.__tablename__ and item.subject_id in gone:
            if _creates_event(item):
                _take_away(session, item, gone)
            continue
        _REVERSE[item.operation](session, item)


def _take_away(session: Session, item: ChangeItem, gone: set[int]) -> None:
    event = _row(session, item)
    _check_unchanged(event, item.after or {})
    part = select(Event.id).where(
        Event.parent_id == event.id, Event.deleted_at.is_(None), Event.id.not_in(gone)
    )
    if session.scalar(part.limit(1)) is not None:
        raise Conflict(_("Other events are part of it by now, so it cannot be taken away."))
    event.deleted_at = utcnow()


def _creates_event(item: ChangeItem) -> bool:
    return item.operation == "insert" and item.table_name == Event.__tablename__


def _row(session: Session, item: ChangeItem) -> Any:
    row = session.get(MODELS[item.table_name], item.row_id)
    if row is None:
        raise Conflict(_("What this change wrote has been deleted since."))
    return row


def _check_unchanged(row: Any, after: dict[str, Any]) -> None:
    for name, value in after.items():
        if name != "created_at" and to_json(getattr(row, name)) != value:
            raise Conflict(_("It has been edited since, so undoing would lose the later edit."))


def _remove(session: Session, item: ChangeItem) -> None:
    row = _row(session, item)
    _check_unchanged(row, item.after or {})
    # What was moved away from it must not be taken for its own, and go with it.
    session.flush()
    session.expire(row)
    session.delete(row)
    session.flush()


def _set_back(session: Session, item: ChangeItem) -> None:
    if not MODELS[item.table_name].logged:
        _set_back_unlogged(session, item)
        return
    row = _row(session, item)
    _check_unchanged(row, item.after or {})
    for name, value in (item.before or {}).items():
        setattr(row, name, _parsed(type(row), name, value))


def _set_back_unlogged(session: Session, item: ChangeItem) -> None:
    """Set back a row that the log does not follow, unless it has gone on or gone.

    That it was is told here, so that the undo can be undone in its turn.
    """
    row: Any = session.get(MODELS[item.table_name], item.row_id)
    before, after = item.before or {}, item.after or {}
    if row is None or any(getattr(row, name) != after[name] for name in after):
        return
    for name, value in before.items():
        setattr(row, name, value)
    record_items(
        session,
        [
            {
                "table_name": item.table_name, "row_id": item.row_id, "operation": "update",
                "subject_table": item.subject_table, "subject_id": item.subject_id,
                "before": after, "after": before,
            }
        ],
    )  # fmt: skip


def _bring_back(session: Session, item: ChangeItem) -> None:
    model = MODELS[item.table_name]
    if session.get(model, item.row_id) is not None:
        raise Conflict(_("It is there already."))
    session.add(model(**parsed_values(model, item.before or {})))


def parsed_values(model: type[Base], values: dict[str, Any]) -> dict[str, Any]:
    """Columns as the log keeps them, as the database takes them."""
    return {name: _parsed(model, name, value) for name, value in values.items()}


def _parsed(model: type[Base], name: str, value: Any) -> Any:
    if value is None:
        return None
    kind = inspect(model).columns[name].type.python_type
    parse = _PARSERS.get(kind)
    return parse(value) if parse else value


_REVERSE = {"insert": _remove, "update": _set_back, "delete": _bring_back}
