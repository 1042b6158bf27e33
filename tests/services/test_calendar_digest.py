"""What changed since a day: two states compared, as the reader was and is shown them."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import update

from tests.factories import EventFactory, OrganizationFactory, SpaceFactory, UserFactory
from tracker.models import ChangeItem, Event, EventOrganization
from tracker.models.changes import attribute, record_bulk
from tracker.services import calendar_digest
from tracker.services.calendar_digest import digest_of
from tracker.services.calendar_filter import read_calendar_filter
from tracker.services.redaction import REDACTED

BEFORE = datetime(2026, 10, 1, 12, tzinfo=UTC)
SINCE = date(2026, 11, 1)
NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event(session):
    return EventFactory(key="old", name_en="Old", start_date="2026-12-01", end_date="2026-12-02")


@pytest.fixture
def write(session, clock):
    """Change a row, an hour after the last time, in November."""
    hours = iter(range(1000))

    def change(row, **columns):
        clock.move_to(NOW + timedelta(hours=next(hours)))
        attribute(session, "test", None)
        for name, value in columns.items():
            setattr(row, name, value)
        session.commit()

    return change


@pytest.fixture
def digest(session):
    def of(user=None, since=SINCE, after=None, size=50, **values):
        values = {name.rstrip("_"): [value] for name, value in values.items()}
        asked = read_calendar_filter(session, values, user)
        return digest_of(session, asked, since, NOW.date(), after, size)

    return of


def told(found):
    return {name: [e.event.key for e in events] for name, events in found.groups.items() if events}


def only(found):
    ((changed,),) = (events for events in found.groups.values() if events)
    return changed


def test_nothing_changed(event, digest):
    assert digest().number == 0
    assert told(digest(since=date(2026, 9, 1))) == {"new": ["old"]}


def test_new_moved_cancelled_and_other(session, event, write, digest, clock):
    moved, cancelled = EventFactory(key="moved"), EventFactory(key="cancelled")
    write(moved, start_date="2026-12-08", end_date="2026-12-09", venue="Hall")
    write(cancelled, status="cancelled", start_date="2026-12-20", end_date="2026-12-20")
    write(event, name_en="Renamed")
    EventFactory(key="new")
    found = digest()
    assert told(found) == {
        "new": ["new"], "moved": ["moved"], "cancelled": ["cancelled"], "other": ["old"],
    }  # fmt: skip
    assert dict(found.groups["moved"][0].before) == {
        "start_date": "2023-05-08", "end_date": "2023-05-08", "venue": None,
    }  # fmt: skip
    assert dict(found.groups["other"][0].before) == {"name_en": "Old"}


def test_several_changes_are_one(event, write, digest):
    write(event, city="Lima", country="PE")
    write(event, city="Quito", country="EC", start_time=datetime(2026, 1, 1, 9).time())
    write(event, city="Cusco", country="PE")
    changed = only(digest())
    assert dict(changed.before) == {"city": "Montevideo", "country": "UY", "start_time": None}
    assert (changed.was("city"), changed.was("mode")) == ("Montevideo", "in-person")


def test_what_was_changed_back_did_not_change(event, write, digest):
    write(event, city="Lima")
    write(event, city="Montevideo")
    assert digest().number == 0


def test_what_no_calendar_shows_is_no_change(event, write, digest):
    write(event, notes="Secret", join_url="https://example.org/join", source="hearsay")
    assert digest().number == 0
    write(event, name_en="Renamed", notes="More")
    assert dict(only(digest()).before) == {"name_en": "Old"}


def test_organizers_change(event, write, digest):
    write(
        event,
        organization_links=[
            EventOrganization(organization=OrganizationFactory(), role="organizer")
        ],
    )
    assert only(digest()).linked == {"event_organizations"}


def test_a_renamed_space_changes_its_events(session, write, digest):
    space = SpaceFactory()
    EventFactory(key="of-space", space=space)
    write(space, name_en="Another name")
    changed = only(digest())
    assert (changed.event.key, changed.group, dict(changed.before)) == ("of-space", "other", {})


# ---- what was hidden stays hidden


def test_what_becomes_visible_is_new(event, write, digest):
    hidden = EventFactory(
        key="hidden", visibility="organization", owner=OrganizationFactory(), city="Secret City"
    )
    write(hidden, city="Lima")
    write(hidden, visibility="public")
    write(hidden, city="Quito")
    changed = only(digest())
    assert (changed.event.key, changed.group, dict(changed.before)) == ("hidden", "new", {})


def test_what_it_was_while_hidden_is_told_to_nobody(event, write, digest):
    write(event, visibility="community", city="Secret City")
    assert dict(only(digest(UserFactory())).before) == {"city": "Montevideo"}
    write(event, visibility="public", city="Lima")
    changed = only(digest())
    assert (changed.group, dict(changed.before)) == ("moved", {"city": "Montevideo"})


def test_each_reader_compares_what_they_saw(event, write, digest):
    own = OrganizationFactory()
    hidden = EventFactory(key="hidden", visibility="organization", owner=own, city="Here")
    write(hidden, city="There", visibility="community")
    assert told(digest()) == {}
    assert told(digest(UserFactory())) == {"new": ["hidden"]}
    assert told(digest(UserFactory(organization=own))) == {"moved": ["hidden"]}


def test_before_a_bulk_load_nobody_knows_who_saw_what(session, write, digest, clock):
    hidden = EventFactory(key="hidden", visibility="community", city="Secret City")
    write(hidden, city="Lima")
    clock.move_to(NOW + timedelta(days=1))
    record_bulk(session, "load", None)
    session.execute(update(Event).where(Event.id == hidden.id).values(visibility="public"))
    session.commit()
    changed = only(digest())
    assert (changed.group, dict(changed.before)) == ("other", {})


def test_a_change_that_was_erased_is_not_told(session, event, write, digest):
    write(event, name_en="Renamed")
    session.execute(
        update(ChangeItem)
        .where(ChangeItem.operation == "update")
        .values(before={"name_en": REDACTED})
    )
    session.commit()
    assert digest().number == 0


# ---- withdrawn


def test_what_is_deleted_is_withdrawn(event, write, digest):
    write(event, deleted_at=NOW)
    (gone,) = digest().withdrawn
    assert (gone.start, gone.end, gone.named) == ("2026-12-01", "2026-12-02", False)
    assert digest(UserFactory()).withdrawn[0].named
    assert digest(since=date(2026, 12, 1)).withdrawn == []


def test_what_is_hidden_is_withdrawn_for_those_who_do_not_see_it(event, write, digest):
    write(event, visibility="community")
    (gone,) = digest().withdrawn
    assert gone.named is False
    signed_in = digest(UserFactory())
    assert (signed_in.withdrawn, told(signed_in)) == ([], {})
    write(event, visibility="organization")
    (gone,) = digest(UserFactory()).withdrawn
    assert gone.named is False


def test_what_was_never_shown_is_not_withdrawn(session, write, digest):
    hidden = EventFactory(key="hidden", visibility="organization", owner=OrganizationFactory())
    write(hidden, deleted_at=NOW)
    short = EventFactory(key="short")
    write(short, deleted_at=NOW)
    assert digest().withdrawn == []
    assert digest(UserFactory()).withdrawn == []


def test_what_lost_its_days_has_moved(event, write, digest):
    write(event, start_date=None, end_date=None)
    found = digest()
    assert (told(found), found.withdrawn) == ({"moved": ["old"]}, [])


def test_withdrawn_ones_by_filter(event, write, digest):
    write(event, deleted_at=NOW)
    assert digest(from_="2026-12-02").withdrawn
    assert digest(to="2026-12-01").withdrawn
    assert not digest(from_="2026-12-03").withdrawn
    assert not digest(to="2026-11-30").withdrawn
    assert not digest(kind="forum").withdrawn
    OrganizationFactory(acronym="NONE")
    assert not digest(engaged="none").withdrawn


def test_no_more_withdrawn_than_can_be_read(session, event, write, digest, monkeypatch):
    monkeypatch.setattr(calendar_digest, "MOST_WITHDRAWN", 1)
    write(event, deleted_at=NOW)
    assert digest().more_withdrawn is False
    write(EventFactory(key="another", created_at=BEFORE), deleted_at=NOW)
    found = digest()
    assert (len(found.withdrawn), found.more_withdrawn) == (1, True)


# ---- filters, pages, cost


def test_filters_and_order(session, digest):
    own = OrganizationFactory(acronym="OWN")
    with time_machine.travel(NOW, tick=False):
        EventFactory(key="past", start_date="2026-01-01")
        EventFactory(key="later", start_date="2027-03-01")
        EventFactory(key="sooner", start_date="2026-12-01", kind="forum", organizer=own)
    assert told(digest()) == {"new": ["sooner", "later", "past"]}
    assert told(digest(kind="forum")) == told(digest(engaged="own")) == {"new": ["sooner"]}
    assert told(digest(from_="2027-01-01")) == {"new": ["later"]}


def test_pages_and_a_fixed_number_of_questions(session, digest, write, count_queries):
    events = [EventFactory(key=f"e{number}") for number in range(6)]
    for event in events:
        write(event, city="Lima")
    with count_queries:
        first = digest(size=2)
    few = count_queries.count
    second = digest(size=2, after=first.next_cursor)
    assert told(first) == {"moved": ["e4", "e5"]}
    assert told(second) == {"moved": ["e2", "e3"]}
    with count_queries:
        everything = digest()
    assert everything.number == 6
    assert count_queries.count == few == 3
