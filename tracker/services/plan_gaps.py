"""Where nobody goes: next editions of engaged spaces without a delegate, or not recorded yet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Attendance, Engagement, Event, Organization, Space
from tracker.services.counting.events import is_edition, started_by
from tracker.services.event_pages import list_options
from tracker.services.paging import fetch_page
from tracker.services.plans import BY_START, PLANNED, Plan
from tracker.services.visibility import visible_to


@dataclass(frozen=True)
class Gap:
    """The next edition of a space, the engaged organizations that send nobody, and who goes."""

    event: Event
    without: Sequence[Organization]
    going: Sequence[Organization]


@dataclass(frozen=True)
class Gaps:
    """A page of the gaps of a plan, how many there are, and spaces without a next edition."""

    rows: Sequence[Gap]
    number: int
    next_cursor: str | None
    unrecorded: Sequence[Space]


@dataclass(frozen=True)
class _Edition:
    id: int
    space_id: int
    first_day: date
    start_date: str


def gaps(session: Session, plan: Plan, after: str | None = None, size: int = 50) -> Gaps:
    """The next editions, starting in the plan's period, that lack a delegate of the engaged.

    A next edition has not started, is not cancelled and is known to the day or month; who goes
    to a part of it goes to it. An engagement counts if it is in force on its first day.
    """
    if plan.people or not plan.organizations:
        return Gaps((), 0, None, ())
    engaged = _engaged(session, plan)
    editions = _next_editions(session, plan, sorted(engaged))
    going = _going(session, plan, [edition.id for edition in editions.values()])
    lacking: dict[int, list[int]] = {}
    for space_id, edition in editions.items():
        without = {
            each.organization_id for each in engaged[space_id] if _holds(each, edition.first_day)
        } - going[edition.id]
        if without and len(edition.start_date) > len("YYYY"):
            lacking[edition.id] = sorted(without)
    wanted = (*plan.of_events(), Event.first_day <= plan.events.last, Event.id.in_(lacking))
    number = session.scalar(select(func.count()).select_from(Event).where(*wanted)) or 0
    query = select(Event).where(*wanted).options(*list_options())
    page = fetch_page(session, query, BY_START, after, size)
    named = {organization.id: organization for organization in plan.organizations}
    return Gaps(
        [
            Gap(event, _in_order(lacking[event.id], named), _in_order(going[event.id], named))
            for event in page.rows
        ],
        number,
        page.next_cursor,
        _unrecorded(session, plan, engaged, editions),
    )


def _in_order(ids: Iterable[int], named: Mapping[int, Organization]) -> list[Organization]:
    return sorted((named[each] for each in ids), key=lambda organization: organization.sort_name)


def _holds(engagement: Engagement, day: date) -> bool:
    return (engagement.first_day is None or engagement.first_day <= day) and (
        engagement.last_day is None or engagement.last_day >= day
    )


def _engaged(session: Session, plan: Plan) -> dict[int, list[Engagement]]:
    """The engagements of the plan's organizations that have not ended, by space."""
    query = select(Engagement).where(
        Engagement.organization_id.in_(plan.organization_ids),
        or_(Engagement.last_day.is_(None), Engagement.last_day >= plan.today),
    )
    if plan.events.space:
        query = query.where(Engagement.space_id.in_([space.id for space in plan.events.space]))
    found = defaultdict(list)
    for engagement in session.scalars(query):
        found[engagement.space_id].append(engagement)
    return dict(found)


def _next_editions(session: Session, plan: Plan, spaces: Sequence[int]) -> dict[int, _Edition]:
    nearest = func.row_number().over(
        partition_by=Event.space_id, order_by=(Event.first_day, Event.key)
    )
    ahead = (
        select(Event.id, Event.space_id, Event.first_day, Event.start_date, nearest.label("place"))
        .where(
            visible_to(plan.user),
            Event.status != "cancelled",
            Event.first_day.is_not(None),
            ~started_by(plan.today),
            is_edition(spaces),
        )
        .subquery()
    )
    columns = (ahead.c.id, ahead.c.space_id, ahead.c.first_day, ahead.c.start_date)
    rows = session.execute(select(*columns).where(ahead.c.place == 1))
    return {row.space_id: _Edition(*row) for row in rows}


def _going(session: Session, plan: Plan, editions: Sequence[int]) -> defaultdict[int, set[int]]:
    """By edition, the ids of the plan's organizations that have a delegate there."""
    inside = (
        select(Event.id.label("event_id"), Event.id.label("edition_id"))
        .where(Event.id.in_(editions))
        .cte("inside", recursive=True)
    )
    part = aliased(Event)
    inside = inside.union(
        select(part.id, inside.c.edition_id)
        .join(inside, part.parent_id == inside.c.event_id)
        .where(part.relation == "part-of", part.deleted_at.is_(None), part.status != "cancelled")
    )
    query = (
        select(inside.c.edition_id, Attendance.organization_id)
        .join(inside, inside.c.event_id == Attendance.event_id)
        .where(
            Attendance.status.in_(PLANNED),
            Attendance.organization_id.in_(plan.organization_ids),
        )
        .distinct()
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for edition_id, organization_id in session.execute(query):
        found[edition_id].add(organization_id)
    return found


def _unrecorded(
    session: Session,
    plan: Plan,
    engaged: Mapping[int, Sequence[Engagement]],
    editions: Mapping[int, _Edition],
) -> Sequence[Space]:
    """Spaces engaged in today of which no edition ahead is recorded, not even a year."""
    ids = [
        space_id
        for space_id, engagements in engaged.items()
        if space_id not in editions and any(_holds(each, plan.today) for each in engagements)
    ]
    query = select(Space).where(Space.id.in_(ids)).order_by(Space.sort_name, Space.id)
    return session.scalars(query).all()
