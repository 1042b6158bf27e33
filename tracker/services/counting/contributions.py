"""What organizations contributed to the events, and directly to the spaces, of a report."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from tracker.models import Contribution, Event, Space
from tracker.models.when import BadDate, first_day, last_day
from tracker.services.counting.events import counted
from tracker.services.counting.sets import CountedSet
from tracker.services.filters import EventFilter


def contributions(session: Session, own: CountedSet) -> Sequence[RowMapping]:
    """The contributions themselves, with the event or space each went to."""
    rows = session.execute(_contributions_query(own)).mappings().all()
    return [row for row in rows if _in_period(row, own.wanted)]


def _contributions_query(own: CountedSet) -> Select[*tuple[Any, ...]]:
    columns = (
        Contribution.kind, Contribution.title, Contribution.date, Contribution.url,
        Contribution.amount, Contribution.currency, Event.key, Space.code,
        func.coalesce(Event.name_en, Space.name_en).label("name_en"),
        func.coalesce(Event.name_es, Space.name_es).label("name_es"),
        func.coalesce(Event.name_pt, Space.name_pt).label("name_pt"),
    )  # fmt: skip
    wanted = own.wanted
    to_event = and_(Event.id.is_not(None), *counted(wanted, own.user))
    return (
        select(*columns)
        .select_from(Contribution)
        .outerjoin(Event, Event.id == Contribution.event_id)
        .outerjoin(Space, Space.id == Contribution.space_id)
        .where(
            Contribution.organization_id.in_(own.representing or ()),
            or_(to_event, *_to_spaces(wanted)),
        )
        .order_by(Contribution.id)
    )


def _to_spaces(wanted: EventFilter) -> list[ColumnElement[bool]]:
    """Contributions to a space have none of an event's traits, so a filter by one leaves them out."""
    only_space = EventFilter(space=wanted.space, first=wanted.first, last=wanted.last)
    if wanted != only_space:
        return []
    ids = [space.id for space in wanted.space]
    return [Space.id.in_(ids) if ids else Space.id.is_not(None)]


def _in_period(row: RowMapping, wanted: EventFilter) -> bool:
    """Whether a contribution to a space lies wholly in the period; its event's date rules else."""
    if row["key"] is not None or (wanted.first is None and wanted.last is None):
        return True
    try:
        opening, closing = first_day(row["date"] or ""), last_day(row["date"] or "")
    except BadDate:
        return False
    return (wanted.first or date.min) <= opening and closing <= (wanted.last or date.max)
