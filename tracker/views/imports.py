"""Attendee files of an event: handing one in, how it is read, what is in it."""

from contextlib import closing
from io import BytesIO
from typing import Any, BinaryIO, cast

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from tracker.access import WRITE, can, requires
from tracker.editing import event_or_404
from tracker.errors import DomainError, Forbidden
from tracker.extensions import db
from tracker.forms.base import cleaned
from tracker.forms.imports import DatesForm, ImportForm, columns_form
from tracker.import_reading import asked_of, column_titles, columns_with_samples, date_choices
from tracker.import_review import Place, find_batch, page_of, review_response
from tracker.models import Attendance, Event, ImportBatch
from tracker.responses import form_page, url_with
from tracker.security import reader, writer
from tracker.services import import_pages as pages
from tracker.services.event_pages import find_event
from tracker.services.importing.staging import read_again, receive
from tracker.services.importing.waiting import waiting_query, with_counts
from tracker.services.paging import fetch_page

bp = Blueprint("imports", __name__)


def _event(key: str) -> Event:
    return event_or_404(db.session, key, writer(), "edit")


# ---- handing in


@bp.route("/events/<key>/attendance/import", methods=["GET", "POST"])
@requires(WRITE)
def new(key: str) -> Response:
    """Drop a file or paste a list; what is in it is looked at before anything is recorded."""
    event = _event(key)
    form = ImportForm(data={"format": "auto"})
    if form.validate_on_submit() and (batch := _received(event, form)):
        return redirect(page_of(batch), 303)
    unfinished = fetch_page(
        db.session, pages.unfinished_query(event), pages.LATEST_FIRST, None, size=5
    )
    return form_page(
        "imports/new.html", form, event=event, unfinished=with_counts(db.session, unfinished.rows)
    )


def _received(event: Event, form: ImportForm) -> ImportBatch | None:
    """The staged import of what was sent; None where it cannot be read, said at its field."""
    upload, pasted = request.files.get("file"), form.text.data or ""
    given = upload if upload is not None and upload.filename else None
    if given is None and not pasted.strip():
        form.fail("file", _("Choose a file, or paste a list."))
        return None
    if given and pasted.strip():
        form.fail("text", _("Hand in the file and the list one after the other."))
        return None
    file = cast(BinaryIO, given.stream) if given else BytesIO(pasted.encode())
    name = cleaned(given.filename) or _("File") if given else ""
    newest = pages.newest_id(db.session)
    try:
        with closing(file):
            batch = receive(
                db.session, event, file, name, writer(), format=form.format.data or "auto"
            )
        db.session.commit()
    except Forbidden:
        raise
    except DomainError as error:
        db.session.rollback()
        form.fail("file" if given else "text", error.message)
        return None
    if batch.id <= newest:
        flash(_("This very file is here already: nothing was read twice."), "info")
    return batch


@bp.route("/events/<key>/imports/<int:batch_id>/reading", methods=["GET", "POST"])
@requires(WRITE)
def reading(key: str, batch_id: int) -> Response:
    """What the columns of a file mean, and in which order its dates are."""
    batch = find_batch(db.session, key, batch_id, writer())
    asked = asked_of(batch)
    if asked is None:
        return redirect(page_of(batch), 303)
    form: Any = DatesForm() if asked == "dates" else _columns_form(batch)
    choices = date_choices(batch.reading) if asked == "dates" else []
    if asked == "dates":
        form.dates.choices = [(order, days) for order, days, _detail in choices]
    if form.validate_on_submit() and _read_again(batch, form, asked):
        return redirect(page_of(batch), 303)
    return form_page(
        "imports/reading.html",
        form,
        batch=batch,
        event=batch.event,
        asked=asked,
        choices=choices,
        columns=columns_with_samples(form, batch.reading) if asked == "columns" else [],
    )


def _columns_form(batch: ImportBatch) -> Any:
    return columns_form(column_titles(batch.reading), batch.reading.get("columns") or [])


def _read_again(batch: ImportBatch, form: Any, asked: str) -> bool:
    given: dict[str, Any] = (
        {"dates": form.dates.data} if asked == "dates" else {"columns": form.columns()}
    )
    try:
        read_again(db.session, batch, writer(), **given)
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        form.fail(None, error.message)
        return False
    return True


# ---- looking at it


@bp.get("/imports/")
@requires(WRITE)
def waiting() -> Response:
    """The imports that are not recorded yet, of every event the user may edit."""
    return _list("imports/waiting.html", waiting_query(writer()))


@bp.get("/events/<key>/imports/")
@requires(WRITE)
def index(key: str) -> Response:
    """The imports of one event, the latest first."""
    event = _event(key)
    return _list("imports/index.html", pages.batches_query(event), event=event)


def _list(template: str, query: Any, **context: Any) -> Response:
    page = fetch_page(db.session, query, pages.LATEST_FIRST, request.args.get("after"))
    return make_response(
        render_template(
            template,
            **context,
            items=with_counts(db.session, page.rows),
            next_url=page.next_cursor and url_with(after=page.next_cursor),
            first_url=url_with() if request.args.get("after") else None,
        )
    )


@bp.get("/events/<key>/imports/<int:batch_id>")
@requires(WRITE)
def show(key: str, batch_id: int) -> Response:
    """What a file says, whom it means, what is still to be decided."""
    batch = find_batch(db.session, key, batch_id, writer())
    if batch.status == "received":
        return redirect(page_of(batch), 303)
    return review_response(db.session, batch, Place.of(request.args))


@bp.get("/events/<key>/attendance/<int:attendance_id>/rows")
@requires(WRITE)
def rows(key: str, attendance_id: int) -> Response:
    """The rows of files that an attendance came from, as they were."""
    event = find_event(db.session, key, reader())
    if event is None:
        abort(404)
    attendance = db.session.scalar(
        select(Attendance)
        .where(Attendance.id == attendance_id, Attendance.event_id == event.id)
        .options(joinedload(Attendance.person))
    )
    if attendance is None:
        abort(404)
    if not can(reader(), "edit", attendance):
        raise Forbidden(_("You can change the attendance of your own organization's people."))
    page = fetch_page(
        db.session,
        pages.rows_of_attendance_query(attendance),
        pages.ROWS_OF_FILES,
        request.args.get("after"),
    )
    return make_response(
        render_template(
            "imports/rows.html",
            event=event,
            attendance=attendance,
            page=page,
            next_url=page.next_cursor and url_with(after=page.next_cursor),
            first_url=url_with() if request.args.get("after") else None,
        )
    )
