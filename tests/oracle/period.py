"""Everything in a period."""

from tests.oracle.participants import participants_of
from tests.oracle.rules import (
    UNKNOWN,
    attendances_at,
    by_events,
    counted,
    event_list,
    linked,
    month_of,
    people,
    published,
    space_of,
    unidentified,
)
from tests.oracle.world import Answer, Asked, Rows, World


def answer(world: World, asked: Asked) -> Answer:
    """All measures and tables of the report."""
    events = counted(world, asked)
    records = attendances_at(world, events)

    def under(keys) -> Rows:
        return by_events(world, events, keys)

    return Answer(
        {
            "events": len(events),
            "attendances": len(records),
            "people": len(people(records)),
            "unidentified": unidentified(records),
            "participants": participants_of(world, events),
            "sessions": sum(event.relation == "part-of" for event in events),
            "countries": len({event.country for event in events} - {None}),
            "organizations": len({record.organization for record in records} - {None}),
            "topics": len({topic for event in events for topic in event.topics}),
        },
        {
            "by_month": under(lambda event: [month_of(event)]),
            "by_kind": under(lambda event: [event.kind]),
            "by_space": under(lambda event: [space_of(world, event) or UNKNOWN]),
            "by_topic": under(lambda event: event.topics or [UNKNOWN]),
            "by_country": under(lambda event: [event.country or UNKNOWN]),
            "by_mode": under(lambda event: [event.mode]),
            "by_organizer": under(lambda event: linked(event, "organizer")),
            "by_partner": under(lambda event: linked(event, "partner")),
            "events": event_list(world, events),
            "published": published(world, events),
        },
    )
