"""Rules 11 to 15: how many took part, as a range, over the persons themselves."""

from tests.oracle.rules import attendances_at, people, unidentified, wholes
from tests.oracle.world import Attendance, Event, Headcount, Range, World


def range_of(figure: Headcount) -> Range:
    """An at-least figure has no upper end, an about figure is approximate."""
    upper = None if figure.qualifier == "at-least" else figure.value
    return figure.value, upper, figure.qualifier == "about"


def headcount_of(world: World, event: Event) -> Range | None:
    """Rule 11: the figure for all, else what the figures of the modes say together."""
    figures = {
        figure.mode: figure
        for figure in world.figures(event)
        if figure.metric == "participants" and figure.dimension == "" and figure.unit == "count"
    }
    if "all" in figures:
        return range_of(figures["all"])
    there, online = figures.get("in-person"), figures.get("online")
    if there is not None and online is not None:
        first, second = range_of(there), range_of(online)
        upper = None if first[1] is None or second[1] is None else first[1] + second[1]
        return max(first[0], second[0]), upper, first[2] or second[2]
    only = there or online
    if only is None:
        return None
    lower, upper, about = range_of(only)
    return lower, upper if only.mode == event.mode else None, about


def participants_of(world: World, events: list[Event]) -> Range | None:
    """Rules 12 to 14 over a set of events."""
    records = attendances_at(world, events)
    counts = {event.key: headcount_of(world, event) for event in events}
    if not records and not any(counts.values()):
        return None
    # Rule 13: each event lies inside the nearest one around it, of the set, with a headcount.
    inside = {}
    for event in events:
        around = [whole.key for whole in wholes(world, event) if counts.get(whole.key)]
        inside[event.key] = around[0] if around else None
    named = {event.key: people(world.attended(event)) for event in events}
    for event in events:
        head = inside[event.key]
        while head is not None:
            named[head] |= people(world.attended(event))
            head = inside[head]

    everybody = len(people(records))
    lower = max([everybody, *(count[0] for count in counts.values() if count)])
    upper: int | None = everybody
    approximate = False
    for event in events:
        if inside[event.key] is not None:
            continue
        count, i = counts[event.key], len(named[event.key])
        at_most: int | None = i + unidentified(world.attended(event))
        if count is not None:
            at_most = None if count[1] is None else max(at_most, count[1])
            approximate = approximate or count[2]
        upper = None if upper is None or at_most is None else upper + at_most - i
    return lower, None if upper is None else max(lower, upper), approximate


def own_participants(records: list[Attendance]) -> Range | None:
    """Rule 15: those of an organization itself."""
    if not records:
        return None
    return len(people(records)), len(people(records)) + unidentified(records), False
