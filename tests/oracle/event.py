"""One event by the numbers."""

from tests.oracle.organization import compared
from tests.oracle.participants import participants_of
from tests.oracle.rules import (
    UNKNOWN,
    attendances_at,
    by_attendances,
    counted,
    event_list,
    is_edition,
    known_hours,
    newcomers,
    people,
    published,
    region_of,
    seen,
    space_of,
    unidentified,
    wholes,
)
from tests.oracle.world import Answer, Asked, Attendance, Event, Rows, Value, World, first_day


def subject_of(world: World, asked: Asked) -> Event:
    """The event that is asked about."""
    assert asked.subject is not None
    return world.event(asked.subject)


def family(world: World, asked: Asked) -> list[Event]:
    """Rule 4: the event and everything part-of it; nothing of an event that is cancelled."""
    subject = subject_of(world, asked)
    if subject.status == "cancelled":
        return []
    return [
        event
        for event in counted(world, asked)
        if event == subject or subject in wholes(world, event)
    ]


def answer(world: World, asked: Asked) -> Answer:
    """All measures and tables of the report."""
    events = family(world, asked)
    sessions = [event for event in events if event.key != asked.subject]
    records = attendances_at(world, events)

    def under(keys) -> Rows:
        return by_attendances(records, keys, events=False)

    def gender(record: Attendance) -> str:
        return (record.person and world.person(record.person).gender) or UNKNOWN

    def region(record: Attendance) -> list[str]:
        return [region_of(world, record, asked.scheme)]

    def newcomers_from(key: str) -> tuple[int, int]:
        """The attendances of newcomers of a region, and how many people they are."""
        of_new = [r for r in records if region(r) == [key] and r.person in (new or ())]
        return len(of_new), len(people(of_new))

    new = fresh(world, asked, events)
    by_region = under(region)
    tables = {
        "by_mode": under(lambda record: [record.mode]),
        "by_region": by_region,
        "by_country": under(lambda record: [record.country or UNKNOWN]),
        "by_stakeholder_group": under(lambda record: [record.group or UNKNOWN]),
        "by_organization": under(lambda record: [record.organization or UNKNOWN]),
        "by_gender": under(lambda record: [gender(record)]),
        "by_role": under(lambda record: record.roles),
        "newcomers_by_region": Rows(
            by_region.columns,
            [(row[0], *newcomers_from(row[0])) for row in by_region.rows if new is not None],
        ),
        "sessions": event_list(world, sessions),
        "compared": previous_edition(world, asked),
        "published": published(world, events),
    }
    return Answer(measures(world, asked), tables)


def fresh(world: World, asked: Asked, events: list[Event]) -> set[str] | None:
    """Rule 9: the newcomers among the people of the event; None where there is no space."""
    subject = subject_of(world, asked)
    space = space_of(world, subject)
    new = newcomers(world, asked, subject, space) if space else None
    return None if new is None else new & people(attendances_at(world, events))


def measures(world: World, asked: Asked) -> dict[str, Value]:
    """The figures of the event with its parts."""
    events = family(world, asked)
    records = attendances_at(world, events)
    sessions = [event for event in events if event.key != asked.subject]
    statuses = [record.status for event in events for record in world.at(event)]
    new = fresh(world, asked, events)
    lengths = [event.times and event.times[1] - event.times[0] for event in sessions]
    return {
        "events": len(events),
        "attendances": len(records),
        "people": len(people(records)),
        "unidentified": unidentified(records),
        "participants": participants_of(world, events),
        "registrations": sum(each in ("registered", "attended", "no-show") for each in statuses),
        "no_shows": statuses.count("no-show"),
        "countries": len({record.country for record in records} - {None}),
        "organizations": len({record.organization for record in records} - {None}),
        "newcomers": None if new is None else len(new),
        "sessions": len(sessions),
        "session_hours": known_hours(lengths),
    }


def previous_edition(world: World, asked: Asked) -> Rows:
    """The measures beside those of the edition of the space before."""
    subject = subject_of(world, asked)
    space = space_of(world, subject)
    if space is None or subject.start is None or not is_edition(world, subject, space):
        return Rows(("key",), [])
    began = first_day(subject.start)
    earlier = [
        event
        for event in seen(world, asked)
        if is_edition(world, event, space) and event.start and first_day(event.start) < began
    ]
    if not earlier:
        return Rows(("key",), [])
    latest = max(first_day(event.start) for event in earlier if event.start)
    before = min(event.key for event in earlier if event.start and first_day(event.start) == latest)
    # The period is the event's; the edition before it lies elsewhere.
    then = Asked(**{**asked.__dict__, "subject": before, "first": None, "last": None})
    return compared(measures(world, asked), measures(world, then))
