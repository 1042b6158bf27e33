"""The first page."""

from datetime import UTC, datetime

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, requires
from tracker.extensions import db
from tracker.i18n import language
from tracker.security import reader
from tracker.services import overview as service

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
    return make_response(
        render_template(
            "overview/index.html",
            organization=organization,
            year=year,
            totals=None if year else service.totals(db.session),
            coming=service.next_events(db.session, user, today),
            recent=service.recent_events(db.session, user, today),
            tasks=service.waiting(db.session, user, year.rows if year else (), today, language())
            if user
            else [],
            now=datetime.now(UTC),
        )
    )
