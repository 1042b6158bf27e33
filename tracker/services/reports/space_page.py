"""A space's report as its page shows it: editions in the order of time, and their charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.formats.tables import Table
from tracker.models.vocabulary import STAKEHOLDER_GROUPS
from tracker.services.counting.ranges import Range
from tracker.services.reports.report import UNKNOWN, Report

# More editions than this are a line rather than bars.
MOST_BARS = 40
_YEAR = len("YYYY")
Row = dict[str, Any]


@dataclass(frozen=True)
class SpacePage:
    """What the page of a space's report adds to it; all in the order of the editions.

    `sizes` are the editions of whose participants anything is known; `named` those with recorded
    people. `groups` are the stakeholder groups that anybody is of.
    """

    editions: Sequence[Row]
    sizes: Sequence[Row]
    named: Sequence[Row]
    groups: Sequence[str]
    organizations: Sequence[Row]

    @property
    def exact(self) -> bool:
        """Whether every size is one figure and no range."""
        return all(row["at_least"] == row["at_most"] for row in self.sizes)

    @property
    def kind(self) -> str:
        """The chart of their sizes."""
        return "line" if len(self.sizes) > MOST_BARS else "bar"


def space_page_of(report: Report) -> SpacePage:
    """What the page of a space's report adds to it."""
    editions = _editions(report)
    named = [row for row in editions if row["attendances"]]
    groups = [
        group
        for group in (*STAKEHOLDER_GROUPS, UNKNOWN)
        if any(row["groups"].get(group) for row in named)
    ]
    sizes = [row for row in editions if row["there"] is not None]
    return SpacePage(editions, sizes, named, groups, _organizations(report, editions, named))


def _editions(report: Report) -> list[Row]:
    """The editions, earliest first, with what the other tables say of each."""
    editions = _rows(report.table("by_edition"))
    editions.sort(key=lambda row: (row["start"] is None, str(row["start"]), row["key"]))
    groups = {row["key"]: row for row in _rows(report.table("groups_by_edition"))}
    kept = {row["key"]: row for row in _rows(report.table("retention"))}
    for row, short in zip(editions, _short(editions), strict=True):
        row["short"], row["there"] = short, None
        if row["at_least"] is not None:
            row["there"] = Range(row["at_least"], row["at_most"], bool(row["approximate"]))
        row["groups"] = groups.get(row["key"], {})
        own = kept.get(row["key"], {})
        row["returning"], row["newcomers"] = own.get("returning"), own.get("newcomers")
    return editions


def _short(editions: Sequence[Row]) -> list[str]:
    """What tells the editions apart in little room: the year, else the end of the key."""
    years = [str(row["start"])[:_YEAR] for row in editions if row["start"]]
    if len(set(years)) == len(editions):
        return years
    words = [str(row["key"]).split("-") for row in editions]
    same = 0
    while all(len(own) > same + 1 and own[same] == words[0][same] for own in words):
        same += 1
    return ["-".join(own[same:]) for own in words]


def _organizations(report: Report, editions: Sequence[Row], named: Sequence[Row]) -> list[Row]:
    """Those that came and went: the most faithful first, with what became of each."""
    names = {row["key"]: row for row in editions}
    latest = named[-1]["key"] if named else None
    rows = _rows(report.table("came_and_went"))
    rows.sort(key=lambda row: (-row["editions"], -row["people"], row["key"]))
    for row in rows:
        row["ends"] = [names[key] for key in (row["first"], row["last"]) if key in names]
        row["came"] = len(named) > 1 and row["first"] == latest
        row["went"] = row["last"] != latest
    return rows


def _rows(table: Table | None) -> list[Row]:
    if table is None:
        return []
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]
