"""Feeds as a calendar program meets them (CALENDARS.md)."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import time_machine
import vobject

from tests.factories import (
    AttendanceFactory,
    EventFactory,
    OrganizationFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tracker.models import EventTopic, OldSlug
from tracker.models.changes import attribute

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC", name_en="LACNIC")


@pytest.fixture
def event(session, lacnic):
    """An event that is in each of the feeds below."""
    return EventFactory(
        key="lacnic-46", name_en="LACNIC 46", name_es="LACNIC 46 en español", start_date="2026-10-05", end_date="2026-10-09",
        kind="meeting", venue="Hall; one, two", city="Montevideo", country="UY", organizer=lacnic, description="A\nB",
        space=SpaceFactory(code="LACNIC-EVENTS", name_en="LACNIC events", name_es="Eventos de LACNIC"),
        topic_links=[EventTopic(topic=TopicFactory(slug="ipv6", name_en="IPv6"))],
    )  # fmt: skip


FEEDS = [
    "/feeds/all.ics", "/feeds/organizations/lacnic.ics", "/feeds/spaces/lacnic-events.ics", "/feeds/countries/uy.ics",
    "/feeds/countries/UY.ics", "/feeds/kinds/meeting.ics", "/feeds/topics/ipv6.ics",
    "/feeds/all.ics?q=lacnic&space=lacnic-events&organization=lacnic&country=uy&kind=meeting&topic=ipv6&mode=in-person&status=confirmed&from=2026-01-01&to=2026-12-31",
]  # fmt: skip


def events_of(answer):
    return {str(e["SUMMARY"]): e for e in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")}


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_for_two_libraries(client, event, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("inline; filename=")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    (found,) = events_of(answer).values()
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (date(2026, 10, 5), date(2026, 10, 10))
    assert found["UID"] == event.uid
    assert "ATTENDEE" not in found
    assert not found.walk("VALARM")
    (other,) = vobject.readOne(answer.text).vevent_list
    assert other.summary.value == "LACNIC 46"
    assert other.location.value == "Hall; one, two, Montevideo, Uruguay"
    assert other.dtstart.value == date(2026, 10, 5)


# ---- conditional requests


def test_an_event_that_comes_to_a_feed_without_being_edited_changes_it(client, event, clock):
    other = OrganizationFactory(acronym="ISOC")
    before = client.get("/feeds/organizations/isoc.ics")
    assert events_of(before) == {}
    clock.move_to(NOON + timedelta(hours=1))
    AttendanceFactory(event=event, organization=other, status="planned")
    after = client.get(
        "/feeds/organizations/isoc.ics",
        headers={"If-Modified-Since": before.headers["Last-Modified"]},
    )
    assert set(events_of(after)) == {"LACNIC 46"}


# ---- what is in


def test_a_space_renamed_keeps_its_feed_and_its_identifiers(client, event, session, write):
    before = client.get("/feeds/spaces/lacnic-events.ics")
    write(event.space, code="EVENTS")
    after = client.get("/feeds/spaces/lacnic-events.ics")
    assert after.status_code == 200
    assert [e["UID"] for e in events_of(after).values()] == [
        e["UID"] for e in events_of(before).values()
    ]
    assert client.get("/feeds/spaces/events.ics").status_code == 200


def test_an_organization_merged_away_keeps_its_feed(client, event, session, lacnic):
    attribute(session, "test", None)
    session.add(OldSlug(noun="organizations", slug="old-name", target_id=lacnic.id))
    session.commit()
    assert set(events_of(client.get("/feeds/organizations/old-name.ics"))) == {"LACNIC 46"}


def test_the_window_moves_with_the_day(client, session, clock):
    EventFactory(name_en="Old", start_date="2025-06-15")
    first = client.get("/feeds/all.ics")
    assert set(events_of(first)) == {"Old"}
    clock.move_to(NOON + timedelta(days=1))
    later = client.get("/feeds/all.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert events_of(later) == {}
    assert later.headers["Last-Modified"] == "Tue, 16 Jun 2026 12:00:00 GMT"
    assert set(events_of(client.get("/feeds/all.ics?from=2025-01-01"))) == {"Old"}


# ---- what is refused


def test_a_signed_out_reader_gets_a_bad_filter_in_the_feeds_language(client, session):
    answer = client.get("/feeds/all.ics?kind=party", headers={"Accept-Language": "es"})
    assert "has no value" in answer.text


# ---- one event


def test_one_event_is_a_download(client, event):
    answer = client.get("/events/lacnic-46.ics")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lacnic-46.ics"'
    calendar = icalendar.Calendar.from_ical(answer.data)
    assert "X-WR-CALNAME" not in calendar
    assert set(events_of(answer)) == {"LACNIC 46"}
    assert set(events_of(client.get("/events/lacnic-46.ics?lang=es"))) == {"LACNIC 46 en español"}


def test_one_event_without_days_is_none(client, session):
    EventFactory(key="september", start_date="2026-09")
    assert client.get("/events/september.ics").status_code == 404


def test_the_owner_may_download_what_only_it_sees(client, session, lacnic):
    EventFactory(key="hush", visibility="organization", owner=lacnic)
    assert client.get("/events/hush.ics").status_code == 404
    client.sign_in(UserFactory(organization=lacnic))
    answer = client.get("/events/hush.ics")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_feed_takes_a_constant_number_of_queries(client, session, count_queries):
    client.get("/feeds/all.ics")  # of a feed that was never asked for, more is written down
    counts = []
    for more in (3, 27):
        for _ in range(more):
            EventFactory(start_date="2026-07-01", organizer=OrganizationFactory(), space=SpaceFactory(),
                         topic_links=[EventTopic(topic=TopicFactory())], parent=EventFactory(), relation="part-of")  # fmt: skip
        for path in ("/feeds/all.ics", "/feeds/"):
            with count_queries:
                assert client.get(path).status_code == 200
            counts.append(count_queries.count)
    assert counts[:2] == counts[2:]
