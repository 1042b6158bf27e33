"""Reports: the list of them, and one organization's participation as page, JSON and CSV."""

import json
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, requires
from tracker.errors import BadFilter
from tracker.extensions import db
from tracker.i18n import countries, language
from tracker.labels import label
from tracker.models import Grouping, Organization, Space, Topic
from tracker.models.text import slugify
from tracker.models.vocabulary import EVENT_KINDS, EVENT_MODES, EVENT_STATUSES, REGION_SCHEMES
from tracker.responses import address, filter_chips, query_values, url_with
from tracker.security import reader
from tracker.services.filters import find_by_slug, read_filter
from tracker.services.reports.organization import Question, organization_report, roles_in_words
from tracker.services.reports.page import page_of, slug_of, span_of, technical_community
from tracker.services.reports.render import as_csv, as_json
from tracker.services.reports.report import Report
from tracker.services.resolve import resolve_organization

bp = Blueprint("reports", __name__, url_prefix="/reports")

PARAMETERS = ("rollup", "scheme")


@bp.get("/")
@requires(PUBLIC)
def index() -> Response:
    """The reports there are; `organization`, as typed, leads to that organization's."""
    unknown = set(request.args) - {"organization", "lang"}
    if unknown:
        raise BadFilter(_("There is no filter “%(name)s” here.", name=min(unknown)))
    typed = request.args.get("organization", "").strip()[:300]
    found = resolve_organization(db.session, typed, language())
    if found.thing is not None:
        return redirect(url_for("reports.organization", slug=found.thing.slug), 303)
    page = render_template(
        "reports/index.html",
        typed=typed,
        candidates=[(slugify(acronym), text) for acronym, text in found.candidates],
        organizations=technical_community(db.session),
    )
    return make_response(page, 404 if typed and not found.candidates else 200)


@bp.get("/organizations/<slug>")
@requires(PUBLIC)
def organization(slug: str) -> Response:
    """Participation of one organization, by default over everything recorded."""
    subject = _subject(slug)
    if subject.slug != slug:
        return _moved(subject, "reports.organization")
    asked = _question(subject)
    report = organization_report(db.session, asked)
    return make_response(
        render_template(
            "reports/organization.html",
            organization=subject,
            report=report,
            asked=asked,
            wanted=asked.wanted,
            page=page_of(report, asked),
            url_with=url_with,
            slug_of=slug_of,
            span_of=span_of,
            roles_in_words=roles_in_words,
            query=query_values(request.args),
            **_filter_choices(asked),
        )
    )


@bp.get("/organizations/<slug>.<any(json, csv):extension>")
@requires(PUBLIC)
def organization_download(slug: str, extension: str) -> Response:
    """The same report as JSON, or one table of it as CSV."""
    subject = _subject(slug)
    if subject.slug != slug:
        return _moved(subject, "reports.organization_download", extension=extension)
    also = ("table",) if extension == "csv" else ()
    report = organization_report(db.session, _question(subject, also))
    return _json_response(report) if extension == "json" else _csv_response(report)


def _subject(slug: str) -> Organization:
    found = find_by_slug(db.session, Organization, Organization.slug, slugify(slug))
    if found is None:
        abort(404)
    return found


def _moved(subject: Organization, endpoint: str, **values: str) -> Response:
    """A renamed organization keeps its old address: 301, and the question with it."""
    path = {"slug": subject.slug, **values}
    return redirect(address(endpoint, path, query_values(request.args)), 301)


def _question(subject: Organization, also: tuple[str, ...] = ()) -> Question:
    wanted = read_filter(db.session, query_values(request.args), also=(*PARAMETERS, *also))
    scheme = request.args.get("scheme", REGION_SCHEMES[0])
    if scheme not in REGION_SCHEMES:
        raise BadFilter(_("“scheme” is icann, un or lac, not “%(value)s”.", value=scheme[:80]))
    rollup = request.args.get("rollup", "")
    if rollup not in ("", "0", "1"):
        raise BadFilter(_("“rollup” is 1 or left out, not “%(value)s”.", value=rollup[:80]))
    return Question(subject, wanted, rollup == "1", reader(), datetime.now(UTC).date())


def _json_response(report: Report) -> Response:
    response = make_response(json.dumps(as_json(report), ensure_ascii=False))
    response.mimetype = "application/json"
    return response


def _csv_response(report: Report) -> Response:
    name = request.args.get("table") or report.tables[0].name
    content = as_csv(report, name)
    if content is None:
        abort(404)
    response = make_response(content)
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f"attachment; filename={report.subject}-{name}.csv"
    return response


def _filter_choices(asked: Question) -> dict[str, Any]:
    """What the filters offer, and the chips of those in force but the period, which has its own."""
    code = language()
    spaces = db.session.scalars(select(Space).order_by(Space.sort_name)).all()
    topics = db.session.scalars(select(Topic).order_by(Topic.slug)).all()
    groupings = db.session.scalars(select(Grouping).order_by(Grouping.slug)).all()
    found: dict[str, list[tuple[str, str]]] = {
        "space": [(space.slug, space.name_in(code)) for space in spaces],
        "topic": [(topic.slug, topic.name_in(code)) for topic in topics],
        "grouping": [(grouping.slug, grouping.name) for grouping in groupings],
        "country": list(countries(code).items()),
        "kind": [(word, label("event_kind", word)) for word in EVENT_KINDS],
        "mode": [(word, label("mode", word)) for word in EVENT_MODES],
        "status": [(word, label("event_status", word)) for word in EVENT_STATUSES],
    }
    texts = {(name, value): text for name, all_ in found.items() for value, text in all_}
    texts |= {("organization", each.slug): each.acronym for each in asked.wanted.organization}
    texts |= {("rollup", "1"): _("With all below it")}
    named = filter_chips(texts)
    return {"found": found, "chips": [(text, url) for text, url in named if not _is_period(text)]}


def _is_period(text: str) -> bool:
    return text in (request.args.get("from"), request.args.get("to"), *REGION_SCHEMES)
