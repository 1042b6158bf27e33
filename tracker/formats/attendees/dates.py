"""Dates and times as files write them, in every order of day and month that parses."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache

ORDERS = ("dmy", "mdy", "ymd")
# One moment for each order; None where the text is none in it.
Readings = tuple[datetime | None, datetime | None, datetime | None]
_UNREADABLE: Readings = (None, None, None)

_MONTH_NAMES = (
    "january enero janeiro", "february febrero fevereiro", "march marzo marco",
    "april abril", "may mayo maio", "june junio junho", "july julio julho",
    "august agosto", "september septiembre setiembre setembro", "october octubre outubro",
    "november noviembre novembro", "december diciembre dezembro",
)  # fmt: skip
_MONTHS = {
    name[:length]: number
    for number, names in enumerate(_MONTH_NAMES, start=1)
    for name in names.split()
    for length in range(3, len(name) + 1)
}
_CLOCK = (
    r"(?P<hour>\d{1,2})\s?[:h.]\s?(?P<minute>\d{2})(?:\s?[:.m]\s?(?P<second>\d{2})(?:[.,]\d{1,9})?s?)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?(?:\s*(?:hs?|hrs|horas?)\b\.?)?"
)
# What follows a time: its zone. The time stays as the clock showed it.
_ZONE = r"\s*(?:z|(?:utc|gmt)?\s*[+-]\d{1,2}(?::?\d{2})?|[a-z]{2,5})?\s*(?:\([^()]*\))?"
_BETWEEN = r"(?:[\s,t]+|\s*[-–]\s*)(?:(?:at|a las?|as|le)\s+)?"
_WEEKDAY = r"(?:[a-z]{2,10}(?:-feira)?\.?,?\s+)?"
_MAYBE_TIME = rf"(?:{_BETWEEN}{_CLOCK}{_ZONE})?\s*"

_NUMERIC = re.compile(
    rf"{_WEEKDAY}(?P<a>\d{{1,4}})(?P<sep>[/.-])(?P<b>\d{{1,2}})(?P=sep)(?P<c>\d{{1,4}}){_MAYBE_TIME}"
)
_DAY_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|o)?[\s./-]*(?:de\s+|of\s+)?(?P<month>[a-z]{{3,10}})"
    rf"[\s.,/-]*(?:del?\s+)?(?P<year>\d{{4}}|\d{{2}})\b{_MAYBE_TIME}"
)
_MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<month>[a-z]{{3,10}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
    rf"(?P<year>\d{{4}}){_MAYBE_TIME}"
)
_TIME_ONLY = re.compile(rf"{_CLOCK}{_ZONE}")
# A day as Excel counts it, where a cell lost its format: from 1982 to 2119.
_SERIAL = re.compile(r"([3-7]\d{4})(?:\.\d+)?")


@lru_cache(maxsize=8192)
def readings(text: str) -> Readings:
    """The moments a text can mean, by order; a date without time is its midnight."""
    if not text or len(text) > 80:
        return _UNREADABLE
    text = _plain(text)
    if (match := _NUMERIC.fullmatch(text)) is not None:
        return _of_numbers(match)
    match = _DAY_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text)
    if match is not None:
        moment = None
        if (month := _MONTHS.get(match["month"])) is not None:
            moment = _moment(match, match["year"], month, int(match["day"]))
        return moment, moment, moment
    if _SERIAL.fullmatch(text):
        moment = datetime(1899, 12, 30) + timedelta(seconds=round(float(text) * 86400))  # noqa: DTZ001
        return moment, moment, moment
    return _UNREADABLE


@lru_cache(maxsize=2048)
def time_of_day(text: str) -> time | None:
    """The time of a text that holds nothing else."""
    match = _TIME_ONLY.fullmatch(_plain(text)) if 0 < len(text) <= 40 else None
    return _time(match) if match is not None else None


def read(text: str, order: str) -> datetime | None:
    """The moment a text means in one order."""
    return readings(text)[ORDERS.index(order)]


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).lower()
    return "".join(c for c in bare if not unicodedata.combining(c)).strip()


def _of_numbers(match: re.Match[str]) -> Readings:
    a, b, c = match["a"], int(match["b"]), match["c"]
    if len(a) == 4:
        moment = _moment(match, a, b, int(c))
        return moment, moment, moment
    if len(a) > 2 or len(c) not in (2, 4):
        return _UNREADABLE
    day_first, month_first = _moment(match, c, b, int(a)), _moment(match, c, int(a), b)
    year_first = _moment(match, a, b, int(c)) if len(a) == len(c) == 2 else None
    return day_first, month_first, year_first


def _moment(match: re.Match[str], year: str, month: int, day: int) -> datetime | None:
    number = int(year) if len(year) == 4 else 2000 + int(year)
    if not 1900 <= number < 2200:
        return None
    clock = _time(match) if match["hour"] is not None else time()
    if clock is None:
        return None
    try:
        return datetime.combine(date(number, month, day), clock)
    except ValueError:
        return None


def _time(match: re.Match[str]) -> time | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if match["half"] is not None and 1 <= hour <= 12:
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return time(hour, minute, second)
