"""Three readers that know nothing of how Encuentro writes: ical.js, vobject and icalendar.

Each gives the same `ReadEvent`s, with instants computed from the VTIMEZONE that came along.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import icalendar
import vobject.icalendar

from scripts.node import node_command

_SCRIPT = Path(__file__).with_name("icaljs_reader.mjs")


@dataclass(frozen=True)
class ReadEvent:
    """An event as a reader understood it: a day, or an instant in UTC; no end is the start."""

    uid: str
    summary: str
    description: str
    location: str
    status: str
    sequence: int
    start: date | datetime
    end: date | datetime
    categories: tuple[str, ...]


Reader = Callable[[bytes], list[ReadEvent]]


class Component:
    """A component of a jCal: its properties by name, in lower case."""

    def __init__(self, jcal: list[Any], instants: list[float | None] | None = None) -> None:
        self.name: str = jcal[0]
        self.properties: list[list[Any]] = jcal[1]
        self.parts = [Component(part) for part in jcal[2]]
        self.instants = instants or [None, None]

    @property
    def names(self) -> set[str]:
        return {each[0] for each in self.properties}

    def all(self, name: str) -> list[list[Any]]:
        """The properties of a name, each as name, parameters, type and values."""
        return [each for each in self.properties if each[0] == name]

    def values(self, name: str) -> list[Any]:
        return [
            # What ical.js does not know it leaves as it stands on the line: NAME, X-WR-CALNAME.
            _unescaped(value) if kind == "unknown" else value
            for _name, _parameters, kind, *values in self.all(name)
            for value in values
        ]

    def value(self, name: str, default: Any = None) -> Any:
        """The only value of a property that may be there once at most."""
        values = self.values(name)
        assert len(values) <= 1, (name, values)
        return values[0] if values else default

    def kind(self, name: str) -> str:
        """The value type of the only property of a name."""
        (found,) = self.all(name)
        return found[2]

    def parameters(self, name: str) -> dict[str, Any]:
        """The parameters of the only property of a name."""
        (found,) = self.all(name)
        return found[1]

    def components(self, name: str) -> list["Component"]:
        return [part for part in self.parts if part.name == name]


def _unescaped(value: str) -> str:
    """A TEXT value without its escapes (RFC 5545, 3.3.11)."""
    return re.sub(r"\\(.)", lambda found: found[1].replace("n", "\n"), value)


class IcalJs:
    """Mozilla's ical.js in a Node that stays while it is used as a context."""

    def __enter__(self) -> "IcalJs":
        self._node = subprocess.Popen(
            [*node_command(), str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        return self

    def __exit__(self, *_exception: object) -> None:
        self._node.communicate(timeout=30)

    def calendar(self, octets: bytes) -> Component:
        """The calendar as ical.js understood it; its events carry their instants."""
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps(octets.decode()) + "\n")
        self._node.stdin.flush()
        answer = json.loads(self._node.stdout.readline())
        assert "error" not in answer, answer["error"]
        calendar = Component(answer["jcal"])
        for event, instants in zip(calendar.components("vevent"), answer["instants"], strict=True):
            event.instants = instants
        return calendar

    def __call__(self, octets: bytes) -> list[ReadEvent]:
        return [_of_jcal(event) for event in self.calendar(octets).components("vevent")]


def _of_jcal(event: Component) -> ReadEvent:
    start = _moment(event, "dtstart", event.instants[0])
    end = _moment(event, "dtend", event.instants[1]) if "dtend" in event.names else start
    return ReadEvent(
        uid=event.value("uid"),
        summary=event.value("summary", ""),
        description=event.value("description", ""),
        location=event.value("location", ""),
        status=event.value("status", ""),
        sequence=event.value("sequence", 0),
        start=start,
        end=end,
        categories=tuple(event.values("categories")),
    )


def _moment(event: Component, name: str, instant: float | None) -> date | datetime:
    if instant is None:
        return date.fromisoformat(event.value(name))
    return datetime.fromtimestamp(instant, UTC)


def forget_zones() -> None:
    """vobject keeps the first VTIMEZONE of a name for good; each calendar is read by its own."""
    zones = vars(vobject.icalendar)["__tzidMap"]
    for name in set(zones) - {"UTC"}:
        del zones[name]


def read_with_vobject(octets: bytes) -> list[ReadEvent]:
    """Read with vobject, which takes a VTIMEZONE that was UTC from 2000 to 2020 for UTC itself."""
    forget_zones()
    with patch.dict(sys.modules, {"pytz": None}):  # whose tables it would ask otherwise
        calendar = vobject.readOne(octets.decode())
    return [_of_vobject(event) for event in calendar.contents.get("vevent", [])]


def _of_vobject(event: Any) -> ReadEvent:
    start = _in_utc(event.dtstart.value)
    return ReadEvent(
        uid=event.uid.value,
        summary=event.getChildValue("summary", ""),
        description=event.getChildValue("description", ""),
        location=event.getChildValue("location", ""),
        status=event.getChildValue("status", ""),
        sequence=int(event.getChildValue("sequence", "0")),
        start=start,
        end=_in_utc(event.dtend.value) if hasattr(event, "dtend") else start,
        categories=tuple(event.getChildValue("categories", [])),
    )


def read_with_icalendar(octets: bytes) -> list[ReadEvent]:
    calendar = icalendar.Calendar.from_ical(octets)
    # Its own tables would be asked for a name they know; here the VTIMEZONE is on trial.
    zones = {
        str(part["TZID"]): part.to_tz(lookup_tzid=False)  # type: ignore[attr-defined]
        for part in calendar.walk("VTIMEZONE")
    }
    return [_of_icalendar(event, zones) for event in calendar.walk("VEVENT")]


def _of_icalendar(event: Any, zones: dict[str, Any]) -> ReadEvent:
    def moment(name: str) -> date | datetime:
        value = event[name].dt
        zone = zones.get(event[name].params.get("TZID"))
        return _in_utc(value.replace(tzinfo=zone) if zone else value)

    start = moment("DTSTART")
    return ReadEvent(
        uid=str(event["UID"]),
        summary=str(event.get("SUMMARY", "")),
        description=str(event.get("DESCRIPTION", "")),
        location=str(event.get("LOCATION", "")),
        status=str(event.get("STATUS", "")),
        sequence=int(event.get("SEQUENCE", 0)),
        start=start,
        end=moment("DTEND") if "DTEND" in event else start,
        categories=tuple(str(name) for name in event.categories),
    )


def _in_utc(moment: date | datetime) -> date | datetime:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
