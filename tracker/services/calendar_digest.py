"""What changed since a day about the events of a calendar, for people who read rather than sync.

Two states are compared, that of the day and that of now, both as this reader was and is shown
them: what an event was while it was hidden from the reader is told to nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import exists, false, func, not_, select
from sqlalchemy.orm import Session

from tracker.models import Change, ChangeItem, Event, User
from tracker.models.changes import to_json
from tracker.services.calendar_filter import CalendarFilter
from tracker.services.filters import withdrawn_conditions
from tracker.services.paging import PAGE_SIZE, Order, Page, fetch_page
from tracker.services.redaction import REDACTED
from tracker.services.visibility import visible_to, was_visible_to

GROUPS = ("new", "moved", "cancelled", "other")
WHEN = ("start_date", "end_date", "start_time", "end_time", "timezone")
PLACE = ("venue", "city", "country")
SHOWN = frozenset(
    {
        *WHEN, *PLACE, "name_en", "name_es", "name_pt", "kind", "mode", "status", "space_id",
        "edition", "url", "description",
    }
)  # fmt: skip
_LINKS = ("event_organizations", "event_topics")
_SEEN_BY = ("visibility", "owner_id", "deleted_at")
MOST_WITHDRAWN = 50
LATEST = Order(Event.feed_changed_at, Event.id, descending=True)


@dataclass(frozen=True)
class ChangedEvent:
    """An event as it is, with what it was: the columns shown that had another value then.

    `linked` names the tables of organizations and topics where they changed. Where neither says
    anything it was loaded in bulk, or something that it shows was renamed.
    """

    event: Event
    group: str
    before: Mapping[str, Any]
    linked: frozenset[str]

    def was(self, column: str) -> Any:
        """What a column held then, as the log keeps it; as it is now where it is the same."""
        return self.before.get(column, getattr(self.event, column))

    def differs(self, columns: Iterable[str]) -> bool:
        """Whether one of these columns held something else."""
        return any(column in self.before for column in columns)


@dataclass(frozen=True)
class Withdrawn:
    """What left the reader's calendar: its days as they were last told, its name for staff only."""

    event: Event
    named: bool

    @property
    def start(self) -> str | None:
        """The first day."""
        return (self.event.withdrawn_start or "")[:10] or None

    @property
    def end(self) -> str | None:
        """The last day."""
        return (self.event.withdrawn_end or "")[:10] or self.start


@dataclass(frozen=True)
class Digest:
    """A page of what changed, by GROUPS, and of the first page what was withdrawn."""

    groups: Mapping[str, Sequence[ChangedEvent]]
    withdrawn: Sequence[Withdrawn]
    more_withdrawn: bool
    next_cursor: str | None

    @property
    def number(self) -> int:
        """How many events this page tells of."""
        return sum(map(len, self.groups.values())) + len(self.withdrawn)


def digest_of(
    session: Session,
    asked: CalendarFilter,
    since: date,
    today: date,
    after: str | None = None,
    size: int = PAGE_SIZE,
) -> Digest:
    """What changed since the beginning of a day, latest first by page, by date within a group."""
    moment = datetime.combine(since, time(), UTC)
    page = _changed(session, asked, moment, after, size)
    found = _compared(session, asked.user, page.rows, moment)
    found.sort(key=lambda each: _by_date(each.event, today))
    withdrawn = [] if after else _withdrawn(session, asked, moment)
    return Digest(
        groups={name: [each for each in found if each.group == name] for name in GROUPS},
        withdrawn=withdrawn[:MOST_WITHDRAWN],
        more_withdrawn=len(withdrawn) > MOST_WITHDRAWN,
        next_cursor=page.next_cursor,
    )


def _by_date(event: Event, today: date) -> tuple[bool, datetime, int]:
    """What is to come first, then what is over."""
    return event.last_day is not None and event.last_day < today, event.starts_at, event.id


def _changed(
    session: Session, asked: CalendarFilter, moment: datetime, after: str | None, size: int
) -> Page[Event]:
    query = select(Event).where(*asked.where(), Event.feed_changed_at >= moment)
    return fetch_page(session, query, LATEST, after, size)


def _compared(
    session: Session, user: User | None, events: Sequence[Event], moment: datetime
) -> list[ChangedEvent]:
    items = _items(session, [event.id for event in events], moment)
    found = (_compare(event, items[event.id], user, moment) for event in events)
    return [each for each in found if each is not None]


def _items(session: Session, ids: Sequence[int], moment: datetime) -> dict[int, list[ChangeItem]]:
    """What the log says of these events since, oldest first, by event.

    Of what was loaded in bulk it says nothing, so before the last such change nobody knows who
    saw what: those entries are left aside.
    """
    bulk = (
        select(func.max(Change.id))
        .where(Change.at >= moment, ~exists().where(ChangeItem.change_id == Change.id))
        .scalar_subquery()
    )
    query = (
        select(ChangeItem)
        .join(ChangeItem.change)
        .where(
            ChangeItem.subject_table == Event.__tablename__,
            ChangeItem.subject_id.in_(ids),
            ChangeItem.table_name.in_((Event.__tablename__, *_LINKS)),
            Change.at >= moment,
            ChangeItem.change_id > func.coalesce(bulk, 0),
        )
        .order_by(ChangeItem.id)
    )
    found: dict[int, list[ChangeItem]] = defaultdict(list)
    for item in session.scalars(query):
        found[item.subject_id].append(item)
    return found


def _compare(
    event: Event, items: Sequence[ChangeItem], user: User | None, moment: datetime
) -> ChangedEvent | None:
    """What became of an event; None where what is shown of it is what it was."""
    then = _then(items)
    if event.created_at >= moment or not _was_seen(event, then, user):
        return ChangedEvent(event, "new", {}, frozenset())
    before = {
        name: value
        for name, value in then.items()
        if name in SHOWN and value != REDACTED and value != to_json(getattr(event, name))
    }
    linked = frozenset(item.table_name for item in items if item.table_name in _LINKS)
    if items and not before and not linked:
        return None
    return ChangedEvent(event, _group(event, before), before, linked)


def _then(items: Sequence[ChangeItem]) -> dict[str, Any]:
    """The columns that were written since, with what they held before the first time."""
    then: dict[str, Any] = {}
    for item in items:
        if item.table_name == Event.__tablename__ and item.operation == "update":
            then = {**(item.before or {}), **then}
    return then


def _was_seen(event: Event, then: Mapping[str, Any], user: User | None) -> bool:
    """Whether the reader saw it then; as `visible_to` has it."""
    visibility, owner, deleted = (then.get(name, getattr(event, name)) for name in _SEEN_BY)
    if deleted is not None:
        return False
    if visibility == "public":
        return True
    return user is not None and (
        visibility == "community" or (owner is not None and owner == user.organization_id)
    )


def _group(event: Event, before: Mapping[str, Any]) -> str:
    if event.status == "cancelled" and "status" in before:
        return "cancelled"
    return "moved" if any(name in before for name in (*WHEN, *PLACE)) else "other"


def _withdrawn(session: Session, asked: CalendarFilter, moment: datetime) -> list[Withdrawn]:
    """What the reader was shown that day and is shown no more, the latest first."""
    query = (
        select(Event)
        .where(
            Event.withdrawn_at >= moment,
            Event.created_at < moment,
            was_visible_to(asked.user),
            # Of an event that has no owner, visible_to says neither yes nor no.
            not_(func.coalesce(visible_to(asked.user), false())),
            *withdrawn_conditions(asked.events, asked.whose()),
        )
        .order_by(Event.withdrawn_at.desc(), Event.id)
        .limit(MOST_WITHDRAWN + 1)
    )
    return [
        Withdrawn(event, named=asked.user is not None and _only_deleted(event))
        for event in session.scalars(query)
    ]


def _only_deleted(event: Event) -> bool:
    """Whether nobody hid it from anybody before it was deleted."""
    return event.deleted_at is not None and event.visibility == event.withdrawn_visibility
