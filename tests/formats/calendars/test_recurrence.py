"""Recurrences: rules, dates added and excluded, exceptions moved, cancelled, and for all that follow."""

import pytest

from tests.formats.calendars.samples import (
    calendar,
    event,
    events_of,
    only,
    only_problem,
    parse,
    when,
)

WEEKLY = "DTSTART;TZID=America/Lima:20260505T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4"


def starts(*components: str) -> list[str]:
    found = events_of(calendar(*components))
    return [" ".join(filter(None, (read.start_date[5:], read.start_time))) for read in found]


def exception(original: str, lines: str, **options) -> str:
    return event(f"RECURRENCE-ID;TZID=America/Lima:{original}\n{lines}", **options)


@pytest.mark.parametrize(
    "lines, expected",
    [("DTSTART:20260505\nRRULE:FREQ=DAILY;COUNT=3", ["05-05", "05-06", "05-07"]),
     ("DTSTART:20260505\nRRULE:FREQ=DAILY;UNTIL=20260507", ["05-05", "05-06", "05-07"]),
     ("DTSTART:20260505\nRRULE:FREQ=DAILY;UNTIL=20260507T000000Z", ["05-05", "05-06", "05-07"]),
     ("DTSTART:20260505\nRRULE:FREQ=DAILY;COUNT=5\nEXDATE:20260506,20260508\nEXDATE;VALUE=DATE:20260509",
      ["05-05", "05-07"]),
     ("DTSTART:20260505\nRDATE:20260601,20260602", ["05-05", "06-01", "06-02"]),
     ("DTSTART:20260505\nRDATE;VALUE=DATE:20260505,20260505", ["05-05"]),
     ("DTSTART:20260505\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", ["05-05", "05-29", "06-26"]),
     ("DTSTART:20260531\nRRULE:FREQ=MONTHLY;COUNT=3", ["05-31", "07-31", "08-31"]),
     ("DTSTART:20260505\nRRULE:FREQ=DAILY;COUNT=4\nEXRULE:FREQ=DAILY;INTERVAL=2", ["05-06", "05-08"]),
     ("DTSTART:20260505\nRRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=WEEKLY;COUNT=2", ["05-05", "05-06", "05-12"]),
     ("DTSTART:20260505\nRRULE:freq=daily; count=2;", ["05-05", "05-06"]),
     ("DTSTART:20260505\nRRULE:FREQ=DAILY;COUNT=2;X-A=B", ["05-05", "05-06"]),
     ("DTSTART:20260505\nRRULE:FREQ=DAILY;COUNT=-1;UNTIL=20260506", ["05-05", "05-06"]),
     ("DTSTART:20260505\nRRULE:", ["05-05"]),
     ("DTSTART:20260505\nRRULE:FREQ=DAILY;INTERVAL=99999999999999999999", ["05-05"]),
     ("DTSTART:20260505T100000Z\nRRULE:FREQ=DAILY;UNTIL=20260507", ["05-05 10:00", "05-06 10:00", "05-07 10:00"]),
     ("DTSTART:20260505T100000Z\nRRULE:FREQ=DAILY;UNTIL=20260507T095959Z", ["05-05 10:00", "05-06 10:00"]),
     ("DTSTART;TZID=America/Lima:20260505T200000\nRRULE:FREQ=DAILY;UNTIL=20260507T010000Z", ["05-05 20:00", "05-06 20:00"]),
     ("DTSTART;TZID=America/Lima:20260505T200000\nRRULE:FREQ=DAILY;UNTIL=20260507T005959Z", ["05-05 20:00"]),
     ("DTSTART;TZID=America/Lima:20260505T200000\nRRULE:FREQ=DAILY;UNTIL=20260506T200000", ["05-05 20:00", "05-06 20:00"]),
     ("DTSTART;TZID=America/Lima:20260505T200000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260507T010000Z", ["05-05 20:00", "05-07 20:00"]),
     ("DTSTART;TZID=America/Lima:20260505T200000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20260506", ["05-05 20:00", "05-07 20:00"]),
     ("DTSTART;TZID=America/Lima:20260505T200000\nRDATE;TZID=America/Bogota:20260506T210000", ["05-05 20:00", "05-06 21:00"]),
     ("DTSTART;TZID=America/Lima:20260505T200000\nRDATE:20260507T020000Z", ["05-05 20:00", "05-06 21:00"]),
     ("DTSTART;TZID=America/Lima:20260505T200000\nRDATE;VALUE=DATE:20260506", ["05-05 20:00", "05-06 20:00"])],
)  # fmt: skip
def test_rules_and_dates(lines, expected):
    assert starts(event(lines)) == expected


def test_periods_have_their_own_length():
    lines = "DTSTART:20260505T100000Z\nDTEND:20260505T110000Z\nRDATE;VALUE=PERIOD:"
    found = events_of(
        calendar(event(lines + "20260506T100000Z/PT3H,20260507T100000Z/20260507T103000Z"))
    )
    assert [read.end_time for read in found] == ["11:00", "13:00", "10:30"]


def test_each_of_a_recurrence_is_named_by_its_original_start():
    found = events_of(calendar(event(WEEKLY)))
    assert [read.recurrence for read in found] == [
        "2026-05-05T10:00:00", "2026-05-12T10:00:00", "2026-05-19T10:00:00", "2026-05-26T10:00:00",
    ]  # fmt: skip
    assert {read.uid for read in found} == {"a@example.org"}
    days = events_of(calendar(event("DTSTART:20260505\nRRULE:FREQ=DAILY;COUNT=2")))
    assert [read.recurrence for read in days] == ["2026-05-05", "2026-05-06"]
    utc = events_of(calendar(event("DTSTART:20260505T100000Z\nRRULE:FREQ=DAILY;COUNT=1")))
    assert [read.recurrence for read in utc] == ["2026-05-05T10:00:00Z"]
    assert only(calendar(event("DTSTART:20260505T100000Z"))).recurrence == ""


def test_utc_that_recurs_is_told_by_the_clocks_of_the_calendar():
    content = calendar(
        event("DTSTART:20261030T140000Z\nRRULE:FREQ=DAILY;COUNT=3"),
        head="X-WR-TIMEZONE:America/New_York",
    )
    found = events_of(content)
    assert [(read.start_time, read.recurrence[:10]) for read in found] == [
        ("10:00", "2026-10-30"), ("10:00", "2026-10-31"), ("09:00", "2026-11-01"),
    ]  # fmt: skip


def test_a_moved_occurrence_keeps_its_name():
    moved = exception(
        "20260512T100000", "DTSTART;TZID=America/Lima:20260514T150000", summary="Moved"
    )
    found = events_of(calendar(event(WEEKLY), moved))
    assert [(when(read).split("..")[0], read.summary) for read in found] == [
        ("2026-05-05 10:00", "Meeting"), ("2026-05-14 15:00", "Moved"),
        ("2026-05-19 10:00", "Meeting"), ("2026-05-26 10:00", "Meeting"),
    ]  # fmt: skip
    assert found[1].recurrence == "2026-05-12T10:00:00"


@pytest.mark.parametrize(
    "original",
    [";TZID=America/Lima:20260512T100000", ":20260512T150000Z", ";TZID=Europe/Madrid:20260512T170000",
     ";VALUE=DATE:20260512", ":20260512T100000"],
)  # fmt: skip
def test_an_exception_is_found_in_whatever_zone_it_names_its_original(original):
    other = event(f"RECURRENCE-ID{original}\nDTSTART:20260513T150000Z\nSEQUENCE:3")
    found = events_of(calendar(other, event(WEEKLY)))
    assert [read.start_date for read in found] == [
        "2026-05-05",
        "2026-05-13",
        "2026-05-19",
        "2026-05-26",
    ]
    assert found[1].recurrence == "2026-05-12T10:00:00"


def test_an_exception_of_whole_days_may_be_named_by_a_time():
    other = event("RECURRENCE-ID:20260506T000000\nDTSTART:20260509")
    days = event("DTSTART:20260505\nRRULE:FREQ=DAILY;COUNT=2")
    assert starts(days, other) == ["05-05", "05-09"]


def test_a_cancelled_occurrence_is_told_as_cancelled():
    off = exception(
        "20260512T100000", "DTSTART;TZID=America/Lima:20260512T100000\nSTATUS:CANCELLED"
    )
    found = events_of(calendar(event(WEEKLY), off))
    assert [read.status for read in found] == ["confirmed", "cancelled", "confirmed", "confirmed"]


def test_a_cancelled_series_is_cancelled_with_its_exceptions():
    moved = exception("20260512T100000", "DTSTART;TZID=America/Lima:20260513T100000")
    found = events_of(calendar(event(WEEKLY + "\nSTATUS:CANCELLED"), moved))
    assert {read.status for read in found} == {"cancelled"}


def test_an_excluded_date_excludes_its_exception():
    moved = exception("20260512T100000", "DTSTART;TZID=America/Lima:20260513T100000")
    excluded = WEEKLY + "\nEXDATE;TZID=America/Lima:20260512T100000"
    assert starts(event(excluded), moved) == ["05-05 10:00", "05-19 10:00", "05-26 10:00"]


def test_what_changes_for_all_that_follow():
    change = event(
        "RECURRENCE-ID;TZID=America/Lima;RANGE=THISANDFUTURE:20260512T100000\n"
        "DTSTART;TZID=America/Lima:20260513T110000\nDURATION:PT2H",
        summary="From now on",
    )
    found = events_of(calendar(event(WEEKLY), change))
    assert [(when(read), read.summary) for read in found] == [
        ("2026-05-05 10:00..2026-05-05 11:00 America/Lima", "Meeting"),
        ("2026-05-13 11:00..2026-05-13 13:00 America/Lima", "From now on"),
        ("2026-05-20 11:00..2026-05-20 13:00 America/Lima", "From now on"),
        ("2026-05-27 11:00..2026-05-27 13:00 America/Lima", "From now on"),
    ]
    assert found[3].recurrence == "2026-05-26T10:00:00"


def test_an_exception_stays_what_it_is_after_a_change_for_all_that_follow():
    change = event(
        "RECURRENCE-ID;TZID=America/Lima;RANGE=THISANDFUTURE:20260512T100000\n"
        "DTSTART;TZID=America/Lima:20260512T080000"
    )
    own = exception("20260519T100000", "DTSTART;TZID=America/Lima:20260519T170000")
    assert starts(event(WEEKLY), own, change) == [
        "05-05 10:00", "05-12 08:00", "05-19 17:00", "05-26 08:00",
    ]  # fmt: skip


def test_an_exception_without_its_series_is_read():
    found = only(
        calendar(exception("20260512T100000", "DTSTART;TZID=America/Lima:20260513T110000"))
    )
    assert (found.recurrence, found.start_date) == ("2026-05-12T10:00:00", "2026-05-13")


def test_a_series_of_which_only_exceptions_recur():
    master = event("DTSTART;TZID=America/Lima:20260505T100000")
    moved = exception("20260512T100000", "DTSTART;TZID=America/Lima:20260513T110000")
    found = events_of(calendar(master, moved))
    assert [read.recurrence for read in found] == ["2026-05-05T10:00:00", "2026-05-12T10:00:00"]


def test_what_is_moved_into_the_period_is_read_and_what_is_moved_out_is_not():
    series = event("DTSTART;TZID=America/Lima:20240101T100000\nRRULE:FREQ=YEARLY;COUNT=3")
    into = exception("20240101T100000", "DTSTART;TZID=America/Lima:20250202T100000")
    out = exception("20250101T100000", "DTSTART;TZID=America/Lima:20240303T100000")
    assert starts(series, into, out) == ["02-02 10:00", "01-01 10:00"]


def test_long_occurrences_that_began_before_the_period_are_read():
    lines = "DTSTART:20241220\nDURATION:P20D\nRRULE:FREQ=YEARLY"
    assert starts(event(lines)) == ["12-20", "12-20", "12-20", "12-20"]


def test_old_rules_without_end_are_followed():
    found = events_of(calendar(event("DTSTART:19700105\nRRULE:FREQ=WEEKLY;BYDAY=MO")))
    assert (found[0].start_date, found[-1].start_date) == ("2025-01-06", "2027-12-27")


def test_no_more_than_400_of_a_rule_are_read():
    found = parse(
        calendar(event("DTSTART:20250101\nRRULE:FREQ=DAILY"), event("DTSTART:20270101", uid="b"))
    )
    (problem,) = found.problems
    assert (problem.code, problem.detail) == ("too-many-occurrences", "400")
    assert problem.component.number == 1
    assert len(found.events) == 401
    assert found.events[399].start_date == "2026-02-04"


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SOMETIMES", "COUNT=3", "FREQ=DAILY;BYDAY=XX", "FREQ=DAILY;UNTIL=someday", "FREQ=DAILY;COUNT=x",
     "W1 MO #10", "=", "FREQ=DAILY;FOO=1",
     "RSCALE=HEBREW;FREQ=YEARLY", "FREQ=DAILY;BYDAY=" + "MO," * 900],
)  # fmt: skip
def test_a_rule_that_cannot_be_followed_leaves_out_its_event(rule):
    found = parse(
        calendar(event(f"DTSTART:20260505\nRRULE:{rule}"), event("DTSTART:20260506", uid="b"))
    )
    (problem,) = found.problems
    assert problem.code == "bad-rule"
    assert problem.detail == rule[:120]
    assert [read.uid for read in found.events] == ["b"]


def test_more_than_five_rules_are_too_many():
    rules = "\n".join(f"RRULE:FREQ=DAILY;COUNT={count}" for count in range(1, 8))
    assert only_problem(calendar(event(f"DTSTART:20260505\n{rules}"))).code == "bad-rule"
    same = "\n".join(["RRULE:FREQ=DAILY;COUNT=2"] * 8)
    assert starts(event(f"DTSTART:20260505\n{same}")) == ["05-05", "05-06"]


def test_dates_beyond_count_are_too_many():
    dates = ",".join(["20260505"] * 6_000)
    problem = only_problem(calendar(event(f"DTSTART:20260505\nRDATE:{dates}")))
    assert (problem.code, problem.detail) == ("too-many-dates", "RDATE")
    lines = "\n".join([f"EXDATE:{','.join(['20260505'] * 600)}"] * 10)
    assert only_problem(calendar(event(f"DTSTART:20260505\n{lines}"))).code == "too-many-dates"


def test_of_two_events_with_one_uid_the_newer_counts():
    older = event("DTSTART:20260505\nSEQUENCE:2\nLAST-MODIFIED:20260101T000000Z", summary="Old")
    newer = event("DTSTART:20260506\nSEQUENCE:3\nLAST-MODIFIED:20250101T000000Z", summary="New")
    later = newer.replace("LAST-MODIFIED:2025", "LAST-MODIFIED:2026").replace("New", "Later")
    for components, kept in (((older, newer), "New"), ((newer, older), "New"), ((newer, later), "Later"),
                             ((later, newer), "Later"), ((newer, newer), "New")):  # fmt: skip
        found = parse(calendar(*components))
        (problem,) = found.problems
        assert problem.code == "duplicate-uid"
        assert problem.component.uid == "a@example.org"
        assert [read.summary for read in found.events] == [kept]


def test_of_two_exceptions_for_one_original_the_newer_counts():
    old = exception("20260512T100000", "DTSTART;TZID=America/Lima:20260513T100000\nSEQUENCE:1")
    new = exception("20260512T100000", "DTSTART;TZID=America/Lima:20260514T100000\nSEQUENCE:2")
    found = parse(calendar(new, event(WEEKLY), old))
    assert [problem.code for problem in found.problems] == ["duplicate-uid"]
    assert [read.start_date[8:] for read in found.events] == ["05", "14", "19", "26"]
