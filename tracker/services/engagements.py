"""Engagements of organizations in spaces: the rules of writing them."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.models import Engagement, User
from tracker.models.changes import attribute

_KEY = ("organization_id", "space_id", "role", "detail", "from_date")


def save_engagement(
    session: Session, engagement: Engagement, facts: Mapping[str, Any], by: User
) -> Engagement:
    """Write an engagement, new or known; raises Conflict on the same one recorded already."""
    twin = session.scalar(
        select(Engagement.id).where(
            *(getattr(Engagement, name) == facts[name] for name in _KEY),
            func.coalesce(Engagement.person_id, 0) == (facts["person_id"] or 0),
        )
    )
    if twin is not None and twin != engagement.id:
        raise Conflict(_("This engagement is recorded already."), "role")
    known = engagement in session
    attribute(session, "engagement.edit" if known else "engagement.create", by=by)
    for name, value in facts.items():
        setattr(engagement, name, value)
    session.add(engagement)
    session.flush()
    return engagement


def delete_engagement(session: Session, engagement: Engagement, by: User) -> None:
    """Delete an engagement."""
    attribute(session, "engagement.delete", by=by)
    session.delete(engagement)
    session.flush()
