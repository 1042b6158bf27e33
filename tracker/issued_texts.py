"""Figures then and now, and what touched them, in the reader's words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.i18n import language, number, person_name
from tracker.models import Event, Grouping, Organization, Person, Space, User
from tracker.services.issued_changes import ChangeSince, Touched
from tracker.services.issued_comparison import Cell, Figure, RowThenAndNow
from tracker.services.reports.words import HIDDEN, NOT_KNOWN, in_words, span_in_words
from tracker.services.visibility import visible_to


def value_text(value: Any) -> str:
    """A measure as people read it: a number, a range, or a dash where it is not known."""
    if isinstance(value, dict):
        return span_in_words(value["at_least"], value["at_most"], value["approximate"])
    return number(value)


def cell_text(table: str, figure: Figure, row: RowThenAndNow, side: str) -> str:
    """A cell `then` or `now`, in words; hidden ones as reports show them."""
    cells = {each.name: getattr(each, side) for each in row.figures}
    if cells[figure.name] is Cell.HIDDEN:
        return HIDDEN
    return in_words(table, figure.name, cells)


def added_text(by: Any) -> str:
    """`+3`, `−2`, `0`; of a range what was added to both ends; a dash where that is not known."""
    if isinstance(by, tuple):
        lower, upper = map(_signed, by)
        if lower == upper:
            return lower
        return _("at least %(lower)s, at most %(upper)s", lower=lower, upper=upper)
    return _signed(by)


def _signed(by: float | None) -> str:
    if not by:
        return NOT_KNOWN if by is None else number(by)
    return f"{'+' if by > 0 else '−'}{number(abs(by))}"


@dataclass(frozen=True)
class Named:
    """A thing that a change touched: how it is called, and its page if it has one."""

    name: str
    url: str | None = None
    # What is not the reader's to see is told of without what happened to it.
    hidden: bool = False


Names = Mapping[tuple[str, int], Named]


def touched_things(session: Session, changes: Iterable[ChangeSince], user: User | None) -> Names:
    """The things that changes touched, by (table, id), as this reader may know of them."""
    touched = [each for change in changes for each in change.touched]
    ids: dict[str, set[int]] = {}
    for each in touched:
        ids.setdefault(each.subject_table, set()).add(each.subject_id)
    found: dict[tuple[str, int], Named] = {}
    for table, wanted in ids.items():
        found |= _NAMERS[table](session, wanted, user)
    gone = {(each.subject_table, each.subject_id): each for each in touched}
    return {place: found.get(place) or _gone(each) for place, each in gone.items()}


def _gone(touched: Touched) -> Named:
    """What is no longer stored, as the log has it: merged into another, or deleted."""
    if touched.subject_table == Event.__tablename__:
        return Named(_("An event that is not shown to you"), hidden=True)
    before = (touched.item.before or {}) if touched.item else {}
    if touched.subject_table == Organization.__tablename__ and before.get("acronym"):
        return Named(str(before["acronym"]))
    return Named(_("A record that is no longer there"))


def _events(session: Session, ids: set[int], user: User | None) -> Mapping[tuple[str, int], Named]:
    words = ["public"] if user is None else ["public", "community"]
    seen = visible_to(user)
    # One that was deleted has no page, but those who saw it may know what it was.
    known = seen | (Event.deleted_at.is_not(None) & Event.visibility.in_(words))
    return {
        ("events", event.id): Named(
            event.name_in(language()),
            None if event.deleted_at else url_for("events.show", key=event.key),
        )
        for event in session.scalars(select(Event).where(known, Event.id.in_(ids)))
    }


def _organizations(session: Session, ids: set[int], _user: User | None) -> Names:
    return {
        ("organizations", each.id): Named(
            each.acronym, url_for("organizations.show", slug=each.slug)
        )
        for each in session.scalars(_of_ids(Organization, ids))
    }


def _spaces(session: Session, ids: set[int], _user: User | None) -> Names:
    return {
        ("spaces", each.id): Named(each.name_in(language()), url_for("spaces.show", slug=each.slug))
        for each in session.scalars(_of_ids(Space, ids))
    }


def _people(session: Session, ids: set[int], user: User | None) -> Names:
    """Names of people are for those signed in."""
    if user is None:
        return {("people", id_): Named(_("A person")) for id_ in ids}
    return {
        ("people", each.id): Named(person_name(each), url_for("people.show", person_id=each.id))
        for each in session.scalars(_of_ids(Person, ids))
    }


def _groupings(session: Session, ids: set[int], _user: User | None) -> Names:
    return {
        ("groupings", each.id): Named(each.name) for each in session.scalars(_of_ids(Grouping, ids))
    }


def _of_ids(model: Any, ids: set[int]) -> Select[Any]:
    return select(model).where(model.id.in_(ids))


_NAMERS: Mapping[str, Any] = {
    "events": _events, "organizations": _organizations, "spaces": _spaces, "people": _people,
    "groupings": _groupings,
}  # fmt: skip


def shown_lines(touched: Sequence[Touched], names: Names) -> list[tuple[Named, list[Touched]]]:
    """What a change touched, by the thing; of what is not shown, that there is something."""
    found: dict[Named, list[Touched]] = {}
    for each in touched:
        named = names[each.subject_table, each.subject_id]
        lines = found.setdefault(named, [])
        if not named.hidden:
            lines.append(each)
    return list(found.items())
