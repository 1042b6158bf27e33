"""Imports that wait for somebody: staged, or applied with questions left."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.access import EDIT, has_permission
from tracker.models import (
    Event,
    EventOrganization,
    ImportBatch,
    ImportIndividual as Individual,
    User,
)
from tracker.services.importing.targets import open_question
from tracker.services.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Waiting:
    """A batch with how many individuals it has, and of how many nobody has said who they are."""

    batch: ImportBatch
    event: Event
    individuals: int
    open: int


def waiting_query(user: User) -> Select[ImportBatch]:
    """The imports that a user may go on with."""
    unanswered = (
        select(Individual.id)
        .where(
            Individual.batch_id == ImportBatch.id,
            open_question(),
            Individual.attendance_id.is_(None),
        )
        .exists()
    )
    query = (
        select(ImportBatch)
        .join(ImportBatch.event)
        .where(
            visible_to(user),
            or_(
                ImportBatch.status.in_(("received", "staged")),
                and_(ImportBatch.status == "applied", unanswered),
            ),
        )
        .options(
            joinedload(ImportBatch.user),
            joinedload(ImportBatch.event)
            .selectinload(Event.organization_links)
            .joinedload(EventOrganization.organization),
        )
    )
    if has_permission(user, EDIT):
        return query
    organizes = select(EventOrganization.event_id).where(
        EventOrganization.organization_id == user.organization_id,
        EventOrganization.role == "organizer",
    )
    return query.where(or_(Event.owner_id == user.organization_id, Event.id.in_(organizes)))


def waiting_imports(session: Session, user: User, limit: int) -> list[Waiting]:
    """The latest imports that a user may go on with, and what they wait for."""
    batches = session.scalars(
        waiting_query(user).order_by(ImportBatch.id.desc()).limit(limit)
    ).all()
    return with_counts(session, batches)


def with_counts(session: Session, batches: Sequence[ImportBatch]) -> list[Waiting]:
    """Batches with the number of their individuals and of open questions."""
    counted = {
        id_: (individuals, open_)
        for id_, individuals, open_ in session.execute(
            select(
                Individual.batch_id,
                func.count(),
                func.count().filter(open_question(), Individual.attendance_id.is_(None)),
            )
            .where(Individual.batch_id.in_([batch.id for batch in batches]))
            .group_by(Individual.batch_id)
        )
    }
    return [Waiting(b, b.event, *counted.get(b.id, (0, 0))) for b in batches]
