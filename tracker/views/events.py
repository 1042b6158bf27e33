"""Events: list, page, logging and editing."""

from collections.abc import Iterator
from typing import Any

from flask import (
    Blueprint,
    abort,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _, ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, WRITE, can, requires
from tracker.errors import BadFilter, Conflict, Forbidden
from tracker.extensions import db
from tracker.filter_choices import event_filter_choices
from tracker.formats.tables import Cell, Table
from tracker.forms.events import DeleteForm, EventForm
from tracker.i18n import is_country, language, number as format_number
from tracker.models import Event, EventOrganization, Topic
from tracker.responses import done, form_page, query_values, table_response, url_with
from tracker.security import reader, writer
from tracker.services import events as service, places, resolve
from tracker.services.event_pages import event_page, find_event
from tracker.services.filters import FILTERS, EventFilter, events_query, read_filter
from tracker.services.history import history_of
from tracker.services.paging import Order, fetch_page

bp = Blueprint("events", __name__, url_prefix="/events")

ORDERS = {
    "-start": Order(Event.starts_at, Event.id, descending=True),
    "start": Order(Event.starts_at, Event.id),
    "name": Order(Event.sort_name, Event.id),
    "-name": Order(Event.sort_name, Event.id, descending=True),
}
COUNTED = 1000


def _shown() -> list[Any]:
    organizations = selectinload(Event.organization_links)
    return [organizations.joinedload(EventOrganization.organization), joinedload(Event.space)]


def _order() -> Order:
    wanted = request.args.get("sort", "-start")
    if wanted not in ORDERS:
        raise BadFilter(_("“sort” is one of %(words)s.", words=", ".join(ORDERS)))
    return ORDERS[wanted]


@bp.get("/")
@requires(PUBLIC)
def index() -> Response:
    """The list, filtered by the query string."""
    wanted = read_filter(db.session, query_values(request.args), also=("after", "sort"))
    query = events_query(wanted, reader())
    page = fetch_page(db.session, query.options(*_shown()), _order(), request.args.get("after"))
    some = query.with_only_columns(Event.id).order_by(None).limit(COUNTED + 1).subquery()
    return make_response(
        render_template(
            "events/index.html",
            page=page,
            total_text=_total(db.session.scalar(select(func.count()).select_from(some)) or 0),
            wanted=wanted,
            sort=request.args.get("sort", "-start"),
            next_url=page.next_cursor and url_with(after=page.next_cursor),
            first_url=url_with() if request.args.get("after") else None,
            url_with=url_with,
            query=_query(),
            feed_url=url_for("feeds.all_events", **_query()),
            **event_filter_choices(db.session),
        )
    )


def _total(number: int) -> str:
    if number > COUNTED:
        return _("More than %(number)s events", number=format_number(COUNTED))
    return ngettext("%(num)d event", "%(num)d events", number)


def _query() -> dict[str, Any]:
    """The filters of this page, for the links that show the same otherwise."""
    return {name: request.args.getlist(name) for name in FILTERS if request.args.get(name)}


@bp.get("/.<any(csv, xlsx):extension>")
@requires(PUBLIC)
def download(extension: str) -> Response:
    """The whole filtered list as a table."""
    wanted = read_filter(db.session, query_values(request.args), also=("after", "sort"))
    return table_response(_table(wanted), extension)


def _table(wanted: EventFilter) -> Table:
    code = language()
    columns = (
        "key", "space_code", "edition", "name", "kind", "start_date", "end_date", "timezone",
        "city", "country", "mode", "status", "organizer_acronyms", "url",
    )  # fmt: skip
    query = events_query(wanted, reader()).options(*_shown()).order_by(*_order().by())

    def rows() -> Iterator[tuple[Cell, ...]]:
        for event in db.session.scalars(query.execution_options(yield_per=500)):
            yield (
                event.key, event.space.code if event.space else None, event.edition,
                event.name_in(code), event.kind, event.start_date, event.end_date,
                event.timezone, event.city, event.country, event.mode, event.status,
                ";".join(o.acronym for o in event.organizations_as("organizer")), event.url,
            )  # fmt: skip

    return Table("events", _("Events"), columns, rows())


@bp.get("/<key>")
@requires(PUBLIC)
def show(key: str) -> Response:
    """One event."""
    event = find_event(db.session, key, reader())
    if event is None:
        abort(404)
    if event.key != key:
        return redirect(url_for("events.show", key=event.key), 301)
    return make_response(
        render_template("events/show.html", **event_page(db.session, event, reader()))
    )


@bp.get("/<key>/history")
@requires(PUBLIC)
def history(key: str) -> Response:
    """What changed about an event, and who changed it."""
    event = _event(key)
    before = request.args.get("before", type=int)
    entries = history_of(db.session, event, before)
    return make_response(
        render_template(
            "events/history.html",
            **event_page(db.session, event, reader()),
            entries=entries,
            older_url=url_with(before=entries[-1].change.id) if len(entries) == 20 else None,
        )
    )


def _event(key: str, verb: str = "view") -> Event:
    event = find_event(db.session, key, reader())
    if event is None:
        abort(404)
    if verb != "view" and not can(reader(), verb, event):
        raise Forbidden(_("Another organization organizes this event, so you cannot change it."))
    return event


@bp.get("/defaults")
@requires(WRITE)
def defaults() -> Response:
    """What the form can fill in by itself, for the space or the place chosen so far."""
    found: dict[str, Any] = {}
    typed = request.args.get("space_code", "")
    space = resolve.resolve_space(db.session, typed, language()).thing if typed else None
    if space is not None:
        found |= service.suggest_from_space(db.session, space)
    country = request.args.get("country", "").upper()
    if is_country(country):
        found["timezone"] = places.suggest_zone(db.session, country, request.args.get("city"))
    return jsonify({name: value for name, value in found.items() if value is not None})


@bp.route("/new", methods=["GET", "POST"])
@requires(WRITE)
def new() -> Response:
    """Log an event: empty, as the next edition of a space, or as a copy of another event."""
    form = _form(EventForm(data=None if request.method == "POST" else _suggested()))
    if form.is_submitted() and not any(form[name].data for name in _NAMES):
        _fill_from_space(form)
    elif form.validate_on_submit():
        data = _data(form)
        if data is not None:
            try:
                return _create(form, data)
            except (Conflict, Forbidden) as problem:
                db.session.rollback()
                form.fail(problem.field, problem.message)
    return form_page("events/form.html", form, event=None, cancel_url=url_for("events.index"))


def _suggested() -> dict[str, Any]:
    values: dict[str, Any] = {"status": "confirmed", "visibility": "public", "mode": "in-person"}
    user = writer()
    copied = request.args.get("copy")
    typed = request.args.get("space_code")
    if copied:
        event = find_event(db.session, copied, user)
        if event is None:
            abort(404)
        values |= service.next_edition_of(event, event.space)
        values["space_code"] = event.space.code if event.space else None
    elif typed:
        space = resolve.resolve_space(db.session, typed, language()).thing
        values |= {"space_code": typed}
        values |= service.suggest_from_space(db.session, space) if space is not None else {}
    parent = request.args.get("parent_key")
    if parent:
        values |= {"parent_key": parent, "relation": "part-of", "kind": "session"}
        whole = find_event(db.session, parent, user)
        if whole is not None:
            values |= {
                name: getattr(whole, name)
                for name in ("start_date", "end_date", "timezone", "city", "country", "mode")
            }
    if user.organization is not None and not values.get("organizer_acronyms"):
        values["organizer_acronyms"] = user.organization.acronym
    return values


def _fill_from_space(form: EventForm) -> None:
    """Without a script nothing was suggested while typing, so an unnamed event comes back filled in."""
    form.validate()
    typed = form.space_code.data
    space = resolve.resolve_space(db.session, typed, language()).thing if typed else None
    if space is None:
        return
    suggested = service.suggest_from_space(db.session, space)
    for name, value in suggested.items():
        if not form[name].data:
            form[name].process_data(value)
    form.name_en.errors = []
    form.fail(f"name_{language()}", _("This is what the space suggests. Check it, then save."))


def _create(form: EventForm, data: service.EventData) -> Response:
    if form.repeat.data:
        made = service.save_weekly_series(db.session, data, form.repeat.data, by=writer())
        message = _("%(number)d events logged.", number=len(made))
        return done(message, db.session, url_for("events.show", key=made[0].key))
    event = service.save_event(db.session, None, data, by=writer())
    return done(
        _("“%(name)s” is logged.", name=event.name_in(language())),
        db.session,
        url_for("events.show", key=event.key),
    )


@bp.route("/<key>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(key: str) -> Response:
    """Edit an event; whoever saves second is told, with both versions."""
    event = _event(key, "edit")
    form = _form(EventForm(data=None if request.method == "POST" else _values(event)))
    if form.is_submitted() and form.version.data != str(event.version):
        form.validate()
        form.show_conflict(_form(EventForm(formdata=None, data=_values(event))))
        form.fail(
            None,
            _(
                "Somebody else saved this event while you were editing. Nothing of yours is lost: compare, then save again."
            ),
        )
        response = form_page("events/form.html", form, event=event, cancel_url=_url(event))
        response.status_code = 409
        return response
    if form.validate_on_submit():
        data = _data(form)
        if data is not None:
            try:
                service.save_event(db.session, event, data, by=writer())
                return done(_("Saved."), db.session, _url(event))
            except (Conflict, Forbidden) as problem:
                db.session.rollback()
                form.fail(problem.field, problem.message)
                event = _event(key)
    return form_page("events/form.html", form, event=event, cancel_url=_url(event))


def _url(event: Event) -> str:
    return url_for("events.show", key=event.key)


@bp.post("/<key>/delete")
@requires(WRITE)
def delete(key: str) -> Response:
    """Delete an event; the message after it offers to undo that."""
    event = _event(key, "edit")
    if not DeleteForm().validate():
        abort(400)
    service.delete_event(db.session, event, by=writer())
    return done(
        _("“%(name)s” is deleted.", name=event.name_in(language())),
        db.session,
        url_for("events.index"),
    )


def _form(form: EventForm) -> EventForm:
    topics = db.session.scalars(select(Topic).order_by(Topic.slug)).all()
    form.topics.choices = [(topic.slug, topic.name_in(language())) for topic in topics]
    if form.is_submitted() and not form.timezone.data and form.country.data:
        form.timezone.data = places.suggest_zone(db.session, form.country.data, form.city.data)
    return form


_TEXTS = (
    "name_en", "name_es", "name_pt", "edition", "kind", "start_date", "end_date", "start_time",
    "end_time", "timezone", "mode", "venue", "city", "country", "latitude", "longitude", "status",
    "visibility", "relation", "series", "languages", "description", "url", "join_url", "source",
    "notes",
)  # fmt: skip
_NAMES = ("name_en", "name_es", "name_pt")
_ROLES = ("organizer", "partner", "host", "sponsor")


def _values(event: Event) -> dict[str, Any]:
    """A stored event by the columns of the form."""
    return {
        **{name: getattr(event, name) for name in _TEXTS},
        **{
            f"{role}_acronyms": "; ".join(o.acronym for o in event.organizations_as(role)) or None
            for role in _ROLES
        },
        "space_code": event.space.code if event.space else None,
        "parent_key": event.parent.key if event.parent else None,
        "owner_acronym": event.owner.acronym if event.owner else None,
        "topics": [topic.slug for topic in event.topics],
        "version": str(event.version),
    }


def _data(form: EventForm) -> service.EventData | None:
    """What the form says, with every name resolved; None where one is not, said at its field."""
    session, code, user = db.session, language(), writer()
    if form.space_code.data:
        form.space_code.settle(resolve.resolve_space(session, form.space_code.data, code))
    if form.parent_key.data:
        form.parent_key.settle(resolve.resolve_event(session, form.parent_key.data, user, code))
    for field in (form.owner_acronym, *(form[f"{role}_acronyms"] for role in _ROLES)):
        for name in field.names():
            field.settle(
                resolve.resolve_organization(session, name, code),
                unknown=_("No organization matches “%(text)s”.", text=name),
            )
    if form.errors:
        return None
    topics = session.scalars(select(Topic).where(Topic.slug.in_(form.topics.data or []))).all()
    return service.EventData(
        columns={name: form.value_of(name) for name in _TEXTS},
        space=form.space_code.thing,
        parent=form.parent_key.thing,
        owner=form.owner_acronym.thing
        or (user.organization if form.visibility.data == "organization" else None),
        organizations={role: form[f"{role}_acronyms"].things for role in _ROLES},
        topics=topics,
    )
