"""The least that a page of the site is: its layout around a text, for whoever is signed in.

Runs under the same server as the site: `gunicorn bench.bare_page:app`. BENCH_BYTES names the text.
"""

import os
from pathlib import Path

from flask import render_template
from markupsafe import Markup
from sqlalchemy import select

from tracker.access import PUBLIC, requires
from tracker.extensions import db
from tracker.models import Revision
from wsgi import app

_text = Path(os.environ["BENCH_BYTES"]).read_text(encoding="utf-8")
_query = select(Revision.value).where(Revision.id == 1)


@app.get("/select")
@requires(PUBLIC)
def ready() -> str:
    """Answer that the server runs."""
    return "yes"


@app.get("/reports/bare")
@requires(PUBLIC)
def page() -> str:
    """The layout around the text, once nothing is known to have changed."""
    with db.engine.connect() as connection:
        connection.scalar(_query)
    return render_template("reports/frame.html", title="Bare", body=Markup(_text))  # noqa: S704 - rendered by the site
