"""Which people may be the same: alike names, other spellings, addresses before the @."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Affiliation, Person, PersonAlias, PersonEmail
from tracker.services.likeness import NameIndex

# What is below is not worth anybody's look.
LEAST = 0.5
# So many that look like one are compared with it: of those after them nobody would read.
MOST = 6
NAMESAKES = 2
# Below so many names nothing can be called common.
_FEW = 50
_SAME_NAME, _ALIAS, _SINGLE_WORD, _ADDRESS = 0.9, 0.86, 0.6, 0.6
_BONUS = {"address": 0.06, "organization": 0.04}
_OTHER_COUNTRY = 0.15
# Mailboxes of a function, which tell nothing about who writes from them.
_SHARED = frozenset(
    "info contact contacto contato admin office oficina mail correo secretaria secretariat "
    "presidencia direccion prensa press support soporte eventos events hello hola me no-reply".split()
)
_SHORTEST_ADDRESS = 4
_MOST_SHARING = 5


@dataclass
class Found:
    """Why two records may be one, and how likely that is, from 0 to 1."""

    likeness: float = 0.0
    reasons: list[str] = field(default_factory=list)

    def add(self, reason: str, likeness: float) -> None:
        """One more reason; the strongest counts, the others a little more."""
        if reason not in self.reasons:
            self.reasons.append(reason)
            self.likeness = max(self.likeness, likeness)


Pairs = dict[tuple[int, int], Found]


def pair_of(one: int, other: int) -> tuple[int, int]:
    """Two ids as pairs are stored: the lower one first."""
    return (one, other) if one < other else (other, one)


def alike_people(session: Session, changed: Collection[int] | None) -> Pairs:
    """The pairs of which one at least is among the changed ones (all, if None)."""
    people = {
        id_: (key, country)
        for id_, key, country in session.execute(
            select(Person.id, Person.name_key, Person.country).where(Person.erased_at.is_(None))
        )
    }
    wanted = set(people) if changed is None else set(changed) & set(people)
    pairs: Pairs = defaultdict(Found)
    if not wanted:
        return pairs
    _by_name(session, people, wanted, pairs)
    _by_address(session, people, wanted, pairs)
    _by_organization(session, pairs)
    return _rated(people, pairs)


def _by_name(
    session: Session,
    people: dict[int, tuple[str, str | None]],
    wanted: set[int],
    pairs: Pairs,
) -> None:
    spellings = [(id_, key, False) for id_, (key, _country) in people.items()]
    aliases = session.execute(select(PersonAlias.person_id, PersonAlias.name_key))
    spellings += [(id_, key, True) for id_, key in aliases if id_ in people]
    common = _common_words(key for _id, key, _alias in spellings)
    called: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for id_, key, alias in spellings:
        if telling := " ".join(word for word in key.split() if word not in common):
            called[telling].append((id_, alias))
    keys = list(called)
    index = NameIndex((number, key) for number, key in enumerate(keys))
    for key, named in called.items():
        asked = [(id_, alias) for id_, alias in named if id_ in wanted]
        for (one, alias), (other, other_alias) in product(asked, named[:MOST]):
            if one != other:
                _add_same(pairs[pair_of(one, other)], key, alias or other_alias)
        for alike in index.alike(key, MOST) if asked else ():
            for (one, _alias), (other, _other) in product(
                asked, called[keys[alike.id]][:NAMESAKES]
            ):
                if one != other and alike.reason == "similar-name":
                    pairs[pair_of(one, other)].add("similar-name", _rate(alike.score))


def _common_words(keys: Iterable[str]) -> set[str]:
    """Words of so many names that they tell nobody from anybody, such as a mark of all of them."""
    counts: Counter[str] = Counter()
    number = 0
    for number, key in enumerate(keys, 1):  # noqa: B007 - the last one is their number
        counts.update(set(key.split()))
    most = max(_FEW, number // 4)
    return {word for word, count in counts.items() if count > most}


def _add_same(found: Found, key: str, alias: bool) -> None:
    if " " not in key:
        found.add("same-name" if not alias else "alias", _SINGLE_WORD)
    elif alias:
        found.add("alias", _ALIAS)
    else:
        found.add("same-name", _SAME_NAME)


def _rate(score: float) -> float:
    """What 0.8 to 1 of likeness between two names says about the two people: 0.5 to 0.84."""
    return 0.5 + 0.34 * max(0.0, score - 0.8) / 0.2


def _by_address(
    session: Session,
    people: dict[int, tuple[str, str | None]],
    wanted: set[int],
    pairs: Pairs,
) -> None:
    owners: dict[str, set[int]] = defaultdict(set)
    for id_, address in session.execute(select(PersonEmail.person_id, PersonEmail.address)):
        local = address.partition("@")[0].partition("+")[0]
        if len(local) >= _SHORTEST_ADDRESS and local not in _SHARED and id_ in people:
            owners[local].add(id_)
    for ids in owners.values():
        if not 1 < len(ids) <= _MOST_SHARING:
            continue
        for one, other in _two_of(ids, wanted):
            if (one, other) in pairs or _share_a_word(people[one][0], people[other][0]):
                pairs[one, other].add("address", _ADDRESS)


def _two_of(ids: set[int], wanted: set[int]) -> Iterator[tuple[int, int]]:
    ordered = sorted(ids)
    for position, one in enumerate(ordered):
        for other in ordered[position + 1 :]:
            if one in wanted or other in wanted:
                yield one, other


def _share_a_word(one: str, other: str) -> bool:
    return any(len(word) > 1 for word in set(one.split()) & set(other.split()))


def _by_organization(session: Session, pairs: Pairs) -> None:
    ids = {id_ for pair in pairs for id_ in pair}
    worked: dict[int, set[int]] = defaultdict(set)
    for person, organization in session.execute(
        select(Affiliation.person_id, Affiliation.organization_id)
    ):
        if person in ids:
            worked[person].add(organization)
    for (one, other), found in pairs.items():
        if worked[one] & worked[other]:
            found.add("organization", 0)


def _rated(people: dict[int, tuple[str, str | None]], pairs: Pairs) -> Pairs:
    for (one, other), found in pairs.items():
        bonus = sum(_BONUS.get(reason, 0) for reason in found.reasons)
        countries = {people[one][1], people[other][1]} - {None}
        if len(countries) > 1:
            found.reasons.append("other-country")
            bonus -= _OTHER_COUNTRY
        found.likeness = round(min(0.99, found.likeness + bonus), 3)
    return likeliest({pair: found for pair, found in pairs.items() if found.likeness >= LEAST})


def likeliest(pairs: Pairs) -> Pairs:
    """The pairs that are among the likeliest of both; the others turn up once these are settled."""
    best: Counter[int] = Counter()
    kept = {}
    for pair, found in sorted(pairs.items(), key=lambda item: (-item[1].likeness, item[0])):
        if all(best[id_] < MOST for id_ in pair):
            kept[pair] = found
            best.update(pair)
    return kept
