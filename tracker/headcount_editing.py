"""Between the published figures of an event and the grid in which they are typed."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.formats.figures import BadFigure, parse_cell
from tracker.forms.attendance import HeadcountGridForm
from tracker.headcount_rows import (
    LONGEST_KEY,
    MOST_ROWS,
    GridRow,
    is_unknown,
    next_number,
    pasted_lines,
    sent_rows,
    stored_key,
)
from tracker.headcount_texts import sums_to
from tracker.i18n import is_country
from tracker.models import Event, User
from tracker.models.text import fold
from tracker.models.vocabulary import HEADCOUNT_METRICS, HEADCOUNT_MODES
from tracker.services.headcount_grid import Edit, Place, stored_texts, usual_keys
from tracker.services.headcounts import Published, breakdowns

BLANKS = {"country": 5}
FEW_BLANKS = 2
MORE_BLANKS = 10


class Grid:
    """The cells of an event's figures: totals, one breakdown, and what was typed in others."""

    def __init__(
        self,
        session: Session,
        event: Event,
        form: HeadcountGridForm,
        user: User,
        sent: Mapping[str, str] | None = None,
    ) -> None:
        self.form = form
        self.stored = stored_texts(session, event)
        self.rows = sent_rows(sent or {})
        self.scheme = ""
        self.metric, self.dimension = form.of.data, form.by.data
        if self.dimension.startswith("region-"):
            self.dimension, _dash, self.scheme = self.dimension.partition("-")
        self.usual = usual_keys(session, event, self.dimension, self.scheme, user)
        self._blanks = BLANKS.get(self.dimension, FEW_BLANKS)
        self._complete()

    # ---- which rows there are

    @property
    def totals(self) -> list[GridRow]:
        """The rows of the whole event, one a metric."""
        return [row for row in self.rows if not row.dimension]

    @property
    def shown(self) -> list[GridRow]:
        """The rows of the breakdown that the page shows."""
        return [row for row in self.rows if self._is_shown(row)]

    @property
    def carried(self) -> list[GridRow]:
        """What was typed into another breakdown and waits for the same saving."""
        return [row for row in self.rows if row.dimension and not self._is_shown(row)]

    def _is_shown(self, row: GridRow) -> bool:
        return (row.metric, row.dimension) == (self.metric, self.dimension)

    def _complete(self) -> None:
        """Add what the page shows besides what was sent, and blank rows to go on in."""
        self.rows = [row for row in self.rows if not self._is_idle(row)]
        for row in self.rows:
            self._refresh(row)
        have = {(row.metric, row.dimension, row.value_key) for row in self.rows}
        keys = dict.fromkeys((*self.usual, *self._stored_keys()))
        for place in (
            *((metric, "", "") for metric in HEADCOUNT_METRICS),
            *((self.metric, self.dimension, key) for key in keys),
        ):
            if place not in have:
                self.rows.append(self._stored_row(*place))
        order = {metric: place for place, metric in enumerate(HEADCOUNT_METRICS)}
        self.rows.sort(key=lambda row: (bool(row.dimension), order[row.metric]))
        self.add_blanks(self._blanks)

    def _is_idle(self, row: GridRow) -> bool:
        """Whether a row says nothing that the database does not, and is not to be shown."""
        if row.free and not row.key and row.blank:
            return True
        return bool(row.dimension) and not self._is_shown(row) and not row.changed

    def _refresh(self, row: GridRow) -> None:
        """Show what is stored by now in the cells that nobody touched."""
        for mode in HEADCOUNT_MODES:
            stored = self.stored.get(row.place(mode), "")
            if row.texts.get(mode, "") == row.was.get(mode, "") and not row.free:
                row.texts[mode] = row.was[mode] = stored

    def _stored_keys(self) -> list[str]:
        """The values by which figures of this breakdown are stored, as people order them."""
        here = {place.value_key for place in self.stored if self._is_place_shown(place)}
        rows = (GridRow(0, self.metric, self.dimension, key) for key in here)
        return [row.key for row in sorted(rows, key=lambda row: fold(row.title))]

    def _is_place_shown(self, place: Place) -> bool:
        return (place.metric, place.dimension) == (self.metric, self.dimension)

    def _stored_row(self, metric: str, dimension: str, key: str) -> GridRow:
        row = GridRow(next_number(self.rows), metric, dimension, key)
        row.was = {m: text for m in HEADCOUNT_MODES if (text := self.stored.get(row.place(m)))}
        row.texts = dict(row.was)
        return row

    def add_blanks(self, number: int = MORE_BLANKS) -> None:
        """Add rows to type a value into."""
        number = min(number, MOST_ROWS - len(self.rows))
        for _more in range(number):
            self._add_free("")

    def _add_free(self, key: str) -> GridRow:
        row = GridRow(next_number(self.rows), self.metric, self.dimension, key, free=True)
        self.rows.append(row)
        return row

    def fill(self) -> None:
        """Put what was pasted into the rows; lines that are no pair stay where they are."""
        pairs, others = pasted_lines(self.form.paste.data or "")
        mode = self.form.paste_mode.data
        free = [row for row in self.shown if row.free and not row.key and row.blank]
        self.rows = [row for row in self.rows if row not in free]
        found = {row.value_key: row for row in self.shown}
        if len(self.rows) + len(pairs) > MOST_ROWS:
            self.form.fail("paste", _("At most %(number)s rows at once.", number=MOST_ROWS))
            return
        filled: set[str] = set()
        for name, figure in pairs:
            key = stored_key(self.dimension, name[:LONGEST_KEY])
            row = found.get(key) if key not in filled else None
            row = row or self._add_free(name[:LONGEST_KEY])
            row.texts[mode] = figure
            filled.add(key)
        self.form.paste.data = "\n".join(others) or None
        if others:
            self.form.fail("paste", _("These lines are not a name and a number."))
        self.add_blanks(self._blanks)

    # ---- what they say

    def edits(self) -> dict[Place, Edit]:
        """The cells that were written into; what is wrong is said at its cell."""
        found: dict[Place, Edit] = {}
        taken: set[tuple[str, str, str]] = set()
        for row in self.rows:
            row.errors, row.cell_errors = [], {}
            if row.blank:
                continue
            self._check_key(row, taken)
            for mode in HEADCOUNT_MODES:
                was, text = row.was.get(mode, ""), row.texts.get(mode, "")
                if text != was:
                    try:
                        found[row.place(mode)] = Edit(was, parse_cell(text))
                    except BadFigure as error:
                        row.cell_errors[mode] = figure_message(error.reason)
        return found

    def _check_key(self, row: GridRow, taken: set[tuple[str, str, str]]) -> None:
        whole = (row.metric, row.dimension, row.value_key)
        if row.dimension and not row.key:
            row.errors.append(_("Say which one: a country, a region, a group."))
        elif len(row.key) > LONGEST_KEY:
            row.errors.append(_("At most %(max)d characters, please.", max=LONGEST_KEY))
        elif whole in taken:
            row.errors.append(_("“%(name)s” has two rows.", name=row.title))
        elif row.free and row.dimension == "country" and not _is_known(row.key):
            if row.sure != row.key:
                row.errors.append(
                    _("No country is called so. Save again to keep it as it was published.")
                )
            row.sure = row.key
        taken.add(whole)

    def show_conflicts(self, conflicts: Mapping[Place, str]) -> None:
        """Say what somebody else stored in a cell meanwhile; saving again is a decision."""
        for row in self.rows:
            for mode in HEADCOUNT_MODES:
                stored = conflicts.get(row.place(mode))
                if stored is not None and row.texts.get(mode, "") != row.was.get(mode, ""):
                    row.was[mode] = stored
                    row.cell_errors[mode] = _("Stored meanwhile: “%(value)s”.", value=stored or "–")

    @property
    def wrong(self) -> bool:
        """Whether something is said at a cell, a row or a field."""
        return bool(self.form.errors) or any(row.errors or row.cell_errors for row in self.rows)

    @property
    def sums(self) -> dict[str, list[tuple[str, bool | None]]]:
        """By mode, what the shown rows add up to and whether that is the published total."""
        found: dict[str, list[tuple[str, bool | None]]] = {mode: [] for mode in HEADCOUNT_MODES}
        for table in breakdowns(self._as_published()):
            found[table.mode].append((sums_to(table), table.adds_up))
        return found

    def _as_published(self) -> Iterator[Published]:
        for row in (*self.shown, *(r for r in self.totals if r.metric == self.metric)):
            for mode in HEADCOUNT_MODES:
                try:
                    amounts = parse_cell(row.texts.get(mode, ""))
                except BadFigure:
                    continue
                place = row.place(mode)
                for each in amounts:
                    yield Published(*place, each.unit, each.value, each.qualifier)


class GridProblems:
    """What is wrong in a grid, as the summary of errors above a form reads it."""

    def __init__(self, grid: Grid) -> None:
        self.errors = grid.wrong
        self.form_errors = grid.form.form_errors
        self._grid = grid

    def __iter__(self) -> Iterator[Any]:
        yield from self._grid.form
        for row in self._grid.rows:
            yield row
            yield from row.cells


def figure_message(reason: str) -> str:
    """Why a text is no figure."""
    return {
        "number": _("A number like 1204, 1200+ or 35%."),
        "whole": _("A whole number, please."),
        "percent": _("At most 100 percent."),
        "large": _("That is more than a billion."),
        "twice": _("One number and one percentage at most."),
    }[reason]


def _is_known(name: str) -> bool:
    return is_country(stored_key("country", name)) or is_unknown(name)
