"""An attendee file read into rows and individuals, matched, and kept until somebody applies it."""

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, BinaryIO

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tracker.errors import Conflict, DomainError
from tracker.formats.attendees import (
    WEB,
    AttendeeFile,
    Limits,
    Reading,
    Row,
    UnreadableFile,
    read_attendees,
)
from tracker.models import (
    Attendance,
    ColumnMapping,
    Event,
    ImportBatch,
    ImportIndividual,
    ImportOrganization,
    ImportRow,
    User,
)
from tracker.models.base import utcnow
from tracker.models.changes import current_revision, record_bulk
from tracker.models.text import fold
from tracker.services.attendance import usual_mode
from tracker.services.bulk import in_chunks, insert_finding_ids, insert_rows
from tracker.services.importing.individuals import (
    Gatherer,
    Individual,
    read_line,
    whole_minutes,
)
from tracker.services.importing.matching import Matcher
from tracker.services.importing.organizations import OrganizationIndex
from tracker.services.importing.rematching import ask_about_twins, individual_values
from tracker.services.importing.words import explain

CHUNK = 1000
MOST_CONTENT = 10_000_000
# Their titles are anybody's, so what somebody once said about them goes before our guess.
_FREE_FORMATS = frozenset({"csv", "sheet", "form"})
# What tells who came; lists made by hand may be of some of the people only.
_REPORTS = frozenset(
    {"zoom-meeting", "zoom-meeting-unique", "zoom-webinar", "teams", "teams-events", "webex",
     "google-meet"}
)  # fmt: skip
Progress = Callable[[str, int, int], None]


def receive(
    session: Session,
    event: Event,
    file: BinaryIO,
    filename: str,
    by: User | None,
    *,
    format: str = "auto",  # noqa: A002 - the word of the command line and the form
    limits: Limits = WEB,
    progress: Progress | None = None,
) -> ImportBatch:
    """Stage a file for an event; nothing is written to its attendance.

    The same bytes staged or applied for it before give that batch back. Its status is `received`
    where it needs an answer first (`reading["ask"]`: columns or dates). Raises DomainError on a
    file that cannot be read, naming it and the row.
    """
    digest, size = _digest(file)
    known = _known(session, event, digest)
    if known is not None:
        return known
    batch = ImportBatch(
        event=event, user_id=by.id if by else None, filename=filename[:300], digest=digest,
        format=format, status="received", created_at=utcnow(), reading={}, problems=[],
    )  # fmt: skip
    if size <= MOST_CONTENT:
        batch.content = file.read()
        file.seek(0)
    session.add(batch)
    record_bulk(session, "import.stage", by)
    session.flush()
    _read(session, batch, file, limits, progress)
    return batch


def read_again(
    session: Session,
    batch: ImportBatch,
    by: User | None,
    *,
    columns: Sequence[str] | None = None,
    dates: str | None = None,
    remember: bool = True,
) -> None:
    """Read a batch once more, as somebody said that it is to be read; raises DomainError."""
    if batch.content is None or batch.status not in ("received", "staged"):
        raise Conflict(_("The file is not kept any more; import it again."))
    record_bulk(session, "import.stage", by)
    reading = {k: v for k, v in batch.reading.items() if k in ("columns", "dates", "heading")}
    if columns is not None:
        reading["columns"] = list(columns)
        if remember and reading.get("heading"):
            _remember(session, reading["heading"], columns, by)
    if dates is not None:
        reading["dates"] = dates
    batch.reading = reading
    for model in (ImportRow, ImportIndividual, ImportOrganization):
        session.execute(delete(model).where(model.batch_id == batch.id))
    _read(session, batch, io.BytesIO(batch.content), WEB, None)


def _digest(file: BinaryIO) -> tuple[str, int]:
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    size = file.tell()
    file.seek(0)
    return digest.hexdigest(), size


def _known(session: Session, event: Event, digest: str) -> ImportBatch | None:
    return session.scalar(
        select(ImportBatch)
        .where(
            ImportBatch.event_id == event.id,
            ImportBatch.digest == digest,
            ImportBatch.status.in_(("received", "staged", "applied")),
        )
        .order_by(ImportBatch.id.desc())
        .limit(1)
    )


def _days(event: Event) -> tuple[date, date] | None:
    if event.first_day is None:
        return None
    return event.first_day, event.last_day or event.first_day


def _read(
    session: Session, batch: ImportBatch, file: BinaryIO, limits: Limits, progress: Progress | None
) -> None:
    try:
        _stage(session, batch, _parse(session, batch, file, limits), progress)
    except UnreadableFile as error:
        if error.code == "dates" or (error.code == "columns" and error.samples):
            batch.status = "received"
            batch.reading = {**batch.reading, **_question(error)}
            session.flush()
            return
        code = "no-rows" if error.code == "columns" else error.code
        raise DomainError(explain(code, error.row, error.detail, batch.filename), "file") from error


def _question(error: UnreadableFile) -> dict[str, Any]:
    return {
        "ask": error.code, "heading": list(error.heading),
        "samples": [list(row) for row in error.samples],
        "readings": [_as_json(reading) for reading in error.readings],
        "detail": error.detail, "row": error.row,
    }  # fmt: skip


def _as_json(reading: Reading) -> dict[str, str]:
    return {
        "order": reading.order, "first": reading.first.isoformat(), "last": reading.last.isoformat(),
    }  # fmt: skip


def _parse(session: Session, batch: ImportBatch, file: BinaryIO, limits: Limits) -> AttendeeFile:
    def read(columns: Sequence[str] | None) -> AttendeeFile:
        file.seek(0)
        return read_attendees(
            file, batch.filename, _days(batch.event),
            format=batch.format if not batch.reading.get("columns") else "auto",
            columns=columns, dates=batch.reading.get("dates"), limits=limits,
        )  # fmt: skip

    chosen = batch.reading.get("columns") if "ask" not in batch.reading else None
    try:
        parsed = read(chosen)
    except UnreadableFile as error:
        remembered = _remembered(session, error.heading) if error.code == "columns" else None
        if remembered is None:
            raise
        return read(remembered)
    if chosen is None and parsed.format in _FREE_FORMATS:
        remembered = _remembered(session, parsed.heading)
        if remembered is not None and tuple(remembered) != parsed.columns:
            return read(remembered)
    return parsed


def _heading_digest(heading: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(map(fold, heading)).encode()).hexdigest()


def _remembered(session: Session, heading: Sequence[str]) -> list[str] | None:
    if not heading:
        return None
    query = select(ColumnMapping.fields).where(ColumnMapping.heading == _heading_digest(heading))
    return session.scalar(query)


def _remember(
    session: Session, heading: Sequence[str], columns: Sequence[str], by: User | None
) -> None:
    key = _heading_digest(heading)
    mapping = session.scalar(select(ColumnMapping).where(ColumnMapping.heading == key))
    if mapping is None:
        mapping = ColumnMapping(heading=key)
        session.add(mapping)
    mapping.fields, mapping.user_id, mapping.at = list(columns), by.id if by else None, utcnow()


def _stage(
    session: Session, batch: ImportBatch, parsed: AttendeeFile, progress: Progress | None
) -> None:
    index = OrganizationIndex(session)
    gatherer = Gatherer(lambda text: index.find(text) or fold(text))
    try:
        rows = _gather(session, batch, parsed, index, gatherer, progress)
        if not rows:
            raise UnreadableFile("no-rows")
        _write_individuals(session, batch, index, gatherer, rows, progress)
    finally:
        gatherer.close()
    ask_about_twins(session, batch)
    batch.format, batch.language, batch.status = parsed.format, parsed.language, "staged"
    batch.reading = {
        "heading": list(parsed.heading), "columns": list(parsed.columns),
        "samples": [list(row) for row in parsed.samples[:5]],
        **({"dates": batch.reading["dates"]} if batch.reading.get("dates") else {}),
    }  # fmt: skip
    batch.problems = [{"code": p.code, "row": p.row, "detail": p.detail} for p in parsed.problems]
    batch.mark_no_shows = batch.event.mode == "online" and parsed.format in _REPORTS
    # The transaction that stages it counts one more.
    batch.revision = current_revision(session) + 1
    session.flush()


def _gather(
    session: Session,
    batch: ImportBatch,
    parsed: AttendeeFile,
    index: OrganizationIndex,
    gatherer: Gatherer,
    progress: Progress | None,
) -> int:
    def is_organization(text: str) -> bool:
        return index.find(text) is not None

    total = 0
    for rows in in_chunks(parsed.rows(), CHUNK):
        aside = [row for row in rows if row.set_aside]
        insert_rows(session, ImportRow, [_set_aside(batch, row) for row in aside])
        gatherer.add_all(
            read_line(position, row, is_organization)
            for position, row in enumerate(rows, total)
            if not row.set_aside
        )
        total += len(rows)
        if progress:
            progress("rows", total, 0)
    return total


def _set_aside(batch: ImportBatch, row: Row) -> dict[str, Any]:
    return {
        "batch_id": batch.id, "number": row.number, "raw": row.raw,
        "set_aside": row.set_aside, "individual_id": None,
    }  # fmt: skip


def _write_individuals(
    session: Session,
    batch: ImportBatch,
    index: OrganizationIndex,
    gatherer: Gatherer,
    rows: int,
    progress: Progress | None,
) -> None:
    matcher = Matcher(session, batch.event)
    unknown: Counter[str] = Counter()
    mode, done = usual_mode(batch.event), 0
    for chunk in in_chunks(_counted(gatherer.individuals(), index, unknown), CHUNK):
        values = individual_values(
            session, batch, matcher, index, [_said(i, index, mode) for i in chunk]
        )
        ids = insert_finding_ids(session, ImportIndividual, values, "number", "batch_id")
        insert_rows(
            session,
            ImportRow,
            [
                {"batch_id": batch.id, "number": line.number, "raw": line.raw, "set_aside": None,
                 "individual_id": id_}
                for id_, individual in zip(ids, chunk, strict=True)
                for line in individual.lines
            ],
        )  # fmt: skip
        done += sum(len(individual.lines) for individual in chunk)
        if progress:
            progress("individuals", done, rows)
    _ask_about_organizations(session, batch, index, unknown)


def _counted(
    individuals: Iterator[Individual], index: OrganizationIndex, unknown: Counter[str]
) -> Iterator[Individual]:
    """The individuals, counting organizations that nothing gives on the way."""
    for individual in individuals:
        given = individual.organizations
        if given and all(index.find(text) is None for text in given):
            unknown[given[0][:300]] += 1
        yield individual


def _said(individual: Individual, index: OrganizationIndex, usual: str) -> dict[str, Any]:
    """What a file says of an individual, by the columns it is kept in."""
    given = individual.organizations
    meant = [text for text in given if index.find(text) is not None]
    intervals = individual.intervals
    return {
        "number": individual.position,
        "label": individual.label,
        "email": individual.email,
        "kind": individual.name.kind,
        "organization_text": (meant or given or [""])[0][:300],
        "stated_organization_id": index.find(meant[0]) if meant else None,
        "country": individual.country,
        "role": individual.role,
        "status": individual.status,
        "mode": individual.mode or usual,
        "minutes": whole_minutes(intervals, individual.stated_minutes),
        "stated_minutes": individual.stated_minutes,
        "intervals": [[a.isoformat(), b.isoformat()] for a, b in intervals],
    }


def _ask_about_organizations(
    session: Session, batch: ImportBatch, index: OrganizationIndex, unknown: Counter[str]
) -> None:
    by_fold: dict[str, list[str]] = {}
    for text in unknown:
        by_fold.setdefault(fold(text), []).append(text)
    insert_rows(
        session,
        ImportOrganization,
        [
            {"batch_id": batch.id, "text": max(texts, key=lambda t: (unknown[t], t)), "folded": key,
             "individuals": sum(unknown[text] for text in texts), "candidates": index.alike(key),
             "answer": None, "organization_id": None, "decided_by_id": None, "always": False}
            for key, texts in by_fold.items() if key
        ],
    )  # fmt: skip


def registered_elsewhere(session: Session, batch: ImportBatch) -> int:
    """How many people are registered for the event whom this batch does not name."""
    named = select(ImportIndividual.person_id).where(
        ImportIndividual.batch_id == batch.id, ImportIndividual.person_id.is_not(None)
    )
    return (
        session.scalar(
            select(func.count(Attendance.id)).where(
                Attendance.event_id == batch.event_id,
                Attendance.status == "registered",
                Attendance.person_id.is_not(None),
                Attendance.person_id.not_in(named),
            )
        )
        or 0
    )


def is_report(batch: ImportBatch) -> bool:
    """Whether a batch tells who came, so that whoever is missing did not."""
    return batch.format in _REPORTS
