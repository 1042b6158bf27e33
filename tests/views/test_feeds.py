"""Feeds as a calendar program meets them (CALENDARS.md)."""

import re
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
import time_machine
import vobject

from tests.factories import (
    AttendanceFactory,
    EngagementFactory,
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
def write(session):
    def change(row, **columns):
        attribute(session, "test", None)
        for name, value in columns.items():
            setattr(row, name, value)
        session.commit()

    return change


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


def test_a_feed_has_a_name_in_its_language(client, event):
    english = icalendar.Calendar.from_ical(client.get("/feeds/spaces/lacnic-events.ics").data)
    spanish = icalendar.Calendar.from_ical(
        client.get("/feeds/spaces/lacnic-events.ics?lang=es").data
    )
    assert (english["NAME"], spanish["NAME"]) == (
        "Encuentro: LACNIC events",
        "Encuentro: Eventos de LACNIC",
    )
    assert english["X-WR-CALNAME"] == english["NAME"]
    assert english["METHOD"] == "PUBLISH"
    assert "UID" not in english
    assert english["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert set(events_of(client.get("/feeds/all.ics?lang=es"))) == {"LACNIC 46 en español"}


def test_a_public_feed_is_the_same_for_everybody(client, event):
    plain = client.get("/feeds/all.ics")
    client.sign_in(UserFactory(language="es", role="admin"))
    client.set_cookie("language", "pt")
    with client.session_transaction() as cookie:
        cookie.permanent = True  # refreshed with every answer, but not with one that caches share
    again = client.get("/feeds/all.ics", headers={"Accept-Language": "es", "Accept": "text/html"})
    assert again.data == plain.data
    assert again.headers["ETag"] == plain.headers["ETag"]
    assert again.headers["Cache-Control"] == plain.headers["Cache-Control"]
    assert "Cookie" not in again.headers.get("Vary", "")
    assert "Set-Cookie" not in again.headers


def test_two_requests_give_the_same_bytes(client, event, clock, app, session):
    first = client.get("/feeds/all.ics")
    clock.move_to(NOON + timedelta(hours=5))
    EventFactory(visibility="community")  # a new revision, the same content
    second = client.get("/feeds/all.ics")
    assert second.data == first.data
    assert second.headers["ETag"] == first.headers["ETag"]
    assert (
        second.headers["Last-Modified"]
        == first.headers["Last-Modified"]
        == "Mon, 15 Jun 2026 12:00:00 GMT"
    )


@pytest.mark.parametrize("path", [*FEEDS, "/events/lacnic-46.ics"])
def test_head_equals_get(client, event, path):
    get, head = client.get(path), client.head(path)
    assert head.data == b""
    for name in (
        "ETag",
        "Last-Modified",
        "Content-Type",
        "Content-Length",
        "Cache-Control",
        "Content-Disposition",
    ):
        assert head.headers.get(name) == get.headers.get(name), name


# ---- conditional requests


@pytest.fixture(params=["/feeds/all.ics", "/events/lacnic-46.ics"])
def known(request, client, event):
    answer = client.get(request.param)
    return request.param, answer.headers["ETag"], answer.headers["Last-Modified"]


def test_what_is_unchanged_is_not_sent_again(client, known):
    path, etag, modified = known
    assert not etag.startswith("W/")
    for headers in (
        {"If-None-Match": etag}, {"If-None-Match": f'"other", {etag}'}, {"If-None-Match": "*"},
        {"If-Modified-Since": modified}, {"If-Modified-Since": "Tue, 16 Jun 2026 12:00:00 GMT"},
        {"If-Modified-Since": "Monday, 15-Jun-26 12:00:00 GMT"},
        {"If-None-Match": etag, "If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ):  # fmt: skip
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.data) == (304, b""), headers
        assert answer.headers["ETag"] == etag


def test_what_changed_is(client, known, event, write, clock):
    path, etag, modified = known
    for headers in (
        {"If-None-Match": '"other"'}, {"If-Modified-Since": "Mon, 15 Jun 2026 11:59:59 GMT"},
        {"If-Modified-Since": "never"}, {"If-None-Match": '"other"', "If-Modified-Since": modified},
    ):  # fmt: skip
        assert client.get(path, headers=headers).status_code == 200, headers
    clock.move_to(NOON + timedelta(hours=1))
    write(event, venue="Another hall")
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200
    assert client.get(path, headers={"If-Modified-Since": modified}).status_code == 200


def test_a_304_takes_no_more_than_the_revision(client, event, count_queries):
    etag = client.get("/feeds/all.ics").headers["ETag"]
    with count_queries:
        assert client.get("/feeds/all.ics", headers={"If-None-Match": etag}).status_code == 304
    assert count_queries.count == 1


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


def test_an_event_that_leaves_a_feed_by_an_edit_changes_it(client, event, clock, write):
    EventFactory(name_en="Stays", start_date="2026-10-05", country="UY")
    clock.move_to(NOON + timedelta(hours=1))
    before = client.get("/feeds/countries/uy.ics")
    clock.move_to(NOON + timedelta(hours=2))
    write(event, country="BR")
    after = client.get(
        "/feeds/countries/uy.ics", headers={"If-Modified-Since": before.headers["Last-Modified"]}
    )
    assert after.status_code == 200
    assert set(events_of(after)) == {"Stays"}


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


def test_an_organizations_feed_has_what_it_attends_and_engages_in(client, event):
    isoc = OrganizationFactory(acronym="ISOC")
    AttendanceFactory(
        event=EventFactory(name_en="Attended", start_date="2026-01-10"), organization=isoc
    )
    EngagementFactory(organization=isoc, space=event.space)
    EventFactory(name_en="Nothing of it", start_date="2026-01-10")
    assert set(events_of(client.get("/feeds/organizations/isoc.ics"))) == {"Attended", "LACNIC 46"}


def test_the_window_moves_with_the_day(client, session, clock):
    EventFactory(name_en="Old", start_date="2025-06-15")
    first = client.get("/feeds/all.ics")
    assert set(events_of(first)) == {"Old"}
    clock.move_to(NOON + timedelta(days=1))
    later = client.get("/feeds/all.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert events_of(later) == {}
    assert later.headers["Last-Modified"] == "Tue, 16 Jun 2026 00:00:00 GMT"
    assert set(events_of(client.get("/feeds/all.ics?from=2025-01-01"))) == {"Old"}


@pytest.mark.parametrize(
    "leaves",
    [
        {"deleted_at": NOON},
        {"visibility": "organization"},
        {"start_date": "2026-10", "end_date": "2026-10"},
    ],
)
def test_a_tombstone_stands_for_ninety_days(client, event, write, clock, leaves):
    clock.move_to(NOON + timedelta(hours=1))
    write(event, **leaves)
    answer = client.get("/feeds/all.ics")
    (gone,) = events_of(answer).values()
    assert set(gone) == {"UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "STATUS", "SUMMARY"}
    assert (gone["STATUS"], gone["SEQUENCE"], gone["DTSTART"].dt) == (
        "CANCELLED",
        1,
        date(2026, 10, 5),
    )
    assert b"LACNIC" not in answer.data
    clock.move_to(NOON + timedelta(days=90))
    assert client.get("/feeds/all.ics").data == answer.data
    clock.move_to(NOON + timedelta(days=92))
    gone = client.get(
        "/feeds/all.ics", headers={"If-Modified-Since": answer.headers["Last-Modified"]}
    )
    assert gone.status_code == 200
    assert events_of(gone) == {}


def test_a_cancelled_event_stays_and_says_so(client, event, write):
    write(event, status="cancelled")
    assert events_of(client.get("/feeds/all.ics"))["CANCELLED: LACNIC 46"]["SEQUENCE"] == 1
    assert "CANCELADO: LACNIC 46 en español" in events_of(client.get("/feeds/all.ics?lang=es"))


def test_times_have_a_zone_that_comes_along(client, session):
    EventFactory(
        name_en="Webinar",
        start_date="2026-10-05",
        start_time=time(9),
        end_time=time(10, 30),
        timezone="America/New_York",
    )
    answer = client.get("/feeds/all.ics")
    found = events_of(answer)["Webinar"]
    assert found["DTSTART"].params["TZID"] == "America/New_York"
    assert found["DTSTART"].dt.astimezone(UTC) == datetime(2026, 10, 5, 13, tzinfo=UTC)
    assert vobject.readOne(answer.text).vevent.dtstart.value.astimezone(UTC) == datetime(
        2026, 10, 5, 13, tzinfo=UTC
    )


def test_bytes_are_as_the_standard_wants_them(client, session):
    EventFactory(
        name_en="ñ" * 200,
        description="<script>alert(1)</script>\x07 ; , \\ \u202e",
        start_date="2026-07-01",
    )
    body = client.get("/feeds/all.ics").data
    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", body)
    body.decode()


# ---- what is refused


@pytest.mark.parametrize(
    "path",
    ["organizations/none", "spaces/none", "topics/none", "kinds/none", "countries/xx", "private/none", "organizations/%00",
     "spaces/%F0%9F%98%80", "kinds/%00", "topics/%00", "countries/%00", "countries/uruguay", "nothing"],
)  # fmt: skip
def test_what_is_no_feed_is_not_found(client, session, path):
    answer = client.get(f"/feeds/{path}.ics")
    assert answer.status_code == 404
    assert b"BEGIN:VCALENDAR" not in answer.data


@pytest.mark.parametrize(
    "query",
    [
        "kind=party",
        "country=xx",
        "space=none",
        "lang=fr",
        "from=x",
        "colour=red",
        "from=2026-02-01&to=2026-01-01",
        "after=x",
        "q[]=a",
    ],
)
@pytest.mark.parametrize(
    "path", ["/feeds/all.ics", "/feeds/spaces/lacnic-events.ics", "/feeds/countries/uy.ics"]
)
def test_a_bad_filter_is_refused_and_no_empty_calendar(client, event, path, query):
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"
    assert b"BEGIN:VCALENDAR" not in answer.data


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


# ---- the builder


def test_the_builder_gives_the_address_and_a_preview(client, event):
    page = client.get("/feeds/?space=lacnic-events&lang=es").text
    assert "/feeds/all.ics?space=lacnic-events&amp;lang=es" in page
    assert "webcal://" in page
    assert "LACNIC 46" in page
    assert client.get("/feeds/?kind=party").status_code == 400


def test_a_feed_takes_a_constant_number_of_queries(client, session, count_queries):
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
