"""Who was at a space for the first time that is recorded (DESIGN 3, rule 9)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.models import Attendance, Event, Space, User
from tracker.services.bulk import in_chunks
from tracker.services.counting.events import space_of
from tracker.services.counting.facts import editions_by, wholes_of
from tracker.services.counting.sets import CountedSet
from tracker.services.filters import EventFilter


@dataclass(frozen=True)
class Editions:
    """The editions of a space as a reader sees them: the edition of each event, and its first day.

    An event and its parts are one; the day is that of the outermost, None where it is not known.
    `whole` are all events of the space.
    """

    whole: CountedSet
    of: Mapping[int, int]
    first_days: Mapping[int, date | None]

    def day_of(self, event: int) -> date | None:
        """The day on which the edition that an event belongs to began."""
        return self.first_days.get(self.of.get(event, event))


@dataclass(frozen=True)
class Retention:
    """Of the people of an edition: who was at an earlier one, who was not."""

    people: int
    returning: int
    newcomers: int


def space_of_event(session: Session, event: Event) -> int | None:
    """The space of an event: its own, else that of what it is part-of (rule 4)."""
    if event.space_id is not None:
        return event.space_id
    spaced = space_of(select(Event.id).where(Event.id == event.id))
    return session.scalar(select(spaced.c.space_id).where(spaced.c.event_id == event.id))


def whole_space(space: Space, user: User | None, today: date) -> CountedSet:
    """All events of a space that a reader sees, at any time."""
    return CountedSet(EventFilter(space=(space,)), user, today)


def editions_of(session: Session, space: Space, user: User | None, today: date) -> Editions:
    """The editions of a space."""
    whole = whole_space(space, user, today).settled(session)
    keys = editions_by(wholes_of(session, whole))
    days = select(Event.id, Event.first_day).where(Event.id.in_(whole.events()))
    return Editions(
        whole,
        {event: edition for event, (edition, *_rest) in keys.items()},
        {row.id: row.first_day for row in session.execute(days)},
    )


def newcomers(
    session: Session, event: Event, counted: CountedSet, editions: Editions
) -> frozenset[int] | None:
    """The people of an event without an attended record at an earlier edition of its space.

    None where nobody knows when the event's edition began.
    """
    began = editions.day_of(event.id) or event.first_day
    if began is None:
        return None
    own = editions.of.get(event.id)
    there = _persons(counted)
    people = set(session.scalars(there))
    earlier = (
        at
        for at, edition in editions.of.items()
        if edition != own and (editions.first_days.get(edition) or began) < began
    )
    for several in in_chunks(earlier, 5_000):
        before = _persons(replace(editions.whole, ids=tuple(several)))
        people &= set(session.scalars(there.except_(before)))
    return frozenset(person for person in people if person is not None)


def _persons(counted: CountedSet) -> Select[int | None]:
    """The persons of the counted attendances."""
    known = Attendance.person_id.is_not(None)
    return select(Attendance.person_id).where(*counted.attendances(), known)


def retention(
    session: Session, counted: CountedSet, editions: Editions
) -> dict[int, Retention | None]:
    """Of each counted edition: its people, who of them returned, and who came first.

    None for an edition of which nobody knows when it began.
    """
    asked = set(session.scalars(counted.events()))
    days = {at: editions.day_of(at) for at in editions.of}
    seen: dict[int, set[int]] = defaultdict(set)
    first: dict[int, date] = {}
    for person, at in session.execute(_records(editions.whole)):
        if at in asked:
            seen[editions.of[at]].add(person)
        day = days[at]
        if day is not None and (person not in first or day < first[person]):
            first[person] = day
    found: dict[int, Retention | None] = {}
    for edition in {editions.of[event] for event in asked}:
        began = editions.first_days.get(edition)
        people = seen[edition]
        if began is None:
            found[edition] = None
            continue
        returning = sum(1 for person in people if first[person] < began)
        found[edition] = Retention(len(people), returning, len(people) - returning)
    return found


def _records(whole: CountedSet) -> Select[*tuple[Any, ...]]:
    """Pairs (person, event) of the attended records in a space."""
    return select(Attendance.person_id, Attendance.event_id).where(
        *whole.attendances(), Attendance.person_id.is_not(None)
    )
