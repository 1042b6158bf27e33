"""Where a person worked, in order of time, with the times nothing is known of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.models import Affiliation, User
from tracker.models.changes import attribute
from tracker.models.when import YEARS, first_day, is_day, last_day

_FOREVER = date.max
_YEAR, _MONTH = len("YYYY"), len("YYYY-MM")


@dataclass(frozen=True)
class Stretch:
    """An affiliation, or a time between two of which nothing is known (partial dates)."""

    affiliation: Affiliation | None
    current: bool = False
    start: str = ""
    end: str = ""


def timeline(affiliations: Iterable[Affiliation], today: date) -> Sequence[Stretch]:
    """The affiliations, those of today first, then from the last to the first, with the gaps."""
    ordered = sorted(affiliations, key=_latest_first, reverse=True)
    current = [a for a in ordered if a.in_force_on(today)]
    found = [Stretch(a, current=True) for a in current]
    earliest = min(current, key=_begin, default=None)
    if ordered and not current and _begin(ordered[0]) <= today:
        found.append(Stretch(None, start=day_after(ordered[0].end_date or "")))
    for one in (a for a in ordered if a not in current):
        if earliest is not None and (_begin(earliest) - (one.last_day or _FOREVER)).days > 1:
            start, end = day_after(one.end_date or ""), day_before(earliest.start_date)
            found.append(Stretch(None, start=start, end=end))
        found.append(Stretch(one))
        earliest = min((a for a in (earliest, one) if a is not None), key=_begin)
    return found


def _begin(one: Affiliation) -> date:
    return one.first_day or date.min


def _latest_first(one: Affiliation) -> tuple[date, date, int]:
    return one.last_day or _FOREVER, one.first_day or date.min, one.id


def day_before(partial: str) -> str:
    """The day, month or year before one that is known as exactly."""
    return _as_exact(partial, first_day(partial) - timedelta(days=1)) if partial else ""


def day_after(partial: str) -> str:
    """The day, month or year after one that is known as exactly."""
    return _as_exact(partial, last_day(partial) + timedelta(days=1)) if partial else ""


def _as_exact(partial: str, day: date) -> str:
    if day.year not in YEARS:
        return ""
    text = day.isoformat()
    return text if is_day(partial) else text[:_MONTH] if len(partial) == _MONTH else text[:_YEAR]


def end_before(
    session: Session, affiliations: Iterable[Affiliation], start_date: str, by: User
) -> None:
    """End affiliations the day (month, year) before another one starts.

    Raises Conflict where that start is not known, or lies before theirs.
    """
    attribute(session, "affiliation.end", by=by)
    for one in affiliations:
        if not start_date:
            raise Conflict(_("Say from when, so that the other one can end before."), "start_date")
        end = day_before(start_date)
        if not end or (one.first_day is not None and last_day(end) < one.first_day):
            raise Conflict(
                _("%(name)s began only later.", name=one.organization.acronym), "start_date"
            )
        one.end_date = end
    session.flush()
