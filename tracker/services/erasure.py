"""Erasing a person: nothing personal is left, and no number changes.

What they attended stays, with the organization, country and stakeholder group that it froze,
behind an anonymous record that keeps its id.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.models import (
    Attendance,
    Contribution,
    Engagement,
    Event,
    FollowUp,
    LikelyDuplicate,
    OldSlug,
    Outcome,
    Person,
    User,
)
from tracker.models.base import utcnow
from tracker.models.changes import attribute_bulk, record_items
from tracker.models.text import name_key
from tracker.services.erasing_imports import (
    NOBODY,
    Traces,
    count_import_rows,
    forget_in_imports,
    traces_of,
)
from tracker.services.people import new_key
from tracker.services.private_feeds import revoke_of_person
from tracker.services.redaction import count_in_log, merged_into, redact_log
from tracker.services.visibility import visible_to

ACTION = "person.erase"
MOST_MENTIONS = 10


@dataclass(frozen=True)
class Erasure:
    """What erasing a person takes away, and what it leaves, in numbers."""

    emails: int
    aliases: int
    affiliations: int
    log_entries: int
    import_rows: int
    attendances: int
    engagements: int
    contributions: int
    follow_ups: int
    accounts: list[User]
    mentions: list[Event]


def preview_erasure(session: Session, person: Person, user: User) -> Erasure:
    """What erasing a person would do; `mentions` are events whose texts hold the name."""

    def count(column: Any) -> int:
        return session.scalar(select(func.count()).where(column == person.id)) or 0

    merged = merged_into(session, person.id)
    return Erasure(
        emails=len(person.emails),
        aliases=len(person.aliases),
        affiliations=len(person.affiliations),
        log_entries=count_in_log(session, {person.id, *merged}),
        import_rows=count_import_rows(session, traces_of(session, person, merged)),
        attendances=count(Attendance.person_id),
        engagements=count(Engagement.person_id),
        contributions=count(Contribution.person_id),
        follow_ups=count(FollowUp.owner_person_id),
        accounts=list(session.scalars(select(User).where(User.person_id == person.id))),
        mentions=_mentions(session, person.name, user),
    )


def _mentions(session: Session, name: str, user: User) -> list[Event]:
    texts = (
        (Outcome.event_id, Outcome.text), (FollowUp.event_id, FollowUp.what),
        (Contribution.event_id, Contribution.title), (Contribution.event_id, Contribution.notes),
    )  # fmt: skip
    found = or_(
        *(column.icontains(name, autoescape=True) for column in (Event.description, Event.notes)),
        *(
            Event.id.in_(select(event).where(column.icontains(name, autoescape=True)))
            for event, column in texts
        ),
    )
    query = select(Event).where(visible_to(user), found).order_by(Event.starts_at.desc(), Event.id)
    return list(session.scalars(query.limit(MOST_MENTIONS)))


def erase_person(session: Session, person: Person, *, by: User) -> None:
    """Erase a person for good; raises Conflict where that was done already.

    It is one Change that holds no personal value. Earlier ones keep that there were values, and
    cannot be set back to them.
    """
    if person.erased_at is not None:
        raise Conflict(_("This person has been erased already."))
    attribute_bulk(session, ACTION, by)
    traces = traces_of(session, person, merged_into(session, person.id))
    labeled = _labeled(session, traces)
    redact_log(session, traces.people, labeled)
    forget_in_imports(session, traces, by)
    _rename_labels(session, labeled)
    session.execute(update(Attendance).where(Attendance.person_id == person.id).values(notes=None))
    _take_out_of_others(session, person)
    _make_anonymous(session, person)
    session.flush()
    record_items(session, [_erased(person)])
    session.expire_all()


def _labeled(session: Session, traces: Traces) -> list[int]:
    """The attendances without person that have the person's name or address for a label."""
    query = select(Attendance.id, Attendance.label).where(Attendance.person_id.is_(None))
    rows = session.execute(query.execution_options(yield_per=1000))
    return [id_ for id_, label in rows if traces.named_by(label or "")]


def _rename_labels(session: Session, ids: list[int]) -> None:
    for attendance in session.scalars(select(Attendance).where(Attendance.id.in_(ids))):
        taken = set(
            session.scalars(
                select(Attendance.label).where(Attendance.event_id == attendance.event_id)
            )
        )
        attendance.label = _free(NOBODY, taken, 200)
        session.flush()


def _free(text: str, taken: set[Any], longest: int) -> str:
    """The text, with a number behind it where it is taken."""
    found, number = text, 1
    while found in taken:
        number += 1
        found = f"{text[: longest - 8]} ({number})"
    return found


def _take_out_of_others(session: Session, person: Person) -> None:
    for contribution in session.scalars(
        select(Contribution).where(Contribution.person_id == person.id)
    ):
        contribution.title = _free(contribution.title, _titles(session, contribution), 300)
        contribution.person_id = None
        session.flush()
    for engagement in session.scalars(select(Engagement).where(Engagement.person_id == person.id)):
        _take_out_of_engagement(session, engagement)
    revoke_of_person(session, person)
    for model, column in ((FollowUp, "owner_person_id"), (User, "person_id")):
        session.execute(
            update(model).where(getattr(model, column) == person.id).values({column: None})
        )
    session.execute(
        delete(LikelyDuplicate).where(
            LikelyDuplicate.noun == "people",
            or_(LikelyDuplicate.first_id == person.id, LikelyDuplicate.second_id == person.id),
        )
    )
    # An old key is made of a name; the addresses of records that were merged in are numbers.
    session.execute(
        delete(OldSlug).where(
            OldSlug.noun == "people",
            OldSlug.target_id == person.id,
            OldSlug.slug.not_like("id:%"),
        )
    )


def _titles(session: Session, contribution: Contribution) -> set[str]:
    """The titles that the same contribution has without a person: they must stay two."""
    return set(
        session.scalars(
            select(Contribution.title).where(
                Contribution.event_id == contribution.event_id
                if contribution.event_id is not None
                else Contribution.space_id == contribution.space_id,
                Contribution.organization_id == contribution.organization_id,
                Contribution.kind == contribution.kind,
                Contribution.person_id.is_(None),
            )
        )
    )


def _take_out_of_engagement(session: Session, engagement: Engagement) -> None:
    """The organization stays engaged; what is recorded without anybody is not recorded twice."""
    twin = session.scalar(
        select(Engagement).where(
            Engagement.organization_id == engagement.organization_id,
            Engagement.space_id == engagement.space_id,
            Engagement.role == engagement.role,
            Engagement.detail == engagement.detail,
            Engagement.from_date == engagement.from_date,
            Engagement.person_id.is_(None),
        )
    )
    if twin is None:
        engagement.person_id = None
    else:
        ends = (twin.to_date, engagement.to_date)
        twin.to_date = max(filter(None, ends)) if all(ends) else None
        session.delete(engagement)
    session.flush()


def _make_anonymous(session: Session, person: Person) -> None:
    key = new_key(session, f"erased-{person.id}")
    person.emails, person.aliases, person.affiliations = [], [], []
    person.key, person.name, person.erased_at = key, NOBODY, utcnow()
    for name in ("country", "gender", "source", "confidence", "notes"):
        setattr(person, name, None)


def _erased(person: Person) -> dict[str, Any]:
    assert person.erased_at is not None
    return {
        "table_name": Person.__tablename__, "row_id": person.id, "operation": "update",
        "subject_table": Person.__tablename__, "subject_id": person.id,
        "before": {"erased_at": None}, "after": {"erased_at": person.erased_at.isoformat()},
    }  # fmt: skip


def is_anonymous(key: str, name: str) -> bool:
    """Whether a row of people.csv is that of an erased person."""
    return name == NOBODY and key.startswith("erased-") and not name_key(name)
