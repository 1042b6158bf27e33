"""Which order of day and month a file uses: the one whose days are the event's."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tracker.formats.attendees.dates import ORDERS, Readings, readings, time_of_day
from tracker.formats.attendees.rows import Problem, Reading, UnreadableFile

_ONE_DAY = timedelta(days=1)
_ANY_DAY = datetime(2020, 1, 1)  # noqa: DTZ001


class EventDays:
    """The first and last day of the event; where they are not known every day is one of them."""

    def __init__(self, first: date | None = None, last: date | None = None) -> None:
        self.first, self.last = first or date.min, last or date.max
        # The calendar itself has a first and a last day.
        self._near_first = self.first - min(_ONE_DAY, self.first - date.min)
        self._near_last = self.last + min(_ONE_DAY, date.max - self.last)

    def on(self, moment: datetime) -> bool:
        """Whether a moment is on a day of the event."""
        return self.first <= moment.date() <= self.last

    def near(self, moment: datetime) -> bool:
        """Whether it is on a day of the event, on the one before or on the one after."""
        return self._near_first <= moment.date() <= self._near_last

    @property
    def only(self) -> date | None:
        """The day of an event of one day."""
        return self.first if self.first == self.last else None


@dataclass(slots=True)
class _Tally:
    """What the dates of a file come to in one order."""

    parsed: int = 0
    on: int = 0
    near: int = 0
    backwards: int = 0
    seconds: float = 0.0
    earliest: datetime | None = None
    latest: datetime | None = None
    failed_row: int | None = None
    far_row: int | None = None

    def add(self, moment: datetime, days: EventDays, number: int) -> None:
        self.parsed += 1
        if days.near(moment):
            self.near += 1
            self.on += days.on(moment)
        elif self.far_row is None:
            self.far_row = number
        if self.earliest is None or moment < self.earliest:
            self.earliest = moment
        if self.latest is None or moment > self.latest:
            self.latest = moment


@dataclass(slots=True)
class DateSurvey:
    """The dates of a file in every order, without keeping them."""

    days: EventDays
    tallies: dict[str, _Tally] = field(default_factory=lambda: {o: _Tally() for o in ORDERS})
    cells: int = 0
    doubtful: tuple[int, str] | None = None
    failed: tuple[int, str] | None = None

    def add(self, number: int, joined: str, left: str) -> None:
        """Count a row's times."""
        came, went = self._add_cell(number, joined), self._add_cell(number, left)
        for tally, start, end in zip(self.tallies.values(), came, went, strict=True):
            if start is not None and end is not None:
                tally.seconds += (end - start).total_seconds()
                tally.backwards += end < start

    def add_moment(self, number: int, text: str, sign: int) -> None:
        """Count a line of joining (-1) or leaving (+1)."""
        for tally, moment in zip(self.tallies.values(), self._add_cell(number, text), strict=True):
            if moment is not None:
                tally.seconds += sign * (moment - _ANY_DAY).total_seconds()

    def _add_cell(self, number: int, text: str) -> Readings:
        found = readings(text)
        possible = {moment for moment in found if moment is not None}
        if not possible:
            if self.failed is None and _holds_a_date(text):
                self.failed = (number, text)
            return found
        self.cells += 1
        if len(possible) > 1 and self.doubtful is None:
            self.doubtful = (number, text)
        for tally, moment in zip(self.tallies.values(), found, strict=True):
            if moment is not None:
                tally.add(moment, self.days, number)
            elif tally.failed_row is None:
                tally.failed_row = number
        return found

    def order(self, chosen: str | None, language: str) -> str:
        """The order that the event's days or a person chose.

        Raises UnreadableFile "dates" where none is near, or two are that give other minutes.
        """
        if not self.cells:
            return chosen or "ymd"
        if chosen is not None:
            if not self.tallies[chosen].parsed:
                raise self._question()
            return chosen
        best = self._best()
        totals = {self.tallies[order].seconds for order in best}
        if not best or len(totals) > 1:
            raise self._question()
        usual = ("mdy", "dmy", "ymd") if language == "en" else ("dmy", "mdy", "ymd")
        return min(best, key=usual.index)

    def _best(self) -> list[str]:
        parsed = {order: tally for order, tally in self.tallies.items() if tally.parsed}
        for measure in ("on", "near"):
            most = max(getattr(tally, measure) for tally in parsed.values())
            if most:
                best = [o for o, tally in parsed.items() if getattr(tally, measure) == most]
                fewest = min(parsed[order].backwards for order in best)
                return [order for order in best if parsed[order].backwards == fewest]
        return []

    def latest(self, order: str) -> datetime | None:
        """The last moment of the file."""
        return self.tallies[order].latest

    def _question(self) -> UnreadableFile:
        found: dict[tuple[date, date], Reading] = {}
        # Where all orders agree there is one reading, and it has the year first.
        for order in reversed(ORDERS):
            if (reading := self._reading(order)) is not None:
                found.setdefault((reading.first, reading.last), reading)
        row, text = self.doubtful or (self._first_row(), "")
        ordered = sorted(found.values(), key=lambda reading: ORDERS.index(reading.order))
        return UnreadableFile("dates", row, text, readings=ordered)

    def _reading(self, order: str) -> Reading | None:
        tally = self.tallies[order]
        if tally.earliest is None or tally.latest is None:
            return None
        return Reading(order, tally.earliest.date(), tally.latest.date())

    def _first_row(self) -> int | None:
        rows = (tally.far_row for tally in self.tallies.values() if tally.far_row is not None)
        return min(rows, default=None)

    def problems(self, order: str) -> Iterable[Problem]:
        """What is odd about the dates in the order that was chosen."""
        tally = self.tallies[order]
        if tally.parsed and tally.failed_row is not None:
            yield Problem("dates-in-two-orders", tally.failed_row)
        if tally.far_row is not None:
            yield Problem("dates-elsewhere", tally.far_row)
        if self.failed is not None:
            yield Problem("dates-unreadable", *self.failed)


def _holds_a_date(text: str) -> bool:
    return any(c.isdigit() for c in text) and time_of_day(text) is None
