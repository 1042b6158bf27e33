"""What the pages of attendee imports list besides what services/importing/preview.py gives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from tracker.models import (
    Attendance,
    Event,
    ImportBatch,
    ImportIndividual,
    ImportOrganization,
    ImportRow,
)
from tracker.services.importing.preview import (
    individuals_query,
    open_organization,
    organization_questions,
    questions_query,
)
from tracker.services.paging import Order

LATEST_FIRST = Order(ImportBatch.id, ImportBatch.id, descending=True)
INDIVIDUALS = Order(ImportIndividual.number, ImportIndividual.id)
ORGANIZATIONS = Order(ImportOrganization.id, ImportOrganization.id)
ROWS = Order(ImportRow.number, ImportRow.id)
MOST_SHARING = 6
ROWS_OF_FILES = Order(ImportRow.id, ImportRow.id)


def batches_query(event: Event) -> Select[ImportBatch]:
    """The imports of an event, with who handed them in."""
    return (
        select(ImportBatch)
        .where(ImportBatch.event_id == event.id)
        .options(joinedload(ImportBatch.user), joinedload(ImportBatch.event))
    )


def unfinished_query(event: Event) -> Select[ImportBatch]:
    """The imports of an event that somebody began and nobody recorded or discarded."""
    return batches_query(event).where(ImportBatch.status.in_(("received", "staged")))


def newest_id(session: Session) -> int:
    """The id of the newest import there is; what is staged from now on has a higher one."""
    return session.scalar(select(func.max(ImportBatch.id))) or 0


@dataclass(frozen=True, slots=True)
class FirstRows:
    """How many rows of the file stand for an individual, and the first of them: number, text."""

    total: int = 0
    first: list[tuple[int, str]] = field(default_factory=list)


def first_rows(
    session: Session, individuals: Sequence[ImportIndividual], most: int
) -> dict[int, FirstRows]:
    """The first rows of each individual; one of them can stand in all rows of a file."""
    whose = ImportRow.individual_id
    place = func.row_number().over(partition_by=whose, order_by=ImportRow.number).label("place")
    total = func.count().over(partition_by=whose).label("total")
    rows = (
        select(whose, ImportRow.number, ImportRow.raw, place, total)
        .where(whose.in_([one.id for one in individuals]))
        .subquery()
    )
    query = select(rows).where(rows.c.place <= most).order_by(rows.c.individual_id, rows.c.place)
    found: dict[int, FirstRows] = {}
    for row in session.execute(query):
        known = found.setdefault(row.individual_id, FirstRows(row.total))
        known.first.append((row.number, row.raw))
    return found


def matched_query(batch: ImportBatch, *matches: str) -> Select[ImportIndividual]:
    """The individuals of a batch that were matched in one of these ways."""
    return individuals_query(batch).where(ImportIndividual.match.in_(matches))


def set_aside_query(batch: ImportBatch) -> Select[ImportRow]:
    """The rows of a batch that stand for nobody."""
    return select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.set_aside.is_not(None))


def count(session: Session, query: Select[Any]) -> int:
    """How many rows a query has."""
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def sharing(
    session: Session, individuals: Sequence[ImportIndividual]
) -> dict[str, list[ImportIndividual]]:
    """The first few individuals of each question of these, where it is asked for several."""
    asked = [one.question for one in individuals if one.question]
    if not asked:
        return {}
    place = func.row_number().over(
        partition_by=ImportIndividual.question, order_by=ImportIndividual.number
    )
    numbered = (
        select(ImportIndividual.id, place.label("place"))
        .where(
            ImportIndividual.batch_id == individuals[0].batch_id,
            ImportIndividual.question.in_(asked),
        )
        .subquery()
    )
    query = (
        individuals_query(individuals[0].batch)
        .join(numbered, numbered.c.id == ImportIndividual.id)
        .where(numbered.c.place <= MOST_SHARING)
        .order_by(*INDIVIDUALS.by())
    )
    found: dict[str, list[ImportIndividual]] = {}
    for one in session.scalars(query):
        found.setdefault(one.question or "", []).append(one)
    return found


def first_open(
    session: Session, batch: ImportBatch, after: int | None = None
) -> ImportIndividual | None:
    """The first question without an answer, of all or behind a row of the file."""
    query = questions_query(batch).where(ImportIndividual.answer.is_(None))
    if after is not None:
        query = query.where(ImportIndividual.number > after)
    return session.scalar(query.order_by(*INDIVIDUALS.by()).limit(1))


def first_open_organization(
    session: Session, batch: ImportBatch, after: int = 0
) -> ImportOrganization | None:
    """The first organization without an answer, of all or behind another one."""
    query = organization_questions(batch).where(
        open_organization(batch), ImportOrganization.id > after
    )
    return session.scalar(query.order_by(*ORGANIZATIONS.by()).limit(1))


def is_imported(session: Session, attendance: Attendance) -> bool:
    """Whether any file says something of an attendance."""
    query = select(ImportIndividual.id).where(ImportIndividual.attendance_id == attendance.id)
    return session.scalar(query.limit(1)) is not None


def imported_among(session: Session, attendances: Sequence[Attendance]) -> set[int]:
    """The ids of those of these attendances of which any file says something."""
    query = select(ImportIndividual.attendance_id).where(
        ImportIndividual.attendance_id.in_([attendance.id for attendance in attendances])
    )
    return {id_ for id_ in session.scalars(query) if id_ is not None}


def rows_of_attendance_query(attendance: Attendance) -> Select[ImportRow]:
    """The rows of all files that an attendance came from, with their files and who decided."""
    individual = joinedload(ImportRow.individual)
    return (
        select(ImportRow)
        .join(ImportRow.individual)
        .where(ImportIndividual.attendance_id == attendance.id)
        .options(
            individual.joinedload(ImportIndividual.batch).joinedload(ImportBatch.user),
            individual.joinedload(ImportIndividual.decided_by),
        )
    )
