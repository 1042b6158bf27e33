"""Page, rows, chart, CSV, XLSX, PDF and JSON of every report give the same figures."""

import csv
import io
import re
from datetime import date

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from tests.factories import (
    AttendanceFactory,
    EngagementFactory,
    EventFactory,
    HeadcountFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tests.views.page_tables import tables_of_page
from tracker.services.reports.rows import TABLES

REPORTS = {
    "organization": "/reports/organizations/org-a",
    "event": "/reports/events/forum-2",
    "space": "/reports/spaces/forum",
    "period": "/reports/period",
    "coverage": "/reports/coverage",
}
QUERY = "?from=2023-01-01&to=2023-12-31"
BREAKDOWN = ("events", "attendances", "people", "newcomers", "returning")


@pytest.fixture
def world(session):
    """Two editions of a space with parts, names and headcounts; figures that can be told apart."""
    space = SpaceFactory(code="FORUM", name_en="The Forum")
    a, b = (OrganizationFactory(acronym=f"ORG-{letter}", country="UY") for letter in "AB")
    EngagementFactory(organization=a, space=space, role="organizer")
    people = [PersonFactory(name=f"Demo {n}", country="UY" if n < 9 else "BR") for n in range(17)]
    old = EventFactory(key="forum-1", space=space, start_date="2023-02-01", organizer=a)
    new = EventFactory(
        key="forum-2", space=space, start_date="2023-06-01", organizer=a, country="BR"
    )
    part = EventFactory(
        key="forum-2-day", start_date="2023-06-02", kind="session", parent=new, relation="part-of"
    )
    for person in people[:7]:
        AttendanceFactory(event=old, person=person, organization=a, country=person.country)
    for number, person in enumerate(people[2:]):
        organization = (a, b)[number % 3 == 0]
        AttendanceFactory(
            event=new, person=person, organization=organization, country=person.country,
            stakeholder_group="academia" if number % 2 else "government",
            role="speaker" if number < 6 else "attendee",
        )  # fmt: skip
    for person in people[12:]:
        AttendanceFactory(event=part, person=person, organization=b, country=person.country)
    AttendanceFactory(event=part, person=None, label="dial-in", organization=a)
    HeadcountFactory(event=new, value=1234)
    session.commit()


@pytest.fixture
def staff(client, session):
    return client.sign_in(UserFactory())


def query_of(report):
    return "" if report in ("event", "space") else QUERY


def rows_of(table):
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def plain(cell):
    """A cell of JSON as every other form may write it."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


@pytest.mark.parametrize("report", REPORTS)
def test_csv_and_workbook(world, staff, report):
    answer = staff.get(f"{REPORTS[report]}.json{query_of(report)}").json
    book = CalamineWorkbook.from_object(
        io.BytesIO(staff.get(f"{REPORTS[report]}.xlsx{query_of(report)}").data)
    )
    assert any(table["rows"] for table in answer["tables"])
    for table in answer["tables"]:
        expected = [[plain(cell) for cell in row] for row in table["rows"]]
        joint = "&" if query_of(report) else "?"
        text = staff.get(
            f"{REPORTS[report]}.csv{query_of(report)}{joint}table={table['name']}"
        ).text
        assert list(csv.reader(io.StringIO(text))) == [table["columns"], *expected]
        sheet = book.get_sheet_by_name(table["name"][:31]).to_python(skip_empty_area=False)
        width = len(table["columns"])
        found = [[plain(cell) for cell in row[:width]] for row in sheet[1:]]
        assert sheet[0][:width] == table["columns"]
        assert [row for row in found if any(row)] == expected
    measures = book.get_sheet_by_name("measures").to_python()
    for row, (name, value) in zip(measures[1:], answer["measures"].items(), strict=True):
        assert row[0] == name
        if isinstance(value, dict):
            assert [plain(cell) for cell in row[3:5]] == [
                plain(value["at_least"]), plain(value["at_most"]),
            ]  # fmt: skip
        else:
            assert plain(row[2]) == plain(value)


@pytest.mark.parametrize("report", REPORTS)
def test_paper(world, staff, report):
    answer = staff.get(f"{REPORTS[report]}.json{query_of(report)}").json
    pdf = PdfReader(io.BytesIO(staff.get(f"{REPORTS[report]}.pdf{query_of(report)}").data))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    looked = 0
    for table in answer["tables"]:
        if not table["name"].startswith("by_") or len(table["rows"]) < 2:
            continue
        assert table["title"] in text
        after = text.split(table["title"], 1)[1]
        for row in rows_of(table):
            of_organization = table["name"] in OF_ORGANIZATIONS and row["key"] != "unknown"
            name = row["key"] if of_organization else row["label"]
            line = after.split(name, 1)[1][:160]
            assert str(row["people"]) in re.findall(r"\d+", line), (table["name"], row)
            looked += 1
    assert looked > 5 or report == "coverage"
    for value in answer["measures"].values():
        if isinstance(value, int):
            assert str(value) in text


OF_ORGANIZATIONS = ("by_organization", "by_organizer", "by_partner")


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("signed_in", [True, False])
def test_page_and_its_charts(world, client, session, report, signed_in):
    """Each table of the page that is one of the report's has its rows, figure by figure."""
    if signed_in:
        client.sign_in(UserFactory())
    answer = client.get(f"{REPORTS[report]}.json{query_of(report)}").json
    page = tables_of_page(client.get(f"{REPORTS[report]}{query_of(report)}").text)
    tables = {table["name"]: table for table in answer["tables"]}
    looked = set()
    for shown in page:
        table = tables.get(shown.name)
        if table is None:
            continue
        rows = {row["key"]: row for row in rows_of(table)}
        for key, figures in shown.rows.items():
            for column, text in figures.items():
                assert text == written(rows[key][column]), (shown.name, key, column)
        looked.add(shown.name)
    assert looked >= SHOWN[report]


def written(value):
    return "–" if value is None else f"{value:,}"


SHOWN = {
    "organization": {"by_space", "by_role", "by_kind", "by_country"},
    "event": {"by_country", "by_region", "by_organization", "by_role"},
    "space": {"by_edition", "by_country", "by_organization", "retention"},
    "period": {"by_kind", "by_space", "by_country", "by_organizer"},
    "coverage": set(),
}


@pytest.mark.parametrize("report", [name for name in REPORTS if name in TABLES])
def test_rows_behind_the_numbers(world, staff, report):
    """The number at the head of each list is the one of the report (tests/services: every row)."""
    answer = staff.get(f"{REPORTS[report]}.json{query_of(report)}").json
    for noun in ("events", "attendances", "people"):
        page = staff.get(f"{REPORTS[report]}/rows/{noun}{query_of(report)}").text
        assert f"Rows behind the number: {answer['measures'][noun]}" in page
