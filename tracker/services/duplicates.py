"""Likely duplicates: found when records change, ranked, dismissed by those who know better."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models import (
    Alias,
    LikelyDuplicate,
    Organization,
    Person,
    PersonAlias,
    PersonEmail,
    Setting,
    User,
)
from tracker.models.base import utcnow
from tracker.models.changes import current_revision
from tracker.services.bulk import in_chunks
from tracker.services.duplicate_organizations import alike_organizations
from tracker.services.duplicate_people import Pairs, alike_people
from tracker.services.paging import Order

PEOPLE, ORGANIZATIONS = "people", "organizations"
NOUNS: dict[str, Any] = {PEOPLE: Person, ORGANIZATIONS: Organization}
LIKELIEST_FIRST = Order(LikelyDuplicate.likeness, LikelyDuplicate.id, descending=True)
# More than so many at a time take longer than a page should.
MOST_IN_A_REQUEST = 2000
# Raised when what makes two records alike is changed here: then all are compared again.
RULES = 1
# A transaction writes its moment some time before others see it.
_MARGIN = timedelta(minutes=1)
_CHUNK = 400
# What belongs to a record and tells who it is; by ids, for what was written in bulk.
_TELLING: dict[str, tuple[Any, ...]] = {
    PEOPLE: (Person.id, PersonEmail.person_id, PersonAlias.person_id),
    ORGANIZATIONS: (Organization.id, Alias.organization_id),
}
_FIND = {PEOPLE: alike_people, ORGANIZATIONS: alike_organizations}


def refresh(session: Session, noun: str, most: int | None = None) -> int:
    """Compare the records that changed since the last time with all; does not commit.

    How many wait for it: none, or where more than `most` changed, and nothing was done, those.
    """
    stamp = _stamp(session, noun)
    revision = current_revision(session)
    if stamp.get("revision") == revision:
        return 0
    now = utcnow()
    newest = [_newest(session, column) for column in _TELLING[noun]]
    changed = _changed(session, noun, stamp) if stamp else None
    count = _count(session, noun) if changed is None else len(changed)
    if most is not None and count > most:
        return count
    if count:
        _store(session, noun, changed, _FIND[noun](session, changed))
    stamp = {"rules": RULES, "revision": revision, "at": now.isoformat(), "newest": newest}
    _remember(session, noun, stamp)
    return 0


def _setting(session: Session, noun: str) -> Setting | None:
    return session.scalar(select(Setting).where(Setting.name == f"duplicates-{noun}"))


def _stamp(session: Session, noun: str) -> dict[str, Any]:
    setting = _setting(session, noun)
    stamp = dict(json.loads(setting.value)) if setting is not None else {}
    return stamp if stamp.get("rules") == RULES else {}


def _remember(session: Session, noun: str, stamp: dict[str, Any]) -> None:
    setting = _setting(session, noun) or Setting(name=f"duplicates-{noun}")
    setting.value = json.dumps(stamp)
    session.add(setting)
    session.flush()


def _newest(session: Session, column: Any) -> int:
    return session.scalar(select(func.max(column.class_.id))) or 0


def _count(session: Session, noun: str) -> int:
    return session.scalar(select(func.count(NOUNS[noun].id))) or 0


def _changed(session: Session, noun: str, stamp: dict[str, Any]) -> set[int]:
    model = NOUNS[noun]
    since = datetime.fromisoformat(stamp["at"]) - _MARGIN
    found = set(session.scalars(select(model.id).where(model.updated_at >= since)))
    for column, newest in zip(_TELLING[noun], stamp["newest"], strict=True):
        found.update(session.scalars(select(column).where(column.class_.id > newest)))
    return found


def _store(session: Session, noun: str, changed: Collection[int] | None, pairs: Pairs) -> None:
    of_noun = and_(LikelyDuplicate.noun == noun, LikelyDuplicate.dismissed_at.is_(None))
    if changed is None:
        session.execute(delete(LikelyDuplicate).where(of_noun))
    for some in in_chunks(sorted(changed or ()), _CHUNK):
        touched = or_(LikelyDuplicate.first_id.in_(some), LikelyDuplicate.second_id.in_(some))
        session.execute(delete(LikelyDuplicate).where(of_noun, touched))
    stored = select(LikelyDuplicate.first_id, LikelyDuplicate.second_id).where(
        LikelyDuplicate.noun == noun, LikelyDuplicate.dismissed_at.is_not(None)
    )
    dismissed = {tuple(pair) for pair in session.execute(stored)}
    rows = [
        {
            "noun": noun, "first_id": first, "second_id": second,
            "likeness": found.likeness, "reasons": found.reasons,
        }
        for (first, second), found in sorted(pairs.items())
        if (first, second) not in dismissed
    ]  # fmt: skip
    for some_rows in in_chunks(rows, _CHUNK):
        session.execute(insert(LikelyDuplicate), some_rows)


def pairs_query(noun: str, dismissed: bool = False) -> Select[LikelyDuplicate]:
    """The pairs whose records are both still there: those that wait, or the dismissed ones."""
    decided = LikelyDuplicate.dismissed_at
    return select(LikelyDuplicate).where(
        LikelyDuplicate.noun == noun,
        decided.is_not(None) if dismissed else decided.is_(None),
        _stands(noun, LikelyDuplicate.first_id),
        _stands(noun, LikelyDuplicate.second_id),
    )


def _stands(noun: str, column: Any) -> ColumnElement[bool]:
    record = aliased(NOUNS[noun])
    found = select(record.id).where(record.id == column)
    if noun == PEOPLE:
        found = found.where(record.erased_at.is_(None))
    return found.exists()


def count_waiting(session: Session, noun: str, most: int = 100) -> int:
    """How many pairs wait for somebody, counted up to `most`."""
    some = pairs_query(noun).with_only_columns(LikelyDuplicate.id).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def pairs_of(session: Session, noun: str, record_id: int, limit: int = 10) -> Sequence[int]:
    """The ids of those that may be the same as one record, the likeliest first."""
    own = or_(LikelyDuplicate.first_id == record_id, LikelyDuplicate.second_id == record_id)
    query = pairs_query(noun).where(own).order_by(*LIKELIEST_FIRST.by()).limit(limit)
    return [p.second_id if p.first_id == record_id else p.first_id for p in session.scalars(query)]


@dataclass(frozen=True)
class Waiting:
    """A pair that waits for somebody, with the two records."""

    noun: str
    first: Person | Organization
    second: Person | Organization
    likeness: float


def waiting_duplicates(session: Session, limit: int) -> list[Waiting]:
    """The likeliest pairs of people and of organizations, the likeliest first."""
    found = []
    for noun, model in NOUNS.items():
        pairs = session.scalars(pairs_query(noun).order_by(*LIKELIEST_FIRST.by()).limit(limit))
        rows = list(pairs)
        ids = {id_ for pair in rows for id_ in (pair.first_id, pair.second_id)}
        things = {t.id: t for t in session.scalars(select(model).where(model.id.in_(ids)))}
        found += [Waiting(noun, things[p.first_id], things[p.second_id], p.likeness) for p in rows]
    return sorted(found, key=lambda pair: -pair.likeness)[:limit]


def dismiss(session: Session, pair: LikelyDuplicate, by: User) -> None:
    """Say that the two are two, so that they are not offered again."""
    pair.dismissed_at, pair.dismissed_by_id = utcnow(), by.id
    session.flush()


def offer_again(session: Session, pair: LikelyDuplicate) -> None:
    """Take back that the two are two."""
    pair.dismissed_at = pair.dismissed_by_id = None
    session.flush()
