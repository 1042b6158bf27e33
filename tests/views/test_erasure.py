"""Erasing a person from their page, and what pages show afterwards."""

import pytest

from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    ContributionFactory,
    EventFactory,
    FollowUpFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tests.pages import error_at, value_of
from tracker.models import Person


@pytest.fixture
def editor(session, client):
    user = UserFactory(role="editor", name="Demo Editor")
    client.sign_in(user)
    return user


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC")


@pytest.fixture
def ana(session, lacnic):
    person = PersonFactory(key="ana", name="Demo Ana Núñez")
    AffiliationFactory(person=person, organization=lacnic, title="Engineer")
    event = EventFactory(key="e", name_en="The meeting")
    AttendanceFactory(event=event, person=person, organization=lacnic)
    FollowUpFactory(event=event, owner_person=person, what="Send the slides")
    ContributionFactory(event=event, person=person, organization=lacnic, title="A talk")
    return person


@pytest.fixture
def path(ana):
    return f"/people/{ana.id}/erase"


def erase(client, ana):
    return client.post(f"/people/{ana.id}/erase", data={"confirmed_name": ana.name})


def test_the_page_says_what_goes_what_stays_and_that_it_is_for_good(client, ana, path, editor):
    assert path in client.get(f"/people/{ana.id}").text
    page = client.get(path)
    for text in ("This cannot be undone", "What goes", "What stays", "Affiliations", "Attendances",
                 "Backups and exports"):  # fmt: skip
        assert text in page.text
    assert page.status_code == 200


def test_the_page_names_the_account_and_the_texts_that_stay(client, ana, path, editor):
    UserFactory(person=ana, email="ana@example.org")
    EventFactory(key="told", name_en="The other", description="Demo Ana Núñez opened it.")
    page = client.get(path)
    assert "ana@example.org" in page.text
    assert "The other" in page.text


@pytest.mark.parametrize("typed", ["", "Demo Bo", "Ana", "yes"])
def test_the_name_must_be_typed(client, session, ana, path, editor, typed):
    page = client.post(path, data={"confirmed_name": typed})
    assert page.status_code == 422
    assert error_at(page, "confirmed_name")
    assert value_of(page, "confirmed_name") == typed
    assert session.get(Person, ana.id).name == "Demo Ana Núñez"


@pytest.mark.parametrize("typed", ["Demo Ana Núñez", "demo ana nunez", " Demo  Ana Núñez "])
def test_it_is_erased_and_there_is_no_undo(client, session, ana, path, editor, typed):
    answer = client.post(path, data={"confirmed_name": typed})
    assert (answer.status_code, answer.location) == (303, f"/people/{ana.id}")
    page = client.get(answer.location)
    assert "The person is erased." in page.text
    assert "/undo" not in page.text
    assert session.get(Person, ana.id).erased_at is not None


@pytest.mark.parametrize("role, status", [("viewer", 403), ("contributor", 403), ("admin", 200)])
def test_who_may(client, ana, path, role, status, lacnic):
    client.sign_in(UserFactory(role=role, organization=lacnic))
    assert client.get(path).status_code == status
    assert (path in client.get(f"/people/{ana.id}").text) == (status == 200)


def test_the_page_of_the_erased(client, ana, editor):
    erase(client, ana)
    page = client.get(f"/people/{ana.id}")
    assert "<h1>Erased person</h1>" in page.text
    assert "The meeting" in page.text
    assert "Ana" not in page.text
    for action in ("edit", "delete", "erase", "affiliations/new", "merge"):
        assert f"/people/{ana.id}/{action}" not in page.text
    assert "Persona" in client.get(f"/people/{ana.id}?lang=es").text
    history = client.get(f"/people/{ana.id}/history")
    assert "erased this person" in history.text
    assert "Ana" not in history.text
    # That there was an attendance is nothing personal, and can be set back.
    assert history.text.count("/undo") == 1


def test_nothing_of_the_erased_can_be_changed(client, ana, editor):
    erase(client, ana)
    paths = ("edit", "delete", "erase", "affiliations/new")
    for path in paths:
        answer = client.post(f"/people/{ana.id}/{path}", data={"name": "Demo Ana"})
        assert answer.status_code == 403, path
        assert "erased" in answer.text


@pytest.mark.parametrize(
    "path", ["/events/e/attendance", "/events/e/attendance.csv", "/reports/organizations/lacnic"]
)
def test_lists_call_them_erased(client, ana, editor, path):
    assert "Ana" in client.get(path).text
    erase(client, ana)
    page = client.get(path)
    assert "Erased person" in page.text
    assert "Ana" not in page.text


@pytest.mark.parametrize(
    "path", ["/people/", "/people.csv", "/people/?q=ana", "/search?q=demo+ana", "/suggest/people?q=ana",
             "/events/e/attendance/suggest?q=ana", "/organizations/lacnic", "/follow-ups/",
             "/events/e/contributions", "/events/e/outcomes", "/events/e/history", "/"],
)  # fmt: skip
def test_nobody_meets_them_elsewhere(client, ana, editor, path):
    erase(client, ana)
    page = client.get(path)
    assert page.status_code == 200
    assert "Demo Ana" not in page.text
    assert "N\\u00fa" not in page.text
    assert "Erased person" not in page.text


def test_their_attendance_can_still_be_corrected(client, session, ana, editor):
    erase(client, ana)
    (number,) = [a.id for a in session.query(AttendanceFactory._meta.model)]
    path = f"/events/e/attendance/{number}/edit"
    page = client.get(path)
    assert "<h1>Erased person</h1>" in page.text
    data = {"status": "no-show", "mode": "online", "role": "speaker", "version": value_of(page, "version"),
            "organization_acronym": "LACNIC"}  # fmt: skip
    assert client.post(path, data=data).status_code == 303


def test_who_is_not_there(client, editor):
    assert client.get("/people/999999/erase").status_code == 404
