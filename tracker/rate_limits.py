"""How often somebody may ask, counted in the memory of this process."""

import math
import time
from collections import Counter
from threading import Lock


class RateLimit:
    """At most `most` askings of each key in a window of `seconds`; the windows of all are one.

    Each worker counts for itself, so all together let as many times more through as there are
    workers: good enough against haste and guessing, not where every try matters (those of signing
    in are counted in the database).
    """

    def __init__(self, most: int, seconds: int = 60) -> None:
        self.most = most
        self.seconds = seconds
        self._ends = 0.0
        self._asked: Counter[object] = Counter()
        self._lock = Lock()

    def wait(self, key: object) -> int:
        """Count one more asking; the whole seconds until it is welcome, 0 where it is now."""
        now = time.monotonic()
        with self._lock:
            if now >= self._ends:
                self.forget()
                self._ends = now + self.seconds
            self._asked[key] += 1
            if self._asked[key] <= self.most:
                return 0
            return max(1, math.ceil(self._ends - now))

    def forget(self) -> None:
        """Begin anew with everybody."""
        self._asked.clear()
