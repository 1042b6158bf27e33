"""Which events a feed shows to whom, and how each reads."""

from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
import time_machine

from tests.factories import (
    AttendanceFactory,
    EngagementFactory,
    EventFactory,
    OrganizationFactory,
    SpaceFactory,
    UserFactory,
)
from tracker import feed_cache
from tracker.formats.icalendar_feed import CalendarFeed
from tracker.models import Event, EventOrganization
from tracker.services.feed_events import Reading
from tracker.services.feeds import (
    Audience,
    FeedEvents,
    of_organization,
    of_person,
    write_calendar,
)
from tracker.services.filters import EventFilter, conditions

TODAY = date(2026, 6, 15)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
BASE = "https://example.org"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def feed(app, session):
    def content(*extra, today=TODAY, user=None, language="en", zone=None, **wanted):
        """What a calendar program finds in the feed."""
        feed_cache.forget()
        events = FeedEvents(EventFilter(**wanted), extra, Audience(user), today)
        reading = Reading(language, BASE, private=user is not None)
        head = CalendarFeed("Name", "", "", language, zone)
        return write_calendar(session, "a database", events, reading, head)

    return content


@pytest.fixture
def entries(feed):
    def found(*extra, **wanted):
        return icalendar.Calendar.from_ical(feed(*extra, **wanted).body).walk("VEVENT")

    return found


@pytest.fixture
def keys(session, entries):
    def found(*extra, **wanted):
        uids = {event.uid: event.key for event in session.query(Event)}
        return [uids[entry["UID"]] for entry in entries(*extra, **wanted)]

    return found


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
def test_what_has_left_is_told_for_ninety_days(session, entries, write, leaves):
    event = EventFactory(start_date="2026-07-01", end_date="2026-07-03")
    write(event, **leaves)
    (gone,) = entries()
    assert gone["STATUS"] == "CANCELLED"
    assert (gone["UID"], gone["SEQUENCE"], gone["DTSTAMP"].dt) == (event.uid, 1, NOON)
    assert (gone["DTSTART"].dt, gone["DTEND"].dt) == (date(2026, 7, 1), date(2026, 7, 4))

    assert len(entries(today=TODAY + timedelta(days=90))) == 1
    assert entries(today=TODAY + timedelta(days=91)) == []


def test_what_has_left_the_window_before_is_not_told(session, entries, write):
    event = EventFactory(start_date="2020-07-01")
    write(event, deleted_at=NOON)
    assert entries() == []


def test_what_comes_back_is_an_event_again(session, entries, write):
    event = EventFactory(key="a", start_date="2026-07-01")
    write(event, visibility="community")
    write(event, visibility="public")
    (entry,) = entries()
    assert entry["STATUS"] == "CONFIRMED"
    assert entry["SEQUENCE"] == 2


@pytest.mark.parametrize(
    "first, last, told",
    [
        ("2026-07-03", None, True),
        ("2026-07-04", None, False),
        (None, "2026-07-01", True),
        (None, "2026-06-30", False),
        ("2026-08-01", "2026-08-31", False),
        ("2020-01-01", "9999-12-31", True),
    ],
)
def test_what_has_left_is_told_where_its_days_were(session, keys, write, first, last, told):
    """It has other days now, or none; calendars know the old ones."""
    event = EventFactory(key="a", start_date="2026-07-01", end_date="2026-07-03")
    write(event, start_date="2026-08", end_date="2026-08")
    bounds = [date.fromisoformat(day) if day else None for day in (first, last)]
    assert keys(first=bounds[0], last=bounds[1]) == (["a"] if told else [])


def test_what_has_left_keeps_the_zone_it_had(session, entries, write):
    event = EventFactory(start_date="2026-07-01", start_time=time(9), end_time=time(10))
    write(event, deleted_at=NOON)
    write(event, timezone="Asia/Tokyo")
    (gone,) = entries()
    assert gone["DTSTART"].params["TZID"] == "America/Montevideo"
    assert gone["DTSTART"].dt.astimezone(UTC) == datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_what_left_is_told_in_the_feeds_it_was_in(session, keys, write):
    one, two = SpaceFactory(), SpaceFactory()
    event = EventFactory(key="a", start_date="2026-07-01", space=one)
    write(event, deleted_at=NOON)
    assert keys(Event.space_id == one.id) == ["a"]
    assert keys(Event.space_id == two.id) == []


@pytest.mark.parametrize("at_once, seconds", [(True, 0), (False, 0), (False, 1)])
@pytest.mark.parametrize("deleted", [True, False])
def test_filters_do_not_tell_what_it_became_while_hidden(
    session, keys, write, clock, at_once, seconds, deleted
):
    event = EventFactory(key="a", start_date="2026-07-01", country="UY")
    hides, becomes = {"visibility": "organization"}, {"name_en": "Merger", "country": "AR"}
    for values in [hides | becomes] if at_once else [hides, becomes]:
        write(event, **values)
        clock.shift(seconds)
    if deleted:
        write(event, deleted_at=NOON)
    assert keys() == ["a"]
    for wanted in ({"q": "Merg"}, {"country": ("AR",)}, {"country": ("UY",)}):
        assert keys(**wanted) == []
    assert keys(Event.country == "AR") == []


def test_what_is_hidden_as_it_was_is_told_where_it_was(session, keys, write):
    event = EventFactory(key="a", start_date="2026-07-01", country="UY")
    write(event, visibility="organization")
    assert keys(country=("UY",)) == ["a"]
    assert keys(country=("AR",)) == []


# ---- whose feed it is


@pytest.fixture
def owner(session):
    return UserFactory(organization=OrganizationFactory())


@pytest.fixture
def other(session):
    return UserFactory(organization=OrganizationFactory())


def test_a_private_feed_shows_what_its_reader_may_see(session, keys, owner, other):
    for visibility in ("public", "community", "organization"):
        EventFactory(
            key=visibility, start_date="2026-07-01", visibility=visibility, owner=owner.organization
        )
    assert keys() == ["public"]
    assert keys(user=other) == ["public", "community"]
    assert keys(user=owner) == ["public", "community", "organization"]
    assert keys(user=UserFactory()) == ["public", "community"]


def test_join_links_are_in_private_feeds_alone(session, entries, write, owner, clock):
    event = EventFactory(start_date="2026-07-01", join_url="https://example.org/join")
    (public,), (private,) = entries(), entries(user=owner)
    assert "CONFERENCE" not in public
    assert private["CONFERENCE"] == "https://example.org/join"
    assert private["CONFERENCE"].params["VALUE"] == "URI"
    clock.move_to(NOON + timedelta(hours=1))
    write(event, join_url="https://example.org/other")
    assert entries() == [public]
    (after,) = entries(user=owner)
    assert after["CONFERENCE"] == "https://example.org/other"
    assert after["LAST-MODIFIED"].dt == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    "visibility, named_for",
    [("public", "public owner other"), ("community", "owner other"), ("organization", "owner")],
)
def test_a_parent_is_named_to_those_who_may_see_it(
    session, entries, owner, other, visibility, named_for
):
    parent = EventFactory(start_date="2020-01-01", visibility=visibility, owner=owner.organization)
    EventFactory(start_date="2026-07-01", parent=parent, relation="part-of")
    for name, user in (("public", None), ("owner", owner), ("other", other)):
        (entry,) = entries(user=user)
        assert entry.get("RELATED-TO") == (parent.uid if name in named_for else None), name


@pytest.mark.parametrize(
    "was, leaves, told_to",
    [
        ("public", {"deleted_at": NOON}, "public owner other"),
        ("community", {"deleted_at": NOON}, "owner other"),
        ("organization", {"deleted_at": NOON}, "owner"),
        ("public", {"visibility": "community"}, "public"),
        ("public", {"visibility": "organization"}, "public other"),
        ("community", {"visibility": "organization"}, "other"),
        ("community", {"start_date": "2026-07", "end_date": "2026-07"}, "owner other"),
    ],
)
def test_what_has_left_is_told_to_those_who_saw_it(
    session, entries, write, owner, other, was, leaves, told_to
):
    event = EventFactory(start_date="2026-07-01", visibility=was, owner=owner.organization)
    write(event, **leaves)
    for name, user in (("public", None), ("owner", owner), ("other", other)):
        told = [e for e in entries(user=user) if e["STATUS"] == "CANCELLED"]
        assert len(told) == (name in told_to.split()), name


def test_what_never_had_an_owner_is_told_when_it_is_narrowed(session, entries, write, other):
    event = EventFactory(start_date="2026-07-01")
    write(event, visibility="organization")
    assert len(entries(user=other)) == 1


@pytest.mark.parametrize("status", ["planned", "registered", "attended", "no-show", "cancelled"])
def test_what_a_person_goes_to(session, keys, status):
    attendance = AttendanceFactory(event__start_date="2026-07-01", event__key="a", status=status)
    AttendanceFactory(event__start_date="2026-07-01")
    shown = status in ("planned", "registered", "attended")
    assert keys(of_person(attendance.person)) == (["a"] if shown else [])


# ---- the zone


@pytest.mark.parametrize(
    "zones, stands",
    [
        ([], "America/Lima"),
        (["America/Montevideo"], "America/Montevideo"),
        (["America/Montevideo", "America/Montevideo"], "America/Montevideo"),
        (["America/Montevideo", "America/Sao_Paulo"], "America/Lima"),
        (["America/Montevideo", "UTC"], "America/Lima"),
        (["UTC"], "UTC"),
    ],
)
def test_a_feed_has_the_zone_of_its_timed_events(session, feed, zones, stands):
    EventFactory(start_date="2026-07-01", timezone="Asia/Tokyo")
    for zone in zones:
        EventFactory(start_date="2026-07-01", start_time=time(9), end_time=time(10), timezone=zone)
    calendar = icalendar.Calendar.from_ical(feed(zone="America/Lima").body)
    assert calendar["X-WR-TIMEZONE"] == stands


# ---- when a feed changed


def test_a_feed_changes_with_what_it_shows_and_nothing_else(session, feed, write, clock):
    shown = EventFactory(start_date="2026-07-01", country="UY")
    other = EventFactory(start_date="2026-07-01", country="BR")
    uy = conditions(EventFilter(country=("UY",)))
    clock.move_to(NOON + timedelta(hours=1))
    write(other, city="Recife")
    write(shown, notes="seen")
    assert feed(*uy).newest == NOON
    write(shown, venue="Hall 3")
    assert feed(*uy).newest == NOON + timedelta(hours=1)
    clock.move_to(NOON + timedelta(hours=2))
    write(shown, deleted_at=NOON)
    assert feed(*uy).newest == NOON + timedelta(hours=2)


def test_a_feed_without_events_has_no_change(session, feed):
    assert feed().newest is None
