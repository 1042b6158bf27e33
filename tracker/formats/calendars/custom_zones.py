"""Zones that a calendar describes itself in a VTIMEZONE (RFC 5545, 3.6.5)."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import cast
from zoneinfo import ZoneInfo

from icalendar import Timezone

from tracker.formats.calendars.structure import Node

# In characters: some write down every change of clocks since there are any.
_LONGEST = 50_000
# Clocks change on some days of the year; whoever says more means harm.
_ENDLESS = ("BYHOUR", "BYMINUTE", "BYSECOND", "BYYEARDAY", "BYWEEKNO", "INTERVAL=0")
# Without a zone where icalendar wants UTC: clocks change at most once a day.
_UNTIL_DAY = re.compile(r"(UNTIL=\d{8})(?:T\d{6})?(?=;|$)")
_END_OF_DAY = r"\1T235959Z"
_NO_TIME = timedelta(0)


class CustomZone(tzinfo):
    """The offsets that a calendar gives a zone of its own making."""

    def __init__(self, name: str, hints: Iterable[str], node: Node) -> None:
        """Read the rules; raises ValueError where they are none."""
        self.name = name
        self.hints = tuple(hints)
        try:
            rules = _rules(name, node)
            self._first: timedelta = min(
                rules.subcomponents, key=lambda each: each.DTSTART
            ).TZOFFSETFROM
            self._instants, onsets = rules.get_transitions()
        except (ArithmeticError, AttributeError, LookupError, TypeError) as error:
            # icalendar says what is wrong with rules by whatever it stumbles over.
            raise ValueError(name) from error
        self._offsets = [after for after, _, _ in onsets]
        # An hour shown twice is the earlier one, an hour skipped is still counted as before.
        self._clocks = [
            instant + max(before, after)
            for instant, before, after in zip(
                self._instants, [self._first, *self._offsets], self._offsets, strict=False
            )
        ]

    def utcoffset(self, moment: datetime | None) -> timedelta:
        if moment is None:
            return self._first
        position = bisect_right(self._clocks, moment.replace(tzinfo=None))
        return self._offsets[position - 1] if position else self._first

    def fromutc(self, moment: datetime) -> datetime:
        position = bisect_right(self._instants, moment.replace(tzinfo=None))
        return moment + (self._offsets[position - 1] if position else self._first)

    def dst(self, moment: datetime | None) -> timedelta:
        return _NO_TIME

    def tzname(self, moment: datetime | None) -> str:
        return self.name

    def agrees_with(self, zone: str, clocks: Iterable[datetime]) -> bool:
        """Whether an IANA zone has the same offsets whenever the clocks show these times."""
        rules = ZoneInfo(zone)
        return all(
            clock.replace(tzinfo=rules).utcoffset() == self.utcoffset(clock) for clock in clocks
        )


def _rules(tzid: str, node: Node) -> Timezone:
    """What a VTIMEZONE says, with nothing in it that takes long to follow."""
    written = ["BEGIN:VTIMEZONE"]
    for observance in node.children:
        values = ((line.name, line.value.upper().replace(":", "")) for line in observance.lines)
        lines = [f"{name}:{_UNTIL_DAY.sub(_END_OF_DAY, value)}" for name, value in values]
        written += [f"BEGIN:{observance.kind}", *lines, f"END:{observance.kind}"]
        for line in lines:
            if line.startswith("RRULE") and (
                "FREQ=YEARLY" not in line or any(part in line for part in _ENDLESS)
            ):
                raise ValueError(line)
    text = "\n".join([*written, "END:VTIMEZONE"])
    if len(text) > _LONGEST:
        raise ValueError(tzid)
    # icalendar keeps zones with a name for all calendars that follow.
    rules = cast("Timezone", Timezone.from_ical(text))
    rules["TZID"] = tzid
    return rules
