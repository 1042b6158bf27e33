"""Whatever a file holds, it is read or refused with a code."""

import re

from hypothesis import given, settings, strategies as st

from tests.formats.calendars.samples import (
    APPLE,
    GOOGLE,
    ICANN,
    INDICO,
    OUTLOOK,
    THUNDERBIRD,
    parse,
)
from tracker.formats.calendars import (
    PROBLEM_CODES,
    UNREADABLE_CODES,
    ReadCalendar,
    UnreadableCalendar,
)

SAMPLES = [APPLE, GOOGLE, ICANN, INDICO, OUTLOOK, THUNDERBIRD]
LINES = sorted({line for sample in SAMPLES for line in sample.splitlines()})
VALUES = [
    "", "x", "20260505", "20260505T100000", "20260505T100000Z", "20261101T013000", "-P1D", "PT1H", "P1W",
    "16010101T000000", "-0300", "+1400", "FREQ=WEEKLY;COUNT=3", "FREQ=MONTHLY;UNTIL=20270101",
    "1abc@google.example.org", "3abc@google.example.org", "CANCELLED", "TRUE", "a\\,b\\;c\\nd\\", "\\", '"', "ñ",
    "America/Lima", "Mine", "https://example.org/", "1;2", "20260505,20260506T100000Z/PT1H",
]  # fmt: skip
PARAMETERS = [
    "",
    ";VALUE=DATE",
    ";TZID=America/Lima",
    ";TZID=Mine",
    ";RANGE=THISANDFUTURE",
    ';X="a:b"',
    ";",
]
NAMES = [
    "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SUMMARY",
    "DESCRIPTION", "LOCATION", "ORGANIZER", "RELATED-TO", "SEQUENCE", "LAST-MODIFIED", "GEO", "URL", "CATEGORIES",
    "X-MICROSOFT-CDO-ALLDAYEVENT", "X-WR-TIMEZONE", "TZID", "TZOFFSETFROM", "TZOFFSETTO", "METHOD", "CLASS",
]  # fmt: skip


def outcome(content: bytes) -> None:
    try:
        found = parse(content)
    except UnreadableCalendar as refused:
        error = refused
    else:
        check(found)
        return
    assert error.code in UNREADABLE_CODES


def check(found: ReadCalendar) -> None:
    for problem in found.problems:
        assert problem.code in PROBLEM_CODES
        assert problem.code not in ("broken", "too-slow")
    for read in found.events:
        assert read.uid
        assert read.start_date <= read.end_date
        if read.start_date == read.end_date:
            assert (read.start_time or "") <= (read.end_time or "")
        assert (read.start_time is None) == (read.end_time is None)
        assert "\x00" not in repr(read)
    keys = [(read.uid, read.recurrence) for read in found.events]
    assert len(keys) == len(set(keys))


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes(content):
    outcome(content)
    outcome(b"BEGIN:VCALENDAR\r\n" + content + b"\r\nEND:VCALENDAR\r\n")


made_lines = st.builds(
    lambda name, parameter, value: f"{name}{parameter}:{value}",
    st.sampled_from(NAMES), st.sampled_from(PARAMETERS), st.sampled_from(VALUES),
)  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.lists(made_lines, max_size=8), min_size=1, max_size=4),
    st.lists(made_lines, max_size=6),
)
def test_any_properties(events, zone):
    described = "\n".join(zone)
    content = [
        "BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", "TZID:Mine", "BEGIN:STANDARD", "DTSTART:20000101T000000",
        "TZOFFSETFROM:-0300", "TZOFFSETTO:-0200", described, "END:STANDARD", "END:VTIMEZONE",
    ]  # fmt: skip
    for lines in events:
        start = "DTSTART;TZID=Mine:20260505T100000"
        content += ["BEGIN:VEVENT", "UID:a", start, *lines, "END:VEVENT"]
    outcome("\n".join([*filter(None, content), "END:VCALENDAR"]).encode())


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(SAMPLES), st.lists(st.integers(0, 10_000), max_size=4),
    st.lists(st.sampled_from([*LINES, "", "\x00", " ", "BEGIN:VEVENT", "END:VEVENT"]), max_size=4),
)  # fmt: skip
def test_a_calendar_with_other_lines_in_places(sample, places, lines):
    kept = re.split(r"\r?\n", sample)
    for place, line in zip(places, lines, strict=False):
        kept[place % len(kept)] = line
    outcome("\n".join(kept).encode())


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(SAMPLES), st.integers(0, 4_000), st.binary(max_size=6), st.integers(0, 60))
def test_a_calendar_with_other_bytes_in_a_place(sample, place, octets, removed):
    content = sample.encode()
    place %= len(content)
    outcome(content[:place] + octets + content[place + removed :])
