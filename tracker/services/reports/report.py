"""What a report yields; pages, charts, CSV and JSON only render it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.formats.tables import Cell, Table
from tracker.services.counting.dimensions import UNKNOWN as UNKNOWN
from tracker.services.counting.ranges import Range

Value = int | float | Range | None
BREAKDOWN = ("key", "label", "events", "attendances", "people")


@dataclass(frozen=True)
class Measure:
    """A named figure; None is not known."""

    name: str
    title: str
    value: Value


@dataclass(frozen=True)
class Report:
    """One question asked of one subject over one period, and the answer.

    `audience` is `public` or `staff`; `generated_at` is when this revision was computed.
    """

    report: str
    subject: str | None
    title: str
    first: date | None
    last: date | None
    audience: str
    revision: int
    generated_at: datetime
    measures: tuple[Measure, ...]
    tables: tuple[Table, ...]
    method: tuple[str, ...]

    def measure(self, name: str) -> Value:
        """A figure by its name."""
        return next(each.value for each in self.measures if each.name == name)

    def table(self, name: str) -> Table | None:
        """A table by its stable name, None where this reader has none of that name."""
        return next((each for each in self.tables if each.name == name), None)


@dataclass(frozen=True)
class Answer:
    """What one of the reports makes of its question; `answer` adds what all of them have."""

    measures: tuple[Measure, ...]
    tables: tuple[Table, ...]
    method: tuple[str, ...]


def measures_of(titles: Mapping[str, Any], values: Mapping[str, Value]) -> tuple[Measure, ...]:
    """The measures in the order of their titles."""
    return tuple(Measure(name, str(title), values[name]) for name, title in titles.items())


def table(name: str, title: str, columns: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> Table:
    """A table whose rows are ordered by key, which is their first cell."""
    return Table(name, title, columns, tuple(sorted(rows, key=lambda row: str(row[0]))))
