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
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, WRITE, requires
from tracker.editing import edited_meanwhile, event_or_404, saved
from tracker.errors import BadFilter
from tracker.event_editing import (
    NAMES,
    fill_from_space,
    fill_zone,
    stored_values,
    suggestions,
    typed_event,
    with_topics,
)
from tracker.extensions import db
from tracker.filter_choices import event_filter_bar, organizer_texts
from tracker.formats.tables import Cell, Table
from tracker.forms.events import DeleteForm, EventForm
from tracker.i18n import is_country, language, number as format_number
from tracker.models import Event
from tracker.models.text import clean
from tracker.responses import done, form_page, query_values, table_response, url_with
from tracker.security import reader, writer
from tracker.services import places, resolve
from tracker.services.event_pages import event_page, list_options
from tracker.services.events import (
    EventData,
    delete_event,
    save_event,
    save_weekly_series,
    suggest_from_space,
)
from tracker.services.filters import FILTERS, EventFilter, events_query, read_filter
from tracker.services.history import history_of
from tracker.services.paging import PAGE_SIZE, Order, Page, fetch_page
from tracker.services.plans import own_plans

bp = Blueprint("events", __name__, url_prefix="/events")

ORDERS = {
    "-start": Order(Event.starts_at, Event.id, descending=True),
    "start": Order(Event.starts_at, Event.id),
    "name": Order(Event.sort_name, Event.id),
    "-name": Order(Event.sort_name, Event.id, descending=True),
}
COUNTED = 1000


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
    page = fetch_page(
        db.session, query.options(*list_options()), _order(), request.args.get("after")
    )
    return make_response(
        render_template(
            "events/index.html",
            page=page,
            total_text=_total(query, wanted, page),
            wanted=wanted,
            sort=request.args.get("sort", "-start"),
            next_url=page.next_cursor and url_with(after=page.next_cursor),
            first_url=url_with() if request.args.get("after") else None,
            url_with=url_with,
            query=_query(),
            **event_filter_bar(db.session, organizer_texts(wanted)),
        )
    )


def _total(query: Select[Event], wanted: EventFilter, page: Page[Event]) -> str:
    """How many events there are, in words, counted no further than COUNTED."""
    number = len(page.rows)
    if page.next_cursor is not None or request.args.get("after"):
        if wanted.q:
            # Counting would look through every name a second time.
            return _("More than %(number)s events", number=format_number(PAGE_SIZE))
        # In the order of the list, so that the same index serves both.
        some = query.with_only_columns(Event.id).order_by(*_order().by()).limit(COUNTED + 1)
        number = db.session.scalar(select(func.count()).select_from(some.subquery())) or 0
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
    query = events_query(wanted, reader()).options(*list_options()).order_by(*_order().by())

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
    event = _event(key)
    if event.key != key:
        return redirect(url_for("events.show", key=event.key), 301)
    user = reader()
    return make_response(
        render_template(
            "events/show.html",
            **event_page(db.session, event, user),
            plans=own_plans(db.session, event, user) if user else None,
        )
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
    return event_or_404(db.session, key, reader(), verb)


@bp.get("/new/defaults")
@requires(WRITE)
def defaults() -> Response:
    """What the form can fill in by itself, for the space or the place chosen so far."""
    found: dict[str, Any] = {}
    typed = request.args.get("space_code", "")[:300]
    space = resolve.resolve_space(db.session, typed, language()).thing if typed else None
    if space is not None:
        found |= suggest_from_space(db.session, space, writer())
    country = request.args.get("country", "").upper()
    if is_country(country):
        city = clean(request.args.get("city", ""))
        found["timezone"] = places.suggest_zone(db.session, country, city)
    return jsonify({name: value for name, value in found.items() if value is not None})


@bp.route("/new", methods=["GET", "POST"])
@requires(WRITE)
def new() -> Response:
    """Log an event: empty, as the next edition of a space, or as a copy of another event."""
    form = _form(None if request.method == "POST" else _suggested())
    if form.is_submitted():
        fill_zone(db.session, form)
    if form.is_submitted() and not any(form[name].data for name in NAMES):
        fill_from_space(db.session, form, writer())
    elif form.validate_on_submit():
        data = typed_event(db.session, form, writer())
        made: list[Event] = []
        if data is not None and saved(db.session, form, lambda: made.extend(_create(form, data))):
            return _logged(made)
    return form_page("events/form.html", form, event=None, cancel_url=url_for("events.index"))


def _form(values: dict[str, Any] | None, **kwargs: Any) -> EventForm:
    return with_topics(db.session, EventForm(data=values, **kwargs))


def _suggested() -> dict[str, Any]:
    copied, parent = (request.args.get(name) for name in ("copy", "parent_key"))
    return suggestions(
        db.session,
        writer(),
        copied=_event(copied) if copied else None,
        space_code=request.args.get("space_code"),
        whole=_event(parent) if parent else None,
    )


def _create(form: EventForm, data: EventData) -> list[Event]:
    if form.repeat.data:
        return save_weekly_series(db.session, data, form.repeat.data, by=writer())
    return [save_event(db.session, None, data, by=writer())]


def _logged(made: list[Event]) -> Response:
    message = _("“%(name)s” is logged.", name=made[0].name_in(language()))
    if len(made) > 1:
        message = _("%(number)d events logged.", number=len(made))
    return done(message, db.session, url_for("events.show", key=made[0].key))


@bp.route("/<key>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(key: str) -> Response:
    """Edit an event; whoever saves second is told, with both versions."""
    event = _event(key, "edit")
    values = stored_values(event, writer())
    form = _form(None if request.method == "POST" else values)
    if form.is_submitted() and form.start_time.data:
        fill_zone(db.session, form)
    if edited_meanwhile(db.session, form, event, lambda: _form(values, formdata=None)):
        response = form_page("events/form.html", form, event=event, cancel_url=_url(event))
        response.status_code = 409
        return response
    if form.validate_on_submit():
        data = typed_event(db.session, form, writer(), event)
        if data is not None:
            if saved(db.session, form, lambda: save_event(db.session, event, data, writer())):
                return done(_("Saved."), db.session, _url(event))
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
    delete_event(db.session, event, by=writer())
    return done(
        _("“%(name)s” is deleted.", name=event.name_in(language())),
        db.session,
        url_for("events.index"),
    )
