"""What events and attendances are counted by: each dimension once, in SQL.

A pass over the counted rows groups by these, and the list behind a number asks for the same.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select

from tracker.models import (
    Attendance,
    Event,
    EventOrganization,
    EventTopic,
    Person,
    RegionCountry,
)
from tracker.services.counting.events import space_of

Ids = Select[Any]
Pairs = Select[*tuple[Any, ...]]
UNKNOWN = "unknown"
INTERGOVERNMENTAL = "intergovernmental"
ELSEWHERE = "elsewhere"
_YEAR, _MONTH = len("YYYY"), len("YYYY-MM")

# Of an event, one value each; NULL is not known.
EVENT_COLUMNS: Mapping[str, Any] = {
    "year": func.substr(Event.start_date, 1, _YEAR),
    "month": case((func.length(Event.start_date) > _YEAR, func.substr(Event.start_date, 1, _MONTH))),
    "kind": Event.kind,
    "country": Event.country,
    "mode": Event.mode,
}  # fmt: skip


def _topics(events: Ids) -> Pairs:
    return select(EventTopic.event_id, EventTopic.topic_id).where(EventTopic.event_id.in_(events))


def _spaces(events: Ids) -> Pairs:
    spaced = space_of(events)
    return select(spaced.c.event_id, spaced.c.space_id).where(spaced.c.space_id.is_not(None))


def _organizations(role: str) -> Callable[[Ids], Pairs]:
    def pairs(events: Ids) -> Pairs:
        return select(EventOrganization.event_id, EventOrganization.organization_id).where(
            EventOrganization.event_id.in_(events), EventOrganization.role == role
        )

    return pairs


# Of events, pairs (event_id, id): none or several of an event.
EVENT_PAIRS: Mapping[str, Callable[[Ids], Pairs]] = {
    "space": _spaces,
    "topic": _topics,
    "organizer": _organizations("organizer"),
    "partner": _organizations("partner"),
}

# Of an attendance, one value each; `role` is one or more joined by `;`.
ATTENDANCE_COLUMNS: Mapping[str, Any] = {
    "attendance_mode": Attendance.mode,
    "role": Attendance.role,
    "attendance_country": Attendance.country,
    "stakeholder_group": Attendance.stakeholder_group,
    "organization": Attendance.organization_id,
    "person": Attendance.person_id,
    "gender": select(Person.gender).where(Person.id == Attendance.person_id).scalar_subquery(),
}


def region_of(scheme: str) -> ColumnElement[Any]:
    """The region of an attendance: an intergovernmental organization has none (DESIGN 2)."""
    region = select(RegionCountry.region).where(
        RegionCountry.scheme == scheme, RegionCountry.country == Attendance.country
    )
    return case(
        (Attendance.stakeholder_group == INTERGOVERNMENTAL, literal(INTERGOVERNMENTAL)),
        (Attendance.country.is_(None), literal(UNKNOWN)),
        else_=func.coalesce(region.scalar_subquery(), ELSEWHERE),
    )


def origin_of() -> ColumnElement[Any]:
    """The country of an attendance, marked where it is of an intergovernmental organization."""
    mark = case((Attendance.stakeholder_group == INTERGOVERNMENTAL, literal("+")), else_="")
    return func.coalesce(Attendance.country, UNKNOWN).concat(mark)
