"""How a figure of a report goes over time: by month, by year where there are many months."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date as babel_date
from flask_babel import gettext as _

from tracker.formats.tables import Table
from tracker.i18n import format_partial, language, locale_of
from tracker.models.when import first_day, last_day
from tracker.services.reports.periods import (
    is_whole_year,
    previous_period,
)
from tracker.services.reports.report import UNKNOWN, Report
from tracker.services.reports.words import period_name

MOST_MONTHS = 36
MONTH = len("YYYY-MM")


@dataclass(frozen=True)
class Bar:
    """A month or year; `short` is for the axis, `before` the figure of the period before.

    `recorded` says whether the report has a row of it; the others are zero.
    """

    key: str
    text: str
    short: str
    before: int | None
    value: int
    recorded: bool

    @property
    def span(self) -> tuple[date, date]:
        """Its first and last day."""
        return first_day(self.key), last_day(self.key)


@dataclass(frozen=True)
class Trend:
    """Bars over time of the figure `noun`, as titles say it; `table` has them as rows.

    `before` names the period before, empty where none is laid beside this one; `undated` is the
    part of the figure that is in no bar.
    """

    title: str
    noun: str
    figure: str
    series: str
    before: str
    table: str
    bars: Sequence[Bar]
    undated: int


def trend_of(report: Report) -> Trend | None:
    """A figure by month, by year over a longer time.

    An organization's attendances, or where nobody is recorded its events; of a period its events.
    """
    if report.table("by_month") is None:
        return None
    of_people = report.report == "organization" and report.measure("attendances")
    noun = "attendances" if of_people else "events"
    figure = next(each.title for each in report.measures if each.name == noun)
    months = _figures(report, "by_month", noun)
    undated = months.pop(UNKNOWN, 0)
    keys = _months(report.first, report.last, list(months))
    if len(keys) > MOST_MONTHS:
        years = _by_year(report, months, noun)
        table = "by_year" if report.table("by_year") else ""
        bars = [
            Bar(year, year, year, None, years.get(year, 0), bool(table) and year in years)
            for year in map(str, _years(years))
        ]
        return Trend(_("By year"), noun, figure, figure, "", table, bars, undated)
    before = _months_before(report, noun)
    if not any(months.values()) and not any(before.values()):
        return None
    this, past = period_name(report.first, report.last), ""
    span = previous_period(report.first, report.last)
    if before and span:
        past = period_name(*span)
    bars = [
        Bar(key, format_partial(key), _short(key, keys), before.get(key) if past else None,
            months.get(key, 0), key in months)
        for key in keys
    ]  # fmt: skip
    return Trend(
        _("By month"), noun, figure, f"{figure}, {this}" if this else figure,
        f"{figure}, {past}" if past else "", "by_month", bars, undated,
    )  # fmt: skip


def rows_by_column(table: Table) -> Iterator[dict[str, Any]]:
    """The rows of a table by column; days as they are written, as months and years are.

    `hidden` are the columns whose figure this reader may not see.
    """
    hidden: dict[int, set[str]] = {}
    for place, column in table.suppressed:
        hidden.setdefault(place, set()).add(table.columns[column])
    for place, row in enumerate(table.rows):
        cells = zip(table.columns, row, strict=True)
        found = {name: str(cell) if isinstance(cell, date) else cell for name, cell in cells}
        yield {**found, "hidden": hidden.get(place, frozenset())}


def _short(month: str, months: Sequence[str]) -> str:
    """`M`, as the calendars of the language have it; of more than a year `2023-05`."""
    if len(months) > len("JFMAMJJASOND"):
        return month
    return str(babel_date(first_day(month), "LLLLL", locale=locale_of(language())))


def _months_before(report: Report, figure: str) -> dict[str, int]:
    """The year before by the month of this one: only whole years are laid side by side."""
    before = _figures(report, "by_month_before", figure)
    before.pop(UNKNOWN, None)
    if not before or not is_whole_year(report.first, report.last):
        return {}
    found = {f"{int(key[:4]) + 1:04}{key[4:]}": value for key, value in before.items()}
    months = _months(report.first, report.last, [])
    return {month: found.get(month, 0) for month in months}


def _figures(report: Report, name: str, figure: str) -> dict[str, int]:
    table = report.table(name)
    return {row["key"]: row[figure] for row in rows_by_column(table)} if table else {}


def _by_year(report: Report, months: dict[str, int], figure: str) -> dict[str, int]:
    years = _figures(report, "by_year", figure)
    years.pop(UNKNOWN, None)
    if not years:
        for month, value in months.items():
            years[month[:4]] = years.get(month[:4], 0) + value
    return years


def _years(years: dict[str, int]) -> range:
    return range(int(min(years)), int(max(years)) + 1) if years else range(0)


def _months(first: date | None, last: date | None, known: list[str]) -> list[str]:
    """Every month from the first to the last of the period, else of what is known."""
    if not known and not (first and last):
        return []
    start = str(first)[:MONTH] if first else min(known)
    end = str(last)[:MONTH] if last else max(known)
    months: list[str] = []
    day = first_day(start) if start >= "1900" else date(1900, 1, 1)
    while str(day)[:MONTH] <= end and len(months) <= MOST_MONTHS:
        months.append(str(day)[:MONTH])
        day = (day + timedelta(days=31)).replace(day=1)
    return months
