"""Whether a report has the figures that SQL written by hand has."""

from collections.abc import Iterator
from typing import Any

from bench.report_floor import Floor

# Columns that both have under the same name, and mean the same by.
_FIGURES = ("events", "attendances", "people", "returning", "newcomers", "held", "attended")
# Of the people in the statement only the new ones are counted.
_OTHERWISE = {"newcomers_by_region"}
Row = dict[str, Any]


def disagreements(report: dict[str, Any], floor: Floor) -> list[str]:
    """What differs, in words; measures and tables that only one of them has are left out."""
    return [*_of_measures(report["measures"], floor.measures), *_of_tables(report, floor)]


def _of_measures(ours: Row, floor: Row) -> Iterator[str]:
    for name in ours.keys() & floor.keys():
        if ours[name] != floor[name]:
            yield f"{name}: {ours[name]} is {floor[name]}"
    if "at_least" in floor:
        # The organization's statement is of those it reached.
        name = "reached" if "reached" in ours else "participants"
        ends = {end: floor[end] for end in ("at_least", "at_most")}
        if {end: ours[name][end] for end in ends} != ends:
            yield f"{name}: {ours[name]} is {ends}"


def _of_tables(report: dict[str, Any], floor: Floor) -> Iterator[str]:
    for table in report["tables"]:
        name, columns = table["name"], table["columns"]
        rows = floor.tables.get(name)
        if rows is None or name in _OTHERWISE or not rows or "key" not in rows[0]:
            continue
        known = {row[0]: dict(zip(columns, row, strict=True)) for row in table["rows"]}
        names = [each for each in _FIGURES if each in columns and each in rows[0]]
        if not names:
            continue
        for row in rows:
            own = known.get(str(row["key"]))
            if own is None or any(own[each] != row[each] for each in names):
                yield f"{name}: {own} is {row}"
