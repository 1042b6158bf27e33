"""What the pages of calendars list: sources with their figures, items by where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from tracker.models import CalendarItem, CalendarSource, Event, Space, User
from tracker.models.base import utcnow
from tracker.models.vocabulary import CALENDAR_ITEM_STATUSES
from tracker.services.paging import Order
from tracker.services.visibility import visible_to

BY_NAME = Order(CalendarSource.name, CalendarSource.id)
BY_START = Order(CalendarItem.starts, CalendarItem.id)
# What waits for a person; `changed` and `new` can wait for a recording only.
TO_DECIDE = ("question", "conflict", "gone")


def for_user(user: User) -> ColumnElement[bool]:
    """The condition on CalendarSource: not of events that only another organization sees."""
    if user.organization_id is None:
        return CalendarSource.visibility != "organization"
    return or_(
        CalendarSource.visibility != "organization",
        CalendarSource.owner_id == user.organization_id,
    )


def sources_query(user: User) -> Select[CalendarSource]:
    """The calendars that a user may work on."""
    return (
        select(CalendarSource)
        .where(for_user(user))
        .options(joinedload(CalendarSource.space), joinedload(CalendarSource.owner))
    )


def find_source(session: Session, source_id: int, user: User) -> CalendarSource | None:
    """A calendar that a user may work on."""
    return session.scalar(sources_query(user).where(CalendarSource.id == source_id))


def of_address(session: Session, address: str) -> CalendarSource | None:
    """The calendar that is read from an address."""
    return session.scalar(select(CalendarSource).where(CalendarSource.address == address))


def _shown_status() -> ColumnElement[str]:
    """Where an item stands, of one whose event was deleted since the last reading too."""
    deleted = and_(
        Event.deleted_at.is_not(None), func.coalesce(CalendarItem.answer, "") != "create"
    )
    return case((deleted, "skipped"), else_=CalendarItem.status)


@dataclass(frozen=True)
class Figures:
    """How many items of a calendar stand how, by the words of CALENDAR_ITEM_STATUSES."""

    counts: dict[str, int]

    def __getitem__(self, status: str) -> int:
        return self.counts.get(status, 0)

    @property
    def to_decide(self) -> int:
        """How many wait for a person."""
        return sum(self[status] for status in TO_DECIDE)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


def figures(session: Session, sources: Sequence[CalendarSource]) -> dict[int, Figures]:
    """The figures of calendars, by their id."""
    status = _shown_status().label("shown")
    query = (
        select(CalendarItem.source_id, status, func.count())
        .outerjoin(CalendarItem.event)
        .where(CalendarItem.source_id.in_([source.id for source in sources]))
        .group_by(CalendarItem.source_id, status)
    )
    found = {source.id: Figures({}) for source in sources}
    for source_id, shown, count in session.execute(query):
        found[source_id].counts[shown] = count
    return found


def items_query(source: CalendarSource, status: str) -> Select[CalendarItem]:
    """The items of a calendar that stand so, with their events."""
    assert status in CALENDAR_ITEM_STATUSES
    return (
        select(CalendarItem)
        .outerjoin(CalendarItem.event)
        .where(CalendarItem.source_id == source.id, _shown_status() == status)
        .options(
            joinedload(CalendarItem.event).joinedload(Event.space),
            joinedload(CalendarItem.decided_by),
        )
    )


def count_past(session: Session, source: CalendarSource) -> int:
    """How many of the new items began before today."""
    today = utcnow().date().isoformat()
    query = select(func.count(CalendarItem.id)).where(
        CalendarItem.source_id == source.id,
        CalendarItem.status == "new",
        CalendarItem.starts < today,
    )
    return session.scalar(query) or 0


def count_deleted(session: Session, source: CalendarSource) -> int:
    """How many events that were recorded from a calendar are deleted by now."""
    query = (
        select(func.count(CalendarItem.id))
        .join(CalendarItem.event)
        .where(
            CalendarItem.source_id == source.id,
            Event.deleted_at.is_not(None),
            func.coalesce(CalendarItem.answer, "") != "create",
        )
    )
    return session.scalar(query) or 0


@dataclass(frozen=True)
class Candidate:
    """An event that an item may be, and why it is offered."""

    event: Event
    reason: str


def candidates_of(
    session: Session, items: Sequence[CalendarItem], user: User
) -> dict[int, list[Candidate]]:
    """The candidates of items, by the id of the item; only events that a user may see."""
    ids = {each["event"] for item in items for each in item.candidates}
    query = select(Event).where(Event.id.in_(ids), visible_to(user))
    events = {event.id: event for event in session.scalars(query.options(joinedload(Event.space)))}
    return {
        item.id: [
            Candidate(events[each["event"]], each["reason"])
            for each in item.candidates
            if each["event"] in events
        ]
        for item in items
    }


def spaces_of(session: Session, items: Sequence[CalendarItem]) -> dict[int, Space]:
    """The spaces that items would be recorded in, by their id."""
    ids = {item.theirs.get("space_id") for item in items} - {None}
    return {space.id: space for space in session.scalars(select(Space).where(Space.id.in_(ids)))}


@dataclass(frozen=True)
class WaitingSource:
    """A calendar that waits for somebody, and its figures."""

    source: CalendarSource
    figures: Figures


def waiting_sources(session: Session, user: User, most: int) -> list[WaitingSource]:
    """Calendars with something to decide or to record, or that could not be read; worst first."""
    waits = select(CalendarItem.id).where(
        CalendarItem.source_id == CalendarSource.id,
        CalendarItem.status.in_((*TO_DECIDE, "new", "changed")),
    )
    query: Select[Any] = (
        sources_query(user)
        .where(or_(waits.exists(), CalendarSource.failures > 0), CalendarSource.active == true())
        .order_by(CalendarSource.failures.desc(), CalendarSource.id)
        .limit(most)
    )
    sources = session.scalars(query).all()
    counted = figures(session, sources)
    return [WaitingSource(source, counted[source.id]) for source in sources]
