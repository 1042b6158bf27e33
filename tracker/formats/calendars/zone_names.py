"""Names of time zones as calendars write them, and the IANA zones they mean."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

# What Outlook shows for zones that are not named after cities.
_SHOWN = {
    "adelaide": "Australia/Adelaide",
    "alaska": "America/Anchorage",
    "arizona": "America/Phoenix",
    "atlantic time": "America/Halifax",
    "brasilia": "America/Sao_Paulo",
    "brasília": "America/Sao_Paulo",
    "central america": "America/Guatemala",
    "central time": "America/Chicago",
    "city of buenos aires": "America/Argentina/Buenos_Aires",
    "coordinated universal time": "UTC",
    "cuba": "America/Havana",
    "easter island": "Pacific/Easter",
    "eastern time": "America/New_York",
    "georgetown": "America/Guyana",
    "greenland": "America/Nuuk",
    "greenwich mean time": "Europe/London",
    "haiti": "America/Port-au-Prince",
    "hawaii": "Pacific/Honolulu",
    "indiana": "America/Indiana/Indianapolis",
    "la paz": "America/La_Paz",  # not the one in Mexico
    "mountain time": "America/Denver",
    "newfoundland": "America/St_Johns",
    "pacific time": "America/Los_Angeles",
    "saint pierre and miquelon": "America/Miquelon",
    "salvador": "America/Bahia",
    "saskatchewan": "America/Regina",
    "turks and caicos": "America/Grand_Turk",
}
_UTC_NAMES = frozenset({"etc/utc", "etc/gmt", "utc", "gmt", "z"})
_OFFSET_ONLY = re.compile(r"Etc/GMT[+-]\d{1,2}")
_STATED = re.compile(r"\s*\(?(?:UTC|GMT)\s*(?:([+-])(\d{1,2}):?(\d\d)?)?\)\s*", re.IGNORECASE)
_WORDS = re.compile(r"[,;/&()]|\s-\s")
_LONGEST_NAME = 200


@lru_cache(maxsize=512)
def zone_named(name: str) -> str | None:
    """The IANA zone of a name, "UTC" for any name of UTC, None where it is no name of a zone.

    Knows IANA's names, old ones too, in whatever folder they stand (/mozilla.org/…), and Windows'.
    It may be an offset (Etc/GMT+3) instead of a place.
    """
    name = name.strip().strip('"')[:_LONGEST_NAME]
    for candidate in (name, *_endings(name)):
        if found := _of_iana(candidate):
            return found
    return _of_windows(name)


def _endings(path: str) -> Iterator[str]:
    """What is left of a path when its first folders are left out, longest first."""
    parts = [part for part in path.split("/") if part]
    for start in range(max(0, len(parts) - 3), len(parts)):
        yield "/".join(parts[start:])


def _of_iana(name: str) -> str | None:
    folded = name.casefold().replace(" ", "_")
    if folded in _UTC_NAMES:
        return "UTC"
    known = _iana_names().get(folded)
    if known is None:
        return None
    current = get_global("zone_aliases").get(known, known)
    if current.casefold() in _UTC_NAMES:
        return "UTC"
    return current if is_place(current) or _OFFSET_ONLY.fullmatch(current) else None


def is_place(name: str) -> bool:
    """Whether a zone is that of a place, not an offset or a setting of a machine."""
    return "/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/"))


@lru_cache(maxsize=1)
def _iana_names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@lru_cache(maxsize=1)
def _windows_names() -> dict[str, str]:
    return {name.casefold(): zone for name, zone in get_global("windows_zone_mapping").items()}


def _of_windows(name: str) -> str | None:
    zone = _windows_names().get(name.casefold())
    return _of_iana(zone) if zone else None


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    zones = sorted(get_global("zone_territories"))
    cities = {zone.rpartition("/")[2].replace("_", " ").casefold(): zone for zone in zones}
    return cities | _SHOWN


@lru_cache(maxsize=512)
def zone_shown(name: str) -> str | None:
    """The IANA zone of what Outlook shows: an offset, then places: the first that has that offset."""
    name = name.strip().strip('"')[:_LONGEST_NAME]
    stated = _STATED.match(name)
    for part in _WORDS.split(name[stated.end() :] if stated else name):
        zone = _cities().get(part.strip().casefold().replace("_", " "))
        if zone and (not stated or _offset(stated) in _offsets(zone)):
            return _of_iana(zone)
    # "(UTC) Coordinated Universal Time" in any language.
    return "UTC" if stated and not stated[1] and stated.end() == len(name) else None


def _offset(stated: re.Match[str]) -> timedelta:
    size = timedelta(hours=int(stated[2] or 0), minutes=int(stated[3] or 0))
    return -size if stated[1] == "-" else size


def _offsets(zone: str) -> set[timedelta | None]:
    """The offsets of a zone in winter and in summer."""
    rules = ZoneInfo(zone)
    year = datetime.now(UTC).year
    return {datetime(year, month, 15, tzinfo=rules).utcoffset() for month in (1, 7)}


@lru_cache(maxsize=1)
def places() -> tuple[str, ...]:
    """The zones of places under their current names, each once."""
    known = (_of_iana(zone) for zone in get_global("zone_territories"))
    return tuple(sorted({zone for zone in known if zone and zone != "UTC"}))
