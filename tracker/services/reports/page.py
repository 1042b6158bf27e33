"""A report as its page shows it: figures as text, rows in the order people look for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.i18n import language, number
from tracker.models import Event, Grouping, GroupingMember, Organization, Space, User
from tracker.models.text import fold, slugify
from tracker.models.vocabulary import TECHNICAL_COMMUNITY
from tracker.models.when import first_day, last_day
from tracker.services.counting import Range
from tracker.services.reports.periods import previous_period
from tracker.services.reports.picker import Choice, offered_periods, offered_years
from tracker.services.reports.question import Question
from tracker.services.reports.report import UNKNOWN, Measure, Report, Value
from tracker.services.reports.trend import Trend, rows_by_column, trend_of
from tracker.services.reports.words import period_in_words, period_name, span_in_words
from tracker.services.visibility import visible_to

MAIN = {
    "organization": ("events", "attendances", "people", "countries", "reached"),
    "event": ("participants", "people", "countries", "organizations", "newcomers"),
    "space": ("editions", "participants", "people", "attendances", "events"),
    "period": ("events", "sessions", "participants", "countries", "topics"),
    # Gaps and crowds come first there.
    "coverage": (),
}


@dataclass(frozen=True)
class Stat:
    """A measure as a card: the figure, its change, and whether it has anything behind it."""

    name: str
    title: str
    text: str
    note: str
    delta: str
    down: bool
    known: bool


@dataclass(frozen=True)
class Page:
    """What the template shows besides the report itself."""

    title: str
    named: str
    period: str
    compared_with: str
    before: tuple[date, date] | None
    main: Sequence[Stat]
    further: Sequence[Stat]
    chart: Trend | None
    empty: bool
    periods: Sequence[Choice]
    years: Sequence[Choice]

    @staticmethod
    def rows(report: Report, name: str, most_first: str = "") -> list[dict[str, Any]]:
        """The rows of a table by column name, by key or with the most of a column first."""
        table = report.table(name)
        if table is None:
            return []
        rows = list(rows_by_column(table))
        if name == "coverage":
            # Where nothing was held and nothing is to come, a row of zeros says little.
            for row in rows:
                row["happening"] = bool(row["held"] or row["attended"] or row["next_event"])
        if most_first:
            rows.sort(key=lambda row: (-(row[most_first] or 0), -(row.get("events") or 0)))
        return rows


def page_of(report: Report, asked: Question) -> Page:
    """What the page of a report shows besides the report itself."""
    first, last = report.first, report.last
    before = previous_period(first, last) if report.table("previous_period") else None
    stats = {each.name: _stat(each, report) for each in report.measures}
    main = MAIN[report.report]
    named = period_name(first, last)
    return Page(
        title=_("%(report)s in %(period)s", report=report.title, period=named)
        if named
        else report.title,
        named=named,
        period=period_in_words(first, last),
        compared_with=(period_name(*before) or period_in_words(*before)) if before else "",
        before=before,
        main=[stats[name] for name in main],
        further=[stat for name, stat in stats.items() if name not in main],
        chart=trend_of(report),
        empty=report.measure("events") == 0,
        periods=list(
            offered_periods(first, last, asked.today, named or period_in_words(first, last))
        ),
        years=offered_years(first, last, asked.today),
    )


def slug_of(code: str) -> str | None:
    """The address behind a row's key; what is not known has none."""
    return None if code == UNKNOWN else slugify(code)


def span_of(key: str) -> tuple[str, str] | None:
    """The first and last day of a year's or month's row."""
    return None if key == UNKNOWN else (str(first_day(key)), str(last_day(key)))


def groupings_of_organizations(session: Session) -> Sequence[tuple[str, str]]:
    """Slug and name of the groupings with organizations, the Technical Community first."""
    members = select(GroupingMember.grouping_id).where(GroupingMember.organization_id.is_not(None))
    found = session.execute(
        select(Grouping.slug, Grouping.name).where(Grouping.id.in_(members)).order_by(Grouping.slug)
    )
    pairs = [(row.slug, row.name) for row in found]
    return sorted(pairs, key=lambda pair: pair[1] != TECHNICAL_COMMUNITY)


def spaces_in_use(session: Session, user: User | None) -> Sequence[tuple[str, str]]:
    """Slug and name of the spaces with an event that a reader may see, by name."""
    events = select(Event.space_id).where(Event.space_id.is_not(None), visible_to(user))
    spaces = session.scalars(select(Space).where(Space.id.in_(events)))
    return sorted(
        ((space.slug, space.name_in(language())) for space in spaces),
        key=lambda pair: fold(pair[1]),
    )


def technical_community(session: Session) -> Sequence[Organization]:
    """The organizations offered first on the list of reports."""
    members = (
        select(GroupingMember.organization_id)
        .join(Grouping, Grouping.id == GroupingMember.grouping_id)
        .where(Grouping.name == TECHNICAL_COMMUNITY)
    )
    return session.scalars(
        select(Organization).where(Organization.id.in_(members)).order_by(Organization.sort_name)
    ).all()


def _stat(measure: Measure, report: Report) -> Stat:
    change = _changes(report).get(measure.name)
    delta = ""
    if change:
        sign = "+" if change > 0 else "−"
        delta = f"{sign}{number(abs(change))}"
    text, note = _text(measure.value)
    down = bool(change and change < 0)
    # Behind a zero, and behind what is not known, there are no rows.
    known = bool(measure.value)
    return Stat(measure.name, measure.title, text, note, delta, down, known)


def _text(value: Value) -> tuple[str, str]:
    if not isinstance(value, Range):
        return number(value), ""
    if value.at_most is None:
        return span_in_words(value.at_least, value.at_most, value.approximate), _("at least")
    exact = value.at_least == value.at_most
    return span_in_words(value.at_least, value.at_most, value.approximate), "" if exact else _(
        "at least – at most"
    )


def _changes(report: Report) -> dict[str, Any]:
    """How much each measure changed; at a previous edition of nothing, nobody may have recorded."""
    table = report.table("previous_period")
    if table is not None:
        return {row["key"]: row["change"] for row in rows_by_column(table)}
    table = report.table("compared")
    rows = rows_by_column(table) if table else ()
    return {row["key"]: row["change"] for row in rows if row["previous"]}
