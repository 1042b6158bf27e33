"""A feed's bytes: one test for each point of what a calendar feed must do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject

from tests.formats.calendar_samples import (
    ALL_DAY,
    FEED,
    TIMED,
    TOMBSTONE,
    assert_well_formed,
    lines,
    names,
    only_event,
    parsed,
    text_of,
    write_feed,
)
from tracker.formats.icalendar_feed import (
    render_entry,
    write_event,
    zone_spans,
)


def test_01_crlf_and_folding() -> None:
    event = replace(ALL_DAY, summary="Reunião 🌎 " * 40, description="x\x00\x1b\x07\x85y" * 90)
    octets = write_feed(FEED, [event, TIMED, TOMBSTONE])
    assert_well_formed(octets)
    assert only_event(write_event(event, "en"))["SUMMARY"] == event.summary.strip()


def test_02_text_values_are_escaped() -> None:
    found = lines(write_feed(FEED, [ALL_DAY]))
    assert "NAME:Encuentro: LACNIC\\, CITEL\\; todo" in found
    assert "X-WR-CALNAME:Encuentro: LACNIC\\, CITEL\\; todo" in found
    assert "X-WR-CALDESC:Eventos públicos\\,\\ncon \\\\ barra" in found
    assert "SUMMARY:LACNIC 43\\, São Paulo" in found
    assert "CATEGORIES:Meeting,LACNIC\\, events,IPv6" in found


def test_03_description_is_plain_text() -> None:
    html = '<p>Join &amp; <b>speak</b></p><p><a href="https://example.org/a">Agenda</a></p>'
    event = only_event(write_event(replace(ALL_DAY, description=html), "en"))
    assert event["DESCRIPTION"] == "Join & speak\n\nAgenda (https://example.org/a)"
    event = only_event(write_event(replace(ALL_DAY, description="if a < b & c > d"), "en"))
    assert event["DESCRIPTION"] == "if a < b & c > d"


def test_04_calendar_properties() -> None:
    calendar = parsed(write_feed(FEED, [ALL_DAY]))
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"] == "-//Encuentro//Encuentro//ES"
    assert calendar["METHOD"] == "PUBLISH"
    assert text_of(calendar["NAME"]) == text_of(calendar["X-WR-CALNAME"]) == FEED.name
    assert text_of(calendar["X-WR-CALDESC"]) == FEED.description
    assert calendar["X-WR-TIMEZONE"] == "America/Montevideo"
    without = write_feed(replace(FEED, timezone=None, description=""), [ALL_DAY])
    assert {"X-WR-TIMEZONE", "X-WR-CALDESC"}.isdisjoint(names(without.split(b"BEGIN:VEVENT")[0]))


def test_04_one_event_has_no_calendar_name() -> None:
    found = names(write_event(TIMED, "pt"))
    assert "METHOD" in found
    assert {"NAME", "X-WR-CALNAME", "X-WR-CALDESC", "SOURCE", "REFRESH-INTERVAL"}.isdisjoint(found)


def test_05_refresh_and_value_types() -> None:
    found = lines(write_feed(FEED, [replace(ALL_DAY, conference="https://example.org/room?a=1")]))
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT4H" in found
    assert "X-PUBLISHED-TTL:PT4H" in found
    assert f"SOURCE;VALUE=URI:{FEED.url}" in found
    assert "CONFERENCE;VALUE=URI:https://example.org/room?a=1" in found


def test_06_the_calendar_has_no_uid() -> None:
    octets = write_feed(FEED, [ALL_DAY])
    assert "UID" not in names(octets.split(b"BEGIN:VEVENT")[0])


def test_07_each_event_keeps_its_uid() -> None:
    events = parsed(write_feed(FEED, [ALL_DAY, TIMED, TOMBSTONE])).walk("VEVENT")
    assert [event["UID"] for event in events] == [ALL_DAY.uid, TIMED.uid, TOMBSTONE.uid]


def test_08_stamps_come_from_the_event() -> None:
    found = lines(write_event(ALL_DAY, "en"))
    assert "DTSTAMP:20250203T040506Z" in found
    assert "LAST-MODIFIED:20250203T040506Z" in found
    assert "CREATED:20250102T030405Z" in found
    assert write_feed(FEED, [ALL_DAY, TIMED]) == write_feed(FEED, [ALL_DAY, TIMED])


def test_09_sequence() -> None:
    assert "SEQUENCE:3" in lines(write_event(ALL_DAY, "en"))
    assert "SEQUENCE:4" in lines(write_event(TOMBSTONE, "en"))


@pytest.mark.parametrize(
    "language, prefix", [("en", "CANCELLED: "), ("es", "CANCELADO: "), ("pt", "CANCELADO: ")]
)
def test_10_cancelled_says_so_in_its_title(language: Any, prefix: str) -> None:
    event = only_event(write_event(replace(TIMED, status="cancelled"), language))
    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"] == prefix + TIMED.summary
    assert event["TRANSP"] == "TRANSPARENT"


@pytest.mark.parametrize(
    "language, summary", [("en", "Cancelled"), ("es", "Cancelado"), ("pt", "Cancelado")]
)
def test_10_tombstone_holds_nothing_else(language: Any, summary: str) -> None:
    assert lines(render_entry(TOMBSTONE, language)) == [
        "BEGIN:VEVENT",
        "UID:event-3@example.org",
        "DTSTAMP:20250301T000000Z",
        "SEQUENCE:4",
        "DTSTART;TZID=America/Havana:20250701T100000",
        "DTEND;TZID=America/Havana:20250701T110000",
        "STATUS:CANCELLED",
        f"SUMMARY:{summary}",
        "END:VEVENT",
        "",
    ]


def test_11_all_day_ends_on_the_day_after() -> None:
    found = lines(write_event(ALL_DAY, "en"))
    assert "DTSTART;VALUE=DATE:20250505" in found
    assert "DTEND;VALUE=DATE:20250510" in found
    assert "BEGIN:VTIMEZONE" not in found
    one_day = replace(ALL_DAY, start=date(2024, 12, 31), end=date(2024, 12, 31))
    assert "DTEND;VALUE=DATE:20250101" in lines(write_event(one_day, "en"))


def test_12_timed_events_name_their_zone() -> None:
    octets = write_feed(FEED, [TIMED, TOMBSTONE, replace(TIMED, uid="event-4@example.org")])
    found = lines(octets)
    assert "DTSTART;TZID=America/New_York:20250701T223000" in found
    assert "DTEND;TZID=America/New_York:20250702T003000" in found
    zones = [zone["TZID"] for zone in parsed(octets).walk("VTIMEZONE")]
    assert zones == ["America/Havana", "America/New_York"]
    start = only_event(write_event(TIMED, "en"))["DTSTART"].dt
    assert start == datetime(2025, 7, 1, 22, 30, tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", None])
def test_12_utc_needs_no_zone(zone: str | None) -> None:
    found = lines(write_event(replace(TIMED, timezone=zone), "en"))
    assert "DTSTART:20250701T223000Z" in found
    assert "DTEND:20250702T003000Z" in found
    assert "BEGIN:VTIMEZONE" not in found


@pytest.mark.parametrize(
    "day, clock, utc",
    [
        ((2025, 11, 2), 1, "20251102T053000Z"),  # twice, of which the first is meant
        ((2025, 3, 9), 2, "20250309T073000Z"),  # never
    ],
)
def test_12_an_hour_that_readers_take_for_another_is_written_in_utc(
    day: tuple[int, int, int], clock: int, utc: str
) -> None:
    start = datetime(*day, clock, 30)
    octets = write_event(replace(TIMED, start=start, end=start + timedelta(hours=3)), "en")
    assert f"DTSTART:{utc}" in lines(octets)
    assert b"TZID" not in octets


def test_12_zone_spans_reach_from_the_first_to_the_last_instant() -> None:
    later = replace(TIMED, start=datetime(2026, 1, 1, 9), end=datetime(2026, 1, 1, 10))
    assert zone_spans([later, TIMED, ALL_DAY, replace(TIMED, timezone="UTC")]) == {
        "America/New_York": (
            datetime(2025, 7, 2, 2, 30, tzinfo=UTC),
            datetime(2026, 1, 1, 15, tzinfo=UTC),
        )
    }


def test_12_vobject_reads_the_hour() -> None:
    zone = ZoneInfo("America/Asuncion")
    event = replace(TIMED, timezone=zone.key, start=datetime(2024, 7, 1, 9))
    read = vobject.readOne(write_event(event, "en").decode())
    assert read.vevent.dtstart.value.utcoffset() == datetime(2024, 7, 1, 9, tzinfo=zone).utcoffset()


def test_12_an_event_without_length_has_no_end() -> None:
    found = names(write_event(replace(TIMED, end=TIMED.start), "en").split(b"BEGIN:VEVENT")[1])
    assert "DTEND" not in found


def test_13_everything_known_is_shown() -> None:
    event = only_event(write_event(ALL_DAY, "en"))
    assert event["SUMMARY"] == ALL_DAY.summary
    assert event["DESCRIPTION"] == ALL_DAY.description
    assert event["LOCATION"] == ALL_DAY.location
    assert event["GEO"].to_ical() == "-23.5505;-46.633333"
    assert event["URL"] == ALL_DAY.url
    assert list(event.categories) == list(ALL_DAY.categories)
    assert event["STATUS"] == "CONFIRMED"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["ORGANIZER"].params["CN"] == "LACNIC 'the RIR'; a, b: c"
    assert event["ORGANIZER"] == "invalid:nomail"
    assert event["RELATED-TO"] == ALL_DAY.parent_uid
    assert only_event(write_event(TIMED, "en"))["TRANSP"] == "OPAQUE"
    tentative = replace(ALL_DAY, status="tentative")
    assert only_event(write_event(tentative, "en"))["STATUS"] == "TENTATIVE"


def test_13_what_is_not_known_is_left_out() -> None:
    bare = replace(
        ALL_DAY,
        description="",
        location=" ",
        longitude=None,
        url="",
        categories=("", " "),
        organizer=None,
        parent_uid=None,
    )
    assert names(render_entry(bare, "en")) == {
        "UID",
        "DTSTAMP",
        "CREATED",
        "LAST-MODIFIED",
        "SEQUENCE",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "STATUS",
        "TRANSP",
    }


def test_13_uris_cannot_add_lines() -> None:
    event = replace(ALL_DAY, url="https://example.org/a b\r\nATTENDEE:x/ñ", conference="Zoom 123")
    found = lines(write_event(event, "en"))
    assert "URL:https://example.org/a%20bATTENDEE:x/%C3%B1" in found
    assert not [line for line in found if line.startswith(("ATTENDEE", "CONFERENCE"))]


def test_14_no_alarm_attendee_or_address() -> None:
    octets = write_feed(FEED, [ALL_DAY, TIMED, TOMBSTONE])
    assert {"ATTENDEE", "CONTACT", "CONFERENCE"}.isdisjoint(names(octets))
    assert b"VALARM" not in octets
    assert b"mailto:" not in octets.lower()


def test_15_location_and_url_are_always_the_plain_ones() -> None:
    assert {"LOCATION", "URL"} <= names(render_entry(ALL_DAY, "en"))


def test_16_only_what_is_given_is_in_the_feed() -> None:
    assert not parsed(write_feed(FEED, [])).subcomponents
    assert len(parsed(write_feed(FEED, [ALL_DAY])).walk("VEVENT")) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"end": date(2025, 5, 4)},
        {"end": datetime(2025, 5, 9)},
        {"start": datetime(2025, 5, 9, tzinfo=UTC), "end": datetime(2025, 5, 9, tzinfo=UTC)},
        {"changed": datetime(2025, 1, 1)},
        {"created": datetime(2025, 1, 1)},
    ],
)
def test_contradicting_times_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must|wall-clock|before"):
        replace(ALL_DAY, **changes)
