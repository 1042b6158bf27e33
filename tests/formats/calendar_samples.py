"""Sample feed and events, and ways to look at the bytes made of them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import icalendar

from tracker.formats.icalendar_feed import (
    CalendarEvent,
    CalendarFeed,
    CalendarTombstone,
    Entry,
    join_feed,
    render_entry,
    zone_spans,
)

FEED = CalendarFeed(
    name="Encuentro: LACNIC, CITEL; todo",
    description="Eventos públicos,\ncon \\ barra",
    url="https://example.org/feeds/public.ics?space=citel&lang=es",
    language="es",
    timezone="America/Montevideo",
)
ALL_DAY = CalendarEvent(
    uid="event-1@example.org",
    sequence=3,
    created=datetime(2025, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
    changed=datetime(2025, 2, 3, 1, 5, 6, tzinfo=timezone(-timedelta(hours=3))),
    start=date(2025, 5, 5),
    end=date(2025, 5, 9),
    timezone="America/Sao_Paulo",
    summary="LACNIC 43, São Paulo",
    description="Plenary; training\nand more",
    location="Hotel, São Paulo, Brasil",
    latitude=-23.5505,
    longitude=-46.6333334,
    url="https://example.org/events/lacnic-43",
    categories=("Meeting", "LACNIC, events", "IPv6"),
    status="confirmed",
    organizer='LACNIC "the RIR"; a, b: c',
    parent_uid="event-0@example.org",
    conference=None,
)
TIMED = replace(
    ALL_DAY,
    uid="event-2@example.org",
    start=datetime(2025, 7, 1, 22, 30),
    end=datetime(2025, 7, 2, 0, 30),
    timezone="America/New_York",
)
TOMBSTONE = CalendarTombstone(
    uid="event-3@example.org",
    sequence=4,
    changed=datetime(2025, 3, 1, tzinfo=UTC),
    start=datetime(2025, 7, 1, 10),
    end=datetime(2025, 7, 1, 11),
    timezone="America/Havana",
)


def write_feed(feed: CalendarFeed, entries: Sequence[Entry]) -> bytes:
    """A whole feed, as services join it."""
    rendered = [render_entry(entry, feed.language) for entry in entries]
    return join_feed(feed, rendered, zone_spans(entries))


def lines(octets: bytes) -> list[str]:
    """Unfold content lines."""
    return octets.decode().replace("\r\n ", "").split("\r\n")


def names(octets: bytes) -> set[str]:
    return {line.split(":")[0].split(";")[0] for line in lines(octets)} - {"", "BEGIN", "END"}


def parsed(octets: bytes) -> Any:
    return icalendar.Calendar.from_ical(octets)


def only_event(octets: bytes) -> Any:
    (event,) = parsed(octets).walk("VEVENT")
    return event


def text_of(value: Any) -> str:
    """Unescape a TEXT value that icalendar hands over as it stands (NAME, X-WR-*)."""
    return re.sub(r"\\(.)", lambda found: found[1].replace("n", "\n"), str(value))


def assert_well_formed(octets: bytes) -> None:
    assert octets.endswith(b"\r\n")
    pieces = octets.removesuffix(b"\r\n").split(b"\r\n")
    assert all(0 < len(piece) <= 75 for piece in pieces)
    for piece in pieces:
        text = piece.decode()
        assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cs")]
        assert text.strip(), "a line of spaces ends the property for some readers"
