"""The bytes of a calendar file to what is in it, in this process: child.py runs it in another."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta

from tracker.formats.calendars.events import Entry, LeftOut, Source, is_private, read_entry
from tracker.formats.calendars.parents import in_circles
from tracker.formats.calendars.results import (
    CalendarProblem,
    Component,
    Limits,
    ReadCalendar,
    ReadEvent,
    UnreadableCalendar,
)
from tracker.formats.calendars.series import Occurrence, Series, occurrences, series_of
from tracker.formats.calendars.structure import Node, scan
from tracker.formats.calendars.texts import Texts, shortened, texts_of
from tracker.formats.calendars.zones import Zones
from tracker.formats.content_lines import many_lines

Guard = Callable[[Component], AbstractContextManager[None]]

_LONGEST_NAME = 200
_LONGEST_DESCRIPTION = 1_000


class _Problems:
    """What is reported, as much of it as anybody reads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: list[CalendarProblem] = []
        self._more = 0

    def __call__(self, code: str, component: Component | None, detail: str) -> None:
        if len(self._kept) < self._most:
            self._kept.append(CalendarProblem(code, component, detail))
        else:
            self._more += 1

    def all(self) -> tuple[CalendarProblem, ...]:
        """Those that were kept, and how many were not."""
        if not self._more:
            return tuple(self._kept)
        return (*self._kept, CalendarProblem("more-problems", None, str(self._more)))


def unguarded(component: Component) -> AbstractContextManager[None]:
    """No limit of time."""
    return nullcontext()


def parse_calendar(
    content: bytes, first: date, last: date, limits: Limits, guard: Guard = unguarded
) -> ReadCalendar:
    """What a calendar file holds of the days from first to last.

    `guard` surrounds the work on each component; it may raise LeftOut. Raises UnreadableCalendar.
    """
    problems = _Problems(limits.problems)
    calendars = scan(content, limits, problems)
    sources = [
        Source(Zones(calendar), calendar.text("METHOD").upper() == "CANCEL")
        for calendar in calendars
    ]
    entries: list[Entry] = []
    for calendar, source in zip(calendars, sources, strict=True):
        entries += _entries(calendar, source, problems, guard)
        source.zones.settle(first, last)
    _drop_circles(entries, problems)
    reader = _Reader(first, last, limits, problems)
    for series in _all_series(entries, problems):
        reader.take(series, guard)
    events, complete = _earliest(reader.events, last, limits, problems)
    zones = {source.zones.name for source in sources}
    description = next(filter(None, (_about(calendar) for calendar in calendars)), "")
    return ReadCalendar(
        name=next(filter(None, (_name(calendar) for calendar in calendars)), ""),
        description=description,
        timezone=zones.pop() if len(zones) == 1 else None,
        events=tuple(events),
        problems=problems.all(),
        cancelled=all(source.cancelled for source in sources),
        last=complete,
    )


def _name(calendar: Node) -> str:
    return shortened(calendar.text("X-WR-CALNAME", "NAME"), _LONGEST_NAME)


def _about(calendar: Node) -> str:
    line = calendar.first("X-WR-CALDESC", "DESCRIPTION")
    return shortened(many_lines(line.text), _LONGEST_DESCRIPTION) if line else ""


def _entries(calendar: Node, source: Source, problems: _Problems, guard: Guard) -> Iterator[Entry]:
    for node in calendar.children:
        if node.kind != "VEVENT":
            continue
        try:
            with guard(node.component()):
                entry = read_entry(node, source, problems)
        except LeftOut as reason:
            problems(reason.code, node.component(), reason.detail)
        else:
            yield entry


def _drop_circles(entries: Iterable[Entry], problems: _Problems) -> None:
    """Take the parents from events that would be their own."""
    parents = {entry.uid: entry.parent_uid for entry in entries if entry.parent_uid}
    circles = in_circles(parents)
    told = set()
    for entry in entries:
        if entry.uid in circles and entry.parent_uid in circles:
            if entry.uid not in told:
                told.add(entry.uid)
                problems("cyclic-parent", entry.component, entry.parent_uid or "")
            entry.parent_uid = None


def _all_series(entries: Iterable[Entry], problems: _Problems) -> Iterator[Series]:
    by_uid: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_uid[entry.uid].append(entry)
    for same in by_uid.values():
        yield series_of(same, problems)


class _Reader:
    """Collects the events of one series after the other."""

    def __init__(self, first: date, last: date, limits: Limits, problems: _Problems) -> None:
        self.events: list[ReadEvent] = []
        self._first = first
        self._last = last
        self._limits = limits
        self._problems = problems

    def take(self, series: Series, guard: Guard) -> None:
        """Take the events of a series; of one whose rule cannot be followed, none."""
        component = _component(series)
        try:
            with guard(component):
                found = list(self._events(series, component))
        except LeftOut as reason:
            self._problems(reason.code, component, reason.detail)
        else:
            self.events += found

    def _events(self, series: Series, component: Component) -> Iterator[ReadEvent]:
        texts: dict[int, Texts] = {}
        count = 0
        for occurrence in occurrences(series, self._first, self._last):
            days = _When(occurrence)
            if days.last < self._first or days.first > self._last:
                continue
            count += 1
            if count > self._limits.occurrences + len(series.exceptions):
                detail = str(self._limits.occurrences)
                self._problems("too-many-occurrences", component, detail)
                return
            entry = occurrence.entry
            if entry.component.number not in texts:
                texts[entry.component.number] = texts_of(entry.node)
                if days.floats:
                    self._problems("floating", entry.component, "")
            yield _event(occurrence, days, texts[entry.component.number], series)


def _component(series: Series) -> Component:
    entry = series.master or next(iter(series.exceptions.values()))
    return entry.component


class _When:
    """The days and times of an occurrence, as they are told."""

    def __init__(self, occurrence: Occurrence) -> None:
        self.zone: str | None = None
        self.times: tuple[str | None, str | None] = (None, None)
        start = occurrence.start
        if isinstance(start, datetime):
            zones = occurrence.entry.source.zones
            begin, self.zone = zones.told(start)
            end, _ = zones.told(start + occurrence.length)
            end = max(begin, end)
            self.first, self.last = begin.date(), end.date()
            self.times = begin.strftime("%H:%M"), end.strftime("%H:%M")
        else:
            self.first, self.last = start, start + occurrence.length

    @property
    def floats(self) -> bool:
        """Whether it is a time that nobody can place."""
        return self.times[0] is not None and self.zone is None


def _event(occurrence: Occurrence, when: _When, texts: Texts, series: Series) -> ReadEvent:
    entry = occurrence.entry
    called_off = series.master is not None and series.master.status == "cancelled"
    return ReadEvent(
        uid=entry.uid,
        recurrence=occurrence.recurrence,
        summary=texts.summary,
        description=texts.description,
        location=texts.location,
        start_date=when.first.isoformat(),
        end_date=when.last.isoformat(),
        start_time=when.times[0],
        end_time=when.times[1],
        timezone=when.zone,
        url=texts.url,
        status="cancelled" if called_off else entry.status,
        conference=texts.conference,
        latitude=texts.latitude,
        longitude=texts.longitude,
        organizer=texts.organizer,
        categories=texts.categories,
        parent_uid=entry.parent_uid,
        sequence=entry.sequence,
        changed=entry.changed,
        private=is_private(entry.node),
    )


def _earliest(
    events: list[ReadEvent], last: date, limits: Limits, problems: _Problems
) -> tuple[list[ReadEvent], date]:
    """As many events as are taken of a calendar, in order, and the last day of which all are."""
    events = sorted(
        events,
        key=lambda event: (event.start_date, event.start_time or "", event.uid, event.recurrence),
    )
    if len(events) <= limits.events:
        return events, last
    beyond = events[limits.events].start_date
    kept = [event for event in events[: limits.events] if event.start_date < beyond]
    if not kept:
        raise UnreadableCalendar("too-large", detail=f"{limits.events} events")
    problems("too-many-events", None, str(limits.events))
    return kept, date.fromisoformat(beyond) - timedelta(days=1)
