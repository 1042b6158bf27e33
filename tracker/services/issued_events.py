"""The events that figures rest on: those that are counted, and those they are compared with."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.models import Engagement, Event, Organization, Space
from tracker.services.counting.events import of_spaces
from tracker.services.counting.newcomers import space_of_event, whole_space
from tracker.services.counting.sets import CountedSet
from tracker.services.reports.coverage import events_of
from tracker.services.reports.periods import previous_period
from tracker.services.reports.question import Question, organizations_of, set_of


def counted_set(session: Session, asked: Question) -> CountedSet:
    """The set behind the measures of a report."""
    if asked.report == "coverage":
        return CountedSet(events_of(session, asked), asked.user, asked.today)
    return set_of(session, asked)


def events_behind(session: Session, asked: Question) -> Iterator[Select[Any]]:
    """Ids of the counted events, and of those that its other tables are made of.

    Those tables are the period before, the coverage of spaces, the editions before and newcomers.
    """
    counted = counted_set(session, asked)
    yield counted.events()
    match asked.subject:
        case Organization():
            before = previous_period(asked.wanted.first, asked.wanted.last)
            if before is not None:
                yield counted.between(*before).events()
            spaces = _engaged(session, organizations_of(session, asked))
            among = (of_spaces(spaces),)
            yield CountedSet(asked.wanted, asked.user, asked.today, among).events()
        case Event():
            space = session.get(Space, space_of_event(session, asked.subject) or 0)
            if space is not None:
                until = asked.subject.first_day or date.max
                whole = whole_space(space, asked.user, asked.today).events()
                yield whole.where(Event.first_day <= until)
        case Space():
            yield whole_space(asked.subject, asked.user, asked.today).events()


def _engaged(session: Session, organizations: list[int]) -> list[int]:
    query = select(Engagement.space_id).where(Engagement.organization_id.in_(organizations))
    return list(session.scalars(query.distinct()))
