"""Organizations: the list and its filters, pages, and the forms."""

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
from tracker.models import (
    Alias,
    Change,
    Grouping,
    GroupingMember,
    OldSlug,
    Organization,
)
from tracker.models.changes import attribute


def add(session, *rows):
    attribute(session, "test", None)
    session.add_all(rows)
    session.commit()


@pytest.fixture
def editor(session, client):
    return client.sign_in(UserFactory())


@pytest.fixture
def cepal(session):
    organization = OrganizationFactory(
        acronym="ECLAC",
        name_en="Economic Commission for Latin America and the Caribbean",
        name_es="Comisión Económica para América Latina y el Caribe",
        kind="un-body",
        stakeholder_group="intergovernmental",
        country="CL",
        headquarters_city="Santiago",
    )
    add(session, Alias(organization=organization, text="CEPAL"))
    return organization


def form_of(organization, **changes):
    return {
        "acronym": organization.acronym,
        "name_en": organization.name_en,
        "kind": organization.kind,
        "stakeholder_group": organization.stakeholder_group,
        "country": organization.country,
        "version": str(organization.version),
        **changes,
    }


# ---- list


@pytest.mark.parametrize("q", ["cepal", "ECLAC", "comision economica", "carib latin", "Comisión"])
def test_q_finds_beginnings_of_words_in_names_and_aliases(client, cepal, q):
    OrganizationFactory(acronym="OTHER", name_en="Something else")

    page = client.get("/organizations/", query_string={"q": q}).text

    assert "/organizations/eclac" in page
    assert "/organizations/other" not in page


@pytest.mark.parametrize("q", ["epal", "conomica", "%", "_", "zzz"])
def test_q_finds_nothing_else(client, cepal, q):
    page = client.get("/organizations/", query_string={"q": q})

    assert page.status_code == 200
    assert 'href="/organizations/eclac"' not in page.text
    assert "No organization matches" in page.text


@pytest.mark.parametrize(
    "query, found",
    [
        ({"kind": "un-body"}, {"ECLAC"}),
        ({"kind": ["un-body", "government"]}, {"ECLAC", "AGESIC"}),
        ({"country": "cl"}, {"ECLAC"}),
        ({"stakeholder_group": "government"}, {"AGESIC"}),
        ({"grouping": "southern"}, {"AGESIC"}),
        ({"grouping": "Friends"}, {"ECLAC"}),
        ({"kind": "un-body", "country": "UY"}, set()),
        ({}, {"ECLAC", "AGESIC"}),
    ],
)
def test_filters(session, client, cepal, query, found):
    OrganizationFactory(
        acronym="AGESIC", kind="government", stakeholder_group="government", country="UY"
    )
    add(
        session,
        GroupingMember(grouping=Grouping(name="Southern"), country="UY"),
        GroupingMember(grouping=Grouping(name="Friends"), organization=cepal),
    )

    table = client.get("/organizations.csv", query_string=query)

    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert {row["acronym"] for row in rows} == found


@pytest.mark.parametrize(
    "query",
    ["colour=red", "kind=pub", "country=ZZ", "grouping=none", "sort=size", "after=x", "lang=fr"],
)
def test_what_no_filter_takes_is_refused(client, session, query):
    for path in ("/organizations/", "/organizations.csv"):
        if "after" in query and path.endswith("csv"):
            continue
        assert client.get(f"{path}?{query}").status_code == 400


def test_pages_by_fifty_in_both_directions(client, session):
    for number in range(60):
        OrganizationFactory(acronym=f"ORG-{number:02}")

    first = client.get("/organizations/").text
    backwards = client.get("/organizations/?sort=-name").text
    cursor = first.split("after=")[1].split('"')[0]
    second = client.get(f"/organizations/?after={cursor}").text

    assert first.count('href="/organizations/org-') == 50
    assert second.count('href="/organizations/org-') == 10
    assert "/organizations/org-59" in backwards
    assert 'href="/organizations/org-00"' not in backwards


def test_downloads_are_whole_and_formulas_stay_text(client, session):
    OrganizationFactory.create_batch(55)
    OrganizationFactory(acronym="=1+1", name_en="=cmd()")

    text = client.get("/organizations/.csv").text
    book = client.get("/organizations.xlsx")

    assert len(text.splitlines()) == 57
    assert "'=1+1" in text
    assert book.data.startswith(b"PK")


def test_list_costs_the_same_queries_for_more_rows(client, session, count_queries):
    def cost(count):
        for _number in range(count):
            OrganizationFactory(parent=OrganizationFactory())
        session.expunge_all()
        with count_queries:
            assert client.get("/organizations/").status_code == 200
        return count_queries.count

    assert cost(3) == cost(20)


# ---- page


def test_page_shows_what_is_known_in_the_readers_language(client, session, cepal):
    space = SpaceFactory(code="ELAC", name_en="Digital agenda", name_es="Agenda digital")
    EngagementFactory(
        organization=cepal, space=space, role="secretariat", from_date="2005", confidence="low"
    )
    EventFactory(key="past", name_en="Past summit", organizer=cepal, start_date="2020-03-02")
    EventFactory(key="coming", name_en="Coming summit", organizer=cepal, start_date="2190-03-02")
    EventFactory(key="secret", organizer=cepal, visibility="organization", owner=cepal)
    ContributionFactory(organization=cepal, title="The statement", kind="statement")
    child = OrganizationFactory(acronym="CHILD", parent=cepal)

    page = client.get("/organizations/eclac?lang=es").text

    assert "Comisión Económica para América Latina y el Caribe" in page
    assert "Economic Commission" in page
    assert "Santiago, Chile" in page
    assert "Agenda digital" in page
    assert "CEPAL" in page
    assert "/events/past" in page
    assert "/events/coming" in page
    assert "/events/secret" not in page
    assert "The statement" in page
    assert f"/organizations/{child.slug}" in page
    assert "/feeds/organizations/eclac.ics" in page
    assert "/reports/organizations/eclac" in page
    assert page.count("badge badge-line") == 1, "the engagement is unverified"


def test_people_are_for_the_signed_in(client, session, cepal):
    AffiliationFactory(
        person=PersonFactory(name="Demo Ana Núñez"), organization=cepal, title="Director"
    )
    AffiliationFactory(person=PersonFactory(name="Demo Gone"), organization=cepal, end_date="2016")

    signed_out = client.get("/organizations/eclac").text
    client.sign_in(UserFactory(role="viewer"))
    signed_in = client.get("/organizations/eclac").text

    assert "Demo Ana" not in signed_out
    assert "Demo Ana Núñez" in signed_in
    assert "Director" in signed_in
    assert "Demo Gone" not in signed_in


def test_low_confidence_is_marked_on_list_and_page(client, session):
    OrganizationFactory(acronym="DOUBT", confidence="low", source="from memory")

    for path in ("/organizations/", "/organizations/doubt", "/organizations/doubt/history"):
        assert "unverified" in client.get(path).text


def test_figures_count_what_a_report_counts(client, session, cepal):
    event = EventFactory(organizer=cepal)
    EventFactory(organizer=cepal, status="cancelled")
    AttendanceFactory(event=event, organization=cepal)
    AttendanceFactory(event=event, organization=cepal, status="registered")

    page = client.get("/organizations/eclac").text

    assert ">1<span" in page.split("Events organized")[1]
    assert ">1<span" in page.split("Attendances recorded")[1]


def test_page_costs_the_same_queries_for_more_rows(client, session, cepal, count_queries):
    client.sign_in(UserFactory())

    def cost(count):
        for _number in range(count):
            organization = OrganizationFactory(parent=cepal)
            EngagementFactory(organization=cepal, person=PersonFactory())
            EventFactory(organizer=cepal)
            EventFactory(organizer=cepal, start_date="2190-01-01")
            AffiliationFactory(organization=cepal)
            ContributionFactory(organization=cepal, person=PersonFactory())
            EngagementFactory(organization=organization)
        session.expunge_all()
        with count_queries:
            assert client.get("/organizations/eclac").status_code == 200
        return count_queries.count

    assert cost(3) == cost(12)


def test_unknown_is_404_and_renamed_moves_for_good(session, editor, cepal):
    answer = editor.post(
        "/organizations/eclac/edit", data=form_of(cepal, acronym="UN ECLAC", aliases="CEPAL")
    )
    moved = editor.get("/organizations/eclac")

    assert answer.status_code == 303
    assert moved.status_code == 301
    assert moved.location == "/organizations/un-eclac"
    assert editor.get("/organizations/nobody").status_code == 404


def test_markup_in_a_name_is_shown_not_run(session, editor):
    answer = editor.post(
        "/organizations/new",
        data={"acronym": "X", "name_en": "<script>alert(1)</script> \u202eevil\u0007"},
        follow_redirects=True,
    )

    assert "&lt;script&gt;alert(1)&lt;/script&gt; evil" in answer.text
    assert "<script>alert" not in answer.text
    assert session.scalar(select(Organization.name_en)) == "<script>alert(1)</script> evil"


# ---- forms


def test_creating_with_everything(session, editor, cepal):
    answer = editor.post(
        "/organizations/new",
        data={
            "acronym": "ILPES",
            "name_es": "Instituto",
            "parent_acronym": "cepal",
            "kind": "un-body",
            "stakeholder_group": "intergovernmental",
            "country": "CL",
            "headquarters_city": "Santiago",
            "website": "https://example.org",
            "email_domains": "example.org; example.com",
            "aliases": "Ilpes CEPAL\n\nInstituto de Planificación",
            "technical_community_member": "y",
            "source": "https://example.org/about",
            "confidence": "high",
        },
    )

    assert answer.status_code == 303
    assert answer.location == "/organizations/ilpes"
    made = session.scalar(select(Organization).where(Organization.slug == "ilpes"))
    assert made.parent.acronym == "ECLAC"
    assert made.name_in("en") == "Instituto"
    assert [alias.text for alias in made.aliases] == ["Ilpes CEPAL", "Instituto de Planificación"]
    member = session.scalar(select(GroupingMember))
    assert member.grouping.name == "Technical Community"
    assert "organization.create" in session.scalars(select(Change.action)).all()
    assert "Undo" in editor.get("/organizations/ilpes").text
    assert "ILPES" in editor.get("/organizations/ilpes/history").text


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"acronym": ""}, "This is needed."),
        ({"acronym": "€€"}, "Latin letter"),
        ({"acronym": "New"}, "cannot be an address"),
        ({"acronym": "a" * 81}, "At most 80 characters"),
        ({"acronym": "æ" * 60}, "cannot be an address"),
        ({"acronym": "eclac"}, "has, or once had, this address"),
        ({"name_en": ""}, "A name in one language"),
        ({"name_en": "x" * 301}, "At most 300 characters"),
        ({"country": "QQ"}, "not a country"),
        ({"kind": "pub"}, "Choose one of the list"),
        ({"website": "javascript:alert(1)"}, "begins with https"),
        ({"website": "https://nowhere"}, "no web address"),
        ({"email_domains": "not a domain"}, "is not a domain"),
        ({"parent_acronym": "Nobody at all"}, "Nothing matches"),
        ({"successor_acronym": "ECLAC", "successor_date": "2024-13"}, "A date like"),
        ({"successor_date": "2024"}, "Say which organization it became"),
        ({"aliases": "CEPAL"}, "is an alias of ECLAC already"),
        ({"aliases": "x" * 301}, "too long"),
        ({"notes": "x" * 5001}, "At most 5000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_kept(session, editor, cepal, changes, said):
    typed = {"acronym": "FINE", "name_en": "Typed name", "headquarters_city": "Typed city"}

    answer = editor.post("/organizations/new", data={**typed, **changes})

    assert answer.status_code == 422
    assert said in answer.text
    assert "Typed city" in answer.text
    assert session.scalars(select(Organization.acronym)).all() == ["ECLAC"]


def test_errors_speak_the_readers_language(session, editor):
    answer = editor.post("/organizations/new?lang=es", data={"acronym": ""})

    assert answer.status_code == 422
    assert 'lang="es"' in answer.text


def test_a_name_that_several_have_becomes_radio_buttons(session, editor):
    OrganizationFactory(acronym="NIC-A", name_en="Registry of A")
    OrganizationFactory(acronym="NIC-B", name_en="Registry of B")
    typed = {"acronym": "SUB", "name_en": "Sub", "parent_acronym": "registry"}

    asked = editor.post("/organizations/new", data=typed)
    chosen = editor.post(
        "/organizations/new",
        data={**typed, "parent_acronym-asked": "registry", "parent_acronym-choice": "NIC-B"},
    )

    assert asked.status_code == 422
    assert 'type="radio"' in asked.text
    assert 'name="parent_acronym-choice"' in asked.text
    assert chosen.status_code == 303
    made = session.scalar(select(Organization).where(Organization.slug == "sub"))
    assert made.parent.acronym == "NIC-B"


def test_nobody_comes_above_itself(session, editor):
    top = OrganizationFactory(acronym="TOP")
    middle = OrganizationFactory(acronym="MIDDLE", parent=top)
    bottom = OrganizationFactory(acronym="BOTTOM", parent=middle)

    for parent in (top, bottom):
        answer = editor.post(
            "/organizations/top/edit", data=form_of(top, parent_acronym=parent.acronym)
        )
        assert answer.status_code == 422
        assert "above itself" in answer.text
    session.expire_all()
    assert top.parent_id is None


def test_the_second_of_two_editors_is_told_and_loses_nothing(session, editor, cepal):
    opened = form_of(cepal, aliases="CEPAL", headquarters_city="Vitacura")
    first = editor.post(
        "/organizations/eclac/edit", data={**opened, "headquarters_city": "Providencia"}
    )
    second = editor.post("/organizations/eclac/edit", data=opened)

    assert first.status_code == 303
    assert second.status_code == 409
    assert "Vitacura" in second.text
    assert "Providencia" in second.text
    session.expire_all()
    assert cepal.headquarters_city == "Providencia"

    again = editor.post("/organizations/eclac/edit", data={**opened, "version": str(cepal.version)})
    assert again.status_code == 303
    session.expire_all()
    assert cepal.headquarters_city == "Vitacura"


def test_editing_an_alias_counts_as_an_edit(session, editor, cepal):
    opened = form_of(cepal, aliases="CEPAL")

    assert (
        editor.post(
            "/organizations/eclac/edit",
            data={**opened, "aliases": "CEPAL\nC.E.P.A.L.", "headquarters_city": "Santiago"},
        ).status_code
        == 303
    )
    assert editor.post("/organizations/eclac/edit", data=opened).status_code == 409


def test_deleting_and_undoing(session, editor, cepal):
    add(session, GroupingMember(grouping=Grouping(name="Friends"), organization=cepal))

    deleted = editor.post("/organizations/eclac/delete")
    assert deleted.status_code == 303
    assert editor.get("/organizations/eclac").status_code == 404
    change = session.scalars(select(Change.id).order_by(Change.id.desc())).first()
    undone = editor.post(f"/changes/{change}/undo", data={"next": "/organizations/eclac"})

    assert undone.status_code == 303
    page = editor.get("/organizations/eclac").text
    assert "CEPAL" in page
    assert "Friends" in page


def test_deleting_is_refused_while_others_refer_to_it(session, editor, cepal):
    event = EventFactory(organizer=cepal)
    AttendanceFactory(event=event, organization=cepal)
    AffiliationFactory.create_batch(2, organization=cepal)

    answer = editor.post("/organizations/eclac/delete", follow_redirects=True)

    assert "1 event, 1 attendance, 2 affiliations" in answer.text
    assert session.get(Organization, cepal.id) is not None


def test_an_old_address_is_never_given_again(session, editor, cepal):
    editor.post("/organizations/eclac/edit", data=form_of(cepal, acronym="UNECLAC"))

    taken = editor.post("/organizations/new", data={"acronym": "ECLAC", "name_en": "Another"})
    back = editor.post(
        "/organizations/uneclac/edit", data=form_of(cepal, version="2", acronym="ECLAC")
    )

    assert taken.status_code == 422
    assert back.status_code == 303
    assert set(session.scalars(select(OldSlug.slug))) >= {"eclac", "uneclac"}
    assert editor.get("/organizations/eclac").status_code == 200
    assert editor.get("/organizations/uneclac").status_code == 301


def test_contributors_edit_their_own_organization_only(session, client, cepal):
    other = OrganizationFactory(acronym="OTHER")
    client.sign_in(UserFactory(role="contributor", organization=cepal))

    assert client.get("/organizations/eclac/edit").status_code == 200
    assert client.get("/organizations/other/edit").status_code == 403
    assert client.post("/organizations/other/edit", data=form_of(other)).status_code == 403
    assert client.get("/organizations/new").status_code == 403
    assert client.post("/organizations/eclac/delete").status_code == 403


@pytest.mark.parametrize("role", [None, "viewer"])
def test_readers_see_no_forms(session, client, cepal, role):
    if role:
        client.sign_in(UserFactory(role=role))
    page = client.get("/organizations/eclac").text

    assert "/organizations/eclac/edit" not in page
    assert "/organizations/eclac/delete" not in page
    answer = client.post("/organizations/eclac/edit", data=form_of(cepal, acronym="MINE"))
    assert answer.status_code in (401, 403)


def test_undoing_a_creation_that_others_refer_to_by_now_is_refused(session, editor):
    editor.post("/organizations/new", data={"acronym": "NEW ONE", "name_en": "New one"})
    change = session.scalars(select(Change.id).order_by(Change.id.desc())).first()
    made = session.scalar(select(Organization))
    OrganizationFactory(parent=made)

    answer = editor.post(f"/changes/{change}/undo", data={"next": "/organizations/new-one"})
    page = editor.get("/organizations/new-one")

    assert answer.status_code == 303
    assert page.status_code == 200
    assert "cannot be undone" in page.text


# ---- relations


def test_relations_are_shown_and_led_on_from(session, client):
    client.sign_in(UserFactory())
    above = OrganizationFactory(acronym="ABOVE")
    one = OrganizationFactory(acronym="ONE", parent=above)
    OrganizationFactory(acronym="BELOW", parent=one)
    OrganizationFactory(acronym="FORMER", successor=one, successor_date="2001")

    page = client.get("/organizations/one").text

    related = page[page.index("Related organizations") :]
    for acronym in ("ABOVE", "BELOW", "FORMER"):
        assert f">{acronym}</a>" in related
    assert "until 2001" in related
    assert "/organizations/new?parent=ONE" in related
    assert 'value="ONE"' in client.get("/organizations/new?parent=ONE").text
