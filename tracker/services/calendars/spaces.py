"""Which space an event of another calendar belongs to, as its name says."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Space
from tracker.models.text import fold

# A shorter code is a word of somebody's language, too, unless it is written as a code.
_SHORTEST_ANYHOW = 5


@dataclass(frozen=True)
class NamedSpace:
    """A space with what it is called: its code as written, its names folded."""

    id: int
    code: str
    names: Sequence[str]


class SpaceFinder:
    """Finds codes and names of spaces in the names of events."""

    def __init__(self, spaces: Iterable[NamedSpace]) -> None:
        self._spaces = list(spaces)

    @classmethod
    def of(cls, session: Session) -> "SpaceFinder":
        """One that knows every space."""
        query = select(Space.id, Space.code, Space.name_en, Space.name_es, Space.name_pt)
        return cls(
            NamedSpace(id_, code, [fold(name) for name in names if name])
            for id_, code, *names in session.execute(query)
        )

    def find(self, text: str) -> int | None:
        """The space whose code or name stands in a text, at the boundaries of words.

        The longest counts: `Youth LACIGF` is not LACIGF. None where two are as long.
        """
        folded = f" {fold(text)} "
        found: dict[int, int] = {}
        for space in self._spaces:
            lengths = [len(name) for name in space.names if name and f" {name} " in folded]
            if _names_code(space.code, text, folded):
                lengths.append(len(fold(space.code)))
            if lengths:
                found[space.id] = max(lengths)
        longest = [id_ for id_, length in found.items() if length == max(found.values())]
        return longest[0] if len(longest) == 1 else None


def _names_code(code: str, text: str, folded: str) -> bool:
    plain = fold(code)
    if len(plain) >= _SHORTEST_ANYHOW:
        # Written together with the number as often as not: LACIGF19.
        return re.search(rf" {re.escape(plain)}(?:\d+)? ", folded) is not None
    return re.search(rf"(?<!\w){re.escape(code)}(?:\d+)?(?!\w)", text) is not None
