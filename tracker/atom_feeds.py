"""The news of a feed as Atom: what `answer_feed` and `answer_public_feed` take as its format."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from tracker.extensions import db
from tracker.feed_answers import FeedFormat, FeedWanted, Written, site_address
from tracker.formats.atom import CONTENT_TYPE, AtomFeed, entry_id, write_atom
from tracker.services.atom import atom_entries
from tracker.services.feeds import FeedEvents, feed_description, feed_title

# Where nothing ever happened: a moment that does not move.
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
# The list of events by what the feed beside it is about.
_LISTS = {"countries": "country", "kinds": "kind", "topics": "topic"}


def _write(wanted: FeedWanted, today: date) -> Written:
    site, name = site_address(), wanted.name(wanted.language)
    events = FeedEvents(wanted.wanted, wanted.extra, wanted.audience, today)
    entries = atom_entries(db.session, events, wanted.language, site)
    newest = entries[0].updated if entries else None
    head = AtomFeed(
        # Of a private feed nothing is told that leads to it.
        id=wanted.source_url or entry_id(f"{site} {wanted.identity}"),
        title=wanted.title or feed_title(name),
        subtitle=feed_description(name),
        language=wanted.language,
        author="Encuentro",
        url=wanted.source_url,
        page_url=site + _page(wanted.source_url.removeprefix(site)),
        calendar_url=_calendar(wanted.source_url),
        updated=newest or _NEVER,
    )
    return Written(write_atom(head, entries), newest)


ATOM = FeedFormat("atom", CONTENT_TYPE, _write)


def _calendar(url: str) -> str:
    """The calendar beside the news."""
    stem, _dot, query = url.partition(".atom")
    return f"{stem}.ics{query}" if url else ""


def _page(path: str) -> str:
    """The page that shows the same events: of a thing its own, of a filter the list."""
    parts = urlsplit(path)
    noun, _slash, name = parts.path.removeprefix("/feeds/").removesuffix(".atom").partition("/")
    if noun in ("spaces", "organizations"):
        return f"/{noun}/{name}"
    # A list has no use for the name that somebody gave the feed.
    asked = [pair for pair in parse_qsl(parts.query) if pair[0] != "name"]
    query = urlencode([*([(_LISTS[noun], name)] if name else []), *asked])
    return f"/events/?{query}" if query else "/events/"
