"""How many people have each key, added up all keys of a person at a time.

The keys that a person has are the bits of one integer. The counts lie across such integers: the
lowest binary digits of all of them in the first, the next higher ones in the second.
"""

from collections.abc import Iterable
from typing import Any

# The name of a dimension, and a key there.
Key = tuple[str, Any]


class KeyBits(dict[Key, int]):
    """A bit of its own for each key, from the lowest on, in the order they were first met."""

    def of(self, keys: Iterable[Key]) -> int:
        """The bits of some keys together."""
        bits = 0
        for key in keys:
            bits |= 1 << self.setdefault(key, len(self))
        return bits


class BitCounts:
    """How often each bit was set in the integers that were added."""

    def __init__(self) -> None:
        self._digits: list[int] = []

    def add(self, bits: int) -> None:
        """Count one more for each bit that is set: an addition with carry, of all counts at once."""
        digits, place = self._digits, 0
        while bits:
            if place == len(digits):
                digits.append(bits)
                return
            here = digits[place]
            digits[place] = here ^ bits
            bits &= here
            place += 1

    def counts(self, size: int) -> list[int]:
        """The counts of the lowest `size` bits."""
        counts = [0] * size
        for place, digits in enumerate(self._digits):
            one = 1 << place
            for bit, digit in enumerate(bin(digits)[:1:-1]):
                if digit == "1":
                    counts[bit] += one
        return counts
