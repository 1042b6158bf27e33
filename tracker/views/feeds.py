"""Calendar feeds: public addresses that calendars subscribe to, and the page that makes them."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

from flask import Blueprint, abort, current_app, g, make_response, render_template, request, url_for
from flask_babel import refresh
from sqlalchemy import ColumnElement, func, select
from werkzeug.http import http_date
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, requires
from tracker.extensions import db
from tracker.filter_choices import event_filter_choices
from tracker.formats.icalendar_feed import CalendarFeed, Language, write_event, write_feed
from tracker.i18n import country_name, is_country, language
from tracker.labels import label
from tracker.models import Event, Organization, Space, Topic
from tracker.models.base import utcnow
from tracker.models.changes import current_revision
from tracker.models.vocabulary import EVENT_KINDS, LANGUAGES
from tracker.responses import query_values
from tracker.security import reader
from tracker.services import feeds as service
from tracker.services.event_pages import find_event, list_options
from tracker.services.filters import (
    FILTERS,
    EventFilter,
    events_query,
    find_by_slug,
    read_filter,
)
from tracker.services.places import zones_of
from tracker.version import VERSION

bp = Blueprint("feeds", __name__)

MAX_AGE = 900
MOST_KEPT = 24


@dataclass(frozen=True)
class _Kept:
    """A feed as it was last written: good while revision and day stay."""

    revision: int
    day: date
    body: bytes
    etag: str
    changed: datetime


# The same bytes for everybody, so one per address and worker; the oldest goes first.
_kept: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()


def _language() -> Language:
    """Feeds ignore cookie and Accept-Language: `lang`, else English."""
    wanted = request.args.get("lang") or "en"
    return cast(Language, wanted if wanted in LANGUAGES else "en")


def _base_url() -> str:
    return current_app.extensions["settings"].base_url or request.url_root.rstrip("/")


def _feed(
    name: Callable[[Language], str],
    extra: Sequence[ColumnElement[bool]],
    filename: str,
    zones: Sequence[str] = (),
) -> Response:
    code = _language()
    g.forced_language = code
    refresh()  # type: ignore[no-untyped-call]
    wanted = read_filter(db.session, query_values(request.args))
    today = datetime.now(UTC).date()
    content = service.feed_content(db.session, wanted, extra, code, _base_url(), today)
    head = CalendarFeed(
        name=service.feed_title(name(code)),
        description=service.feed_description(name(code)),
        url=request.url,
        language=code,
        timezone=zones[0] if len(zones) == 1 else None,
    )
    body = write_feed(head, content.entries)
    etag = hashlib.sha256(body).hexdigest()[:32]
    kept = _Kept(g.revision, today, body, etag, _changed(etag, content.changed))
    _kept[_address()] = kept
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return _answer(kept, filename)


def forget() -> None:
    """Write every feed anew, as where the database was replaced by another."""
    _kept.clear()


def _changed(etag: str, known: datetime) -> datetime:
    """When the feed last changed: now, where it did and no event of it tells (one came or went)."""
    before = _kept.get(_address())
    if before is not None and before.etag != etag and known <= before.changed:
        return utcnow()
    return known


def _address() -> tuple[str, ...]:
    return (current_app.config["SQLALCHEMY_ENGINES"]["default"]["url"], VERSION, request.url)


def _unchanged(filename: str) -> Response | None:
    """The answer without rendering, where nothing was written since it was kept."""
    g.revision = current_revision(db.session)
    kept = _kept.get(_address())
    if kept and (kept.revision, kept.day) == (g.revision, datetime.now(UTC).date()):
        return _answer(kept, filename)
    return None


def _answer(kept: _Kept, filename: str) -> Response:
    response = make_response(kept.body)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = f'inline; filename="{filename}.ics"'
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Last-Modified"] = http_date(kept.changed)
    response.set_etag(kept.etag)
    return response.make_conditional(request)


@bp.get("/feeds/all.ics")
@requires(PUBLIC)
def all_events() -> Response:
    """Every public event, or those of a filter."""
    return _unchanged("encuentro") or _feed(lambda _code: "", (), "encuentro")


@bp.get("/feeds/organizations/<slug>.ics")
@requires(PUBLIC)
def of_organization(slug: str) -> Response:
    """What an organization organizes, partners, attends or engages in."""
    kept = _unchanged(slug)
    if kept is not None:
        return kept
    organization = find_by_slug(db.session, Organization, Organization.slug, slug)
    if organization is None:
        abort(404)
    return _feed(lambda _code: organization.acronym, [service.of_organization(organization)], slug)


@bp.get("/feeds/spaces/<slug>.ics")
@requires(PUBLIC)
def of_space(slug: str) -> Response:
    """The events of a space."""
    kept = _unchanged(slug)
    if kept is not None:
        return kept
    space = find_by_slug(db.session, Space, Space.slug, slug)
    if space is None:
        abort(404)
    return _feed(space.name_in, [Event.space_id == space.id], slug)


@bp.get("/feeds/countries/<country>.ics")
@requires(PUBLIC)
def of_country(country: str) -> Response:
    """The events in a country."""
    code = country.upper()
    if not is_country(code):
        abort(404)
    return _unchanged(country) or _feed(
        lambda lang: country_name(code, lang), [Event.country == code], country, zones_of(code)
    )


@bp.get("/feeds/kinds/<kind>.ics")
@requires(PUBLIC)
def of_kind(kind: str) -> Response:
    """The events of a kind."""
    if kind not in EVENT_KINDS:
        abort(404)
    return _unchanged(kind) or _feed(
        lambda _code: label("event_kind", kind), [Event.kind == kind], kind
    )


@bp.get("/feeds/topics/<slug>.ics")
@requires(PUBLIC)
def of_topic(slug: str) -> Response:
    """The events on a topic."""
    kept = _unchanged(slug)
    if kept is not None:
        return kept
    topic = find_by_slug(db.session, Topic, Topic.slug, slug)
    if topic is None:
        abort(404)
    return _feed(topic.name_in, [Event.topic_links.any(topic_id=topic.id)], slug)


@bp.get("/events/<key>.ics")
@requires(PUBLIC)
def one_event(key: str) -> Response:
    """One event as a download; it opens in the calendar one has, and is no subscription."""
    event = find_event(db.session, key, reader())
    if event is None or not event.has_days:
        abort(404)
    code = _language() if request.args.get("lang") else cast(Language, language())
    response = make_response(write_event(service.calendar_event(event, code, _base_url()), code))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{event.key}.ics"'
    response.headers["Last-Modified"] = http_date(event.feed_changed_at)
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/feeds/")
@requires(PUBLIC)
def index() -> Response:
    """Pick filters, get the address; below it what the calendar would show next."""
    wanted = read_filter(db.session, query_values(request.args))
    chosen = {name: request.args.getlist(name) for name in (*FILTERS, "lang")}
    chosen = {name: [v for v in values if v] for name, values in chosen.items() if any(values)}
    address = _base_url() + url_for("feeds.all_events", **cast(dict[str, Any], chosen))
    return make_response(
        render_template(
            "feeds/index.html",
            wanted=wanted,
            address=address,
            webcal="webcal://" + address.partition("://")[2],
            upcoming=_upcoming(wanted),
            **event_filter_choices(db.session),
        )
    )


def _upcoming(wanted: EventFilter) -> dict[str, Any]:
    coming = events_query(wanted, None).where(
        Event.ends_at >= datetime.now(UTC), func.length(Event.start_date) == len("YYYY-MM-DD")
    )
    count = select(func.count()).select_from(coming.order_by(None).subquery())
    events = coming.options(*list_options()).order_by(Event.starts_at, Event.id).limit(6)
    return {"events": db.session.scalars(events).all(), "number": db.session.scalar(count)}
