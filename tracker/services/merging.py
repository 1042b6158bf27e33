"""Making one record of two that mean the same person or organization (DESIGN 3.8)."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access import MANAGE_USERS, has_permission
from tracker.errors import Conflict, Forbidden
from tracker.models import (
    Alias,
    Attendance,
    Base,
    Event,
    ImportIndividual,
    OldSlug,
    Organization,
    Person,
    PersonAlias,
    User,
)
from tracker.models.changes import attribute, record_items
from tracker.models.text import fold, slugify
from tracker.models.vocabulary import LANGUAGES
from tracker.services.merging_fields import merged_values
from tracker.services.merging_references import (
    Reference,
    combined,
    count_moving,
    moving,
    references_to,
    twins_query,
)
from tracker.services.versions import touch

LONGEST_PERSON_ALIAS = 200
LONGEST_ALIAS = 300


def merge_people(
    session: Session, keep: Person, other: Person, choices: Mapping[str, str], by: User
) -> Person:
    """Move all that is known of `other` to `keep`, and let its address lead there.

    `choices` says by field whether the kept one's, the other's or both values stay. Raises
    Conflict where a record cannot be merged.
    """
    if keep.erased_at is not None or other.erased_at is not None:
        raise Conflict(_("Somebody who was erased cannot be merged."))
    _refuse_itself(keep, other)
    attribute(session, "person.merge", by=by)
    values = merged_values(keep, other, choices)
    names = [keep.name, other.name]
    _move_all(session, keep, other)
    _leave_addresses(session, keep, other, [address_of(other.id), slugify(other.key)])
    _write(session, keep, values)
    _remove(session, other)
    _keep_names(session, keep, names)
    _settle(session, keep)
    return keep


def merge_organizations(
    session: Session,
    keep: Organization,
    other: Organization,
    choices: Mapping[str, str],
    by: User,
) -> Organization:
    """Move all that is known of `other` to `keep`, and let its address lead there.

    Attendances keep the country and the stakeholder group of their day. Raises Conflict where
    one would come above itself, Forbidden where accounts would gain rights by it and `by` does
    not manage accounts.
    """
    _refuse_itself(keep, other)
    if changes_rights(session, other) and not has_permission(by, MANAGE_USERS):
        raise Forbidden(
            _(
                "Accounts, or events that only members see, would go to another organization: an administrator can do that."
            )
        )
    values = merged_values(keep, other, choices)
    for column in ("parent_id", "successor_id"):
        _refuse_circle(session, keep, other, column, values.get(column, getattr(keep, column)))
    attribute(session, "organization.merge", by=by)
    names = [*_names(keep), *_names(other)]
    _move_all(session, keep, other)
    _leave_addresses(session, keep, other, [other.slug])
    _write(session, keep, values)
    _remove(session, other)
    _keep_spellings(session, keep, names)
    _settle(session, keep)
    return keep


def address_of(person_id: int) -> str:
    """How the address that a merged person had is kept: like no slug, since keys may be digits."""
    return f"id:{person_id}"


def moved_to(session: Session, person_id: int) -> int | None:
    """The id of the person that the one of this id was merged into."""
    return session.scalar(
        select(OldSlug.target_id).where(
            OldSlug.noun == Person.__tablename__, OldSlug.slug == address_of(person_id)
        )
    )


def merge_stamp(session: Session, one: Base, two: Base) -> str:
    """What an editor saw of two records: another digest once either was written meanwhile."""
    seen: list[object] = []
    for record, beside in sorted(((one, two), (two, one)), key=lambda pair: pair[0].id):
        seen += [record.id, getattr(record, "version", 0)]
        if isinstance(record, Person | Organization):
            seen += [count_moving(session, r, beside, record) for r in references_to(record)]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def changes_rights(session: Session, other: Organization) -> bool:
    """Whether merging changes what accounts may see and write.

    It does where accounts move along, or events that only the members of its owner see.
    """
    accounts = select(User.id).where(User.organization_id == other.id)
    hidden = select(Event.id).where(Event.owner_id == other.id, Event.visibility == "organization")
    return any(session.scalar(query.limit(1)) is not None for query in (accounts, hidden))


def _refuse_itself(keep: Base, other: Base) -> None:
    if keep.id == other.id:
        raise Conflict(_("That is the same record."))


def _refuse_circle(
    session: Session, keep: Organization, other: Organization, column: str, target: int | None
) -> None:
    seen: set[int] = set()
    while target is not None and target not in seen:
        if target in (keep.id, other.id):
            raise Conflict(
                _("%(name)s would come above itself that way.", name=keep.acronym), column
            )
        seen.add(target)
        target = session.scalar(
            select(getattr(Organization, column)).where(Organization.id == target)
        )


def _move_all(session: Session, keep: Base, other: Base) -> None:
    assert isinstance(keep, Person | Organization)
    for reference in references_to(keep):
        if reference.key:
            _unite(session, reference, keep, other)
        _move(session, reference, keep, other)


def _unite(session: Session, reference: Reference, keep: Base, other: Base) -> None:
    """Make one row of each two that say the same of both records."""
    pairs = session.execute(twins_query(reference, keep, other)).all()
    if reference.model is Attendance:
        _move_imports(session, {two.id: one.id for one, two in pairs})
    for one, two in pairs:
        for name, value in combined(reference, one, two).items():
            setattr(one, name, value)
        session.delete(two)
    session.flush()


def _move_imports(session: Session, attendances: Mapping[int, int]) -> None:
    """Let the rows of attendee files lead to the attendance that stays."""
    individuals = session.scalars(
        select(ImportIndividual).where(ImportIndividual.attendance_id.in_(attendances))
    ).all()
    _set(session, individuals, "attendance_id", lambda row: attendances[row.attendance_id])


def _move(session: Session, reference: Reference, keep: Base, other: Base) -> None:
    rows = session.scalars(select(reference.model).where(moving(reference, keep, other))).all()
    _set(session, rows, reference.column, lambda _row: keep.id)


def _set(
    session: Session, rows: Iterable[Base], column: str, value_of: Callable[[Any], int]
) -> None:
    """Write a column of rows; of those that the log leaves out it is told here, to be undone."""
    items = []
    for row in rows:
        before, after = getattr(row, column), value_of(row)
        setattr(row, column, after)
        if not row.logged:
            items.append(
                {
                    "table_name": row.__tablename__, "row_id": row.id, "operation": "update",
                    "subject_table": row.__tablename__, "subject_id": row.id,
                    "before": {column: before}, "after": {column: after},
                }
            )  # fmt: skip
    session.flush()
    record_items(session, items)


def _leave_addresses(session: Session, keep: Base, other: Base, slugs: list[str]) -> None:
    noun = keep.__tablename__
    known = session.scalars(
        select(OldSlug).where(
            OldSlug.noun == noun, (OldSlug.target_id == other.id) | OldSlug.slug.in_(slugs)
        )
    ).all()
    for old in known:
        old.target_id = keep.id
    left = set(slugs) - {old.slug for old in known}
    session.add_all(
        OldSlug(noun=noun, slug=slug, target_id=keep.id) for slug in sorted(left) if slug
    )
    session.flush()


def _remove(session: Session, other: Base) -> None:
    # What it owned has moved: looked for anew, nothing is left to go with it.
    session.expire(other)
    session.delete(other)
    session.flush()


def _write(session: Session, keep: Person | Organization, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        if getattr(keep, name) != value:
            setattr(keep, name, value)
    touch(keep)
    session.flush()


def _keep_names(session: Session, keep: Person, names: Iterable[str]) -> None:
    texts = {name[:LONGEST_PERSON_ALIAS] for name in names if name != keep.name}
    known = session.scalars(select(PersonAlias.text).where(PersonAlias.person_id == keep.id))
    session.add_all(
        PersonAlias(person_id=keep.id, text=text) for text in sorted(texts - set(known))
    )


def _names(organization: Organization) -> list[str]:
    names = (getattr(organization, f"name_{code}") for code in LANGUAGES)
    return [organization.acronym, *filter(None, names)]


def _keep_spellings(session: Session, keep: Organization, names: Iterable[str]) -> None:
    """Make aliases of the names that are none of its own now, unless they are another's alias."""
    own = {fold(name) for name in _names(keep)}
    wanted = {
        fold(name): name
        for name in names
        if fold(name) not in own and len(fold(name)) <= LONGEST_ALIAS
    }
    taken = select(Alias.folded).where(Alias.folded.in_(wanted) | Alias.text.in_(wanted.values()))
    for folded in session.scalars(taken):
        wanted.pop(folded, None)
    session.add_all(Alias(organization_id=keep.id, text=text) for text in wanted.values())


def _settle(session: Session, keep: Base) -> None:
    session.flush()
    session.expire(keep)
