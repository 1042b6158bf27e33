"""What one organization, or several taken as one, did in a period: aggregates, never rows.

Every function counts the same set: the events of `OwnEvents`, and the attended attendances there
that represent the organization as it was at the event (DESIGN 3, rules 5, 6 and 8).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    Subquery,
    and_,
    case,
    func,
    select,
    union,
)
from sqlalchemy.orm import Session, aliased

from tracker.i18n import person_name
from tracker.models import Attendance, Event, EventOrganization, Organization, Person, Space, User
from tracker.models.vocabulary import ATTENDANCE_ROLES
from tracker.services.counting_events import counted, matching, space_of, started_by
from tracker.services.filters import EventFilter

ATTENDED = "attended"
ORGANIZES = ("organizer", "partner")


@dataclass(frozen=True)
class Counts:
    """One row of a breakdown; `key` None where it is not known."""

    key: Any
    events: int
    attendances: int
    people: int
    label: Any = None


@dataclass(frozen=True)
class OwnEvents:
    """The events of a filter, as one reader sees them, in which organizations took part."""

    organizations: Sequence[int]
    wanted: EventFilter
    user: User | None
    today: date

    def took_part(self) -> Select[Any]:
        """Ids of all events in which they took part, whoever may see them (rule 5)."""
        organized = select(EventOrganization.event_id).where(
            EventOrganization.organization_id.in_(self.organizations),
            EventOrganization.role.in_(ORGANIZES),
        )
        attended = select(Attendance.event_id).where(self._represents(Attendance))
        both = union(organized, attended).subquery()
        return select(both.c.event_id)

    def ids(self) -> Select[Any]:
        """Ids of the counted events."""
        # Queries over Event embed this one: without correlate(None) it would lose its own FROM.
        return select(Event.id).where(*self._counted()).correlate(None)

    def organized_ids(self, roles: Sequence[str] = ORGANIZES) -> Select[Any]:
        """Ids of the counted events which they organized or partnered."""
        return self.ids().where(self._has_role(roles))

    def facts(self, cancelled: bool = False) -> Subquery:
        """One row for each event: what the breakdowns group by."""
        query = select(
            Event.id,
            Event.key,
            Event.name_en,
            Event.name_es,
            Event.name_pt,
            Event.start_date,
            Event.first_day,
            Event.kind,
            Event.country,
            Event.status,
            func.substr(Event.start_date, 1, 4).label("year"),
            case((func.length(Event.start_date) > 4, func.substr(Event.start_date, 1, 7))).label(
                "month"
            ),
            case((started_by(self.today), 1), else_=0).label("held"),
            case((self._has_role(("organizer",)), 1), else_=0).label("organized"),
        )
        return query.where(*(self._cancelled() if cancelled else self._counted())).subquery()

    def attendances(self) -> Subquery:
        """The attended attendances that represent the organizations, at whichever event."""
        return (
            select(
                Attendance.id,
                Attendance.event_id,
                Attendance.person_id,
                Attendance.mode,
                Attendance.role,
                Attendance.minutes,
            )
            .where(self._represents(Attendance))
            .subquery()
        )

    def _represents(self, attendance: Any) -> ColumnElement[bool]:
        return and_(
            attendance.organization_id.in_(self.organizations), attendance.status == ATTENDED
        )

    def _has_role(self, roles: Sequence[str]) -> ColumnElement[bool]:
        return Event.id.in_(
            select(EventOrganization.event_id).where(
                EventOrganization.organization_id.in_(self.organizations),
                EventOrganization.role.in_(roles),
            )
        )

    def _counted(self) -> list[ColumnElement[bool]]:
        return [Event.id.in_(self.took_part()), *counted(self.wanted, self.user)]

    def _cancelled(self) -> list[ColumnElement[bool]]:
        return [
            Event.id.in_(self.took_part()),
            Event.status == "cancelled",
            *matching(self.wanted, self.user),
        ]


def everything_below(session: Session, organization_id: int) -> list[int]:
    """Ids of an organization, of all below it and of their predecessors, at any depth (rule 8)."""
    found = (
        select(Organization.id)
        .where(Organization.id == organization_id)
        .cte("below", recursive=True)
    )
    other = aliased(Organization)
    found = found.union(
        select(other.id).join(
            found, (other.parent_id == found.c.id) | (other.successor_id == found.c.id)
        )
    )
    return list(session.scalars(select(found.c.id).order_by(found.c.id)))


def about_the_events(session: Session, own: OwnEvents) -> RowMapping:
    """How many events there are, and what the method says about them."""
    facts = own.facts()
    undated = case((facts.c.start_date.is_(None), 1), else_=0)
    query = select(
        func.count().label("events"),
        func.count(facts.c.country.distinct()).label("countries"),
        (func.count() - func.count(facts.c.country)).label("without_country"),
        func.coalesce(func.sum(facts.c.organized), 0).label("organized"),
        func.coalesce(func.sum(facts.c.held), 0).label("held"),
        func.coalesce(func.sum(undated), 0).label("undated"),
        func.coalesce(func.sum(case((facts.c.status == "tentative", 1), else_=0)), 0).label(
            "tentative"
        ),
    ).select_from(facts)
    return session.execute(query).mappings().one()


def about_the_attendances(session: Session, own: OwnEvents) -> RowMapping:
    """Attendances, distinct people, how many are nobody we know, and known minutes."""
    at = own.attendances()
    query = select(
        func.count(at.c.id).label("attendances"),
        func.count(at.c.person_id.distinct()).label("people"),
        (func.count(at.c.id) - func.count(at.c.person_id)).label("unidentified"),
        func.sum(at.c.minutes).label("minutes"),
        func.count(at.c.minutes).label("with_minutes"),
    ).where(at.c.event_id.in_(own.ids()))
    return session.execute(query).mappings().one()


def first_recorded(session: Session, own: OwnEvents) -> tuple[date | None, date | None]:
    """The first day of the earliest event, and of the earliest attendance, in the whole set."""
    at = own.attendances()
    query = (
        select(
            func.min(Event.first_day),
            func.min(case((at.c.id.is_not(None), Event.first_day))),
        )
        .select_from(Event)
        .outerjoin(at, at.c.event_id == Event.id)
        .where(Event.id.in_(own.ids()))
    )
    event, attendance = session.execute(query).one()
    return event, attendance


def by_event_fact(session: Session, own: OwnEvents, fact: str) -> list[Counts]:
    """The counted events by a column of `facts`: year, month, kind or country."""
    facts, at = own.facts(), own.attendances()
    query = (
        _counts(facts.c[fact], facts.c.id, at)
        .outerjoin_from(facts, at, at.c.event_id == facts.c.id)
        .group_by(facts.c[fact])
    )
    return [Counts(*row) for row in session.execute(query)]


def by_space(session: Session, own: OwnEvents) -> list[Counts]:
    """The counted events by space; the label is the Space."""
    spaced, at = space_of(own.ids()), own.attendances()
    query = (
        _counts(spaced.c.space_id, spaced.c.event_id, at)
        .outerjoin_from(spaced, at, at.c.event_id == spaced.c.event_id)
        .group_by(spaced.c.space_id)
    )
    rows = [Counts(*row) for row in session.execute(query)]
    spaces = spaces_by_id(session, [row.key for row in rows if row.key is not None])
    return [
        Counts(None, row.events, row.attendances, row.people)
        if row.key is None
        else Counts(spaces[row.key].code, row.events, row.attendances, row.people, spaces[row.key])
        for row in rows
    ]


def spaces_by_id(session: Session, ids: Sequence[int]) -> dict[int, Space]:
    """Spaces by their id."""
    return {space.id: space for space in session.scalars(select(Space).where(Space.id.in_(ids)))}


def by_mode(session: Session, own: OwnEvents) -> list[Counts]:
    """The attendances by their own mode (rule 16)."""
    at = own.attendances()
    query = (
        _counts(at.c.mode, at.c.event_id, at)
        .where(at.c.event_id.in_(own.ids()))
        .group_by(at.c.mode)
    )
    return [Counts(*row) for row in session.execute(query)]


def by_role(session: Session, own: OwnEvents) -> list[Counts]:
    """The attendances under each of their roles (rule 17), in one pass."""
    at = own.attendances()
    columns: list[ColumnElement[int]] = []
    for role in ATTENDANCE_ROLES:
        has = (";" + at.c.role + ";").like(f"%;{role};%")
        columns += [
            func.count(case((has, at.c.event_id)).distinct()),
            func.count(case((has, at.c.id))),
            func.count(case((has, at.c.person_id)).distinct()),
        ]
    row = session.execute(select(*columns).where(at.c.event_id.in_(own.ids()))).one()
    found = (
        Counts(role, *row[3 * place : 3 * place + 3]) for place, role in enumerate(ATTENDANCE_ROLES)
    )
    return [counts for counts in found if counts.attendances]


def by_person(session: Session, own: OwnEvents) -> list[Counts]:
    """The persons behind `people` (rule 17); the label is the name."""
    at = own.attendances()
    query = (
        _counts(at.c.person_id, at.c.event_id, at)
        .add_columns(Person.name, Person.erased_at)
        .join_from(at, Person, Person.id == at.c.person_id)
        .where(at.c.event_id.in_(own.ids()))
        .group_by(at.c.person_id, Person.name, Person.erased_at)
    )
    return [
        Counts(row[0], row[1], row[2], row[3], person_name(row)) for row in session.execute(query)
    ]


def by_event(session: Session, own: OwnEvents) -> Sequence[RowMapping]:
    """The counted events themselves, each with its attendances and people."""
    facts, at = own.facts(), own.attendances()
    columns = [facts.c[name] for name in _NAMED]
    query = (
        select(
            *columns,
            func.count(at.c.id).label("attendances"),
            func.count(at.c.person_id.distinct()).label("people"),
        )
        .outerjoin_from(facts, at, at.c.event_id == facts.c.id)
        .group_by(*columns)
    )
    return session.execute(query).mappings().all()


def cancelled_events(session: Session, own: OwnEvents) -> Sequence[RowMapping]:
    """The events that would have counted, were they not cancelled (rule 2)."""
    facts = own.facts(cancelled=True)
    return session.execute(select(*(facts.c[name] for name in _NAMED))).mappings().all()


def together_with(session: Session, own: OwnEvents) -> Sequence[RowMapping]:
    """Organizations represented where these were: events of both, and who came for them."""
    at, other = own.attendances(), aliased(Attendance)
    shared = select(at.c.event_id).where(at.c.event_id.in_(own.ids()))
    query = (
        select(
            Organization.acronym,
            Organization.name_en,
            Organization.name_es,
            Organization.name_pt,
            func.count(other.event_id.distinct()).label("events"),
            func.count(other.id).label("attendances"),
            func.count(other.person_id.distinct()).label("people"),
        )
        .join_from(other, Organization, Organization.id == other.organization_id)
        .where(
            other.status == ATTENDED,
            other.organization_id.not_in(own.organizations),
            other.event_id.in_(shared),
        )
        .group_by(Organization.id)
    )
    return session.execute(query).mappings().all()


_NAMED = ("key", "name_en", "name_es", "name_pt", "start_date", "first_day", "country", "held")


def _counts(key: ColumnElement[Any], event: ColumnElement[int], at: Subquery) -> Select[Any]:
    return select(
        key,
        func.count(event.distinct()).label("events"),
        func.count(at.c.id).label("attendances"),
        func.count(at.c.person_id.distinct()).label("people"),
    )
