"""The bytes of events that are kept: the same as fresh ones, and made no oftener than needed."""

from datetime import date, time

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from tests import factories
from tests.conftest import empty
from tests.factories import (
    EventFactory,
    OrganizationFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tracker import feed_cache
from tracker.extensions import db
from tracker.formats.icalendar_feed import CalendarFeed
from tracker.models import Event, EventOrganization, EventTopic, Organization, Space, Topic
from tracker.models.base import utcnow
from tracker.models.changes import attribute
from tracker.services import feed_pieces
from tracker.services.bounded_cache import BoundedCache
from tracker.services.feed_events import Reading
from tracker.services.feeds import Audience, FeedEvents, write_calendar
from tracker.services.filters import EventFilter

BASE = "https://example.org"
HEAD = CalendarFeed("Name", "", "", "en", None)
EVERYTHING = EventFilter(first=date(1990, 1, 1))


def body(session, user=None, language="en", base=BASE):
    events = FeedEvents(EVERYTHING, (), Audience(user), date(2026, 6, 15))
    reading = Reading(language, base, private=user is not None)
    return write_calendar(session, "a database", events, reading, HEAD).body


@pytest.fixture
def rendered(monkeypatch):
    """The events that were rendered, by what their UID begins with."""
    calls = []
    original = feed_pieces.render_entry

    def render(entry, language):
        calls.append(entry.summary)
        return original(entry, language)

    monkeypatch.setattr(feed_pieces, "render_entry", render)
    return calls


def write(row, **columns):
    attribute(db.session, "test", None)
    for name, value in columns.items():
        setattr(row, name, value)
    db.session.commit()


def test_an_event_is_rendered_once_per_change(session, rendered):
    one, _two = (EventFactory(name_en=name) for name in ("One", "Two"))
    body(session)
    assert sorted(rendered) == ["One", "Two"]
    body(session)
    assert len(rendered) == 2
    write(one, venue="Hall 3")
    assert b"Hall 3" in body(session)
    assert rendered[2:] == ["One"]


def test_twice_in_a_second_is_a_change_too(session):
    event = EventFactory()
    for venue in ("Hall 1", "Hall 2", "Hall 3"):
        write(event, venue=venue)
        assert venue.encode() in body(session)


@pytest.mark.parametrize(
    "other",
    [{"language": "es"}, {"base": "https://other.example.org"}],
    ids=lambda o: next(iter(o)),
)
def test_languages_and_sites_have_their_own(session, rendered, other):
    EventFactory(mode="online", city=None, country=None)
    first, second = body(session), body(session, **other)
    assert first != second
    assert (body(session), body(session, **other)) == (first, second)
    assert len(rendered) == 2


def test_private_feeds_share_theirs(session, rendered):
    parent = EventFactory(name_en="Parent", visibility="organization", owner=OrganizationFactory())
    EventFactory(name_en="Part", parent=parent, relation="part-of")
    users = [UserFactory(), UserFactory(organization=OrganizationFactory())]
    for user in users:
        body(session, user)
    assert rendered == ["Part"]
    owner = UserFactory(organization=parent.owner)
    assert b"RELATED-TO" in body(session, owner)
    assert b"RELATED-TO" not in body(session, users[0])
    assert sorted(rendered) == ["Parent", "Part", "Part"]


def test_an_event_hidden_between_its_version_and_its_bytes_is_left_out(session):
    event = EventFactory()
    asked = [(event.id, event.feed_version, None)]
    reading = Reading("en", BASE, private=False)
    hidden = Event.visibility == "community"
    assert feed_pieces.pieces(session, "a database", reading, asked, hidden) == []


def test_a_feed_larger_than_what_is_kept_is_whole(session, monkeypatch):
    monkeypatch.setattr(feed_pieces, "_pieces", BoundedCache(2_000, lambda _key, p: len(p.body)))
    for number in range(20):
        EventFactory(key=f"e-{number}")
    for _turn in range(2):
        assert body(session).count(b"BEGIN:VEVENT") == 20
    assert feed_pieces._pieces.bytes <= 2_000


@pytest.mark.parametrize("private", [False, True])
def test_the_number_of_queries_does_not_depend_on_that_of_events(session, count_queries, private):
    user = UserFactory() if private else None
    counts = []
    for more in (2, 30):
        for _ in range(more):
            EventFactory(
                organizer=OrganizationFactory(),
                space=SpaceFactory(),
                topic_links=[EventTopic(topic=TopicFactory())],
                parent=EventFactory(),
                relation="part-of",
            )
        for _turn in range(2):
            with count_queries:
                body(session, user)
            counts.append(count_queries.count)
    assert counts[:2] == counts[2:]
    assert counts[1] == 2


# ---- after any edits, what is kept is what would be written anew

COLUMNS = {
    "venue": st.sampled_from(["Hall 1", "Hall 2", None]),
    "description": st.sampled_from(["a\nb", "<p>c</p>", None]),
    "visibility": st.sampled_from(["public", "community", "organization"]),
    "status": st.sampled_from(["confirmed", "tentative", "cancelled"]),
    "deleted_at": st.sampled_from([None, utcnow()]),
    "join_url": st.sampled_from(["https://example.org/join", None]),
    "start_time": st.sampled_from([None, time(9)]),
    "timezone": st.sampled_from(["America/Lima", "America/New_York", "UTC"]),
    "owner_id": st.sampled_from([0, 1]),
    "notes": st.sampled_from(["x", "y"]),
    "country": st.sampled_from(["BR", "UY", None]),
}
EDITS = st.one_of(
    st.tuples(st.just("days"), st.integers(0, 2), st.sampled_from(["2026-07-01", "2026-08", None])),
    st.tuples(st.sampled_from(["space", "topic", "organization"]), st.integers(0, 1), st.text("ab", min_size=1)),
    st.tuples(st.sampled_from(["part-of", "organizers", "topics", "of-space"]), st.integers(0, 2), st.integers(0, 2)),
    *(st.tuples(st.just(name), st.integers(0, 2), values) for name, values in COLUMNS.items()),
)  # fmt: skip


class Scene:
    """Three events and what they show, to be edited."""

    def __init__(self):
        self.organizations = [OrganizationFactory() for _ in range(2)]
        self.spaces = [SpaceFactory() for _ in range(2)]
        self.topics = [TopicFactory() for _ in range(2)]
        self.events = [
            EventFactory(
                organizer=self.organizations[0],
                space=self.spaces[0],
                topic_links=[EventTopic(topic=self.topics[0])],
                start_date="2026-07-01",
            )
            for _ in range(3)
        ]
        self.readers = [None, UserFactory(), UserFactory(organization=self.organizations[1])]

    def edit(self, what, place, value):
        match what:
            case "space" | "topic" | "organization":
                row = db.session.get(
                    {"space": Space, "topic": Topic, "organization": Organization}[what],
                    getattr(self, f"{what}s")[place].id,
                )
                write(row, **{"acronym" if what == "organization" else "name_en": value})
                return
            case "days":
                columns = {"start_date": value, "end_date": value}
                columns |= {} if value == "2026-07-01" else {"start_time": None, "end_time": None}
            case "part-of":
                other = self.events[value % len(self.events)]
                alone = other.id == self.events[place].id
                columns = {
                    "parent": None if alone else other,
                    "relation": None if alone else "part-of",
                }
            case "organizers":
                links = [
                    EventOrganization(organization=one, role="organizer", position=number)
                    for number, one in enumerate(self.organizations[:value])
                ]
                columns = {"organization_links": []}
                write(self.events[place], **columns)
                columns = {"organization_links": links}
            case "topics":
                write(self.events[place], topic_links=[])
                columns = {"topic_links": [EventTopic(topic=one) for one in self.topics[:value]]}
            case "of-space":
                columns = {"space": [*self.spaces, None][value]}
            case "owner_id":
                columns = {"owner_id": self.organizations[value].id}
            case "start_time":
                known = self.events[place].start_date == "2026-07-01"
                columns = {"start_time": value if known else None}
            case _:
                columns = {what: value}
        write(self.events[place], **columns)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(EDITS, min_size=1, max_size=6))
def test_what_is_kept_is_what_would_be_written_anew(sqlite_app, edits):
    with sqlite_app.app_context():
        factories.use(db.session)
        scene = Scene()
        for edit in edits:
            scene.edit(*edit)
            kept = [body(db.session, reader) for reader in scene.readers]
            feed_pieces.forget()
            assert kept == [body(db.session, reader) for reader in scene.readers]
        feed_cache.forget()
    empty(sqlite_app)


def test_the_scene_shows_its_events(session):
    Scene()
    assert body(session).count(b"BEGIN:VEVENT") == len(session.scalars(select(Event)).all()) == 3
