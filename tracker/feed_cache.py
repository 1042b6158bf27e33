"""Whole feeds as they were last written, kept per process and good while nothing is written.

The same bytes go to everybody who may read a feed, so one copy of each is kept, with its gzip once
somebody asked for it.
"""

import gzip
from dataclasses import dataclass, replace
from datetime import date, datetime

from tracker.services import feed_pieces
from tracker.services.bounded_cache import BoundedCache

MOST_BYTES = 64_000_000
MOST_PLACES_BYTES = 4_000_000
_GZIP_LEVEL = 6
_OVERHEAD = 1_000
Key = tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """A feed as it was written at a revision, on a day (UTC); `changed` is its Last-Modified."""

    revision: int
    day: date
    body: bytes
    etag: str
    changed: datetime
    headers: tuple[tuple[str, str], ...]
    compressed: bytes | None = None


def _size(key: Key, kept: Kept) -> int:
    return sum(map(len, key)) + len(kept.body) + len(kept.compressed or b"") + _OVERHEAD


_feeds: BoundedCache[Key, Kept] = BoundedCache(MOST_BYTES, _size)
# An address as it was asked for, which may be one of several of a feed: at that revision and on
# that day it was the feed of this key.
_places: BoundedCache[Key, tuple[int, date, Key]] = BoundedCache(
    MOST_PLACES_BYTES, lambda asked, place: _OVERHEAD + sum(map(len, (*asked, *place[2])))
)
_revisions: dict[str, int] = {}


def find(key: Key, revision: int, day: date) -> Kept | None:
    """The feed, if nothing was written and no day began since."""
    kept = _feeds.get(key)
    return kept if kept and (kept.revision, kept.day) == (revision, day) else None


def key_at(place: Key, revision: int, day: date) -> Key | None:
    """The key of the feed that this address is of, where nothing was written since."""
    found = _places.get(place)
    return found[2] if found and found[:2] == (revision, day) else None


def keep_place(place: Key, revision: int, day: date, key: Key) -> None:
    """Remember that an address is of the feed of this key."""
    _places.put(place, (revision, day, key))


def keep(key: Key, kept: Kept) -> None:
    """Keep a feed until others push it out."""
    _feeds.put(key, kept)


def compressed(key: Key | None, kept: Kept) -> bytes:
    """The gzip of a feed, made once if it has a key; the same bytes in every process."""
    if kept.compressed is not None:
        return kept.compressed
    made = gzip.compress(kept.body, _GZIP_LEVEL, mtime=0)
    if key is not None:
        _feeds.put(key, replace(kept, compressed=made))
    return made


def watch(database: str, revision: int) -> None:
    """Forget everything where the revision went back: a backup was restored.

    Versions are given again then, to what never was.
    """
    if revision < _revisions.get(database, 0):
        forget()
    _revisions[database] = revision


def forget() -> None:
    """Write everything anew, as where the database was replaced by another."""
    _feeds.clear()
    _places.clear()
    feed_pieces.forget()
