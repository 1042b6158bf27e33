"""What type-ahead offers."""

import pytest

from tests.factories import (
    AffiliationFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.models import Alias
from tracker.models.changes import attribute


@pytest.fixture
def offers(client):
    def ask(what, q, **query):
        answer = client.get(f"/suggest/{what}", query_string={"q": q, **query})
        assert answer.status_code == 200
        return [(offer["value"], offer["label"], offer["detail"]) for offer in answer.get_json()]

    return ask


def test_organizations(session, offers):
    eclac = OrganizationFactory(
        acronym="ECLAC", name_en="Economic Commission", name_es="Comisión Económica"
    )
    attribute(session, "test", None)
    session.add(Alias(organization=eclac, text="CEPAL"))
    session.commit()
    for q in ("ecl", "cep", "COMISION", "econ com"):
        assert offers("organizations", q) == [("ECLAC", "ECLAC", "Economic Commission")]
    assert offers("organizations", "ecl", lang="es") == [("ECLAC", "ECLAC", "Comisión Económica")]
    assert offers("organizations", "") == []


def test_spaces(session, offers):
    SpaceFactory(code="IGF", name_en="Internet Governance Forum", name_pt="Fórum de Governança")
    assert offers("spaces", "gov") == [("IGF", "Internet Governance Forum", "IGF")]
    assert offers("spaces", "governanca", lang="pt") == [("IGF", "Fórum de Governança", "IGF")]


def test_events_latest_first(session, offers):
    EventFactory(key="lacnic-44", name_en="LACNIC 44", start_date="2022-05")
    EventFactory(key="lacnic-45", name_en="LACNIC 45", start_date="2023-05-08")
    assert offers("events", "lac") == [
        ("lacnic-45", "LACNIC 45", "8 May 2023"), ("lacnic-44", "LACNIC 44", "May 2022"),
    ]  # fmt: skip


def test_people_are_for_those_signed_in(client, session, offers):
    AffiliationFactory(
        person=PersonFactory(name="Iván Núñez"), organization=OrganizationFactory(acronym="NIC.br")
    )
    PersonFactory(name="Ivana")
    assert client.get("/suggest/people?q=ivan").status_code == 401
    client.sign_in(UserFactory(role="viewer"))
    assert offers("people", "ivan") == [
        ("Iván Núñez (NIC.br)", "Iván Núñez", "NIC.br"),
        ("Ivana", "Ivana", ""),
    ]


def test_time_zones(offers, session):
    assert ("America/Montevideo", "America/Montevideo", "") in offers("timezones", "montev")
    assert offers("timezones", "mexico city")[0][0] == "America/Mexico_City"
    assert offers("timezones", "nothing like it") == []


@pytest.mark.parametrize("what", ["organizations", "spaces", "events", "people", "timezones"])
@pytest.mark.parametrize(
    "q", ["%", "_", "\x00", "'", "x" * 10_000, "\u202e", "<script>", "?", "|", "||"]
)
def test_nothing_that_can_be_typed_breaks_it(client, session, what, q):
    client.sign_in(UserFactory())
    OrganizationFactory()
    answer = client.get(f"/suggest/{what}", query_string={"q": q})
    assert answer.status_code == 200
    if what != "timezones":
        assert answer.get_json() == []


@pytest.mark.parametrize("what", ["organizations", "spaces", "events", "people"])
def test_a_few_in_a_constant_number_of_queries(client, session, count_queries, what):
    client.sign_in(UserFactory())
    counts = []
    for more in (2, 12):
        for _ in range(more):
            organization = OrganizationFactory(name_en="Alike")
            AffiliationFactory(person=PersonFactory(name="Alike"), organization=organization)
            SpaceFactory(name_en="Alike")
            EventFactory(name_en="Alike")
        with count_queries:
            offers = client.get(f"/suggest/{what}?q=alike").get_json()
        counts.append(count_queries.count)
    assert len(offers) == 8
    assert counts[0] == counts[1]
