"""Who held a meeting, as the facts above the table of a report say it."""

import re
from dataclasses import dataclass, field

from tracker.formats.attendees.values import find_address, fold, without_address

_HOST = frozenset(("host", "host name", "anfitrion", "anfitriao", "nombre del anfitrion"))
_ADDRESS = frozenset(
    "host email|correo electronico del anfitrion|email del anfitrion|e mail do anfitriao"
    "|correo del anfitrion".split("|")
)
_SAYS_HOST = re.compile(
    r"\s*\((?:(?:co-?)?host|(?:co-?)?anfitri(?:[oó]n|ona|[aã]o)|organizador|organizer)(?:,[^()]*)?\)\s*$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Hosts:
    """The hosts of a file, by address or by the folded words of the name."""

    addresses: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    _places: list[int] = field(default_factory=list)

    def look(self, cells: list[str]) -> None:
        """Take in a line above the table: titles of facts, or the facts under them."""
        for place in self._places:
            if place < len(cells) and cells[place]:
                self._take(cells[place])
        titles = [fold(cell) if len(cell) < 60 else "" for cell in cells]
        self._places = [i for i, title in enumerate(titles) if title in _HOST | _ADDRESS]

    def stop(self) -> None:
        """The table begins: what is under it are no facts."""
        self._places = []

    def _take(self, cell: str) -> None:
        if address := find_address(cell):
            self.addresses.add(address)
        elif name := name_words(without_address(cell)):
            self.names.add(name)

    def include(self, name: str, email: str) -> bool:
        """Whether somebody is a host: by address, by name where no address is known."""
        if email and email in self.addresses:
            return True
        return bool(self.names) and not self.addresses and name_words(name) in self.names


def name_words(name: str) -> str:
    """The folded words of a name in alphabetical order, without what stands in parentheses."""
    return " ".join(sorted(fold(re.sub(r"\([^()]*\)", " ", name)).split()))


def split_host_mark(name: str) -> tuple[str, bool]:
    """A name without the "(Host)" behind it, and whether that was there."""
    bare, marks = _SAYS_HOST.subn("", name) if name.endswith(")") else (name, 0)
    return bare or name, marks > 0
