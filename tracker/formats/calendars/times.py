"""Dates, times, durations and offsets of iCalendar, and the moments they make (RFC 5545, 3.3).

A moment is a date, or a datetime: aware in the zone it was written in, naive where it floats.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo

from icalendar import vDate, vDatetime, vDuration

from tracker.formats.calendars.lines import Line

Moment = date | datetime
FindZone = Callable[[str], tzinfo | None]

# Beyond these years no calendar means what it says, and arithmetic ends.
_FIRST_YEAR, _LAST_YEAR = 1600, 2200
_LONGEST = timedelta(days=3660)
# What others write otherwise: as ISO 8601 does at length, without seconds or with a leap second.
_AT_LENGTH = re.compile(r"(?<=\d)[-:](?=\d)|\.\d+")
_NO_SECONDS = re.compile(r"(?<=T\d{4})(?:60)?(?=Z?$)")


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
    value = parse_value(text)
    if not isinstance(value, datetime):
        return value
    if line.params.get("VALUE", "").upper() == "DATE":
        return value.date()
    zone = line.params.get("TZID", "")
    return value.replace(tzinfo=find_zone(zone)) if zone and not value.tzinfo else value


def parse_value(text: str) -> Moment:
    """A date, or a time: in UTC where it says so, else floating."""
    written = _AT_LENGTH.sub("", text.strip().upper().replace(" ", "T"))
    value = _clock(written) if "T" in written else _day(written)
    if not text.isascii() or not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(text)
    return value


def _day(written: str) -> date:
    value: date = vDate.from_ical(written)  # type: ignore[no-untyped-call]
    return value


def _clock(written: str) -> datetime:
    written = _NO_SECONDS.sub("00", written)
    value: datetime = vDatetime.from_ical(written)  # type: ignore[no-untyped-call]
    return value.replace(tzinfo=UTC) if value.tzinfo else value


def parse_duration(text: str) -> timedelta:
    """A duration; negative ones too."""
    written = text.strip().upper()
    length: timedelta = vDuration.from_ical(written)  # type: ignore[no-untyped-call]
    if written.endswith(("P", "T")) or abs(length) > _LONGEST:
        raise ValueError(text)
    return length


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

    Raises ValueError where one is a date and the other a time, or they lie years apart.
    """
    if isinstance(start, datetime) and isinstance(end, datetime):
        length = wall_clock(end, start.tzinfo) - start.replace(tzinfo=None)
    elif isinstance(start, datetime) or isinstance(end, datetime):
        raise ValueError(str(end))
    else:
        length = end - start
    if length > _LONGEST:
        raise ValueError(str(end))
    return length
