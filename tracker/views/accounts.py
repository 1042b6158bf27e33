"""Signing in and out, and one's own account."""

import math
from datetime import timedelta

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _, ngettext
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, SIGNED_IN, requires
from tracker.errors import DomainError
from tracker.extensions import db
from tracker.forms.accounts import AccountForm, PasswordForm, SignInForm
from tracker.i18n import LANGUAGE_COOKIE
from tracker.models.text import clean
from tracker.security import (
    begin_reader_session,
    demo_allowed_here,
    end_reader_session,
    reader,
    reader_session,
    remember_preference,
    safe_next,
    session_lifetime,
    writer,
)
from tracker.services import accounts, sign_in as signing_in

bp = Blueprint("accounts", __name__)

# In this order: Edge and Opera also claim to be Chrome, and Chrome to be Safari.
_BROWSERS = (
    ("Firefox", "Firefox"), ("Edg", "Edge"), ("OPR", "Opera"), ("Chrome", "Chrome"),
    ("CriOS", "Chrome"), ("FxiOS", "Firefox"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Windows", "Windows"),
    ("Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@bp.route("/sign-in", methods=["GET", "POST"])
@requires(PUBLIC)
def sign_in() -> Response:
    """The form, and what it is sent to."""
    form = SignInForm(next=request.args.get("next"))
    target = safe_next(form.next.data) or url_for("overview.index")
    if request.method == "GET" and reader() is not None:
        return redirect(target, 303)
    status = 200
    if form.validate_on_submit():
        status = _try_to_sign_in(form)
        if status == 303:
            return redirect(target, 303)
    elif form.is_submitted():
        status = 422
    return make_response(render_template("accounts/sign_in.html", form=form), status)


def _try_to_sign_in(form: SignInForm) -> int:
    """The status of the answer: 303 in, 422 not right, 429 too often."""
    attempt = signing_in.record_attempt(db.session, form.email.data or "", request.remote_addr)
    db.session.commit()
    wait = signing_in.wait_after(db.session, attempt)
    if wait is not None:
        db.session.commit()
        form.fail(None, _too_many(wait))
        return 429
    user = signing_in.authenticate(
        db.session, attempt, form.password.data or "", allow_demo=demo_allowed_here()
    )
    if user is None:
        form.fail(None, _("The e-mail address or the password is not right."))
        return 422
    begin_reader_session(user)
    db.session.commit()
    return 303


def _too_many(wait: timedelta) -> str:
    return ngettext(
        "Too many tries. Please try again in %(num)d minute.",
        "Too many tries. Please try again in %(num)d minutes.",
        math.ceil(wait / timedelta(minutes=1)),
    )


@bp.post("/sign-out")
@requires(PUBLIC)
def sign_out() -> Response:
    """End this browser's session, if it has one."""
    end_reader_session()
    db.session.commit()
    flash(_("You are signed out."), "info")
    return redirect(url_for("overview.index"), 303)


@bp.route("/account", methods=["GET", "POST"])
@requires(SIGNED_IN)
def account() -> Response:
    """One's own name, language, password and sessions."""
    user = writer()
    form = AccountForm(obj=user)
    if form.validate_on_submit():
        accounts.edit_own_account(
            db.session, user, name=form.name.data or "", language=form.language.data
        )
        db.session.commit()
        flash(_("Saved."), "success")
        response = redirect(url_for("accounts.account"), 303)
        # What this browser remembered would hide the new choice.
        return remember_preference(response, LANGUAGE_COOKIE, form.language.data)
    return _account_page(form, PasswordForm(formdata=None))


@bp.post("/account/password")
@requires(SIGNED_IN)
def change_password() -> Response:
    """A new password; all other sessions end."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            accounts.change_password(
                db.session, writer(), form.current_password.data or "", form.password.data or "",
                keep=reader_session(),
            )  # fmt: skip
        except DomainError as error:
            form.fail(error.field, error.message)
        else:
            db.session.commit()
            flash(_("The password is changed. Other browsers are signed out."), "success")
            return redirect(url_for("accounts.account"), 303)
    return _account_page(AccountForm(formdata=None, obj=writer()), form)


def _account_page(form: AccountForm, password_form: PasswordForm) -> Response:
    wrong = bool(form.errors or password_form.errors)
    page = render_template(
        "accounts/account.html",
        form=form,
        password_form=password_form,
        sessions=signing_in.open_sessions(db.session, writer(), session_lifetime()),
        this_session=reader_session(),
        describe_browser=describe_browser,
    )
    return make_response(page, 422 if wrong else 200)


@bp.post("/account/sessions/<int:session_id>/end")
@requires(SIGNED_IN)
def end_session(session_id: int) -> Response:
    """End one session of one's own."""
    current = reader_session()
    if current is not None and current.id == session_id:
        return sign_out()
    if not signing_in.end_session(db.session, writer(), session_id):
        abort(404)
    db.session.commit()
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/sessions/end")
@requires(SIGNED_IN)
def end_all_sessions() -> Response:
    """End every session of one's own, this one too."""
    signing_in.end_other_sessions(db.session, writer())
    end_reader_session()
    db.session.commit()
    flash(_("You are signed out everywhere."), "info")
    return redirect(url_for("accounts.sign_in"), 303)


def describe_browser(user_agent: str) -> str:
    """`Firefox, Linux`, or the beginning of what the browser calls itself."""
    known = [
        next((name for mark, name in table if mark in user_agent), "")
        for table in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, known)) or clean(user_agent)[:40] or _("Unknown browser")
