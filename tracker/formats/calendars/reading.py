"""Calendars of anybody, read by a child process within limits."""

import json
import shutil
import signal
import tempfile
from dataclasses import asdict
from datetime import date, datetime
from typing import IO, Any, BinaryIO

from tracker.formats.calendars.results import (
    LIMITS,
    MEGABYTE,
    CalendarProblem,
    Component,
    Limits,
    ReadCalendar,
    ReadEvent,
    UnreadableCalendar,
)
from tracker.formats.limited_process import TOO_LARGE, ProcessLimits, run_limited

_CHILD = "tracker.formats.calendars.child"
_EXITS = {
    TOO_LARGE: "too-large",
    -signal.SIGABRT: "too-large",  # a request for memory that the limit refused
    -signal.SIGKILL: "too-large",
    -signal.SIGXCPU: "too-slow",
}


def read_calendar(
    file: BinaryIO, *, first: date, last: date, limits: Limits = LIMITS
) -> ReadCalendar:
    """The events of a calendar file that touch the days from first to last.

    Raises UnreadableCalendar where nothing of it can be taken.
    """
    size = file.seek(0, 2)
    if size > limits.size:
        raise UnreadableCalendar("too-large", detail=f"{limits.size // MEGABYTE} MB")
    with tempfile.TemporaryFile() as copy, tempfile.TemporaryFile() as told:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        _run(copy, told, first, last, limits)
        told.seek(0)
        return _result(told)


def _run(copy: IO[bytes], told: IO[bytes], first: date, last: date, limits: Limits) -> None:
    arguments = first.isoformat(), last.isoformat(), json.dumps(asdict(limits))
    most = ProcessLimits(limits.memory, limits.seconds, limits.written)
    try:
        status = run_limited(_CHILD, arguments, copy, told, most)
    except TimeoutError as error:
        raise UnreadableCalendar("too-slow") from error
    if status:
        raise UnreadableCalendar(_EXITS.get(status, "broken"))


def _result(told: IO[bytes]) -> ReadCalendar:
    events: list[ReadEvent] = []
    problems: list[CalendarProblem] = []
    for line in told:
        kind, values = json.loads(line)
        if kind == "event":
            events.append(_event(values))
        elif kind == "problem":
            code, component, detail = values
            problems.append(CalendarProblem(code, _component(component), detail))
        elif kind == "unreadable":
            code, component, detail = values
            raise UnreadableCalendar(code, _component(component), detail)
        else:
            name, description, timezone, cancelled, last = values
            return ReadCalendar(
                name=name,
                description=description,
                timezone=timezone,
                events=tuple(events),
                problems=tuple(problems),
                cancelled=cancelled,
                last=date.fromisoformat(last),
            )
    raise UnreadableCalendar("broken")


def _event(values: dict[str, Any]) -> ReadEvent:
    values["categories"] = tuple(values["categories"])
    values["changed"] = values["changed"] and datetime.fromisoformat(values["changed"])
    return ReadEvent(**values)


def _component(values: dict[str, Any] | None) -> Component | None:
    return Component(**values) if values else None
