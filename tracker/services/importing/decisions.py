"""What people answer about an import; nothing here touches attendance."""

from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from tracker.access import can
from tracker.errors import Conflict
from tracker.models import (
    ImportBatch,
    ImportIndividual,
    ImportOrganization,
    Organization,
    Person,
    User,
)
from tracker.models.changes import current_revision
from tracker.models.text import fold
from tracker.services.affiliations import affiliation_on
from tracker.services.importing.individuals import LONGEST_LABEL
from tracker.services.importing.rematching import match_key, rematch, somebody
from tracker.services.importing.storing import open_alone


def answer(
    session: Session,
    individual: ImportIndividual,
    kind: str | None,
    by: User | None,
    *,
    person: Person | None = None,
    name: str | None = None,
    always: bool = False,
) -> int:
    """Answer a question, or say otherwise of anybody; all who share the question are answered.

    `kind` is a word of IMPORT_ANSWERS, None takes the answer back. `person` goes with `person`;
    `name` with `create` where the file gives none. Returns how many individuals it answered.
    Raises Conflict where it is too late, or something is missing.
    """
    batch = individual.batch
    _refuse_late(batch, individual)
    if kind == "person" and person is None:
        raise Conflict(_("Say who it is."), "person")
    if kind == "create" and name is None and individual.label == individual.email:
        raise Conflict(_("A new person needs a name."), "name")
    if always and kind == "person" and person is not None:
        _refuse_for_always(by, person, person.name)
    _count_write(session, batch, by)
    values: dict[str, Any] = {
        "answer": kind, "always": always and kind == "person", "decided_by_id": by.id if by else None,
        "person_id": person.id if person is not None and kind == "person" else None,
    }  # fmt: skip
    if kind == "person" and person is not None:
        affiliation = affiliation_on(session, person, batch.event.first_day)
        if affiliation is not None:
            values["organization_id"] = affiliation.organization_id
    if name:
        values |= {
            "label": name[:LONGEST_LABEL],
            "folded": match_key(somebody(individual, name))[:200],
        }
    asked = individual.question is not None and individual.match == "decision"
    which = (
        (ImportIndividual.batch_id == batch.id) & (ImportIndividual.question == individual.question)
        if asked
        else ImportIndividual.id == individual.id
    )
    answered = session.execute(
        update(ImportIndividual)
        .where(which, ImportIndividual.attendance_id.is_(None))
        .values(values)
    )
    count = cast(CursorResult[Any], answered).rowcount
    session.expire_all()
    if kind is None:
        rematch(session, batch)
    return count


def answer_organization(
    session: Session,
    question: ImportOrganization,
    by: User | None,
    *,
    organization: Organization | None,
    always: bool = False,
) -> int:
    """Say which organization a text means, or that none of ours; who gave it is matched anew."""
    batch = session.get_one(ImportBatch, question.batch_id)
    _refuse_late(batch)
    if always and organization is not None:
        _refuse_for_always(by, organization, organization.acronym)
    _count_write(session, batch, by)
    question.answer = "none" if organization is None else "organization"
    question.organization_id = organization.id if organization is not None else None
    question.always = always and organization is not None
    question.decided_by_id = by.id if by else None
    session.flush()
    texts = {
        text for text in session.scalars(
            select(ImportIndividual.organization_text).distinct().where(
                ImportIndividual.batch_id == batch.id
            )
        ) if fold(text)[:300] == question.folded
    }  # fmt: skip
    answered = session.execute(
        update(ImportIndividual)
        .where(
            ImportIndividual.batch_id == batch.id,
            ImportIndividual.organization_text.in_(texts),
            ImportIndividual.attendance_id.is_(None),
        )
        .values(stated_organization_id=question.organization_id)
    )
    count = cast(CursorResult[Any], answered).rowcount
    session.expire_all()
    rematch(session, batch)
    return count


def set_options(
    session: Session,
    batch: ImportBatch,
    by: User | None,
    *,
    minimum_minutes: int | None,
    mark_no_shows: bool,
) -> None:
    """Set from how many minutes on somebody counts, and what becomes of the others registered."""
    _refuse_late(batch)
    _count_write(session, batch, by)
    batch.minimum_minutes, batch.mark_no_shows = minimum_minutes, mark_no_shows
    session.flush()


def discard(session: Session, batch: ImportBatch, by: User | None) -> None:
    """Put a staged import away unapplied; what the file said is dropped."""
    _refuse_applied(batch)
    open_alone(session, batch, by, "import.discard")
    _refuse_applied(batch)
    batch.status, batch.content = "discarded", None
    session.flush()


def _refuse_applied(batch: ImportBatch) -> None:
    if batch.status not in ("received", "staged", "undone"):
        raise Conflict(_("This import has been applied; undo it instead."))


def _refuse_for_always(by: User | None, thing: Person | Organization, name: str) -> None:
    """What holds from now on is written to the person or organization, so one must be allowed to."""
    if by is not None and not can(by, "edit", thing):
        raise Conflict(
            _(
                "You cannot change %(name)s, so leave out “Always so”: answer for this file.",
                name=name,
            )
        )


def _refuse_late(batch: ImportBatch, individual: ImportIndividual | None = None) -> None:
    if batch.status in ("received", "discarded"):
        raise Conflict(_("This import is not open any more."))
    if individual is not None and individual.attendance_id is not None:
        raise Conflict(_("This row has been applied already; correct its attendance instead."))


def _count_write(session: Session, batch: ImportBatch, by: User | None) -> None:
    """An answer changes nothing that was matched, so it alone asks for no new matching."""
    open_alone(session, batch, by, "import.decide")
    _refuse_late(batch)
    if batch.revision == current_revision(session):
        batch.revision += 1
    session.flush()
