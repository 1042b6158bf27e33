"""What holds for every request: who it is, whether the route is theirs, and the headers."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from config import Config
from tracker.access import PUBLIC, has_permission
from tracker.errors import error_page
from tracker.extensions import db, login_manager
from tracker.i18n import language
from tracker.models import User, UserSession
from tracker.services import sign_in

# Where Flask-Login looks; it holds the session's random token, never the id of the account.
_TOKEN = "_user_id"  # noqa: S105 - the name of a key
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def reader() -> User | None:
    """The signed-in user of this request, or None for the public."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def reader_session() -> UserSession | None:
    """The signed-in session that this request came with."""
    found: UserSession | None = g.get("reader_session") if reader() is not None else None
    return found


def writer() -> User:
    """The signed-in user of a request whose route lets nobody else in."""
    user = reader()
    assert user is not None
    return user


def session_lifetime() -> timedelta:
    """How long an unused session stays open."""
    return timedelta(days=_settings().session_days)


def _settings() -> Config:
    settings: Config = current_app.extensions["settings"]
    return settings


def demo_allowed_at_all() -> bool:
    """Whether accounts with published passwords mean anything in this installation."""
    settings = _settings()
    return settings.demo_accounts and settings.environment != "production"


def demo_allowed_here() -> bool:
    """Whether this client may use them: only this machine's own, and not through a proxy."""
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return demo_allowed_at_all() and not forwarded and sign_in.is_loopback(request.remote_addr)


def reader_network() -> str:
    """Where this request comes from, as far as tries that fail count against it."""
    return sign_in.network(request.remote_addr)


def begin_reader_session(user: User) -> None:
    """Sign this browser in; nothing of the session it had before survives."""
    end_reader_session()
    browser = request.headers.get("User-Agent", "")
    token = sign_in.start_session(db.session, user, browser, session_lifetime())
    session.permanent = True
    session[_TOKEN] = token


def end_reader_session() -> None:
    """Sign this browser out: the row is ended, so a copy of the cookie is worth nothing."""
    user, current = reader(), reader_session()
    if user is not None and current is not None:
        sign_in.end_session(db.session, user, current.id)
    session.clear()


def _load_reader(token: object) -> User | None:
    if not isinstance(token, str):
        return None
    g.reader_session = found = sign_in.find_session(
        db.session, token, session_lifetime(), demo_allowed_at_all()
    )
    return found.user if found is not None else None


def _note_visit() -> None:
    """Before the view, when there is nothing else that the commit could carry with it."""
    current = reader_session()
    if current is None:
        return
    try:
        if sign_in.note_visit(db.session, current):
            db.session.commit()
    except OperationalError:
        # A busy or read-only database: reading goes on, and the next request tries again.
        db.session.rollback()


def safe_next(target: str | None) -> str | None:
    """A path of this site to go on to, or None: nothing that a browser could read as elsewhere."""
    if not target or len(target) > 2000 or not target.startswith("/") or "\\" in target:
        return None
    if target.startswith("//") or any(ord(c) < 33 or ord(c) == 127 for c in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def remember_preference(response: AnyResponse, name: str, value: str | None) -> AnyResponse:
    """Have the browser remember a choice for a year; None forgets it."""
    if value is None:
        response.delete_cookie(name, samesite="Lax", secure=_settings().secure_cookies)
    else:
        response.set_cookie(
            name, value, max_age=31_536_000, samesite="Lax", httponly=True,
            secure=_settings().secure_cookies,
        )  # fmt: skip
    return response


def _wants_page() -> bool:
    """Whether a person is looking: they can be sent to the form, a program cannot fill it in."""
    last = request.path.rpartition("/")[2]
    return (
        request.method in ("GET", "HEAD")
        and "." not in last
        and not request.path.startswith("/suggest/")
    )


def _guard() -> AnyResponse | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    if request.is_json and request.method == "POST":
        # No form is JSON, which could hold numbers, lists and half characters in a text's place.
        return error_page(415, _("The address exists, but not for this kind of request."))
    view = current_app.view_functions[request.endpoint]
    permission = getattr(view, "permission", None)
    if permission == PUBLIC and getattr(view, "impersonal", False):
        return None
    _note_visit()
    if permission == PUBLIC:
        return None
    user = reader()
    if permission is not None and has_permission(user, permission):
        return None
    if user is None and permission is not None:
        if _wants_page():
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
        return error_page(401, _("Sign in to see this."))
    return error_page(403)


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    # The address of a page that is not there may be a private one, mistyped.
    secret = response.status_code == 404 and request.path.startswith("/feeds/private/")
    headers.setdefault("Referrer-Policy", "no-referrer" if secret else "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if response.mimetype == "text/html":
        headers.setdefault("Content-Language", language())
        response.vary.update(("Cookie", "Accept-Language"))
    if "Cache-Control" not in headers and request.endpoint != "static":
        # What a signed-in reader sees must not be shown to the next one at the same computer.
        headers["Cache-Control"] = "private, no-store" if reader() is not None else "no-cache"
    return response


class _Sessions(SecureCookieSessionInterface):
    """No cookie travels with what shared caches may keep, so that none hands it to others."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        # Most readers have none, and what reads it takes a fifth of the shortest answers to make.
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not response.cache_control.public:
            super().save_session(app, session, response)


def protect(app: Flask) -> None:
    """Know the reader, guard every route by its declared permission, send the headers."""
    # A session is ended in the table, so it need not be tied to an address that phones change.
    login_manager.session_protection = None
    app.session_interface = _Sessions()
    login_manager.user_loader(_load_reader)
    app.before_request(_guard)
    app.after_request(_headers)
