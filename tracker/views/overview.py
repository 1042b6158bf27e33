"""The first page."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, requires
from tracker.extensions import db
from tracker.i18n import language
from tracker.models import User
from tracker.security import reader
from tracker.services import overview as service
from tracker.services.follow_ups import count_open, open_follow_ups
from tracker.services.waiting import waiting

bp = Blueprint("overview", __name__)


@bp.get("/")
@requires(PUBLIC)
def index() -> Response:
    """What is next, who goes, what needs attention."""
    user, today = reader(), datetime.now(UTC).date()
    organization = user.organization if user else None
    year = (
        service.year_so_far(db.session, organization, user, today)
        if user and organization
        else None
    )
    gaps = (
        service.own_gaps(db.session, organization, user, today) if user and organization else None
    )
    return make_response(
        render_template(
            "overview/index.html",
            organization=organization,
            year=year,
            totals=None if year else service.totals(db.session),
            coming=service.next_events(db.session, user, today),
            recent=service.recent_events(db.session, user, today),
            gaps={gap.event.id for gap in gaps.rows} if gaps else (),
            tasks=waiting(db.session, user, gaps.rows if gaps else (), today, language())
            if user
            else [],
            **(_follow_ups(user) if user else {}),
            now=datetime.now(UTC),
        )
    )


def _follow_ups(user: User) -> dict[str, Any]:
    """What the user's organization, or the user, has still to do."""
    whose: dict[str, Any] = {"organization": user.organization, "person": user.person}
    return {
        "follow_ups": open_follow_ups(db.session, user, **whose),
        "open_follow_ups": count_open(db.session, user, **whose),
    }
