"""The charts of a printed report: bars over time and over editions, as shares of a scale."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import floor, log10

from babel.dates import format_date as babel_date
from flask_babel import gettext as _

from tracker.formats.report_pdf import Chart, Series
from tracker.formats.tables import Cell, Table
from tracker.i18n import language, locale_of, number
from tracker.models.when import first_day
from tracker.services.counting.dimensions import UNKNOWN
from tracker.services.reports.headings import heading
from tracker.services.reports.periods import is_whole_year, previous_period
from tracker.services.reports.report import Report
from tracker.services.reports.words import HIDDEN, period_name

FEWEST, MOST = 3, 40
Drawn = tuple[Chart, Sequence[str]]
Figures = Mapping[str, Mapping[str, Cell]]


def chart_of(report: Report, table: Table) -> Drawn | None:
    """The chart of a table and its legend; None where a table with data bars says it better."""
    draw = _CHARTS.get(table.name)
    return draw(report, table) if draw is not None else None


def _months(report: Report, table: Table) -> Drawn | None:
    rows = _by_key(table)
    keys = list(_month_keys(report, rows))
    figure = main_figures(table.columns, rows.values())[-1]
    title = heading(table.name, figure)
    this = period_name(report.first, report.last)
    before = _months_before(report, figure)
    texts = [f"{title}, {this}" if this and before else title]
    series = [[_figure(rows, key, figure) for key in keys]]
    if before:
        span = previous_period(report.first, report.last)
        texts.append(f"{title}, {period_name(*span)}" if span else title)
        series.append([before.get(key[-2:], 0) for key in keys])
    labels = [_month(key, initial=is_whole_year(report.first, report.last)) for key in keys]
    return _chart(labels, texts, series)


def _years(_report: Report, table: Table) -> Drawn | None:
    rows = _by_key(table)
    known = [int(key) for key in rows if key.isdigit()]
    keys = [str(year) for year in range(min(known), max(known) + 1)] if known else []
    return _people(table, rows, keys, keys)


def _editions(report: Report, table: Table) -> Drawn | None:
    rows = _by_key(table)
    figure = main_figures(table.columns, rows.values())[0]
    keys = _edition_keys(report, rows, figure)
    return _people(table, rows, keys, [key.upper() for key in keys])


def _retention(report: Report, table: Table) -> Drawn | None:
    rows = _by_key(table)
    keys = _edition_keys(report, rows, "people")
    texts = [heading(table.name, "returning"), heading(table.name, "newcomers")]
    series = [[_figure(rows, key, name) for key in keys] for name in ("returning", "newcomers")]
    return _chart([key.upper() for key in keys], texts, series, stacked=True)


_CHARTS: dict[str, Callable[[Report, Table], Drawn | None]] = {
    "by_month": _months, "by_year": _years, "by_edition": _editions, "retention": _retention,
}  # fmt: skip


def _people(
    table: Table, rows: Figures, keys: Sequence[str], labels: Sequence[str]
) -> Drawn | None:
    """People dark beside attendances pale; events where nobody is recorded."""
    figures = main_figures(table.columns, rows.values())
    series = [[_figure(rows, key, figure) for key in keys] for figure in figures]
    return _chart(labels, [heading(table.name, figure) for figure in figures], series)


def _chart(
    labels: Sequence[str],
    texts: Sequence[str],
    figures: Sequence[Sequence[float | None]],
    stacked: bool = False,
) -> Drawn | None:
    if not FEWEST <= len(labels) <= MOST or not figures:
        return None
    columns = zip(*figures, strict=True)
    heights = [
        sum(filled) if stacked else max(filled)
        for column in columns
        if (filled := [value for value in column if value is not None])
    ]
    if not heights or max(heights) <= 0:
        return None
    step = _step(max(heights))
    ticks = [step * nth for nth in range(int(-(-max(heights) // step)) + 1)]
    series = [
        Series(
            text,
            [None if value is None else value / ticks[-1] for value in values],
            [HIDDEN if value is None else number(value) for value in values],
        )
        for text, values in zip(texts, figures, strict=True)
    ]
    alt = _("Bar chart: %(figures)s. The table below has the figures.", figures=", ".join(texts))
    marks = [(tick / ticks[-1], number(tick)) for tick in ticks]
    return Chart(labels, series, marks, alt, stacked), texts


def _step(highest: float) -> int:
    """A round number that goes into the highest at most four times, or a little more."""
    rough = max(highest / 4, 1)
    magnitude = 10 ** floor(log10(rough))
    return int(next(each * magnitude for each in (1, 2, 5, 10) if each * magnitude >= rough))


def _by_key(table: Table) -> dict[str, dict[str, Cell]]:
    rows = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    return {str(row["key"]): row for row in rows if row["key"] != UNKNOWN}


def main_figures(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> tuple[str, ...]:
    """What a drawing shows: people and attendances, or what is known of more of the rows.

    That is how many took part at least, or the events where hardly any names are recorded.
    """
    rows = list(rows)
    named = sum(1 for row in rows if row.get("attendances"))
    told = sum(1 for row in rows if row.get("at_least"))
    if told > named:
        return ("at_least",)
    if 2 * named < len(rows) and "events" in columns:
        return ("events",)
    return ("people", "attendances")


def _figure(rows: Figures, key: str, figure: str) -> float | None:
    """A figure of a row; zero where there is no row, None where it is hidden or not known."""
    found = rows[key].get(figure) if key in rows else 0
    return found if isinstance(found, int | float) else None


def _month_keys(report: Report, rows: Figures) -> Iterator[str]:
    """Every month from the first to the last of the period, else of what is known."""
    first = str(report.first)[:7] if report.first and report.last else min(rows, default="")
    last = str(report.last)[:7] if report.first and report.last else max(rows, default="")
    if not first:
        return
    start = _nth_month(first)
    for nth in range(start, min(_nth_month(last), start + MOST) + 1):
        yield f"{nth // 12:04}-{nth % 12 + 1:02}"


def _nth_month(key: str) -> int:
    return int(key[:4]) * 12 + int(key[5:7]) - 1


def _months_before(report: Report, figure: str) -> dict[str, float]:
    """The year before by month: only whole years are laid side by side."""
    table = report.table("by_month_before")
    if table is None or not is_whole_year(report.first, report.last):
        return {}
    rows = _by_key(table)
    return {key[-2:]: _figure(rows, key, figure) or 0 for key in rows}


def _month(key: str, initial: bool) -> str:
    """`M` in a calendar year, else `Mar 24`."""
    pattern = "LLLLL" if initial else "LLL yy"
    text = str(babel_date(first_day(key), pattern, locale=locale_of(language())))
    return text.replace(".", "")


def starts_of(report: Report) -> dict[str, str]:
    """When the editions of a space's report start, by key."""
    table = report.table("by_edition")
    rows = _by_key(table) if table is not None else {}
    return {key: str(row.get("start") or "") for key, row in rows.items()}


def _edition_keys(report: Report, rows: Figures, figure: str) -> list[str]:
    """The editions of which a figure is known, the last so many of them, by time."""
    starts = starts_of(report)
    known = [key for key in rows if rows[key].get(figure)]
    return sorted(known, key=lambda key: (starts.get(key, ""), key))[-MOST:]
