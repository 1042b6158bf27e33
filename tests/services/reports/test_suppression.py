"""Rule 19: small cells are hidden from the public, and nobody can reckon them back."""

import csv
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

import tracker
from tests.services.reports.small_cells_attacker import (
    SCHEMES,
    hidden_keys,
    known_from,
    published,
    reckoned,
    solved,
    tables_of,
)
from tracker.formats.tables import Table
from tracker.services.reports.small_cells import SMALL
from tracker.services.reports.suppression import Origin, hide_small_cells

REFERENCE = Path(tracker.__file__).parent / "reference" / "regions.csv"
COLUMNS = ("key", "label", "attendances", "people")


def reference_regions():
    regions = {scheme: {} for scheme in SCHEMES}
    with REFERENCE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            regions[row["scheme"]][row["country"]] = row["region"]
    return regions


REGIONS = reference_regions()


def hidden(origins, name, column="people"):
    """What is hidden in a table, scheme by scheme."""
    reports = published(origins, REGIONS)
    return {scheme: hidden_keys(tables[name], column) for scheme, tables in reports.items()}


def hidden_countries(origins):
    each = list(hidden(origins, "by_country").values())
    assert each == each[:1] * len(each)
    return each[0]


def of(**people):
    return [Origin(country, number) for country, number in people.items()]


# Examples by hand: no more is hidden than needed.


def test_nothing_small_hides_nothing():
    origins = of(UY=5, AR=9, ES=12, US=0)
    assert hidden_countries(origins) == set()
    assert hidden(origins, "by_region") == {scheme: set() for scheme in SCHEMES}


def test_two_small_countries_of_a_region_hide_each_other():
    origins = of(UY=2, AR=3, BR=20, US=30)
    assert hidden_countries(origins) == {"UY", "AR"}
    assert hidden(origins, "by_region") == {scheme: set() for scheme in SCHEMES}


def test_a_small_country_alone_hides_the_next_smallest():
    assert hidden_countries(of(UY=3, AR=7, BR=20)) == {"UY", "AR"}


def test_ones_alone_hide_the_next_smallest_too_since_their_sum_would_tell():
    assert hidden_countries(of(UY=1, AR=1, BR=9, CL=20)) == {"UY", "AR", "BR"}


def test_a_region_shown_does_not_tell_the_only_country_hidden_in_it():
    """KE is the next smallest of the table; without AR and NG the regions would tell both."""
    origins = of(BR=3, AR=12, KE=6, NG=30, FR=30)
    assert hidden_countries(origins) == {"BR", "KE", "AR", "NG"}
    assert hidden(origins, "by_region") == {scheme: set() for scheme in SCHEMES}


def test_countries_alone_in_their_regions_hide_the_regions():
    origins = of(UY=2, KE=6, FR=30, ES=30)
    assert hidden_countries(origins) == {"UY", "KE"}
    assert hidden(origins, "by_region") == {
        "icann": {"latin-america-caribbean", "africa"},
        "un": {"grulac", "african"},
        "lac": {"southern-cone-brazil", "elsewhere"},
    }


def test_what_turns_out_not_to_be_needed_is_shown_again():
    """With the regions hidden for ES, which has no neighbor, UY needs none either."""
    assert hidden_countries(of(UY=2, ES=6, BR=9)) == {"UY", "ES"}


def test_a_small_region_of_one_scheme_counts_whichever_scheme_is_shown():
    """With Mexico shown, andean would be told by the region that is the sum of both in `un`."""
    origins = of(PE=2, CO=2, MX=8, PA=9, UY=20, AR=20)
    assert hidden(origins, "by_region") == {
        "icann": set(), "un": set(), "lac": {"andean", "mexico-central-america"},
    }  # fmt: skip
    assert hidden_countries(origins) == {"PE", "CO", "MX"}


def test_intergovernmental_organizations_are_a_row_like_others():
    origins = [*of(UY=8, AR=7, FR=7, CH=10), Origin("CH", 2, intergovernmental=True)]
    assert hidden_countries(origins) == set()
    assert all("intergovernmental" in keys and len(keys) == 2
               for keys in hidden(origins, "by_region").values())  # fmt: skip


def test_unknown_and_elsewhere_are_rows_like_others():
    origins = of(unknown=3, XK=2, UY=20, AR=20)
    assert hidden_countries(origins) == {"unknown", "XK"}
    assert hidden(origins, "by_region")["icann"] == {"unknown", "elsewhere"}


def test_few_newcomers_are_hidden_with_the_next_few():
    origins = [Origin("UY", 9, 3), Origin("PE", 12, 6), Origin("MX", 30, 9), Origin("ES", 30, 10)]
    assert hidden_countries(origins) == set()
    assert hidden(origins, "newcomers_by_region") == {
        "icann": set(), "un": set(), "lac": {"southern-cone-brazil", "andean"},
    }  # fmt: skip


def test_newcomers_are_hidden_where_the_people_of_a_region_are():
    origins = [Origin("UY", 2, 2), Origin("KE", 6, 6), Origin("FR", 30, 20), Origin("ES", 30, 0)]
    regions = {"latin-america-caribbean", "africa"}
    assert hidden(origins, "newcomers_by_region")["icann"] >= regions


def test_a_small_gender_hides_the_next_smallest():
    tables = tables_of(of(UY=30), REGIONS, "icann", {"female": 3, "male": 20, "unknown": 7, "x": 0})
    by_gender = {t.name: t for t in hide_small_cells(tables, REGIONS, scheme="icann")}["by_gender"]
    assert list(by_gender.rows) == [
        ("female", "female", None, None),
        ("male", "male", 21, 20),
        ("unknown", "unknown", None, None),
        ("x", "x", 0, 0),
    ]
    assert by_gender.suppressed == ((0, 2), (0, 3), (2, 2), (2, 3))


def test_a_row_alone_is_hidden_though_the_total_tells():
    assert hidden_countries(of(UY=3, AR=0)) == {"UY"}
    assert hidden_countries(of(UY=1, AR=1)) == {"UY", "AR"}


# The tables.


def test_a_space_has_but_a_table_by_country_whose_events_would_tell_too():
    columns = ("key", "label", "events", "attendances", "people")
    rows = [("AR", "AR", 3, 20, 9), ("BR", "BR", 2, 9, 8), ("UY", "UY", 2, 3, 2)]
    table = Table("by_country", "", columns, iter(rows))
    (shown,) = hide_small_cells([table], REGIONS)
    assert list(shown.rows) == [
        ("AR", "AR", 3, 20, 9), ("BR", "BR", None, None, None), ("UY", "UY", None, None, None),
    ]  # fmt: skip
    assert len(shown.suppressed) == 6


def test_a_space_of_one_edition_hides_what_the_event_hides():
    origins = of(BR=3, AR=12, KE=6, NG=30, FR=30)
    by_country = next(t for t in tables_of(origins, REGIONS, "un") if t.name == "by_country")
    (shown,) = hide_small_cells([by_country], REGIONS)
    assert hidden_keys(shown) == hidden_countries(origins)


def test_other_tables_stay_as_they_are():
    table = Table("by_mode", "By mode", COLUMNS, (("online", "Online", 2, 1),))
    assert hide_small_cells([table], REGIONS) == (table,)


def test_newcomers_may_be_the_people_of_their_table():
    origins = [Origin("UY", 9, 3), Origin("PE", 12, 6), Origin("MX", 30, 9)]
    rows = [("andean", "", 6, 6), ("mexico-central-america", "", 9, 9)]
    rows.append(("southern-cone-brazil", "", 4, 3))
    table = Table("newcomers_by_region", "", COLUMNS, rows)
    (shown,) = hide_small_cells([table], REGIONS, scheme="lac", origins=origins)
    assert hidden_keys(shown) == {"andean", "southern-cone-brazil"}
    assert hidden_keys(shown, "attendances") == hidden_keys(shown)


def test_a_person_counted_in_two_rows_cannot_bring_a_small_cell_to_light():
    """Two of five are in the region by both of its countries: the row says 3."""
    origins = of(UY=5, ES=9, US=20)
    rows = [
        ("europe", "", 9, 9),
        ("latin-america-caribbean", "", 5, 3),
        ("north-america", "", 20, 20),
    ]
    table = Table("by_region", "", COLUMNS, rows)
    (shown,) = hide_small_cells([table], REGIONS, scheme="icann", origins=origins)
    assert hidden_keys(shown) == {"latin-america-caribbean", "europe"}


# What holds for all tables, against a reader who knows whole numbers and simple algebra.

PEOPLE = st.sampled_from((0, 1, 1, 2, 3, 4, 5, 6, 9))


@st.composite
def events(draw, *, countries=5, intergovernmental=False, newcomers=True):
    """Where the people of an event are from, and three schemes of a few regions each."""
    names = ["AA", "BB", "CC", "DD", "EE"][: draw(st.integers(1, countries))]
    region = st.sampled_from((None, "r1", "r1", "r2", "r3"))
    maps = {scheme: {name: draw(region) for name in names} for scheme in SCHEMES}
    regions = {scheme: {k: v for k, v in each.items() if v} for scheme, each in maps.items()}
    some = draw(st.sampled_from(("none", "some", "all"))) if newcomers else "none"
    origins = []
    for name in [*names, *(["unknown"] if draw(st.booleans()) else [])]:
        for organization in (False, True)[: 1 + intergovernmental]:
            if organization and draw(st.booleans()):
                continue
            number = draw(PEOPLE)
            first = {"none": 0, "all": number}.get(some)
            first = draw(st.integers(0, number)) if first is None else first
            if number or not organization:
                origins.append(Origin(name, number, first, organization))
    return origins, regions


def totals(origins):
    return sum(each.people for each in origins), sum(each.newcomers for each in origins)


def everything_hidden(reports):
    """The same tables with only zeros shown: what is told even so cannot be kept."""
    return {
        scheme: {
            name: Table(name, "", table.columns, [
                (*row[:2], *(None if cell is None or cell else 0 for cell in row[2:]))
                for row in table.rows
            ])
            for name, table in tables.items()
        }
        for scheme, tables in reports.items()
    }  # fmt: skip


def told(origins, regions, **known):
    """The hidden figures that the public tables tell and could have kept."""
    reports = published(origins, regions)
    found = set(reckoned(known_from(reports, regions, totals(origins), **known), origins))
    if not found:
        return found
    least = known_from(everything_hidden(reports), regions, totals(origins), **known)
    return found - set(reckoned(least, origins))


slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(events(countries=4))
@example(
    (
        [Origin("AA", 4, 1), Origin("BB", 3, 1), Origin("CC", 4), Origin("DD", 9, 6),
         Origin("EE", 1, 1), Origin("unknown", 5, 3)],
        {"icann": {"AA": "r2", "BB": "r2", "CC": "r1", "DD": "r1", "EE": "r1"},
         "lac": {"AA": "r3", "BB": "r1", "CC": "r1", "DD": "r1", "EE": "r2"},
         "un": {"AA": "r1", "CC": "r1", "DD": "r3", "EE": "r1"}},
    )
)  # fmt: skip
@example(
    (
        [Origin("AA", 1), Origin("BB", 1), Origin("CC", 1), Origin("DD", 2), Origin("EE", 1),
         Origin("unknown", 4, 4)],
        {"icann": {"AA": "r1", "BB": "r3", "CC": "r1", "DD": "r3", "EE": "r1"},
         "lac": {"AA": "r2", "BB": "r1", "CC": "r1", "DD": "r1", "EE": "r1"},
         "un": {"AA": "r1", "BB": "r1", "CC": "r1", "DD": "r2", "EE": "r1"}},
    )
)  # fmt: skip
def test_no_reader_can_reckon_out_what_is_hidden(event):
    assert told(*event) == set()


@slow
@given(events(countries=3, intergovernmental=True))
def test_no_reader_can_with_intergovernmental_organizations_either(event):
    assert told(*event) == set()


@slow
@given(events(countries=3, intergovernmental=True, newcomers=False))
def test_stakeholder_groups_do_not_tell_small_countries_and_regions(event):
    """They say how many are of intergovernmental organizations, whatever is hidden here."""
    origins, regions = event
    number = sum(each.people for each in origins if each.intergovernmental)
    small = set()
    for scheme in regions:
        by_country, by_region = tables_of(origins, regions, scheme)[:2]
        small |= {("by_country", key, "people") for key, _, _, n in by_country.rows if n in SMALL}
        small |= {(f"by_region {scheme}", key, "people") for key, _, _, n in by_region.rows
                  if n in SMALL and key != "intergovernmental"}  # fmt: skip
    assert told(origins, regions, intergovernmental=number) & small == set()


@given(events(intergovernmental=True), st.lists(PEOPLE, min_size=1, max_size=4), st.randoms())
def test_the_rule_is_kept_to_the_letter(event, numbers, chance):
    origins, regions = event
    genders = {f"g{place}": number for place, number in enumerate(numbers)}
    reports = published(origins, regions, genders)
    for scheme, shown in reports.items():
        for table in tables_of(origins, regions, scheme, genders):
            public = shown[table.name]
            values = {row[0]: row[-1] for row in table.rows}
            keys = hidden_keys(public)
            assert keys >= {key for key, number in values.items() if number in SMALL}
            assert all(values[key] for key in keys), "0 is shown"
            assert len(keys) != 1 or sum(map(bool, values.values())) == 1, "none stands alone"
            assert hidden_keys(public, "attendances") == hidden_keys(public)
            for number, row in enumerate(public.rows):
                for place, cell in enumerate(row):
                    assert (cell is None) == ((number, place) in public.suppressed)
                    assert cell in (None, table.rows[number][place])
    assert len({frozenset(hidden_keys(shown["by_country"])) for shown in reports.values()}) == 1
    again = chance.sample(origins, len(origins))
    assert published(again, regions, genders) == reports


@pytest.mark.parametrize("seed", range(6))
def test_no_system_of_equations_solves_an_event_of_the_whole_world(seed):
    chance = random.Random(seed)
    countries = sorted({country for each in REGIONS.values() for country in each})
    people = {country: int(chance.paretovariate(0.6)) for country in chance.sample(countries, 90)}
    reports = published(of(**people), REGIONS)
    names = sorted(people)
    equations = [(frozenset(range(len(names))), sum(people.values()))]
    for scheme, tables in reports.items():
        for key, _, _, number in tables["by_region"].rows:
            if number is not None:
                at = {
                    i
                    for i, name in enumerate(names)
                    if REGIONS[scheme].get(name, "elsewhere") == key
                }
                equations.append((frozenset(at), number))
    keys = hidden_keys(reports["icann"]["by_country"])
    equations += [
        (frozenset([i]), people[name]) for i, name in enumerate(names) if name not in keys
    ]
    assert keys >= {name for name, number in people.items() if number in SMALL}
    assert not {names[i] for i in solved(equations)} & keys
    assert any(number for _, _, _, number in reports["icann"]["by_region"].rows)
