"""What the first page shows: what is next, who goes, what needs a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tracker.models import Event, Organization, Person, Space, User
from tracker.services import plans
from tracker.services.counting.coverage import Asked, Coverage, Whose, coverage, spaces_by_id
from tracker.services.counting.passes import count
from tracker.services.counting.sets import of_organizations
from tracker.services.event_pages import list_options
from tracker.services.feeds import of_organization
from tracker.services.filters import EventFilter
from tracker.services.plan_gaps import Gaps, gaps
from tracker.services.visibility import visible_to

HORIZON = timedelta(days=90)
MOST = 8
MOST_NAMED = 3


@dataclass(frozen=True)
class Coming:
    """An event that is next, the first people of the organization who go, and how many more."""

    event: Event
    people: Sequence[Person]
    more: int


def totals(session: Session) -> dict[str, int]:
    """How much is recorded, for readers without an organization of their own."""
    public = select(func.count()).select_from(Event).where(visible_to(None))
    return {
        "events": session.scalar(public) or 0,
        "spaces": session.scalar(select(func.count()).select_from(Space)) or 0,
        "organizations": session.scalar(select(func.count()).select_from(Organization)) or 0,
    }


def next_events(session: Session, user: User | None, today: date) -> list[Coming]:
    """What is under way or starts within the horizon; of the user's organization, if it has one."""
    start = datetime.combine(today, time(), UTC)
    query: Select[Event] = (
        select(Event)
        .where(
            visible_to(user),
            Event.status != "cancelled",
            Event.ends_at > start,
            Event.starts_at < start + HORIZON,
        )
        .options(*list_options())
        .order_by(Event.starts_at, Event.id)
        .limit(MOST)
    )
    organization = user.organization if user else None
    own = query.where(of_organization(organization)) if organization else query
    events = session.scalars(own).all() or session.scalars(query).all()
    if user is None:
        return [Coming(event, (), 0) for event in events]
    plan = plans.Plan((organization,) if organization else (), (), EventFilter(), user, today)
    going = plans.who_goes(session, plan, events)
    return [_coming(event, going.get(event.id)) for event in events]


def _coming(event: Event, going: plans.Going | None) -> Coming:
    if going is None:
        return Coming(event, (), 0)
    people = [each.person for each in going.attendances if each.person][:MOST_NAMED]
    return Coming(event, people, going.number - len(people))


def recent_events(session: Session, user: User | None, today: date) -> Sequence[Event]:
    """What was held last."""
    query = (
        select(Event)
        .where(
            visible_to(user),
            Event.status != "cancelled",
            Event.ends_at <= datetime.combine(today, time(), UTC),
        )
        .options(*list_options())
        .order_by(Event.starts_at.desc(), Event.id.desc())
    )
    return session.scalars(query.limit(5)).all()


@dataclass(frozen=True)
class Year:
    """An organization's year so far, beside the same months of the year before."""

    events: int
    events_before: int
    people: int
    people_before: int
    covered: int
    held: int
    rows: Sequence[Coverage]
    spaces: Mapping[int, Space]


def year_so_far(session: Session, organization: Organization, user: User, today: date) -> Year:
    """The figures of an organization from 1 January to today, by the counting rules."""
    leap_day = (today.month, today.day) == (2, 29)
    same_day = today.replace(year=today.year - 1, day=28 if leap_day else today.day)
    events, people = _sums(session, organization, user, date(today.year, 1, 1), today)
    before = _sums(session, organization, user, date(today.year - 1, 1, 1), same_day)
    year = EventFilter(first=date(today.year, 1, 1), last=date(today.year, 12, 31))
    whose = Whose.one(organization.id, [organization.id])
    rows = coverage(session, Asked(year, user, today), whose)
    held = [row for row in rows if row.held and row.engaged_as]
    return Year(
        events=events,
        events_before=before[0],
        people=people,
        people_before=before[1],
        covered=sum(1 for row in held if row.attended),
        held=len(held),
        rows=rows,
        spaces=spaces_by_id(session, (row.space_id for row in rows)),
    )


def _sums(
    session: Session, organization: Organization, user: User, first: date, last: date
) -> tuple[int, int]:
    """The events in which an organization took part, and its people there."""
    wanted = EventFilter(first=first, last=last)
    own = of_organizations([organization.id], wanted, user, last)
    events = session.scalar(select(func.count()).select_from(own.events().subquery()))
    return events or 0, count(session, own, {}).people


def own_gaps(session: Session, organization: Organization, user: User, today: date) -> Gaps:
    """The next editions within half a year to which nobody of the organization goes."""
    period = EventFilter(first=today, last=today + plans.HORIZON)
    return gaps(session, plans.Plan((organization,), (), period, user, today))
