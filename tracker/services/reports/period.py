"""Everything in a period: sessions, participants, countries, topics, partners."""

from collections.abc import Iterable

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session

from tracker.formats.tables import Table
from tracker.i18n import country_name, format_partial
from tracker.models import Organization, Space, Topic
from tracker.services.counting.dimensions import UNKNOWN
from tracker.services.counting.facts import cancelled_events, count_where
from tracker.services.counting.passes import organizations_represented
from tracker.services.counting.published import published
from tracker.services.counting.tally import Tally, tally
from tracker.services.reports import method, tables
from tracker.services.reports.published import published_table
from tracker.services.reports.question import Question, set_of
from tracker.services.reports.report import Answer, Value, measures_of

TITLES = {
    "events": _l("Events"),
    "attendances": _l("Attendances"),
    "people": _l("People"),
    "unidentified": _l("Unidentified attendances"),
    "participants": _l("Participants"),
    "sessions": _l("Sessions"),
    "countries": _l("Countries"),
    "organizations": _l("Organizations"),
    "topics": _l("Topics"),
}
_DIMENSIONS = ("month", "kind", "space", "topic", "country", "mode", "organizer", "partner")


def period_report(session: Session, asked: Question) -> Answer:
    """The report of all events of a period that a filter lets through."""
    counted = set_of(session, asked)
    found = tally(session, counted, _DIMENSIONS)
    participants, silent = found.participants()
    values: dict[str, Value] = {
        "events": len(found.facts),
        "attendances": found.counted.attendances,
        "people": found.counted.people,
        "unidentified": found.counted.unidentified,
        "participants": participants,
        "sessions": count_where(found.facts, lambda event: event.relation == "part-of"),
        "countries": _known(found, "country"),
        "organizations": organizations_represented(session, counted),
        "topics": _known(found, "topic"),
    }
    cancelled = cancelled_events(session, counted)
    return Answer(
        measures_of(TITLES, values),
        (
            *_breakdowns(session, found),
            tables.event_list("events", _("Events"), found),
            published_table(published(session, counted.events())),
            tables.cancelled_list(cancelled.values()),
        ),
        (
            method.whose_view(asked.user),
            *method.which_events(asked.wanted),
            *method.left_out(found.facts, len(cancelled)),
            method.unidentified(found),
            method.without_country(found.facts),
            _("Sessions are events that are part of another. Published figures of sessions, "
              "countries and organizations stand in their own table and are in no other."),
            method.range_of_participants(silent),
            *method.reach(session, counted),
        ),
    )  # fmt: skip


def _known(found: Tally, name: str) -> int:
    return len({key for own in found.keys[name].values() for key in own} - {UNKNOWN})


def _breakdowns(session: Session, found: Tally) -> Iterable[Table]:
    make, by = tables.breakdown, found.by
    not_known = _("Not known")
    months = tables.worded(format_partial, _("Month not known"))
    yield make("by_month", _("By month"), by("month"), months)
    yield make("by_kind", _("By kind"), by("kind"), tables.words("event_kind"))
    spaces = by("space")
    labels = tables.things(session, Space, Space.code, tables.keys_of(spaces), _("Without a space"))
    yield make("by_space", _("By space"), spaces, labels)
    topics = by("topic")
    labels = tables.things(session, Topic, Topic.slug, tables.keys_of(topics), _("Without a topic"))
    yield make("by_topic", _("By topic"), topics, labels)
    countries = tables.worded(country_name, not_known)
    yield make("by_country", _("By country of the event"), by("country"), countries)
    yield make("by_mode", _("By mode of the event"), by("mode"), tables.words("mode"))
    for role, title in (("organizer", _("By organizer")), ("partner", _("By partner"))):
        rows = by(role)
        labels = tables.things(
            session, Organization, Organization.acronym, tables.keys_of(rows), _("None recorded")
        )
        yield make(f"by_{role}", title, rows, labels)
