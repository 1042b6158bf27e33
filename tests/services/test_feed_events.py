"""How an event reads in a calendar, and which events calendars show."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from sqlalchemy import true

from tests.factories import EventFactory, OrganizationFactory, SpaceFactory, TopicFactory
from tracker.models import EventOrganization, EventTopic, OldSlug
from tracker.models.changes import attribute
from tracker.services.feed_events import Reading, calendar_events
from tracker.services.feeds import PUBLIC_AUDIENCE, find_published

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
BASE = "https://example.org"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def read(session):
    def entry(event, language="en"):
        reading = Reading(language, BASE, private=False)
        (found,) = calendar_events(session, [event.id], true(), reading, {})
        return found.entry

    return entry


def test_all_of_an_event(session, read):
    organizer = OrganizationFactory(acronym="LACNIC")
    whole = EventFactory()
    event = EventFactory(
        key="lacnic-46", name_en="LACNIC 46", name_es="LACNIC 46 es", start_date="2026-10-05", end_date="2026-10-09",
        venue="Hall", city="Asunción", country="BR", latitude=-25.3, longitude=-57.6, description="What for",
        space=SpaceFactory(name_en="LACNIC events", name_es="Eventos de LACNIC"),
        topic_links=[EventTopic(topic=TopicFactory(name_en="IPv6", name_es="IPv6 es"))],
        organizer=organizer, parent=whole, relation="co-located", join_url="https://example.org/join",
    )  # fmt: skip
    found = read(event, "es")
    assert (found.start, found.end) == (date(2026, 10, 5), date(2026, 10, 9))
    assert found.summary == "LACNIC 46 es"
    assert found.location == "Hall, Asunción, Brasil"
    assert found.description == "What for\n\nhttps://example.org/events/lacnic-46"
    assert found.url == "https://example.org/events/lacnic-46"
    assert found.categories == ("Reunión", "Eventos de LACNIC", "IPv6 es")
    assert found.organizer == "LACNIC"
    assert found.parent_uid == whole.uid
    assert found.conference is None
    assert found.changed == found.created == NOON


def test_names_in_no_such_language_are_in_another(session, read):
    event = EventFactory(name_en=None, name_pt="Reunião", space=SpaceFactory(name_en="Forum"))
    assert read(event, "es").summary == "Reunião"
    assert read(event, "pt").categories == ("Reunião", "Forum")


def test_organizers_stand_in_their_order(session, read):
    names = [OrganizationFactory(acronym=name) for name in ("LACNIC", "ISOC", "ICANN")]
    places = zip(names, (3, 1, 2), strict=True)
    event = EventFactory(
        organization_links=[
            EventOrganization(organization=name, role="organizer", position=place)
            for name, place in places
        ]
    )
    assert read(event).organizer == "ISOC, ICANN, LACNIC"


def test_times_are_wall_clock_times_in_the_zone(session, read):
    found = read(EventFactory(start_time=time(22), end_time=time(1), end_date="2023-05-09"))
    assert found.timezone == "America/Montevideo"
    assert (found.start, found.end) == (datetime(2023, 5, 8, 22), datetime(2023, 5, 9, 1))


def test_an_event_without_an_end_time_ends_as_it_starts(session, read):
    found = read(EventFactory(start_time=time(9)))
    assert found.start == found.end == datetime(2023, 5, 8, 9)


@pytest.mark.parametrize("values", [{"visibility": "community"}, {"deleted_at": NOON}])
def test_a_parent_that_is_not_public_is_not_named(session, read, values):
    assert read(EventFactory(parent=EventFactory(**values), relation="part-of")).parent_uid is None


def test_an_online_event_is_online(session, read):
    assert read(EventFactory(mode="online", city=None, country=None)).location == "Online"
    assert read(EventFactory(mode="online", city=None, country=None), "es").location == "En línea"


@pytest.mark.parametrize("key, found", [("now", "now"), ("former", "now"), ("none", None)])
def test_an_event_is_found_by_what_it_is_or_was_called(session, key, found):
    event = EventFactory(key="now")
    attribute(session, "test", None)
    session.add(OldSlug(noun="events", slug="former", target_id=event.id))
    session.commit()
    published = find_published(session, key, PUBLIC_AUDIENCE)
    assert (published.key if published else None) == found


@pytest.mark.parametrize(
    "values", [{"visibility": "community"}, {"start_date": "2026-09"}, {"deleted_at": NOON}]
)
def test_an_event_that_calendars_do_not_show_is_not_found(session, values):
    EventFactory(key="a", **values)
    assert find_published(session, "a", PUBLIC_AUDIENCE) is None
