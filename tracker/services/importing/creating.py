"""New people from an import: the person, its addresses, and where it works from that day on."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import (
    Affiliation,
    ImportBatch,
    ImportIndividual as Individual,
    Person,
    PersonEmail,
)
from tracker.models.base import utcnow
from tracker.services.bulk import derived, in_chunks, insert_logged
from tracker.services.importing.storing import set_on_individuals
from tracker.services.importing.targets import as_one, to_create
from tracker.services.people import new_keys

CHUNK = 1000
# Rows, not objects: they are many, and only read.
_INDIVIDUAL = (
    Individual.id, Individual.label, Individual.email, Individual.country,
    Individual.organization_id,
)  # fmt: skip


def create_people(session: Session, batch: ImportBatch) -> int:
    """Create everybody who is new; returns how many."""
    created = 0
    questions = session.scalars(
        select(Individual.question).where(to_create(batch), as_one()).distinct()
    ).all()
    groups = (
        session.execute(
            select(*_INDIVIDUAL).where(to_create(batch), Individual.question == question)
            .order_by(Individual.number, Individual.id)
        ).all()
        for question in questions
    )  # fmt: skip
    for chunk in in_chunks(groups, CHUNK):
        created += _create(session, batch, chunk)
    while single := session.execute(
        select(*_INDIVIDUAL)
        .where(to_create(batch))
        .order_by(Individual.number, Individual.id)
        .limit(CHUNK)
    ).all():
        created += _create(session, batch, [[one] for one in single])
    return created


def _create(session: Session, batch: ImportBatch, groups: Sequence[Sequence[Any]]) -> int:
    keys = new_keys(session, [group[0].label for group in groups])
    now = utcnow()
    people = [
        derived(
            Person, key=key, name=group[0].label, country=_first(one.country for one in group),
            gender=None, synthetic=False, erased_at=None, version=1, source=batch.filename or None,
            confidence=None, notes=None, created_at=now, updated_at=now,
        )
        for key, group in zip(keys, groups, strict=True)
    ]  # fmt: skip
    ids = insert_logged(session, Person, people, by="key")
    _add_addresses(session, dict(zip(ids, groups, strict=True)))
    _add_affiliations(session, batch, dict(zip(ids, groups, strict=True)))
    set_on_individuals(
        session,
        "person_id",
        {one.id: id_ for id_, group in zip(ids, groups, strict=True) for one in group},
    )
    return len(ids)


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value), None)


def _add_addresses(session: Session, people: dict[int, Sequence[Any]]) -> None:
    given: dict[str, int] = {}
    for id_, group in people.items():
        for one in group:
            if one.email:
                given.setdefault(one.email, id_)
    taken = set(session.scalars(select(PersonEmail.address).where(PersonEmail.address.in_(given))))
    rows = [
        {"person_id": id_, "address": address}
        for address, id_ in given.items()
        if address not in taken
    ]
    insert_logged(session, PersonEmail, rows, _of_person, by="address")


def _add_affiliations(
    session: Session, batch: ImportBatch, people: dict[int, Sequence[Any]]
) -> None:
    rows = [
        derived(
            Affiliation, person_id=id_, organization_id=organization, title=None,
            start_date=batch.event.start_date or "", end_date=None, source=batch.filename or None,
            confidence=None, notes=None,
        )
        for id_, group in people.items()
        if (organization := _first(one.organization_id for one in group))
    ]  # fmt: skip
    insert_logged(session, Affiliation, rows, _of_person)


def _of_person(row: dict[str, Any]) -> tuple[str, int]:
    return Person.__tablename__, row["person_id"]
