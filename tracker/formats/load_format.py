"""The load format as text: a CSV file in, typed rows and problems out; and rows back into a file.

Which files and columns there are is declared in tracker/services/loading/files.py.
"""

import csv
import difflib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

_BOM = b"\xef\xbb\xbf"
# Beyond this a cell stops the reading of its file; up to it, a cell is only refused as too long.
_LARGEST_CELL = 16_000_000
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class BadValue(ValueError):
    """A cell that holds nothing its column can take; the message says what it can."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: the row as a spreadsheet numbers it, the header being row 1.

    `cut_short` where rows after it were not read.
    """

    file: str
    row: int | None
    column: str | None
    message: str
    cut_short: bool = False

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column is not None:
            where.append(self.column)
        return f"{', '.join(where)}: {self.message}"


Report = Callable[[Problem], None]


def _nothing_else(value: Any) -> str:
    return str(value)


@dataclass(frozen=True)
class Column:
    """A column: how its cells are read and written.

    `parse` gets a cell that is not empty and raises BadValue; where it gives None, or the cell
    is empty, the value is `empty`. A file may leave a column out unless it is `required`.
    """

    name: str
    parse: Callable[[str], Any]
    write: Callable[[Any], str] = _nothing_else
    attribute: str = ""
    key: bool = False
    required: bool = False
    empty: Any = None

    @property
    def target(self) -> str:
        """The name of its value in a row."""
        return self.attribute or self.name


@dataclass(frozen=True)
class File:
    """A file of the load format."""

    name: str
    columns: tuple[Column, ...]

    @property
    def by_name(self) -> dict[str, Column]:
        """The columns by their header."""
        return {column.name: column for column in self.columns}


@dataclass(slots=True)
class Row:
    """A row: the values of the columns that the file has, without those of bad cells."""

    number: int
    values: dict[str, Any]
    key: tuple[Any, ...]
    bad: bool = False


@dataclass
class _Lines:
    """The lines of a file as text, counting bytes and noticing what is not UTF-8."""

    stream: BinaryIO
    bytes_read: int = 0
    broken: bool = field(default=False)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.stream)
        if not self.bytes_read:
            line = line.removeprefix(_BOM)
        self.bytes_read += len(line)
        try:
            return line.decode()
        except UnicodeDecodeError:
            self.broken = True
            return line.decode(errors="replace")


class _Reader:
    """Reads one file; what is wrong is reported and reading goes on where it can."""

    def __init__(
        self, path: Path, file: File, report: Report, progress: Callable[[int], None] | None
    ) -> None:
        self.path = path
        self.file = file
        self.report = report
        self.progress = progress or (lambda _bytes: None)
        self.number = 1
        self.seen: dict[int, int] = {}

    def problem(self, message: str, column: str | None = None, cut_short: bool = False) -> None:
        self.report(Problem(self.file.name, self.number, column, message, cut_short))

    def rows(self) -> Iterator[Row]:
        csv.field_size_limit(max(csv.field_size_limit(), _LARGEST_CELL))
        with self.path.open("rb") as stream:
            lines = _Lines(stream)
            records = self._records(lines)
            header = next(records, None)
            if header is None:
                if not lines.bytes_read:
                    self.problem("is empty; the first row names the columns", cut_short=True)
                return
            columns = self._columns(header, lines.broken)
            if columns is None:
                return
            for cells in records:
                if self.number % 1000 == 0:
                    self.progress(lines.bytes_read)
                if lines.broken:
                    lines.broken = False
                    self.problem("is not UTF-8")
                    continue
                if any(cells) and (row := self._row(columns, cells)) is not None:
                    yield row
            self.progress(lines.bytes_read)

    def _records(self, lines: _Lines) -> Iterator[list[str]]:
        reader = csv.reader(lines, strict=True)
        self.number = 0
        while True:
            self.number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.problem(_explain(error), cut_short=True)
                return
            yield cells

    def _columns(self, header: list[str], broken: bool) -> list[Column | None] | None:
        """The columns in the order of the file, or None where rows could not be told apart."""
        if broken:
            self.problem("is not UTF-8", cut_short=True)
            return None
        known = self.file.by_name
        names = [name.strip() for name in header]
        while names and not names[-1]:
            names.pop()
        for name in names:
            if name not in known:
                self.problem(_unknown_column(name, known), name or None)
        twice = sorted({name for name in names if names.count(name) > 1 and name in known})
        for name in twice:
            self.problem("is there twice", name, cut_short=True)
        missing = [c for c in self.file.columns if c.required and c.name not in names]
        for column in missing:
            self.problem("is missing", column.name, cut_short=column.key)
        if twice or any(column.key for column in missing):
            return None
        return [known.get(name) for name in names]

    def _row(self, columns: list[Column | None], cells: list[str]) -> Row | None:
        if len(cells) < len(columns) or any(cells[len(columns) :]):
            self.problem(f"has {len(cells)} cells where the header has {len(columns)}")
            return None
        row = Row(self.number, {}, ())
        for column, cell in zip(columns, cells, strict=False):
            if column is None:
                continue
            try:
                row.values[column.target] = _value(column, cell.strip())
            except BadValue as error:
                row.bad = True
                self.problem(str(error), column.name)
        self._notice_key(row)
        return row

    def _notice_key(self, row: Row) -> None:
        row.key = tuple(row.values.get(c.target) or "" for c in self.file.columns if c.key)
        if row.bad:
            return
        # The hash stands for the key: a million keys would not fit.
        first = self.seen.setdefault(hash(row.key), row.number)
        if first != row.number:
            row.bad = True
            keys = [c.name for c in self.file.columns if c.key]
            self.problem(f"has the same {' + '.join(keys)} as row {first}")


def read_rows(
    path: Path, file: File, report: Report, progress: Callable[[int], None] | None = None
) -> Iterator[Row]:
    """The rows of a file, one at a time; problems go to `report`, bytes read to `progress`.

    Rows with a problem are given too, marked as bad, so that others can still refer to them.
    """
    return _Reader(path, file, report, progress).rows()


def _value(column: Column, cell: str) -> Any:
    value = None
    if cell:
        if (refused := _REFUSED.search(cell)) is not None:
            raise BadValue(f"holds a control character (U+{ord(refused[0]):04X})")
        value = column.parse(cell)
    if value is None or value == "":
        if column.required:
            raise BadValue("is empty")
        return column.empty
    return value


def _unknown_column(name: str, known: Iterable[str]) -> str:
    if not name:
        return "the header has a column without a name"
    close = difflib.get_close_matches(name, known, n=1)
    return "is no column of this file" + (f"; did you mean {close[0]}?" if close else "")


def _explain(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end" in text:
        reason = "a quote that opens here is never closed"
    elif "field larger" in text:
        reason = "a cell is far too long; perhaps a quote is never closed"
    elif "new-line" in text:
        reason = "a line ends with a bare carriage return"
    elif "expected after" in text:
        reason = "text follows a closing quote; a quote inside a cell is written twice"
    else:
        reason = text
    return f"cannot be read as CSV: {reason}. The rows from here on were not looked at"


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a file, which takes its place only when whole; returns how many rows it has."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    count = 0
    try:
        with fresh.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(header)
            for row in rows:
                writer.writerow(row)
                count += 1
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return count
