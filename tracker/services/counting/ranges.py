"""How many took part, as a range: the arithmetic of DESIGN 3, rules 11 to 15, on plain values.

SQL feeds it (`counting_participants`); nothing here knows a database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Range:
    """At least and at most so many; without an upper end `at_most` is None."""

    at_least: int
    at_most: int | None
    approximate: bool = False


@dataclass(frozen=True)
class Figure:
    """A published number of participants, with its qualifier: exact, at-least or about."""

    value: int
    qualifier: str = "exact"

    def range(self) -> Range:
        """The range that one figure leaves."""
        upper = None if self.qualifier == "at-least" else self.value
        return Range(self.value, upper, self.qualifier == "about")


@dataclass(frozen=True)
class EventFigures:
    """What is known of one event of a set.

    `identified` counts the distinct persons at the event and at everything of the set that lies
    inside it; `covered` says that the event itself lies inside another of the set that has a
    headcount.
    """

    identified: int = 0
    unidentified: int = 0
    headcount: Range | None = None
    covered: bool = False

    @property
    def known(self) -> bool:
        """Whether anything says how many came."""
        return bool(self.identified or self.unidentified or self.headcount)

    def unnamed(self) -> int | None:
        """The part of the event's upper end that has no name; None where there is no upper end."""
        if self.headcount is None:
            return self.unidentified
        if self.headcount.at_most is None:
            return None
        return max(self.unidentified, self.headcount.at_most - self.identified)


def headcount_of(figures: Mapping[str, Figure], mode: str) -> Range | None:
    """The headcount of an event of a mode, from its participants figures by mode (rule 11)."""
    if "all" in figures:
        return figures["all"].range()
    ranges = [figures[name].range() for name in ("in-person", "online") if name in figures]
    if not ranges:
        return None
    approximate = any(each.approximate for each in ranges)
    lower = max(each.at_least for each in ranges)
    if len(ranges) == 1 and mode not in figures:
        # Those who came the other way are not known.
        return Range(lower, None, approximate)
    return Range(lower, _sum(each.at_most for each in ranges), approximate)


def participants_of(people: int, events: Iterable[EventFigures]) -> Range | None:
    """How many took part in a set of events where `people` distinct persons are known.

    Rules 12 to 14: None where nothing at all is known. One event is a set of one.
    """
    known = [event for event in events if event.known]
    if not known and not people:
        return None
    outer = [event for event in known if not event.covered]
    headcounts = [event.headcount for event in known if event.headcount is not None]
    at_least = max([people, *(each.at_least for each in headcounts)])
    unnamed = _sum(event.unnamed() for event in outer)
    return Range(
        at_least,
        None if unnamed is None else max(at_least, people + unnamed),
        any(event.headcount is not None and event.headcount.approximate for event in outer),
    )


def own_participants(people: int, unidentified: int) -> Range | None:
    """How many an organization sent itself (rule 15)."""
    return Range(people, people + unidentified) if people or unidentified else None


def hours(minutes: int | None, attendances: int) -> float | None:
    """Known minutes as hours, one decimal, half up (rule 10).

    None where somebody came and nobody's minutes are known: not known is not zero.
    """
    if minutes is None:
        return None if attendances else 0.0
    return float((Decimal(minutes) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _sum(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total
