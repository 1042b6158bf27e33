"""A space over its editions: size, reach, balance of stakeholder groups, who returns."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session

from tracker.formats.tables import Cell, Table
from tracker.i18n import country_name, format_day
from tracker.models import Organization, Space
from tracker.models.vocabulary import STAKEHOLDER_GROUPS
from tracker.services.counting.dimensions import ATTENDANCE_COLUMNS, UNKNOWN
from tracker.services.counting.facts import (
    Facts,
    cancelled_events,
    facts_of,
    first_attendance,
    number_of_editions,
)
from tracker.services.counting.newcomers import Retention, editions_of, retention
from tracker.services.counting.passes import By, EachOfEvents, Keys, with_event
from tracker.services.counting.tally import Counts, Tally, tally
from tracker.services.reports import method, tables
from tracker.services.reports.question import Question, set_of
from tracker.services.reports.regions import regions
from tracker.services.reports.report import BREAKDOWN, Answer, Value, measures_of, table
from tracker.services.reports.suppression import hide_small_cells

TITLES = {
    "events": _l("Events"),
    "attendances": _l("Attendances"),
    "people": _l("People"),
    "unidentified": _l("Unidentified attendances"),
    "editions": _l("Editions"),
    "participants": _l("Participants"),
}
BY_EDITION = (
    *BREAKDOWN, "start", "country", "at_least", "at_most", "approximate", "organizations",
    "countries",
)  # fmt: skip
RETENTION = ("key", "label", "people", "returning", "newcomers")
GROUPS = ("key", "label", *STAKEHOLDER_GROUPS, UNKNOWN)
CAME_AND_WENT = ("key", "label", "editions", "first", "last", "attendances", "people")


def space_report(session: Session, asked: Question) -> Answer:
    """The report of a space; an edition is counted with all that lies in it (rule 4)."""
    space = asked.subject
    assert isinstance(space, Space)
    counted = set_of(session, asked).settled(session)
    past = editions_of(session, space, asked.user, asked.today)
    editions = _Editions(
        {event: (own,) for event, own in past.of.items()}, facts_of(session, past.whole)
    )
    by = {
        name: By(ATTENDANCE_COLUMNS[name], events=True)
        for name in ("organization", "attendance_country", "stakeholder_group")
    }
    groups = with_event(ATTENDANCE_COLUMNS["stakeholder_group"])
    by["groups"] = By(groups, EachOfEvents(editions.of))
    found = tally(session, counted, (), by, more=editions.among)
    participants, silent = found.participants()
    values: dict[str, Value] = {
        "events": len(found.facts),
        "attendances": found.counted.attendances,
        "people": found.counted.people,
        "unidentified": found.counted.unidentified,
        "editions": number_of_editions(session, counted, space),
        "participants": participants,
    }
    cancelled = cancelled_events(session, counted)
    of_people = tuple(_breakdowns(session, found))
    if asked.user is None:
        of_people = hide_small_cells(of_people, regions(session))
    return Answer(
        measures_of(TITLES, values),
        (
            _by_edition(found, editions),
            *of_people,
            _retention(found, editions, retention(session, counted, past)),
            _groups(found, editions),
            _came_and_went(session, found, editions),
            tables.cancelled_list(cancelled.values()),
        ),
        (
            method.whose_view(asked.user),
            *method.which_events(asked.wanted),
            _("An edition is an event of the space that is not part of another event of it; it is "
              "counted with its parts that are of the same space or of none."),
            *method.left_out(found.facts, len(cancelled)),
            method.unidentified(found),
            method.range_of_participants(silent),
            _since(first_attendance(session, past.whole)),
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class _Editions:
    """The edition of each event of a space that the reader sees, and what is known of each.

    A filter may let a part through and not the edition it lies in: that is its edition still.
    """

    of: Keys
    facts: Facts

    def among(self, facts: Facts) -> dict[str, Keys]:
        """The editions of some of the events, as a dimension."""
        return {"edition": {event: self.of.get(event, (event,)) for event in facts}}

    def attended(self, events: Set[int]) -> set[int]:
        """The editions that some events belong to."""
        return {edition for event in events for edition in self.of[event]}

    def numbers(self, found: Tally, name: str) -> Counter[int]:
        """How many keys of a dimension each edition has, what is not known aside."""
        numbers: Counter[int] = Counter()
        for key, events in found.counted.by[name].events.items():
            if key is not None:
                numbers.update(self.attended(events))
        return numbers


def _by_edition(found: Tally, editions: _Editions) -> Table:
    organizations = editions.numbers(found, "organization")
    countries = editions.numbers(found, "attendance_country")
    inside: dict[int, list[int]] = {}
    for event, own in found.keys["edition"].items():
        for edition in own:
            inside.setdefault(edition, []).append(event)
    rows: list[tuple[Cell, ...]] = []
    for row in found.by("edition"):
        fact = editions.facts[row.key]
        there, _silent = found.participants(inside[row.key], row.people)
        rows.append(
            (
                fact.key, tables.named(fact._mapping), row.events, row.attendances, row.people,
                tables.when(fact.start_date), fact.country,
                there.at_least if there else None, there.at_most if there else None,
                there.approximate if there else None, organizations[row.key], countries[row.key],
            )
        )  # fmt: skip
    return table("by_edition", _("By edition"), BY_EDITION, rows)


def _breakdowns(session: Session, found: Tally) -> Iterable[Table]:
    yield tables.by_organization(session, found.by("organization"))
    countries = tables.worded(country_name, _("Not known"))
    title = _("By country of the people")
    yield tables.breakdown("by_country", title, found.by("attendance_country"), countries)
    groups = tables.words("stakeholder_group", _("Not known"))
    title = _("By stakeholder group")
    yield tables.breakdown("by_stakeholder_group", title, found.by("stakeholder_group"), groups)


def _retention(found: Tally, editions: _Editions, kept: Mapping[int, Retention | None]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for row in found.by("edition"):
        fact, own = editions.facts[row.key], kept.get(row.key)
        known = (own.returning, own.newcomers) if own else (None, None)
        rows.append((fact.key, tables.named(fact._mapping), row.people, *known))
    return table("retention", _("Who returns"), RETENTION, rows)


def _groups(found: Tally, editions: _Editions) -> Table:
    """People of each stakeholder group at each edition."""
    people = found.counted.by["groups"].people
    rows: list[tuple[Cell, ...]] = []
    for edition in editions.attended(found.facts.keys()):
        fact = editions.facts[edition]
        numbers = (people.get((edition, group), 0) for group in GROUPS[2:])
        rows.append((fact.key, tables.named(fact._mapping), *numbers))
    title = _("Stakeholder groups over the editions")
    return table("groups_by_edition", title, GROUPS, rows)


def _came_and_went(session: Session, found: Tally, editions: _Editions) -> Table:
    """The first and the last edition at which each organization was represented."""
    counts = [row for row in found.by("organization") if row.key is not None]
    labels = tables.things(session, Organization, Organization.acronym, (row.key for row in counts))
    events = found.counted.by["organization"].events
    rows = [_stay(row, editions, events[row.key], labels) for row in counts]
    title = _("Organizations that came and went")
    return table("came_and_went", title, CAME_AND_WENT, rows)


def _stay(
    row: Counts, editions: _Editions, attended: Set[int], labels: tables.Labels
) -> tuple[Cell, ...]:
    facts = sorted(
        (editions.facts[edition] for edition in editions.attended(attended)),
        key=lambda fact: (fact.first_day is None, str(fact.first_day), fact.key),
    )
    first, last = (facts[0].key, facts[-1].key) if facts else (None, None)
    return *labels(row.key), len(facts), first, last, row.attendances, row.people


def _since(since: date | None) -> str:
    if since is None:
        return _("No attendance is recorded in this space.")
    return _("Newcomers are first recorded at an edition: without an attended record at an earlier "
             "one, where records reach back to %(day)s.", day=format_day(since))  # fmt: skip
