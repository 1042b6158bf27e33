"""Items recorded: new events made, linked ones brought up to date, all of it in one change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from tracker.access import can
from tracker.models import (
    CalendarItem,
    CalendarSource,
    Event,
    EventOrganization,
    EventTopic,
    Space,
    User,
)
from tracker.models.changes import attribute
from tracker.models.vocabulary import EVENT_ORGANIZATION_ROLES
from tracker.services.calendars.settling import settle, stand, with_events
from tracker.services.calendars.staging import alone_with
from tracker.services.calendars.values import COLUMNS, as_columns
from tracker.services.events import EventData, keys_given, write_event

_CHUNK = 100
# A longer part of an address with letters and digits mixed is as good as a password.
_LONGEST_PLAIN = 24


@dataclass(frozen=True)
class Applied:
    """How many events were made and brought up to date, and how many were not this user's."""

    created: int = 0
    updated: int = 0
    left: int = 0


def apply_source(
    session: Session, source: CalendarSource, by: User | None, only: Sequence[str] = ("new", "changed")
) -> Applied:  # fmt: skip
    """Record what of a calendar needs no answer: what is new, and what changed there only.

    Nobody (None) is the calendar itself, read again without a person.
    """
    alone_with(session, source)
    attribute(session, "calendar.apply", by)
    query = select(CalendarItem).where(
        CalendarItem.source_id == source.id,
        CalendarItem.status.in_(("new", "question", "changed", "conflict")),
    )
    items = list(session.scalars(query.order_by(CalendarItem.starts, CalendarItem.id)))
    created = updated = left = 0
    if "changed" in only:
        updated, left = _update(session, items, by)
        session.flush()
    # Others may have logged events since the calendar was read; and some just got other names.
    settle(session, source, [item for item in items if item.event_id is None or item.answer])
    if "new" in only:
        created = _create(session, source, [item for item in items if item.status == "new"])
    session.flush()
    return Applied(created, updated, left)


# ---- what is there


def _update(
    session: Session, items: Iterable[CalendarItem], by: User | None
) -> tuple[int, int]:  # fmt: skip
    updated = left = 0
    for event, item in with_events(session, items, *_whole()):
        merged = stand(item, event)
        if merged is None or not merged.changes:
            continue
        if by is not None and not can(by, "edit", event):
            left += 1
            continue
        write_event(session, event, _as_it_is(event, as_columns(merged.changes)))
        item.taken, item.conflicts = merged.taken, merged.conflicts
        item.status = "conflict" if merged.conflicts else "same"
        updated += 1
        if updated % _CHUNK == 0:
            session.flush()
    return updated, left


def _whole() -> list[ExecutableOption]:
    """What writing an event looks at, loaded in few queries."""
    links, topics = selectinload(Event.organization_links), selectinload(Event.topic_links)
    return [
        links.joinedload(EventOrganization.organization), topics.joinedload(EventTopic.topic),
        joinedload(Event.space), joinedload(Event.parent), joinedload(Event.owner),
    ]  # fmt: skip


def _as_it_is(event: Event, columns: dict[str, Any]) -> EventData:
    """An event as it is but for some columns."""
    return EventData(
        columns={"relation": event.relation, **columns},
        space=event.space,
        parent=event.parent,
        owner=event.owner,
        organizations={role: event.organizations_as(role) for role in EVENT_ORGANIZATION_ROLES},
        topics=event.topics,
    )


# ---- what is new


def _create(session: Session, source: CalendarSource, items: Sequence[CalendarItem]) -> int:
    if not items:
        return 0
    keys = keys_given(session)
    spaces = {space.id: space for space in session.scalars(select(Space))}
    parents = _Parents(session, source)
    for number, item in enumerate(parents.first(items), start=1):
        data = _as_new(source, item, spaces, parents.of(item))
        event = write_event(session, _deleted(session, item), data, keys)
        event.deleted_at = None
        item.event, item.status, item.conflicts = event, "same", {}
        item.taken = {name: value for name, value in item.theirs.items() if name in COLUMNS}
        # Answered once: what is undone after this must not be made again by the next reading.
        item.match, item.answer = "decision" if item.answer else item.match, None
        parents.add(item, event)
        if number % _CHUNK == 0:
            session.flush()
    return len(items)


def _deleted(session: Session, item: CalendarItem) -> Event | None:
    """The event that it was and that somebody wants back: calendars know it by its identifier."""
    return session.get(Event, item.event_id) if item.event_id is not None else None


def _as_new(
    source: CalendarSource,
    item: CalendarItem,
    spaces: dict[int, Space],
    parent: Event | None,
) -> EventData:
    visibility = source.visibility
    if item.theirs.get("private") and visibility == "public":
        visibility = "organization" if source.owner_id is not None else "community"
    space = spaces.get(item.theirs.get("space_id") or 0, source.space)
    return EventData(
        columns={
            **as_columns(item.theirs),
            "kind": source.kind,
            "mode": item.theirs.get("mode") or "unknown",
            "visibility": visibility,
            "source": provenance(source),
        },
        space=space or (parent.space if parent is not None else None),
        parent=parent,
        owner=source.owner,
    )


def provenance(source: CalendarSource) -> str:
    """Where events of a calendar come from, without what lets others read it."""
    if source.address is None:
        return source.name
    parts = urlsplit(source.address)
    if parts.query or any(map(_is_secret, parts.path.split("/"))):
        return f"{source.name} ({parts.hostname})"
    return source.address


def _is_secret(part: str) -> bool:
    mixed = any(c.isdigit() for c in part) and any(c.isalpha() for c in part)
    return part.startswith("private") or (mixed and len(part) > _LONGEST_PLAIN)


class _Parents:
    """The larger events of a calendar, by the identifiers that it gives them."""

    def __init__(self, session: Session, source: CalendarSource) -> None:
        query = (
            select(CalendarItem.uid, Event)
            .join(CalendarItem.event)
            .where(
                CalendarItem.source_id == source.id,
                CalendarItem.recurrence == "",
                Event.deleted_at.is_(None),
            )
        )
        self._known: dict[str, Event] = dict(session.execute(query).all())

    def of(self, item: CalendarItem) -> Event | None:
        """The event that an item is part of, if that is here."""
        return self._known.get(item.theirs.get("parent_uid") or "")

    def add(self, item: CalendarItem, event: Event) -> None:
        """Know one more."""
        if not item.recurrence:
            self._known[item.uid] = event

    def first(self, items: Sequence[CalendarItem]) -> list[CalendarItem]:
        """The items, each behind the one that it is part of."""
        by_uid = {item.uid: item for item in items if not item.recurrence}
        ordered: dict[CalendarItem, None] = {}
        for item in items:
            chain = [item]
            while (above := by_uid.get(chain[-1].theirs.get("parent_uid") or "")) is not None:
                if above in chain or above in ordered:
                    break
                chain.append(above)
            ordered.update(dict.fromkeys(reversed(chain)))
        return list(ordered)
