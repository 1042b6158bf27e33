"""Published figures as people write them: `1,204`, `~1200`, `at least 350`, `35 %`."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

LARGEST = 10**9
LONGEST = 60

_AT_LEAST = (
    "≥", ">=", "=>", ">", "at least", "more than", "over", "minimum", "min", "al menos",
    "por lo menos", "como minimo", "minimo", "mas de", "pelo menos", "ao menos", "no minimo",
    "mais de", "+",
)  # fmt: skip
_ABOUT = (
    "~", "≈", "about", "around", "approximately", "approx", "circa", "ca", "c", "some", "nearly",
    "almost", "aproximadamente", "aprox", "alrededor de", "cerca de", "unos", "unas", "casi",
    "por volta de", "quase", "uns", "umas",
)  # fmt: skip
_PERCENT = ("percent", "per cent", "por ciento", "por cento", "%")
_OR_MORE = ("or more", "o mas", "ou mais", "+")
_NOTHING = frozenset({"", "-", "–", "—"})
_SPACES = str.maketrans(dict.fromkeys("\xa0\u2009\u202f\t", " ") | {"\u2019": "'"})
# Thousands are set off by one sign throughout; the other of point and comma is the decimal one.
_GROUPED = re.compile(r"([1-9]\d{0,2}(?:([ .,'])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d+))?", re.ASCII)
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)


class BadFigure(ValueError):
    """A text that is no figure; `reason` is number, whole, percent, large or twice."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Amount:
    """A number with its unit (count, percent) and qualifier (exact, at-least, about)."""

    value: float
    unit: str = "count"
    qualifier: str = "exact"


def parse_cell(text: str) -> tuple[Amount, ...]:
    """What one cell says: nothing, a figure, or a count and a percentage behind a semicolon.

    Raises BadFigure.
    """
    if len(text) > LONGEST:
        raise BadFigure("number")
    amounts = [parse_amount(part) for part in text.split(";") if part.strip() not in _NOTHING]
    if len({amount.unit for amount in amounts}) < len(amounts):
        raise BadFigure("twice")
    return tuple(sorted(amounts, key=lambda amount: amount.unit))


def parse_amount(text: str) -> Amount:
    """One figure; raises BadFigure."""
    rest = _bare(text)
    rest, at_least = _without(rest, _AT_LEAST, _OR_MORE)
    rest, percent = _without(rest, (), _PERCENT)
    rest, about = _without(rest, _ABOUT, ())
    if not at_least:
        rest, at_least = _without(rest, (), _OR_MORE)
    if at_least and about:
        raise BadFigure("number")
    value = _number(rest, grouped=not percent)
    if percent and value > 100:
        raise BadFigure("percent")
    if not percent and not value.is_integer():
        raise BadFigure("whole")
    if value > LARGEST:
        raise BadFigure("large")
    qualifier = "at-least" if at_least else "about" if about else "exact"
    return Amount(value, "percent" if percent else "count", qualifier)


def cell_text(amounts: Iterable[Amount]) -> str:
    """Figures as a cell shows them; `parse_cell` reads it back."""
    return "; ".join(amount_text(each) for each in sorted(amounts, key=lambda each: each.unit))


def amount_text(amount: Amount) -> str:
    """`1204`, `~1200`, `≥350`, `35%`."""
    sign = {"about": "~", "at-least": "≥"}.get(amount.qualifier, "")
    # Not in powers of ten, however large or small it is.
    number = f"{amount.value:.10f}".rstrip("0").rstrip(".")
    return f"{sign}{number}{'%' if amount.unit == 'percent' else ''}"


def _bare(text: str) -> str:
    """Small letters without accents; signs such as ≥ stay whole."""
    folded = text.casefold().translate(_SPACES)
    plain = (unicodedata.normalize("NFD", c)[0] if c.isalpha() else c for c in folded)
    return " ".join("".join(plain).split())


def _without(text: str, before: Iterable[str], after: Iterable[str]) -> tuple[str, bool]:
    """A text without the word it begins or ends with, and whether there was one."""
    for word in before:
        rest = text.removeprefix(word).removeprefix(".").lstrip()
        if text.startswith(word) and (not word[-1].isalpha() or not rest[:1].isalpha()):
            return rest, True
    for word in after:
        if text.endswith(word):
            return text.removesuffix(word).rstrip(), True
    return text, False


def _number(text: str, grouped: bool) -> float:
    match = _GROUPED.fullmatch(text) if grouped else None
    if match:
        return float(re.sub(r"\D", "", match[1]) + "." + (match[3] or "0"))
    if not _PLAIN.fullmatch(text):
        raise BadFigure("number")
    return float(text.replace(",", "."))
