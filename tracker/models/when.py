"""Dates known to the day, month or year, and wall-clock times in a zone."""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::00)?", re.ASCII)
YEARS = range(1900, 2200)
# Undated events are listed after everything that has a date.
FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)


class BadDate(ValueError):
    """A text that is no date, or a date that does not exist."""


def first_day(text: str) -> date:
    """The first day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; raises BadDate."""
    return _days(text)[0]


def last_day(text: str) -> date:
    """The last day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; raises BadDate."""
    return _days(text)[1]


def _days(text: str) -> tuple[date, date]:
    match = _PARTIAL.fullmatch(text)
    if match is None or int(match[1]) not in YEARS:
        raise BadDate(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise BadDate(text) from error


def is_day(text: str | None) -> bool:
    """Whether a partial date is known to the day."""
    return text is not None and len(text) == len("YYYY-MM-DD")


def parse_clock(text: str) -> time:
    """A time of day written `HH:MM`; raises BadDate."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise BadDate(text)
    return time(int(match[1]), int(match[2]))


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """The IANA zones a place can be in, without the legacy and machine-local ones."""
    return frozenset(
        name
        for name in available_timezones()
        if name == "UTC" or ("/" in name and not name.startswith(("Etc/", "posix/", "right/")))
    )


def hour_exists(day: date, clock: time, zone: str) -> bool:
    """Whether the clocks of the zone showed that time that day (not skipped by summer time)."""
    wall = datetime.combine(day, clock, ZoneInfo(zone))
    return wall.astimezone(UTC).astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(
        tzinfo=None
    )


def instant(day: date, clock: time | None, zone: str | None) -> datetime:
    """The UTC instant of a wall-clock time; without time midnight, without zone UTC."""
    local = datetime.combine(day, clock or time(), ZoneInfo(zone) if zone else UTC)
    return local.astimezone(UTC)


def span(
    start: str | None,
    end: str | None,
    start_time: time | None,
    end_time: time | None,
    zone: str | None,
) -> tuple[datetime, datetime]:
    """The UTC instants at which an event starts and ends, from what was typed.

    An event without times lasts from midnight to midnight after its last day; one without
    dates lies in the far future.
    """
    if not start:
        return FAR_FUTURE, FAR_FUTURE
    opening, closing = first_day(start), last_day(end or start)
    starts_at = instant(opening, start_time, zone)
    if start_time is None:
        return starts_at, instant(closing + timedelta(days=1), None, zone)
    return starts_at, max(starts_at, instant(closing, end_time or start_time, zone))
