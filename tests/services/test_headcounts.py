"""Published figures beside each other and beside names: what adds up, and what does not agree."""

import csv
from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from config import ROOT
from tracker.services.headcounts import (
    Coverage,
    Names,
    Published,
    adds_up,
    bounds,
    breakdowns,
    coverage,
    headcount_warnings,
    in_order,
)


def figure(value, mode="all", dimension="", key="", metric="participants", unit="count",
           qualifier="exact"):  # fmt: skip
    return Published(metric, mode, dimension, key, unit, value, qualifier)


def parts(dimension, values, mode="all", **kwargs):
    return [figure(value, mode, dimension, f"part-{n}", **kwargs) for n, value in enumerate(values)]


def codes(figures, names=Names(), mode="hybrid"):  # noqa: B008 - frozen
    return [warning.code for warning in headcount_warnings(figures, names, mode)]


# ---- what adds up


def test_a_table_adds_up_to_its_own_total_or_not():
    figures = [figure(10), figure(7, "in-person"), *parts("country", [3, 4], "in-person")]
    assert adds_up(figures) == [None, None, True, True]
    figures = [figure(8, "in-person"), *parts("country", [3, 4], "in-person")]
    assert adds_up(figures) == [None, False, False]
    assert adds_up(parts("country", [3, 4])) == [None, None]
    other = [figure(7, metric="registrations"), *parts("country", [3, 4])]
    assert adds_up(other) == [None, None, None]


def test_one_part_alone_is_no_table_unless_it_is_too_large():
    assert adds_up([figure(10), *parts("region", [6])]) == [None, None]
    assert adds_up([figure(10), *parts("region", [10])]) == [None, True]
    assert adds_up([figure(10), *parts("region", [11])]) == [None, False]
    assert adds_up(parts("gender", [43], unit="percent")) == [None]


@pytest.mark.parametrize(
    "values, expected",
    [
        ([50, 49], True), ([50, 51], True), ([50, 48.9], False), ([50, 51.1], False),
        ([33.3, 33.3, 33.3], True), ([40, 20], False),
    ],
)  # fmt: skip
def test_percentages_come_to_100_within_a_point(values, expected):
    assert set(adds_up(parts("region", values, unit="percent"))) == {expected}


@pytest.mark.parametrize(
    "total, qualifier, expected",
    [
        (100, "at-least", True), (80, "at-least", True), (101, "at-least", False),
        (105, "about", True), (95, "about", True), (120, "about", False), (80, "about", False),
    ],
)  # fmt: skip
def test_at_least_and_about_leave_room(total, qualifier, expected):
    figures = [figure(total, qualifier=qualifier), *parts("country", [60, 40])]
    assert adds_up(figures)[1:] == [expected, expected]


def test_parts_that_are_at_least_leave_room_above():
    figures = [figure(100), *parts("country", [60]), figure(30, "all", "country", "b", qualifier="at-least")]  # fmt: skip
    assert adds_up(figures)[1:] == [True, True]


def test_a_part_that_its_percentage_contradicts_is_flagged():
    figures = [
        figure(1280),
        figure(133, "all", "stakeholder_group", "media"),
        figure(14, "all", "stakeholder_group", "media", unit="percent"),
        figure(86, "all", "stakeholder_group", "others", unit="percent"),
    ]
    assert adds_up(figures) == [None, False, True, True]
    (warning,) = headcount_warnings(figures, Names(), "in-person")
    assert (warning.code, warning.found, warning.published, warning.other) == ("share", 133, 1280, 14)  # fmt: skip


FIGURES = st.lists(
    st.builds(
        Published,
        st.sampled_from(("participants", "registrations", "countries")),
        st.sampled_from(("all", "in-person", "online")),
        st.sampled_from(("", "country", "gender")),
        st.sampled_from(("", "a", "b", "c")),
        st.just("count"),
        st.integers(0, 40).map(float),
        st.sampled_from(("exact", "at-least", "about")),
    ),
    unique_by=lambda one: (one.metric, one.mode, one.dimension, one.value_key),
).map(lambda figures: [one for one in figures if bool(one.dimension) == bool(one.value_key)])


@given(FIGURES)
def test_adding_up_is_asked_of_each_table_alone(figures):
    """Against an oracle that looks at each figure's own table."""
    for one, found in zip(figures, adds_up(figures), strict=True):
        table = [other for other in figures if other.kind == one.kind]
        totals = [
            other for other in figures
            if other.kind == (one.metric, one.mode, "", "count")
        ]  # fmt: skip
        if not one.dimension or not totals:
            assert found is None
            continue
        lowest, highest = bounds(totals[0])
        low, high = (sum(bounds(part)[end] for part in table) for end in (0, 1))
        if len(table) == 1 and high < lowest:
            assert found is None
        else:
            assert found is (low <= highest and high >= lowest)


@given(FIGURES, st.randoms())
def test_the_order_of_figures_changes_nothing(figures, random):
    shuffled = list(figures)
    random.shuffle(shuffled)
    assert sorted(map(str, breakdowns(shuffled))) == sorted(map(str, breakdowns(figures)))
    assert [str(one) for one in in_order(shuffled)] == [str(one) for one in in_order(figures)]
    names = Names(20, 1, {"in-person": 15, "online": 5})
    assert set(codes(figures, names)) == set(codes(shuffled, names))


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=30))
def test_a_table_of_its_own_sum_never_warns(values):
    figures = [figure(sum(values)), *parts("country", values)]
    assert codes(figures) == []
    assert codes([figure(sum(values) + 1), *figures[1:]]) == ["parts"]


# ---- what else does not agree


def test_modes_beside_their_total():
    modes = [figure(1204, "in-person"), figure(815, "online")]
    assert codes([figure(2019), *modes]) == []
    for total in (2018, 2020):
        (warning,) = headcount_warnings([figure(total), *modes], Names(), "hybrid")
        assert (warning.code, warning.found, warning.other, warning.published) == (
            "modes", 1204, 815, total,
        )  # fmt: skip
    assert codes([figure(2000, qualifier="at-least"), *modes]) == []
    assert codes([figure(2000, qualifier="about"), *modes]) == []
    assert codes([figure(2100, qualifier="at-least"), *modes]) == ["modes"]
    assert codes([figure(2019), modes[0]]) == []
    countries = [figure(5, metric="countries"), figure(4, "in-person", metric="countries"),
                 figure(4, "online", metric="countries")]  # fmt: skip
    assert codes(countries) == []


def test_more_names_than_published():
    names = Names(12, 3)
    assert codes([figure(12)], names) == []
    assert codes([figure(11)], names) == ["names"]
    assert codes([figure(11, qualifier="about")], names) == ["names"]
    assert codes([figure(11, qualifier="at-least")], names) == []
    assert codes([figure(5, "in-person"), figure(6, "online")], names) == ["names"]
    assert codes([figure(6, "in-person"), figure(6, "online")], names) == []
    assert codes([], names) == []


def test_more_names_in_a_mode_than_published_for_it():
    names = Names(12, 0, {"in-person": 10, "online": 4})
    assert codes([figure(9, "in-person")], names, "hybrid") == ["names"]
    assert codes([figure(9, "in-person", qualifier="at-least")], names) == []
    warnings = headcount_warnings(
        [figure(20), figure(9, "in-person"), figure(3, "online")], names, "hybrid"
    )
    assert [(w.code, w.mode, w.found) for w in warnings] == [
        ("names", "in-person", 10), ("names", "online", 4), ("modes", "all", 9),
    ]  # fmt: skip
    # The only figure of an event in person is said once.
    assert codes([figure(9, "in-person")], names, "in-person") == ["names"]


def test_fewer_registrations_than_participants():
    figures = [figure(100), figure(90, metric="registrations")]
    assert codes(figures) == ["registrations"]
    assert codes([figure(100), figure(90, metric="registrations", qualifier="at-least")]) == []
    assert codes([figure(100, "online"), figure(90, metric="registrations")]) == []


@pytest.mark.parametrize(
    "figures, people, expected",
    [
        ([figure(2019)], 40, Coverage(Decimal("2.0"), "exact")),
        ([figure(8)], 1, Coverage(Decimal("12.5"), "exact")),
        ([figure(2000)], 5, Coverage(Decimal("0.3"), "exact")),
        ([figure(500, qualifier="at-least")], 40, Coverage(Decimal("8.0"), "at-least")),
        ([figure(10)], 11, None),
        ([figure(10)], 0, None),
        ([figure(0)], 1, None),
        ([figure(10, "online")], 1, None),
    ],
)
def test_coverage_is_of_the_published_total(figures, people, expected):
    assert coverage(figures, Names(people), "hybrid") == expected


def test_the_figure_of_the_only_mode_is_the_whole():
    online = [figure(20, "online")]
    assert coverage(online, Names(5), "online") == Coverage(Decimal("25.0"), "exact")
    assert coverage(online, Names(5), "in-person") is None
    assert coverage([*online, figure(3, "in-person")], Names(5), "online") is None


# ---- as they really are


def test_the_reference_data_is_doubted_where_it_should_be():
    events = defaultdict(list)
    with (ROOT / "tracker" / "reference" / "headcounts.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            events[row["event_key"]].append(
                Published(
                    row["metric"], row["mode"], row["dimension"], row["value_key"], row["unit"],
                    float(row["value"]), row["qualifier"],
                )
            )  # fmt: skip
    doubted = {
        event: [(w.code, w.dimension, w.found, w.published) for w in found]
        for event, figures in events.items()
        if (found := headcount_warnings(figures, Names(), "hybrid"))
    }
    assert doubted == {
        "icann-55": [("parts", "badge", 2267, 2273)],
        "icann-56": [
            ("parts", "country", 1429, 1436), ("parts", "gender", 1072, 1436),
            ("parts", "badge", 1430, 1436),
        ],
        "icann-57": [("parts", "gender", 2926, 3182)],
        "icann-59": [("parts", "gender", 1343, 1353)],
        "icann-62": [("parts", "gender", 1007, 1113)],
        "icann-64": [("parts", "gender", 1613, 1759)],
        "icann-65": [("parts", "gender", 1150, 1186)],
        "icann-66": [("parts", "badge", 1893, 1894)],
        "igf-2008": [("share", "stakeholder_group", 133, 1280)],
        "igf-2012": [("parts", "stakeholder_group", 1618, 1630)],
    }  # fmt: skip
    (total, *_rest) = [t for t in breakdowns(events["icann-76"]) if t.dimension == "country"]
    assert (total.figures, total.sum, total.adds_up) == (119, 1204, True)
