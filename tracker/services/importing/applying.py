"""A staged import written to attendance: in one transaction, in bulk, in no order that matters."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Table, func, select, update
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.models import (
    Alias,
    Attendance,
    Event,
    ImportBatch,
    ImportIndividual as Individual,
    ImportOrganization,
    Person,
    PersonAlias,
    PersonEmail,
    User,
)
from tracker.models.base import utcnow
from tracker.models.changes import begin_change, current_revision
from tracker.services.affiliations import organizations_on
from tracker.services.bulk import Row, derived, in_chunks, insert_logged, update_logged
from tracker.services.importing.combining import Facts, changed, combined, role_of
from tracker.services.importing.creating import create_people
from tracker.services.importing.gathering import Progress
from tracker.services.importing.organizations import OrganizationIndex
from tracker.services.importing.rematching import label_key, rematch
from tracker.services.importing.storing import alone_with, set_on_individuals
from tracker.services.importing.targets import (
    left_out,
    missing,
    of_batch,
    open_question,
    waiting,
    with_label,
    with_person,
)

CHUNK = 1000
_ATTENDANCE = cast(Table, Attendance.__table__)
# Rows, not objects: they are many, and only read.
_INDIVIDUAL = (
    Individual.id, Individual.batch_id, Individual.person_id, Individual.attendance_id,
    Individual.label, Individual.folded, Individual.role, Individual.status, Individual.mode,
    Individual.minutes, Individual.intervals, Individual.organization_id, Individual.country,
)  # fmt: skip


@dataclass(slots=True)
class ApplySummary:
    """What applying an import did: attendances, but for the people it created."""

    created_people: int = 0
    recorded: int = 0
    updated: int = 0
    unchanged: int = 0
    no_shows: int = 0
    skipped: int = 0
    left: int = 0


def apply_batch(
    session: Session, batch: ImportBatch, by: User | None, progress: Progress | None = None
) -> ApplySummary:
    """Write everything that is certain or answered; open questions stay open.

    May be called again once more is answered. Raises Conflict where the batch is not staged.
    """
    alone_with(session, batch)
    if batch.status not in ("staged", "applied", "undone"):
        raise Conflict(_("This import is not open any more."))
    if batch.revision != current_revision(session):
        rematch(session, batch)
    begin_change(session, "import.apply", by, batch=batch.id)
    summary = ApplySummary()
    summary.created_people = create_people(session, batch)
    _Writer(session, batch, summary, progress).write()
    _keep_always(session, batch)
    if batch.mark_no_shows:
        summary.no_shows = _mark_no_shows(session, batch)
    session.expire_all()
    batch.status, batch.applied_at, batch.undone_at = "applied", utcnow(), None
    batch.revision = current_revision(session) + 1
    session.flush()
    _count_rest(session, batch, summary)
    return summary


def _count_rest(session: Session, batch: ImportBatch, summary: ApplySummary) -> None:
    def count(*conditions: ColumnElement[bool]) -> int:
        query = select(func.count(Individual.id)).where(of_batch(batch), *conditions)
        return session.scalar(query) or 0

    summary.left = count(waiting(batch), open_question())
    summary.skipped = count(left_out())
    if not summary.left:
        batch.content = None
        session.flush()


class _Writer:
    """Writes the attendances of a batch, a thousand at a time."""

    def __init__(
        self,
        session: Session,
        batch: ImportBatch,
        summary: ApplySummary,
        progress: Progress | None,
    ) -> None:
        self._session, self._batch, self._summary = session, batch, summary
        self._event: Event = batch.event
        self._index = OrganizationIndex(session)
        self._progress = progress
        self._total = (
            session.scalar(
                select(func.count(Individual.id)).where(with_person(batch) | with_label(batch))
            )
            or 0
        )
        self._done = 0

    def write(self) -> None:
        self._each(with_person(self._batch), Individual.person_id, self._write_people)
        self._each(with_label(self._batch), Individual.folded, self._write_labels)

    def _each(
        self,
        condition: ColumnElement[bool],
        column: Any,
        write: Callable[[dict[Any, list[Any]]], None],
    ) -> None:
        """Call `write` with the individuals of each target, for so many targets at a time."""
        while keys := self._session.scalars(
            select(column).where(condition).distinct().order_by(column).limit(CHUNK)
        ).all():
            found: dict[Any, list[Any]] = defaultdict(list)
            query = select(*_INDIVIDUAL).where(condition, column.between(keys[0], keys[-1]))
            for one in self._session.execute(query.order_by(Individual.id)):
                found[getattr(one, column.key)].append(one)
            write(found)
            self._done += sum(map(len, found.values()))
            if self._progress:
                self._progress("attendances", self._done, self._total)

    def _write_people(self, targets: dict[int, list[Any]]) -> None:
        recorded = self._existing(Attendance.person_id.between(min(targets), max(targets)))
        existing = {row.person_id: row for row in recorded if row.person_id in targets}
        countries = dict(
            self._session.execute(
                select(Person.id, Person.country).where(Person.id.in_(targets))
            ).all()
        )
        that_day = organizations_on(self._session, targets, self._event.first_day)

        def fresh(person: int, facts: Facts) -> Row:
            organization = that_day.get(person) or facts.organization_id
            return {
                "person_id": person, "label": None,
                **self._frozen(organization, countries.get(person) or facts.country),
            }  # fmt: skip

        self._store(targets, existing, fresh, by="person_id")
        self._link_people(min(targets), max(targets))

    def _write_labels(self, targets: dict[str, list[Any]]) -> None:
        labeled: dict[str, list[Any]] = defaultdict(list)
        for individuals in targets.values():
            for one in individuals:
                labeled[label_key(one.label)].append(one)
        recorded = self._existing(Attendance.label.is_not(None))
        existing = {key: row for row in recorded if (key := label_key(row.label)) in labeled}

        def fresh(key: str, facts: Facts) -> Row:
            label = min(one.label for one in labeled[key])
            return {
                "person_id": None, "label": label,
                **self._frozen(facts.organization_id, facts.country),
            }  # fmt: skip

        became = self._store(labeled, existing, fresh, by="label")
        set_on_individuals(self._session, "attendance_id", became)

    def _existing(self, condition: ColumnElement[bool]) -> Sequence[Any]:
        query = select(_ATTENDANCE).where(_ATTENDANCE.c.event_id == self._event.id, condition)
        return self._session.execute(query).all()

    def _frozen(self, organization: int | None, country: str | None) -> Row:
        known = self._index.by_id.get(organization or 0)
        return {
            "organization_id": organization,
            "country": country or (known.country if known else None),
            "stakeholder_group": known.stakeholder_group if known else None,
        }

    def _store(
        self,
        targets: dict[Any, list[Any]],
        existing: dict[Any, Any],
        fresh: Callable[[Any, Facts], Row],
        by: str,
    ) -> dict[int, int]:
        """Write the attendance of each target; which one each individual became."""
        said_before = self._said_before([row.id for row in existing.values()])
        now, became, new, old = utcnow(), {}, [], []
        for target, individuals in targets.items():
            row = existing.get(target)
            earlier = said_before.get(row.id, []) if row is not None else []
            facts = combined([*earlier, *individuals])
            assert facts is not None
            if row is None:
                new.append((target, self._row(fresh(target, facts), facts, now)))
                continue
            became.update(dict.fromkeys((one.id for one in individuals), row.id))
            different = self._changed(row, combined(earlier), facts)
            if different:
                old.append((row._asdict(), {**different, "updated_at": now}))
            else:
                self._summary.unchanged += 1
        ids = insert_logged(
            self._session, Attendance, [row for _target, row in new], _of_event,
            by=by, within="event_id",
        )  # fmt: skip
        for id_, (target, _row) in zip(ids, new, strict=True):
            became.update(dict.fromkeys((one.id for one in targets[target]), id_))
        update_logged(self._session, Attendance, old, _of_event)
        self._summary.recorded += len(new)
        self._summary.updated += len(old)
        return became

    def _link_people(self, first: int, last: int) -> None:
        """Link the individuals of these people, who are many, with their attendances at once."""
        attendance = select(_ATTENDANCE.c.id).where(
            _ATTENDANCE.c.event_id == self._event.id,
            _ATTENDANCE.c.person_id == Individual.person_id,
        )
        self._session.execute(
            update(Individual)
            .where(with_person(self._batch), Individual.person_id.between(first, last))
            .values(attendance_id=attendance.scalar_subquery())
            .execution_options(synchronize_session=False)
        )

    def _row(self, who: Row, facts: Facts, now: Any) -> Row:
        return {
            "event_id": self._event.id, **who, "role": role_of(facts.roles),
            "status": facts.status, "mode": facts.mode, "minutes": facts.minutes,
            "origin": "import", "source": self._batch.filename or None, "confidence": None,
            "notes": None, "created_at": now, "updated_at": now,
        }  # fmt: skip

    def _changed(self, row: Any, before: Facts | None, after: Facts) -> Row:
        different = changed(row, before, after)
        if "status" in different and row.confidence == "low":
            # Nobody knew whether they came; the file does.
            different["confidence"] = None
        said = before.organization_id if before else None
        if row.organization_id is None and after.organization_id not in (None, said):
            frozen = self._frozen(after.organization_id, row.country or after.country)
            different |= {k: v for k, v in frozen.items() if v != getattr(row, k)}
        return different

    def _said_before(self, attendances: Sequence[int]) -> dict[int, list[Any]]:
        """What earlier imports said of these attendances."""
        found: dict[int, list[Any]] = defaultdict(list)
        if attendances:
            query = select(*_INDIVIDUAL).where(Individual.attendance_id.in_(attendances))
            for one in self._session.execute(query):
                found[one.attendance_id].append(one)
        return found


def _of_event(row: Row) -> tuple[str, int]:
    return Event.__tablename__, row["event_id"]


def _mark_no_shows(session: Session, batch: ImportBatch) -> int:
    """Whoever was registered and is not in this report did not come."""
    rows = [row._asdict() for row in session.execute(select(_ATTENDANCE).where(missing(batch)))]
    now = utcnow()
    for chunk in in_chunks(rows, CHUNK):
        changes: Row = {"status": "no-show", "updated_at": now}
        update_logged(session, Attendance, [(row, changes) for row in chunk], _of_event)
    return len(rows)


def _keep_always(session: Session, batch: ImportBatch) -> None:
    """Answers that hold from now on become addresses and aliases."""
    said = session.scalars(
        select(Individual).where(
            of_batch(batch), Individual.always, Individual.attendance_id.is_not(None)
        )
    ).all()
    _keep_addresses(session, [one for one in said if one.email and one.reason != "shared-email"])
    _keep_spellings(session, [one for one in said if not one.email])
    _keep_organizations(session, batch)


def _keep_addresses(session: Session, said: Iterable[Individual]) -> None:
    wanted = {one.email: one.person_id for one in said}
    taken = set(session.scalars(select(PersonEmail.address).where(PersonEmail.address.in_(wanted))))
    rows = [
        {"person_id": person, "address": address}
        for address, person in wanted.items() if address not in taken
    ]  # fmt: skip
    insert_logged(session, PersonEmail, rows, _of_person)


def _keep_spellings(session: Session, said: Sequence[Individual]) -> None:
    wanted = {(one.person_id, one.label) for one in said}
    known = set(
        session.execute(
            select(PersonAlias.person_id, PersonAlias.text).where(
                PersonAlias.person_id.in_({person for person, _text in wanted})
            )
        ).all()
    )
    rows = [
        derived(PersonAlias, person_id=person, text=text, always=True)
        for person, text in sorted(wanted - known)
    ]
    insert_logged(session, PersonAlias, rows, _of_person)


def _of_person(row: Row) -> tuple[str, int]:
    return Person.__tablename__, row["person_id"]


def _keep_organizations(session: Session, batch: ImportBatch) -> None:
    said = session.scalars(
        select(ImportOrganization).where(
            ImportOrganization.batch_id == batch.id, ImportOrganization.always,
            ImportOrganization.organization_id.is_not(None),
        )
    ).all()  # fmt: skip
    taken = set(session.scalars(select(Alias.text).where(Alias.text.in_([o.text for o in said]))))
    rows = [
        derived(
            Alias, organization_id=one.organization_id, text=one.text,
            source=batch.filename or None, confidence=None, notes=None,
        )
        for one in said if one.text not in taken
    ]  # fmt: skip
    insert_logged(session, Alias, rows, lambda row: ("organizations", row["organization_id"]))
