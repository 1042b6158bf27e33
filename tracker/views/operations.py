"""For whoever runs the site: is it up, is it ready, how much is in it."""

import hmac
import ipaddress

from flask import Blueprint, Response, current_app, make_response, request
from sqlalchemy.exc import SQLAlchemyError

from config import Config
from tracker.access import PUBLIC, requires
from tracker.extensions import db
from tracker.services.database import is_ready
from tracker.services.metrics import measure, render

bp = Blueprint("operations", __name__)


@bp.get("/healthz")
@requires(PUBLIC)
def healthz() -> Response:
    """The process answers."""
    return _plain("ok\n")


@bp.get("/readyz")
@requires(PUBLIC)
def readyz() -> Response:
    """The database answers too, and has the schema of this version."""
    if is_ready(db.session):
        return _plain("ready\n")
    return _plain("not ready: the database is away, or not set up for this version\n", 503)


@bp.get("/metrics")
@requires(PUBLIC)
def metrics() -> Response:
    """Counts, in the text format of Prometheus."""
    settings: Config = current_app.extensions["settings"]
    if not _may_measure(settings.metrics_token):
        return _plain("METRICS_TOKEN, as a bearer token, opens this page.\n", 403)
    known = current_app.extensions.setdefault("metrics", {})
    try:
        response = _plain(render(measure(db.session, known)))
    except SQLAlchemyError:
        return _plain("the database is away, or not set up for this version\n", 503)
    response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
    return response


def _may_measure(token: str) -> bool:
    """Whoever has the token; where none is set, this machine only."""
    if token:
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _plain(text: str, status: int = 200) -> Response:
    response = make_response(text, status)
    response.mimetype = "text/plain"
    # Set here, so that nobody asks who is signed in.
    response.headers["Cache-Control"] = "no-store"
    return response
