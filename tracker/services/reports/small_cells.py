"""Which rows of tables of people to hide, so that no small one can be reckoned back.

Strike out of everybody's rows those that are hidden: people whose rows then read alike are one to
the reader. A hidden row is safe where one of the people in it and one outside of it read alike and
could change places with every figure shown, and every 0, staying what it is. Until each is safe,
the next smallest row that helps is hidden; what turns out not to be needed is shown again.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product

SMALL = range(1, 5)
Row = tuple[str, str]  # what is counted by, and the key


@dataclass(frozen=True)
class Cell:
    """A number of people who stand in the same rows: one of their own (a country), if any, and
    rows shared with others (its regions).

    `takes`: one more could stand there. `returning`: one could leave without the newcomers of a
    shared row being fewer. How many there are of a `group` is no secret.
    """

    own: Row | None
    shared: tuple[Row, ...]
    number: int
    takes: bool = True
    returning: bool = True
    group: str = ""

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows they stand in."""
        return self.shared if self.own is None else (self.own, *self.shared)


def by_the_rule(people: Mapping[Row, int], hidden: Iterable[Row] = ()) -> set[Row]:
    """What rule 19 hides to the letter, with what is hidden already; never a row of 0."""
    found = {row for row in hidden if people.get(row)}
    found |= {row for row, number in people.items() if number in SMALL}
    alone = [kind for kind, number in Counter(kind for kind, _ in found).items() if number == 1]
    for kind in alone:
        others = [row for row, number in people.items() if number and row[0] == kind]
        smallest = sorted(set(others) - found, key=lambda row: (people[row], row))
        found.update(smallest[:1])
    return found


class Hiding:
    """The rows of these cells to hide, `hidden`: at least what the rule hides.

    `newcomers` are those among the people of shared rows; they are hidden where the people are.
    """

    def __init__(
        self,
        cells: Iterable[Cell],
        hidden: Iterable[Row] = (),
        newcomers: Mapping[Row, int] | None = None,
    ) -> None:
        self._people = Counter[Row]()
        self._alike: dict[Hashable, list[Cell]] = defaultdict(list)
        self._at_home: dict[Row, list[Cell]] = defaultdict(list)
        self._newcomers = newcomers or {}
        self._fill(list(cells))
        rule = by_the_rule(self._people, hidden)
        self._strict = {row for row in rule if self._people[row] in SMALL}
        self._hide(rule)
        hopeless = self._make_safe()
        for row in sorted(self.hidden - rule, key=lambda row: (-self._people[row], row)):
            self._show_again(row, hopeless)

    def _fill(self, cells: Sequence[Cell]) -> None:
        for cell in cells:
            self._people.update(dict.fromkeys(cell.rows, cell.number))
        for cell in cells:
            several = cell.own is None or self._people[cell.own] > 1
            can = (cell.number > 0, cell.takes, cell.returning, several)
            self._alike[cell.shared, cell.group, can].append(cell)
            if cell.own is not None:
                self._at_home[cell.own].append(cell)
        self._neighbors = [
            pair for each in self._at_home.values() for pair in combinations(each, 2)
        ]

    def _hide(self, rows: set[Row]) -> None:
        """Hide just these; of cells that differ in their own row only, two at least cost will do:
        one of them is outside of whatever row is looked at."""
        self.hidden = rows
        self._candidates = [
            cell for alike in self._alike.values() for cell in sorted(alike, key=self._own_cost)[:2]
        ]

    def _own_cost(self, cell: Cell) -> tuple[int, tuple[Row, ...]]:
        hidden = cell.own is None or cell.own in self.hidden
        return 0 if hidden else self._people[cell.own or cell.shared[0]], cell.rows

    def _make_safe(self) -> set[Row]:
        """Hide more until every row is safe, smallest first; gives those that nothing makes so."""
        done, hopeless = set[Row](), set[Row]()
        while waiting := self.hidden - done:
            row = min(waiting, key=lambda row: (self._people[row], row))
            more = self._missing(row)
            if more is None and row in self._strict:
                self._strict.remove(row)
                continue
            if more is None:
                hopeless.add(row)
            elif more:
                self._hide(self.hidden | more)
            done.add(row)
        return hopeless

    def _show_again(self, row: Row, hopeless: set[Row]) -> None:
        before = self.hidden
        self._hide(before - {row})
        if any(self._missing(other) for other in self.hidden - hopeless):
            self._hide(before)

    def _missing(self, row: Row) -> set[Row] | None:
        """The rows, of fewest people, that make a row safe once they are hidden too: none where
        it is safe. None where no rows do."""
        found: list[set[Row]] = []
        for cell, other in self._pairs(row):
            if self._can_change_places(row, cell, other):
                found.append(({*cell.rows} ^ {*other.rows}) - self.hidden)
                if not found[-1]:
                    break
        return min(found, key=self._cost, default=None)

    def _cost(self, rows: set[Row]) -> tuple[int, list[Row]]:
        return sum(self._people[row] for row in rows), sorted(rows)

    def _pairs(self, row: Row) -> Iterator[tuple[Cell, Cell]]:
        """Cells in a row, each with others that are not."""
        inside = self._at_home.get(row) or [each for each in self._candidates if row in each.shared]
        outside = [each for each in self._candidates if row not in each.rows]
        near = {each.shared for each in inside}
        outside.sort(key=lambda each: each.shared not in near)
        return chain(
            product(inside, outside),
            ((a, b) for a, b in self._neighbors if (row in a.rows) != (row in b.rows)),
        )

    def _can_change_places(self, row: Row, cell: Cell, other: Cell) -> bool:
        if row in self._strict and cell.group != other.group:
            return False
        return self._can_move(cell, other) or self._can_move(other, cell)

    def _can_move(self, giver: Cell, taker: Cell) -> bool:
        """Whether one could be in the other cell, had all that differs between them been hidden:
        a hidden row is known to hold somebody, before and after."""
        if not (giver.number and taker.takes):
            return False
        pairs = zip(giver.rows, taker.rows, strict=True)
        rows = [(left, right) for left, right in pairs if left != right]
        if any(self._people[left] < 2 or not self._people[right] for left, right in rows):
            return False
        return giver.returning or all(
            self._newcomers.get(left, 2) > 1 and self._newcomers.get(right, 1)
            for left, right in rows
        )

    def open_to_others(self) -> set[tuple[Row, ...]]:
        """The shared rows of cells into which one could come from other shared rows, unseen."""
        return {
            taker.shared
            for giver, taker in product(self._candidates, repeat=2)
            if giver.shared != taker.shared
            and {*giver.rows} ^ {*taker.rows} <= self.hidden
            and self._can_move(giver, taker)
        }
