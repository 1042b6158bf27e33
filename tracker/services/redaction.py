"""Taking the personal values of somebody out of the change log, which keeps that they were there."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, false, func, or_, select, update
from sqlalchemy.orm import Session

from tracker.models import (
    Attendance,
    Base,
    Change,
    ChangeItem,
    Contribution,
    Engagement,
    FollowUp,
    Person,
    User,
)
from tracker.services.bulk import in_chunks

# What stands in the log in the place of a value that was erased; no column holds such a thing.
REDACTED = {"erased": True}
# Of the rows that are a person's own, what says nothing about anybody.
_KEPT = frozenset(
    {"id", "person_id", "target_id", "noun", "created_at", "synthetic", "always", "erased_at"}
)
_REFERENCES: tuple[tuple[type[Base], str], ...] = (
    (Engagement, "person_id"), (Contribution, "person_id"), (FollowUp, "owner_person_id"),
    (User, "person_id"),
)  # fmt: skip
_CHUNK = 500


def is_redacted(item: ChangeItem) -> bool:
    """Whether a value of an item was erased, so that nothing can be set back to it."""
    return any(
        value == REDACTED
        for values in (item.before, item.after)
        for value in (values or {}).values()
    )


def merged_into(session: Session, person_id: int) -> set[int]:
    """The ids of the records that were merged into one of a person, and into those."""
    found = {person_id}
    while more := _merged(session, found) - found:
        found |= more
    return found - {person_id}


def _merged(session: Session, ids: Collection[int]) -> set[int]:
    about = select(ChangeItem.change_id).where(
        or_(
            and_(ChangeItem.subject_table == "people", ChangeItem.subject_id.in_(ids)),
            _names(ChangeItem.after, "person_id", ids),
        )
    )
    gone = (
        select(ChangeItem.row_id)
        .join(ChangeItem.change)
        .where(
            ChangeItem.table_name == "people",
            ChangeItem.operation == "delete",
            ChangeItem.change_id.in_(about),
            # An undone undo of a merge is an undo, too; that of an import says nothing of the kind.
            Change.action.in_(("person.merge", "undo")),
            Change.batch_id.is_(None),
            ChangeItem.row_id.not_in(select(Person.id)),
        )
    )
    return set(session.scalars(gone))


def redact_log(session: Session, people: Collection[int], attendances: Collection[int]) -> int:
    """Take a person's values out of the log; returns how many entries named some.

    `people` are the ids of the person's records, `attendances` those of rows without person that
    name it. References to the person become none, so that what they belong to can be set back.
    """
    own, attended = _own(people), _attended(people, attendances)
    count = _rewrite(session, own, _redact_own)
    count += _rewrite(session, attended, _redact_attendance)
    for model, column in _REFERENCES:
        referring = and_(
            ChangeItem.table_name == model.__tablename__,
            or_(
                _names(ChangeItem.before, column, people), _names(ChangeItem.after, column, people)
            ),
        )
        count += _rewrite(
            session, referring, lambda values, c=column: _drop_reference(values, c, people)
        )
    return count


def count_in_log(session: Session, people: Collection[int]) -> int:
    """How many entries of the log are about a person's own rows."""
    return session.scalar(select(func.count(ChangeItem.id)).where(_own(people))) or 0


def _own(people: Collection[int]) -> ColumnElement[bool]:
    return and_(ChangeItem.subject_table == "people", ChangeItem.subject_id.in_(people))


def _attended(people: Collection[int], attendances: Collection[int]) -> ColumnElement[bool]:
    theirs = select(Attendance.id).where(Attendance.person_id.in_(people))
    return and_(
        ChangeItem.table_name == Attendance.__tablename__,
        or_(
            ChangeItem.row_id.in_(theirs),
            ChangeItem.row_id.in_(attendances) if attendances else false(),
            _names(ChangeItem.before, "person_id", people),
            _names(ChangeItem.after, "person_id", people),
        ),
    )


def _names(values: Any, column: str, ids: Iterable[int]) -> ColumnElement[bool]:
    """Whether the JSON of an item has one of these ids in a column; as text, which both databases
    can make of whatever else stands there."""
    return cast(values[column].as_string(), String).in_([str(id_) for id_ in ids])


def _rewrite(session: Session, which: ColumnElement[bool], redact: Any) -> int:
    query = select(ChangeItem.id, ChangeItem.before, ChangeItem.after).where(which)
    new = [
        {"id": id_, "before": redact(before), "after": redact(after)}
        for id_, before, after in session.execute(query)
    ]
    for some in in_chunks(new, _CHUNK):
        session.execute(update(ChangeItem), some)
    return len(new)


def _redact_own(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {
        name: value if name in _KEPT or value is None else REDACTED
        for name, value in values.items()
    }


def _redact_attendance(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Notes go without a trace, as on the row; a label is what the row would need again."""
    if values is None:
        return None
    found = dict(values)
    if found.get("notes") is not None:
        found["notes"] = None
    if found.get("label") is not None:
        found["label"] = REDACTED
    return found


def _drop_reference(
    values: Mapping[str, Any] | None, column: str, people: Collection[int]
) -> dict[str, Any] | None:
    if values is None:
        return None
    return {**values, column: None} if values.get(column) in people else dict(values)
