"""News of feeds, as a feed reader meets them."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.atom_reader import read_atom
from tests.factories import (
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tracker.models import EventTopic

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event(session):
    """An event that is in each of the feeds below."""
    return EventFactory(
        key="lacnic-46", name_en="LACNIC 46", name_es="LACNIC 46 en español", start_date="2026-10-05", end_date="2026-10-09",
        kind="meeting", venue="Hall", city="Montevideo", country="UY", description="A <b>\nB",
        organizer=OrganizationFactory(acronym="LACNIC", name_en="Registry"),
        space=SpaceFactory(code="LACNIC-EVENTS", name_en="LACNIC events"),
        topic_links=[EventTopic(topic=TopicFactory(slug="ipv6", name_en="IPv6"))],
    )  # fmt: skip


PAGES = {
    "/feeds/all.atom": "/events/",
    "/feeds/organizations/lacnic.atom": "/organizations/lacnic",
    "/feeds/spaces/lacnic-events.atom": "/spaces/lacnic-events",
    "/feeds/countries/uy.atom": "/events/?country=uy",
    "/feeds/kinds/meeting.atom": "/events/?kind=meeting",
    "/feeds/topics/ipv6.atom": "/events/?topic=ipv6",
    "/feeds/all.atom?q=lacnic&organization=lacnic&name=Mine": "/events/?q=lacnic&organization=lacnic",
}


@pytest.mark.parametrize("path", PAGES)
def test_a_feed_for_a_reader(client, event, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = read_atom(answer.data)
    assert feed.links == {
        ("self", "application/atom+xml"): f"http://localhost{path}",
        ("alternate", "text/html"): f"http://localhost{PAGES[path]}",
        ("alternate", "text/calendar"): f"http://localhost{path.replace('.atom', '.ics')}",
    }
    for url in feed.links.values():
        assert client.get(url).status_code == 200, url
    assert feed.updated == NOON
    (entry,) = feed.entries
    assert entry.id == f"urn:uuid:{event.uid}"
    assert entry.title == "New: LACNIC 46"
    assert entry.updated == entry.published == NOON
    assert entry.authors == ["Registry"]
    assert entry.categories == {
        "meeting": "Meeting", "lacnic-events": "LACNIC events", "ipv6": "IPv6",
    }  # fmt: skip
    assert entry.text == "5–9 Oct 2026 · Hall, Montevideo, Uruguay · In person\n\nA <b>\nB"
    for url in entry.links.values():
        assert client.get(url).status_code == 200, url


def test_what_happened_is_said_in_the_language_of_the_feed(client, event, write, clock):
    clock.shift(2 * HOUR)
    write(event, venue="Another hall")
    assert read_atom(client.get("/feeds/all.atom").data).titles == ["New: LACNIC 46"]
    clock.shift(48 * HOUR)
    write(event, venue="A third hall")
    feed = read_atom(client.get("/feeds/all.atom").data)
    assert feed.titles == ["Changed: LACNIC 46"]
    assert feed.updated == feed.entries[0].updated == NOON + 50 * HOUR
    assert feed.entries[0].published == NOON
    write(event, status="cancelled")
    assert read_atom(client.get("/feeds/all.atom").data).titles == ["Cancelled: LACNIC 46"]
    feed = read_atom(client.get("/feeds/all.atom?lang=es").data)
    assert feed.language == "es"
    assert feed.titles[0].endswith(": LACNIC 46 en español")
    assert "octubre" in feed.entries[0].text
    assert feed.entries[0].links["alternate", "text/calendar"].endswith("lacnic-46.ics?lang=es")


def test_the_newest_come_first_and_no_more_than_fifty(client, session, clock):
    for number in range(55):
        clock.shift(HOUR)
        EventFactory(name_en=f"Event {number}", start_date="2026-10-01")
    titles = read_atom(client.get("/feeds/all.atom").data).titles
    assert titles == [f"New: Event {number}" for number in range(54, 4, -1)]


def test_what_nobody_may_see_is_no_news(client, session):
    EventFactory(visibility="community", start_date="2026-10-01")
    EventFactory(start_date="2026-10")
    EventFactory(start_date="2024-10-01")
    client.sign_in(UserFactory(role="admin"))
    feed = read_atom(client.get("/feeds/all.atom").data)
    assert feed.entries == []
    assert feed.updated.year == 2000


@pytest.mark.parametrize(
    "columns", [{"deleted_at": NOON}, {"visibility": "organization"}, {"start_date": "2026-10", "end_date": "2026-10"}]
)  # fmt: skip
def test_what_was_withdrawn_is_said_without_details(client, event, write, clock, columns):
    clock.shift(HOUR)
    write(event, **columns)
    clock.shift(HOUR)
    write(event, name_en="Secret 46")
    answer = client.get("/feeds/all.atom")
    (entry,) = read_atom(answer.data).entries
    assert (entry.title, entry.updated) == ("Withdrawn", NOON + HOUR)
    assert entry.id == f"urn:uuid:{event.uid}"
    assert (entry.links, entry.authors, entry.categories) == ({}, [], {})
    for secret in ("Secret", "lacnic-46", "Montevideo", "2026-10"):
        assert secret not in answer.text
    clock.shift(timedelta(days=91))
    assert read_atom(client.get("/feeds/all.atom").data).entries == []


def test_no_person_is_named(client, event, session):
    PersonFactory(name="Demo Sofía")
    assert "@" not in client.get("/feeds/all.atom").text.replace("@example", "")
    assert "Sofía" not in client.get("/feeds/all.atom").text


def test_a_reader_that_has_it_is_told_so(client, event, write, clock):
    first = client.get("/feeds/all.atom")
    assert first.headers["Cache-Control"].startswith("public, max-age=")
    assert first.headers["Last-Modified"] == "Mon, 15 Jun 2026 12:00:00 GMT"
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/feeds/all.atom", headers=known).status_code == 304
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get("/feeds/all.atom", headers=since).status_code == 304
    assert client.get("/feeds/all.ics", headers=known).status_code == 200
    clock.shift(HOUR)
    write(event, venue="Another hall")
    assert client.get("/feeds/all.atom", headers=known).status_code == 200
    assert client.get("/feeds/all.atom", headers=since).status_code == 200


def test_head_and_gzip(client, event):
    plain = client.get("/feeds/all.atom")
    head = client.head("/feeds/all.atom")
    assert head.data == b""
    assert head.headers["ETag"] == plain.headers["ETag"]
    small = client.get("/feeds/all.atom", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data


def test_a_feed_is_the_same_for_everybody(client, event):
    plain = client.get("/feeds/all.atom")
    client.sign_in(UserFactory(language="es", role="admin"))
    again = client.get("/feeds/all.atom", headers={"Accept-Language": "es"})
    assert again.data == plain.data
    assert "Cookie" not in again.headers.get("Vary", "")


@pytest.mark.parametrize(
    "path, status",
    [
        ("/feeds/spaces/none.atom", 404),
        ("/feeds/kinds/party.atom", 404),
        ("/feeds/all.atom?kind=party", 400),
        ("/feeds/all.atom?color=red", 400),
    ],
)
def test_what_is_not_there_is_said_in_plain_text(client, session, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.mimetype == "text/plain"


def test_a_feed_takes_a_constant_number_of_queries(client, session, count_queries):
    counts = []
    for more in (1, 3, 27):
        for _ in range(more):
            EventFactory(start_date="2026-07-01", organizer=OrganizationFactory(), space=SpaceFactory(),
                         topic_links=[EventTopic(topic=TopicFactory())])  # fmt: skip
        with count_queries:
            assert client.get("/feeds/all.atom").status_code == 200
        counts.append(count_queries.count)
    # The first time there is nothing yet that was told before.
    assert counts[1] == counts[2]
