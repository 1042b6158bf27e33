"""Which event here an event of another calendar is: certain, a question with candidates, or new.

Certain is the same UID, or the same space, the same days and a name that is the same but for
spelling. Everything that is merely alike is asked about; likeness alone never matches.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

from rapidfuzz.fuzz import ratio

from tracker.models.text import fold, roman
from tracker.models.when import first_day, is_day, last_day
from tracker.services.likeness import ALIKE, likeness

MOST_CANDIDATES = 5
CERTAIN = "certain"
# Why somebody is asked, the likeliest first.
REASONS = (
    "several", "other-space", "other-time", "other-days", "similar-name", "same-edition", "linked",
)  # fmt: skip
_SHORTEST_ALIKE = 5
# The same name on other days is asked about if it is no more days away; without a number in it,
# as one of a series may have it, if it is very near.
_MOVED = 120
_MOVED_UNNUMBERED = 3
# Longer ones are looked through one by one; nearly all are shorter.
_LISTED_BY_DAY = 31
# No day has more; of a flood those of the same name are compared, and the first others.
_MOST_COMPARED = 200
_WORDS = re.compile(r"[^\W\d_]+|\d+")
# IX is none: it is an Internet exchange. A letter alone is none either.
_ROMAN = {
    word: str(number)
    for number in range(2, 40)
    if len(word := fold(roman(number))) > 1 and word != "ix"
}
_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)


@dataclass(frozen=True)
class Known:
    """An event that is here, as far as matching looks at it."""

    id: int
    names: tuple[str, ...]
    start_date: str | None
    end_date: str | None
    start_time: str | None
    space_id: int | None
    city: str | None
    edition: int | None = None

    @cached_property
    def days(self) -> tuple[date, date] | None:
        """From its first day (or of its month or year) to its last, where any are known."""
        if self.start_date is None:
            return None
        return first_day(self.start_date), last_day(self.end_date or self.start_date)

    def days_from(self, day: date) -> int:
        """How many days lie between its first and this one; 0 where it has none yet."""
        return abs((self.days[0] - day).days) if self.days is not None else 0


@dataclass(frozen=True)
class Match:
    """What was found: an event for certain, or candidates to ask about, or nothing.

    `exact`: at the same hour, too, or both all day. Candidates are {"event", "reason"}, the
    likeliest first.
    """

    event_id: int | None = None
    exact: bool = True
    candidates: list[dict[str, Any]] = field(default_factory=list)


class EventIndex:
    """The events that those of a calendar may be."""

    def __init__(self, events: Iterable[Known]) -> None:
        self._by_day: dict[date, list[Known]] = defaultdict(list)
        self._long: list[Known] = []
        self._by_name: dict[tuple[str, ...], list[Known]] = defaultdict(list)
        for event in events:
            self._list_by_day(event)
            for name in {_plain(_words(name)) for name in event.names}:
                self._by_name[name].append(event)

    def _list_by_day(self, event: Known) -> None:
        if event.days is None:
            return
        first, last = event.days
        if (last - first).days >= _LISTED_BY_DAY:
            self._long.append(event)
            return
        for number in range((last - first).days + 1):
            self._by_day[first + timedelta(days=number)].append(event)

    def match(self, values: Mapping[str, Any], space_id: int | None, linked: set[int]) -> Match:
        """Which event the values of another calendar tell of.

        `linked` are the events that other items of that calendar are already.
        """
        start, end = first_day(values["start_date"]), last_day(values["end_date"])
        near = self._fewer(self._around(start, end), values)
        told = {event: _compare(event, values, space_id) for event in near}
        found = {event: reason for event, reason in told.items() if reason}
        certain = [event for event, reason in found.items() if reason == CERTAIN]
        if len(certain) == 1 and certain[0].id not in linked:
            return Match(certain[0].id, certain[0].start_time == values["start_time"])
        for event in certain:
            found[event] = "linked" if event.id in linked else "several"
        found = dict.fromkeys(self._moved(values, start, linked), "other-days") | found
        ranked = sorted(found, key=lambda e: (REASONS.index(found[e]), e.days_from(start), e.id))[
            :MOST_CANDIDATES
        ]
        return Match(candidates=[{"event": e.id, "reason": found[e]} for e in ranked])

    def _around(self, start: date, end: date) -> list[Known]:
        """Those that share a day with these."""
        found: dict[int, Known] = {}
        for number in range(min((end - start).days + 1, _LISTED_BY_DAY * 12)):
            for event in self._by_day.get(start + timedelta(days=number), ()):
                found[event.id] = event
        for event in self._long:
            if event.days is not None and event.days[0] <= end and event.days[1] >= start:
                found[event.id] = event
        return list(found.values())

    def _fewer(self, events: list[Known], values: Mapping[str, Any]) -> list[Known]:
        if len(events) <= _MOST_COMPARED:
            return events
        same = {event.id for event in self._by_name.get(_plain(_words(name_of(values))), ())}
        return sorted(events, key=lambda event: event.id not in same)[:_MOST_COMPARED]

    def _moved(self, values: Mapping[str, Any], start: date, linked: set[int]) -> list[Known]:
        """Those of the same name a few days away, or with the same number months away.

        Series repeat their names: what another item is already was not moved.
        """
        name = _plain(_words(name_of(values)))
        most = _MOVED if any(map(str.isdecimal, name)) else _MOVED_UNNUMBERED
        same = (event for event in self._by_name.get(name, ()) if event.id not in linked)
        return [event for event in same if event.days_from(start) <= most]


def name_of(values: Mapping[str, Any]) -> str:
    """The name that another calendar gives, whatever its language."""
    return next(str(values[name]) for name in values if name.startswith("name_"))


def _compare(event: Known, values: Mapping[str, Any], space_id: int | None) -> str | None:
    """Why an event of those days may be meant: CERTAIN, one of REASONS, or nothing."""
    same_days = (event.start_date, event.end_date) == (values["start_date"], values["end_date"])
    same_space = event.space_id == space_id
    how = max((_alike(name, event, values) for name in event.names), default=0)
    if not how:
        # Where only its month or year is known here, its days are what the calendar tells.
        may_be = same_days or not is_day(event.start_date)
        told = may_be and same_space and space_id is not None
        return "same-edition" if told and _same_edition(event, values) else None
    if how == _LIKE:
        return "similar-name"
    if not same_days:
        return "other-days"
    if not same_space:
        return "other-space"
    clocks = {event.start_time, values["start_time"]} - {None}
    return "other-time" if len(clocks) > 1 else CERTAIN


_SPELLED, _LIKE = 2, 1


def _alike(name: str, event: Known, values: Mapping[str, Any]) -> int:
    """Whether two names are the same but for spelling, merely alike, or neither (0)."""
    cities = frozenset((*_words(event.city or ""), *_words(values.get("city") or "")))
    one, other = (_plain(_words(text), cities) for text in (name, name_of(values)))
    numbers, others = (sorted(filter(str.isdecimal, words)) for words in (one, other))
    if numbers != others:
        return 0
    if len(one) == len(other) and all(map(_same_word, one, other)):
        return _SPELLED
    keys = (" ".join(sorted(words)) for words in (one, other))
    return _LIKE if likeness(*keys) is not None else 0


def _same_word(one: str, other: str) -> bool:
    """Whether two words are one but for a letter; short ones tell things apart by a letter."""
    return one == other or (
        min(len(one), len(other)) >= _SHORTEST_ALIKE and ratio(one, other) >= 100 * ALIKE
    )


def _same_edition(event: Known, values: Mapping[str, Any]) -> bool:
    number = str(event.edition) if event.edition is not None else None
    return number is not None and number in _words(name_of(values))


@lru_cache(maxsize=10_000)
def _words(text: str) -> tuple[str, ...]:
    """The folded words of a name, with numbers apart from what they are written together with.

    Roman numbers, by which many meetings are counted, are read as numbers.
    """
    return tuple(_ROMAN.get(word, word) for word in _WORDS.findall(fold(text)))


@lru_cache(maxsize=10_000)
def _plain(words: tuple[str, ...], but: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Words without years and those of a place, unless nothing is left."""
    left = tuple(word for word in words if not _YEAR.fullmatch(word) and word not in but)
    return left or words
