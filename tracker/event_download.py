"""One event as a file for the calendar one has; it is no subscription (CALENDARS.md, 4 and 17)."""

from typing import cast

from flask import abort, request
from werkzeug.wrappers import Response

from tracker import feed_answers, feed_cache
from tracker.extensions import db
from tracker.feed_answers import ICALENDAR, Now
from tracker.feed_cache import Kept
from tracker.formats.icalendar_feed import Language, write_event
from tracker.models import User
from tracker.services.feed_events import Reading, calendar_events
from tracker.services.feeds import Audience, find_published, published_to


def answer_download(key: str, code: str, user: User | None) -> Response:
    """The event of a key, in a language, for its reader; 404 where there is none or has no days."""
    moment = feed_answers.now()
    place = (feed_answers.database(), "event", key, code, request.scheme, request.host)
    kept = feed_answers.find(place, moment) if user is None else None
    if kept is None:
        kept = _written(key, cast(Language, code), user, moment)
        if user is None:
            feed_cache.keep(place, kept)
    return feed_answers.respond(place if user is None else None, kept)


def _written(key: str, code: Language, user: User | None, moment: Now) -> Kept:
    audience = Audience(user)
    found = find_published(db.session, key, audience) or abort(404)
    reading = Reading(code, feed_answers.site_address(), private=False)
    read = calendar_events(db.session, [found.id], published_to(audience), reading, {})
    entry = (next(read, None) or abort(404)).entry
    body = write_event(entry, code)
    headers = (
        ("Content-Type", ICALENDAR.content_type),
        ("Content-Disposition", f'attachment; filename="{found.key}.ics"'),
    )
    etag = feed_answers.etag_of(body)
    return Kept(moment.revision, moment.day, body, etag, entry.changed, headers)
