"""Reads one sheet of a workbook in a process of its own, which may die without harm.

The workbook comes on standard input; rows go as lines of JSON to standard output, each
[number, cell, …]. Its one argument is the most rows there may be. limited_process.py runs it.
"""

import errno
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook

BROKEN, ENCRYPTED, TOO_LARGE, NO_ROWS = 10, 11, 12, 13
_LONGEST_CELL = 4_000
_WIDEST = 500
_SHEETS = 20
_LOOKED_AT = 200


def text_of(value: Any) -> str:
    """A cell as text: whole numbers without point, dates and times as ISO 8601 writes them."""
    if isinstance(value, str):
        return value[:_LONGEST_CELL]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(value, ".15g") if not value.is_integer() else f"{value:.0f}"
    if isinstance(value, datetime):
        return value.replace(microsecond=0).isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(value)[:_LONGEST_CELL]


def rows_of(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """The rows of a sheet that hold something: the number, from 1, and the cells as text."""
    if sheet.start is None:
        return
    # The reader gives the empty rows above the first that is filled, but no empty columns.
    before = [""] * min(sheet.start[1], _WIDEST)
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = before + [text_of(value) for value in values[:_WIDEST]]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield [number, *cells]


def is_table(sheet: CalamineSheet) -> bool:
    """Whether two of the first rows of a sheet have two cells each."""
    filled = (sum(1 for cell in row[1:] if cell.strip()) for row in rows_of(sheet))
    return sum(1 for count in islice(filled, _LOOKED_AT) if count > 1) > 1


def choose_sheet(workbook: CalamineWorkbook) -> CalamineSheet | None:
    """The first sheet with a table, else the first with rows; those that are shown before others."""
    metadata = workbook.sheets_metadata
    shown = [m.name for m in metadata if m.visible == python_calamine.SheetVisibleEnum.Visible]
    names = shown + [m.name for m in metadata if m.name not in shown]
    fallback = None
    for name in names[:_SHEETS]:
        try:
            sheet = workbook.get_sheet_by_name(name)
        except Exception:  # noqa: S112 - a chart, or a sheet that is broken: another may do
            continue
        if is_table(sheet):
            return sheet
        if fallback is None and next(rows_of(sheet), None) is not None:
            fallback = sheet
    return fallback


def main(arguments: Sequence[str]) -> int:
    """Read the workbook; the exit status says what went wrong."""
    most_rows = int(arguments[0])
    try:
        sheet = choose_sheet(python_calamine.load_workbook(sys.stdin.buffer))
        if sheet is None:
            return NO_ROWS
        for count, row in enumerate(rows_of(sheet)):
            if count >= most_rows:
                return TOO_LARGE
            sys.stdout.write(json.dumps(row, ensure_ascii=True, separators=(",", ":")) + "\n")
        sys.stdout.flush()
    except python_calamine.PasswordError:
        return ENCRYPTED
    except MemoryError:
        return TOO_LARGE
    except OSError as error:
        return TOO_LARGE if error.errno == errno.EFBIG else BROKEN
    except BaseException:  # a panic of the library is no Exception
        return BROKEN
    return 0
