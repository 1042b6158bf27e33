"""Teams' old list, a line for each joining and each leaving, as intervals."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.formats.attendees.dates import read
from tracker.formats.attendees.hosts import name_words
from tracker.formats.attendees.layout import Item
from tracker.formats.attendees.meaning import RowReader
from tracker.formats.attendees.rows import Row
from tracker.formats.attendees.survey import action_sign
from tracker.formats.attendees.titles import ACTION, MOMENT


@dataclass(slots=True)
class _Stay:
    """A row whose end is known once somebody left."""

    row: Row
    complete: bool = False


class Stays:
    """Pairs joins with leaves; who never leaves stayed until the last line of the file."""

    def __init__(self, end: datetime | None) -> None:
        self.end = end
        self._open: dict[str, deque[_Stay]] = {}
        self._waiting: deque[_Stay] = deque()

    def rows(self, items: Iterable[tuple[Item, RowReader]]) -> Iterator[Row]:
        """The intervals, in the order in which they began."""
        for item, reader in items:
            self._take(item, reader)
            while self._waiting and self._waiting[0].complete:
                yield self._waiting.popleft().row
        for stay in self._waiting:
            yield stay.row if stay.complete else replace(stay.row, left=self.end)

    def _take(self, item: Item, reader: RowReader) -> None:
        row = reader.row(item)
        if row is None:
            return
        sign = action_sign(reader.columns.get(item.cells, ACTION))
        moment = read(reader.columns.get(item.cells, MOMENT), reader.context.order)
        if row.set_aside == "heading" or row.set_aside == "total" or not sign:
            self._waiting.append(_Stay(row, complete=True))
            return
        opened = self._open.setdefault(name_words(row.name), deque())
        if sign < 0:
            stay = _Stay(replace(row, joined=moment))
            opened.append(stay)
            self._waiting.append(stay)
        elif opened:
            # With two devices, the first to come is taken for the first to go.
            stay = opened.popleft()
            stay.row = replace(stay.row, left=moment, raw=f"{stay.row.raw} / {row.raw}")
            stay.complete = True
        else:
            self._waiting.append(_Stay(replace(row, left=moment), complete=True))
