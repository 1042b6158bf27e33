"""Which editions of the spaces they engage in organizations attended, and which they missed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Attendance, Engagement, Event, Space
from tracker.models.vocabulary import ENGAGEMENT_ROLES
from tracker.services.counting_events import counted, is_edition, lineage, started_by
from tracker.services.counting_organization import OwnEvents, spaces_by_id
from tracker.services.visibility import visible_to


@dataclass(frozen=True)
class Coverage:
    """One space: editions held in the period and those attended; keys are event keys."""

    space: Space
    engaged_as: tuple[str, ...]
    held: int
    attended: int
    last_attended: str | None
    next_event: str | None
    planned: int | None

    @property
    def missed(self) -> int:
        """Editions that were held without them."""
        return self.held - self.attended


@dataclass(frozen=True)
class _Edition:
    id: int
    key: str
    space_id: int
    first_day: date


def coverage(session: Session, own: OwnEvents) -> list[Coverage]:
    """A row for each space engaged in on any day of the period, or attended in it."""
    engaged = _engaged(session, own)
    attended = _attended(session, own)
    ids = sorted({*engaged, *attended})
    spaces = spaces_by_id(session, ids)
    held = _held(session, own, ids)
    coming = _coming(session, own, ids)
    planned = _planned(session, own, [edition.id for edition in coming.values()])
    return [
        Coverage(
            spaces[each],
            engaged.get(each, ()),
            held.get(each, 0),
            len(attended[each]),
            _latest(attended[each]),
            coming[each].key if each in coming else None,
            planned.get(coming[each].id, 0) if each in coming else None,
        )
        for each in ids
    ]


def _engaged(session: Session, own: OwnEvents) -> dict[int, tuple[str, ...]]:
    """Roles by space, in the order of the vocabulary, in force on any day of the period."""
    query = select(Engagement.space_id, Engagement.role).where(
        Engagement.organization_id.in_(own.organizations)
    )
    if own.wanted.first is not None:
        query = query.where(
            or_(Engagement.last_day.is_(None), Engagement.last_day >= own.wanted.first)
        )
    if own.wanted.last is not None:
        query = query.where(
            or_(Engagement.first_day.is_(None), Engagement.first_day <= own.wanted.last)
        )
    if own.wanted.space:
        query = query.where(Engagement.space_id.in_([space.id for space in own.wanted.space]))
    roles = defaultdict(set)
    for space_id, role in session.execute(query):
        roles[space_id].add(role)
    return {
        space_id: tuple(role for role in ENGAGEMENT_ROLES if role in held)
        for space_id, held in roles.items()
    }


def _editions(own: OwnEvents, spaces: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return select(Event.id, Event.key, Event.space_id, Event.first_day).where(
        *counted(own.wanted, own.user), is_edition(spaces)
    )


def _attended(session: Session, own: OwnEvents) -> defaultdict[int, list[_Edition]]:
    """Held editions by space in which, or in a part of which, they took part (rule 5)."""
    taken = aliased(Event)
    seen = select(Event.id).where(
        Event.id.in_(own.took_part()), visible_to(own.user), Event.status != "cancelled"
    )
    whole = lineage(select(taken.id).where(taken.id.in_(seen)))
    candidates = select(Event.space_id).where(
        Event.id.in_(select(whole.c.whole_id)), Event.space_id.is_not(None)
    )
    spaces = session.scalars(candidates.distinct()).all()
    query = _editions(own, [each for each in spaces if each is not None]).where(
        Event.id.in_(select(whole.c.whole_id)), started_by(own.today)
    )
    found: defaultdict[int, list[_Edition]] = defaultdict(list)
    for row in session.execute(query):
        edition = _Edition(*row)
        found[edition.space_id].append(edition)
    return found


def _held(session: Session, own: OwnEvents, spaces: Sequence[int]) -> dict[int, int]:
    editions = _editions(own, spaces).where(started_by(own.today)).subquery()
    query = select(editions.c.space_id, func.count()).group_by(editions.c.space_id)
    return dict(session.execute(query).all())


def _coming(session: Session, own: OwnEvents, spaces: Sequence[int]) -> dict[int, _Edition]:
    """The next edition of each space that has not started; undated ones may be long past."""
    nearest = func.row_number().over(
        partition_by=Event.space_id, order_by=(Event.first_day, Event.key)
    )
    ahead = (
        _editions(own, spaces)
        .add_columns(nearest.label("place"))
        .where(Event.first_day.is_not(None), ~started_by(own.today))
        .subquery()
    )
    columns = (ahead.c.id, ahead.c.key, ahead.c.space_id, ahead.c.first_day)
    rows = session.execute(select(*columns).where(ahead.c.place == 1))
    return {row.space_id: _Edition(*row) for row in rows}


def _planned(session: Session, own: OwnEvents, events: Sequence[int]) -> dict[int, int]:
    """Persons who are to represent them at each of the events."""
    query = (
        select(Attendance.event_id, func.count(Attendance.person_id.distinct()))
        .where(
            Attendance.event_id.in_(events),
            Attendance.organization_id.in_(own.organizations),
            Attendance.status.in_(("planned", "registered")),
        )
        .group_by(Attendance.event_id)
    )
    return dict(session.execute(query).all())


def _latest(editions: Iterable[_Edition]) -> str | None:
    return max(editions, key=lambda e: (e.first_day, e.key)).key if editions else None
