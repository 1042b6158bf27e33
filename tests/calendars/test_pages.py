"""CALENDARS.md, 21: what pages offer to whoever wants to subscribe."""

import re
from dataclasses import replace
from html import unescape

import pytest

from tests.factories import EventFactory, OrganizationFactory, SpaceFactory
from tracker.models.vocabulary import LANGUAGES

PROGRAMS = ("Google", "Outlook", "Apple", "Thunderbird")
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture(autouse=True)
def event(session):
    space = SpaceFactory(code="FORO", name_en="Forum; IGF & LAC")
    return EventFactory(name_en="Forum 46", start_date="2026-10-05", space=space, country="BR")


def feeds_named_on(page: str) -> list[str]:
    """The addresses within the site that a page offers to calendar programs."""
    tags = re.findall(r'<link[^>]*type="text/calendar"[^>]*>', page)
    return [unescape(re.findall(r'href="(?:http://localhost)?([^"]+)"', tag)[0]) for tag in tags]


def address_on(page: str) -> str:
    """What stands in the field to copy from."""
    (found,) = re.findall(r'<input[^>]*id="feed-address"[^>]*value="([^"]+)"', page)
    return unescape(found)


@pytest.mark.parametrize("code", LANGUAGES)
def test_point_21_the_builder_offers_the_address_a_link_and_steps(client, code):
    page = client.get(f"/feeds/?space=foro&country=br&lang={code}").text
    address = address_on(page)
    assert address.startswith("http://localhost/feeds/")
    assert f'href="webcal://{address.partition("://")[2]}"'.replace("&", "&amp;") in page
    text = unescape(re.sub(r"<[^>]+>", " ", page))
    for program in PROGRAMS:
        assert program in text
    assert re.search(r"\b8\b\D{1,5}\b24\b", text), "how late Google is"


def test_point_21_the_address_shows_what_was_picked(client, calendar, event):
    EventFactory(start_date="2026-10-05", country="AR")
    address = address_on(client.get("/feeds/?space=foro&country=br").text)
    found = calendar(address.removeprefix("http://localhost"))
    assert [each.value("uid") for each in found.components("vevent")] == [event.uid]


def test_point_21_the_address_is_that_of_the_site(app, client, monkeypatch):
    settings = app.extensions["settings"]
    monkeypatch.setitem(
        app.extensions, "settings", replace(settings, base_url="https://encuentro.example.org")
    )
    page = client.get("/feeds/").text
    assert address_on(page).startswith("https://encuentro.example.org/feeds/")
    assert 'href="webcal://encuentro.example.org/feeds/' in page


@pytest.mark.parametrize(
    "path", ["/feeds/", "/events/", "/events/?country=br", "/spaces/foro", "/organizations/isoc"]
)
def test_point_21_pages_name_their_feed(client, calendar, path):
    OrganizationFactory(acronym="ISOC")
    found = feeds_named_on(client.get(path).text)
    assert found
    for feed in found:
        assert calendar(feed).value("name").startswith("Encuentro")
