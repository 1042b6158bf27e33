"""What calendars are told of a change: SEQUENCE, when it changed, and what has left."""

from datetime import UTC, datetime, time

import pytest
import time_machine

from tests.factories import EventFactory, OrganizationFactory, SpaceFactory, TopicFactory
from tracker.models import EventOrganization, EventTopic
from tracker.models.changes import attribute

MADE = datetime(2023, 1, 1, 12, tzinfo=UTC)
LATER = datetime(2023, 2, 1, 12, tzinfo=UTC)
STILL_LATER = datetime(2023, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(MADE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def write(session, clock):
    """Set columns of a row, later."""

    def change(row, at=LATER, **columns):
        clock.move_to(at)
        attribute(session, "test", None)
        for name, value in columns.items():
            setattr(row, name, value)
        session.commit()
        return row

    return change


@pytest.mark.parametrize(
    "columns",
    [
        {"start_date": "2023-05-07"},
        {"end_date": "2023-05-09"},
        {"start_time": time(9), "end_time": time(10)},
        {"timezone": "America/Lima"},
        {"venue": "Hall 2"},
        {"city": "Rocha"},
        {"country": "AR"},
        {"status": "cancelled"},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_sequence_rises_with_time_place_and_status(session, write, columns):
    event = EventFactory()
    assert event.sequence == 0
    write(event, **columns)
    assert event.sequence == 1
    assert event.feed_changed_at == LATER


@pytest.mark.parametrize(
    "columns",
    [
        {"name_en": "Another name"},
        {"description": "More"},
        {"url": "https://example.org/"},
        {"kind": "forum"},
        {"latitude": 1.5, "longitude": 2.5},
        {"mode": "online"},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_what_else_is_shown_moves_the_stamp_alone(session, write, columns):
    event = write(EventFactory(), **columns)
    assert (event.sequence, event.feed_changed_at) == (0, LATER)


@pytest.mark.parametrize(
    "columns",
    [
        {"notes": "seen"},
        {"source": "a page"},
        {"join_url": "https://example.org/x"},
        {"city": "Montevideo"},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_what_no_feed_shows_moves_nothing(session, write, columns):
    event = write(EventFactory(), **columns)
    assert (event.sequence, event.feed_changed_at) == (0, MADE)


def test_a_renamed_space_changes_its_events_and_no_others(session, write):
    space = SpaceFactory()
    event, other = EventFactory(space=space), EventFactory(space=SpaceFactory())
    write(space, name_es="Otro nombre")
    assert event.feed_changed_at == LATER
    assert other.feed_changed_at == MADE
    assert event.sequence == 0


def test_a_space_whose_website_changes_changes_none(session, write):
    event = EventFactory(space=SpaceFactory())
    write(event.space, website="https://example.org/")
    assert event.feed_changed_at == MADE


def test_a_renamed_organizer_changes_its_events(session, write):
    organizer = OrganizationFactory()
    event, other = EventFactory(organizer=organizer), EventFactory()
    write(organizer, acronym="RENAMED")
    assert (event.feed_changed_at, other.feed_changed_at) == (LATER, MADE)


def test_a_renamed_topic_changes_its_events(session, write):
    topic = TopicFactory()
    event = EventFactory(topic_links=[EventTopic(topic=topic)])
    write(topic, name_pt="Outro nome")
    assert event.feed_changed_at == LATER


def test_links_that_come_and_go_change_the_event(session, write):
    event = EventFactory()
    write(
        event,
        organization_links=[
            EventOrganization(organization=OrganizationFactory(), role="organizer")
        ],
    )
    assert event.feed_changed_at == LATER
    write(event, at=STILL_LATER, organization_links=[])
    assert event.feed_changed_at == STILL_LATER


def test_organizers_that_change_places_change_the_event(session, write):
    links = [
        EventOrganization(organization=OrganizationFactory(), role="organizer", position=n)
        for n in (0, 1)
    ]
    event = EventFactory(organization_links=links)
    write(links[0], position=2)
    assert event.feed_changed_at == LATER


def test_a_parent_that_is_hidden_changes_its_parts_which_name_it(session, write):
    whole = EventFactory()
    part = EventFactory(parent=whole, relation="part-of")
    write(whole, visibility="community")
    assert part.feed_changed_at == LATER
    assert part.sequence == 0


@pytest.mark.parametrize(
    "leaves, returns",
    [
        ({"deleted_at": LATER}, {"deleted_at": None}),
        ({"visibility": "community"}, {"visibility": "public"}),
        ({"visibility": "organization"}, {"visibility": "public"}),
        (
            {"start_date": "2023-05", "end_date": "2023-05"},
            {"start_date": "2023-05-20", "end_date": "2023-05-20"},
        ),
        (
            {"start_date": None, "end_date": None},
            {"start_date": "2023-05-20", "end_date": "2023-05-20"},
        ),
    ],
    ids=["deleted", "community", "organization", "month only", "no date"],
)
def test_what_leaves_calendars_is_remembered_until_it_returns(session, write, leaves, returns):
    event = EventFactory(start_date="2023-05-08", end_date="2023-05-10")
    write(event, **leaves)
    assert event.withdrawn_at == event.feed_changed_at == LATER
    assert (event.withdrawn_start, event.withdrawn_end) == ("2023-05-08", "2023-05-10")
    assert event.sequence == 1

    write(event, at=STILL_LATER, **returns)
    assert event.withdrawn_at is None
    assert event.withdrawn_start is None
    assert event.withdrawn_end is None
    assert event.sequence == 2
    assert event.feed_changed_at == STILL_LATER


def test_an_event_with_times_leaves_with_them(session, write):
    event = EventFactory(start_time=time(9, 30), end_time=time(11))
    write(event, deleted_at=LATER)
    assert event.withdrawn_start == "2023-05-08T09:30"
    assert event.withdrawn_end == "2023-05-08T11:00"


def test_the_zone_it_left_with_is_kept(session, write):
    event = EventFactory(start_time=time(9, 30), timezone="America/Lima")
    write(event, deleted_at=LATER, timezone="America/Bogota")
    assert event.withdrawn_timezone == "America/Lima"


@pytest.mark.parametrize("visibility", ["public", "community", "organization"])
def test_who_saw_it_is_kept(session, write, visibility):
    event = EventFactory(visibility=visibility)
    write(event, deleted_at=LATER)
    assert event.withdrawn_visibility == visibility


def test_what_returns_to_fewer_has_still_left_the_others(session, write):
    event = EventFactory()
    write(event, deleted_at=LATER)
    write(event, at=STILL_LATER, deleted_at=None, visibility="community")
    assert (event.withdrawn_visibility, event.withdrawn_at) == ("public", LATER)
    write(event, at=STILL_LATER, visibility="public")
    assert (event.withdrawn_visibility, event.withdrawn_at) == (None, None)


def test_what_was_in_no_calendar_is_not_withdrawn(session, write):
    undated = EventFactory(start_date="2023")
    write(undated, deleted_at=LATER)
    assert undated.withdrawn_at is None


@pytest.mark.parametrize("name", ["space", "parent"])
def test_another_space_or_parent_is_a_change(session, write, name):
    event = EventFactory(parent=EventFactory(), relation="part-of")
    write(event, **{name: SpaceFactory() if name == "space" else EventFactory()})
    assert (event.feed_changed_at, event.feed_version) == (LATER, 2)


def test_the_version_rises_within_a_second_too(session, write):
    space = SpaceFactory()
    event = EventFactory(space=space)
    seen = [event.feed_version]
    for name in ("One", "Two"):
        write(space, name_en=name)
        session.refresh(event)
        seen.append(event.feed_version)
    write(event, description="More")
    assert [*seen, event.feed_version] == [1, 2, 3, 4]
    write(event, notes="Nobody reads this in a calendar")
    assert event.feed_version == 4


def test_what_left_once_keeps_the_moment_it_left(session, write):
    event = EventFactory()
    write(event, visibility="community")
    write(event, at=STILL_LATER, deleted_at=STILL_LATER)
    assert event.withdrawn_at == LATER
