"""What is known of how many took part in a set of events, fetched as aggregates."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import CTE, Select, func, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Attendance, Event, Headcount
from tracker.services.counting import EventFigures, Figure, Range, headcount_of, participants_of
from tracker.services.counting_events import lineage

ATTENDED = "attended"


def participants_in(session: Session, events: Select[Any]) -> tuple[Range | None, int]:
    """The participants of a set of events (a Select of ids), and how many events say nothing."""
    figures = figures_of(session, events)
    people = session.scalar(
        select(func.count(Attendance.person_id.distinct())).where(
            Attendance.status == ATTENDED, Attendance.event_id.in_(events)
        )
    )
    silent = sum(not each.known for each in figures)
    return participants_of(people or 0, figures), silent


def figures_of(session: Session, events: Select[Any]) -> list[EventFigures]:
    """One EventFigures for each event of the set, in four queries."""
    headcounts = _headcounts(session, events)
    if not headcounts:
        return [EventFigures(*names) for names in _names(session, events).values()]
    wholes = lineage(events)
    inside = _wholes_with_headcount(session, wholes, headcounts)
    identified = _identified_within(session, wholes, events)
    return [
        EventFigures(
            identified[event] if event in headcounts else own,
            unidentified,
            headcounts.get(event),
            covered=event in inside,
        )
        for event, (own, unidentified) in _names(session, events).items()
    ]


def _names(session: Session, events: Select[Any]) -> dict[int, tuple[int, int]]:
    """Identified and unidentified attendances of each event of the set."""
    event = aliased(Event)
    rows = session.execute(
        select(event.id, func.count(Attendance.person_id), func.count(Attendance.label))
        .outerjoin(Attendance, (Attendance.event_id == event.id) & (Attendance.status == ATTENDED))
        .where(event.id.in_(events))
        .group_by(event.id)
    )
    return {event_id: (named, unnamed) for event_id, named, unnamed in rows}


def _headcounts(session: Session, events: Select[Any]) -> dict[int, Range]:
    event = aliased(Event)
    rows = session.execute(
        select(event.id, event.mode, Headcount.mode, Headcount.value, Headcount.qualifier)
        .join(Headcount, Headcount.event_id == event.id)
        .where(
            event.id.in_(events),
            Headcount.metric == "participants",
            Headcount.dimension == "",
            Headcount.unit == "count",
        )
    )
    figures: dict[int, dict[str, Figure]] = defaultdict(dict)
    modes = {}
    for event_id, mode, counted, value, qualifier in rows:
        figures[event_id][counted] = Figure(round(value), qualifier)
        modes[event_id] = mode
    found = {event: headcount_of(figures[event], modes[event]) for event in figures}
    return {event: headcount for event, headcount in found.items() if headcount is not None}


def _wholes_with_headcount(
    session: Session, wholes: CTE, headcounts: Iterable[int]
) -> frozenset[int]:
    """The events of the set that lie inside another one of the set that has a headcount."""
    having = frozenset(headcounts)
    pairs = session.execute(
        select(wholes.c.event_id, wholes.c.whole_id).where(wholes.c.event_id != wholes.c.whole_id)
    )
    return frozenset(event for event, whole in pairs if whole in having)


def _identified_within(session: Session, wholes: CTE, events: Select[Any]) -> dict[int, int]:
    """Distinct persons at each event of the set and at all of the set that is part-of it."""
    rows = session.execute(
        select(wholes.c.whole_id, func.count(Attendance.person_id.distinct()))
        .outerjoin(
            Attendance,
            (Attendance.event_id == wholes.c.event_id) & (Attendance.status == ATTENDED),
        )
        .where(wholes.c.whole_id.in_(events))
        .group_by(wholes.c.whole_id)
    )
    return dict(rows.all())
