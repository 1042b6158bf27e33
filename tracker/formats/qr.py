"""QR codes as the path of an SVG (ISO/IEC 18004)."""

from dataclasses import dataclass
from itertools import groupby

import segno

_QUIET = 4


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code drawn in a square of `size` modules, its quiet zone included."""

    size: int
    path: str


def draw_qr(text: str) -> QrCode:
    """The code of a text; raises ValueError where none is large enough."""
    matrix = segno.make_qr(text, error="m", boost_error=False).matrix
    rows = [
        f"M{_QUIET + start} {_QUIET + y}h{width}v1h-{width}z"
        for y, row in enumerate(matrix)
        for start, width in _runs(row)
    ]
    return QrCode(len(matrix) + 2 * _QUIET, "".join(rows))


def _runs(row: bytearray) -> list[tuple[int, int]]:
    """(start, width) of each run of dark modules."""
    found, at = [], 0
    for dark, modules in groupby(row):
        width = len(list(modules))
        if dark:
            found.append((at, width))
        at += width
    return found
