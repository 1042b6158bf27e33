"""Events as iCalendar: feeds, one-event downloads, and the bytes of one event (RFC 5545, 7986).

The same values always give the same bytes, whatever the clock says.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from tracker.formats.content_lines import escape, fold, many_lines, one_line, plain_text
from tracker.formats.vtimezone import is_utc, render_vtimezone

Language = Literal["en", "es", "pt"]
ZoneSpans = Mapping[str, tuple[datetime, datetime]]

_CANCELLED = {"en": "Cancelled", "es": "Cancelado", "pt": "Cancelado"}
_REFRESH = "PT4H"
# An organizer is named without an address, yet the property wants a URI: this one is Apple's, and
# calendar programs know that it leads nowhere.
_NO_ADDRESS = "invalid:nomail"
_ABSOLUTE_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_URI_CHARACTERS = "%/:=&?~#+!$,;'@()*[]"
_CONTROL_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """What a calendar shows of one event, in one language.

    Dates make an all-day event with its last day included; naive wall-clock datetimes make a timed
    one in `timezone` (UTC where that is None). `created` and `changed` are aware. `conference` is
    for private feeds alone. Raises ValueError where the times contradict each other.
    """

    uid: str
    sequence: int
    created: datetime
    changed: datetime
    start: date | datetime
    end: date | datetime
    timezone: str | None
    summary: str
    description: str
    location: str
    latitude: float | None
    longitude: float | None
    url: str
    categories: tuple[str, ...]
    status: Literal["tentative", "confirmed", "cancelled"]
    organizer: str | None
    parent_uid: str | None
    conference: str | None

    def __post_init__(self) -> None:
        _check_times(self.start, self.end, self.created, self.changed)


@dataclass(frozen=True, slots=True)
class CalendarTombstone:
    """What is left for 90 days of an event that was deleted, hidden or stripped of its days.

    Times are as in CalendarEvent; CALENDARS.md, 10.
    """

    uid: str
    sequence: int
    changed: datetime
    start: date | datetime
    end: date | datetime
    timezone: str | None

    def __post_init__(self) -> None:
        _check_times(self.start, self.end, self.changed)


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """The calendar around the events: name and description in its language, its own address.

    `timezone` is the IANA zone most at home in the feed, None where there is no such zone.
    """

    name: str
    description: str
    url: str
    language: Language
    timezone: str | None


Entry = CalendarEvent | CalendarTombstone


def write_event(event: Entry, language: Language) -> bytes:
    """Return a calendar of one event, without a name: Outlook opens a new calendar for a name."""
    return _calendar(_opening_lines(language), [render_entry(event, language)], zone_spans([event]))


def join_feed(feed: CalendarFeed, rendered: Iterable[bytes], zones: ZoneSpans) -> bytes:
    """Return a whole feed of events rendered before.

    `zones` gives the earliest and the latest instant (aware) of the timed events of each IANA zone,
    as zone_spans does.
    """
    return _calendar(_opening_lines(feed.language) + _feed_lines(feed), rendered, zones)


def zone_spans(entries: Iterable[Entry]) -> dict[str, tuple[datetime, datetime]]:
    """Return each zone that needs a VTIMEZONE with the first and last instant (UTC) seen in it."""
    spans: dict[str, tuple[datetime, datetime]] = {}
    for entry in entries:
        if not isinstance(entry.start, datetime) or not isinstance(entry.end, datetime):
            continue
        if entry.timezone is None or not _shows_zone(entry.timezone, entry.start, entry.end):
            continue
        zone = _zone(entry.timezone)
        start = entry.start.replace(tzinfo=zone).astimezone(UTC)
        end = entry.end.replace(tzinfo=zone).astimezone(UTC)
        earliest, latest = spans.get(entry.timezone, (start, end))
        spans[entry.timezone] = min(earliest, start), max(latest, end)
    return spans


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    # ZoneInfo keeps the last eight alone, and a feed has more.
    return ZoneInfo(name)


def _shows_zone(zone: str | None, *clocks: datetime) -> bool:
    """Tell whether wall-clock times are written with their zone; else they are written in UTC.

    An hour that the clocks show twice is the first of the two in RFC 5545, 3.3.5, but the second
    in ical.js, and one that they skip is read in as many ways.
    """
    if zone is None or is_utc(zone):
        return False
    info = _zone(zone)
    return all(
        info.utcoffset(clock) == info.utcoffset(clock.replace(fold=1 - clock.fold))
        for clock in clocks
    )


def render_entry(entry: Entry, language: Language) -> bytes:
    """Return the VEVENT of an event or a tombstone: what a feed can store and join."""
    if isinstance(entry, CalendarTombstone):
        lines = _tombstone_lines(entry, language)
    else:
        lines = _event_lines(entry, language)
    return b"".join(map(fold, ["BEGIN:VEVENT", *lines, "END:VEVENT"]))


def _calendar(opening: list[str], rendered: Iterable[bytes], zones: ZoneSpans) -> bytes:
    parts = [fold(line) for line in opening]
    parts += [
        render_vtimezone(zone, earliest.astimezone(UTC), latest.astimezone(UTC))
        for zone, (earliest, latest) in sorted(zones.items())
        if not is_utc(zone)
    ]
    parts += rendered
    parts.append(fold("END:VCALENDAR"))
    return b"".join(parts)


def _opening_lines(language: Language) -> list[str]:
    # No UID here: vdirsyncer would keep a single event of the whole calendar.
    return [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Encuentro//Encuentro//{language.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]


def _feed_lines(feed: CalendarFeed) -> list[str]:
    name = escape(one_line(feed.name))
    description = escape(many_lines(feed.description))
    source = _uri(feed.url)
    lines = [f"NAME:{name}", f"X-WR-CALNAME:{name}"]
    if description:
        lines += [f"DESCRIPTION:{description}", f"X-WR-CALDESC:{description}"]
    if feed.timezone:
        lines.append(f"X-WR-TIMEZONE:{escape(one_line(feed.timezone))}")
    if source:
        lines.append(f"SOURCE;VALUE=URI:{source}")
    return [
        *lines,
        f"REFRESH-INTERVAL;VALUE=DURATION:{_REFRESH}",
        f"X-PUBLISHED-TTL:{_REFRESH}",
    ]


def _tombstone_lines(entry: CalendarTombstone, language: Language) -> list[str]:
    return [
        _text("UID", entry.uid),
        f"DTSTAMP:{_utc(entry.changed)}",
        f"SEQUENCE:{entry.sequence}",
        *_time_lines(entry),
        "STATUS:CANCELLED",
        f"SUMMARY:{_CANCELLED[language]}",
    ]


def _event_lines(event: CalendarEvent, language: Language) -> list[str]:
    changed = _utc(event.changed)
    cancelled = event.status == "cancelled"
    # Google hides cancelled events and Outlook ignores STATUS: the title says it to everyone.
    prefix = f"{_CANCELLED[language].upper()}: " if cancelled else ""
    busy = isinstance(event.start, datetime) and not cancelled
    return [
        _text("UID", event.uid),
        f"DTSTAMP:{changed}",
        f"CREATED:{_utc(event.created)}",
        f"LAST-MODIFIED:{changed}",
        f"SEQUENCE:{event.sequence}",
        *_time_lines(event),
        _text("SUMMARY", prefix + event.summary),
        *_optional_lines(event),
        f"STATUS:{event.status.upper()}",
        f"TRANSP:{'OPAQUE' if busy else 'TRANSPARENT'}",
    ]


def _optional_lines(event: CalendarEvent) -> list[str]:
    lines = []
    if description := plain_text(event.description):
        lines.append(f"DESCRIPTION:{escape(description)}")
    if location := one_line(event.location):
        lines.append(f"LOCATION:{escape(location)}")
    if event.latitude is not None and event.longitude is not None:
        lines.append(f"GEO:{event.latitude:.6f};{event.longitude:.6f}")
    if url := _uri(event.url):
        lines.append(f"URL:{url}")
    if categories := [escape(name) for name in map(one_line, event.categories) if name]:
        lines.append(f"CATEGORIES:{','.join(categories)}")
    if event.organizer and (name := _parameter(event.organizer)):
        lines.append(f"ORGANIZER;CN={name}:{_NO_ADDRESS}")
    if event.parent_uid:
        lines.append(_text("RELATED-TO;RELTYPE=PARENT", event.parent_uid))
    if event.conference and (conference := _uri(event.conference)):
        lines.append(f"CONFERENCE;VALUE=URI:{conference}")
    return lines


def _time_lines(entry: Entry) -> list[str]:
    start, end = entry.start, entry.end
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        day_after = end + timedelta(days=1)  # DTEND is exclusive
        return [f"DTSTART;VALUE=DATE:{_digits(start)}", f"DTEND;VALUE=DATE:{_digits(day_after)}"]
    if entry.timezone is not None and _shows_zone(entry.timezone, start, end):
        parameter, opening, closing = f";TZID={entry.timezone}", _digits(start), _digits(end)
    else:
        zone = UTC if is_utc(entry.timezone) else _zone(entry.timezone or "UTC")
        parameter = ""
        opening, closing = (_utc(clock.replace(tzinfo=zone)) for clock in (start, end))
    lines = [f"DTSTART{parameter}:{opening}"]
    if closing > opening:  # DTEND must be later; without it the event ends as it starts
        lines.append(f"DTEND{parameter}:{closing}")
    return lines


def _text(name: str, value: str) -> str:
    return f"{name}:{escape(one_line(value))}"


def _parameter(value: str) -> str:
    """Return a quoted parameter value; RFC 6868 for the caret, as a quote cannot be written."""
    text = one_line(value).replace('"', "'").replace("^", "^^")
    return f'"{text}"' if text else ""


def _uri(value: str) -> str:
    """Return a URI of ASCII characters, empty where the value is no absolute URI."""
    value = _CONTROL_CHARACTERS.sub("", value).strip()
    return quote(value, safe=_URI_CHARACTERS) if _ABSOLUTE_URI.match(value) else ""


def _utc(instant: datetime) -> str:
    return f"{_digits(instant.astimezone(UTC).replace(tzinfo=None))}Z"


def _digits(value: date | datetime) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("-", "").replace(":", "")
    return value.isoformat().replace("-", "")


def _check_times(start: date, end: date, *stamps: datetime) -> None:
    if isinstance(start, datetime) != isinstance(end, datetime):
        raise ValueError("start and end must both be dates or both be date-times")
    if isinstance(start, datetime) and isinstance(end, datetime) and (start.tzinfo or end.tzinfo):
        raise ValueError("start and end are wall-clock times: no tzinfo")
    if end < start:
        raise ValueError("the end lies before the start")
    if any(stamp.tzinfo is None for stamp in stamps):
        raise ValueError("created and changed must be aware")
