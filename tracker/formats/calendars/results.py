"""What reading somebody's calendar gives: events, what was noticed, and why it cannot be read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

MEGABYTE = 1024 * 1024

UNREADABLE_CODES = (
    "empty",
    "not-a-calendar",
    "unbalanced",
    "too-deep",
    "too-large",
    "too-slow",
    "broken",
)
PROBLEM_CODES = (
    "bad-line",
    "no-uid",
    "bad-uid",
    "duplicate-uid",
    "no-start",
    "bad-time",
    "mixed-times",
    "end-before-start",
    "floating",
    "unknown-zone",
    "bad-rule",
    "too-many-dates",
    "too-many-occurrences",
    "cyclic-parent",
    "too-many-events",
    "more-problems",
    "too-slow",
    "broken",
)


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a calendar file, as a person finds it again.

    `kind` as the file names it ("VEVENT"), `number` among its kind from 1, `line` where it begins,
    from 1; `uid` and `name` (its summary) where they are known, else empty.
    """

    kind: str
    number: int
    line: int
    uid: str = ""
    name: str = ""

    def __str__(self) -> str:
        known = ", ".join(part for part in (self.name, self.uid) if part)
        return f"{self.kind} {self.number}{f' ({known})' if known else ''}, {self.line}"


@dataclass(frozen=True, slots=True)
class CalendarProblem:
    """Something a person should know of, though the calendar could be read.

    The component was left out: "bad-uid" (too long), "no-start", "bad-time" (`detail`: the line),
    "mixed-times" (a date on one side, a time on the other), "end-before-start" (`detail`: both),
    "bad-rule" (`detail`: the rule), "too-many-dates", "too-slow" (a rule that would take minutes),
    "duplicate-uid" (another one with its UID is newer), "broken" (anything else).

    It was kept: "bad-line" (`detail`: the line, which was left out), "no-uid" (one was made of its
    start and summary), "floating" (a time without zone in a calendar without zone: `timezone` is
    None), "unknown-zone" (`detail`: its name, told once; its times float), "cyclic-parent"
    (without its parent), "too-many-occurrences" (`detail`: how many were kept, the first ones).

    Of the whole calendar, without component: "too-many-events" (see ReadCalendar.last),
    "more-problems" (`detail`: how many are not listed).
    """

    code: str
    component: Component | None
    detail: str = ""


class UnreadableCalendar(Exception):
    """A calendar of which nothing is taken.

    Codes: "empty"; "not-a-calendar" (`detail`: what it starts with, or the line that belongs to no
    calendar); "unbalanced" (`component` is the one whose end is missing, `detail` the line that
    was found instead, empty at the end of the file); "too-deep" (components in components);
    "too-large" (`detail`: the limit that was met, as "10 MB", "500000 lines", "50000 events");
    "too-slow" (`component` is where the time ran out); "broken" (the reader gave up).
    """

    def __init__(self, code: str, component: Component | None = None, detail: str = "") -> None:
        super().__init__(code, component, detail)
        self.code = code
        self.component = component
        self.detail = detail


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event as a calendar tells it, one for each of a recurrence.

    `uid` with `recurrence` names it for good: "" for what does not recur, else the original start
    in the wall clock of the series ("2026-05-06", "2026-05-06T14:00:00", with a Z for UTC), even
    where the occurrence was moved. Dates are ISO days, the last one included; times "HH:MM", both
    None for an all-day event. `timezone` is an IANA name; None for all-day events and for
    times that nobody can place. `conference` is a link to join.
    """

    uid: str
    recurrence: str
    summary: str
    description: str
    location: str
    start_date: str
    end_date: str
    start_time: str | None
    end_time: str | None
    timezone: str | None
    url: str
    status: Literal["tentative", "confirmed", "cancelled"]
    conference: str
    latitude: float | None
    longitude: float | None
    organizer: str
    categories: tuple[str, ...]
    parent_uid: str | None
    sequence: int
    changed: datetime | None
    private: bool


@dataclass(frozen=True, slots=True)
class ReadCalendar:
    """A calendar that could be read; several in one file count as one.

    `events` are ordered by start. `cancelled`: the file withdraws what it holds (METHOD:CANCEL);
    its events have that status too. `last` is the last day whose events are all here: earlier
    than what was asked for where there are "too-many-events".
    """

    name: str
    description: str
    timezone: str | None
    events: tuple[ReadEvent, ...]
    problems: tuple[CalendarProblem, ...]
    cancelled: bool
    last: date


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read of a calendar: `size`, `memory` and `written` in bytes, `seconds` of processor."""

    size: int = 10 * MEGABYTE
    lines: int = 500_000
    components: int = 50_000
    events: int = 5_000
    occurrences: int = 400
    problems: int = 200
    memory: int = 512 * MEGABYTE
    written: int = 128 * MEGABYTE
    seconds: int = 15


LIMITS = Limits()
