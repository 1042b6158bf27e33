"""Why a file cannot be read, what is odd about it, and why somebody is asked about: in words."""

import re
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l

from tracker.labels import label
from tracker.models import ImportIndividual

_CELL = re.compile(r"[A-Z]+\d+", re.ASCII)

_UNREADABLE: dict[str, Any] = {
    "empty": _l("There is nothing in it."),
    "binary": _l("It is no text and no spreadsheet."),
    "truncated": _l("It is damaged: a part is missing. Download or save it again."),
    "encrypted": _l("It is protected with a password. Save it without one and try again."),
    "too-large": _l("It is too large to read here; `flask import-attendance` takes larger ones."),
    "zip-bomb": _l("It unpacks to far more than an attendee list can be, so it was not opened."),
    "too-slow": _l("Reading it took too long, so it was stopped. Save it as CSV and try again."),
    "columns": _l("No column of names or addresses was found."),
    "dates": _l("Its dates can be read in more than one way."),
    "no-rows": _l("Nobody is in it."),
}
_PROBLEMS: dict[str, Any] = {
    "dates-in-two-orders": _l(
        "Some of its dates are dates only with day and month the other way round."
    ),
    "dates-elsewhere": _l("Its dates are not those of the event."),
    "row-too-wide": _l("A row has more cells than there are columns."),
}
_REASONS: dict[str, Any] = {
    "similar-name": _l("Somebody with a similar name is known."),
    "homonyms": _l("Several people have this name."),
    "name-only": _l("Somebody of this name is known, but not with this organization or address."),
    "shared-email": _l("The address is somebody else's."),
    "no-name": _l("There is an address, but no name."),
    "same-name-twice": _l("Two in this file have this name, and nobody of it is known."),
}


def explain(code: str, row: int | None, detail: str, filename: str) -> str:
    """Why a file cannot be read, naming it and the row."""
    why = _why_unreadable(code, detail)
    name = filename or _("The list")
    if row is None:
        return _("%(file)s: %(why)s", file=name, why=why)
    return _("%(file)s, row %(row)d: %(why)s", file=name, row=row, why=why)


def _why_unreadable(code: str, detail: str) -> str:
    if code == "unsupported":
        return _(
            "A file of the kind %(kind)s cannot be read. Save it as CSV or XLSX.",
            kind=detail.upper(),
        )
    if code == "wrong-format":
        return _(
            "It does not have the format that was chosen; it looks like this one: %(format)s.",
            format=label("import_format", detail),
        )
    if code == "too-large" and _CELL.fullmatch(detail):
        # However far the terminal goes, a sheet with a stray cell is larger.
        return _(
            "The cell %(cell)s is so far from the others that the sheet is too large to read. "
            "Delete what stands outside the table.",
            cell=detail,
        )
    if code == "too-large" and detail:
        return _(
            "It is too large to read here, where %(limit)s are the most; "
            "`flask import-attendance` takes larger ones.",
            limit=detail,
        )
    return str(_UNREADABLE.get(code, _UNREADABLE["binary"]))


def problem_text(problem: dict[str, Any]) -> str:
    """What is odd about a file that could be read."""
    text = _what_is_odd(problem["code"], problem.get("detail") or "")
    if problem.get("row"):
        return _("Row %(row)d: %(why)s", row=problem["row"], why=text)
    return text


def _what_is_odd(code: str, detail: str) -> str:
    if code == "dates-unreadable":
        return _("“%(date)s” cannot be read as a date, so the minutes are not known.", date=detail)
    if code == "columns-unknown":
        return _("These columns were not understood and left out: %(titles)s.", titles=detail)
    return str(_PROBLEMS.get(code, code))


def reason_text(reason: str | None) -> str:
    """Why somebody has to decide."""
    return str(_REASONS.get(reason or "", ""))


def warning_text(individual: ImportIndividual) -> str | None:
    """That a file names another organization than the person represents that day."""
    stated, represented = individual.stated_organization, individual.organization
    if stated is None or represented is None or stated.id == represented.id:
        return None
    return _(
        "file says %(stated)s; affiliation that day is %(represented)s",
        stated=stated.acronym,
        represented=represented.acronym,
    )
