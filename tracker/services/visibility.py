"""Which events a reader may see: the one rule behind every query, feed and report."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from tracker.models import Event, User


def visible_to(user: User | None, event: type[Event] = Event) -> ColumnElement[bool]:
    """The condition on Event that holds for what a user, or the public (None), may see."""
    return and_(event.deleted_at.is_(None), _reaches(event.visibility, user, event))


def was_visible_to(user: User | None) -> ColumnElement[bool]:
    """The condition on Event: a user, or the public, saw it in calendars before it was withdrawn."""
    shown = Event.withdrawn_visibility
    return and_(shown.is_not(None), _reaches(shown, user, Event))


def _reaches(
    visibility: InstrumentedAttribute[Any], user: User | None, event: type[Event]
) -> ColumnElement[bool]:
    seen: ColumnElement[bool] = visibility == "public"
    if user is not None:
        seen = or_(seen, visibility == "community")
        if user.organization_id is not None:
            seen = or_(seen, event.owner_id == user.organization_id)
    return seen


def is_edition() -> ColumnElement[bool]:
    """The condition on Event: not part of another event of the same space (DESIGN 3.4)."""
    whole = aliased(Event)
    same = select(whole.id).where(whole.id == Event.parent_id, whole.space_id == Event.space_id)
    return or_(Event.relation.is_(None), Event.relation != "part-of", ~same.exists())
