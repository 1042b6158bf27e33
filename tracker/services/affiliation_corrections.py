"""Attendances that recorded another organization than the affiliations now say (DESIGN 3.7).

What an attendance froze stays when affiliations change. That some of it was wrong from the
start is said by a person, attendance by attendance; nothing here changes what was not chosen.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.access import can
from tracker.models import Affiliation, Attendance, Event, Organization, Person, User
from tracker.models.changes import attribute
from tracker.services.affiliations import chosen_first
from tracker.services.visibility import visible_to


@dataclass(frozen=True)
class Correction:
    """An attendance, and what the affiliations now say that it should have recorded."""

    attendance: Attendance
    organization: Organization | None
    country: str | None
    stakeholder_group: str | None

    @property
    def token(self) -> str:
        """What was looked at: another text once the attendance or the affiliations changed."""
        to = self.organization.id if self.organization else 0
        return f"{self.attendance.id}-{self.attendance.organization_id or 0}-{to}"


@dataclass(frozen=True)
class Period:
    """The days that a written affiliation covers; open where an end is not known."""

    first: date | None
    last: date | None

    @classmethod
    def of(cls, affiliation: Affiliation) -> "Period":
        """The days of an affiliation as it is stored."""
        return cls(affiliation.first_day, affiliation.last_day)

    def __contains__(self, day: object) -> bool:
        assert isinstance(day, date)
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def corrections(
    session: Session, person: Person, user: User, also: Organization | None = None
) -> Sequence[Correction]:
    """What a user could correct, latest event first.

    Where the affiliations say nothing of a day, only what was recorded for `also`, where the
    person is no longer said to have been.
    """
    query = (
        select(Attendance)
        .join(Attendance.event)
        .where(Attendance.person_id == person.id, Event.first_day.is_not(None), visible_to(user))
        .options(
            joinedload(Attendance.organization),
            joinedload(Attendance.event).selectinload(Event.organization_links),
        )
        .order_by(Event.starts_at.desc(), Event.id.desc())
    )
    affiliations = session.scalars(
        select(Affiliation)
        .where(Affiliation.person_id == person.id)
        .options(selectinload(Affiliation.organization))
        # Just written ones still know the organization that they were with.
        .execution_options(populate_existing=True)
    ).all()
    found = []
    for attendance in session.scalars(query):
        said = _said_on(affiliations, attendance.event.first_day)
        if _differs(attendance, said, also) and _may(user, attendance, said):
            found.append(_correction(person, attendance, said))
    return found


def _said_on(affiliations: Collection[Affiliation], day: date | None) -> Organization | None:
    """As `affiliation_on` chooses, of affiliations at hand."""
    assert day is not None
    there = chosen_first(a for a in affiliations if a.in_force_on(day))
    return there[0].organization if there else None


def _differs(attendance: Attendance, said: Organization | None, also: Organization | None) -> bool:
    if said is None:
        return also is not None and attendance.organization_id == also.id
    return attendance.organization_id != said.id


def _may(user: User, attendance: Attendance, said: Organization | None) -> bool:
    own = said is not None and said.id == user.organization_id
    return can(user, "edit", attendance) and (own or can(user, "edit", attendance.event))


def _correction(person: Person, attendance: Attendance, said: Organization | None) -> Correction:
    country = attendance.country
    recorded = attendance.organization
    of_organization = recorded.country if recorded is not None else None
    if country is None or country == of_organization != person.country:
        country = person.country or (said.country if said is not None else None)
    return Correction(
        attendance, said, country, said.stakeholder_group if said is not None else None
    )


def concerned(found: Collection[Correction], periods: Collection[Period]) -> list[Correction]:
    """Those whose event began on a day of one of these periods."""
    return [
        one
        for one in found
        if any((one.attendance.event.first_day or date.min) in period for period in periods)
    ]


def correct(session: Session, chosen: Collection[Correction], by: User) -> None:
    """Write what the affiliations say into the attendances that were chosen."""
    attribute(session, "attendance.correct", by=by)
    for one in chosen:
        one.attendance.organization = one.organization
        one.attendance.country = one.country
        one.attendance.stakeholder_group = one.stakeholder_group
    session.flush()
