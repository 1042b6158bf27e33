"""CALENDARS.md, 12: every reader has every instant right, by the VTIMEZONE that came along."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.calendars.awkward import EDGES, log_awkward_events
from tests.calendars.readers import ReadEvent, read_with_icalendar, read_with_vobject
from tests.factories import EventFactory
from tests.formats.calendar_samples import FEED, TIMED, write_feed
from tracker.formats.icalendar_feed import CalendarEvent, write_event

# Clocks that change on other days and hours each, that gave it up, and that never did.
ZONES = """
America/New_York America/Havana America/Santiago Europe/Madrid America/Asuncion America/Sao_Paulo
America/Mexico_City Africa/Casablanca Europe/Dublin Australia/Lord_Howe America/Bogota Asia/Kolkata
""".split()
YEARS = range(1995, 2036)
HOUR = timedelta(hours=1)


def at(moment: datetime, zone: str) -> datetime:
    """The instant of a wall-clock time, by the tables of zoneinfo."""
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def hours_of(zone: str) -> Iterator[datetime]:
    """Wall-clock hours of forty years: two days of each, and those around every change."""
    info = ZoneInfo(zone)
    for year in YEARS:
        day = datetime(year, 1, 1, 12, tzinfo=UTC)
        yield from (datetime(year, 1, 15, 9), datetime(year, 7, 15, 21, 30))
        while day.year == year:
            after = day + timedelta(days=1)
            if day.astimezone(info).utcoffset() != after.astimezone(info).utcoffset():
                while day.astimezone(info).utcoffset() == (day + HOUR).astimezone(info).utcoffset():
                    day += HOUR
                for step in (-1, 0, 1, 2):
                    yield (day + step * HOUR).astimezone(info).replace(tzinfo=None, fold=0)
            day = after


def timed(start: datetime, end: datetime, zone: str) -> CalendarEvent:
    uid = f"{zone} {start.isoformat()} {end.isoformat()}"
    return replace(TIMED, uid=uid, start=start, end=end, timezone=zone)


def wrong(events: list[CalendarEvent], read: list[ReadEvent]) -> list[tuple[str, timedelta]]:
    """The events whose start or end a reader has at another instant, and by how much."""
    assert len(read) == len(events)
    found = []
    for event, seen in zip(events, read, strict=True):
        assert event.timezone is not None
        assert isinstance(event.start, datetime)
        assert isinstance(event.end, datetime)
        assert isinstance(seen.start, datetime)
        assert isinstance(seen.end, datetime)
        offs = (
            seen.start - at(event.start, event.timezone),
            seen.end - at(event.end, event.timezone),
        )
        found += [(event.uid, off) for off in offs if off]
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_point_12_three_readers_have_forty_years_of_instants_right(icaljs, zone):
    events = [timed(hour, hour + 3 * HOUR, zone) for hour in dict.fromkeys(hours_of(zone))]
    octets = write_feed(FEED, events)
    assert wrong(events, icaljs(octets)) == []
    assert wrong(events, read_with_vobject(octets)) == []
    assert wrong(events, read_with_icalendar(octets)) == []


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    # Without Casablanca, which vobject takes for UTC where only the last years come along.
    st.sampled_from([zone for zone in ZONES if zone != "Africa/Casablanca"]),
    st.datetimes(datetime(1995, 1, 1), datetime(2035, 12, 31)),
    st.timedeltas(HOUR, timedelta(days=1)),
)
def test_point_12_a_download_has_its_two_instants_right(icaljs, zone, start, lasts):
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=lasts // timedelta(minutes=1))
    if at(start, zone) >= at(end, zone):
        return  # it ends in an hour that the clocks skipped, which no form takes
    event = timed(start, end, zone)
    octets = write_event(event, "en")
    for read in (icaljs, read_with_vobject, read_with_icalendar):
        assert wrong([event], read(octets)) == []


# ---- in the feeds of the site


def test_point_12_the_hours_around_every_change_are_right(clock, session, events):
    logged = log_awkward_events(session)
    read = events("/feeds/spaces/foro.ics?lang=pt")
    for number, (day, first, last, zone) in enumerate(EDGES):
        event = read[logged[f"edge-{number}"].uid]
        on = date.fromisoformat(day)
        assert event.start == at(datetime.combine(on, first), zone), (day, zone)
        assert event.end == at(datetime.combine(on, last), zone), (day, zone)


def test_point_12_an_hour_that_clocks_show_twice_is_the_first_for_every_reader(
    clock, session, events
):
    event = EventFactory(
        start_date="2026-11-01", start_time=time(1, 30), end_time=time(1, 45), timezone="America/New_York"
    )  # fmt: skip
    read = events()[event.uid]
    assert read.start == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert read.end == datetime(2026, 11, 1, 5, 45, tzinfo=UTC)


def test_point_12_each_zone_comes_along_once_and_in_rules(clock, session, calendar):
    log_awkward_events(session)
    found = calendar()
    used = {
        parameters["tzid"]
        for event in found.components("vevent")
        for name in ("dtstart", "dtend")
        for _name, parameters, *_rest in event.all(name)
        if "tzid" in parameters
    }
    assert {"America/New_York", "America/Havana", "Europe/Madrid", "Asia/Kolkata"} <= used
    assert "UTC" not in used
    zones = found.components("vtimezone")
    assert sorted(zone.value("tzid") for zone in zones) == sorted(used)
    for zone in zones:
        assert zone.parts
        for part in zone.parts:
            assert part.name in ("standard", "daylight")
            assert "rdate" not in part.names
        # Where clocks still change, rules say it without end.
        rules = [part.value("rrule") for part in zone.parts if "rrule" in part.names]
        endless = {rule["freq"] for rule in rules if "until" not in rule}
        assert endless == ({"YEARLY"} if still_changes(zone.value("tzid")) else set())


def still_changes(zone: str) -> bool:
    offsets = {
        datetime(2035, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in range(1, 13)
    }
    return len(offsets) > 1 and zone != "Africa/Casablanca"  # whose rule is that of Ramadan


def test_point_12_days_need_no_zone(clock, session, calendar):
    EventFactory(start_date="2026-10-05", timezone="America/New_York")
    assert calendar().components("vtimezone") == []


def test_point_12_what_is_left_of_an_event_has_its_zone_too(clock, session, write, events):
    event = EventFactory(
        start_date="2026-07-01", start_time=time(22), end_time=time(23), timezone="America/Havana"
    )
    write(event, deleted_at=datetime.now(UTC))
    (gone,) = events().values()
    assert gone.start == datetime(2026, 7, 2, 2, tzinfo=UTC)
    assert gone.end == datetime(2026, 7, 2, 3, tzinfo=UTC)
