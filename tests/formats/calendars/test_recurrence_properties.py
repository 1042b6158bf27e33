"""Any rule gives what dateutil gives by the clock, and what an independent reader makes of a file."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings, strategies as st

from tests.formats.calendars.samples import calendar, event, parse

FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
# In all of these but Lima the clocks change, on both halves of the globe, by one hour or by half.
ZONES = ["America/New_York", "America/Santiago", "America/Havana", "Europe/Madrid", "America/Lima",
         "Australia/Lord_Howe"]  # fmt: skip
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


@st.composite
def rules(draw: st.DrawFn) -> str:
    every = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={every}"]
    # Every second month and only in January may mean never.
    if every != "MONTHLY" and draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, 5))}")
    if draw(st.booleans()):
        days = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True))
        parts.append(f"BYDAY={','.join(days)}")
    if draw(st.booleans()):
        months = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True))
        parts.append(f"BYMONTH={','.join(map(str, months))}")
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 40))}")
    return ";".join(parts)


@st.composite
def starts(draw: st.DrawFn) -> datetime:
    day = draw(st.dates(date(2024, 6, 1), date(2026, 6, 1)))
    # Not in the hours that clocks skip or show twice: those have a test of their own.
    return datetime(day.year, day.month, day.day, draw(st.integers(4, 22)), 30)


@settings(deadline=None, max_examples=80)
@given(rules(), starts(), st.sampled_from(ZONES))
def test_a_rule_gives_what_dateutil_gives_by_the_clock(
    rule: str, start: datetime, zone: str
) -> None:
    lines = f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}\nDURATION:PT45M\nRRULE:{rule}"
    found = parse(calendar(event(lines)), first=FIRST, last=LAST)
    end = datetime(2027, 1, 1)
    expected = {start, *rrulestr(rule, dtstart=start).between(start, end, inc=True)}
    expected = sorted(clock for clock in expected if FIRST <= clock.date() <= LAST)
    assert [read.recurrence for read in found.events] == [
        clock.isoformat() for clock in expected[:400]
    ]
    for read, clock in zip(found.events, expected, strict=False):
        assert f"{read.start_date}T{read.start_time}" == clock.isoformat()[:16]
        assert read.end_time == (clock + timedelta(minutes=45)).strftime("%H:%M")
        assert read.timezone == zone


@settings(deadline=None, max_examples=60)
@given(
    rules(), starts(), st.sampled_from(ZONES), st.integers(0, 7), st.integers(1, 7),
    st.integers(-2, 2), st.integers(4, 21), st.booleans(),
)  # fmt: skip
def test_a_series_is_what_another_reader_makes_of_it(
    rule: str, first: datetime, zone: str, excluded: int, apart: int, days: int, hour: int,
    following: bool,
) -> None:  # fmt: skip
    start = next(iter(rrulestr(rule, dtstart=first)), None)
    assume(start)  # the 30th in February only means never
    originals = list(rrulestr(rule, dtstart=start).xafter(start, count=8, inc=True))
    excluded %= len(originals)
    moved = (excluded + apart) % len(originals)
    assume(excluded != moved and (moved or not following))
    goes_to = originals[moved].replace(hour=hour) + timedelta(days=days)
    text = calendar(
        event(
            f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}\nDURATION:PT45M\nRRULE:{rule}\n"
            f"EXDATE;TZID={zone}:{originals[excluded]:%Y%m%dT%H%M%S}"
        ),
        event(
            f"RECURRENCE-ID;TZID={zone}{';RANGE=THISANDFUTURE' if following else ''}:"
            f"{originals[moved]:%Y%m%dT%H%M%S}\n"
            f"DTSTART;TZID={zone}:{goes_to:%Y%m%dT%H%M%S}\nDURATION:PT90M",
            summary="Moved",
        ),
    )
    assert told(text) == told_by_another(text)


def told(text: str) -> list[tuple[datetime, str, datetime]]:
    found = parse(text, first=FIRST, last=LAST).events
    rows = sorted((instant(read, "start"), read.summary, instant(read, "end")) for read in found)
    return inside(rows)


def inside(rows: list[tuple[datetime, str, datetime]]) -> list[tuple[datetime, str, datetime]]:
    """Without the first and last days: the other reader misses what was moved into them."""
    first = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(days=7)
    last = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) - timedelta(days=7)
    return [row for row in rows if first <= row[0] <= last][:200]


def instant(read, side: str) -> datetime:
    day, clock = getattr(read, f"{side}_date"), getattr(read, f"{side}_time")
    local = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(read.timezone))
    return local.astimezone(UTC)


def told_by_another(text: str) -> list[tuple[datetime, str, datetime]]:
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(
        FIRST, LAST + timedelta(days=1)
    )
    rows = (
        (read.start.astimezone(UTC), str(read["SUMMARY"]), read.end.astimezone(UTC))
        for read in found
    )
    return inside(sorted(rows))
