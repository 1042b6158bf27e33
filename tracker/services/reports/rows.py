"""Which rows are behind a number of a report: its table and row as a dimension and a key."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import BadFilter
from tracker.models import Attendance, Event, Organization, Space, Topic
from tracker.services.counting.dimensions import UNKNOWN
from tracker.services.counting.newcomers import editions_of, newcomers, space_of_event
from tracker.services.counting.rows import EDITION, EVENT, REGION, Cell, narrowed
from tracker.services.counting.sets import CountedSet
from tracker.services.reports.question import Question, set_of

NEWCOMERS = "newcomers_by_region"
_OF_PEOPLE = {
    "by_organization": "organization", "by_country": "attendance_country",
    "by_stakeholder_group": "stakeholder_group",
}  # fmt: skip
# The dimension of each table with rows behind it; every other table is a list already.
TABLES: Mapping[str, Mapping[str, str]] = {
    "organization": {
        "by_year": "year", "by_month": "month", "by_space": "space", "by_kind": "kind",
        "by_country": "country", "by_mode": "attendance_mode", "by_role": "role",
        "delegates": "person", "events": EVENT,
    },
    "event": {
        **_OF_PEOPLE, "by_mode": "attendance_mode", "by_region": REGION, "by_gender": "gender",
        "by_role": "role", NEWCOMERS: REGION, "sessions": EVENT, "people": "person",
    },
    "space": {**_OF_PEOPLE, "by_edition": EDITION, "retention": EDITION, "people": "person"},
    "period": {
        "by_month": "month", "by_kind": "kind", "by_space": "space", "by_topic": "topic",
        "by_country": "country", "by_mode": "mode", "by_organizer": "organizer",
        "by_partner": "partner", "events": EVENT, "people": "person",
    },
}  # fmt: skip
_CODES = {
    "space": Space.code, "topic": Topic.slug, "organizer": Organization.acronym,
    "partner": Organization.acronym, "organization": Organization.acronym,
    EDITION: Event.key, EVENT: Event.key,
}  # fmt: skip


@dataclass(frozen=True)
class Behind:
    """The rows behind a number; without a cell those of a whole report."""

    counted: CountedSet
    cell: Cell | None


def behind(session: Session, asked: Question, table: str, key: str) -> Behind:
    """The set that a row of a table counts, or without a table the whole report.

    Raises BadFilter where the report has no such table or the table no such key.
    """
    counted = set_of(session, asked)
    if not table:
        return Behind(counted, None)
    dimension = TABLES.get(asked.report, {}).get(table)
    if dimension is None:
        raise BadFilter(_("“by” has no value “%(value)s”.", value=table[:80]), field="by")
    cell = Cell(dimension, _key(session, dimension, key), asked.scheme)
    found = narrowed(session, counted, cell)
    if table == NEWCOMERS:
        found = _only_newcomers(session, asked, counted, found)
    return Behind(found, cell)


def is_of_events(report: str, table: str) -> bool:
    """Whether a table counts events, whoever attended: such rows are everybody's to see."""
    dimension = TABLES.get(report, {}).get(table, "")
    return not table or Cell(dimension, "").of_events


def _key(session: Session, dimension: str, key: str) -> object:
    if key == UNKNOWN:
        return UNKNOWN
    if dimension == "person":
        if not key.isascii() or not key.isdigit() or len(key) > 9:
            raise _no_such_key(key)
        return int(key)
    code = _CODES.get(dimension)
    if code is None:
        return key
    found = session.scalar(select(code.parent.class_.id).where(code == key))
    if found is None:
        raise _no_such_key(key)
    return found


def _no_such_key(key: str) -> BadFilter:
    return BadFilter(_("“key” has no value “%(value)s”.", value=key[:80]), field="key")


def _only_newcomers(
    session: Session, asked: Question, counted: CountedSet, found: CountedSet
) -> CountedSet:
    event = asked.subject
    assert isinstance(event, Event)
    space = session.get(Space, space_of_event(session, event) or 0)
    new = None
    if space is not None:
        editions = editions_of(session, space, asked.user, asked.today)
        new = newcomers(session, event, counted, editions)
    return replace(found, of=(*found.of, Attendance.person_id.in_(sorted(new or ()))))
