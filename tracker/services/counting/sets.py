"""The events and the attendances that a report counts: one set behind every figure of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, union
from sqlalchemy.orm import Session, aliased

from tracker.models import Attendance, Event, EventOrganization, Organization, User
from tracker.services.counting.events import counted, inside, matching
from tracker.services.filters import EventFilter

ATTENDED = "attended"
_FEW = 500
TAKES_PART = ("organizer", "partner")


@dataclass(frozen=True)
class CountedSet:
    """The events of a filter, as one reader sees them, and who attended there.

    `among` narrows the events beyond the filter, `of` the attendances. With `representing`, the
    attendances are those that represent one of these organizations, as recorded at the event
    (DESIGN 3, rules 6 to 8).
    """

    wanted: EventFilter
    user: User | None
    today: date
    among: tuple[ColumnElement[bool], ...] = ()
    representing: Sequence[int] | None = None
    of: tuple[ColumnElement[bool], ...] = ()
    # The events, once they were found.
    ids: tuple[int, ...] | None = None

    def events(self) -> Select[Any]:
        """Ids of the counted events."""
        if self.ids is not None:
            return select(Event.id).where(Event.id.in_(self.ids)).correlate(None)
        # Queries over Event embed this one: without correlate(None) it would lose its own FROM.
        return select(Event.id).where(*counted(self.wanted, self.user), *self.among).correlate(None)

    @property
    def is_everything(self) -> bool:
        """Whether these are all events there are, as far as the reader sees them."""
        narrowed = self.among or self.of or self.representing is not None
        return self.wanted.empty and not narrowed

    def cancelled(self) -> Select[Any]:
        """Ids of the events that would be counted, were they not cancelled (rule 2)."""
        conditions = (*matching(self.wanted, self.user), *self.among)
        return select(Event.id).where(Event.status == "cancelled", *conditions).correlate(None)

    def attendances(self) -> list[ColumnElement[bool]]:
        """The conditions on Attendance for the attended ones that are counted."""
        events = self.events() if self.ids is None else self.ids
        found = [Attendance.status == ATTENDED, Attendance.event_id.in_(events), *self.of]
        if self.representing is not None:
            found.append(Attendance.organization_id.in_(self.representing))
        return found

    def between(self, first: date | None, last: date | None) -> "CountedSet":
        """The same set, of another period."""
        return replace(self, wanted=replace(self.wanted, first=first, last=last), ids=None)

    def settled(self, session: Session) -> "CountedSet":
        """The same set, its events found once and for all where they are few.

        To write down how to find them again takes longer, in each query, than to find them; and
        PostgreSQL, which cannot guess how few they are, would read all attendances.
        """
        ids = tuple(session.scalars(self.events().limit(_FEW + 1)))
        return replace(self, ids=ids) if len(ids) <= _FEW else self


def of_organizations(
    organizations: Sequence[int], wanted: EventFilter, user: User | None, today: date
) -> CountedSet:
    """The events in which organizations took part, and those who represented them (rule 5)."""
    among = (Event.id.in_(took_part_in(organizations)),)
    return CountedSet(wanted, user, today, among, organizations)


def organized_by(whole: CountedSet, organizations: Sequence[int]) -> CountedSet:
    """Of a set, the events that organizations organized or partnered, and everybody there."""
    role = _has_role(organizations, TAKES_PART)
    among = (*whole.among, Event.id.in_(role))
    return CountedSet(whole.wanted, whole.user, whole.today, among)


def of_event(event: Event, wanted: EventFilter, user: User | None, today: date) -> CountedSet:
    """An event and everything part-of it, at any depth; nothing where it is cancelled (rule 4)."""
    among = (Event.id.in_(inside(event.id)),) if event.status != "cancelled" else (Event.id < 0,)
    return CountedSet(wanted, user, today, among)


def took_part_in(organizations: Sequence[int]) -> Select[Any]:
    """Ids of all events in which organizations took part, whoever may see them (rule 5)."""
    attended = select(Attendance.event_id).where(
        Attendance.organization_id.in_(organizations), Attendance.status == ATTENDED
    )
    both = union(_has_role(organizations, TAKES_PART), attended).subquery()
    return select(both.c.event_id)


def organized(whole: CountedSet, organizations: Sequence[int]) -> Select[Any]:
    """Ids of the counted events that organizations organized."""
    return whole.events().where(Event.id.in_(_has_role(organizations, ("organizer",))))


def _has_role(organizations: Sequence[int], roles: Sequence[str]) -> Select[Any]:
    return select(EventOrganization.event_id).where(
        and_(
            EventOrganization.organization_id.in_(organizations),
            EventOrganization.role.in_(roles),
        )
    )


def everything_below(session: Session, organization_id: int) -> list[int]:
    """Ids of an organization, of all below it and of their predecessors, at any depth (rule 8)."""
    found = (
        select(Organization.id)
        .where(Organization.id == organization_id)
        .cte("below", recursive=True)
    )
    other = aliased(Organization)
    found = found.union(
        select(other.id).join(
            found, (other.parent_id == found.c.id) | (other.successor_id == found.c.id)
        )
    )
    return list(session.scalars(select(found.c.id).order_by(found.c.id)))
