"""Since when a feed reads as it does, whichever process is asked."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import close, make_app
from tracker import feed_states
from tracker.extensions import db
from tracker.feed_states import last_modified
from tracker.models import FeedState
from tracker.models.changes import current_revision

MADE = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def told(session):
    def tell(etag, now=NOON, newest=MADE, identity="all"):
        return last_modified(db.engine, identity, etag, newest, now)

    return tell


def test_at_first_it_is_as_old_as_its_newest_change(told):
    assert told("a") == MADE
    assert told("a", newest=NOON - HOUR) == MADE
    assert told("b", identity="other", newest=NOON + HOUR) == NOON


def test_what_reads_otherwise_does_so_from_now_on(told):
    told("a")
    assert told("b", now=NOON) == NOON
    assert told("b", now=NOON + HOUR) == NOON
    assert told("a", now=NOON + HOUR) == NOON + HOUR


def test_it_never_goes_back_and_never_stands_still(told):
    told("a", newest=NOON)
    assert told("b", now=NOON) == NOON + timedelta(seconds=1)
    assert told("c", now=NOON - HOUR) == NOON + timedelta(seconds=2)


def test_identities_are_kept_as_hashes(told, session):
    told("a", identity="private:7")
    (state,) = session.scalars(select(FeedState)).all()
    assert len(state.identity) == 64
    assert state.identity != "7"


def test_it_is_no_change_of_the_data(told, session):
    before = current_revision(session)
    told("a")
    told("b")
    assert current_revision(session) == before


def test_what_is_unchanged_is_not_written(told, count_queries):
    told("a")
    with count_queries:
        told("a")
    assert count_queries.count == 1


def test_the_oldest_are_dropped(told, session, monkeypatch):
    monkeypatch.setattr(feed_states, "MOST_STATES", 3)
    for number in range(5):
        told("a", newest=MADE + number * HOUR, identity=str(number))
    # What was just told is never what goes.
    told("a", newest=MADE - HOUR, identity="new")
    assert session.scalar(select(func.count()).select_from(FeedState)) == 3
    assert told("a", newest=NOON, identity="4") == MADE + 4 * HOUR
    assert told("a", newest=NOON, identity="new") == MADE - HOUR
    assert told("a", newest=NOON, identity="0") == NOON


@pytest.fixture
def locked(tmp_path):
    """An application whose database somebody else is writing to, all the time."""
    path = tmp_path / "site.sqlite"
    app = make_app(f"sqlite:///{path}")
    writer = sqlite3.connect(path)
    writer.execute("BEGIN IMMEDIATE")
    yield app
    writer.close()
    close(app)


def test_a_locked_database_keeps_no_feed_waiting(locked, caplog):
    client = locked.test_client()
    started = datetime.now(UTC)
    first = client.get("/feeds/all.ics")
    assert first.status_code == 200
    assert datetime.now(UTC) - started < timedelta(seconds=5)
    assert "was not written down" in caplog.text
    again = client.get("/feeds/all.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
