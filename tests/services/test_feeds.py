"""Which events a public feed shows, and how each reads."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from tests.factories import (
    AttendanceFactory,
    EngagementFactory,
    EventFactory,
    OrganizationFactory,
    SpaceFactory,
    TopicFactory,
)
from tracker.formats.icalendar_feed import CalendarTombstone
from tracker.models import Event, EventOrganization, EventTopic
from tracker.models.changes import attribute
from tracker.services.feeds import calendar_event, feed_content, of_organization
from tracker.services.filters import EventFilter, conditions

TODAY = date(2026, 6, 15)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
BASE = "https://example.org"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def feed(session):
    def content(*extra, today=TODAY, **wanted):
        return feed_content(session, EventFilter(**wanted), extra, "en", BASE, today)

    return content


@pytest.fixture
def keys(session, feed):
    def found(*extra, **wanted):
        uids = {event.uid: event.key for event in session.query(Event)}
        return [uids[entry.uid] for entry in feed(*extra, **wanted).entries]

    return found


@pytest.fixture
def write(session):
    def change(row, **columns):
        attribute(session, "test", None)
        for name, value in columns.items():
            setattr(row, name, value)
        session.commit()

    return change


def test_the_last_twelve_months_and_all_to_come(session, keys):
    for key, day in (
        ("old", "2025-06-14"),
        ("year-ago", "2025-06-15"),
        ("far", "2199-01-01"),
        ("now", "2026-06-15"),
    ):
        EventFactory(key=key, start_date=day)
    EventFactory(key="long", start_date="2025-06-01", end_date="2025-06-15")
    assert keys() == ["long", "year-ago", "now", "far"]


def test_from_and_to_say_otherwise(session, keys):
    for year in (2020, 2023, 2026):
        EventFactory(key=f"e-{year}", start_date=f"{year}-01-01")
    assert keys(first=date(2021, 1, 1)) == ["e-2023", "e-2026"]
    assert keys(last=date(2023, 12, 31)) == ["e-2020", "e-2023"]
    assert keys(first=date(2021, 1, 1), last=date(2025, 1, 1)) == ["e-2023"]


def test_neither_events_without_days_nor_hidden_ones(session, keys):
    EventFactory(key="month", start_date="2026-07")
    EventFactory(key="half", start_date="2026-07-01", end_date="2026-08")
    EventFactory(key="undated", start_date=None)
    EventFactory(key="community", start_date="2026-07-01", visibility="community")
    EventFactory(key="organization", start_date="2026-07-01", visibility="organization")
    EventFactory(key="cancelled", start_date="2026-07-01", status="cancelled")
    EventFactory(key="tentative", start_date="2026-07-01", status="tentative")
    assert keys() == ["cancelled", "tentative"]


# ---- an organization's feed


@pytest.mark.parametrize(
    "role, shown", [("organizer", True), ("partner", True), ("host", False), ("sponsor", False)]
)
def test_what_an_organization_organizes_or_partners(session, keys, role, shown):
    organization = OrganizationFactory()
    EventFactory(
        key="a",
        start_date="2026-07-01",
        organization_links=[EventOrganization(organization=organization, role=role)],
    )
    assert keys(of_organization(organization)) == (["a"] if shown else [])


@pytest.mark.parametrize(
    "status, shown",
    [
        ("planned", True),
        ("registered", True),
        ("attended", True),
        ("no-show", False),
        ("cancelled", False),
    ],
)
def test_what_it_attends_or_plans_to(session, keys, status, shown):
    organization = OrganizationFactory()
    event = EventFactory(key="a", start_date="2026-07-01")
    for _ in range(2):
        AttendanceFactory(event=event, organization=organization, status=status)
    assert keys(of_organization(organization)) == (["a"] if shown else [])


@pytest.mark.parametrize(
    "start, end, shown",
    [
        ("", None, True),
        ("2026", None, True),
        ("2026-07-02", None, False),
        ("2020", "2026-06", False),
        ("2020", "2026-07", True),
    ],
)
def test_the_events_of_spaces_it_is_engaged_in_then(session, keys, start, end, shown):
    engagement = EngagementFactory(from_date=start, to_date=end)
    EventFactory(key="a", start_date="2026-07-01", space=engagement.space)
    EventFactory(key="other", start_date="2026-07-01", space=SpaceFactory())
    assert keys(of_organization(engagement.organization)) == (["a"] if shown else [])


# ---- what has left


@pytest.mark.parametrize(
    "leaves",
    [
        {"deleted_at": NOON},
        {"visibility": "community"},
        {"start_date": "2026-07", "end_date": "2026-07"},
    ],
)
def test_what_has_left_is_told_for_ninety_days(session, feed, write, clock, leaves):
    event = EventFactory(start_date="2026-07-01", end_date="2026-07-03")
    write(event, **leaves)
    (gone,) = feed().entries
    assert isinstance(gone, CalendarTombstone)
    assert (gone.uid, gone.sequence, gone.changed) == (event.uid, 1, NOON)
    assert (gone.start, gone.end) == (date(2026, 7, 1), date(2026, 7, 3))

    assert len(feed(today=TODAY + timedelta(days=90)).entries) == 1
    after = feed(today=TODAY + timedelta(days=91))
    assert list(after.entries) == []
    assert after.changed == NOON + timedelta(days=90)


def test_what_has_left_the_window_before_is_not_told(session, feed, write):
    event = EventFactory(start_date="2020-07-01")
    write(event, deleted_at=NOON)
    assert list(feed().entries) == []


def test_what_comes_back_is_an_event_again(session, keys, feed, write):
    event = EventFactory(key="a", start_date="2026-07-01")
    write(event, visibility="community")
    write(event, visibility="public")
    (entry,) = feed().entries
    assert not isinstance(entry, CalendarTombstone)
    assert entry.sequence == 2


def test_what_left_is_told_in_the_feeds_it_was_in(session, keys, write):
    one, two = SpaceFactory(), SpaceFactory()
    event = EventFactory(key="a", start_date="2026-07-01", space=one)
    write(event, deleted_at=NOON)
    assert keys(Event.space_id == one.id) == ["a"]
    assert keys(Event.space_id == two.id) == []


# ---- when a feed changed


def test_a_feed_changes_with_what_it_shows_and_nothing_else(session, feed, write, clock):
    shown = EventFactory(start_date="2026-07-01", country="UY")
    other = EventFactory(start_date="2026-07-01", country="BR")
    uy = conditions(EventFilter(country=("UY",)))
    clock.move_to(NOON + timedelta(hours=1))
    write(other, city="Recife")
    write(shown, notes="seen")
    assert feed(*uy).changed == NOON
    write(shown, venue="Hall 3")
    assert feed(*uy).changed == NOON + timedelta(hours=1)


def test_an_event_that_leaves_the_window_changes_the_feed(session, feed):
    with time_machine.travel("2024-01-01T00:00Z", tick=False):
        EventFactory(start_date="2025-06-15")
        EventFactory(start_date="2025-09-01")
    assert feed().changed == datetime(2024, 1, 1, tzinfo=UTC)
    assert feed(today=TODAY + timedelta(days=1)).changed == datetime(2026, 6, 16, tzinfo=UTC)
    assert feed(today=TODAY + timedelta(days=9)).changed == datetime(2026, 6, 16, tzinfo=UTC)


def test_a_feed_without_events_has_always_been_so(session, feed):
    assert feed().changed == datetime(2000, 1, 1, tzinfo=UTC)


# ---- how an event reads


def test_all_of_an_event(app, session):
    organizer = OrganizationFactory(acronym="LACNIC")
    whole = EventFactory()
    event = EventFactory(
        key="lacnic-46", name_en="LACNIC 46", name_es="LACNIC 46 es", start_date="2026-10-05", end_date="2026-10-09",
        venue="Hall", city="Asunción", country="BR", latitude=-25.3, longitude=-57.6, description="What for",
        space=SpaceFactory(name_en="LACNIC events", name_es="Eventos de LACNIC"),
        topic_links=[EventTopic(topic=TopicFactory(name_en="IPv6", name_es="IPv6 es"))],
        organizer=organizer, parent=whole, relation="co-located", join_url="https://example.org/join",
    )  # fmt: skip
    with app.test_request_context():
        found = calendar_event(event, "es", BASE)
    assert (found.start, found.end) == (date(2026, 10, 5), date(2026, 10, 9))
    assert found.summary == "LACNIC 46 es"
    assert found.location == "Hall, Asunción, Brasil"
    assert found.description == "What for\n\nhttps://example.org/events/lacnic-46"
    assert found.url == "https://example.org/events/lacnic-46"
    assert found.categories[1:] == ("Eventos de LACNIC", "IPv6 es")
    assert found.organizer == "LACNIC"
    assert found.parent_uid == whole.uid
    assert found.conference is None
    assert found.changed == found.created == NOON


def test_times_are_wall_clock_times_in_the_zone(app, session):
    event = EventFactory(start_time=time(22), end_time=time(1), end_date="2023-05-09")
    found = calendar_event(event, "en", BASE)
    assert found.timezone == "America/Montevideo"
    assert (found.start, found.end) == (datetime(2023, 5, 8, 22), datetime(2023, 5, 9, 1))


@pytest.mark.parametrize("values", [{"visibility": "community"}, {"deleted_at": NOON}])
def test_a_parent_that_is_not_public_is_not_named(app, session, values):
    event = EventFactory(parent=EventFactory(**values), relation="part-of")
    assert calendar_event(event, "en", BASE).parent_uid is None


def test_an_online_event_is_online(app, session):
    event = EventFactory(mode="online", city=None, country=None)
    assert calendar_event(event, "en", BASE).location == "Online"
