"""Who goes where by month, where nobody goes, where many go; planning by typing names."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, flash, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from tracker.access import SIGNED_IN, WRITE, can, requires
from tracker.editing import saved
from tracker.errors import Conflict, Forbidden
from tracker.extensions import db
from tracker.filter_choices import event_filter_bar
from tracker.formats.tables import Cell, Table
from tracker.forms.events import DeleteForm
from tracker.forms.plans import PlanForm
from tracker.i18n import format_span, language, person_name
from tracker.models import Attendance, Event, Organization, Person
from tracker.responses import done, query_values, table_response, url_with
from tracker.security import writer
from tracker.services import planning, plans, resolve
from tracker.services.affiliations import affiliations_on
from tracker.services.attendance import create_person
from tracker.services.event_pages import find_event
from tracker.services.plan_clashes import clashes
from tracker.services.plan_gaps import gaps

bp = Blueprint("plans", __name__, url_prefix="/plans")

# How many gaps and crowds stand beside the months; each has a page of its own.
BESIDE = 8
UNRECORDED = 24


def _today() -> date:
    return datetime.now(UTC).date()


def _plan() -> plans.Plan:
    values = query_values(request.args)
    return plans.read_plan(db.session, values, writer(), _today(), also=("after", "assign"))


@bp.get("/")
@requires(SIGNED_IN)
def index() -> Response:
    """Who goes where, by month, and what that leaves open."""
    plan = _plan()
    return _page(plan, _form(plan, {"event_key": request.args.get("assign", "")[:300]}), 200)


def _page(plan: plans.Plan, form: PlanForm, status: int) -> Response:
    page = plans.planned_events(db.session, plan, request.args.get("after"))
    return make_response(
        render_template(
            "plans/index.html",
            **_around(plan),
            form=form,
            assigned=_assigned(form),
            months=_by_month(page.rows),
            going=plans.who_goes(db.session, plan, page.rows),
            totals=plans.totals(db.session, plan),
            gaps=gaps(db.session, plan, size=BESIDE),
            crowds=plans.crowds(db.session, plan, size=BESIDE)[0],
            clashes=clashes(db.session, plan),
            unrecorded_shown=UNRECORDED,
            next_url=page.next_cursor and url_with(after=page.next_cursor, assign=None),
            first_url=url_with() if request.args.get("after") else None,
        ),
        status,
    )


def _around(plan: plans.Plan) -> dict[str, Any]:
    """What each page of plans shows: whose it is, the filters, and the ways to the others."""
    texts = {("organization", each.slug): each.acronym for each in plan.organizations}
    for given, person in zip(
        filter(None, request.args.getlist("person")), plan.people, strict=False
    ):
        texts["person", given] = person_name(person)
    return {
        **event_filter_bar(db.session, texts),
        "plan": plan,
        "named": [person_name(person) for person in plan.people],
        "period": format_span(_iso(plan.events.first), _iso(plan.events.last)),
        "query": _query(),
        "threshold": plans.CROWD,
    }


def _query() -> dict[str, Any]:
    """The filters of this page, for the links that show the same otherwise."""
    return {name: request.args.getlist(name) for name in plans.FILTERS if request.args.get(name)}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _by_month(events: Sequence[Event]) -> list[tuple[str, list[Event]]]:
    """Events in their order, by the month (or year) of their first day, `2026-11` or `2026`."""
    months = groupby(events, key=lambda event: (event.start_date or "")[:7])
    return [(month, list(those)) for month, those in months]


def _assigned(form: PlanForm) -> Event | None:
    """The event of the line, once it is known which."""
    if form.event_key.errors:
        return None
    event: Event | None = form.event_key.thing
    if event is None and form.event_key.data:
        event = find_event(db.session, form.event_key.data, writer())
    return event


@bp.get("/gaps")
@requires(SIGNED_IN)
def all_gaps() -> Response:
    """Every next edition without a delegate, and the spaces without a next edition."""
    plan = _plan()
    found = gaps(db.session, plan, request.args.get("after"))
    return make_response(
        render_template(
            "plans/gaps.html",
            **_around(plan),
            gaps=found,
            next_url=found.next_cursor and url_with(after=found.next_cursor),
            first_url=url_with() if request.args.get("after") else None,
        )
    )


@bp.get("/crowds")
@requires(SIGNED_IN)
def all_crowds() -> Response:
    """Every event to which several people of one organization go."""
    plan = _plan()
    found, cursor = plans.crowds(db.session, plan, request.args.get("after"))
    return make_response(
        render_template(
            "plans/crowds.html",
            **_around(plan),
            crowds=found,
            next_url=cursor and url_with(after=cursor),
            first_url=url_with() if request.args.get("after") else None,
        )
    )


@bp.get("/.<any(csv, xlsx):extension>")
@requires(SIGNED_IN)
def download(extension: str) -> Response:
    """Everybody of the plan at each event, as a table."""
    query, code = plans.plan_query(_plan()), language()
    columns = (
        "event_key", "event", "start_date", "end_date", "city", "country", "person_key", "name",
        "organization_acronym", "role", "status", "mode",
    )  # fmt: skip

    def rows() -> Iterator[tuple[Cell, ...]]:
        for a in db.session.scalars(query.execution_options(yield_per=500)):
            yield (
                a.event.key, a.event.name_in(code), a.event.start_date, a.event.end_date,
                a.event.city, a.event.country, a.person.key if a.person else None,
                person_name(a.person) if a.person else a.label,
                a.organization.acronym if a.organization else None, a.role, a.status, a.mode,
            )  # fmt: skip

    return table_response(Table("plans", _("Plans"), columns, rows()), extension)


@bp.get("/suggest")
@requires(SIGNED_IN)
def suggest() -> Response:
    """People by name, those of the plan's organizations first."""
    plan = _plan_of_suggestions()
    typed = request.args.get("q", "")[:200]
    people = planning.people_to_plan(db.session, typed, plan.organization_ids, _today())
    here = affiliations_on(db.session, [person.id for person in people], _today())
    return jsonify([_offer(person, here[person.id].organization if person.id in here else None)
                    for person in people])  # fmt: skip


def _plan_of_suggestions() -> plans.Plan:
    values = {"organization": request.args.getlist("organization")}
    return plans.read_plan(db.session, values, writer(), _today())


def _offer(person: Person, organization: Organization | None) -> dict[str, str]:
    acronym = organization.acronym if organization else ""
    value = f"{person.name} ({acronym})" if acronym else person.name
    return {"value": value, "label": person.name, "detail": acronym}


def _form(plan: plans.Plan, values: dict[str, Any] | None) -> PlanForm:
    form = PlanForm(data=values)
    slugs = [organization.slug for organization in plan.organizations[:20]]
    form.people.render_kw = {
        **(form.people.render_kw or {}),
        "data-suggest": url_for("plans.suggest", organization=slugs),
        "autocomplete": "off",
    }
    return form


@bp.post("/")
@requires(WRITE)
def add() -> Response:
    """Plan for one or several people to go to an event."""
    plan = _plan()
    form = _form(plan, None)
    made: list[planning.Planned] = []
    if form.validate() and saved(db.session, form, lambda: made.extend(_record(form))) and made:
        return _planned(form, made[0])
    db.session.rollback()
    return _page(_plan(), form, 422)


def _record(form: PlanForm) -> Iterator[planning.Planned]:
    user, code = writer(), language()
    event_field, organization = form.event_key, form.organization_acronym
    event_field.settle(resolve.resolve_event(db.session, event_field.data, user, code))
    if organization.data:
        organization.settle(
            resolve.resolve_organization(db.session, organization.data, code),
            unknown=_("No organization matches. Leave it empty if you do not know it."),
        )
    if not form.errors:
        _settle_people(form)
    if not form.errors:
        yield planning.plan_to_attend(
            db.session,
            event_field.thing,
            form.people.things,
            by=user,
            organization=organization.thing,
        )


def _settle_people(form: PlanForm) -> None:
    """Find whom the names mean; with the button that says so, create those nobody has."""
    user = writer()
    if form.me.data:
        if user.person is None:
            form.fail("people", _("Your account is not linked to a person yet; type the name."))
        else:
            form.people.things.append(user.person)
        return
    for name in form.people.names():
        found = resolve.resolve_person(db.session, name)
        if found.thing is None and not found.candidates and "create" in request.form:
            organization = form.organization_acronym.thing or user.organization
            person = create_person(db.session, name, organization, form.event_key.thing, by=user)
            found = resolve.Resolution(person)
        form.people.settle(
            found, name=name, unknown=_("Nobody is known as “%(name)s” yet.", name=name)
        )


def _planned(form: PlanForm, made: planning.Planned) -> Response:
    event: Event = form.event_key.thing
    if made.already:
        names = ", ".join(person_name(person) for person in made.already)
        flash(_("Recorded there already: %(names)s.", names=names), "info")
    to_event = form.back.data == "event"
    return done(
        _(
            "Planned for “%(event)s”: %(names)s.",
            event=event.name_in(language()),
            names=", ".join(person_name(person) for person in made.new),
        ),
        db.session,
        url_for("events.show", key=event.key) if to_event else url_with(assign=None),
    )


@bp.post("/<int:attendance_id>/withdraw")
@requires(WRITE)
def withdraw(attendance_id: int) -> Response:
    """Take somebody out of a plan; the message after it offers to undo that."""
    attendance = db.session.scalar(
        select(Attendance)
        .where(Attendance.id == attendance_id)
        .options(joinedload(Attendance.event).selectinload(Event.organization_links))
    )
    if attendance is None or not can(writer(), "view", attendance.event):
        abort(404)
    if not can(writer(), "edit", attendance):
        raise Forbidden(_("You can change the attendance of your own organization's people."))
    if not DeleteForm().validate():
        abort(400)
    event, person = attendance.event, attendance.person
    name = person_name(person) if person else attendance.label
    to_event = request.form.get("back") == "event"
    target = (
        url_for("events.show", key=event.key) if to_event else url_for("plans.index", **_query())
    )
    try:
        planning.withdraw(db.session, attendance, by=writer())
    except Conflict as error:
        db.session.rollback()
        flash(error.message, "warning")
    return done(_("%(name)s does not go any more.", name=name), db.session, target)
