"""A report's address as a question: which report, about whom, with which filters."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from flask import abort
from flask_babel import gettext as _

from tracker.access import can
from tracker.errors import BadFilter
from tracker.extensions import db
from tracker.models import Event, Organization, Space, User
from tracker.models.text import slugify
from tracker.models.vocabulary import REGION_SCHEMES
from tracker.services.filters import find_by_slug, read_filter
from tracker.services.reports.question import Question, Subject

PARAMETERS = ("rollup", "scheme")
# What these show of people, the public could take apart with filters (DESIGN 3, rule 19).
UNFILTERED = ("event", "space")


def read_question(
    report: str,
    slug: str,
    values: Mapping[str, Sequence[str]],
    user: User | None,
    also: Sequence[str] = (),
) -> Question:
    """The question that an address asks; `also` names further parameters of its page.

    An earlier slug of the subject leads to it too. Raises BadFilter, and 404 where there is no
    such subject, or none that this reader may see.
    """
    subject = find_subject(report, slug, user)
    _refuse_filters(report, values, user, also)
    wanted = read_filter(db.session, values, also=(*PARAMETERS, *also))
    today = datetime.now(UTC).date()
    return Question(report, subject, wanted, user, today, _rollup(values), _scheme(values))


def find_subject(report: str, slug: str, user: User | None) -> Subject:
    """Whom a report is about; None where it is about nobody in particular. Else 404."""
    found: Subject = None
    match report:
        case "organization":
            found = find_by_slug(db.session, Organization, Organization.slug, slugify(slug))
        case "space":
            found = find_by_slug(db.session, Space, Space.slug, slugify(slug))
        case "event":
            found = find_by_slug(db.session, Event, Event.key, slugify(slug))
            if found is not None and not can(user, "view", found):
                found = None
        case _:
            return None
    return found or abort(404)


def _refuse_filters(
    report: str, values: Mapping[str, Sequence[str]], user: User | None, also: Sequence[str]
) -> None:
    if user is not None or report not in UNFILTERED:
        return
    if set(values) - {"lang", "scheme", *also}:
        raise BadFilter(_("Signed out, this report takes no filter but “lang” and “scheme”."))


def _scheme(values: Mapping[str, Sequence[str]]) -> str:
    scheme = (values.get("scheme") or REGION_SCHEMES)[0]
    if scheme not in REGION_SCHEMES:
        raise BadFilter(_("“scheme” is icann, un or lac, not “%(value)s”.", value=scheme[:80]))
    return scheme


def _rollup(values: Mapping[str, Sequence[str]]) -> bool:
    rollup = (values.get("rollup") or ("",))[0]
    if rollup not in ("", "0", "1"):
        raise BadFilter(_("“rollup” is 1 or left out, not “%(value)s”.", value=rollup[:80]))
    return rollup == "1"
