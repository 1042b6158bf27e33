"""Calendars of others: adding one, reading it again, deciding, recording."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any, BinaryIO, cast

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from config import Config
from tracker.access import EDIT, requires
from tracker.calendar_source_review import Place, find_source, page_of, review_response
from tracker.errors import DomainError
from tracker.extensions import db
from tracker.forms.base import cleaned
from tracker.forms.calendar_sources import CalendarFileForm, CalendarForm, NewCalendarForm
from tracker.i18n import language
from tracker.models import CalendarSource
from tracker.responses import done, form_page, url_with
from tracker.security import writer
from tracker.services import resolve
from tracker.services.calendars import lists, sources
from tracker.services.calendars.reading import (
    Before,
    CannotRead,
    Looked,
    look_at_address,
    look_at_file,
    plain_address,
)
from tracker.services.calendars.staging import note_failure, take_in
from tracker.services.calendars.words import why_unreadable
from tracker.services.paging import fetch_page

bp = Blueprint("calendar_sources", __name__, url_prefix="/calendars")


def _today() -> date:
    return datetime.now(UTC).date()


def _hosts() -> tuple[str, ...]:
    settings: Config = current_app.extensions["settings"]
    return settings.calendar_hosts


def _source(source_id: int) -> CalendarSource:
    return find_source(db.session, source_id, writer())


@bp.get("/")
@requires(EDIT)
def index() -> str:
    """The calendars that are brought in, and how each is."""
    after = request.args.get("after")
    page = fetch_page(db.session, lists.sources_query(writer()), lists.BY_NAME, after)
    return render_template(
        "calendar_sources/index.html",
        sources=page.rows,
        figures=lists.figures(db.session, page.rows),
        why_unreadable=why_unreadable,
        next_url=page.next_cursor and url_with(after=page.next_cursor),
        first_url=url_with() if after else None,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(EDIT)
def new() -> Response:
    """Give an address or a file; what is in it is looked at before anything is recorded."""
    user = writer()
    owner = user.organization.acronym if user.organization else None
    form = NewCalendarForm(
        data={
            "kind": "meeting", "visibility": "public", "language": language(),
            "owner_acronym": owner,
        }
        if request.method == "GET"
        else None
    )  # fmt: skip
    if form.validate_on_submit() and (source := _added(form)):
        return redirect(page_of(source), 303)
    return form_page("calendar_sources/new.html", form)


def _added(form: NewCalendarForm) -> CalendarSource | None:
    """The calendar that was given, with what is in it; None where something is wrong."""
    upload = request.files.get("file")
    given = upload if upload is not None and upload.filename else None
    address = plain_address(form.address.data) if form.address.data else None
    values = {**_settled(form), "address": address}
    if bool(given) == bool(address):
        if given:
            form.fail("file", _("Give the address or the file, not both."))
        else:
            form.fail("address", _("Give an address, or choose a file."))
    if form.errors:
        return None
    # Read before anything is locked or written: it may take a while.
    looked = _looked(form, lambda: _look_at_new(address, given))
    if looked is None:
        return None
    name = cleaned(given.filename) or "" if given is not None else ""
    try:
        source = sources.add_source(db.session, values, looked, writer(), filename=name)
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        form.fail(error.field, error.message)
    except IntegrityError:
        db.session.rollback()
        form.fail("address", _("This calendar is here already."))
    else:
        return source
    return None


def _look_at_new(address: str | None, given: Any) -> Looked:
    if address is not None:
        sources.refuse_twice(db.session, address)
        return look_at_address(address, _today(), _hosts())
    return _look_at_upload(given)


def _look_at_upload(upload: FileStorage, before: Before | None = None) -> Looked:
    with closing(cast(BinaryIO, upload.stream)) as file:
        return look_at_file(file, _today(), before)


def _looked(form: Any, look: Callable[[], Looked]) -> Looked | None:
    """What a calendar holds; why it cannot be read is said beside the field it came from."""
    try:
        return look()
    except CannotRead as error:
        field = "address" if "address" in form and form.address.data else "file"
        form.fail(field, why_unreadable(error.error))
    except DomainError as error:
        form.fail(error.field, error.message)
    return None


def _settled(form: Any) -> dict[str, Any]:
    """The columns of a calendar that a form gives; names that mean nothing are said in it."""
    code, user = language(), writer()
    if form.space_code.data:
        form.space_code.settle(resolve.resolve_space(db.session, form.space_code.data, code))
    if form.owner_acronym.data:
        found = resolve.resolve_organization(db.session, form.owner_acronym.data, code)
        form.owner_acronym.settle(found)
    owner = form.owner_acronym.thing
    if form.visibility.data == "organization" and not form.owner_acronym.errors:
        owner = owner or user.organization
        if owner is None or owner is not user.organization:
            form.fail("owner_acronym", _("Only its owner sees it then, so that must be yours."))
    return {
        "name": form.name.data,
        "space": form.space_code.thing,
        "owner": owner,
        "kind": form.kind.data,
        "visibility": form.visibility.data,
        "language": form.language.data,
        "adds_new": bool(form.adds_new.data),
    }


# ---- one calendar


@bp.get("/<int:source_id>")
@requires(EDIT)
def show(source_id: int) -> Response:
    """What is in a calendar, which events these are, and what is to be decided."""
    return review_response(db.session, _source(source_id), writer(), Place.of(request.args))


@bp.post("/<int:source_id>/read")
@requires(EDIT)
def read(source_id: int) -> Response:
    """Read a calendar again now."""
    source = _source(source_id)
    if source.address is None:
        abort(400)
    address, before = source.address, Before.of(source, _today())
    # Nothing is held while another server takes its time.
    db.session.rollback()
    try:
        looked = look_at_address(address, _today(), _hosts(), before)
    except CannotRead as error:
        note_failure(db.session, _source(source_id), error)
        db.session.commit()
        return redirect(page_of(_source(source_id)), 303)
    return _taken(_source(source_id), looked)


@bp.post("/<int:source_id>/file")
@requires(EDIT)
def newer_file(source_id: int) -> Response:
    """Hand in a newer file of a calendar that has no address."""
    source, form = _source(source_id), CalendarFileForm()
    if source.address is not None or not form.validate():
        abort(400)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        form.fail("file", _("Choose a file."))
    else:
        before = Before.of(source, _today())
        looked = _looked(form, lambda: _look_at_upload(upload, before))
        if looked is not None:
            return _taken(source, looked)
    return review_response(db.session, source, writer(), Place(), file_form=form)


def _taken(source: CalendarSource, looked: Looked) -> Response:
    staged = take_in(db.session, source, looked)
    db.session.commit()
    found = [
        (staged.added, ngettext("%(num)d event is new in it.", "%(num)d events are new in it.",
                                staged.added)),
        (staged.changed, ngettext("%(num)d event changed in it.",
                                  "%(num)d events changed in it.", staged.changed)),
        (staged.gone, ngettext("%(num)d event is no longer in it.",
                               "%(num)d events are no longer in it.", staged.gone)),
    ]  # fmt: skip
    told = " ".join(text for number, text in found if number)
    flash(told or _("Nothing has changed in it."), "success" if told else "info")
    return redirect(page_of(source), 303)


@bp.route("/<int:source_id>/edit", methods=["GET", "POST"])
@requires(EDIT)
def edit(source_id: int) -> Response:
    """Change what the events of a calendar get, or where it is read from."""
    source = _source(source_id)
    stored = {
        **{n: getattr(source, n) for n in ("name", "address", "kind", "visibility", "language")},
        "adds_new": source.adds_new,
        "space_code": source.space.code if source.space else None,
        "owner_acronym": source.owner.acronym if source.owner else None,
    }
    form = CalendarForm(data=stored if request.method == "GET" else None)
    if source.address is None:
        del form.address
    if form.validate_on_submit() and _saved(source, form):
        return done(_("Saved."), db.session, page_of(source))
    return form_page(
        "calendar_sources/edit.html", form, source=source, cancel_url=url_for(
            "calendar_sources.show", source_id=source_id
        ),
    )  # fmt: skip


def _saved(source: CalendarSource, form: Any) -> bool:
    values = _settled(form)
    if "address" in form:
        values["address"] = plain_address(form.address.data or "")
        if not form.address.data:
            form.fail("address", _("This is needed."))
    if form.errors:
        return False
    try:
        sources.save_source(db.session, source, values, writer())
    except DomainError as error:
        db.session.rollback()
        form.fail(error.field, error.message)
    except IntegrityError:
        db.session.rollback()
        form.fail("address", _("This calendar is here already."))
    return not form.errors


@bp.post("/<int:source_id>/active")
@requires(EDIT)
def active(source_id: int) -> Response:
    """Stop reading a calendar again, or go on with it."""
    source = _source(source_id)
    goes_on = request.form.get("active") == "1"
    sources.set_active(db.session, source, goes_on, writer())
    message = _("It is read again from now on.") if goes_on else _("It is not read again.")
    return done(message, db.session, page_of(source))


@bp.post("/<int:source_id>/delete")
@requires(EDIT)
def delete(source_id: int) -> Response:
    """Forget a calendar; the events that came from it stay."""
    source = _source(source_id)
    name = source.name
    sources.delete_source(db.session, source, writer())
    return done(
        _("“%(name)s” is deleted; the events that came from it stay.", name=name),
        db.session,
        url_for("calendar_sources.index"),
    )
