"""Which editions of which spaces organizations attended, and which come next."""

from tests.oracle.rules import (
    all_of,
    attendances_at,
    counted,
    held,
    is_edition,
    people,
    seen,
    took_part,
    unidentified,
    wholes,
)
from tests.oracle.world import Answer, Asked, Event, Rows, World, first_day, last_day

COLUMNS = (
    "key", "engaged_as", "held", "attended", "last_attended", "next_event", "planned", "missed",
)  # fmt: skip
# The order of the load format's vocabulary.
ROLES = ("organizer", "member", "observer", "monitors")


def engaged_as(world: World, asked: Asked, ours: set[str], space: str) -> list[str]:
    """Roles in force on any day of the period."""
    roles = set()
    for each in world.engagements:
        starts_late = (
            asked.last is not None
            and each.from_date != ""
            and first_day(each.from_date) > asked.last
        )
        ended = (
            asked.first is not None
            and each.to_date is not None
            and last_day(each.to_date) < asked.first
        )
        if each.organization in ours and each.space == space and not starts_late and not ended:
            roles.add(each.role)
    return [role for role in ROLES if role in roles]


def attended(world: World, asked: Asked, edition: Event, ours: set[str]) -> bool:
    """Rule 5: who takes part in a part, whenever that is, takes part in the whole."""
    return any(
        took_part(world, part, ours)
        for part in seen(world, asked)
        if part == edition or edition in wholes(world, part)
    )


def covered(world: World, asked: Asked, ours: set[str], space: str) -> tuple | None:
    """What there is to say of organizations, taken as one, in a space; None where nothing is."""
    if asked.space and space not in asked.space:
        return None
    editions = [event for event in counted(world, asked) if is_edition(world, event, space)]
    past = [event for event in editions if held(event, asked.today)]
    there = [event for event in past if attended(world, asked, event, ours)]
    roles = engaged_as(world, asked, ours, space)
    if not roles and not there:
        return None
    coming = [event for event in editions if event.start and not held(event, asked.today)]
    following = min(coming, key=place, default=None)
    latest = max(there, key=place, default=None)
    return (
        ";".join(roles),
        len(past),
        len(there),
        latest and latest.key,
        following and following.key,
        planned(world, following, ours) if following else None,
        len(past) - len(there),
    )


def place(event: Event) -> tuple:
    """Where an event lies in time."""
    assert event.start is not None
    return first_day(event.start), event.key


def planned(world: World, event: Event, ours: set[str]) -> int:
    """The persons who are to represent them at an event."""
    return len(
        {
            record.person
            for record in world.at(event)
            if record.organization in ours
            and record.status in ("planned", "registered")
            and record.person is not None
        }
    )


def coverage(world: World, asked: Asked, ours: set[str]) -> Rows:
    """A row for each space engaged in or attended."""
    rows = [(space, covered(world, asked, ours, space)) for space in sorted(world.spaces)]
    return Rows(COLUMNS, [(space, *row) for space, row in rows if row is not None])


def answer(world: World, asked: Asked) -> Answer:
    """The matrix, and the figures of all events that its editions are looked for among."""
    events = counted(world, of_events(world, asked))
    records = attendances_at(world, events)
    measures = {
        "events": len(events),
        "attendances": len(records),
        "people": len(people(records)),
        "unidentified": unidentified(records),
    }
    return Answer(measures, {"matrix": matrix(world, asked)})


def matrix(world: World, asked: Asked) -> Rows:
    """A row for each organization and space; `organization` and `grouping` choose whose rows."""
    chosen = set(asked.organization)
    for grouping in world.groupings:
        if grouping.name in asked.grouping:
            chosen |= set(grouping.organizations)
    events = of_events(world, asked)
    rows = []
    for organization in world.organizations:
        if chosen and organization.acronym not in chosen:
            continue
        ours = all_of(world, organization.acronym, asked.rollup)
        for space in world.spaces:
            row = covered(world, events, ours, space)
            if row is not None:
                rows.append((f"{organization.acronym}/{space}".lower(), *row))
    return Rows(COLUMNS, sorted(rows))


def of_events(world: World, asked: Asked) -> Asked:
    """The question without what chooses rows: groupings of countries filter events as elsewhere."""
    countries = tuple(
        grouping.name
        for grouping in world.groupings
        if grouping.name in asked.grouping and grouping.countries
    )
    return Asked(**{**asked.__dict__, "organization": (), "grouping": countries})
