"""The history of the database: up, down and up again, and its head equals the models."""

import warnings

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, create_engine, inspect, select, text

from config import ROOT
from tests.conftest import ENGINES
from tests.postgres import admin_url, create_database, drop_database
from tracker.models import Base, Revision

# SQLite cannot tell what an index over an expression is made of.
EXPRESSION_INDEXES = {"uq_engagements_key", "uq_contributions_key"}


@pytest.fixture(params=ENGINES)
def engine(request, tmp_path, worker_id):
    """An empty database."""
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
        yield engine
        engine.dispose()
        return
    admin, name = admin_url(), f"migrations_{worker_id}"
    engine = create_engine(create_database(admin, name))
    yield engine
    engine.dispose()
    drop_database(admin, name)


@pytest.fixture
def alembic(engine):
    """Run an Alembic command on the database."""

    def run(name, *args):
        config = Config(str(ROOT / "alembic.ini"))
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            getattr(command, name)(config, *args)
            connection.commit()

    return run


def tables(engine):
    return set(inspect(engine).get_table_names()) - {"alembic_version", "sqlite_sequence"}


def test_up_down_and_up_again(engine, alembic):
    for _ in range(2):
        alembic("upgrade", "head")
        assert tables(engine) == set(Base.metadata.tables)
        with engine.connect() as connection:
            assert connection.scalars(select(Revision.value)).all() == [0]
        alembic("downgrade", "base")
        assert tables(engine) == set()


def test_each_step_can_be_taken_back(engine, alembic):
    steps = ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini"))).walk_revisions()
    for _ in list(steps):
        alembic("upgrade", "+1")
        alembic("downgrade", "-1")
        alembic("upgrade", "+1")


def test_the_head_equals_the_models(engine, alembic):
    alembic("upgrade", "head")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        with warnings.catch_warnings():
            # That it skips these two indexes on SQLite.
            warnings.filterwarnings("ignore", message=".*expression.*")
            differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_the_expression_indexes_are_there(engine, alembic):
    alembic("upgrade", "head")
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
        "postgresql": "SELECT indexname FROM pg_indexes",
    }[engine.dialect.name]
    with engine.connect() as connection:
        assert set(connection.scalars(text(query))) >= EXPRESSION_INDEXES


def test_there_is_one_head():
    scripts = ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini")))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def test_sqlite_gives_no_id_twice(engine, alembic):
    if engine.dialect.name != "sqlite":
        return
    alembic("upgrade", "head")
    with engine.connect() as connection:
        made = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        without = {name for name, sql in made if "AUTOINCREMENT" not in sql.upper()}
    assert without <= {"alembic_version", "sqlite_sequence"}


def test_every_check_of_the_models_is_in_the_database(engine, alembic):
    """Rebuilding a table on SQLite loses what is not said again."""
    alembic("upgrade", "head")
    inspector = inspect(engine)
    for table in Base.metadata.sorted_tables:
        wanted = {c.name for c in table.constraints if isinstance(c, CheckConstraint)}
        assert {c["name"] for c in inspector.get_check_constraints(table.name)} == wanted
