"""Taking somebody out of the attendee files that came in: rows stay as rows, without their text."""

import io
import json
import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, false, func, or_, select, update
from sqlalchemy.orm import Session

from tracker.formats.attendees.encoding import detect_encoding
from tracker.models import (
    Attendance,
    ImportBatch,
    ImportIndividual,
    ImportRow,
    Person,
    PersonAlias,
    User,
)
from tracker.models.text import fold, name_key
from tracker.services.bulk import in_chunks

NOBODY = "–"
_CHUNK = 500


@dataclass(frozen=True)
class Traces:
    """What a person can be told by in a text: addresses, and full names that nobody else has."""

    people: frozenset[int]
    addresses: frozenset[str]
    names: frozenset[str]
    keys: frozenset[str]

    def named_by(self, label: str) -> bool:
        """Whether a label is an address or a full name of the person."""
        return label.strip().lower() in self.addresses or name_key(label) in self.keys

    def in_text(self, text: str) -> bool:
        """Whether an address or a full name of the person stands somewhere in a text."""
        low = text.lower()
        if any(address in low for address in self.addresses):
            return True
        words = f" {fold(text)} "
        return any(f" {name} " in words for name in self.names)

    def without_addresses(self, text: str) -> str:
        """The text with a dash for every address of the person."""
        for address in self.addresses:
            text = re.sub(re.escape(address), NOBODY, text, flags=re.IGNORECASE)
        return text


def traces_of(session: Session, person: Person, merged: Collection[int]) -> Traces:
    """What a person can be told by; a name that another person bears, too, tells nobody."""
    spellings = [person.name, *(alias.text for alias in person.aliases)]
    alone = [text for text in spellings if len(fold(text).split()) > 1]
    alone = [text for text in alone if not _borne_by_another(session, name_key(text), person.id)]
    return Traces(
        frozenset({person.id, *merged}),
        frozenset(email.address.lower() for email in person.emails),
        frozenset(map(fold, alone)),
        frozenset(map(name_key, alone)),
    )


def _borne_by_another(session: Session, key: str, person_id: int) -> bool:
    own = select(Person.id).where(
        Person.name_key == key, Person.id != person_id, Person.erased_at.is_(None)
    )
    alias = select(PersonAlias.id).where(
        PersonAlias.name_key == key, PersonAlias.person_id != person_id
    )
    return session.scalar(select(or_(own.exists(), alias.exists()))) or False


def count_import_rows(session: Session, traces: Traces) -> int:
    """How many rows of attendee files became the person."""
    theirs = select(ImportIndividual.id).where(_theirs(traces))
    query = select(func.count(ImportRow.id)).where(ImportRow.individual_id.in_(theirs))
    return session.scalar(query) or 0


def forget_in_imports(session: Session, traces: Traces, by: User) -> None:
    """Take the text out of a person's rows, and what else of their files names the person.

    Those not applied yet are skipped; the files themselves are dropped.
    """
    batches = {*_forget_rows(session, traces), *_forget_aside(session, traces)}
    batches |= _forget_shared_addresses(session, traces)
    _forget_individuals(session, traces, by)
    _forget_candidates(session, traces)
    _forget_files(session, traces, batches)


def _theirs(traces: Traces) -> ColumnElement[bool]:
    """The individuals who are the person, or who can be nobody else."""
    attended = select(Attendance.id).where(Attendance.person_id.in_(traces.people))
    told = or_(
        func.lower(ImportIndividual.email).in_(traces.addresses) if traces.addresses else false(),
        # With an address that is not the person's it may be a namesake whom nobody knows yet.
        and_(ImportIndividual.email == "", ImportIndividual.folded.in_(traces.keys))
        if traces.keys
        else false(),
    )
    return or_(
        ImportIndividual.person_id.in_(traces.people),
        ImportIndividual.attendance_id.in_(attended),
        and_(ImportIndividual.person_id.is_(None), ImportIndividual.attendance_id.is_(None), told),
        and_(ImportIndividual.attendance_id.in_(_unidentified()), told),
    )


def _unidentified() -> Any:
    return select(Attendance.id).where(Attendance.person_id.is_(None))


def _forget_rows(session: Session, traces: Traces) -> set[int]:
    theirs = select(ImportIndividual.id, ImportIndividual.batch_id).where(_theirs(traces))
    found = session.execute(theirs).all()
    _empty(session, ImportRow.individual_id, [row.id for row in found])
    return {row.batch_id for row in found}


def _forget_aside(session: Session, traces: Traces) -> set[int]:
    """Rows that stand for nobody, such as those of too few minutes, but name the person."""
    query = select(ImportRow.id, ImportRow.batch_id, ImportRow.raw).where(
        ImportRow.individual_id.is_(None)
    )
    rows = session.execute(query.execution_options(yield_per=_CHUNK))
    found = [(row.id, row.batch_id) for row in rows if traces.in_text(row.raw)]
    _empty(session, ImportRow.id, [id_ for id_, _batch in found])
    return {batch for _id, batch in found}


def _empty(session: Session, column: Any, ids: list[int]) -> None:
    for some in in_chunks(ids, _CHUNK):
        session.execute(
            update(ImportRow)
            .where(column.in_(some))
            .values(raw="")
            .execution_options(synchronize_session=False)
        )


def _forget_shared_addresses(session: Session, traces: Traces) -> set[int]:
    """An address that stands in the row of somebody else."""
    if not traces.addresses:
        return set()
    mentions = or_(
        *(func.lower(ImportRow.raw).contains(a, autoescape=True) for a in traces.addresses)
    )
    query = select(ImportRow.id, ImportRow.batch_id, ImportRow.raw).where(mentions)
    rows = session.execute(query).all()
    new = [{"id": row.id, "raw": traces.without_addresses(row.raw)} for row in rows]
    for some in in_chunks(new, _CHUNK):
        session.execute(update(ImportRow), some)
    session.execute(
        update(ImportIndividual)
        .where(
            func.lower(ImportIndividual.email).in_(traces.addresses),
            ImportIndividual.person_id.is_not(None),
            ImportIndividual.person_id.not_in(traces.people),
        )
        .values(email="")
        .execution_options(synchronize_session=False)
    )
    return {row.batch_id for row in rows}


def _forget_individuals(session: Session, traces: Traces, by: User) -> None:
    theirs = list(session.scalars(select(ImportIndividual.id).where(_theirs(traces))))
    said: dict[str, Any] = {
        "label": NOBODY, "folded": "", "email": "", "organization_text": "", "candidates": [],
        "question": None,
    }  # fmt: skip
    skipped = {"answer": "skip", "person_id": None, "always": False, "decided_by_id": by.id}
    for some in in_chunks(theirs, _CHUNK):
        those = update(ImportIndividual).where(ImportIndividual.id.in_(some))
        those = those.execution_options(synchronize_session=False)
        session.execute(those.values(said))
        session.execute(those.where(ImportIndividual.attendance_id.is_(None)).values(skipped))


def _forget_candidates(session: Session, traces: Traces) -> None:
    """Nobody is asked any more whether somebody else is the person."""
    text = cast(ImportIndividual.candidates, String)
    asked = or_(*(text.contains(f'"person": {id_}') for id_ in traces.people))
    query = select(ImportIndividual.id, ImportIndividual.candidates).where(asked)
    new = [
        {"id": id_, "candidates": [c for c in those if c.get("person") not in traces.people]}
        for id_, those in session.execute(query)
    ]
    for some in in_chunks(new, _CHUNK):
        session.execute(update(ImportIndividual), some)


def _forget_files(session: Session, traces: Traces, batches: Collection[int]) -> None:
    kept = or_(ImportBatch.id.in_(batches), ImportBatch.content.is_not(None))
    for batch in session.scalars(select(ImportBatch).where(kept)):
        if batch.id not in batches and not _holds(batch, traces):
            continue
        batch.content = None
        batch.reading = {**_without(batch.reading, traces), "samples": []}
        batch.problems = _without(batch.problems, traces)
        if traces.in_text(batch.filename):
            batch.filename = NOBODY
        if batch.status == "received":
            # It waited for an answer about a file that is gone.
            batch.status = "discarded"


def _holds(batch: ImportBatch, traces: Traces) -> bool:
    """Whether a file that is not read into rows yet names the person."""
    if batch.status != "received" or batch.content is None:
        return False
    text = _text_of(batch.content)
    return traces.in_text(text) or traces.in_text(json.dumps(batch.reading, ensure_ascii=False))


def _text_of(content: bytes) -> str:
    """All the text of a file; of a workbook that of its parts, which were measured when it came."""
    file = io.BytesIO(content)
    if not content.startswith(b"PK\x03\x04"):
        return content.decode(detect_encoding(file), "replace")
    with zipfile.ZipFile(file) as archive:
        return "\n".join(
            archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
        )


def _without(value: Any, traces: Traces) -> Any:
    """The JSON without the texts that name the person."""
    match value:
        case dict():
            return {key: _without(inner, traces) for key, inner in value.items()}
        case list():
            return [_without(inner, traces) for inner in value]
        case str() if traces.in_text(value):
            return NOBODY
        case _:
            return value
