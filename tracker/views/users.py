"""Managing accounts."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from werkzeug.wrappers import Response

from tracker.access import MANAGE_USERS, requires
from tracker.errors import DomainError
from tracker.extensions import db
from tracker.forms.accounts import UserForm
from tracker.i18n import language
from tracker.models import Person, User
from tracker.responses import form_page, url_with
from tracker.security import reader_session, writer
from tracker.services import accounts, private_feeds
from tracker.services.paging import Order, fetch_page
from tracker.services.passwords import generate_password
from tracker.services.resolve import resolve_organization, resolve_person

bp = Blueprint("users", __name__, url_prefix="/users")


@bp.get("/")
@requires(MANAGE_USERS)
def index() -> str:
    """All accounts by address."""
    page = fetch_page(
        db.session, accounts.users_query(), Order(User.email, User.id), request.args.get("after")
    )
    next_url = url_with(after=page.next_cursor) if page.next_cursor else None
    return render_template("users/index.html", page=page, next_url=next_url)


@bp.route("/new", methods=["GET", "POST"])
@requires(MANAGE_USERS)
def new() -> Response:
    """A new account; its password is made here and shown once."""
    form = UserForm(role="viewer")
    del form.active
    if form.validate_on_submit() and _settle(form):
        password = generate_password()
        try:
            user = accounts.add_user(db.session, password=password, by=writer(), **_values(form))
        except DomainError as error:
            form.fail(error.field, error.message)
        else:
            db.session.commit()
            return _password_page(user, password, 201)
    return form_page("users/form.html", form, account=None)


@bp.route("/<int:user_id>/edit", methods=["GET", "POST"])
@requires(MANAGE_USERS)
def edit(user_id: int) -> Response:
    """Change an account."""
    user = db.get_or_abort(User, user_id)
    form = UserForm(data=_stored(user))
    if form.validate_on_submit() and _settle(form):
        try:
            accounts.edit_user(
                db.session, user, active=form.active.data, by=writer(), **_values(form)
            )
        except DomainError as error:
            db.session.rollback()
            form.fail(error.field, error.message)
        else:
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for("users.index"), 303)
    return form_page(
        "users/form.html", form, account=user,
        private_feeds=private_feeds.count_feeds(db.session, user),
    )  # fmt: skip


@bp.get("/<int:user_id>/private-feeds/revoke")
@requires(MANAGE_USERS)
def ask_to_revoke_feeds(user_id: int) -> str:
    """Say what revoking all private feeds of an account does, and ask."""
    user = db.get_or_abort(User, user_id)
    return render_template(
        "users/revoke_feeds.html",
        account=user, private_feeds=private_feeds.count_feeds(db.session, user),
    )  # fmt: skip


@bp.post("/<int:user_id>/private-feeds/revoke")
@requires(MANAGE_USERS)
def revoke_feeds(user_id: int) -> Response:
    """Have the addresses of all private feeds of an account stop working."""
    user = db.get_or_abort(User, user_id)
    number = private_feeds.revoke_all(db.session, user, by=writer())
    db.session.commit()
    flash(
        ngettext("%(num)d private calendar is revoked.", "%(num)d private calendars are revoked.",
                 number),
        "success",
    )  # fmt: skip
    return redirect(url_for("users.edit", user_id=user_id), 303)


@bp.post("/<int:user_id>/password")
@requires(MANAGE_USERS)
def reset_password(user_id: int) -> Response:
    """Make a new password, shown once; the account's sessions end, but not this one."""
    user = db.get_or_abort(User, user_id)
    password = generate_password()
    accounts.set_password(db.session, user, password, by=writer(), keep=reader_session())
    db.session.commit()
    return _password_page(user, password, 200)


def _password_page(user: User, password: str, status: int) -> Response:
    # No redirect: the password would have to wait somewhere for the next page.
    page = render_template("users/password.html", account=user, password=password)
    return make_response(page, status)


def _settle(form: UserForm) -> bool:
    """Resolve the names typed; whether each names one thing or nothing was typed."""
    if form.organization.data:
        form.organization.settle(
            resolve_organization(db.session, form.organization.data, language())
        )
    if form.person.data:
        form.person.settle(resolve_person(db.session, form.person.data))
    return not form.errors


def _values(form: UserForm) -> dict[str, Any]:
    return {
        "email": form.email.data, "name": form.name.data or "", "role": form.role.data,
        "organization": form.organization.thing, "person": form.person.thing,
        "language": form.language.data,
    }  # fmt: skip


def _stored(user: User) -> dict[str, Any]:
    return {
        "email": user.email, "name": user.name, "role": user.role, "active": user.active,
        "organization": user.organization.acronym if user.organization is not None else None,
        "person": _as_typed(user.person),
        "language": user.language,
    }  # fmt: skip


def _as_typed(person: Person | None) -> str | None:
    """What names a person: the name, unless another has the same."""
    if person is None:
        return None
    alone = resolve_person(db.session, person.name).thing is person
    return person.name if alone else person.key
