"""Domain errors, and the pages of every error."""

from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _, lazy_gettext as _l, refresh
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import BadHost, HTTPException, RequestEntityTooLarge

from tracker.extensions import db
from tracker.i18n import select_language


class DomainError(Exception):
    """Something a person can put right; `message` says what, in the reader's language."""

    def __init__(self, message: Any, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


class Conflict(DomainError):
    """What was asked for contradicts what is stored: a duplicate, a stale edit, a reference."""


class BadFilter(DomainError):
    """A filter that does not exist, or a value it does not take; answered with 400."""


class Forbidden(DomainError):
    """The object is not this user's to write; answered with 403."""


MOST_READ_AWAY = 100_000_000
_TITLES = {
    400: _l("That address does not work"),
    401: _l("Please sign in"),
    403: _l("Not yours to change"),
    404: _l("Nothing here"),
    405: _l("That cannot be done here"),
    409: _l("That has changed meanwhile"),
    413: _l("Too large"),
    429: _l("Too many tries"),
    500: _l("Something went wrong on our side"),
}
_EXPLANATIONS = {
    400: _l("A filter or value in the address is not one we know."),
    403: _l("Your account may read this, but not change it."),
    404: _l("The page does not exist, or is not for you to see."),
    405: _l("The address exists, but not for this kind of request."),
    409: _l("Somebody else saved at the same moment. Look at it, then send it again."),
    413: _l("What was sent is larger than 10 MB."),
    429: _l("Please wait a few minutes and try again."),
    500: _l("It has been noted. Nothing was saved; please go back and try again."),
}


def _wants_json() -> bool:
    return request.path.endswith(".json") or request.path.startswith("/suggest/")


def error_page(status: int, message: Any = None) -> Response:
    """The page, or JSON, of an error."""
    title = _TITLES.get(status, _TITLES[400])
    explanation = message or _EXPLANATIONS.get(status, "")
    if _wants_json():
        return make_response(jsonify(error=str(explanation or title)), status)
    if request.path.startswith("/feeds/") and request.path.endswith((".ics", ".atom")):
        response = make_response(f"{title}: {explanation}\n", status)
        response.mimetype = "text/plain"
        return response
    return make_response(
        render_template("error.html", status=status, title=title, explanation=explanation), status
    )


def _page_of_failure() -> Response:
    """The page of a 500: what failed may be the database, so nothing here asks it anything."""
    g._login_user = AnonymousUserMixin()
    g.forced_language = code = select_language()
    refresh()  # type: ignore[no-untyped-call]
    if _wants_json():
        return make_response(jsonify(error=str(_TITLES[500])), 500)
    page = render_template(
        "error_static.html",
        status=500, title=_TITLES[500], explanation=_EXPLANATIONS[500], code=code,
    )  # fmt: skip
    return make_response(page, 500)


def _read_away() -> None:
    """Read what is too large to its end: a browser still sending would get no page to see."""
    left = request.content_length or 0
    if left <= MOST_READ_AWAY:
        while left > 0 and (piece := request.environ["wsgi.input"].read(min(left, 65_536))):
            left -= len(piece)


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    if isinstance(error, BadHost):
        # No page: there is no host that its links could name.
        return Response(f"{_TITLES[400]}\n", 400, mimetype="text/plain")
    if isinstance(error, RequestEntityTooLarge):
        _read_away()
    return error_page(error.code)


def _race_lost(error: Exception) -> Response:
    """Another has written or deleted what was read, between the reading and the writing."""
    current_app.logger.warning("written meanwhile", exc_info=error)
    db.session.rollback()
    return error_page(409)


def _unexpected(error: Exception) -> Response:
    current_app.logger.error("unexpected error", exc_info=error)
    if current_app.config["TESTING"]:
        raise error
    return _page_of_failure()


def _busy(error: OperationalError) -> Response:
    """SQLite lets one write at a time; a large import may keep another waiting for too long."""
    if "locked" not in str(error.orig):
        return _unexpected(error)
    current_app.logger.warning("the database was locked", exc_info=error)
    db.session.rollback()
    return error_page(
        409, _("Somebody else is writing a lot just now. Wait a moment, then send it again.")
    )


def register_error_pages(app: Flask) -> None:
    """Give every error a page; nothing a visitor sends may end in a bare traceback."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(IntegrityError, _race_lost)
    app.register_error_handler(StaleDataError, _race_lost)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(ObjectDeletedError, _race_lost)

    @app.errorhandler(BadFilter)
    def bad_filter(error: BadFilter) -> Response:
        return error_page(400, error.message)

    @app.errorhandler(Forbidden)
    def forbidden(error: Forbidden) -> Response:
        return error_page(403, error.message)

    @app.errorhandler(Conflict)
    def conflict(error: Conflict) -> Response:
        return error_page(409, error.message)

    @app.errorhandler(CSRFError)
    def csrf_error(_error: CSRFError) -> Response:
        return error_page(
            400, _("This page was open too long. Go back, reload it and send it again.")
        )

    app.register_error_handler(Exception, _unexpected)
