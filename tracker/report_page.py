"""What the pages of reports need besides the report: filters to choose, links, texts."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select

from tracker.access import EDIT, SIGNED_IN, has_permission
from tracker.extensions import db
from tracker.i18n import countries, language
from tracker.labels import label
from tracker.models import Grouping, Space, Topic
from tracker.models.vocabulary import EVENT_KINDS, EVENT_MODES, EVENT_STATUSES
from tracker.report_questions import UNFILTERED
from tracker.responses import address, filter_chips, query_values, url_with
from tracker.services.issued_reports import issued_for
from tracker.services.reports.answer import name_of
from tracker.services.reports.coverage_page import coverage_page_of
from tracker.services.reports.event_page import event_page_of
from tracker.services.reports.page import (
    groupings_of_organizations,
    page_of,
    slug_of,
    span_of,
)
from tracker.services.reports.period_page import period_page_of
from tracker.services.reports.question import Question
from tracker.services.reports.report import Report
from tracker.services.reports.rows import TABLES, is_of_events
from tracker.services.reports.space_page import space_page_of
from tracker.services.reports.words import percent_of, roles_in_words, span_in_words

# What stays as it is when somebody picks other filters.
_CARRIED = ("from", "to", "scheme", "lang")
# Where a report is kept, and who may keep it there.
_KEEPING = {"save": ("saved_reports.new", SIGNED_IN), "issue": ("issued_reports.new", EDIT)}


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
        "issued": issued_for(db.session, asked),
        "rows_url": _rows_of(report, asked),
        "percent_of": percent_of,
        "span_in_words": span_in_words,
        "filters": asked.user is not None or report.report not in UNFILTERED,
        "report_url": address(f"reports.{report.report}", {"slug": name} if name else {}, {}),
        "carried": {each: own for each, own in request.args.lists() if each in _CARRIED},
        "keep": {each: _keeping(each, asked) for each in _KEEPING},
        **_more(report, asked),
        **_filter_choices(asked),
    }


def _more(report: Report, asked: Question) -> dict[str, Any]:
    """What only the pages of some reports show."""
    match report.report:
        case "event":
            return {"own": event_page_of(db.session, report, asked)}
        case "space":
            return {"own": space_page_of(report)}
        case "period":
            return {"own": period_page_of(report)}
        case "coverage":
            return {"own": coverage_page_of(db.session, report), **_whose_rows(asked)}
    return {}


def _whose_rows(asked: Question) -> dict[str, Any]:
    """Which organizations the rows of a coverage may be, and the query of their own reports."""
    offered = groupings_of_organizations(db.session)
    choosing = {slug for slug, _name in offered}
    values = query_values(request.args)
    groupings = [each.slug for each in asked.wanted.grouping]
    rest = [slug for slug in groupings if slug not in choosing]
    return {
        "organization_groupings": offered,
        "chosen": choosing & set(groupings),
        "all_chosen": not asked.wanted.organization and not choosing & set(groupings),
        "rows_query": {**_without(values, "organization", "space"), "grouping": rest},
    }


def _without(values: dict[str, list[str]], *names: str) -> dict[str, list[str]]:
    return {name: own for name, own in values.items() if name not in names and any(own)}


def _rows_of(report: Report, asked: Question) -> Callable[..., str | None]:
    """What gives the address of the rows behind a number, for a template.

    None where there are none to see: of nothing, and of people for those who are not signed in.
    """
    name = name_of(asked.subject)
    path = {"slug": name} if name else {}

    def rows_url(noun: str, by: str = "", key: str = "", number: Any = 1) -> str | None:
        known = by in TABLES.get(report.report, {}) if by else report.report in TABLES
        if not number or not known:
            return None
        if asked.user is None and (noun != "events" or not is_of_events(report.report, by)):
            return None
        query = {**query_values(request.args), **({"by": by, "key": key} if by else {})}
        return address(f"report_rows.{report.report}_{noun}", path, query)

    return rows_url


def _keeping(name: str, asked: Question) -> str | None:
    """Where a report is kept with its question; None for those who may not."""
    endpoint, permission = _KEEPING[name]
    if not has_permission(asked.user, permission):
        return None
    values = query_values(request.args).items()
    query = {each: own for each, own in values if each != "lang" and any(own)}
    given = {
        "report": asked.report,
        "subject": name_of(asked.subject),
        "query": urlencode(query, doseq=True) or None,
    }
    return address(endpoint, {}, given)


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
    return {"found": found, "chips": filter_chips(texts, without=("from", "to", "scheme"))}
