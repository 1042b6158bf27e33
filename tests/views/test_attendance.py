"""Who attended: adding by typing names, correcting, removing, downloading."""

import csv
import io
import re
from html import unescape

import pytest
from sqlalchemy import select

from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tests.pages import choices_of, error_at, undo_on, value_of
from tracker.models import Attendance, Person
from tracker.models.changes import attribute

LINE = {"role": "attendee", "mode": "unknown", "status": "attended", "organization_acronym": ""}


@pytest.fixture
def editor(session, client):
    user = UserFactory(role="editor")
    client.sign_in(user)
    return user


@pytest.fixture
def event(session):
    return EventFactory(key="lacnic-45", name_en="LACNIC 45", start_date="2023-05-08")


@pytest.fixture
def add(client, editor, event):
    def send(name, **values):
        return client.post(
            "/events/lacnic-45/attendance", data={**LINE, "person_key": name, **values}
        )

    return send


def recorded(session):
    return session.scalars(select(Attendance).order_by(Attendance.id)).all()


# ---- the list


def test_the_names_are_for_those_signed_in(client, event):
    AttendanceFactory(event=event, person=PersonFactory(name="Demo Ana"))
    answer = client.get("/events/lacnic-45/attendance")
    assert (answer.status_code, answer.location) == (
        303,
        "/sign-in?next=/events/lacnic-45/attendance",
    )
    assert client.get("/events/lacnic-45/attendance.csv").status_code == 401
    assert client.get("/events/lacnic-45/attendance/suggest?q=ana").status_code in (303, 401)
    for path in ("", "/history"):
        assert "Demo Ana" not in client.get(f"/events/lacnic-45{path}").text


def test_the_list_is_latest_first_by_pages(client, session, editor, event):
    attribute(session, "test", None)
    session.add_all(Attendance(event_id=event.id, label=f"guest-{n:03}") for n in range(70))
    session.commit()
    first = client.get("/events/lacnic-45/attendance").text
    assert re.findall(r"guest-\d+", first)[0] == "guest-069"
    following = unescape(re.search(r'href="([^"]*after=[^"]+)"', first)[1])
    assert "guest-000" in client.get(following).text
    assert client.get("/events/lacnic-45/attendance?after=x").status_code == 400


def test_a_viewer_reads_and_is_offered_no_form(client, session, event):
    AttendanceFactory(event=event, person=PersonFactory(name="Demo Ana"))
    client.sign_in(UserFactory(role="viewer"))
    page = client.get("/events/lacnic-45/attendance").text
    assert "Demo Ana" in page
    assert "quick-add" not in page
    assert (
        client.post("/events/lacnic-45/attendance", data={**LINE, "person_key": "x"}).status_code
        == 403
    )


def test_it_takes_a_constant_number_of_queries(client, session, editor, event, count_queries):
    counts = []
    for more in (3, 27):
        for _ in range(more):
            person = AffiliationFactory(end_date="2024").person
            AffiliationFactory(person=person)
            AttendanceFactory(event=event, person=person, organization=OrganizationFactory())
        with count_queries:
            assert client.get("/events/lacnic-45/attendance").status_code == 200
        counts.append(count_queries.count)
        with count_queries:
            client.get("/events/lacnic-45/attendance.csv")
        counts.append(count_queries.count)
        with count_queries:
            client.get("/events/lacnic-45/attendance/suggest?q=demo")
        counts.append(count_queries.count)
    assert counts[:3] == counts[3:]


def test_the_mode_and_status_are_what_is_usual(client, session, editor):
    EventFactory(key="soon", start_date="2199-01-01", mode="online")
    page = client.get("/events/soon/attendance").text
    assert 'selected value="planned"' in page
    assert 'selected value="online"' in page
    page = client.get("/events/soon/attendance?role=speaker&mode=in-person").text
    assert 'selected value="speaker"' in page
    assert client.get("/events/soon/attendance?role=%00&mode=nothing").status_code == 200


# ---- adding


def test_one_match_is_taken_with_the_organization_of_that_day(session, client, add):
    lacnic = OrganizationFactory(acronym="LACNIC", stakeholder_group="technical-community")
    person = PersonFactory(name="Iván Núñez", country="PE")
    AffiliationFactory(person=person, organization=lacnic, start_date="2020", end_date="2024")
    AffiliationFactory(
        person=person, organization=OrganizationFactory(acronym="LATER"), start_date="2024"
    )
    answer = add("ivan nunez", role="speaker", mode="online")
    assert (answer.status_code, answer.location) == (
        303,
        "/events/lacnic-45/attendance?role=speaker&mode=online",
    )
    (found,) = recorded(session)
    assert (found.person, found.organization, found.country) == (person, lacnic, "PE")
    assert (found.role, found.mode, found.status, found.stakeholder_group) == (
        "speaker",
        "online",
        "attended",
        "technical-community",
    )
    page = client.get(answer.location).text
    assert "Iván Núñez is recorded" in page
    assert "now at LATER" in page


def test_the_organization_that_was_typed_is_taken(session, add):
    OrganizationFactory(acronym="ISOC", name_en="Internet Society")
    person = AffiliationFactory().person
    add(person.key, organization_acronym="internet soc")
    assert recorded(session)[0].organization.acronym == "ISOC"


def test_several_become_radio_buttons_and_the_choice_counts(session, add):
    for key, acronym in (("ana-1", "LACNIC"), ("ana-2", "ISOC")):
        AffiliationFactory(
            person=PersonFactory(key=key, name="Ana Silva"),
            organization=OrganizationFactory(acronym=acronym),
        )
    page = add("Ana Silva", role="speaker")
    assert page.status_code == 422
    assert "Several match" in error_at(page, "person_key")
    assert choices_of(page, "person_key") == ["ana-1", "ana-2"]
    assert "Ana Silva · LACNIC" in unescape(page.text)
    assert 'selected value="speaker"' in page.text
    assert recorded(session) == []
    add(
        "Ana Silva",
        **{"person_key-choice": "ana-2", "person_key-asked": value_of(page, "person_key-asked")},
    )
    assert recorded(session)[0].organization.acronym == "ISOC"


def test_nobody_of_that_name_is_offered_to_be_created(session, add):
    OrganizationFactory(acronym="ISOC", country="CL")
    page = add("María José", organization_acronym="ISOC")
    assert page.status_code == 422
    assert "Nobody of this name" in error_at(page, "person_key")
    assert "Create “María José”" in unescape(page.text)
    assert value_of(page, "person_key") == "María José"
    assert value_of(page, "organization_acronym") == "ISOC"

    assert add("María José", organization_acronym="ISOC", create="1").status_code == 303
    (found,) = recorded(session)
    assert (found.person.name, found.organization.acronym, found.country) == (
        "María José",
        "ISOC",
        "CL",
    )
    assert found.person.affiliations[0].start_date == "2023-05-08"


def test_somebody_not_identified(session, client, add):
    add("iPhone", unidentified="1")
    (found,) = recorded(session)
    assert (found.person, found.label) == (None, "iPhone")
    assert "“iPhone”" in client.get("/events/lacnic-45/attendance").text
    page = add("iPhone", unidentified="1")
    assert page.status_code == 422
    assert "recorded at this event already" in error_at(page, "person_key")


def test_a_second_attendance_is_refused(session, add):
    person = PersonFactory(name="Ana Silva")
    assert add("Ana Silva").status_code == 303
    page = add("ana silva", role="speaker")
    assert page.status_code == 422
    assert "Ana Silva is recorded at this event already" in error_at(page, "person_key")
    assert value_of(page, "person_key") == "ana silva"
    assert [a.person for a in recorded(session)] == [person]


@pytest.mark.parametrize(
    "values, field, message",
    [
        ({"person_key": ""}, "person_key", "needed"),
        ({"person_key": "\x00\u202e "}, "person_key", "needed"),
        ({"person_key": "x" * 301}, "person_key", "300"),
        ({"person_key": "x", "create": "1"}, "person_key", "no name"),
        ({"organization_acronym": "NOBODY"}, "organization_acronym", "No organization matches"),
        (
            {"organization_acronym": "NOBODY", "create": "1"},
            "organization_acronym",
            "No organization matches",
        ),
        ({"role": "king"}, "role", "Choose"),
        ({"mode": "hybrid"}, "mode", "Choose"),
        ({"status": ""}, "status", "Choose"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(session, add, values, field, message):
    page = (
        add("Ana Silva", **values)
        if "person_key" not in values
        else add(
            **{
                "name": values["person_key"],
                **{k: v for k, v in values.items() if k != "person_key"},
            }
        )
    )
    assert page.status_code == 422
    assert message in error_at(page, field)
    assert recorded(session) == []
    assert session.scalar(select(Person)) is None


def test_a_name_is_text(session, client, add):
    add("<script>alert(1)</script>", create="1")
    page = client.get("/events/lacnic-45/attendance").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_one_created_can_be_undone(session, client, add):
    answer = add("María José", create="1")
    undo = undo_on(client.get(answer.location))
    client.post(undo)
    assert recorded(session) == []
    assert session.scalar(select(Person)) is None


# ---- contributors


def test_a_contributor_adds_its_own_people(session, client, event):
    own = OrganizationFactory(acronym="OWN")
    ours, theirs = AffiliationFactory(organization=own).person, AffiliationFactory().person
    client.sign_in(UserFactory(role="contributor", organization=own))
    path = "/events/lacnic-45/attendance"
    assert client.post(path, data={**LINE, "person_key": ours.key}).status_code == 303
    page = client.post(path, data={**LINE, "person_key": theirs.key})
    assert page.status_code == 422
    assert "your own organization" in error_at(page, "person_key")
    assert value_of(page, "person_key") == theirs.key
    page = client.post(path, data={**LINE, "person_key": "Somebody New", "create": "1"})
    assert page.status_code == 422
    assert (
        client.post(
            path,
            data={
                **LINE,
                "person_key": "Somebody New",
                "organization_acronym": "OWN",
                "create": "1",
            },
        ).status_code
        == 303
    )
    assert [a.organization for a in recorded(session)] == [own, own]


def test_a_contributor_edits_its_own_people_only(session, client, event):
    own = OrganizationFactory(acronym="OWN")
    ours, theirs = (
        AttendanceFactory(event=event, organization=own),
        AttendanceFactory(event=event, organization=OrganizationFactory(acronym="OTHER")),
    )
    client.sign_in(UserFactory(role="contributor", organization=own))
    for path in ("edit", "delete"):
        assert client.post(f"/events/lacnic-45/attendance/{theirs.id}/{path}").status_code == 403
    url = f"/events/lacnic-45/attendance/{ours.id}/edit"
    assert client.post(url, data=form_of(client, url, minutes="30")).status_code == 303
    assert ours.minutes == 30
    page = client.post(url, data=form_of(client, url, organization_acronym="OTHER"))
    assert page.status_code == 422
    assert "your own organization" in error_at(page, "organization_acronym")


# ---- correcting


def form_of(client, url, **values):
    """The form as a browser would send it, with some of it changed."""
    html = client.get(url).text
    sent = {
        name: unescape(value)
        for name, value in re.findall(
            r'<input[^>]* name="(version|organization_acronym|minutes)"[^>]* value="([^"]*)"', html
        )
    }
    for name in ("country", "stakeholder_group", "status", "mode"):
        select_tag = re.search(rf'<select[^>]* name="{name}".*?</select>', html, re.S)[0]
        chosen = re.search(r'<option selected value="([^"]*)"', select_tag)
        sent[name] = chosen[1] if chosen else ""
    sent["role"] = re.findall(r'<input checked[^>]* name="role"[^>]* value="([^"]+)"', html)
    return {**sent, **values}


@pytest.fixture
def attendance(session, event):
    return AttendanceFactory(
        event=event,
        organization=OrganizationFactory(acronym="LACNIC"),
        country="UY",
        role="speaker;moderator",
    )


@pytest.fixture
def url(attendance):
    return f"/events/lacnic-45/attendance/{attendance.id}/edit"


def test_an_attendance_is_corrected(session, client, editor, attendance, url):
    OrganizationFactory(acronym="ISOC")
    values = form_of(client, url)
    assert (values["organization_acronym"], values["country"]) == ("LACNIC", "UY")
    assert set(values["role"]) == {"speaker", "moderator"}
    answer = client.post(url, data={**values, "organization_acronym": "isoc", "role": ["staff"], "minutes": "1,500",
                                    "status": "no-show", "country": "AR", "stakeholder_group": "media"})  # fmt: skip
    assert (answer.status_code, answer.location) == (303, "/events/lacnic-45/attendance")
    assert (attendance.organization.acronym, attendance.role, attendance.minutes) == (
        "ISOC",
        "staff",
        1500,
    )
    assert (attendance.status, attendance.country, attendance.stakeholder_group) == (
        "no-show",
        "AR",
        "media",
    )


@pytest.mark.parametrize(
    "values, field, message",
    [
        ({"minutes": "long"}, "minutes", "number"),
        ({"minutes": "-5"}, "minutes", "Between"),
        ({"minutes": "1.5"}, "minutes", "whole"),
        ({"country": "XX"}, "country", "not a country"),
        ({"stakeholder_group": "kings"}, "stakeholder_group", "Choose"),
        ({"role": ["king"]}, "role", "Choose"),
        ({"organization_acronym": "NOBODY"}, "organization_acronym", "Nothing matches"),
        ({"notes": "x" * 20_001}, "notes", "20000"),
    ],
)
def test_a_correction_that_is_wrong(
    session, client, editor, attendance, url, values, field, message
):
    page = client.post(url, data=form_of(client, url, **values))
    assert page.status_code == 422
    assert message in error_at(page, field)
    assert (attendance.minutes, attendance.country, attendance.role) == (
        None,
        "UY",
        "speaker;moderator",
    )


def test_the_second_of_two_editors_is_told(session, client, editor, attendance, url):
    first, second = form_of(client, url, minutes="10"), form_of(client, url, minutes="20")
    assert client.post(url, data=first).status_code == 303
    page = client.post(url, data=second)
    assert page.status_code == 409
    assert "“10”" in error_at(page, "minutes")
    assert value_of(page, "minutes") == "20"
    assert attendance.minutes == 10
    assert (
        client.post(url, data={**second, "version": value_of(page, "version")}).status_code == 303
    )
    assert attendance.minutes == 20


def test_one_of_another_event_is_not_found(session, client, editor, attendance):
    EventFactory(key="other")
    for number in (attendance.id, 0, 10**9, 2**31, 10**30):
        assert client.get(f"/events/other/attendance/{number}/edit").status_code == 404
        assert client.post(f"/events/other/attendance/{number}/delete").status_code == 404


def test_a_removal_is_offered_to_be_undone(session, client, editor, attendance):
    number = attendance.id
    answer = client.post(f"/events/lacnic-45/attendance/{number}/delete")
    assert (answer.status_code, answer.location) == (303, "/events/lacnic-45/attendance")
    assert recorded(session) == []
    undo = undo_on(client.get(answer.location))
    client.post(undo)
    assert [(a.id, a.role) for a in recorded(session)] == [(number, "speaker;moderator")]


# ---- downloads and suggestions


def test_the_download_is_in_the_load_format(session, client, editor, event):
    person = PersonFactory(key="ana", name="=Ana")
    AttendanceFactory(
        event=event,
        person=person,
        organization=OrganizationFactory(acronym="LACNIC"),
        role="speaker;staff",
        minutes=90,
    )
    AttendanceFactory(event=event, person=None, label="+iPhone")
    answer = client.get("/events/lacnic-45/attendance.csv")
    assert answer.headers["Cache-Control"] == "private, no-store"
    one, two = csv.DictReader(io.StringIO(answer.text))
    assert (one["event_key"], one["person_key"], one["name"], one["organization_acronym"]) == (
        "lacnic-45",
        "ana",
        "'=Ana",
        "LACNIC",
    )
    assert (one["role"], one["minutes"]) == ("speaker;staff", "90")
    assert (two["person_key"], two["label"]) == ("", "'+iPhone")
    assert client.get("/events/lacnic-45/attendance.xlsx").data[:2] == b"PK"


def test_suggestions_know_the_organization_of_that_day(session, client, editor, event):
    person = PersonFactory(name="Iván Núñez")
    AffiliationFactory(
        person=person,
        organization=OrganizationFactory(acronym="LACNIC"),
        start_date="2020-03",
        end_date="2023",
    )
    AffiliationFactory(
        person=person, organization=OrganizationFactory(acronym="ISOC"), start_date="2024"
    )
    (offer,) = client.get("/events/lacnic-45/attendance/suggest?q=nun").get_json()
    assert offer == {"value": "Iván Núñez (LACNIC)", "label": "Iván Núñez", "detail": "LACNIC since 2020",
                     "fill": {"organization_acronym": "LACNIC"}}  # fmt: skip
    for q in ("", "%", "%00", "x" * 5000):
        assert client.get(f"/events/lacnic-45/attendance/suggest?q={q}").get_json() == []


def test_a_hidden_event_has_no_attendance_page(session, client, editor):
    EventFactory(key="hush", visibility="organization", owner=OrganizationFactory())
    for path in ("", ".csv", "/suggest?q=a", "/1/edit"):
        assert client.get(f"/events/hush/attendance{path}").status_code == 404
    assert (
        client.post("/events/hush/attendance", data={**LINE, "person_key": "x"}).status_code == 404
    )
