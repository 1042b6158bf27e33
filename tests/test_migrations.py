"""The Alembic history goes up, down and up on both databases, and ends at the models."""

import warnings
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from config import ROOT
from tests.postgres import admin_url, create_database, drop_database
from tracker.models import Base

# SQLite can hold, but not describe, an index over an expression.
UNDESCRIBED = "autogenerate skipping metadata-specified expression-based index"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path, worker_id) -> Iterator[Engine]:
    """An empty database of its own."""
    name = f"migrations_{worker_id}"
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    else:
        url = create_database(admin_url(), name)
    engine = create_engine(url)
    yield engine
    engine.dispose()
    if request.param == "postgresql":
        drop_database(admin_url(), name)


def run(engine: Engine, verb: str, revision: str) -> None:
    config = AlembicConfig(str(ROOT / "alembic.ini"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        getattr(command, verb)(config, revision)
        connection.commit()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_up_down_up(engine):
    run(engine, "upgrade", "head")
    assert tables(engine) == set(Base.metadata.tables)
    run(engine, "downgrade", "base")
    assert tables(engine) == set()
    run(engine, "upgrade", "head")
    assert tables(engine) == set(Base.metadata.tables)


def test_the_head_equals_the_models(engine):
    run(engine, "upgrade", "head")
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", UNDESCRIBED)
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_what_sqlite_cannot_describe_is_there(engine):
    run(engine, "upgrade", "head")
    with engine.connect() as connection:
        for name in ("uq_engagements_key", "uq_contributions_key"):
            table = name.removeprefix("uq_").removesuffix("_key")
            if engine.dialect.name == "sqlite":
                query = "SELECT count(*) FROM sqlite_master WHERE name = :name"
            else:
                query = "SELECT count(*) FROM pg_indexes WHERE indexname = :name"
            assert connection.scalar(text(query), {"name": name}) == 1, table


def test_a_new_database_starts_at_revision_zero(engine):
    run(engine, "upgrade", "head")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id, value FROM revision")).all() == [(1, 0)]
