"""Outcomes of an event: notes, links, and follow-ups as they are written and settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tracker.models import Event, FollowUp, Outcome, User
from tracker.models.base import utcnow
from tracker.models.changes import attribute
from tracker.services.affiliations import affiliation_on
from tracker.services.follow_ups import BY_DUE, LATEST_DONE, shown_with

MOST_OPEN = 50
MOST_DONE = 10


@dataclass(frozen=True)
class FollowUpsOfEvent:
    """The follow-ups that an event's page shows, and how many there are of each."""

    open: Sequence[FollowUp]
    done: Sequence[FollowUp]
    open_count: int
    done_count: int

    @property
    def more(self) -> bool:
        """Whether the page shows only some."""
        return self.open_count > len(self.open) or self.done_count > len(self.done)


def outcomes_query(event: Event) -> Select[Outcome]:
    """The notes and links of an event."""
    return select(Outcome).where(Outcome.event_id == event.id)


def follow_ups_of_event(session: Session, event: Event) -> FollowUpsOfEvent:
    """The open ones by when they are due, and the ones settled last."""
    own = select(FollowUp).join(FollowUp.event).where(FollowUp.event_id == event.id)
    is_open, is_done = FollowUp.done_at.is_(None), FollowUp.done_at.is_not(None)
    shown = own.options(*shown_with())
    counts = select(func.count(FollowUp.id), func.count(FollowUp.done_at))
    in_all, done = session.execute(counts.where(FollowUp.event_id == event.id)).one()
    return FollowUpsOfEvent(
        open=session.scalars(shown.where(is_open).order_by(*BY_DUE.by()).limit(MOST_OPEN)).all(),
        done=session.scalars(
            shown.where(is_done).order_by(*LATEST_DONE.by()).limit(MOST_DONE)
        ).all(),
        open_count=in_all - done,
        done_count=done,
    )


def save_outcome(
    session: Session, outcome: Outcome | None, event: Event, values: Mapping[str, Any], *, by: User
) -> Outcome:
    """Write a note or a link of an event."""
    attribute(session, "outcome.edit" if outcome else "outcome.create", by=by)
    if outcome is None:
        outcome = Outcome(event_id=event.id)
        session.add(outcome)
    for name, value in values.items():
        setattr(outcome, name, value)
    outcome.text = outcome.text or ""
    session.flush()
    return outcome


def save_follow_up(
    session: Session,
    follow_up: FollowUp | None,
    event: Event,
    values: Mapping[str, Any],
    *,
    by: User,
    today: date,
) -> FollowUp:
    """Write what is to be done after an event.

    A new one for which no organization is named is its person's of today; without a person
    either it is that of whoever writes it down, so that it stands on somebody's list.
    """
    attribute(session, "follow-up.edit" if follow_up else "follow-up.create", by=by)
    if follow_up is None:
        follow_up = FollowUp(event_id=event.id)
        values = {**values, "owner_organization": _first_owner(session, values, by, today)}
    with session.no_autoflush:
        for name, value in values.items():
            setattr(follow_up, name, value)
    session.add(follow_up)
    session.flush()
    return follow_up


def _first_owner(session: Session, values: Mapping[str, Any], by: User, today: date) -> Any:
    organization, person = values.get("owner_organization"), values.get("owner_person")
    if organization is not None:
        return organization
    if person is None:
        return by.organization
    affiliation = affiliation_on(session, person, today)
    return affiliation.organization if affiliation is not None else None


def settle(session: Session, follow_up: FollowUp, done: bool, *, by: User) -> None:
    """Say that something is done, or that it is not after all; no second time."""
    if done == (follow_up.done_at is not None):
        return
    attribute(session, "follow-up.done" if done else "follow-up.reopen", by=by)
    follow_up.done_at = utcnow() if done else None
    session.flush()


def delete(session: Session, row: Outcome | FollowUp, *, by: User) -> None:
    """Delete a note, link or follow-up; the change log can bring it back."""
    kind = "outcome" if isinstance(row, Outcome) else "follow-up"
    attribute(session, f"{kind}.delete", by=by)
    session.delete(row)
    session.flush()
