"""How a file is read where it does not say it: what is asked of its columns and dates."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from tracker.i18n import format_span
from tracker.models import ImportBatch

# Files whose titles are anybody's, so that what was taken for what may be wrong.
OF_ANY_TITLES = ("csv", "sheet", "form")


def asked_of(batch: ImportBatch) -> str | None:
    """What of the reading of a file is asked, or may be said otherwise: `columns`, `dates`."""
    if batch.status == "received":
        return str(batch.reading.get("ask") or "columns")
    again = batch.status == "staged" and batch.format in OF_ANY_TITLES
    return "columns" if again and batch.reading.get("heading") else None


def column_titles(reading: Mapping[str, Any]) -> list[str]:
    """The titles of a file's columns, with a number where one has none."""
    heading = list(reading.get("heading") or [])
    width = max([len(heading), *(len(row) for row in reading.get("samples") or [])])
    titles = [*heading, *[""] * (width - len(heading))]
    return [title or _("Column %(number)d", number=n) for n, title in enumerate(titles, start=1)]


def date_choices(reading: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The orders that the dates of a file can be read in, the days they give, and the order named."""
    named = {
        "dmy": _("the day before the month"),
        "mdy": _("the month before the day"),
        "ymd": _("the year first"),
    }
    return [
        (each["order"], format_span(each["first"], each["last"]), named.get(each["order"], ""))
        for each in reading.get("readings") or []
    ]


def columns_with_samples(form: Any, reading: Mapping[str, Any]) -> list[tuple[Any, list[str]]]:
    """The field of each column, with what stands in its first rows."""
    fields = [field for field in form if field.name.startswith("column-")]
    samples = reading.get("samples") or []
    return [
        (field, [row[number] for row in samples if number < len(row) and row[number]][:3])
        for number, field in enumerate(fields)
    ]
