"""One reading of the counted attendances, in which everything is counted by everything.

Where nothing but their events matters, the database gives a line for each person with all of that
person's events: a row for each attendance would take three times as long. Else rows are read.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from operator import or_
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Session

from tracker.models import Attendance, Organization
from tracker.services.counting.bits import BitCounts, KeyBits
from tracker.services.counting.dimensions import ATTENDANCE_COLUMNS, UNKNOWN
from tracker.services.counting.sets import ATTENDED, CountedSet

_ROWS = 5_000
_PERSON, _EVENT = 0, 1
# The key that everybody who was somewhere has.
_ANYBODY = ("", None)
_PERSON_COLUMN: ColumnElement[Any] = ATTENDANCE_COLUMNS["person"]
Keys = Mapping[Any, tuple[Any, ...]]


class EachItself(dict[Any, tuple[Any, ...]]):
    """Keys of a dimension where each value is its own key."""

    def __missing__(self, value: Any) -> tuple[Any, ...]:
        self[value] = found = (value,)
        return found


class EachRole(dict[str, tuple[str, ...]]):
    """Keys of a dimension whose values are several, joined by `;` (rule 17)."""

    def __missing__(self, value: str) -> tuple[str, ...]:
        self[value] = found = tuple(value.split(";"))
        return found


class EachOfEvents(dict[str, tuple[Any, ...]]):
    """Keys (key of the event, value) of a dimension whose column is `with_event`."""

    def __init__(self, events: Keys) -> None:
        super().__init__()
        self._events = events

    def __missing__(self, value: str) -> tuple[Any, ...]:
        event, _colon, own = value.partition(":")
        self[value] = found = tuple((key, own) for key in self._events[int(event)])
        return found


def with_event(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of the attendance together with its event."""
    value = func.coalesce(column, UNKNOWN)
    return cast(Attendance.event_id, String).concat(":").concat(value)


@dataclass(frozen=True)
class By:
    """What to count by: a column, or None for the event itself, and the keys of its values.

    With `events` the distinct events of each key are kept too; where the keys are the event's own,
    they are known without.
    """

    column: ColumnElement[Any] | None = None
    keys: Keys = field(default_factory=EachItself)
    events: bool = False


@dataclass(frozen=True)
class Breakdown:
    """Attendances, distinct people and, where asked for, the ids of the events, by key."""

    attendances: Mapping[Any, int]
    people: Mapping[Any, int]
    events: Mapping[Any, Set[int]]


@dataclass(frozen=True)
class Counted:
    """What one pass found; `unidentified` attendances have no person."""

    attendances: int
    people: int
    unidentified: int
    by: Mapping[str, Breakdown]


def count(
    session: Session,
    counted: CountedSet,
    by: Mapping[str, By],
    *,
    among: Collection[int] | None = None,
    only: Callable[[int], bool] | None = None,
) -> Counted:
    """Count the attended attendances of a set by each of the dimensions.

    `among` are the ids of the set's events where the caller knows them: others are left out, which
    somebody may have added meanwhile. `only` leaves out persons by id, and who is not identified.
    """
    reading = _Reading(by, among)
    if reading.columns or only is not None:
        for rows in _rows(session, counted, reading.columns):
            reading.add_rows([row for row in rows if row[0] and only(row[0])] if only else rows)
    else:
        reading.add_lines(_lines(session, counted, among is not None))
    return reading.counted()


def _lines(session: Session, counted: CountedSet, sifted: bool) -> Iterable[Any]:
    """Each person with the ids of all events attended, as text joined by commas."""
    events = func.aggregate_strings(cast(Attendance.event_id, String), ",")
    conditions = counted.attendances()
    if sifted and counted.is_everything:
        # All are read: asking of each row whether it is of the set takes longer than sifting them.
        conditions = [Attendance.status == ATTENDED]
    query = select(Attendance.person_id, events).where(*conditions).group_by(Attendance.person_id)
    return session.execute(query)


def _rows(
    session: Session, counted: CountedSet, columns: Sequence[ColumnElement[Any]]
) -> Iterator[Sequence[Any]]:
    """The rows (person, event, *columns), so many at a time, in no order."""
    query = (
        select(Attendance.person_id, Attendance.event_id, *columns)
        .where(*counted.attendances())
        .execution_options(yield_per=_ROWS)
    )
    return session.execute(query).partitions()


class _Bits(dict[Any, int]):
    """The bits of the keys that a value has in all dimensions whose values stand in one place."""

    def __init__(self, every: KeyBits, dimensions: Mapping[str, Keys]) -> None:
        super().__init__()
        self._every = every
        self._dimensions = dimensions

    def __missing__(self, value: Any) -> int:
        keys = [(name, key) for name, keys in self._dimensions.items() for key in keys[value]]
        self[value] = bits = self._every.of(keys)
        return bits


class _EventBits(_Bits):
    """The bits of an event, none where it is not of the set; by its id, or its id as text."""

    def __init__(
        self, every: KeyBits, dimensions: Mapping[str, Keys], among: Collection[int] | None
    ) -> None:
        super().__init__(every, dimensions)
        self._anybody = every.of([_ANYBODY])
        self._among = among

    def __missing__(self, value: int | str) -> int:
        event = int(value)
        if self._among is not None and event not in self._among:
            bits = 0
        else:
            bits = self._anybody | super().__missing__(event)
        self[value] = self[event] = bits
        return bits


class _Reading:
    """Sums of what was read so far."""

    def __init__(self, by: Mapping[str, By], among: Collection[int] | None) -> None:
        self._by = by
        self.columns: list[ColumnElement[Any]] = []
        self._places = {name: self._place(name, each) for name, each in by.items()}
        self._values: dict[int, Counter[Any]] = defaultdict(Counter)
        self._events: dict[str, set[tuple[Any, int]]] = {
            name: set() for name, each in by.items() if each.events
        }
        self._unidentified: Counter[int] = Counter()
        self._every = KeyBits()
        self._event_bits = _EventBits(self._every, self._dimensions_at(_EVENT), among)
        self._bits = {
            place: _Bits(self._every, self._dimensions_at(place))
            for place in set(self._places.values()) - {_EVENT, _PERSON}
        }
        self._persons: defaultdict[int, int] = defaultdict(int)
        self._people = BitCounts()

    def _place(self, name: str, by: By) -> int:
        """Where in a row the values of a dimension stand."""
        if by.column is None:
            return _EVENT
        if by.column is _PERSON_COLUMN:
            return _PERSON
        self.columns.append(by.column.label(name))
        return _EVENT + len(self.columns)

    def _dimensions_at(self, place: int) -> dict[str, Keys]:
        """The keys to find bits for, by dimension."""
        return {
            name: each.keys
            for name, each in self._by.items()
            if self._places[name] == place and not self._is_own(name)
        }

    def _is_own(self, name: str) -> bool:
        """Whether a dimension is the events or persons themselves: nobody attends one twice."""
        return self._places[name] in (_PERSON, _EVENT) and isinstance(
            self._by[name].keys, EachItself
        )

    def add_lines(self, lines: Iterable[tuple[int | None, str]]) -> None:
        """Count persons, each with the ids of events as text."""
        found: Counter[str] = Counter()
        bits_of = self._event_bits
        for person, text in lines:
            events = text.split(",")
            found.update(events)
            if person is None:
                self._unidentified.update(event for event in map(int, events) if bits_of[event])
                continue
            bits = 0
            for event in events:
                bits |= bits_of[event]
            self._people.add(bits)
        self._values[_EVENT].update(
            {int(event): number for event, number in found.items() if bits_of[event]}
        )

    def add_rows(self, rows: Sequence[Any]) -> None:
        """Count rows; those of one person may be anywhere among all."""
        rows = [row for row in rows if self._event_bits[row[_EVENT]]]
        if not rows:
            return
        columns = list(zip(*rows, strict=True))
        for place in {_EVENT, *self._places.values()}:
            self._values[place].update(columns[place])
        for name, pairs in self._events.items():
            pairs.update(zip(columns[self._places[name]], columns[_EVENT], strict=True))
        every = map(self._event_bits.__getitem__, columns[_EVENT])
        for place, bits_of in self._bits.items():
            every = map(or_, every, map(bits_of.__getitem__, columns[place]))
        persons = self._persons
        for person, event, bits in zip(columns[_PERSON], columns[_EVENT], every, strict=True):
            if person is None:
                self._unidentified[event] += 1
            else:
                persons[person] |= bits

    def counted(self) -> Counted:
        """What all together come to."""
        for bits in self._persons.values():
            self._people.add(bits)
        people = self._people.counts(len(self._every))
        by_name: dict[str, dict[Any, int]] = defaultdict(dict)
        for (name, key), number in zip(self._every, people, strict=True):
            if number:
                by_name[name][key] = number
        return Counted(
            self._values[_EVENT].total(),
            by_name[_ANYBODY[0]].get(_ANYBODY[1], 0),
            self._unidentified.total(),
            {name: self._breakdown(name, each, by_name[name]) for name, each in self._by.items()},
        )

    def _breakdown(self, name: str, each: By, people: Mapping[Any, int]) -> Breakdown:
        values = self._values[self._places[name]]
        attendances: Counter[Any] = Counter()
        for value, number in values.items():
            for key in each.keys[value]:
                attendances[key] += number
        if self._is_own(name):
            people = self._people_of_own(name, values)
        events: dict[Any, set[int]] = defaultdict(set)
        for value, event in self._events.get(name, ()):
            for key in each.keys[value]:
                events[key].add(event)
        return Breakdown(attendances, people, events)

    def _people_of_own(self, name: str, values: Counter[Any]) -> dict[Any, int]:
        if self._places[name] == _PERSON:
            return {person: 1 for person in values if person is not None}
        nobody = self._unidentified
        return {event: number - nobody[event] for event, number in values.items()}


def minutes_of(session: Session, counted: CountedSet) -> tuple[int | None, int]:
    """The known minutes of the counted attendances, and of how many they are known."""
    query = select(func.sum(Attendance.minutes), func.count(Attendance.minutes)).where(
        *counted.attendances()
    )
    known, number = session.execute(query).one()
    return known, number


def organizations_represented(session: Session, counted: CountedSet) -> int:
    """How many organizations are represented among the counted attendances (rule 17)."""
    if not counted.is_everything:
        distinct = func.count(Attendance.organization_id.distinct())
        return session.scalar(select(distinct).where(*counted.attendances())) or 0
    # Of nearly everything, the first attendance looked at is one: a million are not read for it.
    attended = select(Attendance.id).where(
        Attendance.organization_id == Organization.id, *counted.attendances()
    )
    query = select(func.count()).select_from(Organization).where(attended.exists())
    return session.scalar(query) or 0


def by_status(session: Session, counted: CountedSet) -> dict[str, int]:
    """How many attendances the counted events have in each status, attended or not (rule 6)."""
    query = (
        select(Attendance.status, func.count())
        .where(Attendance.event_id.in_(counted.events()))
        .group_by(Attendance.status)
    )
    return dict(session.execute(query).all())
