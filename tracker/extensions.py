"""The extension objects, and what every database connection needs."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import iscoroutinefunction
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_compress import Compress
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine


class _Database(SQLAlchemy):
    """The sessions of requests; asynchronous ones there are none."""

    def init_app(self, app: Flask) -> None:  # type: ignore[override]
        super().init_app(app)
        # Closing them all the same would start a thread at the end of every request, which takes
        # longer than many an answer.
        functions = app.teardown_appcontext_funcs
        functions[:] = [function for function in functions if not iscoroutinefunction(function)]


db = _Database()
babel = Babel()  # type: ignore[no-untyped-call]
compress = Compress()
csrf = CSRFProtect()
login_manager = LoginManager()


_PATIENCE = 10_000
_IMPATIENCE = 250


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """SQLite leaves foreign keys unchecked and gives up on a locked file unless told otherwise."""
    if not isinstance(connection, sqlite3.Connection):
        return
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={_PATIENCE}")
    cursor.execute("PRAGMA cache_size=-4000")
    cursor.close()


@contextmanager
def impatient(engine: Engine) -> Iterator[Connection]:
    """A transaction of its own for what matters little: it hardly waits for others who write.

    Raises OperationalError where they take longer.
    """
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={_IMPATIENCE}")
        else:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_IMPATIENCE}")
        try:
            yield connection
            connection.commit()
        finally:
            connection.rollback()
            if sqlite:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={_PATIENCE}")
