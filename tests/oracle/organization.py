"""Participation of one organization."""

from collections.abc import Iterable
from datetime import date, timedelta

from tests.oracle.coverage import coverage
from tests.oracle.participants import own_participants, participants_of
from tests.oracle.rules import (
    BREAKDOWN,
    UNKNOWN,
    all_of,
    by_attendances,
    by_events,
    counted,
    event_list,
    known_hours,
    month_of,
    organizes,
    people,
    space_of,
    took_part,
    unidentified,
    year_of,
)
from tests.oracle.world import (
    Answer,
    Asked,
    Attendance,
    Contribution,
    Event,
    Rows,
    Value,
    World,
    first_day,
    last_day,
)


def answer(world: World, asked: Asked) -> Answer:
    """All measures and tables of the report."""
    ours = ours_of(world, asked)
    events = [event for event in counted(world, asked) if took_part(world, event, ours)]
    records = [record for event in events for record in world.attended(event)]
    own = [record for record in records if record.organization in ours]

    def represents(record: Attendance) -> bool:
        return record.organization in ours

    def under(keys) -> Rows:
        return by_events(world, events, keys, represents)

    tables = {
        "by_year": under(lambda event: [year_of(event)]),
        "by_month": under(lambda event: [month_of(event)]),
        "by_space": under(lambda event: [space_of(world, event) or UNKNOWN]),
        "by_kind": under(lambda event: [event.kind]),
        "by_country": under(lambda event: [event.country or UNKNOWN]),
        "by_mode": by_attendances(own, lambda record: [record.mode], events=True),
        "by_role": by_attendances(own, lambda record: record.roles, events=True),
        "events": event_list(world, events, represents),
        "coverage": coverage(world, asked, ours),
        "together_with": together_with(world, events, ours),
        "contributions": contributions(world, asked, ours),
        "previous_period": previous_period(world, asked),
    }
    if asked.reader is not None:
        tables["delegates"] = by_attendances(
            [record for record in own if record.person], lambda record: [str(record.person)], True
        )
    return Answer(measures(world, asked), tables)


def ours_of(world: World, asked: Asked) -> set[str]:
    """The organizations that are counted as the subject."""
    assert asked.subject is not None
    return all_of(world, asked.subject, asked.rollup)


def measures(world: World, asked: Asked) -> dict[str, Value]:
    """The figures of the whole period."""
    ours = ours_of(world, asked)
    everything = counted(world, asked)
    events = [event for event in everything if took_part(world, event, ours)]
    own = [
        record
        for event in events
        for record in world.attended(event)
        if record.organization in ours
    ]
    return {
        "events": len(events),
        "attendances": len(own),
        "people": len(people(own)),
        "unidentified": unidentified(own),
        "participants": own_participants(own),
        "reached": participants_of(world, [event for event in events if organizes(event, ours)]),
        "events_organized": sum(
            any(organization in ours and role == "organizer" for organization, role in event.links)
            for event in events
        ),
        "contributions": len(contributed(world, asked, ours)),
        "countries": len({event.country for event in events if event.country}),
        "person_hours": known_hours([record.minutes for record in own]),
    }


def together_with(world: World, events: Iterable[Event], ours: set[str]) -> Rows:
    """Rule 17: the events where both were represented."""
    rows = []
    for other in sorted({each.acronym for each in world.organizations} - ours):
        shared = [
            event
            for event in events
            if any(record.organization in ours for record in world.attended(event))
            and any(record.organization == other for record in world.attended(event))
        ]
        theirs = [
            record
            for event in shared
            for record in world.attended(event)
            if record.organization == other
        ]
        if shared:
            rows.append((other, len(shared), len(theirs), len(people(theirs))))
    return Rows(BREAKDOWN, rows)


def contributed(world: World, asked: Asked, ours: set[str]) -> list[Contribution]:
    """What went to counted events; and to spaces, which have none of an event's other traits."""
    events = {event.key for event in counted(world, asked)}
    of_events = any(
        [asked.organization, asked.country, asked.grouping, asked.kind, asked.mode, asked.topic,
         asked.status]
    )  # fmt: skip

    def counts(each: Contribution) -> bool:
        if each.event is not None:
            return each.event in events
        in_space = not asked.space or each.space in asked.space
        return not of_events and in_space and wholly_within(each.date, asked)

    return [each for each in world.contributions if each.organization in ours and counts(each)]


def wholly_within(text: str | None, asked: Asked) -> bool:
    """Rule 1 for a contribution to a space."""
    if asked.first is None and asked.last is None:
        return True
    if text is None:
        return False
    after = asked.first is None or asked.first <= first_day(text)
    return after and (asked.last is None or last_day(text) <= asked.last)


def contributions(world: World, asked: Asked, ours: set[str]) -> Rows:
    """Each with the event or space that it went to."""
    given = contributed(world, asked, ours)
    rows = [(each.event or each.space, each.kind, each.title, each.date) for each in given]
    return Rows(("key", "kind", "title", "date"), sorted(rows, key=str))


def before(first: date | None, last: date | None) -> tuple[date, date] | None:
    """The whole month or year before a whole one, else as many days ending the day before."""
    if first is None or last is None:
        return None
    end = first - timedelta(days=1)
    if (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31)):
        return date(end.year, 1, 1), end
    one_month = (first.year, first.month) == (last.year, last.month)
    if one_month and first.day == 1 and (last + timedelta(days=1)).day == 1:
        return date(end.year, end.month, 1), end
    return end - (last - first), end


def lower(value: Value) -> float | None:
    """Ranges are compared by their lower ends."""
    return value[0] if isinstance(value, tuple) else value


def compared(now: dict[str, Value], then: dict[str, Value]) -> Rows:
    """Each measure beside that of another time."""
    rows = []
    for name in now:
        current, previous = lower(now[name]), lower(then[name])
        known = current is not None and previous is not None
        rows.append((name, current, previous, round(current - previous, 1) if known else None))
    return Rows(("key", "current", "previous", "change"), sorted(rows, key=lambda row: row[0]))


def previous_period(world: World, asked: Asked) -> Rows:
    """The measures beside those of the period before."""
    period = before(asked.first, asked.last)
    if period is None:
        return Rows(("key",), [])
    earlier = Asked(**{**asked.__dict__, "first": period[0], "last": period[1]})
    return compared(measures(world, asked), measures(world, earlier))
