"""CALENDARS.md, 4 to 6: the calendar around the events."""

import pytest
from vdirsyncer.vobject import Item, split_collection  # type: ignore[import-untyped]

from tests.calendars.awkward import log_awkward_events
from tests.factories import EventFactory
from tracker.models.vocabulary import LANGUAGES

NAMELESS = {"name", "x-wr-calname", "x-wr-caldesc", "description", "source", "refresh-interval"}


@pytest.fixture(autouse=True)
def logged(clock, session):
    return log_awkward_events(session)


@pytest.mark.parametrize("code", LANGUAGES)
def test_point_04_a_feed_says_what_it_is_in_its_language(calendar, code):
    found = calendar(f"/feeds/spaces/foro.ics?lang={code}")
    name = {"en": "Forum; IGF, LAC", "es": "Foro; IGF, LAC", "pt": "Fórum"}[code]
    assert found.value("version") == "2.0"
    assert "Encuentro" in found.value("prodid")
    assert found.value("method") == "PUBLISH"
    assert found.value("name") == f"Encuentro: {name}"
    assert found.value("x-wr-caldesc").endswith(name)


def test_point_04_both_names_and_both_descriptions_are_the_same(calendar):
    for path in ("/feeds/all.ics", "/feeds/countries/br.ics?lang=pt", "/feeds/kinds/meeting.ics"):
        found = calendar(path)
        assert found.value("name") == found.value("x-wr-calname") != ""
        assert found.value("description") == found.value("x-wr-caldesc") != ""


def test_point_04_each_language_has_its_own_description(calendar):
    about = {calendar(f"/feeds/all.ics?lang={code}").value("x-wr-caldesc") for code in LANGUAGES}
    assert len(about) == len(LANGUAGES)


def test_point_04_a_reader_may_name_the_calendar(calendar):
    found = calendar("/feeds/all.ics?name=Mis%20reuniones&lang=es")
    assert found.value("name") == found.value("x-wr-calname") == "Mis reuniones"


@pytest.mark.parametrize("path", ["/events/whole.ics", "/events/edge-0.ics?lang=pt"])
def test_point_04_a_download_of_one_event_has_no_name(calendar, path):
    found = calendar(path)
    assert found.value("method") == "PUBLISH"
    assert NAMELESS.isdisjoint(found.names)


def test_point_04_the_zone_is_named_where_there_is_one(calendar):
    assert calendar("/feeds/countries/uy.ics").value("x-wr-timezone") == "America/Montevideo"
    assert "x-wr-timezone" not in calendar("/feeds/countries/br.ics").names
    assert "x-wr-timezone" not in calendar("/feeds/all.ics").names


@pytest.mark.parametrize(
    "path", ["/feeds/all.ics", "/feeds/spaces/foro.ics?from=2020-01-01&lang=es"]
)
def test_point_05_refresh_interval_names_its_value_type(fetch, calendar, path):
    found = calendar(path)
    assert (found.kind("refresh-interval"), found.value("refresh-interval")) == ("duration", "PT4H")
    assert found.value("x-published-ttl") == "PT4H"
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n" in fetch(path)


def test_point_05_uris_name_their_value_type(fetch, calendar):
    path = "/feeds/spaces/foro.ics?from=2020-01-01&lang=es"
    found = calendar(path)
    assert found.kind("source") == "uri"
    assert found.value("source") == f"http://localhost{path}"
    assert b"\r\nSOURCE;VALUE=URI:" in fetch(path)
    for event in found.components("vevent"):
        for name in ("image", "conference", "link"):
            assert {kind for _name, _parameters, kind, *_value in event.all(name)} <= {"uri"}


def test_point_06_the_calendar_has_no_uid(calendar):
    for path in ("/feeds/all.ics", "/feeds/countries/uy.ics", "/events/whole.ics"):
        assert "uid" not in calendar(path).names


def test_point_06_vdirsyncer_keeps_every_event(fetch, logged):
    items = [Item(raw) for raw in split_collection(fetch().decode())]
    assert sorted(item.uid for item in items) == sorted(event.uid for event in logged.values())
    zones = {raw.count("BEGIN:VTIMEZONE") for raw in (item.raw for item in items)}
    assert zones == {fetch().count(b"BEGIN:VTIMEZONE")}, "an item lost its time zones"


def test_point_06_an_empty_feed_is_a_calendar_too(session, calendar):
    EventFactory(start_date="2020-01-01", country="AR")
    found = calendar("/feeds/countries/ar.ics")
    assert found.parts == []
    assert "uid" not in found.names
