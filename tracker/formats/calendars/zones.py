"""The zones of one calendar: what its names mean, and in which its events are told."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo

from tracker.formats.calendars.custom_zones import CustomZone
from tracker.formats.calendars.structure import Node
from tracker.formats.calendars.times import Moment, wall_clock
from tracker.formats.calendars.zone_names import is_place, places, zone_named, zone_shown

_MOST_CLOCKS = 200
# A rule may go on through the whole period that is read: how often it is compared there.
_STEP = timedelta(days=10)


class Zones:
    """The zones of a calendar. `own` is the one it says is its own, None where it says nothing."""

    def __init__(self, calendar: Node) -> None:
        own = calendar.text("X-WR-TIMEZONE")
        named = zone_named(own) or zone_shown(own)
        self.own = named if named and (named == "UTC" or is_place(named)) else None
        self._described = {
            name: node
            for node in calendar.children
            if node.kind == "VTIMEZONE" and (name := node.text("TZID"))
        }
        self._found: dict[str, tzinfo | None] = {}
        self._clocks: defaultdict[str, set[datetime]] = defaultdict(set)
        self._same: dict[str, str | None] = {}
        self._only: str | None = None
        self._mentioned: set[str] = set()

    @property
    def name(self) -> str | None:
        """The zone most at home in the calendar: its own, else the only one it uses."""
        return self.own or self._only

    def find(self, name: str) -> tzinfo | None:
        """The zone that a TZID means, None where nobody can know."""
        if name not in self._found:
            self._found[name] = self._look_up(name)
        return self._found[name]

    def _look_up(self, name: str) -> tzinfo | None:
        if known := zone_named(name):
            return _rules_of(known)
        node = self._described.get(name)
        shown = zone_shown(name)
        if node is not None:
            hints = (zone_named(node.text("X-LIC-LOCATION")), shown, self.own)
            try:
                return CustomZone(name, [hint for hint in hints if hint and is_place(hint)], node)
            except (ValueError, OverflowError, TypeError):
                pass  # rules that cannot be followed say less than a name
        return _rules_of(shown) if shown else None

    def is_first_mention(self, name: str) -> bool:
        """Whether nobody was told of this unknown zone yet."""
        first = name not in self._mentioned
        self._mentioned.add(name)
        return first

    def note(self, moment: Moment) -> None:
        """Remember a time of the calendar, by which its own zones are recognized."""
        if isinstance(moment, datetime) and isinstance(moment.tzinfo, CustomZone):
            clocks = self._clocks[moment.tzinfo.name]
            if len(clocks) < _MOST_CLOCKS:
                clocks.add(moment.replace(tzinfo=None))

    def settle(self, first: date, last: date) -> None:
        """Find the IANA zones behind the calendar's own, once all its times are known."""
        days = datetime.combine(first, datetime.min.time())
        through = [days + step * _STEP for step in range((last - first) // _STEP + 1)]
        for zone in list(self._found.values()):
            if isinstance(zone, CustomZone):
                clocks = [*self._clocks[zone.name], *islice(through, _MOST_CLOCKS)]
                self._same[zone.name] = _same_zone(zone, clocks)
        names = {self._name_of(zone) for zone in self._found.values()} - {None, "UTC"}
        self._only = names.pop() if len(names) == 1 else None

    def _name_of(self, zone: tzinfo | None) -> str | None:
        if isinstance(zone, CustomZone):
            return self._same.get(zone.name)
        if isinstance(zone, ZoneInfo):
            return zone.key if is_place(zone.key) else None
        return "UTC" if zone is UTC else None

    def told(self, moment: datetime) -> tuple[datetime, str | None]:
        """The wall-clock time and IANA zone in which a time is told.

        What is in UTC or in a zone that is none of IANA's is told in the calendar's own zone. The
        zone is None for what floats in a calendar without zone.
        """
        if moment.tzinfo is None:
            return self._existing(moment, self.name) if self.name else (moment, None)
        name = self._name_of(moment.tzinfo)
        if name and name != "UTC":
            return self._existing(moment.replace(tzinfo=None), name)
        told = self.own or "UTC"
        return wall_clock(moment, _rules_of(told)), told

    def _existing(self, clock: datetime, name: str) -> tuple[datetime, str]:
        """An hour that is skipped is told as its instant is (RFC 5545, 3.3.5)."""
        if name == "UTC":
            return clock, name
        zone = ZoneInfo(name)
        instant = clock.replace(tzinfo=zone).astimezone(UTC)
        return wall_clock(instant, zone), name


def _rules_of(name: str) -> tzinfo:
    return UTC if name == "UTC" else ZoneInfo(name)


def _same_zone(zone: CustomZone, clocks: list[datetime]) -> str | None:
    """The IANA zone with the same offsets: one that is hinted at, else if there is only one."""
    for hint in zone.hints:
        if zone.agrees_with(hint, clocks):
            return hint
    # Two that agree are enough to know that there is not only one.
    found = list(islice((name for name in places() if zone.agrees_with(name, clocks)), 2))
    return found[0] if len(found) == 1 else None
