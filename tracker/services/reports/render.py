"""A report as JSON and as CSV, in the shapes of the interface."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from tracker.formats.tables import Cell, Table, write_csv
from tracker.services.counting import Range
from tracker.services.reports.report import Measure, Report, Value

MEASURES = "measures"


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


def measures_table(measures: Sequence[Measure]) -> Table:
    """The measures, in the report's order; a range fills the last three columns."""
    columns = ("key", "label", "value", "at_least", "at_most", "approximate")
    rows = tuple((each.name, each.title, *_cells(each.value)) for each in measures)
    return Table(MEASURES, _("Measures"), columns, rows)


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
