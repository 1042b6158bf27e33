"""Events of one organization, or of one person, on the same days."""

from datetime import date

import pytest
from sqlalchemy import update

from tests.factories import (
    AttendanceFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tracker.models import Event
from tracker.services import calendar_overlaps
from tracker.services.calendar_filter import Shown, read_calendar_filter
from tracker.services.calendar_overlaps import overlaps_of

TODAY = date(2026, 11, 1)
NOVEMBER = Shown("month", TODAY, date(2026, 11, 30))


@pytest.fixture
def own(session):
    return OrganizationFactory(acronym="OWN")


@pytest.fixture
def event(own):
    def make(key, start, end=None, **values):
        days = {"start_date": start, "end_date": end or start}
        return EventFactory(key=key, organizer=values.pop("organizer", own), **days, **values)

    return make


@pytest.fixture
def find(session, own):
    def overlaps(user=None, shown=NOVEMBER, **values):
        values = {name: [value] for name, value in (values or {"engaged": "own"}).items()}
        return overlaps_of(session, read_calendar_filter(session, values, user), shown, TODAY)

    return overlaps


def pairs_of(found):
    return [(*(e.key for e in pair.events), pair.first, pair.last) for pair in found.pairs]


def test_two_events_on_the_same_days(event, find):
    event("a", "2026-11-02", "2026-11-05")
    event("b", "2026-11-04", "2026-11-09")
    event("c", "2026-11-10")
    found = find()
    assert pairs_of(found) == [("a", "b", date(2026, 11, 4), date(2026, 11, 5))]
    assert found.at_once == {date(2026, 11, 4): 2, date(2026, 11, 5): 2}


def test_three_at_once_are_three_pairs(event, find):
    for key in "abc":
        event(key, "2026-11-04")
    found = find()
    assert [pair[:2] for pair in pairs_of(found)] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert found.at_once == {date(2026, 11, 4): 3}


def test_what_is_no_overlap(event, find):
    event("a", "2026-11-04")
    event("cancelled", "2026-11-04", status="cancelled")
    event("vague", "2026-11")
    event("of others", "2026-11-04", organizer=None)
    event("hidden", "2026-11-04", visibility="community")
    found = find()
    assert (pairs_of(found), found.at_once) == ([], {})
    assert [pair[:2] for pair in pairs_of(find(UserFactory()))] == [("a", "hidden")]


def test_an_event_and_what_belongs_to_it(event, find):
    whole = event("whole", "2026-11-02", "2026-11-06")
    event("co-located", "2026-11-03", parent=whole, relation="co-located")
    part = event("part", "2026-11-03", parent=whole, relation="part-of")
    event("part-of-part", "2026-11-03", parent=part, relation="part-of")
    assert find().pairs == []
    other = event("other", "2026-11-03", "2026-11-04")
    event("part-of-other", "2026-11-03", parent=other, relation="part-of")
    found = find()
    # Of two meetings with their parts, the two meetings.
    assert pairs_of(found) == [("whole", "other", date(2026, 11, 3), date(2026, 11, 4))]
    assert found.at_once == {date(2026, 11, 3): 2, date(2026, 11, 4): 2}


def test_parts_of_what_is_another_s_are_one_family(event, find):
    whole = event("whole", "2026-11-02", "2026-11-06", organizer=None)
    event("a", "2026-11-03", parent=whole, relation="part-of")
    event("b", "2026-11-03", parent=whole, relation="part-of")
    assert find().pairs == []


def test_a_circle_of_parents_ends(session, event, find):
    a, b = event("a", "2026-11-03"), event("b", "2026-11-03")
    for one, other in ((a, b), (b, a)):
        session.execute(
            update(Event).where(Event.id == one.id).values(parent_id=other.id, relation="part-of")
        )
    session.commit()
    assert len(find().pairs) == 1


def test_nobody_s_events_are_not_compared(event, find, count_queries):
    event("a", "2026-11-04")
    event("b", "2026-11-04")
    assert find(kind="meeting") is calendar_overlaps.NONE


def test_days_outside_are_not_told(event, find):
    event("a", "2026-10-20", "2026-11-02")
    event("b", "2026-10-25", "2026-11-05")
    event("c", "2026-10-20")
    assert pairs_of(find()) == [("a", "b", date(2026, 11, 1), date(2026, 11, 2))]


def test_an_agenda_without_end_looks_a_year_ahead(event, find):
    for start in ("2026-12-01", "2027-10-01", "2028-06-01"):
        event(f"a-{start}", start)
        event(f"b-{start}", start)
    assert len(find(shown=Shown("agenda", TODAY, None)).pairs) == 2
    assert len(find(shown=Shown("agenda", None, date(2027, 1, 1))).pairs) == 1


def test_who_goes_is_for_the_signed_in(event, find, own):
    a, b = event("a", "2026-11-04"), event("b", "2026-11-04")
    AttendanceFactory(event=a, organization=own, person=PersonFactory(name="Ana"), status="planned")
    AttendanceFactory(
        event=b, organization=own, person=PersonFactory(name="Beto"), status="attended"
    )
    AttendanceFactory(event=b, organization=OrganizationFactory(), status="planned")
    assert find().going == {}
    going = find(UserFactory()).going
    named = {key: [each.person.name for each in those.attendances] for key, those in going.items()}
    assert named == {a.id: ["Ana"], b.id: ["Beto"]}


def test_two_events_of_one_person(event, find, session):
    person = PersonFactory()
    for key in "ab":
        made = event(key, "2026-11-04", organizer=None)
        AttendanceFactory(event=made, person=person, status="planned")
    event("c", "2026-11-04")
    found = find(UserFactory(person=person), mine="1")
    assert [pair[:2] for pair in pairs_of(found)] == [("a", "b")]
    assert all(len(going.attendances) == 1 for going in found.going.values())


def test_no_more_than_can_be_read(event, find, monkeypatch, count_queries):
    monkeypatch.setattr(calendar_overlaps, "MOST_PAIRS", 3)
    for number in range(4):
        event(f"e{number}", "2026-11-04")
    with count_queries:
        found = find(UserFactory())
    assert (len(found.pairs), found.more) == (3, True)
    assert found.at_once == {date(2026, 11, 4): 4}
    few = count_queries.count
    for number in range(4, 9):
        event(f"e{number}", "2026-11-05")
    with count_queries:
        find(UserFactory())
    assert count_queries.count <= few
