"""Which events a reader may see: the one rule behind every query, feed and report."""

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from tracker.models import Event, User


def visible_to(user: User | None) -> ColumnElement[bool]:
    """The condition on Event that holds for what a user, or the public (None), may see."""
    seen: ColumnElement[bool] = Event.visibility == "public"
    if user is not None:
        seen = or_(seen, Event.visibility == "community")
        if user.organization_id is not None:
            seen = or_(seen, Event.owner_id == user.organization_id)
    return and_(Event.deleted_at.is_(None), seen)


def is_edition() -> ColumnElement[bool]:
    """The condition on Event: not part of another event of the same space (DESIGN 3.4)."""
    whole = aliased(Event)
    same = select(whole.id).where(whole.id == Event.parent_id, whole.space_id == Event.space_id)
    return or_(Event.relation.is_(None), Event.relation != "part-of", ~same.exists())
