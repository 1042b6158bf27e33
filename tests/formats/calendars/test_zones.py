"""Zones under whatever name: IANA's, Windows', Outlook's, described by the calendar, or none."""

from zoneinfo import available_timezones

import pytest
from babel.core import get_global

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
from tracker.formats.calendars.zone_names import zone_named, zone_shown

DAYLIGHT = """BEGIN:VTIMEZONE
TZID:{name}
{lines}
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:{daylight}
TZOFFSETTO:{standard}
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:{standard}
TZOFFSETTO:{daylight}
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""
FIXED = """BEGIN:VTIMEZONE
TZID:{name}
{lines}
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
END:STANDARD
END:VTIMEZONE"""


def eastern(name: str = "Customized Time Zone", lines: str = "X-NOTHING:x") -> str:
    return DAYLIGHT.format(name=name, lines=lines, standard="-0500", daylight="-0400")


def fixed(offset: str, name: str = "Mine", lines: str = "X-NOTHING:x") -> str:
    return FIXED.format(name=name, lines=lines, offset=offset)


@pytest.mark.parametrize(
    "name, zone",
    [("America/Montevideo", "America/Montevideo"), ("america/montevideo", "America/Montevideo"),
     ("America/Port of Spain", "America/Port_of_Spain"), ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
     ("America/Godthab", "America/Nuuk"), ("US/Eastern", "America/New_York"), ("Brazil/East", "America/Sao_Paulo"),
     ("Asia/Calcutta", "Asia/Kolkata"), ("EST5EDT", "America/New_York"), ("Jamaica", "America/Jamaica"),
     ("/mozilla.org/20050126_1/America/Montevideo", "America/Montevideo"),
     ("/freeassociation.sourceforge.net/Tzfile/America/Argentina/Cordoba", "America/Argentina/Cordoba"),
     ("/citadel.org/20210210_1/Europe/Madrid", "Europe/Madrid"), ('"America/Lima"', "America/Lima"),
     ("SA Eastern Standard Time", "America/Cayenne"), ("Montevideo Standard Time", "America/Montevideo"),
     ("sa pacific standard time", "America/Bogota"), ("Argentina Standard Time", "America/Argentina/Buenos_Aires"),
     ("Central Standard Time (Mexico)", "America/Mexico_City"), ("E. South America Standard Time", "America/Sao_Paulo"),
     ("tzone://Microsoft/Utc", "UTC"), ("UTC", "UTC"), ("Etc/UTC", "UTC"), ("GMT", "UTC"), ("Z", "UTC"), ("Etc/GMT", "UTC"),
     ("Zulu", "UTC"), ("America/Nowhere", None), ("", None), ("localtime", None), ("Factory", None), ("../../etc/passwd", None),
     ("Etc/GMT+3", "Etc/GMT+3"), ("Customized Time Zone", None), ("/", None), ("a" * 100_000, None), ("\x00", None)],
)  # fmt: skip
def test_names_of_zones(name, zone):
    assert zone_named(name) == zone


@pytest.mark.parametrize("name", sorted(get_global("windows_zone_mapping")))
def test_every_zone_of_windows_is_known(name):
    zone = zone_named(name)
    assert zone == "UTC" or zone in available_timezones()


@pytest.mark.parametrize(
    "shown, zone",
    [("(UTC-03:00) Montevideo", "America/Montevideo"), ("(GMT-03.00) x", None),
     ("(UTC-03:00) City of Buenos Aires", "America/Argentina/Buenos_Aires"),
     ("(GMT-03:00) Buenos Aires, Georgetown", "America/Argentina/Buenos_Aires"),
     ("(UTC-03:00) Brasilia", "America/Sao_Paulo"), ("(UTC-03:00) Salvador", "America/Bahia"),
     ("(UTC-05:00) Bogota, Lima, Quito, Rio Branco", "America/Bogota"),
     ("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"),
     ("(UTC-06:00) Guadalajara, Mexico City, Monterrey", "America/Mexico_City"),
     ("(UTC-06:00) Central America", "America/Guatemala"),
     ("(UTC-04:00) Georgetown, La Paz, Manaus, San Juan", "America/Guyana"),
     ("(UTC-04:00) La Paz", "America/La_Paz"), ("(UTC-04:00) Atlantic Time (Canada)", "America/Halifax"),
     ("(UTC-05:00) Haiti", "America/Port-au-Prince"), ("(UTC-05:00) Havana", "America/Havana"),
     ("(UTC-06:00) Easter Island", "Pacific/Easter"), ("(UTC+00:00) Dublin, Edinburgh, Lisbon, London", "Europe/Dublin"),
     ("(UTC) Coordinated Universal Time", "UTC"), ("(UTC)", "UTC"),
     # What says an offset that its place does not have means something else.
     ("(UTC+05:00) Montevideo", None), ("(UTC-03:00) Nowhere", None), ("Montevideo", "America/Montevideo"),
     ("(UTC-99:99) Montevideo", None), ("", None)],
)  # fmt: skip
def test_what_outlook_shows(shown, zone):
    assert zone_shown(shown) == zone


@pytest.mark.parametrize(
    "parameter",
    ['TZID="(UTC-03:00) Montevideo"', "TZID=(UTC-03:00) Montevideo", "TZID=America/Montevideo",
     "tzid=Montevideo Standard Time", "VALUE=DATE-TIME;TZID=America/Montevideo",
     "X-VOBJ-ORIGINAL-TZID=x;TZID=/mozilla.org/1/America/Montevideo"],
)  # fmt: skip
def test_a_zone_in_a_parameter(parameter):
    assert when(one(f"DTSTART;{parameter}:20260505T100000")).endswith("America/Montevideo")


def test_utc_is_told_in_the_zone_of_the_calendar():
    lines = "DTSTART:20260505T020000Z\nDTEND:20260505T040000Z"
    assert when(one(lines)) == "2026-05-05 02:00..2026-05-05 04:00 UTC"
    head = "X-WR-TIMEZONE:America/Montevideo"
    assert when(one(lines, head=head)) == "2026-05-04 23:00..2026-05-05 01:00 America/Montevideo"
    head = "X-WR-TIMEZONE:(UTC-03:00) Montevideo"
    assert when(one(lines, head=head)).endswith("America/Montevideo")
    assert when(one(lines, head="X-WR-TIMEZONE:Nowhere")).endswith("UTC")


@pytest.mark.parametrize("name", ["Etc/GMT+3", "UTC-02", "Etc/GMT-13"])
def test_an_offset_is_told_in_the_zone_of_the_calendar(name):
    hour = {"Etc/GMT+3": "13:00", "UTC-02": "12:00", "Etc/GMT-13": "21:00"}[name]
    lines = f"DTSTART;TZID={name}:20260505T100000"
    found = one(lines)
    assert (found.start_time, found.timezone) == (hour, "UTC")
    assert one(lines, head="X-WR-TIMEZONE:America/Lima").timezone == "America/Lima"
    assert one(lines, head="X-WR-TIMEZONE:Etc/GMT+3").timezone == "UTC"


def test_other_zones_than_that_of_the_calendar_are_kept():
    lines = "DTSTART;TZID=America/Lima:20260505T100000"
    found = one(lines, head="X-WR-TIMEZONE:America/Montevideo")
    assert when(found) == "2026-05-05 10:00..2026-05-05 10:00 America/Lima"


def test_a_floating_time_is_in_the_zone_of_the_calendar():
    lines = "DTSTART:20260505T100000"
    found = one(lines, head="X-WR-TIMEZONE:America/Montevideo")
    assert when(found) == "2026-05-05 10:00..2026-05-05 10:00 America/Montevideo"


def test_a_floating_time_is_in_the_only_zone_of_a_calendar():
    floating = event("DTSTART:20260505T100000")
    other = event("DTSTART;TZID=America/Lima:20260506T100000", uid="b")
    found = events_of(calendar(floating, other, event("DTSTART:20260507T100000Z", uid="c")))
    assert [read.timezone for read in found] == ["America/Lima", "America/Lima", "UTC"]
    third = event("DTSTART;TZID=America/Bogota:20260506T100000", uid="d")
    assert only_problem(calendar(floating, other, third)).code == "floating"


def test_a_floating_time_of_a_calendar_without_zone_is_a_problem():
    found = parse(calendar(event("DTSTART:20260505T100000\nRRULE:FREQ=DAILY;COUNT=3")))
    assert [problem.code for problem in found.problems] == ["floating"]
    assert when(found.events[0]) == "2026-05-05 10:00..2026-05-05 10:00"
    assert len(found.events) == 3


def test_a_zone_that_nobody_knows_is_a_problem():
    content = calendar(event("DTSTART;TZID=Nowhere:20260505T100000"))
    assert [(problem.code, problem.detail) for problem in parse(content).problems] == [
        ("unknown-zone", "Nowhere"),
        ("floating", ""),
    ]
    content = content.replace("VERSION:2.0", "VERSION:2.0\nX-WR-TIMEZONE:America/Lima")
    assert only_problem(content).code == "unknown-zone"
    assert parse(content).events[0].timezone == "America/Lima"


def test_a_zone_that_nobody_knows_is_told_of_once():
    events = (event("DTSTART;TZID=Nowhere:20260505T100000", uid=uid) for uid in "abc")
    found = parse(calendar(*events, head="X-WR-TIMEZONE:America/Lima"))
    assert [problem.component.uid for problem in found.problems] == ["a"]


def test_a_zone_of_the_calendars_own_is_told_in_utc_where_many_have_its_offsets():
    lines = "DTSTART;TZID=Customized Time Zone:20260705T100000"
    assert when(one(lines, zones=eastern())) == "2026-07-05 14:00..2026-07-05 14:00 UTC"
    winter = "DTSTART;TZID=Customized Time Zone:20260105T100000"
    assert when(one(winter, zones=eastern())) == "2026-01-05 15:00..2026-01-05 15:00 UTC"


@pytest.mark.parametrize(
    "hint, zone",
    [("X-LIC-LOCATION:America/New_York", "America/New_York"), ("X-LIC-LOCATION:America/Santiago", "UTC"),
     ("X-LIC-LOCATION:America/Toronto", "America/Toronto")],
)  # fmt: skip
def test_a_zone_of_the_calendars_own_is_that_which_it_hints_at_if_offsets_agree(hint, zone):
    lines = "DTSTART;TZID=Customized Time Zone:20260705T100000\nRRULE:FREQ=MONTHLY;COUNT=2"
    found = events_of(calendar(eastern(lines=hint), event(lines)))
    assert {read.timezone for read in found} == {zone}


def test_a_zone_of_the_calendars_own_is_that_of_the_calendar_if_offsets_agree():
    lines = "DTSTART;TZID=Mine:20260705T100000"
    head = "X-WR-TIMEZONE:America/Montevideo"
    found = one(lines, head=head, zones=fixed("-0300"))
    assert when(found) == "2026-07-05 10:00..2026-07-05 10:00 America/Montevideo"
    found = one(lines, head=head, zones=fixed("-0500"))
    assert when(found) == "2026-07-05 12:00..2026-07-05 12:00 America/Montevideo"


def test_a_zone_of_the_calendars_own_that_only_one_has_is_that_one():
    lines = "DTSTART;TZID=Mine:20260705T100000"
    found = one(lines, zones=fixed("+0545"))
    assert when(found) == "2026-07-05 10:00..2026-07-05 10:00 Asia/Kathmandu"


def test_what_outlook_shows_is_checked_against_the_rules_beside_it():
    lines = 'DTSTART;TZID="(UTC-05:00) Bogota, Lima":20260705T100000'
    name = "(UTC-05:00) Bogota, Lima"
    assert one(lines, zones=fixed("-0500", name)).timezone == "America/Bogota"
    assert when(one(lines, zones=fixed("-0700", name))) == "2026-07-05 17:00..2026-07-05 17:00 UTC"


def test_iana_names_count_more_than_the_rules_beside_them():
    lines = "DTSTART;TZID=America/Lima:20260705T100000"
    assert when(one(lines, zones=fixed("+0200", "America/Lima"))).endswith("10:00 America/Lima")


def test_recurrences_follow_the_rules_of_the_calendars_own_zone():
    lines = "DTSTART;TZID=Customized Time Zone:20261030T100000\nRRULE:FREQ=DAILY;COUNT=3"
    found = events_of(calendar(eastern(), event(lines)))
    assert [when(read).split("..")[0] for read in found] == [
        "2026-10-30 14:00", "2026-10-31 14:00", "2026-11-01 15:00",
    ]  # fmt: skip
    assert found[0].recurrence == "2026-10-30T10:00:00"


def test_the_hours_of_a_change_are_counted_as_before_it():
    """An hour shown twice is its first, one that is skipped counts as if it were not (3.3.5)."""
    twice = "DTSTART;TZID=Customized Time Zone:20261101T013000"
    assert when(one(twice, zones=eastern())).startswith("2026-11-01 05:30")
    skipped = "DTSTART;TZID=Customized Time Zone:20260308T023000"
    assert when(one(skipped, zones=eastern())).startswith("2026-03-08 07:30")


@pytest.mark.parametrize(
    "rules",
    ["", "BEGIN:STANDARD\nEND:STANDARD", "BEGIN:STANDARD\nDTSTART:x\nTZOFFSETFROM:-0300\nTZOFFSETTO:-0300\nEND:STANDARD",
     "BEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:x\nTZOFFSETTO:-0300\nEND:STANDARD",
     "BEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:-9900\nTZOFFSETTO:-0300\nEND:STANDARD",
     "BEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:-0300\nTZOFFSETTO:-0300\nRRULE:FREQ=SECONDLY\nEND:STANDARD",
     "BEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:-0300\nTZOFFSETTO:-0300\nRRULE:FREQ=YEARLY;BYDAY=XX\nEND:STANDARD",
     "BEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:-0300\nTZOFFSETTO:-0300\nRRULE:FREQ=YEARLY;BYHOUR=1,2,3,4,5,6,7,8,9;BYDAY=MO,TU,WE,TH,FR\nEND:STANDARD"],
)  # fmt: skip
def test_rules_that_cannot_be_followed_say_nothing(rules):
    described = f"BEGIN:VTIMEZONE\nTZID:Mine\n{rules}\nEND:VTIMEZONE"
    found = parse(calendar(described, event("DTSTART;TZID=Mine:20260705T100000")))
    assert [problem.code for problem in found.problems] == ["unknown-zone", "floating"]


def test_a_calendar_says_its_zone():
    assert parse(calendar(event("DTSTART:20260505"))).timezone is None
    assert (
        only(calendar(event("DTSTART:20260505"), head="X-WR-TIMEZONE:America/Lima")).timezone
        is None
    )
    timed = calendar(event("DTSTART;TZID=SA Pacific Standard Time:20260505T100000"))
    assert parse(timed).timezone == "America/Bogota"
