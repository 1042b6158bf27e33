"""Merging two records of one person or organization, after both were looked at side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access import EDIT, MANAGE_USERS, has_permission, requires
from tracker.editing import saved
from tracker.extensions import db
from tracker.forms.merges import MergeForm, OtherOrganizationForm, OtherPersonForm
from tracker.i18n import language
from tracker.models import Organization, Person
from tracker.responses import done, form_page, query_values
from tracker.security import writer
from tracker.services import merging
from tracker.services.duplicate_sides import organization_sides, people_sides
from tracker.services.duplicates import ORGANIZATIONS, PEOPLE, pairs_of
from tracker.services.filters import find_by_slug, refuse_unknown
from tracker.services.merging_preview import merge_preview
from tracker.services.resolve import Resolution, resolve_organization, resolve_person

bp = Blueprint("merges", __name__)


@dataclass(frozen=True)
class Noun:
    """What differs between merging people and merging organizations."""

    noun: str
    sides: Callable[..., Any]
    merge: Callable[..., Any]
    form: Callable[[], Any]
    resolve: Callable[[str], Resolution]
    page_of: Callable[[Any], str]
    merge_of: Callable[..., str]
    reference: Callable[[Any], str]


_PEOPLE = Noun(
    PEOPLE,
    people_sides,
    merging.merge_people,
    OtherPersonForm,
    lambda text: resolve_person(db.session, text),
    lambda person: url_for("people.show", person_id=person.id),
    lambda person, **query: url_for(".people", person_id=person.id, **query),
    lambda person: str(person.id),
)
_ORGANIZATIONS = Noun(
    ORGANIZATIONS,
    organization_sides,
    merging.merge_organizations,
    OtherOrganizationForm,
    lambda text: resolve_organization(db.session, text, language()),
    lambda organization: url_for("organizations.show", slug=organization.slug),
    lambda organization, **query: url_for(".organizations", slug=organization.slug, **query),
    lambda organization: str(organization.slug),
)


@bp.route("/people/<int:person_id>/merge", methods=["GET", "POST"])
@requires(EDIT)
def people(person_id: int) -> Response:
    """Two people side by side, the first of whom stays; without the second, who it is."""
    return _answer(_PEOPLE, _person(person_id), _person(request.args.get("with", type=int)))


def _person(person_id: int | None) -> Person | None:
    if person_id is None or not 0 < person_id < 2**31:
        return None
    person = db.session.get(Person, person_id)
    return person if person is not None and person.erased_at is None else None


@bp.route("/organizations/<slug>/merge", methods=["GET", "POST"])
@requires(EDIT)
def organizations(slug: str) -> Response:
    """Two organizations side by side, the first of which stays; without the second, which."""
    other = request.args.get("with")
    return _answer(_ORGANIZATIONS, _organization(slug), _organization(other) if other else None)


def _organization(slug: str) -> Organization | None:
    return find_by_slug(db.session, Organization, Organization.slug, slug)


def _answer(noun: Noun, keep: Any, other: Any) -> Response:
    refuse_unknown(query_values(request.args), ("with",))
    if keep is None or (other is None and "with" in request.args):
        abort(404)
    if other is None:
        return _choose(noun, keep)
    if other.id == keep.id:
        return redirect(noun.merge_of(keep), 303)
    return _merge(noun, keep, other)


def _choose(noun: Noun, keep: Any) -> Response:
    """Ask for the other record; the likely ones are offered."""
    form = noun.form()
    if form.validate_on_submit() and (other := _named(noun, form, keep)) is not None:
        return redirect(noun.merge_of(keep, **{"with": noun.reference(other)}), 303)
    ids = pairs_of(db.session, noun.noun, keep.id)
    sides = noun.sides(db.session, ids, writer())
    likely = [
        (sides[id_], noun.merge_of(keep, **{"with": noun.reference(sides[id_].thing)}))
        for id_ in ids
        if id_ in sides
    ]
    return form_page(
        "merges/choose.html",
        form,
        noun=noun.noun,
        keep=keep,
        likely=likely,
        back=noun.page_of(keep),
    )


def _named(noun: Noun, form: Any, keep: Any) -> Any:
    """The other record that was typed; of two of one name the one that is not this."""
    found = noun.resolve(form.other.data)
    own = {getattr(keep, "key", None), getattr(keep, "acronym", None)}
    others = [candidate for candidate in found.candidates if candidate[0] not in own]
    if found.thing is None and len(others) == 1 < len(found.candidates):
        found = noun.resolve(others[0][0])
    elif found.thing is None:
        found = Resolution(None, others)
    form.other.settle(found)
    if form.other.thing is not None and form.other.thing.id == keep.id:
        form.fail("other", _("That is this record itself. Name the other one."))
        return None
    return form.other.thing


def _merge(noun: Noun, keep: Any, other: Any) -> Response:
    form = MergeForm()
    names = request.form if request.method == "POST" else {}
    choices = {
        name.removeprefix("choice-"): value
        for name, value in names.items()
        if name.startswith("choice-")
    }
    preview = merge_preview(db.session, keep, other, choices, writer())
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate() and form.stamp.data != preview.stamp:
            form.fail(None, _("One of the two was changed meanwhile. Look again, then merge."))
            status = 409
        elif not form.errors and saved(
            db.session, form, lambda: noun.merge(db.session, keep, other, choices, by=writer())
        ):
            message = _("The two records are one now.")
            return done(message, db.session, noun.page_of(keep))
    form.stamp.data = preview.stamp
    sides = noun.sides(db.session, [keep.id, other.id], writer())
    return make_response(
        render_template(
            "merges/merge.html",
            form=form,
            noun=noun.noun,
            keep=sides[keep.id],
            other=sides[other.id],
            preview=preview,
            allowed=not preview.needs_admin or has_permission(writer(), MANAGE_USERS),
            swap_url=noun.merge_of(other, **{"with": noun.reference(keep)}),
            back=noun.page_of(keep),
        ),
        status,
    )
