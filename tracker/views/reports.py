"""Reports as pages, JSON, CSV, XLSX and PDF."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracker import report_cache
from tracker.access import PUBLIC, requires
from tracker.extensions import db
from tracker.i18n import language
from tracker.models.text import slugify
from tracker.report_page import page_context
from tracker.report_questions import find_subject, read_question
from tracker.responses import XLSX, address, query_values
from tracker.security import reader
from tracker.services.filters import refuse_unknown
from tracker.services.reports.answer import name_of
from tracker.services.reports.method import filter_facts
from tracker.services.reports.page import (
    groupings_of_organizations,
    spaces_in_use,
    technical_community,
)
from tracker.services.reports.picker import offered_periods, offered_years
from tracker.services.reports.render import as_csv, as_json, as_pdf, as_xlsx
from tracker.services.reports.report import Report
from tracker.services.resolve import (
    Resolution,
    resolve_event,
    resolve_organization,
    resolve_space,
)

bp = Blueprint("reports", __name__, url_prefix="/reports")

# The reports and where each is; the last two are about nobody in particular.
PLACES = {
    "organization": "/organizations/<slug>",
    "event": "/events/<slug>",
    "space": "/spaces/<slug>",
    "period": "/period",
    "coverage": "/coverage",
}
_FINDERS: dict[str, Callable[[str], Resolution]] = {
    "organization": lambda text: resolve_organization(db.session, text, language()),
    "event": lambda text: resolve_event(db.session, text, reader(), language()),
    "space": lambda text: resolve_space(db.session, text, language()),
}
_YEARS = 6
_EXTENSION = ".<any(json, csv, xlsx, pdf):extension>"


@bp.get("/")
@requires(PUBLIC)
def index() -> Response:
    """The reports there are; an `organization`, `event` or `space`, as typed, leads to its own."""
    refuse_unknown(query_values(request.args), _FINDERS)
    name, typed = _typed()
    found = _FINDERS[name](typed) if typed else Resolution()
    if found.thing is not None:
        return redirect(url_for(f"reports.{name}", slug=name_of(found.thing)), 303)
    today = datetime.now(UTC).date()
    page = render_template(
        "reports/index.html",
        asked_for=name,
        typed=typed,
        candidates=[(slugify(code), text) for code, text in found.candidates],
        organizations=technical_community(db.session),
        groupings=groupings_of_organizations(db.session),
        spaces=spaces_in_use(db.session, reader()),
        periods=[
            *offered_periods(None, None, today, ""),
            *offered_years(None, None, today)[:_YEARS],
        ],
    )
    return make_response(page, 404 if typed and not found.candidates else 200)


def _typed() -> tuple[str, str]:
    """Whose report is looked for, and what was typed of its name."""
    for name in _FINDERS:
        if text := request.args.get(name, "").strip():
            return name, text[:300]
    return "", ""


@requires(PUBLIC)
def show(report: str, slug: str = "") -> Response:
    """A report's page, by default over everything recorded."""
    place = report_cache.place_of(reader())
    if place.content is not None:
        return _framed(place.content)
    current = name_of(find_subject(report, slug, reader())) or ""
    if current != slug:
        return _moved(f"reports.{report}", slug=current)
    asked = read_question(report, slug, query_values(request.args), reader())

    def render(found: Report) -> bytes:
        context = page_context(found, asked)
        body = render_template(f"reports/{report}.html", report=found, asked=asked, **context)
        return f"{context['page'].title}\n{body}".encode()

    # The address too: its filters are in the links of the page.
    form = ("page", request.full_path, asked.user.role if asked.user else "")
    return _framed(report_cache.rendered(db.session, asked, form, render, place))


def _framed(content: bytes) -> Response:
    """The page around what is kept of a report: its title in a line, and its body."""
    title, _line, body = content.decode().partition("\n")
    return make_response(
        render_template("reports/frame.html", title=title, body=Markup(body))  # noqa: S704 - rendered by a template
    )


@requires(PUBLIC)
def download(report: str, extension: str, slug: str = "") -> Response:
    """The same report as a file: JSON, one table of it as CSV, a workbook, or on paper."""
    also = ("table",) if extension == "csv" else ()
    name = request.args.get("table") or "" if extension == "csv" else ""
    place = report_cache.place_of(reader())
    if place.content is not None:
        return _file(place.content, extension, report, slug, name)
    current = name_of(find_subject(report, slug, reader())) or ""
    if current != slug:
        return _moved(f"reports.{report}_download", slug=current, extension=extension)
    asked = read_question(report, slug, query_values(request.args), reader(), also)
    writer = _WRITERS.get(extension) or partial(as_pdf, facts=list(filter_facts(asked.wanted)))
    content = report_cache.rendered(db.session, asked, (extension, name), writer, place)
    return _file(content, extension, report, slug, name)


def _file(content: bytes, extension: str, *parts: str) -> Response:
    """A download, named after the report, its subject and the table."""
    response = make_response(content)
    response.mimetype = _MIMETYPES[extension]
    if extension != "json":
        filename = "-".join(part for part in parts if part)
        response.headers["Content-Disposition"] = f"attachment; filename={filename}.{extension}"
    return response


for _report, _place in PLACES.items():
    _default = {"report": _report}
    bp.add_url_rule(_place, _report, show, defaults=_default)
    bp.add_url_rule(_place + _EXTENSION, f"{_report}_download", download, defaults=_default)


def _moved(endpoint: str, **path: str) -> Response:
    """A renamed subject keeps its old address: 301, and the question with it, whatever it asks."""
    return redirect(address(endpoint, path, query_values(request.args)), 301)


def _json(report: Report) -> bytes:
    return json.dumps(as_json(report), ensure_ascii=False).encode()


def _csv(report: Report) -> bytes:
    content = as_csv(report, request.args.get("table"))
    return abort(404) if content is None else content


def _xlsx(report: Report) -> bytes:
    file = io.BytesIO()
    as_xlsx(report, file)
    return file.getvalue()


_WRITERS: dict[str, Any] = {"json": _json, "csv": _csv, "xlsx": _xlsx}
_MIMETYPES = {
    "json": "application/json", "csv": "text/csv", "xlsx": XLSX, "pdf": "application/pdf",
}  # fmt: skip
