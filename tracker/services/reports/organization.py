"""Participation of one organization: where it took part, who went, as what, what it missed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session

from tracker.formats.tables import Cell, Table
from tracker.i18n import country_name, format_partial, language
from tracker.labels import label
from tracker.models import Organization, User
from tracker.models.base import utcnow
from tracker.models.changes import current_revision
from tracker.models.vocabulary import ENGAGEMENT_ROLES
from tracker.services import counting_organization as counts
from tracker.services.counting import Range, hours, own_participants
from tracker.services.counting_contributions import contributions
from tracker.services.counting_coverage import Coverage, coverage
from tracker.services.counting_organization import Counts, OwnEvents
from tracker.services.counting_participants import participants_in
from tracker.services.filters import EventFilter
from tracker.services.reports.method import Basis, method_of
from tracker.services.reports.periods import previous_period
from tracker.services.reports.report import BREAKDOWN, UNKNOWN, Measure, Report, Value, table

NAME = "organization"
EVENT_LIST = ("key", "label", "start", "attendances", "people")
COVERAGE = (
    "key", "label", "engaged_as", "held", "attended", "last_attended", "next_event", "planned",
    "missed",
)  # fmt: skip
CONTRIBUTIONS = ("key", "label", "kind", "title", "date", "amount", "currency", "url")
COMPARED = (
    "key", "label", "current", "previous", "change", "current_at_most", "previous_at_most",
)  # fmt: skip
TITLES = {
    "events": _l("Events"),
    "attendances": _l("Attendances"),
    "people": _l("People"),
    "unidentified": _l("Unidentified attendances"),
    "participants": _l("Participants of its own"),
    "reached": _l("Participants reached"),
    "events_organized": _l("Events organized"),
    "contributions": _l("Contributions"),
    "countries": _l("Countries"),
    "person_hours": _l("Person-hours"),
}


@dataclass(frozen=True)
class Question:
    """Whose participation, in which events, for which reader; `today` is the UTC day."""

    organization: Organization
    wanted: EventFilter
    rollup: bool
    user: User | None
    today: date


def organization_report(session: Session, asked: Question) -> Report:
    """The report of an organization, titles and labels in the reader's language."""
    ids = [asked.organization.id]
    if asked.rollup:
        ids = counts.everything_below(session, asked.organization.id)
    own = OwnEvents(ids, asked.wanted, asked.user, asked.today)
    given = contributions(session, own)
    basis, measures = _measures(session, own, len(given))
    cancelled = counts.cancelled_events(session, own)
    return Report(
        report=NAME,
        subject=asked.organization.slug,
        title=_("%(organization)s: participation", organization=asked.organization.acronym),
        first=asked.wanted.first,
        last=asked.wanted.last,
        audience="public" if asked.user is None else "staff",
        revision=current_revision(session),
        generated_at=utcnow(),
        measures=measures,
        tables=(
            *_breakdowns(session, own),
            _events(session, own),
            *_delegates(session, own),
            _coverage(coverage(session, own)),
            _together_with(session, own),
            _contributions(given),
            _compared(session, own, measures),
            _months_before(session, own),
            _cancelled(cancelled),
        ),
        method=method_of(session, own, replace(basis, cancelled=len(cancelled)), asked.rollup),
    )


def _measures(
    session: Session, own: OwnEvents, contributed: int
) -> tuple[Basis, tuple[Measure, ...]]:
    events = counts.about_the_events(session, own)
    named = counts.about_the_attendances(session, own)
    reached, silent = participants_in(session, own.organized_ids())
    values: dict[str, Value] = {
        "events": events["events"],
        "attendances": named["attendances"],
        "people": named["people"],
        "unidentified": named["unidentified"],
        "participants": own_participants(named["people"], named["unidentified"]),
        "reached": reached,
        "events_organized": events["organized"],
        "contributions": contributed,
        "countries": events["countries"],
        "person_hours": hours(named["minutes"], named["attendances"]),
    }
    measures = tuple(Measure(name, str(TITLES[name]), value) for name, value in values.items())
    return Basis(events, named, silent), measures


def _breakdowns(session: Session, own: OwnEvents) -> Iterable[Table]:
    not_known = _("Not known")
    yield _breakdown(
        "by_year", _("By year"), counts.by_event_fact(session, own, "year"), str, not_known
    )
    yield _breakdown("by_month", _("By month"), *_months(session, own))
    yield _breakdown(
        "by_space",
        _("By space"),
        [replace(row, label=_name(row.label)) for row in counts.by_space(session, own)],
        str,
        _("Without a space"),
    )
    yield _breakdown(
        "by_kind", _("By kind"), counts.by_event_fact(session, own, "kind"), _word("event_kind")
    )
    yield _breakdown(
        "by_country",
        _("By country of the event"),
        counts.by_event_fact(session, own, "country"),
        country_name,
        not_known,
    )
    yield _breakdown(
        "by_mode", _("By mode of attendance"), counts.by_mode(session, own), _word("mode")
    )
    yield _breakdown(
        "by_role", _("As what"), counts.by_role(session, own), _word("attendance_role")
    )


def _months(session: Session, own: OwnEvents) -> tuple[list[Counts], Any, str]:
    return counts.by_event_fact(session, own, "month"), format_partial, _("Month not known")


def _word(vocabulary: str) -> Any:
    return lambda word: label(vocabulary, word)


def _name(thing: Any) -> str | None:
    return thing.name_in(language()) if thing is not None else None


def _breakdown(
    name: str, title: str, rows: Sequence[Counts], labelled: Any, not_known: str = ""
) -> Table:
    """Counts as a breakdown: a label of their own, else what `labelled` makes of the key."""
    return table(
        name,
        title,
        BREAKDOWN,
        [
            (
                UNKNOWN if row.key is None else row.key,
                not_known if row.key is None else (row.label or labelled(row.key)),
                row.events,
                row.attendances,
                row.people,
            )
            for row in rows
        ],
    )


def _named(row: Mapping[Any, Any]) -> str:
    """The name of an event, space or organization fetched as columns."""
    for code in (language(), "en", "es", "pt"):
        if row[f"name_{code}"]:
            return str(row[f"name_{code}"])
    return ""


def _events(session: Session, own: OwnEvents) -> Table:
    columns = (*EVENT_LIST, "country", "held")
    rows: list[tuple[Cell, ...]] = [
        (
            row["key"], _named(row), row["start_date"], row["attendances"], row["people"],
            row["country"], bool(row["held"]),
        )
        for row in counts.by_event(session, own)
    ]  # fmt: skip
    return table("events", _("Events"), columns, rows)


def _cancelled(events: Sequence[Mapping[Any, Any]]) -> Table:
    """Cancelled events stand apart (rule 2): nobody is counted there."""
    rows: list[tuple[Cell, ...]] = [
        (row["key"], _named(row), row["start_date"], None, None) for row in events
    ]
    return table("cancelled", _("Cancelled, not counted"), EVENT_LIST, rows)


def _delegates(session: Session, own: OwnEvents) -> list[Table]:
    """Names of people are for those signed in."""
    if own.user is None:
        return []
    rows = [replace(row, key=str(row.key)) for row in counts.by_person(session, own)]
    return [_breakdown("delegates", _("Delegates"), rows, str)]


def _coverage(rows: Sequence[Coverage]) -> Table:
    cells: list[tuple[Cell, ...]] = [
        (
            row.space.code, row.space.name_in(language()), ";".join(row.engaged_as), row.held,
            row.attended, row.last_attended, row.next_event, row.planned, row.missed,
        )
        for row in rows
    ]  # fmt: skip
    return table("coverage", _("Coverage of spaces"), COVERAGE, cells)


def roles_in_words(joined: str) -> list[str]:
    """Engagement roles of a coverage row, as people read them."""
    return [
        label("engagement_role", role) for role in joined.split(";") if role in ENGAGEMENT_ROLES
    ]


def _together_with(session: Session, own: OwnEvents) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (row["acronym"], _named(row), row["events"], row["attendances"], row["people"])
        for row in counts.together_with(session, own)
    ]
    return table("together_with", _("In the same room"), BREAKDOWN, rows)


def _contributions(given: Sequence[Mapping[Any, Any]]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            row["key"] or row["code"], _named(row), row["kind"], row["title"], row["date"],
            row["amount"], row["currency"], row["url"],
        )
        for row in given
    ]  # fmt: skip
    return table("contributions", _("Contributions"), CONTRIBUTIONS, rows)


def _before(own: OwnEvents) -> OwnEvents | None:
    """The same question, asked of the period before."""
    period = previous_period(own.wanted.first, own.wanted.last)
    if period is None:
        return None
    return replace(own, wanted=replace(own.wanted, first=period[0], last=period[1]))


def _compared(session: Session, own: OwnEvents, current: Sequence[Measure]) -> Table:
    """Each measure and that of the period before; ranges are compared by their lower ends."""
    before = _before(own)
    rows: list[tuple[Cell, ...]] = []
    if before is not None:
        previous = _measures(session, before, len(contributions(session, before)))[1]
        rows = [_comparison(now, then) for now, then in zip(current, previous, strict=True)]
    return table("previous_period", _("Compared with the period before"), COMPARED, rows)


def _comparison(now: Measure, then: Measure) -> tuple[Cell, ...]:
    current, previous = _lower(now.value), _lower(then.value)
    change = None
    if current is not None and previous is not None:
        change = round(current - previous, 1)
    ends = (_upper(now.value), _upper(then.value))
    return now.name, now.title, current, previous, change, *ends


def _lower(value: Value) -> int | float | None:
    return value.at_least if isinstance(value, Range) else value


def _upper(value: Value) -> int | None:
    return value.at_most if isinstance(value, Range) else None


def _months_before(session: Session, own: OwnEvents) -> Table:
    before = _before(own)
    months: tuple[Any, ...] = _months(session, before) if before else ([], str, "")
    return _breakdown("by_month_before", _("By month, period before"), *months)
