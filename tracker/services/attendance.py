"""Recording who attended, with what was true that day; headcounts and contributions."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from tracker.access import can
from tracker.errors import Conflict, Forbidden
from tracker.models import (
    Affiliation,
    Attendance,
    Contribution,
    Event,
    Headcount,
    Organization,
    Person,
    Space,
    User,
)
from tracker.models.attendance import join_roles
from tracker.models.changes import attribute
from tracker.services.affiliations import affiliation_on
from tracker.services.people import new_key

LONGEST_LABEL = 200


def attendance_query(event: Event) -> Select[Attendance]:
    """The attendances of an event, with people, their affiliations and organizations."""
    return (
        select(Attendance)
        .where(Attendance.event_id == event.id)
        .options(
            joinedload(Attendance.person)
            .selectinload(Person.affiliations)
            .joinedload(Affiliation.organization),
            joinedload(Attendance.organization),
        )
    )


def usual_status(event: Event) -> str:
    """What is usually recorded now: plans before an event, attendance once it has begun."""
    return "planned" if event.starts_at > datetime.now(UTC) else "attended"


def usual_mode(event: Event) -> str:
    """How people take part in an event of this mode, unless something else is said."""
    return event.mode if event.mode in ("in-person", "online") else "unknown"


def record_attendance(
    session: Session,
    event: Event,
    who: Person | str,
    *,
    by: User,
    organization: Organization | None = None,
    roles: Sequence[str] = ("attendee",),
    mode: str = "unknown",
    status: str = "attended",
) -> Attendance:
    """Record that somebody was (or plans to be) at an event; a text is an unidentified label.

    Organization, country and stakeholder group are frozen as of the event's first day (DESIGN
    3.7). Raises Conflict where the person or label is recorded already, Forbidden where a
    contributor records people of another organization at an event of another.
    """
    attribute(session, "attendance.record", by=by)
    person = who if isinstance(who, Person) else None
    if organization is None and person is not None:
        affiliation = affiliation_on(session, person, event.first_day)
        organization = affiliation.organization if affiliation else None
    attendance = Attendance(
        event_id=event.id,
        person=person,
        label=None if person is not None else str(who)[:LONGEST_LABEL],
        organization=organization,
        country=(person.country if person else None)
        or (organization.country if organization else None),
        stakeholder_group=organization.stakeholder_group if organization else None,
        role=join_roles(list(roles)),
        mode=mode,
        status=status,
    )
    own = organization is not None and organization.id == by.organization_id
    if not (own or can(by, "edit", event)):
        raise Forbidden(_("You can record the people of your own organization here."), "person_key")
    _refuse_second(session, attendance)
    session.add(attendance)
    session.flush()
    return attendance


def _refuse_second(session: Session, attendance: Attendance) -> None:
    same = select(Attendance.id).where(Attendance.event_id == attendance.event_id)
    if attendance.person is not None:
        same = same.where(Attendance.person_id == attendance.person.id)
    else:
        same = same.where(Attendance.label == attendance.label)
    with session.no_autoflush:
        if session.scalar(same) is not None:
            raise Conflict(
                _("%(name)s is recorded at this event already.",
                  name=attendance.person.name if attendance.person else attendance.label),
                "person_key",
            )  # fmt: skip


def create_person(
    session: Session, name: str, organization: Organization | None, event: Event, *, by: User
) -> Person:
    """Somebody new, met at an event; there for the organization since that day at the latest."""
    attribute(session, "attendance.record", by=by)
    person = Person(key=new_key(session, name), name=name)
    if organization is not None:
        person.country = None
        start = event.start_date or ""
        person.affiliations = [Affiliation(organization=organization, start_date=start)]
    session.add(person)
    session.flush()
    return person


def edit_attendance(
    session: Session,
    attendance: Attendance,
    organization: Organization | None,
    values: Mapping[str, Any],
    *,
    by: User,
) -> None:
    """Correct what was recorded of one attendance; raises Forbidden as recording it does."""
    attribute(session, "attendance.edit", by=by)
    own = organization is not None and organization.id == by.organization_id
    if not (own or can(by, "edit", attendance.event)):
        raise Forbidden(
            _("You can record the people of your own organization here."), "organization_acronym"
        )
    attendance.organization = organization
    if (
        attendance.confidence == "low"
        and values.get("status", attendance.status) != attendance.status
    ):
        # Nobody knew whether they came; somebody does now.
        attendance.confidence = None
    for name, value in values.items():
        setattr(attendance, name, join_roles(value) if name == "role" else value)
    session.flush()


def remove(session: Session, row: Attendance | Headcount | Contribution, *, by: User) -> None:
    """Remove an attendance, headcount or contribution; the change log can bring it back."""
    attribute(session, "attendance.remove" if isinstance(row, Attendance) else "delete", by=by)
    session.delete(row)
    session.flush()


def save_headcount(
    session: Session,
    headcount: Headcount | None,
    event: Event,
    values: Mapping[str, Any],
    *,
    by: User,
) -> Headcount:
    """Write a published figure; raises Conflict where the same figure is there already."""
    attribute(session, "headcount.edit" if headcount else "headcount.create", by=by)
    key = ("metric", "mode", "dimension", "value_key", "unit")
    values = {**values, "value_key": values.get("value_key") or ""}
    same = select(Headcount.id).where(
        Headcount.event_id == event.id, *(getattr(Headcount, name) == values[name] for name in key)
    )
    twin = session.scalar(same)
    if twin is not None and (headcount is None or twin != headcount.id):
        raise Conflict(_("This figure is recorded already; edit it instead."), "value_key")
    if headcount is None:
        headcount = Headcount(event_id=event.id)
        session.add(headcount)
    for name, value in values.items():
        setattr(headcount, name, value)
    session.flush()
    return headcount


def save_contribution(
    session: Session,
    contribution: Contribution | None,
    place: Event | Space,
    values: Mapping[str, Any],
    *,
    by: User,
) -> Contribution:
    """Write what was brought to an event or space; raises Conflict, Forbidden."""
    attribute(session, "contribution.edit" if contribution else "contribution.create", by=by)
    values = {**values, "title": values.get("title") or ""}
    person, organization = values["person"], values["organization"]
    at_event = isinstance(place, Event)
    same = select(Contribution.id).where(
        (Contribution.event_id if at_event else Contribution.space_id) == place.id,
        Contribution.organization_id == organization.id,
        Contribution.person_id == person.id if person else Contribution.person_id.is_(None),
        Contribution.kind == values["kind"],
        Contribution.title == values["title"],
    )
    with session.no_autoflush:
        twin = session.scalar(same)
        if twin is not None and (contribution is None or twin != contribution.id):
            raise Conflict(_("This contribution is recorded already."), "title")
        if contribution is None:
            contribution = Contribution()
            if isinstance(place, Event):
                contribution.event_id = place.id
            else:
                contribution.space_id = place.id
        for name, value in values.items():
            setattr(contribution, name, value)
        own = by.organization_id == organization.id
        if not (own or can(by, "edit", place)):
            raise Forbidden(
                _("You can record what your own organization brought."), "organization_acronym"
            )
    session.add(contribution)
    session.flush()
    return contribution


def contributions_query(place: Event | Space) -> Select[Contribution]:
    """What was brought to an event or space."""
    column = Contribution.event_id if isinstance(place, Event) else Contribution.space_id
    return (
        select(Contribution)
        .where(column == place.id)
        .options(joinedload(Contribution.organization), joinedload(Contribution.person))
        .options(joinedload(Contribution.event).selectinload(Event.organization_links))
    )
