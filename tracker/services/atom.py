"""News about the events of a feed: what was announced, changed, cancelled or withdrawn."""

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.formats.atom import AtomEntry
from tracker.i18n import country_name, format_span, format_times
from tracker.labels import label
from tracker.models import Event, EventOrganization, EventTopic
from tracker.services.feeds import FeedEvents

MOST_ENTRIES = 50
# What is put right on the day it is logged has not been news before.
_NEW = timedelta(days=1)


def atom_entries(
    session: Session, events: FeedEvents, language: str, base_url: str
) -> list[AtomEntry]:
    """The newest news of a feed, newest first, at most MOST_ENTRIES."""
    shown = session.scalars(
        select(Event)
        .where(events.shown())
        .options(
            selectinload(Event.organization_links).joinedload(EventOrganization.organization),
            selectinload(Event.topic_links).joinedload(EventTopic.topic),
            joinedload(Event.space),
        )
        .order_by(Event.feed_changed_at.desc(), Event.id.desc())
        .limit(MOST_ENTRIES)
    )
    gone = session.scalars(
        select(Event)
        .where(events.left())
        .order_by(Event.withdrawn_at.desc(), Event.id.desc())
        .limit(MOST_ENTRIES)
    )
    found = [_entry(event, language, base_url) for event in shown]
    found += [_withdrawn(event) for event in gone]
    found.sort(key=lambda entry: entry.updated, reverse=True)
    return found[:MOST_ENTRIES]


def _entry(event: Event, language: str, base_url: str) -> AtomEntry:
    page = f"{base_url}/events/{event.key}"
    told = "" if language == "en" else f"?lang={language}"
    return AtomEntry(
        uid=event.uid,
        title=_title(event, event.name_in(language)),
        updated=event.feed_changed_at,
        published=event.created_at,
        summary="\n\n".join(filter(None, (_facts(event, language), event.description))),
        page_url=page,
        calendar_url=f"{page}.ics{told}",
        authors=tuple(o.name_in(language) for o in event.organizations_as("organizer")),
        categories=tuple(_categories(event, language)),
    )


def _title(event: Event, name: str) -> str:
    """What it is called, after what happened to it."""
    if event.status == "cancelled":
        return _("Cancelled: %(name)s", name=name)
    if event.feed_changed_at - event.created_at < _NEW:
        return _("New: %(name)s", name=name)
    return _("Changed: %(name)s", name=name)


def _facts(event: Event, language: str) -> str:
    """When, where and how people meet, in one line."""
    times = format_times(event.start_time, event.end_time)
    place = (event.venue, event.city, country_name(event.country, language))
    parts = (
        format_span(event.start_date, event.end_date, language),
        f"{times} ({event.timezone})" if times else "",
        ", ".join(filter(None, place)),
        label("mode", event.mode) if event.mode != "unknown" else "",
    )
    return " · ".join(filter(None, parts))


def _categories(event: Event, language: str) -> Sequence[tuple[str, str]]:
    found = [(event.kind, label("event_kind", event.kind))]
    found += [(event.space.slug, event.space.name_in(language))] if event.space else []
    return [*found, *((topic.slug, topic.name_in(language)) for topic in event.topics)]


def _withdrawn(event: Event) -> AtomEntry:
    """That something is no longer there, and nothing else of it."""
    assert event.withdrawn_at is not None
    return AtomEntry(
        uid=event.uid,
        title=_("Withdrawn"),
        updated=event.withdrawn_at,
        summary=_("An event that was announced here is no longer in the calendar."),
    )
