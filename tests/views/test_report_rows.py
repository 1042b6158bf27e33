"""The rows behind the numbers of a report, as page and as files."""

import csv
import io

import pytest

from tests.factories import (
    AttendanceFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)

ORGANIZATION = "/reports/organizations/lacnic/rows"
EVENT = "/reports/events/lacnic-39/rows"


@pytest.fixture
def world(session):
    lacnic = OrganizationFactory(acronym="LACNIC")
    space = SpaceFactory(code="LACNIC", name_en="LACNIC events")
    event = EventFactory(key="lacnic-39", space=space, organizer=lacnic, start_date="2023-05-08")
    ana = PersonFactory(name="Demo Ana")
    AttendanceFactory(event=event, person=ana, organization=lacnic, country="MX", role="speaker")
    AttendanceFactory(event=event, person=None, label="dial-in", organization=lacnic)
    inner = EventFactory(key="inner", visibility="community", start_date="2023-09-01")
    AttendanceFactory(event=inner, person=ana, organization=lacnic)
    session.commit()
    return lacnic


@pytest.fixture
def staff(client, session):
    return client.sign_in(UserFactory())


def read_csv(response):
    return list(csv.DictReader(io.StringIO(response.text)))


def test_events_behind_a_number(world, staff):
    page = staff.get(f"{ORGANIZATION}/events?by=by_space&key=LACNIC").text
    assert "/events/lacnic-39" in page
    assert "/events/inner" not in page
    assert "By space: LACNIC events" in page


def test_attendances_behind_a_number(world, staff):
    page = staff.get(f"{ORGANIZATION}/attendances?by=by_role&key=speaker").text
    assert "Demo Ana" in page
    assert "dial-in" not in page
    rows = read_csv(staff.get(f"{ORGANIZATION}/attendances.csv"))
    assert [(row["event_key"], row["person"], row["label"]) for row in rows] == [
        ("lacnic-39", "Demo Ana", ""), ("lacnic-39", "", "dial-in"), ("inner", "Demo Ana", ""),
    ]  # fmt: skip


def test_people_behind_a_number(world, staff):
    page = staff.get(f"{EVENT}/people?by=by_country&key=MX").text
    assert "Demo Ana" in page
    rows = read_csv(staff.get(f"{ORGANIZATION}/people.csv"))
    assert [(row["label"], row["attendances"]) for row in rows] == [("Demo Ana", "2")]


@pytest.mark.parametrize("noun", ["attendances", "people"])
def test_names_are_for_those_signed_in(world, client, noun):
    assert client.get(f"{ORGANIZATION}/{noun}").status_code == 303
    assert "Demo Ana" not in client.get(f"{ORGANIZATION}/{noun}.csv").text


def test_signed_out_sees_public_events_only(world, client):
    page = client.get(f"{ORGANIZATION}/events").text
    assert "/events/lacnic-39" in page
    assert "/events/inner" not in page
    assert client.get(f"{ORGANIZATION}/events?by=by_role&key=speaker").status_code == 400
    assert client.get(f"{EVENT}/events?by=by_country&key=MX").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["by=nothing&key=x", "by=by_space&key=nowhere", "by=delegates&key=x", "color=red",
     "from=2023-13-01", "after=x", "by=delegates&key=99999999999"],
)  # fmt: skip
def test_what_is_not_understood_is_refused(world, staff, query):
    assert staff.get(f"{ORGANIZATION}/events?{query}").status_code == 400


@pytest.mark.parametrize(
    "path", ["/reports/organizations/nobody/rows/events", "/reports/events/none/rows/events"]
)
def test_what_does_not_exist_is_404(world, staff, path):
    assert staff.get(path).status_code == 404


def test_a_workbook(world, staff):
    response = staff.get(f"{ORGANIZATION}/attendances.xlsx")
    assert response.status_code == 200
    assert response.data.startswith(b"PK")


def test_an_empty_list_leads_back(world, staff):
    page = staff.get(f"{ORGANIZATION}/events?from=1990-01-01&to=1990-12-31").text
    assert "No rows here" in page
    assert 'href="/reports/organizations/lacnic?from=1990-01-01&amp;to=1990-12-31"' in page
