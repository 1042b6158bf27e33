"""The filters of lists, feeds and reports: read from a query string once, applied everywhere."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker.errors import BadFilter
from tracker.i18n import is_country
from tracker.models import (
    Event,
    EventOrganization,
    EventTopic,
    Grouping,
    GroupingMember,
    OldSlug,
    Organization,
    Space,
    Topic,
    User,
)
from tracker.models.text import fold, slugify
from tracker.models.vocabulary import EVENT_KINDS, EVENT_MODES, EVENT_STATUSES, LANGUAGES
from tracker.services.visibility import visible_to

Values = Mapping[str, Sequence[str]]
Thing = TypeVar("Thing", Space, Organization, Grouping, Topic, Event)
_Found = aliased(Event)
FILTERS = (
    "q", "space", "organization", "country", "grouping", "kind", "mode", "topic", "status",
    "from", "to",
)  # fmt: skip


_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# No name is longer, and SQLite takes no expression much deeper.
LONGEST_SEARCH = 2000
MOST_WORDS = 150


@dataclass(frozen=True)
class EventFilter:
    """A filter over events; several values of one field mean any of them."""

    q: str = ""
    space: tuple[Space, ...] = ()
    organization: tuple[Organization, ...] = ()
    country: tuple[str, ...] = ()
    grouping: tuple[Grouping, ...] = ()
    kind: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    topic: tuple[Topic, ...] = ()
    status: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None

    @property
    def empty(self) -> bool:
        """Whether it lets everything through."""
        return self == EventFilter()


def read_filter(
    session: Session, values: Values, also: Iterable[str] = (), takes: Iterable[str] = FILTERS
) -> EventFilter:
    """The filter that a query string asks for; raises BadFilter on what it does not know.

    `also` names the page's other parameters (`after`, `sort`); `lang` is always one.
    """
    refuse_unknown(values, (*takes, *also))
    given = {name: values.get(name, ()) for name in FILTERS}
    first, last = read_period(values)
    return EventFilter(
        q=read_q(given["q"]),
        space=read_things(session, Space, Space.slug, "space", given["space"]),
        organization=read_things(
            session, Organization, Organization.slug, "organization", given["organization"]
        ),
        country=read_words("country", given["country"], is_country, str.upper),
        grouping=read_things(session, Grouping, Grouping.slug, "grouping", given["grouping"]),
        kind=read_words("kind", given["kind"], EVENT_KINDS.__contains__),
        mode=read_words("mode", given["mode"], EVENT_MODES.__contains__),
        topic=read_things(session, Topic, Topic.slug, "topic", given["topic"]),
        status=read_words("status", given["status"], EVENT_STATUSES.__contains__),
        first=first,
        last=last,
    )


def read_q(given: Sequence[str]) -> str:
    """The words searched for; several searches, any of which may match, are joined by `|`."""
    return " | ".join(text.strip() for text in given if text.strip())[:200]


def refuse_unknown(values: Values, takes: Iterable[str]) -> None:
    """Raise BadFilter on a parameter that a page does not take; each takes `lang`."""
    unknown = set(values) - {"lang", *takes}
    if unknown:
        raise BadFilter(_("There is no filter “%(name)s” here.", name=min(unknown)[:80]))
    language = _last(values, "lang")
    if language and language not in LANGUAGES:
        raise BadFilter(_("“lang” is en, es or pt, not “%(value)s”.", value=language[:80]))


def read_period(values: Values) -> tuple[date | None, date | None]:
    """The inclusive `from` and `to`, either of which may be open; raises BadFilter."""
    first, last = read_day(values, "from"), read_day(values, "to")
    if first and last and last < first:
        raise BadFilter(_("“to” is before “from”."))
    return first, last


def _last(values: Values, name: str) -> str:
    given = values.get(name, ())
    return given[-1].strip() if given else ""


def read_day(values: Values, name: str) -> date | None:
    """The day given for a filter, if one is; raises BadFilter."""
    text = _last(values, name)
    if not text:
        return None
    try:
        if not _ISO_DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadFilter(
            _("“%(name)s” is a date like 2026-01-31, not “%(value)s”.", name=name, value=text)
        ) from error


def read_words(
    name: str,
    given: Sequence[str],
    known: Callable[[str], bool],
    case: Callable[[str], str] = str.lower,
) -> tuple[str, ...]:
    """The words given for a filter; raises BadFilter on one that is not known."""
    words = tuple(case(value.strip()) for value in given if value.strip())
    for word in words:
        if not known(word):
            raise no_such_value(name, word)
    return words


def no_such_value(name: str, value: str) -> BadFilter:
    """What to raise on a value of a filter that names nothing the reader may know of."""
    message = _("“%(name)s” has no value “%(value)s”.", name=name, value=value[:80])
    return BadFilter(message, field=name)


def read_things(
    session: Session,
    model: type[Thing],
    column: InstrumentedAttribute[str],
    name: str,
    given: Sequence[str],
) -> tuple[Thing, ...]:
    """The things whose slugs are given for a filter; raises BadFilter on one that is none's."""
    slugs = [(slugify(value), value) for text in given if (value := text.strip())]
    if not slugs:
        return ()
    things = session.scalars(select(model).where(column.in_({slug for slug, _value in slugs})))
    known = {getattr(thing, column.key): thing for thing in things}
    found = []
    for slug, value in slugs:
        thing = known.get(slug) or find_by_slug(session, model, column, slug)
        if thing is None:
            raise no_such_value(name, value)
        found.append(thing)
    return tuple(found)


def find_by_slug(
    session: Session, model: type[Thing], column: InstrumentedAttribute[str], slug: str
) -> Thing | None:
    """The thing that has, or once had, this slug."""
    if slugify(slug) != slug:
        return None
    thing = session.scalar(select(model).where(column == slug))
    if thing is not None:
        return thing
    old = select(OldSlug.target_id).where(OldSlug.noun == model.__tablename__, OldSlug.slug == slug)
    return session.scalar(select(model).where(model.id == old.scalar_subquery()))


def matches_words(column: InstrumentedAttribute[str], q: str) -> ColumnElement[bool]:
    """Every word of `q` begins a word of a folded search column; `|` separates alternatives."""
    searches = [words for part in q.split("|") if (words := fold(part).split())]
    if len(q) > LONGEST_SEARCH or sum(map(len, searches)) > MOST_WORDS:
        return false()
    return or_(
        false(), *(and_(*(column.like(f"% {word}%") for word in words)) for words in searches)
    )


def conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    """The conditions on Event for a filter; `from` and `to` mean overlap."""
    found: list[ColumnElement[bool]] = []
    if wanted.q.strip():
        # Apart, the words are looked for row by row in the order they are stored; within the list's
        # own order each row would be fetched from somewhere else.
        found.append(Event.id.in_(select(_Found.id).where(matches_words(_Found.search, wanted.q))))
    if wanted.space:
        found.append(Event.space_id.in_([space.id for space in wanted.space]))
    if wanted.organization:
        found.append(_took_role(("organizer", "partner"), [o.id for o in wanted.organization]))
    if wanted.topic:
        topics = [topic.id for topic in wanted.topic]
        found.append(
            Event.id.in_(select(EventTopic.event_id).where(EventTopic.topic_id.in_(topics)))
        )
    if wanted.grouping:
        found.append(_in_grouping([grouping.id for grouping in wanted.grouping]))
    for column, words in (
        (Event.country, wanted.country),
        (Event.kind, wanted.kind),
        (Event.mode, wanted.mode),
        (Event.status, wanted.status),
    ):
        if words:
            found.append(column.in_(words))
    if wanted.first is not None:
        found.append(Event.last_day >= wanted.first)
        found.append(Event.ends_at >= _before(wanted.first))
    if wanted.last is not None:
        found.append(Event.first_day <= wanted.last)
        found.append(Event.starts_at < _after(wanted.last))
    return found


def withdrawn_conditions(
    wanted: EventFilter, extra: Iterable[ColumnElement[bool]] = ()
) -> list[ColumnElement[bool]]:
    """Those on a withdrawn Event, and `extra` ones: its days are the ones that were last shown.

    Nobody finds out by filtering what it became since fewer see it: if it changed, none holds.
    """
    found = [*conditions(replace(wanted, first=None, last=None)), *extra]
    if found:
        as_seen = Event.visibility == Event.withdrawn_visibility
        found.append(or_(as_seen, Event.feed_version == Event.withdrawn_version))
    if wanted.first is not None:
        found.append(Event.withdrawn_end >= wanted.first.isoformat())
    if wanted.last is not None:
        last = func.substr(Event.withdrawn_start, 1, len("YYYY-MM-DD"))
        found.append(last <= wanted.last.isoformat())
    return found


def events_query(wanted: EventFilter, user: User | None) -> Select[Event]:
    """The events of a filter that a reader may see."""
    return select(Event).where(visible_to(user), *conditions(wanted))


def _took_role(roles: Sequence[str], organizations: Sequence[int]) -> ColumnElement[bool]:
    return Event.id.in_(
        select(EventOrganization.event_id).where(
            EventOrganization.organization_id.in_(organizations),
            EventOrganization.role.in_(roles),
        )
    )


def _in_grouping(groupings: Sequence[int]) -> ColumnElement[bool]:
    members = select(GroupingMember).where(GroupingMember.grouping_id.in_(groupings)).subquery()
    return or_(
        Event.country.in_(select(members.c.country).where(members.c.country.is_not(None))),
        Event.id.in_(
            select(EventOrganization.event_id).where(
                EventOrganization.role == "organizer",
                EventOrganization.organization_id.in_(
                    select(members.c.organization_id).where(members.c.organization_id.is_not(None))
                ),
            )
        ),
    )


# Instants that bound a day in whatever zone. They say nothing that the days do not, but let an
# index over instants begin or end there.
def _before(day: date) -> datetime:
    return datetime.combine(max(day, date.min + timedelta(days=2)), time(), UTC) - timedelta(days=2)


def _after(day: date) -> datetime:
    return datetime.combine(min(day, date.max - timedelta(days=2)), time(), UTC) + timedelta(days=2)
