"""Where the tables of a file are: sections, facts above the headings, headings, rows under them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.formats.attendees.grids import Lines
from tracker.formats.attendees.titles import (
    IGNORED,
    chosen_columns,
    columns_of,
    known_question,
    known_title,
)
from tracker.formats.attendees.values import fold

# Rows in which a heading is looked for with patience; below, only a plain one is taken for one.
EARLY = 20
_IDENTITY = frozenset(("name", "first_name", "last_name", "email"))

Heading = tuple[str, ...]

# The sections of a report, by the line that stands above each, folded.
_SECTIONS = tuple(
    (name, re.compile("|".join(patterns)))
    for name, *patterns in (
        (
            "host",
            r"host details|detalles? (del?|de los) anfitri\w+",
            r"detalhes? d[oe]s? (host|anfitri\w+)",
        ),
        (
            "panelist",
            r"panelists? details|detalles? (del?|de los) (panelistas?|ponentes?)",
            r"detalhes? d[oe]s? (painelistas?|panelistas?|palestrantes?)",
        ),
        (
            "attendee",
            r"attendees? details|detalles? (del?|de los) (asistentes?|espectador\w*)",
            r"detalhes? d[oe]s? (participantes?|espectador\w*)",
        ),
        (
            "other",
            r"other attended|otros? (que )?asist\w+|outros? (que )?(assist|particip)\w+",
        ),
        (
            "registrant",
            r"registrants? details|detalles? (del?|de los) (inscri\w+|registrad\w+)",
            r"detalhes? d[oe]s? (inscri\w+|registrad\w+)",
        ),
        (
            "teams-facts",
            r"1 (summary|resumen|resumo)|meeting summary|resumen de la reunion|resumo da reuniao",
        ),
        ("teams-people", r"2 (participants|participantes)"),
        ("teams-times", r"3 (in meeting activities|actividades .*reunion|atividades .*reuniao)"),
        ("teams-more", r"4 (meeting engagement|.*reunion|.*reuniao)"),
    )
)


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, and the section it stands in ("" where the file has none)."""

    number: int
    section: str
    heading: Heading
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A line that is not blank: a row of a table, a heading, or a fact above one (no table).

    A heading has a table where it repeats that of the table. `apart` where a blank line is above.
    """

    number: int
    cells: list[str]
    table: Table | None = None
    is_heading: bool = False
    apart: bool = False


@dataclass(slots=True)
class Layout:
    """How a file is laid out, as far as its lines do not say it.

    `columns` what a person chose for a heading; `heading_row` where no heading has known titles:
    its number, 0 for a table without one. `single` takes one title alone for a heading.
    """

    columns: Mapping[Heading, Sequence[str]] = field(default_factory=dict)
    heading_row: int | None = None
    single: bool = False

    def walk(self, lines: Lines) -> Iterator[Item]:
        """The lines that are not blank, and what each of them is."""
        return _Walk(self).items(lines)

    def columns_under(self, heading: Heading) -> tuple[str, ...]:
        """The fields of the columns of a heading."""
        found = columns_of(heading)
        chosen = self.columns.get(heading)
        return found if chosen is None else chosen_columns(chosen, found)


class _Walk:
    """One walk through a file."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.table: Table | None = None
        self.section = ""
        self.lines_seen = 0
        self.under_heading = False
        if layout.heading_row == 0:
            self.table = Table(0, "", (), tuple(layout.columns.get((), ())))

    def items(self, lines: Lines) -> Iterator[Item]:
        apart = False
        for number, cells in lines():
            if not any(cells):
                apart = True
                continue
            yield self._item(number, cells, apart)
            apart = False

    def _item(self, number: int, cells: list[str], apart: bool) -> Item:
        self.lines_seen += 1
        under_heading, self.under_heading = self.under_heading, False
        if (section := _section_of(cells, self.section)) is not None:
            self.table, self.section, self.lines_seen = None, section, 0
            return Item(number, cells)
        if under_heading and self.table is not None and _completes(self.table.heading, cells):
            self._complete(self.table, cells)
            return Item(number, cells)
        if self._is_heading(number, cells):
            return self._heading(number, cells)
        return Item(number, cells, self.table, apart=apart)

    def _is_heading(self, number: int, cells: list[str]) -> bool:
        if self.layout.heading_row is not None:
            return number == self.layout.heading_row
        if self.table is not None and self.table.heading == tuple(cells):
            return True
        if self.table is None and self.lines_seen <= EARLY:
            return is_heading(cells, single=self.layout.single)
        return _is_plain_heading(cells)

    def _heading(self, number: int, cells: list[str]) -> Item:
        heading = tuple(cells)
        while heading and not heading[-1]:
            heading = heading[:-1]
        if self.table is not None and self.table.heading == heading:
            return Item(number, cells, self.table, is_heading=True)
        self.table = Table(number, self.section, heading, self.layout.columns_under(heading))
        self.under_heading = self.layout.heading_row is None
        return Item(number, cells, is_heading=True)

    def _complete(self, table: Table, cells: list[str]) -> None:
        """Take the second line of a heading into the first."""
        width = max(len(table.heading), len(cells))
        both = zip(_padded(table.heading, width), _padded(cells, width), strict=True)
        heading = tuple(below or above for above, below in both)
        self.table = Table(table.number, table.section, heading, self.layout.columns_under(heading))


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _section_of(cells: list[str], current: str) -> str | None:
    """The section that a line opens, None for any other line."""
    if not cells[0] or len(cells[0]) > 80 or any(cells[1:]):
        return None
    folded = fold(cells[0])
    for name, pattern in _SECTIONS:
        if pattern.fullmatch(folded):
            return name
    # Whatever Teams numbers after what is known.
    if current.startswith("teams-") and re.match(r"[3-9]\. ", cells[0]):
        return "teams-more"
    return None


def is_heading(cells: Sequence[str], *, single: bool = False) -> bool:
    """Whether a line near the top names columns, one of them a name or an address."""
    filled = [cell for cell in cells if cell]
    if any("@" in cell for cell in filled):
        return False
    exact = [title for cell in filled if (title := known_title(cell)) is not None]
    if not exact:
        return False
    fields = set(columns_of(cells))
    if not fields & _IDENTITY:
        return False
    known = sum(1 for cell in filled if known_title(cell) or known_question(cell))
    return known >= 2 or (single and len(filled) == 1)


def _is_plain_heading(cells: Sequence[str]) -> bool:
    """Whether every cell of a line is a known title, and two of them name fields."""
    # Cheap, since it is asked of every row: a title is no address, short, and ends in no digit.
    if any("@" in cell for cell in cells):
        return False
    fields = set()
    for cell in cells:
        if not cell:
            continue
        if len(cell) > 60 or cell[-1].isdigit() or (title := known_title(cell)) is None:
            return False
        fields.add(title.field)
    return len(fields - {IGNORED}) >= 2 and bool(fields & _IDENTITY)


def _completes(heading: Heading, cells: Sequence[str]) -> bool:
    """Whether a line holds titles only, all under cells of the heading that say nothing."""
    known = False
    for index, cell in enumerate(cells):
        if not cell:
            continue
        above = heading[index] if index < len(heading) else ""
        if known_title(cell) is None or known_title(above) is not None:
            return False
        known = True
    return known
