"""What the page of the period report shows besides it: headcounts as published, in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _, ngettext

from tracker.i18n import number
from tracker.services.reports.report import UNKNOWN, Report
from tracker.services.reports.trend import rows_by_column

# What stands first where several figures are published of one event.
_ORDER = (
    "sessions", "participants", "countries", "organizations", "registrations", "newcomers",
    "returning", "expected",
)  # fmt: skip
_MODES = ("all", "in-person", "online")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Restated:
    """What was published of one event.

    `figures` are those of the whole event, in words; `parts` counts the others, by country or
    region; `adds_up` is False where some of them do not add up, None where nothing can be added.
    """

    key: str
    name: str
    start: str
    figures: tuple[str, ...]
    parts: int
    adds_up: bool | None


@dataclass(frozen=True)
class PeriodPage:
    """The published figures by event, the latest first, and how many partners there were."""

    restated: tuple[Restated, ...]
    partners: int


def period_page_of(report: Report) -> PeriodPage:
    """What the page of a period report shows besides it."""
    found = sorted(_restated(report), key=lambda each: (each.start, each.key), reverse=True)
    partners = report.table("by_partner")
    known = [row for row in partners.rows if row[0] != UNKNOWN] if partners else []
    return PeriodPage(tuple(found), len(known))


def _restated(report: Report) -> Iterator[Restated]:
    events = {row["key"]: row for row in _rows(report, "events")}
    figures: dict[str, list[Row]] = {}
    for row in _rows(report, "published"):
        figures.setdefault(row["event_key"], []).append(row)
    for key, own in figures.items():
        event = events.get(key, {})
        whole = sorted((row for row in own if not row["dimension"]), key=_order)
        yield Restated(
            key,
            event.get("label") or key,
            event.get("start") or "",
            tuple(figure_in_words(row) for row in whole),
            len(own) - len(whole),
            _agree(row["adds_up"] for row in own),
        )


def _rows(report: Report, name: str) -> Iterable[dict[str, Any]]:
    table = report.table(name)
    return rows_by_column(table) if table else ()


def _order(row: Row) -> tuple[int, int]:
    return _ORDER.index(row["metric"]), _MODES.index(row["mode"])


def _agree(found: Iterable[bool | None]) -> bool | None:
    """False if any figure does not add up, None if none can be told."""
    known = {each for each in found if each is not None}
    return False not in known if known else None


def figure_in_words(row: Row) -> str:
    """`41 sessions`, `more than 3,000 participants`, `about 80 participants online`."""
    text = _counted(row["metric"], _amount(row), row["value"])
    if row["mode"] == "in-person":
        return _("%(figure)s in person", figure=text)
    return _("%(figure)s online", figure=text) if row["mode"] == "online" else text


def _amount(row: Row) -> str:
    """The number, with its qualifier intact."""
    text = number(row["value"]) + (" %" if row["unit"] == "percent" else "")
    match row["qualifier"]:
        case "at-least":
            return _("more than %(number)s", number=text)
        case "about":
            return _("about %(number)s", number=text)
    return text


def _counted(metric: str, amount: str, value: float) -> str:
    """What is counted; of one where exactly one is."""
    count = 1 if value == 1 else 2
    match metric:
        case "sessions":
            return ngettext("%(amount)s session", "%(amount)s sessions", count, amount=amount)
        case "countries":
            return ngettext("%(amount)s country", "%(amount)s countries", count, amount=amount)
        case "organizations":
            return ngettext(
                "%(amount)s organization", "%(amount)s organizations", count, amount=amount
            )
        case "registrations":
            return ngettext(
                "%(amount)s registration", "%(amount)s registrations", count, amount=amount
            )
        case "newcomers":
            return ngettext("%(amount)s newcomer", "%(amount)s newcomers", count, amount=amount)
        case "returning":
            return _("%(amount)s who had been there before", amount=amount)
        case "expected":
            return _("%(amount)s expected", amount=amount)
    return ngettext("%(amount)s participant", "%(amount)s participants", count, amount=amount)
