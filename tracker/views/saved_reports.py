"""Saved reports: the list of one's own and of the public ones, and the form that keeps a report."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, SIGNED_IN, can, requires
from tracker.editing import saved
from tracker.extensions import db
from tracker.forms.events import DeleteForm
from tracker.forms.reports import SavedReportForm
from tracker.kept_reports import asked_for, form_url, refusals, report_url
from tracker.models import SavedReport
from tracker.responses import done, form_page, query_values, url_with
from tracker.security import reader, writer
from tracker.services import saved_reports as service
from tracker.services.filters import refuse_unknown
from tracker.services.kept_questions import (
    REPORT_NAMES,
    HasQuestion,
    keep,
    kept_of,
    proposed_name,
    subject_names,
)
from tracker.services.paging import Order, Page, fetch_page

bp = Blueprint("saved_reports", __name__, url_prefix="/reports/saved")

_ORDER = Order(SavedReport.name, SavedReport.id)
_NOTHING: Page[SavedReport] = Page((), None)


@bp.get("/")
@requires(PUBLIC)
def index() -> str:
    """One's own saved reports, then those that others made public; each paged by itself."""
    refuse_unknown(query_values(request.args), ("after", "own_after"))
    user = reader()
    after, own_after = request.args.get("after"), request.args.get("own_after")
    own, public = _NOTHING, _NOTHING
    if user is not None and not after:
        own = fetch_page(db.session, service.own_query(user), _ORDER, own_after)
    if not own_after:
        public = fetch_page(db.session, service.public_query(user), _ORDER, after)
    return render_template(
        "saved_reports/index.html",
        own=own,
        public=public,
        own_next=own.next_cursor and url_with(own_after=own.next_cursor),
        public_next=public.next_cursor and url_with(after=public.next_cursor),
        first_url=url_for(".index") if after or own_after else None,
        report_names=REPORT_NAMES,
        subjects=subject_names(db.session, [*own.rows, *public.rows], user),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(SIGNED_IN)
def new() -> Response:
    """Save a report; the address says which, and with which filters."""
    user = writer()
    question, asked = asked_for(request.args, user)
    kept = keep(question)
    name = service.free_name(db.session, user, proposed_name(question))
    form = SavedReportForm(data={"name": name})
    if _valid(form, kept) and saved(
        db.session,
        form,
        lambda: service.save_report(
            db.session, kept, form.name.data or "", _is_public(form), by=user
        ),
    ):
        message = _("“%(name)s” is saved.", name=form.name.data)
        return done(message, db.session, report_url(kept), back=report_url(kept))
    return _form_page(form, kept, None, form_url(".new", asked), report_url(kept))


@bp.get("/<int:saved_id>")
@requires(PUBLIC)
def show(saved_id: int) -> Response:
    """The report itself, with its filters."""
    return redirect(report_url(_saved(saved_id)), 303)


@bp.route("/<int:saved_id>/edit", methods=["GET", "POST"])
@requires(SIGNED_IN)
def edit(saved_id: int) -> Response:
    """Rename a saved report, or make it public or private."""
    row = _own(saved_id)
    kept = kept_of(row)
    form = SavedReportForm(
        data={"name": row.name, "visibility": "public" if row.public else "private"}
    )
    if _valid(form, kept) and saved(
        db.session,
        form,
        lambda: service.edit_saved(
            db.session, row, form.name.data or "", _is_public(form), by=writer()
        ),
    ):
        message = _("“%(name)s” is saved.", name=form.name.data)
        return done(message, db.session, url_for(".index"))
    return _form_page(form, kept, saved_id, url_for(".edit", saved_id=saved_id), url_for(".index"))


@bp.post("/<int:saved_id>/delete")
@requires(SIGNED_IN)
def delete(saved_id: int) -> Response:
    """Forget a saved report; the message after it offers to undo that."""
    row = _own(saved_id)
    if not DeleteForm().validate():
        abort(400)
    name = row.name
    service.delete_saved(db.session, row, by=writer())
    return done(_("“%(name)s” is deleted.", name=name), db.session, url_for(".index"))


def _saved(saved_id: int) -> SavedReport:
    row = service.find_saved(db.session, saved_id, reader())
    return row if row is not None else abort(404)


def _own(saved_id: int) -> SavedReport:
    row = _saved(saved_id)
    if not can(writer(), "edit", row):
        abort(404)
    return row


def _is_public(form: SavedReportForm) -> bool:
    return bool(form.visibility.data == "public")


def _valid(form: SavedReportForm, kept: HasQuestion) -> bool:
    """Whether a form was sent that can be kept; a public one must open for those signed out."""
    if not form.validate_on_submit():
        return False
    reasons = refusals(kept, None) if _is_public(form) else []
    if reasons:
        form.fail("visibility", _("Whoever is not signed in could not open it."))
    for reason in reasons:
        form.fail("visibility", reason)
    return not reasons


def _form_page(
    form: SavedReportForm, kept: HasQuestion, saved_id: int | None, action: str, cancel: str
) -> Response:
    context: dict[str, Any] = {"kept": kept, "saved_id": saved_id, "action": action}
    return form_page(
        "saved_reports/form.html",
        form,
        **context,
        cancel_url=cancel,
        report_names=REPORT_NAMES,
        subjects=subject_names(db.session, [kept], reader()),
    )
