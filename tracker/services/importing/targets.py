"""What becomes of each individual of a batch when it is applied, as conditions on its row."""

from sqlalchemy import ColumnElement, and_, or_, select

from tracker.models import Attendance, ImportBatch, ImportIndividual as Individual
from tracker.services.importing.rematching import TWINS

_MATCHED = ("email", "name+organization", "alias", "recorded", "new")


def of_batch(batch: ImportBatch) -> ColumnElement[bool]:
    """An individual of this batch."""
    return Individual.batch_id == batch.id


def below_minimum(batch: ImportBatch) -> ColumnElement[bool]:
    """It was there for less than the minimum of minutes that was set."""
    return and_(Individual.minutes.is_not(None), Individual.minutes < (batch.minimum_minutes or 0))


def waiting(batch: ImportBatch) -> ColumnElement[bool]:
    """It is to be applied, and has not been."""
    enough = or_(Individual.minutes.is_(None), Individual.minutes >= (batch.minimum_minutes or 0))
    return and_(of_batch(batch), Individual.attendance_id.is_(None), enough)


def open_question() -> ColumnElement[bool]:
    """Nobody has said yet who it is."""
    return and_(Individual.match == "decision", Individual.answer.is_(None))


def left_out() -> ColumnElement[bool]:
    """Somebody said that it is not to be recorded."""
    return Individual.answer == "skip"


def to_create(batch: ImportBatch) -> ColumnElement[bool]:
    """It becomes a new person."""
    new = and_(Individual.match == "new", Individual.answer.is_(None))
    return and_(
        waiting(batch),
        Individual.person_id.is_(None),
        or_(new, Individual.answer.in_(("create", "together"))),
    )


def as_one() -> ColumnElement[bool]:
    """All of its question become the same new person."""
    several = and_(Individual.answer == "create", Individual.reason != TWINS)
    return and_(Individual.question.is_not(None), or_(Individual.answer == "together", several))


def with_person(batch: ImportBatch) -> ColumnElement[bool]:
    """It is recorded as a person."""
    matched = and_(Individual.match.in_(_MATCHED), Individual.answer.is_(None))
    answered = Individual.answer.in_(("person", "create", "together"))
    return and_(waiting(batch), Individual.person_id.is_not(None), or_(matched, answered))


def with_label(batch: ImportBatch) -> ColumnElement[bool]:
    """It is recorded under its label, without a person."""
    found = and_(Individual.match == "unidentified", Individual.answer.is_(None))
    return and_(waiting(batch), or_(found, Individual.answer == "unidentified"))


def missing(batch: ImportBatch) -> ColumnElement[bool]:
    """The condition on Attendance: somebody is registered for the event whom it does not name."""
    named = select(Individual.person_id).where(of_batch(batch), Individual.person_id.is_not(None))
    return and_(
        Attendance.event_id == batch.event_id,
        Attendance.status == "registered",
        Attendance.person_id.is_not(None),
        Attendance.person_id.not_in(named),
    )
