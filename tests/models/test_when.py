"""Partial dates, wall-clock times, zones."""

import contextlib
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, strategies as st

from tracker.models.when import (
    FAR_FUTURE,
    BadDate,
    first_day,
    hour_exists,
    instant,
    is_day,
    last_day,
    parse_clock,
    span,
    zone_names,
)


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_a_partial_date_is_the_days_it_could_be(text, first, last):
    assert (first_day(text), last_day(text)) == (first, last)
    assert is_day(text) == (first == last)


@pytest.mark.parametrize(
    "text",
    ["", "24", "2024-", "2024-13", "2024-00", "2023-02-29", "2024-1-1", "2024-01-32", "1899", "2200",
     "2024-01-01T09:00", "２０２４", "mañana", " 2024", "2024\n", "-2024"],
)  # fmt: skip
def test_what_is_no_date(text):
    with pytest.raises(BadDate):
        first_day(text)


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_a_bad_one(text):
    with contextlib.suppress(BadDate):
        assert first_day(text) <= last_day(text)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_of_three_centuries_is_one(day):
    assert first_day(day.isoformat()) == last_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "text, clock", [("00:00", time()), ("09:05", time(9, 5)), ("23:59:00", time(23, 59))]
)
def test_times_of_day(text, clock):
    assert parse_clock(text) == clock


@pytest.mark.parametrize("text", ["", "24:00", "9:5", "09:60", "0900", "９:00", "09:00:30", "9 pm"])
def test_what_is_no_time_of_day(text):
    with pytest.raises(BadDate):
        parse_clock(text)


def test_zones_are_places():
    assert {"America/Montevideo", "America/Argentina/Buenos_Aires", "UTC"} <= zone_names()
    assert not {"EST", "GMT", "localtime", "Etc/GMT+3", "posixrules", "Factory"} & zone_names()


@pytest.mark.parametrize(
    "day, clock, zone, exists",
    [
        (date(2024, 3, 10), time(2, 30), "America/New_York", False),
        (date(2024, 3, 10), time(3), "America/New_York", True),
        (date(2024, 11, 3), time(1, 30), "America/New_York", True),
        (date(2024, 9, 8), time(0, 30), "America/Santiago", False),
        (date(2021, 10, 3), time(0, 30), "America/Asuncion", False),
        (date(2024, 10, 6), time(0, 30), "America/Asuncion", False),
        (date(2025, 10, 5), time(0, 30), "America/Asuncion", True),  # summer time for good since
        (date(2022, 4, 3), time(2, 30), "America/Mexico_City", False),
        (date(2023, 4, 2), time(2, 30), "America/Mexico_City", True),  # no summer time since
        (date(2011, 12, 30), time(12), "Pacific/Apia", False),
    ],
)
def test_the_hours_that_a_zone_skipped(day, clock, zone, exists):
    assert hour_exists(day, clock, zone) is exists


def test_without_zone_it_is_utc_and_without_time_midnight():
    assert instant(date(2024, 1, 1), None, None) == datetime(2024, 1, 1, tzinfo=UTC)
    assert instant(date(2024, 1, 1), None, "America/Montevideo") == datetime(
        2024, 1, 1, 3, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "typed, expected",
    [
        # All day: from midnight to midnight there.
        (("2024-05-06", "2024-05-08", None, None, "America/Bogota"),
         (datetime(2024, 5, 6, 5, tzinfo=UTC), datetime(2024, 5, 9, 5, tzinfo=UTC))),
        # A day of 23 hours.
        (("2024-03-10", "2024-03-10", None, None, "America/New_York"),
         (datetime(2024, 3, 10, 5, tzinfo=UTC), datetime(2024, 3, 11, 4, tzinfo=UTC))),
        (("2024-05-06", "2024-05-06", time(9), time(10, 30), "America/Lima"),
         (datetime(2024, 5, 6, 14, tzinfo=UTC), datetime(2024, 5, 6, 15, 30, tzinfo=UTC))),
        # Across midnight.
        (("2024-05-06", "2024-05-07", time(22), time(1), "UTC"),
         (datetime(2024, 5, 6, 22, tzinfo=UTC), datetime(2024, 5, 7, 1, tzinfo=UTC))),
        (("2024-05-06", "2024-05-06", time(9), None, "UTC"),
         (datetime(2024, 5, 6, 9, tzinfo=UTC), datetime(2024, 5, 6, 9, tzinfo=UTC))),
        (("2024-09", None, None, None, None),
         (datetime(2024, 9, 1, tzinfo=UTC), datetime(2024, 10, 1, tzinfo=UTC))),
        (("2024", "2025", None, None, None),
         (datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))),
        ((None, None, None, None, "America/Lima"), (FAR_FUTURE, FAR_FUTURE)),
    ],
)  # fmt: skip
def test_the_instants_of_an_event(typed, expected):
    assert span(*typed) == expected


@given(
    day=st.dates(date(1970, 1, 1), date(2037, 12, 30)),
    days=st.integers(0, 1),
    start=st.times(),
    end=st.none() | st.times(),
    zone=st.sampled_from(
        ["America/Santiago", "America/New_York", "Europe/Madrid", "America/Asuncion"]
    ),
)
def test_an_event_never_ends_before_it_starts(day, days, start, end, zone):
    last = (day + timedelta(days=days)).isoformat()
    opens, closes = span(day.isoformat(), last, start, end, zone)
    assert opens <= closes
