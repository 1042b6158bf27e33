"""What calendars must be told when events change (RFC 5545 DTSTAMP, SEQUENCE; CALENDARS 7-10).

`feed_changed_at` moves and `feed_version` rises when something that a feed shows changes,
`sequence` rises when time, place or status do, and an event that leaves calendars (deleted, shown
to fewer, stripped of its days) is remembered as withdrawn, with the start and end it had and the
widest audience that saw it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, event, inspect, select, update
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.attributes import flag_modified

from tracker.models.base import Base, utcnow
from tracker.models.events import Event, EventOrganization, EventTopic
from tracker.models.organizations import Organization
from tracker.models.spaces import Space, Topic
from tracker.models.vocabulary import VISIBILITIES
from tracker.models.when import is_day

_SEQUENCE = frozenset(
    {
        "start_date", "end_date", "start_time", "end_time", "timezone", "venue", "city",
        "country", "status",
    }
)  # fmt: skip
_SHOWN = _SEQUENCE | {
    "name_en", "name_es", "name_pt", "kind", "mode", "space_id", "parent_id", "latitude",
    "longitude", "url", "description", "key", "visibility", "deleted_at",
}  # fmt: skip
_CONTENT = _SHOWN - {"visibility", "deleted_at"}
# Set as relationships, their columns follow only in the flush.
_LINKS = ("organization_links", "topic_links", "space", "parent")
# From the narrowest to the widest.
_AUDIENCES = tuple(reversed(VISIBILITIES))
_OLD = (
    "start_date", "end_date", "start_time", "end_time", "timezone", "visibility", "deleted_at",
)  # fmt: skip
_NAMES = ("name_en", "name_es", "name_pt")


def _changed(row: Base, names: Iterable[str]) -> bool:
    attributes = inspect(row).attrs
    return any(_before(attributes[name]) != attributes[name].value for name in names)


def _before(attribute: Any) -> Any:
    history = attribute.history
    return history.deleted[0] if history.deleted else attribute.value


def _reach(start: str | None, end: str | None, visibility: str, deleted: Any) -> int:
    """How many see it in a calendar: more with every step, nobody at 0."""
    shown = deleted is None and is_day(start) and is_day(end or start)
    return 1 + _AUDIENCES.index(visibility) if shown else 0


def _stamp(row: Event) -> bool:
    """Bring up to date what calendars are told of an event; whether there was anything."""
    attributes = inspect(row).attrs
    linked = any(attributes[name].history.has_changes() for name in _LINKS)
    if not (linked or _changed(row, _SHOWN)):
        return False
    old = {name: _before(attributes[name]) for name in _OLD}
    was = _reach(old["start_date"], old["end_date"], old["visibility"], old["deleted_at"])
    now = _reach(row.start_date, row.end_date, row.visibility, row.deleted_at)
    _restamp(row)
    if _changed(row, _SEQUENCE) or was != now:
        row.sequence = (row.sequence or 0) + 1
    if now < was and row.withdrawn_at is None:
        _withdraw(row, old)
        # The version that those calendars showed, to tell apart what it became since.
        row.withdrawn_version = row.feed_version - (linked or _changed(row, _CONTENT))
    elif row.withdrawn_visibility and now > _AUDIENCES.index(row.withdrawn_visibility):
        row.withdrawn_at = row.withdrawn_start = row.withdrawn_end = None
        row.withdrawn_timezone = row.withdrawn_visibility = row.withdrawn_version = None
    return True


def _restamp(row: Event) -> None:
    """Write the moment even if it is the second of the last write, so that the version rises."""
    if row.feed_changed_at is not None:
        flag_modified(row, "feed_changed_at")
    row.feed_changed_at = utcnow()
    row.feed_version = (row.feed_version or 0) + 1


def _withdraw(row: Event, old: Mapping[str, Any]) -> None:
    """Remember what the calendars showed that it has left; what leaves in steps left once."""
    row.withdrawn_at = row.feed_changed_at
    row.withdrawn_start = _told(old["start_date"], old["start_time"])
    row.withdrawn_end = _told(
        old["end_date"] or old["start_date"], old["end_time"] or old["start_time"]
    )
    row.withdrawn_timezone, row.withdrawn_visibility = old["timezone"], old["visibility"]


def _told(day: str, clock: Any) -> str:
    """`YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, as last published."""
    return f"{day}T{clock:%H:%M}" if clock is not None else day


@event.listens_for(Session, "before_flush")
def _note(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    touched: set[int | None] = set()
    stamped: set[int | None] = {None}
    for row in session.dirty:
        if isinstance(row, Event) and _stamp(row):
            stamped.add(row.id)
        elif isinstance(row, EventOrganization) and _changed(row, ("position",)):
            _restamp(row.event)
            stamped.add(row.event_id)
        elif isinstance(row, EventOrganization) and _changed(row, ("organization_id",)):
            touched.add(row.event_id)
        query = _showing(row)
        if query is not None:
            touched.update(session.scalars(query))
    for row in (*session.new, *session.deleted):
        if isinstance(row, EventOrganization | EventTopic):
            touched.add(row.event_id or row.event.id)
    if touched - stamped:
        session.execute(
            update(Event)
            .where(Event.id.in_(touched - stamped))
            .values(
                feed_changed_at=utcnow(),
                feed_version=Event.feed_version + 1,
                updated_at=Event.updated_at,
            )
            .execution_options(synchronize_session="fetch")
        )


def _showing(row: object) -> Select[int] | None:
    """The ids of other events that show what changed of a row; None where nothing shown did."""
    match row:
        # Its parts name it, as long as everybody may see it.
        case Event() if _changed(row, ("visibility", "deleted_at")):
            return select(Event.id).where(Event.parent_id == row.id)
        case Space() if _changed(row, (*_NAMES, "code")):
            return select(Event.id).where(Event.space_id == row.id)
        case Topic() if _changed(row, _NAMES):
            return select(EventTopic.event_id).where(EventTopic.topic_id == row.id)
        case Organization() if _changed(row, (*_NAMES, "acronym")):
            return select(EventOrganization.event_id).where(
                EventOrganization.organization_id == row.id
            )
        case _:
            return None
