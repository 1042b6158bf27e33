"""DESIGN 3.7: which organization a person represents on a day."""

from datetime import date

import pytest

from tests.factories import AffiliationFactory, OrganizationFactory, PersonFactory
from tracker.services.affiliations import affiliation_on, affiliations_on

DAY = date(2023, 5, 8)


@pytest.mark.parametrize(
    "start, end, holds",
    [
        ("", None, True),
        ("2023-05-08", None, True),
        ("2023-05-09", None, False),
        ("2023-05", None, True),
        ("2023-06", None, False),
        ("2023", None, True),
        ("2020", "2023-05-07", False),
        ("2020", "2023-05-08", True),
        ("2020", "2023", True),
        ("", "2023-05", True),
        ("", "2022", False),
    ],
)
def test_partial_dates_reach_from_their_first_to_their_last_day(session, start, end, holds):
    affiliation = AffiliationFactory(start_date=start, end_date=end)

    found = affiliation_on(session, affiliation.person, DAY)

    assert (found is not None) == holds
    assert affiliation.in_force_on(DAY) == holds


def test_of_several_the_one_that_started_last(session):
    person = PersonFactory()
    AffiliationFactory(person=person, start_date="")
    AffiliationFactory(person=person, start_date="2010")
    latest = AffiliationFactory(person=person, start_date="2020-02")
    AffiliationFactory(person=person, start_date="2023-06")

    assert affiliation_on(session, person, DAY) is latest


def test_ties_go_to_the_acronym_that_sorts_first(session):
    person = PersonFactory()
    for acronym in ("ZZZ", "LAC-IX", "LACNIC"):
        organization = OrganizationFactory(acronym=acronym)
        AffiliationFactory(person=person, organization=organization, start_date="2020")

    found = affiliation_on(session, person, DAY)

    assert found is not None
    assert found.organization.acronym == "LAC-IX"


def test_no_day_or_no_affiliation_is_none(session):
    affiliation = AffiliationFactory()
    stranger = PersonFactory()

    assert affiliation_on(session, affiliation.person, None) is None
    assert affiliation_on(session, stranger, DAY) is None


def test_many_people_cost_one_query(session, count_queries):
    affiliations = AffiliationFactory.create_batch(5)
    people = [affiliation.person_id for affiliation in affiliations]

    with count_queries:
        found = affiliations_on(session, people, DAY)
        acronyms = {affiliation.organization.acronym for affiliation in found.values()}

    assert set(found) == set(people)
    assert len(acronyms) == 5
    assert count_queries.count == 1
