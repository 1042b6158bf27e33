"""Planning to attend, thinking better of it, and saying afterwards who came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.access import can
from tracker.errors import Conflict, Forbidden
from tracker.models import Attendance, Event, Organization, Person, User
from tracker.models.changes import attribute
from tracker.services.affiliations import works_at
from tracker.services.attendance import record_attendance, usual_mode
from tracker.services.filters import matches_words
from tracker.services.plans import PLANNED
from tracker.services.resolve import MOST

# What became of somebody who was to come; "unknown" leaves the plan as it was.
ANSWERS = ("attended", "no-show", "unknown")


@dataclass(frozen=True)
class Planned:
    """Who is planned now, and who was already."""

    new: Sequence[Person]
    already: Sequence[Person]


def plan_to_attend(
    session: Session,
    event: Event,
    people: Sequence[Person],
    *,
    by: User,
    organization: Organization | None = None,
) -> Planned:
    """Record that people plan to be at an event; who had cancelled is planned again.

    Raises Conflict where the event is over or cancelled, Forbidden for people of others.
    """
    attribute(session, "attendance.plan", by=by)
    if event.status == "cancelled":
        raise Conflict(_("This event is cancelled."), "event_key")
    if event.ends_at <= datetime.now(UTC):
        raise Conflict(
            _("This event is over. Record who attended on its page instead."), "event_key"
        )
    known = _recorded(session, event, people)
    new, already = [], []
    for person in dict.fromkeys(people):
        attendance = known.get(person.id)
        if attendance is None:
            _record(session, event, person, organization, by)
        elif attendance.status == "cancelled" and can(by, "edit", attendance):
            attendance.status = "planned"
        else:
            already.append(person)
            continue
        new.append(person)
    session.flush()
    return Planned(new, already)


def _recorded(session: Session, event: Event, people: Sequence[Person]) -> dict[int, Attendance]:
    query = select(Attendance).where(
        Attendance.event_id == event.id, Attendance.person_id.in_([person.id for person in people])
    )
    return {a.person_id: a for a in session.scalars(query) if a.person_id is not None}


def _record(
    session: Session, event: Event, person: Person, organization: Organization | None, by: User
) -> None:
    try:
        record_attendance(
            session, event, person, by=by, organization=organization, mode=usual_mode(event),
            status="planned",
        )  # fmt: skip
    except Forbidden as error:
        raise Forbidden(
            _(
                "You can plan for the people of your own organization here; %(name)s is not of it "
                "on that day.",
                name=person.name,
            ),
            "people",
        ) from error


def people_to_plan(
    session: Session, text: str, organizations: Sequence[int], today: date
) -> Sequence[Person]:
    """People in whose name every word of the text begins a word; of these organizations first."""
    theirs = works_at(organizations, today)
    query = (
        select(Person)
        .where(matches_words(Person.search, text), Person.erased_at.is_(None))
        .order_by(theirs.desc(), Person.sort_name, Person.id)
        .limit(MOST)
    )
    return session.scalars(query).all()


def withdraw(session: Session, attendance: Attendance, *, by: User) -> None:
    """Take somebody out of a plan: what was only planned goes, a registration is cancelled.

    Raises Conflict where it is no plan any more.
    """
    attribute(session, "attendance.withdraw", by=by)
    if attendance.status == "planned":
        session.delete(attendance)
    elif attendance.status == "registered":
        attendance.status = "cancelled"
    else:
        raise Conflict(_("That is no plan any more; look at the attendance of the event."))
    session.flush()


def has_begun(event: Event, now: datetime) -> bool:
    """Whether one can say who came: it has started, or is over where its days are not known."""
    return (event.starts_at if event.has_days else event.ends_at) <= now


def unconfirmed_query(event: Event, user: User) -> Select[Attendance]:
    """Whom to ask about after an event: the planned and registered whom the user may confirm.

    "Not known" marks the record as unverified, and what is marked so is not asked again.
    """
    query = (
        select(Attendance)
        .where(Attendance.event_id == event.id, is_unconfirmed())
        .options(joinedload(Attendance.person), joinedload(Attendance.organization))
    )
    if not can(user, "edit", event):
        query = query.where(Attendance.organization_id == user.organization_id)
    return query


def is_unconfirmed() -> ColumnElement[bool]:
    """The condition on Attendance: planned or registered, and nobody said it is not known."""
    return and_(
        Attendance.status.in_(PLANNED),
        or_(Attendance.confidence.is_(None), Attendance.confidence != "low"),
    )


def confirm(session: Session, event: Event, answers: Mapping[int, str], *, by: User) -> int:
    """Write what became of each attendance of an event by its id, one of ANSWERS; how many.

    What somebody else confirmed meanwhile stays. Raises Conflict before the event has begun,
    Forbidden for people of others.
    """
    attribute(session, "attendance.confirm", by=by)
    if not has_begun(event, datetime.now(UTC)):
        raise Conflict(_("This event has not begun yet."))
    query = select(Attendance).where(
        Attendance.event_id == event.id, Attendance.id.in_(answers), is_unconfirmed()
    )
    found = session.scalars(query.order_by(Attendance.id)).all()
    for attendance in found:
        if not can(by, "edit", attendance):
            raise Forbidden(_("You can change the attendance of your own organization's people."))
        if answers[attendance.id] == "unknown":
            attendance.confidence = "low"
        else:
            attendance.status = answers[attendance.id]
    session.flush()
    return len(found)
