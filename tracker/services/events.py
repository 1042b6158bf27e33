"""Logging events: suggestions, keys, saving, copies, series, deletion."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.access import can
from tracker.errors import Conflict, Forbidden
from tracker.models import (
    Event,
    EventOrganization,
    EventTopic,
    OldSlug,
    Organization,
    Space,
    Topic,
    User,
)
from tracker.models.base import utcnow
from tracker.models.changes import attribute
from tracker.models.text import roman, slugify
from tracker.models.vocabulary import EVENT_ORGANIZATION_ROLES
from tracker.models.when import BadDate, first_day, hour_exists, is_day, last_day
from tracker.services.visibility import is_edition, visible_to

_RESERVED = frozenset({"new"})
MOST_OF_A_NAME = 300


@dataclass
class EventData:
    """What a form says of an event: plain columns, and the things it names."""

    columns: Mapping[str, Any]
    space: Space | None = None
    parent: Event | None = None
    owner: Organization | None = None
    organizations: Mapping[str, Sequence[Organization]] = field(default_factory=dict)
    topics: Sequence[Topic] = ()


def save_event(session: Session, event: Event | None, data: EventData, by: User) -> Event:
    """Write an event, new (None) or edited; raises Conflict, Forbidden."""
    attribute(session, "event.edit" if event else "event.create", by=by)
    event = write_event(session, event, data)
    if not can(by, "edit", event):
        raise Forbidden(_("You can log events that your organization organizes."))
    session.flush()
    return event


def write_event(
    session: Session, event: Event | None, data: EventData, keys: set[str] | None = None
) -> Event:
    """Set an event, new (None) or stored, to what is said of it; raises Conflict.

    Neither flushed nor asked whether anybody may. `keys` are all that were ever given, where many
    events are made; the new one is added.
    """
    with session.no_autoflush:
        if event is None:
            event = Event(key=new_key(session, data, keys), uid="")
            session.add(event)
        _check_family(event, data.parent)
        for name, value in data.columns.items():
            setattr(event, name, value)
        event.space, event.parent, event.owner = data.space, data.parent, data.owner
        event.owner_id = data.owner.id if data.owner else None  # asked for before the flush
        event.relation = (data.columns.get("relation") or "part-of") if data.parent else None
        event.end_date = event.end_date or event.start_date
        _set_organizations(event, data.organizations)
        _set_topics(event, data.topics)
    return event


def _check_family(event: Event, parent: Event | None) -> None:
    ancestor, seen = parent, set[Event]()
    # Two that were put into each other at the same moment must not hold this up for ever.
    while ancestor is not None and ancestor not in seen:
        if ancestor is event:
            raise Conflict(_("An event cannot be part of itself."), "parent_key")
        seen.add(ancestor)
        ancestor = ancestor.parent


def _set_organizations(event: Event, wanted: Mapping[str, Sequence[Organization]]) -> None:
    links = {(link.role, link.organization_id): link for link in event.organization_links}
    kept = []
    for role in EVENT_ORGANIZATION_ROLES:
        for position, organization in enumerate(dict.fromkeys(wanted.get(role, ()))):
            link = links.get((role, organization.id)) or EventOrganization(
                organization=organization, organization_id=organization.id, role=role
            )
            if link.position != position:
                link.position = position
            kept.append(link)
    if kept != list(event.organization_links):
        event.organization_links = kept


def _set_topics(event: Event, wanted: Sequence[Topic]) -> None:
    links = {link.topic_id: link for link in event.topic_links}
    kept = [links.get(topic.id) or EventTopic(topic=topic, topic_id=topic.id) for topic in wanted]
    if kept != list(event.topic_links):
        event.topic_links = kept


def new_key(session: Session, data: EventData, keys: set[str] | None = None) -> str:
    """A key for a new event: its name's slug, made unique; keys are never given twice.

    `keys` are those given so far, where they are known; the new one is added.
    """
    columns = data.columns
    name = columns.get("name_en") or columns.get("name_es") or columns.get("name_pt") or ""
    base = slugify(name)[:100].strip("-") or "event"
    taken = keys_given(session, base) if keys is None else keys
    key, number = base, 1
    while key in taken or key in _RESERVED:
        number += 1
        key = f"{base}-{number}"
    taken.add(key)
    return key


def keys_given(session: Session, beginning: str = "") -> set[str]:
    """The keys that events have or once had, of those with this beginning."""
    pattern = f"{beginning}%"
    old = select(OldSlug.slug).where(OldSlug.noun == "events", OldSlug.slug.like(pattern))
    now = select(Event.key).where(Event.key.like(pattern))
    return {*session.scalars(now), *session.scalars(old)}


def save_weekly_series(session: Session, data: EventData, times: int, by: User) -> list[Event]:
    """Log an event and its repetitions a week apart, as many events that share a series."""
    columns = dict(data.columns)
    start, end = columns["start_date"], columns["end_date"] or columns["start_date"]
    if not (is_day(start) and is_day(end)):
        raise Conflict(_("A weekly series needs the day of its first event."), "start_date")
    columns["series"] = columns.get("series") or new_key(session, data)
    events = []
    for number in range(times):
        week = timedelta(weeks=number)
        dates = {
            "start_date": (first_day(start) + week).isoformat(),
            "end_date": (last_day(end) + week).isoformat(),
        }
        one = {**columns, **_numbered(columns, number, times), **dates}
        _check_hours(one)
        events.append(save_event(session, None, replace(data, columns=one), by))
    return events


def _numbered(columns: Mapping[str, Any], number: int, times: int) -> dict[str, Any]:
    """The names with their place in the series, and the edition, which moves on with it."""
    ending = f" ({number + 1}/{times})"
    found: dict[str, Any] = {
        name: columns[name] + ending
        for name in ("name_en", "name_es", "name_pt")
        if columns.get(name)
    }
    for name, text in found.items():
        if len(text) > MOST_OF_A_NAME:
            raise Conflict(_("This is too long to be numbered."), name)
    if columns.get("edition") is not None:
        found["edition"] = columns["edition"] + number
    return found


def _check_hours(columns: Mapping[str, Any]) -> None:
    """Raise Conflict where one of the weeks lies beyond the calendar or skipped the hour."""
    zone = columns.get("timezone")
    for name, clock in (("start_date", "start_time"), ("end_date", "end_time")):
        try:
            day = first_day(columns[name])
        except BadDate as error:
            raise Conflict(_("The series goes on beyond the year 2199."), "repeat") from error
        if columns.get(clock) and zone and not hour_exists(day, columns[clock], zone):
            raise Conflict(
                _("The clocks in %(zone)s skipped this time on %(day)s.",
                  zone=zone, day=day.isoformat()),
                clock,
            )  # fmt: skip


def delete_event(session: Session, event: Event, by: User) -> None:
    """Take an event away; its row stays, so that calendars are told and it can be brought back."""
    part = session.scalar(
        select(Event.id).where(Event.parent_id == event.id, Event.deleted_at.is_(None)).limit(1)
    )
    if part is not None:
        raise Conflict(
            _("Other events are part of this one or co-located with it. Move or delete them first.")
        )
    attribute(session, "event.delete", by=by)
    event.deleted_at = utcnow()
    session.flush()


def latest_edition(session: Session, space: Space, user: User | None) -> Event | None:
    """The edition a user may see with the highest number, or else the latest start."""
    query = (
        select(Event)
        .where(Event.space_id == space.id, is_edition(), visible_to(user))
        .options(selectinload(Event.organization_links).joinedload(EventOrganization.organization))
        .limit(1)
    )
    numbered = query.where(Event.edition.is_not(None)).order_by(Event.edition.desc())
    return session.scalar(numbered) or session.scalar(query.order_by(Event.starts_at.desc()))


def suggest_from_space(session: Session, space: Space, user: User | None) -> dict[str, Any]:
    """What the next edition of a space is likely to be, by the columns of the form."""
    last = latest_edition(session, space, user)
    if last is None:
        return {
            **{name: getattr(space, name) for name in ("name_en", "name_es", "name_pt")},
            "organizer_acronyms": space.organizer.acronym if space.organizer else None,
        }
    return next_edition_of(last, space)


def next_edition_of(last: Event, space: Space | None) -> dict[str, Any]:
    """An event as its next edition: numbers in its names move on, dates and place stay open."""
    edition = last.edition + 1 if last.edition is not None else None
    organizers = last.organizations_as("organizer") or (
        [space.organizer] if space and space.organizer else []
    )
    yearly = space is not None and (space.cadence or "").startswith("annual")
    return {
        **{
            name: move_on(getattr(last, name), last, edition, yearly)
            for name in ("name_en", "name_es", "name_pt")
        },
        "edition": edition,
        "kind": last.kind,
        "mode": last.mode,
        "organizer_acronyms": "; ".join(o.acronym for o in organizers) or None,
    }


def move_on(name: str | None, last: Event, edition: int | None, yearly: bool) -> str | None:
    """A name with its edition number (and year, where editions are yearly) one further.

    `LACNIC 45` becomes `LACNIC 46`, `20th IGF (IGF 2025)` becomes `21st IGF (IGF 2026)`.
    """
    if not name:
        return name
    if edition is not None:
        name = re.sub(
            rf"(?<!\d){last.edition}(st|nd|rd|th)?(?!\d)",
            lambda match: f"{edition}{_ordinal_ending(edition) if match[1] else ''}",
            name,
        )
        old, new = roman(last.edition or 0), roman(edition)
        if old and new:
            name = re.sub(rf"\b{old}\b", new, name)
    if yearly and last.start_date:
        year = int(last.start_date[:4])
        name = re.sub(rf"\b{year}\b", str(year + 1), name)
    return name


def _ordinal_ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
