"""One VEVENT: its times, what it says, and whether it can be used (RFC 5545, 3.6.1)."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from tracker.formats.calendars.lines import Line
from tracker.formats.calendars.results import Component
from tracker.formats.calendars.structure import Node, Report
from tracker.formats.calendars.times import (
    Moment,
    difference,
    is_timed,
    parse_duration,
    parse_moment,
    parse_moments,
)
from tracker.formats.calendars.zones import Zones
from tracker.formats.content_lines import one_line

Status = Literal["tentative", "confirmed", "cancelled"]

_DAY = timedelta(days=1)
_LONGEST_UID = 500
_LONGEST_DETAIL = 120
_MOST_DATES = 5_000
_MOST_RULES = 5
_HIGHEST_SEQUENCE = 2_000_000_000
_STATUSES: dict[str, Status] = {"TENTATIVE": "tentative", "CANCELLED": "cancelled"}
_PRIVATE = frozenset({"PRIVATE", "CONFIDENTIAL"})
# As Outlook and feeds like ours say it to programs that ignore STATUS.
_CALLED_OFF = re.compile(r"(?:cancell?ed|cancelad[oa])\s*:\s*", re.IGNORECASE)


class LeftOut(Exception):
    """A component that cannot be used, and why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(slots=True)
class Source:
    """The calendar an event stands in."""

    zones: Zones
    cancelled: bool


@dataclass(slots=True)
class Entry:
    """A VEVENT whose times are known. `length` runs from start to end, both by the clock.

    `added` and `excluded` are RDATE and EXDATE, the former with the length of its periods.
    """

    node: Node
    component: Component
    source: Source
    uid: str
    start: Moment
    length: timedelta
    summary: str
    status: Status
    parent_uid: str | None
    recurrence_id: Moment | None = None
    and_following: bool = False
    rules: tuple[str, ...] = ()
    except_rules: tuple[str, ...] = ()
    added: tuple[tuple[Moment, timedelta | None], ...] = ()
    excluded: tuple[Moment, ...] = ()
    sequence: int = 0
    changed: datetime | None = None
    age: tuple[int, datetime, int] = field(default=(0, datetime.min.replace(tzinfo=UTC), 0))

    @property
    def recurs(self) -> bool:
        """Whether it says that there is more than one of it."""
        return bool(self.rules or self.added)


def read_entry(node: Node, source: Source, report: Report) -> Entry:
    """What a VEVENT says of when it is and which event it is.

    Raises LeftOut where it cannot be used.
    """
    component = node.component()
    finder = _Finder(source.zones)
    start, length = _span(node, finder)
    entry = Entry(
        node=node,
        component=component,
        source=source,
        uid=_uid(node, component, report),
        start=start,
        length=length,
        summary=node.text("SUMMARY"),
        status=_status(node, source),
        parent_uid=_parent_uid(node),
        sequence=_sequence(node),
        changed=_instant(node.first("LAST-MODIFIED")),
    )
    _read_recurrence(entry, finder)
    stamp = entry.changed or _instant(node.first("DTSTAMP"))
    entry.age = (entry.sequence, stamp or datetime.min.replace(tzinfo=UTC), node.number)
    source.zones.note(start)
    for name in sorted(finder.unknown):
        if source.zones.is_first_mention(name):
            report("unknown-zone", component, name[:_LONGEST_DETAIL])
    return entry


class _Finder:
    """Finds zones by name, and keeps the names of those that nobody knows."""

    def __init__(self, zones: Zones) -> None:
        self._zones = zones
        self.unknown: set[str] = set()

    def __call__(self, name: str) -> tzinfo | None:
        zone = self._zones.find(name)
        if zone is None:
            self.unknown.add(name)
        return zone


def _uid(node: Node, component: Component, report: Report) -> str:
    uid = node.text("UID")
    if len(uid) > _LONGEST_UID:
        raise LeftOut("bad-uid", uid[:_LONGEST_DETAIL])
    if not uid:
        report("no-uid", component, "")
        told = [f"{line.name}:{line.value}" for line in node.all("DTSTART", "RRULE", "SUMMARY")]
        uid = f"no-uid-{hashlib.sha256(repr(told).encode(errors='replace')).hexdigest()[:24]}"
    return uid


def _span(node: Node, finder: _Finder) -> tuple[Moment, timedelta]:
    """When it starts and how long it takes; of days the last one counts, so one day takes none."""
    line = node.first("DTSTART")
    if line is None:
        raise LeftOut("no-start")
    start = _moment(line, finder)
    length = _length(node, start, finder)
    if length < timedelta(0):
        end = node.first("DTEND", "DURATION")
        raise LeftOut("end-before-start", f"{_shown(line)} {_shown(end)}")
    if _is_whole_days(node, start, length):
        start, length = _day_of(start), length or _DAY
    if not is_timed(start):
        # Nobody means an event without days by an end that is the start, though it should be later.
        length = max(length - _DAY, timedelta(0))
    return start, length


def _length(node: Node, start: Moment, finder: _Finder) -> timedelta:
    end = node.first("DTEND")
    duration = node.first("DURATION")
    if end is not None:
        moment = _moment(end, finder)
        if is_timed(moment) != is_timed(start):
            raise LeftOut("mixed-times", _shown(end))
        try:
            return difference(start, moment)
        except ValueError as error:
            raise LeftOut("bad-time", _shown(end)) from error
    if duration is not None:
        try:
            return parse_duration(duration.value)
        except ValueError as error:
            raise LeftOut("bad-time", _shown(duration)) from error
    return timedelta(0)


def _moment(line: Line, finder: _Finder) -> Moment:
    try:
        return parse_moment(line, finder)
    except (ValueError, OverflowError) as error:
        raise LeftOut("bad-time", _shown(line)) from error


def _is_whole_days(node: Node, start: Moment, length: timedelta) -> bool:
    """Whether Outlook says that what looks like hours from midnight to midnight are days."""
    said = node.text("X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE"
    if not said or not isinstance(start, datetime):
        return False
    midnight = (start.hour, start.minute, start.second) == (0, 0, 0)
    return midnight and not length % _DAY


def _day_of(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _shown(line: Line | None) -> str:
    """A property, for a person."""
    return one_line(f"{line.name}:{line.value}"[:_LONGEST_DETAIL]) if line else ""


def _status(node: Node, source: Source) -> Status:
    if source.cancelled or _CALLED_OFF.match(node.text("SUMMARY")):
        return "cancelled"
    return _STATUSES.get(node.text("STATUS").upper(), "confirmed")


def without_mark(summary: str) -> str:
    """A summary without the word that says it was called off."""
    return _CALLED_OFF.sub("", summary, count=1) if _CALLED_OFF.match(summary) else summary


def _parent_uid(node: Node) -> str | None:
    for line in node.all("RELATED-TO"):
        uid = one_line(line.text)
        if (
            line.params.get("RELTYPE", "PARENT").upper() == "PARENT"
            and 0 < len(uid) <= _LONGEST_UID
        ):
            return uid
    return None


def _sequence(node: Node) -> int:
    text = node.text("SEQUENCE")
    return min(int(text), _HIGHEST_SEQUENCE) if text.isascii() and text[:12].isdigit() else 0


def _instant(line: Line | None) -> datetime | None:
    """A time in UTC, as stamps are; None where it cannot be read."""
    if line is None:
        return None
    try:
        moment = parse_moment(line, lambda name: None)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else None


def is_private(node: Node) -> bool:
    """Whether its author wants it seen by few."""
    return node.text("CLASS").upper() in _PRIVATE


def _read_recurrence(entry: Entry, finder: _Finder) -> None:
    node = entry.node
    if (line := node.first("RECURRENCE-ID")) is not None:
        entry.recurrence_id = _moment(line, finder)
        entry.and_following = line.params.get("RANGE", "").upper() == "THISANDFUTURE"
        return  # an exception has no rule of its own
    entry.rules = _rules(node.all("RRULE"))
    entry.except_rules = _rules(node.all("EXRULE"))
    entry.added = tuple(_dates(node.all("RDATE"), finder))
    entry.excluded = tuple(moment for moment, _ in _dates(node.all("EXDATE"), finder))


def _rules(lines: list[Line]) -> tuple[str, ...]:
    rules = tuple(dict.fromkeys(line.value.strip() for line in lines if line.value.strip()))
    if len(rules) > _MOST_RULES:
        raise LeftOut("bad-rule", _shown(lines[0]))
    return rules


def _dates(lines: Iterable[Line], finder: _Finder) -> list[tuple[Moment, timedelta | None]]:
    found: list[tuple[Moment, timedelta | None]] = []
    for line in lines:
        if line.cut or len(found) + line.value.count(",") >= _MOST_DATES:
            raise LeftOut("too-many-dates", line.name)
        if not line.value.strip():
            continue
        try:
            found += parse_moments(line, finder)
        except (ValueError, OverflowError) as error:
            raise LeftOut("bad-time", _shown(line)) from error
    return found
