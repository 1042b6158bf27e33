"""Which editions of the spaces they engage in organizations attended, and which they missed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, String, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models import (
    Attendance,
    Engagement,
    Event,
    EventOrganization,
    Organization,
    Space,
    User,
)
from tracker.models.vocabulary import ENGAGEMENT_ROLES
from tracker.services.counting.events import counted, is_edition, lineage, started_by
from tracker.services.counting.sets import ATTENDED, TAKES_PART, took_part_in
from tracker.services.filters import EventFilter
from tracker.services.visibility import visible_to


@dataclass(frozen=True)
class Whose:
    """Rows of a coverage: organizations, each standing for itself or for several (a roll-up).

    `rows` gives the rows that an organization counts in; None takes every organization as its own.
    """

    rows: Mapping[int, tuple[int, ...]] | None

    @classmethod
    def one(cls, row: int, organizations: Iterable[int]) -> "Whose":
        """A single row, standing for all of the organizations."""
        return cls(dict.fromkeys(organizations, (row,)))

    def of(self, organization: int) -> tuple[int, ...]:
        """The rows of an organization."""
        return (organization,) if self.rows is None else self.rows.get(organization, ())

    def among(self, column: Any) -> list[Any]:
        """The condition that a column has one of the organizations."""
        return [] if self.rows is None else [column.in_(list(self.rows))]


@dataclass(frozen=True)
class Asked:
    """The editions of a filter, as one reader sees them, on a day (UTC)."""

    wanted: EventFilter
    user: User | None
    today: date


@dataclass(frozen=True)
class Coverage:
    """One row and one space: editions held in the period and those attended; keys are event keys."""

    row: int
    space_id: int
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
    first_day: date | None
    held: bool


Pair = tuple[int, int]
# Beyond that, more are read and left out.
_MANY = 5_000


def coverage(session: Session, asked: Asked, whose: Whose) -> list[Coverage]:
    """A row for each pair engaged on any day of the period, or attended in it (rule 5)."""
    editions = _editions(session, asked)
    engaged = _engaged(session, asked, whose)
    attended = _attended(session, asked, whose, editions)
    held: dict[int, int] = defaultdict(int)
    for edition in editions:
        held[edition.space_id] += edition.held
    coming = _coming(editions)
    planned = _planned(session, whose, [edition.id for edition in coming.values()])
    found = []
    for row, space in sorted({*engaged, *attended}):
        nearest, places = coming.get(space), attended[row, space]
        found.append(
            Coverage(
                row,
                space,
                engaged.get((row, space), ()),
                held[space],
                len(places),
                editions[max(places)].key if places else None,
                nearest.key if nearest else None,
                len(planned[row, nearest.id]) if nearest else None,
            )
        )
    return found


def spaces_by_id(session: Session, ids: Iterable[int]) -> dict[int, Space]:
    """Spaces by their id."""
    query = select(Space).where(Space.id.in_(set(ids)))
    return {space.id: space for space in session.scalars(query)}


def everything_below_each(session: Session, roots: Sequence[int] | None) -> Whose:
    """Rows that stand for each root and everything below it (rule 8); None: for each organization."""
    top = select(Organization.id.label("row"), Organization.id.label("member"))
    if roots is not None:
        top = top.where(Organization.id.in_(roots))
    found = top.cte("below", recursive=True)
    other = aliased(Organization)
    found = found.union(
        select(found.c.row, other.id).join(
            found, (other.parent_id == found.c.member) | (other.successor_id == found.c.member)
        )
    )
    rows: dict[int, tuple[int, ...]] = {}
    for row, member in session.execute(select(found.c.row, found.c.member)):
        rows[member] = (*rows.get(member, ()), row)
    return Whose(rows)


def _editions(session: Session, asked: Asked) -> list[_Edition]:
    """All counted editions, of whichever space, in the order of their days."""
    spaces = [space.id for space in asked.wanted.space] or session.scalars(select(Space.id)).all()
    held = started_by(asked.today).label("held")
    query = select(Event.id, Event.key, Event.space_id, Event.first_day, held).where(
        *counted(asked.wanted, asked.user), is_edition(spaces)
    )
    found = [
        _Edition(row.id, row.key, row.space_id or 0, row.first_day, bool(row.held))
        for row in session.execute(query)
    ]
    return sorted(found, key=lambda edition: (edition.first_day or date.min, edition.key))


def _engaged(session: Session, asked: Asked, whose: Whose) -> dict[Pair, tuple[str, ...]]:
    """Roles by row and space, in the order of the vocabulary, in force on any day of the period."""
    query = select(Engagement.organization_id, Engagement.space_id, Engagement.role).where(
        *whose.among(Engagement.organization_id)
    )
    wanted = asked.wanted
    if wanted.first is not None:
        query = query.where(or_(Engagement.last_day.is_(None), Engagement.last_day >= wanted.first))
    if wanted.last is not None:
        query = query.where(
            or_(Engagement.first_day.is_(None), Engagement.first_day <= wanted.last)
        )
    if wanted.space:
        query = query.where(Engagement.space_id.in_([space.id for space in wanted.space]))
    roles: dict[Pair, set[str]] = defaultdict(set)
    for organization, space, role in session.execute(query):
        for row in whose.of(organization):
            roles[row, space].add(role)
    return {
        pair: tuple(role for role in ENGAGEMENT_ROLES if role in held)
        for pair, held in roles.items()
    }


def _attended(
    session: Session, asked: Asked, whose: Whose, editions: Sequence[_Edition]
) -> defaultdict[Pair, set[int]]:
    """By row and space, the places of the held editions in which they took part, or in a part."""
    within = _within(session, asked, whose, editions)
    spaces = [edition.space_id for edition in editions]
    found: defaultdict[Pair, set[int]] = defaultdict(set)
    for query in _took_part(whose, within):
        for organization, text in session.execute(query):
            events = within.keys() & set(text.split(","))
            places = set().union(*map(within.__getitem__, events))
            for row in whose.of(organization):
                for place in places:
                    found[row, spaces[place]].add(place)
    return found


def _within(
    session: Session, asked: Asked, whose: Whose, editions: Sequence[_Edition]
) -> dict[str, tuple[int, ...]]:
    """The places of the held editions that events lie in, by the id of the event as text."""
    places = {edition.id: place for place, edition in enumerate(editions) if edition.held}
    events = select(Event.id).where(visible_to(asked.user), Event.status != "cancelled")
    if whose.rows is not None:
        events = events.where(Event.id.in_(took_part_in(list(whose.rows))))
    whole = lineage(events)
    found: dict[str, tuple[int, ...]] = {}
    for event, outer in session.execute(select(whole.c.event_id, whole.c.whole_id)):
        if outer in places:
            found[str(event)] = (*found.get(str(event), ()), places[outer])
    return found


def _took_part(whose: Whose, within: Collection[str]) -> Iterable[Select[*tuple[Any, ...]]]:
    """Organizations, each with the ids of events it took part in joined by commas (rule 5)."""
    attended = (Attendance.status == ATTENDED, Attendance.organization_id.is_not(None))
    for model, conditions in (
        (EventOrganization, (EventOrganization.role.in_(TAKES_PART),)), (Attendance, attended),
    ):  # fmt: skip
        organization, event = model.organization_id, model.event_id
        # A line for each organization: a row for each event of each takes three times as long.
        events = func.aggregate_strings(cast(event, String), ",")
        query = select(organization, events).where(*conditions, *whose.among(organization))
        if len(within) <= _MANY:
            query = query.where(event.in_([int(each) for each in within]))
        yield query.group_by(organization)


def _coming(editions: Sequence[_Edition]) -> dict[int, _Edition]:
    """The next edition of each space that has not started; undated ones may be long past."""
    ahead = [each for each in editions if each.first_day is not None and not each.held]
    return {edition.space_id: edition for edition in reversed(ahead)}


def _planned(session: Session, whose: Whose, events: Sequence[int]) -> defaultdict[Pair, set[int]]:
    """The persons who are to represent each row at each of the events."""
    query = select(Attendance.organization_id, Attendance.event_id, Attendance.person_id).where(
        Attendance.event_id.in_(events),
        Attendance.status.in_(("planned", "registered")),
        Attendance.person_id.is_not(None),
        *whose.among(Attendance.organization_id),
    )
    found: defaultdict[Pair, set[int]] = defaultdict(set)
    for organization, event, person in session.execute(query):
        for row in whose.of(organization or 0):
            found[row, event].add(person or 0)
    return found
