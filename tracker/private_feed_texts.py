"""What a private feed shows, in the reader's words."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.filter_choices import choice_texts, event_filter_choices
from tracker.models import Feed, Organization

SCOPES: dict[str, Any] = {
    "all": _l("All events I may see"),
    "person": _l("Events I go to"),
    "organization": _l("Events my organization is engaged in"),
}
_FILTERS: dict[str, Any] = {
    "q": _l("Words in the name"), "space": _l("Space"), "organization": _l("Organizer or partner"),
    "country": _l("Country"), "grouping": _l("Group"), "kind": _l("Kind"), "mode": _l("Mode"),
    "topic": _l("Topic"), "status": _l("Status"), "from": _l("From"), "to": _l("To"),
}  # fmt: skip

Lines = Sequence[tuple[str, str]]


def filter_lines(session: Session, feeds: Iterable[Feed]) -> dict[int, Lines]:
    """The filters of each feed by its id, as (name, values); few queries, however many feeds.

    A value that names nothing any more is shown as it is.
    """
    filtered = [feed for feed in feeds if feed.filters]
    if not filtered:
        return {}
    texts = choice_texts(event_filter_choices(session))
    slugs = {slug for feed in filtered for slug in feed.filters.get("organization", ())}
    if slugs:
        acronyms = select(Organization.slug, Organization.acronym).where(
            Organization.slug.in_(slugs)
        )
        texts |= {("organization", slug): name for slug, name in session.execute(acronyms)}
    return {feed.id: list(_lines(feed, texts)) for feed in filtered}


def _lines(feed: Feed, texts: dict[tuple[str, str], Any]) -> Iterable[tuple[str, str]]:
    for name, label in _FILTERS.items():
        values = feed.filters.get(name, ())
        if values:
            shown = [str(texts.get((name, value), value)) for value in values]
            yield str(label), ", ".join(shown)
