"""Cells, figures and periods of a report as people read them, in their language."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext as _

from tracker.formats.tables import Cell
from tracker.i18n import (
    country_name,
    format_day,
    format_partial,
    language,
    locale_of,
    number,
    short_day,
)
from tracker.labels import label
from tracker.models.vocabulary import ENGAGEMENT_ROLES
from tracker.models.when import first_day, is_day
from tracker.services.reports.periods import is_calendar_year, is_whole_month, is_whole_year

NOT_KNOWN = "–"
HIDDEN = "•"
Row = Mapping[str, Cell]

_VOCABULARIES = {
    "mode": "mode", "kind": "event_kind", "role": "attendance_role", "status": "event_status",
    "metric": "metric", "dimension": "dimension", "qualifier": "qualifier", "unit": "unit",
    "stakeholder_group": "stakeholder_group", "region": "region", "gender": "gender",
}  # fmt: skip


def in_words(table: str, column: str, row: Row) -> str:
    """What stands in a column of a row; an en dash where it is not known."""
    cell = row[column]
    if cell is None or cell == "":
        return label("dimension", "") if column == "dimension" else NOT_KNOWN
    if isinstance(cell, bool):
        return _("Yes") if cell else _("No")
    if isinstance(cell, int | float):
        return _figure(column, cell, row)
    if isinstance(cell, date):
        return short_day(cell)
    return _text(table, column, cell, row)


def roles_in_words(joined: str) -> list[str]:
    """Engagement roles joined by semicolons, as people read them."""
    return [
        label("engagement_role", role) for role in joined.split(";") if role in ENGAGEMENT_ROLES
    ]


def period_name(first: date | None, last: date | None) -> str:
    """`2023`, `July 2023 – June 2024` or `March 2023`: a whole year or month has a name."""
    if first is None or last is None:
        return ""
    if is_calendar_year(first, last):
        return f"{first.year:04}"
    month, until = (format_partial(str(day)[: len("YYYY-MM")]) for day in (first, last))
    if is_whole_year(first, last):
        return f"{month} – {until}"
    return month if is_whole_month(first, last) else ""


def period_in_words(first: date | None, last: date | None) -> str:
    """The days of a period, from the first to the last."""
    if first and last:
        return f"{format_day(first)} – {format_day(last)}"
    if first:
        return _("since %(day)s", day=format_day(first))
    return _("until %(day)s", day=format_day(last)) if last else _("Everything recorded")


def span_in_words(at_least: Cell, at_most: Cell, approximate: bool = False) -> str:
    """Two ends of a figure; `+` where there is no upper one, `≈` where it is about."""
    assert isinstance(at_least, int | float)
    text = number(at_least)
    if at_most is None:
        text += "+"
    elif at_most != at_least:
        assert isinstance(at_most, int | float)
        text += f" – {number(at_most)}"
    return f"≈ {text}" if approximate else text


def percent_of(part: Cell, whole: Cell) -> str:
    """A part of a whole in percent, one decimal, half up (rule 18); a dash where nobody knows."""
    if not isinstance(part, int | float) or not isinstance(whole, int | float) or not whole:
        return NOT_KNOWN
    percent = (100 * Decimal(str(part)) / Decimal(str(whole))).quantize(
        Decimal("0.1"), ROUND_HALF_UP
    )
    # Held together: a narrow column does not part the sign from its figure.
    return f"{format_decimal(percent, '#,##0.0', locale=locale_of(language()))}\N{NO-BREAK SPACE}%"


def _figure(column: str, figure: float, row: Row) -> str:
    text = number(figure)
    if column == "change" and figure:
        text = f"+{text}" if figure > 0 else f"−{number(-figure)}"
    if column == "amount" and row.get("currency"):
        return f"{text} {row['currency']}"
    is_percent = column in ("share", "percent") or (
        column == "value" and row.get("unit") == "percent"
    )
    return f"{text} %" if is_percent else text


def _text(table: str, column: str, text: str, row: Row) -> str:
    if column == "engaged_as":
        return ", ".join(roles_in_words(text)) or NOT_KNOWN
    if column == "value_key":
        return _value_of(str(row.get("dimension") or ""), text)
    if column == "kind" and table == "contributions":
        return label("contribution_kind", text)
    if column == "role":
        return ", ".join(label("attendance_role", word) for word in text.split(";"))
    if column in _VOCABULARIES:
        return label(_VOCABULARIES[column], text)
    plain: dict[str, Callable[[str], Any]] = {
        "country": country_name, "start": _day, "end": _day, "date": _day,
    }  # fmt: skip
    return str(plain[column](text)) if column in plain else text


def _value_of(dimension: str, key: str) -> str:
    if dimension == "country":
        return label("region", key) if key == "unknown" else country_name(key)
    return label(dimension, key) if dimension in _VOCABULARIES else key


def _day(text: str) -> str:
    return short_day(first_day(text)) if is_day(text) else format_partial(text)
