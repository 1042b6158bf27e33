"""What the feed builder shows of a feed before anybody subscribes to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, union
from sqlalchemy.orm import Session

from tracker.models import Event, Organization
from tracker.services.event_pages import list_options
from tracker.services.feeds import has_days
from tracker.services.filters import EventFilter, events_query
from tracker.services.visibility import visible_to

MOST_SHOWN = 6


@dataclass(frozen=True)
class Preview:
    """The next events of a feed, and how many are to come."""

    events: Sequence[Event]
    number: int


def preview_of(
    session: Session, wanted: EventFilter, extra: Sequence[ColumnElement[bool]], now: datetime
) -> Preview:
    """What of the filter, and of what holds beside it, everybody sees coming."""
    coming = events_query(wanted, None).where(*extra, Event.ends_at >= now, has_days())
    count = select(func.count()).select_from(coming.order_by(None).subquery())
    events = coming.options(*list_options()).order_by(Event.starts_at, Event.id).limit(MOST_SHOWN)
    return Preview(session.scalars(events).all(), session.scalar(count) or 0)


def countries_in_use(session: Session) -> set[str]:
    """The countries where something takes place, or somebody is at home."""
    places = select(Event.country).where(visible_to(None), Event.country.is_not(None))
    homes = select(Organization.country).where(Organization.country.is_not(None))
    return set(session.scalars(union(places, homes)))
