"""The demonstration on top of the reference data."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from config import ROOT
from tests.factories import EventFactory
from tracker.errors import DomainError
from tracker.models import (
    Attendance,
    ChangeItem,
    Contribution,
    Event,
    FollowUp,
    Headcount,
    Organization,
    Outcome,
    Person,
    Space,
    User,
)
from tracker.services.affiliations import affiliation_on
from tracker.services.demo import DEMO_PASSWORD, create_demo
from tracker.services.loading import load
from tracker.services.passwords import verify_password

TODAY = date(2026, 11, 22)


FILES = ("organizations.csv", "spaces.csv", "topics.csv", "events.csv")


@pytest.fixture
def reference(session, tmp_path):
    """The reference data that the demonstration refers to."""
    for name in FILES:
        (tmp_path / name).symlink_to(ROOT / "tracker" / "reference" / name)
    load(session, tmp_path)
    session.commit()
    return session


def demo_events(session):
    return session.scalars(select(Event).where(Event.synthetic)).all()


def test_one_account_for_each_role(reference):
    accounts = create_demo(reference, TODAY)

    assert [account.role for account in accounts] == ["admin", "editor", "contributor", "viewer"]
    for account in accounts:
        user = reference.scalar(select(User).where(User.email == account.email))
        assert (user.role, user.organization.acronym) == (account.role, account.organization)
        assert user.demo
        assert user.name == f"Demo {account.role.capitalize()}"
        assert verify_password(user.password_hash, DEMO_PASSWORD)
    editor = reference.scalar(select(User).where(User.role == "editor"))
    assert editor.person.name == "Demo Editor"


def test_no_accounts_where_others_could_reach_them(reference):
    assert create_demo(reference, TODAY, accounts=False) == []
    assert reference.scalars(select(User)).all() == []

    assert create_demo(reference, TODAY)
    assert len(reference.scalars(select(User)).all()) == 4


def test_running_it_again_changes_nothing(reference):
    first = create_demo(reference, TODAY)
    reference.commit()
    items = select(func.count()).select_from(ChangeItem)
    before = reference.scalar(items)

    assert create_demo(reference, date(2027, 6, 1)) == first
    reference.commit()
    assert reference.scalar(items) == before


@pytest.mark.parametrize("day", [date(2026, 11, 25), date(2026, 11, 28), date(2026, 11, 29)])
def test_there_are_past_present_and_coming_events_whatever_the_day(reference, day):
    create_demo(reference, day, accounts=False)

    events = {event.key: event for event in demo_events(reference)}
    known = [event for event in events.values() if event.first_day]
    assert len([event for event in known if event.last_day < day]) >= 12
    assert len([event for event in known if event.first_day <= day <= event.last_day]) >= 2
    assert len([event for event in known if event.first_day > day]) >= 8
    assert [event.key for event in events.values() if event.start_date is None]
    numbers = [events[f"demo-rpki-webinar-{n}"].first_day for n in range(1, 7)]
    assert {(b - a).days for a, b in pairwise(numbers)} == {14}
    assert numbers[2] < day < numbers[3]


def test_no_page_is_empty(reference):
    create_demo(reference, TODAY, accounts=False)

    events = demo_events(reference)
    assert {event.status for event in events} == {"confirmed", "tentative", "cancelled"}
    assert {event.visibility for event in events} == {"public", "community", "organization"}
    assert {event.relation for event in events} == {None, "part-of", "co-located"}
    assert all(event.name_en and event.name_es and event.name_pt for event in events)
    statuses = Counter(reference.scalars(select(Attendance.status)))
    assert set(statuses) == {"planned", "registered", "attended", "no-show", "cancelled"}
    assert reference.scalar(select(Attendance).where(Attendance.label == "iPhone").limit(1))
    for model in (Contribution, Outcome, FollowUp):
        assert reference.scalars(select(model)).all()
    assert reference.scalar(select(Headcount).join(Event).where(Event.synthetic).limit(1))
    real = select(Event.key).join(Attendance).where(Event.synthetic.is_(False)).distinct()
    assert {"lacnic-43", "lacnic-45", "icann-86", "igf-2025"} <= set(reference.scalars(real))


def test_people_are_invented_and_say_so(reference):
    create_demo(reference, TODAY, accounts=False)

    people = reference.scalars(select(Person).where(Person.key.startswith("demo-"))).all()
    assert len(people) >= 60
    for person in people:
        assert person.synthetic
        assert person.name.startswith("Demo ")
        assert all(email.address.endswith("@demo.example.org") for email in person.emails)
    names = {person.name for person in people}
    assert {"Demo María Núñez Pérez", "Demo Iván Núñez", "Demo Denise Baptiste"} <= names


def test_attendances_freeze_the_affiliation_of_the_day(reference):
    create_demo(reference, TODAY, accounts=False)

    moved = set()
    for row in reference.scalars(select(Attendance).where(Attendance.person_id.is_not(None))):
        job = affiliation_on(reference, row.person, row.event.first_day)
        assert row.organization == (job.organization if job else None)
        now = affiliation_on(reference, row.person, TODAY)
        moved.add(bool(job and now and job.organization != now.organization))
    assert moved == {True, False}


def test_the_next_lacnic_event_is_left_to_be_logged(reference):
    create_demo(reference, TODAY, accounts=False)

    space = reference.scalar(select(Space).where(Space.code == "LACNIC-EVENT"))
    last = select(func.max(Event.edition)).where(Event.space_id == space.id)
    assert reference.scalar(last) == 45


def test_without_the_reference_data_it_says_what_to_do(session):
    EventFactory()
    with pytest.raises(DomainError, match="flask setup"):
        create_demo(session, TODAY)

    session.rollback()
    assert session.scalars(select(Organization)).all() == []
