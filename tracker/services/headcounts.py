"""Published figures beside each other and beside names: what does not agree (DESIGN 3.12, 3.18).

Plain values in, plain values out; nothing is mended, `tracker.headcount_texts` words it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from math import inf

from tracker.models.vocabulary import HEADCOUNT_DIMENSIONS, HEADCOUNT_METRICS
from tracker.services.counting.ranges import Figure, headcount_of

# How far a figure given as about may be off, as a part of it.
ABOUT = 0.1
# Percentages are published rounded: their sum may miss 100 by so many points.
ROUNDING = 1.0
# Somebody who takes part both ways is in both: of these the modes make up the whole.
_OF_PEOPLE = ("participants", "registrations", "newcomers", "returning", "expected")
_SHOWN_MODES = ("in-person", "online", "all")

# Metric, mode, dimension, unit: what the figures of one published table share.
Kind = tuple[str, str, str, str]


@dataclass(frozen=True)
class Published:
    """A figure as published, with the columns of the load format."""

    metric: str
    mode: str
    dimension: str
    value_key: str
    unit: str
    value: float
    qualifier: str = "exact"

    @property
    def kind(self) -> Kind:
        """The table that the figure belongs to."""
        return self.metric, self.mode, self.dimension, self.unit


@dataclass(frozen=True)
class Names:
    """How many people are recorded as attended, and how many without a name.

    `by_mode` counts people in-person and online; who came both ways is in both.
    """

    people: int = 0
    unidentified: int = 0
    by_mode: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Breakdown:
    """A published table: its figures' sum beside the total that was published."""

    metric: str
    mode: str
    dimension: str
    unit: str
    figures: int
    sum: float
    total: Published | None
    adds_up: bool | None


@dataclass(frozen=True)
class HeadcountWarning:
    """Figures that do not agree: `found` is what the records or parts say, `published` the other.

    Codes: parts, percentages, share (with the percentage published), modes (with the larger of
    both as `other`), names, registrations.
    """

    code: str
    metric: str
    mode: str
    found: float
    published: float
    qualifier: str = "exact"  # of what is published
    dimension: str = ""
    value_key: str = ""
    other: float = 0


@dataclass(frozen=True)
class Coverage:
    """Which part of the published total the names are, in percent, one decimal."""

    percent: Decimal
    qualifier: str


def headcount_warnings(
    figures: Sequence[Published], names: Names, event_mode: str
) -> list[HeadcountWarning]:
    """Everything in which the figures of an event disagree with each other or with its names."""
    return [
        *_names(figures, names, event_mode),
        *_modes(figures),
        *_registrations(figures),
        *_tables(figures),
        *_shares(figures),
    ]


def coverage(figures: Iterable[Published], names: Names, event_mode: str) -> Coverage | None:
    """The part of the published participants that is known by name; None where nothing says."""
    totals = _totals(figures)
    modes = [mode for metric, mode in totals if metric == "participants"]
    # Of an event that nobody could attend in another way, the figure of its mode is the whole.
    total = totals.get(("participants", event_mode if modes == [event_mode] else "all"))
    if total is None or not 0 < names.people <= total.value:
        return None
    percent = Decimal(100 * names.people) / Decimal(total.value)
    return Coverage(percent.quantize(Decimal("0.1"), ROUND_HALF_UP), total.qualifier)


def in_order(figures: Iterable[Published]) -> list[Published]:
    """The figures of whole events in the order they are read in, the total behind its modes."""
    return sorted(
        (figure for figure in figures if not figure.dimension),
        key=lambda one: (
            HEADCOUNT_METRICS.index(one.metric),
            one.unit,
            _SHOWN_MODES.index(one.mode),
        ),
    )


def breakdowns(figures: Iterable[Published]) -> list[Breakdown]:
    """The published tables of an event, participants first."""
    figures = list(figures)
    totals = _totals(figures)
    tables: dict[Kind, list[Published]] = defaultdict(list)
    for figure in figures:
        if figure.dimension:
            tables[figure.kind].append(figure)
    ordered = sorted(tables, key=_place)
    return [_breakdown(kind, tables[kind], totals.get(kind[:2])) for kind in ordered]


def adds_up(figures: Sequence[Published]) -> list[bool | None]:
    """For each figure, whether the table it belongs to adds up to its total.

    None where there is nothing to compare with: a figure of the whole event, a table without
    its total, a single part. False too for a part that its own percentage contradicts.
    """
    tables = {(t.metric, t.mode, t.dimension, t.unit): t.adds_up for t in breakdowns(figures)}
    odd = {(each.metric, each.mode, each.dimension, each.value_key) for each in _shares(figures)}
    return [
        False
        if one.unit == "count" and (one.metric, one.mode, one.dimension, one.value_key) in odd
        else tables.get(one.kind)
        for one in figures
    ]


def _place(kind: Kind) -> tuple[int, ...]:
    metric, mode, dimension, unit = kind
    return (
        HEADCOUNT_METRICS.index(metric), HEADCOUNT_DIMENSIONS.index(dimension),
        _SHOWN_MODES.index(mode), unit == "percent",
    )  # fmt: skip


def _totals(figures: Iterable[Published]) -> dict[tuple[str, str], Published]:
    """The counts of the whole event, by metric and mode."""
    return {
        (figure.metric, figure.mode): figure
        for figure in figures
        if not figure.dimension and figure.unit == "count"
    }


def _breakdown(kind: Kind, parts: list[Published], total: Published | None) -> Breakdown:
    metric, mode, dimension, unit = kind
    whole = None if unit == "percent" else total
    # What was loaded may hold fractions, whose sum is off by less than anybody published.
    summed = round(sum(part.value for part in parts), 6)
    return Breakdown(
        metric, mode, dimension, unit, len(parts), summed, whole, _agrees(parts, unit, whole)
    )


def _agrees(parts: list[Published], unit: str, total: Published | None) -> bool | None:
    if unit == "percent":
        lowest, highest = 100 - ROUNDING, 100 + ROUNDING
    elif total is not None:
        lowest, highest = bounds(total)
    else:
        return None
    low = round(sum(bounds(part)[0] for part in parts), 6)
    high = round(sum(bounds(part)[1] for part in parts), 6)
    if len(parts) == 1 and high < lowest:
        return None  # one part that was worth a mention is no table
    return low <= highest and high >= lowest


def bounds(figure: Published) -> tuple[float, float]:
    """What a figure leaves open: at least has no upper end, about is within a tenth."""
    if figure.qualifier == "at-least":
        return figure.value, inf
    off = figure.value * ABOUT if figure.qualifier == "about" else 0
    return figure.value - off, figure.value + off


def _tables(figures: Sequence[Published]) -> Iterable[HeadcountWarning]:
    for table in breakdowns(figures):
        if table.adds_up is False:
            whole = table.total
            yield HeadcountWarning(
                "parts" if whole else "percentages", table.metric, table.mode, table.sum,
                whole.value if whole else 100, whole.qualifier if whole else "exact",
                dimension=table.dimension,
            )  # fmt: skip


def _shares(figures: Sequence[Published]) -> Iterable[HeadcountWarning]:
    """Parts published as a number and as a percentage that say different things."""
    totals = _totals(figures)
    percentages = {
        (one.metric, one.mode, one.dimension, one.value_key): one
        for one in figures
        if one.dimension and one.unit == "percent"
    }
    for part in figures:
        if not part.dimension or part.unit != "count":
            continue
        share = percentages.get((part.metric, part.mode, part.dimension, part.value_key))
        total = totals.get((part.metric, part.mode))
        if share is None or total is None or not total.value:
            continue
        exact = {one.qualifier for one in (part, share, total)} == {"exact"}
        if exact and abs(100 * part.value / total.value - share.value) > ROUNDING:
            yield HeadcountWarning(
                "share", part.metric, part.mode, part.value, total.value,
                dimension=part.dimension, value_key=part.value_key, other=share.value,
            )  # fmt: skip


def _modes(figures: Sequence[Published]) -> Iterable[HeadcountWarning]:
    totals = _totals(figures)
    for metric in _OF_PEOPLE:
        whole = totals.get((metric, "all"))
        modes = [totals.get((metric, mode)) for mode in ("in-person", "online")]
        if whole is None or modes[0] is None or modes[1] is None:
            continue
        ends = [bounds(mode) for mode in modes if mode is not None]
        lowest, highest = bounds(whole)
        if sum(low for low, _high in ends) > highest or sum(high for _low, high in ends) < lowest:
            yield HeadcountWarning(
                "modes", metric, "all", modes[0].value, whole.value, whole.qualifier,
                other=modes[1].value,
            )  # fmt: skip


def _names(
    figures: Sequence[Published], names: Names, event_mode: str
) -> Iterable[HeadcountWarning]:
    """More people by name than published, in all or in one mode; at least has no upper end."""
    counted = {
        mode: Figure(round(figure.value), figure.qualifier)
        for (metric, mode), figure in _totals(figures).items()
        if metric == "participants"
    }
    whole = headcount_of(counted, event_mode)
    if whole is not None and whole.at_most is not None and names.people > whole.at_most:
        about = "about" if whole.approximate else "exact"
        yield HeadcountWarning("names", "participants", "all", names.people, whole.at_most, about)
        if len(counted) == 1:
            return  # the figure of the only mode was the whole
    for mode in ("in-person", "online"):
        figure, named = counted.get(mode), names.by_mode.get(mode, 0)
        if figure is not None and figure.qualifier != "at-least" and named > figure.value:
            yield HeadcountWarning(
                "names", "participants", mode, named, figure.value, figure.qualifier
            )


def _registrations(figures: Sequence[Published]) -> Iterable[HeadcountWarning]:
    totals = _totals(figures)
    for mode in _SHOWN_MODES:
        registered, came = (totals.get((m, mode)) for m in ("registrations", "participants"))
        if registered and came and bounds(registered)[1] < bounds(came)[0]:
            yield HeadcountWarning(
                "registrations", "participants", mode, registered.value, came.value,
                came.qualifier,
            )  # fmt: skip
