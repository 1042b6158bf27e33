"""An applied import taken back: what it wrote goes, unless somebody has edited it since."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.models import (
    Affiliation,
    Alias,
    Attendance,
    Base,
    Change,
    ChangeItem,
    Contribution,
    Engagement,
    Event,
    FollowUp,
    ImportBatch,
    ImportIndividual,
    Person,
    PersonAlias,
    PersonEmail,
    User,
)
from tracker.models.base import utcnow
from tracker.models.changes import begin_change, logged_values
from tracker.services.bulk import Row, delete_logged, in_chunks, update_logged
from tracker.services.history import parsed_values
from tracker.services.importing.storing import alone_with, set_on_individuals

CHUNK = 1000
_OF_PEOPLE = (Affiliation, PersonEmail, PersonAlias)
_REFER_TO_PEOPLE = (
    (Attendance, Attendance.person_id), (Engagement, Engagement.person_id),
    (Contribution, Contribution.person_id), (User, User.person_id),
    (FollowUp, FollowUp.owner_person_id), (Affiliation, Affiliation.person_id),
    (PersonEmail, PersonEmail.person_id), (PersonAlias, PersonAlias.person_id),
)  # fmt: skip


@dataclass(slots=True)
class Kept:
    """Something that an undo left as it is, and why."""

    name: str
    why: str


@dataclass(slots=True)
class UndoSummary:
    """What taking an import back did: attendances removed and set back, people removed."""

    removed: int = 0
    restored: int = 0
    removed_people: int = 0
    kept: list[Kept] = field(default_factory=list)
    kept_attendances: set[int] = field(default_factory=set)


def undo_batch(session: Session, batch: ImportBatch, by: User | None) -> UndoSummary:
    """Take back everything an import wrote; raises Conflict where it is not applied.

    What somebody has edited since is left as it is, and listed.
    """
    alone_with(session, batch)
    if batch.status != "applied":
        raise Conflict(_("This import is not applied, so there is nothing to undo."))
    summary = UndoSummary()
    for change in _applied(session, batch):
        begin_change(session, "import.undo", by, batch=batch.id, undoes=change)
        _undo_change(session, change, summary)
    _forget_attendances(session, batch, summary.kept_attendances)
    session.expire_all()
    batch.status, batch.undone_at = "undone", utcnow()
    # Whom it created is gone, so what was matched holds no more.
    batch.revision = 0
    session.flush()
    return summary


def _applied(session: Session, batch: ImportBatch) -> Sequence[int]:
    undone = select(Change.undoes_id).where(Change.undoes_id.is_not(None))
    return session.scalars(
        select(Change.id)
        .where(
            Change.batch_id == batch.id,
            Change.action == "import.apply",
            Change.id.not_in(undone),
        )
        .order_by(Change.id.desc())
    ).all()


def _forget_attendances(session: Session, batch: ImportBatch, kept: set[int]) -> None:
    """What was set back no longer says what the file did: it can be recorded again."""
    became = (ImportIndividual.batch_id == batch.id, ImportIndividual.attendance_id.is_not(None))
    stays: dict[int, int | None] = {}
    for ids in in_chunks(sorted(kept), CHUNK):
        stays.update(
            session.execute(
                select(ImportIndividual.id, ImportIndividual.attendance_id).where(
                    *became, ImportIndividual.attendance_id.in_(ids)
                )
            ).all()
        )
    session.execute(update(ImportIndividual).where(*became).values(attendance_id=None))
    set_on_individuals(session, "attendance_id", stays)


def _undo_change(session: Session, change: int, summary: UndoSummary) -> None:
    for chunk in _items(session, change, Attendance):
        _undo_attendances(session, chunk, summary)
    written = _written(session, change)
    stay: set[int] = set()
    for chunk in _items(session, change, Person):
        stay |= _people_who_stay(session, chunk, written, summary)
    for model in _OF_PEOPLE:
        for chunk in _items(session, change, model):
            _remove_unchanged(session, model, chunk, stay)
    for chunk in _items(session, change, Person):
        gone = [item for item in chunk if item["row_id"] not in stay]
        summary.removed_people += _remove_unchanged(session, Person, gone, stay)
    for chunk in _items(session, change, Alias):
        _remove_unchanged(session, Alias, chunk, stay)


def _written(session: Session, change: int) -> dict[str, set[int]]:
    """The ids of the rows that a change wrote about people, by table."""
    query = select(ChangeItem.table_name, ChangeItem.row_id).where(
        ChangeItem.change_id == change,
        ChangeItem.table_name.in_([model.__tablename__ for model in _OF_PEOPLE]),
    )
    found: dict[str, set[int]] = defaultdict(set)
    for table, row in session.execute(query):
        found[table].add(row)
    return found


def _items(session: Session, change: int, model: type[Base]) -> Iterable[list[Row]]:
    """The items of a change on a table, as (row_id, operation, before, after), in chunks."""
    query = (
        select(ChangeItem.row_id, ChangeItem.operation, ChangeItem.before, ChangeItem.after)
        .where(ChangeItem.change_id == change, ChangeItem.table_name == model.__tablename__)
        .order_by(ChangeItem.id)
    )
    rows = [dict(row) for row in session.execute(query).mappings()]
    return in_chunks(rows, CHUNK)


def _now(session: Session, model: type[Base], ids: Iterable[int]) -> dict[int, Row]:
    table = cast(Table, model.__table__)
    rows = session.execute(select(table).where(table.c.id.in_(list(ids)))).mappings()
    return {row["id"]: dict(row) for row in rows}


def _same(model: type[Base], row: Row, written: Row) -> bool:
    now = logged_values(model, row)
    return all(now.get(name) == value for name, value in written.items())


def _undo_attendances(session: Session, items: list[Row], summary: UndoSummary) -> None:
    rows = _now(session, Attendance, (item["row_id"] for item in items))
    gone, back, kept = [], [], []
    for item in items:
        row = rows.get(item["row_id"])
        if row is None:
            continue
        if not _same(Attendance, row, item["after"]):
            kept.append(row)
        elif item["operation"] == "insert":
            gone.append(row)
        else:
            back.append((row, parsed_values(Attendance, item["before"]) | {"updated_at": utcnow()}))
    delete_logged(session, Attendance, gone, _of_event)
    update_logged(session, Attendance, back, _of_event)
    summary.removed += len(gone)
    summary.restored += len(back)
    summary.kept_attendances |= {row["id"] for row in kept}
    names = _names(session, kept)
    summary.kept += [Kept(name, _("edited since, so it stays as it is")) for name in names]


def _names(session: Session, rows: list[Row]) -> list[str]:
    ids = [row["person_id"] for row in rows if row["person_id"]]
    named = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all())
    return [named.get(row["person_id"]) or row["label"] or "" for row in rows]


def _remove_unchanged(session: Session, model: type[Base], items: list[Row], stay: set[int]) -> int:
    """Delete rows that are as they were written, but those of people who stay; how many."""
    rows = _now(session, model, (item["row_id"] for item in items))
    gone = [
        rows[item["row_id"]]
        for item in items
        if item["row_id"] in rows
        and _same(model, rows[item["row_id"]], item["after"])
        and rows[item["row_id"]].get("person_id") not in stay
    ]
    delete_logged(session, model, gone, None if model is Person else _subject)
    return len(gone)


def _people_who_stay(
    session: Session, items: list[Row], written: dict[str, set[int]], summary: UndoSummary
) -> set[int]:
    """Of the people a change created, those edited since or used elsewhere by now."""
    rows = _now(session, Person, (item["row_id"] for item in items))
    used, stay = _used(session, rows, written), set()
    for item in items:
        row = rows.get(item["row_id"])
        if row is None:
            continue
        if row["id"] in used:
            summary.kept.append(Kept(row["name"], _("used elsewhere by now, so the person stays")))
        elif not _same(Person, row, item["after"]):
            summary.kept.append(Kept(row["name"], _("edited since, so the person stays")))
        else:
            continue
        stay.add(row["id"])
    return stay


def _used(session: Session, people: Iterable[int], written: dict[str, set[int]]) -> set[int]:
    """Those of the people to whom anything refers that this change did not write."""
    ids, used = list(people), set[int]()
    for model, column in _REFER_TO_PEOPLE:
        own = written.get(model.__tablename__, set())
        for row, person in session.execute(select(model.id, column).where(column.in_(ids))):
            if person is not None and row not in own:
                used.add(person)
    return used


def _of_event(row: Row) -> tuple[str, int]:
    return Event.__tablename__, row["event_id"]


def _subject(row: Row) -> tuple[str, int]:
    if "person_id" in row:
        return Person.__tablename__, row["person_id"]
    return "organizations", row["organization_id"]
