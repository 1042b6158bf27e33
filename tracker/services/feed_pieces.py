"""The bytes of single events: made once per change, language, site and audience, then joined.

Rendering is what a feed costs, so a feed asks for the ids and versions of its events, and only
what is not kept yet is read and written. What a process keeps is bounded; labels and their
translations change with the version of the application alone, and with it the process.

Public calendars share one set of pieces. Private ones share two: with the parent named, for those
who may see it, and without, as nothing else of an event depends on who reads it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from tracker.formats.icalendar_feed import ZoneSpans, render_entry, zone_spans
from tracker.services.bounded_cache import BoundedCache
from tracker.services.feed_events import ReadEvent, Reading, calendar_events

MOST_BYTES = 96_000_000
# What a piece takes in memory besides its bytes.
_OVERHEAD = 600


# An event of a feed: its id, its version, and whether its parent may be named to the reader (None
# in public feeds, where that is a matter of the version).
Asked = tuple[int, int, bool | None]


class Piece(NamedTuple):
    """The VEVENT of an event at a version, when it changed, and the zone and instants it needs.

    `zone` is None for an all-day event; the instants are UTC, None where no VTIMEZONE is needed.
    """

    version: int
    body: bytes
    changed: datetime
    zone: str | None
    first: datetime | None
    last: datetime | None


_Key = tuple[str, int]
_pieces: BoundedCache[_Key, Piece] = BoundedCache(
    MOST_BYTES, lambda _key, piece: len(piece.body) + _OVERHEAD
)


def forget() -> None:
    """Write every event anew, as where the database was replaced by another."""
    _pieces.clear()


def pieces(
    session: Session,
    database: str,
    reading: Reading,
    asked: Sequence[Asked],
    shown: ColumnElement[bool],
) -> list[Piece]:
    """The pieces of events in their order; one that has left `shown` meanwhile is left out.

    `database` names the one that the session is of.
    """
    shelves = {
        named: "\n".join(
            (database, reading.base_url, reading.language, str(reading.private), str(named))
        )
        for named in (None, False, True)
    }
    kept = _pieces.get_many([(shelves[named], event_id) for event_id, _version, named in asked])
    missing = {
        event_id: named
        for (event_id, version, named), piece in zip(asked, kept, strict=True)
        if piece is None or piece.version != version
    }
    made = {}
    for read in calendar_events(session, missing, shown, reading, missing):
        piece = made[read.id] = _piece(read, reading)
        _pieces.put((shelves[missing[read.id]], read.id), piece)
    found = (
        made.get(one[0]) if one[0] in missing else piece
        for one, piece in zip(asked, kept, strict=True)
    )
    return [piece for piece in found if piece is not None]


def _piece(read: ReadEvent, reading: Reading) -> Piece:
    entry = read.entry
    first, last = next(iter(zone_spans([entry]).values()), (None, None))
    timed = isinstance(entry.start, datetime)
    zone = (entry.timezone or "UTC") if timed else None
    body = render_entry(entry, reading.language)
    return Piece(read.version, body, entry.changed, zone, first, last)


def spans_of(found: Sequence[Piece], others: ZoneSpans) -> dict[str, tuple[datetime, datetime]]:
    """The first and last instant in each zone, of pieces and of others."""
    spans = dict(others)
    for piece in found:
        if piece.zone is not None and piece.first is not None and piece.last is not None:
            first, last = spans.get(piece.zone, (piece.first, piece.last))
            spans[piece.zone] = min(first, piece.first), max(last, piece.last)
    return spans
