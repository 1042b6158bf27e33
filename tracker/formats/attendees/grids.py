"""Files as numbered lines of cells: text with separators."""

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from tracker.formats.attendees.encoding import text_lines
from tracker.formats.attendees.rows import UnreadableFile
from tracker.formats.attendees.titles import count_titles
from tracker.formats.attendees.values import clean

# The number of a line or sheet row, from 1, and its cells; read anew at each call.
Line = tuple[int, list[str]]
Lines = Callable[[], Iterator[Line]]

SEPARATORS = ("\t", ";", ",", "|")
_WIDEST = 500  # cells
_MOST_BREAKS = 20  # lines inside one cell
_SAMPLE = 60  # lines
_FEWEST_PAIRS = 3  # lines


def text_grid(file: BinaryIO, encoding: str, separator: str) -> Lines:
    """The lines of a text file as cells."""

    def lines() -> Iterator[Line]:
        return _split(text_lines(file, encoding), separator)

    return lines


def _split(lines: Iterable[str], separator: str) -> Iterator[Line]:
    taken: list[str] = []
    reader = csv.reader(_noting(lines, taken), delimiter=separator)
    while True:
        number = reader.line_num + 1
        taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFile("truncated", number) from error
        # A quote that is never closed takes everything behind it for one cell.
        if reader.line_num - number > _MOST_BREAKS or not _is_closed(taken, separator):
            raise UnreadableFile("truncated", number)
        if number == 1 and _names_separator(cells):
            continue
        yield number, [clean(cell) for cell in cells[:_WIDEST]]


def _noting(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    """The lines, each added to `taken` as it is read."""
    for line in lines:
        taken.append(line)
        yield line


def _is_closed(taken: list[str], separator: str) -> bool:
    """Whether what spans several lines is a cell with line ends, not a quote left open."""
    if len(taken) < 2:
        return True
    try:
        next(csv.reader(taken, delimiter=separator, strict=True))
    except csv.Error:
        return False
    return True


def _names_separator(cells: list[str]) -> bool:
    """Whether a first line is the `sep=;` that Excel reads."""
    return len(cells) == 2 and cells[0].lower() == "sep=" and not cells[1]


def find_separator(file: BinaryIO, encoding: str, *, fewest: int = 3) -> str:
    """What stands between the cells of a text file, "" where nothing does.

    The separator under which most titles of columns are known; else the one that gives most lines
    the same number of cells, `fewest` at least.
    """
    sample = list(islice(text_lines(file, encoding), _SAMPLE))
    if sample and sample[0][:4].lower() == "sep=" and sample[0][4:5] in SEPARATORS:
        return sample[0][4]
    best, most = "", 1
    for separator in SEPARATORS:
        known = max(
            (count_titles(cells) for _number, cells in _sampled(sample, separator)), default=0
        )
        if known > most:
            best, most = separator, known
    return best or _regular_separator(sample, fewest)


def _sampled(sample: list[str], separator: str) -> Iterator[Line]:
    try:
        yield from _split(sample, separator)
    except UnreadableFile:
        return


def _regular_separator(sample: list[str], fewest: int) -> str:
    best, most = "", 0.0
    for separator in SEPARATORS:
        widths = [len(cells) for _number, cells in _sampled(sample, separator) if any(cells)]
        if len(widths) < 2:
            continue
        usual = max(set(widths), key=widths.count)
        share = widths.count(usual) / len(widths)
        # Two cells a line are soon a chance: a comma in a name, say.
        if usual == 2 and (len(widths) < _FEWEST_PAIRS or share < 1):
            continue
        if usual >= fewest and share >= 0.8 and share * usual > most:
            best, most = separator, share * usual
    return best
