"""Merging through the web: side by side, choosing, and the addresses after it."""

import re

import pytest
from sqlalchemy import func, select

from tests.factories import (
    AttendanceFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tracker.models import Attendance, Change, Organization, Person, PersonEmail
from tracker.models.base import utcnow
from tracker.models.changes import attribute


@pytest.fixture
def editor(session, client):
    return client.sign_in(UserFactory())


@pytest.fixture
def ana(session):
    return PersonFactory(name="Demo Ana Núñez", country="UY", notes=None)


@pytest.fixture
def anna(session):
    return PersonFactory(name="Demo Anna Nunez", country="PA")


@pytest.fixture
def address(ana, anna):
    return f"/people/{ana.id}/merge?with={anna.id}"


def stamp_in(page):
    return re.search(r'name="stamp"[^>]*value="([^"]*)"', page)[1]


def last_change(session):
    return session.scalar(select(func.max(Change.id)))


def test_both_are_shown_with_what_would_happen(session, editor, ana, anna, address):
    event = EventFactory(name_en="Shared Meeting")
    AttendanceFactory(event=event, person=ana, status="registered")
    AttendanceFactory(event=event, person=anna, minutes=90, role="speaker")
    AttendanceFactory(person=anna)
    hidden = EventFactory(name_en="Secret", visibility="organization", owner=OrganizationFactory())
    for person in (ana, anna):
        AttendanceFactory(event=hidden, person=person)

    page = editor.get(address).text

    assert "Demo Ana Núñez" in page
    assert "Demo Anna Nunez" in page
    assert 'name="choice-name" value="kept" checked' in page
    assert 'name="choice-country" value="other"' in page
    assert "3 attendances" in page
    assert "Shared Meeting" in page
    assert "Attended · Speaker · 90 min · Uruguay" not in page
    assert "Attended · Speaker · 90 min" in page
    assert "Secret" not in page
    assert "An event you cannot see" in page
    assert f"/people/{anna.id}/merge?with={ana.id}" in page


def test_merging_redirecting_and_undoing(session, editor, ana, anna, address):
    attendance = AttendanceFactory(person=anna)
    old, new = anna.id, ana.id
    stamp = stamp_in(editor.get(address).text)

    answer = editor.post(address, data={"stamp": stamp, "choice-country": "other"})

    assert (answer.status_code, answer.location) == (303, f"/people/{new}")
    page = editor.get(f"/people/{new}").text
    assert "The two records are one now." in page
    assert "Demo Anna Nunez" in page
    assert (ana.country, attendance.person_id) == ("PA", new)
    for path in ("", "/history", "/edit"):
        moved = editor.get(f"/people/{old}{path}")
        assert (moved.status_code, moved.location) == (301, f"/people/{new}{path}")
    assert editor.post(f"/people/{old}/delete").status_code == 404

    editor.post(f"/changes/{last_change(session)}/undo")
    assert editor.get(f"/people/{old}").status_code == 200
    session.expire_all()
    assert attendance.person_id == old
    assert ana.country == "UY"


def test_the_history_says_that_two_were_merged(session, editor, ana, anna, address):
    editor.post(address, data={"stamp": stamp_in(editor.get(address).text)})
    assert "merged two records" in editor.get(f"/people/{ana.id}/history").text


@pytest.mark.parametrize("change", ["field", "attendance"])
def test_a_change_meanwhile_is_said_and_the_choices_stay(
    session, editor, ana, anna, address, change
):
    stamp = stamp_in(editor.get(address).text)
    if change == "attendance":
        AttendanceFactory(person=anna)
    else:
        attribute(session, "test", None)
        anna.gender = "female"
        session.commit()

    answer = editor.post(address, data={"stamp": stamp, "choice-name": "other"})

    assert answer.status_code == 409
    assert "changed meanwhile" in answer.text
    assert 'name="choice-name" value="other" checked' in answer.text
    assert session.get(Person, anna.id) is not None
    again = editor.post(address, data={"stamp": stamp_in(answer.text), "choice-name": "other"})
    assert again.status_code == 303
    assert session.get(Person, ana.id).name == "Demo Anna Nunez"


def test_a_choice_that_is_none_is_not_taken(session, editor, ana, anna, address):
    stamp = stamp_in(editor.get(address).text)
    data = {"stamp": stamp, "choice-name": "<script>", "choice-id": "other", "choice-": "x"}
    assert editor.post(address, data=data).status_code == 303
    assert session.get(Person, ana.id).name == "Demo Ana Núñez"


@pytest.mark.parametrize(
    "path", ["/people/999/merge", "/people/{}/merge?with=999", "/people/{}/merge?with=abc",
             "/organizations/none/merge", "/people/{}/merge?with=99999999999999999999"],
)  # fmt: skip
def test_nobody_is_404(editor, ana, path):
    assert editor.get(path.format(ana.id)).status_code == 404


def test_with_itself(editor, ana):
    assert editor.get(f"/people/{ana.id}/merge?with={ana.id}").status_code == 303


def test_the_erased_are_not_merged(session, editor, ana, anna, address):
    attribute(session, "test", None)
    anna.erased_at = utcnow()
    session.commit()
    assert editor.get(address).status_code == 404


def test_only_editors(session, client, ana, anna, address):
    client.sign_in(UserFactory(role="contributor"))
    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403


# ---- naming the other one


def test_the_other_one_is_named(session, editor, ana, anna):
    path = f"/people/{ana.id}/merge"
    assert f'href="{path}"' in editor.get(f"/people/{ana.id}").text
    assert editor.get(path).status_code == 200
    answer = editor.post(path, data={"other": "anna nunez"})
    assert answer.location == f"{path}?with={anna.id}"
    itself = editor.post(path, data={"other": ana.key})
    assert itself.status_code == 422
    assert "this record itself" in itself.text
    assert "Nothing matches" in editor.post(path, data={"other": "Nobody"}).text
    assert "This is needed" in editor.post(path, data={"other": ""}).text


def test_of_two_of_one_name_the_other_is_meant(session, editor, ana):
    path = f"/people/{ana.id}/merge"
    other = PersonFactory(name=ana.name)
    assert editor.post(path, data={"other": ana.name}).location == f"{path}?with={other.id}"
    PersonFactory(name=ana.name)
    several = editor.post(path, data={"other": ana.name})
    assert several.status_code == 422
    assert "Which one?" in several.text
    assert f'value="{ana.key}"' not in several.text


def test_the_likely_ones_are_offered(session, editor, ana):
    other = PersonFactory(name="NUÑEZ, Demo Ana")
    editor.get("/people/duplicates")
    page = editor.get(f"/people/{ana.id}/merge").text
    assert f"/people/{ana.id}/merge?with={other.id}" in page


# ---- organizations


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC")


@pytest.fixture
def nir(session):
    return OrganizationFactory(acronym="LACNIC NIR", parent=OrganizationFactory(acronym="ABOVE"))


def test_organizations_and_their_old_addresses(session, editor, lacnic, nir):
    event = EventFactory(organizer=nir, start_date=utcnow().date().isoformat())
    address = "/organizations/lacnic/merge?with=lacnic-nir"
    page = editor.get(address).text
    assert "ABOVE" in page
    assert "1 role at an event" in page

    assert editor.post(address, data={"stamp": stamp_in(page)}).location == "/organizations/lacnic"

    moved = editor.get("/organizations/lacnic-nir")
    assert (moved.status_code, moved.location) == (301, "/organizations/lacnic")
    feeds = [editor.get(f"/feeds/organizations/{slug}.ics") for slug in ("lacnic", "lacnic-nir")]
    assert [feed.status_code for feed in feeds] == [200, 200]
    assert all(event.uid in feed.text for feed in feeds)
    assert lacnic.parent.acronym == "ABOVE"
    editor.post(f"/changes/{last_change(session)}/undo")
    assert editor.get("/organizations/lacnic-nir").status_code == 200
    assert {a.text for a in session.get(Organization, lacnic.id).aliases} == set()


def test_rights_are_an_administrators_to_move(session, client, lacnic, nir):
    address = "/organizations/lacnic/merge?with=lacnic-nir"
    UserFactory(organization=nir)
    client.sign_in(UserFactory(role="editor"))
    page = client.get(address).text
    assert "an administrator can do that" in page
    refused = client.post(address, data={"stamp": stamp_in(page)})
    assert refused.status_code == 422
    client.sign_in(UserFactory(role="admin"))
    assert (
        client.post(address, data={"stamp": stamp_in(client.get(address).text)}).status_code == 303
    )


def test_what_comes_above_itself_is_said(session, editor, lacnic, nir):
    between = OrganizationFactory(acronym="BETWEEN", parent=nir)
    attribute(session, "test", None)
    lacnic.parent = between
    session.commit()
    address = "/organizations/lacnic/merge?with=lacnic-nir"
    data = {"stamp": stamp_in(editor.get(address).text), "choice-parent_id": "kept"}
    answer = editor.post(address, data=data)
    assert answer.status_code == 422
    assert "above itself" in answer.text
    assert editor.post(address, data={**data, "choice-parent_id": "other"}).status_code == 303


def test_pages_cost_the_same_for_more_rows(session, editor, count_queries, ana, anna, address):
    def cost(count):
        for _number in range(count):
            event = EventFactory()
            for person in (ana, anna):
                AttendanceFactory(event=event, person=person, organization=lacnic)
        session.expunge_all()
        with count_queries:
            assert editor.get(address).status_code == 200
        return count_queries.count

    lacnic = OrganizationFactory()
    assert cost(2) == cost(9)


def test_an_address_moves_along(session, editor, ana, anna, address):
    attribute(session, "test", None)
    session.add(PersonEmail(person_id=anna.id, address="anna@example.org"))
    session.commit()
    page = editor.get(address).text
    assert "1 e-mail address" in page
    editor.post(address, data={"stamp": stamp_in(page)})
    assert session.scalar(select(PersonEmail)).person_id == ana.id
    assert session.scalar(select(Attendance)) is None
