"""What changed on which side: three versions of an event, compared piece by piece.

`taken` is what was last brought in, by columns; a column that it lacks was never compared. Nothing
that was edited here is ever among the changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.models.text import fold
from tracker.models.when import first_day, instant, is_day, last_day, parse_clock
from tracker.services.calendars.values import COLUMNS

Values = Mapping[str, Any]
WHEN = ("start_date", "end_date", "start_time", "end_time", "timezone")
WHEN_ALL_DAY = WHEN[:-1]
WHERE = ("venue", "city", "country")
# Columns that mean something only together; every other one stands by itself.
_TOGETHER = (WHEN, WHERE, ("latitude", "longitude"))
_NAMES = ("name_en", "name_es", "name_pt")


@dataclass(frozen=True)
class Merged:
    """What to set here, what to ask about, and what is taken once the changes are made.

    `conflicts` holds {"ours", "theirs"} by column.
    """

    changes: dict[str, Any]
    conflicts: dict[str, dict[str, Any]]
    taken: dict[str, Any]

    @property
    def status(self) -> str:
        """The word of an item that stands so."""
        return "conflict" if self.conflicts else "changed" if self.changes else "same"


def merge(taken: Values | None, ours: Values, theirs: Values) -> Merged:
    """Compare what was taken, what is here now and what they say now."""
    known = dict(taken or {})
    merged = Merged({}, {}, dict(known))
    for piece in pieces(theirs):
        if all(column in known for column in piece):
            if piece == WHEN and _all_day(known, ours, theirs):
                _merge_zone(merged, known, ours, theirs)
                piece = WHEN_ALL_DAY
            _merge_again(merged, piece, known, ours, theirs)
        else:
            _merge_first(merged, piece, ours, theirs)
    return merged


def pieces(values: Iterable[str]) -> list[tuple[str, ...]]:
    """The columns of these that are compared, those together that mean something together."""
    given = COLUMNS & set(values)
    together = [piece for piece in _TOGETHER if given.issuperset(piece)]
    single = given.difference(*together) if together else given
    return [*together, *((column,) for column in sorted(single))]


def piece_of(column: str) -> tuple[str, ...]:
    """The columns that are decided together with one."""
    return next((piece for piece in _TOGETHER if column in piece), (column,))


def _merge_again(
    merged: Merged, piece: tuple[str, ...], taken: Values, ours: Values, theirs: Values
) -> None:
    if all(theirs[column] == taken[column] for column in piece):
        return
    if all(ours[column] == taken[column] for column in piece):
        merged.changes.update(
            {column: theirs[column] for column in piece if ours[column] != theirs[column]}
        )
    elif not _same(piece, ours, theirs):
        _contradict(merged, piece, ours, theirs)
        return
    merged.taken.update({column: theirs[column] for column in piece})


def _all_day(*versions: Values) -> bool:
    return all(values["start_time"] is None for values in versions)


def _merge_zone(merged: Merged, taken: Values, ours: Values, theirs: Values) -> None:
    """The zone of whole days moves nothing that anybody sees, so nobody is asked about it."""
    if ours["timezone"] == taken["timezone"] != theirs["timezone"]:
        merged.changes["timezone"] = theirs["timezone"]
    merged.taken["timezone"] = theirs["timezone"]


def _merge_first(merged: Merged, piece: tuple[str, ...], ours: Values, theirs: Values) -> None:
    """An event that was here already: what is empty is filled, what differs is asked about."""
    if not _agree(piece, ours, theirs):
        _contradict(merged, piece, ours, theirs)
        return
    if piece == WHEN and _vague(ours):
        filled = {c: theirs[c] for c in piece if ours[c] != theirs[c]}
    elif piece == WHEN and ours["timezone"] not in (None, theirs["timezone"]):
        filled = {}
    else:
        filled = {c: theirs[c] for c in piece if ours[c] is None and theirs[c] is not None}
    merged.changes.update(filled)
    merged.taken.update({column: theirs[column] for column in piece})


def _contradict(merged: Merged, piece: tuple[str, ...], ours: Values, theirs: Values) -> None:
    for column in piece:
        if ours[column] != theirs[column]:
            merged.conflicts[column] = {"ours": ours[column], "theirs": theirs[column]}


def _same(piece: tuple[str, ...], ours: Values, theirs: Values) -> bool:
    return all(ours[column] == theirs[column] for column in piece)


def _agree(piece: tuple[str, ...], ours: Values, theirs: Values) -> bool:
    """Whether nothing that both say differs."""
    if piece == WHEN:
        return _agree_when(ours, theirs)
    return all(
        ours[column] is None or theirs[column] is None or _alike(column, ours, theirs)
        for column in piece
    )


def _alike(column: str, ours: Values, theirs: Values) -> bool:
    one, other = ours[column], theirs[column]
    if column in (*_NAMES, "venue", "city"):
        return fold(one) == fold(other)
    if column in ("latitude", "longitude"):
        # Half a kilometer: a building and its city are the same place.
        return bool(abs(one - other) < 0.005)
    if column in ("url", "join_url"):
        return str(one).rstrip("/") == str(other).rstrip("/")
    if column == "description":
        return " ".join(one.split()) == " ".join(other.split())
    return bool(one == other)


def _agree_when(ours: Values, theirs: Values) -> bool:
    """Whether the days are the same, and the times as far as both have any."""
    if _vague(ours):
        return _contains(ours, theirs)
    if ours["start_time"] is not None and theirs["start_time"] is not None:
        return _moments_agree(ours, theirs)
    if any(ours[day] != theirs[day] for day in ("start_date", "end_date")):
        return False
    return theirs["start_time"] is None or ours["timezone"] in (None, theirs["timezone"])


def _vague(values: Values) -> bool:
    """Whether its days are not known yet."""
    return not (is_day(values["start_date"]) and is_day(values["end_date"]))


def _contains(ours: Values, theirs: Values) -> bool:
    """Whether days lie in the month or year that is known."""
    if ours["start_date"] is None:
        return True
    start, end = first_day(ours["start_date"]), last_day(ours["end_date"] or ours["start_date"])
    return start <= first_day(theirs["start_date"]) and last_day(theirs["end_date"]) <= end


def _moments_agree(ours: Values, theirs: Values) -> bool:
    """Whether they start and end at the same instants: two names of one zone are no difference."""
    ends = ours["end_time"] is not None and theirs["end_time"] is not None
    sides = (("start_date", "start_time"), ("end_date", "end_time"))[: 1 + ends]
    return all(
        instant(first_day(ours[day]), parse_clock(ours[clock]), ours["timezone"])
        == instant(first_day(theirs[day]), parse_clock(theirs[clock]), theirs["timezone"])
        for day, clock in sides
    )
