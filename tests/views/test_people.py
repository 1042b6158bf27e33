"""People: the list and its filters, pages, and the forms."""

import csv
import io

import pytest
from sqlalchemy import select

from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    ContributionFactory,
    EngagementFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.models import Change, Person, PersonEmail
from tracker.models.changes import attribute


@pytest.fixture
def editor(session, client):
    return client.sign_in(UserFactory())


@pytest.fixture
def ana(session):
    person = PersonFactory(name="Demo Ana Núñez Łódź", country="PA")
    attribute(session, "test", None)
    session.add(PersonEmail(person=person, address="ana@example.org"))
    session.commit()
    return person


def form_of(person, **changes):
    return {
        "name": person.name,
        "country": person.country,
        "email": "; ".join(email.address for email in person.emails),
        "version": str(person.version),
        **changes,
    }


# ---- list


@pytest.mark.parametrize(
    "path", ["/people/", "/people.csv", "/people/.xlsx", "/people/1", "/people/1/history"]
)
def test_people_are_for_the_signed_in(client, ana, path):
    answer = client.get(path)

    assert answer.status_code in (303, 401)
    assert "Demo Ana" not in answer.text


@pytest.mark.parametrize(
    "query, found",
    [
        ({"q": "nunez"}, {"Demo Ana Núñez Łódź"}),
        ({"q": "LODZ ana"}, {"Demo Ana Núñez Łódź"}),
        ({"q": "unez"}, set()),
        ({"country": "pa"}, {"Demo Ana Núñez Łódź"}),
        ({"organization": "lacnic"}, {"Demo Bo"}),
        ({}, {"Demo Ana Núñez Łódź", "Demo Bo"}),
    ],
)
def test_filters(session, editor, ana, query, found):
    lacnic = OrganizationFactory(acronym="LACNIC")
    AffiliationFactory(person=PersonFactory(name="Demo Bo"), organization=lacnic)
    AffiliationFactory(person=ana, organization=lacnic, end_date="2016")

    table = editor.get("/people.csv", query_string=query)

    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert {row["name"] for row in rows} == found
    page = editor.get("/people/", query_string=query).text
    assert ("Demo Bo" in page) == ("Demo Bo" in found)


@pytest.mark.parametrize("query", ["colour=red", "country=ZZ", "organization=none", "kind=igf"])
def test_what_no_filter_takes_is_refused(editor, query):
    assert editor.get(f"/people/?{query}").status_code == 400


def test_list_shows_where_they_work_now(editor, ana):
    AffiliationFactory(
        person=ana, organization=OrganizationFactory(acronym="NOW"), title="Engineer"
    )
    AffiliationFactory(
        person=ana, organization=OrganizationFactory(acronym="BEFORE"), end_date="2016"
    )

    page = editor.get("/people/").text

    assert "NOW" in page
    assert "Engineer" in page
    assert "BEFORE" not in page
    assert "ana@example.org" in editor.get("/people.csv").text


def test_list_costs_the_same_queries_for_more_rows(session, editor, count_queries):
    def cost(count):
        AffiliationFactory.create_batch(count)
        session.expunge_all()
        with count_queries:
            assert editor.get("/people/").status_code == 200
        return count_queries.count

    assert cost(3) == cost(20)


def test_list_costs_few_queries(editor, ana, count_queries):
    with count_queries:
        assert editor.get("/people/").status_code == 200
    assert count_queries.count < 20


# ---- page


def test_page_shows_what_is_known(editor, ana):
    lacnic = OrganizationFactory(acronym="LACNIC")
    then = OrganizationFactory(acronym="THEN")
    AffiliationFactory(person=ana, organization=lacnic, title="Director", start_date="2021-03")
    AffiliationFactory(person=ana, organization=then, start_date="2010", end_date="2020")
    event = EventFactory(key="lacnic-30", name_en="LACNIC 30")
    AttendanceFactory(event=event, person=ana, organization=then, role="speaker;panelist")
    secret = EventFactory(key="secret", visibility="organization", owner=then)
    AttendanceFactory(event=secret, person=ana)
    ContributionFactory(event=event, person=ana, title="On anycast")
    EngagementFactory(person=ana, space=SpaceFactory(code="MSC", name_en="The committee"))

    page = editor.get(f"/people/{ana.id}").text

    assert "Director" in page
    assert "March 2021" in page
    assert "2010 – 2020" in page
    assert "LACNIC 30" in page
    assert "Speaker, Panelist" in page
    assert "/organizations/then" in page
    assert "/events/secret" not in page
    assert "On anycast" in page
    assert "The committee" in page
    assert "ana@example.org" in page
    assert "synthetic" in page
    assert "Panama" in page


def test_events_page_by_fifty(editor, ana):
    for number in range(60):
        event = EventFactory(key=f"meeting-{number:02}", start_date=f"{1950 + number}-05-08")
        AttendanceFactory(event=event, person=ana)

    first = editor.get(f"/people/{ana.id}").text
    cursor = first.split("after=")[1].split('"')[0]
    second = editor.get(f"/people/{ana.id}?after={cursor}").text

    assert "/events/meeting-59" in first
    assert "/events/meeting-09" not in first
    assert "/events/meeting-09" in second
    assert "attended: 60" in second


def test_page_costs_the_same_queries_for_more_rows(session, editor, ana, count_queries):
    number = ana.id
    path = f"/people/{number}"

    def cost(count):
        person = session.get(Person, number)
        for _number in range(count):
            AffiliationFactory(person=person)
            AttendanceFactory(person=person, organization=OrganizationFactory())
            ContributionFactory(person=person)
            EngagementFactory(person=person)
        session.expunge_all()
        with count_queries:
            assert editor.get(path).status_code == 200
        return count_queries.count

    assert cost(3) == cost(12)


def test_nobody_is_404(editor):
    assert editor.get("/people/999").status_code == 404
    assert editor.get("/people/abc").status_code == 404


def test_a_name_that_is_markup_is_shown_not_run(session, editor):
    person = PersonFactory(name="<script>alert(1)</script>")

    assert "<script>alert" not in editor.get(f"/people/{person.id}").text
    assert "<script>alert" not in editor.get("/people/").text


# ---- forms


def test_creating_with_an_affiliation(session, editor):
    OrganizationFactory(acronym="LACNIC")

    answer = editor.post(
        "/people/new",
        data={
            "name": "  de la  Cruz,\u200b Áurea ",
            "email": "Aurea@Example.org; second@example.org",
            "country": "BR",
            "gender": "female",
            "organization_acronym": "lacnic",
            "title": "Engineer",
            "start_date": "2021",
        },
        follow_redirects=True,
    )

    assert answer.status_code == 200
    person = session.scalar(select(Person))
    assert person.name == "de la Cruz, Áurea"
    assert person.key == "de-la-cruz-aurea"
    assert {email.address for email in person.emails} == {"aurea@example.org", "second@example.org"}
    assert person.affiliations[0].organization.acronym == "LACNIC"
    assert "Undo" in answer.text


def test_two_people_may_share_a_name_but_not_a_key(session, editor):
    for _time in range(2):
        assert editor.post("/people/new", data={"name": "Demo Ana"}).status_code == 303

    assert set(session.scalars(select(Person.key))) == {"demo-ana", "demo-ana-2"}


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"name": ""}, "This is needed."),
        ({"name": "\u202e\u200b"}, "This is needed."),
        ({"name": "x" * 301}, "At most 300 characters"),
        ({"email": "not an address"}, "is not an e-mail address"),
        ({"email": "fine@example.org; ana@example.org"}, "is the address of Demo Ana"),
        ({"country": "XX"}, "not a country"),
        ({"gender": "none"}, "Choose one of the list"),
        ({"organization_acronym": "Nobody"}, "Nothing matches"),
        ({"organization_acronym": "", "start_date": "yesterday"}, "A date like"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_kept(session, editor, ana, changes, said):
    typed = {"name": "Typed Name", "source": "Typed source", "email": "typed@example.org"}

    answer = editor.post("/people/new", data={**typed, **changes})

    assert answer.status_code == 422
    assert said in answer.text
    assert "Typed source" in answer.text
    assert session.scalars(select(Person.name)).all() == [ana.name]


def test_editing_addresses_and_the_second_editor(session, editor, ana):
    opened = form_of(ana)

    first = editor.post(
        f"/people/{ana.id}/edit", data={**opened, "email": "new@example.org", "country": "CR"}
    )
    second = editor.post(f"/people/{ana.id}/edit", data={**opened, "country": "UY"})

    assert first.status_code == 303
    assert second.status_code == 409
    assert "new@example.org" in second.text
    assert "Costa Rica" in second.text
    session.expire_all()
    assert [email.address for email in ana.emails] == ["new@example.org"]


def test_deleting_undoing_and_refusing(session, editor, ana):
    AffiliationFactory(person=ana)
    number = ana.id

    assert editor.post(f"/people/{number}/delete").status_code == 303
    assert editor.get(f"/people/{number}").status_code == 404
    change = session.scalars(select(Change.id).order_by(Change.id.desc())).first()
    editor.post(f"/changes/{change}/undo")
    page = editor.get(f"/people/{number}")
    assert page.status_code == 200
    assert "ana@example.org" in page.text

    AttendanceFactory(person=session.get(Person, number))
    refused = editor.post(f"/people/{number}/delete", follow_redirects=True)
    assert "1 attendance" in refused.text


def test_contributors_edit_their_own_people(session, client, ana):
    lacnic = OrganizationFactory(acronym="LACNIC")
    AffiliationFactory(person=ana, organization=lacnic)
    other = PersonFactory()
    client.sign_in(UserFactory(role="contributor", organization=lacnic))

    assert client.get(f"/people/{ana.id}/edit").status_code == 200
    assert client.get(f"/people/{other.id}/edit").status_code == 403
    assert client.post(f"/people/{other.id}/delete").status_code == 403
    assert 'value="LACNIC"' in client.get("/people/new").text


def test_viewers_see_no_forms(session, client, ana):
    client.sign_in(UserFactory(role="viewer"))

    page = client.get(f"/people/{ana.id}").text

    assert f"/people/{ana.id}/edit" not in page
    assert "affiliations/new" not in page
    assert client.get("/people/new").status_code == 403
