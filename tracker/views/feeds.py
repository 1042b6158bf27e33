"""Public feeds, each as a calendar and as news (Atom) of its events, and one event as a download."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, requires, same_for_everybody
from tracker.atom_feeds import ATOM
from tracker.event_download import answer_download
from tracker.feed_answers import ICALENDAR
from tracker.i18n import language
from tracker.public_feeds import answer_public_feed, feed_language
from tracker.security import reader

bp = Blueprint("feeds", __name__)

_FORMATS = {form.extension: form for form in (ICALENDAR, ATOM)}


@bp.get("/feeds/all.<any(ics, atom):feed_format>")
@requires(PUBLIC)
@same_for_everybody
def all_events(feed_format: str) -> Response:
    """Every public event, or those of a filter."""
    return answer_public_feed("all", form=_FORMATS[feed_format])


@bp.get("/feeds/organizations/<slug>.<any(ics, atom):feed_format>")
@requires(PUBLIC)
@same_for_everybody
def of_organization(slug: str, feed_format: str) -> Response:
    """What an organization organizes, partners, attends or engages in."""
    return answer_public_feed("organizations", slug, _FORMATS[feed_format])


@bp.get("/feeds/spaces/<slug>.<any(ics, atom):feed_format>")
@requires(PUBLIC)
@same_for_everybody
def of_space(slug: str, feed_format: str) -> Response:
    """The events of a space."""
    return answer_public_feed("spaces", slug, _FORMATS[feed_format])


@bp.get("/feeds/countries/<country>.<any(ics, atom):feed_format>")
@requires(PUBLIC)
@same_for_everybody
def of_country(country: str, feed_format: str) -> Response:
    """The events in a country."""
    return answer_public_feed("countries", country, _FORMATS[feed_format])


@bp.get("/feeds/kinds/<kind>.<any(ics, atom):feed_format>")
@requires(PUBLIC)
@same_for_everybody
def of_kind(kind: str, feed_format: str) -> Response:
    """The events of a kind."""
    return answer_public_feed("kinds", kind, _FORMATS[feed_format])


@bp.get("/feeds/topics/<slug>.<any(ics, atom):feed_format>")
@requires(PUBLIC)
@same_for_everybody
def of_topic(slug: str, feed_format: str) -> Response:
    """The events on a topic."""
    return answer_public_feed("topics", slug, _FORMATS[feed_format])


@bp.get("/events/<key>.ics")
@requires(PUBLIC)
def one_event(key: str) -> Response:
    """One event as a download; it opens in the calendar one has, and is no subscription."""
    asked = request.args.get("lang")
    response = answer_download(key, feed_language() if asked else language(), reader())
    if not asked:
        response.vary.update(("Accept-Language", "Cookie"))
    return response
