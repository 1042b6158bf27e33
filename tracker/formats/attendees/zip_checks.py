"""Whether a workbook may be handed to a reader: its sizes, spans and texts, while streaming.

A sheet of a few kilobytes with one cell at XFD1048576 makes a reader ask for 512 GiB, and a
million short texts for gigabytes; no reader can be stopped from within.
"""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tracker.formats.attendees.rows import MEGABYTE, Limits, UnreadableFile

_PIECE = 1 << 18
_MOST_ENTRIES = 3_000
_LARGEST_DIRECTORY = MEGABYTE
_MOST_COLUMNS = 500
# Sheets of one repeated row pack well; nothing that people write packs like this.
_STEEPEST = 300
_STEEP_FROM = 8 * MEGABYTE
_END = b"PK\x05\x06"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError,
    OSError, ValueError, LookupError, struct.error, OverflowError,
)  # fmt: skip

# A row, or a cell that holds something: one without content ends in "/>".
_ELEMENT = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s>])([^<>]*)>")
_CELL_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,8})(\d{1,10})["']""")
_ROW_PLACE = re.compile(rb"""\sr\s*=\s*["'](\d{1,10})["']""")
_TEXT = re.compile(rb"<(?:\w+:)?si[\s>/]")
_COUNTED = re.compile(rb"""uniqueCount\s*=\s*["'](\d{1,18})""")
_LONGEST_TAG = 2_000


def check_workbook(file: BinaryIO, limits: Limits) -> None:
    """Raise UnreadableFile for a file that is no workbook, is broken, or is too much to read."""
    try:
        _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            _check(archive, limits)
    except _BROKEN as error:
        raise UnreadableFile("truncated") from error
    finally:
        file.seek(0)


def _check_directory(file: BinaryIO) -> None:
    """Look at the size of the list of entries before it is read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_600))
    tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + 20:
        raise UnreadableFile("truncated")
    entries, length = struct.unpack("<HL", tail[place + 10 : place + 16])
    if entries > _MOST_ENTRIES or length > _LARGEST_DIRECTORY:
        raise UnreadableFile("zip-bomb")


def _check(archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    _check_kind(archive, names)
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile("encrypted")
    for entry in entries:
        _check_size(entry.file_size, entry.compress_size)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableFile("unsupported", detail="zip")
    if sum(entry.file_size for entry in entries) > limits.inflated:
        raise UnreadableFile("too-large")
    inflated = 0
    for entry in entries:
        for size in _inflate(archive, entry, limits):
            inflated += size
            if inflated > limits.inflated:
                raise UnreadableFile("zip-bomb")


def _check_kind(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "META-INF/manifest.xml" in names and "content.xml" in names:
        with archive.open("META-INF/manifest.xml") as manifest:
            if b"encryption-data" in manifest.read(MEGABYTE):
                raise UnreadableFile("encrypted")
        with archive.open("content.xml") as content:
            if b"office:spreadsheet" in content.read(MEGABYTE):
                return
    parts = {name.partition("/")[0] for name in names}
    for folder, kind in (("word", "docx"), ("ppt", "pptx"), ("xl", "xlsb"), ("Index", "numbers")):
        if folder in parts:
            raise UnreadableFile("unsupported", detail=kind)
    raise UnreadableFile("unsupported", detail="zip")


def _check_size(inflated: int, packed: int) -> None:
    if inflated > _STEEP_FROM and inflated > _STEEPEST * max(packed, 1):
        raise UnreadableFile("zip-bomb")


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> Iterator[int]:
    """Inflate an entry piece by piece, looking at what it holds; gives the size of each."""
    is_xml = entry.filename.endswith((".xml", ".rels")) or not entry.filename.startswith("xl/media")
    strings = _Strings(limits)
    span = _Span(limits)
    rest = b""
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            yield len(piece)
            if is_xml:
                # A tag may begin in one piece and end in the next.
                text = rest + piece
                end = text.rfind(b">") + 1 or len(text)
                rest = text[end:][-_LONGEST_TAG:]
                strings.add(text[:end])
                span.add(text[:end])
    span.check()


@dataclass(slots=True)
class _Strings:
    """The shared texts of a workbook, counted."""

    limits: Limits
    count: int = 0

    def add(self, text: bytes) -> None:
        declared = _COUNTED.search(text[:2000])
        self.count += len(_TEXT.findall(text))
        if self.count > self.limits.strings or (
            declared is not None and int(declared[1]) > self.limits.strings
        ):
            raise UnreadableFile("too-large")


@dataclass(slots=True)
class _Span:
    """The rectangle that the cells of a sheet span, which is what a reader makes room for."""

    limits: Limits
    row: int = 0
    column: int = 0
    last_row: int = 0
    last_column: int = 0
    place: str = ""

    def add(self, text: bytes) -> None:
        for element in _ELEMENT.finditer(text):
            if element[1] == b"row":
                self._begin_row(element[2])
            elif not element[2].endswith(b"/"):
                self._take_cell(element[2])

    def _begin_row(self, attributes: bytes) -> None:
        place = _ROW_PLACE.search(attributes)
        self.row = int(place[1]) if place is not None else self.row + 1
        self.column = 0

    def _take_cell(self, attributes: bytes) -> None:
        place = _CELL_PLACE.search(attributes)
        if place is not None:
            self.column, row = _column_number(place[1]), int(place[2])
        else:
            self.column, row = self.column + 1, self.row
        if row > self.last_row:
            self.last_row = row
        if self.column > self.last_column:
            self.last_column = self.column
            if self.column > _MOST_COLUMNS:
                self._refuse(row, place)
        # Rows beyond the limit may be few: ten at its end still make a reader reserve them all.
        if self.last_row * self.last_column > self.limits.cells:
            self._refuse(row, place)

    def _refuse(self, row: int, place: re.Match[bytes] | None) -> None:
        cell = (place[1] + place[2]).decode().upper() if place is not None else ""
        raise UnreadableFile("too-large", row, cell)

    def check(self) -> None:
        """Refuse a sheet that ends too far down."""
        if self.last_row > 4 * self.limits.rows + 10_000:
            raise UnreadableFile("too-large", self.last_row)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
