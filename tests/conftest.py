"""One application per database engine and worker; every test starts from empty tables."""

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from config import ROOT, Config
from tests import factories
from tests.calendars.readers import forget_zones
from tests.clients import Client
from tracker import create_app, feed_cache, report_cache
from tracker.extensions import db
from tracker.models import Base
from tracker.models.changes import attribute

pytest_plugins = ["tests.postgres"]

# Looking for circles after every 700 objects, as is usual, is a twelfth of what the suite takes.
gc.set_threshold(20_000, 20, 20)

ENGINES = ("sqlite", "postgresql")
# In one go, and not by TRUNCATE, which takes PostgreSQL ten times as long on tables this small.
EMPTYING = " ".join(
    [f"{table.delete()};" for table in reversed(Base.metadata.sorted_tables)]
    + ["INSERT INTO revision (id, value) VALUES (1, 0);"]
)


class TestingConfig(Config):
    """In memory on SQLite: one connection, shared by everything in the worker.

    On PostgreSQL nobody asks first whether the server is still there.
    """

    __test__ = False

    def engine_options(self):
        if self.database_url == "sqlite://":
            return {
                "url": self.database_url,
                "poolclass": StaticPool,
                "connect_args": {"check_same_thread": False},
            }
        return super().engine_options() | {"pool_pre_ping": False}


def make_app(url: str) -> Flask:
    """An application on a migrated, empty database."""
    app = create_app(
        TestingConfig(environment="testing", database_url=url, secret_key="for tests only")
    )
    app.config.update(WTF_CSRF_ENABLED=False, SERVER_NAME=None)
    with app.app_context(), db.engine.connect() as connection:
        config = AlembicConfig(str(ROOT / "alembic.ini"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    return app


@pytest.fixture(scope="session")
def sqlite_app() -> Iterator[Flask]:
    app = make_app("sqlite://")
    yield app
    close(app)


@pytest.fixture(scope="session")
def postgresql_app(postgres_url: str) -> Iterator[Flask]:
    app = make_app(postgres_url)
    yield app
    close(app)


def close(app: Flask) -> None:
    """End the connections that the pool keeps: none is to be found open when it is collected."""
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(params=ENGINES)
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application, on SQLite and then on PostgreSQL."""
    app = request.getfixturevalue(f"{request.param}_app")
    yield app
    empty(app)


def empty(app: Flask) -> None:
    """Delete every row, and set the revision back; feeds that were kept are of another past."""
    feed_cache.forget()
    report_cache.forget()
    with app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.executescript(f"BEGIN; {EMPTYING} COMMIT;")
        else:
            connection.exec_driver_sql(EMPTYING)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session in an application context; factories build into it."""
    with app.app_context():
        factories.use(db.session)
        yield db.session


@pytest.fixture
def write(session: Session) -> Callable[..., None]:
    """Change columns of a row, as an edit does."""

    def change(row: Base, **columns: Any) -> None:
        attribute(session, "test", None)
        for name, value in columns.items():
            setattr(row, name, value)
        session.commit()

    return change


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser of nobody signed in; `client.sign_in(user)` signs somebody in."""
    app.test_client_class = Client
    return app.test_client()


@pytest.fixture
def count_queries(app: Flask) -> Iterator["QueryCounter"]:
    """Counts the statements that reach the database while it is used as a context."""
    with app.app_context():
        yield QueryCounter(db.engine)


class QueryCounter:
    """`with count_queries: …` then `count_queries.statements`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.statements: list[str] = []

    def _note(self, _connection, _cursor, statement, *_rest) -> None:
        self.statements.append(statement)

    def __enter__(self) -> "QueryCounter":
        self.statements.clear()
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_exception: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)

    @property
    def count(self) -> int:
        return len(self.statements)


@pytest.fixture(autouse=True)
def fresh_zones_of_vobject() -> None:
    """Let each test read calendars with the zones that come along, not with those before."""
    forget_zones()
