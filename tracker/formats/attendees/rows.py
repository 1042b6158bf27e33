"""What reading an attendee file gives: rows, what was noticed, and why a file cannot be read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

# What a column can be taken for; "" is a column that nobody needs.
FIELDS = (
    "name", "first_name", "last_name", "email", "organization", "country", "role", "status",
    "mode", "joined", "left", "minutes", "hours", "present",
)  # fmt: skip

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody or something in a file; several rows may be one individual.

    `number` is the line of the text file or the row of the sheet, from 1; `raw` the row as it
    came, cells joined by " | ". `joined` and `left` are wall-clock times without zone; `minutes`
    is what the file states, to be used where there are no times. `set_aside` is "", "bot",
    "waiting-room", "presentation", "total" or "heading".
    """

    number: int
    raw: str
    name: str = ""
    email: str = ""
    organization: str = ""
    country: str = ""
    role: str = "attendee"
    status: str = "attended"
    mode: str = ""
    joined: datetime | None = None
    left: datetime | None = None
    minutes: float | None = None
    set_aside: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know of, though the file could be read.

    Codes: "dates-in-two-orders" (cells that are dates in another order only), "dates-elsewhere"
    (days that are not the event's), "dates-unreadable", "columns-unknown" (their titles), and
    "row-too-wide" (more cells than titles: a separator inside a cell).
    """

    code: str
    row: int | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """An order of day and month, and the first and last day of the file in it."""

    order: str
    first: date
    last: date


@dataclass(slots=True)
class AttendeeFile:
    """A file that can be read: what it is, its columns, and its rows.

    `columns` has a word of FIELDS for each title of `heading`. `rows()` reads the file again
    each time, so the file must stay open.
    """

    format: str
    language: str
    heading: tuple[str, ...]
    columns: tuple[str, ...]
    samples: list[tuple[str, ...]]
    problems: list[Problem]
    _read: Callable[[], Iterator[Row]] = field(repr=False)

    def rows(self) -> Iterator[Row]:
        """The rows in the order of the file, one at a time."""
        return self._read()


class UnreadableFile(Exception):
    """A file that cannot be read, or not without an answer.

    Codes: "empty", "binary", "truncated", "encrypted", "too-large" (`row`: the first beyond the
    limit; `detail`: a far cell, or the limit in MB), "zip-bomb", "too-slow", "no-rows",
    "unsupported" (`detail` names the kind), "wrong-format" (`detail` names what it looks like), "columns" (choose: `heading`, `samples`), "dates" (choose: `readings`; `row` and
    `detail` show one that is in doubt).
    """

    def __init__(
        self,
        code: str,
        row: int | None = None,
        detail: str = "",
        *,
        heading: Sequence[str] = (),
        samples: Sequence[tuple[str, ...]] = (),
        readings: Sequence[Reading] = (),
    ) -> None:
        super().__init__(code, row, detail)
        self.code = code
        self.row = row
        self.detail = detail
        self.heading = tuple(heading)
        self.samples = list(samples)
        self.readings = tuple(readings)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read: of any file, and of a workbook, which can be far larger than it looks.

    `size`, `inflated` and `memory` in bytes; `seconds` of clock and of processor for the reader
    of a workbook; `cells` counts the rectangle that its cells span.
    """

    size: int
    rows: int
    inflated: int
    cells: int
    strings: int
    memory: int
    seconds: int


WEB = Limits(
    size=10 * MEGABYTE,
    rows=20_000,
    inflated=150 * MEGABYTE,
    cells=4_000_000,
    strings=400_000,
    memory=768 * MEGABYTE,
    seconds=10,
)
TERMINAL = Limits(
    size=500 * MEGABYTE,
    rows=2_000_000,
    inflated=2_000 * MEGABYTE,
    cells=30_000_000,
    strings=8_000_000,
    memory=1_536 * MEGABYTE,
    seconds=600,
)
