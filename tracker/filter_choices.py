"""What the filter bars over events offer, in the reader's language."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.i18n import countries, language
from tracker.labels import options
from tracker.models import Grouping, Space, Topic
from tracker.models.text import fold
from tracker.models.vocabulary import EVENT_KINDS, EVENT_MODES, EVENT_STATUSES
from tracker.responses import filter_chips


def event_filter_choices(session: Session) -> dict[str, Any]:
    """`found`: (value, text) options by filter; `chips`: the filters in force."""
    code = language()
    found = {
        "space": _named(session, select(Space), code),
        "topic": _named(session, select(Topic), code),
        "grouping": [(g.slug, g.name) for g in session.scalars(select(Grouping))],
        "country": list(countries(code).items()),
        "kind": options("event_kind", EVENT_KINDS),
        "mode": options("mode", EVENT_MODES),
        "status": options("event_status", EVENT_STATUSES),
    }
    texts = {(name, key): text for name, pairs in found.items() for key, text in pairs}
    return {"found": found, "chips": filter_chips(texts)}


def _named(session: Session, query: Select[Any], code: str) -> list[tuple[str, str]]:
    pairs = ((thing.slug, thing.name_in(code)) for thing in session.scalars(query))
    return sorted(pairs, key=lambda pair: fold(pair[1]))
