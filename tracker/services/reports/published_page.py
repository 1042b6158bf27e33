"""Headcounts as a page shows them: totals, tables with their bars, and what does not agree."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.models import Event
from tracker.services.headcounts import (
    Breakdown,
    Coverage,
    HeadcountWarning,
    Names,
    Published,
    breakdowns,
    coverage,
    headcount_warnings,
    in_order,
)
from tracker.services.reports.report import Report

_MODES = ("in-person", "online")


@dataclass(frozen=True)
class PublishedTable:
    """A published table: its figures, the largest first, and what they add up to."""

    sums: Breakdown
    parts: Sequence[Published]

    @property
    def of_places(self) -> bool:
        """Whether it says where people are from, which is what is looked for first."""
        return self.sums.dimension in ("country", "region")

    @property
    def whole(self) -> float | None:
        """What the shares of the figures are of; None where no total was published."""
        return self.sums.total.value if self.sums.total is not None else None

    @property
    def top(self) -> float:
        """The largest figure, which the longest bar stands for."""
        return max(part.value for part in self.parts)


@dataclass(frozen=True)
class PublishedEvent:
    """What was published of one event; `part` says that it is part of the report's event."""

    key: str
    name: str
    part: bool
    totals: Sequence[Published]
    tables: Sequence[PublishedTable]
    warnings: Sequence[HeadcountWarning]
    coverage: Coverage | None

    @property
    def wide(self) -> Sequence[PublishedTable]:
        """The tables that stand in the wide column: those of places, or all without any."""
        return [table for table in self.tables if table.of_places] or self.tables

    @property
    def narrow(self) -> Sequence[PublishedTable]:
        """The tables that stand beside them."""
        return [table for table in self.tables if table not in self.wide]


def published_events(report: Report, event: Event, name: str) -> list[PublishedEvent]:
    """The headcounts in an event's report, its own before those of its parts."""
    table = report.table("published")
    figures: dict[str, list[Published]] = defaultdict(list)
    for event_key, *columns in table.rows if table is not None else ():
        # The last one says whether they add up, which their table says as a whole.
        figures[str(event_key)].append(_figure(columns[:-1]))
    parts = _parts(report)
    ordered = sorted(figures, key=lambda key: (key != event.key, key))
    return [
        _published(event, figures[key], _names(report), key, name)
        if key == event.key
        else _published(None, figures[key], Names(), key, parts.get(key, key))
        for key in ordered
    ]


def _figure(columns: Sequence[Any]) -> Published:
    return Published(*columns)


def _published(
    event: Event | None, figures: list[Published], names: Names, key: str, name: str
) -> PublishedEvent:
    # How a part was held is not in the report: its figures are compared with each other only.
    mode = event.mode if event is not None else "unknown"
    return PublishedEvent(
        key,
        name,
        event is None,
        in_order(figures),
        [_table(sums, figures) for sums in breakdowns(figures)],
        headcount_warnings(figures, names, mode),
        coverage(figures, names, mode),
    )


def _table(sums: Breakdown, figures: Sequence[Published]) -> PublishedTable:
    kind = (sums.metric, sums.mode, sums.dimension, sums.unit)
    parts = [figure for figure in figures if figure.kind == kind]
    return PublishedTable(sums, sorted(parts, key=lambda part: (-part.value, part.value_key)))


def _parts(report: Report) -> dict[str, str]:
    """What the parts of the event are called, by key."""
    table = report.table("sessions")
    return {str(row[0]): str(row[1]) for row in table.rows} if table is not None else {}


def _names(report: Report) -> Names:
    """The people of the report; by mode where nobody can have been counted twice."""
    people = {str(row[0]): row[3] for row in _rows(report, "by_mode")}
    both = people.get("both", 0)
    by_mode = {mode: people.get(mode, 0) + both for mode in _MODES}
    certain = {
        mode: number for mode, number in by_mode.items() if not both or not people.get(mode, 0)
    }
    return Names(_number(report, "people"), _number(report, "unidentified"), certain)


def _rows(report: Report, name: str) -> Sequence[Sequence[Any]]:
    table = report.table(name)
    return list(table.rows) if table is not None else []


def _number(report: Report, name: str) -> int:
    value = report.measure(name)
    return value if isinstance(value, int) else 0
