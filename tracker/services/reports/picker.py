"""What the period picker of a report offers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

from tracker.services.reports.words import period_name

# July: ICANN's fiscal year is called after the year in which it ends.
_FISCAL_MONTH = 7
_DAY = timedelta(days=1)
_YEARS = 12


@dataclass(frozen=True)
class Choice:
    """A period to choose: its text, `from` and `to` (None: open), and whether it is what is shown."""

    text: str
    first: str | None
    last: str | None
    current: bool


def offered_periods(
    first: date | None, last: date | None, today: date, shown: str
) -> Iterator[Choice]:
    """This year and the last, of the calendar and fiscal; everything; and `shown` if none of them."""
    usual = list(_usual(first, last, today))
    yield from usual
    if not any(each.current for each in usual):
        yield Choice(shown, _iso(first), _iso(last), current=True)


def offered_years(first: date | None, last: date | None, today: date) -> list[Choice]:
    """The calendar years before those, latest first."""
    years = range(today.year - 2, today.year - 2 - _YEARS, -1)
    return [_choice(str(year), _calendar_year(year), (first, last)) for year in years]


def _usual(first: date | None, last: date | None, today: date) -> Iterator[Choice]:
    asked = (first, last)
    yield _choice(_("This year"), _calendar_year(today.year), asked)
    yield _choice(_("Last year"), _calendar_year(today.year - 1), asked)
    running = today.year + (today.month >= _FISCAL_MONTH)
    for year in (running, running - 1):
        span = date(year - 1, _FISCAL_MONTH, 1), date(year, _FISCAL_MONTH, 1) - _DAY
        yield _choice(period_name(*span), span, asked)
    yield Choice(_("All time"), None, None, asked == (None, None))


def _calendar_year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _choice(text: str, span: tuple[date, date], asked: tuple[date | None, date | None]) -> Choice:
    return Choice(text, str(span[0]), str(span[1]), asked == span)


def _iso(day: date | None) -> str | None:
    return None if day is None else str(day)
