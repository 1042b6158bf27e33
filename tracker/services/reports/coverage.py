"""Organizations × spaces: engaged as what, editions held and attended, who is planned next."""

from dataclasses import replace

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.formats.tables import Cell, Table
from tracker.i18n import language
from tracker.models import GroupingMember, Organization
from tracker.services.counting.coverage import (
    Asked,
    Coverage,
    Whose,
    coverage,
    everything_below_each,
    spaces_by_id,
)
from tracker.services.counting.facts import facts_of
from tracker.services.counting.passes import count
from tracker.services.counting.sets import CountedSet
from tracker.services.filters import EventFilter
from tracker.services.reports import method
from tracker.services.reports.organization import coverage_cells
from tracker.services.reports.question import Question
from tracker.services.reports.report import Answer, Value, measures_of, table

TITLES = {
    "events": _l("Events"),
    "attendances": _l("Attendances"),
    "people": _l("People"),
    "unidentified": _l("Unidentified attendances"),
}
MATRIX = (
    "key", "label", "engaged_as", "held", "attended", "last_attended", "next_event", "planned",
    "missed",
)  # fmt: skip


def coverage_report(session: Session, asked: Question) -> Answer:
    """The matrix; `organization` and groupings of organizations choose whose rows it has."""
    whose, events = _whose(session, asked), events_of(session, asked)
    rows = coverage(session, Asked(events, asked.user, asked.today), whose)
    counted = CountedSet(events, asked.user, asked.today)
    facts = facts_of(session, counted)
    named = count(session, counted, {}, among=facts)
    values: dict[str, Value] = {
        "events": len(facts),
        "attendances": named.attendances,
        "people": named.people,
        "unidentified": named.unidentified,
    }
    return Answer(
        measures_of(TITLES, values),
        (_matrix(session, rows),),
        (
            method.whose_view(asked.user),
            *method.which_events(asked.wanted),
            method.took_part(),
            _("Who takes part in a part of an edition takes part in it. There is a row for each "
              "organization and space that are engaged on any day of the period, or where it "
              "attended; missed is held minus attended."),
            _("Each organization is counted with everything below it and its predecessors.")
            if asked.rollup else "",
            *method.left_out(facts, 0),
        ),
    )  # fmt: skip


def events_of(session: Session, asked: Question) -> EventFilter:
    """The filter of events: here organizations, and groupings of them, choose the rows instead."""
    of_organizations = set(
        session.scalars(
            select(GroupingMember.grouping_id).where(GroupingMember.organization_id.is_not(None))
        )
    )
    rest = tuple(each for each in asked.wanted.grouping if each.id not in of_organizations)
    return replace(asked.wanted, organization=(), grouping=rest)


def _whose(session: Session, asked: Question) -> Whose:
    chosen = [organization.id for organization in asked.wanted.organization]
    groupings = [grouping.id for grouping in asked.wanted.grouping]
    members = session.scalars(
        select(GroupingMember.organization_id).where(
            GroupingMember.grouping_id.in_(groupings), GroupingMember.organization_id.is_not(None)
        )
    )
    ids = sorted({*chosen, *(each for each in members if each is not None)})
    if asked.rollup:
        return everything_below_each(session, ids or None)
    return Whose({each: (each,) for each in ids} if ids else None)


def _matrix(session: Session, rows: list[Coverage]) -> Table:
    spaces = spaces_by_id(session, (row.space_id for row in rows))
    names = select(Organization.id, Organization.acronym, Organization.slug)
    if len({row.row for row in rows}) < 1_000:
        names = names.where(Organization.id.in_({row.row for row in rows}))
    organizations = {row.id: row for row in session.execute(names)}
    code = language()
    named = {space.id: (space.slug, space.name_in(code)) for space in spaces.values()}
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        organization, (slug, name) = organizations[row.row], named[row.space_id]
        key, text = f"{organization.slug}/{slug}", f"{organization.acronym} · {name}"
        cells.append((key, text, *coverage_cells(row)))
    return table("matrix", _("Organizations and spaces"), MATRIX, cells)
