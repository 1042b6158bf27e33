"""Dates and durations in the ways that programs and people of three languages write them."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, strategies as st

from tests.formats.attendees.samples import read, rows_of
from tracker.formats.attendees import UnreadableFile
from tracker.formats.attendees.dates import read as read_date, readings, time_of_day
from tracker.formats.attendees.durations import parse_minutes

AT = datetime(2026, 6, 17, 13, 40)


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-17 13:40:00",
        "2026-06-17T13:40:00Z",
        "2026-06-17 13:40:00+00:00",
        "2026-06-17T13:40:00.000-03:00",
        "2026/06/17 13:40",
        "Jun 17, 2026 1:40 PM",
        "Jun 17, 2026 13:40:00",
        "June 17, 2026 at 1:40 PM",
        "Wednesday, June 17, 2026 1:40 PM",
        "17 Jun 2026 13:40",
        "17-Jun-2026 13:40:00",
        "17 de junio de 2026, 13:40",
        "17 de junho de 2026 às 13:40",
        "miércoles, 17 de junio de 2026 13:40 h",
        "17 jun. 2026 01:40 p. m.",
        "17 jun 2026, 1:40 p.m.",
        "46190.569444444445",
    ],
)
def test_a_date_that_has_one_order(text):
    assert set(readings(text)) == {AT}


@pytest.mark.parametrize(
    "text, order",
    [
        ("17/06/2026 13:40", "dmy"),
        ("17.06.26 13.40", "dmy"),
        ("06/17/2026 01:40:00 PM", "mdy"),
        ("6/17/26, 1:40:00 PM", "mdy"),
        ("6/17/26, 1:40:00\u202fPM", "mdy"),
        ("26/06/17 13:40", "ymd"),
        ("17/6/2026 1:40:00 p.\xa0m.", "dmy"),
    ],
)
def test_a_date_in_its_order(text, order):
    assert read_date(text, order) == AT


@pytest.mark.parametrize(
    "text",
    ["", "--", "2:00 PM", "31/02/2026", "2026-13-01", "13/13/2026", "17/06/2026 25:00",
     "Juan 17, 2026", "5", "1/2", "99/99/9999", "0000-00-00", "17 de brumario de 2026"],
)  # fmt: skip
def test_what_is_no_date(text):
    assert set(readings(text)) == {None}


@pytest.mark.parametrize(
    "text, expected",
    [("2:00 PM", time(14)), ("12:05 a. m.", time(0, 5)), ("14:30:10", time(14, 30, 10)),
     ("14h30", time(14, 30)), ("9.15", time(9, 15)), ("25:00", None), ("", None)],
)  # fmt: skip
def test_a_time_of_day(text, expected):
    assert time_of_day(text) == expected


@pytest.mark.parametrize(
    "text, minutes",
    [
        ("1h 36m 8s", 96 + 8 / 60),
        ("1h36m8s", 96 + 8 / 60),
        ("1 hr 28 min", 88),
        ("94 mins", 94),
        ("52 min", 52),
        ("00:45:10", 45 + 10 / 60),
        ("1:30", 90),
        ("45:30", 45.5),
        ("2 horas y 5 minutos", 125),
        ("1 hora", 60),
        ("90", 90),
        ("90,5", 90.5),
        ("PT1H36M", 96),
        ("0", 0),
        ("45 s", 0.75),
    ],
)
def test_a_duration(text, minutes):
    assert parse_minutes(text) == pytest.approx(minutes)


@pytest.mark.parametrize("text", ["", "--", "long", "5 parsecs", "-5", "99999999", "1h and", "m"])
def test_what_is_no_duration(text):
    assert parse_minutes(text) is None


def test_hours_with_a_decimal_comma():
    assert parse_minutes("1,50", 60.0) == 90


@given(st.text())
def test_any_text_is_a_date_or_none(text):
    readings(text)
    time_of_day(text)
    parse_minutes(text)


@given(st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1)))
def test_every_moment_reads_as_itself(moment):
    moment = moment.replace(microsecond=0)
    assert readings(moment.isoformat(" ")) == (moment,) * 3
    assert read_date(f"{moment:%d/%m/%Y %H:%M:%S}", "dmy") == moment
    assert read_date(f"{moment:%m/%d/%Y %I:%M:%S %p}", "mdy") == moment


def zoom(*spans: tuple[str, str]) -> str:
    lines = [f"Person {n},p{n}@example.org,{a},{b},30,No" for n, (a, b) in enumerate(spans)]
    return "\n".join(
        ["Name (original name),Email,Join time,Leave time,Duration (minutes),Guest", *lines]
    )


def one_day(*parts: int) -> tuple[date, date]:
    return date(*parts), date(*parts)


SIXTH = ("06/05/2026 14:00", "06/05/2026 15:00")


def test_the_order_that_falls_on_the_day_of_the_event_is_taken():
    assert rows_of(zoom(SIXTH), one_day(2026, 5, 6))[0].joined == datetime(2026, 5, 6, 14)
    assert rows_of(zoom(SIXTH), one_day(2026, 6, 5))[0].joined == datetime(2026, 6, 5, 14)


def test_a_day_more_or_less_is_near_enough_where_no_order_is_on_the_day():
    assert rows_of(zoom(SIXTH), one_day(2026, 6, 4))[0].joined == datetime(2026, 6, 5, 14)


def test_a_date_far_from_the_event_is_asked_about_with_its_readings():
    with pytest.raises(UnreadableFile) as caught:
        read(zoom(SIXTH), one_day(2026, 9, 1))
    assert (caught.value.code, caught.value.row) == ("dates", 2)
    assert caught.value.detail == "06/05/2026 14:00"
    assert [(r.order, r.first) for r in caught.value.readings] == [
        ("dmy", date(2026, 5, 6)),
        ("mdy", date(2026, 6, 5)),
    ]


def test_a_date_with_one_reading_is_asked_about_too():
    with pytest.raises(UnreadableFile) as caught:
        read(zoom(("2026-05-06 14:00", "2026-05-06 15:00")), one_day(2026, 9, 1))
    assert [(r.order, r.first, r.last) for r in caught.value.readings] == [
        ("ymd", date(2026, 5, 6), date(2026, 5, 6))
    ]


def test_a_chosen_order_is_taken_and_the_strange_days_are_named():
    found = read(zoom(SIXTH), one_day(2026, 9, 1), dates="dmy")
    assert next(found.rows()).joined == datetime(2026, 5, 6, 14)
    assert [(p.code, p.row) for p in found.problems] == [("dates-elsewhere", 2)]


def test_two_orders_on_the_days_of_a_long_event_are_asked_about_where_minutes_differ():
    days = (date(2026, 5, 1), date(2026, 7, 31))
    over_night = ("06/05/2026 23:00", "07/05/2026 01:00")
    with pytest.raises(UnreadableFile) as caught:
        read(zoom(over_night), days)
    assert [reading.order for reading in caught.value.readings] == ["dmy", "mdy"]


def test_two_orders_that_give_the_same_minutes_are_not_asked_about():
    (row,) = rows_of(zoom(SIXTH), (date(2026, 5, 1), date(2026, 7, 31)))
    assert row.joined is not None
    assert row.left == row.joined + timedelta(hours=1)


def test_an_event_without_days_takes_the_only_order_that_reads_all():
    spans = [SIXTH, ("18/05/2026 14:00", "18/05/2026 15:00")]
    assert rows_of(zoom(*spans), None)[0].joined == datetime(2026, 5, 6, 14)


def test_one_cell_in_another_order_is_read_on_the_event_s_own_day_and_named():
    spans = [("18/05/2026 14:00", "18/05/2026 15:00")] * 3 + [
        ("05/18/2026 14:00", "05/18/2026 15:00")
    ]
    found = read(zoom(*spans), one_day(2026, 5, 18))
    assert [row.joined for row in found.rows()] == [datetime(2026, 5, 18, 14)] * 4
    assert ("dates-in-two-orders", 5) in [(p.code, p.row) for p in found.problems]


def test_a_cell_that_is_no_date_is_named_and_leaves_the_stated_minutes():
    spans = [("06/05/2026 14:00", "06/05/2026 15:00"), ("31/02/2026 14:00", "later")]
    found = read(zoom(*spans))
    second = list(found.rows())[1]
    assert (second.joined, second.left, second.minutes) == (None, None, 30)
    assert [(p.code, p.row) for p in found.problems] == [("dates-unreadable", 3)]


def test_times_of_registration_are_never_asked_about():
    content = (
        "First Name,Last Name,Email,Registration Time,Approval Status\n"
        "Ana,Suárez,ana@example.org,01/02/2019 10:00,approved\n"
    )
    assert rows_of(content)[0].status == "registered"


def test_times_of_day_are_on_the_day_of_an_event_of_one_day():
    content = "Nombre;Correo;Entrada;Salida\nAna Suárez;ana@example.org;14:00;15:30\n"
    row = rows_of(content)[0]
    assert (row.joined, row.left) == (datetime(2026, 5, 6, 14), datetime(2026, 5, 6, 15, 30))
    row = rows_of(content, (date(2026, 5, 6), date(2026, 5, 8)))[0]
    assert (row.joined, row.left, row.minutes) == (None, None, 90)
