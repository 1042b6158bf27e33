"""Text files in whatever encoding they came, as lines, without holding more than a piece."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from tracker.formats.attendees.rows import UnreadableFile

_PIECE = 65_536
_LONGEST_LINE = 4_000_000  # bytes
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\x0b\x0c\r\x1a\x1b") + b"\x7f"
# Of a text some bytes may be broken; of a picture or a program one in ten is a control.
_MOST_CONTROLS = 0.05


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file from its start, whoever else reads it in between."""
    position = 0
    while True:
        file.seek(position)
        piece = file.read(_PIECE)
        if not piece:
            return
        position += len(piece)
        yield piece


def detect_encoding(file: BinaryIO) -> str:
    """The encoding of a text file: its mark, UTF-16 by its zeros, UTF-8, else Windows-1252.

    Raises UnreadableFile "binary" for what is no text.
    """
    file.seek(0)
    head = file.read(4096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    return _utf_16_without_mark(head) or _of_single_bytes(file)


def _utf_16_without_mark(head: bytes) -> str:
    pairs = len(head) // 2
    if pairs < 2:
        return ""
    low, high = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    # Text of this region is Latin: nearly every other byte is zero.
    if high > 0.6 * pairs and low < 0.1 * pairs:
        return "utf-16-le"
    if low > 0.6 * pairs and high < 0.1 * pairs:
        return "utf-16-be"
    return ""


def _of_single_bytes(file: BinaryIO) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, controls, size, line = True, 0, 0, 0
    for piece in pieces(file):
        size += len(piece)
        controls += len(piece) - len(piece.translate(None, _CONTROLS))
        line = _line_length(line, piece)
        if valid:
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                valid = False
    if controls > 3 and controls > size * _MOST_CONTROLS:
        raise UnreadableFile("binary")
    return "utf-8" if valid and not decoder.getstate()[0] else "cp1252"


def _line_length(before: int, piece: bytes) -> int:
    """How long the line is that a piece leaves open."""
    end = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
    length = before + len(piece) if end < 0 else len(piece) - end
    if length > _LONGEST_LINE:
        raise UnreadableFile("binary")
    return length


def text_lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    """The lines of a text file, each with a line feed at its end, whatever it had."""
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding)(errors="replace"), translate=True
    )
    rest = ""
    for piece in pieces(file):
        lines = (rest + decoder.decode(piece)).split("\n")
        rest = lines.pop()
        if len(rest) > _LONGEST_LINE:
            raise UnreadableFile("binary")
        for line in lines:
            yield line + "\n"
    rest += decoder.decode(b"", final=True)
    if rest:
        yield from (line + "\n" for line in rest.split("\n"))
