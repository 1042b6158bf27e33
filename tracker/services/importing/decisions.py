"""What people answer about an import; nothing here touches attendance."""

from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, CursorResult, and_, select, update
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
from tracker.models.changes import current_revision, record_bulk
from tracker.models.text import fold
from tracker.services.affiliations import affiliation_on
from tracker.services.importing.individuals import LONGEST_LABEL
from tracker.services.importing.rematching import match_key, rematch, somebody
from tracker.services.importing.storing import alone_with


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
        "person_id": None,
    }  # fmt: skip
    if kind == "person" and person is not None:
        values |= _of_person(session, batch, person)
    if kind is None and individual.reason == "no-name":
        # The name was typed here; the file gives none.
        name = individual.email
    if name:
        key = match_key(somebody(individual, name))
        values |= {"label": name[:LONGEST_LABEL], "folded": key[:200]}
    which = _asked_together(individual)
    count = _set(session, which, values)
    if kind is None:
        rematch(session, batch, which)
    return count


def _of_person(session: Session, batch: ImportBatch, person: Person) -> dict[str, Any]:
    """Whom it is, and whom the person represents that day, if that is known."""
    affiliation = affiliation_on(session, person, batch.event.first_day)
    represented = {"organization_id": affiliation.organization_id} if affiliation else {}
    return {"person_id": person.id, **represented}


def _asked_together(individual: ImportIndividual) -> ColumnElement[bool]:
    """Those whom one answer is about: all of the same question."""
    if individual.question is None or individual.match != "decision":
        return ImportIndividual.id == individual.id
    return and_(
        ImportIndividual.batch_id == individual.batch_id,
        ImportIndividual.question == individual.question,
    )


def _set(session: Session, which: ColumnElement[bool], values: dict[str, Any]) -> int:
    """Write columns of individuals that are not applied yet; returns of how many."""
    answered = session.execute(
        update(ImportIndividual)
        .where(which, ImportIndividual.attendance_id.is_(None))
        .values(values)
    )
    session.expire_all()
    return cast(CursorResult[Any], answered).rowcount


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
    which = and_(
        ImportIndividual.batch_id == batch.id, ImportIndividual.organization_text.in_(texts)
    )
    count = _set(session, which, {"stated_organization_id": question.organization_id})
    rematch(session, batch, which)
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
    alone_with(session, batch)
    if batch.status not in ("received", "staged", "undone"):
        raise Conflict(_("This import has been applied; undo it instead."))
    record_bulk(session, "import.discard", by)
    batch.status, batch.content = "discarded", None
    session.flush()


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
    alone_with(session, batch)
    _refuse_late(batch)
    record_bulk(session, "import.decide", by)
    if batch.revision == current_revision(session):
        batch.revision += 1
    session.flush()
