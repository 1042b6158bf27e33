"""What was read of a calendar, kept as items until somebody decides; nothing here writes events."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect, select, update
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import ObjectDeletedError

from tracker.formats.calendars import ReadCalendar, ReadEvent
from tracker.models import CalendarItem, CalendarSource
from tracker.models.base import utcnow
from tracker.services.calendars.reading import CannotRead, Looked, as_json
from tracker.services.calendars.settling import is_open, settle
from tracker.services.calendars.spaces import SpaceFinder
from tracker.services.calendars.values import starts_of, values_of

_MOST_OF_A_NAME = 500
Name = tuple[str, str]


@dataclass(frozen=True)
class Staged:
    """What a reading brought: whether anything was read at all, and how many items it touched."""

    unchanged: bool = False
    added: int = 0
    changed: int = 0
    gone: int = 0


def alone_with(session: Session, source: CalendarSource) -> None:
    """Read a source anew; whoever else would write about it waits until this transaction ends.

    Raises ObjectDeletedError.
    """
    # A write that changes nothing: on SQLite nothing less keeps others out.
    same = (
        update(CalendarSource)
        .where(CalendarSource.id == source.id)
        .values(failures=CalendarSource.failures, updated_at=CalendarSource.updated_at)
    )
    session.execute(same, execution_options={"synchronize_session": False})
    read_anew(session, source)


def read_anew(session: Session, thing: CalendarSource | CalendarItem) -> None:
    """Read what others may have written meanwhile; raises ObjectDeletedError."""
    try:
        session.refresh(thing)
    except InvalidRequestError as error:
        raise ObjectDeletedError(inspect(thing)) from error


def note_failure(session: Session, source: CalendarSource, error: CannotRead) -> None:
    """Keep why a calendar could not be read; its items stay as they were."""
    alone_with(session, source)
    before = source.error or {}
    good = source.read_at.isoformat() if source.read_at is not None else None
    # When it was last read well is kept with the error, for as long as there is one.
    source.error = {**error.error, "last_good": before.get("last_good", good)}
    source.failures += 1
    source.read_at = utcnow()
    session.flush()


def take_in(session: Session, source: CalendarSource, looked: Looked) -> Staged:
    """Keep what was found in a calendar, and say of every item where it stands."""
    if source.id is not None:
        alone_with(session, source)
    now = utcnow()
    staged = Staged(unchanged=True)
    if looked.calendar is not None:
        staged = _stage(session, source, looked.calendar, now)
        source.problems = [as_json(problem) for problem in looked.calendar.problems]
        if staged.added or staged.changed or staged.gone:
            source.changed_at = now
    source.read_at, source.error, source.failures = now, None, 0
    source.digest, source.etag = looked.digest, looked.etag
    source.last_modified = looked.last_modified
    session.flush()
    return staged


def _stage(
    session: Session, source: CalendarSource, calendar: ReadCalendar, now: datetime
) -> Staged:
    query = select(CalendarItem).where(CalendarItem.source_id == source.id)
    known = {(item.uid, item.recurrence): item for item in session.scalars(query)}
    read = {(event.uid, event.recurrence): event for event in calendar.events}
    _rename(known, read, source)
    spaces = SpaceFinder.of(session)
    touched, added, changed = [], 0, 0
    for name, event in read.items():
        item = known.get(name)
        values = _values(source, event, spaces)
        if item is None:
            item = CalendarItem(source_id=source.id, uid=name[0], recurrence=name[1], candidates=[])
            item.status, item.conflicts = "new", {}
            session.add(item)
            added += 1
        elif _changes(item, values):
            changed += 1
        elif item.status == "same":
            continue
        _tell(item, event, values)
        touched.append(item)
    gone = 0
    if not calendar.cancelled:
        missing = [item for name, item in known.items() if name not in read]
        gone = _note_gone(session, missing, now, calendar.last)
    settle(session, source, touched)
    return Staged(added=added, changed=changed, gone=gone)


def _changes(item: CalendarItem, values: dict[str, Any]) -> bool:
    return item.gone_at is not None or (
        {**item.theirs, "space_id": None} != {**values, "space_id": None}
    )


def _values(source: CalendarSource, read: ReadEvent, spaces: SpaceFinder) -> dict[str, Any]:
    values = values_of(read, source.language, source.name)
    return {**values, "space_id": spaces.find(read.summary) or source.space_id}


def _tell(item: CalendarItem, read: ReadEvent, values: dict[str, Any]) -> None:
    """Write what a calendar says of an item now.

    What became private after it was brought in stays as it was told before.
    """
    if values["private"] and item.event_id is not None:
        values = {**item.theirs, "private": True}
    item.theirs, item.starts = values, starts_of(values)
    item.summary = read.summary[:_MOST_OF_A_NAME]
    item.gone_at = None


def _rename(
    known: dict[Name, CalendarItem], read: dict[Name, ReadEvent], source: CalendarSource
) -> None:
    """Let items have the identifiers that a calendar gives anew with every reading.

    Those whose name and start are the same, and those of nothing else in it.
    """
    fresh = _by_look(
        (name, values_of(event, source.language, source.name))
        for name, event in read.items()
        if name not in known
    )
    missing = _by_look((name, item.theirs) for name, item in known.items() if name not in read)
    for look in fresh.keys() & missing.keys():
        if len(fresh[look]) == len(missing[look]) == 1:
            item = known.pop(missing[look][0])
            item.uid, item.recurrence = fresh[look][0]
            known[fresh[look][0]] = item


def _by_look(items: Iterable[tuple[Name, dict[str, Any]]]) -> dict[Any, list[Name]]:
    found: dict[Any, list[Name]] = defaultdict(list)
    for name, values in items:
        texts = tuple(values.get(f"name_{code}") for code in ("en", "es", "pt"))
        found[texts, starts_of(values), values["end_date"]].append(name)
    return found


def _note_gone(session: Session, missing: Sequence[CalendarItem], now: datetime, last: date) -> int:
    """Items that a calendar has no more: what is past drops out of calendars, and stays here."""
    gone = 0
    for item in missing:
        if not now.date().isoformat() <= item.starts[:10] <= last.isoformat():
            continue
        if is_open(item):
            session.delete(item)
            gone += 1
        elif item.gone_at is None:
            item.gone_at = now
            if item.event_id is not None and item.status != "skipped":
                item.status = "gone"
                gone += 1
    return gone
