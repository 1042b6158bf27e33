"""Workbooks as numbered lines of cells, read by a child process within limits."""

import json
import shutil
import signal
import tempfile
import weakref
from collections.abc import Iterator
from typing import IO, BinaryIO

from tracker.formats.attendees import sheet_child
from tracker.formats.attendees.grids import Line, Lines
from tracker.formats.attendees.rows import Limits, UnreadableFile
from tracker.formats.attendees.values import clean
from tracker.formats.attendees.zip_checks import check_workbook
from tracker.formats.limited_process import ProcessLimits, run_limited

# Rows of a workbook beyond those of its table: titles, blank lines, notes.
_OTHER_ROWS = 1_000
_EXITS = {
    sheet_child.ENCRYPTED: "encrypted",
    sheet_child.TOO_LARGE: "too-large",
    sheet_child.NO_ROWS: "no-rows",
    -signal.SIGABRT: "too-large",  # a request for memory that the limit refused
    -signal.SIGKILL: "too-large",
    -signal.SIGXCPU: "too-slow",
}


class SheetLines:
    """The rows of a sheet, kept in a file of their own until nobody needs them."""

    def __init__(self, spool: IO[bytes]) -> None:
        self._spool = spool
        # A file that nobody closes is complained of.
        weakref.finalize(self, spool.close)

    def __call__(self) -> Iterator[Line]:
        position, previous = 0, 0
        while True:
            self._spool.seek(position)
            line = self._spool.readline()
            if not line:
                return
            position += len(line)
            number, *cells = json.loads(line)
            if number > previous + 1:
                yield number - 1, []
            previous = number
            yield number, [clean(cell) for cell in cells]


def sheet_grid(file: BinaryIO, limits: Limits) -> Lines:
    """The rows of the first sheet of a workbook that has any.

    Raises UnreadableFile for what is broken, protected or larger than the limits.
    """
    check_workbook(file, limits)
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as its rows do
    try:
        _read_into(spool, file, limits)
    except BaseException:
        spool.close()
        raise
    return SheetLines(spool)


def _read_into(spool: IO[bytes], file: BinaryIO, limits: Limits) -> None:
    # What is written out is as large as what was inflated, with its shared texts repeated.
    most = ProcessLimits(limits.memory, limits.seconds, written=2 * limits.inflated)
    with tempfile.TemporaryFile() as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        try:
            arguments = [str(limits.rows + _OTHER_ROWS)]
            status = run_limited(sheet_child.__name__, arguments, copy, spool, most)
        except TimeoutError as error:
            raise UnreadableFile("too-slow") from error
    if status:
        raise UnreadableFile(_EXITS.get(status, "truncated"))
