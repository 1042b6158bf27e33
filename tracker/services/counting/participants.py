"""How many took part in a set of events, as a range, from one pass over the names (rules 11-14)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Event, Headcount
from tracker.services.counting.facts import wholes_of
from tracker.services.counting.passes import By, Counted, count
from tracker.services.counting.ranges import (
    EventFigures,
    Figure,
    Range,
    headcount_of,
    participants_of,
)
from tracker.services.counting.sets import CountedSet

OWN, WITHIN = "event", "within"
_HEADED = aliased(Event)


class _OrNone(dict[int, tuple[int, ...]]):
    """Keys of events most of which have none."""

    def __missing__(self, event: int) -> tuple[int, ...]:
        return ()


@dataclass(frozen=True)
class Heads:
    """The headcounts of a set, and the events having one that each event lies in, itself too."""

    headcounts: Mapping[int, Range]
    inside: Mapping[int, tuple[int, ...]]

    def by(self) -> dict[str, By]:
        """What a pass has to count by, for `participants`."""
        return {OWN: By(), WITHIN: By(keys=self.inside)}


def heads_of(session: Session, counted: CountedSet) -> Heads:
    """The headcounts of the counted events."""
    headcounts = _headcounts(session, counted.events())
    inside = _OrNone()
    if headcounts:
        for event, wholes in wholes_of(session, counted).items():
            having = tuple(whole for whole in wholes if whole in headcounts)
            if having:
                inside[event] = having
    return Heads(headcounts, inside)


def figures_of(heads: Heads, counted: Counted, events: Iterable[int]) -> list[EventFigures]:
    """What is known of each of the events."""
    own, within = counted.by[OWN], counted.by[WITHIN].people
    found = []
    for event in events:
        people = own.people.get(event, 0)
        found.append(
            EventFigures(
                within.get(event, 0) if event in heads.headcounts else people,
                own.attendances.get(event, 0) - people,
                heads.headcounts.get(event),
                covered=any(whole != event for whole in heads.inside.get(event, ())),
            )
        )
    return found


def participants(
    heads: Heads, counted: Counted, events: Collection[int], people: int | None = None
) -> tuple[Range | None, int]:
    """The participants of events of the pass, and how many of these say nothing.

    `people` are the distinct persons there, where that is not all of the pass.
    """
    figures = figures_of(heads, counted, events)
    silent = sum(not each.known for each in figures)
    return participants_of(counted.people if people is None else people, figures), silent


def participants_in(session: Session, counted: CountedSet) -> tuple[Range | None, int]:
    """The participants of a set of which nothing else is asked, and how many events say nothing."""
    heads = heads_of(session, counted)
    events = session.scalars(counted.events()).all()
    return participants(heads, count(session, counted, heads.by()), events)


def _headcounts(session: Session, events: Select[Any]) -> dict[int, Range]:
    rows = session.execute(
        select(_HEADED.id, _HEADED.mode, Headcount.mode, Headcount.value, Headcount.qualifier)
        .join(Headcount, Headcount.event_id == _HEADED.id)
        .where(
            _HEADED.id.in_(events),
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
