"""Private feeds: the pages of those who have some, and their secret addresses."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _, ngettext
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from tracker import feed_answers
from tracker.access import PUBLIC, SIGNED_IN, requires
from tracker.atom_feeds import ATOM
from tracker.errors import BadFilter, DomainError, error_page
from tracker.extensions import db, impatient
from tracker.feed_answers import ICALENDAR, FeedFormat, FeedWanted, site_address
from tracker.filter_choices import feed_filter_choices
from tracker.formats.icalendar_feed import Language
from tracker.formats.qr import draw_qr
from tracker.forms.private_feeds import LONGEST_NAME, PrivateFeedForm
from tracker.i18n import language
from tracker.models import Feed
from tracker.models.text import slugify
from tracker.models.vocabulary import FEED_SCOPES, LANGUAGES
from tracker.private_feed_texts import SCOPES, filter_lines
from tracker.rate_limits import RateLimit
from tracker.responses import form_page, query_values, url_with
from tracker.security import demo_allowed_at_all, reader_network, writer
from tracker.services import private_feeds as service
from tracker.services.feeds import Audience
from tracker.services.filters import EventFilter, no_such_value, read_filter
from tracker.services.paging import Order, fetch_page
from tracker.services.places import zones_of
from tracker.services.resolve import resolve_organization

bp = Blueprint("private_feeds", __name__, url_prefix="/feeds/private")

# A minute; calendars ask every few hours, even those that are set to ask often every few minutes.
READINGS = RateLimit(60)
WRONG_TOKENS = RateLimit(30)
# The forms that this browser has sent lately, so that none makes a second feed.
_SENT = "sent_feed_forms"
_MOST_SENT = 20


@bp.get("/")
@requires(SIGNED_IN)
def index() -> str:
    """One's own private feeds."""
    order = Order(Feed.created_at, Feed.id, descending=True)
    page = fetch_page(db.session, service.feeds_query(writer()), order, request.args.get("after"))
    return render_template(
        "private_feeds/index.html",
        page=page,
        next_url=url_with(after=page.next_cursor) if page.next_cursor else None,
        scopes=SCOPES,
        lines=filter_lines(db.session, page.rows),
        lacks=service.lacks,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(SIGNED_IN)
def new() -> Response:
    """A new private feed; the query string fills in the filters that one comes with."""
    form = _form({} if request.method == "POST" else _preset())
    if form.is_submitted() and form.once.data in session.get(_SENT, ()):
        # The page that this form answered with was loaded again.
        return _shown_already()
    settings = _settings(form)
    if settings is not None:
        try:
            feed, token = service.make_feed(db.session, writer(), settings)
        except DomainError as error:
            form.fail(error.field, error.message)
        else:
            session[_SENT] = [*session.get(_SENT, ()), form.once.data][-_MOST_SENT:]
            db.session.commit()
            return _address_page(feed, token, 201)
    return _form_page(form, None)


@bp.route("/<int:feed_id>/edit", methods=["GET", "POST"])
@requires(SIGNED_IN)
def edit(feed_id: int) -> Response:
    """Change what a feed shows; its address stays."""
    feed = _own(feed_id)
    form = _form(_stored(feed))
    settings = _settings(form)
    if settings is not None:
        try:
            service.edit_feed(db.session, feed, settings, by=writer())
        except DomainError as error:
            form.fail(error.field, error.message)
        else:
            db.session.commit()
            flash(_("Saved. The address stays the same."), "success")
            return redirect(url_for("private_feeds.index"), 303)
    return _form_page(form, feed)


@bp.get("/<int:feed_id>/revoke")
@requires(SIGNED_IN)
def ask_to_revoke(feed_id: int) -> str:
    """Say what revoking does, and ask."""
    return render_template("private_feeds/revoke.html", feed=_own(feed_id))


@bp.post("/<int:feed_id>/revoke")
@requires(SIGNED_IN)
def revoke(feed_id: int) -> Response:
    """Have a feed's address stop working for good."""
    feed = service.find_own(db.session, writer(), feed_id, lock=True)
    if feed is not None:
        service.revoke_feed(db.session, feed, by=writer())
        db.session.commit()
        flash(_("“%(name)s” is revoked: its address no longer works.", name=feed.name), "success")
    return redirect(url_for("private_feeds.index"), 303)


@bp.get("/<int:feed_id>/address")
@requires(SIGNED_IN)
def ask_for_address(feed_id: int) -> str:
    """Say what a new address means, and ask."""
    return render_template("private_feeds/renew.html", feed=_own(feed_id))


@bp.post("/<int:feed_id>/address")
@requires(SIGNED_IN)
def renew(feed_id: int) -> Response:
    """A new address for a feed, shown once; the old one stops working."""
    feed = service.find_own(db.session, writer(), feed_id, lock=True)
    if feed is None:
        # The page that this answered with was loaded again: the feed of this id is revoked.
        return _shown_already()
    feed, token = service.renew_feed(db.session, feed, by=writer())
    db.session.commit()
    return _address_page(feed, token, 200)


@bp.get("/<token>.ics")
@requires(PUBLIC)
def calendar(token: str) -> Response:
    """The calendar at a secret address: whoever knows it sees what its owner may see."""
    return _answer(token, ICALENDAR)


@bp.get("/<token>.atom")
@requires(PUBLIC)
def news(token: str) -> Response:
    """The news about the same events."""
    return _answer(token, ATOM)


def _answer(token: str, form: FeedFormat) -> Response:
    moment = feed_answers.now()
    feed = service.find_by_token(db.session, token, demo_allowed_at_all())
    if feed is None:
        wait = WRONG_TOKENS.wait(reader_network())
        return _too_often(wait) if wait else abort(404)
    wait = READINGS.wait(feed.id)
    if wait:
        return _too_often(wait)
    if request.args:
        # Its filters and language are on its page: in the address, none is known.
        raise BadFilter(_("A private calendar takes no filters in its address."))
    _note_use(feed)
    place = (request.scheme, request.host, f"private:{feed.id}", form.extension)
    return feed_answers.answer_at(place, moment, lambda: _wanted(feed), form)


@bp.after_request
def keep_to_itself(response: Response) -> Response:
    """Search engines are to forget a secret address, and nobody is told that one came from it."""
    if request.view_args and "token" in request.view_args:
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _wanted(feed: Feed) -> FeedWanted:
    wanted = read_filter(db.session, feed.filters)
    return FeedWanted(
        name=lambda _code: feed.name,
        extra=service.scope_conditions(feed),
        wanted=wanted,
        language=cast(Language, feed.language),
        filename="encuentro",
        zones=zones_of(wanted.country[0]) if len(wanted.country) == 1 else (),
        audience=Audience(feed.user),
        identity=f"private:{feed.id}",
        title=feed.name,
    )


def _note_use(feed: Feed) -> None:
    if not service.use_is_due(feed):
        return
    try:
        with impatient(db.engine) as connection:
            service.note_use(connection, feed)
    except OperationalError:
        pass  # somebody writes a lot just now: the next reading notes it


def _too_often(wait: int) -> Response:
    message = ngettext(
        "Too many requests. Please try again in %(num)d second.",
        "Too many requests. Please try again in %(num)d seconds.",
        wait,
    )
    response = error_page(429, message)
    response.headers["Retry-After"] = str(wait)
    return response


def _own(feed_id: int) -> Feed:
    feed = service.find_own(db.session, writer(), feed_id)
    return feed if feed is not None else abort(404)


def _shown_already() -> Response:
    flash(_("That address was shown already. If you no longer have it, get a new one."), "info")
    return redirect(url_for("private_feeds.index"), 303)


def _address_page(feed: Feed, token: str, status: int) -> Response:
    # No redirect: the address would have to wait somewhere for the next page.
    address = site_address() + url_for("private_feeds.calendar", token=token)
    webcal = "webcal:" + address.partition(":")[2]
    page = render_template(
        "private_feeds/address.html",
        feed=feed,
        address=address,
        webcal=webcal,
        atom=address.removesuffix("ics") + "atom",
        qr=draw_qr(webcal),
        renewed=status == 200,
    )
    return make_response(page, status)


def _form(data: Mapping[str, Any]) -> PrivateFeedForm:
    form = PrivateFeedForm(data={"language": language(), "once": secrets.token_urlsafe(12), **data})
    form.offer(feed_filter_choices(db.session, form.country.data))
    return form


def _form_page(form: PrivateFeedForm, feed: Feed | None) -> Response:
    return form_page("private_feeds/form.html", form, feed=feed, scopes=SCOPES, owner=writer())


def _preset() -> dict[str, Any]:
    """What the address of the form asks for; raises BadFilter as a list does."""
    values = query_values(request.args)
    wanted = read_filter(db.session, values, also=("name", "scope", "language", "calendar"))
    chosen = {name: request.args.get(name) or "" for name in ("name", "scope", "language")}
    chosen["scope"] = chosen["scope"] or _scope_of(values.get("calendar", ()))
    for name, words in (("scope", FEED_SCOPES), ("language", LANGUAGES)):
        if chosen[name] and chosen[name] not in words:
            raise no_such_value(name, chosen[name])
    chosen["name"] = chosen["name"][:LONGEST_NAME]
    return _as_typed(wanted) | {name: value for name, value in chosen.items() if value}


def _scope_of(calendars: Sequence[str]) -> str:
    """The scope that the calendar of an organization comes to: of one's own, what it follows."""
    organization = writer().organization
    for slug in filter(None, calendars):
        if organization is None or slugify(slug) != organization.slug:
            raise BadFilter(
                _("A private calendar can follow your own organization, not “%(name)s”.",
                  name=slug[:80])
            )  # fmt: skip
        return "organization"
    return ""


def _stored(feed: Feed) -> dict[str, Any]:
    # What names nothing any more is left out, to be chosen anew.
    known = {
        name: [value for value in values if _names_something(name, value)]
        for name, values in feed.filters.items()
    }
    typed = _as_typed(read_filter(db.session, known))
    return {**typed, "name": feed.name, "scope": feed.scope, "language": feed.language}


def _names_something(name: str, value: str) -> bool:
    try:
        read_filter(db.session, {name: [value]})
    except BadFilter:
        return False
    return True


def _as_typed(wanted: EventFilter) -> dict[str, Any]:
    """A filter as the fields of the form hold it."""
    return {
        "q": wanted.q,
        "space": [space.slug for space in wanted.space],
        "kind": list(wanted.kind),
        "country": list(wanted.country),
        "topic": [topic.slug for topic in wanted.topic],
        "mode": list(wanted.mode),
        "status": list(wanted.status),
        "grouping": [grouping.slug for grouping in wanted.grouping],
        "organization": "; ".join(organization.acronym for organization in wanted.organization),
        "first": wanted.first.isoformat() if wanted.first else "",
        "last": wanted.last.isoformat() if wanted.last else "",
    }


def _settings(form: PrivateFeedForm) -> service.FeedSettings | None:
    """What was sent, or None where nothing was or something is wrong with it."""
    if not form.validate_on_submit():
        return None
    field = form.organization
    for name in field.names():
        field.settle(resolve_organization(db.session, name, language()), name=name)
    if form.errors:
        return None
    filters = form.filters()
    try:
        read_filter(db.session, filters)
    except BadFilter as error:
        form.fail(None, error.message)
        return None
    return service.FeedSettings(
        form.name.data or "", form.scope.data, filters, form.language.data or "en"
    )
