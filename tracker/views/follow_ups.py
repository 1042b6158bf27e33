"""Follow-ups: all of them as a list, and those of one event as they are written and settled."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from tracker.access import SIGNED_IN, WRITE, can, requires
from tracker.editing import edited_meanwhile, event_or_404, saved
from tracker.errors import Forbidden
from tracker.extensions import db
from tracker.formats.tables import Cell, Table
from tracker.forms.events import DeleteForm
from tracker.forms.outcomes import FollowUpForm
from tracker.i18n import language, person_name
from tracker.labels import options
from tracker.models import Event, FollowUp
from tracker.responses import (
    done,
    filter_chips,
    form_page,
    query_values,
    table_response,
    url_with,
)
from tracker.security import reader, safe_next, writer
from tracker.services import follow_ups as lists, outcomes as service, resolve
from tracker.services.paging import fetch_page
from tracker.services.people import name_of_person

bp = Blueprint("follow_ups", __name__)

_COLUMNS = (
    "event_key", "event", "what", "owner_organization_acronym", "owner_person_key",
    "owner_person", "due", "done",
)  # fmt: skip


def _today() -> date:
    return datetime.now(UTC).date()


@bp.get("/follow-ups/")
@requires(SIGNED_IN)
def index() -> str:
    """What is to be done after all events, filtered by the query string."""
    wanted = _wanted()
    query = lists.follow_ups_query(wanted, writer(), _today())
    page = fetch_page(db.session, query, lists.order_of(wanted), request.args.get("after"))
    return render_template(
        "outcomes/follow_ups.html",
        page=page,
        wanted=wanted,
        statuses=options("follow_up_status", lists.STATUSES),
        chips=filter_chips(_chip_texts(wanted)),
        query={name: values for name in lists.FILTERS if (values := request.args.getlist(name))},
        next_url=page.next_cursor and url_with(after=page.next_cursor),
        first_url=url_with() if request.args.get("after") else None,
    )


def _wanted() -> lists.FollowUpFilter:
    return lists.read_follow_up_filter(
        db.session, query_values(request.args), writer(), also=("after",)
    )


def _chip_texts(wanted: lists.FollowUpFilter) -> dict[tuple[str, str], str]:
    texts = dict(
        zip((("person", text) for text in request.args.getlist("person") if text.strip()),
            map(person_name, wanted.person), strict=False)
    )  # fmt: skip
    texts |= {("status", word): text for word, text in options("follow_up_status", lists.STATUSES)}
    texts |= {("organization", each.slug): each.acronym for each in wanted.organization}
    return texts | {("event", each.key): each.name_in(language()) for each in wanted.event}


@bp.get("/follow-ups.<any(csv, xlsx):extension>")
@bp.get("/follow-ups/.<any(csv, xlsx):extension>")
@requires(SIGNED_IN)
def download(extension: str) -> Response:
    """The whole filtered list as a table."""
    wanted = _wanted()
    query = (
        lists.follow_ups_query(wanted, writer(), _today())
        .order_by(*lists.order_of(wanted).by())
        .execution_options(yield_per=500)
    )
    code = language()

    def rows() -> Iterator[list[Cell]]:
        # Asked for when the first is written: by then the session of the request is closed.
        for row in db.session.scalars(query):
            yield _listed(row, code)

    return table_response(Table("follow-ups", _("Follow-ups"), _COLUMNS, rows()), extension)


def _listed(row: FollowUp, code: str) -> list[Cell]:
    organization, person = row.owner_organization, row.owner_person
    return [
        row.event.key,
        row.event.name_in(code),
        row.what,
        organization.acronym if organization else None,
        person.key if person else None,
        person_name(person) if person else None,
        row.due.isoformat() if row.due else None,
        row.done_at.date().isoformat() if row.done_at else None,
    ]


def _event(key: str, verb: str = "view") -> Event:
    return event_or_404(db.session, key, reader(), verb)


def _follow_up(event: Event, follow_up_id: int) -> FollowUp:
    found = db.session.scalar(
        select(FollowUp).where(FollowUp.id == follow_up_id, FollowUp.event_id == event.id)
    )
    if found is None:
        abort(404)
    return found


def _back(event: Event) -> str:
    return safe_next(request.form.get("next")) or url_for("outcomes.index", key=event.key)


@bp.route("/events/<key>/follow-ups/new", methods=["GET", "POST"])
@requires(WRITE)
def add(key: str) -> Response:
    """Write down what is to be done."""
    return _form_page(_event(key, "edit"), None)


@bp.route("/events/<key>/follow-ups/<int:follow_up_id>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(key: str, follow_up_id: int) -> Response:
    """Correct a follow-up: what, who, until when."""
    event = _event(key, "edit")
    return _form_page(event, _follow_up(event, follow_up_id))


def _values(follow_up: FollowUp | None) -> dict[str, Any]:
    if follow_up is None:
        return {}
    organization, person = follow_up.owner_organization, follow_up.owner_person
    return {
        "what": follow_up.what,
        "owner_organization_acronym": organization.acronym if organization else None,
        "owner_person_key": name_of_person(db.session, person),
        "due": follow_up.due,
    }


def _form_page(event: Event, follow_up: FollowUp | None) -> Response:
    stored = _values(follow_up)
    form = FollowUpForm(data=None if request.method == "POST" else stored)
    back = url_for("outcomes.index", key=event.key)

    def page() -> Response:
        return form_page(
            "outcomes/follow_up.html", form, event=event, follow_up=follow_up, cancel_url=back
        )

    if follow_up is not None and edited_meanwhile(
        db.session, form, follow_up, lambda: FollowUpForm(formdata=None, data=stored)
    ):
        response = page()
        response.status_code = 409
        return response
    written: list[FollowUp] = []
    if (
        form.validate_on_submit()
        and _settled(form)
        and saved(db.session, form, lambda: written.append(_write(event, follow_up, form)))
    ):
        return done(_said(written[0]), db.session, back)
    return page()


def _said(follow_up: FollowUp) -> str:
    """That it is saved, and on whose list it stands."""
    organization, person = follow_up.owner_organization, follow_up.owner_person
    owners = [person_name(person) if person else "", organization.acronym if organization else ""]
    if not any(owners):
        return _("The follow-up is saved; nobody owns it yet.")
    return _("The follow-up of %(owner)s is saved.", owner=", ".join(filter(None, owners)))


def _settled(form: FollowUpForm) -> bool:
    """Resolve the names typed; whether each names one owner, or nothing was typed."""
    organization, person = form.owner_organization_acronym, form.owner_person_key
    if organization.data:
        organization.settle(resolve.resolve_organization(db.session, organization.data, language()))
    if person.data:
        person.settle(resolve.resolve_person(db.session, person.data))
    return not form.errors


def _write(event: Event, follow_up: FollowUp | None, form: FollowUpForm) -> FollowUp:
    values = {
        "what": form.what.data,
        "owner_organization": form.owner_organization_acronym.thing,
        "owner_person": form.owner_person_key.thing,
        "due": form.due.data,
    }
    return service.save_follow_up(db.session, follow_up, event, values, by=writer(), today=_today())


@bp.post("/events/<key>/follow-ups/<int:follow_up_id>/done")
@requires(WRITE)
def finish(key: str, follow_up_id: int) -> Response:
    """Say that it is done."""
    return _settle(key, follow_up_id, is_done=True, message=_("Done."))


@bp.post("/events/<key>/follow-ups/<int:follow_up_id>/reopen")
@requires(WRITE)
def reopen(key: str, follow_up_id: int) -> Response:
    """Say that it is to be done after all."""
    return _settle(key, follow_up_id, is_done=False, message=_("It is open again."))


def _settle(key: str, follow_up_id: int, *, is_done: bool, message: str) -> Response:
    event = _event(key)
    follow_up = _follow_up(event, follow_up_id)
    if not can(writer(), "settle", follow_up):
        raise Forbidden(_("You can settle the follow-ups of your own organization, and yours."))
    if not DeleteForm().validate():
        abort(400)
    service.settle(db.session, follow_up, is_done, by=writer())
    return done(message, db.session, _back(event))


@bp.post("/events/<key>/follow-ups/<int:follow_up_id>/delete")
@requires(WRITE)
def delete(key: str, follow_up_id: int) -> Response:
    """Delete a follow-up; the message after it offers to undo that."""
    event = _event(key, "edit")
    follow_up = _follow_up(event, follow_up_id)
    if not DeleteForm().validate():
        abort(400)
    service.delete(db.session, follow_up, by=writer())
    return done(
        _("The follow-up is deleted."), db.session, url_for("outcomes.index", key=event.key)
    )
