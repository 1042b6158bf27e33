"""Figures as they were issued beside those of now: what differs, on the JSON of reports.

Nothing here knows a database or a language. Labels name rows and are no figures, so they are
never compared: the two reports may be in different languages.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

Json = Mapping[str, Any]
Row = Sequence[Any]
DIFFERENCES = ("table", "key", "label", "column", "then", "now", "change")
Signature = Callable[["_Keyed"], Hashable]


class Cell(Enum):
    """What can stand in the place of a value."""

    # A small cell that is hidden from this audience.
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Figure:
    """A value then and now.

    `by` is what was added since, of a range (lower end, upper end); None where one of the two is
    not known or no number.
    """

    name: str
    then: Any
    now: Any
    by: Any = None

    @property
    def differs(self) -> bool:
        """Whether the value is another one now."""
        return bool(self.then != self.now)


@dataclass(frozen=True)
class RowThenAndNow:
    """A row: `change` is changed, gone, new or same; a gone or new one has one side only."""

    key: str
    label: str
    change: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class TableThenAndNow:
    """A table by its rows: those that differ, in their order, and those that do not."""

    name: str
    title: str
    columns: tuple[str, ...]
    differing: tuple[RowThenAndNow, ...]
    same: tuple[RowThenAndNow, ...]
    # The columns that hold words rather than figures.
    texts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Comparison:
    """All measures, and all tables that were issued."""

    measures: tuple[Figure, ...]
    tables: tuple[TableThenAndNow, ...]

    @property
    def differs(self) -> bool:
        """Whether any figure is another one now."""
        return self.differing_measures > 0 or any(table.differing for table in self.tables)

    @property
    def differing_measures(self) -> int:
        """How many measures are others now."""
        return sum(measure.differs for measure in self.measures)

    @property
    def differing_rows(self) -> int:
        """How many rows of tables are others now, gone or new."""
        return sum(len(table.differing) for table in self.tables)


def compare(then: Json, now: Json) -> Comparison:
    """The figures of two reports that answer the same question; what is only in `now` was not issued."""
    tables_now = {table["name"]: table for table in now["tables"]}
    return Comparison(
        tuple(
            _figure(name, value, now["measures"].get(name))
            for name, value in then["measures"].items()
        ),
        tuple(_table(table, tables_now.get(table["name"])) for table in then["tables"]),
    )


def differences(comparison: Comparison) -> Iterator[tuple[Any, ...]]:
    """What differs, value by value, in the columns of DIFFERENCES; a range as its two ends."""
    for measure in comparison.measures:
        if measure.differs:
            for column, then, now, by in _ends(measure):
                yield "measures", measure.name, None, column, then, now, by
    for table in comparison.tables:
        for row in table.differing:
            for each in row.figures:
                if each.differs:
                    values = (_plain(each.then), _plain(each.now), each.by)
                    yield table.name, row.key, row.label, each.name, *values


def _ends(measure: Figure) -> Iterator[tuple[str, Any, Any, Any]]:
    then, now = measure.then, measure.now
    if not isinstance(then, Mapping) and not isinstance(now, Mapping):
        yield "value", then, now, measure.by
        return
    for end in ("at_least", "at_most", "approximate"):
        before, after = (side[end] if isinstance(side, Mapping) else side for side in (then, now))
        if before != after:
            yield end, before, after, _added(before, after)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Cell) else value


def _figure(name: str, then: Any, now: Any) -> Figure:
    return Figure(name, then, now, _added(then, now))


def _added(then: Any, now: Any) -> Any:
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        return tuple(_added(then[end], now[end]) for end in ("at_least", "at_most"))
    if _is_number(then) and _is_number(now):
        # Half hours, such as 0.1 + 0.2, are no more exact than they are shown.
        return round(now - then, 1)
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class _Keyed:
    """A row by the names of its columns."""

    key: str
    label: str
    values: Mapping[str, Any]


def _table(then: Json, now: Json | None) -> TableThenAndNow:
    # One that this version no longer has: all its rows are gone.
    now = now or {"columns": then["columns"], "rows": [], "title": then["title"]}
    columns = tuple(
        name for name in then["columns"] if name in now["columns"] and not _names_row(name)
    )
    rows = [
        _row(old, new, columns)
        for old, new in _pairs(list(_keyed(then, columns)), list(_keyed(now, columns)))
    ]
    return TableThenAndNow(
        then["name"],
        now["title"],
        columns,
        tuple(row for row in rows if row.change != "same"),
        tuple(row for row in rows if row.change == "same"),
        frozenset(
            each.name
            for row in rows
            for each in row.figures
            if isinstance(each.then, str) or isinstance(each.now, str)
        ),
    )


def _names_row(column: str) -> bool:
    return column in ("key", "label")


def _keyed(table: Json, columns: Sequence[str]) -> Iterator[_Keyed]:
    places = {name: place for place, name in enumerate(table["columns"])}
    hidden = {(row, column) for row, column in table.get("suppressed", ())}
    for number, row in enumerate(table["rows"]):
        values = {
            name: Cell.HIDDEN if (number, places[name]) in hidden else row[places[name]]
            for name in columns
        }
        label = row[places["label"]] if "label" in places else row[0]
        yield _Keyed(str(row[0]), str(label or row[0]), values)


def _row(old: _Keyed | None, new: _Keyed | None, columns: Sequence[str]) -> RowThenAndNow:
    shown = new or old
    assert shown is not None
    figures = tuple(
        _figure(name, old.values[name] if old else None, new.values[name] if new else None)
        for name in columns
    )
    return RowThenAndNow(shown.key, shown.label, _change(old, new), figures)


def _change(old: _Keyed | None, new: _Keyed | None) -> str:
    if old is None:
        return "new"
    if new is None:
        return "gone"
    return "same" if old.values == new.values else "changed"


def _pairs(
    old: Sequence[_Keyed], new: Sequence[_Keyed]
) -> Iterator[tuple[_Keyed | None, _Keyed | None]]:
    """Rows of the same key, in the order of the keys; a row without its like stands alone."""
    before, after = _by_key(old), _by_key(new)
    for key in sorted({*before, *after}):
        those = before.get(key, []), after.get(key, [])
        yield from _of_one_key(*those)


def _by_key(rows: Iterable[_Keyed]) -> dict[str, list[_Keyed]]:
    found: dict[str, list[_Keyed]] = defaultdict(list)
    for row in rows:
        found[row.key].append(row)
    return found


def _of_one_key(
    old: list[_Keyed], new: list[_Keyed]
) -> Iterator[tuple[_Keyed | None, _Keyed | None]]:
    """Several rows share a key in lists: alike ones first, then those that say the same of what."""
    if len(old) > 1 or len(new) > 1:
        for signature in (_whole, _texts):
            alike, old, new = _match(old, new, signature)
            yield from alike
    if len(old) == len(new) == 1:
        yield old[0], new[0]
        return
    yield from ((row, None) for row in old)
    yield from ((None, row) for row in new)


def _match(
    old: list[_Keyed], new: list[_Keyed], signature: Signature
) -> tuple[list[tuple[_Keyed, _Keyed]], list[_Keyed], list[_Keyed]]:
    waiting: dict[Hashable, list[_Keyed]] = defaultdict(list)
    for row in reversed(new):
        waiting[signature(row)].append(row)
    alike, alone = [], []
    for row in old:
        there = waiting[signature(row)]
        if there:
            alike.append((row, there.pop()))
        else:
            alone.append(row)
    left = {id(row) for rows in waiting.values() for row in rows}
    return alike, alone, [row for row in new if id(row) in left]


def _whole(row: _Keyed) -> Hashable:
    return tuple(row.values.values())


def _texts(row: _Keyed) -> Hashable:
    return tuple(value for value in row.values.values() if isinstance(value, str))
