"""The rows behind the numbers of a report: events, attendances, people."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker import report_cache
from tracker.access import PUBLIC, SIGNED_IN, requires
from tracker.errors import BadFilter
from tracker.extensions import db
from tracker.formats.tables import Cell, Table
from tracker.i18n import language, person_name
from tracker.models import Attendance, Event, Person
from tracker.report_questions import read_question
from tracker.responses import address, query_values, table_response, url_with
from tracker.security import reader
from tracker.services.counting import rows as counting
from tracker.services.paging import Order, fetch_page
from tracker.services.reports.answer import name_of
from tracker.services.reports.question import Question, title_of
from tracker.services.reports.rows import Behind, behind, is_of_events

bp = Blueprint("report_rows", __name__, url_prefix="/reports")

PLACES = {
    "organization": "/organizations/<slug>",
    "event": "/events/<slug>",
    "space": "/spaces/<slug>",
    "period": "/period",
}
_ALSO = ("by", "key")
_ORDERS = {
    "events": Order(Event.starts_at, Event.id, descending=True),
    "attendances": Order(Attendance.event_id, Attendance.id, descending=True),
    "people": Order(Person.sort_name, Person.id),
}
_EVENT_ROWS = ("key", "label", "start", "city", "country", "kind", "mode", "status")
_PERSON_ROWS = ("key", "label", "country", "attendances")


@requires(PUBLIC)
def events(report: str, extension: str = "", slug: str = "") -> Response:
    """The events behind a number."""
    return _answer(report, slug, "events", extension)


@requires(SIGNED_IN)
def attendances(report: str, extension: str = "", slug: str = "") -> Response:
    """The attendances behind a number."""
    return _answer(report, slug, "attendances", extension)


@requires(SIGNED_IN)
def people(report: str, extension: str = "", slug: str = "") -> Response:
    """The people behind a number."""
    return _answer(report, slug, "people", extension)


for _report, _place in PLACES.items():
    for _view in (events, attendances, people):
        _noun = _view.__name__
        _path = f"{_place}/rows/{_noun}"
        _default = {"report": _report}
        bp.add_url_rule(_path, f"{_report}_{_noun}", _view, defaults=_default)
        bp.add_url_rule(
            f"{_path}.<any(csv, xlsx):extension>",
            f"{_report}_{_noun}_download",
            _view,
            defaults=_default,
        )


def _answer(report: str, slug: str, noun: str, extension: str) -> Response:
    values = query_values(request.args)
    also = _ALSO if extension else (*_ALSO, "after")
    asked = read_question(report, slug, values, reader(), also)
    if (name_of(asked.subject) or "") != slug:
        path = {"slug": name_of(asked.subject)} | ({"extension": extension} if extension else {})
        return redirect(address(str(request.endpoint), path, values), 301)
    table, key = request.args.get("by", ""), request.args.get("key", "")
    if asked.user is None and not is_of_events(report, table):
        raise BadFilter(_("Who attended is for those signed in."), field="by")
    found = behind(db.session, asked, table, key)
    if extension:
        return table_response(_table(noun, found), extension)
    return _page(asked, noun, found, table, key)


def _query(noun: str, found: Behind) -> Any:
    if noun == "events":
        return counting.events_query(found.counted, found.cell)
    if noun == "attendances":
        return counting.attendances_query(found.counted)
    return counting.people_query(found.counted)


def _page(asked: Question, noun: str, found: Behind, table: str, key: str) -> Response:
    query = _query(noun, found)
    page = fetch_page(db.session, query, _ORDERS[noun], request.args.get("after"))
    numbers = {}
    if noun == "people":
        ids = [person.id for person in page.rows]
        numbers = counting.attendances_of(db.session, found.counted, ids)
    name = name_of(asked.subject)
    path: dict[str, Any] = {"slug": name} if name else {}
    values = query_values(request.args)
    filters = {each: own for each, own in values.items() if each not in (*_ALSO, "after")}
    endpoint = f"{request.endpoint}_download"
    return make_response(
        render_template(
            "reports/rows.html",
            noun=noun,
            title=title_of(asked),
            page=page,
            number_of_rows=counting.number_of(db.session, query),
            numbers=numbers,
            narrowed=_in_words(asked, table, key),
            person_name=person_name,
            report_url=address(f"reports.{asked.report}", path, filters),
            download_url=lambda extension: address(
                endpoint, {**path, "extension": extension}, {**values, "after": None}
            ),
            next_url=page.next_cursor and url_with(after=page.next_cursor),
            first_url=url_with() if request.args.get("after") else None,
        )
    )


def _in_words(asked: Question, table: str, key: str) -> str:
    """Which row of which table the list is behind, as the report calls them."""
    report = report_cache.report_of(db.session, asked)
    found = report.table(table) if table else None
    for row in found.rows if found else ():
        if row[0] == key and found is not None:
            return f"{found.title}: {row[1]}"
    return ""


def _table(noun: str, found: Behind) -> Table:
    if noun == "attendances":
        return Table(noun, _("Attendances"), counting.ATTENDANCE_ROWS, _attendance_rows(found))
    if noun == "people":
        return Table(noun, _("People"), _PERSON_ROWS, _person_rows(found))
    return Table(noun, _("Events"), _EVENT_ROWS, _event_rows(found))


# Each asks the database when the first row is written: a download that is streamed starts after
# the request's own session was closed.
def _attendance_rows(found: Behind) -> Iterator[tuple[Cell, ...]]:
    erased = _("Erased person")
    rows = counting.attendance_rows(db.session, found.counted)
    for key, start, name, *rest, erased_at in rows:
        yield key, start, erased if erased_at else name, *rest


def _event_rows(found: Behind) -> Iterator[tuple[Cell, ...]]:
    query = _query("events", found).order_by(*_ORDERS["events"].by())
    yield from map(_event_row, db.session.scalars(query.execution_options(yield_per=1_000)))


def _person_rows(found: Behind) -> Iterator[tuple[Cell, ...]]:
    yield from map(_person_row, counting.people_rows(db.session, found.counted))


def _event_row(event: Event) -> tuple[Cell, ...]:
    return (
        event.key, event.name_in(language()), event.start_date, event.city, event.country,
        event.kind, event.mode, event.status,
    )  # fmt: skip


def _person_row(person: Any) -> tuple[Cell, ...]:
    return str(person.id), person_name(person), person.country, person.attendances
