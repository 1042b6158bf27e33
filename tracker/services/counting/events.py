"""Which events a report counts: by local start date, visibility and filter (DESIGN 3, rules 1-4)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from tracker.models import Event, User
from tracker.services.filters import EventFilter, conditions
from tracker.services.visibility import visible_to

_LATEST = date(9000, 1, 1)
# To alias so wide a table takes longer than to write down the rest of a query: they are made once.
_PART, _WHOLE, _INNER, _OUTER = (aliased(Event) for _each in range(4))
_YEAR, _MONTH, _DAY = len("YYYY"), len("YYYY-MM"), len("YYYY-MM-DD")


def started_by(day: date) -> ColumnElement[bool]:
    """Events that have surely started by the end of a day, by their local start date.

    What is known only to the month or year is, when that month or year is over.
    """
    day = min(day, _LATEST)
    precision = func.length(Event.start_date)
    month = (day + timedelta(days=1)).replace(day=1)
    year = month if month.month == 1 else month.replace(month=1)
    return or_(
        and_(precision == _DAY, Event.first_day <= day),
        # Months and years that end by `day` are those that start before the running one.
        and_(precision == _MONTH, Event.first_day < month),
        and_(precision == _YEAR, Event.first_day < year),
    )


def starts_within(first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    """Rule 1: the local start date lies between two days, either of which may be open."""
    found: list[ColumnElement[bool]] = []
    if first is not None:
        found.append(Event.first_day >= first)
    if last is not None:
        found.append(started_by(last))
    return found


def matching(wanted: EventFilter, user: User | None) -> list[ColumnElement[bool]]:
    """What a reader may see of a report's filter and period, cancelled events included."""
    rest = replace(wanted, first=None, last=None, space=())
    found = [visible_to(user), *conditions(rest), *starts_within(wanted.first, wanted.last)]
    if wanted.space:
        found.append(of_spaces([space.id for space in wanted.space]))
    return found


def counted(wanted: EventFilter, user: User | None) -> list[ColumnElement[bool]]:
    """The events a report counts: those matching that are not cancelled (rule 2)."""
    return [*matching(wanted, user), Event.status != "cancelled"]


def of_spaces(spaces: Sequence[int]) -> ColumnElement[bool]:
    """The condition for events of spaces, and their parts that have no space of their own (rule 4)."""
    found = select(Event.id).where(Event.space_id.in_(spaces)).cte(recursive=True)
    found = found.union(
        select(_PART.id)
        .join(found, _PART.parent_id == found.c.id)
        .where(_PART.relation == "part-of", _PART.space_id.is_(None))
    )
    return Event.id.in_(select(found.c.id))


def space_of(events: Select[Any]) -> Subquery:
    """Pairs (event_id, space_id) for events, a part without a space having its parent's."""
    up = case((and_(Event.space_id.is_(None), Event.relation == "part-of"), Event.parent_id))
    found = (
        select(Event.id.label("event_id"), Event.space_id, up.label("up"))
        .where(Event.id.in_(events))
        .cte(recursive=True)
    )
    there = _WHOLE.deleted_at.is_(None)
    higher = and_(there, _WHOLE.space_id.is_(None), _WHOLE.relation == "part-of")
    # UNION, not UNION ALL, ends even where parents go round in a circle.
    found = found.union(
        select(
            found.c.event_id,
            case((there, _WHOLE.space_id)),
            case((higher, _WHOLE.parent_id)).label("up"),
        ).join(found, _WHOLE.id == found.c.up)
    )
    ends = or_(found.c.space_id.is_not(None), found.c.up.is_(None))
    return select(found.c.event_id, found.c.space_id).where(ends).subquery()


def lineage(events: Select[Any]) -> CTE:
    """Pairs (event_id, whole_id) of events with themselves and with all they are part-of."""
    found = (
        select(Event.id.label("event_id"), Event.id.label("whole_id"))
        .where(Event.id.in_(events))
        .cte(recursive=True)
    )
    return found.union(
        select(found.c.event_id, _WHOLE.id)
        .join(_PART, _PART.id == found.c.whole_id)
        .join(_WHOLE, _WHOLE.id == _PART.parent_id)
        .where(_PART.relation == "part-of", _WHOLE.deleted_at.is_(None))
    )


def inside(event_id: int) -> Select[Any]:
    """Ids of an event and of everything part-of it, at any depth (rule 4)."""
    found = select(Event.id).where(Event.id == event_id).cte(recursive=True)
    found = found.union(
        select(_PART.id)
        .join(found, _PART.parent_id == found.c.id)
        .where(_PART.relation == "part-of", _PART.deleted_at.is_(None))
    )
    return select(found.c.id)


def families(events: Select[Any]) -> CTE:
    """Pairs (event_id, whole_id) of events with themselves and all they belong to, however."""
    found = (
        select(Event.id.label("event_id"), Event.id.label("whole_id"))
        .where(Event.id.in_(events))
        .correlate(None)
        .cte(recursive=True)
    )
    # UNION, not UNION ALL, ends even where parents go round in a circle.
    return found.union(
        select(found.c.event_id, _PART.parent_id)
        .join(_PART, _PART.id == found.c.whole_id)
        .where(_PART.parent_id.is_not(None))
    )


def is_edition(spaces: Sequence[int]) -> ColumnElement[bool]:
    """Rule 4: an event of one of the spaces that is not part-of another event of that space."""
    if not spaces:
        return false()
    parts = select(_INNER.id).where(_INNER.relation == "part-of", _INNER.space_id.in_(spaces))
    inside = lineage(parts)
    same_space = (
        select(inside.c.event_id)
        .join(_INNER, _INNER.id == inside.c.event_id)
        .join(_OUTER, _OUTER.id == inside.c.whole_id)
        .where(_OUTER.id != _INNER.id, _OUTER.space_id == _INNER.space_id)
        .subquery()
    )
    # NOT EXISTS, not NOT IN: PostgreSQL plans the latter row by row.
    beside = ~exists().where(same_space.c.event_id == Event.id)
    return and_(Event.space_id.in_(spaces), beside)
