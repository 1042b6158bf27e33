"""What the first page shows: what is next, who goes, what needs a person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask_babel import gettext as _, ngettext
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tracker.access import WRITE, has_permission
from tracker.models import Attendance, Event, Organization, Person, Space, User
from tracker.services import counting_organization as counts
from tracker.services.counting_coverage import Coverage, coverage
from tracker.services.counting_organization import OwnEvents
from tracker.services.event_pages import list_options
from tracker.services.feeds import of_organization
from tracker.services.filters import EventFilter
from tracker.services.visibility import visible_to

HORIZON = timedelta(days=90)
RECENT = timedelta(days=60)
MOST = 8


@dataclass(frozen=True)
class Task:
    """Something that waits for a person, with the verb that settles it and where."""

    title: str
    detail: str
    verb: str
    page: str
    key: str


@dataclass(frozen=True)
class Coming:
    """An event that is next, the people of the organization who go, and how many more."""

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
    going = _going(session, [event.id for event in events], organization) if user else {}
    return [
        Coming(event, going.get(event.id, [])[:3], max(0, len(going.get(event.id, [])) - 3))
        for event in events
    ]


def _going(
    session: Session, events: Sequence[int], organization: Organization | None
) -> dict[int, list[Person]]:
    query = (
        select(Attendance.event_id, Person)
        .join(Attendance.person)
        .where(
            Attendance.event_id.in_(events),
            Attendance.status.in_(("planned", "registered", "attended")),
        )
        .order_by(Person.sort_name)
    )
    if organization is not None:
        query = query.where(Attendance.organization_id == organization.id)
    found: dict[int, list[Person]] = defaultdict(list)
    for event_id, person in session.execute(query.limit(500)):
        found[event_id].append(person)
    return found


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


def year_so_far(session: Session, organization: Organization, user: User, today: date) -> Year:
    """The figures of an organization from 1 January to today, by the counting rules."""
    now = _own(organization, user, date(today.year, 1, 1), today, today)
    leap_day = (today.month, today.day) == (2, 29)
    same_day = today.replace(year=today.year - 1, day=28 if leap_day else today.day)
    before = _own(organization, user, date(today.year - 1, 1, 1), same_day, today)
    year = _own(organization, user, date(today.year, 1, 1), date(today.year, 12, 31), today)
    rows = coverage(session, year)
    held = [row for row in rows if row.held and row.engaged_as]
    return Year(
        events=counts.about_the_events(session, now)["events"],
        events_before=counts.about_the_events(session, before)["events"],
        people=counts.about_the_attendances(session, now)["people"],
        people_before=counts.about_the_attendances(session, before)["people"],
        covered=sum(1 for row in held if row.attended),
        held=len(held),
        rows=rows,
    )


def _own(organization: Organization, user: User, first: date, last: date, today: date) -> OwnEvents:
    return OwnEvents([organization.id], EventFilter(first=first, last=last), user, today)


def waiting(
    session: Session, user: User, rows: Sequence[Coverage], today: date, language: str
) -> list[Task]:
    """What waits for this user: plans to confirm, days to set, tentative events, gaps."""
    if not has_permission(user, WRITE):
        return []
    tasks = [
        *_to_confirm(session, user, today, language),
        *_to_settle(session, user, today, language),
        *_gaps(session, rows, language),
    ]
    return tasks[:MOST]


def _to_confirm(session: Session, user: User, today: date, language: str) -> list[Task]:
    start = datetime.combine(today, time(), UTC)
    plans = select(Attendance.event_id, func.count().label("number")).where(
        Attendance.status.in_(("planned", "registered"))
    )
    if user.organization_id is not None:
        plans = plans.where(Attendance.organization_id == user.organization_id)
    planned = plans.group_by(Attendance.event_id).subquery()
    query = (
        select(Event, planned.c.number)
        .join(planned, planned.c.event_id == Event.id)
        .where(
            visible_to(user),
            Event.status != "cancelled",
            Event.ends_at <= start,
            Event.ends_at > start - RECENT,
        )
        .order_by(Event.starts_at.desc())
        .limit(3)
    )
    return [
        Task(
            _("Who came to %(name)s?", name=event.name_in(language)),
            ngettext(
                "%(num)d planned person, not yet confirmed",
                "%(num)d planned people, not yet confirmed",
                number,
            ),
            _("Confirm"),
            "attendance.index",
            event.key,
        )
        for event, number in session.execute(query)
    ]


def _to_settle(session: Session, user: User, today: date, language: str) -> list[Task]:
    start = datetime.combine(today, time(), UTC)
    organization = user.organization
    if organization is None:
        return []
    query = (
        select(Event)
        .where(
            visible_to(user),
            of_organization(organization),
            Event.ends_at > start,
            Event.starts_at < start + 2 * HORIZON,
            (Event.status == "tentative") | (func.length(Event.start_date) < len("YYYY-MM-DD")),
            Event.status != "cancelled",
        )
        .order_by(Event.starts_at)
        .limit(3)
    )
    return [
        Task(
            event.name_in(language),
            _("tentative, not yet confirmed") if event.has_days else _("the days are not set"),
            _("Confirm") if event.has_days else _("Set days"),
            "events.edit",
            event.key,
        )
        for event in session.scalars(query)
    ]


def _gaps(session: Session, rows: Sequence[Coverage], language: str) -> list[Task]:
    keys = [row.next_event for row in rows if row.engaged_as and row.next_event and not row.planned]
    query = select(Event).where(Event.key.in_(keys)).order_by(Event.starts_at).limit(4)
    return [
        Task(
            event.name_in(language),
            _("nobody is planned to go"),
            _("Assign"),
            "attendance.index",
            event.key,
        )
        for event in session.scalars(query)
    ]
