"""Synthetic data: as much as was asked for, the same for the same seed, true to the model."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.factories import SpaceFactory
from tracker.errors import Conflict, DomainError
from tracker.models import (
    Affiliation,
    Attendance,
    Change,
    ChangeItem,
    Event,
    EventOrganization,
    Headcount,
    Organization,
    Person,
    PersonEmail,
    Space,
)
from tracker.models.changes import current_revision
from tracker.services.affiliations import affiliation_on
from tracker.services.generate import generate

SIZES: dict[str, Any] = {"events": 300, "people": 120, "organizations": 25, "attendances": 1500}


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def snapshot(session):
    """Everything that was made, without ids and times of writing."""
    hidden = {"id", "created_at", "updated_at", "feed_changed_at"}
    numbers = {
        f"{model.__tablename__}.{row.id}": str(mark)
        for model, name in (
            (Event, "key"),
            (Person, "key"),
            (Organization, "slug"),
            (Space, "slug"),
        )
        for row in session.scalars(select(model))
        for mark in [getattr(row, name)]
    }
    found: Counter = Counter()
    for model in (Organization, Space, Person, PersonEmail, Affiliation, Event, EventOrganization,
                  Headcount, Attendance):  # fmt: skip
        table: Any = model.__table__
        for row in session.execute(select(table)).mappings():
            plain = []
            for column in table.columns:
                value = row[column.name]
                for key in column.foreign_keys:
                    value = numbers.get(f"{key.column.table.name}.{value}")
                if column.name not in hidden:
                    plain.append((column.name, value))
            found[(table.name, *plain)] += 1
    return found


def test_there_is_as_much_as_was_asked_for(session):
    generate(session, **SIZES, seed=7)

    for model, name in (
        (Event, "events"), (Person, "people"), (Organization, "organizations"),
        (Attendance, "attendances"),
    ):  # fmt: skip
        assert count(session, model) == SIZES[name]


def test_the_same_seed_gives_the_same(session):
    generate(session, **SIZES, seed=7)
    first = snapshot(session)
    session.rollback()
    generate(session, **SIZES, seed=7)
    again = snapshot(session)
    session.rollback()
    generate(session, **SIZES, seed=8)

    assert again == first
    assert snapshot(session) != first


def test_derived_columns_are_those_of_the_models(session):
    generate(session, **SIZES, seed=7)

    for model in (Event, Person, Organization, Affiliation, Space):
        names = [column.key for column in model.__table__.columns]
        for row in session.scalars(select(model).limit(200)):
            before = {name: getattr(row, name) for name in names}
            if model is Event:
                row.uid = None
            row.derive()
            assert {name: getattr(row, name) for name in names} == before
    session.rollback()


def test_attendances_freeze_the_affiliation_of_the_day(session):
    generate(session, **SIZES, seed=7)

    named = select(Attendance).where(Attendance.person_id.is_not(None)).limit(300)
    seen = set()
    for row in session.scalars(named):
        job = affiliation_on(session, row.person, row.event.first_day)
        organization = job.organization if job else None
        assert row.organization == organization
        assert row.stakeholder_group == (organization.stakeholder_group if organization else None)
        assert row.country == (row.person.country or (organization and organization.country))
        seen.add(organization is not None)
    assert seen == {True, False}


def test_it_is_marked_synthetic(session):
    generate(session, **SIZES, seed=7)

    for model in (Event, Person, Organization, Space):
        for row in session.scalars(select(model)):
            assert row.synthetic
            assert row.source == "synthetic"
    for person in session.scalars(select(Person)):
        assert person.name.startswith("Demo ")
    for email in session.scalars(select(PersonEmail)):
        assert email.address.endswith("example.org")


def test_it_looks_like_life(session):
    generate(session, **SIZES, seed=7)

    events = session.scalars(select(Event)).all()
    relations = Counter(event.relation for event in events)
    assert relations["part-of"] > 20
    assert relations["co-located"] > 3
    assert {event.status for event in events} == {"confirmed", "cancelled", "tentative"}
    assert {event.visibility for event in events} == {"public", "community", "organization"}
    assert {len(event.start_date) for event in events} >= {7, 10}
    assert any(event.start_time for event in events)
    assert all(
        event.parent.first_day <= event.first_day <= event.parent.last_day
        for event in events
        if event.relation == "part-of"
    )
    busiest = select(func.count()).group_by(Attendance.person_id).order_by(func.count().desc())
    counts = session.scalars(busiest.where(Attendance.person_id.is_not(None))).all()
    assert counts[0] > 4 * counts[len(counts) // 2]


def test_one_change_without_items(session):
    before = current_revision(session)
    generate(session, **SIZES, seed=7)
    session.commit()

    assert [change.action for change in session.scalars(select(Change))] == ["generate"]
    assert count(session, ChangeItem) == 0
    assert current_revision(session) == before + 1


def test_another_seed_joins_what_is_there(session):
    generate(session, **SIZES, seed=7)
    generate(session, **SIZES, seed=71)

    assert count(session, Event) == 2 * SIZES["events"]
    assert count(session, Space) == 5
    with pytest.raises(Conflict):
        generate(session, **SIZES, seed=7)


def test_events_join_the_spaces_there_without_taking_their_numbers(session):
    space = SpaceFactory()
    generate(session, events=40, people=0, organizations=0, attendances=0, seed=1)

    events = session.scalars(select(Event)).all()
    assert {event.space for event in events} == {space, None}
    assert {event.edition for event in events} == {None}


@pytest.mark.parametrize(
    "sizes",
    [
        {"events": 0, "people": 0, "organizations": 0, "attendances": 0},
        {"events": 0, "people": 3, "organizations": 0, "attendances": 0},
        {"events": 1, "people": 0, "organizations": 0, "attendances": 5},
        {"events": 1, "people": 2, "organizations": 1, "attendances": 50},
        {"events": 3, "people": 1, "organizations": 4, "attendances": 1},
    ],
)
def test_odd_sizes_are_kept_too(session, sizes):
    generate(session, **sizes, seed=3)

    assert count(session, Attendance) == sizes["attendances"]
    assert count(session, Event) == sizes["events"]


@pytest.mark.parametrize(
    "wrong", [{"events": -1}, {"events": 0, "attendances": 1}, {"people": -5}, {"seed": -1}]
)
def test_what_cannot_be_is_refused(session, wrong):
    sizes: dict[str, Any] = {
        "events": 1,
        "people": 1,
        "organizations": 1,
        "attendances": 1,
        "seed": 1,
    }
    with pytest.raises(DomainError):
        generate(session, **(sizes | wrong))

    assert count(session, Change) == 0


def test_progress_reaches_the_end_of_each_step(session):
    told = {}
    generate(
        session, **SIZES, seed=7,
        progress=lambda step, done, total: told.update({step: (done, total)}),
    )  # fmt: skip

    assert told == {step: (size, size) for step, size in SIZES.items()}
