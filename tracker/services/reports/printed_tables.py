"""A table of a report as it is printed: which columns, in what order, with which bars."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from tracker.formats.report_pdf import Cell as Printed, Column, Section
from tracker.formats.tables import Cell, Table
from tracker.i18n import number
from tracker.models.text import fold
from tracker.services.counting.dimensions import UNKNOWN
from tracker.services.reports.headings import heading
from tracker.services.reports.printed_charts import chart_of, main_figures, starts_of
from tracker.services.reports.printed_matrix import pair_in_words
from tracker.services.reports.report import Report
from tracker.services.reports.words import (
    HIDDEN,
    NOT_KNOWN,
    in_words,
    roles_in_words,
    span_in_words,
)

_MOST_ROWS = 400
_WIDE = 8
COMPARISONS = ("previous_period", "compared")
# Rows that are known by their acronym.
_BY_KEY = frozenset({
    "together_with", "by_organization", "by_organizer", "by_partner", "came_and_went",
})  # fmt: skip
_AS_THEY_COME = frozenset({*COMPARISONS, "published", "contributions"})
_BY_TIME = frozenset({"by_year", "by_month", "by_edition", "retention", "groups_by_edition"})
_NEWEST_FIRST = frozenset({"events", "cancelled"})
_BARS: dict[str, tuple[str, ...]] = {
    "together_with": ("events",), "delegates": ("attendances",),
    "newcomers_by_region": ("people",), "sessions_by_kind": ("sessions",),
    "came_and_went": ("editions",),
}  # fmt: skip
# Said by another column of the same row.
_NOT_PRINTED = frozenset({"url", "currency", "unit", "at_most", "approximate"})
_ELSEWHERE = {
    "delegates": {"people"}, "coverage": {"engaged_as"}, "by_edition": {"start", "country"},
}  # fmt: skip
# Columns that are left out where nothing stands in any row.
_MAYBE_EMPTY = frozenset({
    "last_attended", "next_event", "planned", "country", "amount", "date", "dimension",
    "value_key", "adds_up",
})  # fmt: skip
# What may be long, and gets the room that is left.
_LONG = frozenset({"label", "title", "engaged_as", "value_key"})
# Measures that are ranges: without an upper end there is none.
_RANGES = frozenset({"participants", "reached"})
_EVENTS = frozenset({"last_attended", "next_event", "event_key", "first", "last"})


@dataclass(frozen=True)
class Line:
    """A row by column name, and the columns whose figure is hidden from this reader."""

    cells: dict[str, Cell]
    hidden: frozenset[str]


def lines_of(table: Table) -> list[Line]:
    """The rows of a table, with what is hidden of them."""
    hidden: dict[int, set[str]] = {}
    for row, column in table.suppressed:
        hidden.setdefault(row, set()).add(table.columns[column])
    return [
        Line(dict(zip(table.columns, row, strict=True)), frozenset(hidden.get(number, ())))
        for number, row in enumerate(table.rows)
    ]


def table_section(
    report: Report, table: Table, lines: list[Line], names: dict[str, str]
) -> Section:
    """A table as it is printed; `names` are those of events, by key."""
    lines = _in_order(table.name, lines, starts_of(report))
    lines, notes = _without_quiet(table.name, lines)
    if table.name in COMPARISONS:
        places = {measure.name: place for place, measure in enumerate(report.measures)}
        lines = sorted(lines, key=lambda line: places.get(str(line.cells["key"]), len(places)))
    drawn = chart_of(report, table)
    bars = None if drawn else _bars(table, lines)
    columns = [name for name in table.columns if _is_printed(table, name, lines)]
    shown = [_row(table.name, columns, line, names) for line in lines[:_MOST_ROWS]]
    headings = [
        Column(heading(table.name, name), _kind(table.name, name, lines)) for name in columns
    ]
    legend: Sequence[str] = drawn[1] if drawn else ()
    if bars is not None:
        legend = [heading(table.name, figure) for figure in bars]
        headings.insert(1, Column("", "bar"))
        for row, bar in zip(shown, _drawn_bars(bars, lines), strict=False):
            row.insert(1, bar)
    return Section(
        title=_("The same in detail, gaps first") if table.name == "matrix" else table.title,
        columns=headings,
        rows=shown,
        legend=legend,
        chart=drawn[0] if drawn else None,
        notes=[*notes, *_notes(lines)],
        wide=len(headings) > _WIDE,
    )


def _is_printed(table: Table, name: str, lines: Iterable[Line]) -> bool:
    if name in _NOT_PRINTED or name in _ELSEWHERE.get(table.name, ()):
        return False
    if name == "held" and "start" in table.columns:
        return False
    if name == "event_key" and len({line.cells[name] for line in lines}) == 1:
        return False
    if name in _MAYBE_EMPTY and all(line.cells[name] in (None, "") for line in lines):
        return False
    if name == "key":
        return "label" not in table.columns
    # Both ends of a range stand in one cell.
    return not (name.endswith("_at_most") and name.removesuffix("_at_most") in table.columns)


def _kind(table: str, name: str, lines: Sequence[Line]) -> str:
    if _is_number(name, lines):
        return "number"
    is_long = name in _LONG | _EVENTS or (table == "published" and name == "mode")
    return "text" if is_long else "short"


def _is_number(name: str, lines: Iterable[Line]) -> bool:
    cells = [line.cells[name] for line in lines if line.cells[name] is not None]
    numbers = [isinstance(each, int | float) and not isinstance(each, bool) for each in cells]
    return all(numbers) and (bool(cells) or any(name in line.hidden for line in lines))


def _in_order(name: str, lines: list[Line], starts: dict[str, str]) -> list[Line]:
    """By time, newest first, or most first; what is not known comes last.

    `starts` are those of editions, by key.
    """
    if name in _AS_THEY_COME:
        return lines
    if name in _NEWEST_FIRST:
        lines = sorted(lines, key=lambda line: str(line.cells.get("start") or ""), reverse=True)
    elif name in ("coverage", "matrix"):
        lines = sorted(lines, key=lambda line: [-_size(line, "missed"), -_size(line, "held")])
    elif name in _BY_TIME:
        keyed = {str(line.cells["key"]): line for line in lines}
        lines = [keyed[key] for key in sorted(keyed, key=lambda key: (starts.get(key, ""), key))]
    else:
        lines = sorted(lines, key=lambda line: fold(str(line.cells.get("label") or "")))
        figures = (*_BARS.get(name, ()), "attendances", "people", "sessions", "events")
        lines = sorted(lines, key=lambda line: [-_size(line, figure) for figure in figures])
    return sorted(lines, key=lambda line: line.cells.get("key") == UNKNOWN)


def _size(line: Line, figure: str) -> float:
    value = line.cells.get(figure)
    return value if isinstance(value, int | float) else 0


def _without_quiet(name: str, lines: list[Line]) -> tuple[list[Line], list[str]]:
    """The rows without those of zeros alone, of which one sentence tells."""
    if name in ("retention", "groups_by_edition"):
        seen = [line for line in lines if any(map(_is_counted, line.cells.values()))]
        told = _("Editions at which nobody is recorded are left out.")
        return seen, [told] if len(seen) < len(lines) else []
    if name not in ("coverage", "matrix"):
        return lines, []
    figures = ("held", "attended", "next_event", "planned")
    busy: list[Line] = []
    quiet: list[Line] = []
    for line in lines:
        (busy if any(line.cells.get(figure) for figure in figures) else quiet).append(line)
    if not quiet or name == "matrix":
        return busy, []
    spaces = ", ".join(sorted(str(line.cells["label"]) for line in quiet))
    sentence = _("Engaged where no edition is recorded in this period: %(spaces)s.", spaces=spaces)
    return busy, [sentence]


def _is_counted(cell: Cell) -> bool:
    return isinstance(cell, int | float) and cell != 0


def _bars(table: Table, lines: Iterable[Line]) -> tuple[str, ...] | None:
    """Which figures a table's bars show: the dark one, and the larger one behind it."""
    found = _BARS.get(table.name)
    if found is None and table.name.startswith("by_"):
        found = main_figures(table.columns, (line.cells for line in lines))
    return found if found and set(found) <= set(table.columns) else None


def _drawn_bars(bars: tuple[str, ...], lines: Sequence[Line]) -> Iterator[Printed]:
    top = max((_size(line, figure) for line in lines for figure in bars), default=0) or 1
    for line in lines:
        dark, *pale = (_share(line, figure, top) for figure in bars)
        yield Printed(dark=dark, pale=pale[0] if pale else None)


def _share(line: Line, figure: str, top: float) -> float | None:
    value = line.cells.get(figure)
    return value / top if isinstance(value, int | float) else None


def _row(
    table: str, columns: Sequence[str], line: Line, names: dict[str, str]
) -> list[str | Printed]:
    return [_cell(table, name, line, names) for name in columns]


def _cell(table: str, name: str, line: Line, names: dict[str, str]) -> str | Printed:
    cells = line.cells
    if name in line.hidden:
        return HIDDEN
    text = in_words(table, name, cells)
    if name in _EVENTS:
        return names.get(text, text)
    if name == "at_least" and cells[name] is not None:
        return span_in_words(cells[name], cells["at_most"], bool(cells["approximate"]))
    if name == "label":
        return _label(table, text, cells)
    if name == "missed" and cells[name]:
        return Printed(text, tone="gap")
    if name == "adds_up" and cells[name] is False:
        return Printed(text, tone="gap")
    if name == "title":
        return _linked(cells)
    if f"{name}_at_most" in cells and isinstance(cells[name], int | float):
        return _both_ends(name, cells)
    return text


def _label(table: str, text: str, cells: dict[str, Cell]) -> str | Printed:
    key = str(cells.get("key") or "")
    if table in _BY_KEY and key != UNKNOWN and key != text:
        return Printed(key, detail=text)
    if cells.get("held") is False and cells.get("start"):
        return Printed(text, detail=_("not started yet"))
    if table == "by_edition":
        facts = (in_words(table, each, cells) for each in ("start", "country") if cells.get(each))
        return Printed(text, detail=" · ".join(facts))
    if table == "matrix":
        organization, space = pair_in_words(cells)
        return Printed(organization, detail=space)
    if table == "coverage":
        roles = roles_in_words(str(cells.get("engaged_as") or ""))
        return Printed(text, detail=", ".join(roles) or _("not engaged"))
    return text


def _linked(cells: dict[str, Cell]) -> Printed:
    """The title of a contribution, leading to it; only to the web."""
    url = str(cells.get("url") or "")
    title = str(cells["title"] or url or NOT_KNOWN)
    return Printed(title, link=url if url.startswith(("https://", "http://")) else "")


def _both_ends(name: str, cells: dict[str, Cell]) -> str:
    lower, upper = cells[name], cells[f"{name}_at_most"]
    # What is no range has no upper end written either.
    return span_in_words(lower, upper if cells["key"] in _RANGES else lower)


def _notes(lines: Sequence[Line]) -> Iterator[str]:
    if any(line.hidden for line in lines):
        yield _("“•” stands for a small figure that is hidden from the public, so that nobody can "
                "be recognized by it.")  # fmt: skip
    if len(lines) > _MOST_ROWS:
        yield _(
            "These are the first %(shown)s of %(count)s rows; the XLSX and CSV files have them all.",
            shown=number(_MOST_ROWS), count=number(len(lines)),
        )  # fmt: skip
