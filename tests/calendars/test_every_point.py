"""CALENDARS.md has twenty-two points, and each has a test that is named after it."""

import re
from pathlib import Path

POINTS = range(1, 23)


def test_every_point_has_a_test_named_after_it():
    files = Path(__file__).parent.glob("test_*.py")
    named = re.compile(r"^def test_point_(\d\d)_\w+\(", re.MULTILINE)
    found = {int(point) for file in files for point in named.findall(file.read_text("utf-8"))}
    assert found == set(POINTS)
