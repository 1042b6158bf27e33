"""What matching says of individuals, as the columns it is kept in; said anew when others wrote."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, true, update
from sqlalchemy.orm import Session

from tracker.models import Event, ImportBatch, ImportIndividual
from tracker.models.changes import current_revision
from tracker.models.text import fold
from tracker.services.affiliations import organizations_on
from tracker.services.importing.matching import Match, Matcher, Somebody
from tracker.services.importing.organizations import OrganizationIndex
from tracker.services.importing.shown_names import NOTHING, kind_of

CHUNK = 1000
TWINS = "same-name-twice"
Values = dict[str, Any]


def individual_values(
    session: Session,
    batch: ImportBatch,
    matcher: Matcher,
    index: OrganizationIndex,
    said: Sequence[Values],
) -> list[Values]:
    """Whole rows of ImportIndividual from what a file says of each."""
    people = [
        Somebody(one["label"], one.pop("kind"), one["email"], one["stated_organization_id"])
        for one in said
    ]
    matches = matcher.match_all(people)
    that_day = organizations_that_day(session, batch.event, matches)
    return [
        {
            "batch_id": batch.id, **one, "folded": match_key(who)[:200],
            **_found(who, match, one["organization_text"], that_day, index), "answer": None,
            "always": False, "decided_by_id": None, "attendance_id": None,
        }
        for one, who, match in zip(said, people, matches, strict=True)
    ]  # fmt: skip


def organizations_that_day(
    session: Session, event: Event, matches: Sequence[Match]
) -> dict[int, int]:
    """The organization that each matched person represents on the event's first day."""
    ids = {match.person_id for match in matches if match.person_id is not None}
    return organizations_on(session, ids, event.first_day) if ids else {}


def _found(
    who: Somebody,
    match: Match,
    organization_text: str,
    that_day: dict[int, int],
    index: OrganizationIndex,
) -> Values:
    represented = that_day.get(match.person_id or 0) or who.organization_id
    if represented is None and match.match == "new" and who.email:
        represented = index.of_address(who.email)
    return {
        "match": match.match, "reason": match.reason, "candidates": match.candidates,
        "person_id": match.person_id, "organization_id": represented,
        "question": _question(who, match, organization_text),
    }  # fmt: skip


def _question(who: Somebody, match: Match, organization_text: str) -> str | None:
    """What two questions share that are the same question."""
    if match.match != "decision":
        return None
    ids = [candidate["person"] for candidate in match.candidates]
    parts = [match.reason, who.key or who.email, fold(organization_text), *map(str, ids)]
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


def ask_about_twins(session: Session, batch: ImportBatch) -> None:
    """Turn the proposals of two new people of one name into one question: are they one?"""
    news = (ImportIndividual.batch_id == batch.id, ImportIndividual.match == "new")
    open_ = ImportIndividual.answer.is_(None)
    names = session.scalars(
        select(ImportIndividual.folded)
        .where(*news, open_)
        .group_by(ImportIndividual.folded)
        .having(func.count() > 1)
    ).all()
    for name in names:
        question = hashlib.sha256(f"{TWINS}\x1f{name}".encode()).hexdigest()[:32]
        session.execute(
            update(ImportIndividual)
            .where(*news, open_, ImportIndividual.folded == name)
            .values(match="decision", reason=TWINS, question=question)
        )


def rematch(session: Session, batch: ImportBatch, which: ColumnElement[bool] | None = None) -> None:
    """Match anew what nobody has answered or applied, or just those of them that `which` gives."""
    index = OrganizationIndex(session)
    matcher = Matcher(session, batch.event)
    after = 0
    while chunk := session.scalars(
        select(ImportIndividual)
        .where(
            ImportIndividual.batch_id == batch.id,
            ImportIndividual.id > after,
            ImportIndividual.answer.is_(None),
            ImportIndividual.attendance_id.is_(None),
            true() if which is None else which,
        )
        .order_by(ImportIndividual.id)
        .limit(CHUNK)
    ).all():
        after = chunk[-1].id
        _rematch_chunk(session, batch, matcher, index, chunk)
        session.expire_all()
    ask_about_twins(session, batch)
    if which is None:
        batch.revision = current_revision(session)


def _rematch_chunk(
    session: Session,
    batch: ImportBatch,
    matcher: Matcher,
    index: OrganizationIndex,
    chunk: Sequence[ImportIndividual],
) -> None:
    people = [somebody(individual) for individual in chunk]
    matches = matcher.match_all(people)
    that_day = organizations_that_day(session, batch.event, matches)
    columns = ("match", "reason", "candidates", "person_id", "organization_id", "question")
    session.connection().execute(
        update(ImportIndividual.__table__)  # type: ignore[arg-type]
        .where(ImportIndividual.__table__.c.id == bindparam("which"))
        .values({name: bindparam(f"new_{name}") for name in columns}),
        [
            {
                "which": individual.id,
                **{
                    f"new_{name}": value
                    for name, value in _found(
                        who, match, individual.organization_text, that_day, index
                    ).items()
                },
            }
            for individual, who, match in zip(chunk, people, matches, strict=True)
        ],
    )


def somebody(individual: ImportIndividual, label: str | None = None) -> Somebody:
    """A kept individual as matching takes it, under another label if one is given."""
    label = label or individual.label
    kind = NOTHING if label == individual.email else kind_of(label)
    return Somebody(label, kind, individual.email, individual.stated_organization_id)


def match_key(who: Somebody) -> str:
    """Under which an individual is kept: what two spellings of its label share."""
    return who.key or label_key(who.label)


def label_key(label: str) -> str:
    """What two labels share that mean the same device or room; there may be no letter in them."""
    return fold(label) or label
