"""The rows of a file that was read, written with the individuals they stand for, and matched."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.orm import Session

from tracker.formats.attendees import AttendeeFile, Row, UnreadableFile
from tracker.models import ImportBatch, ImportIndividual, ImportOrganization, ImportRow
from tracker.models.changes import current_revision
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

CHUNK = 1000
# What tells who came; lists made by hand may be of some of the people only.
_REPORTS = frozenset(
    {"zoom-meeting", "zoom-meeting-unique", "zoom-webinar", "teams", "teams-events", "webex",
     "google-meet"}
)  # fmt: skip
Progress = Callable[[str, int, int], None]


def tells_who_came(format_: str) -> bool:
    """Whether a file of this format tells who came, so that whoever is missing did not."""
    return format_ in _REPORTS


def stage_rows(
    session: Session, batch: ImportBatch, parsed: AttendeeFile, progress: Progress | None
) -> None:
    """Write the rows and individuals of a file that was read, matched; raises UnreadableFile."""
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
    batch.mark_no_shows = batch.event.mode == "online" and tells_who_came(parsed.format)
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
    mode, done, last = usual_mode(batch.event), 0, 0
    for chunk in in_chunks(_counted(gatherer.individuals(), index, unknown), CHUNK):
        values = individual_values(
            session, batch, matcher, index, [_said(i, index, mode) for i in chunk]
        )
        ids = insert_finding_ids(session, ImportIndividual, values, "number", "batch_id", last)
        last = max(ids)
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
    _ask_about_organizations(session, batch, unknown)


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


def _ask_about_organizations(session: Session, batch: ImportBatch, unknown: Counter[str]) -> None:
    by_fold: dict[str, list[str]] = {}
    for text in unknown:
        by_fold.setdefault(fold(text)[:300], []).append(text)
    insert_rows(
        session,
        ImportOrganization,
        [
            {"batch_id": batch.id, "text": max(texts, key=lambda t: (unknown[t], t)), "folded": key,
             "individuals": sum(unknown[text] for text in texts), "answer": None,
             "organization_id": None, "decided_by_id": None, "always": False}
            for key, texts in by_fold.items() if key
        ],
    )  # fmt: skip
