"""What organizations brought to an event or a space."""

import pytest
from sqlalchemy import select

from tests.factories import (
    ContributionFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tests.pages import choices_of, error_at, next_page_of, undo_on, value_of
from tracker.models import Contribution

TALK = {
    "organization_acronym": "LACNIC",
    "kind": "presentation",
    "title": "A talk",
    "person_key": "",
}


@pytest.fixture
def editor(session, client):
    user = UserFactory(role="editor")
    client.sign_in(user)
    return user


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC")


@pytest.fixture(params=["event", "space"])
def place(request, session, lacnic):
    if request.param == "event":
        return EventFactory(key="igf-2025", space=SpaceFactory())
    return SpaceFactory(code="IGF")


def path_of(place):
    return (
        "/events/igf-2025/contributions" if hasattr(place, "key") else "/spaces/igf/contributions"
    )


def stored(session):
    return session.scalars(select(Contribution).order_by(Contribution.id)).all()


def test_contributions_are_for_those_signed_in(client, place):
    ContributionFactory(
        **({"event": place} if hasattr(place, "key") else {"event": None, "space": place}),
        title="A talk",
    )
    assert client.get(path_of(place)).status_code == 303
    client.sign_in(UserFactory(role="viewer"))
    page = client.get(path_of(place))
    assert page.status_code == 200
    assert "A talk" in page.text
    assert client.get(f"{path_of(place)}?after=x").status_code == 400


def test_a_contribution_is_recorded(client, session, place, lacnic, editor):
    person = PersonFactory(name="Iván Núñez")
    answer = client.post(f"{path_of(place)}/new", data={
        **TALK, "person_key": "ivan nunez", "date": "2025-06", "url": "https://example.org/", "amount": "1.500,50", "currency": "usd",
    })  # fmt: skip
    assert (answer.status_code, answer.location) == (303, path_of(place))
    (found,) = stored(session)
    assert (found.event or found.space, found.organization, found.person) == (place, lacnic, person)
    assert (found.kind, found.title, found.date, found.amount, found.currency) == (
        "presentation",
        "A talk",
        "2025-06",
        1500.5,
        "USD",
    )


@pytest.mark.parametrize(
    "values, field, message",
    [
        ({"organization_acronym": ""}, "organization_acronym", "needed"),
        ({"organization_acronym": "NOBODY"}, "organization_acronym", "Nothing matches"),
        ({"person_key": "Nobody Known"}, "person_key", "Nothing matches"),
        ({"kind": "speech"}, "kind", "Choose"),
        ({"title": "x" * 301}, "title", "300"),
        ({"date": "soon"}, "date", "date like"),
        ({"url": "ftp://example.org"}, "url", "https://"),
        ({"amount": "10"}, "currency", "together"),
        ({"currency": "USD"}, "currency", "together"),
        ({"amount": "10", "currency": "US"}, "currency", "Three letters"),
        ({"amount": "10", "currency": "€€€"}, "currency", "Three letters"),
        ({"amount": "much", "currency": "USD"}, "amount", "A number"),
        ({"amount": "-1", "currency": "USD"}, "amount", "Between"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    client, session, place, editor, values, field, message
):
    page = client.post(f"{path_of(place)}/new", data={**TALK, "notes": "Kept", **values})
    assert page.status_code == 422
    assert message in (error_at(page, field) or "")
    assert ">Kept</textarea>" in page.text.replace("\r\n", "").replace("\n", "")
    assert stored(session) == []


def test_several_people_become_radio_buttons(client, session, place, editor):
    for key in ("ana-1", "ana-2"):
        PersonFactory(key=key, name="Ana Silva")
    page = client.post(f"{path_of(place)}/new", data={**TALK, "person_key": "Ana Silva"})
    assert page.status_code == 422
    assert choices_of(page, "person_key") == ["ana-1", "ana-2"]
    client.post(f"{path_of(place)}/new", data={
        **TALK, "person_key": "Ana Silva", "person_key-choice": "ana-2", "person_key-asked": "Ana Silva"})  # fmt: skip
    assert stored(session)[0].person.key == "ana-2"


def test_the_same_contribution_twice_is_refused(client, session, place, editor):
    assert client.post(f"{path_of(place)}/new", data=TALK).status_code == 303
    page = client.post(f"{path_of(place)}/new", data=TALK)
    assert page.status_code == 422
    assert "recorded already" in error_at(page, "title")
    assert len(stored(session)) == 1


def test_one_is_corrected_and_a_second_editor_told(client, session, place, editor):
    client.post(f"{path_of(place)}/new", data=TALK)
    (contribution,) = stored(session)
    url = f"/contributions/{contribution.id}/edit"
    version = value_of(client.get(url), "version")
    assert (
        client.post(url, data={**TALK, "title": "Another", "version": version}).status_code == 303
    )
    page = client.post(url, data={**TALK, "title": "A third", "version": version})
    assert page.status_code == 409
    assert "“Another”" in error_at(page, "title")
    assert stored(session)[0].title == "Another"


def test_a_removal_is_offered_to_be_undone(client, session, place, editor):
    client.post(f"{path_of(place)}/new", data=TALK)
    number = stored(session)[0].id
    answer = client.post(f"/contributions/{number}/delete")
    assert (answer.status_code, answer.location) == (303, path_of(place))
    assert stored(session) == []
    undo = undo_on(client.get(answer.location))
    client.post(undo)
    assert [c.title for c in stored(session)] == ["A talk"]


def test_a_contributor_records_what_its_organization_brought(client, session, place):
    own = OrganizationFactory(acronym="OWN")
    client.sign_in(UserFactory(role="contributor", organization=own))
    page = client.get(f"{path_of(place)}/new")
    assert value_of(page, "organization_acronym") == "OWN"
    page = client.post(f"{path_of(place)}/new", data=TALK)
    assert page.status_code == 422
    assert "your own organization" in error_at(page, "organization_acronym")
    assert value_of(page, "title") == "A talk"
    assert (
        client.post(
            f"{path_of(place)}/new", data={**TALK, "organization_acronym": "OWN"}
        ).status_code
        == 303
    )
    other = ContributionFactory()
    for verb in ("edit", "delete"):
        assert client.post(f"/contributions/{other.id}/{verb}").status_code == 403


def test_what_is_not_there(client, session, editor):
    hidden = ContributionFactory(
        event=EventFactory(key="hush", visibility="organization", owner=OrganizationFactory())
    )
    for path in (f"/contributions/{hidden.id}/edit", "/contributions/0/edit", f"/contributions/{10**30}/edit",
                 "/events/none/contributions", "/events/hush/contributions/new", "/spaces/none/contributions", "/spaces/%00/contributions"):  # fmt: skip
        assert client.get(path).status_code == 404


def test_it_takes_a_constant_number_of_queries(client, session, place, editor, count_queries):
    counts = []
    for more in (3, 27):
        for _ in range(more):
            where = {"event": place} if hasattr(place, "key") else {"event": None, "space": place}
            ContributionFactory(**where, person=PersonFactory())
        with count_queries:
            assert client.get(path_of(place)).status_code == 200
        counts.append(count_queries.count)
    assert counts[0] == counts[1]


KINDS = (
    "presentation", "panel", "training", "statement", "proposal", "sponsorship", "grant",
    "scholarship",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_brought_stands_on_every_page_it_concerns(
    client, session, place, lacnic, editor, kind
):
    person = PersonFactory(name="Demo Iván Núñez")
    client.post(
        f"{path_of(place)}/new",
        data={**TALK, "kind": kind, "person_key": person.key, "amount": "1500", "currency": "usd"},
    )
    pages = [path_of(place), "/organizations/lacnic", "/organizations/lacnic/contributions",
             f"/people/{person.id}", f"/people/{person.id}/contributions"]  # fmt: skip
    for path in pages:
        page = client.get(path)
        assert "A talk" in page.text, path
        assert "1,500" in page.text, path
        assert kind.capitalize() in page.text, path


@pytest.mark.parametrize("noun", ["organizations", "people"])
def test_all_that_somebody_brought_is_paged(client, session, place, lacnic, editor, noun):
    person = PersonFactory()
    for number in range(52):
        where = {"event": place} if hasattr(place, "key") else {"event": None, "space": place}
        ContributionFactory(
            **where, organization=lacnic, person=person, title=f"Talk number {number}."
        )
    hidden = EventFactory(visibility="organization", owner=OrganizationFactory())
    ContributionFactory(event=hidden, organization=lacnic, person=person, title="Not for you")
    path = f"/{noun}/{'lacnic' if noun == 'organizations' else person.id}"
    assert f"{path}/contributions" in client.get(path).text
    page = client.get(f"{path}/contributions")
    assert "Talk number 51." in page.text
    assert "Talk number 1." not in page.text
    assert "Not for you" not in page.text
    assert "Talk number 1." in client.get(next_page_of(page)).text
    assert client.get(f"{path}/contributions?after=x").status_code == 400
    assert client.get(f"/{noun}/{'none' if noun == 'organizations' else 0}/contributions").status_code == 404  # fmt: skip


def test_the_page_of_a_space_leads_to_what_was_brought_to_it(client, session, editor):
    SpaceFactory(code="IGF")
    assert "/spaces/igf/contributions" in client.get("/spaces/igf").text
