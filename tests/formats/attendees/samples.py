"""The files of tests/attendee_files, their events, and short ways to read a file in a test."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

from tracker.formats.attendees import AttendeeFile, Row, read_attendees

FOLDER = Path(__file__).parents[2] / "attendee_files"
DAY = (date(2026, 5, 6), date(2026, 5, 6))

EXPECTED: dict[str, dict[str, Any]] = {
    entry["file"]: entry
    for entry in json.loads((FOLDER / "expected.json").read_text("utf-8"))["files"]
}


def event_days() -> dict[str, tuple[date, date]]:
    """The days of the events of the samples, by key."""
    with (FOLDER / "base" / "events.csv").open(encoding="utf-8", newline="") as stream:
        return {
            row["key"]: (
                date.fromisoformat(row["start_date"]),
                date.fromisoformat(row["end_date"]),
            )
            for row in csv.DictReader(stream)
        }


def read(
    content: str | bytes,
    days: tuple[date, date] | None = DAY,
    filename: str = "a file",
    **options: Any,
) -> AttendeeFile:
    """The file that a text or some bytes are."""
    data = content.encode() if isinstance(content, str) else content
    return read_attendees(io.BytesIO(data), filename, days, **options)


def rows_of(
    content: str | bytes, days: tuple[date, date] | None = DAY, **options: Any
) -> list[Row]:
    """Its rows."""
    return list(read(content, days, **options).rows())


def sample_rows(name: str) -> list[Row]:
    """The rows of one of the sample files."""
    days = event_days()[EXPECTED[name]["event"]]
    return rows_of((FOLDER / name).read_bytes(), days)
