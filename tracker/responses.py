"""Responses that several views give: lists as page, CSV or XLSX; redirects with an undo."""

import tempfile
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import (
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from tracker.formats.tables import Table, csv_lines, write_xlsx
from tracker.models.changes import pending_change_id

# What says how a page shows things, not which.
_NO_FILTERS = frozenset(
    {
        "after", "sort", "lang", "before", "assign", "view", "month", "year", "since", "mine",
    }
)  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def query_values(query: MultiDict[str, str]) -> dict[str, list[str]]:
    """A query string as the filters read it."""
    return {name: query.getlist(name) for name in query}


def number_of(text: str | None) -> int | None:
    """The number, such as an id, that a query or form gives, or None."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def url_with(**changes: Any) -> str:
    """This page's address with some parameters changed (None drops one) and no cursor."""
    kept = {name: values for name, values in query_values(request.args).items() if name != "after"}
    return address(str(request.endpoint), request.view_args or {}, {**kept, **changes})


def address(endpoint: str, path: Mapping[str, Any], query: Mapping[str, Any]) -> str:
    """The address of a page with a query that came from outside.

    `url_for` would take `_scheme`, `endpoint` or a name of the path out of it as meant for itself.
    """
    given = {name: value for name, value in query.items() if value is not None}
    text = urlencode(given, doseq=True, safe="!$'()*,/:;?@")
    return url_for(endpoint, **path) + (f"?{text}" if text else "")


def filter_chips(
    texts: Mapping[tuple[str, str], str], without: Collection[str] = ()
) -> list[tuple[str, str]]:
    """The filters in force, each with the address of this page without it.

    `texts` says how a (filter, value) reads; without one the value is shown. `without` names
    filters that the page shows in another way.
    """
    chips = []
    values = query_values(request.args)
    for name in values.keys() - _NO_FILTERS - set(without):
        for value in filter(str.strip, values[name]):
            others = [other for other in values[name] if other not in (value, "")]
            text = texts.get((name, value)) or texts.get((name, value.upper())) or value
            chips.append((text, url_with(**{name: others or None})))
    return sorted(chips)


def table_response(table: Table, extension: str) -> AnyResponse:
    """A table as a download: `csv` is streamed, `xlsx` written to a temporary file."""
    filename = f"{table.name}.{extension}"
    if extension == "csv":
        response = Response(stream_with_context(csv_lines(table)), mimetype="text/csv")
        response.headers["Content-Disposition"] = f"attachment; filename={filename}"
        return response
    file = tempfile.TemporaryFile()  # noqa: SIM115 - send_file closes it
    write_xlsx([table], file)
    file.seek(0)
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=filename)


def form_page(template: str, form: Any, **context: Any) -> AnyResponse:
    """The page of a form: 200 at first, 422 when what was sent has something wrong."""
    status = 422 if form.is_submitted() else 200
    return make_response(render_template(template, form=form, **context), status)


def done(message: str, session: Session, target: str, back: str | None = None) -> AnyResponse:
    """Commit, say what was done with a way to undo it, and go on (303).

    `back` is where undoing leads, where that is neither the target nor the form.
    """
    change_id = pending_change_id(session)
    session.commit()
    if change_id is None:
        flash(_("Nothing was changed."), "info")
    else:
        # What was new is gone once that is undone, and so is its page.
        form = request.path if str(request.endpoint).endswith(".new") else target
        flash(_with_undo(message, change_id, back or form), "success")
    return redirect(target, 303)


def _with_undo(message: str, change_id: int, back: str) -> Markup:
    page = render_template("undo_flash.html", message=message, change_id=change_id, back=back)
    return Markup(page)  # noqa: S704 - the template escaped what went into it
