"""What the pages of one event show, in a number of queries that does not grow with the data."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from tracker.models import (
    Attendance,
    Change,
    ChangeItem,
    Contribution,
    Event,
    EventOrganization,
    EventTopic,
    FollowUp,
    Headcount,
    OldSlug,
    Outcome,
    User,
)
from tracker.models.text import slugify
from tracker.services.headcounts import (
    Names,
    Published,
    breakdowns,
    coverage,
    headcount_warnings,
    in_order,
)
from tracker.services.visibility import is_edition, visible_to

MOST_PARTS = 50


def list_options() -> list[ExecutableOption]:
    """What an event in a list shows besides its own columns, loaded in few queries."""
    links = selectinload(Event.organization_links)
    return [links.joinedload(EventOrganization.organization), joinedload(Event.space)]


def find_event(session: Session, key: str, user: User | None) -> Event | None:
    """The event of a key, or of a key it once had, if the reader may see it."""
    if slugify(key) != key:
        return None
    query = (
        select(Event)
        .where(visible_to(user))
        .options(
            selectinload(Event.organization_links).joinedload(EventOrganization.organization),
            selectinload(Event.topic_links).joinedload(EventTopic.topic),
            joinedload(Event.space),
            joinedload(Event.owner),
        )
    )
    event = session.scalar(query.where(Event.key == key))
    if event is not None:
        return event
    old = select(OldSlug.target_id).where(OldSlug.noun == "events", OldSlug.slug == key)
    return session.scalar(query.where(Event.id == old.scalar_subquery()))


def event_page(session: Session, event: Event, user: User | None) -> dict[str, Any]:
    """Everything around an event that its pages show, by the names the templates use."""
    seen = visible_to(user)
    parts = session.scalars(
        select(Event)
        .where(Event.parent_id == event.id, seen)
        .order_by(Event.starts_at, Event.id)
        .limit(MOST_PARTS)
    ).all()
    parent = session.scalar(select(Event).where(Event.id == event.parent_id, seen))
    recorded = _recorded(session, event)
    own, figures = _names(recorded), published(session, event)
    names = _names_within(session, event, user) if parts else own
    return {
        "event": event,
        "parent": parent,
        "parts": parts,
        "neighbors": _neighbors(session, event, user),
        "counts": {
            **_counts(session, event, recorded),
            "people": own.people,
            "people_with_parts": names.people,
            "unidentified": own.unidentified,
            "headcounts": len(figures),
        },
        "figures": in_order(figures),
        "breakdowns": breakdowns(figures),
        "coverage": coverage(figures, names, event.mode),
        "warnings": headcount_warnings(figures, names, event.mode),
        "last_change": session.scalar(
            select(Change)
            .join(Change.items)
            .where(ChangeItem.subject_table == "events", ChangeItem.subject_id == event.id)
            .options(joinedload(Change.user))
            .order_by(Change.id.desc())
            .limit(1)
        ),
    }


# Status, mode, with a person, without one.
_Recorded = Sequence[tuple[str, str, int, int]]


def _recorded(session: Session, event: Event) -> _Recorded:
    rows = session.execute(
        select(
            Attendance.status,
            Attendance.mode,
            func.count(Attendance.person_id),
            func.count(Attendance.label),
        )
        .where(Attendance.event_id == event.id)
        .group_by(Attendance.status, Attendance.mode)
    )
    return [(status, mode, named, unnamed) for status, mode, named, unnamed in rows]


def _names(recorded: _Recorded) -> Names:
    attended = [row for row in recorded if row[0] == "attended"]
    by_mode = {
        asked: sum(named for _status, mode, named, _ in attended if mode in (asked, "both"))
        for asked in ("in-person", "online")
    }
    return Names(sum(row[2] for row in attended), sum(row[3] for row in attended), by_mode)


def _names_within(session: Session, event: Event, user: User | None) -> Names:
    """Distinct persons at an event and at what is part-of it: those that its figures count.

    Those without a name at a part add nothing: nobody knows who of them is counted already.
    """
    people, in_person, online = session.execute(
        select(
            func.count(Attendance.person_id.distinct()), _people_who("in-person"),
            _people_who("online"),
        ).where(Attendance.status == "attended", Attendance.event_id.in_(_within(event, user)))
    ).one()  # fmt: skip
    return Names(people, 0, {"in-person": in_person, "online": online})


def _people_who(mode: str) -> ColumnElement[int]:
    return func.count(case((Attendance.mode.in_((mode, "both")), Attendance.person_id)).distinct())


def _within(event: Event, user: User | None) -> Select[int]:
    """The ids of an event and, as far as the reader may see them, of its parts at any depth."""
    inside = select(Event.id).where(Event.id == event.id).cte("inside", recursive=True)
    part = aliased(Event)
    # UNION, not UNION ALL, ends even where parents go round in a circle.
    inside = inside.union(
        select(part.id)
        .join(inside, part.parent_id == inside.c.id)
        .where(part.relation == "part-of", part.deleted_at.is_(None), part.status != "cancelled")
    )
    return select(Event.id).where(
        Event.id.in_(select(inside.c.id)), or_(Event.id == event.id, visible_to(user))
    )


def published(session: Session, event: Event) -> list[Published]:
    """The figures of an event as published, as plain values."""
    columns = (
        Headcount.metric, Headcount.mode, Headcount.dimension, Headcount.value_key,
        Headcount.unit, Headcount.value, Headcount.qualifier,
    )  # fmt: skip
    rows = session.execute(
        select(*columns).where(Headcount.event_id == event.id).order_by(Headcount.id)
    )
    return [Published(*row) for row in rows]


def _counts(session: Session, event: Event, recorded: _Recorded) -> dict[str, int]:
    by_status: dict[str, int] = {}
    for status, _mode, named, unnamed in recorded:
        by_status[status] = by_status.get(status, 0) + named + unnamed
    return {
        **by_status,
        "records": sum(by_status.values()),
        "contributions": session.scalar(
            select(func.count()).where(Contribution.event_id == event.id)
        ) or 0,
        "outcomes": _count_outcomes(session, event),
    }  # fmt: skip


def _count_outcomes(session: Session, event: Event) -> int:
    """What is written down, and what is left to do."""
    written = select(func.count(Outcome.id)).where(Outcome.event_id == event.id)
    left = select(func.count(FollowUp.id)).where(
        FollowUp.event_id == event.id, FollowUp.done_at.is_(None)
    )
    return session.scalar(select(written.scalar_subquery() + left.scalar_subquery())) or 0


def _neighbors(session: Session, event: Event, user: User | None) -> dict[str, Event | None]:
    """The editions of the same space just before and after."""
    if event.space_id is None:
        return {"before": None, "after": None}
    same = select(Event).where(
        Event.space_id == event.space_id,
        Event.id != event.id,
        visible_to(user),
        is_edition(),
    )
    before = same.where(Event.starts_at < event.starts_at).order_by(Event.starts_at.desc())
    after = same.where(Event.starts_at > event.starts_at).order_by(Event.starts_at)
    return {
        "before": session.scalar(before.limit(1)),
        "after": session.scalar(after.limit(1)),
    }
