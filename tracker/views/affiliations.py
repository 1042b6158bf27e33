"""Affiliations: where a person works, recorded from the person's page."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access import WRITE, can, requires
from tracker.editing import allow, edited_meanwhile, saved
from tracker.extensions import db
from tracker.forms.people import AffiliationForm, NewAffiliationForm
from tracker.i18n import format_partial, language
from tracker.models import Affiliation, Organization, Person
from tracker.responses import done, form_page
from tracker.security import writer
from tracker.services import people as service
from tracker.services.affiliation_corrections import Period, concerned, corrections
from tracker.services.affiliation_history import end_before
from tracker.services.person_page import find_person
from tracker.services.resolve import resolve_organization

bp = Blueprint("affiliations", __name__, url_prefix="/people/<int:person_id>/affiliations")

_COLUMNS = ("title", "start_date", "end_date", "source", "confidence", "notes")


def _person(person_id: int) -> Person:
    person = find_person(db.session, person_id)
    if person is None:
        abort(404)
    if person.erased_at is not None:
        allow(writer(), "edit", person)
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
    form = NewAffiliationForm(organization_acronym=request.args.get("organization"))
    lasting = _lasting(person)
    form.ends.choices = [(str(a.id), _described(a)) for a in lasting]
    page = _page(person)
    if form.validate_on_submit() and _settle(form):
        _allow(person, form.organization_acronym.thing)
        draft, facts = Affiliation(), _facts(form, person)
        ended = [a for a in lasting if str(a.id) in (form.ends.data or ())]

        def write() -> None:
            service.save_affiliation(db.session, draft, facts, writer())
            end_before(db.session, ended, facts["start_date"], writer())

        if saved(db.session, form, write):
            target = _target(person, [Period.of(draft), *map(Period.of, ended)])
            return done(_("The affiliation is recorded."), db.session, target)
    return form_page("people/affiliation.html", form, affiliation_id=None, **page)


def _lasting(person: Person) -> list[Affiliation]:
    """What a new affiliation can end: where the person is now, without an end."""
    today = datetime.now(UTC).date()
    return [
        a
        for a in person.affiliations
        if a.end_date is None and a.in_force_on(today) and can(writer(), "edit", a)
    ]


def _described(affiliation: Affiliation) -> str:
    parts = (affiliation.organization.acronym, affiliation.title)
    text = " · ".join(filter(None, parts))
    if not affiliation.start_date:
        return text
    since = format_partial(affiliation.start_date)
    return _("%(name)s, since %(date)s", name=text, date=since)


def _target(person: Person, periods: list[Period], left: Organization | None = None) -> str:
    """The page of the person; or, where attendances of those days say otherwise, these.

    `left`: the organization that an affiliation was with, and may be with no more.
    """
    if concerned(corrections(db.session, person, writer(), left), periods):
        slug = left.slug if left is not None else None
        return url_for("corrections.index", person_id=person.id, organization=slug)
    return url_for("people.show", person_id=person.id)


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
        before, left = Period.of(affiliation), affiliation.organization
        if saved(
            db.session,
            form,
            lambda: service.save_affiliation(db.session, affiliation, facts, writer()),
        ):
            target = _target(person, [before, Period.of(affiliation)], left)
            return done(_("The affiliation is saved."), db.session, target)
    return form_page("people/affiliation.html", form, **page)


@bp.post("/<int:affiliation_id>/delete")
@requires(WRITE)
def delete(person_id: int, affiliation_id: int) -> Response:
    """Delete an affiliation; the message after it offers to undo that."""
    person = _person(person_id)
    affiliation = _find(person, affiliation_id)
    allow(writer(), "edit", affiliation)
    before, left = Period.of(affiliation), affiliation.organization
    service.delete_affiliation(db.session, affiliation, by=writer())
    return done(_("The affiliation is deleted."), db.session, _target(person, [before], left))


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
