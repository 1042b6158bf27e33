"""One report in each of its forms: the same figures, typed, in the reader's language."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdf
import pytest
from flask_babel import force_locale
from python_calamine import CalamineWorkbook

from tracker.formats.report_pdf import Cell, write_pdf
from tracker.formats.tables import Table
from tracker.services.counting.ranges import Range
from tracker.services.reports.printed import printed
from tracker.services.reports.render import as_csv, as_json, as_pdf, as_xlsx
from tracker.services.reports.report import BREAKDOWN, Measure, Report

MEASURES = (
    Measure("events", "Events", 1234),
    Measure("person_hours", "Person-hours", 12.5),
    Measure("newcomers", "Newcomers", None),
    Measure("participants", "Participants", Range(2140, 3385, False)),
    Measure("reached", "Reached", Range(3000, None, True)),
)
BY_COUNTRY = Table(
    "by_country", "By country", BREAKDOWN,
    (("AR", "Argentina", 2, None, None), ("BR", "Brazil", 3, 40, 30),
     ("unknown", "Not known", 9, 99, 70), ("UY", "Uruguay", 5, 60, 20)),
    suppressed=((0, 3), (0, 4)),
)  # fmt: skip
EVENTS = Table(
    "events", "Events", ("key", "label", "start", "attendances", "people", "country", "held"),
    (("icann-76", "ICANN76", date(2023, 3, 11), 5, 4, "MX", True),
     ("igf-2023", "IGF 2023", "2023-10", None, None, "JP", False),
     ("lacnic-39", "LACNIC 39", "2023-05-08", 21, 20, None, True)),
)  # fmt: skip
COMPARED = Table(
    "previous_period", "Compared with the period before",
    ("key", "label", "current", "previous", "change", "current_at_most", "previous_at_most"),
    (("events", "Events", 1234, 1300, -66, None, None),
     ("participants", "Participants", 2140, 2000, 140, 3385, None)),
)  # fmt: skip
REPORT = Report(
    report="organization",
    subject="lacnic",
    title="LACNIC: participation",
    first=date(2023, 1, 1),
    last=date(2023, 12, 31),
    audience="public",
    revision=4711,
    generated_at=datetime(2026, 1, 31, 12, tzinfo=UTC),
    measures=MEASURES,
    tables=(BY_COUNTRY, EVENTS, COMPARED),
    method=("Events by local start date.", "=1+1 is no formula."),
)


@pytest.fixture(autouse=True)
def context(sqlite_app):
    with sqlite_app.test_request_context("/"):
        yield


def with_tables(*tables: Table, **changes) -> Report:
    return replace(REPORT, tables=tables, **changes)


def sheets(report: Report = REPORT) -> dict[str, list[list]]:
    file = io.BytesIO()
    as_xlsx(report, file)
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue()))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def on_paper(report: Report = REPORT) -> str:
    reader = pypdf.PdfReader(io.BytesIO(as_pdf(report)))
    return "\n".join(page.extract_text() for page in reader.pages)


def section(report: Report, title: str = ""):
    found = printed(report).sections
    return next(each for each in found if title in each.title)


def texts(report: Report, title: str = "") -> list[list[str]]:
    """The rows of a printed table as texts, bars aside."""
    found = section(report, title)
    bars = {place for place, column in enumerate(found.columns) if column.kind == "bar"}
    return [
        [
            cell.text if isinstance(cell, Cell) else cell
            for n, cell in enumerate(row)
            if n not in bars
        ]
        for row in found.rows
    ]


class TestXlsx:
    def test_a_sheet_a_table_between_measures_and_method(self):
        assert list(sheets()) == ["measures", "by_country", "events", "previous_period", "method"]

    def test_headings_are_the_stable_names(self):
        for table in as_json(REPORT)["tables"]:
            assert sheets()[table["name"]][0] == table["columns"]

    def test_cells_are_typed_and_what_is_hidden_is_empty(self):
        found = sheets()
        assert found["by_country"][1] == ["AR", "Argentina", 2, "", ""]
        assert found["events"][1] == ["icann-76", "ICANN76", date(2023, 3, 11), 5, 4, "MX", True]
        assert found["events"][2][2] == "2023-10"
        assert found["events"][3][2] == date(2023, 5, 8)
        assert found["measures"][2][:3] == ["person_hours", "Person-hours", 12.5]

    def test_a_range_keeps_its_ends(self):
        rows = {row[0]: row for row in sheets()["measures"]}
        assert rows["participants"][2:] == ["", 2140, 3385, False]
        assert rows["reached"][2:] == ["", 3000, "", True]

    def test_the_method_says_what_the_workbook_is(self):
        rows = sheets()["method"]
        assert ["report", "organization", "LACNIC: participation"] in rows
        assert ["period", "from", date(2023, 1, 1)] in rows
        assert ["revision", "", 4711] in rows
        assert ["audience", "", "public"] in rows
        assert ["generated_at", "", "2026-01-31T12:00:00Z"] in rows
        assert ["method", "", "=1+1 is no formula."] in rows
        assert ["sheet", "by_country", "By country"] in rows

    def test_every_figure_is_that_of_the_json(self):
        found = sheets()
        for table in as_json(REPORT)["tables"]:
            for row, sheet_row in zip(table["rows"], found[table["name"]][1:], strict=True):
                # Empty cells at the end of a row are not read.
                numbers = [cell for cell in row if isinstance(cell, int | float)]
                assert [cell for cell in sheet_row if isinstance(cell, int | float)] == numbers


class TestPdf:
    def test_measures_titles_figures_and_method_are_on_paper(self):
        text = on_paper()
        for wanted in (
            REPORT.title, "1 January 2023 – 31 December 2023", "compared with 2022",
            "public events only", "1,234", "12.5", "–", "2,140 – 3,385", "≈ 3,000+", "−66", "+140",
            "By country", "Argentina", "Brazil", "ICANN76", *REPORT.method,
        ):  # fmt: skip
            assert wanted in text, wanted

    @pytest.mark.parametrize(
        "language, number, heading",
        [
            ("en", "1,234", "Attendances"),
            ("es", "1,234", "Asistencias"),
            ("pt", "1.234", "Presenças"),
        ],
    )
    def test_it_is_in_the_language_of_its_reader(self, language, number, heading):
        with force_locale(language):
            content = as_pdf(REPORT)
        reader = pypdf.PdfReader(io.BytesIO(content))
        text = "\n".join(page.extract_text() for page in reader.pages)
        assert reader.trailer["/Root"]["/Lang"] == language
        assert number in text
        assert heading in text

    def test_the_same_report_gives_the_same_bytes(self):
        assert as_pdf(REPORT) == as_pdf(REPORT)

    def test_facts_follow_the_period(self):
        assert printed(REPORT, ["Kind: Training"]).facts[-1] == "Kind: Training"

    def test_an_empty_period_says_so(self):
        measures = (Measure("events", "Events", 0), Measure("participants", "Participants", None))
        text = on_paper(with_tables(replace(BY_COUNTRY, rows=()), measures=measures))
        assert "Nothing is recorded here for this period." in text
        assert "By country" not in text

    def test_a_report_without_measures_and_tables_is_its_method(self):
        assert REPORT.method[0] in on_paper(with_tables(measures=()))


class TestPrintedTables:
    def test_a_breakdown_has_the_most_first_and_the_unknown_last(self):
        rows = texts(with_tables(BY_COUNTRY))
        assert [row[0] for row in rows] == ["Uruguay", "Brazil", "Argentina", "Not known"]

    def test_hidden_cells_are_marked_and_explained_and_draw_no_bar(self):
        found = section(with_tables(BY_COUNTRY))
        row = next(row for row in found.rows if row[0] == "Argentina")
        assert row[2:] == ["2", "•", "•"]
        assert (row[1].dark, row[1].pale) == (None, None)
        assert any("“•”" in note for note in found.notes)

    def test_nothing_is_said_of_hidden_cells_where_there_are_none(self):
        assert section(with_tables(EVENTS)).notes == []

    def test_what_is_not_known_is_a_dash(self):
        rows = {row[0]: row for row in texts(with_tables(EVENTS))}
        assert rows["IGF 2023"][1:4] == ["October 2023", "–", "–"]
        assert rows["LACNIC 39"][4] == "–"

    def test_bars_are_people_dark_on_attendances_pale(self):
        found = section(with_tables(BY_COUNTRY))
        bar = next(row[1] for row in found.rows if row[0] == "Uruguay")
        assert (bar.dark, bar.pale) == (20 / 99, 60 / 99)
        assert list(found.legend) == ["People", "Attendances"]

    def test_bars_are_events_where_nobody_is_recorded(self):
        rows = tuple((*row[:3], 0, 0) for row in BY_COUNTRY.rows)
        found = section(with_tables(replace(BY_COUNTRY, rows=rows, suppressed=())))
        assert list(found.legend) == ["Events"]

    def test_events_come_newest_first_and_say_that_they_have_not_started(self):
        rows = section(with_tables(EVENTS)).rows
        assert [row[0].text if isinstance(row[0], Cell) else row[0] for row in rows] == [
            "IGF 2023", "LACNIC 39", "ICANN76",
        ]  # fmt: skip
        assert rows[0][0].detail == "not started yet"

    def test_organizations_go_by_their_acronym(self):
        rows = (("LACNIC", "The registry", 1, 2, 2), ("unknown", "None known", 1, 1, 1))
        found = section(
            with_tables(replace(BY_COUNTRY, name="by_organization", rows=rows, suppressed=()))
        )
        assert (found.rows[0][0].text, found.rows[0][0].detail) == ("LACNIC", "The registry")
        assert found.rows[1][0] == "None known"

    def test_a_comparison_has_the_order_of_the_measures_and_both_ends(self):
        assert texts(with_tables(COMPARED)) == [
            ["Events", "1,234", "1,300", "−66"],
            ["Participants", "2,140 – 3,385", "2,000+", "+140"],
        ]

    def test_a_long_table_is_cut_and_says_where_the_rest_is(self):
        rows = tuple((f"e-{n}", f"E {n}", "2023-01-01", 1, 1, "UY", True) for n in range(450))
        found = section(with_tables(replace(EVENTS, rows=rows)))
        assert len(found.rows) == 400
        assert "400 of 450" in found.notes[0]

    def test_a_table_that_repeats_the_measures_is_left_out(self):
        year = replace(BY_COUNTRY, name="by_year", rows=(("2023", "2023", 1, 2, 3),), suppressed=())
        assert printed(with_tables(year)).sections == []
        assert printed(with_tables(year, first=None, last=None)).sections

    def test_coverage_names_the_spaces_where_nothing_was_held(self):
        columns = ("key", "label", "engaged_as", "held", "attended", "last_attended", "next_event",
                   "planned", "missed")  # fmt: skip
        coverage = Table("coverage", "Coverage", columns, (
            ("IGF", "The forum", "organizer;member", 3, 1, "icann-76", None, 0, 2),
            ("WTDC", "The conference", "observer", 0, 0, None, None, None, 0),
        ))  # fmt: skip
        found = section(with_tables(coverage, EVENTS), "Coverage")
        assert found.rows[0][0].detail == "Organizer, Member"
        assert [cell.text if isinstance(cell, Cell) else cell for cell in found.rows[0][1:]] == [
            "3", "1", "ICANN76", "0", "2",
        ]  # fmt: skip
        assert found.notes == [
            "Engaged where no edition is recorded in this period: The conference."
        ]

    def test_contributions_link_to_the_web_only(self):
        columns = ("key", "label", "kind", "title", "date", "amount", "currency", "url")
        rows = (
            ("a", "A", "panel", "On routing", "2023-05", 1200, "USD", "https://example.org/1"),
            ("b", "B", "other", "", None, None, None, "javascript:alert(1)"),
        )
        found = section(with_tables(Table("contributions", "Contributions", columns, rows)))
        assert found.rows[0][1:] == ["Panel", Cell("On routing", link="https://example.org/1"),
                                     "May 2023", "1,200 USD"]  # fmt: skip
        assert found.rows[1][2] == Cell("javascript:alert(1)")

    def test_published_figures_are_in_words_and_flagged(self):
        columns = ("event_key", "metric", "mode", "dimension", "value_key", "unit", "value",
                   "qualifier", "adds_up")  # fmt: skip
        rows = (
            ("icann-76", "participants", "all", "", "", "count", 2318, "at-least", None),
            ("icann-76", "participants", "all", "country", "UY", "percent", 12.5, "exact", False),
        )
        found = section(
            with_tables(Table("published", "As published", columns, rows), EVENTS), "As"
        )
        assert found.rows[0][2:] == ["Whole event", "–", "2,318", "At least", "–"]
        assert found.rows[1][2:6] == ["Country", "Uruguay", "12.5 %", "Exactly"]
        assert found.rows[1][6] == Cell("No", tone="gap")


class TestCharts:
    @staticmethod
    def monthly(name: str, **figures: int) -> Table:
        rows = tuple(
            (key.replace("m", "").replace("_", "-"), "x", 1, n, n) for key, n in figures.items()
        )
        return Table(name, "By month", BREAKDOWN, rows)

    def test_a_year_by_month_stands_beside_the_year_before(self):
        now = self.monthly("by_month", m2023_03=5, m2023_12=10, unknown=3)
        before = self.monthly("by_month_before", m2022_03=4)
        found = section(with_tables(now, before))
        assert len(printed(with_tables(now, before)).sections) == 1
        assert list(found.legend) == ["Attendances, 2023", "Attendances, 2022"]
        assert list(found.chart.labels) == list("JFMAMJJASOND")
        assert found.chart.series[0].shares[2:4] == [0.5, 0]
        assert found.chart.series[1].shares[2] == 0.4
        assert "Attendances" in found.chart.alt
        assert all(column.kind != "bar" for column in found.columns)

    def test_months_without_events_are_drawn_too(self):
        found = section(with_tables(self.monthly("by_month", m2022_11=1, m2023_02=2),
                                    first=None, last=None))  # fmt: skip
        assert list(found.chart.labels) == ["Nov 22", "Dec 22", "Jan 23", "Feb 23"]

    @pytest.mark.parametrize("months", [{"m2023_01": 1}, {"m1990_01": 1, "m2023_01": 1}])
    def test_too_few_or_too_many_bars_are_a_table_with_bars(self, months):
        found = section(with_tables(self.monthly("by_month", **months), first=None, last=None))
        assert found.chart is None
        assert found.columns[1].kind == "bar"

    def test_years_without_events_are_drawn_too(self):
        years = replace(BY_COUNTRY, name="by_year", suppressed=(),
                        rows=(("2019", "2019", 1, 4, 3), ("2022", "2022", 1, 8, 6)))  # fmt: skip
        found = section(with_tables(years, first=None, last=None))
        assert list(found.chart.labels) == ["2019", "2020", "2021", "2022"]
        assert [series.text for series in found.chart.series] == ["People", "Attendances"]

    def test_retention_is_stacked_in_the_order_of_time(self):
        columns = (*BREAKDOWN, "start")
        editions = Table("by_edition", "By edition", columns, (
            ("x-10", "X 10", 1, 9, 9, "2023-01-01"), ("x-8", "X 8", 1, 5, 5, "2021-01-01"),
            ("x-9", "X 9", 1, 7, 7, "2022-01-01"),
        ))  # fmt: skip
        kept = Table("retention", "Who returns", ("key", "label", "people", "returning", "newcomers"), (
            ("x-10", "X 10", 9, 6, 3), ("x-8", "X 8", 5, 0, 5), ("x-9", "X 9", 7, 3, 4),
        ))  # fmt: skip
        found = section(with_tables(editions, kept), "Who")
        assert list(found.chart.labels) == ["X-8", "X-9", "X-10"]
        assert found.chart.stacked
        assert [row[0] for row in found.rows] == ["X 8", "X 9", "X 10"]
        assert found.chart.ticks[-1] == (1.0, "10")

    def test_the_matrix_is_a_heat_table_with_its_details(self):
        columns = ("key", "label", "engaged_as", "held", "attended", "last_attended", "next_event",
                   "planned", "missed")  # fmt: skip
        matrix = Table("matrix", "Coverage", columns, (
            ("isoc/igf", "ISOC · IGF", "member", 2, 0, None, None, 0, 2),
            ("lacnic/igf", "LACNIC · IGF", "organizer", 2, 2, "igf-2023", None, 0, 0),
            ("lacnic/wtdc", "LACNIC · WTDC", "observer", 3, 1, None, None, 0, 2),
        ))  # fmt: skip
        heat, detail = printed(with_tables(matrix)).sections
        assert [column.text for column in heat.columns] == ["Space", "ISOC", "LACNIC"]
        assert heat.rows == [
            ["IGF", Cell("0/2", tone="gap"), Cell("2/2", tone="all")],
            ["WTDC", Cell(tone="blank"), Cell("1/3", tone="little")],
        ]
        assert [row[0].text for row in detail.rows] == ["LACNIC", "ISOC", "LACNIC"]
        assert write_pdf(printed(with_tables(matrix)))


def test_a_matrix_of_many_organizations_shows_those_in_most_spaces():
    columns = ("key", "label", "engaged_as", "held", "attended", "missed")
    rows = tuple((f"o{n}/igf", f"O{n} · IGF", "member", 1, 1, 0) for n in range(60))
    rows += (("o59/wtdc", "O59 · WTDC", "member", 1, 0, 1),)
    report = with_tables(Table("matrix", "Coverage", columns, rows))
    *heats, _detail = printed(report).sections
    shown = [column.text for heat in heats for column in heat.columns[1:]]
    assert len(shown) == 45
    assert "O59" in shown
    assert "45 of 60 organizations" in heats[0].notes[1]


def test_csv_of_measures_tables_and_none():
    assert as_csv(REPORT, "measures").startswith(b"key,label,value,at_least,at_most,approximate")
    assert b"AR,Argentina,2,,\r\n" in as_csv(REPORT, "by_country")
    assert as_csv(REPORT, "nothing") is None
