"""Tables as CSV and XLSX; no cell that came from outside can become a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain, islice
from typing import IO, Any

Cell = str | int | float | bool | date | datetime | None
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# What one sheet of a workbook holds, its headings aside.
SHEET_ROWS = 1_048_575
_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Their full ISO days become dates; in any other column a text stays a text.
_DATE_COLUMNS = frozenset({
    "start", "end", "date", "start_date", "end_date", "since", "until", "due",
})  # fmt: skip
# Excel holds 29 February 1900 for a day, so earlier ones would be one off.
_FIRST_MONTH = (1900, 3)
_NARROWEST, _WIDEST = 8, 60
_MEASURED_ROWS = 300


@dataclass(frozen=True)
class Table:
    """A named table; `rows` may be a generator, read once.

    `suppressed` are the cells (row, column), both from zero, that are hidden from this reader:
    None stands in them.
    """

    name: str
    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    suppressed: Sequence[tuple[int, int]] = ()


def _csv_cell(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return "'" + cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def csv_lines(table: Table) -> Iterator[bytes]:
    """The table as UTF-8 CSV, piece by piece, headings first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(table.columns)
    for number, row in enumerate(table.rows, start=1):
        writer.writerow([_csv_cell(cell) for cell in row])
        if number % 500 == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_csv(table: Table) -> bytes:
    """The whole table as UTF-8 CSV."""
    return b"".join(csv_lines(table))


def write_xlsx(tables: Iterable[Table], file: IO[bytes], created: datetime | None = None) -> None:
    """One sheet a table, headings frozen, in constant memory; a long table goes on in a second one.

    `created` is written into the workbook: the same tables then give the same bytes.
    """
    # Slow to import, and only ever needed here.
    import xlsxwriter  # noqa: PLC0415

    workbook = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True, "default_date_format": "yyyy-mm-dd", "remove_timezone": True,
        },
    )  # fmt: skip
    if created is not None:
        workbook.set_properties({"created": created.astimezone(UTC).replace(tzinfo=None)})
    heading = workbook.add_format({"bold": True, "bottom": 1})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    used: set[str] = set()
    for table in tables:
        for rows in _parts(table.rows):
            sheet = workbook.add_worksheet(_sheet_name(table.name, used))
            _fill(sheet, table.columns, rows, heading, moment)
    workbook.close()


def _parts(rows: Iterable[Sequence[Cell]]) -> Iterator[Iterator[Sequence[Cell]]]:
    """The rows in pieces that a sheet can hold, at least one; each is used up before the next."""
    rest = iter(rows)
    first = tuple(islice(rest, 1))
    yield chain(first, islice(rest, SHEET_ROWS - 1))
    while first := tuple(islice(rest, 1)):
        yield chain(first, islice(rest, SHEET_ROWS - 1))


def _sheet_name(name: str, used: set[str]) -> str:
    """A name as Excel allows it: short, without its punctuation, and only once."""
    wanted = _NOT_IN_SHEET_NAMES.sub("-", name)[:_SHEET_NAME].strip("'") or "-"
    found, nth = wanted, 1
    while found.lower() in used:
        nth += 1
        found = f"{wanted[: _SHEET_NAME - len(str(nth)) - 3]} ({nth})"
    used.add(found.lower())
    return found


def _fill(
    sheet: Any,
    columns: Sequence[str],
    rows: Iterator[Sequence[Cell]],
    heading: Any,
    moment: Any,
) -> None:
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, columns, heading)
    dated = [column in _DATE_COLUMNS for column in columns]
    widths = [len(column) for column in columns]
    number = 0
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if cell is not None and cell != "":
                _write_cell(sheet, number, column, _typed(cell, dated[column]), moment)
        if number <= _MEASURED_ROWS:
            widths = [max(width, _width(cell)) for width, cell in zip(widths, row, strict=True)]
    if columns:
        sheet.autofilter(0, 0, number, len(columns) - 1)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width + 2, _NARROWEST), _WIDEST))


def _width(cell: Cell) -> int:
    if cell is None or isinstance(cell, date):
        return len("0000-00-00")
    return len(str(cell))


def _typed(cell: Cell, is_date: bool) -> Cell:
    """A full ISO day of a date column as a date; a day before Excel's first as text."""
    if is_date and isinstance(cell, str) and _ISO_DAY.fullmatch(cell):
        try:
            cell = date.fromisoformat(cell)
        except ValueError:
            return cell
    if isinstance(cell, date) and (cell.year, cell.month) < _FIRST_MONTH:
        return cell.isoformat()
    return cell


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, moment: Any) -> None:
    """Written by its type, never by what its text looks like: nothing becomes a formula."""
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell, moment)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell)
    else:
        sheet.write_number(row, column, cell)
