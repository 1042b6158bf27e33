"""Search over everything the reader may see."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, requires
from tracker.extensions import db
from tracker.i18n import language
from tracker.security import reader
from tracker.services import resolve
from tracker.services.event_pages import find_event

bp = Blueprint("search", __name__)


@bp.get("/search")
@requires(PUBLIC)
def index() -> Response:
    """Events, spaces, organizations and (signed in) people whose names begin so."""
    q = " ".join(request.args.get("q", "")[:200].split())
    user = reader()
    if q and (event := find_event(db.session, q.lower(), user)) is not None:
        return redirect(url_for("events.show", key=event.key), 303)
    found = {}
    if q:
        found = {
            "organizations": resolve.organizations_like(db.session, q),
            "spaces": resolve.spaces_like(db.session, q),
            "events": resolve.events_like(db.session, q, user),
            "people": resolve.people_like(db.session, q) if user else [],
        }
    return make_response(render_template("search/index.html", q=q, found=found, code=language()))
