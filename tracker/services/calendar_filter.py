"""What a page of the calendar shows: the filters of every list, whose events, and which days."""

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session, defer
from sqlalchemy.sql.base import ExecutableOption

from tracker.errors import BadFilter
from tracker.models import Event, Organization, Person, User
from tracker.models.when import YEARS
from tracker.services.feeds import of_organization, of_person
from tracker.services.filters import (
    EventFilter,
    Values,
    conditions,
    no_such_value,
    read_filter,
    read_things,
)
from tracker.services.visibility import visible_to

VIEWS = ("month", "year", "agenda")
WHOSE = ("engaged", "mine")
_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)


@dataclass(frozen=True)
class CalendarFilter:
    """A filter over events, narrowed to those of organizations or of the reader's own person."""

    events: EventFilter
    engaged: tuple[Organization, ...]
    mine: Person | None
    user: User | None

    @property
    def of_somebody(self) -> bool:
        """Whether it asks for the events of somebody, of whom two at a time are worth a look."""
        return bool(self.engaged) or self.mine is not None

    def where(
        self, first: date | None = None, last: date | None = None
    ) -> list[ColumnElement[bool]]:
        """The conditions on Event: seen by the reader, in the filter, on one of these days."""
        firsts = [day for day in (self.events.first, first) if day]
        lasts = [day for day in (self.events.last, last) if day]
        wanted = replace(
            self.events, first=max(firsts, default=None), last=min(lasts, default=None)
        )
        return [visible_to(self.user), *conditions(wanted), *self.whose()]

    def whose(self) -> list[ColumnElement[bool]]:
        """The conditions on Event that say whose it is."""
        found = [or_(*map(of_organization, self.engaged))] if self.engaged else []
        return [*found, of_person(self.mine)] if self.mine else found


@dataclass(frozen=True)
class Shown:
    """A view of the calendar and its days; an agenda may be open at either end."""

    view: str
    first: date | None
    last: date | None

    @property
    def step(self) -> str | None:
        """What the days are: a `month`, a `year`, a `day`, or nothing that others follow on."""
        if self.first is None or self.last is None:
            return None
        if self.first == self.last:
            return "day"
        if self.first.day == 1 and self.last == _end_of_month(self.first):
            return "month"
        whole = (self.first, self.last) == _days_of_year(self.first.year)
        return "year" if whole else None

    @property
    def before(self) -> date | None:
        """The day just before, unless it lies outside the years that a calendar has."""
        return _of_a_year(self.first - timedelta(days=1)) if self.first and self.step else None

    @property
    def after(self) -> date | None:
        """The day just after, likewise."""
        return _of_a_year(self.last + timedelta(days=1)) if self.last and self.step else None


def _of_a_year(day: date) -> date | None:
    return day if day.year in YEARS else None


def read_calendar_filter(
    session: Session, values: Values, user: User | None, also: Iterable[str] = ()
) -> CalendarFilter:
    """The filter that a query string asks for; raises BadFilter on what it does not know."""
    wanted = read_filter(session, values, also=(*WHOSE, *also))
    for name, day in (("from", wanted.first), ("to", wanted.last)):
        if day is not None:
            check_year(name, day.year)
    engaged = read_things(
        session, Organization, Organization.slug, "engaged", values.get("engaged", ())
    )
    return CalendarFilter(wanted, engaged, _read_mine(values.get("mine", ()), user), user)


def _read_mine(given: Sequence[str], user: User | None) -> Person | None:
    asked = [value.strip() for value in given if value.strip()]
    for value in asked:
        if value != "1":
            raise no_such_value("mine", value)
    if not asked:
        return None
    if user is None:
        raise BadFilter(_("“mine” is for those who are signed in."))
    if user.person is None:
        raise BadFilter(_("Your account is not linked to a person, so nobody knows where you go."))
    return user.person


def read_shown(values: Values, wanted: EventFilter, today: date) -> Shown:
    """The view and the days that a query string asks for; raises BadFilter.

    Without `view` a year is shown as a year, everything else as a month; an agenda without days
    begins today.
    """
    view, month, year = (_one(values, name) for name in ("view", "month", "year"))
    view = view or ("year" if year and not month else "month")
    if view not in VIEWS:
        raise no_such_value("view", view)
    of_month = _read_month(month) if month else None
    of_year = _read_year(year) if year else None
    if view == "month":
        first = of_month or _same_month(of_year, today) or _near(wanted, today)
        return Shown(view, first, _end_of_month(first))
    if view == "year":
        shown = of_year or (of_month or _near(wanted, today)).year
        return Shown(view, *_days_of_year(shown))
    if of_month:
        return Shown(view, of_month, _end_of_month(of_month))
    if of_year:
        return Shown(view, *_days_of_year(of_year))
    if wanted.first or wanted.last:
        return Shown(view, wanted.first, wanted.last)
    return Shown(view, today, None)


def _one(values: Values, name: str) -> str:
    given = values.get(name, ())
    return given[-1].strip() if given else ""


def _read_month(text: str) -> date:
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12:
        raise BadFilter(_("“month” is like 2026-01, not “%(value)s”.", value=text[:80]))
    check_year("month", int(found[1]))
    return date(int(found[1]), int(found[2]), 1)


def _read_year(text: str) -> int:
    if _YEAR.fullmatch(text) is None:
        raise BadFilter(_("“year” is like 2026, not “%(value)s”.", value=text[:80]))
    check_year("year", int(text))
    return int(text)


def check_year(name: str, year: int) -> None:
    """Raise BadFilter on a year that a calendar does not have."""
    if year not in YEARS:
        raise BadFilter(
            _("“%(name)s” lies between %(first)d and %(last)d.",
              name=name, first=YEARS[0], last=YEARS[-1])
        )  # fmt: skip


def _same_month(year: int | None, today: date) -> date | None:
    if year is None:
        return None
    return today.replace(day=1) if year == today.year else date(year, 1, 1)


def _near(wanted: EventFilter, today: date) -> date:
    """The month of today, or the nearest to it that the filter leaves."""
    day = max(today, wanted.first) if wanted.first else today
    return (min(day, wanted.last) if wanted.last else day).replace(day=1)


def _end_of_month(first: date) -> date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _days_of_year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def without_texts() -> list[ExecutableOption]:
    """Leave out long texts, which no list of a calendar shows."""
    return [defer(Event.description), defer(Event.notes), defer(Event.search)]
