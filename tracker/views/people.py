"""People: list, page, history, forms; for the signed-in only."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for as url,
)
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from tracker.access import EDIT, SIGNED_IN, WRITE, can, has_permission, requires
from tracker.editing import allow, edited_meanwhile, saved
from tracker.errors import Conflict
from tracker.extensions import db
from tracker.formats.tables import Cell, Table
from tracker.forms.people import NewPersonForm, PersonForm
from tracker.i18n import countries, language
from tracker.models import Affiliation, Person, User
from tracker.responses import (
    done,
    filter_chips,
    form_page,
    query_values,
    table_response,
    url_with,
)
from tracker.security import reader, writer
from tracker.services import people as service
from tracker.services.affiliation_history import timeline
from tracker.services.affiliations import affiliations_on
from tracker.services.duplicates import PEOPLE, count_waiting
from tracker.services.filters import refuse_unknown
from tracker.services.history import history_of
from tracker.services.merging import moved_to
from tracker.services.paging import Order, fetch_page, order_by_name
from tracker.services.person_page import find_person, person_page
from tracker.services.resolve import resolve_organization

bp = Blueprint("people", __name__)

_COLUMNS = ("name", "country", "gender", "source", "confidence", "notes")
_LISTED = ("key", "name", "email", "country", "gender", "organization_acronym", "title")


def _today() -> date:
    return datetime.now(UTC).date()


@bp.get("/people/")
@requires(SIGNED_IN)
def index() -> str:
    """The list, filtered by the query string."""
    wanted = _wanted()
    query = service.people_query(wanted, _today())
    page = fetch_page(db.session, query, _order(), request.args.get("after"))
    used = _used_countries()
    found = [(cc, name) for cc, name in countries(language()).items() if cc in used]
    texts = {("country", cc): name for cc, name in found}
    texts |= {("organization", o.slug): o.acronym for o in wanted.organization}
    return render_template(
        "people/index.html",
        page=page,
        affiliations=affiliations_on(db.session, [p.id for p in page.rows], _today()),
        wanted=wanted,
        sort=request.args.get("sort", "name"),
        next_url=page.next_cursor and url_with(after=page.next_cursor),
        first_url=url_with() if request.args.get("after") else None,
        url_with=url_with,
        query={name: values for name in service.FILTERS if (values := request.args.getlist(name))},
        countries=found,
        chips=filter_chips(texts),
        duplicates=count_waiting(db.session, PEOPLE) if has_permission(reader(), EDIT) else 0,
    )


def _used_countries() -> set[str | None]:
    return set(db.session.scalars(select(Person.country).distinct()))


def _wanted() -> service.PersonFilter:
    return service.read_person_filter(db.session, query_values(request.args), ("after", "sort"))


def _order() -> Order:
    return order_by_name(Person, request.args.get("sort"))


@bp.get("/people.<any(csv, xlsx):extension>")
@bp.get("/people/.<any(csv, xlsx):extension>")
@requires(SIGNED_IN)
def download(extension: str) -> Response:
    """The whole filtered list as a table, with today's affiliation."""
    query = (
        service.people_query(_wanted(), _today())
        .options(selectinload(Person.emails))
        .order_by(*_order().by())
        .execution_options(yield_per=500)
    )

    def rows() -> Iterator[list[Cell]]:
        for people in db.session.scalars(query).partitions(500):
            here = affiliations_on(db.session, [person.id for person in people], _today())
            for person in people:
                yield _listed(person, here.get(person.id))

    return table_response(Table("people", _("People"), _LISTED, rows()), extension)


def _listed(person: Person, affiliation: Affiliation | None) -> list[Cell]:
    return [
        person.key,
        person.name,
        ";".join(email.address for email in person.emails),
        person.country,
        person.gender,
        affiliation.organization.acronym if affiliation else None,
        affiliation.title if affiliation else None,
    ]


def _find(person_id: int) -> Person:
    person = find_person(db.session, person_id)
    if person is None:
        kept = moved_to(db.session, person_id) if request.method == "GET" else None
        # Where it was merged into another, the address it had leads there.
        abort(redirect(url(str(request.endpoint), person_id=kept), 301) if kept else 404)
    return person


@bp.get("/people/<int:person_id>")
@requires(SIGNED_IN)
def show(person_id: int) -> str:
    """One person, with the events from the latest to the first."""
    person = _find(person_id)
    refuse_unknown(query_values(request.args), ("after",))
    page = person_page(db.session, person, writer(), request.args.get("after"))
    cursor = page.events.next_cursor
    return render_template(
        "people/show.html",
        person=person,
        current=[a for a in person.affiliations if a.in_force_on(_today())],
        timeline=timeline(person.affiliations, _today()),
        page=page,
        next_url=cursor and url_with(after=cursor),
        first_url=url_with() if request.args.get("after") else None,
    )


@bp.get("/people/<int:person_id>/history")
@requires(SIGNED_IN)
def history(person_id: int) -> str:
    """What changed about a person, and who changed it."""
    person = _find(person_id)
    before = request.args.get("before", type=int)
    entries = history_of(db.session, person, before, user=writer())
    return render_template(
        "people/history.html",
        person=person,
        current=[a for a in person.affiliations if a.in_force_on(_today())],
        entries=entries,
        older_url=url_with(before=entries[-1].change.id) if len(entries) == 20 else None,
    )


@bp.route("/people/new", methods=["GET", "POST"])
@requires(WRITE)
def new() -> Response:
    """Record a person and, if known, where the person works."""
    user = writer()
    allow(user, "edit", Person)
    form = NewPersonForm(
        name=request.args.get("name", "")[:300] or None,
        organization_acronym=request.args.get("organization") or _own_organization(user),
    )
    person = Person()
    if form.validate_on_submit() and _settle(form) and _create(form, person):
        return done(
            _("%(name)s is recorded.", name=person.name),
            db.session,
            url(".show", person_id=person.id),
        )
    return form_page("people/form.html", form, person=None, cancel_url=url(".index"))


def _own_organization(user: User) -> str | None:
    """A contributor's people work where the contributor does."""
    if user.organization is None or can(user, "edit", Affiliation):
        return None
    return user.organization.acronym


def _settle(form: NewPersonForm) -> bool:
    field = form.organization_acronym
    if field.data:
        field.settle(resolve_organization(db.session, field.data, language()))
    return not form.errors


def _create(form: NewPersonForm, person: Person) -> bool:
    def write() -> None:
        service.save_person(db.session, person, _facts(form), writer(), form.addresses())
        organization = form.organization_acronym.thing
        if organization is not None:
            facts = {
                "person_id": person.id,
                "organization_id": organization.id,
                "title": form.title.data,
                "start_date": form.start_date.data or "",
            }
            service.save_affiliation(db.session, Affiliation(), facts, writer())

    return saved(db.session, form, write)


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(person_id: int) -> Response:
    """Edit a person; whoever saves second is told, with both versions."""
    person = _find(person_id)
    allow(writer(), "edit", person)
    values = _values(person)
    target = url(".show", person_id=person_id)
    page = {"person": person, "title": person.name, "cancel_url": target}
    form = PersonForm(data=values)
    if edited_meanwhile(db.session, form, person, lambda: PersonForm(formdata=None, data=values)):
        return make_response(form_page("people/form.html", form, **page), 409)
    if form.validate_on_submit() and saved(
        db.session,
        form,
        lambda: service.save_person(db.session, person, _facts(form), writer(), form.addresses()),
    ):
        return done(_("%(name)s is saved.", name=person.name), db.session, target)
    return form_page("people/form.html", form, **page)


@bp.post("/people/<int:person_id>/delete")
@requires(WRITE)
def delete(person_id: int) -> Response:
    """Delete a person whom nothing refers to; the message after it offers to undo that."""
    person = _find(person_id)
    allow(writer(), "edit", person)
    name = person.name
    try:
        service.delete_person(db.session, person, by=writer())
    except Conflict as conflict:
        db.session.rollback()
        flash(conflict.message, "error")
        return redirect(url(".show", person_id=person_id), 303)
    return done(_("%(name)s is deleted.", name=name), db.session, url(".index"))


def _values(person: Person) -> dict[str, Any]:
    """A stored person by the columns of the form."""
    return {
        **{name: getattr(person, name) for name in _COLUMNS},
        "email": "; ".join(email.address for email in person.emails) or None,
    }


def _facts(form: PersonForm) -> dict[str, Any]:
    return {name: form.value_of(name) for name in _COLUMNS}
