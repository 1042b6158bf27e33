"""Questions that are kept, in addresses: read from the one of a form, made into that of a report."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from flask import abort, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from tracker.errors import BadFilter
from tracker.models import User
from tracker.models.vocabulary import REPORTS
from tracker.report_questions import read_question
from tracker.responses import query_values
from tracker.services.filters import refuse_unknown
from tracker.services.kept_questions import HasQuestion, Kept
from tracker.services.reports.question import Question

LONGEST_QUERY = 8000
MOST_VALUES = 500
_FOLDERS = {"organization": "organizations/", "event": "events/", "space": "spaces/"}


def asked_for(args: MultiDict[str, str], user: User) -> tuple[Question, Kept]:
    """The question of the address of a form, and how it is addressed.

    Raises BadFilter, and aborts with 404, as the report itself would.
    """
    refuse_unknown(query_values(args), ("report", "subject", "query"))
    report = args.get("report", "")
    if not report:
        raise BadFilter(_("Which report? Open one and choose from there."))
    subject = args.get("subject", "")
    if report not in REPORTS or bool(subject) != (report in _FOLDERS):
        abort(404)
    kept = Kept(report, subject, args.get("query", "").lstrip("?"))
    return question_of(kept, user), kept


def question_of(row: HasQuestion, user: User | None) -> Question:
    """What is kept, asked by somebody; raises BadFilter, and NotFound where there is no subject."""
    return read_question(row.report, row.subject, _values(row.query), user)


def _values(query: str) -> Mapping[str, list[str]]:
    if len(query) > LONGEST_QUERY:
        raise BadFilter(_("That is too much of a filter."))
    try:
        return parse_qs(query, keep_blank_values=True, max_num_fields=MOST_VALUES)
    except ValueError as error:
        raise BadFilter(_("That is too much of a filter.")) from error


def report_url(row: HasQuestion) -> str:
    """The address of the report that answers a question."""
    path = f"{url_for('reports.index')}{_FOLDERS.get(row.report, row.report)}{row.subject}"
    return f"{path}?{row.query}" if row.query else path


def form_url(endpoint: str, row: HasQuestion) -> str:
    """The address of a form that keeps a question."""
    values: dict[str, Any] = {"report": row.report, "subject": row.subject, "query": row.query}
    return url_for(endpoint, **{name: value for name, value in values.items() if value})


def refusals(row: HasQuestion, user: User | None) -> list[str]:
    """Why somebody, or the public, cannot ask a question; nothing where they can."""
    try:
        question_of(row, user)
    except NotFound:
        return [_("It is about something that they may not see.")]
    except BadFilter as error:
        return [str(error.message)]
    return []
