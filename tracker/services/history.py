"""The history of a thing, and undoing a change from what the change log kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, inspect, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.access import EDIT, can, has_permission
from tracker.errors import Conflict
from tracker.models import Base, Change, ChangeItem, Event, Person, User
from tracker.models.attendance import Attendance
from tracker.models.base import utcnow
from tracker.models.changes import attribute, to_json
from tracker.services.visibility import visible_to

_MODELS: dict[str, Any] = {
    mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers
}
_PARSERS: dict[type, Any] = {
    datetime: datetime.fromisoformat, date: date.fromisoformat, time: time.fromisoformat,
}  # fmt: skip


# Who may do what is decided on the pages of users, by administrators; an undo is anybody's.
MOST_ID = 2**31 - 1
_NEVER_UNDONE = frozenset({"users", "feeds"})
# Rows that are nobody's own: whoever may edit what they belong to may edit them.
_OF_THEIR_SUBJECT = frozenset(
    {"event_organizations", "event_topics", "headcounts", "person_emails", "aliases"}
)


@dataclass(frozen=True)
class HistoryEntry:
    """One change, with its items that concern the subject."""

    change: Change
    items: Sequence[ChangeItem]
    undone: bool


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
    items = session.scalars(
        select(ChangeItem).where(ChangeItem.change_id.in_(wanted), concerns).order_by(ChangeItem.id)
    ).all()
    undone = set(session.scalars(select(Change.undoes_id).where(Change.undoes_id.in_(wanted))))
    return [
        HistoryEntry(
            change,
            [item for item in items if item.change_id == change.id],
            change.id in undone,
        )
        for change in changes
    ]


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


def may_undo(session: Session, change: Change, user: User) -> bool:
    """Whether a user may set a change back: a contributor its own, others what they may see."""
    if not has_permission(user, EDIT) and not (
        change.user_id == user.id and _still_theirs(session, change, user)
    ):
        return False
    ids = {i.subject_id for i in change.items if i.subject_table == Event.__tablename__}
    hidden = (
        select(Event.id)
        .where(Event.id.in_(ids), Event.visibility == "organization")
        .where(or_(Event.owner_id.is_(None), Event.owner_id != user.organization_id))
    )
    return session.scalar(hidden.limit(1)) is None


def _still_theirs(session: Session, change: Change, user: User) -> bool:
    """Whether a user may edit what a change changed, now: it may have gone to another since."""
    made = {(item.table_name, item.row_id) for item in change.items if item.operation == "insert"}
    for item in change.items:
        changed = (item.table_name, item.row_id)
        if item.table_name in _OF_THEIR_SUBJECT:
            changed = (item.subject_table, item.subject_id)
        elif item.operation != "update":
            continue
        row = session.get(_MODELS[changed[0]], changed[1]) if changed not in made else None
        if isinstance(row, Event) and row.deleted_at is not None:
            continue
        if row is not None and not can(user, "edit", row):
            return False
    return True


def undo(session: Session, change: Change, by: User) -> None:
    """Set back what a change did; raises Conflict where somebody has written since."""
    if not change.items:
        raise Conflict(_("This change was made in bulk and cannot be undone here."))
    if any(item.table_name in _NEVER_UNDONE for item in change.items):
        raise Conflict(_("A change of an account cannot be undone; edit the account instead."))
    if session.scalar(select(Change.id).where(Change.undoes_id == change.id)):
        raise Conflict(_("This change has been undone already."))
    attribute(session, "undo", by=by, undoes=change.id)
    # Said beforehand: after a failed flush not even the reader's language can be looked up.
    refused = _("Others refer to it by now, or another has taken its place: it cannot be undone.")
    try:
        # Rows come back in the order the flush gives them: what refers after what it refers to.
        with session.no_autoflush:
            _reverse(session, change)
        session.flush()
    except IntegrityError as error:
        raise Conflict(refused) from error


def _reverse(session: Session, change: Change) -> None:
    gone = {item.row_id for item in change.items if _creates_event(item)}
    for item in reversed(change.items):
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
    row = session.get(_MODELS[item.table_name], item.row_id)
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
    session.delete(row)
    session.flush()


def _set_back(session: Session, item: ChangeItem) -> None:
    row = _row(session, item)
    _check_unchanged(row, item.after or {})
    for name, value in (item.before or {}).items():
        setattr(row, name, _parsed(type(row), name, value))


def _bring_back(session: Session, item: ChangeItem) -> None:
    model = _MODELS[item.table_name]
    if session.get(model, item.row_id) is not None:
        raise Conflict(_("It is there already."))
    values = {name: _parsed(model, name, value) for name, value in (item.before or {}).items()}
    session.add(model(**values))


def _parsed(model: type[Base], name: str, value: Any) -> Any:
    if value is None:
        return None
    kind = inspect(model).columns[name].type.python_type
    parse = _PARSERS.get(kind)
    return parse(value) if parse else value


_REVERSE = {"insert": _remove, "update": _set_back, "delete": _bring_back}
