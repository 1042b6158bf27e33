"""What the pages of event and space reports add to them: published tables, editions, shares."""

from datetime import UTC, date, datetime

import pytest

from tracker.formats.tables import Table
from tracker.models import Event
from tracker.services.reports.event import TITLES as EVENT_TITLES
from tracker.services.reports.published import PUBLISHED
from tracker.services.reports.published_page import published_events
from tracker.services.reports.report import Measure, Report
from tracker.services.reports.space import BY_EDITION, CAME_AND_WENT, GROUPS, RETENTION
from tracker.services.reports.space_page import space_page_of
from tracker.services.reports.words import percent_of


def report(name, *tables, **measures):
    found = tuple(Measure(title, title, measures.get(title, 0)) for title in EVENT_TITLES)
    now = datetime(2024, 1, 1, tzinfo=UTC)
    return Report(name, "it", "It", None, None, "staff", 1, now, found, tables, ("Method.",))


@pytest.mark.parametrize(
    "part, whole, text",
    [
        (1, 3, "33.3 %"), (2, 3, "66.7 %"), (1, 16, "6.3 %"), (1, 2000, "0.1 %"), (0, 5, "0.0 %"),
        (5, 5, "100.0 %"), (30, 20, "150.0 %"), (1, 0, "–"), (None, 5, "–"), (1, None, "–"),
        (0.5, 1, "50.0 %"),
    ],
)  # fmt: skip
def test_percentages_have_one_decimal_half_up(sqlite_app, part, whole, text):
    with sqlite_app.test_request_context():
        assert percent_of(part, whole).replace("\N{NO-BREAK SPACE}", " ") == text


class TestPublished:
    event = Event(key="it", name_en="It", mode="hybrid")

    def of(self, *rows, **measures):
        tables = [
            Table("published", "As published", PUBLISHED, rows),
            Table("by_mode", "By mode", ("key", "label", "attendances", "people"),
                  measures.pop("modes", ())),
            Table("sessions", "Sessions", ("key", "label"), [("part", "A part")]),
        ]  # fmt: skip
        return published_events(report("event", *tables, **measures), self.event, "It")

    def row(self, value, mode="all", dimension="", key="", *, event="it", unit="count"):
        return event, "participants", mode, dimension, key, unit, value, "exact", None

    def test_the_largest_figure_comes_first_and_shares_are_of_the_total(self):
        (own,) = self.of(
            self.row(10), self.row(3, dimension="country", key="AR"),
            self.row(7, dimension="country", key="UY"),
        )  # fmt: skip
        (table,) = own.tables
        assert [part.value_key for part in table.parts] == ["UY", "AR"]
        assert (table.whole, table.top, table.sums.adds_up) == (10, 7, True)
        assert [figure.value for figure in own.totals] == [10]
        assert not own.part

    def test_tables_of_places_are_wide_and_all_are_without_any(self):
        places, others = self.of(
            self.row(3, dimension="country", key="AR"), self.row(2, dimension="gender", key="male"),
            self.row(2, dimension="gender", key="male", event="part"),
        )  # fmt: skip
        assert [table.sums.dimension for table in places.wide] == ["country"]
        assert [table.sums.dimension for table in places.narrow] == ["gender"]
        assert [table.sums.dimension for table in others.wide] == ["gender"]
        assert others.narrow == []

    def test_parts_come_after_the_event_by_their_names(self):
        own, part, stranger = self.of(
            self.row(1, event="a-part-unseen"), self.row(2, event="part"), self.row(3)
        )
        assert (own.name, own.part) == ("It", False)
        assert (stranger.name, stranger.part) == ("A part", True)
        assert part.name == "a-part-unseen"

    def test_names_are_compared_with_the_event_only(self):
        own, part = self.of(self.row(5), self.row(5, event="part"), people=9)
        assert [warning.code for warning in own.warnings] == ["names"]
        assert own.coverage is None
        assert part.warnings == []

    @pytest.mark.parametrize(
        "modes, codes",
        [
            ([("in-person", "", 4, 4)], ["names"]),
            ([("in-person", "", 2, 2), ("both", "", 2, 2)], []),  # they may be the same two
            ([("both", "", 4, 4)], ["names"]),
        ],
    )
    def test_names_by_mode_count_only_where_they_are_certain(self, modes, codes):
        (own,) = self.of(self.row(3, "in-person"), self.row(9), people=4, modes=modes)
        assert [warning.code for warning in own.warnings] == codes


class TestSpace:
    def edition(self, key, start, people=0, least=None, most=None):
        return key, f"The {key}", 1, people, people, start, "UY", least, most, False, 0, 0

    def of(self, editions, *, groups=(), kept=(), stays=()):
        tables = [
            Table("by_edition", "", BY_EDITION, editions),
            Table("groups_by_edition", "", GROUPS, groups),
            Table("retention", "", RETENTION, kept),
            Table("came_and_went", "", CAME_AND_WENT, stays),
        ]
        return space_page_of(report("space", *tables))

    def test_editions_come_in_the_order_of_time_and_undated_ones_last(self):
        page = self.of([
            self.edition("b", date(2023, 5, 1)), self.edition("c", None), self.edition("a", "2024"),
            self.edition("d", "2023-04"),
        ])  # fmt: skip
        assert [row["key"] for row in page.editions] == ["d", "b", "a", "c"]

    def test_a_year_tells_editions_apart_else_the_end_of_the_key(self):
        yearly = self.of([self.edition("f-2022", "2022"), self.edition("f-2023", "2023-05")])
        assert [row["short"] for row in yearly.editions] == ["2022", "2023"]
        twice = [self.edition(f"icann-pm-{n}", f"2023-0{n}") for n in (1, 2)]
        assert [row["short"] for row in self.of(twice).editions] == ["1", "2"]
        twice.append(self.edition("icann", "2024"))
        assert [row["short"] for row in self.of(twice).editions] == [
            "icann-pm-1", "icann-pm-2", "icann",
        ]  # fmt: skip

    def test_only_known_sizes_and_named_editions_are_drawn(self):
        page = self.of(
            [
                self.edition("a", "2021", least=5, most=9), self.edition("b", "2022"),
                self.edition("c", "2023", people=3, least=3, most=3),
            ],
            groups=[("c", "The c", 2, 0, 0, 0, 0, 0, 0, 1)],
            kept=[("a", "", 0, 0, 0), ("c", "The c", 3, 1, 2)],
        )  # fmt: skip
        assert [row["key"] for row in page.sizes] == ["a", "c"]
        assert [row["key"] for row in page.named] == ["c"]
        assert page.groups == ["technical-community", "unknown"]
        assert (page.named[0]["returning"], page.named[0]["newcomers"]) == (1, 2)
        assert not page.exact
        assert page.kind == "bar"

    def test_very_many_editions_are_a_line(self):
        many = [self.edition(f"e-{year}", str(year), least=1, most=1) for year in range(1950, 2020)]
        assert self.of(many).kind == "line"
        assert self.of(many).exact

    def test_who_came_and_who_went(self):
        page = self.of(
            [self.edition("a", "2021", 2), self.edition("b", "2022", 2), self.edition("c", "2023")],
            stays=[
                ("NEW", "", 1, "b", "b", 1, 1), ("OLD", "", 1, "a", "a", 1, 1),
                ("TRUE", "", 2, "a", "b", 2, 2),
            ],
        )  # fmt: skip
        found = [(row["key"], row["came"], row["went"]) for row in page.organizations]
        assert found == [("TRUE", False, False), ("NEW", True, False), ("OLD", False, True)]
        assert [end["short"] for end in page.organizations[0]["ends"]] == ["2021", "2022"]
