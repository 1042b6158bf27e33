"""What type-ahead offers: JSON of value, label and detail, for what was typed so far."""

from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, SIGNED_IN, requires
from tracker.extensions import db
from tracker.i18n import format_span, language
from tracker.models.when import zone_names
from tracker.security import reader
from tracker.services import resolve

bp = Blueprint("suggest", __name__, url_prefix="/suggest")


def _typed() -> str:
    return request.args.get("q", "")[:200]


def _offer(value: str, label: str, detail: str = "", **fill: str) -> dict[str, Any]:
    return {"value": value, "label": label, "detail": detail, "fill": fill}


@bp.get("/organizations")
@requires(PUBLIC)
def organizations() -> Response:
    """Organizations by acronym, name or alias."""
    found = resolve.organizations_like(db.session, _typed())
    return jsonify([_offer(o.acronym, o.acronym, o.name_in(language())) for o in found])


@bp.get("/spaces")
@requires(PUBLIC)
def spaces() -> Response:
    """Spaces by code or name."""
    found = resolve.spaces_like(db.session, _typed())
    return jsonify([_offer(s.code, s.name_in(language()), s.code) for s in found])


@bp.get("/events")
@requires(PUBLIC)
def events() -> Response:
    """Events by name, place or key, latest first."""
    found = resolve.events_like(db.session, _typed(), reader())
    return jsonify(
        [_offer(e.key, e.name_in(language()), format_span(e.start_date, e.end_date)) for e in found]
    )


@bp.get("/people")
@requires(SIGNED_IN)
def people() -> Response:
    """People by name; of homonyms the organization tells which."""
    offers = []
    for person in resolve.people_like(db.session, _typed()):
        current = [a for a in person.affiliations if a.end_date is None] or person.affiliations[:1]
        where = current[0].organization.acronym if current else ""
        value = f"{person.name} ({where})" if where else person.name
        offers.append(_offer(value, person.name, where))
    return jsonify(offers)


@bp.get("/timezones")
@requires(PUBLIC)
def timezones() -> Response:
    """IANA zones that contain what was typed."""
    typed = _typed().lower().replace(" ", "_")
    found = sorted(zone for zone in zone_names() if typed in zone.lower())
    return jsonify([_offer(zone, zone.replace("_", " ")) for zone in found[:8]])
