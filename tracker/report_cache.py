"""Reports, and what was rendered from them, kept per process and good while nothing is written."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from flask import current_app
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


def rendered(
    session: Session, asked: Question, form: Key, render: Callable[[Report], bytes]
) -> bytes:
    """What `render` makes of the report, kept by `form`, which names it: what, and for whom."""

    def make() -> tuple[bytes, int]:
        found = render(report_of(session, asked))
        return found, len(found)

    content: bytes | None = _find(asked, form)
    return _made(asked, form, make) if content is None else content


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


def _key_of(asked: Question) -> Key:
    database = str(current_app.config["SQLALCHEMY_ENGINES"]["default"]["url"])
    wanted = tuple(_plain(getattr(asked.wanted, field.name)) for field in fields(asked.wanted))
    return (
        database, VERSION, language(), audience_of(asked.user), asked.report,
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
