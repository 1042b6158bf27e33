"""The state of the database: its schema by Alembic, and the reference data in it."""

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.models import Setting
from tracker.services.loading import LoadReport, load
from tracker.services.loading.context import Progress

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "tracker" / "reference"
_REFERENCE_LOADED = "reference data"


def _alembic_config() -> "AlembicConfig":
    # Alembic takes a third of a second to import, and pages never need it.
    from alembic.config import Config  # noqa: PLC0415

    return Config(str(ROOT / "alembic.ini"))


@cache
def newest_schema() -> str:
    """The revision that this version's models have."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    head = ScriptDirectory.from_config(_alembic_config()).get_current_head()
    assert head is not None
    return head


def schema_of(connection: Connection) -> str | None:
    """The revision that a database has, None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def is_ready(session: Session) -> bool:
    """Whether the database answers, with the schema of this version."""
    try:
        return schema_of(session.connection()) == newest_schema()
    except SQLAlchemyError:
        return False


def read_consistently(session: Session) -> None:
    """Let all reads of a session that follow see one moment; to be called before the first."""
    if session.get_bind().dialect.name == "sqlite":
        connection = session.connection()
        driver: Any = connection.connection.driver_connection
        # The driver begins a transaction by itself only when something is written.
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN")
    elif not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def upgrade(engine: Engine) -> bool:
    """Bring the schema up to date, in transactions of its own; whether there was need.

    Raises Conflict where the database is of a newer version than this.
    """
    from alembic import command  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    with engine.connect() as connection:
        before = schema_of(connection)
        if before == newest_schema():
            return False
        config = _alembic_config()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise Conflict(
                _(
                    "The database has the schema %(schema)s, which this version does not know. "
                    "Was it made by a newer one?",
                    schema=str(before),
                )
            ) from error
        connection.commit()
    return True


def load_reference(
    session: Session, folder: Path = REFERENCE, progress: Progress | None = None
) -> LoadReport | None:
    """Load the reference data unless this very edition was; None where nothing was to do.

    Rows that people have edited since stay as they are.
    """
    edition = _edition(folder)
    remembered = session.scalar(select(Setting).where(Setting.name == _REFERENCE_LOADED))
    if remembered is not None and remembered.value == edition:
        return None
    report = load(session, folder, keep_edited=True, progress=progress)
    if remembered is None:
        remembered = Setting(name=_REFERENCE_LOADED)
        session.add(remembered)
    remembered.value = edition
    session.flush()
    return report


def _edition(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.csv")):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)} ".encode() + content)
    return digest.hexdigest()
