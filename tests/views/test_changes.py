"""Undoing through the web."""

import pytest
from sqlalchemy import func, select

from tests.factories import EventFactory, OrganizationFactory, SpaceFactory, UserFactory
from tracker.models import Change
from tracker.models.changes import attribute


@pytest.fixture
def edit(session):
    """Edit a space as a user; gives the space and the change."""

    def change(user, space=None, scope="global"):
        space = space or SpaceFactory(scope="regional")
        attribute(session, "space.edit", by=user)
        space.scope = scope
        session.commit()
        return space, session.scalar(select(func.max(Change.id)))

    return change


def test_a_change_is_undone_and_that_can_be_undone(client, session, edit):
    user = UserFactory()
    client.sign_in(user)
    space, change = edit(user)
    answer = client.post(f"/changes/{change}/undo", data={"next": "/spaces/"})
    assert (answer.status_code, answer.location) == (303, "/spaces/")
    assert space.scope == "regional"
    page = client.get("/spaces/").text
    assert "Undone" in page
    assert f"/changes/{session.scalar(select(func.max(Change.id)))}/undo" in page


def test_what_cannot_be_undone_says_why(client, session, edit):
    user = UserFactory()
    client.sign_in(user)
    space, change = edit(user)
    edit(user, space, "national")
    answer = client.post(f"/changes/{change}/undo", data={"next": "/spaces/"})
    assert answer.status_code == 303
    assert "edited since" in client.get("/spaces/").text
    assert space.scope == "national"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "", "/\\evil.example", "javascript:x"]
)
def test_it_leads_nowhere_else(client, session, edit, target):
    user = UserFactory()
    client.sign_in(user)
    _space, change = edit(user)
    assert client.post(f"/changes/{change}/undo", data={"next": target}).location == "/"


@pytest.mark.parametrize("role, own, status", [
    (None, False, 401), ("viewer", False, 403), ("contributor", False, 403), ("contributor", True, 303),
    ("editor", False, 303), ("admin", False, 303),
])  # fmt: skip
def test_who_may(client, session, edit, role, own, status):
    user = UserFactory(role=role or "viewer", organization=OrganizationFactory())
    if role:
        client.sign_in(user)
    space = SpaceFactory(scope="regional", organizer=user.organization)
    space, change = edit(user if own else UserFactory(), space)
    assert client.post(f"/changes/{change}/undo").status_code == status
    assert space.scope == ("regional" if status == 303 else "global")


def test_not_what_one_may_not_see(client, session):
    client.sign_in(UserFactory(role="admin"))
    event = EventFactory(visibility="organization", owner=OrganizationFactory())
    change = session.scalar(select(func.max(Change.id)))
    assert client.post(f"/changes/{change}/undo").status_code == 403
    assert event.deleted_at is None


@pytest.mark.parametrize("number", [0, 10**9, 2**31, 10**30])
def test_what_is_no_change(client, session, number):
    client.sign_in(UserFactory())
    assert client.post(f"/changes/{number}/undo").status_code == 404


def test_a_link_undoes_nothing(client, session, edit):
    user = UserFactory()
    client.sign_in(user)
    _space, change = edit(user)
    assert client.get(f"/changes/{change}/undo").status_code == 405
