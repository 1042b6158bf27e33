"""Spaces: the list and its filters, pages, and the forms."""

import csv
import io

import pytest
from sqlalchemy import select

from tests.factories import (
    AttendanceFactory,
    ContributionFactory,
    EngagementFactory,
    EventFactory,
    HeadcountFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.models import Change, Space


@pytest.fixture
def editor(session, client):
    return client.sign_in(UserFactory())


@pytest.fixture
def lacigf(session):
    return SpaceFactory(
        code="LACIGF",
        name_en="Latin American and Caribbean Internet Governance Forum",
        name_es="Foro de Gobernanza de Internet de América Latina y el Caribe",
        kind="igf",
        cadence="annual",
        since_year=2008,
        website="https://lacigf.org",
        organizer=OrganizationFactory(acronym="LACNIC"),
    )


def form_of(space, **changes):
    return {
        "code": space.code,
        "name_en": space.name_en,
        "kind": space.kind,
        "scope": space.scope,
        "organizer_acronym": space.organizer.acronym if space.organizer else "",
        "version": str(space.version),
        **changes,
    }


# ---- list


@pytest.mark.parametrize(
    "query, found",
    [
        ({"q": "gobernanza"}, {"LACIGF"}),
        ({"q": "AMERICA latina"}, {"LACIGF"}),
        ({"q": "obernanza"}, set()),
        ({"kind": "igf"}, {"LACIGF"}),
        ({"kind": ["igf", "other"]}, {"LACIGF", "WIDE"}),
        ({"scope": "global"}, {"WIDE"}),
        ({"organization": "Lacnic"}, {"LACIGF"}),
        ({}, {"LACIGF", "WIDE"}),
    ],
)
def test_filters(client, lacigf, query, found):
    SpaceFactory(code="WIDE", kind="other", scope="global")

    table = client.get("/spaces.csv", query_string=query)
    page = client.get("/spaces/", query_string=query).text

    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert {row["code"] for row in rows} == found
    for code in ("LACIGF", "WIDE"):
        assert (f'href="/spaces/{code.lower()}"' in page) == (code in found)


@pytest.mark.parametrize("query", ["colour=red", "kind=pub", "scope=moon", "organization=none"])
def test_what_no_filter_takes_is_refused(client, session, query):
    assert client.get(f"/spaces/?{query}").status_code == 400
    assert client.get(f"/spaces.xlsx?{query}").status_code == 400


def test_list_shows_the_next_edition_that_is_one(client, lacigf):
    EventFactory(space=lacigf, name_en="Cancelled one", start_date="2180", status="cancelled")
    whole = EventFactory(space=lacigf, key="lacigf-99", start_date="2190-10-05")
    EventFactory(space=lacigf, parent=whole, relation="part-of", start_date="2181-01-01")
    EventFactory(space=lacigf, visibility="community", start_date="2182-01-01")
    EventFactory(space=lacigf, start_date=None)

    page = client.get("/spaces/").text

    assert "5 October 2190" in page
    assert "218" not in page


def test_list_costs_the_same_queries_for_more_rows(client, session, count_queries):
    def cost(count):
        for _number in range(count):
            space = SpaceFactory(organizer=OrganizationFactory())
            EventFactory(space=space, start_date="2190", organizer=space.organizer)
        session.expunge_all()
        with count_queries:
            assert client.get("/spaces/").status_code == 200
        return count_queries.count

    assert cost(3) == cost(20)


def test_empty_list_says_what_to_do(editor):
    page = editor.get("/spaces/").text

    assert "No space matches" in page
    assert "/spaces/new" in page


# ---- page


def test_page_shows_what_is_known_in_the_readers_language(client, lacigf):
    past = EventFactory(key="lacigf-10", space=lacigf, start_date="2017-08-02", edition=10)
    whole = EventFactory(key="lacigf-99", space=lacigf, start_date="2190-08", confidence="low")
    EventFactory(key="session-1", space=lacigf, parent=past, relation="part-of")
    EventFactory(key="hidden", space=lacigf, visibility="organization", owner=lacigf.organizer)
    AttendanceFactory.create_batch(2, event=past)
    AttendanceFactory(event=past, status="registered")
    HeadcountFactory(event=past, mode="all", value=1204, qualifier="at-least")
    HeadcountFactory(event=past, mode="online", value=77)
    HeadcountFactory(event=past, mode="all", value=9, dimension="gender", value_key="female")
    EngagementFactory(space=lacigf, organization=OrganizationFactory(acronym="APC"))
    ContributionFactory(event=None, space=lacigf, title="A paper")
    SpaceFactory(code="LACIGF-PC", name_en="Program Committee")

    page = client.get("/spaces/lacigf").text
    spanish = client.get("/spaces/lacigf?lang=es").text

    assert "Foro de Gobernanza de Internet de América Latina y el Caribe" in spanish
    assert "2017" in page
    assert "At least 1,204" in page
    assert ">77<" not in page
    assert ">2</a>" in page, "people recorded"
    assert whole.name_en in page
    assert "unverified" in page
    assert "/events/session-1" not in page
    assert "/events/hidden" not in page
    assert "/organizations/apc" in page
    assert "A paper" in page
    assert "/spaces/lacigf-pc" in page
    assert "/feeds/spaces/lacigf.ics" in page
    assert "https://lacigf.org" in page
    assert "/events/new" not in page


def test_related_are_the_spaces_held_together(client, lacigf):
    host = EventFactory(space=lacigf)
    guest = SpaceFactory(code="GUEST")
    EventFactory(space=guest, parent=host, relation="co-located")
    SpaceFactory(code="STRANGER")

    assert "/spaces/guest" in client.get("/spaces/lacigf").text
    assert "/spaces/lacigf" in client.get("/spaces/guest").text
    assert "/spaces/stranger" not in client.get("/spaces/lacigf").text


def test_representatives_are_for_the_signed_in(client, lacigf):
    EngagementFactory(space=lacigf, person=PersonFactory(name="Demo Lía Solís"))

    assert "Demo Lía" not in client.get("/spaces/lacigf").text
    client.sign_in(UserFactory(role="viewer"))
    assert "Demo Lía Solís" in client.get("/spaces/lacigf").text


def test_editions_page_by_fifty(client, lacigf):
    for number in range(60):
        EventFactory(space=lacigf, key=f"lacigf-{number:02}", start_date=f"{1950 + number}-05-08")

    first = client.get("/spaces/lacigf").text
    cursor = first.split("after=")[1].split('"')[0]
    second = client.get(f"/spaces/lacigf?after={cursor}").text

    assert "/events/lacigf-59" in first
    assert "/events/lacigf-09" not in first
    assert "/events/lacigf-09" in second
    assert client.get("/spaces/lacigf?after=nonsense").status_code == 400
    assert client.get("/spaces/lacigf?colour=red").status_code == 400


def test_page_costs_the_same_queries_for_more_rows(client, session, lacigf, count_queries):
    client.sign_in(UserFactory())

    def cost(count):
        for _number in range(count):
            event = EventFactory(space=lacigf, organizer=OrganizationFactory())
            HeadcountFactory(event=event)
            AttendanceFactory(event=event)
            EventFactory(space=lacigf, start_date="2190")
            EngagementFactory(space=lacigf, person=PersonFactory())
            ContributionFactory(event=None, space=lacigf, person=PersonFactory())
        session.expunge_all()
        with count_queries:
            assert client.get("/spaces/lacigf").status_code == 200
        return count_queries.count

    assert cost(3) == cost(12)


def test_the_next_edition_is_one_click_away(editor, lacigf):
    page = editor.get("/spaces/lacigf").text

    assert "/events/new?space_code=LACIGF" in page
    assert "No edition is recorded" in page


# ---- forms


def test_creating(session, editor, lacigf):
    answer = editor.post(
        "/spaces/new",
        data={
            "code": "CIGF",
            "name_pt": "Fórum do Caribe",
            "organizer_acronym": "lacnic",
            "kind": "igf",
            "scope": "sub-regional",
            "since_year": "2005",
            "cadence": "annual",
        },
    )

    assert answer.status_code == 303
    assert answer.location == "/spaces/cigf"
    made = session.scalar(select(Space).where(Space.slug == "cigf"))
    assert made.organizer.acronym == "LACNIC"
    assert made.since_year == 2005
    assert "Undo" in editor.get("/spaces/cigf").text


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"code": ""}, "This is needed."),
        ({"code": "lacigf"}, "has, or once had, this address"),
        ({"name_en": ""}, "A name in one language"),
        ({"since_year": "1700"}, "Between 1850 and 2200"),
        ({"since_year": "long ago"}, "A number, please."),
        ({"scope": "moon"}, "Choose one of the list"),
        ({"organizer_acronym": "Nobody"}, "Nothing matches"),
        ({"website": "ftp://example.org"}, "begins with https"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_kept(session, editor, lacigf, changes, said):
    typed = {"code": "FINE", "name_en": "Typed name", "cadence": "Typed cadence"}

    answer = editor.post("/spaces/new", data={**typed, **changes})

    assert answer.status_code == 422
    assert said in answer.text
    assert "Typed cadence" in answer.text
    assert session.scalars(select(Space.code)).all() == ["LACIGF"]


def test_an_unknown_organizer_can_be_recorded(editor):
    answer = editor.post(
        "/spaces/new", data={"code": "X", "name_en": "X", "organizer_acronym": "Nobody & Co"}
    )

    assert "/organizations/new?name=Nobody%20%26%20Co" in answer.text


def test_renaming_keeps_the_old_address(session, editor, lacigf):
    answer = editor.post("/spaces/lacigf/edit", data=form_of(lacigf, code="LAC IGF"))

    assert answer.location == "/spaces/lac-igf"
    moved = editor.get("/spaces/lacigf")
    assert (moved.status_code, moved.location) == (301, "/spaces/lac-igf")


def test_the_second_of_two_editors_is_told(session, editor, lacigf):
    opened = form_of(lacigf, cadence="2/year")

    assert (
        editor.post("/spaces/lacigf/edit", data={**opened, "cadence": "never"}).status_code == 303
    )
    second = editor.post("/spaces/lacigf/edit", data=opened)

    assert second.status_code == 409
    assert "2/year" in second.text
    assert "never" in second.text
    session.expire_all()
    assert lacigf.cadence == "never"


def test_deleting_undoing_and_refusing(session, editor, lacigf):
    assert editor.post("/spaces/lacigf/delete").status_code == 303
    assert editor.get("/spaces/lacigf").status_code == 404
    change = session.scalars(select(Change.id).order_by(Change.id.desc())).first()
    editor.post(f"/changes/{change}/undo")
    assert editor.get("/spaces/lacigf").status_code == 200

    EventFactory(space=session.scalar(select(Space)))
    refused = editor.post("/spaces/lacigf/delete", follow_redirects=True)
    assert "1 event" in refused.text
    assert session.scalar(select(Space)) is not None


def test_contributors_edit_what_their_organization_organizes(session, client, lacigf):
    SpaceFactory(code="OTHER")
    client.sign_in(UserFactory(role="contributor", organization=lacigf.organizer))

    assert client.get("/spaces/lacigf/edit").status_code == 200
    assert client.get("/spaces/other/edit").status_code == 403
    assert client.get("/spaces/new").status_code == 403
