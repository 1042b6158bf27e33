"""CALENDARS.md, 11 and 13 to 16: the days, what is shown of an event, and which events."""

from datetime import date, time

import pytest

from tests.calendars.awkward import log_awkward_events, log_what_no_public_feed_shows
from tests.calendars.conftest import NOON
from tests.factories import (
    AttendanceFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tracker.models import EventTopic, PersonEmail

pytestmark = pytest.mark.usefixtures("clock")


# ---- days


@pytest.mark.parametrize(
    "first, last, day_after",
    [
        ("2026-10-05", "2026-10-09", date(2026, 10, 10)),
        ("2026-12-31", "2026-12-31", date(2027, 1, 1)),
        ("2028-02-28", "2028-02-29", date(2028, 3, 1)),
        ("2026-10-31", "2026-11-02", date(2026, 11, 3)),
    ],
)
def test_point_11_days_end_on_the_day_after(session, only, events, first, last, day_after):
    event = EventFactory(start_date=first, end_date=last, timezone="America/New_York")
    read = only()
    assert read.kind("dtstart") == read.kind("dtend") == "date"
    assert (events()[event.uid].start, events()[event.uid].end) == (
        date.fromisoformat(first),
        day_after,
    )


def test_point_11_a_meeting_of_several_days_is_no_timed_block(session, client, events):
    client.sign_in(UserFactory(role="editor"))
    typed = {"name_en": "Forum", "start_date": "2026-10-05", "end_date": "2026-10-09", "kind": "meeting",
             "mode": "unknown", "status": "confirmed", "visibility": "public", "timezone": "America/Lima"}  # fmt: skip
    hours = {"start_time": "09:00", "end_time": "18:00"}
    assert client.post("/events/new", data=typed | hours).status_code == 422
    assert client.post("/events/new", data=typed).status_code == 303
    (read,) = events().values()
    assert (read.start, read.end) == (date(2026, 10, 5), date(2026, 10, 10))


# ---- what an event shows


def test_point_13_everything_known_is_shown(session, only, events):
    whole = EventFactory(key="whole", start_date="2020-01-01")
    event = EventFactory(
        key="forum", name_en="Forum", name_pt="Fórum", start_date="2026-10-05", kind="training",
        description="What for", venue="Salão", city="São Paulo", country="BR", latitude=-23.5505, longitude=-46.633333,
        space=SpaceFactory(name_en="IGF", name_pt="Fórum global"), topic_links=[EventTopic(topic=TopicFactory(name_pt="Nomes"))],
        organizer=OrganizationFactory(acronym="NIC.br"), parent=whole, relation="part-of",
        url="https://example.org/their-own-page",
    )  # fmt: skip
    path = "/feeds/all.ics?lang=pt"
    page = "http://localhost/events/forum"
    (read,) = events(path).values()
    assert read.summary == "Fórum"
    assert read.description == f"What for\n\n{page}"
    assert read.location == "Salão, São Paulo, Brasil"
    assert read.categories[1:] == ("Fórum global", "Nomes")
    assert read.categories[0] not in ("", "training")
    found = only(path)
    assert found.value("geo") == [-23.5505, -46.633333]
    assert (found.kind("url"), found.value("url")) == ("uri", page)
    assert found.value("status") == "CONFIRMED"
    assert found.parameters("organizer")["cn"] == "NIC.br"
    assert not found.value("organizer").startswith("mailto:")
    assert found.value("related-to") == whole.uid
    assert found.parameters("related-to").get("reltype", "PARENT") == "PARENT"
    assert event.uid == read.uid


@pytest.mark.parametrize(
    "values, shown",
    [
        ({}, "TRANSPARENT"),
        ({"start_time": time(9), "end_time": time(10)}, "OPAQUE"),
        ({"start_time": time(9), "status": "cancelled"}, "TRANSPARENT"),
    ],
)
def test_point_13_only_hours_take_up_time(session, only, values, shown):
    EventFactory(start_date="2026-10-05", **values)
    assert only().value("transp") == shown


@pytest.mark.parametrize("status", ["tentative", "confirmed", "cancelled"])
def test_point_13_status_is_said(session, only, status):
    EventFactory(start_date="2026-10-05", status=status)
    assert only().value("status") == status.upper()


def test_point_13_what_is_not_known_is_left_out(session, only):
    EventFactory(start_date="2026-10-05", city=None, country=None, mode="unknown")
    names = only().names
    assert {"location", "geo", "organizer", "related-to", "conference"}.isdisjoint(names)


@pytest.mark.parametrize(
    "values", [{"visibility": "community"}, {"deleted_at": NOON}, {"visibility": "organization"}]
)
def test_point_13_a_parent_that_is_hidden_is_not_named(session, fetch, only, values):
    whole = EventFactory(key="whole", start_date="2020-01-01", **values)
    EventFactory(start_date="2026-10-05", parent=whole, relation="part-of")
    assert "related-to" not in only().names
    assert whole.uid.encode() not in fetch()


def test_point_13_public_feeds_have_no_join_link(session, fetch, only):
    EventFactory(key="e", start_date="2026-10-05", join_url="https://meet.example.org/secret")
    for path in ("/feeds/all.ics", "/events/e.ics"):
        assert "conference" not in only(path).names
        assert b"meet.example.org" not in fetch(path)


def test_point_14_neither_alarms_nor_people_nor_addresses(session, fetch, calendar):
    logged = log_awkward_events(session)
    person = PersonFactory(
        name="Demo Attendee", emails=[PersonEmail(address="attendee@example.org")]
    )
    for event in logged.values():
        AttendanceFactory(event=event, person=person, organization=OrganizationFactory())
    for path in ("/feeds/all.ics", "/feeds/organizations/lacnic.ics?lang=es", "/events/whole.ics"):
        for event in calendar(path).components("vevent"):
            assert event.parts == []
            assert {"attendee", "contact"}.isdisjoint(event.names)
        body = fetch(path).lower()
        assert b"mailto:" not in body
        assert b"attendee" not in body


def test_point_15_location_and_url_are_the_plain_ones(session, calendar):
    log_awkward_events(session)
    for event in calendar().components("vevent"):
        assert event.kind("location") == "text"
        assert event.kind("url") == "uri"
        assert event.value("url").startswith("http://localhost/events/")
        # More may be said beside them, in components and links of RFC 9073 and 9253.
        assert {part.name for part in event.parts} <= {"vlocation"}


# ---- which events


def test_point_16_neither_events_without_days_nor_hidden_ones(session, events):
    hidden = log_what_no_public_feed_shows()
    shown = EventFactory(start_date="2026-10-05")
    for path in ("/feeds/all.ics", "/feeds/kinds/meeting.ics", "/feeds/all.ics?from=2000-01-01"):
        assert set(events(path)) == {shown.uid}
    assert len(hidden) == 5


def test_point_16_a_signed_in_reader_gets_no_more(session, client, events):
    owner = OrganizationFactory()
    EventFactory(start_date="2026-10-05", visibility="organization", owner=owner)
    EventFactory(start_date="2026-10-05", visibility="community")
    client.sign_in(UserFactory(role="admin", organization=owner))
    assert events() == {}


def test_point_16_twelve_months_back_and_all_to_come(session, events):
    days = ["2025-06-14", "2025-06-15", "2026-06-15", "2199-12-31"]
    logged = [EventFactory(start_date=day) for day in days]
    long = EventFactory(start_date="2025-01-01", end_date="2025-06-15")
    assert set(events()) == {long.uid, *(event.uid for event in logged[1:])}


def test_point_16_from_and_to_say_otherwise(session, events):
    logged = {year: EventFactory(start_date=f"{year}-03-01") for year in (2005, 2015, 2030)}

    def years(query):
        uids = set(events(f"/feeds/all.ics?{query}"))
        return [year for year, event in logged.items() if event.uid in uids]

    assert years("from=2000-01-01") == [2005, 2015, 2030]
    assert years("to=2020-01-01") == [2005, 2015]
    assert years("from=2010-01-01&to=2020-01-01") == [2015]
    assert years("from=2015-03-01&to=2015-03-01") == [2015]
