"""Organizations: list, page, history, forms."""

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
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from tracker.access import EDIT, PUBLIC, WRITE, has_permission, requires
from tracker.editing import allow, edited_meanwhile, saved
from tracker.errors import Conflict
from tracker.extensions import db
from tracker.formats.tables import Cell, Table
from tracker.forms.organizations import OrganizationForm
from tracker.i18n import countries, language
from tracker.labels import options
from tracker.models import Grouping, Organization
from tracker.models.vocabulary import ORGANIZATION_KINDS, STAKEHOLDER_GROUPS
from tracker.responses import done, filter_chips, form_page, query_values, table_response, url_with
from tracker.security import reader, writer
from tracker.services import organizations as service
from tracker.services.duplicates import ORGANIZATIONS, count_waiting
from tracker.services.filters import find_by_slug
from tracker.services.history import history_of
from tracker.services.organization_page import find_organization, organization_page
from tracker.services.paging import Order, fetch_page, order_by_name
from tracker.services.resolve import resolve_organization

bp = Blueprint("organizations", __name__)

_COLUMNS = (
    "acronym", "name_en", "name_es", "name_pt", "kind", "stakeholder_group", "country",
    "headquarters_city", "website", "email_domains", "successor_date",
    "based_at_casa_de_internet", "source", "confidence", "notes",
)  # fmt: skip
_LISTED = (
    "acronym", "name_en", "name_es", "name_pt", "parent_acronym", "kind", "stakeholder_group",
    "country", "headquarters_city", "website", "source", "confidence",
)  # fmt: skip


@bp.get("/organizations/")
@requires(PUBLIC)
def index() -> str:
    """The list, filtered by the query string."""
    wanted = _wanted()
    query = service.organizations_query(wanted).options(joinedload(Organization.parent))
    page = fetch_page(db.session, query, _order(), request.args.get("after"))
    return render_template(
        "organizations/index.html",
        page=page,
        wanted=wanted,
        sort=request.args.get("sort", "name"),
        next_url=page.next_cursor and url_with(after=page.next_cursor),
        first_url=url_with() if request.args.get("after") else None,
        url_with=url_with,
        duplicates=count_waiting(db.session, ORGANIZATIONS)
        if has_permission(reader(), EDIT)
        else 0,
        query={name: values for name in service.FILTERS if (values := request.args.getlist(name))},
        **_filter_choices(),
    )


def _filter_choices() -> dict[str, Any]:
    used = set(db.session.scalars(select(Organization.country).distinct()))
    groupings = db.session.scalars(select(Grouping).order_by(Grouping.name))
    found = {
        "kind": options("organization_kind", ORGANIZATION_KINDS),
        "stakeholder_group": options("stakeholder_group", STAKEHOLDER_GROUPS),
        "country": [(cc, name) for cc, name in countries(language()).items() if cc in used],
        "grouping": [(grouping.slug, grouping.name) for grouping in groupings],
    }
    texts = {(name, key): text for name, pairs in found.items() for key, text in pairs}
    return {"found": found, "chips": filter_chips(texts)}


def _wanted() -> service.OrganizationFilter:
    return service.read_organization_filter(
        db.session, query_values(request.args), also=("after", "sort")
    )


def _order() -> Order:
    return order_by_name(Organization, request.args.get("sort"))


@bp.get("/organizations.<any(csv, xlsx):extension>")
@bp.get("/organizations/.<any(csv, xlsx):extension>")
@requires(PUBLIC)
def download(extension: str) -> Response:
    """The whole filtered list as a table."""
    query = (
        service.organizations_query(_wanted())
        .options(selectinload(Organization.parent))
        .order_by(*_order().by())
        .execution_options(yield_per=500)
    )

    def rows() -> Iterator[list[Cell]]:
        for organization in db.session.scalars(query):
            parent = organization.parent.acronym if organization.parent else None
            facts = {"parent_acronym": parent}
            yield [facts[c] if c in facts else getattr(organization, c) for c in _LISTED]

    return table_response(Table("organizations", _("Organizations"), _LISTED, rows()), extension)


def _find(slug: str) -> Organization:
    organization = find_by_slug(db.session, Organization, Organization.slug, slug)
    if organization is None:
        abort(404)
    return organization


@bp.get("/organizations/<slug>")
@requires(PUBLIC)
def show(slug: str) -> Response:
    """One organization."""
    organization = _find(slug)
    if organization.slug != slug:
        return redirect(url(".show", slug=organization.slug), 301)
    now = datetime.now(UTC)
    page = organization_page(db.session, organization.id, reader(), now.date(), now)
    return make_response(
        render_template("organizations/show.html", page=page, organization=page.organization)
    )


@bp.get("/organizations/<slug>/history")
@requires(PUBLIC)
def history(slug: str) -> Response:
    """What changed about an organization, and who changed it."""
    organization = _find(slug)
    entries = history_of(db.session, organization, request.args.get("before", type=int))
    return make_response(
        render_template(
            "organizations/history.html",
            organization=organization,
            entries=entries,
            older_url=url_with(before=entries[-1].change.id) if len(entries) == 20 else None,
        )
    )


@bp.route("/organizations/new", methods=["GET", "POST"])
@requires(EDIT)
def new() -> Response:
    """Record an organization."""
    form = OrganizationForm(
        acronym=request.args.get("name", "")[:80] or None,
        parent_acronym=request.args.get("parent", "")[:80] or None,
    )
    organization = Organization()
    if form.validate_on_submit() and _settle(form) and _save(form, organization):
        return done(
            _("%(name)s is recorded.", name=organization.acronym),
            db.session,
            url(".show", slug=organization.slug),
        )
    return form_page("organizations/form.html", form, organization=None, cancel_url=url(".index"))


@bp.route("/organizations/<slug>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(slug: str) -> Response:
    """Edit an organization; whoever saves second is told, with both versions."""
    organization = _find(slug)
    allow(writer(), "edit", organization)
    organization = find_organization(db.session, organization.id)
    values = _values(organization)
    page = {"organization": organization, "cancel_url": url(".show", slug=organization.slug)}
    form = OrganizationForm(data=values)
    if edited_meanwhile(
        db.session, form, organization, lambda: OrganizationForm(formdata=None, data=values)
    ):
        return make_response(form_page("organizations/form.html", form, **page), 409)
    if form.validate_on_submit() and _settle(form) and _save(form, organization):
        return done(
            _("%(name)s is saved.", name=organization.acronym),
            db.session,
            url(".show", slug=organization.slug),
        )
    return form_page("organizations/form.html", form, **page)


@bp.post("/organizations/<slug>/delete")
@requires(EDIT)
def delete(slug: str) -> Response:
    """Delete an organization that nothing refers to; the message after it offers to undo that."""
    organization = _find(slug)
    allow(writer(), "edit", organization)
    name = organization.acronym
    try:
        service.delete_organization(db.session, organization, by=writer())
    except Conflict as conflict:
        db.session.rollback()
        flash(conflict.message, "error")
        return redirect(url(".show", slug=slug), 303)
    return done(_("%(name)s is deleted.", name=name), db.session, url(".index"))


def _values(organization: Organization) -> dict[str, Any]:
    """A stored organization by the columns of the form."""
    return {
        **{name: getattr(organization, name) for name in _COLUMNS},
        "parent_acronym": organization.parent.acronym if organization.parent else None,
        "successor_acronym": organization.successor.acronym if organization.successor else None,
        "aliases": "\n".join(alias.text for alias in organization.aliases) or None,
        "technical_community_member": service.membership(db.session, organization) is not None,
    }


def _settle(form: OrganizationForm) -> bool:
    """Resolve the names typed; whether each names one organization or nothing was typed."""
    for field in (form.parent_acronym, form.successor_acronym):
        if field.data:
            field.settle(resolve_organization(db.session, field.data, language()))
    return not form.errors


def _save(form: OrganizationForm, organization: Organization) -> bool:
    facts = {name: form.value_of(name) for name in _COLUMNS}
    for role in ("parent", "successor"):
        chosen = form[f"{role}_acronym"].thing
        facts[f"{role}_id"] = chosen.id if chosen is not None else None
    return saved(
        db.session,
        form,
        lambda: service.save_organization(
            db.session,
            organization,
            facts,
            by=writer(),
            aliases=form.alias_texts(),
            technical_community=form.technical_community_member.data,
        ),
    )
