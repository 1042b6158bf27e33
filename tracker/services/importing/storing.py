"""Writing about a batch: alone, and one column of many individuals at once."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from tracker.models import ImportBatch, ImportIndividual


def alone_with(session: Session, batch: ImportBatch) -> None:
    """Read a batch anew; whoever else would write about it waits until this transaction ends."""
    # A write that changes nothing: on SQLite nothing less keeps others out.
    same = update(ImportBatch).where(ImportBatch.id == batch.id).values(status=ImportBatch.status)
    session.execute(same, execution_options={"synchronize_session": False})
    session.refresh(batch)


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
