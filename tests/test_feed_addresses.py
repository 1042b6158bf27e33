"""The address of a feed, said in one place: the shortest that shows just the filter."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import url_for

from tests.factories import OrganizationFactory, SpaceFactory, TopicFactory
from tracker.feed_addresses import feed_of, filter_values
from tracker.services.filters import EventFilter, read_filter


@pytest.fixture
def page(app, session):
    """A page on which addresses are written."""
    with app.test_request_context("/events/", base_url="https://encuentro.example.org"):
        yield session


@pytest.fixture
def things(page):
    SpaceFactory(code="IGF", name_en="Internet Governance Forum", name_es="Foro")
    SpaceFactory(code="LACIGF")
    TopicFactory(slug="ipv6", name_en="IPv6")
    OrganizationFactory(acronym="LACNIC")
    return page


@pytest.mark.parametrize(
    "values, path",
    [
        ({}, "/feeds/all.ics"),
        ({"space": ["igf"]}, "/feeds/spaces/igf.ics"),
        ({"space": ["IGF", "igf"]}, "/feeds/spaces/igf.ics"),
        ({"country": ["UY"]}, "/feeds/countries/uy.ics"),
        ({"kind": ["webinar"]}, "/feeds/kinds/webinar.ics"),
        ({"topic": ["ipv6"]}, "/feeds/topics/ipv6.ics"),
        ({"organization": ["lacnic"]}, "/feeds/all.ics?organization=lacnic"),
        ({"mode": ["online"]}, "/feeds/all.ics?mode=online"),
        ({"space": ["lacigf", "igf"]}, "/feeds/all.ics?space=igf&space=lacigf"),
        ({"kind": ["forum"], "space": ["igf"]}, "/feeds/all.ics?space=igf&kind=forum"),
        ({"from": ["2026-01-01"], "q": [" a  b "]}, "/feeds/all.ics?q=a++b&from=2026-01-01"),
    ],
)
def test_the_shortest_address_wins(things, values, path):
    assert feed_of(read_filter(things, values)).path == path


def test_an_organizations_calendar_takes_the_other_filters(things):
    organization = OrganizationFactory(acronym="NIC.br")
    feed = feed_of(
        EventFilter(kind=("webinar",)), calendar=organization, lang="pt", name="Nós & cia"
    )
    assert feed.path == "/feeds/organizations/nic-br.ics?kind=webinar&name=N%C3%B3s+%26+cia&lang=pt"
    assert feed.builder == "/feeds/?kind=webinar&calendar=nic-br&name=N%C3%B3s+%26+cia"


def test_the_names_of_feeds(things):
    igf = read_filter(things, {"space": ["igf"]})
    assert feed_of(igf).title == "Encuentro: Internet Governance Forum"
    assert feed_of(igf, lang="es").title == "Encuentro: Foro"
    assert feed_of(igf, name="Mine").title == "Mine"
    assert feed_of(igf, name="Mine").default_title == "Encuentro: Internet Governance Forum"
    assert feed_of(EventFilter(country=("UY",)), lang="es").title == "Encuentro: Uruguay"
    assert feed_of(EventFilter(kind=("webinar",))).title == "Encuentro: Webinar"
    assert feed_of(read_filter(things, {"topic": ["ipv6"]})).title == "Encuentro: IPv6"
    assert feed_of(EventFilter(mode=("online",))).title == "Encuentro"


def test_the_ways_to_subscribe(things):
    feed = feed_of(EventFilter(kind=("webinar", "talk")), lang="es", name="A & B")
    address = (
        "https://encuentro.example.org/feeds/all.ics?kind=talk&kind=webinar&name=A+%26+B&lang=es"
    )
    assert feed.url == address
    assert feed.webcal == address.replace("https", "webcal")
    assert feed.atom_url == address.replace(".ics", ".atom")
    assert parse_qs(urlsplit(feed.google).query) == {"cid": [feed.webcal]}
    for way in (feed.outlook, feed.office):
        assert parse_qs(urlsplit(way).query) == {"url": [address], "name": ["A & B"]}


def test_an_address_says_the_language_of_the_page(app, things):
    with app.test_request_context("/events/?lang=pt"):
        assert feed_of(EventFilter(kind=("talk",))).path == "/feeds/kinds/talk.ics?lang=pt"
        assert feed_of(EventFilter(kind=("talk",)), lang="en").path == "/feeds/kinds/talk.ics"


def test_a_filter_comes_back_from_what_it_is_said_to_be(things):
    wanted = EventFilter(
        q="acta | nota",
        space=read_filter(things, {"space": ["igf"]}).space,
        country=("BR", "UY"),
        mode=("hybrid", "online"),
        status=("cancelled",),
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
    )
    assert read_filter(things, filter_values(wanted)) == wanted


def test_every_address_is_one_of_the_site(things):
    assert feed_of().builder == url_for("feed_builder.index") == "/feeds/"
