"""How events read in a calendar (CALENDARS.md, 8-14).

A feed of thousands of events is read by its columns: objects would cost more than their bytes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import force_locale
from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker.formats.icalendar_feed import CalendarEvent, CalendarTombstone, Language
from tracker.i18n import countries
from tracker.labels import label
from tracker.models import Event, EventOrganization, EventTopic, Organization, Space, Topic
from tracker.models.vocabulary import EVENT_KINDS, LANGUAGES
from tracker.models.when import first_day, last_day
from tracker.services.bulk import in_chunks

_ISO_DAY = len("YYYY-MM-DD")
_CHUNK = 1_000
_Names = Sequence[str | None]

# Columns of Event that tell of one that has left.
TOMBSTONE = (
    Event.uid,
    Event.sequence,
    Event.withdrawn_at,
    Event.withdrawn_start,
    Event.withdrawn_end,
    Event.withdrawn_timezone,
)


@dataclass(frozen=True)
class Reading:
    """What the bytes of an event depend on besides the event: in what language, on which site.

    Private calendars have join links too.
    """

    language: Language
    base_url: str
    private: bool


class ReadEvent(NamedTuple):
    """An event as it reads, and at which version it was."""

    id: int
    version: int
    entry: CalendarEvent


def version_of(private: bool) -> ColumnElement[int] | InstrumentedAttribute[int]:
    """What rises with every change of an event's bytes."""
    # A join link leaves `feed_version` alone, as public calendars do not show it; the row's own
    # version rises then. Neither ever falls, so their sum is never the same again.
    return Event.feed_version + Event.version if private else Event.feed_version


def calendar_events(
    session: Session,
    ids: Collection[int],
    shown: ColumnElement[bool],
    reading: Reading,
    names_parent: Mapping[int, bool | None],
) -> Iterator[ReadEvent]:
    """Those of the events that `shown` holds for; it must hold for none without days.

    `names_parent` says by id whether the reader may see the parent; None, if everybody may.
    """
    words = _Words(reading.language)
    version = version_of(reading.private).label("bytes_version")
    session.flush()
    for chunk in in_chunks(list(ids), _CHUNK):
        query = _columns().add_columns(version).where(shown, Event.id.in_(chunk))
        found = session.connection().execute(query).all()
        organizers, topics = _organizers(session, chunk), _topics(session, chunk)
        for row in found:
            names = [
                words.kinds[row.kind],
                words.name(row.space_en, row.space_es, row.space_pt),
                *(words.name(*topic) for topic in topics[row.id]),
            ]
            named = names_parent.get(row.id)
            parent = row.parent_uid if (row.parent_public if named is None else named) else None
            entry = _entry(
                row,
                reading,
                words,
                ", ".join(organizers[row.id]),
                tuple(filter(None, names)),
                parent,
            )
            yield ReadEvent(row.id, row.bytes_version, entry)


def _columns() -> Select[*tuple[Any, ...]]:
    parent = aliased(Event)
    public = and_(parent.deleted_at.is_(None), parent.visibility == "public")
    columns: Select[*tuple[Any, ...]] = select(
            Event.id, Event.uid, Event.key, Event.sequence, Event.created_at,
            Event.feed_changed_at, Event.updated_at, Event.start_date, Event.end_date,
            Event.start_time, Event.end_time, Event.timezone, Event.name_en, Event.name_es,
            Event.name_pt, Event.description, Event.venue, Event.city, Event.country, Event.mode,
            Event.kind, Event.status, Event.latitude, Event.longitude, Event.join_url,
            Space.name_en.label("space_en"), Space.name_es.label("space_es"),
            Space.name_pt.label("space_pt"),
            parent.uid.label("parent_uid"), public.label("parent_public"),
        )  # fmt: skip
    columns = columns.select_from(Event).outerjoin(Space, Space.id == Event.space_id)
    return columns.outerjoin(parent, parent.id == Event.parent_id)


def _organizers(session: Session, ids: Collection[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    query = (
        select(EventOrganization.event_id, Organization.acronym)
        .join(Organization, Organization.id == EventOrganization.organization_id)
        .where(EventOrganization.event_id.in_(ids), EventOrganization.role == "organizer")
        .order_by(EventOrganization.position, EventOrganization.id)
    )
    for event_id, acronym in session.connection().execute(query):
        found[event_id].append(acronym)
    return found


def _topics(session: Session, ids: Collection[int]) -> Mapping[int, list[_Names]]:
    found: dict[int, list[_Names]] = defaultdict(list)
    query = (
        select(EventTopic.event_id, Topic.name_en, Topic.name_es, Topic.name_pt)
        .join(Topic, Topic.id == EventTopic.topic_id)
        .where(EventTopic.event_id.in_(ids))
        .order_by(EventTopic.id)
    )
    for event_id, *names in session.connection().execute(query):
        found[event_id].append(names)
    return found


class _Words:
    """What a language calls things, looked up once."""

    def __init__(self, language: Language) -> None:
        order = (language, *(code for code in LANGUAGES if code != language))
        self._order = [LANGUAGES.index(code) for code in order]
        self.countries = countries(language)
        with force_locale(language):
            self.kinds = {kind: label("event_kind", kind) for kind in EVENT_KINDS}
            self.online = label("mode", "online")

    def name(self, *names: str | None) -> str:
        """The name in the language, else in the first that has one, of names in all of them."""
        return next((name for place in self._order if (name := names[place])), "")


def _entry(
    row: Row[*tuple[Any, ...]],
    reading: Reading,
    words: _Words,
    organizers: str,
    categories: tuple[str, ...],
    parent_uid: str | None,
) -> CalendarEvent:
    start: date | datetime = first_day(row.start_date)
    end: date | datetime = last_day(row.end_date or row.start_date)
    if row.start_time is not None:
        start = datetime.combine(start, row.start_time)
        end = datetime.combine(end, row.end_time or row.start_time)
    url = f"{reading.base_url}/events/{row.key}"
    changed = row.feed_changed_at
    return CalendarEvent(
        uid=row.uid,
        sequence=row.sequence,
        created=row.created_at,
        changed=max(changed, row.updated_at) if reading.private else changed,
        start=start,
        end=end,
        timezone=row.timezone,
        summary=words.name(row.name_en, row.name_es, row.name_pt),
        description=f"{row.description}\n\n{url}" if row.description else url,
        location=_location(row, words),
        latitude=row.latitude,
        longitude=row.longitude,
        url=url,
        categories=categories,
        status=row.status,
        organizer=organizers or None,
        parent_uid=parent_uid,
        conference=row.join_url if reading.private else None,
    )


def _location(row: Row[*tuple[Any, ...]], words: _Words) -> str:
    country = words.countries.get(row.country, row.country) if row.country else ""
    place = ", ".join(filter(None, (row.venue, row.city, country)))
    return place or (words.online if row.mode == "online" else "")


def tombstone(columns: Sequence[Any]) -> CalendarTombstone:
    """What is left in calendars of an event, from its columns TOMBSTONE."""
    uid, sequence, changed, start, end, timezone = columns
    return CalendarTombstone(
        uid=uid,
        sequence=sequence,
        changed=changed,
        start=_told(start),
        end=_told(end or start),
        timezone=timezone,
    )


def _told(text: str) -> date | datetime:
    """What was last published: `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`."""
    return date.fromisoformat(text) if len(text) == _ISO_DAY else datetime.fromisoformat(text)
