"""A report as its page shows it: figures as text, rows in the order people look for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date as babel_date
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.formats.tables import Table
from tracker.i18n import format_day, format_partial, language, locale_of, number
from tracker.models import Grouping, GroupingMember, Organization
from tracker.models.text import slugify
from tracker.models.vocabulary import TECHNICAL_COMMUNITY
from tracker.models.when import first_day, last_day
from tracker.services.counting import Range
from tracker.services.reports.periods import (
    is_calendar_year,
    is_whole_month,
    is_whole_year,
    previous_period,
)
from tracker.services.reports.question import Question
from tracker.services.reports.report import UNKNOWN, Measure, Report, Value

MOST_MONTHS = 36
MAIN = {
    "organization": ("events", "attendances", "people", "countries", "reached"),
    "event": ("participants", "people", "countries", "organizations", "newcomers"),
    "space": ("editions", "participants", "people", "attendances", "events"),
    "period": ("events", "sessions", "participants", "countries", "organizations"),
    "coverage": ("events", "attendances", "people"),
}
MONTH = len("YYYY-MM")
_FISCAL_MONTH = 7
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stat:
    """A measure as a card: the figure, its change, and where its rows are on the page."""

    name: str
    title: str
    text: str
    note: str
    delta: str
    down: bool
    anchor: str


@dataclass(frozen=True)
class Chart:
    """Bars over time; `before` is the period before's figure, None where there is none."""

    title: str
    series: str
    before: str
    bars: Sequence[tuple[str, str, int | None, int]]


@dataclass(frozen=True)
class Page:
    """What the template shows besides the report itself."""

    title: str
    period: str
    compared_with: str
    main: Sequence[Stat]
    further: Sequence[Stat]
    chart: Chart | None
    empty: bool
    periods: Sequence[tuple[str, str | None, str | None, bool]]

    @staticmethod
    def rows(report: Report, name: str, most_first: str = "") -> list[dict[str, Any]]:
        """The rows of a table by column name, by key or with the most of a column first."""
        table = report.table(name)
        if table is None:
            return []
        rows = list(_as_dicts(table))
        if name == "coverage":
            # Where nothing was held and nothing is to come, a row of zeros says little.
            for row in rows:
                row["happening"] = bool(row["held"] or row["attended"] or row["next_event"])
        if most_first:
            rows.sort(key=lambda row: (-(row[most_first] or 0), -(row.get("events") or 0)))
        return rows


def page_of(report: Report, asked: Question) -> Page:
    """What the page of a report shows besides the report itself."""
    first, last = report.first, report.last
    before = previous_period(first, last) if report.table("previous_period") else None
    stats = {each.name: _stat(each, report) for each in report.measures}
    main = MAIN[report.report]
    named = period_name(first, last)
    return Page(
        title=_("%(report)s in %(period)s", report=report.title, period=named)
        if named
        else report.title,
        period=_days(first, last),
        compared_with=(period_name(*before) or _days(*before)) if before else "",
        main=[stats[name] for name in main],
        further=[stat for name, stat in stats.items() if name not in main],
        chart=_chart(report),
        empty=report.measure("events") == 0,
        periods=list(_periods(first, last, asked.today)),
    )


def period_name(first: date | None, last: date | None) -> str:
    """`2023`, `July 2023 – June 2024` or `March 2023`: a whole year or month has a name."""
    if is_calendar_year(first, last):
        return str(first)[:4]
    if is_whole_year(first, last):
        return f"{format_partial(str(first)[:MONTH])} – {format_partial(str(last)[:MONTH])}"
    return format_partial(str(first)[:MONTH]) if is_whole_month(first, last) else ""


def range_text(value: Range) -> str:
    """`18`, `18 – 20`, or `18+` where there is no upper end; `≈` marks one that is about."""
    about = "≈ " if value.approximate else ""
    if value.at_most is None:
        return f"{about}{number(value.at_least)}+"
    if value.at_most == value.at_least:
        return f"{about}{number(value.at_least)}"
    return f"{about}{number(value.at_least)} – {number(value.at_most)}"


def slug_of(code: str) -> str | None:
    """The address behind a row's key; what is not known has none."""
    return None if code == UNKNOWN else slugify(code)


def span_of(key: str) -> tuple[str, str] | None:
    """The first and last day of a year's or month's row."""
    return None if key == UNKNOWN else (str(first_day(key)), str(last_day(key)))


def technical_community(session: Session) -> Sequence[Organization]:
    """The organizations offered first on the list of reports."""
    members = (
        select(GroupingMember.organization_id)
        .join(Grouping, Grouping.id == GroupingMember.grouping_id)
        .where(Grouping.name == TECHNICAL_COMMUNITY)
    )
    return session.scalars(
        select(Organization).where(Organization.id.in_(members)).order_by(Organization.sort_name)
    ).all()


def _as_dicts(table: Table) -> Iterator[dict[str, Any]]:
    """Rows by column; days as they are written, as months and years are."""
    return (
        {
            column: str(cell) if isinstance(cell, date) else cell
            for column, cell in zip(table.columns, row, strict=True)
        }
        for row in table.rows
    )


def _days(first: date | None, last: date | None) -> str:
    if first and last:
        return f"{format_day(first)} – {format_day(last)}"
    if first:
        return _("since %(day)s", day=format_day(first))
    return _("until %(day)s", day=format_day(last)) if last else _("Everything recorded")


_ANCHORS = {
    "attendances": "events", "people": "delegates", "countries": "by-country",
    "contributions": "contributions", "participants": "delegates",
}  # fmt: skip


def _stat(measure: Measure, report: Report) -> Stat:
    # Behind a zero, and behind what is not known, there are no rows.
    anchor = _ANCHORS.get(measure.name, "events") if measure.value else ""
    if anchor == "delegates" and report.table("delegates") is None:
        anchor = "by-space"
    change = _changes(report).get(measure.name)
    delta = ""
    if change:
        sign = "+" if change > 0 else "−"
        delta = f"{sign}{number(abs(change))}"
    text, note = _text(measure.value)
    return Stat(measure.name, measure.title, text, note, delta, bool(change and change < 0), anchor)


def _text(value: Value) -> tuple[str, str]:
    if not isinstance(value, Range):
        return number(value), ""
    if value.at_most is None:
        return range_text(value), _("at least")
    exact = value.at_least == value.at_most
    return range_text(value), "" if exact else _("at least – at most")


def _changes(report: Report) -> dict[str, Any]:
    table = report.table("previous_period")
    return {row["key"]: row["change"] for row in _as_dicts(table)} if table else {}


def _chart(report: Report) -> Chart | None:
    """Attendances (events where nobody is recorded) by month, by year over a longer time."""
    if report.table("by_month") is None:
        return None
    figure = "attendances" if report.measure("attendances") else "events"
    title = next(each.title for each in report.measures if each.name == figure)
    months = _figures(report, "by_month", figure)
    keys = _months(report.first, report.last, list(months))
    if len(keys) > MOST_MONTHS:
        years = _by_year(report, months, figure)
        bars = [(str(year), str(year), None, years.get(str(year), 0)) for year in _years(years)]
        return Chart(_("By year"), title, "", bars)
    if not months and not keys:
        return None
    before = _months_before(report, figure)
    this, past = period_name(report.first, report.last), ""
    span = previous_period(report.first, report.last)
    if before and span:
        past = period_name(*span)
    return Chart(
        _("By month"),
        f"{title}, {this}" if this else title,
        f"{title}, {past}" if past else "",
        [
            (
                format_partial(key),
                _initial(key) if past else key,
                before.get(key) if past else None,
                months.get(key, 0),
            )
            for key in keys
        ],
    )


def _initial(month: str) -> str:
    """`M`, as the calendars of the language have it."""
    return str(babel_date(first_day(month), "LLLLL", locale=locale_of(language())))


def _months_before(report: Report, figure: str) -> dict[str, int]:
    """The year before by the month of this one: only whole years are laid side by side."""
    before = _figures(report, "by_month_before", figure)
    if not before or not is_whole_year(report.first, report.last):
        return {}
    found = {f"{int(key[:4]) + 1:04}{key[4:]}": value for key, value in before.items()}
    months = _months(report.first, report.last, [])
    return {month: found.get(month, 0) for month in months}


def _figures(report: Report, name: str, figure: str) -> dict[str, int]:
    table = report.table(name)
    rows = _as_dicts(table) if table else ()
    return {row["key"]: row[figure] for row in rows if row["key"] != UNKNOWN}


def _by_year(report: Report, months: dict[str, int], figure: str) -> dict[str, int]:
    years = _figures(report, "by_year", figure)
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


def _periods(
    first: date | None, last: date | None, today: date
) -> Iterator[tuple[str, str | None, str | None, bool]]:
    """What the period picker offers: its text, `from`, `to`, and whether it is what is shown."""
    for year, text in (
        (today.year, _("This year")),
        (today.year - 1, _("Last year")),
        (today.year - 2, str(today.year - 2)),
    ):
        start, end = date(year, 1, 1), date(year, 12, 31)
        yield text, str(start), str(end), (first, last) == (start, end)
    # ICANN's fiscal year is called after the year in which it ends, and runs from July to June.
    running = today.year + (today.month >= _FISCAL_MONTH)
    for year in (running, running - 1):
        start, end = date(year - 1, _FISCAL_MONTH, 1), date(year, _FISCAL_MONTH, 1) - _DAY
        text = _("Fiscal year %(year)s (July to June)", year=year)
        yield text, str(start), str(end), (first, last) == (start, end)
    yield _("All time"), None, None, first is None and last is None
