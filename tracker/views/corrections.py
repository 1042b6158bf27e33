"""Corrections of the past: attendances that recorded another organization than affiliations say."""

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from werkzeug.wrappers import Response

from tracker.access import WRITE, requires
from tracker.extensions import db
from tracker.models import Organization, Person
from tracker.responses import done, query_values
from tracker.security import writer
from tracker.services import affiliation_corrections as service
from tracker.services.filters import read_things, refuse_unknown
from tracker.services.person_page import find_person

bp = Blueprint("corrections", __name__, url_prefix="/people/<int:person_id>/corrections")

# The rest comes once these are settled.
LISTED = 100


def _person(person_id: int) -> Person:
    person = find_person(db.session, person_id)
    if person is None or person.erased_at is not None:
        abort(404)
    return person


def _found(person: Person) -> list[service.Correction]:
    refuse_unknown(query_values(request.args), ("organization",))
    slugs = request.args.getlist("organization")[:1]
    left = read_things(db.session, Organization, Organization.slug, "organization", slugs)
    found = service.corrections(db.session, person, writer(), left[0] if left else None)
    return list(found[:LISTED])


@bp.get("")
@requires(WRITE)
def index(person_id: int) -> Response:
    """Which attendances differ from the affiliations; none is changed unless chosen."""
    person = _person(person_id)
    return _page(person, _found(person), set(), 200)


def _page(
    person: Person,
    found: list[service.Correction],
    chosen: set[str],
    status: int,
    error: str | None = None,
) -> Response:
    page = render_template(
        "people/corrections.html", person=person, found=found, chosen=chosen, error=error
    )
    return make_response(page, status)


@bp.post("")
@requires(WRITE)
def correct(person_id: int) -> Response:
    """Write what the affiliations say into the attendances that were chosen."""
    person = _person(person_id)
    found = _found(person)
    asked = set(request.form.getlist("attendance"))
    chosen = [one for one in found if one.token in asked]
    if not asked:
        return _page(person, found, set(), 422, _("Choose the attendances to correct."))
    if len(chosen) < len(asked):
        kept = {one.token for one in chosen}
        message = _(
            "Something of this was changed meanwhile. Look at what is left, and choose again."
        )
        return _page(person, found, kept, 409, message)
    service.correct(db.session, chosen, by=writer())
    message = ngettext(
        "%(num)d attendance is corrected.", "%(num)d attendances are corrected.", len(chosen)
    )
    return done(message, db.session, url_for("people.show", person_id=person_id))
