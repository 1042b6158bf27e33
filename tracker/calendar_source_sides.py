"""Both sides of what differs between an event here and in its calendar, as people read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.i18n import country_name, format_span, format_times
from tracker.labels import label
from tracker.models.when import parse_clock
from tracker.services.calendars.merging import WHEN, WHERE

_NAMES: dict[str, Any] = {
    "name_en": _l("Name in English"), "name_es": _l("Name in Spanish"),
    "name_pt": _l("Name in Portuguese"), "start_date": _l("When"), "venue": _l("Where"),
    "latitude": _l("Coordinates"), "status": _l("Status"), "description": _l("Description"),
    "url": _l("Website"), "join_url": _l("Link to join"),
}  # fmt: skip


@dataclass(frozen=True)
class Side:
    """Something that differs: by which column it is decided, its name, and both versions."""

    column: str
    name: str
    ours: str
    theirs: str


def sides_of(
    pieces: Iterable[tuple[str, ...]], ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> list[Side]:
    """Both sides of pieces (services/calendars/merging.py)."""
    return [
        Side(piece[0], str(_NAMES.get(piece[0], piece[0])), _text(piece, ours), _text(piece, theirs))
        for piece in pieces
    ]  # fmt: skip


def _text(piece: tuple[str, ...], values: Mapping[str, Any]) -> str:
    if piece == WHEN:
        return when_text(values)
    if piece == WHERE:
        return where_text(values) or "–"
    if piece[0] == "status":
        return label("event_status", values["status"])
    return ", ".join(str(values[name]) for name in piece if values[name] is not None) or "–"


def when_text(values: Mapping[str, Any]) -> str:
    """`16 March 2026 · 15:00–16:30 · America/Lima`."""
    opens, closes = (
        parse_clock(values[name]) if values[name] else None for name in ("start_time", "end_time")
    )
    parts = [format_span(values["start_date"], values["end_date"]), format_times(opens, closes)]
    if opens is not None:
        parts.append((values["timezone"] or "").replace("_", " "))
    return " · ".join(part for part in parts if part)


def where_text(values: Mapping[str, Any]) -> str:
    """`Hotel, Lima, Peru`."""
    parts = (values["venue"], values["city"], country_name(values["country"]))
    return ", ".join(part for part in parts if part)
