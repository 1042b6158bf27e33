"""VTIMEZONE in the form that every calendar program reads alike: RRULEs and single onsets.

RDATE lists are misread by an hour or more in ical.js, vobject and Outlook (CALENDARS.md, 12), so a
year that follows no rule becomes an observance of its own. Rules come from zoneinfo, never from a
copy of them.
"""

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tracker.formats.content_lines import fold

_UTC_NAMES = frozenset({"UTC", "UCT", "Universal", "Zulu"})
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = 86_400
# The shortest time between two transitions since 1900 is 6.9 days (Brazil 2000): a step of six
# days misses none.
_STEP = 6 * _DAY
_SCAN_FROM = 1970  # so that the bytes of a zone do not depend on its first event
_FIRST_YEAR, _LAST_YEAR = 1800, 2160
# Thirty years of weekdays tell "fourth" from "last": a rule that holds so long is taken to go on.
_PROOF_YEARS = 30
_NO_TIME = timedelta(0)

_State = tuple[timedelta, int]  # offset from UTC; the sign of the daylight saving time in it


@dataclass(frozen=True, slots=True)
class _Onset:
    """The start of an observance: the instant, and the wall clock just before it."""

    instant: int  # seconds since 1970
    local: datetime
    before: timedelta
    after: timedelta
    name: str
    daylight: bool

    def repeats(self, other: "_Onset") -> bool:
        """Tell whether the other onset is the same change one year later, give or take days."""
        return (
            (self.before, self.after, self.name, self.daylight)
            == (other.before, other.after, other.name, other.daylight)
            and self.local.month == other.local.month
            and self.local.time() == other.local.time()
            and self.local.year + 1 == other.local.year
        )


@dataclass(frozen=True, slots=True)
class _Run:
    """Onsets of consecutive years that one rule describes; `endless` if the rule still holds."""

    onsets: tuple[_Onset, ...]
    endless: bool

    @property
    def first(self) -> _Onset:
        return self.onsets[0]

    @property
    def last(self) -> _Onset:
        return self.onsets[-1]


def is_utc(zone: str | None) -> bool:
    """Tell whether times of this zone are written as UTC; an unknown zone (None) counts as UTC."""
    return zone is None or zone.removeprefix("Etc/") in _UTC_NAMES


def render_vtimezone(zone: str, earliest: datetime, latest: datetime) -> bytes:
    """Return the VTIMEZONE of an IANA zone, right for every instant from earliest to latest (UTC).

    It holds from one year before the first instant's year to the end of the year after the last.
    """
    first_year = min(max(earliest.year - 1, _FIRST_YEAR), _LAST_YEAR)
    last_year = max(first_year, min(latest.year + 1, _LAST_YEAR))
    return _vtimezone(zone, first_year, last_year)


@lru_cache(maxsize=1024)
def _vtimezone(zone: str, first_year: int, last_year: int) -> bytes:
    start = int(datetime(first_year, 1, 1, tzinfo=UTC).timestamp()) - _DAY
    end = int(datetime(last_year + 1, 1, 1, tzinfo=UTC).timestamp()) + _DAY
    horizon = last_year - last_year % 10 + 10 + _PROOF_YEARS
    runs = _in_window(_runs(zone, min(first_year, _SCAN_FROM), horizon), start, end)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    for run in sorted(runs, key=lambda run: run.first.instant):
        lines += _observance(run)
    lines.append("END:VTIMEZONE")
    return b"".join(map(fold, lines))


def _in_window(runs: Iterable[_Run], start: int, end: int) -> list[_Run]:
    """Return the runs with an onset in the window, and the onset in force where it starts."""
    begun = [run for run in runs if run.first.instant <= end]
    kept = [run for run in begun if run.last.instant > start]
    in_force = max(
        (onset for run in begun for onset in run.onsets if onset.instant <= start),
        key=lambda onset: onset.instant,
        default=None,
    )
    if in_force and not any(in_force in run.onsets for run in kept):
        kept.append(_Run((in_force,), endless=False))
    return kept


@lru_cache(maxsize=256)
def _runs(zone: str, first_year: int, horizon: int) -> tuple[_Run, ...]:
    """Return every onset of the zone from the first year to the horizon, grouped into rules."""
    open_runs: list[list[_Onset]] = []
    closed: list[list[_Onset]] = []
    for onset in _onsets(ZoneInfo(zone), first_year, horizon):
        for run in open_runs:
            if run[-1].repeats(onset) and _rule([*run, onset]):
                run.append(onset)
                break
        else:
            ended = [run for run in open_runs if run[-1].local.year + 1 < onset.local.year]
            closed += ended
            open_runs = [run for run in open_runs if run not in ended]
            open_runs.append([onset])
    return tuple(
        _Run(tuple(run), endless=len(run) > 1 and run[-1].local.year == horizon)
        for run in closed + open_runs
    )


def _onsets(zone: ZoneInfo, first_year: int, horizon: int) -> Iterator[_Onset]:
    """Yield what is in force on the first day, then every change of offset or of DST in order."""
    end = int(datetime(horizon + 1, 1, 1, tzinfo=UTC).timestamp())
    opening = datetime(first_year, 1, 1, tzinfo=zone)
    instant = int(opening.timestamp())
    offset, dst = state = _state(zone, instant)
    yield _Onset(
        instant=instant,
        local=opening.replace(tzinfo=None),
        before=offset,
        after=offset,
        name=opening.tzname() or "",
        daylight=dst > 0,
    )
    seen = None
    while instant < end:
        following = instant + _STEP
        # Six thousand steps for a zone, most of them within the same months: told apart cheaply.
        local = datetime.fromtimestamp(following, zone)
        if (shown := (local.utcoffset(), local.dst())) == seen:
            instant = following
            continue
        seen, after = shown, _state(zone, following)
        if after != state:
            following = _first_instant_unlike(zone, state, instant, following)
            after = _state(zone, following)
            yield _change(zone, following, state, after)
            seen = None
        instant, state = following, after


def _state(zone: ZoneInfo, instant: int) -> _State:
    local = datetime.fromtimestamp(instant, zone)
    dst = local.dst() or _NO_TIME
    return local.utcoffset() or _NO_TIME, (dst > _NO_TIME) - (dst < _NO_TIME)


def _first_instant_unlike(zone: ZoneInfo, state: _State, low: int, high: int) -> int:
    while high - low > 1:
        middle = (low + high) // 2
        if _state(zone, middle) == state:
            low = middle
        else:
            high = middle
    return high


def _change(zone: ZoneInfo, instant: int, before: _State, after: _State) -> _Onset:
    # Dublin and Casablanca have their summer time as standard and a negative DST: calendar
    # programs expect DAYLIGHT in the part of the year that is ahead.
    local = datetime.fromtimestamp(instant, zone)
    return _Onset(
        instant=instant,
        local=local.replace(tzinfo=None, fold=0) - after[0] + before[0],
        before=before[0],
        after=after[0],
        name=local.tzname() or "",
        daylight=after[1] > 0 or (after[1] == 0 and before[1] < 0),
    )


def _rule(run: list[_Onset]) -> str:
    """Return the day of the year on which all these onsets fall, as RRULE parts; else ""."""
    days = [onset.local for onset in run]
    month = f"BYMONTH={days[0].month}"
    if len({day.weekday() for day in days}) > 1:
        same_day = len({day.day for day in days}) == 1
        return f"{month};BYMONTHDAY={days[0].day}" if same_day else ""
    weekday = _WEEKDAYS[days[0].weekday()]
    if all(day.day > calendar.monthrange(day.year, day.month)[1] - 7 for day in days):
        return f"{month};BYDAY=-1{weekday}"
    weeks = {(day.day + 6) // 7 for day in days}
    if len(weeks) == 1:
        return f"{month};BYDAY={weeks.pop()}{weekday}"
    first = max(1, max(day.day for day in days) - 6)
    if first > min(day.day for day in days):
        return ""
    week = ",".join(str(day) for day in range(first, first + 7))
    return f"{month};BYMONTHDAY={week};BYDAY={weekday}"


def _observance(run: _Run) -> list[str]:
    kind = "DAYLIGHT" if run.first.daylight else "STANDARD"
    lines = [f"BEGIN:{kind}", f"DTSTART:{_stamp(run.first.local)}"]
    if len(run.onsets) > 1:
        until = "" if run.endless else f";UNTIL={_until(run.last)}"
        lines.append(f"RRULE:FREQ=YEARLY;{_rule(list(run.onsets))}{until}")
    lines += [
        f"TZOFFSETFROM:{_offset(run.first.before)}",
        f"TZOFFSETTO:{_offset(run.first.after)}",
        f"TZNAME:{run.first.name}",
        f"END:{kind}",
    ]
    return lines


def _until(last: _Onset) -> str:
    # A day late, where nothing recurs: dateutil and vobject compare this UTC value with the wall
    # clock, and would lose the last onset of zones east of Greenwich.
    return f"{_stamp(last.local - last.before + timedelta(days=1))}Z"


def _stamp(local: datetime) -> str:
    return local.isoformat(timespec="seconds").replace("-", "").replace(":", "")


def _offset(offset: timedelta) -> str:
    seconds = int(offset.total_seconds())
    sign = "-" if seconds < 0 else "+"
    hours, rest = divmod(abs(seconds), 3600)
    text = f"{sign}{hours:02}{rest // 60:02}"
    return f"{text}{rest % 60:02}" if rest % 60 else text
