"""Who is to be at two events at a time."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Attendance, Event, Person
from tracker.services.counting.events import families
from tracker.services.plans import PLANNED, Plan
from tracker.services.visibility import visible_to

MOST_CLASHES = 50


@dataclass(frozen=True)
class Clash:
    """Somebody who is to be at two events at a time."""

    person: Person
    events: tuple[Event, Event]


def clashes(session: Session, plan: Plan) -> list[Clash]:
    """Who of the plan is to be at two events at a time, the first MOST_CLASHES of them.

    An event and what belongs to it (its parts, what is co-located) are no clash, nor is an event
    whose days are not known.
    """
    first, second = aliased(Event), aliased(Event)
    theirs, other = aliased(Attendance), aliased(Attendance)
    ahead = select(Event.id).where(plan.not_over(), visible_to(plan.user)).correlate(None)
    query = (
        select(theirs.person_id, first.id, second.id)
        .join(first, first.id == theirs.event_id)
        .join(other, and_(other.person_id == theirs.person_id, other.id != theirs.id))
        .join(second, second.id == other.event_id)
        .where(
            theirs.id.in_(select(Attendance.id).where(*plan.of_theirs(PLANNED))),
            other.status.in_(PLANNED),
            first.id.in_(select(Event.id).where(*plan.of_events(), plan.not_over())),
            second.id.in_(ahead.where(Event.status != "cancelled")),
            *(func.length(day) == len("YYYY-MM-DD") for event in (first, second)
              for day in (event.start_date, event.end_date)),
            first.starts_at < second.ends_at,
            second.starts_at < first.ends_at,
            ~_of_one_family(first, second),
        )
        .order_by(first.starts_at, first.id, theirs.person_id)
        .limit(2 * MOST_CLASHES)
    )  # fmt: skip
    rows = session.execute(query).all()
    pairs = {(person, *sorted((one, two))) for person, one, two in rows}
    return _clashes_of(session, pairs)


def _of_one_family(first: type[Event], second: type[Event]) -> ColumnElement[bool]:
    """Whether two events are, at any depth, parts of or co-located with one event."""
    climbed = families(select(Attendance.event_id).where(Attendance.status.in_(PLANNED)))
    one, two = aliased(climbed), aliased(climbed)
    return (
        select(one.c.event_id)
        .where(
            one.c.event_id == first.id,
            two.c.event_id == second.id,
            one.c.whole_id == two.c.whole_id,
        )
        .exists()
    )


def _clashes_of(session: Session, pairs: set[tuple[Any, ...]]) -> list[Clash]:
    people = session.scalars(select(Person).where(Person.id.in_([pair[0] for pair in pairs])))
    at = [event for pair in pairs for event in pair[1:]]
    events = {event.id: event for event in session.scalars(select(Event).where(Event.id.in_(at)))}
    named = {person.id: person for person in people}
    made = [
        Clash(named[person], _in_order(events[one], events[two]))
        for person, one, two in sorted(pairs)
    ]
    made.sort(key=lambda clash: (clash.events[0].starts_at, clash.person.sort_name))
    return made[:MOST_CLASHES]


def _in_order(one: Event, two: Event) -> tuple[Event, Event]:
    return (one, two) if (one.starts_at, one.id) <= (two.starts_at, two.id) else (two, one)
