"""Zones that a calendar describes itself in a VTIMEZONE (RFC 5545, 3.6.5)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from tracker.formats.calendars.structure import Node
from tracker.formats.calendars.times import BadTime, parse_offset, parse_value

# A rule once a year since 1601, where Outlook's begin, in both its halves, needs 1,200.
_MOST_ONSETS = 3_000
_MOST_OBSERVANCES = 200
_LONGEST_RULE = 300
_LAST_YEAR = 2101
_NO_TIME = timedelta(0)


class CustomZone(tzinfo):
    """The offsets that a calendar gives a zone of its own making."""

    def __init__(self, name: str, hints: Iterable[str], node: Node) -> None:
        """Read the rules; raises ValueError where they are none."""
        self.name = name
        self.hints = tuple(hints)
        onsets = sorted(_onsets(node), key=lambda onset: onset[0])
        if not onsets:
            raise BadTime(name)
        self._first = onsets[0][1]
        self._instants = [instant for instant, _, _ in onsets]
        # An hour shown twice is the earlier one, an hour skipped is still counted as before.
        self._clocks = [instant + max(before, after) for instant, before, after in onsets]
        self._offsets = [after for _, _, after in onsets]

    def utcoffset(self, moment: datetime | None) -> timedelta:
        if moment is None:
            return self._first
        position = bisect_right(self._clocks, moment.replace(tzinfo=None))
        return self._offsets[position - 1] if position else self._first

    def fromutc(self, moment: datetime) -> datetime:
        position = bisect_right(self._instants, moment.replace(tzinfo=None))
        return moment + (self._offsets[position - 1] if position else self._first)

    def dst(self, moment: datetime | None) -> timedelta:
        return _NO_TIME

    def tzname(self, moment: datetime | None) -> str:
        return self.name

    def agrees_with(self, zone: str, clocks: Iterable[datetime]) -> bool:
        """Whether an IANA zone has the same offsets whenever the clocks show these times."""
        rules = ZoneInfo(zone)
        return all(
            clock.replace(tzinfo=rules).utcoffset() == self.utcoffset(clock) for clock in clocks
        )


def _onsets(node: Node) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """When which offset gave way to which: instants in UTC, without zone."""
    left = _MOST_ONSETS
    for observance in node.children[:_MOST_OBSERVANCES]:
        before, after = (_offset(observance, name) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
        for clock in _clocks(observance):
            left -= 1
            if left < 0:
                raise BadTime(node.text("TZID"))
            yield clock - before, before, after


def _offset(observance: Node, name: str) -> timedelta:
    line = observance.first(name)
    if line is None:
        raise BadTime(name)
    return parse_offset(line.value)


def _clocks(observance: Node) -> Iterator[datetime]:
    """When an observance begins, by the clocks just before."""
    line = observance.first("DTSTART")
    if line is None:
        raise BadTime("DTSTART")
    start = _clock(line.value)
    yield start
    for dates in observance.all("RDATE"):
        for text in dates.value.split(",", _MOST_ONSETS):
            yield _clock(text.partition("/")[0])
    for rule in observance.all("RRULE"):
        yield from _recurring(rule.value, start, _offset(observance, "TZOFFSETFROM"))


def _clock(text: str) -> datetime:
    value, _ = parse_value(text)
    return value if isinstance(value, datetime) else datetime.combine(value, datetime.min.time())


def _recurring(rule: str, start: datetime, before: timedelta) -> Iterator[datetime]:
    if len(rule) > _LONGEST_RULE or "FREQ=YEARLY" not in rule.upper():
        raise BadTime(rule)
    parts = [part for part in rule.upper().split(";") if part]
    until = next((part[6:] for part in parts if part.startswith("UNTIL=")), None)
    last = datetime(_LAST_YEAR, 1, 1)  # noqa: DTZ001 - a wall clock
    if until:
        value, is_utc = parse_value(until) if until[:4] < str(_LAST_YEAR) else (last, False)
        clock = value if isinstance(value, datetime) else datetime.combine(value, last.time())
        last = min(last, clock + before if is_utc else clock)
    kept = ";".join(part for part in parts if not part.startswith("UNTIL="))
    for clock in rrulestr(kept, dtstart=start):
        if clock > last:
            return
        yield clock


def as_utc(moment: datetime) -> datetime:
    """The instant in UTC, without zone, of an aware moment."""
    return moment.astimezone(UTC).replace(tzinfo=None)
