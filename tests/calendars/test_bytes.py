"""CALENDARS.md, 1 to 3: what stands on the lines."""

import unicodedata

import pytest

from tests.calendars.awkward import HARD, LONG, log_awkward_events
from tests.factories import EventFactory, OrganizationFactory
from tracker.models.vocabulary import LANGUAGES

PATHS = [
    *(f"/feeds/all.ics?lang={code}" for code in LANGUAGES),
    "/feeds/spaces/foro.ics?lang=es",
    "/feeds/organizations/lacnic.ics",
    "/feeds/topics/dns.ics?lang=es",
    "/feeds/countries/br.ics",
    "/feeds/kinds/meeting.ics?q=&from=2020-01-01",
    "/events/whole.ics",
    "/events/part.ics?lang=es",
]


@pytest.fixture(autouse=True)
def logged(clock, session):
    return log_awkward_events(session)


def test_point_01_lines_end_in_crlf_and_are_folded_between_characters(fetch):
    for path in PATHS:
        body = fetch(path)
        assert body.startswith(b"BEGIN:VCALENDAR\r\n")
        assert body.endswith(b"\r\nEND:VCALENDAR\r\n")
        lines = body.removesuffix(b"\r\n").split(b"\r\n")
        assert not [line for line in lines if b"\n" in line or b"\r" in line], path
        assert max(map(len, lines)) <= 75, path
        for line in lines:
            line.decode()  # raises inside a UTF-8 sequence
            assert line.strip(), "some readers end a property at a line of white space"


def test_point_01_there_are_no_control_characters(fetch):
    for path in PATHS:
        text = fetch(path).decode().replace("\r\n", "")
        kinds = {unicodedata.category(char) for char in text}
        assert kinds.isdisjoint({"Cc", "Cs", "Zl", "Zp"}), path
        assert "\ufeff" not in text, path


def test_point_01_what_was_folded_is_read_whole(events, logged):
    read = events()
    assert read[logged["whole"].uid].summary == LONG[:300].strip()
    assert read[logged["controls"].uid].summary == "abc def g hi"
    assert read[logged["controls"].uid].description.startswith("abc\ndef\ng\nhi\n")


def test_point_02_hard_characters_are_read_as_they_were_typed(events, logged):
    read = events("/feeds/all.ics?lang=es")
    event = read[logged["part"].uid]
    assert event.summary == f"¡{HARD}!"
    assert event.description.startswith(f"{HARD}\n\n{HARD}\n\n")
    assert event.location == f"{HARD}, Montevideo, Uruguay"
    assert event.categories[1:] == ("Foro; IGF, LAC", "DNS, nombres; números")


def test_point_02_names_of_calendars_are_escaped(fetch, calendar):
    path = "/feeds/topics/dns.ics?lang=es"
    lines = fetch(path).decode().replace("\r\n ", "").split("\r\n")
    assert "NAME:Encuentro: DNS\\, nombres\\; números" in lines
    assert "X-WR-CALNAME:Encuentro: DNS\\, nombres\\; números" in lines
    (about,) = [line for line in lines if line.startswith("X-WR-CALDESC:")]
    assert about.endswith(": DNS\\, nombres\\; números")
    assert calendar(path).value("name") == "Encuentro: DNS, nombres; números"


def test_point_02_the_name_that_a_reader_gave_is_escaped(fetch, calendar):
    path = "/feeds/all.ics?name=A%3Bb%2Cc%5Cd%20%F0%9F%8C%8E"
    assert calendar(path).value("name") == "A;b,c\\d 🌎"
    assert b"X-WR-CALNAME:A\\;b\\,c\\\\d" in fetch(path)


def test_point_02_names_in_parameters_are_quoted(session, calendar):
    organizer = OrganizationFactory(acronym='A "b"; c, d: ^e')
    EventFactory(key="odd", start_date="2026-07-01", organizer=organizer)
    (event,) = calendar("/events/odd.ics").components("vevent")
    assert event.parameters("organizer")["cn"] == "A 'b'; c, d: ^e"


def test_point_03_html_becomes_plain_text(events, logged):
    description = events()[logged["whole"].uid].description
    assert description.startswith(
        "Join & speak; it is free,\nreally.\n\n"
        "- One\n- Two\n\n"
        "Agenda (https://example.org/a?b=1&c=2)\n\n"
    )


def test_point_03_what_only_looks_like_html_is_kept(session, events):
    text = "if a < b & c > d, mail <b@c> & see x<y>z &c."
    event = EventFactory(description=text, start_date="2026-07-01")
    assert events()[event.uid].description.startswith(text)
