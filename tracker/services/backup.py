"""A backup: one zip file of JSON lines, a file a table, that restores on SQLite and PostgreSQL.

Sign-ins are left out: a restored database must not bring back sessions that were ended since.
"""

import json
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import (
    Date,
    LargeBinary,
    Table,
    Time,
    bindparam,
    exists,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from tracker.errors import Conflict, DomainError
from tracker.models import Base, Revision, SignInAttempt, UserSession
from tracker.models.base import UTCDateTime, utcnow
from tracker.models.changes import record_bulk, to_json
from tracker.services.bulk import in_chunks
from tracker.services.database import newest_schema, read_consistently, schema_of
from tracker.version import VERSION

_FORMAT = 1
_MANIFEST = "manifest.json"
_CHUNK = 1000
_LEFT_OUT = frozenset({UserSession.__tablename__, SignInAttempt.__tablename__})
# What there is before anybody has entered anything.
_NO_DATA = frozenset({"revision", "settings", *_LEFT_OUT})
# Columns that a CHECK ties to the reference of a table to itself.
_TIED = {"events": ("relation",)}
# Table, rows done, rows in all.
Progress = Callable[[str, int, int], None]
Values = dict[str, Any]


def backup(session: Session, path: Path, progress: Progress | None = None) -> int:
    """Write everything into one file, as it is at one moment; returns how many rows."""
    read_consistently(session)
    counts: dict[str, int] = {}
    fresh = path.with_name(f".{path.name}.part")
    fresh.touch(mode=0o600)
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
            for table in _tables():
                with archive.open(_entry(table), "w", force_zip64=True) as stream:
                    counts[table.name] = _dump(session, table, stream, progress)
            archive.writestr(_MANIFEST, json.dumps(_manifest(session, counts), indent=1))
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return sum(counts.values())


def _tables() -> list[Table]:
    """What a backup holds, referred to before referring."""
    return [table for table in Base.metadata.sorted_tables if table.name not in _LEFT_OUT]


def _entry(table: Table) -> str:
    return f"{table.name}.jsonl"


def _manifest(session: Session, counts: dict[str, int]) -> Values:
    return {
        "format": _FORMAT, "version": VERSION, "schema": schema_of(session.connection()),
        "made_at": utcnow().isoformat(), "rows": counts,
    }  # fmt: skip


def _dump(session: Session, table: Table, stream: IO[bytes], progress: Progress | None) -> int:
    total = session.scalar(select(func.count()).select_from(table)) or 0
    query = select(table).order_by(table.c.id).execution_options(yield_per=_CHUNK)
    done = 0
    for rows in in_chunks(session.execute(query).mappings(), _CHUNK):
        for row in rows:
            values = {name: _as_json(value) for name, value in row.items()}
            stream.write(json.dumps(values, ensure_ascii=False).encode() + b"\n")
        done += len(rows)
        if progress is not None:
            progress(table.name, done, total)
    return done


def _as_json(value: Any) -> Any:
    return b64encode(value).decode() if isinstance(value, bytes) else to_json(value)


def restore(
    session: Session, path: Path, replace: bool = False, progress: Progress | None = None
) -> int:
    """Put a backup into the database; returns how many rows. The caller commits.

    Raises DomainError where the file is no backup of this schema, Conflict where the database
    holds data and `replace` was not said.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            counts = _checked(archive)
            before = _make_room(session, replace)
            for table in _tables():
                _fill(session, archive, table, counts.get(table.name, 0), progress)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise DomainError(_("%(file)s is no backup, or a damaged one.", file=path.name)) from error
    _continue_numbering(session)
    # What was computed at an earlier revision must not be taken for what is here now.
    session.execute(update(Revision).where(Revision.value < before).values(value=before))
    record_bulk(session, "restore", None)
    return sum(counts.values())


def _checked(archive: zipfile.ZipFile) -> dict[str, int]:
    manifest = json.loads(archive.read(_MANIFEST))
    if manifest["format"] != _FORMAT or manifest["schema"] != newest_schema():
        raise DomainError(
            _(
                "The backup was made by version %(version)s, with another schema. Restore it with "
                "that version, then upgrade.",
                version=str(manifest["version"]),
            )
        )
    return {str(name): int(count) for name, count in manifest["rows"].items()}


def _make_room(session: Session, replace: bool) -> int:
    """Empty the tables, or see that they are; returns the revision so far."""
    revision = session.scalar(select(Revision.value)) or 0
    if not replace and any(_has_rows(session, table) for table in _tables()):
        raise Conflict(
            _("The database holds data already; restoring would replace it. Say so: --replace")
        )
    for table in Base.metadata.sorted_tables:
        if deferred := _deferred(table):
            session.execute(update(table).values(dict.fromkeys(deferred)))
    for table in reversed(Base.metadata.sorted_tables):
        session.execute(table.delete())
    return revision


def _has_rows(session: Session, table: Table) -> bool:
    if table.name in _NO_DATA:
        return False
    return bool(session.scalar(select(exists().select_from(table))))


def _deferred(table: Table) -> tuple[str, ...]:
    """The columns that can only be set when all rows of the table are there."""
    own = sorted(key.parent.name for key in table.foreign_keys if key.column.table is table)
    return (*own, *_TIED.get(table.name, ())) if own else ()


def _fill(
    session: Session,
    archive: zipfile.ZipFile,
    table: Table,
    expected: int,
    progress: Progress | None,
) -> None:
    deferred = _deferred(table)
    # Said again, or the update would put the present moment there.
    again = (*deferred, *(column.name for column in table.columns if column.onupdate is not None))
    later: list[Values] = []
    done = 0
    for rows in in_chunks(_rows(archive, table), _CHUNK):
        for row in rows:
            if any(row[name] is not None for name in deferred):
                later.append({f"b_{name}": row[name] for name in ("id", *again)})
                row.update(dict.fromkeys(deferred))
        session.execute(insert(table), rows)
        done += len(rows)
        if progress is not None:
            progress(table.name, done, expected)
    if done != expected:
        raise ValueError(f"{table.name}: {done} rows, not {expected}")
    for chunk in in_chunks(later, _CHUNK):
        session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("b_id"))
            .values({name: bindparam(f"b_{name}") for name in again}),
            chunk,
        )


def _rows(archive: zipfile.ZipFile, table: Table) -> Iterator[Values]:
    read = {column.name: parse for column in table.columns if (parse := _parser(column.type))}
    with archive.open(_entry(table)) as stream:
        for line in stream:
            row: Values = json.loads(line)
            for name, parse in read.items():
                if row[name] is not None:
                    row[name] = parse(row[name])
            yield row


def _parser(kind: TypeEngine[Any]) -> Callable[[str], Any] | None:
    """How JSON's text becomes a value again, of what JSON has no word for."""
    if isinstance(kind, UTCDateTime):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, LargeBinary):
        return b64decode
    return time.fromisoformat if isinstance(kind, Time) else None


def _continue_numbering(session: Session) -> None:
    """PostgreSQL counts ids by itself, and has not seen the restored ones."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        highest = session.scalar(select(func.max(table.c.id)))
        session.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :value, :used)"),
            {"name": table.name, "value": highest or 1, "used": highest is not None},
        )
