"""The feed builder, and the links to feeds on the pages that show the same."""

import html
import re
from datetime import UTC, datetime

import pytest
import segno
import time_machine

from tests.factories import (
    AttendanceFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tests.formats.test_qr import modules
from tracker.models import EventTopic

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
SITE = "http://localhost"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC", name_en="Internet Addresses Registry")


@pytest.fixture
def event(session, lacnic):
    return EventFactory(
        key="lacnic-46", name_en="LACNIC 46", name_es="LACNIC 46 en español", start_date="2026-10-05", end_date="2026-10-09",
        kind="meeting", country="UY", organizer=lacnic,
        space=SpaceFactory(code="LACNIC-EVENTS", name_en="LACNIC events", name_es="Eventos de LACNIC"),
        topic_links=[EventTopic(topic=TopicFactory(slug="ipv6", name_en="IPv6"))],
    )  # fmt: skip


def address_on(page: str) -> str:
    """The address that the page offers to copy."""
    found = re.search(r'id="feed-address" readonly value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found[1]).removeprefix(SITE)


def number_on(page: str) -> int:
    found = re.search(r"(\d+) coming event", page)
    assert found is not None
    return int(found[1])


def picked_on(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)" checked', page)


@pytest.mark.parametrize(
    "query, address",
    [
        ("", "/feeds/all.ics"),
        ("?space=lacnic-events", "/feeds/spaces/lacnic-events.ics"),
        ("?country=UY", "/feeds/countries/uy.ics"),
        ("?kind=meeting&kind=webinar", "/feeds/all.ics?kind=meeting&kind=webinar"),
        ("?organization=lacnic", "/feeds/all.ics?organization=lacnic"),
        ("?calendar=lacnic", "/feeds/organizations/lacnic.ics"),
        ("?calendar=LACNIC&kind=meeting", "/feeds/organizations/lacnic.ics?kind=meeting"),
        ("?topic=ipv6&language=es", "/feeds/topics/ipv6.ics?lang=es"),
        ("?topic=ipv6&lang=es", "/feeds/topics/ipv6.ics?lang=es"),
        ("?lang=es&language=en", "/feeds/all.ics"),
        ("?name=++What+++I+follow+", "/feeds/all.ics?name=What+I+follow"),
        ("?q=lacnic&mode=in-person&status=confirmed&from=2026-01-01&to=2026-12-31",
         "/feeds/all.ics?q=lacnic&mode=in-person&status=confirmed&from=2026-01-01&to=2026-12-31"),
    ],
)  # fmt: skip
def test_the_address_of_what_is_picked_is_a_feed(client, event, query, address):
    page = client.get(f"/feeds/{query}").text
    assert address_on(page) == address
    assert client.get(address).status_code == 200
    assert client.get(address.replace(".ics", ".atom")).status_code == 200
    assert f'href="{html.escape("webcal://localhost" + address)}"' in page


def test_what_is_coming_is_counted_and_shown(client, event, lacnic):
    for day in range(1, 9):
        EventFactory(name_en=f"Meeting {day}", start_date=f"2026-07-0{day}")
    EventFactory(name_en="Over", start_date="2026-05-01")
    EventFactory(name_en="Hidden", start_date="2026-07-01", visibility="community")
    EventFactory(name_en="Vague", start_date="2026-07")
    page = client.get("/feeds/").text
    assert number_on(page) == 9
    assert re.findall(r">(Meeting \d)<", page) == [f"Meeting {day}" for day in range(1, 7)]
    assert "and 3 more" in page
    assert not {"Over", "Hidden", "Vague", "LACNIC 46"} & set(re.findall(r">([\w ]+)</a>", page))
    assert number_on(client.get("/feeds/?space=lacnic-events").text) == 1


def test_an_organizations_calendar_shows_where_it_goes(client, event, lacnic):
    elsewhere = EventFactory(name_en="Elsewhere", start_date="2026-07-01")
    AttendanceFactory(event=elsewhere, organization=lacnic, status="planned")
    assert "Elsewhere" in client.get("/feeds/?calendar=lacnic").text
    page = client.get("/feeds/?organization=lacnic").text
    assert "Elsewhere" not in page
    assert number_on(page) == 1


def test_the_form_keeps_what_was_picked(client, event):
    page = client.get(
        "/feeds/?country=uy&kind=meeting&kind=webinar&organization=lacnic&calendar=lacnic"
        "&q=words&from=2026-01-01&name=Mine&language=pt&lang=es"
    ).text
    assert picked_on(page, "country") == ["uy"]
    assert sorted(picked_on(page, "kind")) == ["meeting", "webinar"]
    for name, value in (("q", "words"), ("from", "2026-01-01"), ("organization", "LACNIC"), ("calendar", "LACNIC")):  # fmt: skip
        assert re.search(rf'name="{name}"[^>]* value="{value}"', page), name
    assert 'value="Mine"' in page
    assert re.search(r'value="pt" lang="pt" selected', page)
    assert '<input type="hidden" name="lang" value="es">' in page


def test_the_preview_speaks_the_language_of_the_feed(client, event):
    page = client.get("/feeds/?language=es").text
    assert '<html lang="en"' in page
    assert "LACNIC 46 en español" in page
    assert 'placeholder="Encuentro: Eventos de LACNIC"' in client.get(
        "/feeds/?space=lacnic-events&language=es"
    ).text  # fmt: skip


def test_several_organizations_are_typed_into_one_field_by_any_name(client, event):
    OrganizationFactory(acronym="ISOC")
    page = client.get("/feeds/?organization=Internet+Addresses+Registry;+isoc;").text
    assert address_on(page) == "/feeds/all.ics?organization=isoc&organization=lacnic"


def test_names_are_looked_for_up_to_a_number(client, event, count_queries):
    typed = ";".join(f"n{number}" for number in range(31))
    with count_queries:
        answer = client.get(f"/feeds/?organization={typed}&country=uy")
    assert answer.status_code == 400
    assert "At most 30 names" in answer.text
    assert typed in answer.text
    assert count_queries.count < 30


def test_the_code_is_that_of_the_address(client, event):
    page = client.get("/feeds/?space=lacnic-events&language=es").text
    path = re.search(r'<svg class="qr"[^>]*role="img" aria-label="[^"]+"><path d="([^"]+)">', page)
    assert path is not None
    address = "webcal://localhost/feeds/spaces/lacnic-events.ics?lang=es"
    matrix = segno.make_qr(address, error="m", boost_error=False).matrix
    dark = {(x + 4, y + 4) for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark}  # fmt: skip
    assert modules(path[1]) == dark


def test_an_address_that_is_too_long_for_a_code(client, session):
    spaces = "&".join(f"space={SpaceFactory(code='S' * 75 + str(n)).slug}" for n in range(40))
    answer = client.get(f"/feeds/?{spaces}")
    assert answer.status_code == 200
    assert 'class="qr"' not in answer.text


@pytest.mark.parametrize(
    "query, said",
    [
        ("kind=party&country=uy", "party"),
        ("space=no-such&country=uy", "no-such"),
        ("organization=no-such&country=uy", "no-such"),
        ("calendar=no-such&country=uy", "no-such"),
        ("calendar=lacnic&calendar=isoc&country=uy", "subscribe to each"),
        ("language=fr&country=uy", "fr"),
        ("from=someday&country=uy", "someday"),
        ("color=red&country=uy", "color"),
        ("name=" + "x" * 101 + "&country=uy", "100"),
    ],
)
def test_a_wrong_value_is_told_and_the_form_kept(client, event, query, said):
    OrganizationFactory(acronym="ISOC")
    answer = client.get(f"/feeds/?{query}")
    assert answer.status_code == 400
    problem = re.search(r'role="alert">(.*?)</div></div>', answer.text, re.DOTALL)
    assert problem is not None
    assert said in problem[1]
    assert picked_on(answer.text, "country") == ["uy"]
    assert "feed-address" not in answer.text
    field = query.partition("=")[0]
    assert ('aria-invalid="true"' in answer.text) is ("no-such" in query and field != "space")


@pytest.mark.parametrize(
    "base_url, warned",
    [
        ("http://localhost:8000", True), ("http://127.0.0.1:8000", True),
        ("http://192.168.1.5", True), ("http://[::1]:8000", True), ("http://calendars", True),
        ("https://encuentro.example.org", False), ("http://1.1.1.1", False),
    ],
)  # fmt: skip
def test_an_address_that_others_cannot_reach_is_told(client, event, base_url, warned):
    page = client.get("/feeds/", base_url=base_url).text
    assert ("cannot read the calendar" in page) is warned


def test_private_calendars_are_offered_to_those_who_can_have_them(client, session):
    assert "/feeds/private/" not in client.get("/feeds/").text
    client.sign_in(UserFactory())
    assert "/feeds/private/" in client.get("/feeds/").text


# ---- on other pages


def links_on(page: str) -> dict[str, str]:
    """The feeds that a page names in its head, by type."""
    found = re.findall(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">', page)
    return {kind: html.unescape(url).removeprefix(SITE) for kind, url in found}


@pytest.mark.parametrize(
    "page, feed",
    [
        ("/", "/feeds/all"),
        ("/events/", "/feeds/all"),
        ("/events/?country=uy", "/feeds/countries/uy"),
        ("/events/?topic=ipv6&sort=name", "/feeds/topics/ipv6"),
        ("/events/?kind=meeting", "/feeds/kinds/meeting"),
        ("/spaces/lacnic-events", "/feeds/spaces/lacnic-events"),
        ("/organizations/lacnic", "/feeds/organizations/lacnic"),
        ("/calendar/", "/feeds/all"),
        ("/calendar/?view=agenda&topic=ipv6", "/feeds/topics/ipv6"),
        ("/calendar/?year=2026&engaged=lacnic", "/feeds/organizations/lacnic"),
        ("/calendar/changes?country=uy", "/feeds/countries/uy"),
    ],
)
def test_pages_name_the_feed_of_what_they_show(client, event, page, feed):
    text = client.get(page).text
    assert links_on(text) == {
        "text/calendar": f"{feed}.ics",
        "application/atom+xml": f"{feed}.atom",
    }
    for address in links_on(text).values():
        assert client.get(address).status_code == 200
    if not page.startswith("/calendar/changes"):
        assert f'id="subscribe-address" readonly value="{SITE}{feed}.ics"' in text
        assert f'href="webcal://localhost{feed}.ics"' in text


def test_a_list_with_several_filters_and_another_language(client, event):
    text = client.get("/events/?kind=meeting&country=uy&sort=start&lang=es").text
    path = "/feeds/all.{}?country=uy&kind=meeting&lang=es"
    assert links_on(text) == {
        "text/calendar": path.format("ics"),
        "application/atom+xml": path.format("atom"),
    }
    builder = "/feeds/?country=uy&kind=meeting"
    assert f'href="{html.escape(builder)}"' in text
    assert address_on(client.get(builder + "&lang=es").text) == path.format("ics")


def test_an_event_names_its_download(client, event):
    assert links_on(client.get("/events/lacnic-46").text) == {
        "text/calendar": "/events/lacnic-46.ics"
    }
    EventFactory(key="vague", start_date="2027")
    assert links_on(client.get("/events/vague").text) == {}


def test_pages_that_no_public_feed_shows_name_none(client, session):
    person = PersonFactory()
    client.sign_in(UserFactory(person=person))
    OrganizationFactory(acronym="A1"), OrganizationFactory(acronym="B2")
    for page in ("/calendar/?mine=1", "/calendar/?engaged=a1&engaged=b2", "/people/", "/plans/"):
        assert links_on(client.get(page).text) == {}, page
