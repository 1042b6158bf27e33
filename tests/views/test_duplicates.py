"""The pages of likely duplicates."""

import pytest
from sqlalchemy import func, select

from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tracker.models import Change, LikelyDuplicate
from tracker.services import duplicates


@pytest.fixture
def editor(session, client):
    return client.sign_in(UserFactory())


@pytest.fixture
def twins(session):
    return [PersonFactory(name=name) for name in ("Demo Ana Núñez", "Nunez, Demo Ana")]


def test_a_pair_is_shown_with_reasons_and_what_each_has(editor, twins):
    AffiliationFactory(person=twins[1], organization=OrganizationFactory(acronym="LACNIC"))
    attendance = AttendanceFactory(person=twins[1])

    page = editor.get("/people/duplicates").text

    assert "Demo Ana Núñez" in page
    assert "Nunez, Demo Ana" in page
    assert "Same name" in page
    assert "LACNIC" in page
    assert "1 attendance" in page
    assert f"/events/{attendance.event.key}" in page
    # The one with more recorded is offered as the one that stays.
    assert f"/people/{twins[1].id}/merge?with={twins[0].id}" in page


def test_organizations_too(session, editor):
    OrganizationFactory(acronym="LACNIC", name_en="Registry of Addresses")
    OrganizationFactory(acronym="Lacnic Registry", name_en="Registry of Addresses")

    page = editor.get("/organizations/duplicates").text

    assert "/organizations/lacnic/merge?with=lacnic-registry" in page
    assert "Registry of Addresses" in page


def test_the_lists_lead_there_and_say_how_many(session, editor, twins):
    assert "Likely duplicates</a> (" not in editor.get("/people/").text
    editor.get("/people/duplicates")
    assert "Likely duplicates</a> (1)" in editor.get("/people/").text
    assert "/organizations/duplicates" in editor.get("/organizations/").text


def test_others_do_not_see_it(session, client, twins):
    assert client.get("/organizations/").text.count("duplicates") == 0
    client.sign_in(UserFactory(role="contributor"))
    assert "duplicates" not in client.get("/people/").text
    assert client.get("/people/duplicates").status_code == 403


def test_dismissing_undoing_and_offering_again(session, editor, twins):
    editor.get("/people/duplicates")
    pair = session.scalar(select(LikelyDuplicate))
    changes = session.scalar(select(func.count(Change.id)))

    page = editor.post(f"/duplicates/{pair.id}/dismiss", follow_redirects=True).text
    assert "They stay two" in page
    assert f"/duplicates/{pair.id}/offer" in page
    assert "No two records look like one" in page
    assert pair.dismissed_by_id is not None
    dismissed = editor.get("/people/duplicates?dismissed=1").text
    assert "Offer again" in dismissed
    page = editor.post(f"/duplicates/{pair.id}/offer", follow_redirects=True).text
    assert "Not the same" in page
    assert session.scalar(select(func.count(Change.id))) == changes


def test_too_many_wait_for_a_click(session, editor, twins, monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_IN_A_REQUEST", 1)
    page = editor.get("/people/duplicates").text
    assert "2 records were written" in page
    assert "Look now" in page
    assert "Same name" not in page
    page = editor.post("/people/duplicates", follow_redirects=True).text
    assert "Same name" in page
    assert "Look now" not in page
    assert editor.post("/organizations/duplicates").location == "/organizations/duplicates"


@pytest.mark.parametrize("query", ["after=x", "dismissed=2", "q=ana"])
def test_what_the_page_does_not_take(editor, query):
    assert editor.get(f"/people/duplicates?{query}").status_code == 400


@pytest.mark.parametrize("path", ["/duplicates/9/dismiss", "/duplicates/9/offer"])
def test_a_pair_that_is_none(editor, path):
    assert editor.post(path).status_code == 404


def test_an_organization_cannot_take_the_address(editor):
    answer = editor.post("/organizations/new", data={"acronym": "Duplicates", "name_en": "x"})
    assert answer.status_code == 422


def test_the_pages_go_on(session, editor, count_queries):
    def cost(count):
        PersonFactory.create_batch(count, name=f"Demo Same {'x' * count * 9}")
        session.commit()
        editor.get("/people/duplicates")
        with count_queries:
            page = editor.get("/people/duplicates").text
        return count_queries.count, page

    few, _page = cost(4)
    many, page = cost(7)
    assert few == many
    assert page.count("Not the same") == 25
    cursor = page.split("after=")[1].split('"')[0]
    # Six of four people, twenty-one of seven.
    assert editor.get(f"/people/duplicates?after={cursor}").text.count("Not the same") == 2
