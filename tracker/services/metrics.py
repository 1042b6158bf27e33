"""What monitoring is told about the installation."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models import (
    Attendance,
    Base,
    Event,
    Headcount,
    Organization,
    Person,
    SignInAttempt,
    Space,
    User,
    UserSession,
)
from tracker.models.changes import current_revision
from tracker.version import VERSION

_COUNTED: tuple[type[Base], ...] = (
    Attendance, Event, Headcount, Organization, Person, Space, User,
)  # fmt: skip


@dataclass(frozen=True)
class Measures:
    """The numbers, as they are now."""

    revision: int
    rows: dict[str, int]
    failed_sign_ins: int
    open_sessions: int


def measure(session: Session, known: dict[int, dict[str, int]]) -> Measures:
    """The numbers; `known` keeps the counts of the last revision, which need no second look."""
    revision = current_revision(session)
    if revision not in known:
        known.clear()
        known[revision] = {model.__tablename__: _count(session, model) for model in _COUNTED}
    return Measures(
        revision,
        known[revision],
        _count(session, SignInAttempt),
        session.scalar(
            select(func.count(UserSession.id)).where(UserSession.ended_at.is_(None))
        ) or 0,
    )  # fmt: skip


def _count(session: Session, model: Any) -> int:
    return session.scalar(select(func.count(model.id))) or 0


def render(measures: Measures) -> str:
    """The text format of Prometheus, version 0.0.4."""
    lines = [
        *_metric("build_info", "gauge", "The version that runs.", {f'{{version="{VERSION}"}}': 1}),
        *_metric(
            "revision", "counter", "Writing transactions so far.", {"": measures.revision}
        ),
        *_metric(
            "rows", "gauge", "Rows of the main tables.",
            {f'{{table="{name}"}}': count for name, count in sorted(measures.rows.items())},
        ),
        *_metric(
            "failed_sign_ins", "gauge", "Failed sign-ins that still count against further ones.",
            {"": measures.failed_sign_ins},
        ),
        *_metric(
            "open_sessions", "gauge", "Sessions that nobody has ended.",
            {"": measures.open_sessions},
        ),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _metric(name: str, kind: str, meaning: str, values: dict[str, int]) -> list[str]:
    name = f"encuentro_{name}"
    samples = [f"{name}{labels} {value}" for labels, value in values.items()]
    return [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", *samples]
