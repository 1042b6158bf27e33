"""Every VTIMEZONE gives the offsets zoneinfo gives, read as RFC 5545 says and as dateutil does."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil import rrule, tz
from hypothesis import given, settings, strategies as st

from tracker.formats.vtimezone import is_utc, render_vtimezone

# Every zone of the reference events, and some whose rules are the hardest to write down.
ZONES = """
Africa/Accra Africa/Addis_Ababa Africa/Cairo Africa/Casablanca Africa/Dakar Africa/El_Aaiun
Africa/Johannesburg Africa/Kigali Africa/Nairobi Africa/Tunis America/Antigua America/Araguaina
America/Argentina/Buenos_Aires America/Argentina/San_Luis America/Asuncion America/Bahia
America/Barbados America/Belize America/Bogota America/Cancun America/Caracas America/Costa_Rica
America/Curacao America/El_Salvador America/Fortaleza America/Guatemala America/Guayaquil
America/Guyana America/Havana America/La_Paz America/Lima America/Los_Angeles America/Managua
America/Merida America/Mexico_City America/Montevideo America/Nassau America/New_York America/Nuuk
America/Panama America/Port-au-Prince America/Port_of_Spain America/Puerto_Rico America/Punta_Arenas
America/Santiago America/Santo_Domingo America/Sao_Paulo America/Tegucigalpa America/Tijuana
America/Toronto America/Vancouver Asia/Baku Asia/Beirut Asia/Dubai Asia/Gaza Asia/Jerusalem
Asia/Kolkata Asia/Kuala_Lumpur Asia/Makassar Asia/Qatar Asia/Riyadh Asia/Seoul Asia/Shanghai
Asia/Singapore Asia/Tehran Asia/Tokyo Australia/Lord_Howe Australia/Melbourne Australia/Sydney
Europe/Amsterdam Europe/Athens Europe/Berlin Europe/Brussels Europe/Bucharest Europe/Copenhagen
Europe/Dublin Europe/Helsinki Europe/Istanbul Europe/Lisbon Europe/London Europe/Luxembourg
Europe/Madrid Europe/Moscow Europe/Oslo Europe/Paris Europe/Prague Europe/Rome Europe/Stockholm
Europe/Vilnius Europe/Warsaw Europe/Zurich Pacific/Apia Pacific/Auckland Pacific/Easter Etc/GMT+3
""".split()
CHANGING = """
America/New_York America/Havana America/Santiago Europe/Madrid America/Mexico_City America/Asuncion
America/Sao_Paulo America/Montevideo America/Caracas Africa/Cairo Africa/Casablanca Africa/El_Aaiun
Europe/Dublin Pacific/Auckland
""".split()
FIRST = datetime(1999, 1, 1, tzinfo=UTC)
LAST = datetime(2030, 12, 31, tzinfo=UTC)


@cache
def changes(zone: str, first: datetime = FIRST, last: datetime = LAST) -> list[datetime]:
    """Find the hours (UTC) at whose end the offset differs, by looking at every hour."""
    info, hour = ZoneInfo(zone), timedelta(hours=1)
    found, now = [], first
    while now < last:
        day = now + timedelta(days=1)
        if now.astimezone(info).utcoffset() != day.astimezone(info).utcoffset():
            hours = [now + hour * count for count in range(24)]
            found += [
                at
                for at in hours
                if at.astimezone(info).utcoffset() != (at + hour).astimezone(info).utcoffset()
            ]
        now = day
    return found


def every_hour_around(zone: str, first: datetime = FIRST, last: datetime = LAST) -> list[datetime]:
    instants = [first, last]
    for change in changes(zone, first, last):
        instants += [change + timedelta(minutes=30 * count) for count in range(-52, 53)]
        instants += [change + timedelta(days=count) for count in (-60, -9, -3, 3, 9, 60)]
    return [instant for instant in instants if first <= instant <= last]


def parsed(vtimezone: bytes) -> Any:
    return icalendar.Timezone.from_ical(vtimezone)


def as_the_rfc_says(vtimezone: bytes) -> Callable[[datetime], timedelta]:
    """Read a VTIMEZONE in UTC: the last onset at or before an instant gives the offset."""
    onsets: list[tuple[datetime, timedelta]] = []
    for part in parsed(vtimezone).subcomponents:
        start, before = part["DTSTART"].dt, part["TZOFFSETFROM"].td
        dates = [start]
        if "RRULE" in part:
            rule = {key: values[:] for key, values in part["RRULE"].items()}
            until = rule.pop("UNTIL", [datetime(2060, 1, 1, tzinfo=UTC)])[0]
            text = icalendar.vRecur(rule).to_ical().decode()
            dates = list(
                rrule.rrulestr(text, dtstart=start).between(
                    start, until.replace(tzinfo=None) + before, inc=True
                )
            )
            assert dates[0] == start, "DTSTART is the first onset of the rule"
        onsets += [((at - before).replace(tzinfo=UTC), part["TZOFFSETTO"].td) for at in dates]
    onsets.sort(key=lambda onset: onset[0])
    instants = [at for at, _ in onsets]
    return lambda instant: onsets[bisect_right(instants, instant) - 1][1]


@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_is_right_around_every_change(zone: str) -> None:
    info = ZoneInfo(zone)
    offset_at = as_the_rfc_says(render_vtimezone(zone, FIRST, LAST))
    wrong = [
        instant
        for instant in every_hour_around(zone)
        if offset_at(instant) != instant.astimezone(info).utcoffset()
    ]
    assert not wrong


@pytest.mark.parametrize("zone", CHANGING)
def test_dateutil_and_vobject_read_the_same_offsets(zone: str) -> None:
    # vobject hands its VTIMEZONEs to this class of dateutil, icalendar does so for unknown zones.
    info = ZoneInfo(zone)
    read = tz.tzical(StringIO(render_vtimezone(zone, FIRST, LAST).decode())).get(zone)
    for change in changes(zone):
        for minutes in (-90, -60, -30, 0, 30, 60, 90, 120, 60 * 24 * 40):
            local = (change + timedelta(minutes=minutes)).astimezone(info)
            assert local.replace(tzinfo=read).utcoffset() == local.utcoffset(), local


@pytest.mark.parametrize("zone", CHANGING)
def test_icalendar_reads_the_same_offsets(zone: str) -> None:
    info = ZoneInfo(zone)
    read = parsed(render_vtimezone(zone, FIRST, LAST)).to_tz(lookup_tzid=False)
    for change in changes(zone):
        local = (change + timedelta(days=20)).astimezone(info)
        assert local.replace(tzinfo=read).utcoffset() == local.utcoffset(), local


@pytest.mark.parametrize("zone", CHANGING)
@pytest.mark.parametrize("year", range(2000, 2031, 3))
def test_a_window_of_one_year_is_right_on_its_own(zone: str, year: int) -> None:
    info = ZoneInfo(zone)
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, tzinfo=UTC)
    offset_at = as_the_rfc_says(render_vtimezone(zone, first, last))
    for instant in every_hour_around(zone, first, last):
        assert offset_at(instant) == instant.astimezone(info).utcoffset(), instant


@settings(deadline=None)  # the first VTIMEZONE of a zone takes its time
@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(1975, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=1500)),
)
def test_both_ends_of_any_window_are_right(zone: str, first: datetime, span: timedelta) -> None:
    info = ZoneInfo(zone)
    last = min(first + span, datetime(2058, 1, 1, tzinfo=UTC))
    first = min(first, last)
    offset_at = as_the_rfc_says(render_vtimezone(zone, first, last))
    for instant in (first, last, first + (last - first) / 2):
        assert offset_at(instant) == instant.astimezone(info).utcoffset()


@pytest.mark.parametrize("zone", ZONES)
def test_form_is_rules_and_single_onsets(zone: str) -> None:
    octets = render_vtimezone(zone, FIRST, LAST)
    text = octets.decode()
    assert "RDATE" not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text.count("BEGIN:STANDARD") >= 1
    for part in parsed(octets).subcomponents:
        until = part.get("RRULE", {}).get("UNTIL")
        assert until is None or until[0].tzinfo is not None


@pytest.mark.parametrize("zone", ["Europe/Dublin", "Africa/Casablanca", "Europe/Madrid"])
def test_daylight_is_the_part_of_the_year_that_is_ahead(zone: str) -> None:
    # zoneinfo has it the other way round where summer time is the standard time by law.
    text = render_vtimezone(zone, datetime(2024, 1, 1, tzinfo=UTC), LAST)
    for part in parsed(text).subcomponents:
        forward = part["TZOFFSETTO"].td > part["TZOFFSETFROM"].td
        assert part.name == ("DAYLIGHT" if forward else "STANDARD")


def test_a_lasting_rule_has_no_end() -> None:
    text = render_vtimezone(
        "America/New_York", datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert text.decode().split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:America/New_York",
        "BEGIN:DAYLIGHT",
        "DTSTART:20070311T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0400",
        "TZNAME:EDT",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20071104T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
        "TZOFFSETFROM:-0400",
        "TZOFFSETTO:-0500",
        "TZNAME:EST",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_a_rule_without_end_holds_for_decades(zone: str) -> None:
    # Eight years look like a rule in many a zone that has none (Cairo, Casablanca).
    first, last = datetime(2018, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
    far = set(changes(zone, last, datetime(2050, 1, 1, tzinfo=UTC)))
    for part in parsed(render_vtimezone(zone, first, last)).subcomponents:
        if "RRULE" not in part or "UNTIL" in part["RRULE"]:
            continue
        before = part["TZOFFSETFROM"].td
        rule = rrule.rrulestr(part["RRULE"].to_ical().decode(), dtstart=part["DTSTART"].dt)
        for at in rule.between(datetime(2028, 1, 1), datetime(2049, 12, 1)):
            onset = (at - before).replace(tzinfo=UTC)
            assert {onset - timedelta(hours=1), onset - timedelta(minutes=30)} & far, onset


def test_a_rule_that_was_given_up_ends() -> None:
    text = render_vtimezone(
        "America/Mexico_City", datetime(2022, 1, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)
    ).decode()
    rules = [line for line in text.split("\r\n") if line.startswith("RRULE")]
    assert [line.split("UNTIL=")[1][:4] for line in rules] == ["2022", "2022"]


@pytest.mark.parametrize("zone", ["America/Bogota", "Asia/Kolkata", "Etc/GMT+3", "America/Panama"])
def test_a_fixed_offset_is_one_standard(zone: str) -> None:
    text = render_vtimezone(zone, LAST, LAST)
    (part,) = parsed(text).subcomponents
    assert part.name == "STANDARD"
    assert "RRULE" not in part
    assert part["TZOFFSETTO"].td == LAST.astimezone(ZoneInfo(zone)).utcoffset()


@pytest.mark.parametrize("year", [1, 1805, 1950, 9998])
def test_far_years_are_answered(year: int) -> None:
    instant = datetime(year, 6, 1, tzinfo=UTC)
    assert render_vtimezone("Europe/Madrid", instant, instant).endswith(b"END:VTIMEZONE\r\n")


def test_utc_has_many_names() -> None:
    assert all(map(is_utc, (None, "UTC", "Etc/UTC", "Etc/UCT", "Zulu", "Etc/Universal")))
    assert not any(map(is_utc, ("Europe/London", "Africa/Abidjan", "Etc/GMT+3")))
