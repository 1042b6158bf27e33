"""Our own feeds are read back as they were written, whatever they hold."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st

from tests.formats.calendar_samples import ALL_DAY, FEED, TIMED, TOMBSTONE, write_feed
from tests.formats.calendars.samples import parse
from tracker.formats.calendars import ReadEvent
from tracker.formats.content_lines import many_lines, one_line, plain_text
from tracker.formats.icalendar_feed import CalendarEvent

# The first two code points that no file may hold on either side are left to the writer's own tests.
ANYTHING = st.text(st.characters(codec="utf-8"), max_size=80)
ZONES = st.sampled_from(
    [None, "UTC", "America/Havana", "America/Santiago", "America/Sao_Paulo", "Europe/Madrid", "Asia/Kolkata"]
)  # fmt: skip


@st.composite
def events(draw: st.DrawFn) -> CalendarEvent:
    start: date = draw(st.dates(date(2025, 2, 1), date(2027, 11, 1)))
    if draw(st.booleans()):
        minute = draw(st.integers(0, 24 * 60 - 1))
        start = datetime(start.year, start.month, start.day) + timedelta(minutes=minute)
    return replace(
        ALL_DAY,
        start=start,
        end=start + draw(st.sampled_from([timedelta(0), timedelta(days=1), timedelta(days=5)])),
        timezone=draw(ZONES),
        summary=draw(ANYTHING),
        description=draw(ANYTHING),
        location=draw(ANYTHING),
        categories=tuple(draw(st.lists(ANYTHING, max_size=3))),
        status=draw(st.sampled_from(["tentative", "confirmed", "cancelled"])),
        organizer=draw(st.none() | ANYTHING),
        sequence=draw(st.integers(0, 10_000)),
        conference=draw(st.sampled_from([None, "https://meet.example.org/1"])),
    )


def read_back(event: CalendarEvent) -> ReadEvent:
    found = parse(write_feed(replace(FEED, timezone=None), [event]))
    assert found.problems == ()
    (read,) = found.events
    return read


def span(read: ReadEvent) -> tuple:
    """Days, or instants: an hour shown twice is written in UTC."""
    if read.start_time is None:
        return date.fromisoformat(read.start_date), date.fromisoformat(read.end_date)
    zone = ZoneInfo(read.timezone)
    return tuple(
        datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone).astimezone(UTC)
        for day, clock in ((read.start_date, read.start_time), (read.end_date, read.end_time))
    )


@settings(deadline=None, max_examples=60)
@given(events())
def test_days_and_times_are_read_back(event: CalendarEvent) -> None:
    read = read_back(event)
    if isinstance(event.start, datetime) and isinstance(event.end, datetime):
        zone = ZoneInfo(event.timezone or "UTC")
        start, end = (
            moment.replace(tzinfo=zone).astimezone(UTC) for moment in (event.start, event.end)
        )
        assert span(read) == (start, max(start, end))
        assert read.timezone in (event.timezone or "UTC", "UTC")
    else:
        assert span(read) == (event.start, event.end)


@settings(deadline=None, max_examples=60)
@given(events())
def test_texts_are_read_back(event: CalendarEvent) -> None:
    read = read_back(event)
    location = one_line(event.location)
    assert read.summary == one_line(event.summary)
    # What looks like markup once it is plain is taken for markup by who reads it.
    assert read.description == plain_text(plain_text(event.description))
    assert read.location == location or "@" in location or location.startswith("http")
    assert read.status == event.status
    assert (read.uid, read.recurrence, read.sequence) == (event.uid, "", event.sequence)
    assert (read.url, read.conference) == (event.url, event.conference or "")
    assert read.parent_uid == event.parent_uid
    assert read.changed == event.changed.replace(microsecond=0)
    assert (read.latitude, read.longitude) == (-23.5505, -46.633333)
    names = [one_line(name) for name in event.categories]
    assert read.categories == tuple(dict.fromkeys(filter(None, names)))


@settings(deadline=None, max_examples=40)
@given(ANYTHING, ANYTHING)
def test_what_a_feed_is_called_is_read_back(name: str, description: str) -> None:
    found = parse(write_feed(replace(FEED, name=name, description=description), [ALL_DAY]))
    assert found.name == one_line(name)
    assert found.description == many_lines(description)
    assert found.timezone == "America/Montevideo"


def test_a_whole_feed_is_read_back():
    found = parse(write_feed(FEED, [ALL_DAY, TIMED, TOMBSTONE]))
    assert found.problems == ()
    assert [(read.uid, read.status) for read in found.events] == [
        ("event-1@example.org", "confirmed"),
        ("event-3@example.org", "cancelled"),
        ("event-2@example.org", "confirmed"),
    ]
