"""What people decide about an import: who is who, what is recorded, that it is, that it is not."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response

from tracker.access import WRITE, requires
from tracker.errors import DomainError, Forbidden
from tracker.extensions import db
from tracker.forms.imports import AnswerForm, OptionsForm, OrganizationAnswerForm
from tracker.i18n import language
from tracker.import_review import (
    Place,
    after_answer,
    after_organization,
    find_batch,
    form_name,
    page_of,
    review_response,
)
from tracker.models import ImportBatch, ImportIndividual, ImportOrganization, Organization, Person
from tracker.responses import number_of
from tracker.security import writer
from tracker.services import resolve
from tracker.services.importing import decisions
from tracker.services.importing.applying import ApplySummary, apply_batch
from tracker.services.importing.undoing import UndoSummary, undo_batch

bp = Blueprint("import_decisions", __name__, url_prefix="/events/<key>/imports/<int:batch_id>")

# What could not be taken back is listed up to here; the history of the event has all of it.
MOST_KEPT = 200


def _batch(key: str, batch_id: int) -> ImportBatch:
    return find_batch(db.session, key, batch_id, writer())


def _written(batch: ImportBatch, action: Callable[[], object]) -> bool:
    """Whether something could be done with an import; what speaks against it is said instead."""
    try:
        action()
        db.session.commit()
    except Forbidden:
        raise
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "error")
        return False
    return True


# ---- who is who


@bp.post("/answer")
@requires(WRITE)
def answer(key: str, batch_id: int) -> Response:
    """Say who somebody of the file is; all individuals of the same question are answered."""
    batch, place = _batch(key, batch_id), Place.of(request.args)
    individual = db.session.scalar(
        select(ImportIndividual).where(
            ImportIndividual.id == (number_of(request.form.get("individual")) or 0),
            ImportIndividual.batch_id == batch.id,
        )
    )
    if individual is None:
        abort(404)
    form = AnswerForm(prefix=form_name(individual))
    kind = request.form.get("answer") or None
    person = _person_meant(form, kind)
    if kind is not None and kind not in ("create", "together", "unidentified", "skip"):
        kind = "person"
    if kind == "create" and individual.label == individual.email and not form.name.data:
        form.fail("name", _("A new person needs a name."))
    if form.errors:
        return review_response(db.session, batch, place, {form_name(individual): form})

    def decide() -> None:
        decisions.answer(
            db.session, individual, kind, writer(), person=person,
            name=form.name.data if kind == "create" else None, always=bool(form.always.data),
        )  # fmt: skip

    if not _written(batch, decide):
        return redirect(page_of(batch, **place.query()), 303)
    if kind is None:
        return redirect(page_of(batch, **place.query(), _anchor=f"q-{individual.id}"), 303)
    return redirect(after_answer(db.session, individual, place), 303)


def _person_meant(form: AnswerForm, said: str | None) -> Person | None:
    """The candidate whose button was pressed, or who was typed; what is wrong is in the form."""
    form.validate()
    if said == "other":
        if not form.person_key.data:
            form.fail("person_key", _("Say who it is."))
        elif not form.errors:
            found = resolve.resolve_person(db.session, form.person_key.data)
            form.person_key.settle(found, unknown=_("Nobody of this name is known."))
        thing: Person | None = form.person_key.thing
        return thing
    if said is None or not said.startswith("person-"):
        if said not in (None, "create", "together", "unidentified", "skip"):
            abort(400)
        return None
    person = db.session.get(Person, number_of(said.removeprefix("person-")) or 0)
    if person is None or person.erased_at is not None:
        abort(400)
    return person


@bp.post("/organization")
@requires(WRITE)
def organization(key: str, batch_id: int) -> Response:
    """Say which organization a text of the file means, or that it is none of ours."""
    batch, place = _batch(key, batch_id), Place.of(request.args)
    question = db.session.scalar(
        select(ImportOrganization).where(
            ImportOrganization.id == (number_of(request.form.get("question")) or 0),
            ImportOrganization.batch_id == batch.id,
        )
    )
    if question is None:
        abort(404)
    form = OrganizationAnswerForm(prefix=form_name(question))
    meant = _organization_meant(form, request.form.get("answer", ""))
    if form.errors:
        return review_response(db.session, batch, place, {form_name(question): form})

    def decide() -> None:
        decisions.answer_organization(
            db.session, question, writer(), organization=meant, always=bool(form.always.data)
        )

    if not _written(batch, decide):
        return redirect(page_of(batch, **place.query()), 303)
    return redirect(after_organization(db.session, question, place), 303)


def _organization_meant(form: OrganizationAnswerForm, said: str) -> Organization | None:
    form.validate()
    field = form.organization_acronym
    if said == "none":
        return None
    if said == "other":
        if not field.data:
            form.fail("organization_acronym", _("Say which one it is."))
        elif not form.errors:
            field.settle(
                resolve.resolve_organization(db.session, field.data, language()),
                unknown=_("No organization matches “%(text)s”.", text=field.data),
            )
        thing: Organization | None = field.thing
        return thing
    id_ = number_of(said.removeprefix("organization-"))
    found = db.session.get(Organization, id_ or 0)
    if found is None:
        abort(400)
    return found


# ---- what is recorded, and that it is


@bp.post("/options")
@requires(WRITE)
def options(key: str, batch_id: int) -> Response:
    """From how many minutes on somebody counts, and what becomes of those who did not come."""
    batch, place, form = _batch(key, batch_id), Place.of(request.args), OptionsForm()
    if not form.validate():
        return review_response(db.session, batch, place, options=form)
    _written(batch, lambda: _choose(batch, form))
    return redirect(page_of(batch, **place.query(), _anchor="options"), 303)


def _choose(batch: ImportBatch, form: OptionsForm) -> None:
    decisions.set_options(
        db.session, batch, writer(), minimum_minutes=form.minimum_minutes.data,
        mark_no_shows=bool(form.mark_no_shows.data),
    )  # fmt: skip


@bp.post("/apply")
@requires(WRITE)
def apply(key: str, batch_id: int) -> Response:
    """Record what is certain or decided; a message says what was done and how to undo it."""
    batch = _batch(key, batch_id)
    if request.form.get("seen") not in (None, batch.status):
        flash(_("Somebody else recorded this import meanwhile; this is how it stands."), "warning")
        return redirect(page_of(batch), 303)
    summary = ApplySummary()

    def record() -> None:
        nonlocal summary
        now = (form.minimum_minutes.data, bool(form.mark_no_shows.data))
        if "chosen" in request.form and now != (batch.minimum_minutes, batch.mark_no_shows):
            _choose(batch, form)
        summary = apply_batch(db.session, batch, writer())

    form = OptionsForm()
    if "chosen" in request.form and not form.validate():
        return review_response(db.session, batch, Place(), options=form)
    if _written(batch, record):
        text = " ".join(_what_was_done(summary))
        flash(Markup(render_template("imports/undo.html", message=text, batch=batch)), "success")  # noqa: S704
    return redirect(page_of(batch), 303)


def _what_was_done(summary: ApplySummary) -> list[str]:
    """What was recorded, a sentence each."""
    sentences = [
        (summary.recorded, ngettext("%(num)d attendance is recorded.", "%(num)d attendances are recorded.",
                 summary.recorded)),
        (summary.updated, ngettext("%(num)d is brought up to date.", "%(num)d are brought up to date.",
                 summary.updated)),
        (summary.unchanged, ngettext("%(num)d was recorded the same already.", "%(num)d were recorded the same already.",
                 summary.unchanged)),
        (summary.created_people, ngettext("%(num)d person is new.", "%(num)d people are new.",
                 summary.created_people)),
        (summary.no_shows, ngettext("%(num)d person did not come.", "%(num)d people did not come.",
                 summary.no_shows)),
        (summary.skipped, ngettext("%(num)d individual is left out.", "%(num)d individuals are left out.",
                 summary.skipped)),
        (summary.left, ngettext("%(num)d is still to be decided.", "%(num)d are still to be decided.",
                 summary.left)),
    ]  # fmt: skip
    return [text for number, text in sentences if number] or [_("Nothing was changed.")]


@bp.post("/undo")
@requires(WRITE)
def undo(key: str, batch_id: int) -> Response:
    """Take back what an import recorded; what somebody edited since is kept, and named."""
    batch = _batch(key, batch_id)
    undone: list[UndoSummary] = []
    if not _written(batch, lambda: undone.append(undo_batch(db.session, batch, writer()))):
        return redirect(page_of(batch), 303)
    (summary,) = undone
    sentences = _what_was_undone(summary)
    if not summary.kept:
        flash(" ".join([_("The import is undone."), *sentences]), "success")
        return redirect(page_of(batch), 303)
    page = render_template(
        "imports/undone.html", batch=batch, event=batch.event, summary=summary,
        sentences=sentences, most=MOST_KEPT,
    )  # fmt: skip
    return Response(page, mimetype="text/html")


def _what_was_undone(summary: UndoSummary) -> list[str]:
    """What was taken back, a sentence each."""
    sentences = [
        (summary.removed, ngettext("%(num)d record is removed.", "%(num)d records are removed.",
                                   summary.removed)),
        (summary.restored, ngettext("%(num)d is as it was before.", "%(num)d are as they were before.",
                                    summary.restored)),
        (summary.removed_people, ngettext("%(num)d person that it created is removed.",
                                          "%(num)d people that it created are removed.",
                                          summary.removed_people)),
    ]  # fmt: skip
    return [text for number, text in sentences if number]


@bp.post("/discard")
@requires(WRITE)
def discard(key: str, batch_id: int) -> Response:
    """Put an import away that nobody wants recorded."""
    batch = _batch(key, batch_id)
    if _written(batch, lambda: decisions.discard(db.session, batch, writer())):
        flash(_("The import is discarded; nothing of it was recorded."), "success")
    return redirect(url_for("imports.new", key=batch.event.key), 303)
