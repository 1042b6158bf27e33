"""Follow-ups of events: which ones a filter means, and the open ones that pages show.

`open_follow_ups` gives a page the rows for its card, `count_open` how many there are in all;
the card itself is `follow_up_card` of templates/outcomes/_follow_ups.html.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, func, literal, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload
from sqlalchemy.sql.base import ExecutableOption

from tracker.models import Event, FollowUp, Organization, Person, User
from tracker.services.filters import (
    Values,
    no_such_value,
    read_things,
    read_words,
    refuse_unknown,
)
from tracker.services.paging import Order
from tracker.services.resolve import read_people
from tracker.services.visibility import visible_to

FILTERS = ("status", "organization", "person", "event")
STATUSES = ("open", "overdue", "done", "all")
MOST = 8
_NEVER = date.max


@dataclass(frozen=True)
class FollowUpFilter:
    """A filter over follow-ups; several values of one field mean any of them."""

    status: str = "open"
    organization: tuple[Organization, ...] = ()
    person: tuple[Person, ...] = ()
    event: tuple[Event, ...] = ()


class _ByDue(Order):
    """The soonest due first, those without a day last."""

    def __init__(self) -> None:
        due = func.coalesce(FollowUp.due, literal(_NEVER, Date())).label("due_or_never")
        super().__init__(due, FollowUp.id)  # type: ignore[arg-type]

    def value_of(self, row: FollowUp) -> date:
        return row.due or _NEVER


BY_DUE: Order = _ByDue()
LATEST_DONE: Order = Order(FollowUp.done_at, FollowUp.id, descending=True)


def read_follow_up_filter(
    session: Session, values: Values, user: User, also: Iterable[str] = ()
) -> FollowUpFilter:
    """The filter that a query string asks for; raises BadFilter on what it does not know."""
    refuse_unknown(values, (*FILTERS, *also))
    status = read_words("status", values.get("status", ()), STATUSES.__contains__)
    return FollowUpFilter(
        status=status[-1] if status else "open",
        organization=read_things(
            session, Organization, Organization.slug, "organization",
            values.get("organization", ()),
        ),
        person=read_people(session, values.get("person", ())),
        event=_read_events(session, values.get("event", ()), user),
    )  # fmt: skip


def _read_events(session: Session, given: Sequence[str], user: User) -> tuple[Event, ...]:
    """Events by key; one that the reader may not see is refused as one that is none."""
    texts = [text.strip() for text in given if text.strip()]
    events = read_things(session, Event, Event.key, "event", texts)
    ids = [event.id for event in events]
    visible = set(session.scalars(select(Event.id).where(Event.id.in_(ids), visible_to(user))))
    for text, event in zip(texts, events, strict=True):
        if event.id not in visible:
            raise no_such_value("event", text)
    return events


def follow_ups_query(wanted: FollowUpFilter, user: User, today: date) -> Select[FollowUp]:
    """The follow-ups of a filter, of events that the reader may see."""
    query = select(FollowUp).join(FollowUp.event).where(visible_to(user))
    query = query.where(_of_status(wanted.status, today))
    if wanted.organization:
        owners = [organization.id for organization in wanted.organization]
        query = query.where(FollowUp.owner_organization_id.in_(owners))
    if wanted.person:
        query = query.where(FollowUp.owner_person_id.in_([person.id for person in wanted.person]))
    if wanted.event:
        query = query.where(FollowUp.event_id.in_([event.id for event in wanted.event]))
    return query.options(*shown_with())


def _of_status(status: str, today: date) -> ColumnElement[bool]:
    match status:
        case "open":
            return FollowUp.done_at.is_(None)
        case "overdue":
            return FollowUp.done_at.is_(None) & (FollowUp.due < today)
        case "done":
            return FollowUp.done_at.is_not(None)
        case _:
            return true()


def shown_with() -> list[ExecutableOption]:
    """What a follow-up in a list shows, and is asked for who may settle it, in few queries."""
    return [
        contains_eager(FollowUp.event).selectinload(Event.organization_links),
        joinedload(FollowUp.owner_organization),
        joinedload(FollowUp.owner_person),
    ]


def order_of(wanted: FollowUpFilter) -> Order:
    """What is done by when it was done, everything else by when it is due."""
    return LATEST_DONE if wanted.status == "done" else BY_DUE


def open_follow_ups(
    session: Session,
    user: User,
    *,
    organization: Organization | None = None,
    person: Person | None = None,
    limit: int = MOST,
) -> Sequence[FollowUp]:
    """What is still to be done, the soonest due first, of events that the reader may see.

    Of an organization, of a person, of either where both are given, of everybody without.
    """
    query = (
        _open_query(user, organization, person)
        .options(*shown_with())
        .order_by(*BY_DUE.by())
        .limit(limit)
    )
    return session.scalars(query).all()


def count_open(
    session: Session,
    user: User,
    *,
    organization: Organization | None = None,
    person: Person | None = None,
) -> int:
    """How many `open_follow_ups` there are without its limit."""
    query: Any = _open_query(user, organization, person).with_only_columns(func.count(FollowUp.id))
    return session.scalar(query) or 0


def _open_query(
    user: User, organization: Organization | None, person: Person | None
) -> Select[FollowUp]:
    owners = []
    if organization is not None:
        owners.append(FollowUp.owner_organization_id == organization.id)
    if person is not None:
        owners.append(FollowUp.owner_person_id == person.id)
    query = select(FollowUp).join(FollowUp.event)
    query = query.where(FollowUp.done_at.is_(None), visible_to(user))
    return query.where(or_(*owners)) if owners else query
