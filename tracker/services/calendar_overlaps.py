"""Events of an organization, or of a person, that fall on the same days."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Event
from tracker.services.calendar_filter import CalendarFilter, Shown, without_texts
from tracker.services.counting.events import families
from tracker.services.feeds import has_days
from tracker.services.plans import Going, Plan, who_goes

# Pairs that are listed, and events that are compared with each other, the earliest first.
MOST_PAIRS = 50
MOST_COMPARED = 3000
# How far ahead an agenda without an end is looked through.
HORIZON = timedelta(days=366)


@dataclass(frozen=True)
class Overlap:
    """Two events on the same days, and the first and the last of these."""

    events: tuple[Event, Event]
    first: date
    last: date


@dataclass(frozen=True)
class Overlaps:
    """The pairs in the order of their days, how many events each day has where it has several.

    An event with its parts and what is co-located counts once. `going` names by event id who of
    those asked for goes; it is empty for the public.
    """

    pairs: Sequence[Overlap]
    more: bool
    at_once: Mapping[date, int]
    going: Mapping[int, Going]


NONE = Overlaps((), False, {}, {})


class _Span(NamedTuple):
    event_id: int
    first: date
    last: date
    family: int


def overlaps_of(session: Session, asked: CalendarFilter, shown: Shown, today: date) -> Overlaps:
    """What falls on the same days, of those whose events are asked for; of everybody's nothing.

    Cancelled events are no overlap, nor are an event and what belongs to it (its parts, what is
    co-located).
    """
    if not asked.of_somebody:
        return NONE
    first = shown.first or asked.events.first or today
    last = shown.last or asked.events.last or first + HORIZON
    where = [*asked.where(first, last), Event.status != "cancelled", has_days()]
    spans = _spans(session, where, first, last)
    found = []
    for pair in _pairs(spans):
        found.append(pair)
        if len(found) > MOST_PAIRS:
            break
    shown_pairs = found[:MOST_PAIRS]
    events = _events(session, {span.event_id for pair in shown_pairs for span in pair})
    return Overlaps(
        pairs=[_overlap(events, pair) for pair in shown_pairs],
        more=len(found) > MOST_PAIRS,
        at_once=_at_once(spans),
        going=_going(session, asked, list(events.values()), today),
    )


def _overlap(events: Mapping[int, Event], pair: tuple[_Span, _Span]) -> Overlap:
    one, two = sorted((events[span.event_id] for span in pair), key=lambda e: (e.starts_at, e.id))
    return Overlap((one, two), max(span.first for span in pair), min(span.last for span in pair))


def _spans(
    session: Session, where: Sequence[ColumnElement[bool]], first: date, last: date
) -> list[_Span]:
    """The days of the events within these, and the family of each, in the order they begin."""
    rows = session.execute(
        select(Event.id, Event.first_day, Event.last_day, Event.parent_id)
        .where(*where)
        .order_by(Event.first_day, Event.id)
        .limit(MOST_COMPARED)
    ).all()
    wholes = _wholes(session, rows)
    spans = [
        _Span(row.id, max(row.first_day, first), min(row.last_day, last), wholes.get(row.id, row.id))
        for row in rows
    ]  # fmt: skip
    return sorted(spans, key=lambda span: (span.first, -span.last.toordinal(), span.event_id))


def _wholes(
    session: Session, rows: Sequence[Row[int, date | None, date | None, int | None]]
) -> Mapping[int, int]:
    """Of each event that belongs to another the topmost one, which stands for its family."""
    belonging = [row.id for row in rows if row.parent_id is not None]
    if not belonging:
        return {}
    climbed = families(select(Event.id).where(Event.id.in_(belonging)))
    top = aliased(Event)
    found = session.execute(
        select(climbed.c.event_id, top.id)
        .join(top, top.id == climbed.c.whole_id)
        .where(top.parent_id.is_(None))
    )
    return {row.event_id: row.id for row in found}


def _pairs(spans: Sequence[_Span]) -> Iterator[tuple[_Span, _Span]]:
    """Those that share a day, in the order of the first day they share: of two families one pair.

    Where a meeting meets another, each with its parts, it is the two meetings, which last longest.
    """
    running: list[_Span] = []
    told: set[tuple[int, int]] = set()
    for span in spans:
        running = [other for other in running if other.last >= span.first]
        for other in running:
            families = min(other.family, span.family), max(other.family, span.family)
            if other.family != span.family and families not in told:
                told.add(families)
                yield other, span
        running.append(span)


def _at_once(spans: Sequence[_Span]) -> dict[date, int]:
    families: defaultdict[date, set[int]] = defaultdict(set)
    for span in spans:
        for offset in range((span.last - span.first).days + 1):
            families[span.first + timedelta(days=offset)].add(span.family)
    return {day: len(those) for day, those in families.items() if len(those) > 1}


def _events(session: Session, ids: set[int]) -> dict[int, Event]:
    query = select(Event).where(Event.id.in_(ids)).options(*without_texts())
    return {event.id: event for event in session.scalars(query)}


def _going(
    session: Session, asked: CalendarFilter, events: Sequence[Event], today: date
) -> Mapping[int, Going]:
    if asked.user is None:
        return {}
    people = (asked.mine,) if asked.mine and not asked.engaged else ()
    plan = Plan(asked.engaged, people, asked.events, asked.user, today)
    return who_goes(session, plan, events)
