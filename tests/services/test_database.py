"""The schema is brought up to date, and the reference data loaded once."""

import shutil

import pytest
from sqlalchemy import create_engine, func, inspect, select, text
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.extensions import db
from tracker.models import Event, Setting, Topic
from tracker.models.changes import attribute, current_revision
from tracker.services.database import (
    REFERENCE,
    is_ready,
    load_reference,
    newest_schema,
    read_consistently,
    schema_of,
    upgrade,
)


@pytest.fixture
def engine(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'new.sqlite'}")
    yield engine
    engine.dispose()


def test_a_new_database_gets_its_tables_and_counter_once(engine):
    assert upgrade(engine)
    assert not upgrade(engine)
    with engine.connect() as connection:
        assert schema_of(connection) == newest_schema()
        assert inspect(connection).has_table("attendances")
        assert connection.execute(text("SELECT id, value FROM revision")).all() == [(1, 0)]


def test_a_database_of_a_newer_version_is_left_alone(engine):
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict, match="9999"):
        upgrade(engine)


def test_ready_is_a_database_of_this_schema(engine, tmp_path):
    with Session(engine) as session:
        assert not is_ready(session)
    upgrade(engine)
    with Session(engine) as session:
        assert is_ready(session)
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert not is_ready(session)
    away = create_engine(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite'}")
    with Session(away) as session:
        assert not is_ready(session)


def test_reference_data_is_loaded_once(session, count_queries):
    report = load_reference(session)
    session.commit()
    assert report is not None
    assert report.files["events.csv"].added == 230
    revision = current_revision(session)
    with count_queries:
        assert load_reference(session) is None
    session.commit()
    assert count_queries.count == 1
    assert current_revision(session) == revision


def test_another_edition_is_loaded_and_remembered(session, tmp_path):
    load_reference(session)
    session.commit()
    folder = shutil.copytree(REFERENCE, tmp_path / "reference")
    with (folder / "topics.csv").open("a") as stream:
        stream.write("new-topic,New topic,,,\n")
    report = load_reference(session, folder)
    session.commit()
    assert report is not None
    assert report.files["topics.csv"].added == 1
    assert session.scalar(select(func.count(Topic.id))) == 21
    assert load_reference(session, folder) is None
    assert session.scalar(select(func.count(Setting.id))) == 1


def test_a_deleted_event_does_not_come_back_with_another_edition(session, tmp_path):
    load_reference(session)
    session.commit()
    attribute(session, "event.delete", None)
    event = session.scalars(select(Event).filter_by(key="icann-76")).one()
    event.deleted_at = event.created_at
    session.commit()
    folder = shutil.copytree(REFERENCE, tmp_path / "reference")
    path = folder / "events.csv"
    path.write_text(path.read_text().replace("ICANN 76", "ICANN Seventy-Six"))
    load_reference(session, folder)
    session.commit()
    session.expire_all()
    assert event.deleted_at is not None
    assert "Seventy" not in event.name_en


def test_reads_see_one_moment(app):
    with app.app_context():
        read_consistently(db.session)
        assert db.session.in_transaction()
        db.session.rollback()
