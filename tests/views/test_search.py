"""Search over everything the reader may see."""

import pytest

from tests.factories import (
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)


@pytest.fixture
def things(session):
    return (
        OrganizationFactory(acronym="CETIC.br", name_en="Regional Center"),
        SpaceFactory(code="FORO", name_en="Regional forum"),
        EventFactory(key="reunion", name_en="Reunión regional"),
        PersonFactory(name="Regional Manager"),
    )


def test_it_finds_each_kind_of_thing(client, things):
    page = client.get("/search?q=REGION").text
    for path in ("/organizations/cetic-br", "/spaces/foro", "/events/reunion"):
        assert path in page
    assert "Regional Manager" not in page
    client.sign_in(UserFactory(role="viewer"))
    assert "Regional Manager" in client.get("/search?q=region").text


@pytest.mark.parametrize("q", ["reunión", "REUNION REG", "reu"])
def test_accents_and_case_do_not_matter(client, things, q):
    page = client.get("/search", query_string={"q": q}, follow_redirects=True).text
    assert "Reunión regional" in page


@pytest.mark.parametrize("q", ["reunion", " REUNION "])
def test_a_key_leads_to_its_event(client, things, q):
    answer = client.get("/search", query_string={"q": q})
    assert (answer.status_code, answer.location) == (303, "/events/reunion")


@pytest.mark.parametrize(
    "q",
    [
        "",
        "   ",
        "nothing like it",
        "%",
        "\x00",
        "'",
        "?",
        "|",
        "x" * 10_000,
        "<script>alert(1)</script>",
    ],
)
def test_nothing_found_is_a_page_that_says_so(client, things, q):
    page = client.get("/search", query_string={"q": q})
    assert page.status_code == 200
    assert "/events/reunion" not in page.text
    assert "/organizations/cetic-br" not in page.text
    assert "<script>alert" not in page.text


def test_a_hidden_event_is_not_led_to(client, session):
    EventFactory(key="hush", name_en="Hush", visibility="organization", owner=OrganizationFactory())
    client.sign_in(UserFactory(role="admin"))
    for q in ("hush", "hus"):
        page = client.get("/search", query_string={"q": q})
        assert page.status_code == 200
        assert "/events/hush" not in page.text
