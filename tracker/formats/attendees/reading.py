"""Attendee files in, rows out: the one way in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import BinaryIO

from tracker.formats.attendees.containers import is_workbook
from tracker.formats.attendees.dates import ORDERS
from tracker.formats.attendees.days import EventDays
from tracker.formats.attendees.encoding import detect_encoding, text_lines
from tracker.formats.attendees.grids import Lines, find_separator, text_grid
from tracker.formats.attendees.intervals import Stays
from tracker.formats.attendees.layout import EARLY, Item, Layout, Table
from tracker.formats.attendees.meaning import Context, RowReader
from tracker.formats.attendees.pasted import find_inner_separator, looks_pasted, read_pasted
from tracker.formats.attendees.recognition import BY_NAME, CSV, GENERIC, PASTED, SHEET, Format
from tracker.formats.attendees.rows import (
    FIELDS,
    WEB,
    AttendeeFile,
    Limits,
    Problem,
    Row,
    UnreadableFile,
)
from tracker.formats.attendees.sheets import sheet_grid
from tracker.formats.attendees.survey import Survey, first_lines, survey
from tracker.formats.attendees.titles import language_of

_MOST_PROBLEMS = 50
_SAMPLES = 5
_TABLE_NAMES = (".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What a person said of a file, and how much of it may be read."""

    days: EventDays
    format: str
    columns: tuple[str, ...] | None
    dates: str | None
    limits: Limits


def read_attendees(
    file: BinaryIO,
    filename: str,
    days: tuple[date, date] | None,
    *,
    format: str = "auto",  # noqa: A002 - the word of the contract
    columns: Sequence[str] | None = None,
    dates: str | None = None,
    limits: Limits = WEB,
) -> AttendeeFile:
    """Find out what a file is, and how its rows are to be read.

    `file` must be seekable and stay open; `filename` only tells two columns of a table from pairs
    in a list, and is empty for what was pasted. `days` are the first and last day of the event.
    `format` is a name of FORMAT_NAMES, `columns` a word of FIELDS for each column of the heading,
    `dates` "dmy", "mdy" or "ymd": what a person chose. Raises UnreadableFile, and nothing else.
    """
    if format != "auto" and format not in BY_NAME:
        raise UnreadableFile("wrong-format", detail=format)
    if dates is not None and dates not in ORDERS:
        raise ValueError(dates)
    chosen = None if columns is None else tuple(f if f in FIELDS else "" for f in columns)
    wishes = _Wishes(EventDays(*(days or ())), format, chosen, dates, limits)
    if is_workbook(file, limits):
        return _read_table(sheet_grid(file, limits), wishes, SHEET)
    encoding = detect_encoding(file)
    if format != PASTED.name:
        # A list of people may stand two to a line; what is saved as a table has two columns there.
        is_saved = filename.lower().endswith(_TABLE_NAMES)
        separator = find_separator(file, encoding, fewest=2 if is_saved else 3)
        if separator:
            lines = text_grid(file, encoding, separator)
            if format != "auto" or chosen is not None or not _is_list(lines):
                return _read_table(lines, wishes, CSV)
        if chosen is not None or format not in ("auto", CSV.name):
            return _read_table(text_grid(file, encoding, separator or ","), wishes, CSV)
    return _read_list(lambda: text_lines(file, encoding), wishes)


def _is_list(lines: Lines) -> bool:
    """Whether lines of cells begin with people at once: no heading, and an address."""
    items = list(first_lines(lines, Layout(), EARLY))
    if any(item.table is not None for item in items):
        return False
    return bool(items) and any("@" in cell for cell in items[0].cells)


def _read_table(lines: Lines, wishes: _Wishes, plain: Format) -> AttendeeFile:
    layout = Layout(single=plain is SHEET)
    found = survey(lines, layout, wishes.days, wishes.limits)
    if not found.tables and not found.has_heading:
        if wishes.format not in GENERIC | {"auto"}:
            raise UnreadableFile("wrong-format", detail=plain.name)
        layout = _guessed_layout(lines, layout, wishes)
        found = survey(lines, layout, wishes.days, wishes.limits)
    elif found.tables and wishes.columns is not None:
        main = _main_table(found, found.kind or plain)
        if len(wishes.columns) != len(main.heading):
            raise UnreadableFile("columns", heading=main.heading, samples=found.samples[main])
        layout = Layout({main.heading: wishes.columns}, single=layout.single)
        found = survey(lines, layout, wishes.days, wishes.limits)
    if not found.tables:
        raise UnreadableFile("no-rows")
    return _attendee_file(lines, layout, found, _kind(found, wishes.format, plain), wishes)


def _kind(found: Survey, wanted: str, plain: Format) -> Format:
    if wanted == "auto":
        return found.kind or plain
    if wanted in GENERIC or (found.kind is not None and found.kind.name == wanted):
        return BY_NAME[wanted]
    raise UnreadableFile("wrong-format", detail=(found.kind or plain).name)


def _guessed_layout(lines: Lines, layout: Layout, wishes: _Wishes) -> Layout:
    """The layout of a table with unknown titles, of which a person has to say the columns.

    The heading is the first of the top lines about as wide as the widest; none where it holds an
    address already.
    """
    items = list(first_lines(lines, layout, EARLY + _SAMPLES))
    if not items:
        raise UnreadableFile("no-rows")
    widths = [sum(1 for cell in item.cells if cell) for item in items]
    widest = max(widths[:EARLY])
    top = next(place for place, width in enumerate(widths) if width >= max(1, 0.6 * widest))
    rows = items[top:]
    heading: tuple[str, ...] = ()
    if not any("@" in cell for cell in rows[0].cells):
        heading = _trimmed(rows[0].cells)
        rows = rows[1:]
    width = len(heading) or max(len(_trimmed(item.cells)) for item in rows)
    if wishes.columns is None or len(wishes.columns) != width or not any(wishes.columns):
        samples = [tuple([*item.cells, *[""] * width][:width]) for item in rows[:_SAMPLES]]
        raise UnreadableFile("columns", items[top].number, heading=heading, samples=samples)
    return Layout({heading: wishes.columns}, heading_row=items[top].number if heading else 0)


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    cells = tuple(cells)
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _main_table(found: Survey, kind: Format) -> Table:
    """The table that a person is shown: of those that count, the one with most columns."""
    tables = [table for section in found.used(kind).values() for table in section.tables]
    return max(tables, key=lambda table: len(table.heading))


def _attendee_file(
    lines: Lines, layout: Layout, found: Survey, kind: Format, wishes: _Wishes
) -> AttendeeFile:
    main = _main_table(found, kind)
    language = language_of(title for table in found.tables for title in table.heading)
    used = found.used(kind)
    orders = {name: section.dates.order(wishes.dates, language) for name, section in used.items()}
    rows = _rows_of(lines, layout, found, kind, orders)
    if next(rows(), None) is None:
        raise UnreadableFile("no-rows")
    return AttendeeFile(
        format=kind.name,
        language=language,
        heading=main.heading,
        columns=tuple(field if field in FIELDS else "" for field in main.columns),
        samples=found.samples[main],
        problems=list(islice(_problems(found, kind, main, orders), _MOST_PROBLEMS)),
        _read=rows,
    )


def _problems(
    found: Survey, kind: Format, main: Table, orders: dict[str, str]
) -> Iterator[Problem]:
    for name, section in found.used(kind).items():
        yield from section.dates.problems(orders[name])
        yield from section.wide
    unknown = [
        title
        for title, field in zip(main.heading, main.columns, strict=False)
        if title and not field
    ]
    if unknown and kind.name in GENERIC:
        yield Problem("columns-unknown", main.number, ", ".join(unknown))


def _rows_of(
    lines: Lines, layout: Layout, found: Survey, kind: Format, orders: dict[str, str]
) -> Callable[[], Iterator[Row]]:
    sections = found.used(kind)
    came = any(section.came for section in sections.values())

    def items() -> Iterator[tuple[Item, RowReader]]:
        reader: RowReader | None = None
        for item in layout.walk(lines):
            if item.table is None or item.table.section not in sections:
                continue
            if reader is None or reader.table is not item.table:
                order = orders[item.table.section]
                context = Context(kind, found.days, order, came, found.hosts)
                reader = RowReader(item.table, context)
            yield item, reader

    def rows() -> Iterator[Row]:
        if kind.name == "teams-events":
            order = next(iter(orders.values()))
            yield from Stays(next(iter(sections.values())).dates.latest(order)).rows(items())
            return
        for item, reader in items():
            if (row := reader.row(item)) is not None:
                yield row

    return rows


def _read_list(lines: Callable[[], Iterator[str]], wishes: _Wishes) -> AttendeeFile:
    separator = find_inner_separator(lines())

    def rows() -> Iterator[Row]:
        return read_pasted(lines(), separator)

    first = list(islice(rows(), 200))
    if not first:
        raise UnreadableFile("no-rows")
    if wishes.format == "auto" and not looks_pasted(first):
        raise UnreadableFile("no-rows")
    count = 0
    for count, row in enumerate(rows(), start=1):
        if count > wishes.limits.rows:
            raise UnreadableFile("too-large", row.number)
    samples: list[tuple[str, ...]] = [(row.raw,) for row in first[:_SAMPLES]]
    return AttendeeFile(PASTED.name, "en", (), (), samples, [], rows)
