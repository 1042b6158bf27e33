"""Likely duplicates of people and of organizations: ranked, compared, dismissed."""

from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.wrappers import Response

from tracker.access import EDIT, requires
from tracker.errors import BadFilter
from tracker.extensions import db
from tracker.models import LikelyDuplicate
from tracker.responses import query_values, url_with
from tracker.security import writer
from tracker.services import duplicates as service
from tracker.services.duplicate_sides import organization_sides, people_sides
from tracker.services.filters import refuse_unknown
from tracker.services.paging import fetch_page

bp = Blueprint("duplicates", __name__)

PAGE_SIZE = 25
_SIDES: dict[str, Any] = {
    service.PEOPLE: people_sides,
    service.ORGANIZATIONS: organization_sides,
}


@bp.get("/people/duplicates")
@requires(EDIT)
def people() -> Response:
    """Pairs of people who may be the same, the likeliest first."""
    return _page(service.PEOPLE)


@bp.get("/organizations/duplicates")
@requires(EDIT)
def organizations() -> Response:
    """Pairs of organizations that may be the same, the likeliest first."""
    return _page(service.ORGANIZATIONS)


@bp.post("/people/duplicates")
@requires(EDIT)
def look_for_people() -> Response:
    """Compare all people that changed, however many."""
    return _look(service.PEOPLE)


@bp.post("/organizations/duplicates")
@requires(EDIT)
def look_for_organizations() -> Response:
    """Compare all organizations that changed, however many."""
    return _look(service.ORGANIZATIONS)


def _look(noun: str) -> Response:
    _refresh(noun, None)
    return redirect(url_for(f".{noun}"), 303)


def _refresh(noun: str, most: int | None) -> int:
    """Bring the pairs up to date; how many records wait for it, where they are too many."""
    try:
        waiting = service.refresh(db.session, noun, most)
        db.session.commit()
    except (IntegrityError, OperationalError):
        # Somebody else looks at the same moment, or nothing can be written: shown as it is.
        db.session.rollback()
        return 0
    return waiting


def _page(noun: str) -> Response:
    refuse_unknown(query_values(request.args), ("after", "dismissed"))
    if request.args.get("dismissed", "1") != "1":
        raise BadFilter(_("“dismissed” is 1, or not there."))
    dismissed = "dismissed" in request.args
    waiting = _refresh(noun, service.MOST_IN_A_REQUEST)
    page = fetch_page(
        db.session,
        service.pairs_query(noun, dismissed),
        service.LIKELIEST_FIRST,
        request.args.get("after"),
        PAGE_SIZE,
    )
    ids = {id_ for pair in page.rows for id_ in (pair.first_id, pair.second_id)}
    sides = _SIDES[noun](db.session, ids, writer())
    return make_response(
        render_template(
            "duplicates/index.html",
            noun=noun,
            pairs=[(pair, *_ordered(pair, sides)) for pair in page.rows],
            dismissed=dismissed,
            waiting=waiting,
            next_url=page.next_cursor and url_with(after=page.next_cursor),
            first_url=url_with() if request.args.get("after") else None,
        )
    )


def _ordered(pair: LikelyDuplicate, sides: Any) -> list[Any]:
    """The two sides, the one that speaks for being kept first."""
    both = (sides[pair.first_id], sides[pair.second_id])
    return sorted(both, key=lambda side: side.weight, reverse=True)


@bp.post("/duplicates/<int:pair_id>/dismiss")
@requires(EDIT)
def dismiss(pair_id: int) -> Response:
    """Say that the two are two."""
    pair = _pair(pair_id)
    service.dismiss(db.session, pair, by=writer())
    db.session.commit()
    page = render_template("duplicates/dismissed_flash.html", pair_id=pair_id)
    flash(Markup(page), "success")  # noqa: S704 - the template escaped what went into it
    return redirect(url_for(f".{pair.noun}"), 303)


@bp.post("/duplicates/<int:pair_id>/offer")
@requires(EDIT)
def offer(pair_id: int) -> Response:
    """Take back that the two are two."""
    pair = _pair(pair_id)
    service.offer_again(db.session, pair)
    db.session.commit()
    flash(_("The pair is offered again."), "success")
    return redirect(url_for(f".{pair.noun}"), 303)


def _pair(pair_id: int) -> LikelyDuplicate:
    pair = db.session.get(LikelyDuplicate, pair_id)
    if pair is None:
        abort(404)
    return pair
