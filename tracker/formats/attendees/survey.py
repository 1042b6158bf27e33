"""The first walk through a file: what it is, what its dates mean, and how much of it there is."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tracker.formats.attendees.days import DateSurvey, EventDays
from tracker.formats.attendees.grids import Lines
from tracker.formats.attendees.hosts import Hosts
from tracker.formats.attendees.layout import Item, Layout, Table
from tracker.formats.attendees.recognition import Format, recognize
from tracker.formats.attendees.rows import Limits, Problem, UnreadableFile
from tracker.formats.attendees.titles import ACTION, MOMENT
from tracker.formats.attendees.words import is_present, status_word

_SAMPLES = 5
_MOST_WIDE = 5
_MOST_TABLES = 500


def action_sign(cell: str) -> int:
    """-1 where a cell of Teams' old list says that somebody joined, +1 for left, 0 for neither."""
    word = cell.lower()
    if word.startswith(("join", "se uni", "unid", "entr", "ingres", "uni")):
        return -1
    return int(word.startswith(("left", "leave", "sali", "aband", "saiu", "se fue", "deix", "dej")))


class Cells:
    """The cells of a row by the field of their column."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._places: dict[str, int] = {}
        for index, name in enumerate(table.columns):
            self._places.setdefault(name, index)

    def has(self, name: str) -> bool:
        """Whether there is a column of the field."""
        return name in self._places

    def get(self, cells: list[str], name: str) -> str:
        """The cell of the field, "" where there is none."""
        place = self._places.get(name, -1)
        return cells[place] if 0 <= place < len(cells) else ""


@dataclass(slots=True)
class SectionSurvey:
    """What the rows of one section come to."""

    dates: DateSurvey
    tables: list[Table] = field(default_factory=list)
    rows: int = 0
    came: int = 0
    wide: list[Problem] = field(default_factory=list)

    def add(self, item: Item, columns: Cells) -> None:
        """Count a row."""
        self.rows += 1
        self._count_present(item.cells, columns)
        if columns.has(ACTION):
            sign = action_sign(columns.get(item.cells, ACTION))
            self.dates.add_moment(item.number, columns.get(item.cells, MOMENT), sign)
        elif columns.has("joined") or columns.has("left"):
            self.dates.add(
                item.number, columns.get(item.cells, "joined"), columns.get(item.cells, "left")
            )
        width = len(columns.table.heading)
        if 0 < width < len(item.cells) and any(item.cells[width:]) and len(self.wide) < _MOST_WIDE:
            self.wide.append(Problem("row-too-wide", item.number))

    def _count_present(self, cells: list[str], columns: Cells) -> None:
        present = columns.has("present") and is_present(columns.get(cells, "present"))
        if present or status_word(columns.get(cells, "status")) == "attended":
            self.came += 1


@dataclass(slots=True)
class Survey:
    """What a whole file comes to; `kind` is None where no program is recognized."""

    days: EventDays
    sections: dict[str, SectionSurvey] = field(default_factory=dict)
    samples: dict[Table, list[tuple[str, ...]]] = field(default_factory=dict)
    hosts: Hosts = field(default_factory=Hosts)
    kind: Format | None = None
    has_heading: bool = False

    @property
    def tables(self) -> list[Table]:
        """The tables that have rows."""
        return [table for section in self.sections.values() for table in section.tables]

    def used(self, kind: Format) -> dict[str, SectionSurvey]:
        """The sections whose rows count: all, or the first one that a format prefers."""
        for name in kind.sections:
            if name in self.sections:
                return {name: self.sections[name]}
        return self.sections


def survey(lines: Lines, layout: Layout, days: EventDays, limits: Limits) -> Survey:
    """Walk through a file once. Raises UnreadableFile "too-large" beyond the limit of rows."""
    found = Survey(days)
    columns: Cells | None = None
    for item in layout.walk(lines):
        if item.table is None:
            found.has_heading |= item.is_heading
            found.hosts.look(item.cells)
            continue
        if columns is None or columns.table is not item.table:
            columns = Cells(item.table)
            found.hosts.stop()
        if not item.is_heading:
            _add(found, item, columns, limits)
    found.kind = recognize(found.tables)
    return found


def _add(found: Survey, item: Item, columns: Cells, limits: Limits) -> None:
    table = columns.table
    section = found.sections.get(table.section)
    if section is None:
        section = found.sections[table.section] = SectionSurvey(DateSurvey(found.days))
    if table not in found.samples:
        if len(found.samples) == _MOST_TABLES:
            raise UnreadableFile("too-large", item.number)
        section.tables.append(table)
        found.samples[table] = []
    section.add(item, columns)
    if section.rows > limits.rows:
        raise UnreadableFile("too-large", item.number)
    samples = found.samples[table]
    if len(samples) < _SAMPLES:
        width = len(table.heading) or len(item.cells)
        samples.append(tuple([*item.cells, *[""] * width][:width]))


def first_lines(lines: Lines, layout: Layout, most: int) -> Iterator[Item]:
    """The first lines that are not blank."""
    for count, item in enumerate(layout.walk(lines)):
        if count == most:
            return
        yield item
