"""What organizations brought to an event or a space."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from werkzeug.wrappers import Response

from tracker.access import SIGNED_IN, WRITE, can, requires
from tracker.editing import edited_meanwhile, event_or_404, saved
from tracker.errors import Forbidden
from tracker.extensions import db
from tracker.forms.attendance import ContributionForm
from tracker.forms.events import DeleteForm
from tracker.i18n import language
from tracker.models import Contribution, Event, Organization, Space
from tracker.responses import done, form_page, url_with
from tracker.security import reader, writer
from tracker.services import attendance as service, resolve
from tracker.services.event_pages import event_page
from tracker.services.filters import find_by_slug
from tracker.services.organization_page import contributions_query, find_organization
from tracker.services.paging import Order, fetch_page
from tracker.services.person_page import find_person

bp = Blueprint("contributions", __name__)

Place = Event | Space
_FIELDS = ("kind", "title", "date", "url", "amount", "currency", "notes")
_ORDER = Order(Contribution.id, Contribution.id, descending=True)


def _event(key: str) -> Event:
    return event_or_404(db.session, key, reader())


def _space(slug: str) -> Space:
    space = find_by_slug(db.session, Space, Space.slug, slug)
    if space is None:
        abort(404)
    return space


def _back(place: Place) -> str:
    if isinstance(place, Event):
        return url_for("contributions.of_event", key=place.key)
    return url_for("contributions.of_space", slug=place.slug)


@bp.get("/events/<key>/contributions")
@requires(SIGNED_IN)
def of_event(key: str) -> Response:
    """What was brought to an event."""
    event = _event(key)
    return _list("contributions/of_event.html", event, event_page(db.session, event, reader()))


@bp.get("/spaces/<slug>/contributions")
@requires(SIGNED_IN)
def of_space(slug: str) -> Response:
    """What was brought to a space, beside its events."""
    space = _space(slug)
    return _list("contributions/of_space.html", space, {"space": space})


@bp.get("/organizations/<slug>/contributions")
@requires(SIGNED_IN)
def of_organization(slug: str) -> Response:
    """What an organization brought, wherever it did."""
    organization = find_by_slug(db.session, Organization, Organization.slug, slug)
    if organization is None:
        abort(404)
    page = _brought(Contribution.organization_id == organization.id)
    organization = find_organization(db.session, organization.id)
    return make_response(
        render_template("contributions/of_organization.html", organization=organization, **page)
    )


@bp.get("/people/<int:person_id>/contributions")
@requires(SIGNED_IN)
def of_person(person_id: int) -> Response:
    """What a person brought, for whichever organization."""
    person = find_person(db.session, person_id)
    if person is None:
        abort(404)
    today = datetime.now(UTC).date()
    return make_response(
        render_template(
            "contributions/of_person.html",
            person=person,
            current=[a for a in person.affiliations if a.in_force_on(today)],
            **_brought(Contribution.person_id == person.id),
        )
    )


def _brought(by: ColumnElement[bool]) -> dict[str, Any]:
    """A page of the contributions of somebody, to what the reader may see."""
    query = contributions_query(reader()).where(by).order_by(None)
    page = fetch_page(db.session, query, _ORDER, request.args.get("after"))
    return {
        "page": page,
        "next_url": page.next_cursor and url_with(after=page.next_cursor),
        "first_url": url_with() if request.args.get("after") else None,
    }


def _list(template: str, place: Place, context: dict[str, Any]) -> Response:
    query = service.contributions_query(place)
    page = fetch_page(db.session, query, _ORDER, request.args.get("after"))
    return make_response(
        render_template(
            template,
            **context,
            page=page,
            place=place,
            next_url=page.next_cursor and url_with(after=page.next_cursor),
            first_url=url_with() if request.args.get("after") else None,
        )
    )


@bp.route("/events/<key>/contributions/new", methods=["GET", "POST"])
@requires(WRITE)
def new_of_event(key: str) -> Response:
    """Record a contribution to an event."""
    return _form_page(_event(key), None)


@bp.route("/spaces/<slug>/contributions/new", methods=["GET", "POST"])
@requires(WRITE)
def new_of_space(slug: str) -> Response:
    """Record a contribution to a space."""
    return _form_page(_space(slug), None)


@bp.route("/contributions/<int:contribution_id>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(contribution_id: int) -> Response:
    """Correct a contribution."""
    contribution = _contribution(contribution_id)
    return _form_page(_place(contribution), contribution)


def _contribution(contribution_id: int) -> Contribution:
    found = db.session.scalar(select(Contribution).where(Contribution.id == contribution_id))
    if found is None or (found.event is not None and not can(reader(), "view", found.event)):
        abort(404)
    if not can(reader(), "edit", found):
        raise Forbidden(_("You can change what your own organization brought."))
    return found


def _place(contribution: Contribution) -> Place:
    place = contribution.event or contribution.space
    assert place is not None
    return place


def _values(contribution: Contribution | None) -> dict[str, Any]:
    if contribution is None:
        organization = writer().organization
        return {"organization_acronym": organization.acronym if organization else None}
    return {
        **{name: getattr(contribution, name) for name in _FIELDS},
        "organization_acronym": contribution.organization.acronym,
        "person_key": contribution.person.key if contribution.person else None,
    }


def _form_page(place: Place, contribution: Contribution | None) -> Response:
    values = _values(contribution)
    form = ContributionForm(data=None if request.method == "POST" else values)

    def page() -> Response:
        return form_page(
            "contributions/form.html",
            form,
            place=place,
            contribution=contribution,
            cancel_url=_back(place),
        )

    if contribution is not None and edited_meanwhile(
        db.session, form, contribution, lambda: ContributionForm(formdata=None, data=values)
    ):
        response = page()
        response.status_code = 409
        return response
    if (
        form.validate_on_submit()
        and _settle(form)
        and saved(db.session, form, lambda: _write(place, contribution, form))
    ):
        return done(_("The contribution is saved."), db.session, _back(place))
    return page()


def _write(place: Place, contribution: Contribution | None, form: ContributionForm) -> None:
    values = {
        **{name: form.value_of(name) for name in _FIELDS},
        "organization": form.organization_acronym.thing,
        "person": form.person_key.thing,
    }
    service.save_contribution(db.session, contribution, place, values, by=writer())


def _settle(form: ContributionForm) -> bool:
    organization, person = form.organization_acronym, form.person_key
    organization.settle(resolve.resolve_organization(db.session, organization.data, language()))
    if person.data:
        person.settle(resolve.resolve_person(db.session, person.data))
    return not form.errors


@bp.post("/contributions/<int:contribution_id>/delete")
@requires(WRITE)
def delete(contribution_id: int) -> Response:
    """Remove a contribution; the message after it offers to undo that."""
    contribution = _contribution(contribution_id)
    if not DeleteForm().validate():
        abort(400)
    back = _back(_place(contribution))
    service.remove(db.session, contribution, by=writer())
    return done(_("The contribution is removed."), db.session, back)
