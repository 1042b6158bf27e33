"""Reports as people and scripts fetch them: page, JSON and CSV tell the same numbers."""

import csv
import io
import re

import pytest

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
from tracker.models.changes import attribute

URL = "/reports/organizations/lacnic"
MEASURES = [
    "events", "attendances", "people", "unidentified", "participants", "reached",
    "events_organized", "contributions", "countries", "person_hours",
]  # fmt: skip
TABLES = [
    "by_year", "by_month", "by_space", "by_kind", "by_country", "by_mode", "by_role", "events",
    "delegates", "coverage", "together_with", "contributions", "previous_period",
]  # fmt: skip


@pytest.fixture
def lacnic(session):
    """An organization with two events of 2023, one of them for those signed in only."""
    lacnic = OrganizationFactory(acronym="LACNIC")
    space = SpaceFactory(code="LACNIC", name_en="LACNIC events", name_es="Eventos de LACNIC")
    EngagementFactory(organization=lacnic, space=space, role="organizer")
    event = EventFactory(key="lacnic-39", space=space, organizer=lacnic, country="MX")
    HeadcountFactory(event=event, value=640)
    person = PersonFactory(name="Demo Ana")
    AttendanceFactory(event=event, person=person, organization=lacnic, role="speaker;panelist")
    AttendanceFactory(event=event, organization=OrganizationFactory(acronym="ICANN"))
    inner = EventFactory(key="inner", visibility="community", start_date="2023-09-01")
    AttendanceFactory(event=inner, person=person, organization=lacnic)
    AttendanceFactory(event=inner, person=None, label="dial-in", organization=lacnic)
    session.commit()
    return lacnic


@pytest.fixture
def staff(client, session):
    return client.sign_in(UserFactory())


def table_of(answer, name):
    return next(table for table in answer["tables"] if table["name"] == name)


def read_csv(response):
    return list(csv.DictReader(io.StringIO(response.text)))


def test_json_has_the_interfaces_shape(lacnic, staff):
    response = staff.get(f"{URL}.json?from=2023-01-01&to=2023-12-31")
    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "private, no-store"
    answer = response.json
    assert answer["report"] == "organization"
    assert answer["subject"] == "lacnic"
    assert answer["period"] == {"from": "2023-01-01", "to": "2023-12-31"}
    assert answer["audience"] == "staff"
    assert isinstance(answer["revision"], int)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", answer["generated_at"])
    assert list(answer["measures"]) == MEASURES
    assert [t["name"] for t in answer["tables"]][: len(TABLES)] == TABLES
    assert answer["measures"]["participants"] == {
        "at_least": 1, "at_most": 2, "approximate": False,
    }  # fmt: skip
    assert answer["measures"]["reached"] == {
        "at_least": 640, "at_most": 640, "approximate": False,
    }  # fmt: skip
    year = table_of(answer, "by_year")
    assert year["columns"] == ["key", "label", "events", "attendances", "people"]
    assert year["rows"] == [["2023", "2023", 2, 3, 1]]
    events = table_of(answer, "events")
    assert events["columns"][:5] == ["key", "label", "start", "attendances", "people"]
    assert [row[:5] for row in events["rows"]] == [
        ["inner", "Event inner", "2023-09-01", 2, 1],
        ["lacnic-39", "Event lacnic-39", "2023-05-08", 1, 1],
    ]
    assert answer["method"]
    assert all(isinstance(line, str) for line in answer["method"])


def test_signed_out_counts_public_events_and_names_nobody(lacnic, client):
    response = client.get(f"{URL}.json")
    answer = response.json
    assert answer["audience"] == "public"
    assert answer["measures"]["events"] == 1
    assert answer["measures"]["unidentified"] == 0
    assert answer["period"] == {"from": None, "to": None}
    assert "delegates" not in [table["name"] for table in answer["tables"]]
    assert "Demo Ana" not in response.text
    assert client.get(f"{URL}.csv?table=delegates").status_code == 404


def test_csv_json_and_page_tell_the_same(lacnic, staff):
    query = "?from=2023-01-01&to=2023-12-31"
    answer = staff.get(f"{URL}.json{query}").json
    for table in answer["tables"]:
        rows = read_csv(staff.get(f"{URL}.csv{query}&table={table['name']}"))
        assert [list(row) for row in rows] == [table["columns"]] * len(table["rows"])
        shown = [["" if c is None else str(c) for c in row] for row in table["rows"]]
        if table["name"] not in ("events", "previous_period"):
            assert [list(row.values()) for row in rows] == shown
        else:
            assert [row["key"] for row in rows] == [row[0] for row in shown]
    measures = {row["key"]: row for row in read_csv(staff.get(f"{URL}.csv{query}&table=measures"))}
    assert list(measures) == MEASURES
    for name, value in answer["measures"].items():
        if isinstance(value, dict):
            assert measures[name]["at_least"] == str(value["at_least"])
            assert measures[name]["approximate"] == "no"
        elif value is not None:
            assert measures[name]["value"] == str(value)
    page = staff.get(f"{URL}{query}").text
    stats = re.findall(
        r'class="stat-label">([^<]+)</span>\s*<(?:a|span) class="stat-value"[^>]*>([^<]+)<', page
    )
    assert dict(stats) == {
        "Events": "2", "Attendances": "3", "People": "1", "Countries": "2",
        "Participants reached": "640", "Unidentified attendances": "1",
        "Participants of its own": "1 – 2", "Events organized": "1", "Contributions": "0",
        "Person-hours": "–",
    }  # fmt: skip


def test_csv_gives_the_first_table_without_a_name(lacnic, client):
    response = client.get(f"{URL}.csv")
    assert response.mimetype == "text/csv"
    assert [row["key"] for row in read_csv(response)] == ["2023"]


def test_page_shows_names_to_staff_only(lacnic, client, session):
    assert "Demo Ana" not in client.get(URL).text
    assert "public events only" in client.get(URL).text
    assert "Demo Ana" in client.sign_in(UserFactory()).get(URL).text


def test_page_of_an_empty_period_says_so(lacnic, client):
    page = client.get(f"{URL}?from=1990-01-01&to=1990-12-31").text
    assert "No event recorded here in which LACNIC took part" in page
    assert "LACNIC: participation in 1990" in page


def test_page_speaks_the_readers_language(lacnic, client):
    assert '<html lang="es"' in client.get(f"{URL}?lang=es").text
    assert "Eventos de LACNIC" in client.get(f"{URL}?lang=es").text
    answer = client.get(f"{URL}.json?lang=es").json
    assert table_of(answer, "by_country")["rows"][0][:2] == ["MX", "México"]


@pytest.mark.parametrize(
    "query, events",
    [
        ("kind=meeting", 2), ("kind=training", 0), ("space=lacnic", 1), ("country=mx", 1),
        ("organization=lacnic", 1), ("organization=ICANN", 0), ("mode=in-person", 2),
        ("status=tentative", 0), ("q=inner", 1), ("kind=meeting&kind=training", 2), ("rollup=1", 2),
        ("scheme=un", 2), ("status=cancelled", 0), ("from=&to=&kind=", 2), ("rollup=0", 2),
        ("from=2023-05-08&to=2023-05-08", 1), ("to=2023-08-31", 1), ("from=2023-05-09", 1),
    ],
)  # fmt: skip
def test_all_filters_are_taken(lacnic, staff, query, events):
    assert staff.get(f"{URL}.json?{query}").json["measures"]["events"] == events


@pytest.mark.parametrize(
    "query",
    [
        "from=2023-13-01", "from=yesterday", "from=2023-02-01&to=2023-01-01", "kind=party",
        "space=nowhere", "organization=nobody", "country=QQ", "scheme=moon", "rollup=yes",
        "nonsense=1", "lang=de", "table=by_year", "mode=telepathic", "grouping=x", "topic=x",
        "from=2023-01", "after=x",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_a_message(lacnic, client, query):
    response = client.get(f"{URL}.json?{query}")
    assert response.status_code == 400
    assert response.json["error"]
    assert client.get(f"{URL}?{query}").status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/reports/organizations/nobody", "/reports/organizations/nobody.json",
     "/reports/organizations/nobody.csv", f"{URL}.pdf.json", f"{URL}.csv?table=nothing"],
)  # fmt: skip
def test_what_does_not_exist_is_404(lacnic, client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("ending", ["", ".json", ".csv"])
def test_an_old_address_moves_for_good(lacnic, client, session, ending):
    attribute(session, "test", None)
    assert lacnic.acronym == "LACNIC"
    lacnic.acronym = "LACNIC Org"
    session.commit()
    response = client.get(f"{URL}{ending}?from=2023-01-01&kind=meeting")
    assert response.status_code == 301
    assert response.location == (
        f"/reports/organizations/lacnic-org{ending}?from=2023-01-01&kind=meeting"
    )


class TestList:
    def test_lists_the_report_and_leads_to_one(self, lacnic, client):
        assert 'name="organization"' in client.get("/reports/").text
        response = client.get("/reports/?organization=lacnic")
        assert response.status_code == 303
        assert response.location == URL

    def test_takes_a_name_as_typed(self, lacnic, client):
        assert client.get("/reports/?organization=Organization+lacnic").location == URL

    def test_offers_several(self, lacnic, client):
        page = client.get("/reports/?organization=organization")
        assert page.status_code == 200
        assert URL in page.text
        assert "/reports/organizations/icann" in page.text

    def test_says_that_nobody_is_called_so(self, client):
        page = client.get("/reports/?organization=nobody+at+all")
        assert page.status_code == 404
        assert "nobody at all" in page.text

    def test_refuses_other_parameters(self, client):
        assert client.get("/reports/?color=red").status_code == 400


def test_the_page_runs_a_constant_number_of_queries(lacnic, client, count_queries):
    counts = []
    for number in range(1, 12):
        event = EventFactory(start_date=f"2023-06-{number:02}", organizer=lacnic)
        AttendanceFactory(event=event, organization=lacnic)
        if number in (1, 5, 11):
            with count_queries:
                client.get(f"{URL}?from=2023-01-01&to=2023-12-31")
            counts.append(count_queries.count)
    # The first time nothing is kept yet whose revision has to be looked at.
    assert counts[1] == counts[2]
