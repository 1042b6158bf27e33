"""Writing about a batch: alone, and one column of many individuals at once."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from tracker.models import ImportBatch, ImportIndividual, User
from tracker.models.changes import record_bulk


def open_alone(session: Session, batch: ImportBatch, by: User | None, action: str) -> None:
    """Begin to write about a batch, read anew: whoever else writes about it waits until the end."""
    # Only a write keeps others out of SQLite, so it goes before.
    record_bulk(session, action, by)
    session.refresh(batch, with_for_update={"of": ImportBatch})


def set_on_individuals(session: Session, column: str, values: Mapping[int, Any]) -> None:
    """Set a column of individuals, by their ids; objects that are loaded are read anew."""
    if not values:
        return
    table = cast(Table, ImportIndividual.__table__)
    session.connection().execute(
        update(table).where(table.c.id == bindparam("which")).values({column: bindparam("new")}),
        [{"which": id_, "new": value} for id_, value in values.items()],
    )
    session.expire_all()
