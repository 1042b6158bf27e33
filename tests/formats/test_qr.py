"""QR codes as SVG paths."""

import re

import pytest
import segno

from tracker.formats.qr import draw_qr

ADDRESS = "webcal://encuentro.example.org/feeds/spaces/igf.ics?lang=es"
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def modules(path):
    """The dark modules of a path, read back."""
    found = set()
    for x, y, width, back in RUN.findall(path):
        assert width == back
        found |= {(int(x) + step, int(y)) for step in range(int(width))}
    assert RUN.sub("", path) == ""
    return found


def test_the_path_is_the_matrix_within_its_quiet_zone():
    code = draw_qr(ADDRESS)
    matrix = segno.make_qr(ADDRESS, error="m", boost_error=False).matrix
    dark = {
        (x + 4, y + 4) for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark
    }
    assert modules(code.path) == dark
    assert code.size == len(matrix) + 8


def test_a_text_that_no_code_holds():
    with pytest.raises(ValueError, match="too large"):
        draw_qr("x" * 3000)
