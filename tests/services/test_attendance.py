"""Recording who attended, and what was true that day."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    ContributionFactory,
    EventFactory,
    HeadcountFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.errors import Conflict, Forbidden
from tracker.models import Attendance, Contribution, Headcount
from tracker.models.changes import attribute
from tracker.services.attendance import (
    create_person,
    edit_attendance,
    record_attendance,
    remove,
    save_contribution,
    save_headcount,
    usual_mode,
    usual_status,
)


@pytest.fixture
def editor(session):
    return UserFactory()


@pytest.fixture
def record(session, editor):
    def write(event, who, **values):
        found = record_attendance(session, event, who, **{"by": editor, **values})
        session.commit()
        return found

    return write


# ---- freezing (DESIGN 3.7)


def affiliated(person, **organizations):
    for acronym, (start, end) in organizations.items():
        AffiliationFactory(
            person=person, start_date=start, end_date=end,
            organization=OrganizationFactory(acronym=acronym, country="BR", stakeholder_group="academia"),
        )  # fmt: skip


@pytest.mark.parametrize(
    "start_date, affiliations, represented",
    [
        ("2023-05-08", {}, None),
        ("2023-05-08", {"A": ("2020", None)}, "A"),
        ("2023-05-08", {"A": ("2023-05-08", "2023-05-08")}, "A"),
        ("2023-05-08", {"A": ("2023-05-09", None)}, None),
        ("2023-05-08", {"A": ("2020", "2023-05-07")}, None),
        ("2023-05-08", {"A": ("2020", "2023-05")}, "A"),
        ("2023-05-08", {"A": ("2020", None), "B": ("2021", None)}, "B"),
        ("2023-05-08", {"B": ("2021", None), "A": ("2021", None)}, "A"),
        ("2023-05-08", {"A": ("", None), "B": ("2021", None)}, "B"),
        ("2023-05-08", {"A": ("2020", None), "B": ("2021", "2022")}, "A"),
        # Only the month or year of the event is known: its first day.
        ("2023-05", {"A": ("2023-05-02", None), "B": ("2020", None)}, "B"),
        ("2023", {"A": ("2020", "2023-01-01")}, "A"),
        (None, {"A": ("2020", None)}, None),
    ],
)
def test_the_organization_is_that_of_the_first_day(
    session, record, start_date, affiliations, represented
):
    person = PersonFactory(country="UY")
    affiliated(person, **affiliations)
    found = record(EventFactory(start_date=start_date), person)
    assert (found.organization.acronym if found.organization else None) == represented
    assert found.country == "UY"
    assert found.stakeholder_group == ("academia" if represented else None)


def test_without_a_country_of_the_person_it_is_the_organizations(session, record):
    person = PersonFactory(country=None)
    affiliated(person, A=("2020", None))
    assert record(EventFactory(), person).country == "BR"


def test_what_was_frozen_stays_when_people_and_organizations_change(session, record):
    person = PersonFactory(country="UY")
    affiliated(person, A=("2020", None))
    found = record(EventFactory(), person)
    attribute(session, "test", None)
    person.country = "AR"
    person.affiliations[0].organization.stakeholder_group = "government"
    person.affiliations[0].end_date = "2021"
    session.commit()
    assert (found.organization.acronym, found.country, found.stakeholder_group) == (
        "A",
        "UY",
        "academia",
    )


def test_an_organization_that_is_named_goes_before_the_affiliation(session, record):
    person = PersonFactory()
    affiliated(person, A=("2020", None))
    other = OrganizationFactory(stakeholder_group="media")
    found = record(EventFactory(), person, organization=other)
    assert (found.organization, found.stakeholder_group) == (other, "media")


def test_somebody_not_identified_has_a_label(session, record):
    organization = OrganizationFactory(country="PE")
    found = record(EventFactory(), "iPhone", organization=organization)
    assert (found.person, found.label, found.country) == (None, "iPhone", "PE")
    assert record(found.event, "Sala 2").organization is None


def test_roles_are_kept_in_their_order(session, record):
    assert record(EventFactory(), PersonFactory(), roles=["moderator", "speaker", "speaker"]).roles == [
        "speaker", "moderator",
    ]  # fmt: skip
    assert record(EventFactory(), PersonFactory(), roles=[]).roles == ["attendee"]


@pytest.mark.parametrize("who", ["person", "label"])
def test_nobody_is_recorded_twice(session, record, who):
    event = EventFactory()
    somebody = PersonFactory() if who == "person" else "iPhone"
    record(event, somebody)
    with pytest.raises(Conflict) as problem:
        record(event, somebody)
    assert problem.value.field == "person_key"
    session.rollback()
    assert len(session.scalars(select(Attendance)).all()) == 1
    assert record(EventFactory(), somebody)


def test_somebody_new_belongs_to_the_organization_since_that_day(session, editor, record):
    event, organization = EventFactory(start_date="2023-05"), OrganizationFactory(country="CL")
    person = create_person(session, "Ana Núñez", organization, event, by=editor)
    found = record(event, person)
    assert (person.key, person.name, person.country) == ("ana-nunez", "Ana Núñez", None)
    assert [(a.organization, a.start_date) for a in person.affiliations] == [
        (organization, "2023-05")
    ]
    assert (found.organization, found.country) == (organization, "CL")


def test_keys_of_people_are_unique(session, editor):
    event = EventFactory()
    keys = [
        create_person(session, name, None, event, by=editor).key
        for name in ("Ana", "ana", "Ána", "New", "王")
    ]
    assert keys == ["ana", "ana-2", "ana-3", "new-2", "person"]


def test_what_is_usual(session):
    with time_machine.travel(datetime(2023, 5, 8, 12, tzinfo=UTC), tick=False):
        assert usual_status(EventFactory(start_date="2023-05-08")) == "attended"
        assert usual_status(EventFactory(start_date="2023-05-09")) == "planned"
        assert usual_status(EventFactory(start_date=None)) == "planned"
    assert [usual_mode(EventFactory(mode=mode)) for mode in ("online", "in-person", "hybrid")] == [
        "online", "in-person", "unknown",
    ]  # fmt: skip


# ---- contributors


@pytest.fixture
def own(session):
    return OrganizationFactory(acronym="OWN")


@pytest.fixture
def contributor(session, own):
    return UserFactory(role="contributor", organization=own)


def test_a_contributor_records_its_own_people_anywhere(session, record, own, contributor):
    person = AffiliationFactory(organization=own).person
    assert record(EventFactory(), person, by=contributor).organization is own
    assert record(EventFactory(), PersonFactory(), organization=own, by=contributor)


def test_and_anybody_at_its_own_events(session, record, own, contributor):
    event = EventFactory(organizer=own)
    assert record(event, AffiliationFactory().person, by=contributor)
    assert record(event, "iPhone", by=contributor)


def test_but_not_others_at_events_of_others(session, record, contributor):
    event = EventFactory(organizer=OrganizationFactory())
    for who in (AffiliationFactory().person, PersonFactory(), "iPhone"):
        with pytest.raises(Forbidden):
            record(event, who, by=contributor)
        session.rollback()
    assert session.scalar(select(Attendance)) is None


def test_a_contributor_does_not_move_its_people_to_others(session, own, contributor):
    attendance = AttendanceFactory(organization=own)
    with pytest.raises(Forbidden):
        edit_attendance(session, attendance, OrganizationFactory(), {}, by=contributor)
    session.rollback()
    edit_attendance(session, attendance, own, {"minutes": 5, "role": ["staff"]}, by=contributor)
    session.commit()
    assert (attendance.organization, attendance.minutes, attendance.role) == (own, 5, "staff")


# ---- figures and contributions

FIGURE = {"metric": "participants", "mode": "all", "dimension": "", "value_key": None, "unit": "count",
          "value": 120, "qualifier": "exact", "source": None, "notes": None}  # fmt: skip


def test_a_figure_is_there_once(session, editor):
    event = EventFactory()
    save_headcount(session, None, event, FIGURE, by=editor)
    session.commit()
    with pytest.raises(Conflict):
        save_headcount(session, None, event, {**FIGURE, "value": 7}, by=editor)
    session.rollback()
    save_headcount(session, None, event, {**FIGURE, "mode": "online"}, by=editor)
    session.commit()
    assert [(h.mode, h.value) for h in session.scalars(select(Headcount).order_by(Headcount.id))] == [
        ("all", 120), ("online", 120),
    ]  # fmt: skip


def test_a_figure_is_corrected_but_not_into_another(session, editor):
    event = EventFactory()
    one, two = HeadcountFactory(event=event), HeadcountFactory(event=event, mode="online")
    save_headcount(session, one, event, {**FIGURE, "value": 99}, by=editor)
    session.commit()
    assert one.value == 99
    with pytest.raises(Conflict):
        save_headcount(session, two, event, FIGURE, by=editor)


def brought(organization, **values):
    return {"organization": organization, "person": None, "kind": "presentation", "title": "Talk",
            "date": None, "url": None, "amount": None, "currency": None, "notes": None, **values}  # fmt: skip


@pytest.mark.parametrize("factory", [EventFactory, SpaceFactory])
def test_a_contribution_is_there_once(session, editor, factory):
    place, organization = factory(), OrganizationFactory()
    save_contribution(session, None, place, brought(organization), by=editor)
    session.commit()
    with pytest.raises(Conflict):
        save_contribution(session, None, place, brought(organization), by=editor)
    session.rollback()
    save_contribution(
        session, None, place, brought(organization, person=PersonFactory()), by=editor
    )
    save_contribution(session, None, factory(), brought(organization), by=editor)
    session.commit()
    assert len(session.scalars(select(Contribution)).all()) == 3


def test_a_contributor_records_what_its_organization_brought(session, own, contributor):
    other, place = OrganizationFactory(), EventFactory()
    made = save_contribution(session, None, place, brought(own), by=contributor)
    session.commit()
    for contribution in (None, made):
        with pytest.raises(Forbidden):
            save_contribution(session, contribution, place, brought(other), by=contributor)
        session.rollback()
    assert [c.organization for c in session.scalars(select(Contribution))] == [own]


@pytest.mark.parametrize("factory", [AttendanceFactory, HeadcountFactory, ContributionFactory])
def test_what_is_removed_is_gone(session, editor, factory):
    row = factory()
    remove(session, row, by=editor)
    session.commit()
    assert session.scalar(select(type(row))) is None
