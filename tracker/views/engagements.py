"""Engagements: recorded from the page of a space or of an organization."""

from typing import Any

from flask import Blueprint, abort, make_response, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access import WRITE, requires
from tracker.editing import allow, edited_meanwhile, saved
from tracker.extensions import db
from tracker.forms.spaces import EngagementForm
from tracker.i18n import language
from tracker.models import Engagement, Organization, Space
from tracker.responses import done, form_page
from tracker.security import writer
from tracker.services import engagements as service
from tracker.services.filters import find_by_slug
from tracker.services.people import name_of_person
from tracker.services.resolve import resolve_organization, resolve_person, resolve_space

bp = Blueprint("engagements", __name__)

_COLUMNS = ("role", "from_date", "to_date", "detail", "source", "confidence", "notes")


def _space(slug: str) -> Space:
    space = find_by_slug(db.session, Space, Space.slug, slug)
    if space is None:
        abort(404)
    return space


@bp.route("/spaces/<slug>/engagements/new", methods=["GET", "POST"])
@requires(WRITE)
def new_of_space(slug: str) -> Response:
    """Record what an organization is to this space."""
    space = _space(slug)
    user = writer()
    form = EngagementForm(organization=user.organization.acronym if user.organization else None)
    del form.space
    target = url_for("spaces.show", slug=space.slug)
    name = space.name_in(language())
    if form.validate_on_submit() and _settle(form):
        draft = Engagement()
        facts = _facts(form, form.organization.thing, space)
        _allow(form.organization.thing, space)
        if saved(db.session, form, lambda: service.save_engagement(db.session, draft, facts, user)):
            return done(_("The engagement is recorded."), db.session, target)
    return form_page("spaces/engagement.html", form, engagement=None, of=name, cancel_url=target)


@bp.route("/organizations/<slug>/engagements/new", methods=["GET", "POST"])
@requires(WRITE)
def new_of_organization(slug: str) -> Response:
    """Record what this organization is to a space."""
    organization = find_by_slug(db.session, Organization, Organization.slug, slug)
    if organization is None:
        abort(404)
    form = EngagementForm()
    del form.organization
    target = url_for("organizations.show", slug=organization.slug)
    name = organization.acronym
    if form.validate_on_submit() and _settle(form):
        draft = Engagement()
        facts = _facts(form, organization, form.space.thing)
        _allow(organization, form.space.thing)
        if saved(
            db.session, form, lambda: service.save_engagement(db.session, draft, facts, writer())
        ):
            return done(_("The engagement is recorded."), db.session, target)
    return form_page("spaces/engagement.html", form, engagement=None, of=name, cancel_url=target)


@bp.route("/spaces/<slug>/engagements/<int:engagement_id>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(slug: str, engagement_id: int) -> Response:
    """Edit an engagement; whoever saves second is told, with both versions."""
    engagement = _find(slug, engagement_id)
    allow(writer(), "edit", engagement)
    space = engagement.space
    target = url_for("spaces.show", slug=space.slug)
    page = {
        "engagement": engagement, "of": space.name_in(language()), "cancel_url": target,
        "slug": space.slug, "engagement_id": engagement.id,
    }  # fmt: skip
    values = _values(engagement)

    def stored() -> EngagementForm:
        form = EngagementForm(formdata=None, data=values)
        del form.space
        return form

    form = EngagementForm(data=values)
    del form.space
    if edited_meanwhile(db.session, form, engagement, stored):
        return make_response(form_page("spaces/engagement.html", form, **page), 409)
    if form.validate_on_submit() and _settle(form):
        facts = _facts(form, form.organization.thing, space)
        _allow(form.organization.thing, space)
        if saved(
            db.session,
            form,
            lambda: service.save_engagement(db.session, engagement, facts, writer()),
        ):
            return done(_("The engagement is saved."), db.session, target)
    return form_page("spaces/engagement.html", form, **page)


@bp.post("/spaces/<slug>/engagements/<int:engagement_id>/delete")
@requires(WRITE)
def delete(slug: str, engagement_id: int) -> Response:
    """Delete an engagement; the message after it offers to undo that."""
    engagement = _find(slug, engagement_id)
    allow(writer(), "edit", engagement)
    target = url_for("spaces.show", slug=engagement.space.slug)
    service.delete_engagement(db.session, engagement, by=writer())
    return done(_("The engagement is deleted."), db.session, target)


def _find(slug: str, engagement_id: int) -> Engagement:
    space = _space(slug)
    engagement = db.session.get(Engagement, engagement_id)
    if engagement is None or engagement.space_id != space.id:
        abort(404)
    return engagement


def _allow(organization: Organization, space: Space) -> None:
    # Asked of its two ends: an engagement made of them would already be a row.
    if organization.id != writer().organization_id:
        allow(writer(), "edit", space)


def _values(engagement: Engagement) -> dict[str, Any]:
    """A stored engagement by the columns of the form."""
    return {
        **{name: getattr(engagement, name) for name in _COLUMNS},
        "organization": engagement.organization.acronym,
        "person": name_of_person(db.session, engagement.person),
    }


def _settle(form: EngagementForm) -> bool:
    """Resolve the names typed; whether each names one thing or nothing was typed."""
    session, code = db.session, language()
    if "organization" in form:
        form.organization.settle(resolve_organization(session, form.organization.data, code))
    if "space" in form:
        form.space.settle(resolve_space(session, form.space.data, code))
    if form.person.data:
        form.person.settle(resolve_person(session, form.person.data))
    return not form.errors


def _facts(form: EngagementForm, organization: Organization, space: Space) -> dict[str, Any]:
    person = form.person.thing
    facts = {name: form.value_of(name) for name in _COLUMNS}
    # Parts of the key: what is not known is empty there, not NULL.
    facts |= {"detail": facts["detail"] or "", "from_date": facts["from_date"] or ""}
    return {
        **facts,
        "organization_id": organization.id,
        "space_id": space.id,
        "person_id": person.id if person is not None else None,
    }
