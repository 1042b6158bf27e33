"""Between an import and its page: the tabs, the place in them, and what comes after an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, make_response, render_template, url_for
from flask_babel import gettext as _, ngettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracker.editing import event_or_404
from tracker.errors import BadFilter
from tracker.forms.imports import AnswerForm, OptionsForm, OrganizationAnswerForm
from tracker.import_reading import asked_of
from tracker.models import ImportBatch, ImportIndividual, ImportOrganization, User
from tracker.responses import number_of
from tracker.services import import_pages as pages
from tracker.services.importing.preview import (
    Preview,
    candidates_of,
    organization_candidates,
    organization_questions,
    preview,
    questions_query,
    same_question,
)
from tracker.services.importing.words import reason_text, warning_text
from tracker.services.paging import Page, fetch_page

# As many cards as one person looks through at once, and remarks that anybody reads.
CARDS = 20
MOST_REMARKS = 200
MOST_ROWS = 50
MAIN_TABS = ("questions", "new", "matched")
MATCHED = ("email", "name+organization", "alias", "recorded")
OPEN = ("staged", "applied", "undone")
TABS = ("questions", "organizations", "new", "matched", "unidentified", "set-aside", "problems")


def find_batch(session: Session, key: str, batch_id: int, user: User) -> ImportBatch:
    """An import of an event that the user may edit; aborts with 404, raises Forbidden."""
    event = event_or_404(session, key, user, "edit")
    query = pages.batches_query(event).where(ImportBatch.id == batch_id)
    batch = session.scalar(query)
    if batch is None:
        abort(404)
    return batch


def page_of(batch: ImportBatch, **query: Any) -> str:
    """The address of an import: its page, or what it asks first."""
    endpoint = "imports.reading" if batch.status == "received" else "imports.show"
    return url_for(endpoint, key=batch.event.key, batch_id=batch.id, **query)


@dataclass(frozen=True)
class Place:
    """Where somebody is on the page: a tab, a page of it, and what was opened to be changed.

    `start` is the row (or the id of the organization) with which the questions begin, `last` that
    of the last one on the page.
    """

    show: str | None = None
    after: str | None = None
    start: int | None = None
    open: int | None = None
    last: int = 0

    @classmethod
    def of(cls, query: MultiDict[str, str]) -> "Place":
        """The place that a query string names; raises BadFilter."""
        show = query.get("show")
        if show is not None and show not in TABS:
            raise BadFilter(_("“show” is one of %(words)s.", words=", ".join(TABS)))
        numbers = {name: number_of(query.get(name)) for name in ("start", "open")}
        return cls(show, query.get("after"), **numbers, last=number_of(query.get("last")) or 0)

    def query(self, **changes: Any) -> dict[str, Any]:
        """The place as a query, without what is not said."""
        whole = {"show": self.show, "after": self.after, "start": self.start, **changes}
        return {name: value for name, value in whole.items() if value is not None}


def review_response(
    session: Session,
    batch: ImportBatch,
    place: Place,
    answers: Mapping[str, Any] | None = None,
    options: OptionsForm | None = None,
) -> Response:
    """The page of an import; with forms that something is wrong in, as 422."""
    found = preview(session, batch)
    show = place.show or _first_tab(found)
    stored = {"minimum_minutes": batch.minimum_minutes, "mark_no_shows": batch.mark_no_shows}
    page = render_template(
        "imports/show.html",
        batch=batch,
        event=batch.event,
        preview=found,
        show=show,
        tabs=_tabs(batch, found, show),
        columns_asked=asked_of(batch) == "columns",
        writable=batch.status in OPEN,
        sentences=what_happens(batch, found),
        options=options or OptionsForm(formdata=None, data=stored),
        known=_matched(found),
        reason_text=reason_text,
        warning_text=warning_text,
        **_tab(session, batch, found, replace(place, show=show), answers or {}),
    )
    return make_response(page, 422 if answers or options else 200)


def _first_tab(found: Preview) -> str:
    if found.open:
        return "questions"
    if found.open_organizations:
        return "organizations"
    return "new" if found.by_match.get("new") else "matched"


def _matched(found: Preview) -> int:
    return sum(found.by_match.get(word, 0) for word in MATCHED)


def _tabs(batch: ImportBatch, found: Preview, show: str) -> list[tuple[str, str, int, bool]]:
    counts = {
        "questions": (_("Questions"), found.open),
        "organizations": (_("Organizations"), found.open_organizations),
        "new": (_("New people"), found.by_match.get("new", 0)),
        "matched": (_("Known people"), _matched(found)),
        "unidentified": (_("Not identified"), found.by_match.get("unidentified", 0)),
        "set-aside": (_("Set aside"), sum(found.set_aside.values())),
        "problems": (_("Remarks"), len(found.problems)),
    }
    return [
        (text, page_of(batch, show=name), count, name == show)
        for name, (text, count) in counts.items()
        if count or name == show or name in MAIN_TABS
    ]


def _tab(
    session: Session, batch: ImportBatch, found: Preview, place: Place, forms: Mapping[str, Any]
) -> dict[str, Any]:
    """What one tab lists: a page of individuals, of organizations, of rows, or the remarks."""
    match place.show:
        case "questions":
            return _questions(session, batch, place, forms)
        case "organizations":
            return _organizations(session, batch, place, forms)
        case "set-aside":
            rows = fetch_page(session, pages.set_aside_query(batch), pages.ROWS, place.after)
            return _paged(batch, place, rows)
        case "problems":
            return _paged(batch, place, Page(found.problems[:MOST_REMARKS], None))
        case other:
            words = MATCHED if other == "matched" else (str(other),)
            query = pages.matched_query(batch, *words)
            page = fetch_page(session, query, pages.INDIVIDUALS, place.after)
            opened = [one for one in page.rows if one.id == place.open or form_name(one) in forms]
            return {
                **_paged(batch, place, page),
                **_cards(session, batch, opened, forms),
                "raw": pages.first_rows(session, page.rows, MOST_ROWS),
            }


def _paged(batch: ImportBatch, place: Place, page: Page[Any]) -> dict[str, Any]:
    following = page.next_cursor and page_of(batch, **place.query(after=page.next_cursor))
    return {
        "page": page,
        "here": place.query(),
        "last": 0,
        "next_url": following,
        "first_url": page_of(batch, show=place.show, start=0)
        if place.after or place.start
        else None,
    }


def form_name(thing: ImportIndividual | ImportOrganization) -> str:
    """What the fields of a question's form begin with."""
    return f"{'q' if isinstance(thing, ImportIndividual) else 'o'}{thing.id}-"


def _cards(
    session: Session,
    batch: ImportBatch,
    individuals: Sequence[ImportIndividual],
    forms: Mapping[str, Any],
) -> dict[str, Any]:
    return {
        "opened": {one.id for one in individuals},
        "candidates": candidates_of(session, batch, individuals) if individuals else {},
        "sharing": pages.sharing(session, individuals),
        "same": same_question(session, individuals) if individuals else {},
        "forms": {
            one.id: forms.get(form_name(one)) or AnswerForm(prefix=form_name(one), formdata=None)
            for one in individuals
        },
    }


def _questions(
    session: Session, batch: ImportBatch, place: Place, forms: Mapping[str, Any]
) -> dict[str, Any]:
    query = questions_query(batch)
    start = place.start
    if start is None and place.after is None and pages.count(session, query) > CARDS:
        # Where somebody left it: what is settled already is before.
        first = pages.first_open(session, batch)
        start = first.number if first is not None else None
    if start:
        query = query.where(ImportIndividual.number >= start)
    place = replace(place, start=start)
    page = fetch_page(session, query, pages.INDIVIDUALS, place.after, size=CARDS)
    return {
        **_paged(batch, place, page),
        **_cards(session, batch, _opened(page, place, forms), forms),
        "raw": pages.first_rows(session, page.rows, MOST_ROWS),
        "last": page.rows[-1].number if page.rows else 0,
    }


def _organizations(
    session: Session, batch: ImportBatch, place: Place, forms: Mapping[str, Any]
) -> dict[str, Any]:
    query = organization_questions(batch)
    if place.start:
        query = query.where(ImportOrganization.id >= place.start)
    page = fetch_page(session, query, pages.ORGANIZATIONS, place.after, size=CARDS)
    opened = _opened(page, place, forms)
    return {
        **_paged(batch, place, page),
        "opened": {one.id for one in opened},
        "candidates": organization_candidates(session, opened),
        "forms": {
            one.id: forms.get(form_name(one))
            or OrganizationAnswerForm(prefix=form_name(one), formdata=None)
            for one in opened
        },
        "last": page.rows[-1].id if page.rows else 0,
    }


def _opened(page: Page[Any], place: Place, forms: Mapping[str, Any]) -> list[Any]:
    """What is shown as a card: what is not answered, and what is to be answered otherwise."""
    return [
        one
        for one in page.rows
        if one.answer is None or one.id == place.open or form_name(one) in forms
    ]


def after_answer(session: Session, individual: ImportIndividual, place: Place) -> str:
    """Where to go after an answer: to the next question, else to what else is asked."""
    batch = individual.batch
    if place.show != "questions":
        return page_of(batch, **place.query(), _anchor=f"q-{individual.id}")
    following = pages.first_open(session, batch, after=individual.number)
    following = following or pages.first_open(session, batch)
    if following is None:
        rest = pages.first_open_organization(session, batch)
        if rest is not None:
            return page_of(batch, show="organizations", start=rest.id, _anchor=f"o-{rest.id}")
        return page_of(batch, **place.query(), _anchor="record")
    if not individual.number < following.number <= place.last:
        place = replace(place, after=None, start=following.number)
    return page_of(batch, **place.query(), _anchor=f"q-{following.id}")


def after_organization(session: Session, question: ImportOrganization, place: Place) -> str:
    """Where to go after an organization: to the next one, else to what else is asked."""
    batch = session.get_one(ImportBatch, question.batch_id)
    following = pages.first_open_organization(session, batch, after=question.id)
    following = following or pages.first_open_organization(session, batch)
    if following is None:
        if pages.first_open(session, batch) is not None:
            return page_of(batch, show="questions")
        return page_of(batch, **place.query(), _anchor="record")
    if not question.id < following.id <= place.last:
        place = replace(place, after=None, start=following.id)
    return page_of(batch, **place.query(), _anchor=f"o-{following.id}")


def what_happens(batch: ImportBatch, found: Preview) -> list[str]:
    """What recording an import does, and what it leaves, a sentence each."""
    no_shows = found.no_shows if batch.mark_no_shows else 0
    sentences = [
        (found.to_record, ngettext("Records %(num)d attendance.", "Records %(num)d attendances.",
                                   found.to_record)),
        (found.to_create, ngettext("Creates %(num)d person.", "Creates %(num)d people.",
                                   found.to_create)),
        (no_shows, ngettext("Marks %(num)d person as no-show.", "Marks %(num)d people as no-show.",
                            no_shows)),
        (found.below_minimum, ngettext("Leaves out %(num)d who stayed too short.",
                                       "Leaves out %(num)d who stayed too short.",
                                       found.below_minimum)),
        (found.open, ngettext("%(num)d individual waits for a decision.",
                              "%(num)d individuals wait for a decision.", found.open)),
    ]  # fmt: skip
    return [text for number, text in sentences if number] or [_("There is nothing to record.")]
