"""Who may set back which change of the log."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.access import EDIT, MANAGE_USERS, WRITE, can, has_permission
from tracker.models import Base, Change, Event, FollowUp, SavedReport, User

MODELS: dict[str, Any] = {
    mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers
}
# A merge moves whose account it is along, and only that.
MERGES = frozenset({"person.merge", "organization.merge"})
# Rows that are nobody's own: whoever may edit what they belong to may edit them.
_OF_THEIR_SUBJECT = frozenset(
    {
        "event_organizations", "event_topics", "headcounts", "person_emails", "person_aliases",
        "aliases",
    }
)  # fmt: skip


def may_undo(session: Session, change: Change, user: User) -> bool:
    """Whether a user may set a change back: a contributor its own, others what they may see.

    What somebody saved of reports is theirs alone to set back, whatever their role.
    """
    if change.items and all(i.table_name == SavedReport.__tablename__ for i in change.items):
        return change.user_id == user.id
    if not has_permission(user, WRITE):
        return False
    if not has_permission(user, EDIT) and not (
        change.user_id == user.id and _still_theirs(session, change, user)
    ):
        return False
    if merges(session, change):
        # Whoever may merge may set it back: it says nothing about the events themselves.
        return has_permission(user, MANAGE_USERS) or not _moves_rights(session, change)
    ids = {i.subject_id for i in change.items if i.subject_table == Event.__tablename__}
    hidden = (
        select(Event.id)
        .where(Event.id.in_(ids), Event.visibility == "organization")
        .where(or_(Event.owner_id.is_(None), Event.owner_id != user.organization_id))
    )
    return session.scalar(hidden.limit(1)) is None


def merges(session: Session, change: Change) -> bool:
    """Whether a change merged two records, or undid (or repeated) what did."""
    while change.action == "undo" and change.undoes_id is not None:
        undone = session.get(Change, change.undoes_id)
        if undone is None:
            return False
        change = undone
    return change.action in MERGES


def _moves_rights(session: Session, change: Change) -> bool:
    """Whether a change says whose account is whose, or who sees what only its owner's may see."""
    if any(i.table_name == "users" and "organization_id" in (i.after or {}) for i in change.items):
        return True
    owned = {
        i.row_id for i in change.items if i.table_name == "events" and "owner_id" in (i.after or {})
    }
    hidden = select(Event.id).where(Event.id.in_(owned), Event.visibility == "organization")
    return session.scalar(hidden.limit(1)) is not None


def _still_theirs(session: Session, change: Change, user: User) -> bool:
    """Whether a user may edit what a change changed, now: it may have gone to another since."""
    made = {(item.table_name, item.row_id) for item in change.items if item.operation == "insert"}
    for item in change.items:
        changed = (item.table_name, item.row_id)
        if item.table_name in _OF_THEIR_SUBJECT:
            changed = (item.subject_table, item.subject_id)
        elif item.operation != "update":
            continue
        row = session.get(MODELS[changed[0]], changed[1]) if changed not in made else None
        if isinstance(row, Event) and row.deleted_at is not None:
            continue
        settled = isinstance(row, FollowUp) and set(item.after or ()) == {"done_at"}
        if row is not None and not can(user, "settle" if settled else "edit", row):
            return False
    return True
