"""The arithmetic of participants and hours, on plain values; tests/oracle counts whole worlds."""

import pytest

from tracker.services.counting.ranges import (
    EventFigures,
    Figure,
    Range,
    headcount_of,
    hours,
    own_participants,
    participants_of,
)


class TestHeadcountOfAnEvent:
    def test_rule_11_the_figure_for_all_modes_rules(self):
        figures = {"all": Figure(90), "in-person": Figure(70), "online": Figure(40)}
        assert headcount_of(figures, "hybrid") == Range(90, 90)

    def test_rule_11_two_modes_are_at_least_the_larger_and_at_most_the_sum(self):
        figures = {"in-person": Figure(70), "online": Figure(40)}
        assert headcount_of(figures, "hybrid") == Range(70, 110)

    def test_rule_11_one_mode_alone_is_a_lower_end(self):
        assert headcount_of({"in-person": Figure(70)}, "hybrid") == Range(70, None)
        assert headcount_of({"in-person": Figure(70)}, "unknown") == Range(70, None)

    def test_rule_11_one_mode_alone_is_both_ends_if_it_is_the_events_own(self):
        assert headcount_of({"online": Figure(70)}, "online") == Range(70, 70)

    def test_rule_11_at_least_has_no_upper_end(self):
        assert headcount_of({"all": Figure(500, "at-least")}, "online") == Range(500, None)
        mixed = {"in-person": Figure(70, "at-least"), "online": Figure(40)}
        assert headcount_of(mixed, "hybrid") == Range(70, None)

    def test_rule_11_about_marks_the_range(self):
        assert headcount_of({"all": Figure(40, "about")}, "online") == Range(40, 40, True)
        mixed = {"in-person": Figure(70), "online": Figure(40, "about")}
        assert headcount_of(mixed, "hybrid") == Range(70, 110, True)

    def test_rule_11_no_figure_no_headcount(self):
        assert headcount_of({}, "online") is None


class TestParticipants:
    @pytest.mark.parametrize(
        "named, unnamed, published, expected",
        [
            (40, 2, 100, Range(100, 100)),
            (120, 2, 100, Range(120, 122)),
            (99, 5, 100, Range(100, 104)),
            (40, 2, None, Range(40, 42)),
        ],
    )
    def test_rule_12_a_headcount_is_never_added_to_names(self, named, unnamed, published, expected):
        headcount = Range(published, published) if published else None
        assert participants_of(named, [EventFigures(named, unnamed, headcount)]) == expected

    def test_rule_13_at_most_adds_what_has_no_name(self):
        events = [EventFigures(10, 0, Range(50, 50)), EventFigures(10, 3)]
        assert participants_of(15, events) == Range(50, 15 + 40 + 3)

    def test_rule_13_a_covered_part_adds_nothing(self):
        whole = EventFigures(12, 0, Range(50, 50))
        part = EventFigures(4, 9, Range(20, None, True), covered=True)
        assert participants_of(12, [whole, part]) == Range(50, 50)

    def test_rule_13_at_most_is_never_below_at_least(self):
        whole = EventFigures(0, 0, Range(50, 50))
        part = EventFigures(0, 0, Range(80, 80), covered=True)
        assert participants_of(0, [whole, part]) == Range(80, 80)

    def test_rule_13_co_located_events_overlap(self):
        events = [EventFigures(0, 0, Range(300, 300)), EventFigures(0, 0, Range(90, 90))]
        assert participants_of(0, events) == Range(300, 390)

    def test_rule_13_one_open_end_leaves_the_whole_open(self):
        events = [EventFigures(0, 0, Range(300, None)), EventFigures(0, 0, Range(90, 90))]
        assert participants_of(0, events) == Range(300, None)

    def test_rule_14_nothing_known_is_not_zero(self):
        assert participants_of(0, []) is None
        assert participants_of(0, [EventFigures()]) is None

    def test_rule_14_events_without_any_figure_add_nothing(self):
        assert participants_of(3, [EventFigures(3), EventFigures()]) == Range(3, 3)

    def test_rule_14_a_published_zero_is_known(self):
        assert participants_of(0, [EventFigures(headcount=Range(0, 0))]) == Range(0, 0)

    def test_rule_15_its_own_are_people_and_at_most_the_unidentified_too(self):
        assert own_participants(18, 2) == Range(18, 20)
        assert own_participants(0, 0) is None


@pytest.mark.parametrize(
    "minutes, attendances, expected",
    [(90, 1, 1.5), (87, 1, 1.5), (45, 1, 0.8), (3, 1, 0.1), (0, 1, 0.0), (None, 0, 0.0), (None, 2, None)],
)  # fmt: skip
def test_rule_10_hours_are_known_minutes_half_up(minutes, attendances, expected):
    assert hours(minutes, attendances) == expected
