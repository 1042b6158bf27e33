"""What a process keeps because it was used lately, up to a number of bytes."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class BoundedCache(Generic[Key, Value]):
    """Values by key; past `most_bytes`, by what `size_of` says, the least recently used go.

    Safe for threads. A value larger than everything together may be is not kept at all.
    """

    def __init__(self, most_bytes: int, size_of: Callable[[Key, Value], int]) -> None:
        self._most_bytes = most_bytes
        self._size_of = size_of
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._sizes: dict[Key, int] = {}
        self._lock = Lock()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Key) -> Value | None:
        """The value, which counts as used."""
        return self.get_many((key,))[0]

    def get_many(self, keys: Collection[Key]) -> list[Value | None]:
        """The value of each key, None where there is none, at once."""
        with self._lock:
            found = list(map(self._values.get, keys))
            # As long as there is room, which goes first is no question.
            if 2 * self.bytes > self._most_bytes:
                for key, value in zip(keys, found, strict=True):
                    if value is not None:
                        self._values.move_to_end(key)
        return found

    def put(self, key: Key, value: Value) -> None:
        """Keep a value, in place of the one there was."""
        size = self._size_of(key, value)
        with self._lock:
            self._values.pop(key, None)
            self.bytes -= self._sizes.pop(key, 0)
            if size > self._most_bytes:
                return
            self._values[key], self._sizes[key] = value, size
            self.bytes += size
            while self.bytes > self._most_bytes:
                oldest, _value = self._values.popitem(last=False)
                self.bytes -= self._sizes.pop(oldest)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._sizes.clear()
            self.bytes = 0
