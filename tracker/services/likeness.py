"""How alike two names are, and who is alike among many: what proposes, and never decides.

Names are compared by their key (tracker.models.text.name_key): folded, without titles, words in
alphabetical order. The rules are those that staff apply by eye: the same words; all words of one
in the other, where an initial stands for a word; a letter or two apart; two words shared and the
rest a letter apart. Calibrated on tests/attendee_files: everybody else there stays below 0.70.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from rapidfuzz.fuzz import ratio

from tracker.models.text import PARTICLES

ALIKE = 0.88
WORDS_ALIKE = 0.8
# Everything that is found is shown to a person, who reads no more than these.
MOST = 5
# Words so short are alike only if they are the same.
SHORTEST_ALIKE = 4


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, from 0 to 1, and by which rule."""

    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody of an index whose name is alike."""

    id: int
    score: float
    reason: str


def likeness(one: str, other: str) -> Likeness | None:
    """How alike two name keys are, or None where nobody would take one for the other."""
    if one == other:
        return Likeness(1.0, "same-name") if one else None
    words, others = one.split(), other.split()
    if min(len(words), len(others)) < 2:
        return None
    score = max(
        _contained(words, others), _spelled_alike(one, other), _shared_and_alike(words, others)
    )
    return Likeness(round(score, 3), "similar-name") if score else None


def _spelled_alike(one: str, other: str) -> float:
    score = ratio(one, other, score_cutoff=ALIKE * 100) / 100
    return min(score, 0.99)


def _contained(words: list[str], others: list[str]) -> float:
    """All words of the shorter name are in the longer; an initial stands for a word."""
    shorter, longer = sorted((words, others), key=len)
    rest = list(longer)
    whole = 0
    for word in sorted(shorter, key=len, reverse=True):
        found = next((w for w in rest if w == word), None)
        if found is None:
            found = next((w for w in rest if _initial(w, word)), None)
        elif len(word) > 1 and word not in PARTICLES:
            whole += 1
        if found is None:
            return 0
        rest.remove(found)
    meant = [word for word in shorter if word not in PARTICLES]
    if not whole or len(meant) < 2:
        return 0
    return 0.98 - 0.03 * len(rest) - 0.02 * (len(meant) - whole)


def _initial(one: str, other: str) -> bool:
    return one[0] == other[0] and 1 in (len(one), len(other))


def _shared_and_alike(words: list[str], others: list[str]) -> float:
    """Two words at least are shared, and each other word of the shorter name has one like it."""
    shared = set(words) & set(others)
    if len(shared - PARTICLES) < 2:
        return 0
    shorter, longer = sorted(
        ([w for w in ws if w not in shared] for ws in (words, others)), key=len
    )
    scores = []
    for word in shorter:
        best = max(longer, key=lambda other: ratio(word, other))
        scores.append(ratio(word, best) / 100)
        longer.remove(best)
    if not scores or min(scores) < WORDS_ALIKE:
        return 0
    return (len(shared) + sum(scores)) / (len(shared) + len(scores) + len(longer) * 0.25)


def _lacking_a_letter(word: str) -> Iterator[str]:
    yield word
    if len(word) >= SHORTEST_ALIKE:
        for position in range(len(word)):
            yield word[:position] + word[position + 1 :]


class NameIndex:
    """Names by what they share, so that a name is compared with few of 50,000.

    Two names are compared where two of their words (or a word and an initial) are the same or a
    letter apart; no two names that `likeness` calls alike share less, but for words run together.
    """

    def __init__(self, names: Iterable[tuple[int, str]] = ()) -> None:
        self._ids: dict[str, list[int]] = {}
        self._keys: list[str] = []
        self._named: dict[str, list[int]] = defaultdict(list)
        self._near: dict[str, list[str]] = defaultdict(list)
        self._like = lru_cache(maxsize=4096)(self._find_like)
        for id_, key in names:
            self.add(id_, key)

    def add(self, id_: int, key: str) -> None:
        """Add a name key; somebody may have several."""
        if not key:
            return
        if key in self._ids:
            self._ids[key].append(id_)
            return
        self._ids[key] = [id_]
        self._like.cache_clear()
        number = len(self._keys)
        self._keys.append(key)
        for word in set(key.split()):
            if word not in self._named:
                for form in _lacking_a_letter(word):
                    self._near[form].append(word)
            self._named[word].append(number)

    def same(self, key: str) -> list[int]:
        """Whose name key it is."""
        return list(dict.fromkeys(self._ids.get(key, ())))

    def alike(self, key: str, most: int = MOST) -> list[Alike]:
        """Who is called alike or the same, the likeliest first, ties in the order they came."""
        found: dict[int, Alike] = {}
        for number in self._compared_with(key):
            other = self._keys[number]
            how = likeness(key, other)
            if how is None:
                continue
            for id_ in self._ids[other]:
                if id_ not in found or found[id_].score < how.score:
                    found[id_] = Alike(id_, how.score, how.reason)
        return sorted(found.values(), key=lambda a: (-a.score, a.id))[:most]

    def _compared_with(self, key: str) -> set[int]:
        words = [word for word in dict.fromkeys(key.split()) if word not in PARTICLES]
        like = sorted((self._like(word) for word in words if len(word) > 1), key=len)
        if len(words) > len(like) and len(like) == 1:
            return set(like[0])
        compared: set[int] = set()
        for fewer, more in combinations(like, 2):
            compared |= fewer & more
        return compared

    def _find_like(self, word: str) -> frozenset[int]:
        """The names with this word, one that is a letter apart, or its initial."""
        words = {near for form in _lacking_a_letter(word) for near in self._near.get(form, ())}
        return frozenset().union(*(self._named.get(near, ()) for near in (*words, word[0])))
