"""What the pages of reports need besides the report: filters to choose, links, texts."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select

from tracker.extensions import db
from tracker.i18n import countries, language
from tracker.labels import label
from tracker.models import Grouping, Space, Topic
from tracker.models.vocabulary import EVENT_KINDS, EVENT_MODES, EVENT_STATUSES, REGION_SCHEMES
from tracker.report_questions import UNFILTERED
from tracker.responses import filter_chips, query_values, url_with
from tracker.services.reports.answer import name_of
from tracker.services.reports.organization import roles_in_words
from tracker.services.reports.page import page_of, slug_of, span_of
from tracker.services.reports.question import Question
from tracker.services.reports.report import Report


def page_context(report: Report, asked: Question) -> dict[str, Any]:
    """The context of a report's template."""
    name = name_of(asked.subject)
    return {
        "subject": asked.subject,
        # What the addresses of this report take beside its query.
        "path": {"slug": name} if name else {},
        "wanted": asked.wanted,
        "page": page_of(report, asked),
        "url_with": url_with,
        "slug_of": slug_of,
        "span_of": span_of,
        "roles_in_words": roles_in_words,
        "query": query_values(request.args),
        "filters": asked.user is not None or report.report not in UNFILTERED,
        **_filter_choices(asked),
    }


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
