"""What the pages of one event show, in a number of queries that does not grow with the data."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from tracker.models import (
    Attendance,
    Change,
    ChangeItem,
    Contribution,
    Event,
    EventOrganization,
    EventTopic,
    Headcount,
    OldSlug,
    User,
)
from tracker.models.text import slugify
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
    return {
        "event": event,
        "parent": parent,
        "parts": parts,
        "neighbors": _neighbors(session, event, user),
        "counts": _counts(session, event),
        "figures": session.scalars(
            select(Headcount)
            .where(Headcount.event_id == event.id, Headcount.dimension == "")
            .order_by(Headcount.metric.desc(), Headcount.mode, Headcount.id)
        ).all(),
        "last_change": session.scalar(
            select(Change)
            .join(Change.items)
            .where(ChangeItem.subject_table == "events", ChangeItem.subject_id == event.id)
            .options(joinedload(Change.user))
            .order_by(Change.id.desc())
            .limit(1)
        ),
    }


def _counts(session: Session, event: Event) -> dict[str, int]:
    by_status = dict(
        session.execute(
            select(Attendance.status, func.count())
            .where(Attendance.event_id == event.id)
            .group_by(Attendance.status)
        ).all()
    )
    unidentified = session.scalar(
        select(func.count()).where(
            Attendance.event_id == event.id,
            Attendance.status == "attended",
            Attendance.person_id.is_(None),
        )
    )
    return {
        **by_status,
        "records": sum(by_status.values()),
        "unidentified": unidentified or 0,
        "people": by_status.get("attended", 0) - (unidentified or 0),
        "headcounts": session.scalar(
            select(func.count()).where(Headcount.event_id == event.id)
        ) or 0,
        "contributions": session.scalar(
            select(func.count()).where(Contribution.event_id == event.id)
        ) or 0,
    }  # fmt: skip


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
