"""The month, the year and the agenda: what stands on which day, in few and bounded queries."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel import Locale
from sqlalchemy import ColumnElement, Date, Select, case, func, literal, not_, select
from sqlalchemy.orm import Session

from tracker.models import Event
from tracker.services.calendar_filter import CalendarFilter, Shown, without_texts
from tracker.services.feeds import has_days
from tracker.services.paging import Order, Page, fetch_page

# How many events stand one below the other on a day of the month; the rest are a number.
LANES = 4
# How many of those known only to a month or a year are named.
MOST_VAGUE = 20
BY_START = Order(Event.starts_at, Event.id)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bar:
    """An event within one week: from which of its days, over how many, and whether it goes on."""

    event: Event
    first: date
    days: int
    begins: bool
    ends: bool

    @property
    def last(self) -> date:
        """The last of its days in this week."""
        return self.first + (self.days - 1) * _ONE_DAY


@dataclass(frozen=True)
class Day:
    """A day of the month: the bar of each lane, or None where the lane is free, and the number."""

    day: date
    lanes: Sequence[Bar | None]
    number: int

    @property
    def more(self) -> int:
        """How many of its events no lane shows."""
        return self.number - sum(1 for bar in self.lanes if bar)


@dataclass(frozen=True)
class Month:
    """The weeks of a month; None stands for a day of another month.

    `begins` lists the events shown under the day that each begins on, the first of the month for
    those under way by then; `number` counts the events of the month, shown or not.
    """

    weeks: Sequence[Sequence[Day | None]]
    begins: Sequence[tuple[Day, Sequence[Event]]]
    number: int


@dataclass(frozen=True)
class YearMonth:
    """A month of the year: its weeks, with None for days of others, and how many events it has."""

    first: date
    weeks: Sequence[Sequence[date | None]]
    number: int


@dataclass(frozen=True)
class Year:
    """Twelve months, how many events each day has, and how many the year has."""

    months: Sequence[YearMonth]
    by_day: Mapping[date, int]
    number: int


@dataclass(frozen=True)
class Vague:
    """The first events known only to a month or a year, and whether there are more."""

    events: Sequence[Event]
    more: bool


def month_of(session: Session, asked: CalendarFilter, shown: Shown, locale: Locale) -> Month:
    """The events of a month, in weeks as the reader's language has them."""
    first, last = _days(shown)
    spans = _spans(session, asked.where(first, last), first, last)
    by_day = _by_day(spans)
    events = session.scalars(_tops_query(asked.where(first, last), first)).all()
    weeks: list[Sequence[Day | None]] = []
    for week in _weeks(first, last, locale):
        lanes = _lanes([day for day in week if day], events)
        weeks.append(
            [Day(d, tuple(lane.get(d) for lane in lanes), by_day[d]) if d else None for d in week]
        )
    days = [day for week in weeks for day in week if day is not None and day.number]
    begun = {day.day: [e for e in events if _begins(e, first) == day.day] for day in days}
    return Month(
        weeks=weeks,
        begins=[(day, begun[day.day]) for day in days if begun[day.day] or day.more],
        number=sum(spans.values()),
    )


def year_of(session: Session, asked: CalendarFilter, shown: Shown, locale: Locale) -> Year:
    """How many events each day, month and the whole of a year have.

    Cancelled ones are not counted, unless they are what was asked for.
    """
    first, last = _days(shown)
    where = asked.where(first, last)
    if "cancelled" not in asked.events.status:
        where.append(Event.status != "cancelled")
    spans = _spans(session, where, first, last)
    months = []
    for number in range(1, 13):
        start = first.replace(month=number)
        end = _before_next_month(start)
        within = sum(n for (a, b), n in spans.items() if a <= end and b >= start)
        months.append(YearMonth(start, list(_weeks(start, end, locale)), within))
    return Year(months, _by_day(spans), sum(spans.values()))


def agenda_of(
    session: Session, asked: CalendarFilter, shown: Shown, after: str | None
) -> Page[Event]:
    """A page of the events known to the day, in the order they start."""
    query = select(Event).where(*asked.where(shown.first, shown.last), has_days())
    return fetch_page(session, query.options(*without_texts()), BY_START, after)


def by_day(events: Iterable[Event], shown: Shown) -> list[tuple[date, list[Event]]]:
    """The events of an agenda by the day they begin, or that the agenda begins on if later."""
    found: dict[date, list[Event]] = {}
    for event in events:
        found.setdefault(_begins(event, shown.first), []).append(event)
    return list(found.items())


def vague_of(session: Session, asked: CalendarFilter, shown: Shown) -> Vague:
    """What is to be some time in these days, known only to a month or a year.

    In a month come first those of that month, then those of the year.
    """
    query = (
        select(Event)
        .where(
            *asked.where(shown.first, shown.last), Event.start_date.is_not(None), not_(has_days())
        )
        .options(*without_texts())
        .order_by(func.length(Event.start_date).desc(), *BY_START.by())
        .limit(MOST_VAGUE + 1)
    )
    found = session.scalars(query).all()
    return Vague(found[:MOST_VAGUE], len(found) > MOST_VAGUE)


def _days(shown: Shown) -> tuple[date, date]:
    assert shown.first is not None
    assert shown.last is not None
    return shown.first, shown.last


def _clipped(first: date, last: date) -> tuple[ColumnElement[date], ColumnElement[date]]:
    """The first and the last day of an event within these."""
    opening = literal(first, Date)
    closing = literal(last, Date)
    return (
        case((Event.first_day < opening, opening), else_=Event.first_day),
        case((Event.last_day > closing, closing), else_=Event.last_day),
    )


def _spans(
    session: Session, where: Sequence[ColumnElement[bool]], first: date, last: date
) -> Counter[tuple[date, date]]:
    """How many events have the same first and last day within these; no event is loaded."""
    begins, ends = _clipped(first, last)
    query = (
        select(begins, ends, func.count())
        .where(*where, has_days())
        .group_by(begins, ends)
    )  # fmt: skip
    return Counter({(a, b): number for a, b, number in session.execute(query)})


def _by_day(spans: Mapping[tuple[date, date], int]) -> Counter[date]:
    found: Counter[date] = Counter()
    for (first, last), number in spans.items():
        for offset in range((last - first).days + 1):
            found[first + offset * _ONE_DAY] += number
    return found


def _tops_query(where: Sequence[ColumnElement[bool]], first: date) -> Select[Event]:
    """Of the events that begin on each day the longest, no more than there are lanes.

    One that is not among them is shorter than LANES others on each of its days, so no lane would
    ever be free for it.
    """
    begins, _ends = _clipped(first, first)
    place = func.row_number().over(
        partition_by=begins, order_by=(Event.last_day.desc(), Event.starts_at, Event.id)
    )
    ranked = select(Event.id, place.label("place")).where(*where, has_days()).subquery()
    return (
        select(Event)
        .join(ranked, ranked.c.id == Event.id)
        .where(ranked.c.place <= LANES)
        .options(*without_texts())
        .order_by(*BY_START.by())
    )


def _begins(event: Event, first: date | None) -> date:
    assert event.first_day is not None
    return max(event.first_day, first) if first else event.first_day


def _lanes(week: Sequence[date], events: Sequence[Event]) -> list[dict[date, Bar]]:
    """Which event each lane of a week shows on which day: first come, the longest first."""
    bars = [bar for event in events if (bar := _bar(event, week[0], week[-1]))]
    bars.sort(
        key=lambda bar: (
            bar.first,
            -_last(bar.event).toordinal(),
            bar.event.starts_at,
            bar.event.id,
        )
    )
    lanes: list[dict[date, Bar]] = []
    for bar in bars:
        days = [bar.first + offset * _ONE_DAY for offset in range(bar.days)]
        lane = next((lane for lane in lanes if days[0] not in lane), None)
        if lane is None and len(lanes) < LANES:
            lanes.append(lane := {})
        if lane is not None:
            lane.update(dict.fromkeys(days, bar))
    return lanes


def _last(event: Event) -> date:
    assert event.last_day is not None
    return event.last_day


def _bar(event: Event, first: date, last: date) -> Bar | None:
    opening, closing = _begins(event, first), min(_last(event), last)
    if opening > closing:
        return None
    return Bar(
        event, opening, (closing - opening).days + 1,
        begins=opening == event.first_day, ends=closing == event.last_day,
    )  # fmt: skip


def _weeks(first: date, last: date, locale: Locale) -> Iterator[list[date | None]]:
    """The weeks of a month, seven days each, from the day that weeks begin on in a language."""
    day = first - ((first.weekday() - locale.first_week_day) % 7) * _ONE_DAY
    while day <= last:
        week = [day + offset * _ONE_DAY for offset in range(7)]
        yield [each if first <= each <= last else None for each in week]
        day += 7 * _ONE_DAY


def _before_next_month(first: date) -> date:
    return (first.replace(day=28) + 4 * _ONE_DAY).replace(day=1) - _ONE_DAY
