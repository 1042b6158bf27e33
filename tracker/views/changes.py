"""Undoing a change, from the message after it or from a history."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access import SIGNED_IN, requires
from tracker.errors import Conflict, Forbidden
from tracker.extensions import db
from tracker.responses import done
from tracker.security import safe_next, writer
from tracker.services import history
from tracker.services.undo_rights import may_undo

bp = Blueprint("changes", __name__, url_prefix="/changes")


@bp.post("/<int:change_id>/undo")
@requires(SIGNED_IN)
def undo(change_id: int) -> Response:
    """Set back one change; a contributor only its own, a viewer only what it saved."""
    change = history.find_change(db.session, change_id)
    if change is None:
        abort(404)
    user = writer()
    if not may_undo(db.session, change, user):
        raise Forbidden(_("Only your own changes can be undone by you."))
    target = safe_next(request.form.get("next")) or url_for("overview.index")
    try:
        history.undo(db.session, change, by=user)
    except Conflict as conflict:
        db.session.rollback()
        flash(conflict.message, "error")
        return redirect(target, 303)
    return done(_("Undone."), db.session, target)
