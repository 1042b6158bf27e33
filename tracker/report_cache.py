"""Reports, and what was rendered from them, kept per process and good while nothing is written."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from flask import current_app, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.extensions import db
from tracker.i18n import language
from tracker.models import Revision, User
from tracker.services.bounded_cache import BoundedCache
from tracker.services.reports.answer import answer, name_of
from tracker.services.reports.question import Question
from tracker.services.reports.report import Report
from tracker.version import VERSION

MOST_BYTES = 48_000_000
_OVERHEAD = 2_000
_CELL = 80
_REVISION = select(Revision.value)
Key = tuple[Any, ...]
Value = TypeVar("Value")


class _Kept(NamedTuple):
    """Something made at a revision, on a day (UTC), and about how many bytes it takes."""

    revision: int
    day: date
    value: Any
    size: int


class Place(NamedTuple):
    """The address of a request and who asks, at a revision; and what it was answered with there.

    Unless something was written since, nobody has to read what the address asks.
    """

    key: Key
    revision: int
    content: bytes | None


_kept: BoundedCache[Key, _Kept] = BoundedCache(MOST_BYTES, lambda _key, kept: kept.size)
# Whoever asks for what another is making waits for it; more locks than anybody makes at once.
_locks = [Lock() for _number in range(64)]


def report_of(session: Session, asked: Question) -> Report:
    """The report that answers a question, made anew only after something was written.

    Whoever asks while another thread counts waits for that.
    """

    def make() -> tuple[Report, int]:
        found = answer(session, asked)
        return found, _size_of(found)

    form = ("report",)
    report: Report | None = _find(asked, form)
    if report is None:
        with _locks[hash(_key_of(asked)) % len(_locks)]:
            report = _find(asked, form) or _made(asked, form, make)
    return report


def place_of(user: User | None) -> Place:
    """Where this request asks, and what is kept of the answer."""
    reader = user.id if user else None
    key = ("place", _database(), VERSION, language(), reader, request.full_path)
    revision = _revision()
    now = (revision, datetime.now(UTC).date())
    known = _kept.get(key)
    if known is None or (known.revision, known.day) != now:
        return Place(key, revision, None)
    kept = _kept.get(known.value)
    valid = kept is not None and (kept.revision, kept.day) == now
    return Place(key, revision, kept.value if kept and valid else None)


def rendered(
    session: Session, asked: Question, form: Key, render: Callable[[Report], bytes], place: Place
) -> bytes:
    """What `render` makes of the report, kept by `form`, which names it: what, and for whom.

    `place` is where it was asked for, as it was before the question was read.
    """

    def make() -> tuple[bytes, int]:
        found = render(report_of(session, asked))
        return found, len(found)

    content: bytes | None = _find(asked, form)
    if content is None:
        content = _made(asked, form, make)
    there = _Kept(place.revision, asked.today, (*_key_of(asked), *form), _OVERHEAD)
    _kept.put(place.key, there)
    return content


def forget() -> None:
    """Make everything anew."""
    _kept.clear()


def _find(asked: Question, form: Key) -> Any:
    kept = _kept.get((*_key_of(asked), *form))
    if kept is None or (kept.revision, kept.day) != (_revision(), asked.today):
        return None
    return kept.value


def _made(asked: Question, form: Key, make: Callable[[], tuple[Value, int]]) -> Value:
    # Read before anything else: what is kept may be newer than it says, never older.
    revision = _revision()
    value, size = make()
    _kept.put((*_key_of(asked), *form), _Kept(revision, asked.today, value, size + _OVERHEAD))
    return value


def _revision() -> int:
    """The present revision, by a query without a session, which would cost more than all else."""
    with db.engine.connect() as connection:
        return connection.scalar(_REVISION) or 0


def _database() -> str:
    return str(current_app.config["SQLALCHEMY_ENGINES"]["default"]["url"])


def _key_of(asked: Question) -> Key:
    wanted = tuple(_plain(getattr(asked.wanted, field.name)) for field in fields(asked.wanted))
    return (
        _database(), VERSION, language(), audience_of(asked.user), asked.report,
        name_of(asked.subject), wanted, asked.rollup, asked.scheme,
    )  # fmt: skip


def audience_of(user: User | None) -> Key:
    """Who sees the same events: the public, or those signed in of one organization."""
    return ("public",) if user is None else ("staff", user.organization_id)


def _plain(value: Any) -> Any:
    """A field of a filter, things by their ids."""
    if isinstance(value, tuple):
        return tuple(getattr(each, "id", each) for each in value)
    return value


def _size_of(report: Report) -> int:
    rows = ((table, len(list(table.rows))) for table in report.tables)
    return _CELL * sum(len(table.columns) * number for table, number in rows)
