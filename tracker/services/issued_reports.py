"""Issued figures: what a report said when it was published, kept as it was.

Nothing of a person is kept, so that somebody who is erased is erased here too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, event, func, insert, select
from sqlalchemy.orm import Mapper, Session, defer, joinedload

from tracker.models import Change, Event, IssuedReport, IssuedReportEvent, OldSlug, User
from tracker.models.base import utcnow
from tracker.models.changes import attribute
from tracker.services.issued_events import counted_set
from tracker.services.kept_questions import keep, subject_reaches
from tracker.services.reports.answer import answer
from tracker.services.reports.question import Question
from tracker.services.reports.render import as_json
from tracker.services.reports.report import Report
from tracker.services.visibility import visible_to

# Tables that name people.
PERSONAL = frozenset({"delegates"})
# Where the ids of the counted events stand beside the figures: a withdrawal that is undone brings
# back the row alone, and they with it.
COUNTED = "counted_events"
MOST_EARLIER = 5
_SEEN_BY = {"public": ("public",), "community": ("public", "community")}


@dataclass(frozen=True)
class Issue:
    """What the editor says of figures: a name, where they were published, whose view they are."""

    name: str
    note: str
    audience: str


def reader_of(audience: str) -> User | None:
    """Somebody who sees what an audience sees, and nothing of any organization's own."""
    return User(role="viewer", active=True) if audience == "community" else None


def figures_of(report: Report) -> dict[str, Any]:
    """A report as JSON, without the tables that name people."""
    figures = as_json(report)
    figures["tables"] = [table for table in figures["tables"] if table["name"] not in PERSONAL]
    return figures


def issue_figures(
    session: Session, question: Question, issue: Issue, language: str, *, by: User
) -> IssuedReport:
    """Keep what a question yields now; `question` is asked for the audience, in `language`."""
    # Read first: a change that is written meanwhile counts as one that came later.
    newest = session.scalar(select(func.max(Change.id))) or 0
    figures = figures_of(answer(session, question))
    counted = session.scalars(counted_set(session, question).events()).all()
    kept = keep(question)
    attribute(session, "issued_report.issue", by=by)
    issued = IssuedReport(
        name=issue.name, note=issue.note, audience=issue.audience, language=language,
        report=kept.report, subject=kept.subject, query=kept.query,
        revision=figures["revision"], change_id=newest, figures={**figures, COUNTED: sorted(counted)},
        issued_at=utcnow(), user_id=by.id,
    )  # fmt: skip
    session.add(issued)
    session.flush()
    return issued


@event.listens_for(IssuedReport, "after_insert")
def _note_counted(_mapper: Mapper[Any], connection: Connection, issued: IssuedReport) -> None:
    """Have the counted events as rows: when figures are issued, and when they come back."""
    rows = [
        {"issued_report_id": issued.id, "event_id": id_} for id_ in issued.figures.get(COUNTED, ())
    ]
    if rows:
        connection.execute(insert(IssuedReportEvent), rows)


def withdraw(session: Session, issued: IssuedReport, *, by: User) -> None:
    """Take figures back; the events that they counted are forgotten with them."""
    # The log keeps them: once the row is gone, they could not be read any more.
    session.refresh(issued, ["figures"])
    attribute(session, "issued_report.retract", by=by)
    session.delete(issued)
    session.flush()


def stored_figures(issued: IssuedReport) -> Mapping[str, Any]:
    """The report's JSON as it was."""
    return {name: value for name, value in issued.figures.items() if name != COUNTED}


def issued_query(user: User | None) -> Select[IssuedReport]:
    """Issued figures that a reader may see, without the figures themselves."""
    words = _SEEN_BY["public" if user is None else "community"]
    # Figures about an event that was deleted stay: they were published. If it is hidden, they are.
    seen = visible_to(user) | Event.visibility.in_(words)
    query = select(IssuedReport).where(subject_reaches(IssuedReport, seen))
    if user is None:
        query = query.where(IssuedReport.audience == "public")
    return query.options(joinedload(IssuedReport.user), defer(IssuedReport.figures))


def find_issued(session: Session, issued_id: int, user: User | None) -> IssuedReport | None:
    """Issued figures that a reader may see."""
    return session.scalar(issued_query(user).where(IssuedReport.id == issued_id))


def issued_for(session: Session, question: Question) -> Sequence[IssuedReport]:
    """The latest figures that were issued of the same question, for the cards of report pages."""
    kept = keep(question)
    query = issued_query(question.user).where(
        IssuedReport.report == kept.report,
        IssuedReport.subject.in_([kept.subject, *_earlier_slugs(session, question)]),
        IssuedReport.query == kept.query,
    )
    latest = query.order_by(IssuedReport.issued_at.desc(), IssuedReport.id.desc())
    return session.scalars(latest.limit(MOST_EARLIER)).all()


def _earlier_slugs(session: Session, question: Question) -> Sequence[str]:
    subject = question.subject
    if subject is None:
        return ()
    query = select(OldSlug.slug).where(
        OldSlug.noun == subject.__tablename__, OldSlug.target_id == subject.id
    )
    return session.scalars(query).all()
