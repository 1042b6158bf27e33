"""What people answer about items of a calendar; events are written by recording only."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.models import CalendarItem, CalendarSource, Event, User
from tracker.models.base import utcnow
from tracker.services.calendars.merging import piece_of, pieces
from tracker.services.calendars.settling import settle, with_events
from tracker.services.calendars.staging import alone_with, read_anew
from tracker.services.calendars.values import values_here

SIDES = ("ours", "theirs")


def find_item(session: Session, source: CalendarSource, item_id: int) -> CalendarItem | None:
    """An item of a calendar."""
    return session.scalar(
        select(CalendarItem).where(
            CalendarItem.id == item_id, CalendarItem.source_id == source.id
        )
    )  # fmt: skip


def _alone(session: Session, source: CalendarSource, item: CalendarItem) -> None:
    alone_with(session, source)
    read_anew(session, item)


def choose_event(
    session: Session, source: CalendarSource, item: CalendarItem, event: Event, by: User
) -> None:
    """Say which event here an item is; raises Conflict where another item is that one."""
    _alone(session, source, item)
    query = select(CalendarItem.summary).where(
        CalendarItem.source_id == source.id,
        CalendarItem.event_id == event.id,
        CalendarItem.id != item.id,
    )
    other = session.scalar(query.limit(1))
    if other is not None:
        raise Conflict(
            _("“%(name)s” of this calendar is that event already.", name=other), "event_key"
        )
    item.event_id, item.match, item.taken = event.id, "decision", None
    _answered(item, "event", by)
    settle(session, source, [item])
    session.flush()


def create_anyway(
    session: Session, source: CalendarSource, item: CalendarItem, by: User
) -> None:  # fmt: skip
    """Say that an item is none of the events here: recording makes one, or brings back its own."""
    _alone(session, source, item)
    event = session.get(Event, item.event_id) if item.event_id is not None else None
    if event is not None and event.deleted_at is None:
        item.event_id, item.taken = None, None
    item.match = None
    _answered(item, "create", by)
    settle(session, source, [item])
    session.flush()


def leave_out(session: Session, source: CalendarSource, item: CalendarItem, by: User) -> None:
    """Say that an item is not to be brought in, nor brought up to date any more."""
    _alone(session, source, item)
    _answered(item, "skip", by)
    settle(session, source, [item])
    session.flush()


def take_back(session: Session, source: CalendarSource, item: CalendarItem, by: User) -> None:
    """Forget what was answered about an item, and look for its event anew."""
    _alone(session, source, item)
    if item.answer == "event" or item.event_id is None:
        item.event_id, item.match, item.taken = None, None, None
    _answered(item, None, by)
    settle(session, source, [item])
    session.flush()


def _answered(item: CalendarItem, answer: str | None, by: User) -> None:
    item.answer, item.decided_by_id = answer, by.id


def settle_conflicts(
    session: Session,
    source: CalendarSource,
    item: CalendarItem,
    sides: Mapping[str, str],
    by: User,
) -> None:
    """Say by column (of a piece any will do) which side holds: "ours" stays, "theirs" is recorded.

    What is not said stays open.
    """
    _alone(session, source, item)
    for event, each in with_events(session, [item]):
        _take_sides(each, event, sides)
    item.decided_by_id = by.id
    settle(session, source, [item])
    session.flush()


def _take_sides(item: CalendarItem, event: Event, sides: Mapping[str, str]) -> None:
    """Compare the rest of time with their version (ours stays) or with ours (theirs is news)."""
    taken, ours = dict(item.taken or {}), values_here(event)
    for column, side in sides.items():
        piece = piece_of(column)
        if item.conflicts.keys().isdisjoint(piece):
            continue
        base = item.theirs if side == "ours" else ours
        taken.update({name: base[name] for name in piece})
    item.taken = taken


def settle_gone(
    session: Session, source: CalendarSource, item: CalendarItem, cancelled: bool, by: User
) -> None:
    """Say of an event that left its calendar that it is cancelled, or that it stays as it is."""
    _alone(session, source, item)
    if item.status != "gone":
        return
    _leave(session, item, cancelled, by)
    session.flush()


def _leave(session: Session, item: CalendarItem, cancelled: bool, by: User) -> None:
    item.status, item.decided_by_id = "same", by.id
    for event, each in with_events(session, [item]):
        if cancelled and event.status != "cancelled":
            each.theirs = {**each.theirs, "status": "cancelled"}
            each.taken = {**(each.taken or each.theirs), "status": event.status}
            each.status = "changed"


# ---- many at once


def _open_items(
    session: Session, source: CalendarSource, *statuses: str
) -> Sequence[CalendarItem]:  # fmt: skip
    alone_with(session, source)
    query = select(CalendarItem).where(
        CalendarItem.source_id == source.id, CalendarItem.status.in_(statuses)
    )
    return session.scalars(query.execution_options(populate_existing=True)).all()


def settle_all_conflicts(session: Session, source: CalendarSource, side: str, by: User) -> None:
    """Let one side hold in all that both changed."""
    items = _open_items(session, source, "conflict")
    for event, item in with_events(session, items):
        _take_sides(item, event, dict.fromkeys(item.conflicts, side))
        item.decided_by_id = by.id
    settle(session, source, items)
    session.flush()


def settle_all_gone(session: Session, source: CalendarSource, cancelled: bool, by: User) -> None:
    """Say of all that left the calendar that they are cancelled, or stay as they are."""
    for item in _open_items(session, source, "gone"):
        _leave(session, item, cancelled, by)
    session.flush()


def leave_out_past(session: Session, source: CalendarSource, by: User) -> None:
    """Leave out of what is new everything that began before today."""
    today = utcnow().date().isoformat()
    items = _open_items(session, source, "new")
    _answer_all((item for item in items if item.starts < today), "skip", by)
    session.flush()


def create_all(session: Session, source: CalendarSource, by: User) -> None:
    """Say of all that are asked about that they are none of the events here."""
    _answer_all(_open_items(session, source, "question"), "create", by)
    session.flush()


def _answer_all(items: Iterable[CalendarItem], answer: str, by: User) -> None:
    for item in items:
        _answered(item, answer, by)
        item.status = "skipped" if answer == "skip" else "new"


def ask_again(session: Session, source: CalendarSource, by: User) -> None:
    """Let recording bring back all that was recorded from a calendar and is deleted by now."""
    deleted = (
        select(CalendarItem)
        .join(CalendarItem.event)
        .where(CalendarItem.source_id == source.id, Event.deleted_at.is_not(None))
    )
    alone_with(session, source)
    _answer_all(session.scalars(deleted.execution_options(populate_existing=True)), "create", by)
    session.flush()


def conflict_pieces(item: CalendarItem) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """What differs, by the columns that are decided together: those columns, and both sides."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    order = [*pieces(item.theirs)]
    for column, sides in item.conflicts.items():
        found.setdefault(piece_of(column), {})[column] = sides
    return sorted(
        found.items(), key=lambda each: order.index(each[0]) if each[0] in order else len(order)
    )
