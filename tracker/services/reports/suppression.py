"""Small cells hidden from the public, with what would tell them (DESIGN 3, rule 19).

Everybody has an entry: a country, and a region in each scheme. Strike out of all entries what is
hidden: whose entries then read alike is one pool, and a reader cannot tell two of a pool apart.
A hidden cell is safe where somebody in it and somebody of the same pool outside of it could change
places with no figure shown being another; until every hidden cell is, the next smallest is hidden.

All schemes are reckoned with whichever is shown, since a reader may ask for one after the other.
Not to be helped: where everybody is in one row, or all rows are of one, the public total tells.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product

from tracker.formats.tables import Cell, Table

SMALL = range(1, 5)
_UNKNOWN, _INTERGOVERNMENTAL, _ELSEWHERE = "unknown", "intergovernmental", "elsewhere"
_COUNTRY, _GENDER = "country", "gender"

Row = tuple[str, str]  # what is counted by (country, gender or a scheme), and the key


@dataclass(frozen=True)
class Origin:
    """Where people of an event are from: alpha-2 or `unknown`, and of what kind of organization.

    `newcomers` are those of the `people` who are first recorded there.
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

    `regions` are those of countries in every scheme, `scheme` is the one shown. Without `origins`
    people are where the table by country has them, and nobody is a newcomer.
    """
    read = [replace(table, rows=tuple(table.rows)) for table in tables]
    named = {table.name: table for table in read}
    if origins is None:
        people = _column(named.get("by_country"), "people", _COUNTRY)
        origins = [Origin(country, number) for (_, country), number in people.items()]
    hidden, newcomers = _hidden_of(origins, regions)
    genders = _column(named.get("by_gender"), "people", _GENDER)
    hidden |= _Hiding([_Cell((row,), number) for row, number in genders.items()]).hidden
    kinds = {"by_gender": _GENDER, "by_country": _COUNTRY, "by_region": scheme or ""}
    shown: list[Table] = []
    for table in read:
        if table.name in kinds:
            keys = _by_rule(table, "people", kinds[table.name], hidden)
            table = _without(table, dict.fromkeys(table.columns[2:], keys))
        elif table.name == "newcomers_by_region":
            table = _without_newcomers(table, scheme or "", hidden, newcomers)
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
    return {key for of, key in _rule(_column(table, column, kind), hidden) if of == kind}


def _without_newcomers(table: Table, scheme: str, hidden: set[Row], newcomers: set[Row]) -> Table:
    if "newcomers" not in table.columns:  # then its people are the newcomers
        keys = _by_rule(table, "people", scheme, newcomers)
        return _without(table, dict.fromkeys(table.columns[2:], keys))
    keys = _by_rule(table, "people", scheme, hidden)
    hiding = dict.fromkeys(table.columns[2:], keys)
    hiding["newcomers"] = _by_rule(
        table, "newcomers", scheme, newcomers | {(scheme, key) for key in keys}
    )
    return _without(table, hiding)


def _without(table: Table, hiding: Mapping[str, set[str]]) -> Table:
    """The table without the cells of these keys, column by column; a cell of 0 stays."""
    rows: list[list[Cell]] = [list(row) for row in table.rows]
    suppressed = [
        (number, place)
        for number, row in enumerate(rows)
        for place, column in enumerate(table.columns)
        if row[0] in hiding.get(column, ()) and row[place]
    ]
    for number, place in suppressed:
        rows[number][place] = None
    return replace(table, rows=tuple(map(tuple, rows)), suppressed=tuple(suppressed))


def _rule(values: Mapping[Row, int], hidden: Iterable[Row]) -> set[Row]:
    """What rule 19 hides to the letter, with what is hidden already; never a row of 0."""
    found = {row for row in hidden if values.get(row)}
    found |= {row for row, number in values.items() if number in SMALL}
    for kind in {row[0] for row in found}:
        rows = sorted((number, row) for row, number in values.items() if row[0] == kind and number)
        others = [row for _, row in rows if row not in found]
        if len(rows) - len(others) == 1 and others:
            found.add(others[0])
    return found


def _hidden_of(
    origins: Sequence[Origin], regions: Mapping[str, Mapping[str, str]]
) -> tuple[set[Row], set[Row]]:
    """The rows to hide by country and in every scheme; those of newcomers in every scheme."""
    rows = {each: _rows_of(each, regions) for each in origins}
    first, pools_first, pools = (
        Counter[Row](),
        Counter[tuple[Row, ...]](),
        Counter[tuple[Row, ...]](),
    )
    for each, (_, *own) in rows.items():
        first.update(dict.fromkeys(own, each.newcomers))
        pools_first[tuple(own)] += each.newcomers
        pools[tuple(own)] += each.people
    cells = [
        _Cell(
            rows[each], each.people, returning=pools[rows[each][1:]] > pools_first[rows[each][1:]]
        )
        for each in origins
    ]
    # Anybody may be of an intergovernmental organization, as far as the tables tell.
    if any(each.intergovernmental for each in origins):
        there = {each.rows for each in cells}
        possible = {_rows_of(replace(each, intergovernmental=True), regions) for each in origins}
        cells += [_Cell(each, 0) for each in sorted(possible - there)]
    people = _Hiding(cells, newcomers=first)
    open_to = people.entries_to_move_to()
    newcomers = _Hiding(
        [
            _Cell(own, number, takes=pools[own] > number or own in open_to)
            for own, number in sorted(pools_first.items())
        ],
        people.hidden,
    )
    return people.hidden, newcomers.hidden


def _rows_of(origin: Origin, regions: Mapping[str, Mapping[str, str]]) -> tuple[Row, ...]:
    def region(of: Mapping[str, str]) -> str:
        if origin.intergovernmental:
            return _INTERGOVERNMENTAL
        return _UNKNOWN if origin.country == _UNKNOWN else of.get(origin.country, _ELSEWHERE)

    return (_COUNTRY, origin.country), *((name, region(of)) for name, of in sorted(regions.items()))


@dataclass(frozen=True)
class _Cell:
    """Who has the same entry, and how many; whether one more may have it (`takes`).

    Of those who are `returning`, one can leave without the newcomers of a region being fewer.
    """

    rows: tuple[Row, ...]
    number: int
    takes: bool = True
    returning: bool = True

    @property
    def intergovernmental(self) -> bool:
        return self.rows[-1][1] == _INTERGOVERNMENTAL


class _Hiding:
    """The rows hidden so far of tables that count the same cells."""

    def __init__(
        self,
        cells: Sequence[_Cell],
        hidden: Iterable[Row] = (),
        newcomers: Mapping[Row, int] | None = None,
    ) -> None:
        self._cells = sorted(cells, key=lambda cell: (-cell.number, cell.rows))
        self._values = Counter[Row]()
        for cell in cells:
            self._values.update(dict.fromkeys(cell.rows, cell.number))
        self._newcomers = newcomers or {}
        self._rule = _rule(self._values, hidden)
        # How many are of intergovernmental organizations, the stakeholder groups tell.
        self._strict = {
            row for row in self._rule if self._values[row] in SMALL and row[1] != _INTERGOVERNMENTAL
        }
        self._hide(self._rule)
        self._settle()

    def _hide(self, rows: Iterable[Row]) -> None:
        self.hidden = set(rows)
        self._pools: dict[tuple[Row | None, ...], list[_Cell]] = {}
        for cell in self._cells:
            self._pools.setdefault(self._entry(cell), []).append(cell)

    def _entry(self, cell: _Cell) -> tuple[Row | None, ...]:
        return tuple(None if row in self.hidden else row for row in cell.rows)

    def _settle(self) -> None:
        """Hide the next smallest for each hidden row that is not safe, if any makes it so."""
        done, hopeless = set[Row](), set[Row]()
        while waiting := self.hidden - done:
            row = min(waiting, key=lambda row: (self._values[row], row))
            if not self._is_safe(row):
                more = self._next_smallest(row)
                if more is None and row in self._strict:
                    self._strict.remove(row)
                    continue
                if more is None:
                    hopeless.add(row)
                else:
                    self._hide(self.hidden | more)
            done.add(row)
        for row in sorted(self.hidden - self._rule, key=lambda row: (-self._values[row], row)):
            self._show_again(row, hopeless)

    def _show_again(self, row: Row, hopeless: set[Row]) -> None:
        before = self.hidden
        self._hide(before - {row})
        if not all(self._is_safe(other) for other in self.hidden - hopeless):
            self._hide(before)

    def entries_to_move_to(self) -> set[tuple[Row, ...]]:
        """The regions into which somebody of others could be moved, unseen."""
        return {
            cell.rows[1:]
            for cell in self._cells
            if any(
                other.rows[1:] != cell.rows[1:] and self._can_move(other, cell)
                for other in self._pools[self._entry(cell)]
            )
        }

    def _is_safe(self, row: Row) -> bool:
        return any(
            self._can_change(row, cell, other)
            for cell in self._cells
            if row in cell.rows
            for other in self._pools[self._entry(cell)]
            if row not in other.rows
        )

    def _next_smallest(self, row: Row) -> set[Row] | None:
        """The rows, of fewest people, that make a row safe once they are hidden too."""
        inside = [cell for cell in self._cells if row in cell.rows]
        outside = [cell for cell in self._cells if row not in cell.rows]
        at_home = {cell.rows[0]: cell for cell in outside}
        pairs = chain(
            product(self._smallest(inside), self._smallest(outside)),
            ((cell, at_home[cell.rows[0]]) for cell in inside if cell.rows[0] in at_home),
        )
        found = [
            set(cell.rows) ^ set(other.rows)
            for cell, other in pairs
            if self._can_change(row, cell, other)
        ]
        return min(found, key=self._price, default=None)

    def _price(self, rows: set[Row]) -> tuple[int, list[Row]]:
        return sum(self._values[row] for row in rows - self.hidden), sorted(rows)

    def _smallest(self, cells: Iterable[_Cell]) -> Iterable[_Cell]:
        """Of cells that differ in their first row only, the one that is hidden at least cost."""
        best: dict[object, _Cell] = {}
        for cell in sorted(cells, key=lambda cell: self._price({cell.rows[0]})):
            several = self._values[cell.rows[0]] > 1
            same = cell.rows[0] if cell.rows[0][0] != _COUNTRY else None
            kind = (same, cell.rows[1:], cell.number > 0, cell.takes, cell.returning, several)
            best.setdefault(kind, cell)
        return best.values()

    def _can_change(self, row: Row, cell: _Cell, other: _Cell) -> bool:
        if row in self._strict and cell.intergovernmental != other.intergovernmental:
            return False
        return self._can_move(cell, other) or self._can_move(other, cell)

    def _can_move(self, giver: _Cell, taker: _Cell) -> bool:
        """Whether one of the giver could be the taker's, no hidden row becoming empty or filled."""
        if not (giver.number and taker.takes):
            return False
        rows = [pair for pair in zip(giver.rows, taker.rows, strict=True) if pair[0] != pair[1]]
        if any(self._values[left] < 2 or not self._values[right] for left, right in rows):
            return False
        first = self._newcomers
        return giver.returning or all(
            first.get(left, 2) > 1 and first.get(right, 1) for left, right in rows
        )
