"""Where a batch stands: its figures, the questions it asks, its individuals and rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.models import (
    Affiliation,
    Attendance,
    ImportBatch,
    ImportIndividual as Individual,
    ImportOrganization,
    ImportRow,
    Organization,
    Person,
    PersonEmail,
)
from tracker.models.text import name_key
from tracker.services.affiliations import affiliations_on
from tracker.services.importing.gathering import tells_who_came
from tracker.services.importing.organizations import OrganizationIndex
from tracker.services.importing.targets import (
    below_minimum,
    left_out,
    missing,
    of_batch,
    open_question,
    to_create,
    waiting,
    with_label,
    with_person,
)
from tracker.services.importing.words import problem_text
from tracker.services.likeness import likeness

MATCHES = ("email", "name+organization", "decision", "new", "unidentified")


@dataclass(slots=True)
class Preview:
    """The figures of a batch; what is to come is what applying it now would write."""

    rows: int = 0
    set_aside: dict[str, int] = field(default_factory=dict)
    individuals: int = 0
    by_match: dict[str, int] = field(default_factory=dict)
    by_status: dict[str, int] = field(default_factory=dict)
    by_role: dict[str, int] = field(default_factory=dict)
    minutes_total: int | None = None
    open: int = 0
    open_organizations: int = 0
    warnings: int = 0
    problems: list[str] = field(default_factory=list)
    no_shows: int = 0
    below_minimum: int = 0
    left_out: int = 0
    to_record: int = 0
    to_create: int = 0
    applied: int = 0


def preview(session: Session, batch: ImportBatch) -> Preview:
    """The figures of a batch, in a number of queries that does not depend on its size."""
    found = Preview()
    found.set_aside = _counts(
        session,
        ImportRow.set_aside,
        ImportRow.batch_id == batch.id,
        ImportRow.set_aside.is_not(None),
    )
    found.rows = _count(session, ImportRow.id, ImportRow.batch_id == batch.id)
    here = of_batch(batch)
    found.by_match = dict.fromkeys(MATCHES, 0) | _counts(session, Individual.match, here)
    found.individuals = sum(found.by_match.values())
    found.by_status = _counts(session, Individual.status, here)
    found.by_role = _counts(session, Individual.role, here)
    found.minutes_total = session.scalar(select(func.sum(Individual.minutes)).where(here))
    found.open_organizations = _count(session, ImportOrganization.id, open_organization(batch))
    found.problems = [problem_text(problem) for problem in batch.problems]
    if tells_who_came(batch.format):
        found.no_shows = _count(session, Attendance.id, missing(batch))
    _count_what_comes(session, batch, found)
    return found


def _count_what_comes(session: Session, batch: ImportBatch, found: Preview) -> None:
    creating = to_create(batch)
    conditions: dict[str, ColumnElement[bool]] = {
        "open": and_(waiting(batch), open_question()),
        "warnings": and_(of_batch(batch), differs()),
        "below_minimum": and_(of_batch(batch), below_minimum(batch)),
        "left_out": and_(of_batch(batch), left_out()),
        "to_create": creating,
        "to_record": or_(creating, with_person(batch), with_label(batch)),
        "applied": and_(of_batch(batch), Individual.attendance_id.is_not(None)),
    }
    counted = session.execute(
        select(
            *(func.count(Individual.id).filter(c).label(name) for name, c in conditions.items())
        ).where(of_batch(batch))
    ).one()
    for name in conditions:
        setattr(found, name, getattr(counted, name))


def differs() -> ColumnElement[bool]:
    """The file names another organization than the person represents that day."""
    return and_(
        Individual.stated_organization_id.is_not(None),
        Individual.organization_id.is_not(None),
        Individual.stated_organization_id != Individual.organization_id,
    )


def open_organization(batch: ImportBatch) -> ColumnElement[bool]:
    """An organization of the file that nobody has said anything of."""
    return and_(ImportOrganization.batch_id == batch.id, ImportOrganization.answer.is_(None))


def _count(session: Session, column: Any, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(column)).where(*conditions)) or 0


def _counts(session: Session, column: Any, *conditions: ColumnElement[bool]) -> dict[str, int]:
    query = select(column, func.count()).where(*conditions).group_by(column).order_by(column)
    return dict(session.execute(query).all())


def individuals_query(batch: ImportBatch) -> Select[Individual]:
    """The individuals of a batch, with whom they were matched to; page them by `number`."""
    return (
        select(Individual)
        .where(of_batch(batch))
        .options(
            joinedload(Individual.person), joinedload(Individual.organization),
            joinedload(Individual.stated_organization),
        )
    )  # fmt: skip


def questions_query(batch: ImportBatch) -> Select[Individual]:
    """The first individual of each question, answered or not, and not applied yet."""
    first = (
        select(func.min(Individual.id))
        .where(of_batch(batch), Individual.match == "decision", Individual.attendance_id.is_(None))
        .group_by(Individual.question)
    )
    return individuals_query(batch).where(Individual.id.in_(first))


def organization_questions(batch: ImportBatch) -> Select[ImportOrganization]:
    """The organizations of the file that nothing gives, those of most people first."""
    return (
        select(ImportOrganization)
        .where(ImportOrganization.batch_id == batch.id)
        .options(joinedload(ImportOrganization.organization))
    )


def same_question(session: Session, individuals: Sequence[Individual]) -> dict[str, int]:
    """How many individuals share each question of these."""
    asked = [one.question for one in individuals if one.question]
    return _counts(
        session, Individual.question,
        Individual.batch_id.in_({one.batch_id for one in individuals}),
        Individual.question.in_(asked),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody an individual may be, where they worked that day, and what speaks for it."""

    person: Person
    affiliation: Affiliation | None
    why: str
    likeness: float


def candidates_of(
    session: Session, batch: ImportBatch, individuals: Iterable[Individual]
) -> dict[int, list[Candidate]]:
    """The candidates of each individual, in the order the rules gave them."""
    individuals = list(individuals)
    ids = {c["person"] for one in individuals for c in one.candidates}
    people = {
        person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))
    }
    addresses = set(
        session.execute(
            select(PersonEmail.person_id, PersonEmail.address).where(PersonEmail.person_id.in_(ids))
        ).all()
    )
    that_day = affiliations_on(session, ids, batch.event.first_day)
    return {
        one.id: [
            Candidate(
                people[c["person"]], that_day.get(c["person"]),
                _why(one, people[c["person"]], (c["person"], one.email) in addresses),
                c["likeness"],
            )
            for c in one.candidates if c["person"] in people
        ]
        for one in individuals
    }  # fmt: skip


def _why(individual: Individual, person: Person, address: bool) -> str:
    if address:
        return _("The address is theirs, the name is not.")
    alike = likeness(individual.folded, person.name_key or name_key(person.name))
    if alike is not None and alike.reason == "same-name":
        return _("The same name.")
    return _("A similar name.")


def organization_candidates(
    session: Session, questions: Iterable[ImportOrganization]
) -> dict[int, list[Organization]]:
    """The organizations that each text may mean, the likeliest first."""
    index = OrganizationIndex(session)
    alike = {question.id: index.alike(question.text) for question in questions}
    ids = {id_ for found in alike.values() for id_ in found}
    found = {o.id: o for o in session.scalars(select(Organization).where(Organization.id.in_(ids)))}
    return {question: [found[id_] for id_ in ids] for question, ids in alike.items()}
