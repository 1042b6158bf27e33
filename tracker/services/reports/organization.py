"""Participation of one organization: where it took part, who went, as what, what it missed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session

from tracker.formats.tables import Cell, Table
from tracker.i18n import country_name, format_partial, language, number
from tracker.models import Organization, Space
from tracker.services.counting.contributions import contributions
from tracker.services.counting.coverage import Asked, Coverage, Whose, coverage, spaces_by_id
from tracker.services.counting.dimensions import ATTENDANCE_COLUMNS
from tracker.services.counting.facts import cancelled_events
from tracker.services.counting.organization import together_with
from tracker.services.counting.participants import OWN, participants_in
from tracker.services.counting.passes import By, EachRole, minutes_of
from tracker.services.counting.ranges import hours, own_participants
from tracker.services.counting.sets import CountedSet, organized, organized_by
from tracker.services.counting.tally import Tally, tally
from tracker.services.reports import method, tables
from tracker.services.reports.periods import previous_period
from tracker.services.reports.question import Question, organizations_of, set_of
from tracker.services.reports.report import BREAKDOWN, Answer, Measure, Value, measures_of, table

COVERAGE = (
    "key", "label", "engaged_as", "held", "attended", "last_attended", "next_event", "planned",
    "missed",
)  # fmt: skip
CONTRIBUTIONS = ("key", "label", "kind", "title", "date", "amount", "currency", "url")
TITLES = {
    "events": _l("Events"),
    "attendances": _l("Attendances"),
    "people": _l("People"),
    "unidentified": _l("Unidentified attendances"),
    "participants": _l("Participants of its own"),
    "reached": _l("Participants reached"),
    "events_organized": _l("Events organized"),
    "contributions": _l("Contributions"),
    "countries": _l("Countries"),
    "person_hours": _l("Person-hours"),
}
_EVENT_DIMENSIONS = ("year", "month", "space", "kind", "country")


def organization_report(session: Session, asked: Question) -> Answer:
    """The report of an organization, titles and labels in the reader's language."""
    assert isinstance(asked.subject, Organization)
    own, ids = set_of(session, asked).settled(session), organizations_of(session, asked)
    found = _tally(session, own)
    given = contributions(session, own)
    measures, silent, with_minutes = _measures(session, own, found, len(given))
    cancelled = cancelled_events(session, own)
    before = _before(own)
    return Answer(
        measures,
        (
            *_breakdowns(session, found),
            tables.event_list("events", _("Events"), found),
            *_delegates(session, asked, found),
            _coverage(session, asked, ids),
            _together_with(session, own, found),
            _contributions(given),
            *_compared(session, before, measures),
            tables.cancelled_list(cancelled.values()),
        ),
        (
            method.whose_view(asked.user),
            *method.which_events(asked.wanted),
            method.took_part(),
            *([method.counted_as_one(session, ids)] if asked.rollup else []),
            *method.left_out(found.facts, len(cancelled)),
            method.unidentified(found),
            _("Of these attendances %(hours)s have known minutes; nothing is estimated.",
              hours=number(with_minutes)),
            method.without_country(found.facts),
            _("Participants reached are those of the events it organized or partnered."),
            method.range_of_participants(silent),
            *method.reach(session, own),
        ),
    )  # fmt: skip


def _tally(session: Session, own: CountedSet) -> Tally:
    by = {
        "attendance_mode": By(ATTENDANCE_COLUMNS["attendance_mode"], events=True),
        "role": By(ATTENDANCE_COLUMNS["role"], EachRole(), events=True),
        "person": By(ATTENDANCE_COLUMNS["person"], events=True),
    }
    return tally(session, own, _EVENT_DIMENSIONS, by, heads=False)


def _measures(
    session: Session, own: CountedSet, found: Tally, contributed: int
) -> tuple[tuple[Measure, ...], int, int]:
    """The measures, how many events reach nobody known, and of how many the minutes are known."""
    named = found.counted
    ids = own.representing or ()
    reached, silent = participants_in(session, organized_by(own, ids))
    minutes, with_minutes = minutes_of(session, own)
    values: dict[str, Value] = {
        "events": len(found.facts),
        "attendances": named.attendances,
        "people": named.people,
        "unidentified": named.unidentified,
        "participants": own_participants(named.people, named.unidentified),
        "reached": reached,
        "events_organized": len(session.scalars(organized(own, ids)).all()),
        "contributions": contributed,
        "countries": len({row.country for row in found.facts.values()} - {None}),
        "person_hours": hours(minutes, named.attendances),
    }
    return measures_of(TITLES, values), silent, with_minutes


def _breakdowns(session: Session, found: Tally) -> Iterable[Table]:
    years = tables.worded(str, _("Not known"))
    yield tables.breakdown("by_year", _("By year"), found.by("year"), years)
    yield tables.breakdown("by_month", _("By month"), found.by("month"), _month_names())
    spaces = found.by("space")
    without = _("Without a space")
    spaced = tables.things(session, Space, Space.code, tables.keys_of(spaces), without)
    yield tables.breakdown("by_space", _("By space"), spaces, spaced)
    kinds = tables.words("event_kind")
    yield tables.breakdown("by_kind", _("By kind"), found.by("kind"), kinds)
    countries = tables.worded(country_name, _("Not known"))
    title = _("By country of the event")
    yield tables.breakdown("by_country", title, found.by("country"), countries)
    modes, title = tables.words("mode"), _("By mode of attendance")
    yield tables.breakdown("by_mode", title, found.by("attendance_mode"), modes)
    roles = tables.words("attendance_role")
    yield tables.breakdown("by_role", _("As what"), found.by("role"), roles)


def _month_names() -> tables.Labels:
    return tables.worded(format_partial, _("Month not known"))


def _delegates(session: Session, asked: Question, found: Tally) -> list[Table]:
    """Names of people are for those signed in."""
    if asked.user is None:
        return []
    rows = [row for row in found.by("person") if row.key is not None]
    labels = tables.persons(session, tables.keys_of(rows))
    return [tables.breakdown("delegates", _("Delegates"), rows, labels)]


def _coverage(session: Session, asked: Question, ids: Sequence[int]) -> Table:
    whose = Whose.one(ids[0], ids)
    rows = coverage(session, Asked(asked.wanted, asked.user, asked.today), whose)
    spaces = spaces_by_id(session, (row.space_id for row in rows))
    cells: list[tuple[Cell, ...]] = [
        (spaces[row.space_id].code, spaces[row.space_id].name_in(language()), *coverage_cells(row))
        for row in rows
    ]
    return table("coverage", _("Coverage of spaces"), COVERAGE, cells)


def coverage_cells(row: Coverage) -> tuple[Cell, ...]:
    """What follows the key and label of a row of coverage."""
    return (
        ";".join(row.engaged_as), row.held, row.attended, row.last_attended, row.next_event,
        row.planned, row.missed,
    )  # fmt: skip


def _together_with(session: Session, own: CountedSet, found: Tally) -> Table:
    attended = found.counted.by[OWN].attendances
    rows: list[tuple[Cell, ...]] = [
        (row["acronym"], tables.named(row), row["events"], row["attendances"], row["people"])
        for row in together_with(session, own, attended)
    ]
    return table("together_with", _("In the same room"), BREAKDOWN, rows)


def _contributions(given: Sequence[Mapping[Any, Any]]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            row["key"] or row["code"], tables.named(row), row["kind"], row["title"],
            tables.when(row["date"]), row["amount"], row["currency"], row["url"],
        )
        for row in given
    ]  # fmt: skip
    return table("contributions", _("Contributions"), CONTRIBUTIONS, rows)


def _before(own: CountedSet) -> CountedSet | None:
    """The same question, asked of the period before."""
    period = previous_period(own.wanted.first, own.wanted.last)
    return own.between(*period) if period else None


def _compared(
    session: Session, before: CountedSet | None, measures: Sequence[Measure]
) -> Iterable[Table]:
    """Each measure beside that of the period before, and that period's months."""
    then: tuple[Measure, ...] = ()
    months: list[Any] = []
    if before is not None:
        found = tally(session, before, ("month",), heads=False)
        then = _measures(session, before, found, len(contributions(session, before)))[0]
        months = found.by("month")
    title = _("Compared with the period before")
    yield tables.comparison("previous_period", title, measures, then)
    title = _("By month, period before")
    yield tables.breakdown("by_month_before", title, months, _month_names())
