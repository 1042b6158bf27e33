"""Where an item stands: which event it is, and what differs between the two."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

from tracker.models import CalendarItem, CalendarSource, Event
from tracker.models.when import first_day, last_day
from tracker.services.bulk import in_chunks
from tracker.services.calendars.matching import EventIndex, Known
from tracker.services.calendars.merging import Merged, merge
from tracker.services.calendars.values import values_here

_CHUNK = 500
# How far around its items events are looked at: theirs may have been moved.
_AROUND = timedelta(days=130)


def within_reach(source: CalendarSource) -> ColumnElement[bool]:
    """The condition on Event: one that a calendar may be matched with.

    What its owner alone sees only where the calendar, too, is for nobody else.
    """
    reach: ColumnElement[bool] = Event.visibility != "organization"
    if source.visibility == "organization" and source.owner_id is not None:
        reach = or_(reach, Event.owner_id == source.owner_id)
    return reach


def is_open(item: CalendarItem) -> bool:
    """Whether nobody and nothing has said yet which event it is."""
    return item.event_id is None and item.answer is None


def settle(session: Session, source: CalendarSource, items: Sequence[CalendarItem]) -> None:
    """Say of items which event they are and where they stand; what people answered stays."""
    find_events(session, source, [item for item in items if is_open(item)])
    for item in items:
        if item.event_id is None:
            item.status = _without_event(item)
    for event, item in with_events(session, items):
        stand(item, event)


def with_events(
    session: Session, items: Iterable[CalendarItem], *options: ExecutableOption
) -> Iterable[tuple[Event, CalendarItem]]:
    """Items that are an event, with it and what the options load; many at a time."""
    for some in in_chunks((item for item in items if item.event_id is not None), _CHUNK):
        query = select(Event).where(Event.id.in_({item.event_id for item in some}))
        events = {event.id: event for event in session.scalars(query.options(*options))}
        yield from ((events[item.event_id], item) for item in some if item.event_id in events)


def _without_event(item: CalendarItem) -> str:
    if item.answer == "skip":
        return "skipped"
    if item.answer == "create":
        return "new"
    if item.theirs.get("private") or item.theirs["status"] == "cancelled":
        # Not meant for others; or over before anybody here knew of it.
        return "skipped"
    return "question" if item.candidates else "new"


def stand(item: CalendarItem, event: Event) -> Merged | None:
    """Note where an item stands with its event; the comparison, where there is one."""
    merged = None
    if item.answer == "skip" or event.deleted_at is not None:
        # Deleted by somebody, or its recording was undone: not done over unless that is asked for.
        item.status, item.conflicts = "new" if item.answer == "create" else "skipped", {}
    elif item.uid == event.uid or item.theirs.get("private"):
        # Our own event read back, of which we know better; or what is none of ours by now.
        item.status, item.conflicts = "same", {}
    else:
        merged = merge(item.taken, values_here(event), item.theirs)
        item.status, item.conflicts = merged.status, merged.conflicts
        if merged.status == "same":
            item.taken = merged.taken
    return merged


# ---- which event it is


def find_events(session: Session, source: CalendarSource, items: Sequence[CalendarItem]) -> None:
    """Link items with the events they certainly are; keep candidates of the others."""
    if not items:
        return
    found = _by_uid(session, source, items)
    rest = []
    for item in items:
        event_id = found.get((item.uid, item.recurrence))
        if event_id is None:
            rest.append(item)
        else:
            _link(item, event_id, "uid")
    _by_name(session, source, rest)


def _link(item: CalendarItem, event_id: int, match: str) -> None:
    item.event_id, item.match, item.candidates = event_id, match, []


def _by_uid(
    session: Session, source: CalendarSource, items: Sequence[CalendarItem]
) -> dict[tuple[str, str], int]:
    """The events of these identifiers: our own read back, or known from another calendar."""
    found: dict[tuple[str, str], int] = {}
    for some in in_chunks(items, _CHUNK):
        names = [(item.uid, item.recurrence) for item in some]
        elsewhere = (
            select(CalendarItem.uid, CalendarItem.recurrence, CalendarItem.event_id)
            .join(CalendarItem.event)
            .where(
                tuple_(CalendarItem.uid, CalendarItem.recurrence).in_(names),
                CalendarItem.source_id != source.id,
                within_reach(source),
            )
            .order_by(CalendarItem.id.desc())
        )
        for uid, recurrence, id_ in session.execute(elsewhere):
            found[uid, recurrence] = id_ or 0
        ours = select(Event.uid, Event.id).where(Event.uid.in_([uid for uid, _ in names]))
        found |= {(uid, ""): id_ for uid, id_ in session.execute(ours)}
    return found


def _by_name(session: Session, source: CalendarSource, items: Sequence[CalendarItem]) -> None:
    if not items:
        return
    index = EventIndex(_known_around(session, source, items))
    linked = _linked(session, source)
    # Who tells of the very hour comes before who tells of the day only.
    for exact in (True, False):
        rest = []
        for item in items:
            match = index.match(item.theirs, item.theirs.get("space_id"), linked)
            if match.event_id is None or match.exact < exact:
                item.match, item.candidates = None, match.candidates
                rest.append(item)
            else:
                linked.add(match.event_id)
                _link(item, match.event_id, "name+dates")
        items = rest


def _linked(session: Session, source: CalendarSource) -> set[int]:
    """The events that items of the calendar are already, whether or not that is written yet."""
    query = select(CalendarItem.event_id).where(
        CalendarItem.source_id == source.id, CalendarItem.event_id.is_not(None)
    )
    return {id_ for id_ in session.scalars(query) if id_ is not None}


def _known_around(
    session: Session, source: CalendarSource, items: Sequence[CalendarItem]
) -> list[Known]:
    first = min(first_day(item.theirs["start_date"]) for item in items)
    last = max(last_day(item.theirs["end_date"]) for item in items)
    columns: list[Any] = [
        Event.id, Event.name_en, Event.name_es, Event.name_pt, Event.start_date, Event.end_date,
        Event.start_time, Event.space_id, Event.city, Event.edition,
    ]  # fmt: skip
    around = and_(Event.first_day <= last + _AROUND, Event.last_day >= first - _AROUND)
    query = select(*columns).where(
        Event.deleted_at.is_(None), or_(around, Event.start_date.is_(None)), within_reach(source)
    )
    return [
        Known(
            id_, tuple(filter(None, names)), start, end,
            f"{clock:%H:%M}" if clock is not None else None, space_id, city, edition,
        )
        for id_, *names, start, end, clock, space_id, city, edition in session.execute(query)
    ]  # fmt: skip
