"""A report as JSON, CSV, XLSX and PDF, in the shapes of the interface."""

from collections.abc import Sequence
from datetime import date
from typing import IO, Any

from flask_babel import gettext as _

from tracker.formats.report_pdf import write_pdf
from tracker.formats.tables import Cell, Table, write_csv, write_xlsx
from tracker.services.counting import Range
from tracker.services.reports.printed import printed
from tracker.services.reports.report import Measure, Report, Value

MEASURES = "measures"
METHOD = "method"


def as_json(report: Report) -> dict[str, Any]:
    """The report as values that JSON can hold, keys in the interface's order."""
    return {
        "report": report.report,
        "subject": report.subject,
        "period": {"from": _json(report.first), "to": _json(report.last)},
        "audience": report.audience,
        "revision": report.revision,
        "generated_at": report.generated_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "measures": {measure.name: _measure(measure.value) for measure in report.measures},
        "tables": [_table(table) for table in report.tables],
        "method": list(report.method),
    }


def as_csv(report: Report, name: str | None) -> bytes | None:
    """A table by name as CSV, the first without a name; None where there is no such table."""
    if name == MEASURES:
        return write_csv(measures_table(report.measures))
    table = report.table(name) if name else report.tables[0]
    return write_csv(table) if table is not None else None


def as_xlsx(report: Report, file: IO[bytes]) -> None:
    """The report as a workbook: its measures, one sheet a table, and how it was counted."""
    tables = [measures_table(report.measures), *report.tables]
    write_xlsx([*tables, _method_table(report, tables)], file, created=report.generated_at)


def as_pdf(report: Report, facts: Sequence[str] = ()) -> bytes:
    """The report on paper; `facts`, such as filters, follow the period on its first page."""
    return write_pdf(printed(report, facts))


def measures_table(measures: Sequence[Measure]) -> Table:
    """The measures, in the report's order; a range fills the last three columns."""
    columns = ("key", "label", "value", "at_least", "at_most", "approximate")
    rows = tuple((each.name, each.title, *_cells(each.value)) for each in measures)
    return Table(MEASURES, _("Measures"), columns, rows)


def _method_table(report: Report, tables: Sequence[Table]) -> Table:
    """What the workbook is: whose report, of when, how it was counted, and what each sheet holds."""
    about: list[tuple[Cell, ...]] = [
        ("report", report.report, report.title),
        ("subject", report.subject, None),
        ("period", "from", report.first),
        ("period", "to", report.last),
        ("audience", None, report.audience),
        ("revision", None, report.revision),
        ("generated_at", None, report.generated_at.strftime("%Y-%m-%dT%H:%M:%SZ")),
    ]
    about += [("method", None, line) for line in report.method]
    about += [("sheet", table.name, table.title) for table in tables]
    return Table(METHOD, _("How this was counted"), ("about", "name", "text"), about)


def _cells(value: Value) -> tuple[Cell, ...]:
    if isinstance(value, Range):
        return None, value.at_least, value.at_most, value.approximate
    return value, None, None, None


def _measure(value: Value) -> Any:
    if isinstance(value, Range):
        return {
            "at_least": value.at_least,
            "at_most": value.at_most,
            "approximate": value.approximate,
        }
    return value


def _table(table: Table) -> dict[str, Any]:
    found = {
        "name": table.name,
        "title": table.title,
        "columns": list(table.columns),
        "rows": [[_json(cell) for cell in row] for row in table.rows],
    }
    if table.suppressed:
        found["suppressed"] = [list(cell) for cell in table.suppressed]
    return found


def _json(cell: Cell) -> Any:
    return cell.isoformat() if isinstance(cell, date) else cell
