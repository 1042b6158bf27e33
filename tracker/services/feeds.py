"""Which events a public feed shows, and how each reads in a calendar (CALENDARS.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.formats.icalendar_feed import CalendarEvent, CalendarTombstone, Language
from tracker.i18n import country_name
from tracker.labels import label
from tracker.models import (
    Attendance,
    Engagement,
    Event,
    EventOrganization,
    EventTopic,
    Organization,
)
from tracker.models.when import first_day, last_day
from tracker.services.filters import EventFilter, conditions
from tracker.services.visibility import visible_to

SHOWN_PAST = timedelta(days=365)
TOMBSTONE_DAYS = timedelta(days=90)
_ISO_DAY = len("YYYY-MM-DD")


@dataclass(frozen=True)
class FeedContent:
    """What a feed shows, in order, and when that last changed."""

    entries: Sequence[CalendarEvent | CalendarTombstone]
    changed: datetime


def of_organization(organization: Organization) -> ColumnElement[bool]:
    """What an organization organizes, partners, attends or plans to attend, or engages in."""
    return or_(
        Event.id.in_(
            select(EventOrganization.event_id).where(
                EventOrganization.organization_id == organization.id,
                EventOrganization.role.in_(("organizer", "partner")),
            )
        ),
        Event.id.in_(
            select(Attendance.event_id).where(
                Attendance.organization_id == organization.id,
                Attendance.status.in_(("planned", "registered", "attended")),
            )
        ),
        Event.space_id.in_(
            select(Engagement.space_id).where(
                Engagement.organization_id == organization.id,
                or_(Engagement.first_day.is_(None), Engagement.first_day <= Event.last_day),
                or_(Engagement.last_day.is_(None), Engagement.last_day >= Event.first_day),
            )
        ),
    )


def feed_content(
    session: Session,
    wanted: EventFilter,
    extra: Sequence[ColumnElement[bool]],
    language: Language,
    base_url: str,
    today: date,
) -> FeedContent:
    """The entries of a public feed; without `from` and `to`, from twelve months ago on."""
    where = [*conditions(wanted), *extra]
    edge = today - SHOWN_PAST
    now = datetime.combine(today, time(), UTC)
    published = and_(visible_to(None), _has_days())
    unbounded = wanted.first is not None or wanted.last is not None
    window = [] if unbounded else [Event.last_day >= edge]
    told = [] if unbounded else [Event.withdrawn_end >= edge.isoformat()]
    events = session.scalars(
        _shown().where(published, *where, *window).order_by(Event.starts_at, Event.id)
    ).all()
    withdrawn = session.scalars(
        select(Event)
        .where(*where, *told, Event.withdrawn_at > now - TOMBSTONE_DAYS)
        .order_by(Event.withdrawn_at, Event.id)
    ).all()
    entries: list[CalendarEvent | CalendarTombstone] = [
        calendar_event(event, language, base_url) for event in events
    ]
    entries += [_tombstone(event) for event in withdrawn]
    moments = [entry.changed for entry in entries]
    moments += _departures(session, where, published, edge, now, unbounded)
    return FeedContent(entries, max(moments, default=datetime(2000, 1, 1, tzinfo=UTC)))


def _has_days() -> ColumnElement[bool]:
    return and_(func.length(Event.start_date) == _ISO_DAY, func.length(Event.end_date) == _ISO_DAY)


def _shown() -> Select[Event]:
    links = selectinload(Event.organization_links).joinedload(EventOrganization.organization)
    topics = selectinload(Event.topic_links).joinedload(EventTopic.topic)
    return select(Event).options(links, topics, joinedload(Event.space), joinedload(Event.parent))


def _departures(
    session: Session,
    where: Sequence[ColumnElement[bool]],
    published: ColumnElement[bool],
    edge: date,
    now: datetime,
    unbounded: bool,
) -> list[datetime]:
    """When the last event left the window, and the last tombstone ended."""
    moments = []
    if not unbounded:
        left = session.scalar(
            select(func.max(Event.last_day)).where(published, *where, Event.last_day < edge)
        )
        if left is not None:
            gone = left + SHOWN_PAST + timedelta(days=1)
            moments.append(datetime.combine(gone, time(), UTC))
    ended = session.scalar(
        select(func.max(Event.withdrawn_at)).where(
            *where, Event.withdrawn_at <= now - TOMBSTONE_DAYS
        )
    )
    if ended is not None:
        moments.append(ended + TOMBSTONE_DAYS)
    return [moment for moment in moments if moment <= now + timedelta(days=1)]


def calendar_event(
    event: Event, language: Language, base_url: str, conference: str | None = None
) -> CalendarEvent:
    """An event as calendars show it, in a language; it must be known to the day."""
    assert event.start_date is not None
    start: date | datetime = first_day(event.start_date)
    end: date | datetime = last_day(event.end_date or event.start_date)
    if event.start_time is not None:
        start = datetime.combine(start, event.start_time)
        end = datetime.combine(end, event.end_time or event.start_time)
    url = f"{base_url}/events/{event.key}"
    organizers = event.organizations_as("organizer")
    return CalendarEvent(
        uid=event.uid,
        sequence=event.sequence,
        created=event.created_at,
        changed=event.feed_changed_at,
        start=start,
        end=end,
        timezone=event.timezone,
        summary=event.name_in(language),
        description="\n\n".join(filter(None, (event.description, url))),
        location=_location(event, language),
        latitude=event.latitude,
        longitude=event.longitude,
        url=url,
        categories=_categories(event, language),
        status=event.status,  # type: ignore[arg-type]
        organizer=", ".join(o.acronym for o in organizers) or None,
        parent_uid=_parent_uid(event),
        conference=conference,
    )


def _location(event: Event, language: Language) -> str:
    parts = [event.venue, event.city, country_name(event.country, language)]
    place = ", ".join(part for part in parts if part)
    return place or (label("mode", "online") if event.mode == "online" else "")


def _categories(event: Event, language: Language) -> tuple[str, ...]:
    names = [label("event_kind", event.kind)]
    names += [event.space.name_in(language)] if event.space else []
    return (*names, *(topic.name_in(language) for topic in event.topics))


def _parent_uid(event: Event) -> str | None:
    parent = event.parent
    if parent is None or parent.deleted_at is not None or parent.visibility != "public":
        return None
    return parent.uid


def _tombstone(event: Event) -> CalendarTombstone:
    assert event.withdrawn_at is not None
    assert event.withdrawn_start is not None
    return CalendarTombstone(
        uid=event.uid,
        sequence=event.sequence,
        changed=event.withdrawn_at,
        start=_told(event.withdrawn_start),
        end=_told(event.withdrawn_end or event.withdrawn_start),
        timezone=event.timezone,
    )


def _told(text: str) -> date | datetime:
    """What was last published: `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`."""
    return date.fromisoformat(text) if len(text) == _ISO_DAY else datetime.fromisoformat(text)


def feed_title(name: str) -> str:
    """What a calendar program calls the feed."""
    return f"Encuentro: {name}" if name else "Encuentro"


def feed_description(name: str) -> str:
    """One sentence about the feed."""
    if not name:
        return _("Events of the Internet technical community of Latin America and the Caribbean")
    return _("Events of the Internet technical community: %(name)s", name=name)
