"""Calendars of others in, events out: iCalendar as Google, Outlook, Indico and others write it.

    found = read_calendar(file, first=today - year, last=today + 2 * year)
    for event in found.events:
        ...

`read_calendar` raises UnreadableCalendar, and nothing else, where nothing of a file can be taken;
what is wrong with one component leaves out that component or that value and is told in `problems`.
The file is read by a process of its own (child.py) within limits of memory and time.

structure.py finds the components, events.py reads one of them, series.py follows recurrences,
zones.py tells times, texts.py words. Parameters, values and the rules of zones are read by
icalendar; components are not, for it knows neither line numbers nor limits and gives up a whole
component for one line.
"""

from tracker.formats.calendars.reading import read_calendar
from tracker.formats.calendars.results import (
    LIMITS,
    PROBLEM_CODES,
    UNREADABLE_CODES,
    CalendarProblem,
    Component,
    Limits,
    ReadCalendar,
    ReadEvent,
    UnreadableCalendar,
)

__all__ = [
    "LIMITS",
    "PROBLEM_CODES",
    "UNREADABLE_CODES",
    "CalendarProblem",
    "Component",
    "Limits",
    "ReadCalendar",
    "ReadEvent",
    "UnreadableCalendar",
    "read_calendar",
]
