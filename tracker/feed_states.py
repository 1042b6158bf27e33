"""What readers of a feed were last told, for all processes: its ETag, and since when it holds."""

import hashlib
import logging
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from tracker.extensions import impatient
from tracker.models import FeedState

MOST_STATES = 5_000
_log = logging.getLogger(__name__)


def last_modified(
    engine: Engine, identity: str, etag: str, newest: datetime, now: datetime
) -> datetime:
    """Since when the feed reads as it does, in whichever process it was first seen so.

    The first time this is its newest change, later the moment a new ETag was first seen; it never
    goes back. Written in a transaction of its own; where the database is busy or cannot be
    written, the answer is what would have been written.
    """
    name = hashlib.sha256(identity.encode()).hexdigest()
    told = now
    try:
        with engine.connect() as connection:
            row = connection.execute(
                select(FeedState.etag, FeedState.changed_at).where(FeedState.identity == name)
            ).one_or_none()
        if row is not None and row.etag == etag:
            return cast(datetime, row.changed_at)
        if row is None:
            told = min(newest, now)
        else:
            # A reader that knows the moment alone must see that it is another.
            told = max(now, row.changed_at + timedelta(seconds=1))
        with impatient(engine) as connection:
            _write(connection, name, etag, told, known=row is not None)
    except DBAPIError as error:
        _log.warning("what a feed told was not written down: %s", error.orig)
    return told


def _write(connection: Connection, name: str, etag: str, told: datetime, *, known: bool) -> None:
    values = {"etag": etag, "changed_at": told}
    if known:
        ours = FeedState.identity == name
        # Another process may have been faster, and later.
        connection.execute(
            update(FeedState).where(ours, FeedState.changed_at <= told).values(values)
        )
        return
    connection.execute(insert(FeedState).values(identity=name, **values))
    number = connection.scalar(select(func.count()).select_from(FeedState)) or 0
    if number > MOST_STATES:
        oldest = select(FeedState.id).where(FeedState.identity != name)
        oldest = oldest.order_by(FeedState.changed_at, FeedState.id).limit(number - MOST_STATES)
        connection.execute(delete(FeedState).where(FeedState.id.in_(oldest)))
