"""Tables as CSV and XLSX; no cell that came from outside can become a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

Cell = str | int | float | bool | date | datetime | None
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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


def write_xlsx(tables: Iterable[Table], file: IO[bytes]) -> None:
    """One sheet a table, headings frozen, in constant memory."""
    # Slow to import, and only ever needed here.
    import xlsxwriter  # noqa: PLC0415

    workbook = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False, "default_date_format": "yyyy-mm-dd",
            "remove_timezone": True,
        },
    )  # fmt: skip
    heading = workbook.add_format({"bold": True, "bottom": 1})
    for table in tables:
        sheet = workbook.add_worksheet(table.name[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(table.columns) - 1, 18)
        sheet.write_row(0, 0, table.columns, heading)
        for number, row in enumerate(table.rows, start=1):
            for column, cell in enumerate(row):
                if cell is not None and cell != "":
                    sheet.write(number, column, cell)
    workbook.close()
