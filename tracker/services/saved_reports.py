"""Saved reports: questions under a name, their owner's alone or listed for everybody."""

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.errors import Conflict
from tracker.models import SavedReport, User
from tracker.models.changes import attribute
from tracker.services.kept_questions import LONGEST_NAME, Kept, subject_reaches
from tracker.services.visibility import visible_to


def own_query(user: User) -> Select[SavedReport]:
    """What a user saved."""
    return select(SavedReport).where(SavedReport.user_id == user.id)


def public_query(user: User | None) -> Select[SavedReport]:
    """What others made public, as far as a reader may know of what it is about."""
    query = select(SavedReport).where(
        SavedReport.public.is_(True), subject_reaches(SavedReport, visible_to(user))
    )
    if user is not None:
        query = query.where(SavedReport.user_id != user.id)
    return query.options(joinedload(SavedReport.user))


def find_saved(session: Session, saved_id: int, user: User | None) -> SavedReport | None:
    """A saved report that a reader may open: one's own, or a public one."""
    seen: ColumnElement[bool] = SavedReport.public.is_(True) & subject_reaches(
        SavedReport, visible_to(user)
    )
    if user is not None:
        seen = or_(SavedReport.user_id == user.id, seen)
    return session.scalar(select(SavedReport).where(SavedReport.id == saved_id, seen))


def free_name(session: Session, user: User, name: str) -> str:
    """A name that the user has not given yet: the one proposed, or that with a number."""
    begins = SavedReport.name.startswith(name[: LONGEST_NAME - 5], autoescape=True)
    query = select(SavedReport.name).where(SavedReport.user_id == user.id, begins)
    taken = set(session.scalars(query))
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name[: LONGEST_NAME - 6]} ({number})"
    return found


def save_report(session: Session, kept: Kept, name: str, public: bool, *, by: User) -> SavedReport:
    """Keep a question under a name; raises Conflict where the user has one of that name."""
    _refuse_taken(session, by.id, name, None)
    attribute(session, "saved_report.create", by=by)
    saved = SavedReport(
        name=name, report=kept.report, subject=kept.subject, query=kept.query, public=public,
        user_id=by.id,
    )  # fmt: skip
    session.add(saved)
    session.flush()
    return saved


def edit_saved(session: Session, saved: SavedReport, name: str, public: bool, *, by: User) -> None:
    """Rename it, or make it public or private; raises Conflict where the name is taken."""
    _refuse_taken(session, saved.user_id, name, saved.id)
    attribute(session, "saved_report.edit", by=by)
    saved.name, saved.public = name, public
    session.flush()


def delete_saved(session: Session, saved: SavedReport, *, by: User) -> None:
    """Forget a saved report."""
    attribute(session, "saved_report.delete", by=by)
    session.delete(saved)
    session.flush()


def _refuse_taken(session: Session, user_id: int, name: str, but: int | None) -> None:
    query = select(func.count(SavedReport.id)).where(
        SavedReport.user_id == user_id, SavedReport.name == name
    )
    if but is not None:
        query = query.where(SavedReport.id != but)
    if session.scalar(query):
        raise Conflict(_("You have saved another report under this name."), "name")
