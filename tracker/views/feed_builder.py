"""The feed builder: pick what to follow, see what comes, take the address along."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, requires
from tracker.errors import BadFilter
from tracker.extensions import db
from tracker.feed_addresses import FeedAddress, feed_of, filter_values
from tracker.feed_answers import site_address
from tracker.filter_choices import feed_filter_choices
from tracker.formats.qr import QrCode, draw_qr
from tracker.i18n import language
from tracker.models import Organization
from tracker.models.text import clean
from tracker.models.vocabulary import LANGUAGES
from tracker.public_feeds import LONGEST_NAME
from tracker.responses import query_values
from tracker.services.feed_preview import Preview, preview_of
from tracker.services.feeds import of_organization
from tracker.services.filters import (
    FILTERS,
    EventFilter,
    no_such_value,
    read_filter,
    read_things,
)
from tracker.services.resolve import resolve_organization

bp = Blueprint("feed_builder", __name__)

# Each is looked for by itself, and anybody may ask.
MOST_NAMES = 30
_OWN = ("calendar", "name", "language")


@dataclass(frozen=True)
class _Asked:
    """What somebody picked: a filter, within one organization's calendar or not."""

    wanted: EventFilter = field(default_factory=EventFilter)
    calendar: Organization | None = None
    language: str = "en"
    name: str = ""

    @property
    def feed(self) -> FeedAddress:
        """The feed of it."""
        return feed_of(self.wanted, calendar=self.calendar, lang=self.language, name=self.name)

    @property
    def chosen(self) -> dict[str, list[str]]:
        """What the form shows of it."""
        organizations = [organization.acronym for organization in self.wanted.organization]
        return {
            **filter_values(self.wanted),
            "organization": ["; ".join(organizations)],
            "calendar": [self.calendar.acronym if self.calendar else ""],
            "name": [self.name],
            "language": [self.language],
        }


@bp.get("/feeds/")
@requires(PUBLIC)
def index() -> Response:
    """Pick filters, see what comes next, get the address."""
    typed = query_values(request.args)
    try:
        asked = _read(_named(typed))
    except BadFilter as error:
        kept = {"language": [language()], **typed}
        return make_response(_page(kept, problem=error.message, wrong=error.field), 400)
    feed = asked.feed
    where = [of_organization(asked.calendar)] if asked.calendar else []
    preview = preview_of(db.session, asked.wanted, where, datetime.now(UTC))
    return make_response(_page(asked.chosen, feed, _qr(feed), preview))


def _page(
    chosen: Mapping[str, Sequence[str]],
    feed: FeedAddress | None = None,
    qr: QrCode | None = None,
    preview: Preview | None = None,
    problem: str = "",
    wrong: str | None = None,
) -> str:
    return render_template(
        "feeds/index.html",
        facets=_facets(chosen),
        chosen={name: given[-1] if given else "" for name, given in chosen.items()},
        any_chosen=any(any(given) for name, given in chosen.items() if name in (*FILTERS, _OWN[0])),
        feed=feed,
        qr=qr,
        preview=preview,
        problem=problem,
        wrong=wrong,
        is_private=_is_private(site_address()),
        page_language=request.args.get("lang", ""),
        longest_name=LONGEST_NAME,
    )


def _named(typed: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The query string with the slugs of organizations, of which a field may hold several."""
    values = dict(typed)
    for field_name in ("organization", "calendar"):
        parts = [part.strip() for text in typed.get(field_name, ()) for part in text.split(";")]
        names = list(dict.fromkeys(filter(None, parts)))
        if len(names) > MOST_NAMES:
            message = _("At most %(max)d names at once, please.", max=MOST_NAMES)
            raise BadFilter(message, field=field_name)
        if names:
            values[field_name] = [_slug_of(name) for name in names]
    return values


def _slug_of(typed: str) -> str:
    """The slug of an organization typed by its name; what nobody is called stays as it is."""
    found = resolve_organization(db.session, typed, language()).thing
    return found.slug if found is not None else typed


def _read(values: Mapping[str, Sequence[str]]) -> _Asked:
    """What is asked for; raises BadFilter."""
    wanted = read_filter(db.session, values, also=_OWN)
    calendars = read_things(
        db.session, Organization, Organization.slug, "calendar", values.get("calendar", ())
    )
    if len(calendars) > 1:
        raise BadFilter(_("A feed shows the calendar of one organization; subscribe to each."))
    return _Asked(
        wanted, calendars[0] if calendars else None, _read_language(values), _read_name(values)
    )


def _read_language(values: Mapping[str, Sequence[str]]) -> str:
    """The language of the feed, which need not be that of the page; raises BadFilter."""
    wish = next(filter(None, values.get("language", ())), "") or language()
    if wish not in LANGUAGES:
        raise no_such_value("language", wish)
    return wish


def _read_name(values: Mapping[str, Sequence[str]]) -> str:
    """The name that the calendar is to have; raises BadFilter."""
    name = " ".join(clean(" ".join(values.get("name", ()))).split())
    if len(name) > LONGEST_NAME:
        raise BadFilter(_("A calendar's name has at most %(num)d characters.", num=LONGEST_NAME))
    return name


def _facets(chosen: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What each filter with a list of values offers, and what of it is picked."""
    found = feed_filter_choices(db.session, map(str.upper, chosen.get("country", ())))
    picked = {name: {value.lower() for value in chosen.get(name, ())} for name in found}
    return {
        name: [(value.lower(), text, value.lower() in picked[name]) for value, text in options]
        for name, options in found.items()
    }


def _qr(feed: FeedAddress) -> QrCode | None:
    """The code that a phone's camera reads; none where the address is too long for one."""
    try:
        return draw_qr(feed.webcal)
    except ValueError:
        return None


def _is_private(address: str) -> bool:
    """Whether only this machine or its own network can reach an address."""
    host = urlsplit(address).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local")) or "." not in host
