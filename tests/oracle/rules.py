"""Rules 1 to 10: what is in the set, who was there, under what they are counted."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from unittest.mock import ANY

from tests.oracle.world import (
    Asked,
    Attendance,
    Event,
    Headcount,
    Reader,
    Rows,
    World,
    first_day,
    last_day,
)

UNKNOWN = "unknown"
BREAKDOWN = ("key", "events", "attendances", "people")
OF_ATTENDANCES = ("key", "attendances", "people")
EVENT_LIST = ("key", "start", "attendances", "people")


def in_period(event: Event, first: date | None, last: date | None) -> bool:
    """Rule 1: it starts in the period; of a month or year, all of it lies there."""
    if first is None and last is None:
        return True
    if event.start is None:
        return False
    after = first is None or first_day(event.start) >= first
    before = last is None or last_day(event.start) <= last
    return after and before


def held(event: Event, today: date) -> bool:
    """Rule 2: it has started; of a month or year this is known when that is over."""
    return event.start is not None and last_day(event.start) <= today


def visible(event: Event, reader: Reader | None) -> bool:
    """Rule 3: what a reader may see."""
    if event.deleted:
        return False
    if event.visibility == "public":
        return True
    if reader is None:
        return False
    if event.visibility == "community":
        return True
    return reader.organization is not None and reader.organization == event.owner


def wholes(world: World, event: Event) -> list[Event]:
    """Rule 4: all that an event is part-of, at any depth, the nearest first."""
    found = []
    while event.relation == "part-of" and event.parent is not None:
        event = world.event(event.parent)
        found.append(event)
    return found


def space_of(world: World, event: Event) -> str | None:
    """Rule 4: its own space, else that of what it is part-of."""
    for each in [event, *wholes(world, event)]:
        if each.space is not None:
            return each.space
    return None


def is_edition(world: World, event: Event, space: str) -> bool:
    """Rule 4: an event of the space that is not part-of another event of the same space."""
    if space_of(world, event) != space:
        return False
    return not any(space_of(world, whole) == space for whole in wholes(world, event))


def family_of(world: World, asked: Asked, event: Event, space: str) -> Event:
    """Rule 9: an event and its parts count as one: the outermost of the space around an event.

    Rule 3: of those that the reader may see and that were not cancelled.
    """
    known = seen(world, asked)
    if event not in known:
        return event
    around = [
        each
        for each in [event, *wholes(world, event)]
        if each in known and space_of(world, each) == space
    ]
    return around[-1]


def matches(world: World, event: Event, asked: Asked) -> bool:
    """The filters of INTERFACE.md; several values of one are any of them."""
    organizers = [organization for organization, role in event.links if role == "organizer"]
    partners = [organization for organization, role in event.links if role == "partner"]
    chosen = [each for each in world.groupings if each.name in asked.grouping]
    return all(
        [
            not asked.space or space_of(world, event) in asked.space,
            not asked.organization or set(asked.organization) & {*organizers, *partners},
            not asked.country or event.country in asked.country,
            not asked.kind or event.kind in asked.kind,
            not asked.mode or event.mode in asked.mode,
            not asked.status or event.status in asked.status,
            not asked.topic or set(asked.topic) & set(event.topics),
            not asked.grouping
            or any(event.country in each.countries for each in chosen)
            or any(set(organizers) & set(each.organizations) for each in chosen),
        ]
    )


def seen(world: World, asked: Asked) -> list[Event]:
    """What the reader may see and is not cancelled, whenever it is and whatever was filtered."""
    return [
        event
        for event in world.events
        if event.status != "cancelled" and visible(event, asked.reader)
    ]


def counted(world: World, asked: Asked) -> list[Event]:
    """Rules 1 to 3: the events a question is about."""
    return [
        event
        for event in seen(world, asked)
        if in_period(event, asked.first, asked.last) and matches(world, event, asked)
    ]


def all_of(world: World, organization: str, rollup: bool) -> set[str]:
    """Rule 8: with `rollup` everything below it, at any depth, and its predecessors."""
    found = {organization}
    while rollup:
        more = {
            each.acronym
            for each in world.organizations
            if each.parent in found or each.successor in found
        }
        if more <= found:
            break
        found |= more
    return found


def organizes(event: Event, ours: Iterable[str]) -> bool:
    """Whether one of them organized or partnered it."""
    return any(
        organization in ours and role in ("organizer", "partner")
        for organization, role in event.links
    )


def took_part(world: World, event: Event, ours: Iterable[str]) -> bool:
    """Rule 5: organized or partnered it, or somebody was there for them."""
    there = world.attended(event)
    return organizes(event, ours) or any(record.organization in ours for record in there)


def people(records: Iterable[Attendance]) -> set[str]:
    """Rule 6: the persons among records."""
    return {record.person for record in records if record.person is not None}


def unidentified(records: Iterable[Attendance]) -> int:
    """Rule 6: the records without person."""
    return sum(record.person is None for record in records)


def attendances_at(world: World, events: Iterable[Event]) -> list[Attendance]:
    """The attended attendances of a set of events."""
    return [record for event in events for record in world.attended(event)]


def one_decimal(minutes: float) -> float:
    """Minutes as hours, one decimal, half up."""
    hours = Decimal(minutes) / 60
    return float(hours.quantize(Decimal("0.1"), ROUND_HALF_UP))


def known_hours(known: list[int | None]) -> float | None:
    """Rule 10: what is known is added; where there is something and nothing is known, null."""
    if known and all(minutes is None for minutes in known):
        return None
    return one_decimal(sum(minutes for minutes in known if minutes is not None))


def newcomers(world: World, asked: Asked, event: Event, space: str) -> set[str] | None:
    """Rule 9: who was never recorded in the space in an earlier family than that of the event.

    All people of the world for whom that holds; None where neither the family nor the event has a
    date.
    """
    family = family_of(world, asked, event, space)
    began = family.start or event.start
    if began is None:
        return None
    before = set()
    for other in seen(world, asked):
        if space_of(world, other) != space:
            continue
        theirs = family_of(world, asked, other, space)
        if theirs == family or theirs.start is None:
            continue
        if first_day(theirs.start) < first_day(began):
            before |= people(world.attended(other))
    return {person.key for person in world.people} - before


def region_of(world: World, record: Attendance, scheme: str) -> str:
    """The region of an attendance in a scheme (INTERFACE.md)."""
    if record.group == "intergovernmental":
        return "intergovernmental"
    if record.country is None:
        return UNKNOWN
    for of, country, region in world.regions:
        if (of, country) == (scheme, record.country):
            return region
    return "elsewhere"


def by_events(
    world: World,
    events: list[Event],
    keys: Callable[[Event], Iterable[str]],
    chosen: Callable[[Attendance], bool] = lambda record: True,
) -> Rows:
    """Events under their keys, each with its attendances."""
    found = sorted({key for event in events for key in keys(event)})
    rows = []
    for key in found:
        under = [event for event in events if key in keys(event)]
        there = [record for record in attendances_at(world, under) if chosen(record)]
        rows.append((key, len(under), len(there), len(people(there))))
    return Rows(BREAKDOWN, rows)


def by_attendances(
    records: list[Attendance], keys: Callable[[Attendance], Iterable[str]], events: bool
) -> Rows:
    """Attendances under their keys, with the events they were at or without."""
    rows = []
    for key in sorted({key for record in records for key in keys(record)}):
        under = [record for record in records if key in keys(record)]
        at = (len({record.event for record in under}),) if events else ()
        rows.append((key, *at, len(under), len(people(under))))
    return Rows(BREAKDOWN if events else OF_ATTENDANCES, rows)


def event_list(
    world: World, events: list[Event], chosen: Callable[[Attendance], bool] = lambda record: True
) -> Rows:
    """The events themselves."""
    rows = []
    for event in sorted(events, key=lambda event: event.key):
        there = [record for record in world.attended(event) if chosen(record)]
        rows.append((event.key, event.start, len(there), len(people(there))))
    return Rows(EVENT_LIST, rows)


def year_of(event: Event) -> str:
    return event.start[:4] if event.start else UNKNOWN


def month_of(event: Event) -> str:
    return event.start[:7] if event.start and len(event.start) > 4 else UNKNOWN


def linked(event: Event, role: str) -> list[str]:
    """The organizations with a role on an event, or that there is none."""
    return [organization for organization, of in event.links if of == role] or [UNKNOWN]


def published(world: World, events: list[Event]) -> Rows:
    """Rule 17: the headcounts of the events, as published."""
    columns = (
        "event_key", "metric", "mode", "dimension", "value_key", "unit", "value", "qualifier",
        "adds_up",
    )  # fmt: skip
    rows = [
        (
            figure.event, figure.metric, figure.mode, figure.dimension, figure.value_key,
            figure.unit, figure.value, figure.qualifier, adds_up(world, figure),
        )
        for event in events
        for figure in world.figures(event)
    ]  # fmt: skip
    return Rows(columns, sorted(rows))


def adds_up(world: World, figure: Headcount) -> Any:
    """Rule 18: whether the parts of a table come to its own total; null without parts or total.

    Said of exact counts alone: what a single part, a percentage, at-least and about leave open is
    tested beside the figures.
    """
    if not figure.dimension:
        return None
    kin = [
        other
        for other in world.headcounts
        if (other.event, other.metric, other.mode) == (figure.event, figure.metric, figure.mode)
    ]
    totals = [other.value for other in kin if not other.dimension]
    parts = [other.value for other in kin if other.dimension == figure.dimension]
    if len(parts) == 1 or any((each.unit, each.qualifier) != ("count", "exact") for each in kin):
        return ANY
    return sum(parts) == totals[0] if totals else None
