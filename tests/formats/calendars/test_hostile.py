"""Calendars meant to do harm: each ends in its code, in bounded time and memory."""

import io
import resource
import time
from dataclasses import replace

import pytest

from tests.formats.calendars.samples import FIRST, GOOGLE, LAST, calendar, event, parse
from tracker.formats.calendars import (
    LIMITS,
    PROBLEM_CODES,
    UNREADABLE_CODES,
    Limits,
    ReadCalendar,
    UnreadableCalendar,
    read_calendar,
)

DAY = "DTSTART:20260505\n"
SIXTY = ",".join(map(str, range(60)))
GOOD = event(DAY, uid="good")


def read(content: str | bytes, limits: Limits = LIMITS) -> ReadCalendar:
    """Read a file as the pages do: in another process, soon, and without much memory in this one."""
    octets = content.encode() if isinstance(content, str) else content
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    try:
        found = read_calendar(io.BytesIO(octets), first=FIRST, last=LAST, limits=limits)
    finally:
        assert time.monotonic() - began < 25
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000  # kilobytes
    assert {problem.code for problem in found.problems} <= set(PROBLEM_CODES)
    return found


def refusal(content: str | bytes, limits: Limits = LIMITS) -> UnreadableCalendar:
    with pytest.raises(UnreadableCalendar) as caught:
        read(content, limits)
    assert caught.value.code in UNREADABLE_CODES
    return caught.value


def problems(*components: str) -> list[tuple[str, str]]:
    """What is wrong with these, while another event beside them is read."""
    found = read(calendar(*components, GOOD))
    assert [read.uid for read in found.events if read.uid == "good"] == ["good"]
    return [(problem.code, problem.component.uid) for problem in found.problems]


def test_a_harmless_file_is_read_alike_in_another_process():
    assert read(GOOGLE) == parse(GOOGLE)


def test_the_place_of_a_problem_comes_through():
    assert (
        read(calendar(event("DTSTART:x"))).problems == parse(calendar(event("DTSTART:x"))).problems
    )
    error = refusal("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Año\nEND:VCALENDAR")
    component = error.component
    assert (error.code, component.name, component.line) == ("unbalanced", "Año", 2)


def test_a_file_of_50_megabytes():
    error = refusal(b"BEGIN:VCALENDAR\r\n" + b"X-A:b\r\n" * 7_500_000)
    assert (error.code, error.detail) == ("too-large", "10 MB")


def test_one_line_of_50_megabytes():
    assert refusal(b"BEGIN:VCALENDAR\r\nDESCRIPTION:" + b"x" * 50_000_000).code == "too-large"


def test_a_million_lines():
    error = refusal("BEGIN:VCALENDAR\n" + "A:b\n" * 1_000_000)
    assert (error.code, error.detail) == ("too-large", "500000 lines")


@pytest.mark.parametrize("fold", ["", "\n "], ids=["at once", "folded"])
def test_one_line_of_nine_megabytes(fold):
    long = f"DESCRIPTION:{('x' * 1000 + fold) * 9_000}"
    found = read(calendar(event(f"{DAY}%").replace("%", long), GOOD))
    assert [len(read.description) for read in found.events] == [10_000, 0]


def test_nine_megabytes_of_folds():
    folds = "\n x" * 450_000
    assert read(f"BEGIN:VCALENDAR\nX-A:{folds}\nEND:VCALENDAR").events == ()


def test_components_as_deep_as_the_file():
    error = refusal("BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nBEGIN:A\n" * 200_000)
    assert error.code in ("unbalanced", "too-deep")
    assert refusal("BEGIN:VCALENDAR\n" + "BEGIN:A\n" * 400_000).code == "too-deep"


def test_more_events_than_are_looked_at():
    error = refusal("BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nEND:VEVENT\n" * 50_001 + "END:VCALENDAR")
    assert (error.code, error.detail) == ("too-large", "50000 events")
    assert error.component.number == 50_001


def test_more_events_than_are_taken_are_taken_up_to_a_day():
    days = [
        event(f"DTSTART:202605{day:02}", uid=f"{day}-{n}") for day in (1, 2, 3) for n in range(4)
    ]
    found = read(calendar(*days), replace(LIMITS, events=9))
    assert [problem.code for problem in found.problems] == ["too-many-events"]
    assert {read.start_date for read in found.events} == {"2026-05-01", "2026-05-02"}
    assert found.last.isoformat() == "2026-05-02"
    error = refusal(calendar(*days), replace(LIMITS, events=3))
    assert (error.code, error.detail) == ("too-large", "3 events")


RULES = {
    "seconds": ("2025", "FREQ=SECONDLY", "too-many-occurrences"),
    "old-seconds": ("1601", "FREQ=SECONDLY;COUNT=1000000000", "too-slow"),
    "standing": ("2025", "FREQ=DAILY;INTERVAL=0", "too-slow"),
    "no-month": ("2025", "FREQ=WEEKLY;BYMONTH=13", "too-slow"),
    "no-day": ("2025", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "too-slow"),
    "all-year": ("1601", f"FREQ=YEARLY;BYSECOND={SIXTY};BYMINUTE={SIXTY}", "too-slow"),
}


def test_rules_that_never_end():
    evil = (
        event(f"DTSTART:{start}0101T000000Z\nRRULE:{rule}", uid=name)
        for name, (start, rule, _) in RULES.items()
    )
    assert problems(*evil) == [(code, name) for name, (_, _, code) in RULES.items()]


def test_many_rules_that_never_end():
    evil = (
        event("DTSTART:20250101T000000Z\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", uid=f"e{n}")
        for n in range(60)
    )
    error = refusal(calendar(*evil), replace(LIMITS, seconds=2))
    assert error.code == "too-slow"
    # Where the machine is busy it is ended from outside, by the clock, and cannot say where it was.
    assert error.component is None or error.component.kind == "VEVENT"


@pytest.mark.parametrize("name", ["RDATE", "EXDATE"])
def test_a_million_dates(name):
    dates = ",".join(["20260505"] * 1_000)
    lines = "\n".join([f"{name}:{dates}"] * 1_000)
    assert problems(event(f"{DAY}{lines}", uid="evil")) == [("too-many-dates", "evil")]
    assert problems(event(f"{DAY}{name}:{','.join(['20260505'] * 900_000)}", uid="evil")) == [
        ("too-many-dates", "evil")
    ]


@pytest.mark.parametrize(
    "rule",
    ["RRULE:FREQ=SECONDLY", "RRULE:FREQ=YEARLY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,1,2,3,4,5,6,7,8,9",
     "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "RDATE:" + ",".join(["20260505T000000"] * 500_000)],
    ids=["seconds", "minutes", "never", "dates"],
)  # fmt: skip
def test_zones_that_change_without_end(rule):
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Evil\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:-0300\n"
        f"TZOFFSETTO:-0400\n{rule}\nEND:STANDARD\nEND:VTIMEZONE"
    )
    codes = {
        code for code, _ in problems(zone, event("DTSTART;TZID=Evil:20260505T100000", uid="e"))
    }
    assert codes <= {"unknown-zone", "floating", "too-slow"}


def test_thousands_of_zones():
    zones = (
        f"BEGIN:VTIMEZONE\nTZID:Z{n}\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:-0300\n"
        "TZOFFSETTO:-0400\nRRULE:FREQ=YEARLY\nEND:STANDARD\nEND:VTIMEZONE\n"
        f"BEGIN:VEVENT\nUID:{n}\nDTSTART;TZID=Z{n}:20260505T100000\nEND:VEVENT"
        for n in range(3_000)
    )
    assert refusal(calendar(*zones), replace(LIMITS, seconds=2)).code == "too-slow"


def test_nul_bytes_and_other_controls():
    content = calendar(event(DAY, summary="A\x00B\x01C\x1b[31m"), GOOD).encode()
    assert [read.summary for read in read(content).events] == ["ABC[31m", "Meeting"]
    assert refusal(b"\x00" * 1_000_000).code == "empty"
    assert refusal(bytes(range(256)) * 10_000).code == "not-a-calendar"


def test_markup_that_is_slow_to_read():
    slow = "<a " * 60_000, "<" * 190_000, "<!--" * 45_000, "<p><b>" * 30_000, "&#x" * 60_000
    events = (event(f"{DAY}DESCRIPTION:{text}", uid=f"e{n}") for n, text in enumerate(slow))
    assert problems(*events) == []


def test_no_more_is_held_in_memory_than_is_allowed():
    rules = "\n".join(["X-A:b"] * 10)
    content = calendar(
        *(event(f"{DAY}{rules}\nDESCRIPTION:{'x' * 150_000}", uid=str(n)) for n in range(60))
    )
    error = refusal(content, replace(LIMITS, memory=48 * 1024 * 1024))
    assert error.code in ("too-large", "broken")


def test_what_is_written_out_is_limited():
    lines = f"DTSTART:20250101\nRRULE:FREQ=DAILY\nDESCRIPTION:{'x' * 10_000}"
    content = calendar(*(event(lines, uid=str(n)) for n in range(3)))
    assert len(read(content).events) == 1_200
    assert refusal(content, replace(LIMITS, written=1_000_000)).code == "too-large"
