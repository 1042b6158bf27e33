"""Engagements, recorded from the page of a space or of an organization."""

import pytest
from sqlalchemy import select

from tests.factories import (
    EngagementFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.models import Change, Engagement


@pytest.fixture
def editor(session, client):
    return client.sign_in(UserFactory())


@pytest.fixture
def space(session):
    return SpaceFactory(code="LACIGF", organizer=OrganizationFactory(acronym="LACNIC"))


def stored(session):
    session.expire_all()
    return session.scalars(select(Engagement)).one_or_none()


def test_recording_from_the_space(session, editor, space):
    person = PersonFactory(name="Demo Lía Solís")

    answer = editor.post(
        "/spaces/lacigf/engagements/new",
        data={
            "organization": "lacnic",
            "role": "secretariat",
            "detail": "since its inception",
            "person": "Demo Lía Solís",
            "from_date": "2008",
        },
    )

    assert answer.status_code == 303
    assert answer.location == "/spaces/lacigf"
    engagement = stored(session)
    assert engagement.organization.acronym == "LACNIC"
    assert engagement.person_id == person.id
    assert str(engagement.first_day) == "2008-01-01"
    page = editor.get("/spaces/lacigf").text
    assert "Secretariat" in page
    assert "since 2008" in page


def test_recording_from_the_organization(session, editor, space):
    answer = editor.post(
        "/organizations/lacnic/engagements/new", data={"space": "lacigf", "role": "organizer"}
    )

    assert answer.location == "/organizations/lacnic"
    assert stored(session).space.code == "LACIGF"
    assert "/organizations/lacnic/engagements/new" in editor.get("/organizations/lacnic").text


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"organization": ""}, "This is needed."),
        ({"organization": "Nobody"}, "Nothing matches"),
        ({"role": ""}, "This is needed."),
        ({"role": "king"}, "Choose one of the list"),
        ({"from_date": "2020", "to_date": "2019-12"}, "The end is before the start."),
        ({"from_date": "May"}, "A date like"),
        ({"person": "Nobody Atall"}, "Nothing matches"),
        ({"role": "member"}, "recorded already"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_kept(session, editor, space, changes, said):
    EngagementFactory(space=space, organization=space.organizer, role="member", detail="Typed")
    typed = {"organization": "LACNIC", "role": "organizer", "detail": "Typed"}

    answer = editor.post("/spaces/lacigf/engagements/new", data={**typed, **changes})

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Typed"' in answer.text
    assert len(session.scalars(select(Engagement)).all()) == 1


def test_editing_and_the_second_editor(session, editor, space):
    engagement = EngagementFactory(
        space=space, organization=space.organizer, person=PersonFactory(name="Demo Ana")
    )
    path = f"/spaces/lacigf/engagements/{engagement.id}/edit"
    page = editor.get(path).text
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    typed = {"organization": "LACNIC", "role": "member", "person": "Demo Ana", "version": version}

    first = editor.post(path, data={**typed, "to_date": "2020"})
    second = editor.post(path, data={**typed, "to_date": "2021"})

    assert first.status_code == 303
    assert second.status_code == 409
    assert "2020" in second.text
    assert 'value="2021"' in second.text
    engagement = stored(session)
    assert engagement.to_date == "2020"
    assert engagement.person is not None


def test_deleting_and_undoing(session, editor, space):
    engagement = EngagementFactory(space=space)

    assert editor.post(f"/spaces/lacigf/engagements/{engagement.id}/delete").status_code == 303
    assert stored(session) is None
    change = session.scalars(select(Change.id).order_by(Change.id.desc())).first()
    editor.post(f"/changes/{change}/undo")
    assert stored(session) is not None


def test_addresses_that_do_not_fit_are_404(editor, space):
    engagement = EngagementFactory()

    assert editor.get(f"/spaces/lacigf/engagements/{engagement.id}/edit").status_code == 404
    assert editor.get("/spaces/nothing/engagements/new").status_code == 404
    assert editor.get("/organizations/nobody/engagements/new").status_code == 404


def test_contributors_speak_for_their_own_organization(session, client, space):
    apc = OrganizationFactory(acronym="APC")
    OrganizationFactory(acronym="OTHER")
    theirs = EngagementFactory(space=SpaceFactory(code="ELSEWHERE"))
    client.sign_in(UserFactory(role="contributor", organization=apc))

    own = client.post(
        "/spaces/lacigf/engagements/new", data={"organization": "APC", "role": "member"}
    )
    other = client.post(
        "/spaces/lacigf/engagements/new", data={"organization": "OTHER", "role": "member"}
    )
    edit = client.get(f"/spaces/elsewhere/engagements/{theirs.id}/edit")

    assert own.status_code == 303
    assert other.status_code == 403
    assert edit.status_code == 403
