"""Who goes where: the plans of organizations and people, their crowds and clashes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager

from tracker.errors import BadFilter
from tracker.models import Attendance, Event, GroupingMember, Organization, Person, User
from tracker.models.vocabulary import TECHNICAL_COMMUNITY
from tracker.models.when import YEARS
from tracker.services.event_pages import list_options
from tracker.services.filters import EventFilter, Values, conditions, read_filter
from tracker.services.paging import Order, Page, fetch_page
from tracker.services.resolve import read_people
from tracker.services.visibility import visible_to

FILTERS = ("organization", "grouping", "person", "space", "country", "from", "to")
PLANNED = ("planned", "registered")
# Who came to an event of the period has gone where they were to go.
GOING = (*PLANNED, "attended")
HORIZON = timedelta(days=183)
_LAST_DAY = date(YEARS[-1], 12, 31)
# Three of one organization at one event are worth a second look.
CROWD = 3
MOST_NAMES = 12
BY_START = Order(Event.starts_at, Event.id)


@dataclass(frozen=True)
class Plan:
    """Whose plans are asked for, where and when; no organization and no person is everybody's.

    `undated`: events without any date, to which somebody is still to go, are in it beside those of
    the period.
    """

    organizations: tuple[Organization, ...]
    people: tuple[Person, ...]
    events: EventFilter
    user: User
    today: date
    undated: bool = False

    @property
    def organization_ids(self) -> list[int]:
        """Their ids."""
        return [organization.id for organization in self.organizations]

    def of_theirs(self, statuses: Sequence[str] = GOING) -> list[ColumnElement[bool]]:
        """The conditions on Attendance: one of these organizations or people, in these statuses."""
        found: list[ColumnElement[bool]] = [Attendance.status.in_(statuses)]
        if self.organizations:
            found.append(Attendance.organization_id.in_(self.organization_ids))
        if self.people:
            found.append(Attendance.person_id.in_([person.id for person in self.people]))
        return found

    def of_events(self) -> list[ColumnElement[bool]]:
        """The conditions on Event: seen by the reader, not cancelled, in the filter and period."""
        inside = conditions(self.events)
        if self.undated:
            ahead = (
                Event.first_day.is_(None),
                *conditions(replace(self.events, first=None, last=None)),
                Event.id.in_(select(Attendance.event_id).where(*self.of_theirs(PLANNED))),
            )
            inside = [or_(and_(*inside), and_(*ahead))]
        return [visible_to(self.user), Event.status != "cancelled", *inside]

    def not_over(self) -> ColumnElement[bool]:
        """The condition on Event: something can still be planned about it."""
        return Event.ends_at > datetime.combine(self.today, time(), UTC)


@dataclass(frozen=True)
class Going:
    """The first names of those who go to an event, and how many they are in all."""

    attendances: Sequence[Attendance]
    number: int

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.number - len(self.attendances)

    @property
    def by_organization(self) -> list[tuple[Organization | None, list[Attendance]]]:
        """Those named, by whom they represent."""
        groups = groupby(self.attendances, key=lambda attendance: attendance.organization)
        return [(organization, list(those)) for organization, those in groups]


@dataclass(frozen=True)
class Crowd:
    """An event to which several people of one organization go."""

    event: Event
    organization: Organization
    going: Going


def read_plan(
    session: Session, values: Values, user: User, today: date, also: Sequence[str] = ()
) -> Plan:
    """The plan that a query string asks for; raises BadFilter on what it does not know.

    A grouping of organizations chooses its members, one of countries filters the places. Without
    any choice it is the plan of the user's organization, else that of the technical community.
    Without a period it begins today and reaches half a year ahead, and has what is undated yet.
    """
    values = {**values, "organization": _listed(values.get("organization", ()))}
    wanted = read_filter(session, values, also=also, takes=FILTERS)
    for name, day in (("from", wanted.first), ("to", wanted.last)):
        if day is not None and day.year not in YEARS:
            raise BadFilter(
                _("“%(name)s” lies between %(first)d and %(last)d.",
                  name=name, first=YEARS[0], last=YEARS[-1])
            )  # fmt: skip
    members = _members(session, wanted)
    of_countries = tuple(each for each in wanted.grouping if each.id not in members)
    chosen = [*wanted.organization, *(o for found in members.values() for o in found)]
    people = tuple(dict.fromkeys(read_people(session, values.get("person", ()))))
    if not chosen and not people:
        chosen = [user.organization] if user.organization else _technical_community(session)
    first = wanted.first or (min(today, wanted.last) if wanted.last else today)
    last = wanted.last or min(first + HORIZON, _LAST_DAY)
    events = replace(wanted, organization=(), grouping=of_countries, first=first, last=last)
    undated = wanted.first is None and wanted.last is None
    return Plan(tuple(dict.fromkeys(chosen)), people, events, user, today, undated)


def _listed(given: Sequence[str]) -> list[str]:
    return [part.strip() for text in given for part in text.split(";") if part.strip()]


def _members(session: Session, wanted: EventFilter) -> Mapping[int, list[Organization]]:
    if not wanted.grouping:
        return {}
    query = (
        select(GroupingMember.grouping_id, Organization)
        .join(GroupingMember.organization)
        .where(GroupingMember.grouping_id.in_([each.id for each in wanted.grouping]))
        .order_by(Organization.sort_name)
    )
    found: dict[int, list[Organization]] = {}
    for grouping_id, organization in session.execute(query):
        found.setdefault(grouping_id, []).append(organization)
    return found


def _technical_community(session: Session) -> list[Organization]:
    query = (
        select(Organization)
        .where(
            Organization.id.in_(
                select(GroupingMember.organization_id).where(
                    GroupingMember.grouping.has(name=TECHNICAL_COMMUNITY)
                )
            )
        )
        .order_by(Organization.sort_name)
    )
    return list(session.scalars(query))


def planned_events(session: Session, plan: Plan, after: str | None) -> Page[Event]:
    """A page of the events to which somebody of the plan goes, in the order they start."""
    query = planned_events_query(plan).options(*list_options())
    return fetch_page(session, query, BY_START, after)


def planned_events_query(plan: Plan) -> Select[Event]:
    """The events to which somebody of the plan goes."""
    going = select(Attendance.event_id).where(*plan.of_theirs())
    return select(Event).where(*plan.of_events(), Event.id.in_(going))


def plan_query(plan: Plan) -> Select[Attendance]:
    """Everybody of the plan at each of its events, by event and name."""
    return (
        select(Attendance)
        .join(Attendance.event)
        .outerjoin(Attendance.person)
        .outerjoin(Attendance.organization)
        .where(*plan.of_events(), *plan.of_theirs())
        .options(
            contains_eager(Attendance.event),
            contains_eager(Attendance.person),
            contains_eager(Attendance.organization),
        )
        .order_by(Event.starts_at, Event.id, *_by_name())
    )


def totals(session: Session, plan: Plan) -> dict[str, int]:
    """How many people go, to how many events, and to how many of them in a crowd."""
    seen = select(Event.id).where(*plan.of_events())
    people, events = session.execute(
        select(
            func.count(Attendance.person_id.distinct()), func.count(Attendance.event_id.distinct())
        ).where(*plan.of_theirs(), Attendance.event_id.in_(seen))
    ).one()
    crowded = select(func.count()).select_from(_crowds_query(plan).subquery())
    return {"people": people, "events": events, "crowds": session.scalar(crowded) or 0}


def who_goes(session: Session, plan: Plan, events: Sequence[Event]) -> dict[int, Going]:
    """By event id, who of the plan goes there."""
    of_event = Attendance.event_id.in_([event.id for event in events])
    found = _named(session, [of_event, *plan.of_theirs()], by=(Attendance.event_id,))
    return {key[0]: going for key, going in found.items()}


def _by_name() -> tuple[ColumnElement[Any], ...]:
    # Who is not identified comes behind those with a name.
    return (
        func.coalesce(Organization.sort_name, ""),
        Person.id.is_(None),
        func.coalesce(Person.sort_name, ""),
        Attendance.id.expression,
    )


def _named(
    session: Session, where: Sequence[ColumnElement[bool]], by: Sequence[InstrumentedAttribute[Any]]
) -> dict[tuple[int, ...], Going]:
    """The attendances of a condition in groups: of each the first names, and how many there are."""
    place = func.row_number().over(partition_by=by, order_by=_by_name()).label("place")
    number = func.count().over(partition_by=by).label("number")
    ranked = (
        select(Attendance.id, place, number)
        .outerjoin(Attendance.person)
        .outerjoin(Attendance.organization)
        .where(*where)
        .subquery()
    )
    query = (
        select(Attendance, ranked.c.number)
        .join(ranked, ranked.c.id == Attendance.id)
        .outerjoin(Attendance.person)
        .outerjoin(Attendance.organization)
        .where(ranked.c.place <= MOST_NAMES)
        .options(contains_eager(Attendance.person), contains_eager(Attendance.organization))
        .order_by(ranked.c.place)
    )
    columns = [str(column.key) for column in by]
    found: dict[tuple[int, ...], tuple[list[Attendance], int]] = {}
    for attendance, number_ in session.execute(query):
        key = tuple(getattr(attendance, column) for column in columns)
        found.setdefault(key, ([], number_))[0].append(attendance)
    return {key: Going(attendances, number_) for key, (attendances, number_) in found.items()}


def _crowds_query(plan: Plan) -> Select[int, int | None]:
    """Pairs of event and organization where a crowd goes to what is not over."""
    ahead = select(Event.id).where(*plan.of_events(), plan.not_over())
    return (
        select(Attendance.event_id, Attendance.organization_id)
        .where(
            *plan.of_theirs(),
            Attendance.organization_id.is_not(None),
            Attendance.event_id.in_(ahead),
        )
        .group_by(Attendance.event_id, Attendance.organization_id)
        .having(func.count(Attendance.person_id.distinct()) >= CROWD)
    )


def crowds(
    session: Session, plan: Plan, after: str | None = None, size: int = 50
) -> tuple[list[Crowd], str | None]:
    """The crowds at a page of events, and the cursor of the next page."""
    pairs = _crowds_query(plan).subquery()
    query = select(Event).where(Event.id.in_(select(pairs.c.event_id))).options(*list_options())
    page = fetch_page(session, query, BY_START, after, size)
    at = [event.id for event in page.rows]
    found = _named(
        session,
        [
            Attendance.event_id.in_(at),
            *plan.of_theirs(),
            tuple_(Attendance.event_id, Attendance.organization_id).in_(
                select(pairs.c.event_id, pairs.c.organization_id)
            ),
        ],
        by=(Attendance.event_id, Attendance.organization_id),
    )
    events = {event.id: event for event in page.rows}
    made = [
        Crowd(events[event_id], organization, going)
        for (event_id, _organization), going in found.items()
        if (organization := going.attendances[0].organization) is not None
    ]
    made.sort(key=lambda crowd: (at.index(crowd.event.id), crowd.organization.sort_name))
    return made, page.next_cursor


@dataclass(frozen=True)
class OwnPlans:
    """Who of a user's organization (of anybody's without one) goes, and whether the user does."""

    going: Going
    me: bool


def own_plans(session: Session, event: Event, user: User) -> OwnPlans | None:
    """What the page of an event says of plans; nothing once it is over or cancelled."""
    if event.ends_at <= datetime.now(UTC) or event.status == "cancelled":
        return None
    there = [Attendance.event_id == event.id, Attendance.status.in_(GOING)]
    theirs = [Attendance.organization_id == user.organization_id] if user.organization_id else []
    found = _named(session, [*there, *theirs], by=(Attendance.event_id,))
    me = select(Attendance.id).where(Attendance.person_id == user.person_id, *there)
    return OwnPlans(
        found.get((event.id,), Going((), 0)),
        user.person_id is not None and session.scalar(me) is not None,
    )
