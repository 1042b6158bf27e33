"""The components of a calendar file, found line by line before anything in them is looked at."""

import codecs
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tracker.formats.calendars.lines import Line, RawLine, decode, parse_line, unfold
from tracker.formats.calendars.results import MEGABYTE, Component, Limits, UnreadableCalendar
from tracker.formats.content_lines import one_line

Report = Callable[[str, Component | None, str], None]

_DEEPEST = 8
_LONGEST_DETAIL = 120
_EDGE = re.compile(rb"\s*(BEGIN|END)[ \t]*:[ \t]*([A-Za-z0-9-]+)[ \t]*", re.IGNORECASE)
_OBSERVANCE = frozenset({"DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO"})
# The properties that are used, by component; what else a component holds is passed over.
_USED = {
    "VCALENDAR": frozenset(
        {"METHOD", "NAME", "X-WR-CALNAME", "DESCRIPTION", "X-WR-CALDESC", "X-WR-TIMEZONE"}
    ),
    "VTIMEZONE": frozenset({"TZID", "X-LIC-LOCATION"}),
    "STANDARD": _OBSERVANCE,
    "DAYLIGHT": _OBSERVANCE,
    "VEVENT": frozenset(
        {
            "UID", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE",
            "EXDATE", "SUMMARY", "DESCRIPTION", "STYLED-DESCRIPTION", "X-ALT-DESC", "LOCATION",
            "URL", "STATUS", "CONFERENCE", "X-GOOGLE-CONFERENCE",
            "X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-CDO-ALLDAYEVENT", "GEO", "ORGANIZER",
            "CATEGORIES", "RELATED-TO", "SEQUENCE", "LAST-MODIFIED", "DTSTAMP", "CLASS",
        }
    ),
}  # fmt: skip
# What may stand directly in what; anything else means that an END is missing.
_TOP = frozenset({"VCALENDAR"})
_IN_CALENDAR = frozenset({"VEVENT", "VTIMEZONE", "VTODO", "VJOURNAL", "VFREEBUSY"})


@dataclass(slots=True)
class Node:
    """A component with those of its lines that are used; `within` is what holds it."""

    kind: str
    number: int
    line: int
    within: "Node | None" = field(repr=False)
    lines: list[Line] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    def all(self, *names: str) -> list[Line]:
        """The properties of these names."""
        return [line for line in self.lines if line.name in names]

    def first(self, *names: str) -> Line | None:
        """The first property of the first of these names that has one with a value."""
        for name in names:
            for line in self.lines:
                if line.name == name and line.value.strip():
                    return line
        return None

    def text(self, *names: str) -> str:
        """The text of the first of these on one line, else empty."""
        line = self.first(*names)
        return one_line(line.text) if line else ""

    def component(self) -> Component:
        """How a person finds it again; a part of an event by the name of the event."""
        event = self
        while event.kind != "VEVENT" and event.within:
            event = event.within
        uid, name = event.text("UID")[:200], event.text("SUMMARY")[:100]
        return Component(self.kind, self.number, self.line, uid, name)


def scan(content: bytes, limits: Limits, report: Report) -> list[Node]:
    """The calendars of a file; lines that cannot be read are reported and left out.

    Raises UnreadableCalendar where it is none, is cut off, or is larger than the limits.
    """
    content = _as_utf_8(content)
    if not content.strip():
        raise UnreadableCalendar("empty")
    if max(content.count(b"\n"), content.count(b"\r")) > limits.lines:
        raise UnreadableCalendar("too-large", detail=f"{limits.lines} lines")
    scanner = _Scanner(limits, report)
    for raw in unfold(content):
        scanner.take(raw)
    return scanner.finish()


def size_limit(limits: Limits) -> str:
    """The most bytes of a file, for a person."""
    return f"{limits.size // MEGABYTE} MB"


def shown(octets: bytes) -> str:
    """The beginning of a line, for a person."""
    return one_line(decode(octets[:_LONGEST_DETAIL]))


def _as_utf_8(content: bytes) -> bytes:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = content.decode("utf-16", errors="replace").encode()
    return content.replace(b"\0", b"").removeprefix(codecs.BOM_UTF8)


class _Scanner:
    """Takes the lines of a file one after the other."""

    def __init__(self, limits: Limits, report: Report) -> None:
        self._limits = limits
        self._report = report
        self._calendars: list[Node] = []
        self._open: list[Node] = []
        self._seen: Counter[str] = Counter()

    def take(self, raw: RawLine) -> None:
        """Take the next line."""
        edge = _EDGE.fullmatch(raw.octets.removeprefix(codecs.BOM_UTF8))
        if edge is None:
            self._take_property(raw)
        elif edge[1].upper() == b"BEGIN":
            self._begin(edge[2].decode().upper(), raw)
        else:
            self._end(edge[2].decode().upper(), raw)

    def finish(self) -> list[Node]:
        """The calendars, once all lines were taken."""
        if self._open:
            raise UnreadableCalendar("unbalanced", self._open[-1].component())
        if not self._calendars:
            raise UnreadableCalendar("not-a-calendar")
        return self._calendars

    def _begin(self, kind: str, raw: RawLine) -> None:
        within = self._open[-1] if self._open else None
        if within is None and kind not in _TOP:
            raise UnreadableCalendar("not-a-calendar", detail=shown(raw.octets))
        self._seen[kind] += 1
        node = Node(kind, self._seen[kind], raw.number, within)
        if within and (kind in _TOP or (kind in _IN_CALENDAR and within.kind != "VCALENDAR")):
            raise UnreadableCalendar("unbalanced", within.component(), shown(raw.octets))
        if len(self._open) >= _DEEPEST:
            raise UnreadableCalendar("too-deep", node.component())
        if kind == "VEVENT" and node.number > self._limits.components:
            detail = f"{self._limits.components} events"
            raise UnreadableCalendar("too-large", node.component(), detail)
        self._open.append(node)
        if within is None:
            self._calendars.append(node)
        elif kind in _USED:
            within.children.append(node)

    def _end(self, kind: str, raw: RawLine) -> None:
        if not self._open:
            raise UnreadableCalendar("not-a-calendar", detail=shown(raw.octets))
        if self._open[-1].kind != kind:
            component = self._open[-1].component()
            raise UnreadableCalendar("unbalanced", component, shown(raw.octets))
        self._open.pop()

    def _take_property(self, raw: RawLine) -> None:
        if not self._open:
            # Some programs end their files with control characters, as CP/M did.
            if shown(raw.octets):
                raise UnreadableCalendar("not-a-calendar", detail=shown(raw.octets))
            return
        node = self._open[-1]
        used = _USED.get(node.kind, frozenset())
        if raw.name in used:
            try:
                node.lines.append(parse_line(raw))
            except ValueError:
                self._report("bad-line", node.component(), shown(raw.octets))
        elif not raw.name and used:
            self._report("bad-line", node.component(), shown(raw.octets))
