"""A preview as data, in the shape of an entry of tests/attendee_files/expected.json."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import ImportBatch, ImportIndividual as Individual, Person
from tracker.services.importing.preview import individuals_query, preview
from tracker.services.importing.targets import of_batch
from tracker.services.importing.words import warning_text

CHUNK = 1000


def as_data(session: Session, batch: ImportBatch) -> dict[str, Any]:
    """What a batch is and what its individuals were taken for, person by person."""
    keys = _keys(session, batch)
    individuals = session.scalars(
        individuals_query(batch)
        .order_by(Individual.number, Individual.id)
        .execution_options(yield_per=CHUNK)
    )
    return {**totals(session, batch), "people": [_person(one, keys) for one in individuals]}


def totals(session: Session, batch: ImportBatch) -> dict[str, Any]:
    """What a batch is, in figures."""
    figures = preview(session, batch)
    return {
        "file": batch.filename,
        "event": batch.event.key,
        "format": batch.format,
        "language": batch.language,
        "source_rows": figures.rows,
        "set_aside": figures.set_aside,
        "individuals": figures.individuals,
        "by_match": figures.by_match,
        "by_status": figures.by_status,
        "by_role": figures.by_role,
        "minutes_total": figures.minutes_total,
    }


def _keys(session: Session, batch: ImportBatch) -> dict[int, str]:
    """The keys of everybody who is a candidate."""
    candidates = session.scalars(
        select(Individual.candidates).where(of_batch(batch), Individual.match == "decision")
    )
    ids = {candidate["person"] for found in candidates for candidate in found}
    return dict(session.execute(select(Person.id, Person.key).where(Person.id.in_(ids))).all())


def _person(individual: Individual, keys: dict[int, str]) -> dict[str, Any]:
    matched = individual.person if individual.match not in ("new", "decision") else None
    entry: dict[str, Any] = {
        "label": matched.name if matched else individual.label,
        "match": individual.match,
    }
    if matched:
        entry["person_key"] = matched.key
    if individual.match == "decision":
        found = [keys[c["person"]] for c in individual.candidates if c["person"] in keys]
        entry |= {"candidates": found} if found else {}
        entry["reason"] = individual.reason
    if individual.organization is not None:
        entry["organization"] = individual.organization.acronym
    entry |= {
        "role": individual.role, "status": individual.status, "minutes": individual.minutes,
    }  # fmt: skip
    if matched and (warning := warning_text(individual)):
        entry["warning"] = warning
    return entry
