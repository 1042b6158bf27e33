"""Days and times: ends, durations, and what cannot be."""

import pytest

from tests.formats.calendars.samples import (
    calendar,
    event,
    events_of,
    one,
    only,
    only_problem,
    parse,
    when,
)


@pytest.mark.parametrize(
    "lines, expected",
    [("DTSTART;VALUE=DATE:20260505\nDTEND;VALUE=DATE:20260510", "2026-05-05..2026-05-09"),
     ("DTSTART;VALUE=DATE:20260505\nDTEND;VALUE=DATE:20260506", "2026-05-05..2026-05-05"),
     ("DTSTART;VALUE=DATE:20260505\nDTEND;VALUE=DATE:20260505", "2026-05-05..2026-05-05"),
     ("DTSTART;VALUE=DATE:20260505", "2026-05-05..2026-05-05"),
     ("DTSTART:20260505\nDTEND:20260507", "2026-05-05..2026-05-06"),
     ("DTSTART;VALUE=DATE:20260505T000000\nDTEND;VALUE=DATE:20260507T000000", "2026-05-05..2026-05-06"),
     ("DTSTART;VALUE=DATE:20260505\nDURATION:P3D", "2026-05-05..2026-05-07"),
     ("DTSTART;VALUE=DATE:20260505\nDURATION:P1W", "2026-05-05..2026-05-11"),
     ("DTSTART;VALUE=DATE:2026-05-05", "2026-05-05..2026-05-05")],
)  # fmt: skip
def test_days(lines, expected):
    found = one(lines)
    assert when(found) == expected
    assert (found.start_time, found.end_time, found.timezone) == (None, None, None)


@pytest.mark.parametrize(
    "lines, expected",
    [("DTSTART:20260505T100000Z\nDTEND:20260505T113000Z", "2026-05-05 10:00..2026-05-05 11:30 UTC"),
     ("DTSTART:20260505T100000Z", "2026-05-05 10:00..2026-05-05 10:00 UTC"),
     ("DTSTART:20260505T100000Z\nDTEND:20260505T100000Z", "2026-05-05 10:00..2026-05-05 10:00 UTC"),
     ("DTSTART:20260505T230000Z\nDURATION:PT1H30M", "2026-05-05 23:00..2026-05-06 00:30 UTC"),
     ("DTSTART:20260505T230000Z\nDURATION:P1DT15M5S", "2026-05-05 23:00..2026-05-06 23:15 UTC"),
     ("DTSTART:20260505T2300Z\nDURATION:+PT60M", "2026-05-05 23:00..2026-05-06 00:00 UTC"),
     ("DTSTART:20260505T100060Z", "2026-05-05 10:00..2026-05-05 10:00 UTC"),
     ("DTSTART:2026-05-05T10:00:00.000Z", "2026-05-05 10:00..2026-05-05 10:00 UTC"),
     ("DTSTART;TZID=America/Lima:20260505T100000\nDTEND;TZID=America/Bogota:20260505T110000",
      "2026-05-05 10:00..2026-05-05 11:00 America/Lima"),
     ("DTSTART;TZID=America/Lima:20260505T220000\nDTEND;TZID=Europe/Madrid:20260506T140000",
      "2026-05-05 22:00..2026-05-06 07:00 America/Lima"),
     ("DTSTART;TZID=America/Lima:20260505T100000\nDTEND:20260505T160000Z",
      "2026-05-05 10:00..2026-05-05 11:00 America/Lima")],
)  # fmt: skip
def test_times(lines, expected):
    assert when(one(lines)) == expected


def test_a_time_that_the_clocks_skip_is_told_as_its_instant_is():
    found = one(
        "DTSTART;TZID=America/New_York:20260308T023000\nDTEND;TZID=America/New_York:20260308T030000"
    )
    assert when(found) == "2026-03-08 03:30..2026-03-08 03:30 America/New_York"


@pytest.mark.parametrize(
    "lines, code, detail",
    [("", "no-start", ""), ("DTSTART:", "no-start", ""), ("DTSTART:tomorrow", "bad-time", "DTSTART:tomorrow"),
     ("DTSTART:20260231", "bad-time", "DTSTART:20260231"), ("DTSTART:20260505T250000Z", "bad-time", "DTSTART:20260505T250000Z"),
     ("DTSTART:00010101", "bad-time", "DTSTART:00010101"), ("DTSTART:99991231T235959Z", "bad-time", "DTSTART:99991231T235959Z"),
     ("DTSTART:20260505\nDTEND:x", "bad-time", "DTEND:x"), ("DTSTART:20260505\nDURATION:1 hour", "bad-time", "DURATION:1 hour"),
     ("DTSTART:20260505\nDURATION:P999999W", "bad-time", "DURATION:P999999W"), ("DTSTART:20260505\nDURATION:PT", "bad-time", "DURATION:PT"),
     ("DTSTART:20260505\nDTEND:20990505", "bad-time", "DTEND:20990505"),
     ("DTSTART:20260505\nDTEND:20260504", "end-before-start", "DTSTART:20260505 DTEND:20260504"),
     ("DTSTART:20260505T100000Z\nDTEND:20260505T090000Z", "end-before-start",
      "DTSTART:20260505T100000Z DTEND:20260505T090000Z"),
     ("DTSTART:20260505T100000Z\nDURATION:-PT1H", "end-before-start", "DTSTART:20260505T100000Z DURATION:-PT1H"),
     ("DTSTART:20260505\nDTEND:20260506T100000Z", "mixed-times", "DTEND:20260506T100000Z"),
     ("DTSTART:20260505T100000Z\nDTEND:20260506", "mixed-times", "DTEND:20260506"),
     ("DTSTART:20260505\nRDATE:x", "bad-time", "RDATE:x"), ("DTSTART:20260505\nEXDATE:x", "bad-time", "EXDATE:x"),
     ("DTSTART:20260505\nRECURRENCE-ID:x", "bad-time", "RECURRENCE-ID:x")],
)  # fmt: skip
def test_an_event_whose_time_makes_no_sense_is_left_out_and_the_others_stay(lines, code, detail):
    good = event("DTSTART:20260601", uid="b@example.org", summary="Other")
    found = parse(calendar(event(lines, summary="Bad, one"), good))
    (problem,) = found.problems
    assert (problem.code, problem.detail) == (code, detail)
    component = problem.component
    assert (component.kind, component.number, component.line) == ("VEVENT", 1, 4)
    assert (component.uid, component.name) == ("a@example.org", "Bad, one")
    assert [event.summary for event in found.events] == ["Other"]


@pytest.mark.parametrize(
    "lines",
    ["DTSTART:00010101", "DTSTART:00000000", "DTSTART:99991231T235959Z", "DTSTART:99991231\nDTEND:99991231",
     "DTSTART;TZID=America/Lima:99991231T235959", "DTSTART:20260505T100000Z\nDURATION:P99999999999999D",
     "DTSTART:-0010101", "DTSTART:２０２６０５０５", "DTSTART:20260505\nRDATE:00010101",
     "DTSTART:20260505\nRECURRENCE-ID:99991231"],
)  # fmt: skip
def test_days_at_the_ends_of_time(lines):
    assert only_problem(calendar(event(lines))).code == "bad-time"


def test_rules_to_the_end_of_time():
    rule = "DTSTART:20260505\nRRULE:FREQ=YEARLY;UNTIL="
    assert len(events_of(calendar(event(f"{rule}99991231T235959Z")))) == 2
    assert only_problem(calendar(event(f"{rule}00010101"))).code == "bad-rule"


def test_whole_days_as_outlook_writes_them():
    said = "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"
    days = "DTSTART;TZID=America/Lima:20260505T000000\nDTEND;TZID=America/Lima:20260508T000000"
    assert when(one(f"{days}\n{said}")) == "2026-05-05..2026-05-07"
    assert when(one(days)) == "2026-05-05 00:00..2026-05-08 00:00 America/Lima"
    hours = days.replace("0508T000000", "0508T010000")
    assert when(one(f"{hours}\n{said}")).endswith("America/Lima")


@pytest.mark.parametrize(
    "start, end, found",
    [("20241231", "20250101", False), ("20241231", "20250102", True), ("20271231", "20280105", True),
     ("20280101", "20280102", False), ("20200101", "20290101", True)],
)  # fmt: skip
def test_what_touches_the_period_is_read(start, end, found):
    assert bool(events_of(calendar(event(f"DTSTART:{start}\nDTEND:{end}")))) is found


def test_the_period_is_that_of_the_days_told():
    late = event("DTSTART:20280101T013000Z")
    assert events_of(calendar(late)) == ()
    told = only(calendar(late, head="X-WR-TIMEZONE:America/Lima"))
    assert when(told) == "2027-12-31 20:30..2027-12-31 20:30 America/Lima"


def test_problems_say_where_they_are():
    problem = only_problem(
        calendar(event("DTSTART:20260505"), event("X:y", uid="b", summary="Ñandú"))
    )
    assert str(problem.component) == "VEVENT 2 (Ñandú, b), 9"
