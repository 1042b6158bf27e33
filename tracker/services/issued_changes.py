"""The changes recorded since figures were issued that touch them.

They touch what was counted then, or what the figures rest on now: events with what belongs to
them, the subject of the report, and the persons and organizations among them; and only by a column
that figures are made of. A Change without items, such as a folder that was loaded, may have touched anything.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    String,
    and_,
    cast,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased, joinedload

from tracker.models import (
    Attendance,
    Change,
    ChangeItem,
    Engagement,
    EventOrganization,
    IssuedReport,
    IssuedReportEvent,
    Organization,
    Space,
)
from tracker.services.issued_events import events_behind
from tracker.services.reports.question import Question

PAGE_SIZE = 50
MOST_LINES = 20
_MOST_ID = 2**31 - 1
# The columns that figures are made of; a row that comes or goes touches them in any case.
_OF_EVENTS: dict[str, tuple[str, ...]] = {
    "events": (
        "key", "space_id", "kind", "start_date", "end_date", "start_time", "end_time", "timezone",
        "country", "mode", "status", "visibility", "parent_id", "relation", "deleted_at",
    ),
    "event_organizations": ("event_id", "organization_id", "role"),
    "event_topics": ("event_id", "topic_id"),
    "attendances": (
        "event_id", "person_id", "organization_id", "country", "stakeholder_group", "role",
        "status", "mode", "minutes",
    ),
    "headcounts": (
        "event_id", "metric", "mode", "dimension", "value_key", "unit", "value", "qualifier",
    ),
    "contributions": (
        "event_id", "space_id", "organization_id", "kind", "title", "date", "amount", "currency",
        "url",
    ),
}  # fmt: skip
_ENGAGEMENTS = {
    "engagements": ("organization_id", "space_id", "role", "from_date", "to_date"),
}  # fmt: skip
_OF_SPACES = {
    "spaces": ("code",), "contributions": _OF_EVENTS["contributions"], **_ENGAGEMENTS,
}  # fmt: skip
_OF_ORGANIZATIONS = {"organizations": ("acronym", "parent_id", "successor_id")}
_OF_PEOPLE = {"people": ("gender",)}
_OF_GROUPINGS = {"groupings": (), "grouping_members": ("country", "organization_id")}


@dataclass(frozen=True)
class Touched:
    """What a change did `count` times to one thing; of one time only, the item itself."""

    subject_table: str
    subject_id: int
    table_name: str
    operation: str
    count: int
    item: ChangeItem | None


@dataclass(frozen=True)
class ChangeSince:
    """A change with what it touched; `more` lines are left out."""

    change: Change
    touched: Sequence[Touched]
    more: int


def changes_since(
    session: Session, issued: IssuedReport, question: Question | None, before: int | None = None
) -> tuple[Sequence[ChangeSince], int | None]:
    """A page of the changes that touch issued figures, latest first, and where the next begins.

    `question` is what was asked, for the same audience; None where it can no longer be asked.
    `before` is the id of a change to go on from.
    """
    touching = and_(ChangeItem.change_id > issued.change_id, _touching(session, issued, question))
    query = changes_query(issued, touching)
    if before is not None:
        query = query.where(Change.id < max(0, min(before, _MOST_ID)))
    changes = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    shown = changes[:PAGE_SIZE]
    lines = _lines(session, [change.id for change in shown], touching)
    return [
        ChangeSince(change, touched, more)
        for change in shown
        for touched, more in [lines.get(change.id, ((), 0))]
    ], shown[-1].id if len(changes) > PAGE_SIZE else None


def changes_query(issued: IssuedReport, touching: ColumnElement[bool]) -> Select[Change]:
    """The changes after figures were issued that have such an item, or no items at all."""
    items = select(ChangeItem.id).where(ChangeItem.change_id == Change.id)
    return (
        select(Change)
        .where(
            Change.id > issued.change_id,
            or_(
                Change.id.in_(select(ChangeItem.change_id).where(touching)),
                ~items.correlate(Change).exists(),
            ),
        )
        .options(joinedload(Change.user))
        .order_by(Change.id.desc())
    )


def _touching(
    session: Session, issued: IssuedReport, question: Question | None
) -> ColumnElement[bool]:
    """The condition on ChangeItem; see the module."""
    then = select(IssuedReportEvent.event_id).where(IssuedReportEvent.issued_report_id == issued.id)
    now = [] if question is None else events_behind(session, question)
    counted = [then, *now]
    conditions = [
        _about("events", _OF_EVENTS, _is_counted(ChangeItem.subject_id, counted)),
        _about("people", _OF_PEOPLE, _was_there(Attendance.person_id, counted)),
        _about(
            "organizations",
            _OF_ORGANIZATIONS,
            or_(_was_there(Attendance.organization_id, counted), _organizes(counted)),
        ),
    ]
    if question is not None:
        conditions += _of_subject(question)
    return or_(*conditions)


def _of_subject(question: Question) -> Iterable[ColumnElement[bool]]:
    subject = question.subject
    if isinstance(subject, Organization):
        yield _about("organizations", _OF_ORGANIZATIONS, ChangeItem.subject_id == subject.id)
        yield _about("spaces", _ENGAGEMENTS, _engages(subject))
    if isinstance(subject, Space):
        yield _about("spaces", _OF_SPACES, ChangeItem.subject_id == subject.id)
    if question.report == "coverage":
        yield _about("spaces", _ENGAGEMENTS, true())
    groupings = [grouping.id for grouping in question.wanted.grouping]
    if groupings:
        yield _about("groupings", _OF_GROUPINGS, ChangeItem.subject_id.in_(groupings))


def _about(
    subject_table: str, tables: Mapping[str, Sequence[str]], about: ColumnElement[bool]
) -> ColumnElement[bool]:
    written = or_(
        *(
            and_(ChangeItem.table_name == table, _touches_one_of(columns))
            for table, columns in tables.items()
        )
    )
    return and_(ChangeItem.subject_table == subject_table, written, about)


def _touches_one_of(columns: Sequence[str]) -> ColumnElement[bool]:
    # As text, which both databases can look into whatever a column holds.
    after = cast(ChangeItem.after, String)
    named = (after.contains(f'"{column}":', autoescape=True) for column in columns)
    return or_(ChangeItem.operation != "update", *named, false())


def _is_counted(column: Any, counted: Sequence[Select[Any]]) -> ColumnElement[bool]:
    return or_(*(column.in_(events) for events in counted))


def _was_there(column: Any, counted: Sequence[Select[Any]]) -> ColumnElement[bool]:
    """The subject of the item is among those who attended a counted event."""
    there = select(Attendance.id).where(
        column == ChangeItem.subject_id,
        Attendance.status == "attended",
        _is_counted(Attendance.event_id, counted),
    )
    return there.correlate(ChangeItem).exists()


def _organizes(counted: Sequence[Select[Any]]) -> ColumnElement[bool]:
    links = select(EventOrganization.id).where(
        EventOrganization.organization_id == ChangeItem.subject_id,
        _is_counted(EventOrganization.event_id, counted),
    )
    return links.correlate(ChangeItem).exists()


def _engages(organization: Organization) -> ColumnElement[bool]:
    """The engagement of the item is an organization's, or was while it was there."""
    other, id_ = aliased(ChangeItem), str(organization.id)
    named = (cast(v["organization_id"].as_string(), String) for v in (other.before, other.after))
    logged = select(other.row_id).where(
        other.table_name == Engagement.__tablename__, or_(*(name == id_ for name in named))
    )
    own = select(Engagement.id).where(Engagement.organization_id == organization.id)
    return or_(ChangeItem.row_id.in_(own), ChangeItem.row_id.in_(logged))


def _lines(
    session: Session, changes: Sequence[int], touching: ColumnElement[bool]
) -> dict[int, tuple[Sequence[Touched], int]]:
    """What each change touched, thing by thing, at most so many lines, and how many are left out."""
    what = (
        ChangeItem.change_id, ChangeItem.subject_table, ChangeItem.subject_id,
        ChangeItem.table_name, ChangeItem.operation,
    )  # fmt: skip
    grouped = (
        select(*what, func.count().label("count"), func.min(ChangeItem.id).label("first"))
        .where(ChangeItem.change_id.in_(changes), touching)
        .group_by(*what)
        .subquery()
    )
    place = func.row_number().over(partition_by=grouped.c.change_id, order_by=grouped.c.first)
    in_all = func.count().over(partition_by=grouped.c.change_id)
    ranked = select(*grouped.c, place.label("place"), in_all.label("in_all")).subquery()
    query = select(ranked).where(ranked.c.place <= MOST_LINES).order_by(ranked.c.first)
    rows = session.execute(query).mappings().all()
    items = _items(session, [row["first"] for row in rows if row["count"] == 1])
    found: dict[int, list[Touched]] = defaultdict(list)
    totals: dict[int, int] = {}
    for row in rows:
        found[row["change_id"]].append(_touched(row, items))
        totals[row["change_id"]] = row["in_all"]
    return {id_: (lines, totals[id_] - len(lines)) for id_, lines in found.items()}


def _items(session: Session, ids: Sequence[int]) -> dict[int, ChangeItem]:
    return {i.id: i for i in session.scalars(select(ChangeItem).where(ChangeItem.id.in_(ids)))}


def _touched(row: RowMapping, items: Mapping[int, ChangeItem]) -> Touched:
    return Touched(
        row["subject_table"], row["subject_id"], row["table_name"], row["operation"],
        row["count"], items.get(row["first"]) if row["count"] == 1 else None,
    )  # fmt: skip
