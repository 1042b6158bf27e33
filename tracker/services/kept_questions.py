"""A report's question as it is kept under a name: report, subject and filters, always written alike."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from urllib.parse import urlencode

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from tracker.i18n import country_name, language
from tracker.labels import label
from tracker.models import Event, IssuedReport, OldSlug, Organization, SavedReport, Space, User
from tracker.models.text import clean
from tracker.models.vocabulary import REGION_SCHEMES
from tracker.services.filters import EventFilter
from tracker.services.reports.answer import name_of
from tracker.services.reports.question import Question
from tracker.services.reports.words import period_in_words, period_name
from tracker.services.visibility import visible_to

LONGEST_NAME = 200
REPORT_NAMES: dict[str, Any] = {
    "organization": _l("Participation of an organization"),
    "event": _l("An event by the numbers"),
    "space": _l("A space over its editions"),
    "period": _l("Everything in a period"),
    "coverage": _l("Coverage of spaces"),
}


@dataclass(frozen=True)
class Kept:
    """A question as it is kept: `subject` is a slug or key, `query` the filters."""

    report: str
    subject: str
    query: str


class HasQuestion(Protocol):
    """What keeps a question: a saved report, figures that were issued."""

    @property
    def report(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def query(self) -> str: ...


def keep(question: Question) -> Kept:
    """A question as it is kept, written the same however it was asked."""
    return Kept(
        question.report, name_of(question.subject) or "", urlencode(list(_filters(question)))
    )


def kept_of(row: HasQuestion) -> Kept:
    """The question that a row keeps."""
    return Kept(row.report, row.subject, row.query)


def _filters(question: Question) -> Iterator[tuple[str, str]]:
    wanted = question.wanted
    values: dict[str, Iterable[str]] = {
        "q": [wanted.q] if wanted.q else [],
        "space": [space.slug for space in wanted.space],
        "organization": [organization.slug for organization in wanted.organization],
        "country": wanted.country,
        "grouping": [grouping.slug for grouping in wanted.grouping],
        "kind": wanted.kind,
        "mode": wanted.mode,
        "topic": [topic.slug for topic in wanted.topic],
        "status": wanted.status,
        "from": _days(wanted.first),
        "to": _days(wanted.last),
        "rollup": ["1"] if question.rollup else [],
        "scheme": [question.scheme] if question.scheme != REGION_SCHEMES[0] else [],
    }
    for name, chosen in values.items():
        yield from ((name, value) for value in sorted(set(chosen)))


def _days(day: date | None) -> list[str]:
    return [day.isoformat()] if day else []


def proposed_name(question: Question) -> str:
    """A name that says what is asked: `LACNIC: participation, 2023, Uruguay`."""
    parts = [_named(question), _period(question.wanted), *_values(question.wanted)]
    return clean(", ".join(filter(None, parts)))[:LONGEST_NAME].strip()


def _named(question: Question) -> str:
    subject, code = question.subject, language()
    if isinstance(subject, Organization):
        return _("%(organization)s: participation", organization=subject.acronym)
    if isinstance(subject, Event):
        return _("%(event)s by the numbers", event=subject.name_in(code))
    if isinstance(subject, Space):
        return _("%(space)s over its editions", space=subject.name_in(code))
    return str(REPORT_NAMES[question.report])


def _period(wanted: EventFilter) -> str:
    """`2023`, `March 2023`, the days of the period, or nothing for all time."""
    first, last = wanted.first, wanted.last
    return period_name(first, last) or (period_in_words(first, last) if first or last else "")


def _values(wanted: EventFilter) -> Iterator[str]:
    code = language()
    yield from (space.name_in(code) for space in wanted.space)
    yield from (organization.acronym for organization in wanted.organization)
    yield from map(country_name, wanted.country)
    yield from (grouping.name for grouping in wanted.grouping)
    yield from (label("event_kind", word) for word in wanted.kind)
    yield from (label("mode", word) for word in wanted.mode)
    yield from (topic.name_in(code) for topic in wanted.topic)
    yield from (label("event_status", word) for word in wanted.status)
    if wanted.q:
        yield f"“{wanted.q}”"


def subject_names(
    session: Session, rows: Iterable[HasQuestion], user: User | None
) -> Mapping[tuple[str, str], str]:
    """How the subjects of questions are called, by (report, subject); at most three queries.

    What is gone, or what the reader may not see, has no name here.
    """
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(row.report, set()).add(row.subject)
    code = language()
    found: dict[tuple[str, str], str] = {}
    if slugs := wanted.get("organization"):
        query = select(Organization.slug, Organization.acronym).where(Organization.slug.in_(slugs))
        found |= {("organization", slug): acronym for slug, acronym in session.execute(query)}
    if slugs := wanted.get("space"):
        spaces = session.scalars(select(Space).where(Space.slug.in_(slugs)))
        found |= {("space", space.slug): space.name_in(code) for space in spaces}
    if keys := wanted.get("event"):
        events = session.scalars(select(Event).where(visible_to(user), Event.key.in_(keys)))
        found |= {("event", event.key): event.name_in(code) for event in events}
    return found


def subject_reaches(
    kept: type[SavedReport] | type[IssuedReport], seen: ColumnElement[bool]
) -> ColumnElement[bool]:
    """The condition on what keeps questions: it is of no event, or of one that is `seen`.

    The name of a report about an event would tell of the event.
    """
    now = select(Event.id).where(Event.key == kept.subject, seen)
    once = (
        select(Event.id)
        .join(OldSlug, and_(OldSlug.noun == Event.__tablename__, OldSlug.target_id == Event.id))
        .where(OldSlug.slug == kept.subject, seen)
    )
    return or_(kept.report != "event", now.exists(), once.exists())
