"""A reader who asks for the public report in every scheme and reckons out what is hidden."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tracker.formats.tables import Table
from tracker.services.reports.suppression import Origin, hide_small_cells

SCHEMES = ("icann", "lac", "un")
PATIENCE = 3000
NEWCOMERS = "newcomers_by_region"
# The tables that tell of countries and regions: by which of both, and in which column.
PUBLIC = (
    ("by_country", 0, "people"),
    ("by_region", 1, "people"),
    (NEWCOMERS, 1, "people"),
)
Regions = Mapping[str, Mapping[str, str]]
Figure = tuple[str, str, str]  # table (of a scheme), key, column
Unknown = tuple[str, bool, bool]  # country, intergovernmental, newcomer


def region_of(unknown: Unknown, regions: Mapping[str, str]) -> str:
    country, intergovernmental, _ = unknown
    if intergovernmental:
        return "intergovernmental"
    return "unknown" if country == "unknown" else regions.get(country, "elsewhere")


def tables_of(
    origins: Sequence[Origin],
    regions: Regions,
    scheme: str,
    genders: Mapping[str, int] | None = None,
) -> list[Table]:
    """What staff see of an event where everybody has one attendance and one country."""
    people: dict[str, dict[str, int]] = {"by_country": {}, "by_region": {}}
    first: dict[str, int] = {}
    for each in origins:
        region = region_of((each.country, each.intergovernmental, False), regions[scheme])
        for name, key in (("by_country", each.country), ("by_region", region)):
            people[name][key] = people[name].get(key, 0) + each.people
        first[region] = first.get(region, 0) + each.newcomers
    people |= {"by_gender": dict(genders or {}), "newcomers_by_region": first}
    columns = ("key", "label", "attendances", "people")
    return [
        Table(
            name,
            name,
            columns,
            [(key, key, n + 1 if n else 0, n) for key, n in sorted(own.items())],
        )
        for name, own in people.items()
    ]


def published(
    origins: Sequence[Origin], regions: Regions, genders: Mapping[str, int] | None = None
) -> dict[str, dict[str, Table]]:
    """What the public sees, scheme by scheme."""
    return {
        scheme: {
            table.name: table
            for table in hide_small_cells(
                tables_of(origins, regions, scheme, genders),
                regions,
                scheme=scheme,
                origins=origins,
            )
        }
        for scheme in regions
    }


def hidden_keys(table: Table, column: str = "people") -> set[str]:
    rows = list(table.rows)
    place = list(table.columns).index(column)
    return {str(rows[row][0]) for row, at in table.suppressed if at == place}


@dataclass
class Sums:
    """What is known: sums of unknown counts, each within bounds."""

    unknowns: list[Unknown]
    sums: list[tuple[frozenset[int], int, int]] = field(default_factory=list)
    hidden: dict[Figure, frozenset[int]] = field(default_factory=dict)

    def feasible(self, more: tuple[frozenset[int], int, int], near: Sequence[int]) -> bool:
        """Whether whole numbers fit all sums and one more; those near `near` are tried first.

        After so many tries the reader has no patience left, and knows no more than before.
        """
        most = max(high for _, _, high in self.sums)
        tries = iter(range(PATIENCE))
        return _search([*self.sums, more], [0] * len(near), [most] * len(near), near, tries)


def _narrow(
    sums: Iterable[tuple[frozenset[int], int, int]], low: list[int], high: list[int]
) -> bool:
    changed = True
    while changed:
        changed = False
        for members, least, most in sums:
            lows, highs = sum(low[i] for i in members), sum(high[i] for i in members)
            if lows > most or highs < least:
                return False
            for i in members:
                upper, lower = most - lows + low[i], least - highs + high[i]
                if upper < high[i] or lower > low[i]:
                    highs -= high[i] - min(high[i], upper)
                    lows += max(low[i], lower) - low[i]
                    high[i], low[i] = min(high[i], upper), max(low[i], lower)
                    if low[i] > high[i]:
                        return False
                    changed = True
    return True


def _search(
    sums: list[tuple[frozenset[int], int, int]],
    low: list[int],
    high: list[int],
    near: Sequence[int],
    tries: Iterator[int],
) -> bool:
    if next(tries, None) is None:
        return True
    if not _narrow(sums, low, high):
        return False
    free = [i for i in range(len(low)) if low[i] < high[i]]
    if not free:
        return True
    i = min(free, key=lambda i: high[i] - low[i])
    for value in sorted(range(low[i], high[i] + 1), key=lambda value: abs(value - near[i])):
        lower, upper = list(low), list(high)
        lower[i] = upper[i] = value
        if _search(sums, lower, upper, near, tries):
            return True
    return False


def known_from(
    reports: Mapping[str, Mapping[str, Table]],
    regions: Regions,
    totals: tuple[int, int],
    *,
    intergovernmental: int | None = None,
) -> Sums:
    """What all public tables say together: shown figures exactly, hidden ones are 1 or more."""
    countries = [str(row[0]) for row in next(iter(reports.values()))["by_country"].rows]
    unknowns = [(c, i, n) for c in countries for i in (False, True) for n in (False, True)]
    known = Sums(unknowns)
    people, newcomers = totals
    known.sums.append((frozenset(range(len(unknowns))), people, people))
    first = frozenset(i for i, unknown in enumerate(unknowns) if unknown[2])
    known.sums.append((first, newcomers, newcomers))
    if intergovernmental is not None:
        members = frozenset(i for i, unknown in enumerate(unknowns) if unknown[1])
        known.sums.append((members, intergovernmental, intergovernmental))
    for scheme, tables in reports.items():
        rows_of = [(u[0], region_of(u, regions[scheme])) for u in unknowns]
        listed = {row[0] for row in tables["by_region"].rows}
        nowhere = frozenset(i for i, (_, region) in enumerate(rows_of) if region not in listed)
        known.sums.append((nowhere, 0, 0))
        for name, place, column in PUBLIC:
            table = name if name == "by_country" else f"{name} {scheme}"
            for row in tables[name].rows:
                members = frozenset(
                    i
                    for i, found in enumerate(rows_of)
                    if found[place] == row[0] and (name != NEWCOMERS or unknowns[i][2])
                )
                _add(known, (table, str(row[0]), column), members, row[-1], people)
    return known


def _add(known: Sums, figure: Figure, members: frozenset[int], shown, most: int) -> None:
    if shown is None:
        known.hidden[figure] = members
        known.sums.append((members, 1, most))
    else:
        known.sums.append((members, shown, shown))


def reckoned(known: Sums, origins: Sequence[Origin]) -> Iterator[Figure]:
    """The hidden figures that can only be what they are."""
    truth = {
        (o.country, o.intergovernmental, new): o.newcomers if new else o.people - o.newcomers
        for o in origins
        for new in (False, True)
    }
    near = [truth.get(unknown, 0) for unknown in known.unknowns]
    most = sum(near)
    for figure, members in known.hidden.items():
        value = sum(near[i] for i in members)
        other = ((members, value + 1, most), (members, 1, value - 1))
        if not any(low <= high and known.feasible((m, low, high), near) for m, low, high in other):
            yield figure


def solved(equations: Sequence[tuple[frozenset[int], int]]) -> dict[int, Fraction]:
    """The unknowns that linear equations determine (Gauss and Jordan, exact)."""
    members = sorted(set().union(*(m for m, _ in equations)))
    rows = [[Fraction(i in m) for i in members] + [Fraction(value)] for m, value in equations]
    done = 0
    for column in range(len(members)):
        pivot = next((r for r in range(done, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [cell / rows[done][column] for cell in rows[done]]
        for r, row in enumerate(rows):
            if r != done and row[column]:
                rows[r] = [a - row[column] * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    found = {}
    for row in rows[:done]:
        places = [i for i, cell in enumerate(row[:-1]) if cell]
        if len(places) == 1:
            found[members[places[0]]] = row[-1]
    return found
