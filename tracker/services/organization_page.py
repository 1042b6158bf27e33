"""What the page of an organization shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from tracker.models import (
    Affiliation,
    Attendance,
    Contribution,
    Engagement,
    Event,
    EventOrganization,
    FollowUp,
    Grouping,
    GroupingMember,
    Organization,
    Person,
    Space,
    User,
)
from tracker.services.affiliations import in_force_on
from tracker.services.counting.events import counted
from tracker.services.filters import EventFilter
from tracker.services.follow_ups import count_open, open_follow_ups
from tracker.services.visibility import visible_to

EVENTS = 8
PEOPLE = 30
CONTRIBUTIONS = 20


@dataclass(frozen=True)
class SpaceRoles:
    """A space and what an organization is there; without engagements it only organizes it."""

    space: Space
    engagements: Sequence[Engagement]

    @property
    def past(self) -> bool:
        """Whether all of it has ended."""
        return bool(self.engagements) and all(each.to_date for each in self.engagements)


@dataclass(frozen=True)
class OrganizationPage:
    """An organization with all that is shown beside it."""

    organization: Organization
    predecessors: Sequence[Organization]
    groupings: Sequence[Grouping]
    country_groupings: Sequence[Grouping]
    spaces: Sequence[SpaceRoles]
    coming: Sequence[Event]
    recent: Sequence[Event]
    events_organized: int
    attendances: int
    people: Sequence[Affiliation]
    people_count: int
    contributions: Sequence[Contribution]
    follow_ups: Sequence[FollowUp]
    open_follow_ups: int


def find_organization(session: Session, organization_id: int) -> Organization:
    """An organization with what its page names of it."""
    query = (
        select(Organization)
        .where(Organization.id == organization_id)
        .options(
            joinedload(Organization.parent),
            joinedload(Organization.successor),
            selectinload(Organization.children),
            selectinload(Organization.aliases),
        )
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).unique().one()


def organization_page(
    session: Session, organization_id: int, user: User | None, today: date, now: datetime
) -> OrganizationPage:
    """All that the page of an organization shows to a reader; people only if signed in."""
    organization = find_organization(session, organization_id)
    own, of_country = _groupings(session, organization)
    mine = _took_part(organization, ("organizer", "partner"))
    seen = select(Event).where(mine, visible_to(user)).options(with_organizers())
    coming = seen.where(Event.ends_at > now).order_by(Event.starts_at, Event.id)
    recent = seen.where(Event.ends_at <= now).order_by(Event.starts_at.desc(), Event.id.desc())
    people, people_count = _people(session, organization, today) if user else ([], 0)
    return OrganizationPage(
        organization=organization,
        predecessors=session.scalars(
            select(Organization)
            .where(Organization.successor_id == organization.id)
            .order_by(Organization.sort_name)
        ).all(),
        groupings=own,
        country_groupings=of_country,
        spaces=_spaces(session, organization),
        coming=session.scalars(coming.limit(EVENTS)).all(),
        recent=session.scalars(recent.limit(EVENTS)).all(),
        events_organized=_count_organized(session, organization, user),
        attendances=_count_attendances(session, organization, user),
        people=people,
        people_count=people_count,
        contributions=session.scalars(
            contributions_query(user)
            .where(Contribution.organization_id == organization.id)
            .limit(CONTRIBUTIONS)
        ).all(),
        follow_ups=open_follow_ups(session, user, organization=organization) if user else [],
        open_follow_ups=count_open(session, user, organization=organization) if user else 0,
    )


def with_organizers() -> ORMOption:
    """Load the organizations of events that lists name, in one query."""
    links = selectinload(Event.organization_links)
    return links.joinedload(EventOrganization.organization)


def _took_part(organization: Organization, roles: Sequence[str]) -> ColumnElement[bool]:
    return Event.id.in_(
        select(EventOrganization.event_id).where(
            EventOrganization.organization_id == organization.id, EventOrganization.role.in_(roles)
        )
    )


def _groupings(
    session: Session, organization: Organization
) -> tuple[list[Grouping], list[Grouping]]:
    rows = session.execute(
        select(Grouping, GroupingMember.organization_id)
        .join(Grouping.members)
        .where(
            or_(
                GroupingMember.organization_id == organization.id,
                GroupingMember.country == organization.country,
            )
        )
        .order_by(Grouping.name)
    ).all()
    own = [grouping for grouping, member in rows if member is not None]
    return own, [grouping for grouping, member in rows if member is None]


def _spaces(session: Session, organization: Organization) -> list[SpaceRoles]:
    engagements = session.scalars(
        select(Engagement)
        .where(Engagement.organization_id == organization.id)
        .options(joinedload(Engagement.space), joinedload(Engagement.person))
        .order_by(Engagement.to_date.is_not(None), Engagement.from_date, Engagement.id)
    ).all()
    organized = session.scalars(select(Space).where(Space.organizer_id == organization.id)).all()
    found = {space.id: space for space in (*organized, *(each.space for each in engagements))}
    return [
        SpaceRoles(space, [each for each in engagements if each.space_id == space.id])
        for space in sorted(found.values(), key=lambda space: (space.sort_name, space.id))
    ]


def _count_organized(session: Session, organization: Organization, user: User | None) -> int:
    organized = _took_part(organization, ("organizer",))
    query = select(func.count(Event.id)).where(organized, *counted(EventFilter(), user))
    return session.scalar(query) or 0


def _count_attendances(session: Session, organization: Organization, user: User | None) -> int:
    query = (
        select(func.count(Attendance.id))
        .join(Attendance.event)
        .where(
            Attendance.organization_id == organization.id,
            Attendance.status == "attended",
            *counted(EventFilter(), user),
        )
    )
    return session.scalar(query) or 0


def _people(
    session: Session, organization: Organization, today: date
) -> tuple[Sequence[Affiliation], int]:
    here = (Affiliation.organization_id == organization.id, in_force_on(today))
    query = (
        select(Affiliation)
        .join(Affiliation.person)
        .where(*here)
        .options(joinedload(Affiliation.person))
        .order_by(Person.sort_name, Affiliation.id)
        .limit(PEOPLE)
    )
    count = select(func.count(func.distinct(Affiliation.person_id))).where(*here)
    return session.scalars(query).all(), session.scalar(count) or 0


def contributions_query(user: User | None) -> Select[Contribution]:
    """Contributions to spaces and to events a reader may see, the latest first."""
    return (
        select(Contribution)
        .outerjoin(Contribution.event)
        .where(or_(Contribution.event_id.is_(None), visible_to(user)))
        .options(
            joinedload(Contribution.event),
            joinedload(Contribution.space),
            joinedload(Contribution.organization),
            joinedload(Contribution.person),
        )
        .order_by(
            func.coalesce(Contribution.date, Event.start_date, "").desc(), Contribution.id.desc()
        )
    )
