"""Alembic's environment: runs the history on the connection or URL it is handed."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine

from config import Config
from tracker.models import Base
from tracker.models.base import UTCDateTime


def _render_item(kind: str, thing: Any, _context: object) -> str | bool:
    """Migrations stand alone: they name no class of the models."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=_render_item,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


handed = context.config.attributes.get("connection")
if handed is not None:
    _run(handed)
else:
    with create_engine(Config().database_url).connect() as _connection:
        _run(_connection)
