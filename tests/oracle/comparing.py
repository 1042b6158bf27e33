"""The answer of the service beside the answer of the oracle: every difference in a line."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tests.oracle.world import Answer, Asked, Rows
from tracker.formats.tables import Table
from tracker.services.counting.ranges import Range
from tracker.services.reports.report import Report

# Rule 19: where small cells of people are hidden from the public.
HIDING = {"event", "space"}
SMALL = {
    "by_gender": ("people",),
    "by_country": ("people",),
    "by_region": ("people",),
    "newcomers_by_region": ("people",),
}


def differences(
    report: Report, answer: Answer, asked: Asked, ids: Mapping[str, int]
) -> Iterator[str]:
    """Every measure and cell that is not what the rules say; `ids` are those of people."""
    measures = {measure.name: plain(measure.value) for measure in report.measures}
    for name, value in answer.measures.items():
        if name not in measures:
            yield f"measure {name} is not there"
        elif measures[name] != value:
            yield f"measure {name} is {measures[name]}, not {value}"
    if asked.reader is None and report.table("delegates") is not None:
        yield "names are shown to the public"
    for name, rows in answer.tables.items():
        table = report.table(name)
        if table is None:
            yield f"table {name} is not there"
            continue
        if name == "delegates":
            rows = with_ids(rows, ids)
        hides = asked.reader is None and asked.report in HIDING
        yield from of_table(table, rows)
        yield from hidden(table, rows, SMALL.get(name, ()) if hides else ())


def plain(value: Any) -> Any:
    """A range as the oracle writes it."""
    if isinstance(value, Range):
        return value.at_least, value.at_most, value.approximate
    return value


def with_ids(rows: Rows, ids: Mapping[str, int]) -> Rows:
    """The rows of people under the ids that they were given."""
    found = [(str(ids[row[0]]), *row[1:]) for row in rows.rows]
    return Rows(rows.columns, sorted(found))


def of_table(table: Table, expected: Rows) -> Iterator[str]:
    """The rows that are too many, missing, out of order or different in a cell that is shown."""
    missing = [column for column in expected.columns if column not in table.columns]
    if missing:
        if expected.rows:
            yield f"{table.name} has no {missing}"
        return
    places = [table.columns.index(column) for column in expected.columns]
    covered = set(table.suppressed)
    shown = [
        tuple(HIDDEN if (number, place) in covered else text(row[place]) for place in places)
        for number, row in enumerate(table.rows)
    ]
    keys = [str(row[0]) for row in table.rows]
    if keys != sorted(keys):
        yield f"{table.name} is not in the order of its keys: {keys}"
    wanted = expected.rows
    if len(set(keys)) < len(keys):  # rows of one key are in whatever order
        shown, wanted = sorted(shown, key=str), sorted(wanted, key=str)
    if len(shown) == len(wanted) and all(map(same, shown, wanted)):
        return
    yield f"{table.name} {expected.columns} is {shown}, not {wanted}"


def same(row: tuple, wanted: tuple) -> bool:
    """Whether all cells that are shown are as they have to be."""
    return all(cell in (HIDDEN, right) for cell, right in zip(row, wanted, strict=True))


def text(cell: Any) -> Any:
    """A day as the load format writes it."""
    return cell.isoformat() if isinstance(cell, date) else cell


def hidden(table: Table, expected: Rows, columns: tuple[str, ...]) -> Iterator[str]:
    """Rule 19: what is 1 to 4 is hidden, not alone; 0 never is, and nothing without need."""
    covered = set(table.suppressed)
    if any(table.rows[row][column] is not None for row, column in covered):
        yield f"{table.name} shows what it says is hidden"
    if not columns and covered:
        yield f"{table.name} hides {covered}"
    for name in columns:
        if name not in expected.columns:
            continue
        counted = [row[expected.columns.index(name)] or 0 for row in expected.rows]
        place = table.columns.index(name)
        away = [number for number in range(len(counted)) if (number, place) in covered]
        if any(1 <= count <= 4 and number not in away for number, count in enumerate(counted)):
            yield f"{table.name} shows a small cell of {name}: {counted}, hidden {away}"
        if any(counted[number] == 0 for number in away):
            yield f"{table.name} hides a zero of {name}: {counted}, hidden {away}"
        others = [count for count in counted if count]
        if len(away) == 1 and len(others) > 1:
            yield f"{table.name} hides one cell of {name} alone: {counted}, hidden {away}"


class _Hidden:
    def __repr__(self) -> str:
        return "hidden"


HIDDEN = _Hidden()
