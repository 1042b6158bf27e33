"""Attendee files in, rows out: reports of meetings, lists of registrations, sheets, pasted lists.

    found = read_attendees(file, "report.csv", (first_day, last_day))
    for row in found.rows():
        ...

A file is recognized by looking at it: its encoding, its separators, the titles of its columns in
English, Spanish or Portuguese, its sections, and the order of day and month that falls on the
event's days. `read_attendees` walks through it once to find that out, and again for each call of
`rows()`, so that no file is held. It raises UnreadableFile, and nothing else; where an answer of a
person would help ("columns", "dates") the exception carries what to ask. Sheets are read in a
process of their own (sheet_child.py), after zip_checks.py has looked at them.
"""

from tracker.formats.attendees.reading import read_attendees
from tracker.formats.attendees.recognition import BY_NAME
from tracker.formats.attendees.rows import (
    FIELDS,
    TERMINAL,
    WEB,
    AttendeeFile,
    Limits,
    Problem,
    Reading,
    Row,
    UnreadableFile,
)

FORMAT_NAMES = tuple(BY_NAME)

__all__ = [
    "FIELDS",
    "FORMAT_NAMES",
    "TERMINAL",
    "WEB",
    "AttendeeFile",
    "Limits",
    "Problem",
    "Reading",
    "Row",
    "UnreadableFile",
    "read_attendees",
]
