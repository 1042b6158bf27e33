"""What a VEVENT says, as plain text of bounded length and without anyone's address."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from icalendar import vGeo

from tracker.formats.calendars.events import without_mark
from tracker.formats.calendars.lines import Line
from tracker.formats.calendars.structure import Node
from tracker.formats.content_lines import one_line, plain_text

_LONGEST = {"summary": 300, "description": 10_000, "location": 300, "organizer": 200, "url": 500}
_LONGEST_CATEGORY = 100
_MOST_CATEGORIES = 20
# HTML can be far longer than what it says.
_LONGEST_MARKUP = 100_000
_ADDRESS = re.compile(r"<?(?:mailto:)?[^\s<>()\[\]]+@[^\s<>()\[\]]+>?", re.IGNORECASE)
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_JOIN = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")


@dataclass(frozen=True, slots=True)
class Texts:
    """What an event says; every occurrence of it says the same."""

    summary: str
    description: str
    location: str
    url: str
    conference: str
    latitude: float | None
    longitude: float | None
    organizer: str
    categories: tuple[str, ...]


def texts_of(node: Node) -> Texts:
    """What a VEVENT says."""
    location = shortened(_without_addresses(node.text("LOCATION")), _LONGEST["location"])
    conference = next((link for line in node.all(*_JOIN) if (link := _link(line))), "")
    if _LINK.fullmatch(location):
        # Who has only a link to join puts it where the place goes, for everyone to see.
        conference = conference or location
        location = ""
    latitude, longitude = _position(node)
    return Texts(
        summary=shortened(without_mark(node.text("SUMMARY")), _LONGEST["summary"]),
        description=_description(node),
        location=location,
        url=next((link for line in node.all("URL") if (link := _link(line))), ""),
        conference=conference,
        latitude=latitude,
        longitude=longitude,
        organizer=_organizer(node),
        categories=_categories(node),
    )


def shortened(text: str, longest: int) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _description(node: Node) -> str:
    line = node.first("DESCRIPTION", "STYLED-DESCRIPTION", "X-ALT-DESC")
    if line is None:
        return ""
    return shortened(plain_text(line.text[:_LONGEST_MARKUP]), _LONGEST["description"])


def _without_addresses(text: str) -> str:
    return one_line(_ADDRESS.sub("", text)) if "@" in text else text


def _link(line: Line) -> str:
    """A web address, empty where it is none or too long to be kept."""
    link = one_line(line.value)
    if len(link) > _LONGEST["url"] or not _LINK.fullmatch(link):
        return ""
    try:
        return link if urlsplit(link).hostname else ""
    except ValueError:
        return ""


def _position(node: Node) -> tuple[float | None, float | None]:
    try:
        latitude, longitude = vGeo.from_ical(node.text("GEO").replace(",", ";"))
    except ValueError:
        return None, None
    # 0;0 lies in the sea: it is what programs write that know no place.
    if abs(latitude) > 90 or abs(longitude) > 180 or not (latitude or longitude):
        return None, None
    return latitude, longitude


def _organizer(node: Node) -> str:
    """Who organizes, by name: never by address."""
    line = node.first("ORGANIZER")
    if line is None:
        return ""
    name = line.params.get("CN", "")
    if not name and ":" not in line.value:
        name = line.text
    if name.lower() == "mailto":  # an address in place of the name, without quotes
        name = ""
    return shortened(_without_addresses(one_line(name)), _LONGEST["organizer"])


def _categories(node: Node) -> tuple[str, ...]:
    names = [one_line(name[:1_000]) for line in node.all("CATEGORIES") for name in line.texts]
    kept = dict.fromkeys(shortened(name, _LONGEST_CATEGORY) for name in names if name)
    return tuple(kept)[:_MOST_CATEGORIES]
