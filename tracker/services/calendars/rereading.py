"""Calendars read again without a person: what changed there only is recorded, the rest waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from tracker.models import CalendarSource
from tracker.services.calendars.applying import Applied, apply_source
from tracker.services.calendars.lists import figures
from tracker.services.calendars.reading import Before, CannotRead, look_at_address
from tracker.services.calendars.staging import Staged, note_failure, take_in

LONGEST_PAUSE = 24


@dataclass(frozen=True)
class Reread:
    """How reading a calendar again went; `error` says why it could not be read."""

    name: str
    staged: Staged | None = None
    applied: Applied | None = None
    to_decide: int = 0
    error: dict[str, Any] | None = None


def address_ids(session: Session) -> Sequence[int]:
    """The calendars that are read from addresses and not stopped, those read longest ago first."""
    query = (
        select(CalendarSource.id)
        .where(CalendarSource.active == true(), CalendarSource.address.is_not(None))
        .order_by(CalendarSource.read_at.is_not(None), CalendarSource.read_at, CalendarSource.id)
    )
    return session.scalars(query).all()


def is_due(source: CalendarSource, now: datetime) -> bool:
    """Whether a calendar is to be read: after n failures only every n hours, 24 at most."""
    if not source.failures or source.read_at is None:
        return True
    return now - source.read_at >= timedelta(hours=min(source.failures, LONGEST_PAUSE))


def read_again(
    session: Session, source: CalendarSource, now: datetime, hosts: Sequence[str] = ()
) -> Reread:
    """Read a calendar, and record of it what needs nobody's answer. The caller commits."""
    assert source.address is not None
    try:
        looked = look_at_address(
            source.address, now.date(), hosts, Before.of(source, now.date())
        )  # fmt: skip
    except CannotRead as error:
        note_failure(session, source, error)
        return Reread(source.name, error=error.error)
    staged = take_in(session, source, looked)
    applied = apply_source(
        session, source, None, only=("new", "changed") if source.adds_new else ("changed",)
    )
    counted = figures(session, [source])[source.id]
    return Reread(source.name, staged, applied, counted.to_decide)
