"""Notes and links that came out of one event, beside its follow-ups."""

from typing import Any

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access import SIGNED_IN, WRITE, requires
from tracker.editing import edited_meanwhile, event_or_404, saved
from tracker.extensions import db
from tracker.forms.events import DeleteForm
from tracker.forms.outcomes import FollowUpForm, OutcomeForm
from tracker.models import Event, Outcome
from tracker.responses import done, form_page, url_with
from tracker.security import reader, writer
from tracker.services import outcomes as service
from tracker.services.event_pages import event_page
from tracker.services.paging import Order, fetch_page

bp = Blueprint("outcomes", __name__, url_prefix="/events/<key>/outcomes")

_FIELDS = ("kind", "text", "url")
_LATEST_FIRST = Order(Outcome.id, Outcome.id, descending=True)


def _event(key: str, verb: str = "view") -> Event:
    return event_or_404(db.session, key, reader(), verb)


@bp.get("")
@requires(SIGNED_IN)
def index(key: str) -> Response:
    """The follow-ups, the notes and the links, with a line to add each."""
    event = _event(key)
    page = fetch_page(
        db.session, service.outcomes_query(event), _LATEST_FIRST, request.args.get("after")
    )
    return make_response(
        render_template(
            "outcomes/index.html",
            **event_page(db.session, event, reader()),
            page=page,
            follow_ups=service.follow_ups_of_event(db.session, event),
            form=OutcomeForm(formdata=None),
            follow_up_form=FollowUpForm(formdata=None),
            next_url=page.next_cursor and url_with(after=page.next_cursor),
            first_url=url_with() if request.args.get("after") else None,
        )
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(WRITE)
def add(key: str) -> Response:
    """Write down a note or a link."""
    return _form_page(_event(key, "edit"), None)


@bp.route("/<int:outcome_id>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(key: str, outcome_id: int) -> Response:
    """Correct a note or a link."""
    event = _event(key, "edit")
    return _form_page(event, _outcome(event, outcome_id))


def _outcome(event: Event, outcome_id: int) -> Outcome:
    found = db.session.scalar(service.outcomes_query(event).where(Outcome.id == outcome_id))
    if found is None:
        abort(404)
    return found


def _form_page(event: Event, outcome: Outcome | None) -> Response:
    stored: dict[str, Any] = (
        {name: getattr(outcome, name) or None for name in _FIELDS} if outcome else {}
    )
    form = OutcomeForm(data=None if request.method == "POST" else stored)
    back = url_for("outcomes.index", key=event.key)

    def page() -> Response:
        return form_page("outcomes/form.html", form, event=event, outcome=outcome, cancel_url=back)

    def write() -> None:
        values = {name: form.value_of(name) for name in _FIELDS}
        service.save_outcome(db.session, outcome, event, values, by=writer())

    if outcome is not None and edited_meanwhile(
        db.session, form, outcome, lambda: OutcomeForm(formdata=None, data=stored)
    ):
        response = page()
        response.status_code = 409
        return response
    if form.validate_on_submit() and saved(db.session, form, write):
        return done(_("Saved."), db.session, back)
    return page()


@bp.post("/<int:outcome_id>/delete")
@requires(WRITE)
def delete(key: str, outcome_id: int) -> Response:
    """Delete a note or a link; the message after it offers to undo that."""
    event = _event(key, "edit")
    outcome = _outcome(event, outcome_id)
    if not DeleteForm().validate():
        abort(400)
    service.delete(db.session, outcome, by=writer())
    return done(_("Deleted."), db.session, url_for("outcomes.index", key=event.key))
