"""Published figures of one event."""

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, WRITE, requires
from tracker.editing import edited_meanwhile, event_or_404, saved
from tracker.extensions import db
from tracker.forms.attendance import HeadcountForm, HeadcountGridForm
from tracker.forms.events import DeleteForm
from tracker.headcount_editing import Grid, GridProblems
from tracker.headcount_rows import UnreadableGrid
from tracker.i18n import countries, language
from tracker.models import Event, Headcount
from tracker.models.vocabulary import HEADCOUNT_DIMENSIONS, HEADCOUNT_MODES
from tracker.responses import done, form_page, url_with
from tracker.security import reader, writer
from tracker.services import attendance as service
from tracker.services.event_pages import event_page, published
from tracker.services.headcount_grid import Place, save_grid
from tracker.services.headcounts import breakdowns
from tracker.services.paging import Order, fetch_page
from tracker.services.versions import last_change

bp = Blueprint("headcounts", __name__, url_prefix="/events/<key>/headcounts")

_FIELDS = (
    "metric", "mode", "qualifier", "value", "unit", "dimension", "value_key", "source", "notes",
)  # fmt: skip


def _event(key: str, verb: str = "view") -> Event:
    return event_or_404(db.session, key, reader(), verb)


def _headcount(event: Event, headcount_id: int) -> Headcount:
    found = db.session.scalar(
        select(Headcount).where(Headcount.id == headcount_id, Headcount.event_id == event.id)
    )
    if found is None:
        abort(404)
    return found


@bp.get("")
@requires(PUBLIC)
def index(key: str) -> Response:
    """The figures as published, whole ones first; `dimension` chooses those of a breakdown."""
    event = _event(key)
    query = select(Headcount).where(Headcount.event_id == event.id)
    dimension = request.args.get("dimension")
    if dimension is not None:
        if dimension not in HEADCOUNT_DIMENSIONS:
            abort(400)
        query = query.where(Headcount.dimension == dimension)
    page = fetch_page(
        db.session,
        query,
        Order(Headcount.dimension, Headcount.id),
        request.args.get("after"),
    )
    return make_response(
        render_template(
            "headcounts/index.html",
            **event_page(db.session, event, reader()),
            page=page,
            dimension=dimension,
            next_url=page.next_cursor and url_with(after=page.next_cursor),
            first_url=url_with() if request.args.get("after") else None,
        )
    )


@bp.route("/grid", methods=["GET", "POST"])
@requires(WRITE)
def grid(key: str) -> Response:
    """Enter many figures at once, as they were published: totals, and a breakdown."""
    event = _event(key, "edit")
    form = HeadcountGridForm(data=None if request.method == "POST" else _shown_first(event))
    if not (form.of.validate(form) and form.by.validate(form) and form.paste_mode.validate(form)):
        abort(400)
    try:
        cells = Grid(db.session, event, form, writer(), request.form)
    except UnreadableGrid:
        abort(400)
    if request.method == "GET":
        return _grid_page(event, cells, 200)
    return _grid_sent(event, cells)


def _shown_first(event: Event) -> dict[str, str]:
    """The breakdown that was asked for, else the largest that is stored, else by country."""
    tables = sorted(breakdowns(published(db.session, event)), key=lambda table: -table.figures)
    by, of = (tables[0].dimension, tables[0].metric) if tables else ("country", "participants")
    asked = request.args.get("by", "region-icann" if by == "region" else by)
    mode = "online" if event.mode == "online" else "in-person"
    return {"of": request.args.get("of", of), "by": asked, "paste_mode": mode}


def _grid_sent(event: Event, cells: Grid) -> Response:
    form, action = cells.form, request.form.get("action")
    if action == "show":
        return _grid_page(event, cells, 200)
    if action == "more":
        cells.add_blanks()
        return _grid_page(event, cells, 200)
    pasted = bool(form.paste.data)
    form.validate()
    if pasted or action == "fill":
        cells.fill()
        cells.edits()
        if action != "fill":
            form.fail("paste", _("What you pasted stands in the rows now. Check it, then save."))
        return _grid_page(event, cells, 422 if cells.wrong else 200)
    edits = cells.edits()
    if not cells.wrong:
        conflicts: dict[Place, str] = {}

        def write() -> None:
            conflicts.update(
                save_grid(db.session, event, edits, form.source.data, form.notes.data, by=writer())
            )

        if saved(db.session, form, write) and not conflicts:
            return done(
                _("The figures are saved."), db.session, url_for("headcounts.index", key=event.key)
            )
        if conflicts:
            return _grid_page(event, _second(event, cells, conflicts), 409)
    return _grid_page(event, cells, 422)


def _second(event: Event, cells: Grid, conflicts: dict[Place, str]) -> Grid:
    """Tell the second of two editors of what the first one stored in the same cells."""
    change = last_change(db.session, event)
    cells.show_conflicts(conflicts)
    cells.form.fail(
        None,
        _(
            "%(name)s saved this while you were editing. Nothing of yours is lost: compare, "
            "then save again.",
            name=change.user.name if change is not None and change.user else _("Somebody else"),
        ),
    )
    return cells


def _grid_page(event: Event, cells: Grid, status: int) -> Response:
    page = render_template(
        "headcounts/grid.html",
        event=event,
        form=cells.form,
        grid=cells,
        problems=GridProblems(cells),
        modes=HEADCOUNT_MODES,
        country_names=list(countries(language()).values()),
        cancel_url=url_for("headcounts.index", key=event.key),
    )
    return make_response(page, status)


@bp.route("/new", methods=["GET", "POST"])
@requires(WRITE)
def new(key: str) -> Response:
    """Enter a figure as it was published."""
    return _form_page(_event(key, "edit"), None)


@bp.route("/<int:headcount_id>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(key: str, headcount_id: int) -> Response:
    """Correct a figure that was entered wrongly."""
    event = _event(key, "edit")
    return _form_page(event, _headcount(event, headcount_id))


def _form_page(event: Event, headcount: Headcount | None) -> Response:
    stored = {name: getattr(headcount, name) for name in _FIELDS} if headcount else {}
    form = HeadcountForm(data=None if request.method == "POST" else stored)
    back = url_for("headcounts.index", key=event.key)

    def page() -> Response:
        return form_page(
            "headcounts/form.html", form, event=event, headcount=headcount, cancel_url=back
        )

    def write() -> None:
        values = {name: form.value_of(name) for name in _FIELDS}
        service.save_headcount(db.session, headcount, event, values, by=writer())

    if headcount is not None and edited_meanwhile(
        db.session, form, headcount, lambda: HeadcountForm(formdata=None, data=stored)
    ):
        response = page()
        response.status_code = 409
        return response
    if form.validate_on_submit() and saved(db.session, form, write):
        return done(_("The figure is saved."), db.session, back)
    return page()


@bp.post("/<int:headcount_id>/delete")
@requires(WRITE)
def delete(key: str, headcount_id: int) -> Response:
    """Remove a figure; the message after it offers to undo that."""
    event = _event(key, "edit")
    headcount = _headcount(event, headcount_id)
    if not DeleteForm().validate():
        abort(400)
    service.remove(db.session, headcount, by=writer())
    return done(_("The figure is removed."), db.session, url_for("headcounts.index", key=key))
