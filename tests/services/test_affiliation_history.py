"""Where a person worked over time, and ending one affiliation by another."""

from datetime import date

import pytest

from tests.factories import AffiliationFactory, OrganizationFactory, PersonFactory, UserFactory
from tracker.errors import Conflict
from tracker.services.affiliation_history import day_after, day_before, end_before, timeline

TODAY = date(2024, 5, 20)


@pytest.mark.parametrize(
    "partial, before, after",
    [
        ("2024-03-01", "2024-02-29", "2024-03-02"),
        ("2024-01", "2023-12", "2024-02"),
        ("2024", "2023", "2025"),
        ("", "", ""),
        ("1900", "", "1901"),
        ("2199-12", "2199-11", ""),
    ],
)
def test_days_beside_a_partial_date(partial, before, after):
    assert (day_before(partial), day_after(partial)) == (before, after)


def line(session, *periods):
    """The timeline of these periods: acronyms, and gaps as (from, to)."""
    person = PersonFactory()
    for number, (start, end) in enumerate(periods):
        AffiliationFactory(
            person=person, organization=OrganizationFactory(acronym=f"O{number}"),
            start_date=start, end_date=end,
        )  # fmt: skip
    session.refresh(person)
    return [
        stretch.affiliation.organization.acronym if stretch.affiliation else (stretch.start, stretch.end)
        for stretch in timeline(person.affiliations, TODAY)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "periods, expected",
    [
        ([], []),
        ([("", None)], ["O0"]),
        ([("2010", "2014"), ("2015", None)], ["O1", "O0"]),
        ([("2010", "2014"), ("2017", None)], ["O1", ("2015", "2016"), "O0"]),
        ([("2010", "2014-05"), ("2014-07-15", None)], ["O1", ("2014-06", "2014-07-14"), "O0"]),
        ([("2010", "2020"), ("2012", "2013"), ("2020-06", None)], ["O2", "O0", "O1"]),
        ([("2010", "2014"), ("2018", "2020")], [("2021", ""), "O1", ("2015", "2017"), "O0"]),
        ([("", "2014"), ("2020", None), ("2022", None)], ["O2", "O1", ("2015", "2019"), "O0"]),
        ([("2026", None), ("2020", None)], ["O1", "O0"]),
        ([("2026", None), ("2020", "2021")], ["O0", ("2022", "2025"), "O1"]),
        ([("1900", "1900"), ("2199", "2199")], ["O1", ("1901", "2198"), "O0"]),
    ],
)
def test_current_first_then_backwards_with_gaps(session, periods, expected):
    assert line(session, *periods) == expected


def test_a_new_one_ends_the_old_the_day_before(session):
    old = AffiliationFactory(start_date="2015")
    end_before(session, [old], "2024-05-14", UserFactory())
    assert (old.end_date, old.last_day) == ("2024-05-13", date(2024, 5, 13))


@pytest.mark.parametrize("start", ["", "2014-12", "2015", "1900"])
def test_an_end_before_its_beginning_is_refused(session, start):
    old = AffiliationFactory(start_date="2015")
    with pytest.raises(Conflict) as refused:
        end_before(session, [old], start, UserFactory())
    assert refused.value.field == "start_date"
    assert old.end_date is None
