"""The calendar: month, year and agenda, and what changed since a day."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker import calendar_texts as texts
from tracker.access import PUBLIC, requires
from tracker.extensions import db
from tracker.feed_answers import site_address
from tracker.filter_choices import event_filter_bar, organizer_texts
from tracker.i18n import language, locale_of
from tracker.models import Event
from tracker.responses import address, query_values, url_with
from tracker.security import reader
from tracker.services import calendar_pages as pages
from tracker.services.calendar_digest import Digest, digest_of
from tracker.services.calendar_filter import (
    WHOSE,
    CalendarFilter,
    Shown,
    check_year,
    read_calendar_filter,
    read_shown,
)
from tracker.services.calendar_overlaps import overlaps_of
from tracker.services.filters import FILTERS, read_day

bp = Blueprint("calendar", __name__, url_prefix="/calendar")

SINCE = timedelta(days=14)
# How many events the text holds; a page of the digest leads on, a text does not.
MOST_IN_TEXT = 500
_SHOWN = ("view", "month", "year")
_PERIOD: dict[str, None] = {"month": None, "year": None, "from": None, "to": None}


def _today() -> date:
    return datetime.now(UTC).date()


@bp.get("/")
@requires(PUBLIC)
def index() -> Response:
    """A month, a year or an agenda of the events that the filters let through."""
    values = query_values(request.args)
    also = ("view", "month", "year", "after")
    asked = read_calendar_filter(db.session, values, reader(), also=also)
    shown = read_shown(values, asked.events, _today())
    return make_response(
        render_template(
            f"calendar/{shown.view}.html",
            **_around(asked),
            **_frame(shown),
            **_VIEWS[shown.view](asked, shown),
            overlaps=overlaps_of(db.session, asked, shown, _today()),
            at_once_text=texts.at_once_text,
            facts_of=texts.facts_of,
            periods_of=texts.periods_of,
            vague_url=_events_url(shown),
        )
    )


def _around(asked: CalendarFilter) -> dict[str, Any]:
    """What each page of the calendar has: the filters, whose events, and the ways to others."""
    given = filter(None, request.args.getlist("engaged"))
    engaged = zip(given, (each.acronym for each in asked.engaged), strict=False)
    texts_of_chips = {("engaged", value): name for value, name in engaged}
    return {
        **event_filter_bar(db.session, organizer_texts(asked.events) | texts_of_chips),
        "asked": asked,
        "wanted": asked.events,
        "toggles": _toggles(asked),
        "hidden": _query((*_SHOWN, "mine")),
        "clear_url": address(str(request.endpoint), {}, _query((*_SHOWN, "since"))),
        "query": _query(FILTERS),
        "whole_query": _query((*FILTERS, *WHOSE)),
        "whose": texts.whose_events(asked),
    }


def _query(names: tuple[str, ...]) -> dict[str, Any]:
    """The filters of this page, for the links that show the same otherwise."""
    return {name: request.args.getlist(name) for name in names if request.args.get(name)}


def _toggles(asked: CalendarFilter) -> list[tuple[str, str, bool]]:
    """(text, address, whether it is on) of what one click asks for."""
    user, found = asked.user, []
    if user is not None and user.organization is not None:
        on = user.organization in asked.engaged
        url = url_with(engaged=None if on else user.organization.slug)
        found.append((_("My organization"), url, on))
    if user is not None and user.person is not None:
        on = asked.mine is not None
        found.append((_("Events I go to"), url_with(mine=None if on else "1"), on))
    return found


def _only_coming(asked: CalendarFilter) -> tuple[str, str, bool]:
    on = asked.events.first == _today()
    url = url_with(**{"from": None if on else _today().isoformat()})
    return _("Only what is to come"), url, on


def _frame(shown: Shown) -> dict[str, Any]:
    """The head of a view: its title, the ways to its neighbors and to the other views."""
    before, after = shown.before, shown.after
    return {
        "shown": shown,
        "title": texts.title_of(shown, _today()),
        "previous_days": before and _at(shown, before),
        "next_days": after and _at(shown, after),
        "today_url": url_with(**_PERIOD),
        "view_url": lambda view: _other_view(shown, view),
        "day_url": _prefix({"view": "agenda", **_PERIOD}, "&from={0}&to={0}"),
        "month_url": _prefix({"view": "month", "month": None, "year": None}, "&month={0:%Y-%m}"),
    }


def _at(shown: Shown, day: date) -> str:
    """The address of the same view around another day."""
    match shown.step:
        case "month":
            return url_with(month=f"{day:%Y-%m}", year=None)
        case "year":
            return url_with(year=f"{day:%Y}", month=None)
    return url_with(**{**_PERIOD, "from": day.isoformat(), "to": day.isoformat()})


def _other_view(shown: Shown, view: str) -> str:
    """The address of the same days in another view; a day is looked at within its month or year."""
    if shown.step == "day" and view != "agenda":
        return url_with(**{**_PERIOD, "view": view, "month": f"{shown.first:%Y-%m}"})
    return url_with(view=view)


def _prefix(changes: dict[str, Any], ending: str) -> Callable[[date], str]:
    """Addresses that differ by a day, of which a page has hundreds."""
    beginning = url_with(**changes)
    return lambda day: beginning + ending.format(day)


def _events_url(shown: Shown) -> str:
    """The list of the events of these days."""
    days = {"from": shown.first, "to": shown.last}
    query = {**_query(FILTERS), **{name: day for name, day in days.items() if day}}
    return address("events.index", {}, query)


def _month(asked: CalendarFilter, shown: Shown) -> dict[str, Any]:
    month = pages.month_of(db.session, asked, shown, locale_of(language()))
    return {
        "month": month,
        "events_number": month.number,
        "vague": pages.vague_of(db.session, asked, shown),
    }


def _year(asked: CalendarFilter, shown: Shown) -> dict[str, Any]:
    year = pages.year_of(db.session, asked, shown, locale_of(language()))
    return {
        "year": year,
        "events_number": year.number,
        "vague": pages.vague_of(db.session, asked, shown),
    }


def _agenda(asked: CalendarFilter, shown: Shown) -> dict[str, Any]:
    after = request.args.get("after")
    page = pages.agenda_of(db.session, asked, shown, after)
    return {
        "days": pages.by_day(page.rows, shown),
        "vague": None if after else pages.vague_of(db.session, asked, shown),
        "next_url": page.next_cursor and url_with(after=page.next_cursor),
        "first_url": url_with() if after else None,
    }


_VIEWS: dict[str, Callable[[CalendarFilter, Shown], dict[str, Any]]] = {
    "month": _month, "year": _year, "agenda": _agenda,
}  # fmt: skip


@bp.get("/changes")
@requires(PUBLIC)
def changes() -> Response:
    """What changed since a day, for people who do not subscribe to calendars."""
    asked, since = _digest_asked(("since", "after"))
    after = request.args.get("after")
    digest = digest_of(db.session, asked, since, _today(), after)
    return make_response(
        render_template(
            "calendar/changes.html",
            **_around(asked),
            only_coming=_only_coming(asked),
            digest=digest,
            since=since,
            texts=texts,
            text_url=address("calendar.changes_text", {}, {**_kept(), "since": since.isoformat()}),
            sinces=_sinces(since),
            next_url=digest.next_cursor and url_with(after=digest.next_cursor),
            first_url=url_with() if after else None,
        )
    )


@bp.get("/changes.txt")
@requires(PUBLIC)
def changes_text() -> Response:
    """The same as plain text, for a mail."""
    asked, since = _digest_asked(("since",))
    digest = digest_of(db.session, asked, since, _today(), size=MOST_IN_TEXT)
    heading, *lines = _lines(digest, since)
    response = make_response("\n".join((heading, *texts.whose_events(asked), *lines)) + "\n")
    response.mimetype = "text/plain"
    return response


def _lines(digest: Digest, since: date) -> Iterator[str]:
    more = address("calendar.changes", {}, {**_kept(), "since": since.isoformat()})
    more_url = site_address() + more if digest.next_cursor else None
    return texts.digest_lines(digest, since, _today(), more_url, _address_of)


def _kept() -> dict[str, Any]:
    """The query string without the place in the list."""
    return {name: values for name, values in query_values(request.args).items() if name != "after"}


def _digest_asked(also: Sequence[str]) -> tuple[CalendarFilter, date]:
    values = query_values(request.args)
    asked = read_calendar_filter(db.session, values, reader(), also)
    since = read_day(values, "since") or _today() - SINCE
    check_year("since", since.year)
    return asked, since


def _sinces(since: date) -> list[tuple[str, str, bool]]:
    """(text, address, whether it is this) of the days that people ask for."""
    wishes = ((_("A week"), 7), (_("Two weeks"), 14), (_("A month"), 30), (_("Three months"), 91))
    days = ((text, _today() - timedelta(days=number)) for text, number in wishes)
    return [(text, url_with(since=day.isoformat()), day == since) for text, day in days]


def _address_of(event: Event) -> str:
    return site_address() + url_for("events.show", key=event.key)
