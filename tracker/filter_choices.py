"""What the filter bars over events offer, in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.i18n import countries, language
from tracker.labels import options
from tracker.models import Grouping, Space, Topic
from tracker.models.text import fold
from tracker.models.vocabulary import EVENT_KINDS, EVENT_MODES, EVENT_STATUSES
from tracker.responses import filter_chips
from tracker.services.feed_preview import countries_in_use
from tracker.services.filters import EventFilter

Choices = dict[str, list[tuple[str, str]]]
Texts = dict[tuple[str, str], str]


def event_filter_bar(session: Session, also: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """`found`: what is offered; `chips`: the filters in force.

    `also` says how a (filter, value) reads that is not offered.
    """
    found = event_filter_choices(session)
    return {"found": found, "chips": filter_chips({**choice_texts(found), **also})}


def organizer_texts(wanted: EventFilter) -> Texts:
    """How the organizations of a filter read."""
    return {("organization", each.slug): each.acronym for each in wanted.organization}


def choice_texts(found: Choices) -> Texts:
    """How each (filter, value) that is offered reads."""
    return {(name, key): text for name, pairs in found.items() for key, text in pairs}


def feed_filter_choices(session: Session, countries: Iterable[str]) -> Choices:
    """What a feed may be made of: of the countries those in use, and these."""
    found = event_filter_choices(session)
    used = countries_in_use(session) | set(countries)
    return {**found, "country": [pair for pair in found["country"] if pair[0] in used]}


def event_filter_choices(session: Session) -> Choices:
    """The (value, text) options of each filter over events."""
    code = language()
    return {
        "space": _named(session, select(Space), code),
        "topic": _named(session, select(Topic), code),
        "grouping": [(g.slug, g.name) for g in session.scalars(select(Grouping))],
        "country": list(countries(code).items()),
        "kind": options("event_kind", EVENT_KINDS),
        "mode": options("mode", EVENT_MODES),
        "status": options("event_status", EVENT_STATUSES),
    }


def _named(session: Session, query: Select[Any], code: str) -> list[tuple[str, str]]:
    pairs = ((thing.slug, thing.name_in(code)) for thing in session.scalars(query))
    return sorted(pairs, key=lambda pair: fold(pair[1]))
