"""What only an organization's report asks: who else was in the room."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Attendance, Organization
from tracker.services.counting.sets import ATTENDED, CountedSet


def together_with(
    session: Session, counted: CountedSet, attended: Collection[int]
) -> Sequence[RowMapping]:
    """Organizations represented where these were: events of both, and who came for them.

    `attended` are the counted events where these were represented.
    """
    other = aliased(Attendance)
    shared: Collection[int] | Select[Any] = attended
    if counted.ids is None:
        shared = select(Attendance.event_id).where(*counted.attendances())
    query = (
        select(
            Organization.acronym,
            Organization.name_en,
            Organization.name_es,
            Organization.name_pt,
            func.count(other.event_id.distinct()).label("events"),
            func.count(other.id).label("attendances"),
            func.count(other.person_id.distinct()).label("people"),
        )
        .join_from(other, Organization, Organization.id == other.organization_id)
        .where(
            other.status == ATTENDED,
            other.organization_id.not_in(counted.representing or ()),
            other.event_id.in_(shared),
        )
        .group_by(Organization.id)
    )
    return session.execute(query).mappings().all()
