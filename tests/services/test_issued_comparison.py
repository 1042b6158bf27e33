"""Figures then and now, on the JSON of reports."""

import pytest

from tracker.services.issued_comparison import Cell, compare, differences

BREAKDOWN = ["key", "label", "events", "people"]


def report(measures=None, **tables):
    return {
        "measures": measures or {},
        "tables": [
            {"name": name, "title": name.title(), "columns": BREAKDOWN, "rows": rows}
            for name, rows in tables.items()
        ],
    }


def a_range(at_least, at_most, approximate=False):
    return {"at_least": at_least, "at_most": at_most, "approximate": approximate}


def measure(then, now):
    return compare(report({"events": then}), report({"events": now})).measures[0]


def rows_of(comparison):
    """(key, what became of it) of the rows that differ."""
    return [(row.key, row.change) for row in comparison.tables[0].differing]


class TestMeasures:
    @pytest.mark.parametrize(
        "then, now, by",
        [
            (12, 15, 3),
            (12, 9, -3),
            (0, 0, 0),
            (1.1, 1.3, 0.2),
            (None, 4, None),
            (4, None, None),
            (None, None, None),
            (a_range(10, 20), a_range(12, 19), (2, -1)),
            (a_range(10, None, True), a_range(12, 19), (2, None)),
            (a_range(10, 20), None, None),
            (5, a_range(5, 5), None),
        ],
    )
    def test_what_was_added(self, then, now, by):
        assert measure(then, now).by == by

    @pytest.mark.parametrize(
        "then, now, differs",
        [
            (12, 12, False),
            (None, None, False),
            # Not known is not zero.
            (None, 0, True),
            (0, None, True),
            (a_range(1, 2), a_range(1, 2), False),
            (a_range(1, 2), a_range(1, 2, approximate=True), True),
            (a_range(1, 2), a_range(1, None), True),
        ],
    )
    def test_whether_it_differs(self, then, now, differs):
        assert measure(then, now).differs == differs

    def test_what_was_not_issued_is_not_compared(self):
        both = compare(report({"events": 1}), report({"events": 1, "hours": 3}))
        assert [each.name for each in both.measures] == ["events"]
        assert not both.differs

    def test_what_this_version_no_longer_has_is_not_known_now(self):
        found = compare(report({"old": 1}), report()).measures[0]
        assert (found.then, found.now, found.differs) == (1, None, True)


class TestTables:
    def test_changed_gone_new_and_the_same(self):
        then = report(by_space=[["A", "Space A", 1, 2], ["B", "B", 1, 1], ["D", "D", 4, 4]])
        now = report(by_space=[["A", "Space A", 1, 3], ["C", "C", 2, 2], ["D", "D", 4, 4]])
        found = compare(then, now)
        assert rows_of(found) == [("A", "changed"), ("B", "gone"), ("C", "new")]
        assert [row.key for row in found.tables[0].same] == ["D"]
        assert found.differs
        changed = found.tables[0].differing[0]
        assert [(each.name, each.then, each.now, each.by) for each in changed.figures] == [
            ("events", 1, 1, 0), ("people", 2, 3, 1),
        ]  # fmt: skip
        gone = found.tables[0].differing[1]
        assert [(each.then, each.now) for each in gone.figures] == [(1, None), (1, None)]

    def test_a_label_is_no_figure(self):
        then, now = (
            report(by_kind=[["talk", "Talk", 1, 1]]),
            report(by_kind=[["talk", "Charla", 1, 1]]),
        )
        found = compare(then, now)
        assert not found.differs
        assert found.tables[0].same[0].label == "Charla"

    def test_a_column_that_came_later_is_not_compared(self):
        then, now = report(by_kind=[["talk", "Talk", 1, 1]]), report()
        now["tables"] = [
            {"name": "by_kind", "title": "T", "columns": ["key", "label", "hours", "people", "events"],
             "rows": [["talk", "Talk", 9, 1, 1]]}
        ]  # fmt: skip
        found = compare(then, now)
        assert found.tables[0].columns == ("events", "people")
        assert not found.differs

    def test_a_table_that_came_later_was_not_issued(self):
        assert compare(report(), report(by_kind=[["talk", "Talk", 1, 1]])).tables == ()

    def test_a_table_that_is_no_more(self):
        found = compare(report(by_kind=[["talk", "Talk", 1, 1]]), report())
        assert rows_of(found) == [("talk", "gone")]

    def test_a_hidden_cell_is_neither_zero_nor_unknown(self):
        then = report(by_gender=[["other", "Other", 1, None], ["male", "Male", 1, None]])
        now = report(by_gender=[["other", "Other", 1, None], ["male", "Male", 1, 7]])
        then["tables"][0]["suppressed"] = [[0, 3], [1, 3]]
        now["tables"][0]["suppressed"] = [[0, 3]]
        found = compare(then, now).tables[0]
        assert [(row.key, row.change) for row in found.differing] == [("male", "changed")]
        figure = found.differing[0].figures[1]
        assert (figure.then, figure.now, figure.by) == (Cell.HIDDEN, 7, None)


class TestRowsThatShareAKey:
    """Contributions and published figures have the event's key, several times."""

    def test_alike_rows_are_not_taken_for_others(self):
        then = report(given=[["e", "E", "talk", 1], ["e", "E", "talk", 2]])
        now = report(given=[["e", "E", "talk", 0], ["e", "E", "talk", 2], ["e", "E", "talk", 1]])
        assert rows_of(compare(then, now)) == [("e", "new")]

    def test_what_a_row_says_it_is_about_pairs_it(self):
        then = report(given=[["e", "E", "talk", 1], ["e", "E", "booth", 2]])
        now = report(given=[["e", "E", "booth", 5], ["e", "E", "talk", 1]])
        found = compare(then, now)
        assert rows_of(found) == [("e", "changed")]
        assert found.tables[0].differing[0].figures[1].by == 3

    def test_the_last_two_are_a_pair(self):
        then = report(given=[["e", "E", "talk", 1], ["e", "E", "panel", 2]])
        now = report(given=[["e", "E", "talk", 1], ["e", "E", "booth", 3]])
        assert rows_of(compare(then, now)) == [("e", "changed")]

    def test_several_of_which_none_is_like_another(self):
        then = report(given=[["e", "E", "talk", 1], ["e", "E", "panel", 2]])
        now = report(given=[["e", "E", "booth", 1], ["e", "E", "grant", 3]])
        assert rows_of(compare(then, now)) == [("e", "gone")] * 2 + [("e", "new")] * 2


class TestAsATable:
    def test_what_differs_value_by_value(self):
        then = report(
            {"events": 1, "people": 2, "reached": a_range(1, 5)}, by_kind=[["talk", "T", 1, 1]]
        )
        now = report(
            {"events": 3, "people": 2, "reached": a_range(1, None)}, by_kind=[["talk", "T", 1, 4]]
        )
        assert list(differences(compare(then, now))) == [
            ("measures", "events", None, "value", 1, 3, 2),
            ("measures", "reached", None, "at_most", 5, None, None),
            ("by_kind", "talk", "T", "people", 1, 4, 3),
        ]  # fmt: skip

    def test_a_range_that_nobody_knows_any_more(self):
        found = compare(report({"reached": a_range(1, 5)}), report({"reached": None}))
        assert [row[3:] for row in differences(found)] == [
            ("at_least", 1, None, None), ("at_most", 5, None, None),
            ("approximate", False, None, None),
        ]  # fmt: skip

    def test_a_hidden_cell_says_so(self):
        then = report(by_gender=[["male", "Male", 1, None]])
        then["tables"][0]["suppressed"] = [[0, 3]]
        found = compare(then, report(by_gender=[["male", "Male", 1, 7]]))
        assert [row[4:] for row in differences(found)] == [("hidden", 7, None)]

    def test_columns_of_words_are_told_from_figures(self):
        both = report(given=[["e", "E", "talk", 1]])
        assert compare(both, both).tables[0].texts == {"events"}
