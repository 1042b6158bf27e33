"""One space over its editions."""

from tests.oracle.participants import participants_of
from tests.oracle.rules import (
    BREAKDOWN,
    UNKNOWN,
    attendances_at,
    by_attendances,
    counted,
    family_of,
    is_edition,
    newcomers,
    people,
    space_of,
    unidentified,
)
from tests.oracle.world import Answer, Asked, Event, Rows, World


def of_space(world: World, asked: Asked) -> list[Event]:
    """Rule 4: the counted events whose space, their own or that of a whole, this is."""
    return [event for event in counted(world, asked) if space_of(world, event) == asked.subject]


def answer(world: World, asked: Asked) -> Answer:
    """All measures and tables of the report."""
    assert asked.subject is not None
    events = of_space(world, asked)
    records = attendances_at(world, events)
    families: dict[str, list[Event]] = {}
    for event in events:
        families.setdefault(family_of(world, asked, event, asked.subject).key, []).append(event)
    editions, retention = [], []
    for key, members in sorted(families.items()):
        there = attendances_at(world, members)
        ends = participants_of(world, members) or (None, None, None)
        editions.append((key, len(members), len(there), len(people(there)), *ends))
        new = newcomers(world, asked, world.event(key), asked.subject)
        if new is None:
            retention.append((key, len(people(there)), None, None))
        else:
            fresh = len(people(there) & new)
            retention.append((key, len(people(there)), len(people(there)) - fresh, fresh))
    tables = {
        "by_edition": Rows((*BREAKDOWN, "at_least", "at_most", "approximate"), editions),
        "by_organization": by_attendances(records, lambda r: [r.organization or UNKNOWN], True),
        "by_country": by_attendances(records, lambda r: [r.country or UNKNOWN], True),
        "by_stakeholder_group": by_attendances(records, lambda r: [r.group or UNKNOWN], True),
        "retention": Rows(("key", "people", "returning", "newcomers"), retention),
    }
    return Answer(
        {
            "events": len(events),
            "attendances": len(records),
            "people": len(people(records)),
            "unidentified": unidentified(records),
            "editions": sum(is_edition(world, event, asked.subject) for event in events),
            "participants": participants_of(world, events),
        },
        tables,
    )
