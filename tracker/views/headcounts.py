"""Published figures of one event."""

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, WRITE, can, requires
from tracker.editing import edited_meanwhile, saved
from tracker.errors import Forbidden
from tracker.extensions import db
from tracker.forms.attendance import HeadcountForm
from tracker.forms.events import DeleteForm
from tracker.models import Event, Headcount
from tracker.responses import done, form_page, url_with
from tracker.security import reader, writer
from tracker.services import attendance as service
from tracker.services.event_pages import event_page, find_event
from tracker.services.paging import Order, fetch_page

bp = Blueprint("headcounts", __name__, url_prefix="/events/<key>/headcounts")

_FIELDS = (
    "metric", "mode", "qualifier", "value", "unit", "dimension", "value_key", "source", "notes",
)  # fmt: skip


def _event(key: str, verb: str = "view") -> Event:
    event = find_event(db.session, key, reader())
    if event is None:
        abort(404)
    if verb != "view" and not can(reader(), verb, event):
        raise Forbidden(_("Another organization organizes this event, so you cannot change it."))
    return event


def _headcount(event: Event, headcount_id: int) -> Headcount:
    found = db.session.scalar(
        select(Headcount).where(Headcount.id == headcount_id, Headcount.event_id == event.id)
    )
    if found is None:
        abort(404)
    return found


@bp.get("")
@requires(PUBLIC)
def index(key: str) -> Response:
    """The figures as published, whole ones first."""
    event = _event(key)
    page = fetch_page(
        db.session,
        select(Headcount).where(Headcount.event_id == event.id),
        Order(Headcount.dimension, Headcount.id),
        request.args.get("after"),
    )
    return make_response(
        render_template(
            "headcounts/index.html",
            **event_page(db.session, event, reader()),
            page=page,
            next_url=page.next_cursor and url_with(after=page.next_cursor),
            first_url=url_with() if request.args.get("after") else None,
        )
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(WRITE)
def new(key: str) -> Response:
    """Enter a figure as it was published."""
    return _form_page(_event(key, "edit"), None)


@bp.route("/<int:headcount_id>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(key: str, headcount_id: int) -> Response:
    """Correct a figure that was entered wrongly."""
    event = _event(key, "edit")
    return _form_page(event, _headcount(event, headcount_id))


def _form_page(event: Event, headcount: Headcount | None) -> Response:
    stored = {name: getattr(headcount, name) for name in _FIELDS} if headcount else {}
    form = HeadcountForm(data=None if request.method == "POST" else stored)
    back = url_for("headcounts.index", key=event.key)

    def page() -> Response:
        return form_page(
            "headcounts/form.html", form, event=event, headcount=headcount, cancel_url=back
        )

    def write() -> None:
        values = {name: form.value_of(name) for name in _FIELDS}
        service.save_headcount(db.session, headcount, event, values, by=writer())

    if headcount is not None and edited_meanwhile(
        db.session, form, headcount, lambda: HeadcountForm(formdata=None, data=stored)
    ):
        response = page()
        response.status_code = 409
        return response
    if form.validate_on_submit() and saved(db.session, form, write):
        return done(_("The figure is saved."), db.session, back)
    return page()


@bp.post("/<int:headcount_id>/delete")
@requires(WRITE)
def delete(key: str, headcount_id: int) -> Response:
    """Remove a figure; the message after it offers to undo that."""
    event = _event(key, "edit")
    headcount = _headcount(event, headcount_id)
    if not DeleteForm().validate():
        abort(400)
    service.remove(db.session, headcount, by=writer())
    return done(_("The figure is removed."), db.session, url_for("headcounts.index", key=key))
