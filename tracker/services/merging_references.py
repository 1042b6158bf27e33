"""What refers to a person or an organization, and goes over when that is merged into another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from tracker.models import (
    Affiliation,
    Alias,
    Attendance,
    Base,
    CalendarSource,
    Contribution,
    Engagement,
    Event,
    EventOrganization,
    FollowUp,
    GroupingMember,
    ImportIndividual,
    ImportOrganization,
    Organization,
    Person,
    PersonAlias,
    PersonEmail,
    Space,
    User,
)
from tracker.models.attendance import join_roles
from tracker.services.merging_fields import Combine, filled

# The more it says, the further to the left.
_STATUSES = ("attended", "no-show", "registered", "planned", "cancelled")


def combine_attendances(kept: Attendance, other: Attendance) -> dict[str, Any]:
    """What one attendance says in the place of two of the same event."""
    roles = {*kept.roles, *other.roles} - {"attendee"}
    minutes = [m for m in (kept.minutes, other.minutes) if m is not None]
    values = {
        "status": min(kept.status, other.status, key=_STATUSES.index),
        "role": join_roles(roles or {"attendee"}),
        "minutes": max(minutes, default=None),
        "mode": _mode({kept.mode, other.mode} - {"unknown"}),
        **_FILLED_ATTENDANCE(kept, other),
    }
    if kept.organization_id is None and other.organization_id is not None:
        # Frozen together that day.
        values["organization_id"] = other.organization_id
        values["stakeholder_group"] = kept.stakeholder_group or other.stakeholder_group
    return values


_FILLED_ATTENDANCE = filled("country", "source", "confidence")


def _mode(modes: set[str]) -> str:
    return "unknown" if not modes else modes.pop() if len(modes) == 1 else "both"


def _combine_aliases(kept: PersonAlias, other: PersonAlias) -> dict[str, Any]:
    return {"always": kept.always or other.always}


@dataclass(frozen=True)
class Reference:
    """A column that refers to a merged record.

    `key` are the columns that with it name one row: two rows that agree in them become one, with
    what `combine` says.
    """

    model: Any
    column: str
    key: tuple[str, ...] = ()
    combine: Combine = field(default_factory=filled)

    @property
    def refers(self) -> Any:
        """The column itself."""
        return getattr(self.model, self.column)


_TOLD = ("source", "confidence")
_CONTRIBUTION = filled("date", "url", ("amount", "currency"), *_TOLD)
_AFFILIATION = filled("title", "end_date", *_TOLD)
_ENGAGEMENT = filled("to_date", *_TOLD)

OF_PERSON = (
    Reference(Attendance, "person_id", ("event_id",), combine_attendances),
    Reference(Affiliation, "person_id", ("organization_id", "start_date"), _AFFILIATION),
    Reference(
        Engagement, "person_id",
        ("organization_id", "space_id", "role", "detail", "from_date"), _ENGAGEMENT,
    ),
    Reference(
        Contribution, "person_id",
        ("event_id", "space_id", "organization_id", "kind", "title"), _CONTRIBUTION,
    ),
    Reference(PersonEmail, "person_id"),
    Reference(PersonAlias, "person_id", ("text",), _combine_aliases),
    Reference(FollowUp, "owner_person_id"),
    Reference(User, "person_id"),
    Reference(ImportIndividual, "person_id"),
)  # fmt: skip
OF_ORGANIZATION = (
    Reference(Attendance, "organization_id"),
    Reference(Affiliation, "organization_id", ("person_id", "start_date"), _AFFILIATION),
    Reference(EventOrganization, "organization_id", ("event_id", "role"), lambda *_rows: {}),
    Reference(Event, "owner_id"),
    Reference(Space, "organizer_id"),
    Reference(
        Engagement, "organization_id",
        ("space_id", "role", "detail", "person_id", "from_date"), _ENGAGEMENT,
    ),
    Reference(
        Contribution, "organization_id",
        ("event_id", "space_id", "person_id", "kind", "title"), _CONTRIBUTION,
    ),
    Reference(GroupingMember, "organization_id", ("grouping_id",), filled("status", *_TOLD)),
    Reference(Alias, "organization_id"),
    Reference(Organization, "parent_id"),
    Reference(Organization, "successor_id"),
    Reference(FollowUp, "owner_organization_id"),
    Reference(User, "organization_id"),
    Reference(CalendarSource, "owner_id"),
    Reference(ImportIndividual, "organization_id"),
    Reference(ImportIndividual, "stated_organization_id"),
    Reference(ImportOrganization, "organization_id"),
)  # fmt: skip


def references_to(record: Person | Organization) -> Sequence[Reference]:
    """The columns that refer to things of its kind."""
    return OF_PERSON if isinstance(record, Person) else OF_ORGANIZATION


def moving(reference: Reference, kept: Base, other: Base) -> ColumnElement[bool]:
    """The condition of the rows that refer to the merged one; the two themselves stay."""
    condition: ColumnElement[bool] = reference.refers == other.id
    if reference.model is type(kept):
        condition = and_(condition, reference.model.id.not_in((kept.id, other.id)))
    return condition


def count_moving(session: Session, reference: Reference, kept: Base, other: Base) -> int:
    """How many rows go over, those that become one with another included."""
    query = select(func.count(reference.model.id)).where(moving(reference, kept, other))
    return session.scalar(query) or 0


def twins_query(reference: Reference, kept: Base, other: Base) -> Select[Any, Any]:
    """Pairs of rows, of the kept and of the other record, that become one."""
    twin = aliased(reference.model)
    same = [
        getattr(twin, n).is_not_distinct_from(getattr(reference.model, n)) for n in reference.key
    ]
    return (
        select(reference.model, twin)
        .join(twin, and_(getattr(twin, reference.column) == other.id, *same))
        .where(reference.refers == kept.id)
        .order_by(reference.model.id)
    )


def combined(reference: Reference, kept: Any, other: Any) -> Mapping[str, Any]:
    """The columns in which the kept row changes when the other becomes one with it."""
    values = reference.combine(kept, other)
    return {name: value for name, value in values.items() if getattr(kept, name) != value}
