"""What is recorded, as plain values: a world small enough to be counted by hand."""

import calendar
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any


def first_day(text: str) -> date:
    """The first day of a year, month or day."""
    parts = [int(part) for part in text.split("-")]
    return date(*[*parts, 1, 1][:3])


def last_day(text: str) -> date:
    """The last day of a year, month or day."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], calendar.monthrange(parts[0], parts[1])[1])
    return date(*parts)


class Brief:
    """Shows only what is not as usual: a world that fails a test is to be read."""

    def __repr__(self) -> str:
        usual = {each.name: each.default for each in fields(self)}  # type: ignore[arg-type]
        said = {name: getattr(self, name) for name in usual}
        text = ", ".join(f"{n}={value!r}" for n, value in said.items() if value != usual[n])
        return f"{type(self).__name__}({text})"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """How hypothesis prints it."""
        printer.text(repr(self))


@dataclass(frozen=True, repr=False)
class Organization(Brief):
    acronym: str
    parent: str | None = None
    successor: str | None = None


@dataclass(frozen=True, repr=False)
class Person(Brief):
    key: str
    gender: str | None = None


@dataclass(frozen=True, repr=False)
class Engagement(Brief):
    organization: str
    space: str
    role: str = "member"
    from_date: str = ""
    to_date: str | None = None


@dataclass(frozen=True, repr=False)
class Event(Brief):
    """`links` are pairs (organization, role); `times` a start and an end, as minutes of a day."""

    key: str
    space: str | None = None
    start: str | None = "2023-05-08"
    kind: str = "meeting"
    mode: str = "in-person"
    status: str = "confirmed"
    visibility: str = "public"
    owner: str | None = None
    country: str | None = "UY"
    parent: str | None = None
    relation: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    topics: tuple[str, ...] = ()
    times: tuple[int, int] | None = None
    deleted: bool = False


@dataclass(frozen=True, repr=False)
class Attendance(Brief):
    """One of `person` and `label` is None."""

    event: str
    person: str | None = None
    label: str | None = None
    organization: str | None = None
    country: str | None = None
    group: str | None = None
    roles: tuple[str, ...] = ("attendee",)
    status: str = "attended"
    mode: str = "unknown"
    minutes: int | None = None


@dataclass(frozen=True, repr=False)
class Headcount(Brief):
    event: str
    value: int
    mode: str = "all"
    qualifier: str = "exact"
    metric: str = "participants"
    dimension: str = ""
    value_key: str = ""
    unit: str = "count"


@dataclass(frozen=True, repr=False)
class Contribution(Brief):
    """To an event or to a space: the other one is None."""

    title: str
    organization: str
    event: str | None = None
    space: str | None = None
    kind: str = "panel"
    date: str | None = None


@dataclass(frozen=True, repr=False)
class Grouping(Brief):
    name: str
    countries: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class World(Brief):
    """Everything recorded. `regions` are triples (scheme, country, region)."""

    events: tuple[Event, ...] = ()
    attendances: tuple[Attendance, ...] = ()
    headcounts: tuple[Headcount, ...] = ()
    organizations: tuple[Organization, ...] = ()
    people: tuple[Person, ...] = ()
    spaces: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    regions: tuple[tuple[str, str, str], ...] = ()

    def event(self, key: str) -> Event:
        return next(event for event in self.events if event.key == key)

    def person(self, key: str) -> Person:
        return next(person for person in self.people if person.key == key)

    def at(self, event: Event) -> list[Attendance]:
        """All attendance records of an event, whatever their status."""
        return [record for record in self.attendances if record.event == event.key]

    def attended(self, event: Event) -> list[Attendance]:
        """Rule 6: those who were there."""
        return [record for record in self.at(event) if record.status == "attended"]

    def figures(self, event: Event) -> list[Headcount]:
        return [figure for figure in self.headcounts if figure.event == event.key]


@dataclass(frozen=True)
class Reader:
    """Somebody signed in, with the organization that account belongs to."""

    organization: str | None = None


@dataclass(frozen=True, repr=False)
class Asked(Brief):
    """One question: about whom or what, by whom, for which days, with which filters."""

    report: str
    subject: str | None = None
    reader: Reader | None = field(default_factory=Reader)
    first: date | None = None
    last: date | None = None
    today: date = date(2023, 7, 15)
    rollup: bool = False
    scheme: str = "icann"
    space: tuple[str, ...] = ()
    organization: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    grouping: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    status: tuple[str, ...] = ()


# At least, at most (None: no upper end), approximate.
Range = tuple[int, int | None, bool]
Value = int | float | Range | None


@dataclass(frozen=True)
class Rows:
    """The columns of a table that are checked, and its rows in the order of their keys."""

    columns: tuple[str, ...]
    rows: list[tuple]


@dataclass(frozen=True)
class Answer:
    """Every measure and table that a report has to have."""

    measures: dict[str, Value]
    tables: dict[str, Rows]
