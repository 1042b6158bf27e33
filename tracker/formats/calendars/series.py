"""Recurrences: which originals a series has, and what became of each (RFC 5545, 3.8.4.4, 3.8.5)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from dateutil.rrule import rrulestr

from tracker.formats.calendars.events import Entry, LeftOut
from tracker.formats.calendars.structure import Report
from tracker.formats.calendars.times import Moment, parse_value, wall_clock

_DAY = timedelta(days=1)
_LONGEST_RULE = 1_000
# Onsets that are walked through before the period that is read: 270 years of days.
_MOST_STEPS = 100_000


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One of a series, or what does not recur: what tells it, when it starts, how long it takes."""

    entry: Entry
    recurrence: str
    start: Moment
    length: timedelta


@dataclass(slots=True)
class Series:
    """The components with one UID: what recurs, and its exceptions by their original start."""

    master: Entry | None
    exceptions: dict[Moment, Entry]

    @property
    def zone(self) -> tzinfo | None:
        """The zone by whose clocks it recurs."""
        start = self.master.start if self.master else None
        return start.tzinfo if isinstance(start, datetime) else None


def series_of(entries: Iterable[Entry], report: Report) -> Series:
    """The series of the components with one UID; of two that say the same, the newer counts."""
    by_age = sorted(entries, key=lambda entry: entry.age)
    master: Entry | None = None
    exceptions: dict[Moment, Entry] = {}
    for entry in by_age:
        if entry.recurrence_id is None:
            if master is not None:
                report("duplicate-uid", master.component, "")
            master = entry
    for entry in by_age:
        if entry.recurrence_id is not None:
            key = _original(entry.recurrence_id, master)
            if key in exceptions:
                report("duplicate-uid", exceptions[key].component, "")
            exceptions[key] = entry
    return Series(master, exceptions)


def _original(moment: Moment, master: Entry | None) -> Moment:
    """An original start as its series counts it: a day, or a time by the clock of its zone."""
    if master is None:
        return moment
    if not isinstance(master.start, datetime):
        return moment.date() if isinstance(moment, datetime) else moment
    if isinstance(moment, datetime):
        return wall_clock(moment, master.start.tzinfo)
    return datetime.combine(moment, master.start.time())


def occurrences(series: Series, first: date, last: date) -> Iterator[Occurrence]:
    """What may touch the days from first to last, give or take some days.

    Raises LeftOut where its rule cannot be followed.
    """
    master, exceptions = series.master, series.exceptions
    excluded = _Excluded(master) if master else ()
    for original, entry in exceptions.items():
        if original not in excluded:
            yield Occurrence(entry, _written(original, series), entry.start, entry.length)
    if master is None or isinstance(excluded, tuple):
        return
    if not master.recurs and not exceptions:
        yield Occurrence(master, "", master.start, master.length)
        return
    following = sorted(
        ((original, entry) for original, entry in exceptions.items() if entry.and_following),
        key=lambda pair: _comparable(pair[0]),
    )
    for original, length in _originals(master, _margin(series), excluded, first, last):
        if original not in exceptions:
            yield _ordinary(series, original, length, following)


def _ordinary(
    series: Series,
    original: Moment,
    length: timedelta | None,
    following: list[tuple[Moment, Entry]],
) -> Occurrence:
    """One of a series without an exception of its own; an earlier one may hold for it too."""
    assert series.master is not None
    entry, shift = series.master, timedelta(0)
    for changed, exception in following:
        if _comparable(changed) < _comparable(original):
            entry = exception
            shift = _shift(changed, exception, series.zone)
    start = original + shift
    if isinstance(start, datetime):
        start = start.replace(tzinfo=series.zone)
    if length is None or entry is not series.master:
        length = entry.length
    return Occurrence(entry, _written(original, series), start, length)


def _shift(original: Moment, exception: Entry, zone: tzinfo | None) -> timedelta:
    start = exception.start
    if isinstance(original, datetime) and isinstance(start, datetime):
        return wall_clock(start, zone) - original
    if isinstance(original, datetime) or isinstance(start, datetime):
        return timedelta(0)
    return start - original


class _Excluded:
    """What EXDATE takes out of a series: times, and whole days."""

    def __init__(self, master: Entry) -> None:
        timed = isinstance(master.start, datetime)
        self.days = {moment for moment in master.excluded if not isinstance(moment, datetime)}
        self.times = {
            _original(moment, master)
            for moment in master.excluded
            if isinstance(moment, datetime) or not timed
        }

    def __contains__(self, original: Moment) -> bool:
        day = original.date() if isinstance(original, datetime) else original
        return original in self.times or day in self.days


def _originals(
    master: Entry, margin: timedelta, excluded: _Excluded, first: date, last: date
) -> Iterator[tuple[Moment, timedelta | None]]:
    """The starts of a series that may matter, and the lengths of those that have their own."""
    begin, end = _start_of(first) - margin, _start_of(last) + margin
    own = {_original(moment, master): length for moment, length in master.added}
    # The first counts whatever the rule says.
    starts = {_original(master.start, master), *own}
    for rule in master.except_rules:
        excluded.times.update(_recurring(rule, master, begin, end))
    seen = {original for original in starts if begin <= _comparable(original) <= end}
    for original in sorted(seen, key=_comparable):
        if original not in excluded:
            yield original, own.get(original)
    for rule in master.rules:
        for original in _recurring(rule, master, begin, end):
            if original not in seen and original not in excluded:
                yield original, None
            seen.add(original)


def _margin(series: Series) -> timedelta:
    """How far from the period an original may lie whose occurrence touches it."""
    assert series.master is not None
    margin = 3 * _DAY + series.master.length
    for original, entry in series.exceptions.items():
        if entry.and_following:
            margin = max(
                margin, 3 * _DAY + entry.length + abs(_shift(original, entry, series.zone))
            )
    return margin + max((length for _, length in series.master.added if length), default=0 * _DAY)


def _recurring(rule: str, master: Entry, begin: datetime, end: datetime) -> Iterator[Moment]:
    """The starts that a rule gives between two times by the clock."""
    whole_days = not isinstance(master.start, datetime)
    start = _comparable(_original(master.start, master))
    kept, until = _without_until(rule, master)
    limit = min(end, until) if until else end
    try:
        for step, moment in enumerate(rrulestr(kept, dtstart=start)):
            if moment > limit:
                return
            if step > _MOST_STEPS:
                raise LeftOut("too-slow", rule[:120])
            if moment >= begin:
                yield moment.date() if whole_days else moment
    except LeftOut:
        raise
    except Exception as error:
        # dateutil says what is wrong with a rule by whatever it stumbles over.
        raise LeftOut("bad-rule", rule[:120]) from error


def _without_until(rule: str, master: Entry) -> tuple[str, datetime | None]:
    """A rule as dateutil takes it, and its end by the clock of the series.

    An end that is a day includes that day; a negative count (Outlook's) means none.
    """
    if len(rule) > _LONGEST_RULE:
        raise LeftOut("bad-rule", rule[:120])
    until = None
    kept = []
    for part in filter(None, rule.upper().replace(" ", "").split(";")):
        name, _, value = part.partition("=")
        if name == "UNTIL":
            until = _until(value, master, rule)
        elif not name.startswith("X-") and not (name == "COUNT" and value.startswith("-")):
            kept.append(part)
    return ";".join(kept), until


def _until(text: str, master: Entry, rule: str) -> datetime | None:
    if text[:4] >= "2200" and text[:8].isdigit():
        return None
    try:
        value = parse_value(text)
    except ValueError as error:
        raise LeftOut("bad-rule", rule[:120]) from error
    if not isinstance(value, datetime) or not isinstance(master.start, datetime):
        return datetime.combine(value, time.max)
    return wall_clock(value, master.start.tzinfo)


def _comparable(moment: Moment) -> datetime:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    return datetime.combine(moment, time.min)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _written(original: Moment, series: Series) -> str:
    """An original start as it names one of a recurrence."""
    if not isinstance(original, datetime):
        return original.isoformat()
    zone = series.zone if series.master else original.tzinfo
    clock = original.replace(tzinfo=None).isoformat(timespec="seconds")
    return f"{clock}Z" if zone is UTC else clock
