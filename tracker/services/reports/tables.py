"""The tables of reports: rows that were counted, with their keys and labels."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.formats.tables import Cell, Table
from tracker.i18n import language, person_name
from tracker.labels import label
from tracker.models import Organization, Person, Space, Topic
from tracker.services.counting.dimensions import UNKNOWN
from tracker.services.counting.ranges import Range
from tracker.services.counting.tally import Counts, Tally
from tracker.services.reports.report import BREAKDOWN, Measure, Value, table

# Of an event's report: the events are one, so they are not counted in each row.
OF_ATTENDANCES = ("key", "label", "attendances", "people")
EVENT_LIST = ("key", "label", "start", "attendances", "people")
COMPARED = (
    "key", "label", "current", "previous", "change", "current_at_most", "previous_at_most",
)  # fmt: skip
# The row key and label of a counted key.
Labels = Callable[[Any], tuple[str, str]]


def words(vocabulary: str, not_known: str | None = None) -> Labels:
    """Keys that are words of a vocabulary."""
    return worded(lambda word: label(vocabulary, word), not_known)


def worded(text: Callable[[str], str], not_known: str | None = None) -> Labels:
    """Keys that stay as they are, with a text for each."""
    unknown = not_known or _("Not known")

    def found(key: Any) -> tuple[str, str]:
        if key is None or (key == UNKNOWN and not_known is not None):
            return UNKNOWN, unknown
        return key, unknown if key == UNKNOWN else text(key)

    return found


def things(
    session: Session,
    model: type[Organization | Space | Topic],
    code: InstrumentedAttribute[str],
    ids: Iterable[Any],
    not_known: str | None = None,
) -> Labels:
    """Keys that are ids of a noun: its code, and its name in the reader's language."""
    wanted, code_of = {each for each in ids if isinstance(each, int)}, language()
    columns = (model.id, code, model.name_en, model.name_es, model.name_pt)
    rows = (
        session.execute(select(*columns).where(model.id.in_(chunk)))
        for chunk in _chunks(sorted(wanted))
    )
    known = {row[0]: (row[1], named(row._mapping, code_of)) for each in rows for row in each}
    unknown = (UNKNOWN, not_known or _("Not known"))
    return lambda key: known.get(key, unknown)


def persons(session: Session, ids: Iterable[Any]) -> Labels:
    """Keys that are ids of persons."""
    wanted = sorted(each for each in ids if isinstance(each, int))
    rows = (
        session.execute(select(Person.id, Person.name, Person.erased_at).where(Person.id.in_(each)))
        for each in _chunks(wanted)
    )
    known = {row.id: (str(row.id), person_name(row)) for each in rows for row in each}
    unknown = (UNKNOWN, _("Not identified"))
    return lambda key: known.get(key, unknown)


def _chunks(ids: Sequence[int], size: int = 5_000) -> Iterable[Sequence[int]]:
    """Pieces of a list of ids: databases take so many values in a statement, and not more."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def named(row: Mapping[Any, Any], reader: str = "") -> str:
    """The name of an event, space, organization or topic fetched as columns.

    `reader` is the reader's language, where the caller has found it out already.
    """
    for code in (reader or language(), "en", "es", "pt"):
        if row[f"name_{code}"]:
            return str(row[f"name_{code}"])
    return ""


def keys_of(rows: Iterable[Counts]) -> list[Any]:
    """The keys of counted rows."""
    return [row.key for row in rows]


def breakdown(name: str, title: str, rows: Iterable[Counts], labels: Labels) -> Table:
    """Counted rows as a table with events, attendances and people."""
    cells: list[tuple[Cell, ...]] = [
        (*labels(row.key), row.events, row.attendances, row.people) for row in rows
    ]
    return table(name, title, BREAKDOWN, cells)


def attendance_breakdown(name: str, title: str, rows: Iterable[Counts], labels: Labels) -> Table:
    """Counted rows as a table of one event: attendances and people."""
    cells: list[tuple[Cell, ...]] = [
        (*labels(row.key), row.attendances, row.people) for row in rows
    ]
    return table(name, title, OF_ATTENDANCES, cells)


def by_organization(
    session: Session, rows: Sequence[Counts], make: Callable[..., Table] = breakdown
) -> Table:
    """Counted rows by the organization represented (rule 8)."""
    labels = things(session, Organization, Organization.acronym, keys_of(rows), _("None known"))
    return make("by_organization", _("By organization"), rows, labels)


def when(start: str | None) -> Cell:
    """A start as a date where the day is known, else the month or year as it is."""
    return date.fromisoformat(start) if start and len(start) == len("YYYY-MM-DD") else start


def event_list(name: str, title: str, tally: Tally, only: Collection[int] | None = None) -> Table:
    """The counted events themselves."""
    rows: list[tuple[Cell, ...]] = []
    code = language()
    for event, counts in tally.by_event().items():
        if only is None or event in only:
            fact = tally.facts[event]
            rows.append(
                (
                    fact.key, named(fact._mapping, code), when(fact.start_date), counts.attendances,
                    counts.people, fact.country, bool(fact.held),
                )
            )  # fmt: skip
    return table(name, title, (*EVENT_LIST, "country", "held"), rows)


def cancelled_list(facts: Iterable[Any]) -> Table:
    """Cancelled events stand apart (rule 2): nobody is counted there."""
    rows: list[tuple[Cell, ...]] = [
        (row.key, named(row._mapping), when(row.start_date), None, None) for row in facts
    ]
    return table("cancelled", _("Cancelled, not counted"), EVENT_LIST, rows)


def comparison(name: str, title: str, now: Sequence[Measure], then: Sequence[Measure]) -> Table:
    """Each measure beside another's; ranges are compared by their lower ends.

    A measure that the other does not have is not in it.
    """
    before = {each.name: each.value for each in then}
    rows: list[tuple[Cell, ...]] = [
        _comparison(each, before[each.name]) for each in now if each.name in before
    ]
    return table(name, title, COMPARED, rows)


def _comparison(now: Measure, then: Value) -> tuple[Cell, ...]:
    current, previous = lower(now.value), lower(then)
    change = None
    if current is not None and previous is not None:
        change = round(current - previous, 1)
    return now.name, now.title, current, previous, change, upper(now.value), upper(then)


def lower(value: Value) -> int | float | None:
    """A figure, or the lower end of a range."""
    return value.at_least if isinstance(value, Range) else value


def upper(value: Value) -> int | None:
    """The upper end of a range; None where there is none, and of what is no range."""
    return value.at_most if isinstance(value, Range) else None
