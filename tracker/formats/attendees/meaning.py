"""What a row of a table means: who, when, as what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.formats.attendees.dates import ORDERS, readings, time_of_day
from tracker.formats.attendees.days import EventDays
from tracker.formats.attendees.durations import parse_minutes
from tracker.formats.attendees.hosts import Hosts, split_host_mark
from tracker.formats.attendees.layout import Item, Table
from tracker.formats.attendees.recognition import Format
from tracker.formats.attendees.rows import Row
from tracker.formats.attendees.set_aside import is_bot, is_screen_share, is_total
from tracker.formats.attendees.survey import Cells
from tracker.formats.attendees.titles import WAITING
from tracker.formats.attendees.values import find_address, fold, said, without_address
from tracker.formats.attendees.words import is_present, is_yes, mode_word, role_word, status_word

_LONGEST_RAW = 4_000
_SECTION_ROLES = {"host": "organizer", "panelist": "panelist"}


@dataclass(frozen=True, slots=True)
class Context:
    """What was found out about a whole file before its rows are read."""

    kind: Format
    days: EventDays
    order: str
    # Whether check-ins or signatures are used, so that a row without one is a no-show.
    check_ins: bool
    hosts: Hosts


def raw_text(cells: Iterable[str]) -> str:
    """The cells as one text that a person recognizes."""
    return " | ".join(cells).rstrip(" |")[:_LONGEST_RAW]


class RowReader:
    """Reads the rows of one table."""

    def __init__(self, table: Table, context: Context) -> None:
        self.table = table
        self.context = context
        self.columns = Cells(table)
        self.is_zoom = context.kind.name.startswith("zoom")

    def row(self, item: Item) -> Row | None:
        """The row that a line stands for; None for a title or note among the rows."""
        raw = raw_text(item.cells)
        if item.is_heading:
            return Row(item.number, raw, set_aside="heading")
        if "@" not in raw and is_total(next(cell for cell in item.cells if cell)):
            # Apart from the table it is a note under it, as on a sheet for signatures.
            return None if item.apart else Row(item.number, raw, set_aside="total")
        name, email, is_host = self._who(item.cells)
        if not name and not email:
            return None
        joined, left, minutes = self._times(item.cells)
        return Row(
            item.number,
            raw,
            name,
            email,
            organization=said(self._cell(item, "organization")),
            country=said(self._cell(item, "country")),
            role=self._role(item, is_host or self.context.hosts.include(name, email)),
            status=self._status(item.cells),
            mode=self.context.kind.mode or mode_word(self._cell(item, "mode")),
            joined=joined,
            left=left,
            minutes=minutes,
            set_aside=self._set_aside(item, name, email),
        )

    def _cell(self, item: Item, field: str) -> str:
        return self.columns.get(item.cells, field)

    def _who(self, cells: list[str]) -> tuple[str, str, bool]:
        """Name, address, and whether the name says that it is the host's."""
        shown = self.columns.get(cells, "name")
        email = find_address(self.columns.get(cells, "email"))
        if "@" in shown and (address := find_address(shown)):
            email, shown = email or address, without_address(shown)
        given, family = self.columns.get(cells, "first_name"), self.columns.get(cells, "last_name")
        full = " ".join(part for part in (given, family) if any(c.isalnum() for c in part))
        if "@" in full and (address := find_address(full)):
            email, full = email or address, without_address(full)
        is_host = False
        if self.is_zoom and shown:
            shown, is_host = split_host_mark(shown)
        name = shown
        if full and len(fold(full).split()) > len(fold(shown).split()):
            name = full
        return (name if any(c.isalnum() for c in name) else ""), email, is_host

    def _role(self, item: Item, is_host: bool) -> str:
        if (of_section := _SECTION_ROLES.get(self.table.section)) is not None:
            return of_section
        cell = self._cell(item, "role")
        word = role_word(cell) if cell else ""
        # In Teams everybody is a presenter unless somebody changed it.
        if self.context.kind.name == "teams" and word == "speaker":
            word = ""
        return word or ("organizer" if is_host else "attendee")

    def _status(self, cells: list[str]) -> str:
        kind, marked = self.context.kind, self.columns.has("present")
        present = is_present(self.columns.get(cells, "present")) if marked else None
        word = status_word(self.columns.get(cells, "status"))
        if present or word == "attended":
            return "attended"
        if word in ("cancelled", "no-show"):
            return word
        if marked and (self.context.check_ins or kind.absence_is_no_show):
            return "no-show"
        if kind.check_ins and self.context.check_ins:
            return "no-show"
        return "registered" if marked else word or kind.status

    def _times(self, cells: list[str]) -> tuple[datetime | None, datetime | None, float | None]:
        texts = self.columns.get(cells, "joined"), self.columns.get(cells, "left")
        joined, left = self._moment(texts[0]), self._moment(texts[1])
        minutes = self._minutes(cells)
        if minutes is None and joined is None and left is None and all(texts):
            return self._times_of_day(*texts)
        return joined, left, minutes

    def _minutes(self, cells: list[str]) -> float | None:
        if text := self.columns.get(cells, "minutes"):
            return parse_minutes(text)
        text = self.columns.get(cells, "hours")
        return parse_minutes(text, 60.0) if text else None

    def _moment(self, text: str) -> datetime | None:
        if not text:
            return None
        found = readings(text)
        moment = found[ORDERS.index(self.context.order)]
        if moment is None:
            # Written in another order than the rest: believed only on the event's own days.
            others = {m for m in found if m is not None and self.context.days.near(m)}
            moment = others.pop() if len(others) == 1 else None
        return moment

    def _times_of_day(
        self, came: str, went: str
    ) -> tuple[datetime | None, datetime | None, float | None]:
        start, end = time_of_day(came), time_of_day(went)
        if start is None or end is None:
            return None, None, None
        day = self.context.days.only
        any_day = day or datetime.min.date()  # noqa: DTZ901
        joined, left = datetime.combine(any_day, start), datetime.combine(any_day, end)
        if left < joined:
            left += timedelta(days=1)
        if day is not None:
            return joined, left, None
        return None, None, (left - joined).total_seconds() / 60

    def _set_aside(self, item: Item, name: str, email: str) -> str:
        if self.columns.has(WAITING) and is_yes(self._cell(item, WAITING)):
            return "waiting-room"
        if is_screen_share(name):
            return "presentation"
        return "bot" if is_bot(name, email) else ""
