"""Backups restore on either database, whole, and never over data unasked."""

import json
import zipfile

import pytest
from sqlalchemy import func, select

from tests.conftest import empty
from tests.factories import (
    AttendanceFactory,
    EventFactory,
    OrganizationFactory,
    TopicFactory,
    UserFactory,
    use,
)
from tests.services.importing.files import sheet, stage
from tracker.errors import Conflict, DomainError
from tracker.extensions import db
from tracker.models import Base, Change, Event, Organization, Topic, User, UserSession
from tracker.models.base import utcnow
from tracker.models.changes import attribute, current_revision
from tracker.services.backup import backup, restore
from tracker.services.database import REFERENCE
from tracker.services.loading import load

BOOKKEEPING = {"revision", "changes", "user_sessions", "sign_in_attempts"}


def everything(session):
    """Every row of every table that a backup holds, by table."""
    return {
        table.name: [tuple(row) for row in session.execute(select(table).order_by(table.c.id))]
        for table in Base.metadata.sorted_tables
        if table.name not in BOOKKEEPING
    }


def fill(session):
    """Reference data, rows that refer to later ones, and what no load format holds."""
    load(session, REFERENCE)
    session.commit()
    EventFactory(key="part", deleted_at=utcnow())
    later = EventFactory(key="whole-that-came-later")
    attribute(session, "test", None)
    part = session.scalars(select(Event).filter_by(key="part")).one()
    part.parent_id, part.relation = later.id, "part-of"
    older, newer = OrganizationFactory(acronym="OLDER"), OrganizationFactory(acronym="NEWER")
    session.refresh(older)
    session.refresh(newer)
    attribute(session, "test", None)
    older.successor_id, newer.parent_id = newer.id, older.id
    session.commit()
    AttendanceFactory(event=later, role="speaker;panelist")
    stage(session, later, sheet(("Ana Pereda", "ana@example.org", "LACNIC")))
    UserFactory(email="somebody@example.org")
    user = session.scalars(select(User)).one()
    now = utcnow()
    session.add(UserSession(user_id=user.id, token_hash="x", created_at=now, last_seen_at=now))
    session.commit()


@pytest.fixture
def backed_up(session, tmp_path):
    fill(session)
    path = tmp_path / "backup.zip"
    before = everything(session)
    session.rollback()
    backup(session, path)
    session.rollback()
    return path, before


def test_it_is_private(backed_up):
    path, _before = backed_up
    assert path.stat().st_mode & 0o077 == 0


def test_everything_comes_back_but_sign_ins(app, session, backed_up):
    path, before = backed_up
    revision, changes = current_revision(session), session.scalar(select(func.count(Change.id)))
    session.rollback()
    empty(app)
    restore(session, path)
    session.commit()
    assert everything(session) == before
    assert session.scalar(select(func.count(UserSession.id))) == 0
    assert current_revision(session) == revision + 1
    assert session.scalar(select(func.count(Change.id))) == changes + 1
    assert session.scalars(select(Change.action).order_by(Change.id.desc())).first() == "restore"


@pytest.mark.parametrize("engine, other", [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_it_restores_on_the_other_database(request, tmp_path, engine, other):
    source, target = (request.getfixturevalue(f"{name}_app") for name in (engine, other))
    try:
        with source.app_context():
            use(db.session)
            fill(db.session)
            before = everything(db.session)
            db.session.rollback()
            backup(db.session, tmp_path / "backup.zip")
        with target.app_context():
            restore(db.session, tmp_path / "backup.zip")
            db.session.commit()
            assert everything(db.session) == before
            # New rows get new ids.
            use(db.session)
            TopicFactory(slug="after")
            ids = db.session.scalars(select(Topic.id).order_by(Topic.id)).all()
            assert len(ids) == 21
    finally:
        empty(source)
        empty(target)


def test_it_goes_over_data_only_when_told(session, backed_up):
    path, before = backed_up
    OrganizationFactory(acronym="AFTERWARDS")
    revision = current_revision(session)
    with pytest.raises(Conflict, match="--replace"):
        restore(session, path)
    session.rollback()
    restore(session, path, replace=True)
    session.commit()
    assert everything(session) == before
    assert current_revision(session) == revision + 1


def test_reference_data_alone_is_data_too(session, tmp_path, backed_up):
    path, _before = backed_up
    with pytest.raises(Conflict):
        restore(session, path)
    session.rollback()


@pytest.mark.parametrize("kind", ["text", "zip", "cut", "lost", "changed"])
def test_what_is_no_backup_leaves_everything_as_it_is(session, tmp_path, backed_up, kind):
    path, before = backed_up
    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    if kind == "cut":
        damaged.write_bytes(path.read_bytes()[:-100])
    elif kind == "text":
        damaged.write_text("no backup")
    else:
        if kind == "zip":
            entries = {"other.txt": b""}
        elif kind == "lost":
            entries["topics.jsonl"] = b"".join(entries["topics.jsonl"].splitlines(True)[:-1])
        else:
            entries["topics.jsonl"] = entries["topics.jsonl"].replace(b'"id"', b"id")
        with zipfile.ZipFile(damaged, "w") as archive:
            for name, content in entries.items():
                archive.writestr(name, content)
    with pytest.raises(DomainError, match=r"damaged.zip is no backup, or a damaged one"):
        restore(session, damaged, replace=True)
    session.rollback()
    assert everything(session) == before
    assert session.scalar(select(func.count(Organization.id))) == 51


def test_another_schema_is_refused_by_name(session, tmp_path, backed_up):
    path, _before = backed_up
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        manifest |= {"schema": "9999", "version": "77.7"}
        new.writestr("manifest.json", json.dumps(manifest))
    with pytest.raises(DomainError, match=r"version 77\.7"):
        restore(session, other, replace=True)
    session.rollback()


def test_progress_names_each_table(session, tmp_path, backed_up):
    told = {}
    backup(
        session,
        tmp_path / "again.zip",
        lambda name, done, total: told.update({name: (done, total)}),
    )
    assert told["headcounts"] == (1677, 1677)
    assert [p.name for p in tmp_path.glob(".*")] == []
