"""The one service behind every number: which events and attendances count, and by what.

`sets` says which they are, `passes` counts them in one reading by the `dimensions` that are asked
for, `ranges` has the arithmetic of how many took part, `rows` gives the lists behind a number.
"""

from tracker.services.counting.ranges import Range

__all__ = ["Range"]
