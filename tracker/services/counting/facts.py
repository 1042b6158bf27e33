"""What is known of the counted events themselves, and the keys they are counted under."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session

from tracker.models import Attendance, Event, Space
from tracker.services.counting.dimensions import EVENT_COLUMNS, EVENT_PAIRS, UNKNOWN
from tracker.services.counting.events import is_edition, lineage, started_by
from tracker.services.counting.passes import Keys
from tracker.services.counting.ranges import hours
from tracker.services.counting.sets import CountedSet

Facts = Mapping[int, Row[*tuple[Any, ...]]]


def facts_of(session: Session, counted: CountedSet) -> Facts:
    """One row for each counted event, by its id."""
    return _facts(session, counted, counted.events())


def cancelled_events(session: Session, counted: CountedSet) -> Facts:
    """The events that would have counted, were they not cancelled (rule 2)."""
    return _facts(session, counted, counted.cancelled())


def _facts(session: Session, counted: CountedSet, events: Select[Any]) -> Facts:
    query = select(
        Event.id,
        Event.key,
        Event.name_en,
        Event.name_es,
        Event.name_pt,
        Event.start_date,
        Event.first_day,
        Event.status,
        Event.relation,
        Event.city,
        case((started_by(counted.today), 1), else_=0).label("held"),
        *(column.label(name) for name, column in EVENT_COLUMNS.items()),
    ).where(Event.id.in_(events))
    return {row.id: row for row in session.execute(query)}


def keys_by(session: Session, counted: CountedSet, facts: Facts, name: str) -> Keys:
    """The keys of each counted event in an event dimension; ids where it has pairs."""
    if name in EVENT_COLUMNS:
        return {event: (getattr(row, name) or UNKNOWN,) for event, row in facts.items()}
    pairs = session.execute(EVENT_PAIRS[name](counted.events()))
    found: dict[int, list[Any]] = {event: [] for event in facts}
    for event, key in pairs:
        # Between two statements another writer may have added an event.
        if event in found:
            found[event].append(key)
    return {event: tuple(dict.fromkeys(own)) or (UNKNOWN,) for event, own in found.items()}


def events_by(keys: Keys) -> dict[Any, int]:
    """How many events each key has."""
    found: dict[Any, int] = {}
    for own in keys.values():
        for key in own:
            found[key] = found.get(key, 0) + 1
    return found


def wholes_of(session: Session, counted: CountedSet) -> dict[int, list[int]]:
    """The counted events that each counted event lies in, itself included; at any depth."""
    found: dict[int, list[int]] = {}
    pairs = [tuple(row) for row in session.execute(select(lineage(counted.events())))]
    known = {event for event, _whole in pairs}
    for event, whole in pairs:
        if whole in known:
            found.setdefault(event, []).append(whole)
    return found


def editions_by(wholes: Mapping[int, Collection[int]]) -> Keys:
    """The outermost event that each event lies in: that is its edition where all have one space."""
    return {
        event: tuple(whole for whole in own if len(wholes[whole]) == 1) or (event,)
        for event, own in wholes.items()
    }


def number_of_editions(session: Session, counted: CountedSet, space: Space) -> int:
    """How many of the counted events are editions of a space (rule 4)."""
    query = select(func.count()).where(Event.id.in_(counted.events()), is_edition([space.id]))
    return session.scalar(query.select_from(Event)) or 0


def session_hours(session: Session, events: Select[Any]) -> tuple[float | None, dict[str, float]]:
    """The lengths of the events whose times are known, in hours: all together, and by kind.

    None where there are events and no times of any.
    """
    query = select(Event.kind, Event.starts_at, Event.ends_at, Event.end_time).where(
        Event.id.in_(events), Event.start_time.is_not(None)
    )
    minutes: dict[str, int] = {}
    for kind, starts_at, ends_at, end_time in session.execute(query):
        if end_time is not None:
            length = round((ends_at - starts_at).total_seconds() / 60)
            minutes[kind] = minutes.get(kind, 0) + length
    number = session.scalar(select(func.count()).select_from(events.subquery())) or 0
    by_kind = {kind: hours(own, 1) or 0.0 for kind, own in minutes.items()}
    return hours(sum(minutes.values()) if minutes else None, number), by_kind


def count_where(facts: Facts, test: Callable[[Row[*tuple[Any, ...]]], Any]) -> int:
    """How many of the events a test holds for."""
    return sum(1 for row in facts.values() if test(row))


def first_event(session: Session, counted: CountedSet) -> date | None:
    """The first day of the earliest event of a set."""
    return session.scalar(select(func.min(Event.first_day)).where(Event.id.in_(counted.events())))


def first_attendance(session: Session, counted: CountedSet) -> date | None:
    """The first day of the earliest event of a set with an attendance."""
    attended = select(Attendance.id).where(*counted.attendances(), Attendance.event_id == Event.id)
    query = (
        select(Event.first_day)
        .where(Event.first_day.is_not(None), attended.correlate(Event).exists())
        .order_by(Event.first_day)
    )
    return session.scalar(query.limit(1))
