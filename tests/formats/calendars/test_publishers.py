"""Calendars as Google, Outlook, Indico, ICANN, Thunderbird and Apple publish them."""

from datetime import UTC, datetime

from tests.formats.calendars.samples import (
    APPLE,
    GOOGLE,
    ICANN,
    INDICO,
    OUTLOOK,
    THUNDERBIRD,
    events_of,
    only,
    parse,
    when,
)


def test_google():
    found = parse(GOOGLE)
    assert found.problems == ()
    assert found.name == "Comunidad técnica"
    assert found.description == "Reuniones, talleres y más"
    assert found.timezone == "America/Montevideo"
    assert [(when(event), event.summary) for event in found.events] == [
        ("2026-05-06 10:00..2026-05-06 11:30 America/Montevideo", "Reunión de coordinación"),
        ("2026-06-02 10:00..2026-06-02 11:00 America/Montevideo", "Seminario web"),
        ("2026-06-17 15:00..2026-06-17 16:00 America/Montevideo", "Seminario web (movido)"),
        ("2026-06-23 10:00..2026-06-23 11:00 America/Montevideo", "Seminario web"),
        ("2026-08-24..2026-08-28", "Semana de la región"),
    ]
    assert [event.recurrence for event in found.events] == [
        "", "2026-06-02T10:00:00", "2026-06-16T10:00:00", "2026-06-23T10:00:00", "",
    ]  # fmt: skip


def test_an_event_of_google():
    event = parse(GOOGLE).events[0]
    assert event.uid == "1abc@google.example.org"
    assert event.description == ("Agenda:\n\n- IPv6\n- RPKI & ROA\n\nNotas (https://example.org/a)")
    assert event.location == "Casa de Internet, Montevideo"
    assert event.conference == "https://meet.example.org/abc-defg-hij"
    assert event.organizer == "Comunidad técnica"
    assert (event.status, event.sequence, event.private) == ("confirmed", 2, False)
    assert event.changed == datetime(2026, 4, 2, 12, tzinfo=UTC)
    assert "ana@example.org" not in repr(event)


def test_outlook():
    found = parse(OUTLOOK)
    assert found.problems == ()
    assert [(when(event), event.summary, event.status) for event in found.events] == [
        ("2026-03-10 09:00..2026-03-10 10:00 America/New_York", "Briefing", "cancelled"),
        ("2026-05-06 10:00..2026-05-06 11:30 America/Cayenne", "Reunião do comitê", "confirmed"),
        ("2026-09-07..2026-09-07", "Feriado", "confirmed"),
    ]
    meeting, holiday = found.events[1:]
    assert meeting.conference == "https://teams.example.org/l/meetup-join/19"
    assert meeting.description == "Prezados,\n\nSegue a pauta."
    assert (meeting.private, holiday.private) == (False, True)


def test_indico():
    event = only(INDICO)
    assert when(event) == "2026-05-19 12:00..2026-05-21 21:00 UTC"
    assert event.categories == ("Technical forums", "Interconnection")
    assert (event.latitude, event.longitude) == (-12.0464, -77.0428)
    assert event.url == "https://events.example.org/event/1234/"


def test_icann():
    session, meeting = sorted(events_of(ICANN), key=lambda event: event.start_date, reverse=True)
    assert when(meeting) == "2026-03-07..2026-03-12"
    assert meeting.location == "Mumbai, India"
    assert when(session) == "2026-03-09 09:00..2026-03-09 10:15 Asia/Kolkata"
    assert session.summary == "Joint meeting: Board; LAC Space"
    assert session.parent_uid == "meeting-88"
    # A link in place of a place is one to join: it is not for everyone.
    assert (session.location, session.conference) == ("", "https://zoom.example.org/j/123")


def test_thunderbird():
    assert when(only(THUNDERBIRD)) == "2026-09-10 19:00..2026-09-11 00:30 America/Santiago"


def test_apple():
    event = only(APPLE)
    assert when(event) == "2026-07-14 10:00..2026-07-14 12:00 America/Mexico_City"
    assert event.location == "Hotel Ejemplo Av. Reforma 1, Ciudad de México"


def test_several_calendars_in_one_file_count_as_one():
    found = parse(GOOGLE + "\n" + OUTLOOK)
    assert len(found.events) == 8
    assert found.name == "Comunidad técnica"
    assert found.timezone is None
