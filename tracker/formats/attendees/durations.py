"""Durations as people and programs write them, in minutes."""

import re
import unicodedata

_LONGEST = 60 * 24 * 31  # a month: what is longer is no attendance
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d+)?")
_CLOCK = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?")
_PART = re.compile(r"(\d{1,6}(?:[.,]\d+)?)\s*([a-z]+)\.?[\s,]*(?:(?:and|y|e)\s)?")
_UNITS = {
    **dict.fromkeys(("d", "day", "days", "dia", "dias"), 1440.0),
    **dict.fromkeys(("h", "hr", "hrs", "hs", "hour", "hours", "hora", "horas"), 60.0),
    **dict.fromkeys(("m", "min", "mins", "mn", "minute", "minutes", "minuto", "minutos"), 1.0),
    **dict.fromkeys(
        ("s", "sec", "secs", "second", "seconds", "seg", "segs", "segundo", "segundos"), 1 / 60
    ),
}


def parse_minutes(text: str, unit: float = 1.0) -> float | None:
    """The minutes of `1h 36m 8s`, `1 hr 28 min`, `94 mins`, `00:45:10`, `1:30` or a number.

    A number alone counts `unit` minutes, 60 in a column of hours. None for anything else.
    """
    text = unicodedata.normalize("NFKD", text).lower().strip()
    text = text.removeprefix("pt") if text.startswith("pt") else text
    if _NUMBER.fullmatch(text):
        minutes = float(text.replace(",", ".")) * unit
    elif (clock := _CLOCK.fullmatch(text)) is not None:
        minutes = _of_clock(clock)
    elif (parts := _of_parts(text)) is not None:
        minutes = parts
    else:
        return None
    return minutes if minutes <= _LONGEST else None


def _of_clock(clock: re.Match[str]) -> float:
    first, second, third = int(clock[1]), int(clock[2]), clock[3]
    if third is not None:
        return first * 60 + second + int(third) / 60
    # 1:30 are hours; 45:10 are minutes, since nobody attends for two days.
    return first * 60 + second if first < 24 else first + second / 60


def _of_parts(text: str) -> float | None:
    minutes, position = 0.0, 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None or part[2] not in _UNITS:
            return None
        minutes += float(part[1].replace(",", ".")) * _UNITS[part[2]]
        position = part.end()
    return minutes if position else None
