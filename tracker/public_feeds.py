"""The public feeds by their addresses: /feeds/<noun>/<name>.<extension>.

They are the same for everybody: neither cookies nor Accept-Language are looked at.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from flask import abort, request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from werkzeug.wrappers import Response

from tracker import feed_answers
from tracker.errors import BadFilter
from tracker.extensions import db
from tracker.feed_addresses import feed_query, filter_values
from tracker.feed_answers import ICALENDAR, FeedFormat, FeedWanted
from tracker.formats.icalendar_feed import Language
from tracker.i18n import country_name, is_country
from tracker.labels import label
from tracker.models import Event, EventTopic, Organization, Space, Topic
from tracker.models.text import clean
from tracker.models.vocabulary import EVENT_KINDS, LANGUAGES
from tracker.responses import query_values
from tracker.services.feeds import of_organization
from tracker.services.filters import find_by_slug, read_filter
from tracker.services.places import zones_of

LONGEST_NAME = 100


class _Of(NamedTuple):
    """What a feed is about: its present address within /feeds/, its name, its events, its zones."""

    path: str
    filename: str
    name: Callable[[Language], str]
    extra: Sequence[ColumnElement[bool]]
    zones: Sequence[str] = ()


def answer_public_feed(noun: str, name: str = "", form: FeedFormat = ICALENDAR) -> Response:
    """The answer of a public feed; what was kept of this address comes first.

    `noun` is all (without a name), organizations, spaces, countries, kinds or topics; what is not
    there is a 404, an unknown filter or value a 400. The filters, `lang` and `name` (what the
    calendar is to be called) are read from the request.
    """
    place = (request.scheme, request.host, request.path, request.query_string.decode("latin-1"))
    return feed_answers.answer_at(
        place, feed_answers.now(), lambda: public_feed(noun, name, form.extension), form
    )


def public_feed(noun: str, name: str = "", extension: str = "ics") -> FeedWanted:
    """The feed of this request's address; raises NotFound and BadFilter.

    Former slugs, another order of the filters and the like make no other feed.
    """
    code = feed_language()
    feed_answers.speak(code)
    about = _FEEDS[noun](name)
    wanted = read_filter(db.session, query_values(request.args), also=("name",))
    title = _title()
    address = f"{feed_answers.site_address()}/feeds/{about.path}.{extension}"
    if query := feed_query(filter_values(wanted), code, title):
        address += f"?{query}"
    return FeedWanted(
        name=about.name,
        extra=about.extra,
        wanted=wanted,
        language=code,
        filename=about.filename,
        identity=address,
        zones=about.zones,
        source_url=address,
        title=title,
    )


def feed_language() -> Language:
    """Feeds ignore cookie and Accept-Language: `lang`, else English."""
    wanted = request.args.get("lang") or "en"
    return cast(Language, wanted if wanted in LANGUAGES else "en")


def _title() -> str:
    given = [text for text in map(clean, request.args.getlist("name")) if text]
    title = given[-1] if given else ""
    if len(title) > LONGEST_NAME or "\n" in title:
        raise BadFilter(
            _("The name of a calendar is one line of at most %(most)d characters.",
              most=LONGEST_NAME)
        )  # fmt: skip
    return title


def _all(_name: str) -> _Of:
    return _Of("all", "encuentro", lambda _code: "", ())


def _organization(slug: str) -> _Of:
    found = find_by_slug(db.session, Organization, Organization.slug, slug) or abort(404)
    return _Of(
        f"organizations/{found.slug}",
        found.slug,
        lambda _code: found.acronym,
        [of_organization(found)],
    )


def _space(slug: str) -> _Of:
    found = find_by_slug(db.session, Space, Space.slug, slug) or abort(404)
    return _Of(f"spaces/{found.slug}", found.slug, found.name_in, [Event.space_id == found.id])


def _country(country: str) -> _Of:
    code = country.upper()
    if not is_country(code):
        abort(404)
    low = code.lower()
    return _Of(
        f"countries/{low}",
        low,
        lambda language: country_name(code, language),
        [Event.country == code],
        zones_of(code),
    )


def _kind(kind: str) -> _Of:
    if kind not in EVENT_KINDS:
        abort(404)
    return _Of(f"kinds/{kind}", kind, lambda _code: label("event_kind", kind), [Event.kind == kind])


def _topic(slug: str) -> _Of:
    found = find_by_slug(db.session, Topic, Topic.slug, slug) or abort(404)
    extra = [Event.id.in_(select(EventTopic.event_id).where(EventTopic.topic_id == found.id))]
    return _Of(f"topics/{found.slug}", found.slug, found.name_in, extra)


_FEEDS: dict[str, Callable[[str], _Of]] = {
    "all": _all,
    "organizations": _organization,
    "spaces": _space,
    "countries": _country,
    "kinds": _kind,
    "topics": _topic,
}
