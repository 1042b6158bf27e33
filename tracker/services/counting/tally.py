"""A counted set with its events and one pass over who was there: what reports make tables of."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tracker.services.counting.facts import Facts, events_by, facts_of, keys_by
from tracker.services.counting.participants import OWN, Heads, heads_of, participants
from tracker.services.counting.passes import By, Counted, Keys, count
from tracker.services.counting.ranges import Range
from tracker.services.counting.sets import CountedSet


@dataclass(frozen=True)
class Counts:
    """One row of a breakdown."""

    key: Any
    events: int
    attendances: int
    people: int


@dataclass(frozen=True)
class Tally:
    """The counted events, the keys they have, and what the pass found."""

    facts: Facts
    keys: Mapping[str, Keys]
    counted: Counted
    heads: Heads | None

    def by(self, name: str) -> list[Counts]:
        """A breakdown: a row for each key of a counted event or attendance."""
        found = self.counted.by[name]
        events = (
            events_by(self.keys[name])
            if name in self.keys
            else {key: len(ids) for key, ids in found.events.items()}
        )
        return [
            Counts(key, events.get(key, 0), found.attendances.get(key, 0), found.people.get(key, 0))
            for key in {**events, **found.attendances}
        ]

    def by_event(self) -> dict[int, Counts]:
        """Each counted event, also those that nobody is recorded at."""
        found = self.counted.by[OWN]
        return {
            event: Counts(event, 1, found.attendances.get(event, 0), found.people.get(event, 0))
            for event in self.facts
        }

    def participants(
        self, events: Collection[int] | None = None, people: int | None = None
    ) -> tuple[Range | None, int]:
        """How many took part in all events, or in some where `people` persons were; silent ones."""
        assert self.heads is not None
        among = self.facts.keys() if events is None else events
        return participants(self.heads, self.counted, among, people)


def tally(
    session: Session,
    counted: CountedSet,
    events: Sequence[str] = (),
    attendances: Mapping[str, By] | None = None,
    *,
    more: Callable[[Facts], Mapping[str, Keys]] | None = None,
    heads: bool = True,
) -> Tally:
    """Count a set by event dimensions and by dimensions of the attendances.

    `more` gives further keys of the events; without `heads` nobody asks for `participants`.
    """
    facts = facts_of(session, counted)
    keys = {name: keys_by(session, counted, facts, name) for name in events}
    keys.update(more(facts) if more else {})
    found = heads_of(session, counted) if heads else None
    by = {name: By(keys=own) for name, own in keys.items()}
    by.update(attendances or {})
    by.update(found.by() if found else {OWN: By()})
    return Tally(facts, keys, count(session, counted, by, among=facts), found)
