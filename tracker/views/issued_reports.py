"""Issued figures: the list of them, the form that issues some, and each then and now."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from tracker.access import EDIT, PUBLIC, requires
from tracker.errors import BadFilter
from tracker.extensions import db
from tracker.formats.tables import Cell, Table
from tracker.forms.events import DeleteForm
from tracker.forms.reports import IssueForm
from tracker.i18n import language
from tracker.issued_texts import (
    added_text,
    cell_text,
    shown_lines,
    touched_things,
    value_text,
)
from tracker.kept_reports import asked_for, form_url, question_of, refusals, report_url
from tracker.models import IssuedReport
from tracker.models.vocabulary import REGION_SCHEMES, REPORT_AUDIENCES
from tracker.report_cache import report_of
from tracker.responses import (
    done,
    form_page,
    number_of,
    query_values,
    table_response,
    url_with,
)
from tracker.security import reader, writer
from tracker.services import issued_reports as service
from tracker.services.filters import refuse_unknown
from tracker.services.issued_changes import changes_since
from tracker.services.issued_comparison import DIFFERENCES, Comparison, compare, differences
from tracker.services.kept_questions import (
    REPORT_NAMES,
    HasQuestion,
    Kept,
    keep,
    proposed_name,
    subject_names,
)
from tracker.services.paging import Order, fetch_page
from tracker.services.reports.headings import heading
from tracker.services.reports.method import filter_in_words
from tracker.services.reports.question import Question
from tracker.services.reports.report import Report
from tracker.services.reports.words import period_in_words

bp = Blueprint("issued_reports", __name__, url_prefix="/reports/issued")

_ORDER = Order(IssuedReport.issued_at, IssuedReport.id, descending=True)
_COLUMNS = (
    "id", "name", "report", "subject", "query", "audience", "language", "revision", "issued_at",
    "note",
)  # fmt: skip
# Of each table a page shows so many rows that differ, and as many that do not.
MOST_ROWS = 100
_TEXTS = {
    "added_text": added_text, "cell_text": cell_text, "heading": heading,
    "report_names": REPORT_NAMES, "shown_lines": shown_lines, "value_text": value_text,
}  # fmt: skip


@bp.get("/")
@requires(PUBLIC)
def index() -> str:
    """All issued figures that this reader may see, the latest first."""
    refuse_unknown(query_values(request.args), ("after",))
    user = reader()
    page = fetch_page(db.session, service.issued_query(user), _ORDER, request.args.get("after"))
    return render_template(
        "issued_reports/index.html",
        page=page,
        next_url=page.next_cursor and url_with(after=page.next_cursor),
        first_url=url_with() if request.args.get("after") else None,
        report_names=REPORT_NAMES,
        subjects=subject_names(db.session, page.rows, user),
    )


@bp.get("/.<any(csv, xlsx):extension>")
@requires(PUBLIC)
def download(extension: str) -> Response:
    """The list as a table."""
    refuse_unknown(query_values(request.args), ())
    query = service.issued_query(reader()).order_by(*_ORDER.by())

    def rows() -> Iterator[list[Cell]]:
        for issued in db.session.scalars(query.execution_options(yield_per=500)):
            yield [getattr(issued, column) for column in _COLUMNS]

    return table_response(Table("issued", _("Issued figures"), _COLUMNS, rows()), extension)


@bp.route("/new", methods=["GET", "POST"])
@requires(EDIT)
def new() -> Response:
    """Issue the figures of a report; the address says which, and with which filters."""
    user = writer()
    question, asked = asked_for(request.args, user)
    kept = keep(question)
    views = {audience: _asked_by(kept, audience) for audience in REPORT_AUDIENCES}
    open_to = [audience for audience, view in views.items() if view is not None]
    form = IssueForm(
        data={"name": proposed_name(question), "audience": (open_to or REPORT_AUDIENCES)[0]}
    )
    view = _chosen(form, kept, views)
    if view is not None:
        said = service.Issue(form.name.data or "", form.note.data or "", form.audience.data)
        issued = service.issue_figures(db.session, view, said, language(), by=user)
        message = _("The figures are issued: they are kept as they are now.")
        target = url_for(".show", issued_id=issued.id)
        return done(message, db.session, target, back=url_for(".index"))
    return form_page(
        "issued_reports/form.html",
        form,
        action=form_url(".new", asked),
        cancel_url=report_url(kept),
        kept=kept,
        measures=_side_by_side(
            [report_of(db.session, view) if view else None for view in views.values()]
        ),
        report_names=REPORT_NAMES,
        subjects=subject_names(db.session, [kept], user),
    )


@bp.get("/<int:issued_id>")
@requires(PUBLIC)
def show(issued_id: int) -> str:
    """The figures then and now, and the changes recorded since that touch them."""
    refuse_unknown(query_values(request.args), ("before",))
    issued, user = _issued(issued_id), reader()
    question = _asked_by(issued, issued.audience)
    report = report_of(db.session, question) if question else None
    before = number_of(request.args.get("before"))
    changes, older = changes_since(db.session, issued, question, before)
    figures = service.stored_figures(issued)
    return render_template(
        "issued_reports/show.html",
        issued=issued,
        method=figures["method"],
        facts=_facts(issued, question),
        subject=_subject(issued, report),
        comparison=_compared(figures, report),
        titles={each.name: each.title for each in report.measures} if report else {},
        answered=report is not None,
        report_url=report_url(issued),
        changes=changes,
        older_url=older and url_with(before=older),
        first_url=url_with(before=None) if before is not None else None,
        names=touched_things(db.session, changes, user),
        most_rows=MOST_ROWS,
        **_TEXTS,
    )


@bp.get("/<int:issued_id>.<any(json, csv):extension>")
@requires(PUBLIC)
def figures(issued_id: int, extension: str) -> Response:
    """The figures as they were, as JSON; what differs now, as CSV."""
    refuse_unknown(query_values(request.args), ())
    issued = _issued(issued_id)
    stored = service.stored_figures(issued)
    if extension == "json":
        response = make_response(json.dumps(stored, ensure_ascii=False))
        response.mimetype = "application/json"
        return response
    question = _asked_by(issued, issued.audience)
    if question is None:
        abort(404)
    comparison = _compared(stored, report_of(db.session, question))
    name = f"issued-{issued.id}-differences"
    rows = list(differences(comparison))
    return table_response(Table(name, _("Then and now"), DIFFERENCES, rows), extension)


@bp.post("/<int:issued_id>/delete")
@requires(EDIT)
def delete(issued_id: int) -> Response:
    """Withdraw issued figures; the message after it offers to undo that."""
    issued = _issued(issued_id)
    if not DeleteForm().validate():
        abort(400)
    name = issued.name
    service.withdraw(db.session, issued, by=writer())
    return done(_("“%(name)s” is withdrawn.", name=name), db.session, url_for(".index"))


def _issued(issued_id: int) -> IssuedReport:
    issued = service.find_issued(db.session, issued_id, reader())
    return issued if issued is not None else abort(404)


def _asked_by(kept: HasQuestion, audience: str) -> Question | None:
    """The question as an audience asks it; None where it cannot."""
    try:
        return question_of(kept, service.reader_of(audience))
    except (BadFilter, NotFound):
        return None


def _chosen(
    form: IssueForm, kept: HasQuestion, views: Mapping[str, Question | None]
) -> Question | None:
    """The question to be answered, or None where nothing was sent or something is wrong with it."""
    if not form.validate_on_submit():
        return None
    view = views[form.audience.data]
    if view is None:
        for reason in refusals(kept, service.reader_of(form.audience.data)):
            form.fail("audience", reason)
    return view


def _side_by_side(reports: Sequence[Report | None]) -> list[tuple[str, list[str | None]]]:
    """Each measure by its title, in words, as each audience gets it; None where it gets none."""
    answers = [service.figures_of(report)["measures"] if report else None for report in reports]
    titles = {each.name: each.title for report in reports if report for each in report.measures}
    return [
        (title, [each and _known(each[name]) for each in answers]) for name, title in titles.items()
    ]


def _known(value: Any) -> str | None:
    return None if value is None else value_text(value)


def _compared(stored: Mapping[str, Any], report: Report | None) -> Comparison:
    return compare(stored, service.figures_of(report) if report else stored)


def _subject(issued: IssuedReport, report: Report | None) -> str:
    """How what is asked about is called now."""
    subject = (report.subject if report else None) or issued.subject
    kept = Kept(issued.report, subject, "")
    return subject_names(db.session, [kept], reader()).get((issued.report, subject), subject)


def _facts(issued: IssuedReport, question: Question | None) -> list[tuple[str, str]]:
    """The question as it was defined, in words; as it stands in addresses where it is none now."""
    if question is None:
        return parse_qsl(issued.query)
    wanted = question.wanted
    facts = [(_("Period"), period_in_words(wanted.first, wanted.last))]
    facts += [(name, ", ".join(values)) for name, values in filter_in_words(wanted) if values]
    if question.rollup:
        facts.append((_("Counted"), _("With all below it")))
    if question.scheme != REGION_SCHEMES[0]:
        facts.append((_("Regions"), question.scheme))
    return facts
