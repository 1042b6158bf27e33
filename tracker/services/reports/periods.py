"""The period of a report, and the one it is compared with."""

import calendar
from datetime import date, timedelta


def previous_period(first: date | None, last: date | None) -> tuple[date, date] | None:
    """The period before: none without both ends, or where the calendar has no days left.

    The whole month or year before a whole one, else as many days ending the day before.
    """
    if first is None or last is None or first.year <= 2:
        return None
    before = first - timedelta(days=1)
    if is_whole_year(first, last):
        return first.replace(year=first.year - 1), before
    if is_whole_month(first, last):
        return before.replace(day=1), before
    try:
        return first - (last - first) - timedelta(days=1), before
    except OverflowError:
        return None


def is_whole_year(first: date | None, last: date | None) -> bool:
    """Whether a period is one year, of the calendar or a fiscal one: twelve whole months."""
    if first is None or last is None or first.day != 1 or first.year == date.max.year:
        return False
    return last == first.replace(year=first.year + 1) - timedelta(days=1)


def is_calendar_year(first: date | None, last: date | None) -> bool:
    """Whether a period is one calendar year."""
    return first is not None and first.month == 1 and is_whole_year(first, last)


def is_whole_month(first: date | None, last: date | None) -> bool:
    """Whether a period is one calendar month."""
    if first is None or last is None or first.day != 1:
        return False
    return last == first.replace(day=calendar.monthrange(first.year, first.month)[1])
