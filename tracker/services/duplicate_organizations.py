"""Which organizations may be the same: names, other spellings, websites, e-mail domains."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from rapidfuzz.fuzz import ratio
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Alias, Organization
from tracker.models.text import fold
from tracker.services.duplicate_people import (
    LEAST,
    Found,
    Pairs,
    likeliest,
    pair_of,
)
from tracker.services.likeness import ALIKE

MOST = 10
_RATES = {"same-name": 0.92, "alias": 0.88, "contained": 0.55, "website": 0.6, "domain": 0.6}
_MORE = 0.06
_OTHER_COUNTRY = 0.15
# Addresses at which everybody can have a page or a mailbox.
_SHARED = frozenset(
    "facebook.com linkedin.com twitter.com x.com instagram.com youtube.com github.com wordpress.com "
    "wixsite.com sites.google.com blogspot.com medium.com gmail.com googlemail.com hotmail.com "
    "outlook.com yahoo.com icloud.com protonmail.com proton.me live.com".split()
)
_MOST_SHARING = 6
_PARTICLES = frozenset("a al and da das de del do dos e el for la las los of para the y".split())
_SHORTEST = 2
# Of 100: “centre” and “center” are alike, “Peru” and “Cuba” are not.
_WORDS_ALIKE = 70
# A name is another with something added, not a word that happens to be in a long one.
_LEAST_SHARE, _LEAST_SHARE_AT_ITS_START = 0.75, 0.5


@dataclass
class _Known:
    country: str | None
    parent: int | None
    successor: int | None
    names: set[str] = field(default_factory=set)
    aliases: set[str] = field(default_factory=set)
    addresses: dict[str, set[str]] = field(default_factory=dict)


def alike_organizations(session: Session, changed: Collection[int] | None) -> Pairs:
    """The pairs of which one at least is among the changed ones (all, if None)."""
    known = _read(session)
    wanted = set(known) if changed is None else set(changed) & set(known)
    pairs: Pairs = defaultdict(Found)
    if wanted:
        _by_spelling(known, wanted, pairs)
        _by_words(known, wanted, pairs)
        _by_address(known, wanted, pairs)
    return _rated(known, pairs)


def _read(session: Session) -> dict[int, _Known]:
    known = {}
    for one in session.execute(
        select(
            Organization.id, Organization.acronym, Organization.name_en, Organization.name_es,
            Organization.name_pt, Organization.website, Organization.email_domains,
            Organization.country, Organization.parent_id, Organization.successor_id,
        )
    ):  # fmt: skip
        names = (one.acronym, one.name_en, one.name_es, one.name_pt)
        known[one.id] = _Known(
            one.country, one.parent_id, one.successor_id, {fold(n) for n in names if n} - {""}
        )
        known[one.id].addresses = {
            "website": {_host(one.website)} - _SHARED - {""},
            "domain": {d.strip().lower() for d in (one.email_domains or "").split(";")}
            - _SHARED - {""},
        }  # fmt: skip
    for id_, folded in session.execute(select(Alias.organization_id, Alias.folded)):
        known[id_].aliases |= {folded} - {""}
    return known


def _host(website: str | None) -> str:
    try:
        return (urlsplit(website or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _by_spelling(known: dict[int, _Known], wanted: set[int], pairs: Pairs) -> None:
    spelled: dict[str, set[int]] = defaultdict(set)
    for id_, one in known.items():
        for text in one.names | one.aliases:
            spelled[text].add(id_)
    for text, ids in spelled.items():
        for first, second in _two_of(ids, wanted):
            named = text in known[first].names and text in known[second].names
            reason = "same-name" if named else "alias"
            pairs[first, second].add(reason, _RATES[reason])


def _two_of(ids: set[int], wanted: set[int]) -> Iterable[tuple[int, int]]:
    for one in ids & wanted:
        for other in sorted(ids)[:MOST]:
            if other != one:
                yield pair_of(one, other)


class _Names:
    """The names and spellings of several words, and which of them have a word."""

    def __init__(self, known: dict[int, _Known]) -> None:
        self.all = [
            (id_, text, _words(text), " ".join(sorted(text.split())))
            for id_, one in known.items()
            for text in one.names | one.aliases
            if " " in text
        ]
        self.having: dict[str, list[int]] = defaultdict(list)
        for number, (_id, _text, words, _key) in enumerate(self.all):
            for word in words:
                self.having[word].append(number)

    def near(self, words: frozenset[str]) -> set[int]:
        """Those that share one of the words that the fewest have.

        Whatever holds a name has its rarest word; what a name holds the most of, or is a few
        letters apart from, has one of its rarer half.
        """
        rarest = sorted(words, key=lambda word: len(self.having[word]))
        return {number for word in rarest[: len(rarest) // 2 + 1] for number in self.having[word]}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split()) - _PARTICLES


def _by_words(known: dict[int, _Known], wanted: set[int], pairs: Pairs) -> None:
    names = _Names(known)
    for id_, text, words, key in names.all:
        if id_ not in wanted:
            continue
        for number in names.near(words):
            other, other_text, other_words, other_key = names.all[number]
            if other == id_ or text == other_text:
                continue
            if words < other_words or other_words < words:
                # With words added it is another chapter or department as often as the same.
                if _is_within(text, words, other_text, other_words):
                    pairs[pair_of(id_, other)].add("contained", _RATES["contained"])
            else:
                score = ratio(key, other_key, score_cutoff=ALIKE * 100) / 100
                if score and _spelled_alike(words - other_words, other_words - words):
                    pairs[pair_of(id_, other)].add("similar-name", _rate(score))


def _is_within(one: str, words: frozenset[str], other: str, other_words: frozenset[str]) -> bool:
    """Whether one name is the other with something added, not words that a long one has too."""
    begins = one.startswith(f"{other} ") or other.startswith(f"{one} ")
    fewer, more = sorted((len(words), len(other_words)))
    least = _LEAST_SHARE_AT_ITS_START if begins else _LEAST_SHARE
    return fewer >= _SHORTEST and fewer / more >= least


def _spelled_alike(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether each word that only one name has is one of the other's, written otherwise."""
    return all(
        any(ratio(one, other) >= _WORDS_ALIKE for other in those)
        for these, those in ((words, others), (others, words))
        for one in these
    )


def _rate(score: float) -> float:
    return 0.5 + 0.3 * max(0.0, score - 0.8) / 0.2


def _by_address(known: dict[int, _Known], wanted: set[int], pairs: Pairs) -> None:
    for reason in ("website", "domain"):
        sharing: dict[str, set[int]] = defaultdict(set)
        for id_, one in known.items():
            for address in one.addresses[reason]:
                sharing[address].add(id_)
        for ids in sharing.values():
            if 1 < len(ids) <= _MOST_SHARING:
                for pair in _two_of(ids, wanted):
                    pairs[pair].add(reason, _RATES[reason])


def _rated(known: dict[int, _Known], pairs: Pairs) -> Pairs:
    kept = {}
    for (one, other), found in pairs.items():
        if _follows_from_relation(known, one, other, found.reasons):
            continue
        likeness = found.likeness + _MORE * (len(found.reasons) - 1)
        countries = {known[one].country, known[other].country} - {None}
        if len(countries) > 1:
            found.reasons.append("other-country")
            likeness -= _OTHER_COUNTRY
        found.likeness = round(min(0.99, likeness), 3)
        if found.likeness >= LEAST:
            kept[one, other] = found
    return likeliest(kept)


def _follows_from_relation(
    known: dict[int, _Known], one: int, other: int, reasons: Collection[str]
) -> bool:
    """Whether they are related, and nothing more than that shows in what they share."""
    if "same-name" in reasons:
        return False
    lines = {id_: _above(known, id_) for id_ in (one, other)}
    siblings = known[one].parent is not None and known[one].parent == known[other].parent
    return siblings or one in lines[other] or other in lines[one]


def _above(known: dict[int, _Known], id_: int) -> set[int]:
    """What an organization is part of or became, at any depth."""
    found: set[int] = set()
    waiting = [id_]
    while waiting:
        one = known.get(waiting.pop())
        for above in (one.parent, one.successor) if one else ():
            if above is not None and above not in found:
                found.add(above)
                waiting.append(above)
    return found
