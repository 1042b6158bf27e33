"""The least a server can do: one SELECT by primary key, and bytes that are there already.

Runs under the same server as the site: `gunicorn bench.bare:app`. BENCH_BYTES names the file.
"""

import os
from pathlib import Path

from flask import Flask, Response
from sqlalchemy import create_engine, select

from config import Config
from tracker.extensions import db  # noqa: F401 - prepares connections as the site does
from tracker.models import Revision

app = Flask(__name__)
_engine = create_engine(**Config().engine_options())
_query = select(Revision.value).where(Revision.id == 1)
_bytes = Path(os.environ["BENCH_BYTES"]).read_bytes() if "BENCH_BYTES" in os.environ else b""


@app.get("/select")
def one_select() -> Response:
    """An empty route."""
    return Response(_selected())


@app.get("/bytes")
def copied() -> Response:
    """Bytes that only have to be copied, once nothing is known to have changed."""
    _selected()
    return Response(_bytes, mimetype="text/calendar")


def _selected() -> str:
    with _engine.connect() as connection:
        return str(connection.scalar(_query))
