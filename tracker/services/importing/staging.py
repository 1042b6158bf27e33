"""An attendee file read into rows and individuals, matched, and kept until somebody applies it."""

import hashlib
import io
from collections.abc import Sequence
from datetime import date
from typing import Any, BinaryIO

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.errors import Conflict, DomainError
from tracker.formats.attendees import (
    WEB,
    AttendeeFile,
    Limits,
    Reading,
    UnreadableFile,
    read_attendees,
)
from tracker.models import (
    ColumnMapping,
    Event,
    ImportBatch,
    ImportIndividual,
    ImportOrganization,
    ImportRow,
    User,
)
from tracker.models.base import utcnow
from tracker.models.changes import record_bulk
from tracker.models.text import fold
from tracker.services.importing.gathering import Progress, stage_rows
from tracker.services.importing.storing import alone_with
from tracker.services.importing.words import explain

# What the web takes may have to be read again, once somebody has said how.
MOST_CONTENT = WEB.size
# Their titles are anybody's, so what somebody once said about them goes before our guess.
_FREE_FORMATS = frozenset({"csv", "sheet", "form"})


def receive(
    session: Session,
    event: Event,
    file: BinaryIO,
    filename: str,
    by: User | None,
    *,
    format: str = "auto",  # noqa: A002 - the word of the command line and the form
    dates: str | None = None,
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
    if known is not None and (format in ("auto", known.format) or known.status == "applied"):
        return known
    if known is not None:
        # Read as something else now, so what was read before is put away.
        known.status, known.content = "discarded", None
    batch = ImportBatch(
        event=event, user_id=by.id if by else None, filename=filename[:300], digest=digest,
        format=format, status="received", created_at=utcnow(), problems=[],
        reading={"dates": dates} if dates else {},
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
    alone_with(session, batch)
    if batch.content is None or batch.status not in ("received", "staged"):
        raise Conflict(_("The file is not kept any more; import it again."))
    content = batch.content
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
    _read(session, batch, io.BytesIO(content), WEB, None)


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
        stage_rows(session, batch, _parse(session, batch, file, limits), progress)
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
