"""Spaces: which ones a filter means, their editions, and the rules of writing them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from tracker.models import (
    Attendance,
    Engagement,
    Event,
    EventOrganization,
    Headcount,
    Organization,
    Space,
    User,
)
from tracker.models.changes import attribute
from tracker.models.vocabulary import SCOPES, SPACE_KINDS
from tracker.services.addresses import check_address
from tracker.services.counting.events import is_edition
from tracker.services.filters import (
    Values,
    matches_words,
    read_things,
    read_words,
    refuse_unknown,
)
from tracker.services.references import refuse_while_referenced
from tracker.services.visibility import visible_to

FILTERS = ("q", "kind", "scope", "organization")
RELATED = 8


@dataclass(frozen=True)
class SpaceFilter:
    """A filter over spaces; several values of one field mean any of them."""

    q: str = ""
    kind: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    organization: tuple[Organization, ...] = ()


def read_space_filter(session: Session, values: Values, also: Iterable[str] = ()) -> SpaceFilter:
    """The filter that a query string asks for; raises BadFilter on what it does not know."""
    refuse_unknown(values, (*FILTERS, *also))
    given = {name: values.get(name, ()) for name in FILTERS}
    return SpaceFilter(
        q=" ".join(given["q"])[:200],
        kind=read_words("kind", given["kind"], SPACE_KINDS.__contains__),
        scope=read_words("scope", given["scope"], SCOPES.__contains__),
        organization=read_things(
            session, Organization, Organization.slug, "organization", given["organization"]
        ),
    )


def spaces_query(wanted: SpaceFilter) -> Select[Space]:
    """The spaces of a filter, with their organizers; `organization` is the organizer."""
    query = select(Space).options(joinedload(Space.organizer))
    if wanted.q.strip():
        query = query.where(matches_words(Space.search, wanted.q))
    if wanted.kind:
        query = query.where(Space.kind.in_(wanted.kind))
    if wanted.scope:
        query = query.where(Space.scope.in_(wanted.scope))
    if wanted.organization:
        query = query.where(Space.organizer_id.in_([o.id for o in wanted.organization]))
    return query


def editions_query(space: Space, user: User | None) -> Select[Event]:
    """The editions of a space that a reader may see."""
    return select(Event).where(visible_to(user), is_edition([space.id]))


def _stands_alone() -> ColumnElement[bool]:
    """Not part of another event of its space: as `is_edition`, but without looking further up."""
    whole = aliased(Event)
    inside = select(whole.id).where(whole.id == Event.parent_id, whole.space_id == Event.space_id)
    return or_(Event.relation.is_(None), Event.relation != "part-of", ~inside.exists())


def next_edition(session: Session, space: Space, user: User | None, now: datetime) -> Event | None:
    """The edition of a space that is under way, or comes next."""
    return next_editions(session, [space.id], user, now).get(space.id)


def next_editions(
    session: Session, spaces: Sequence[int], user: User | None, now: datetime
) -> dict[int, Event]:
    """For the ids of spaces, the edition that is under way or comes next, in one query."""
    following = (
        select(Event.id)
        .where(
            Event.space_id == Space.id,
            Event.ends_at > now,
            # Undated editions lie in the far future; they come after all that have dates.
            Event.start_date.is_not(None),
            Event.status != "cancelled",
            visible_to(user),
            _stands_alone(),
        )
        .order_by(Event.starts_at, Event.id)
        .limit(1)
        .correlate(Space)
        .scalar_subquery()
    )
    ids = select(following).where(Space.id.in_(spaces))
    organizers = selectinload(Event.organization_links).joinedload(EventOrganization.organization)
    found = session.scalars(select(Event).where(Event.id.in_(ids)).options(organizers))
    return {event.space_id: event for event in found if event.space_id is not None}


def published_participants(session: Session, events: Iterable[int]) -> dict[int, list[Headcount]]:
    """The published participants of events, by event: the figure for all, else those by mode."""
    rows = session.scalars(
        select(Headcount)
        .where(
            Headcount.event_id.in_(events),
            Headcount.metric == "participants",
            Headcount.dimension == "",
            Headcount.unit == "count",
        )
        .order_by(Headcount.event_id, Headcount.mode)
    )
    found: dict[int, list[Headcount]] = {}
    for row in rows:
        found.setdefault(row.event_id, []).append(row)
    return {
        event: [row for row in rows if row.mode == "all"] or rows for event, rows in found.items()
    }


def people_recorded(session: Session, events: Iterable[int]) -> dict[int, int]:
    """How many attended attendances each event has, those without a person too."""
    rows = session.execute(
        select(Attendance.event_id, func.count())
        .where(Attendance.event_id.in_(events), Attendance.status == "attended")
        .group_by(Attendance.event_id)
    )
    return dict(rows.all())


def engagements_of(session: Session, space: Space) -> list[Engagement]:
    """Who engages in a space, those still in force first, by acronym."""
    return list(
        session.scalars(
            select(Engagement)
            .join(Engagement.organization)
            .where(Engagement.space_id == space.id)
            .options(joinedload(Engagement.organization), joinedload(Engagement.person))
            .order_by(
                Engagement.to_date.is_not(None), Organization.sort_name, Engagement.from_date,
                Engagement.id,
            )
        )
    )  # fmt: skip


def related_spaces(session: Session, space: Space) -> list[Space]:
    """Spaces whose events are held with this one's, or whose codes hang together."""
    other, mine = aliased(Event), aliased(Event)
    together = (
        select(other.space_id)
        .join(mine, or_(mine.parent_id == other.id, other.parent_id == mine.id))
        .where(mine.space_id == space.id, other.space_id != space.id)
    )
    family = or_(
        Space.slug.startswith(f"{space.slug}-", autoescape=True),
        Space.slug == space.slug.partition("-")[0],
    )
    return list(
        session.scalars(
            select(Space)
            .where(Space.id != space.id, or_(Space.id.in_(together), family))
            .order_by(Space.sort_name, Space.id)
            .limit(RELATED)
        )
    )


def save_space(session: Session, space: Space, facts: Mapping[str, Any], by: User) -> Space:
    """Write a space, new or known; `facts` are columns. Raises Conflict on a taken code."""
    check_address(session, space, facts["code"], "code")
    attribute(session, "space.edit" if space in session else "space.create", by=by)
    for name, value in facts.items():
        setattr(space, name, value)
    session.add(space)
    session.flush()
    return space


def delete_space(session: Session, space: Space, by: User) -> None:
    """Delete a space that nothing refers to; raises Conflict naming what does."""
    refuse_while_referenced(session, space)
    attribute(session, "space.delete", by=by)
    session.delete(space)
    session.flush()
