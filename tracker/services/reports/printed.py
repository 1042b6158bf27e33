"""A report as it is printed: its facts, its measures as cards, its tables one after the other."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from tracker.formats.report_pdf import Card, Document, Section
from tracker.formats.tables import Cell, Table
from tracker.i18n import format_moment, language, number
from tracker.services.counting.ranges import Range
from tracker.services.reports.periods import is_whole_month, is_whole_year, previous_period
from tracker.services.reports.printed_matrix import matrix_sections
from tracker.services.reports.printed_tables import COMPARISONS, Line, lines_of, table_section
from tracker.services.reports.report import Measure, Report
from tracker.services.reports.words import (
    in_words,
    period_in_words,
    period_name,
    span_in_words,
)

_EVENT_LISTS = ("events", "sessions", "by_edition")
# Drawn with another table, so not printed again.
_DRAWN_ELSEWHERE = frozenset({"by_month_before"})


def printed(report: Report, facts: Sequence[str] = ()) -> Document:
    """The report as texts, in the reader's language; `facts` follow the period on its first page."""
    return Document(
        language=language(),
        title=report.title,
        facts=[*_facts(report), *facts],
        generated=_("Data as of %(moment)s UTC, revision %(revision)s",
                    moment=format_moment(report.generated_at), revision=report.revision),
        created=report.generated_at,
        cards=[_card(each, report) for each in report.measures],
        # A page on its side is a page of its own: those come last.
        sections=sorted(_sections(report), key=lambda section: section.wide),
        empty=_empty(report),
        method_title=_("How this was counted"),
        method=report.method,
        page_of=_("Page {page} of {pages}"),
        unprintable=_("“%(sign)s” stands for a character that cannot be printed here; it is in the "
                      "XLSX and CSV files.", sign="\ufffd"),
    )  # fmt: skip


def _facts(report: Report) -> Iterator[str]:
    # An event's own days are its period.
    if report.report != "event" or report.first or report.last:
        yield period_in_words(report.first, report.last)
    before = previous_period(report.first, report.last)
    table = report.table(COMPARISONS[0])
    if before and table is not None and list(table.rows):
        named = period_name(*before) or period_in_words(*before)
        yield _("compared with %(period)s", period=named)
    editions = report.table(COMPARISONS[1])
    if editions is not None and list(editions.rows):
        yield editions.title
    yield _("public events only") if report.audience == "public" else _("for those signed in")


def _empty(report: Report) -> str:
    if any(measure.value for measure in report.measures) or not report.measures:
        return ""
    return _("Nothing is recorded here for this period. A zero is what is recorded; a dash is what "
             "nobody knows.")  # fmt: skip


def _card(measure: Measure, report: Report) -> Card:
    change = _changes(report).get(measure.name)
    text, note = _measured(measure)
    down = isinstance(change, int | float) and change < 0
    shown = in_words("", "change", {"change": change}) if change else ""
    return Card(measure.title, text, note, shown, down)


def _measured(measure: Measure) -> tuple[str, str]:
    value = measure.value
    if not isinstance(value, Range):
        return number(value), ""
    text = span_in_words(value.at_least, value.at_most, value.approximate)
    if value.at_most is None:
        return text, _("at least")
    return text, "" if value.at_least == value.at_most else _("at least – at most")


def _changes(report: Report) -> dict[Cell, Cell]:
    tables = [table for name in COMPARISONS if (table := report.table(name)) is not None]
    return {line.cells["key"]: line.cells["change"] for table in tables for line in lines_of(table)}


def _sections(report: Report) -> Iterator[Section]:
    names = _event_names(report)
    for table in report.tables:
        lines = lines_of(table)
        if not lines or table.name in _DRAWN_ELSEWHERE or _says_nothing(report, table, lines):
            continue
        if table.name == "matrix":
            yield from matrix_sections(table.title, [line.cells for line in lines])
        yield table_section(report, table, lines, names)


def _says_nothing(report: Report, table: Table, lines: Sequence[Line]) -> bool:
    """Whether a table is one row with the figures of the measures: the year of a year."""
    whole = {"by_year": is_whole_year, "by_month": is_whole_month}.get(table.name)
    return whole is not None and len(lines) == 1 and whole(report.first, report.last)


def _event_names(report: Report) -> dict[str, str]:
    """What the events of the report are called, by key."""
    tables = [table for name in _EVENT_LISTS if (table := report.table(name)) is not None]
    return {
        str(line.cells["key"]): str(line.cells["label"])
        for table in tables
        for line in lines_of(table)
    }
