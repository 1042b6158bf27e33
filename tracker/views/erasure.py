"""Erasing a person: what goes, what stays, and no way back."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access import EDIT, requires
from tracker.editing import allow, saved
from tracker.extensions import db
from tracker.forms.erasure import ErasureForm
from tracker.responses import form_page
from tracker.security import writer
from tracker.services.erasure import erase_person, preview_erasure
from tracker.services.person_page import find_person

bp = Blueprint("erasure", __name__)


@bp.route("/people/<int:person_id>/erase", methods=["GET", "POST"])
@requires(EDIT)
def erase(person_id: int) -> Response:
    """Say what erasing a person does; do it once the name is typed."""
    person = find_person(db.session, person_id)
    if person is None:
        abort(404)
    allow(writer(), "edit", person)
    form = ErasureForm(person.name)
    if form.validate_on_submit() and saved(
        db.session, form, lambda: erase_person(db.session, person, by=writer())
    ):
        db.session.commit()
        flash(_("The person is erased. What they attended stays, without a name."), "success")
        return redirect(url_for("people.show", person_id=person_id), 303)
    return form_page(
        "people/erase.html",
        form,
        person=person,
        erasure=preview_erasure(db.session, person, writer()),
    )
