"""What the page of a person shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.models import (
    Affiliation,
    Attendance,
    Contribution,
    Engagement,
    Event,
    FollowUp,
    Person,
    Space,
    User,
)
from tracker.services.follow_ups import count_open, open_follow_ups
from tracker.services.organization_page import contributions_query
from tracker.services.paging import Order, Page, fetch_page
from tracker.services.visibility import visible_to

CONTRIBUTIONS = 20
_LATEST_FIRST = Order(Event.starts_at, Event.id, descending=True)


@dataclass(frozen=True)
class PersonPage:
    """All that is shown beside the facts of a person; `events` are those of `attendances`."""

    events: Page[Event]
    attendances: Mapping[int, Attendance]
    attended: int
    contributions: Sequence[Contribution]
    engagements: Sequence[Engagement]
    follow_ups: Sequence[FollowUp]
    open_follow_ups: int


def find_person(session: Session, person_id: int) -> Person | None:
    """A person with addresses and affiliations."""
    query = (
        select(Person)
        .where(Person.id == person_id)
        .options(
            selectinload(Person.emails),
            selectinload(Person.aliases),
            selectinload(Person.affiliations).joinedload(Affiliation.organization),
        )
    )
    return session.scalar(query)


def person_page(session: Session, person: Person, user: User, after: str | None) -> PersonPage:
    """All that the page of a person shows; events from the cursor `after` on, latest first."""
    query = (
        select(Event)
        .join(Attendance, Attendance.event_id == Event.id)
        .where(Attendance.person_id == person.id, visible_to(user))
    )
    events = fetch_page(session, query, _LATEST_FIRST, after)
    rows = session.scalars(
        select(Attendance)
        .where(
            Attendance.person_id == person.id,
            Attendance.event_id.in_([event.id for event in events.rows]),
        )
        .options(joinedload(Attendance.organization))
    )
    return PersonPage(
        events=events,
        attendances={attendance.event_id: attendance for attendance in rows},
        attended=session.scalar(
            select(func.count(Attendance.id))
            .join(Attendance.event)
            .where(
                Attendance.person_id == person.id,
                Attendance.status == "attended",
                visible_to(user),
            )
        )
        or 0,
        contributions=session.scalars(
            contributions_query(user)
            .where(Contribution.person_id == person.id)
            .limit(CONTRIBUTIONS)
        ).all(),
        engagements=session.scalars(
            select(Engagement)
            .join(Engagement.space)
            .where(Engagement.person_id == person.id)
            .options(joinedload(Engagement.space), joinedload(Engagement.organization))
            .order_by(Engagement.to_date.is_not(None), Space.sort_name, Engagement.id)
        ).all(),
        follow_ups=open_follow_ups(session, user, person=person),
        open_follow_ups=count_open(session, user, person=person),
    )
