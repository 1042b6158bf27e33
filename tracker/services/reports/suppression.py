"""Reports as the public may see them: small cells hidden, with what would tell them (rule 19).

Hidden are cells of 1 to 4 people, with the next smallest if one would stand alone in its table, and
what else is needed so that two people at least could be exchanged for each hidden cell without a
reader noticing, in the tables of all schemes together (tracker/services/reports/small_cells.py).
All schemes count whichever is shown, since a reader may ask for one after the other.

Not to be helped: where everybody is in one row, or every row is of one, the public total tells; a
person counted in two rows makes sums inexact; and other reports of nearly the same people, such as
an event and its only part, or one of before a correction, can be subtracted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.formats.tables import Cell as Value, Table
from tracker.services.reports.small_cells import Cell, Hiding, Row, by_the_rule

Rows = tuple[Row, ...]
_UNKNOWN, _INTERGOVERNMENTAL, _ELSEWHERE = "unknown", "intergovernmental", "elsewhere"
_COUNTRY, _GENDER = "country", "gender"


@dataclass(frozen=True)
class Origin:
    """People of one country (alpha-2 or `unknown`) who are, or are not, of intergovernmental
    organizations: one for each such pair. `newcomers` are those of them first recorded there.
    """

    country: str
    people: int
    newcomers: int = 0
    intergovernmental: bool = False


def hide_small_cells(
    tables: Sequence[Table],
    regions: Mapping[str, Mapping[str, str]],
    *,
    scheme: str | None = None,
    origins: Sequence[Origin] | None = None,
) -> tuple[Table, ...]:
    """The tables as the public may see them; those that rule 19 does not name stay as they are.

    `regions` are those of countries in every scheme, `scheme` is the one shown. Without `origins`,
    for reports without regions, people are where the table by country has them.
    """
    read = [replace(table, rows=tuple(table.rows)) for table in tables]
    named = {table.name: table for table in read}
    if origins is None:
        people = _column(named.get("by_country"), "people", _COUNTRY)
        origins = [Origin(country, number) for (_, country), number in people.items()]
    hidden, newcomers = _hidden_of(origins, regions)
    genders = _column(named.get("by_gender"), "people", _GENDER)
    hidden |= Hiding([Cell(None, (row,), number) for row, number in genders.items()]).hidden
    kinds = {"by_gender": _GENDER, "by_country": _COUNTRY, "by_region": scheme or ""}
    shown: list[Table] = []
    for table in read:
        if table.name in kinds:
            keys = _by_rule(table, "people", kinds[table.name], hidden)
            table = _without(table, dict.fromkeys(table.columns[2:], keys))
        elif table.name == "newcomers_by_region":
            keys = _by_rule(table, "people", scheme or "", newcomers)
            table = _without(table, dict.fromkeys(table.columns[2:], keys))
        shown.append(table)
    return tuple(shown)


def _column(table: Table | None, column: str, kind: str) -> dict[Row, int]:
    if table is None or column not in table.columns:
        return {}
    place = list(table.columns).index(column)
    numbers = {(kind, str(row[0])): row[place] for row in table.rows}
    return {row: number for row, number in numbers.items() if isinstance(number, int)}


def _by_rule(table: Table, column: str, kind: str, hidden: set[Row]) -> set[str]:
    """The keys to hide: what was settled, and what the rule hides of the figures as they stand.

    They only differ where a person was counted in more than one row.
    """
    return {key for of, key in by_the_rule(_column(table, column, kind), hidden) if of == kind}


def _without(table: Table, hiding: Mapping[str, set[str]]) -> Table:
    """The table without the cells of these keys, column by column; a cell of 0 stays."""
    rows: list[list[Value]] = [list(row) for row in table.rows]
    suppressed = [
        (number, place)
        for number, row in enumerate(rows)
        for place, column in enumerate(table.columns)
        if row[0] in hiding.get(column, ()) and row[place]
    ]
    for number, place in suppressed:
        rows[number][place] = None
    return replace(table, rows=tuple(map(tuple, rows)), suppressed=tuple(suppressed))


def _hidden_of(
    origins: Sequence[Origin], regions: Mapping[str, Mapping[str, str]]
) -> tuple[set[Row], set[Row]]:
    """The rows to hide by country and in every scheme; those of newcomers in every scheme."""
    people, first, first_of = Counter[Rows](), Counter[Rows](), Counter[Row]()
    for each in origins:
        rows = _region_rows(each, regions)
        people[rows] += each.people
        first[rows] += each.newcomers
        first_of.update(dict.fromkeys(rows, each.newcomers))
    by_people = Hiding(
        [
            _cell(each, rows, returning=people[rows] > first[rows])
            for each in _possible(origins)
            for rows in [_region_rows(each, regions)]
        ],
        newcomers=first_of,
    )
    # Somebody may be a newcomer where somebody is not, or where one more could be.
    room = {rows for rows in people if people[rows] > first[rows]} | by_people.open_to_others()
    by_newcomers = Hiding(
        [Cell(None, rows, number, takes=rows in room) for rows, number in first.items()],
        by_people.hidden,
    )
    return by_people.hidden, by_newcomers.hidden


def _possible(origins: Sequence[Origin]) -> list[Origin]:
    """The origins; as far as the tables tell, anybody may be of an intergovernmental organization
    once somebody is."""
    if not any(each.intergovernmental for each in origins):
        return list(origins)
    there = {each.country for each in origins if each.intergovernmental}
    others = {each.country for each in origins} - there
    return [*origins, *(Origin(each, 0, intergovernmental=True) for each in sorted(others))]


def _cell(origin: Origin, rows: Rows, *, returning: bool) -> Cell:
    group = _INTERGOVERNMENTAL if origin.intergovernmental else ""  # told by stakeholder group
    country = (_COUNTRY, origin.country)
    return Cell(country, rows, origin.people, returning=returning, group=group)


def _region_rows(origin: Origin, regions: Mapping[str, Mapping[str, str]]) -> Rows:
    if origin.intergovernmental:
        return tuple((scheme, _INTERGOVERNMENTAL) for scheme in sorted(regions))
    elsewhere = _UNKNOWN if origin.country == _UNKNOWN else _ELSEWHERE
    return tuple((name, of.get(origin.country, elsewhere)) for name, of in sorted(regions.items()))
