"""Which version of a row an editor saw, so that a second editor is told of the first."""

import hashlib
import json

from sqlalchemy import inspect
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.models import Base, Change, Organization, Person
from tracker.models.base import utcnow
from tracker.models.changes import to_json
from tracker.services.history import history_of


def version_of(row: Base) -> str:
    """A row's version number, or a digest of its columns where it has none."""
    number = getattr(row, "version", None)
    if number is not None:
        return str(number)
    values = {c.key: to_json(getattr(row, c.key)) for c in inspect(type(row)).column_attrs}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def last_change(session: Session, row: Base) -> Change | None:
    """Who wrote last in the history a row belongs to."""
    entries = history_of(session, row, size=1)
    return entries[0].change if entries else None


def touch(row: Organization | Person) -> None:
    """Count a new version of a row, though only what belongs to it was written."""
    row.updated_at = utcnow()
    # Written even within the second of the last write.
    flag_modified(row, "updated_at")
