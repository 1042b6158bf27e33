"""Between a calendar and its page: tabs, items as they read, what recording would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import abort, make_response, render_template, url_for
from flask_babel import gettext as _, ngettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracker.access import can
from tracker.calendar_source_sides import Side, sides_of, when_text, where_text
from tracker.errors import BadFilter
from tracker.forms.calendar_sources import CalendarFileForm, EventChoiceForm
from tracker.models import CalendarItem, CalendarSource, Event, Space, User
from tracker.responses import number_of, url_with
from tracker.services.calendars import lists
from tracker.services.calendars.decisions import conflict_pieces
from tracker.services.calendars.matching import name_of
from tracker.services.calendars.merging import merge, piece_of
from tracker.services.calendars.values import values_here
from tracker.services.calendars.words import problem_text, reason_text, why_unreadable
from tracker.services.paging import Page, fetch_page

# As many cards as one person looks through at once.
CARDS = 20
LINES = 50
TABS = ("question", "conflict", "gone", "new", "changed", "same", "skipped", "problems")
_CARD_TABS = frozenset({"question", "conflict", "gone"})


def find_source(session: Session, source_id: int, user: User) -> CalendarSource:
    """A calendar that a user may work on; aborts with 404."""
    source = lists.find_source(session, source_id, user)
    if source is None:
        abort(404)
    return source


def page_of(source: CalendarSource, **query: Any) -> str:
    """The address of a calendar's page."""
    return url_for("calendar_sources.show", source_id=source.id, **query)


@dataclass(frozen=True)
class Place:
    """Where somebody is on the page: a tab, a page of it, and the item opened to be changed."""

    show: str | None = None
    after: str | None = None
    open: int | None = None

    @classmethod
    def of(cls, query: MultiDict[str, str]) -> "Place":
        """The place that a query string names; raises BadFilter."""
        show = query.get("show")
        if show is not None and show not in TABS:
            raise BadFilter(_("“show” is one of %(words)s.", words=", ".join(TABS)))
        return cls(show, query.get("after"), number_of(query.get("open")))

    def query(self) -> dict[str, Any]:
        """The place as a query, without what is not said."""
        whole = {"show": self.show, "after": self.after}
        return {name: value for name, value in whole.items() if value is not None}


@dataclass(frozen=True)
class Shown:
    """An item as the page shows it."""

    item: CalendarItem
    name: str
    when: str
    where: str
    space: Space | None
    event: Event | None
    form: EventChoiceForm
    candidates: Sequence[lists.Candidate] = ()
    # What recording changes, and what is asked: (columns' first, label, ours, theirs).
    changes: Sequence[Side] = ()
    conflicts: Sequence[Side] = field(default_factory=list)

    @property
    def cancelled(self) -> bool:
        """Whether its calendar says that it is cancelled."""
        return bool(self.item.theirs["status"] == "cancelled")


def review_response(
    session: Session,
    source: CalendarSource,
    user: User,
    place: Place,
    answers: Mapping[int, EventChoiceForm] | None = None,
    file_form: CalendarFileForm | None = None,
) -> Response:
    """The page of a calendar; with forms that something is wrong in, as 422."""
    figures = lists.figures(session, [source])[source.id]
    show = place.show or _first_tab(figures)
    wrong = bool(answers or file_form)
    page = render_template(
        "calendar_sources/show.html",
        source=source,
        figures=figures,
        show=show,
        tabs=_tabs(source, figures, show),
        here={**place.query(), "show": show},
        opened=place.open,
        sentences=what_happens(figures),
        verb=verb_of(figures),
        seen=seen_of(figures),
        why_unreadable=why_unreadable(source.error) if source.error else None,
        last_good=_last_good(source),
        reason_text=reason_text,
        file_form=file_form or CalendarFileForm(formdata=None),
        past=lists.count_past(session, source) if show == "new" else 0,
        deleted=lists.count_deleted(session, source) if show == "skipped" else 0,
        **_tab(session, source, user, show, place, answers or {}),
    )
    return make_response(page, 422 if wrong else 200)


def _last_good(source: CalendarSource) -> datetime | None:
    """When a calendar that cannot be read any more was last read."""
    moment = (source.error or {}).get("last_good")
    return datetime.fromisoformat(moment) if moment else None


def _first_tab(figures: lists.Figures) -> str:
    return next((tab for tab in TABS[:-1] if figures[tab]), "new")


def _tabs(
    source: CalendarSource, figures: lists.Figures, show: str
) -> list[tuple[str, str, int, bool]]:
    names = {
        "question": _("Questions"), "conflict": _("Differences"),
        "gone": _("No longer in it"), "new": _("New"), "changed": _("Changed there"),
        "same": _("Up to date"), "skipped": _("Left out"), "problems": _("Remarks"),
    }  # fmt: skip
    counts = {**{tab: figures[tab] for tab in TABS}, "problems": len(source.problems)}
    main = ("new", "same", show)
    return [
        (name, page_of(source, show=tab), counts[tab], tab == show)
        for tab, name in names.items()
        if counts[tab] or tab in main
    ]


def _tab(
    session: Session,
    source: CalendarSource,
    user: User,
    show: str,
    place: Place,
    answers: Mapping[int, EventChoiceForm],
) -> dict[str, Any]:
    first_url = url_with(show=show, open=None) if place.after else None
    if show == "problems":
        remarks = [problem_text(problem) for problem in source.problems]
        return {"remarks": remarks, "rows": [], "next_url": None, "first_url": None}
    page: Page[CalendarItem] = fetch_page(
        session,
        lists.items_query(source, show),
        lists.BY_START,
        place.after,
        size=CARDS if show in _CARD_TABS else LINES,
    )
    candidates = lists.candidates_of(session, page.rows, user)
    spaces = lists.spaces_of(session, page.rows)
    return {
        "rows": [
            _shown(item, user, spaces, candidates.get(item.id, []), answers.get(item.id))
            for item in page.rows
        ],
        "remarks": [],
        "next_url": page.next_cursor and url_with(show=show, open=None, after=page.next_cursor),
        "first_url": first_url,
    }


def form_of(item: CalendarItem) -> str:
    """The prefix of the fields of an item's form: there are many on a page."""
    return f"item-{item.id}"


def _shown(
    item: CalendarItem,
    user: User,
    spaces: Mapping[int, Space],
    candidates: Sequence[lists.Candidate],
    form: EventChoiceForm | None,
) -> Shown:
    event = item.event if item.event is not None and can(user, "view", item.event) else None
    changes: Sequence[Side] = ()
    conflicts: Sequence[Side] = ()
    if event is not None and item.status in ("changed", "conflict"):
        ours = values_here(event)
        merged = merge(item.taken, ours, item.theirs)
        changes = sides_of(dict.fromkeys(map(piece_of, merged.changes)), ours, item.theirs)
        conflicts = sides_of([piece for piece, _ in conflict_pieces(item)], ours, item.theirs)
    return Shown(
        item=item,
        name=name_of(item.theirs),
        when=when_text(item.theirs),
        where=where_text(item.theirs),
        space=spaces.get(item.theirs.get("space_id") or 0),
        event=event,
        form=form or EventChoiceForm(formdata=None, prefix=form_of(item)),
        candidates=candidates,
        changes=changes,
        conflicts=conflicts,
    )


# ---- what recording does


def what_happens(figures: lists.Figures) -> list[str]:
    """What recording does, and what it leaves, a sentence each."""
    new, changed, open_ = figures["new"], figures["changed"], figures.to_decide
    sentences = [
        (new, ngettext("%(num)d new event.", "%(num)d new events.", new)),
        (changed, ngettext("%(num)d event changed there.", "%(num)d events changed there.",
                           changed)),
        (open_, ngettext("%(num)d event waits for a decision.",
                         "%(num)d events wait for a decision.", open_)),
    ]  # fmt: skip
    return [text for number, text in sentences if number] or [_("There is nothing to record.")]


def verb_of(figures: lists.Figures) -> str | None:
    """What the button that records says; None where there is nothing to record."""
    new, changed = figures["new"], figures["changed"]
    if new and changed:
        return _("Record %(new)d, update %(changed)d", new=new, changed=changed)
    if new:
        return ngettext("Record %(num)d event", "Record %(num)d events", new)
    if changed:
        return ngettext("Update %(num)d event", "Update %(num)d events", changed)
    return None


def seen_of(figures: lists.Figures) -> str:
    """What somebody saw who presses the button, so that nothing else is recorded."""
    return f"{figures['new']}-{figures['changed']}"
