"""Reads a calendar in a process of its own: limited_process.py runs it.

The calendar comes on standard input. Arguments: the first and the last day, and the limits as JSON.
Lines of JSON go to standard output: "event" and "problem" lines, then one "calendar" or
"unreadable" line.
"""

import json
import signal
import sys
import zoneinfo
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from types import FrameType
from typing import Any

from tracker.formats.calendars.events import LeftOut
from tracker.formats.calendars.parsing import parse_calendar
from tracker.formats.calendars.results import Component, Limits, ReadCalendar, UnreadableCalendar

# Of processor time: one component of a calendar must not take all that the calendar has.
_SECONDS_EACH = 0.5


class _TimeUp(BaseException):
    """The time for one component has run out. No library may take it for an error of its own."""


class _Clock:
    """Ends the work on a component that takes too long, and remembers which one it is."""

    def __init__(self) -> None:
        self.component: Component | None = None
        signal.signal(signal.SIGVTALRM, self._ring)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        raise _TimeUp

    @contextmanager
    def guard(self, component: Component) -> Iterator[None]:
        """Raise LeftOut for a component that takes too long, or that breaks what reads it."""
        self.component = component
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS_EACH)
            try:
                yield
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        except _TimeUp as error:
            raise LeftOut("too-slow") from error
        except (LeftOut, MemoryError):
            raise
        except Exception as error:
            raise LeftOut("broken", type(error).__name__) from error


class _OutOfTime(BaseException):
    """The time for the whole calendar has run out."""


def main(arguments: Sequence[str]) -> int:
    """Read the calendar; what went wrong is written, too."""
    # Clocks are those of the locked tzdata, not of the machine, as create_app has them.
    zoneinfo.reset_tzpath(to=())
    first, last = (date.fromisoformat(day) for day in arguments[:2])
    limits = Limits(**json.loads(arguments[2]))
    clock = _Clock()
    try:
        _end_after(limits.seconds)
        content = sys.stdin.buffer.read(limits.size + 1)
        found = parse_calendar(content, first, last, limits, clock.guard)
        signal.setitimer(signal.ITIMER_PROF, 0)
    except UnreadableCalendar as error:
        _write("unreadable", (error.code, _fields(error.component), error.detail))
    except _OutOfTime:
        _write("unreadable", ("too-slow", _fields(clock.component), ""))
    except MemoryError:
        _write("unreadable", ("too-large", _fields(clock.component), "memory"))
    else:
        _write_calendar(found)
    sys.stdout.flush()
    return 0


def _end_after(seconds: int) -> None:
    """Ring before the system ends this process without a word."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise _OutOfTime

    signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, max(seconds - 1, seconds / 2))


def _write_calendar(found: ReadCalendar) -> None:
    for event in found.events:
        values = asdict(event)
        values["changed"] = event.changed and event.changed.isoformat()
        _write("event", values)
    for problem in found.problems:
        _write("problem", (problem.code, _fields(problem.component), problem.detail))
    about = found.name, found.description, found.timezone, found.cancelled, found.last.isoformat()
    _write("calendar", about)


def _fields(component: Component | None) -> dict[str, Any] | None:
    return asdict(component) if component else None


def _write(kind: str, values: Any) -> None:
    text = json.dumps([kind, values], ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(text.encode(errors="replace") + b"\n")
