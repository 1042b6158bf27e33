"""Which events a feed shows to whom, and the calendar they make (CALENDARS.md)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, null, or_, select, true, union
from sqlalchemy.orm import Session, aliased

from tracker.formats.icalendar_feed import CalendarFeed, join_feed, render_entry, zone_spans
from tracker.models import (
    Attendance,
    Engagement,
    Event,
    EventOrganization,
    OldSlug,
    Organization,
    Person,
    User,
)
from tracker.models.text import slugify
from tracker.services.feed_events import TOMBSTONE, Reading, tombstone, version_of
from tracker.services.feed_pieces import Asked, pieces, spans_of
from tracker.services.filters import EventFilter, conditions, withdrawn_conditions
from tracker.services.visibility import visible_to, was_visible_to

SHOWN_PAST = timedelta(days=365)
TOMBSTONE_DAYS = timedelta(days=90)
_ISO_DAY = len("YYYY-MM-DD")
_GOES = ("planned", "registered", "attended")


@dataclass(frozen=True)
class Audience:
    """Who reads a feed: everybody, or one account, which may see more."""

    user: User | None


PUBLIC_AUDIENCE = Audience(None)


@dataclass(frozen=True)
class FeedEvents:
    """The events of a feed: of a filter and of further conditions on Event, for an audience."""

    wanted: EventFilter
    extra: Sequence[ColumnElement[bool]]
    audience: Audience
    today: date

    @property
    def within(self) -> EventFilter:
        """The filter with the days that stand where it says none."""
        bounded = self.wanted.first is not None or self.wanted.last is not None
        return self.wanted if bounded else replace(self.wanted, first=self.today - SHOWN_PAST)

    def shown(self) -> ColumnElement[bool]:
        """The condition on Event: shown in this feed."""
        return and_(published_to(self.audience), *conditions(self.within), *self.extra)

    def left(self) -> ColumnElement[bool]:
        """The condition on Event: was seen by this audience and has left, not too long ago."""
        since = datetime.combine(self.today, time(), UTC) - TOMBSTONE_DAYS
        return and_(
            Event.withdrawn_at > since,
            was_visible_to(self.audience.user),
            published_to(self.audience).is_not(true()),
            *withdrawn_conditions(self.within, self.extra),
        )


class FeedContent(NamedTuple):
    """A calendar's bytes, and when the newest change of what it shows was; None without any."""

    body: bytes
    newest: datetime | None


def has_days() -> ColumnElement[bool]:
    """The condition on Event: known to the day; only then does it enter a calendar."""
    return and_(func.length(Event.start_date) == _ISO_DAY, func.length(Event.end_date) == _ISO_DAY)


def published_to(audience: Audience) -> ColumnElement[bool]:
    """The condition on Event: an audience sees it in calendars."""
    return and_(visible_to(audience.user), has_days())


class Published(NamedTuple):
    """An event that calendars show."""

    id: int
    key: str


def find_published(session: Session, key: str, audience: Audience) -> Published | None:
    """The event of a key, or of a key it once had, if an audience sees it in calendars."""
    if slugify(key) != key:
        return None
    query = select(Event.id, Event.key).where(published_to(audience))
    old = select(OldSlug.target_id).where(OldSlug.noun == "events", OldSlug.slug == key)
    for named in (Event.key == key, Event.id == old.scalar_subquery()):
        row = session.execute(query.where(named)).first()
        if row is not None:
            return Published(*row)
    return None


def of_organization(organization: Organization) -> ColumnElement[bool]:
    """What an organization organizes, partners, attends or plans to attend, or engages in."""
    organized = select(EventOrganization.event_id).where(
        EventOrganization.organization_id == organization.id,
        EventOrganization.role.in_(("organizer", "partner")),
    )
    attended = select(Attendance.event_id).where(
        Attendance.organization_id == organization.id, Attendance.status.in_(_GOES)
    )
    held = aliased(Event)
    engaged = (
        select(held.id)
        .join(Engagement, Engagement.space_id == held.space_id)
        .where(
            Engagement.organization_id == organization.id,
            or_(Engagement.first_day.is_(None), Engagement.first_day <= held.last_day),
            or_(Engagement.last_day.is_(None), Engagement.last_day >= held.first_day),
        )
    )
    # One list of ids, looked up one by one: alternatives would have every event looked at.
    return Event.id.in_(union(organized, attended, engaged))


def of_person(person: Person) -> ColumnElement[bool]:
    """What a person goes to: planned, registered or attended."""
    return Event.id.in_(
        select(Attendance.event_id).where(
            Attendance.person_id == person.id, Attendance.status.in_(_GOES)
        )
    )


def write_calendar(
    session: Session, database: str, events: FeedEvents, reading: Reading, head: CalendarFeed
) -> FeedContent:
    """The whole calendar; `head.timezone` stands where its events do not agree on a zone."""
    shown = published_to(events.audience)
    found = pieces(session, database, reading, _asked(session, events), shown)
    query = select(*TOMBSTONE).where(events.left()).order_by(Event.withdrawn_at, Event.id)
    gone = [tombstone(row) for row in session.execute(query)]
    rendered = [piece.body for piece in found]
    rendered += [render_entry(entry, reading.language) for entry in gone]
    timed = [piece for piece in found if piece.zone is not None]
    zones = {piece.zone for piece in timed}
    if len(zones) == 1:
        head = replace(head, timezone=zones.pop())
    body = join_feed(head, rendered, spans_of(timed, zone_spans(gone)))
    moments = [piece.changed for piece in found] + [entry.changed for entry in gone]
    return FeedContent(body, max(moments, default=None))


def _asked(session: Session, events: FeedEvents) -> list[Asked]:
    user = events.audience.user
    named: ColumnElement[bool] | None = None
    if user is not None:
        parent = aliased(Event)
        seen = select(parent.id).where(parent.id == Event.parent_id, visible_to(user, parent))
        named = seen.exists()
    query = select(
        Event.id, version_of(private=user is not None), null() if named is None else named
    )
    # By an expression: to read them in the order of an index, SQLite would walk through all
    # events that there are.
    start = func.coalesce(Event.starts_at, Event.ends_at)
    query = query.where(events.shown()).order_by(start, Event.id)
    # Not through the session, which has more to do with each row than all the rest.
    session.flush()
    rows = session.connection().execute(query)
    return [(event_id, version, seen) for event_id, version, seen in rows]


def feed_title(name: str) -> str:
    """What a calendar program calls the feed."""
    return f"Encuentro: {name}" if name else "Encuentro"


def feed_description(name: str) -> str:
    """One sentence about the feed."""
    if not name:
        return _("Events of the Internet technical community of Latin America and the Caribbean")
    return _("Events of the Internet technical community: %(name)s", name=name)
