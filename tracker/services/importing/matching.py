"""Who an individual of a file is: by address, by name and organization, else a question or new.

Rules 5 to 8 of docs/imports.md. Likeness proposes candidates and never matches by itself.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import (
    Affiliation,
    Attendance,
    Event,
    ImportBatch,
    ImportIndividual,
    Person,
    PersonAlias,
    PersonEmail,
)
from tracker.models.text import PARTICLES, name_key
from tracker.services.affiliations import in_force_on
from tracker.services.importing.shown_names import PERSON, SINGLE
from tracker.services.likeness import NameIndex


@dataclass(slots=True)
class Somebody:
    """What matching needs of an individual."""

    label: str
    kind: str
    email: str
    organization_id: int | None
    key: str = field(init=False)
    words: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.key = name_key(self.label) if self.kind in (PERSON, SINGLE) else ""
        self.words = set(self.key.split()) - PARTICLES


@dataclass(slots=True)
class Match:
    """What the rules found: how, whom, or why not and whom somebody may choose from."""

    match: str
    person_id: int | None = None
    reason: str | None = None
    candidates: list[dict[str, Any]] = field(default_factory=list)


class Matcher:
    """Matches individuals of one event against everybody known; made once a batch."""

    def __init__(self, session: Session, event: Event) -> None:
        self._session = session
        self._day = event.first_day or date.today()  # noqa: DTZ011 - any day will do
        self._names = NameIndex()
        # The words of all that somebody is called, with a space between.
        self._called: dict[int, str] = {}
        self._always: dict[str, set[int]] = {}
        people = select(Person.id, Person.name_key).where(Person.erased_at.is_(None))
        for id_, key in session.execute(people.order_by(Person.id)):
            self._names.add(id_, key)
            self._called[id_] = key
        aliases = select(PersonAlias.person_id, PersonAlias.name_key, PersonAlias.always)
        for id_, key, always in session.execute(aliases.order_by(PersonAlias.id)):
            self._names.add(id_, key)
            self._called[id_] = f"{self._called.get(id_, '')} {key}"
            if always:
                self._always.setdefault(key, set()).add(id_)
        self._recorded = _recorded_names(session, event)
        self._known_here = _known_here(session, event)

    def match_all(self, people: Sequence[Somebody]) -> list[Match]:
        """A match for each, in a number of queries that does not depend on how many they are."""
        owners = self._owners({p.email for p in people if p.email})
        alike = [self._names.same(p.key) if p.key else [] for p in people]
        at = self._organizations_of(
            {
                id_
                for p, ids in zip(people, alike, strict=True)
                if p.email not in owners
                for id_ in ids
            }
        )
        return [
            self._match(somebody, owners.get(somebody.email), same, at)
            for somebody, same in zip(people, alike, strict=True)
        ]

    def _match(
        self,
        somebody: Somebody,
        owner: int | None,
        same: list[int],
        at: dict[int, set[int]],
    ) -> Match:
        if owner is not None:
            if not somebody.words or somebody.words.intersection(
                self._called.get(owner, "").split()
            ):
                return Match("email", owner)
            return self._asked(somebody, "shared-email", [owner, *same])
        decided = self._known_here.get((somebody.email, somebody.key)) if somebody.key else None
        if decided is not None:
            return Match("recorded", decided)
        if somebody.kind != PERSON:
            if somebody.email:
                return self._asked(somebody, "no-name", [])
            return Match("unidentified")
        return self._by_name(somebody, same, at)

    def _by_name(self, somebody: Somebody, same: list[int], at: dict[int, set[int]]) -> Match:
        always = self._always.get(somebody.key, set())
        if len(always) == 1 and set(same) == always:
            return Match("alias", same[0])
        there = [id_ for id_ in same if somebody.organization_id in at.get(id_, ())]
        if somebody.organization_id and len(there) == 1:
            return Match("name+organization", there[0])
        # Nobody else of this name is known, and this one was expected here.
        bare = not somebody.email and somebody.organization_id is None
        if bare and len(same) == 1 and same[0] in self._recorded:
            return Match("recorded", same[0])
        if same:
            return self._asked(somebody, "homonyms" if len(same) > 1 else "name-only", same)
        if self._names.alike(somebody.key, most=1):
            return self._asked(somebody, "similar-name", [])
        return Match("new")

    def _asked(self, somebody: Somebody, reason: str, first: Iterable[int]) -> Match:
        """A question, with those to choose from: the certain reasons first, then likeness."""
        alike = {a.id: a.score for a in self._names.alike(somebody.key)} if somebody.key else {}
        ids = dict.fromkeys(first)
        if reason not in ("homonyms", "name-only"):
            ids.update(dict.fromkeys(alike))
        candidates = [{"person": id_, "likeness": alike.get(id_, 0)} for id_ in ids]
        return Match("decision", reason=reason, candidates=candidates)

    def _owners(self, addresses: set[str]) -> dict[str, int]:
        if not addresses:
            return {}
        query = select(PersonEmail.address, PersonEmail.person_id)
        found = self._session.execute(query.where(PersonEmail.address.in_(addresses)))
        return dict(found.all())

    def _organizations_of(self, ids: set[int]) -> dict[int, set[int]]:
        """Where these people work on the event's day."""
        if not ids:
            return {}
        found: dict[int, set[int]] = {}
        query = select(Affiliation.person_id, Affiliation.organization_id).where(
            Affiliation.person_id.in_(ids), in_force_on(self._day)
        )
        for person, organization in self._session.execute(query):
            found.setdefault(person, set()).add(organization)
        return found


def _recorded_names(session: Session, event: Event) -> set[int]:
    """The people recorded at the event already: planned, registered, attended."""
    recorded = session.scalars(select(Attendance.person_id).where(Attendance.event_id == event.id))
    return {person for person in recorded if person is not None}


def _known_here(session: Session, event: Event) -> dict[tuple[str, str], int]:
    """Whom earlier imports of the event took each address and name for: asked once is enough."""
    query = (
        select(ImportIndividual.email, ImportIndividual.folded, Attendance.person_id)
        .join(ImportIndividual.batch)
        .join(ImportIndividual.attendance)
        .where(ImportBatch.event_id == event.id, Attendance.person_id.is_not(None))
    )
    found: dict[tuple[str, str], set[int]] = {}
    for email, key, person in session.execute(query):
        assert person is not None
        found.setdefault((email, key), set()).add(person)
    return {who: people.pop() for who, people in found.items() if len(people) == 1}


def ask_twins(individuals: Sequence[tuple[int, str]]) -> list[int]:
    """The ids among (id, folded name) of those proposed as new whose name another has too."""
    counts = Counter(name for _, name in individuals)
    return [id_ for id_, name in individuals if counts[name] > 1]
