"""What refers to a thing, so that deleting it is refused with the reason."""

from collections.abc import Callable

from flask_babel import gettext as _, ngettext
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.models import (
    Affiliation,
    Attendance,
    Base,
    CalendarSource,
    Contribution,
    Engagement,
    Event,
    EventOrganization,
    FollowUp,
    Organization,
    Person,
    Space,
    User,
)

# What refers, and how many of them in words.
Reference = tuple[ColumnElement[bool], type[Base], Callable[[int], str]]


def refuse_while_referenced(session: Session, thing: Organization | Person | Space) -> None:
    """Raise Conflict, naming how many of what still refer to a thing that is to be deleted."""
    found = [text for condition in _referring(thing) if (text := _say(session, condition))]
    if found:
        raise Conflict(
            _(
                "It cannot be deleted while others refer to it: %(found)s. Change those first.",
                found=", ".join(found),
            )
        )


def _say(session: Session, reference: Reference) -> str:
    condition, model, in_words = reference
    count = session.scalar(select(func.count(model.id)).where(condition)) or 0
    return in_words(count) if count else ""


def _referring(thing: Organization | Person | Space) -> list[Reference]:
    if isinstance(thing, Organization):
        return _referring_to_organization(thing.id)
    if isinstance(thing, Person):
        return _referring_to_person(thing.id)
    return [
        (Event.space_id == thing.id, Event, _events),
        (Engagement.space_id == thing.id, Engagement, _engagements),
        (Contribution.space_id == thing.id, Contribution, _contributions),
        (CalendarSource.space_id == thing.id, CalendarSource, _calendars),
    ]


def _referring_to_organization(id_: int) -> list[Reference]:
    linked = select(EventOrganization.event_id).where(EventOrganization.organization_id == id_)
    return [
        (or_(Event.owner_id == id_, Event.id.in_(linked)), Event, _events),
        (Attendance.organization_id == id_, Attendance, _attendances),
        (Affiliation.organization_id == id_, Affiliation, _affiliations),
        (Engagement.organization_id == id_, Engagement, _engagements),
        (Contribution.organization_id == id_, Contribution, _contributions),
        (Space.organizer_id == id_, Space, _spaces),
        (
            or_(Organization.parent_id == id_, Organization.successor_id == id_),
            Organization,
            _organizations,
        ),
        (User.organization_id == id_, User, _users),
        (FollowUp.owner_organization_id == id_, FollowUp, _follow_ups),
        (CalendarSource.owner_id == id_, CalendarSource, _calendars),
    ]


def _referring_to_person(id_: int) -> list[Reference]:
    return [
        (Attendance.person_id == id_, Attendance, _attendances),
        (Engagement.person_id == id_, Engagement, _engagements),
        (Contribution.person_id == id_, Contribution, _contributions),
        (User.person_id == id_, User, _users),
        (FollowUp.owner_person_id == id_, FollowUp, _follow_ups),
    ]


def _events(count: int) -> str:
    return ngettext("%(num)d event", "%(num)d events", count)


def _attendances(count: int) -> str:
    return ngettext("%(num)d attendance", "%(num)d attendances", count)


def _affiliations(count: int) -> str:
    return ngettext("%(num)d affiliation", "%(num)d affiliations", count)


def _engagements(count: int) -> str:
    return ngettext("%(num)d engagement", "%(num)d engagements", count)


def _contributions(count: int) -> str:
    return ngettext("%(num)d contribution", "%(num)d contributions", count)


def _spaces(count: int) -> str:
    return ngettext("%(num)d space", "%(num)d spaces", count)


def _organizations(count: int) -> str:
    return ngettext("%(num)d organization", "%(num)d organizations", count)


def _users(count: int) -> str:
    return ngettext("%(num)d account", "%(num)d accounts", count)


def _calendars(count: int) -> str:
    return ngettext("%(num)d calendar brought in", "%(num)d calendars brought in", count)


def _follow_ups(count: int) -> str:
    return ngettext("%(num)d follow-up", "%(num)d follow-ups", count)
