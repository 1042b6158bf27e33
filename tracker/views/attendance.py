"""Who attended one event: the list, adding by typing names, correcting."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from tracker.access import SIGNED_IN, WRITE, can, requires
from tracker.editing import edited_meanwhile, event_or_404, saved
from tracker.errors import Conflict, Forbidden
from tracker.extensions import db
from tracker.formats.tables import Cell, Table
from tracker.forms.attendance import AttendanceForm, ConfirmForm, QuickAttendanceForm
from tracker.forms.events import DeleteForm
from tracker.i18n import language, person_name
from tracker.models import Attendance, Event, Organization, Person
from tracker.responses import done, form_page, table_response, url_with
from tracker.security import reader, writer
from tracker.services import attendance as service, planning, resolve
from tracker.services.affiliations import affiliations_on
from tracker.services.event_pages import event_page
from tracker.services.import_pages import imported_among, is_imported
from tracker.services.paging import Order, fetch_page

bp = Blueprint("attendance", __name__, url_prefix="/events/<key>/attendance")

LATEST_FIRST = Order(Attendance.id, Attendance.id, descending=True)
FIRST_FIRST = Order(Attendance.id, Attendance.id)


def _event(key: str) -> Event:
    return event_or_404(db.session, key, reader())


@bp.get("")
@requires(SIGNED_IN)
def index(key: str) -> Response:
    """The names, latest recorded first, and the line to add one."""
    event = _event(key)
    return _page(event, _quick_form(event), 200)


def _quick_form(event: Event) -> QuickAttendanceForm:
    usual = {
        "status": service.usual_status(event),
        "mode": request.args.get("mode") or service.usual_mode(event),
        "role": request.args.get("role") or "attendee",
    }
    sent = request.endpoint == "attendance.add"
    form = QuickAttendanceForm() if sent else QuickAttendanceForm(formdata=None, data=usual)
    form.person_key.render_kw = {
        "data-suggest": url_for("attendance.suggest", key=event.key),
        "data-create-label": _("Create “{text}”…"),
        "autocomplete": "off",
    }
    return form


def _page(
    event: Event, form: QuickAttendanceForm, status: int, problem: str | None = None
) -> Response:
    page = fetch_page(
        db.session, service.attendance_query(event), LATEST_FIRST, request.args.get("after")
    )
    return make_response(
        render_template(
            "attendance/index.html",
            **event_page(db.session, event, reader()),
            page=page,
            imported=imported_among(db.session, page.rows),
            form=form,
            today=datetime.now(UTC).date(),
            **_unconfirmed(event),
            problem=problem,
            next_url=page.next_cursor and url_with(after=page.next_cursor),
            first_url=url_with() if request.args.get("after") else None,
        ),
        status,
    )


def _unconfirmed(event: Event) -> dict[str, Any]:
    """A page of those who were to come, of whom this user may say whether they did."""
    user = reader()
    may_say = can(user, "record-attendance", event) and planning.has_begun(event, datetime.now(UTC))
    if user is None or not may_say:
        return {"unconfirmed": ()}
    query = planning.unconfirmed_query(event, user)
    page = fetch_page(db.session, query, FIRST_FIRST, request.args.get("unconfirmed"))
    return {
        "unconfirmed": sorted(page.rows, key=_place_in_list),
        "more_url": page.next_cursor and url_with(unconfirmed=page.next_cursor),
    }


def _place_in_list(attendance: Attendance) -> tuple[str, str]:
    organization, person = attendance.organization, attendance.person
    return (
        organization.sort_name if organization else "",
        person.sort_name if person else attendance.label or "",
    )


@bp.post("/confirm")
@requires(WRITE)
def confirm(key: str) -> Response:
    """Say of several who were to come whether they did; `rest` answers for those left open."""
    event = _event(key)
    try:
        number = planning.confirm(db.session, event, _answers(), by=writer())
    except Conflict as error:
        db.session.rollback()
        event = _event(key)
        return _page(event, _quick_form(event), 422, error.message)
    return done(
        ngettext("%(num)d person is answered for.", "%(num)d people are answered for.", number),
        db.session,
        url_for("attendance.index", key=event.key),
    )


def _answers() -> dict[int, str]:
    """What was said of each attendance, by its id; raises Conflict where nothing was."""
    form = ConfirmForm()
    if not form.validate():
        raise Conflict(_("Choose one of the list."))
    asked: list[int] = form.asked.data or []
    said = {each: request.form.get(f"came-{each}") or form.rest.data for each in asked}
    answers = {each: word for each, word in said.items() if word}
    if not answers:
        raise Conflict(_("Say of somebody whether they came."))
    if not set(answers.values()) <= set(planning.ANSWERS):
        raise Conflict(_("Choose one of the list."))
    return answers


@bp.get(".<any(csv, xlsx):extension>")
@requires(SIGNED_IN)
def download(key: str, extension: str) -> Response:
    """All attendances of the event, in the columns of the load format."""
    event = _event(key)
    key = event.key
    columns = (
        "event_key", "person_key", "name", "label", "organization_acronym", "country",
        "stakeholder_group", "role", "status", "mode", "minutes",
    )  # fmt: skip
    query = (
        select(Attendance)
        .where(Attendance.event_id == event.id)
        .options(joinedload(Attendance.person), joinedload(Attendance.organization))
        .order_by(Attendance.id)
    )

    def rows() -> Iterator[tuple[Cell, ...]]:
        # Asked while it is sent: the session of the request itself is over by then.
        for a in db.session.scalars(query.execution_options(yield_per=500)):
            yield (
                key, a.person.key if a.person else None, person_name(a.person) if a.person else None,
                a.label, a.organization.acronym if a.organization else None, a.country,
                a.stakeholder_group, a.role, a.status, a.mode, a.minutes,
            )  # fmt: skip

    return table_response(Table(f"attendance-{key}", _("Attendance"), columns, rows()), extension)


@bp.get("/suggest")
@requires(SIGNED_IN)
def suggest(key: str) -> Response:
    """People by name, with the organization each represents on the event's day."""
    event = _event(key)
    people = resolve.people_like(db.session, request.args.get("q", "")[:200])
    that_day = affiliations_on(db.session, [person.id for person in people], event.first_day)
    offers = []
    for person in people:
        affiliation = that_day.get(person.id)
        acronym = affiliation.organization.acronym if affiliation else ""
        since = (affiliation.start_date or "")[:4] if affiliation else ""
        offers.append(
            {
                "value": f"{person.name} ({acronym})" if acronym else person.name,
                "label": person.name,
                "detail": _("%(organization)s since %(year)s", organization=acronym, year=since)
                if since
                else acronym,
                "fill": {"organization_acronym": acronym},
            }
        )
    return jsonify(offers)


@bp.post("")
@requires(WRITE)
def add(key: str) -> Response:
    """Record one attendance; a name nobody has is offered to be created."""
    event = _event(key)
    form = _quick_form(event)
    if not form.validate():
        return _page(event, form, 422)
    made: list[Attendance] = []
    if not saved(db.session, form, lambda: made.extend(_record(event, form))) or not made:
        db.session.rollback()
        return _page(_event(key), form, 422)
    recorded = made[0]
    name = recorded.person.name if recorded.person else recorded.label
    target = url_for("attendance.index", key=event.key, role=form.role.data, mode=form.mode.data)
    return done(_("%(name)s is recorded.", name=name), db.session, target)


def _record(event: Event, form: QuickAttendanceForm) -> Iterator[Attendance]:
    who = _who(event, form)
    if who is None or form.errors:
        return
    yield service.record_attendance(
        db.session,
        event,
        who,
        by=writer(),
        organization=form.organization_acronym.thing,
        roles=[form.role.data],
        mode=form.mode.data,
        status=form.status.data,
    )


def _who(event: Event, form: QuickAttendanceForm) -> Person | str | None:
    """The person of the form, a new one, or a label; None where that has to be asked."""
    organization = form.organization_acronym
    if organization.data:
        organization.settle(
            resolve.resolve_organization(db.session, organization.data, language()),
            unknown=_("No organization matches. Leave it empty if you do not know it."),
        )
    if form.errors:
        return None
    typed = form.person_key.data or ""
    if "unidentified" in request.form:
        if len(typed) > service.LONGEST_LABEL:
            longest = service.LONGEST_LABEL
            form.fail("person_key", _("At most %(max)d characters, please.", max=longest))
            return None
        return typed
    if "create" in request.form:
        if len(typed) < 2:
            form.fail("person_key", _("That is no name."))
            return None
        return service.create_person(db.session, typed, organization.thing, event, by=writer())
    form.person_key.settle(
        resolve.resolve_person(db.session, typed),
        unknown=_(
            "Nobody of this name is known yet. Create the person, or record it as not identified."
        ),
    )
    thing: Person | None = form.person_key.thing
    return thing


def _attendance(event: Event, attendance_id: int) -> Attendance:
    found = db.session.scalar(service.attendance_query(event).where(Attendance.id == attendance_id))
    if found is None:
        abort(404)
    if not can(reader(), "edit", found):
        raise Forbidden(_("You can change the attendance of your own organization's people."))
    return found


@bp.route("/<int:attendance_id>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(key: str, attendance_id: int) -> Response:
    """Correct one attendance; the affiliations of the person stay as they are."""
    event = _event(key)
    attendance = _attendance(event, attendance_id)
    form = AttendanceForm(data=None if request.method == "POST" else _values(attendance))
    back = url_for("attendance.index", key=event.key)

    def page() -> Response:
        return form_page(
            "attendance/form.html",
            form,
            event=event,
            attendance=attendance,
            imported=is_imported(db.session, attendance),
            cancel_url=back,
        )

    def stored() -> AttendanceForm:
        return AttendanceForm(formdata=None, data=_values(attendance))

    if edited_meanwhile(db.session, form, attendance, stored):
        response = page()
        response.status_code = 409
        return response
    if form.validate_on_submit():
        field = form.organization_acronym
        if field.data:
            field.settle(resolve.resolve_organization(db.session, field.data, language()))
        if not form.errors and saved(db.session, form, lambda: _write(attendance, form)):
            return done(_("Saved."), db.session, back)
    return page()


def _write(attendance: Attendance, form: AttendanceForm) -> None:
    names = ("country", "stakeholder_group", "role", "status", "mode", "minutes", "notes")
    values = {name: form.value_of(name) for name in names}
    organization = form.organization_acronym.thing
    service.edit_attendance(db.session, attendance, organization, values, by=writer())


def _values(attendance: Attendance) -> dict[str, Any]:
    organization: Organization | None = attendance.organization
    return {
        "organization_acronym": organization.acronym if organization else None,
        "country": attendance.country,
        "stakeholder_group": attendance.stakeholder_group,
        "role": attendance.roles,
        "status": attendance.status,
        "mode": attendance.mode,
        "minutes": attendance.minutes,
        "notes": attendance.notes,
    }


@bp.post("/<int:attendance_id>/delete")
@requires(WRITE)
def delete(key: str, attendance_id: int) -> Response:
    """Remove one attendance; the message after it offers to undo that."""
    event = _event(key)
    attendance = _attendance(event, attendance_id)
    if not DeleteForm().validate():
        abort(400)
    name = person_name(attendance.person) if attendance.person else attendance.label
    service.remove(db.session, attendance, by=writer())
    return done(
        _("%(name)s is removed.", name=name), db.session, url_for("attendance.index", key=key)
    )
