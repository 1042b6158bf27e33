"""What attendances recorded stays, unless somebody says that it was wrong."""

import pytest
from sqlalchemy import func, select

from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tracker.models import Change
from tracker.services import history
from tracker.services.affiliation_corrections import Period, concerned, correct, corrections


@pytest.fixture
def user(session):
    return UserFactory()


@pytest.fixture
def ana(session):
    return PersonFactory(country=None)


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(
        acronym="LACNIC", country="UY", stakeholder_group="technical-community"
    )


@pytest.fixture
def icann(session):
    return OrganizationFactory(acronym="ICANN", country="US", stakeholder_group="private-sector")


def at(day, person, organization, **frozen):
    return AttendanceFactory(
        event=EventFactory(start_date=day), person=person, organization=organization, **frozen
    )


def test_what_differs_is_listed(session, user, ana, lacnic, icann):
    AffiliationFactory(person=ana, organization=lacnic, start_date="2015", end_date="2019")
    AffiliationFactory(person=ana, organization=icann, start_date="2020")
    agreeing = at("2018-05-08", ana, lacnic)
    wrong = at("2021-05-08", ana, lacnic)
    empty = at("2022-05-08", ana, None)
    unsaid = at("2010-05-08", ana, lacnic)
    undated = at(None, ana, lacnic)
    found = corrections(session, ana, user)
    assert [(one.attendance, one.organization) for one in found] == [(empty, icann), (wrong, icann)]
    also = corrections(session, ana, user, also=lacnic)
    assert [one.attendance for one in also] == [empty, wrong, unsaid]
    assert {agreeing, undated}.isdisjoint({one.attendance for one in also})


def test_of_several_affiliations_the_one_that_started_last(session, user, ana, lacnic, icann):
    AffiliationFactory(person=ana, organization=icann, start_date="2015")
    AffiliationFactory(person=ana, organization=lacnic, start_date="2016")
    assert corrections(session, ana, user) == []
    at("2021-05-08", ana, lacnic)
    assert corrections(session, ana, user) == []


@pytest.mark.parametrize(
    "home, frozen, corrected",
    [
        (None, "UY", "US"),  # it came from the organization
        (None, "BR", "BR"),  # set by hand
        (None, None, "US"),
        ("PA", "PA", "PA"),  # the person's own
        ("PA", "UY", "PA"),
        ("PA", "BR", "BR"),
    ],
)
def test_the_country_only_if_it_came_from_the_organization(
    session, user, lacnic, icann, home, frozen, corrected
):
    person = PersonFactory(country=home)
    AffiliationFactory(person=person, organization=icann)
    at("2021-05-08", person, lacnic, country=frozen, stakeholder_group="media")
    (one,) = corrections(session, person, user)
    assert (one.country, one.stakeholder_group) == (corrected, "private-sector")


def test_only_those_chosen_change_and_that_is_undone(session, user, ana, lacnic, icann):
    AffiliationFactory(person=ana, organization=icann)
    first = at("2021-05-08", ana, lacnic, country="UY", stakeholder_group="technical-community")
    second = at("2022-05-08", ana, lacnic, country="UY")
    found = corrections(session, ana, user)
    correct(session, [one for one in found if one.attendance is first], by=user)
    session.commit()
    assert (first.organization, first.country, first.stakeholder_group) == (
        icann, "US", "private-sector",
    )  # fmt: skip
    assert (second.organization, second.country) == (lacnic, "UY")
    change = history.find_change(session, session.scalar(select(func.max(Change.id))))
    assert change.action == "attendance.correct"
    history.undo(session, change, by=user)
    session.commit()
    assert (first.organization, first.country, first.stakeholder_group) == (
        lacnic, "UY", "technical-community",
    )  # fmt: skip


def test_only_what_one_may_see_and_correct(session, ana, lacnic, icann):
    AffiliationFactory(person=ana, organization=icann)
    own = at("2021-05-08", ana, lacnic)
    AttendanceFactory(
        event=EventFactory(visibility="organization", owner=OrganizationFactory()),
        person=ana, organization=lacnic,
    )  # fmt: skip
    of_lacnic = UserFactory(role="contributor", organization=lacnic)
    assert [one.attendance for one in corrections(session, ana, UserFactory(role="admin"))] == [own]
    # Its own attendance, but it may not say that ICANN was there.
    assert corrections(session, ana, of_lacnic) == []
    assert corrections(session, ana, UserFactory(role="viewer")) == []


def test_which_of_them_an_affiliation_concerns(session, user, ana, lacnic, icann):
    written = AffiliationFactory(person=ana, organization=icann, start_date="2021", end_date="2021")
    AffiliationFactory(person=ana, organization=icann, start_date="2022")
    inside, outside = at("2021-05-08", ana, lacnic), at("2023-05-08", ana, lacnic)
    found = corrections(session, ana, user)
    assert [one.attendance for one in concerned(found, [Period.of(written)])] == [inside]
    assert len(concerned(found, [Period(None, None)])) == 2
    assert outside
