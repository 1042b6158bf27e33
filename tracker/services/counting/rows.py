"""The rows behind a number: the same set and the same dimension that counted it, as a list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.models import Attendance, Event, Organization, Person
from tracker.services.counting.dimensions import (
    ATTENDANCE_COLUMNS,
    EVENT_COLUMNS,
    EVENT_PAIRS,
    UNKNOWN,
    region_of,
)
from tracker.services.counting.facts import editions_by, wholes_of
from tracker.services.counting.sets import CountedSet

EDITION, REGION, EVENT = "edition", "region", "event"


@dataclass(frozen=True)
class Cell:
    """A row of a breakdown: its dimension, and the key that was counted (an id where it is one)."""

    dimension: str
    key: Any
    scheme: str = ""

    @property
    def of_events(self) -> bool:
        """Whether it is events that have the key, whoever attended."""
        return self.dimension in (EDITION, EVENT, *EVENT_COLUMNS, *EVENT_PAIRS)


def narrowed(session: Session, counted: CountedSet, cell: Cell) -> CountedSet:
    """The part of a set that one row of a breakdown counts."""
    if not cell.of_events:
        return replace(counted, of=(*counted.of, _of_attendances(cell)))
    return replace(counted, among=(*counted.among, _of_events(session, counted, cell)))


def _of_attendances(cell: Cell) -> ColumnElement[bool]:
    if cell.dimension == REGION:
        return _has(region_of(cell.scheme), cell.key)
    column: ColumnElement[Any] = ATTENDANCE_COLUMNS[cell.dimension]
    if cell.dimension == "role":
        roles: ColumnElement[str] = ";" + column + ";"
        return roles.contains(f";{cell.key};", autoescape=True)
    return _has(column, cell.key)


def _of_events(session: Session, counted: CountedSet, cell: Cell) -> ColumnElement[bool]:
    if cell.dimension == EVENT:
        return Event.id == int(cell.key)
    if cell.dimension == EDITION:
        editions = editions_by(wholes_of(session, counted))
        return Event.id.in_([event for event, own in editions.items() if cell.key in own])
    if cell.dimension in EVENT_COLUMNS:
        return _has(EVENT_COLUMNS[cell.dimension], cell.key)
    pairs = EVENT_PAIRS[cell.dimension](counted.events()).subquery()
    event, key = pairs.c
    known: Select[Any] = select(event)
    if cell.key == UNKNOWN:
        return Event.id.not_in(known)
    return Event.id.in_(known.where(key == cell.key))


def _has(column: ColumnElement[Any], key: Any) -> ColumnElement[bool]:
    is_key: ColumnElement[bool] = column == key
    if key != UNKNOWN:
        return is_key
    # A word for what is not known, as modes have one, and nothing at all are one row.
    is_nothing = column.is_(None)
    return or_(is_nothing, is_key) if isinstance(column.type, String) else is_nothing


def events_query(counted: CountedSet, cell: Cell | None) -> Select[Event]:
    """The events of a set; of a row that counts attendances, those where there are any."""
    query = select(Event).where(Event.id.in_(counted.events()))
    if cell is not None and not cell.of_events:
        query = query.where(Event.id.in_(select(Attendance.event_id).where(*counted.attendances())))
    return query.options(joinedload(Event.space))


def attendances_query(counted: CountedSet) -> Select[Attendance]:
    """The counted attendances, each with its event, person and organization."""
    return (
        select(Attendance)
        .where(*counted.attendances())
        .options(
            joinedload(Attendance.event),
            joinedload(Attendance.person),
            joinedload(Attendance.organization),
        )
    )


def people_query(counted: CountedSet) -> Select[Person]:
    """The persons behind `people` (rule 17)."""
    there = select(Attendance.person_id).where(*counted.attendances())
    return select(Person).where(Person.id.in_(there.where(Attendance.person_id.is_not(None))))


def number_of(session: Session, query: Select[Any]) -> int:
    """How many rows a query has."""
    rows = query.options().with_only_columns(_key_of(query)).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def _key_of(query: Select[Any]) -> Any:
    return query.column_descriptions[0]["entity"].id


def attendances_of(session: Session, counted: CountedSet, people: Sequence[int]) -> dict[int, int]:
    """How many of the counted attendances each of some persons has."""
    query = (
        select(Attendance.person_id, func.count())
        .where(*counted.attendances(), Attendance.person_id.in_(people))
        .group_by(Attendance.person_id)
    )
    return {person: number for person, number in session.execute(query) if person is not None}


ATTENDANCE_ROWS = (
    "event_key", "start", "person", "label", "organization", "country", "stakeholder_group", "role",
    "mode", "minutes",
)  # fmt: skip


def attendance_rows(session: Session, counted: CountedSet) -> Iterable[Sequence[Any]]:
    """The counted attendances as values, however many: in memory there is only a piece of them."""
    query = (
        select(
            Event.key,
            Event.start_date,
            Person.name,
            Attendance.label,
            Organization.acronym,
            Attendance.country,
            Attendance.stakeholder_group,
            Attendance.role,
            Attendance.mode,
            Attendance.minutes,
            Person.erased_at,
        )
        .select_from(Attendance)
        .join(Event, Event.id == Attendance.event_id)
        .outerjoin(Person, Person.id == Attendance.person_id)
        .outerjoin(Organization, Organization.id == Attendance.organization_id)
        .where(*counted.attendances())
        .order_by(Attendance.event_id, Attendance.id)
        .execution_options(yield_per=2_000)
    )
    return session.execute(query)


def people_rows(session: Session, counted: CountedSet) -> Iterable[Any]:
    """The persons, each with how many of the counted attendances are theirs."""
    query = (
        select(
            Person.id,
            Person.name,
            Person.erased_at,
            Person.country,
            func.count(Attendance.id).label("attendances"),
        )
        .join(Attendance, Attendance.person_id == Person.id)
        .where(*counted.attendances())
        .group_by(Person.id)
        .order_by(Person.sort_name, Person.id)
        .execution_options(yield_per=2_000)
    )
    return session.execute(query)
