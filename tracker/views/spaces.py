"""Spaces: list, page, history, forms."""

from collections.abc import Iterator
from datetime import UTC, datetime
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
from werkzeug.wrappers import Response

from tracker.access import EDIT, PUBLIC, WRITE, requires
from tracker.editing import allow, edited_meanwhile, saved
from tracker.errors import Conflict
from tracker.extensions import db
from tracker.formats.tables import Cell, Table
from tracker.forms.spaces import SpaceForm
from tracker.i18n import language
from tracker.labels import options
from tracker.models import Organization, Space
from tracker.models.vocabulary import SCOPES, SPACE_KINDS
from tracker.responses import (
    done,
    filter_chips,
    form_page,
    query_values,
    table_response,
    url_with,
)
from tracker.security import reader, writer
from tracker.services import spaces as service
from tracker.services.filters import find_by_slug, refuse_unknown
from tracker.services.history import history_of
from tracker.services.paging import Order, fetch_page, order_by_name
from tracker.services.resolve import resolve_organization
from tracker.services.space_page import space_page

bp = Blueprint("spaces", __name__)

_COLUMNS = (
    "code", "name_en", "name_es", "name_pt", "kind", "cadence", "since_year", "scope", "website",
    "source", "confidence", "notes",
)  # fmt: skip
_LISTED = (
    "code", "name_en", "name_es", "name_pt", "kind", "organizer_acronym", "cadence", "since_year",
    "scope", "website", "notes", "source", "confidence",
)  # fmt: skip


@bp.get("/spaces/")
@requires(PUBLIC)
def index() -> str:
    """The list, filtered by the query string."""
    wanted = _wanted()
    page = fetch_page(db.session, service.spaces_query(wanted), _order(), request.args.get("after"))
    ids = [space.id for space in page.rows]
    return render_template(
        "spaces/index.html",
        page=page,
        next_editions=service.next_editions(db.session, ids, reader(), datetime.now(UTC)),
        wanted=wanted,
        sort=request.args.get("sort", "name"),
        next_url=page.next_cursor and url_with(after=page.next_cursor),
        first_url=url_with() if request.args.get("after") else None,
        url_with=url_with,
        query={name: values for name in service.FILTERS if (values := request.args.getlist(name))},
        **_filter_choices(),
    )


def _wanted() -> service.SpaceFilter:
    return service.read_space_filter(db.session, query_values(request.args), ("after", "sort"))


def _order() -> Order:
    return order_by_name(Space, request.args.get("sort"))


def _filter_choices() -> dict[str, Any]:
    organizers = db.session.scalars(
        select(Organization)
        .where(Organization.id.in_(select(Space.organizer_id)))
        .order_by(Organization.sort_name)
    )
    found = {
        "kind": options("space_kind", SPACE_KINDS),
        "scope": options("scope", SCOPES),
        "organization": [(organizer.slug, organizer.acronym) for organizer in organizers],
    }
    texts = {(name, key): text for name, pairs in found.items() for key, text in pairs}
    return {"found": found, "chips": filter_chips(texts)}


@bp.get("/spaces.<any(csv, xlsx):extension>")
@bp.get("/spaces/.<any(csv, xlsx):extension>")
@requires(PUBLIC)
def download(extension: str) -> Response:
    """The whole filtered list as a table."""
    query = service.spaces_query(_wanted()).order_by(*_order().by())
    query = query.execution_options(yield_per=500)

    def rows() -> Iterator[list[Cell]]:
        for space in db.session.scalars(query):
            facts = {"organizer_acronym": space.organizer.acronym if space.organizer else None}
            yield [facts[c] if c in facts else getattr(space, c) for c in _LISTED]

    return table_response(Table("spaces", _("Spaces"), _LISTED, rows()), extension)


def _find(slug: str) -> Space:
    space = find_by_slug(db.session, Space, Space.slug, slug)
    if space is None:
        abort(404)
    return space


@bp.get("/spaces/<slug>")
@requires(PUBLIC)
def show(slug: str) -> Response:
    """One space, with its editions from the latest to the first."""
    space = _find(slug)
    if space.slug != slug:
        return redirect(url(".show", slug=space.slug), 301)
    refuse_unknown(query_values(request.args), ("after",))
    page = space_page(db.session, space, reader(), request.args.get("after"), datetime.now(UTC))
    return make_response(
        render_template(
            "spaces/show.html",
            space=space,
            page=page,
            next_url=page.editions.next_cursor and url_with(after=page.editions.next_cursor),
            first_url=url_with() if request.args.get("after") else None,
        )
    )


@bp.get("/spaces/<slug>/history")
@requires(PUBLIC)
def history(slug: str) -> str:
    """What changed about a space and its engagements, and who changed it."""
    space = _find(slug)
    entries = history_of(db.session, space, request.args.get("before", type=int))
    return render_template(
        "spaces/history.html",
        space=space,
        entries=entries,
        older_url=url_with(before=entries[-1].change.id) if len(entries) == 20 else None,
    )


@bp.route("/spaces/new", methods=["GET", "POST"])
@requires(EDIT)
def new() -> Response:
    """Record a space."""
    form = SpaceForm(code=request.args.get("name", "")[:80] or None)
    space = Space()
    if form.validate_on_submit() and _settle(form) and _save(form, space):
        return done(
            _("%(name)s is recorded.", name=space.name_in(language())),
            db.session,
            url(".show", slug=space.slug),
        )
    return form_page("spaces/form.html", form, space=None, cancel_url=url(".index"))


@bp.route("/spaces/<slug>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(slug: str) -> Response:
    """Edit a space; whoever saves second is told, with both versions."""
    space = _find(slug)
    allow(writer(), "edit", space)
    values = _values(space)
    page = {
        "space": space,
        "title": space.name_in(language()),
        "cancel_url": url(".show", slug=space.slug),
    }
    form = SpaceForm(data=values)
    if edited_meanwhile(db.session, form, space, lambda: SpaceForm(formdata=None, data=values)):
        return make_response(form_page("spaces/form.html", form, **page), 409)
    if form.validate_on_submit() and _settle(form) and _save(form, space):
        return done(
            _("%(name)s is saved.", name=space.name_in(language())),
            db.session,
            url(".show", slug=space.slug),
        )
    return form_page("spaces/form.html", form, **page)


@bp.post("/spaces/<slug>/delete")
@requires(EDIT)
def delete(slug: str) -> Response:
    """Delete a space that nothing refers to; the message after it offers to undo that."""
    space = _find(slug)
    allow(writer(), "edit", space)
    name = space.name_in(language())
    try:
        service.delete_space(db.session, space, by=writer())
    except Conflict as conflict:
        db.session.rollback()
        flash(conflict.message, "error")
        return redirect(url(".show", slug=slug), 303)
    return done(_("%(name)s is deleted.", name=name), db.session, url(".index"))


def _values(space: Space) -> dict[str, Any]:
    """A stored space by the columns of the form."""
    return {
        **{name: getattr(space, name) for name in _COLUMNS},
        "organizer_acronym": space.organizer.acronym if space.organizer else None,
    }


def _settle(form: SpaceForm) -> bool:
    """Resolve the organizer typed; whether it names one organization or nothing was typed."""
    field = form.organizer_acronym
    if field.data:
        field.settle(resolve_organization(db.session, field.data, language()))
    return not form.errors


def _save(form: SpaceForm, space: Space) -> bool:
    organizer = form.organizer_acronym.thing
    facts = {name: form.value_of(name) for name in _COLUMNS}
    facts["organizer_id"] = organizer.id if organizer is not None else None
    return saved(
        db.session, form, lambda: service.save_space(db.session, space, facts, by=writer())
    )
