"""A new job in one form, and corrections of the past as exactly that."""

import pytest
from sqlalchemy import func, select

from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tracker.models import Affiliation, Change


@pytest.fixture
def editor(session, client):
    return client.sign_in(UserFactory())


@pytest.fixture
def ana(session):
    return PersonFactory(name="Demo Ana", country=None)


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC", country="UY")


@pytest.fixture
def icann(session):
    return OrganizationFactory(acronym="ICANN", country="US")


@pytest.fixture
def attended(session, ana, lacnic):
    """An event of 2021 that Ana attended for LACNIC."""
    event = EventFactory(start_date="2021-05-08", name_en="Spring Meeting")
    return AttendanceFactory(event=event, person=ana, organization=lacnic, country="UY")


def token_in(page):
    return page.split('name="attendance" value="')[1].split('"')[0]


def test_a_new_job_ends_the_old_one_and_changes_no_attendance(
    session, editor, ana, lacnic, icann, attended
):
    old = AffiliationFactory(person=ana, organization=lacnic, start_date="2015", title="Engineer")
    path = f"/people/{ana.id}/affiliations/new"
    assert "LACNIC · Engineer, since 2015" in editor.get(path).text

    answer = editor.post(
        path,
        data={"organization_acronym": "ICANN", "start_date": "2024-05", "ends": str(old.id)},
        follow_redirects=True,
    )

    assert "The affiliation is recorded." in answer.text
    assert old.end_date == "2024-04"
    assert attended.organization is lacnic
    assert "Correct past" not in answer.text
    editor.post(f"/changes/{session.scalar(select(func.max(Change.id)))}/undo")
    session.expire_all()
    assert old.end_date is None
    assert len(session.scalars(select(Affiliation)).all()) == 1


@pytest.mark.parametrize("start, said", [("", "Say from when"), ("2014", "began only later")])
def test_what_cannot_end_is_said(session, editor, ana, lacnic, icann, start, said):
    old = AffiliationFactory(person=ana, organization=lacnic, start_date="2015")
    answer = editor.post(
        f"/people/{ana.id}/affiliations/new",
        data={"organization_acronym": "ICANN", "start_date": start, "ends": str(old.id)},
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{old.id}" checked' in answer.text or "checked" in answer.text
    assert len(session.scalars(select(Affiliation)).all()) == 1


def test_only_a_current_one_of_this_person_is_ended(session, editor, ana, icann):
    other = AffiliationFactory()
    answer = editor.post(
        f"/people/{ana.id}/affiliations/new",
        data={"organization_acronym": "ICANN", "start_date": "2024", "ends": str(other.id)},
    )
    assert answer.status_code == 422
    assert other.end_date is None


def test_the_history_shows_gaps(session, editor, ana, lacnic, icann):
    AffiliationFactory(person=ana, organization=lacnic, start_date="2010", end_date="2014")
    AffiliationFactory(person=ana, organization=icann, start_date="2017")
    page = editor.get(f"/people/{ana.id}").text
    assert page.index("ICANN") < page.index("2015 – 2016") < page.index("2010 – 2014")


def test_a_past_that_was_wrong_is_offered_and_corrected_only_if_chosen(
    session, editor, ana, lacnic, icann, attended
):
    AffiliationFactory(person=ana, organization=lacnic, start_date="2015", end_date="2019")
    later = AttendanceFactory(
        event=EventFactory(start_date="2022-05-08"), person=ana, organization=lacnic
    )

    answer = editor.post(
        f"/people/{ana.id}/affiliations/new",
        data={"organization_acronym": "ICANN", "start_date": "2020"},
    )

    path = f"/people/{ana.id}/corrections"
    assert answer.location == path
    page = editor.get(path).text
    assert "Spring Meeting" in page
    assert "<del>LACNIC</del> → <ins>ICANN</ins>" in page
    assert "<del>Uruguay</del> → <ins>United States</ins>" in page
    assert "checked" not in page
    assert editor.post(path).status_code == 422
    assert attended.organization is lacnic

    token = f"{attended.id}-{lacnic.id}-{icann.id}"
    answer = editor.post(path, data={"attendance": token}, follow_redirects=True)
    assert "1 attendance is corrected." in answer.text
    assert (attended.organization, attended.country) == (icann, "US")
    assert later.organization is lacnic
    editor.post(f"/changes/{session.scalar(select(func.max(Change.id)))}/undo")
    session.expire_all()
    assert (attended.organization, attended.country) == (lacnic, "UY")


def test_an_edit_and_a_deletion_are_followed_too(session, editor, ana, lacnic, icann, attended):
    wrong = AffiliationFactory(person=ana, organization=lacnic, start_date="2015")
    page = editor.get(f"/people/{ana.id}/affiliations/{wrong.id}/edit").text
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    path = f"/people/{ana.id}/corrections?organization=lacnic"
    data = {"organization_acronym": "ICANN", "start_date": "2015", "version": version}
    assert editor.post(f"/people/{ana.id}/affiliations/{wrong.id}/edit", data=data).location == path
    assert "<del>LACNIC</del> → <ins>ICANN</ins>" in editor.get(path).text
    editor.post(f"/changes/{session.scalar(select(func.max(Change.id)))}/undo")
    assert editor.post(f"/people/{ana.id}/affiliations/{wrong.id}/delete").location == path
    page = editor.get(path).text
    assert "<del>LACNIC</del> → <ins>–</ins>" in page
    assert editor.post(path, data={"attendance": token_in(page)}).status_code == 303
    session.expire_all()
    assert attended.organization is None


def test_a_job_that_covers_no_event_leads_back(session, editor, ana, icann, attended):
    answer = editor.post(
        f"/people/{ana.id}/affiliations/new",
        data={"organization_acronym": "ICANN", "start_date": "2024"},
    )
    assert answer.location == f"/people/{ana.id}"
    assert "agree" in editor.get(f"/people/{ana.id}/corrections").text


def test_what_changed_meanwhile_is_not_written(session, editor, ana, lacnic, icann, attended):
    AffiliationFactory(person=ana, organization=icann, start_date="2015")
    path = f"/people/{ana.id}/corrections"
    token = token_in(editor.get(path).text)
    stale = f"{attended.id}-{icann.id}-{lacnic.id}"
    answer = editor.post(path, data={"attendance": [token, stale]})
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.text
    assert "checked" in answer.text
    assert attended.organization is lacnic


@pytest.mark.parametrize("query", ["organization=none", "q=x"])
def test_what_the_page_does_not_take(editor, ana, query):
    assert editor.get(f"/people/{ana.id}/corrections?{query}").status_code == 400


def test_nobody_is_404(editor):
    assert editor.get("/people/999/corrections").status_code == 404
