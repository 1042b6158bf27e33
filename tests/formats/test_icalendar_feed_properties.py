"""Whatever an event holds, its bytes are well formed and every reader reads the same."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import vobject
from hypothesis import given, settings, strategies as st

from tests.formats.calendar_samples import (
    ALL_DAY,
    FEED,
    assert_well_formed,
    only_event,
    parsed,
    text_of,
    write_feed,
)
from tracker.formats.content_lines import many_lines, one_line, plain_text
from tracker.formats.icalendar_feed import CalendarEvent, write_event

ANYTHING = st.text(st.characters(codec=None, exclude_categories=[]), max_size=300)
ZONES = st.sampled_from(
    [None, "UTC", "America/Havana", "America/Santiago", "Europe/Madrid", "Africa/Casablanca"]
)


@st.composite
def events(draw: st.DrawFn) -> CalendarEvent:
    start: date = draw(st.dates(date(1990, 1, 1), date(2040, 1, 1)))
    if draw(st.booleans()):
        start = datetime(start.year, start.month, start.day, draw(st.integers(0, 23)))
    return replace(
        ALL_DAY,
        start=start,
        end=start + draw(st.sampled_from([timedelta(0), timedelta(days=1)])),
        timezone=draw(ZONES),
        summary=draw(ANYTHING),
        description=draw(ANYTHING),
        location=draw(ANYTHING),
        categories=tuple(draw(st.lists(ANYTHING, max_size=3))),
        status=draw(st.sampled_from(["tentative", "confirmed", "cancelled"])),
        organizer=draw(st.none() | ANYTHING),
        url=draw(st.sampled_from(["", "https://example.org/"])) + draw(ANYTHING),
    )


@settings(deadline=None)  # the first VTIMEZONE of a zone takes its time
@given(events(), ANYTHING)
def test_any_event_is_read_back_alike(event: CalendarEvent, name: str) -> None:
    octets = write_feed(replace(FEED, name=name, description=name), [event])
    assert_well_formed(octets)
    prefix = "CANCELADO: " if event.status == "cancelled" else ""
    expected = {
        "summary": one_line(prefix + event.summary),
        "description": plain_text(event.description),
        "location": one_line(event.location),
    }
    calendar = parsed(octets)
    read = calendar.walk("VEVENT")[0]
    for key, value in expected.items():
        assert str(read.get(key, "")) == value
    assert not read.errors
    assert text_of(calendar["X-WR-CALNAME"]) == one_line(name)
    assert text_of(calendar.get("X-WR-CALDESC", "")) == many_lines(name)
    assert [str(text) for text in read.categories] == [
        text for text in map(one_line, event.categories) if text
    ]
    other = vobject.readOne(octets.decode()).vevent
    for key, value in expected.items():
        assert other.getChildValue(key, "") == value


@settings(deadline=None)  # the first VTIMEZONE of a zone takes its time
@given(st.text(st.sampled_from("aé🌎,;:\\\"'n \n"), max_size=400))
def test_text_of_hard_characters_is_kept(text: str) -> None:
    # Nothing to clean in these but white space, so every other character comes back.
    event = only_event(write_event(replace(ALL_DAY, description=text), "en"))
    assert str(event.get("DESCRIPTION", "")).split() == text.split()


@settings(deadline=None)  # the first VTIMEZONE of a zone takes its time
@given(events())
def test_times_are_read_back_alike(event: CalendarEvent) -> None:
    read = only_event(write_event(event, "en"))
    if isinstance(event.start, datetime) and isinstance(event.end, datetime):
        zone = ZoneInfo(event.timezone or "UTC")
        # In UTC: Python takes no two times for equal where the clocks show one of them twice.
        start, end = (clock.replace(tzinfo=zone) for clock in (event.start, event.end))
        assert read.start.astimezone(UTC) == start.astimezone(UTC)
        assert read.end.astimezone(UTC) == end.astimezone(UTC)
    else:
        assert read.start == event.start
        assert read.end == event.end + timedelta(days=1)
