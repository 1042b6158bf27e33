"""What the views of every form do: ask for leave, notice a second editor, save or say why not."""

from collections.abc import Callable
from typing import Any

from flask import abort
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tracker.access import can
from tracker.errors import DomainError, Forbidden
from tracker.forms.base import BaseForm
from tracker.models import Base, Event, Person, User
from tracker.services.event_pages import find_event
from tracker.services.versions import last_change, version_of


def allow(user: User, verb: str, thing: object) -> None:
    """Raise Forbidden unless a user may do this to a thing or a class of things."""
    if isinstance(thing, Person) and thing.erased_at is not None:
        raise Forbidden(_("This person has been erased, so nothing can be changed here."))
    if not can(user, verb, thing):
        raise Forbidden(_("This belongs to another organization, so you cannot change it."))


def event_or_404(session: Session, key: str, user: User | None, verb: str = "view") -> Event:
    """The event of an address; aborts with 404, raises Forbidden where it is not the user's."""
    event = find_event(session, key, user)
    if event is None:
        abort(404)
    if verb != "view" and not can(user, verb, event):
        raise Forbidden(_("Another organization organizes this event, so you cannot change it."))
    return event


def edited_meanwhile(
    session: Session, form: Any, row: Base, stored: Callable[[], BaseForm]
) -> bool:
    """Whether a row was written since the form that was sent was made; the form then says so.

    It shows both versions and carries the new one: sending it once more is a decision.
    """
    current = version_of(row)
    if not form.is_submitted():
        form.version.data = current
        return False
    if form.version.data == current:
        return False
    form.validate()
    theirs: Any = stored()
    theirs.version.data = current
    form.show_conflict(theirs)
    change = last_change(session, row)
    form.fail(
        None,
        _(
            "%(name)s saved this while you were editing. Nothing of yours is lost: compare, "
            "then save again.",
            name=change.user.name if change is not None and change.user else _("Somebody else"),
        ),
    )
    return True


def saved(session: Session, form: BaseForm, write: Callable[[], object]) -> bool:
    """Whether a write went through; what speaks against it is put into the form."""
    try:
        write()
        session.flush()
    except DomainError as error:
        session.rollback()
        form.fail(error.field, error.message)
    except (IntegrityError, StaleDataError):
        session.rollback()
        form.fail(
            None, _("Somebody else saved at the same moment. Look at it, then send it again.")
        )
    else:
        return True
    return False
