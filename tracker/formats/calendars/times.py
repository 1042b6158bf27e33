"""Dates, times, durations and offsets of iCalendar, and the moments they make (RFC 5545, 3.3).

A moment is a date, or a datetime: aware in the zone it was written in, naive where it floats.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tracker.formats.calendars.lines import Line

Moment = date | datetime
FindZone = Callable[[str], tzinfo | None]

# Beyond these years no calendar means what it says, and arithmetic ends.
_FIRST_YEAR, _LAST_YEAR = 1600, 2200
_LONGEST = timedelta(days=3660)
_MOMENT = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d+)?(Z)?)?",
    re.IGNORECASE | re.ASCII,
)
_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?",
    re.ASCII,
)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)(?::?(\d\d))?", re.ASCII)


class BadTime(ValueError):
    """No date, time or duration; the message is what was written."""


def parse_moment(line: Line, find_zone: FindZone) -> Moment:
    """The date or time of a property, in its zone."""
    return _moment(line.value, line, find_zone)


def parse_moments(line: Line, find_zone: FindZone) -> list[tuple[Moment, timedelta | None]]:
    """The dates, times or periods of a list, periods with their length."""
    found = []
    for part in line.value.split(","):
        start_text, slash, end_text = part.partition("/")
        start = _moment(start_text, line, find_zone)
        length = None
        if slash and end_text.strip()[:1] in ("P", "+", "-"):
            length = parse_duration(end_text)
        elif slash:
            length = difference(start, _moment(end_text, line, find_zone))
        found.append((start, length))
    return found


def _moment(text: str, line: Line, find_zone: FindZone) -> Moment:
    value, is_utc = parse_value(text)
    if not isinstance(value, datetime):
        return value
    if line.params.get("VALUE", "").upper() == "DATE":
        return value.date()
    if is_utc:
        return value.replace(tzinfo=UTC)
    zone = line.params.get("TZID", "")
    return value.replace(tzinfo=find_zone(zone)) if zone else value


def parse_value(text: str) -> tuple[Moment, bool]:
    """A date or a wall-clock time, and whether it says that it is UTC."""
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        raise BadTime(text)
    year, month, day, hour, minute, second, utc = found.groups()
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        raise BadTime(text)
    try:
        value = date(int(year), int(month), int(day))
        if hour is None:
            return value, False
        clock = time(int(hour), int(minute), min(int(second or 0), 59))
    except ValueError as error:
        raise BadTime(text) from error
    return datetime.combine(value, clock), utc is not None


def parse_duration(text: str) -> timedelta:
    """A duration; negative ones too."""
    found = _DURATION.fullmatch(text.strip().upper())
    if not found or not any(found.groups()[1:]):
        raise BadTime(text)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if length > _LONGEST:
        raise BadTime(text)
    return -length if found[1] == "-" else length


def parse_offset(text: str) -> timedelta:
    """An offset from UTC."""
    found = _OFFSET.fullmatch(text.strip())
    if not found:
        raise BadTime(text)
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    if offset >= timedelta(days=1):
        raise BadTime(text)
    return -offset if found[1] == "-" else offset


def is_timed(moment: Moment) -> bool:
    """Whether a moment has a time of day."""
    return isinstance(moment, datetime)


def wall_clock(moment: datetime, zone: tzinfo | None) -> datetime:
    """What the clocks of a zone show at a moment; one that floats is what they show."""
    if moment.tzinfo is None or zone is None or moment.tzinfo is zone:
        return moment.replace(tzinfo=None)
    return moment.astimezone(zone).replace(tzinfo=None)


def difference(start: Moment, end: Moment) -> timedelta:
    """How long it is from a moment to another, by the clocks of the first one's zone.

    Raises BadTime where one is a date and the other a time, or they lie years apart.
    """
    if isinstance(start, datetime) and isinstance(end, datetime):
        length = wall_clock(end, start.tzinfo) - start.replace(tzinfo=None)
    elif isinstance(start, datetime) or isinstance(end, datetime):
        raise BadTime(str(end))
    else:
        length = end - start
    if length > _LONGEST:
        raise BadTime(str(end))
    return length
