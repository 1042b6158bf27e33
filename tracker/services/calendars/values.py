"""An event of another calendar in the columns that an event here has."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tracker.formats.calendars import ReadEvent
from tracker.i18n import country_code
from tracker.models import Event
from tracker.models.text import clean, fold
from tracker.models.vocabulary import LANGUAGES
from tracker.models.when import first_day, hour_exists, parse_clock, zone_names
from tracker.services.places import zone_of

# What of an event can be told apart on both sides, and comes over again when it changes there.
COLUMNS = frozenset(
    {
        *(f"name_{code}" for code in LANGUAGES), "start_date", "end_date", "start_time",
        "end_time", "timezone", "venue", "city", "country", "latitude", "longitude", "status",
        "description", "url", "join_url",
    }
)  # fmt: skip
_LONGEST_NAME = 300
_LONGEST_CITY = 120
_LONGEST_ADDRESS = 500
_LONGEST_TEXT = 20_000
_WEB = re.compile(r"https?://[^\s<>\"]+\.[^\s<>\"]+")
# Publishers write before the name what clients would hide otherwise (CALENDARS.md, 10).
_CANCELLED = re.compile(r"(?:cancell?ed|cancelad[oa])\s*[:–-]\s*(?=\S)", re.IGNORECASE)
_ONLINE = frozenset(
    {
        "online", "on line", "virtual", "webinar", "remote", "remoto", "remota", "en linea",
        "zoom", "zoom meeting", "via zoom", "por zoom", "teams", "microsoft teams",
        "microsoft teams meeting", "reunion de microsoft teams", "google meet", "webex",
        "virtual meeting", "online meeting", "reunion virtual", "reuniao virtual",
    }
)  # fmt: skip


def values_of(read: ReadEvent, language: str, calendar: str) -> dict[str, Any]:
    """What a calendar says of an event, as JSON holds it: its COLUMNS, and what else is kept.

    `language` is that of its texts, `calendar` the name that an event without one gets. Beside
    the columns: `mode` and `parent_uid`, which only a new event takes, and `private`.
    """
    place = _place_of(read)
    cancelled, name = _name_of(read, calendar)
    links = [text for text in (read.conference, *_WEB.findall(read.location)) if _is_address(text)]
    return {
        f"name_{language}": name,
        **_when(read, place),
        **{name: place[name] for name in ("venue", "city", "country")},
        **_position(read),
        "status": "cancelled" if cancelled else read.status,
        "description": clean(read.description)[:_LONGEST_TEXT] or None,
        "url": read.url if _is_address(read.url) else None,
        "join_url": links[0] if links else None,
        "mode": place["mode"] if place["country"] or not links else "online",
        "parent_uid": read.parent_uid,
        "private": read.private,
    }


def starts_of(values: Mapping[str, Any]) -> str:
    """`YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, which sort as the events do."""
    clock = values.get("start_time")
    return f"{values['start_date']}T{clock}" if clock else str(values["start_date"])


def values_here(event: Event) -> dict[str, Any]:
    """An event of ours by the same columns, as JSON holds them."""
    found = {name: getattr(event, name) for name in COLUMNS}
    for name in ("start_time", "end_time"):
        found[name] = f"{found[name]:%H:%M}" if found[name] is not None else None
    return found


def as_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that are COLUMNS, as an event takes them."""
    found = {name: value for name, value in values.items() if name in COLUMNS}
    for name in ("start_time", "end_time"):
        if found.get(name) is not None:
            found[name] = parse_clock(found[name])
    return found


# ---- name


def _name_of(read: ReadEvent, calendar: str) -> tuple[bool, str]:
    """Whether it says that it is cancelled, and the name without that."""
    name = _line(read.summary)
    said = _CANCELLED.match(name)
    if said:
        name = name[said.end() :]
    name = name or _line(read.description.partition("\n")[0]) or _line(calendar)
    return said is not None, name[:_LONGEST_NAME].rstrip()


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _is_address(text: str) -> bool:
    return len(text) <= _LONGEST_ADDRESS and _WEB.fullmatch(text) is not None


# ---- place


def _place_of(read: ReadEvent) -> dict[str, Any]:
    """Venue, city and country of a LOCATION: a country only where its last part is its name."""
    text = _WEB.sub(" ", clean(read.location))
    parts = [part for each in re.split(r"[,;\n]", text) if (part := _line(each).strip(" -–|/()"))]
    online = [part for part in parts if fold(part) in _ONLINE]
    parts = [part for part in parts if part not in online]
    # A code of two letters is as often a state's: “Denver, CO”.
    country = country_code(parts[-1]) if parts and len(parts[-1]) > 2 else None
    city = None
    if country:
        parts.pop()
        if parts and len(parts[-1]) <= _LONGEST_CITY:
            city = parts.pop()
    mode = "hybrid" if online and country else "online" if online else "unknown"
    return {
        "venue": ", ".join(parts)[:_LONGEST_NAME] or None,
        "city": city,
        "country": country,
        "mode": "in-person" if country and not online else mode,
    }


def _position(read: ReadEvent) -> dict[str, float | None]:
    latitude, longitude = read.latitude, read.longitude
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return {"latitude": None, "longitude": None}
    return {"latitude": round(latitude, 6), "longitude": round(longitude, 6)}


# ---- time


def _when(read: ReadEvent, place: Mapping[str, Any]) -> dict[str, Any]:
    """Days, and times where an event here may have them: on one day or past one midnight."""
    start, end = first_day(read.start_date), first_day(read.end_date)
    here = zone_of(place["country"], place["city"])
    zone = read.timezone if read.timezone in zone_names() else None
    if read.start_time is None or read.end_time is None:
        return _days(start, end, here or zone)
    opens, closes = parse_clock(read.start_time), parse_clock(read.end_time)
    if read.timezone is not None and zone is None:
        (start, opens), (end, closes) = (
            _in_utc(day, clock, read.timezone) for day, clock in ((start, opens), (end, closes))
        )
        zone = "UTC"
    zone = zone or here
    # What ends at midnight ends with the day before: so does a day that others write as hours.
    last = end - timedelta(days=1) if closes == time() and end > start else end
    if zone is None or (last - start).days > 1 or (last < end and opens == time()):
        return _days(start, last, here or zone)
    if (end - start).days > 1:
        return _days(start, last, here or zone)
    (start, opens), (end, closes) = (
        _on_the_clock(day, clock, zone) for day, clock in ((start, opens), (end, closes))
    )
    lasts = (start, opens) != (end, closes)
    return {
        "start_date": start.isoformat(),
        "end_date": end.isoformat(),
        "start_time": f"{opens:%H:%M}",
        "end_time": f"{closes:%H:%M}" if lasts else None,
        "timezone": zone,
    }


def _days(start: date, end: date, zone: str | None) -> dict[str, Any]:
    return {
        "start_date": start.isoformat(), "end_date": end.isoformat(), "start_time": None,
        "end_time": None, "timezone": zone,
    }  # fmt: skip


def _in_utc(day: date, clock: time, zone: str) -> tuple[date, time]:
    """A moment of a zone that no place has (Etc/GMT+3)."""
    moment = datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)
    return moment.date(), moment.time()


def _on_the_clock(day: date, clock: time, zone: str) -> tuple[date, time]:
    """The same moment as the clocks showed it that day, where they skipped this hour."""
    if hour_exists(day, clock, zone):
        return day, clock
    moment = datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone))
    return moment.date(), moment.time()
