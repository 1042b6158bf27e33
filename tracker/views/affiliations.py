"""Affiliations: where a person works, recorded from the person's page."""

from typing import Any

from flask import Blueprint, abort, make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access import WRITE, can, requires
from tracker.editing import allow, edited_meanwhile, saved
from tracker.extensions import db
from tracker.forms.people import AffiliationForm
from tracker.i18n import language
from tracker.models import Affiliation, Organization, Person
from tracker.responses import done, form_page
from tracker.security import writer
from tracker.services import people as service
from tracker.services.person_page import find_person
from tracker.services.resolve import resolve_organization

bp = Blueprint("affiliations", __name__, url_prefix="/people/<int:person_id>/affiliations")

_COLUMNS = ("title", "start_date", "end_date", "source", "confidence", "notes")


def _person(person_id: int) -> Person:
    person = find_person(db.session, person_id)
    if person is None:
        abort(404)
    return person


def _find(person: Person, affiliation_id: int) -> Affiliation:
    affiliation = next((a for a in person.affiliations if a.id == affiliation_id), None)
    if affiliation is None:
        abort(404)
    return affiliation


@bp.route("/new", methods=["GET", "POST"])
@requires(WRITE)
def new(person_id: int) -> Response:
    """Record where a person works, or worked."""
    person = _person(person_id)
    form = AffiliationForm(organization_acronym=request.args.get("organization"))
    page = _page(person)
    if form.validate_on_submit() and _settle(form):
        _allow(person, form.organization_acronym.thing)
        draft, facts = Affiliation(), _facts(form, person)
        if saved(
            db.session, form, lambda: service.save_affiliation(db.session, draft, facts, writer())
        ):
            return done(_("The affiliation is recorded."), db.session, page["cancel_url"])
    return form_page("people/affiliation.html", form, affiliation_id=None, **page)


@bp.route("/<int:affiliation_id>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(person_id: int, affiliation_id: int) -> Response:
    """Edit an affiliation; whoever saves second is told, with both versions."""
    person = _person(person_id)
    affiliation = _find(person, affiliation_id)
    allow(writer(), "edit", affiliation)
    values = _values(affiliation)
    form = AffiliationForm(data=values)
    page = {**_page(person), "affiliation_id": affiliation_id}
    if edited_meanwhile(
        db.session, form, affiliation, lambda: AffiliationForm(formdata=None, data=values)
    ):
        return make_response(form_page("people/affiliation.html", form, **page), 409)
    if form.validate_on_submit() and _settle(form):
        _allow(person, form.organization_acronym.thing)
        facts = _facts(form, person)
        if saved(
            db.session,
            form,
            lambda: service.save_affiliation(db.session, affiliation, facts, writer()),
        ):
            return done(_("The affiliation is saved."), db.session, page["cancel_url"])
    return form_page("people/affiliation.html", form, **page)


@bp.post("/<int:affiliation_id>/delete")
@requires(WRITE)
def delete(person_id: int, affiliation_id: int) -> Response:
    """Delete an affiliation; the message after it offers to undo that."""
    affiliation = _find(_person(person_id), affiliation_id)
    allow(writer(), "edit", affiliation)
    service.delete_affiliation(db.session, affiliation, by=writer())
    return done(
        _("The affiliation is deleted."), db.session, url_for("people.show", person_id=person_id)
    )


def _page(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "person_id": person.id,
        "cancel_url": url_for("people.show", person_id=person.id),
    }


def _allow(person: Person, organization: Organization) -> None:
    # A contributor says who works at its own organization, and where its own people worked.
    if organization.id != writer().organization_id and not can(writer(), "edit", person):
        allow(writer(), "edit", organization)


def _values(affiliation: Affiliation) -> dict[str, Any]:
    """A stored affiliation by the columns of the form."""
    return {
        **{name: getattr(affiliation, name) or None for name in _COLUMNS},
        "organization_acronym": affiliation.organization.acronym,
    }


def _settle(form: AffiliationForm) -> bool:
    field = form.organization_acronym
    field.settle(resolve_organization(db.session, field.data, language()))
    return not form.errors


def _facts(form: AffiliationForm, person: Person) -> dict[str, Any]:
    facts = {name: form.value_of(name) for name in _COLUMNS}
    return {
        **facts,
        # Part of the key: what is not known is empty there, not NULL.
        "start_date": facts["start_date"] or "",
        "person_id": person.id,
        "organization_id": form.organization_acronym.thing.id,
    }
