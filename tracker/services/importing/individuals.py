"""Rows of one individual brought together (rule 4), sorted on disk so that memory stays flat."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from tracker.formats.attendees import Row
from tracker.i18n import country_code
from tracker.models.text import PARTICLES, fold, name_key, name_words
from tracker.models.vocabulary import ATTENDANCE_ROLES
from tracker.services.importing.shown_names import NOTHING, PERSON, THING, ShownName, read_shown

LONGEST_LABEL = 200
# Lines as they are kept while the file is read.
_CREATE = """
    CREATE TABLE lines (
        key, position, number, raw, name, kind, named_organization, email, organization, country,
        role, status, mode, joined, "left", minutes
    )
"""
_INSERT = "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# Within one file: whoever attended attended, whatever another line says.
_STRONGEST = ("attended", "no-show", "registered", "planned", "cancelled")
_HIGHEST = (
    "organizer", "moderator", "trainer", "speaker", "panelist", "rapporteur", "delegate",
    "exhibitor", "staff", "attendee",
)  # fmt: skip
assert set(_HIGHEST) == set(ATTENDANCE_ROLES)
Interval = tuple[datetime, datetime]


@dataclass(slots=True)
class Line:
    """A row with its shown name taken apart; `position` counts rows, of which a line has several."""

    position: int
    number: int
    raw: str
    shown: ShownName
    email: str
    organization: str
    country: str
    role: str
    status: str
    mode: str
    interval: Interval | None
    minutes: float | None


@dataclass
class Individual:
    """One or more lines that stand for the same individual, and what they say together."""

    lines: list[Line]
    name: ShownName = field(init=False)
    status: str = field(init=False)
    intervals: list[Interval] = field(init=False)
    organizations: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.intervals = union(line.interval for line in self.lines if line.interval)
        if len(self.lines) == 1:
            (line,) = self.lines
            self.name, self.status = line.shown, line.status
            self.organizations = [line.organization] if line.organization else []
            return
        self.lines.sort(key=lambda line: line.position)
        self.name = _fullest(line.shown for line in self.lines)
        self.status = strongest(line.status for line in self.lines)
        # Those given most often first.
        given = [line.organization for line in self.lines if line.organization]
        self.organizations = sorted(set(given), key=lambda text: (-given.count(text), text))

    @property
    def position(self) -> int:
        return self.lines[0].position

    @property
    def email(self) -> str:
        return self.lines[0].email

    @property
    def label(self) -> str:
        return (self.name.name or self.email)[:LONGEST_LABEL]

    @property
    def stated_minutes(self) -> float | None:
        stated = [line.minutes for line in self.lines if line.minutes is not None]
        return max(stated) if stated and not self.intervals else None

    @property
    def role(self) -> str:
        roles = {line.role for line in self.lines}
        return next(role for role in _HIGHEST if role in roles)

    @property
    def mode(self) -> str:
        return mode_of(line.mode for line in self.lines if line.status == self.status)

    @property
    def country(self) -> str | None:
        found = (country_code(line.country) for line in self.lines if line.country)
        return next((code for code in found if code), None)


def _fullest(names: Iterable[ShownName]) -> ShownName:
    """The fullest spelling, the same one in whatever order they came."""
    return max(
        names,
        key=lambda s: (s.kind == PERSON, bool(s.name), len(s.name.split()), len(s.name), s.name),
    )


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The time that any of the intervals covers, as intervals that do not touch."""
    merged: list[Interval] = []
    for start, end in sorted((a, b) for a, b in intervals if a <= b):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def whole_minutes(intervals: Sequence[Interval], stated: float | None) -> int | None:
    """Minutes of intervals, else those stated, rounded half up; None where neither is known."""
    if intervals:
        stated = sum((end - start).total_seconds() for start, end in intervals) / 60
    return None if stated is None else int(stated + 0.5)


def strongest(statuses: Iterable[str]) -> str:
    """What several lines of one file say of somebody together."""
    return min(statuses, key=_STRONGEST.index)


def mode_of(modes: Iterable[str]) -> str:
    """How somebody took part of whom several modes are said."""
    known = {mode for mode in modes if mode and mode != "unknown"}
    if len(known) > 1:
        return "both"
    return known.pop() if known else ""


def read_line(position: int, row: Row, is_organization: Callable[[str], bool]) -> Line:
    """A row with its shown name taken apart."""
    shown = read_shown(row.name, is_organization)
    interval = (row.joined, row.left) if row.joined and row.left else None
    return Line(
        position, row.number, row.raw, shown, row.email, row.organization or shown.organization,
        row.country, row.role, row.status, row.mode, interval, row.minutes,
    )  # fmt: skip


class _Part(NamedTuple):
    """Lines of one address whose names hang together by the words they share."""

    words: set[str]
    lines: list[Line]


class Gatherer:
    """Takes lines as they are read and gives them back as individuals."""

    def __init__(self, meaning: Callable[[str], object]) -> None:
        """`meaning` gives what two texts of one organization have in common."""
        self._meaning = meaning
        # A database without a name is a temporary file, gone when it is closed.
        self._lines = sqlite3.connect("")
        self._lines.execute(_CREATE)

    def add_all(self, lines: Iterator[Line]) -> None:
        """Take lines in."""
        self._lines.executemany(_INSERT, map(_packed, lines))

    def individuals(self) -> Iterator[Individual]:
        """The individuals, in no order that means anything."""
        rows = self._lines.execute("SELECT * FROM lines ORDER BY key, position")
        for _address, group in groupby(rows, key=itemgetter(0)):
            lines = [_unpacked(row) for row in group]
            parts = _by_name(lines) if lines[0].email else self._by_organization(lines)
            yield from map(Individual, parts)

    def close(self) -> None:
        """Drop what was taken in."""
        self._lines.close()

    def _by_organization(self, lines: list[Line]) -> list[list[Line]]:
        """Lines of one name: several people where several organizations are given for it."""
        parts: dict[object, list[Line]] = {}
        for line in lines:
            parts.setdefault(
                self._meaning(line.organization) if line.organization else None, []
            ).append(line)
        unsaid = parts.pop(None, [])
        if len(parts) == 1 or not parts:
            return [unsaid + [line for part in parts.values() for line in part]]
        return [*parts.values(), unsaid] if unsaid else [*parts.values()]


def _key(line: Line) -> str:
    if line.email:
        return f"@{line.email}"
    return f"={name_key(line.shown.name) or line.shown.name or line.raw}"


def _by_name(lines: list[Line]) -> list[list[Line]]:
    """Lines of one address: several people where their names share no word (a buyer's tickets)."""
    if len(lines) == 1:
        return [lines]
    of_word: dict[str, _Part] = {}
    nameless: list[Line] = []
    for line in lines:
        words = shared_words(line.shown)
        if not words:
            nameless.append(line)
            continue
        same = _distinct(of_word[word] for word in words if word in of_word)
        part, *others = same or [_Part(set(), [])]
        for other in (*others, _Part(words, [line])):
            part.words.update(other.words)
            part.lines.extend(other.lines)
            of_word.update(dict.fromkeys(other.words, part))
    parts = [part.lines for part in _distinct(of_word.values())]
    parts.sort(key=lambda part: min(name_key(line.shown.name) for line in part))
    if not parts:
        return [nameless]
    parts[0].extend(nameless)
    return parts


def _distinct(parts: Iterable[_Part]) -> list[_Part]:
    return list({id(part): part for part in parts}.values())


def shared_words(shown: ShownName) -> set[str]:
    """The words by which two names of one address are told to be one person's."""
    if shown.kind in (NOTHING, THING):
        return set()
    return set(name_words(shown.name)) - PARTICLES or set(fold(shown.name).split())


def _packed(line: Line) -> tuple[Any, ...]:
    shown, (joined, left) = line.shown, line.interval or (None, None)
    return (
        _key(line), line.position, line.number, line.raw, shown.name, shown.kind,
        shown.organization, line.email, line.organization, line.country, line.role, line.status,
        line.mode, joined and joined.isoformat(), left and left.isoformat(), line.minutes,
    )  # fmt: skip


def _unpacked(row: tuple[Any, ...]) -> Line:
    _key, position, number, raw, name, kind, named, *said, joined, left, minutes = row
    email, organization, country, role, status, mode = said
    interval = None
    if joined and left:
        interval = datetime.fromisoformat(joined), datetime.fromisoformat(left)
    return Line(
        position, number, raw, ShownName(name, kind, named), email, organization, country, role,
        status, mode, interval, minutes,
    )  # fmt: skip
