"""The heat table of coverage: organizations across, spaces down, gaps in coral."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask_babel import gettext as _

from tracker.formats.report_pdf import Cell as Printed, Column, Section
from tracker.formats.tables import Cell
from tracker.i18n import number
from tracker.services.reports.headings import heading

# As many organizations as fit across a page; more of them go on in a table of their own.
ACROSS = 9
MOST_ORGANIZATIONS = 45
Row = Mapping[str, Cell]


def matrix_sections(title: str, rows: Sequence[Row]) -> Iterator[Section]:
    """The heat tables of a matrix: spaces where something was held, is attended or is planned."""
    busy = [row for row in rows if row.get("held") or row.get("attended") or row.get("planned")]
    organizations = _named(busy, 0)
    spaces = dict(sorted(_named(busy, 1).items(), key=lambda each: each[1].casefold()))
    found = {str(row["key"]): row for row in busy}
    slugs = _busiest(organizations, busy)
    notes = [
        _("Editions attended of editions held; coral where none was attended of those held, "
          "an empty field where the organization is not engaged.")
    ]  # fmt: skip
    if len(slugs) < len(organizations):
        notes.append(
            _("These are the %(shown)s of %(count)s organizations that are in most spaces; the XLSX "
              "and CSV files have them all.",
              shown=number(len(slugs)), count=number(len(organizations)))
        )  # fmt: skip
    for start in range(0, len(slugs), ACROSS):
        across = slugs[start : start + ACROSS]
        columns = [Column(heading("coverage", "label"))]
        columns += [Column(organizations[slug], "heat") for slug in across]
        body: list[list[str | Printed]] = [
            [name, *(_cell(found.get(f"{slug}/{space}")) for slug in across)]
            for space, name in spaces.items()
            if any(f"{slug}/{space}" in found for slug in across)
        ]
        yield Section(title, columns, body, notes=notes)


def _busiest(organizations: Iterable[str], rows: Sequence[Row]) -> list[str]:
    """The organizations in most spaces, as many as are printed, in the order they come."""
    spaces = Counter(str(row["key"]).partition("/")[0] for row in rows)
    kept = {slug for slug, _count in spaces.most_common(MOST_ORGANIZATIONS)}
    return [slug for slug in organizations if slug in kept]


def pair_in_words(row: Row) -> tuple[str, str]:
    """What the organization and the space of a row are called."""
    organization, _dot, space = str(row["label"]).partition(" · ")
    return organization, space


def _named(rows: Sequence[Row], place: int) -> dict[str, str]:
    """The organizations (0) or spaces (1) of the rows and what they are called, by slug."""
    found: dict[str, str] = {}
    for row in rows:
        slug = str(row["key"]).partition("/")[2 * place]
        found.setdefault(slug, pair_in_words(row)[place])
    return found


def _cell(row: Row | None) -> Printed:
    if row is None:
        return Printed(tone="blank")
    held, attended = _figure(row, "held"), _figure(row, "attended")
    return Printed(f"{number(attended)}/{number(held)}", tone=_tone(held, attended))


def _figure(row: Row, name: str) -> int:
    value = row.get(name)
    return int(value) if isinstance(value, int | float) else 0


def _tone(held: int, attended: int) -> str:
    if not held:
        return "little" if attended else "blank"
    if not attended:
        return "gap"
    if attended >= held:
        return "all"
    return "most" if 2 * attended >= held else "little"
