"""What a report is asked: about whom, which events, for which reader."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.i18n import language
from tracker.models import Event, Organization, Space, User
from tracker.models.vocabulary import REGION_SCHEMES
from tracker.services.counting.events import of_spaces
from tracker.services.counting.sets import (
    CountedSet,
    everything_below,
    of_event,
    of_organizations,
)
from tracker.services.filters import EventFilter

Subject = Organization | Event | Space | None


@dataclass(frozen=True)
class Question:
    """A report's name, its subject (None for period and coverage), filter and reader.

    `today` is the UTC day; `rollup` and `scheme` are as the interface says.
    """

    report: str
    subject: Subject
    wanted: EventFilter
    user: User | None
    today: date
    rollup: bool = False
    scheme: str = REGION_SCHEMES[0]


def organizations_of(session: Session, asked: Question) -> list[int]:
    """Ids of the organizations that the report of one counts as one."""
    assert isinstance(asked.subject, Organization)
    if asked.rollup:
        return everything_below(session, asked.subject.id)
    return [asked.subject.id]


def set_of(session: Session, asked: Question) -> CountedSet:
    """The events and attendances that a report counts."""
    match asked.subject:
        case Organization():
            ids = organizations_of(session, asked)
            return of_organizations(ids, asked.wanted, asked.user, asked.today)
        case Event():
            return of_event(asked.subject, asked.wanted, asked.user, asked.today)
        case Space():
            among = (of_spaces([asked.subject.id]),)
            return CountedSet(asked.wanted, asked.user, asked.today, among)
        case None:
            return CountedSet(asked.wanted, asked.user, asked.today)


def title_of(asked: Question) -> str:
    """What a report is called, in the reader's language."""
    match asked.subject:
        case Organization():
            return _("%(organization)s: participation", organization=asked.subject.acronym)
        case Event():
            return _("%(event)s by the numbers", event=asked.subject.name_in(language()))
        case Space():
            return _("%(space)s over its editions", space=asked.subject.name_in(language()))
    return _("Coverage of spaces") if asked.report == "coverage" else _("Events and participants")
