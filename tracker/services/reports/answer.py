"""Ask a question, get its report: the only way to one."""

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.i18n import format_moment
from tracker.models import Event, Organization, Space
from tracker.models.base import utcnow
from tracker.models.changes import current_revision
from tracker.services.reports.coverage import coverage_report
from tracker.services.reports.event import event_report
from tracker.services.reports.organization import organization_report
from tracker.services.reports.period import period_report
from tracker.services.reports.question import Question, Subject, title_of
from tracker.services.reports.report import Answer, Report
from tracker.services.reports.space import space_report

_REPORTS: dict[str, Callable[[Session, Question], Answer]] = {
    "organization": organization_report,
    "event": event_report,
    "space": space_report,
    "period": period_report,
    "coverage": coverage_report,
}
_TRIES = 3


def answer(session: Session, asked: Question) -> Report:
    """The report of one revision, titles and labels in the reader's language.

    Its queries are several: where somebody wrote between them it is counted again, so that its
    figures agree.
    """
    for _try in range(_TRIES):
        revision = current_revision(session)
        found = _REPORTS[asked.report](session, asked)
        if current_revision(session) == revision:
            break
    moment = utcnow()
    as_of = _("Data as of %(moment)s UTC, revision %(revision)s.",
              moment=format_moment(moment), revision=revision)  # fmt: skip
    return Report(
        report=asked.report,
        subject=name_of(asked.subject),
        title=title_of(asked),
        first=asked.wanted.first,
        last=asked.wanted.last,
        audience="public" if asked.user is None else "staff",
        revision=revision,
        generated_at=moment,
        measures=found.measures,
        tables=found.tables,
        method=tuple(line for line in (*found.method, as_of) if line),
    )


def name_of(subject: Subject) -> str | None:
    """How addresses name a subject: its slug or key."""
    match subject:
        case Organization() | Space():
            return subject.slug
        case Event():
            return subject.key
        case _:
            return None
