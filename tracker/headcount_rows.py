"""The rows of the headcount grid: as they were sent, pasted, or stored."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from tracker.forms.base import cleaned
from tracker.headcount_texts import mode_column
from tracker.i18n import country_code
from tracker.labels import label, value_text, word_of
from tracker.models.text import clean
from tracker.models.vocabulary import HEADCOUNT_DIMENSIONS, HEADCOUNT_METRICS, HEADCOUNT_MODES
from tracker.services.headcount_grid import Place

MOST_ROWS = 600
LONGEST_KEY = 120
# Without a shift key: what is no number in a column of numbers.
_NUMBERISH = re.compile(r"[~≈≥>+]?[\d.,'%+]*", re.ASCII)


class UnreadableGrid(ValueError):
    """What was sent is no grid of ours."""


@dataclass
class GridCell:
    """One input: its text, and the text that stood there when its page was made."""

    id: str
    title: str
    text: str = ""
    was: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def label(self) -> Any:
        """What the summary of errors calls it."""
        return _Label(self.title)


@dataclass
class GridRow:
    """One line: a metric of the whole event, or one value of a breakdown, by mode.

    `key` is what was typed where the row is `free`; `sure` repeats a key that no country has and
    that is to be kept nevertheless.
    """

    number: int
    metric: str
    dimension: str = ""
    key: str = ""
    free: bool = False
    sure: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    was: dict[str, str] = field(default_factory=dict)
    cell_errors: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The name and id of the input that holds a free row's key."""
        return f"r{self.number}-value_key"

    @property
    def value_key(self) -> str:
        """The value as it is stored: a country's code, a word of ours, else as published."""
        return stored_key(self.dimension, self.key) if self.free else self.key

    @property
    def title(self) -> str:
        """What the row counts, as people read it."""
        return value_text(self) if self.dimension else label("metric", self.metric)

    @property
    def label(self) -> Any:
        """What the summary of errors calls it."""
        return _Label(self.key or _("New row"))

    @property
    def cells(self) -> list[GridCell]:
        """Its inputs, one a mode."""
        return [
            GridCell(
                f"r{self.number}-{mode}",
                _("%(row)s, %(column)s", row=self.title or _("New row"), column=mode_column(mode)),
                self.texts.get(mode, ""),
                self.was.get(mode, ""),
                [self.cell_errors[mode]] if mode in self.cell_errors else [],
            )
            for mode in HEADCOUNT_MODES
        ]

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it, and nothing did."""
        return not (any(self.texts.values()) or any(self.was.values()))

    @property
    def changed(self) -> bool:
        """Whether somebody wrote something into it that is not stored yet."""
        return self.texts != self.was or (self.free and bool(self.key))

    def place(self, mode: str) -> Place:
        """Where the cell of a mode is."""
        return Place(self.metric, mode, self.dimension, self.value_key)


@dataclass(frozen=True)
class _Label:
    text: str


def stored_key(dimension: str, typed: str) -> str:
    """The value_key of what somebody typed or pasted; a word we do not know stays as it is."""
    if dimension == "country":
        return country_code(typed) or ("unknown" if is_unknown(typed) else typed)
    return word_of(dimension, typed) or typed


def is_unknown(typed: str) -> bool:
    """Whether somebody wrote that it is not known which."""
    return word_of("region", typed) == "unknown"


def sent_rows(sent: Mapping[str, str]) -> list[GridRow]:
    """The rows of a form that was sent; raises UnreadableGrid."""
    numbers = sorted(
        int(match[1]) for name in sent if (match := re.fullmatch(r"r(\d{1,4})-metric", name))
    )
    if len(numbers) > MOST_ROWS + len(HEADCOUNT_METRICS):
        raise UnreadableGrid
    return [_sent_row(sent, number) for number in numbers]


def _sent_row(sent: Mapping[str, str], number: int) -> GridRow:
    def of(name: str) -> str:
        return cleaned(sent.get(f"r{number}-{name}")) or ""

    row = GridRow(
        number, of("metric"), of("dimension"), of("value_key"), bool(of("free")), of("sure"),
        texts={mode: text for mode in HEADCOUNT_MODES if (text := of(mode))},
        was={mode: text for mode in HEADCOUNT_MODES if (text := of(f"{mode}-was"))},
    )  # fmt: skip
    known = row.metric in HEADCOUNT_METRICS and row.dimension in HEADCOUNT_DIMENSIONS
    if not known or (row.free and not row.dimension) or (row.key and not row.dimension):
        raise UnreadableGrid
    return row


def pasted_lines(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Names and figures of two pasted columns, and the lines that are no such pair."""
    pairs, others = [], []
    for line in filter(None, map(str.rstrip, clean(text).split("\n"))):
        pair = _pair(line)
        if pair is None:
            others.append(line)
        else:
            pairs.append(pair)
    # The heads of the columns.
    if pairs and not any(map(str.isdigit, pairs[0][1])):
        del pairs[0]
    return pairs, others


def _pair(line: str) -> tuple[str, str] | None:
    for separator in ("\t", ";"):
        columns = [" ".join(column.split()) for column in line.split(separator)]
        columns = [column for column in columns if column]
        if separator in line:
            return (columns[0], columns[1]) if len(columns) == 2 else None
    words = line.split()
    behind = len(words)
    while behind > 1 and _NUMBERISH.fullmatch(words[behind - 1]):
        behind -= 1
    name, figure = " ".join(words[:behind]).rstrip(" ,:"), " ".join(words[behind:])
    return (name, figure) if name and any(map(str.isdigit, figure)) else None


def next_number(rows: Iterable[GridRow]) -> int:
    """A number that no row has."""
    return max((row.number for row in rows), default=-1) + 1
