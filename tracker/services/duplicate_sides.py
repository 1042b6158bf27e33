"""What each of two records that may be one has, side by side."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.models import (
    Affiliation,
    Attendance,
    Event,
    EventOrganization,
    Organization,
    Person,
    User,
)
from tracker.services.visibility import visible_to


@dataclass
class Side:
    """A record, how much is recorded of it, and its latest event that the reader may see."""

    thing: Any
    attendances: int = 0
    affiliations: int = 0
    last_event: Event | None = field(default=None)

    @property
    def weight(self) -> tuple[int, int, int]:
        """What speaks for keeping it: much that refers to it, and its age."""
        return self.attendances, self.affiliations, -self.thing.id


def people_sides(session: Session, ids: Collection[int], user: User) -> Mapping[int, Side]:
    """People with addresses, affiliations and spellings, by id."""
    query = (
        select(Person)
        .where(Person.id.in_(ids))
        .options(
            selectinload(Person.emails),
            selectinload(Person.aliases),
            selectinload(Person.affiliations).joinedload(Affiliation.organization),
        )
    )
    sides = {person.id: Side(person) for person in session.scalars(query)}
    _count_attendances(session, sides, Attendance.person_id, user)
    for side in sides.values():
        side.affiliations = len(side.thing.affiliations)
    return sides


def organization_sides(session: Session, ids: Collection[int], user: User) -> Mapping[int, Side]:
    """Organizations with aliases and what they are part of, by id."""
    query = (
        select(Organization)
        .where(Organization.id.in_(ids))
        .options(
            selectinload(Organization.aliases),
            joinedload(Organization.parent),
            joinedload(Organization.successor),
        )
    )
    sides = {organization.id: Side(organization) for organization in session.scalars(query)}
    _count_attendances(session, sides, Attendance.organization_id, user)
    of_each = (
        select(Affiliation.organization_id, func.count(Affiliation.id))
        .where(Affiliation.organization_id.in_(sides))
        .group_by(Affiliation.organization_id)
    )
    for id_, count in session.execute(of_each):
        sides[id_].affiliations = count
    return sides


def _count_attendances(
    session: Session, sides: Mapping[int, Side], column: Any, user: User
) -> None:
    counts = select(column, func.count(Attendance.id)).where(column.in_(sides)).group_by(column)
    for id_, count in session.execute(counts):
        sides[id_].attendances = count
    for id_, event in _last_events(session, sides, column, user).items():
        sides[id_].last_event = event


def _last_events(
    session: Session, sides: Mapping[int, Side], column: Any, user: User
) -> dict[int, Event]:
    attended = select(column.label("id"), Attendance.event_id).where(
        column.in_(sides), Attendance.status != "cancelled"
    )
    organized = select(EventOrganization.organization_id, EventOrganization.event_id).where(
        EventOrganization.organization_id.in_(sides)
    )
    of_organizations = column is Attendance.organization_id
    links = (attended.union(organized) if of_organizations else attended).subquery()
    ranked = (
        select(
            links.c.id.label("of"),
            Event.id.label("event_id"),
            func.row_number()
            .over(partition_by=links.c.id, order_by=(Event.starts_at.desc(), Event.id.desc()))
            .label("place"),
        )
        .join(Event, Event.id == links.c.event_id)
        .where(visible_to(user), Event.start_date.is_not(None))
        .subquery()
    )
    query = select(ranked.c.of, Event).join(ranked, ranked.c.event_id == Event.id)
    rows: Sequence[Any] = session.execute(query.where(ranked.c.place == 1)).all()
    return dict(rows)
