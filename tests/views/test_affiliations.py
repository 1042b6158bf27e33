"""Affiliations, recorded from a person's page."""

import pytest
from sqlalchemy import select

from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tracker.models import Affiliation, Attendance, Change


@pytest.fixture
def editor(session, client):
    return client.sign_in(UserFactory())


@pytest.fixture
def ana(session):
    return PersonFactory(name="Demo Ana")


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC", name_en="Registry of Addresses")


def version_in(page):
    return page.split('name="version"')[1].split('value="')[1].split('"')[0]


def test_adding(session, editor, ana, lacnic):
    answer = editor.post(
        f"/people/{ana.id}/affiliations/new",
        data={
            "organization_acronym": "registry of",
            "title": "Director",
            "start_date": "2021-03",
            "end_date": "2021-03",
        },
        follow_redirects=True,
    )

    affiliation = session.scalar(select(Affiliation))
    assert affiliation.organization.acronym == "LACNIC"
    assert (str(affiliation.first_day), str(affiliation.last_day)) == ("2021-03-01", "2021-03-31")
    assert "The affiliation is recorded." in answer.text
    assert "Director" in answer.text


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"organization_acronym": ""}, "This is needed."),
        ({"organization_acronym": "Nobody"}, "Nothing matches"),
        ({"start_date": "2021-02-30"}, "A date like"),
        ({"start_date": "2021", "end_date": "2020-12-31"}, "The end is before the start."),
        ({"start_date": "2015"}, "The same affiliation is recorded already."),
        ({"title": "x" * 201}, "At most 200 characters"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_kept(session, editor, ana, lacnic, changes, said):
    AffiliationFactory(person=ana, organization=lacnic, start_date="2015")
    typed = {"organization_acronym": "LACNIC", "start_date": "2020", "source": "Typed source"}

    answer = editor.post(f"/people/{ana.id}/affiliations/new", data={**typed, **changes})

    assert answer.status_code == 422
    assert said in answer.text
    assert "Typed source" in answer.text
    assert len(session.scalars(select(Affiliation)).all()) == 1


def test_several_organizations_become_radio_buttons(session, editor, ana, lacnic):
    OrganizationFactory(acronym="OTHER", name_en="Registry of Names")
    path = f"/people/{ana.id}/affiliations/new"

    asked = editor.post(path, data={"organization_acronym": "registry"})
    chosen = editor.post(
        path,
        data={
            "organization_acronym": "registry",
            "organization_acronym-asked": "registry",
            "organization_acronym-choice": "OTHER",
        },
    )

    assert asked.status_code == 422
    assert asked.text.count('type="radio"') == 2
    assert chosen.status_code == 303
    assert session.scalar(select(Affiliation)).organization.acronym == "OTHER"


def test_ending_one_leaves_what_attendances_froze(session, editor, ana, lacnic):
    affiliation = AffiliationFactory(person=ana, organization=lacnic)
    AttendanceFactory(person=ana, organization=lacnic)
    path = f"/people/{ana.id}/affiliations/{affiliation.id}/edit"
    version = version_in(editor.get(path).text)

    answer = editor.post(
        path,
        data={
            "organization_acronym": "LACNIC", "start_date": "2015", "end_date": "2016",
            "version": version,
        },
    )  # fmt: skip

    assert answer.status_code == 303
    session.expire_all()
    assert affiliation.end_date == "2016"
    assert session.scalar(select(Attendance.organization_id)) == lacnic.id


def test_the_second_of_two_editors_is_told(session, editor, ana, lacnic):
    affiliation = AffiliationFactory(person=ana, organization=lacnic)
    path = f"/people/{ana.id}/affiliations/{affiliation.id}/edit"
    opened = {
        "organization_acronym": "LACNIC", "start_date": "2015",
        "version": version_in(editor.get(path).text),
    }  # fmt: skip

    assert editor.post(path, data={**opened, "title": "Chair"}).status_code == 303
    second = editor.post(path, data={**opened, "title": "Secretary"})

    assert second.status_code == 409
    assert "Chair" in second.text
    assert 'value="Secretary"' in second.text
    session.expire_all()
    assert affiliation.title == "Chair"


def test_deleting_and_undoing(session, editor, ana):
    affiliation = AffiliationFactory(person=ana)

    editor.post(f"/people/{ana.id}/affiliations/{affiliation.id}/delete")
    assert session.scalar(select(Affiliation.id)) is None
    change = session.scalars(select(Change.id).order_by(Change.id.desc())).first()
    editor.post(f"/changes/{change}/undo")
    assert session.scalar(select(Affiliation.id)) is not None


def test_addresses_that_do_not_fit_are_404(editor, ana):
    theirs = AffiliationFactory()

    assert editor.get(f"/people/{ana.id}/affiliations/{theirs.id}/edit").status_code == 404
    assert editor.get("/people/999/affiliations/new").status_code == 404


def test_contributors_say_who_works_for_their_own_organization(session, client, ana, lacnic):
    other = OrganizationFactory(acronym="OTHER")
    theirs = AffiliationFactory(person=PersonFactory(), organization=other)
    client.sign_in(UserFactory(role="contributor", organization=lacnic))
    path = f"/people/{ana.id}/affiliations/new"

    assert client.post(path, data={"organization_acronym": "OTHER"}).status_code == 403
    assert client.post(path, data={"organization_acronym": "LACNIC"}).status_code == 303
    edit = f"/people/{theirs.person_id}/affiliations/{theirs.id}/edit"
    assert client.get(edit).status_code == 403
