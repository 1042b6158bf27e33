"""The HTTP side of every feed: what is kept, 304, gzip, HEAD, who may keep it (CALENDARS.md, 17-20).

A view says what it wants with `FeedWanted` and answers with `answer_feed(wanted)`; an Atom feed
with `answer_feed(wanted, ATOM)`, where ATOM is a `FeedFormat` of its own. Public feeds have their
addresses in tracker/public_feeds.py, whose `answer_public_feed` looks at what is kept first.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from flask import current_app, g, request
from flask_babel import refresh
from sqlalchemy import ColumnElement, select
from werkzeug.exceptions import BadHost
from werkzeug.http import http_date, parse_etags
from werkzeug.wrappers import Response

from tracker import feed_cache
from tracker.extensions import db
from tracker.feed_cache import Kept, Key
from tracker.feed_states import last_modified
from tracker.formats.icalendar_feed import CalendarFeed, Language
from tracker.models import Revision
from tracker.models.base import utcnow
from tracker.models.text import slugify
from tracker.services import feeds
from tracker.services.feed_events import Reading
from tracker.services.feeds import PUBLIC_AUDIENCE, Audience, FeedEvents
from tracker.services.filters import EventFilter
from tracker.version import VERSION

MAX_AGE = 900
PRIVATE_MAX_AGE = 300
# A name of RFC 1035, 2.3.4, and a port.
_LONGEST_HOST = 253 + len(":65535")
_REVISION = select(Revision.value)
# Since when a feed without anything in it has been so.
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class FeedWanted:
    """A feed: which events, for whom, and what it is called.

    `name` gives what it shows in a language ("LACNIC events"), `title` the name that somebody gave
    it, which stands instead. `extra` are conditions on Event beside those of the filter `wanted`.
    `identity` names the feed wherever something is kept of it: a public one's canonical address,
    `private:<feed id>` for a private one, never a token. `source_url` is where it can be read
    again, "" where that is nobody else's business. `filename` has no extension. `zones` are those
    of the place it is about.
    """

    name: Callable[[Language], str]
    extra: Sequence[ColumnElement[bool]]
    wanted: EventFilter
    language: Language
    filename: str
    identity: str
    zones: Sequence[str] = ()
    audience: Audience = PUBLIC_AUDIENCE
    source_url: str = ""
    title: str = ""

    @property
    def public(self) -> bool:
        """Whether everybody sees the same."""
        return self.audience.user is None


class Written(NamedTuple):
    """A feed's bytes, and when the newest change of what it shows was (aware; None without any)."""

    body: bytes
    newest: datetime | None


@dataclass(frozen=True)
class FeedFormat:
    """A format of feeds: `write` gives the bytes for a day (UTC).

    The same content gives the same bytes, whenever and in whichever process it is written.
    """

    extension: str
    content_type: str
    write: Callable[[FeedWanted, date], Written]


def _write_calendar(wanted: FeedWanted, today: date) -> Written:
    code = wanted.language
    name = wanted.name(code)
    head = CalendarFeed(
        name=wanted.title or feeds.feed_title(name),
        description=feeds.feed_description(name),
        url=wanted.source_url,
        language=code,
        timezone=wanted.zones[0] if len(wanted.zones) == 1 else None,
    )
    events = FeedEvents(wanted.wanted, wanted.extra, wanted.audience, today)
    reading = Reading(code, site_address(), private=not wanted.public)
    return Written(*feeds.write_calendar(db.session, database(), events, reading, head))


ICALENDAR = FeedFormat("ics", "text/calendar; charset=utf-8", _write_calendar)


def answer_feed(wanted: FeedWanted, form: FeedFormat = ICALENDAR) -> Response:
    """The feed, or that it has not changed since the reader last saw it.

    Nothing is rendered where nothing was written since it was kept.
    """
    moment = now()
    key = key_of(wanted, form)
    return respond(key, find(key, moment) or written(wanted, form, moment))


def answer_at(
    place: Key, moment: "Now", wanted: Callable[[], FeedWanted], form: FeedFormat = ICALENDAR
) -> Response:
    """Like `answer_feed`; what feed it is, is asked only where nothing is kept of its place.

    `moment` is taken before anything is read: what is kept may then be newer than it says, never
    older. `place` says where it was asked for, beside the database.
    """
    place = (database(), *place)
    key = feed_cache.key_at(place, *moment)
    kept = find(key, moment) if key else None
    if key is None or kept is None:
        feed = wanted()
        key = key_of(feed, form)
        kept = find(key, moment) or written(feed, form, moment)
        feed_cache.keep_place(place, *moment, key)
    return respond(key, kept)


class Now(NamedTuple):
    """What a kept feed is held against: the revision of the database, and the day (UTC)."""

    revision: int
    day: date


def now() -> Now:
    """The present, by one short query."""
    # Without a session, which would cost more than all the rest of an answer from what is kept.
    with db.engine.connect() as connection:
        revision = connection.scalar(_REVISION) or 0
    feed_cache.watch(database(), revision)
    return Now(revision, datetime.now(UTC).date())


def find(key: Key, moment: Now) -> Kept | None:
    """What is kept under a key and still good."""
    return feed_cache.find(key, moment.revision, moment.day)


def written(wanted: FeedWanted, form: FeedFormat, moment: Now) -> Kept:
    """The feed written anew, and kept."""
    speak(wanted.language)
    key = key_of(wanted, form)
    body, newest = form.write(wanted, moment.day)
    etag = etag_of(body)
    told = "\n".join(_identity(wanted, form))
    changed = last_modified(db.engine, told, etag, newest or _ALWAYS, utcnow())
    kept = Kept(moment.revision, moment.day, body, etag, changed, _headers(wanted, form))
    feed_cache.keep(key, kept)
    return kept


def etag_of(body: bytes) -> str:
    """What tells these bytes from all others."""
    return hashlib.sha256(body).hexdigest()[:32]


def speak(code: Language) -> None:
    """Write what follows in a language, whatever the reader's is."""
    g.forced_language = code
    refresh()  # type: ignore[no-untyped-call]


def key_of(wanted: FeedWanted, form: FeedFormat) -> Key:
    """What a feed is kept under."""
    return (database(), VERSION, *_identity(wanted, form))


def _identity(wanted: FeedWanted, form: FeedFormat) -> Key:
    return (form.extension, site_address(), wanted.language, wanted.identity)


def database() -> str:
    """Which database this is: more than one may be in use in a process."""
    return str(current_app.config["SQLALCHEMY_ENGINES"]["default"]["url"])


def _headers(wanted: FeedWanted, form: FeedFormat) -> tuple[tuple[str, str], ...]:
    filename = slugify(wanted.filename) or "calendar"
    own = (
        ("Content-Type", form.content_type),
        ("Content-Disposition", f'inline; filename="{filename}.{form.extension}"'),
    )
    if not wanted.public:
        return (*own, ("Cache-Control", f"private, max-age={PRIVATE_MAX_AGE}"))
    return (
        *own,
        ("Cache-Control", f"public, max-age={MAX_AGE}"),
        ("Access-Control-Allow-Origin", "*"),
    )


def respond(key: Key | None, kept: Kept) -> Response:
    """What is kept under a key, in the encoding that the reader takes; 304 where it has that.

    Without a key it is not to be kept.
    """
    plain, zipped = f'"{kept.etag}"', f'"{kept.etag}-gzip"'
    takes_gzip = _takes_gzip()
    etag = zipped if takes_gzip else plain
    known = _known(kept, etag, (zipped, plain))
    headers = [
        ("ETag", known or etag),
        ("Last-Modified", http_date(kept.changed)),
        ("Vary", "Accept-Encoding"),
        *(pair for pair in kept.headers if known is None or not pair[0].startswith("Content-")),
    ]
    if known is not None:
        response = Response(status=304, headers=headers)
        del response.headers["Content-Type"]
        return response
    if takes_gzip:
        return Response(
            feed_cache.compressed(key, kept), headers=[*headers, ("Content-Encoding", "gzip")]
        )
    return Response(kept.body, headers=headers)


def _takes_gzip() -> bool:
    given = request.headers.get("Accept-Encoding", "")
    return "gzip" in given.lower() and request.accept_encodings["gzip"] > 0


def _known(kept: Kept, etag: str, both: Sequence[str]) -> str | None:
    """The ETag that the reader has, if what it has is still right (RFC 9110, 13.2.2)."""
    given = request.headers.get("If-None-Match")
    if given is not None:
        known = parse_etags(given)
        for tag in (etag, *both):
            if known.contains_weak(tag.strip('"')):
                return tag
        return None
    since = _known_since()
    return etag if since is not None and kept.changed <= since else None


def _known_since() -> datetime | None:
    try:
        return request.if_modified_since
    except OverflowError:
        return None  # a year that no calendar has


def site_address() -> str:
    """Where this site is, without a slash at the end; raises BadHost where no host is asked for."""
    if base_url := current_app.extensions["settings"].base_url:
        return str(base_url)
    # What is kept under it would grow with a name that no host has.
    if len(request.host) > _LONGEST_HOST:
        raise BadHost
    try:
        return request.url_root.rstrip("/")
    except UnicodeError as error:
        raise BadHost from error
