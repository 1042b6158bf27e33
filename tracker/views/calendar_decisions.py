"""What people decide about a calendar: which event is which, which side holds, that it is recorded."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, request
from flask_babel import gettext as _, ngettext
from werkzeug.wrappers import Response

from tracker.access import EDIT, can, requires
from tracker.calendar_source_review import (
    Place,
    find_source,
    form_of,
    page_of,
    review_response,
    seen_of,
)
from tracker.errors import DomainError
from tracker.extensions import db
from tracker.forms.calendar_sources import EventChoiceForm
from tracker.i18n import language
from tracker.models import CalendarItem, CalendarSource, Event, User
from tracker.responses import done, number_of
from tracker.security import writer
from tracker.services import resolve
from tracker.services.calendars import decisions, lists
from tracker.services.calendars.applying import Applied, apply_source

bp = Blueprint("calendar_decisions", __name__, url_prefix="/calendars/<int:source_id>")

Decide = Callable[[Any, CalendarSource, CalendarItem, User], None]
_ANSWERS: dict[str, Decide] = {
    "create": decisions.create_anyway, "skip": decisions.leave_out, "": decisions.take_back,
    "cancel": lambda s, source, item, by: decisions.settle_gone(s, source, item, True, by),
    "keep": lambda s, source, item, by: decisions.settle_gone(s, source, item, False, by),
}  # fmt: skip
DecideAll = Callable[[Any, CalendarSource, User], None]
_FOR_ALL: dict[str, DecideAll] = {
    "create": decisions.create_all, "past": decisions.leave_out_past, "again": decisions.ask_again,
    "ours": lambda s, source, by: decisions.settle_all_conflicts(s, source, "ours", by),
    "theirs": lambda s, source, by: decisions.settle_all_conflicts(s, source, "theirs", by),
    "cancel": lambda s, source, by: decisions.settle_all_gone(s, source, True, by),
    "keep": lambda s, source, by: decisions.settle_all_gone(s, source, False, by),
}  # fmt: skip


def _source(source_id: int) -> CalendarSource:
    return find_source(db.session, source_id, writer())


def _item(source: CalendarSource) -> CalendarItem:
    number = number_of(request.form.get("item"))
    item = decisions.find_item(db.session, source, number) if number is not None else None
    return item or abort(404)


@bp.post("/decide")
@requires(EDIT)
def decide(source_id: int) -> Response:
    """Answer what is asked about one item."""
    source = _source(source_id)
    item, place, said = _item(source), Place.of(request.args), request.form.get("answer", "")
    form = EventChoiceForm(prefix=form_of(item))
    try:
        _answer(source, item, form, said)
    except DomainError as error:
        db.session.rollback()
        source = _source(source_id)
        item = _item(source)
        form.fail("event_key", error.message)
    if form.errors:
        return review_response(db.session, source, writer(), place, {item.id: form})
    db.session.commit()
    return redirect(page_of(source, **place.query()), 303)


def _answer(source: CalendarSource, item: CalendarItem, form: EventChoiceForm, said: str) -> None:
    user = writer()
    if said in _ANSWERS:
        _ANSWERS[said](db.session, source, item, user)
    elif said == "other" or said.startswith("event-"):
        event = _typed(form) if said == "other" else _candidate(said)
        if event is not None:
            decisions.choose_event(db.session, source, item, event, user)
    elif said in (*decisions.SIDES, "sides"):
        decisions.settle_conflicts(db.session, source, item, _sides(item, said), user)
    else:
        abort(400)


def _candidate(said: str) -> Event:
    event = db.session.get(Event, number_of(said.removeprefix("event-")) or 0)
    if event is None or not can(writer(), "view", event):
        abort(400)
    return event


def _typed(form: EventChoiceForm) -> Event | None:
    form.validate()
    if not form.event_key.data:
        form.fail("event_key", _("Say which event it is."))
    elif not form.errors:
        found = resolve.resolve_event(db.session, form.event_key.data, writer(), language())
        form.event_key.settle(found, unknown=_("No event of this name is known."))
    event: Event | None = form.event_key.thing
    return event


def _sides(item: CalendarItem, said: str) -> dict[str, str]:
    """Which side holds, by column: of all, or of those that a side was chosen for."""
    if said in decisions.SIDES:
        return dict.fromkeys(item.conflicts, said)
    prefix = "side-"
    chosen = {name: side for name, side in request.form.items() if name.startswith(prefix)}
    if not set(chosen.values()) <= set(decisions.SIDES):
        abort(400)
    return {name.removeprefix(prefix): side for name, side in chosen.items()}


@bp.post("/decide-all")
@requires(EDIT)
def decide_all(source_id: int) -> Response:
    """Answer the same for all that is asked alike."""
    source, said = _source(source_id), request.form.get("answer", "")
    if said not in _FOR_ALL:
        abort(400)
    _FOR_ALL[said](db.session, source, writer())
    db.session.commit()
    return redirect(page_of(source), 303)


@bp.post("/record")
@requires(EDIT)
def record(source_id: int) -> Response:
    """Record what needs no answer: new events, and what changed there only."""
    source = _source(source_id)
    figures = lists.figures(db.session, [source])[source.id]
    if request.form.get("seen") != seen_of(figures):
        flash(_("It has changed meanwhile. Look at it, then record it."), "warning")
        return redirect(page_of(source), 303)
    try:
        applied = apply_source(db.session, source, writer())
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "error")
        return redirect(page_of(_source(source_id)), 303)
    if applied.left:
        flash(
            ngettext(
                "%(num)d event is not yours to change, so it stays as it is.",
                "%(num)d events are not yours to change, so they stay as they are.",
                applied.left,
            ),
            "warning",
        )
    return done(_recorded(applied), db.session, page_of(source))


def _recorded(applied: Applied) -> str:
    created, updated = applied.created, applied.updated
    found = [
        (created, ngettext("%(num)d event recorded.", "%(num)d events recorded.", created)),
        (updated, ngettext("%(num)d event brought up to date.",
                           "%(num)d events brought up to date.", updated)),
    ]  # fmt: skip
    return " ".join(text for number, text in found if number)
