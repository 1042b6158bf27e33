"""CALENDARS.md, 7 to 10: which version of which event, and what is cancelled or gone."""

from datetime import time, timedelta
from typing import Any

import pytest

from tests.calendars.awkward import log_awkward_events
from tests.calendars.conftest import NOON
from tests.factories import (
    EventFactory,
    OrganizationFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tracker.models import Change, EventOrganization, EventTopic
from tracker.services.events import delete_event

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("clock")
LEAVING = [
    {"deleted_at": NOON},
    {"visibility": "community"},
    {"visibility": "organization"},
    {"start_date": "2026-10", "end_date": "2026-10"},
    {"start_date": None, "end_date": None},
]


def test_point_07_an_event_keeps_its_uid_whatever_happens_to_it(session, clock, write, events):
    space = SpaceFactory(code="ONE")
    event = EventFactory(key="first-key", start_date="2026-10-05", space=space)
    uid = event.uid
    for changes in (
        {"name_en": "Another name"}, {"key": "another-key"}, {"start_date": "2026-11-05", "end_date": "2026-11-06"},
        {"start_time": time(9), "end_time": time(10)}, {"space": SpaceFactory(code="TWO")}, {"status": "cancelled"},
        {"visibility": "community"}, {"visibility": "public"}, {"deleted_at": NOON}, {"deleted_at": None},
    ):  # fmt: skip
        clock.shift(60)
        write(event, **changes)
        for path in ("/feeds/all.ics", "/feeds/all.ics?lang=pt", "/feeds/kinds/meeting.ics"):
            assert set(events(path)) == {uid}, changes


def test_point_07_a_uid_is_never_used_again(session, client, events):
    editor = UserFactory(role="editor")
    first = EventFactory(key="forum", name_en="Forum", start_date="2026-10-05")
    delete_event(session, first, by=editor)
    session.commit()
    client.sign_in(editor)
    typed = {"name_en": "Forum", "start_date": "2026-10-05", "kind": "meeting", "mode": "unknown",
             "status": "confirmed", "visibility": "public"}  # fmt: skip
    assert client.post("/events/new", data=typed).status_code == 303
    found = events()
    assert len(found) == 2
    assert found[first.uid].status == "CANCELLED"


def test_point_07_every_event_has_its_own_uid(session, events):
    logged = log_awkward_events(session)
    assert set(events()) == {event.uid for event in logged.values()}


def test_point_08_stamps_are_those_of_the_last_change(session, clock, write, only):
    event = EventFactory(start_date="2026-10-05")
    clock.move_to(NOON + 5 * HOUR)
    write(event, venue="Hall")
    clock.move_to(NOON + 30 * HOUR)
    write(event, notes="no calendar shows these", source="nor this")
    read = only()
    assert read.value("created") == "2026-06-15T12:00:00Z"
    assert read.value("dtstamp") == read.value("last-modified") == "2026-06-15T17:00:00Z"
    assert only(f"/events/{event.key}.ics").value("dtstamp") == "2026-06-15T17:00:00Z"


def test_point_08_whatever_is_shown_moves_the_stamps(session, clock, write, only, fetch):
    event = EventFactory(key="forum", start_date="2026-10-05")
    edits: tuple[dict[str, Any], ...] = (
        {"name_en": "Other"}, {"description": "Other"}, {"kind": "training"}, {"venue": "Hall"}, {"latitude": 1, "longitude": 1},
        {"start_time": time(9)}, {"end_time": time(10)}, {"timezone": "America/Lima"}, {"status": "tentative"}, {"key": "new"},
        {"space_id": SpaceFactory().id}, {"topic_links": [EventTopic(topic=TopicFactory())]}, {"topic_links": []},
        {"organization_links": [EventOrganization(organization=OrganizationFactory(), role="organizer")]},
        {"organization_links": []}, {"parent_id": EventFactory(start_date="2020-01-01").id, "relation": "part-of"},
    )  # fmt: skip
    for changes in edits:
        before, stamp = fetch(), only().value("dtstamp")
        clock.shift(HOUR)
        write(event, **changes)
        assert fetch() != before, changes
        assert only().value("dtstamp") > stamp, changes


def test_point_08_an_edit_with_the_form_moves_the_stamps(session, client, clock, only):
    SpaceFactory(code="FORO")
    EventFactory(key="whole", start_date="2020-01-01")
    EventFactory(key="part", start_date="2026-10-05")
    client.sign_in(UserFactory(role="editor"))
    stored = {"name_en": "Part", "start_date": "2026-10-05", "kind": "meeting", "mode": "in-person",
              "status": "confirmed", "visibility": "public"}  # fmt: skip
    client.post("/events/part/edit", data=stored | {"version": "1"})
    for number, typed in enumerate(({"space_code": "FORO"}, {"parent_key": "whole"}), start=2):
        stamp = only().value("dtstamp")
        clock.shift(HOUR)
        answer = client.post("/events/part/edit", data=stored | typed | {"version": str(number)})
        assert answer.status_code == 303
        assert only().value("dtstamp") > stamp, typed
    assert "related-to" in only().names


def test_point_08_two_requests_give_the_same_bytes(session, clock, fetch):
    log_awkward_events(session)
    paths = ["/feeds/all.ics", "/feeds/all.ics?lang=pt", "/events/part.ics?lang=es"]
    before = [fetch(path) for path in paths]
    clock.move_to(NOON + 7 * HOUR)
    EventFactory(visibility="community", start_date="2026-10-05")
    assert [fetch(path) for path in paths] == before


@pytest.mark.parametrize("noun", ["space", "topic", "organizer"])
def test_point_08_what_an_event_shows_of_others_changes_it(session, clock, write, calendar, noun):
    space, topic, organizer = SpaceFactory(), TopicFactory(), OrganizationFactory()
    shows = EventFactory(
        start_date="2026-10-05", space=space, organizer=organizer, topic_links=[EventTopic(topic=topic)]
    )  # fmt: skip
    EventFactory(start_date="2026-10-05", space=SpaceFactory(), organizer=OrganizationFactory())
    clock.move_to(NOON + HOUR)
    match noun:
        case "space":
            write(space, name_en="Renamed")
        case "topic":
            write(topic, name_en="Renamed")
        case "organizer":
            write(organizer, acronym="Renamed")
    read = {event.value("uid"): event for event in calendar().components("vevent")}
    stamps = {uid: event.value("dtstamp") for uid, event in read.items()}
    assert stamps.pop(shows.uid) == "2026-06-15T13:00:00Z"
    assert set(stamps.values()) == {"2026-06-15T12:00:00Z"}
    shown = read[shows.uid]
    assert "Renamed" in [*shown.values("categories"), shown.parameters("organizer")["cn"]]


def test_point_09_sequence_rises_with_time_place_and_status(session, write, only):
    event = EventFactory(start_date="2026-10-05", end_date="2026-10-06")
    for changes in (
        {"start_date": "2026-10-04"}, {"end_date": "2026-10-05"}, {"start_time": time(9), "end_time": time(10)},
        {"end_time": time(11)}, {"timezone": "America/Lima"}, {"venue": "Hall"}, {"city": "Salto"}, {"country": "BR"},
        {"status": "tentative"}, {"status": "cancelled"}, {"visibility": "community"}, {"visibility": "public"},
        {"deleted_at": NOON},
    ):  # fmt: skip
        before = only().value("sequence")
        write(event, **changes)
        assert only().value("sequence") == before + 1, changes


def test_point_09_sequence_stays_with_everything_else(session, write, only):
    event = EventFactory(start_date="2026-10-05")
    before = only().value("sequence")
    for changes in (
        {"name_en": "Other"}, {"description": "Other"}, {"notes": "x"}, {"kind": "training"}, {"url": "https://example.org"},
    ):  # fmt: skip
        write(event, **changes)
        assert only().value("sequence") == before, changes


def test_point_09_sequence_never_falls(session, write, only):
    event = EventFactory(start_date="2026-10-05")
    told = [only().value("sequence")]
    for changes in ({"venue": "A"}, {"venue": "B"}, {"deleted_at": NOON}, {"deleted_at": None}):
        write(event, **changes)
        told.append(only().value("sequence"))
    assert told == sorted(set(told)), "each of these is another version of the event"


# ---- what is cancelled or gone


@pytest.mark.parametrize(
    "code, prefix", [("en", "CANCELLED: "), ("es", "CANCELADO: "), ("pt", "CANCELADO: ")]
)
def test_point_10_a_cancelled_event_stays_and_says_so(session, write, events, code, prefix):
    event = EventFactory(name_en="Forum", start_date="2026-10-05", venue="Hall")
    before = events()[event.uid]
    write(event, status="cancelled")
    read = events(f"/feeds/all.ics?lang={code}")[event.uid]
    assert (read.status, read.summary) == ("CANCELLED", f"{prefix}Forum")
    assert read.sequence > before.sequence
    assert read.start == before.start
    assert read.location.startswith("Hall, Montevideo, ")


@pytest.mark.parametrize("changes", LEAVING)
@pytest.mark.parametrize("hours", [(None, None), (time(22), time(1))])
def test_point_10_what_left_is_told_as_it_was_and_nothing_else(
    session, clock, write, calendar, events, changes, hours
):
    event = EventFactory(
        name_en="Secret name", description="Secret text", venue="Secret hall", start_date="2026-10-04",
        end_date="2026-10-05", start_time=hours[0], end_time=hours[1], timezone="America/New_York",
        space=SpaceFactory(), organizer=OrganizationFactory(), latitude=1, longitude=1,
        parent=EventFactory(key="parent", start_date="2026-10-01"), relation="part-of",
    )  # fmt: skip
    before = events()[event.uid]
    clock.shift(HOUR)
    write(
        event,
        **changes,
        **({"start_time": None, "end_time": None} if "start_date" in changes else {}),
    )
    clock.shift(HOUR)
    write(event, name_en="Another secret")
    read = events("/feeds/all.ics?lang=pt")[event.uid]
    assert (read.status, read.summary) == ("CANCELLED", "Cancelado")
    assert (read.start, read.end) == (before.start, before.end)
    assert read.sequence > before.sequence
    (gone,) = [e for e in calendar().components("vevent") if e.value("uid") == event.uid]
    assert gone.names == {"uid", "dtstamp", "sequence", "dtstart", "dtend", "status", "summary"}
    assert gone.value("dtstamp") == "2026-06-15T13:00:00Z"
    assert gone.parts == []


@pytest.mark.parametrize("changes", LEAVING)
def test_point_10_what_left_is_told_for_ninety_days(session, clock, write, events, changes):
    event = EventFactory(start_date="2026-10-05")
    write(event, **changes)
    clock.move_to(NOON + timedelta(days=90))
    assert set(events()) == {event.uid}
    clock.move_to(NOON + timedelta(days=92))
    assert events() == {}


def test_point_10_what_comes_back_is_itself_again(session, client, events):
    editor = UserFactory(role="editor")
    event = EventFactory(name_en="Forum", start_date="2026-10-05")
    before = events()[event.uid]
    client.sign_in(editor)
    client.post(f"/events/{event.key}/delete")
    assert events()[event.uid].status == "CANCELLED"
    change = session.query(Change).order_by(Change.id.desc()).first()
    assert client.post(f"/changes/{change.id}/undo").status_code == 303
    after = events()[event.uid]
    assert (after.status, after.summary) == ("CONFIRMED", "Forum")
    assert after.sequence > before.sequence


def test_point_10_what_nobody_saw_leaves_nothing(session, write, events):
    hidden = EventFactory(start_date="2026-10-05", visibility="community")
    month = EventFactory(start_date="2026-10")
    write(hidden, deleted_at=NOON)
    write(month, deleted_at=NOON)
    assert events() == {}
