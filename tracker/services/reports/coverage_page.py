"""The coverage report as its page shows it: gaps and crowds first, then who is where."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask_babel import gettext as _, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.i18n import format_partial, number
from tracker.models import Event, Space
from tracker.services.reports.printed_matrix import pair_in_words
from tracker.services.reports.report import Report
from tracker.services.reports.tables import named
from tracker.services.reports.trend import rows_by_column
from tracker.services.reports.words import roles_in_words

# So many organizations at one edition are a crowd.
CROWD = 3
MOST_ORGANIZATIONS = 50
MOST_SPACES = 60


@dataclass(frozen=True)
class Edition:
    """An event that pairs name: its key, its name and start."""

    key: str
    name: str
    start: str

    @property
    def when(self) -> str:
        """Its start as people read it."""
        return format_partial(self.start)


@dataclass(frozen=True)
class Pair:
    """An organization and a space; organization and space are slugs."""

    organization: str
    acronym: str
    space: str
    space_name: str
    roles: tuple[str, ...]
    held: int
    attended: int
    last: Edition | None
    next: Edition | None
    planned: int | None

    @property
    def never(self) -> bool:
        """Engaged, editions were held, and none was attended."""
        return bool(self.roles and self.held and not self.attended)

    @property
    def unplanned(self) -> bool:
        """Engaged, an edition is coming, and nobody is planned for it."""
        return bool(self.roles and self.next and not self.planned)

    @property
    def busy(self) -> bool:
        """Whether anything was held, attended or is coming."""
        return bool(self.held or self.attended or self.next)

    @property
    def sentence(self) -> str:
        """Everything about the pair, in sentences."""
        return " ".join(self._sentences())

    def _sentences(self) -> Iterable[str]:
        roles = ", ".join(self.roles)
        yield _("Engaged: %(roles)s.", roles=roles) if roles else _("Not engaged.")
        yield (
            ngettext(
                "%(attended)s of %(num)s edition attended.",
                "%(attended)s of %(num)s editions attended.",
                self.held,
                attended=number(self.attended),
            )
            if self.held
            else _("No edition held.")
        )
        if self.last:
            yield _("Last: %(event)s.", event=self.last.name)
        if self.next:
            yield _("Next: %(event)s, %(when)s.", event=self.next.name, when=self.next.when)
            yield ngettext("%(num)s planned.", "%(num)s planned.", self.planned or 0)


@dataclass(frozen=True)
class Gathering:
    """What several organizations have in common: an edition or a space, and the pairs.

    `held` counts the editions of a space where that is what is missed.
    """

    space: str
    space_name: str
    edition: Edition | None
    held: int
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Row:
    """An organization and its pairs by space, those with gaps first."""

    slug: str
    acronym: str
    pairs: Mapping[str, Pair]
    gaps: int


@dataclass(frozen=True)
class Column:
    """A space as a column of the matrix."""

    slug: str
    code: str
    name: str


@dataclass(frozen=True)
class CoveragePage:
    """Gaps and crowds, then rows and columns of the matrix; `left_out` organizations are in neither."""

    unplanned: tuple[Gathering, ...]
    never: tuple[Gathering, ...]
    ahead: tuple[Gathering, ...]
    past: tuple[Gathering, ...]
    rows: tuple[Row, ...]
    spaces: tuple[Column, ...]
    left_out: int


def coverage_page_of(session: Session, report: Report) -> CoveragePage:
    """What the page of a coverage report shows besides it."""
    table = report.table("matrix")
    rows = list(rows_by_column(table)) if table else []
    keys = {row[name] for row in rows for name in ("last_attended", "next_event")} - {None}
    return arranged(pairs_of(rows, _editions(session, sorted(keys))), _codes(session))


def pairs_of(rows: Iterable[Mapping[str, Any]], editions: Mapping[str, Edition]) -> Sequence[Pair]:
    """The rows of a matrix, with the editions that they name."""
    found = []
    for row in rows:
        organization, _slash, space = row["key"].partition("/")
        acronym, space_name = pair_in_words(row)
        found.append(
            Pair(
                organization,
                acronym,
                space,
                space_name,
                tuple(roles_in_words(row["engaged_as"] or "")),
                row["held"],
                row["attended"],
                editions.get(row["last_attended"] or ""),
                editions.get(row["next_event"] or ""),
                row["planned"],
            )
        )
    return found


def arranged(pairs: Sequence[Pair], codes: Mapping[str, str]) -> CoveragePage:
    """Gaps, crowds and the matrix of pairs, what needs somebody first; `codes` of spaces by slug."""
    busy = [pair for pair in pairs if pair.busy]
    rows = sorted(_rows(busy), key=lambda row: (-row.gaps, row.acronym.casefold()))
    return CoveragePage(
        unplanned=_by_date(_together(busy, lambda pair: pair.unplanned and pair.next)),
        never=_most_first(_never(busy)),
        ahead=_by_date(_crowds(busy, lambda pair: pair.planned and pair.next)),
        past=_by_date(_latest(_crowds(busy, lambda pair: pair.last)), reverse=True),
        rows=tuple(rows[:MOST_ORGANIZATIONS]),
        spaces=tuple(_spaces(rows[:MOST_ORGANIZATIONS], codes)),
        left_out=max(0, len(rows) - MOST_ORGANIZATIONS),
    )


def _editions(session: Session, keys: Sequence[str]) -> dict[str, Edition]:
    columns = (Event.key, Event.name_en, Event.name_es, Event.name_pt, Event.start_date)
    found = {}
    remaining = iter(keys)
    while chunk := list(islice(remaining, 5_000)):
        for row in session.execute(select(*columns).where(Event.key.in_(chunk))):
            found[row.key] = Edition(row.key, named(row._mapping), row.start_date or "")
    return found


def _codes(session: Session) -> dict[str, str]:
    return {row.slug: row.code for row in session.execute(select(Space.slug, Space.code))}


def _together(pairs: Iterable[Pair], edition: Callable[[Pair], Any]) -> Iterable[Gathering]:
    """The pairs by the edition that they share."""
    found: dict[Edition, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if shared := edition(pair):
            found[shared].append(pair)
    for shared, own in found.items():
        yield Gathering(own[0].space, own[0].space_name, shared, own[0].held, _sorted(own))


def _crowds(pairs: Iterable[Pair], edition: Callable[[Pair], Any]) -> Iterable[Gathering]:
    return (each for each in _together(pairs, edition) if len(each.pairs) >= CROWD)


def _latest(gatherings: Iterable[Gathering]) -> Iterable[Gathering]:
    """The latest of each space: of earlier ones not everybody who was there is known here."""
    found: dict[str, Gathering] = {}
    for each in gatherings:
        known = found.get(each.space)
        if known is None or _start(each) > _start(known):
            found[each.space] = each
    return found.values()


def _never(pairs: Iterable[Pair]) -> Iterable[Gathering]:
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.never:
            found[pair.space].append(pair)
    for space, own in found.items():
        yield Gathering(space, own[0].space_name, None, own[0].held, _sorted(own))


def _rows(pairs: Iterable[Pair]) -> Iterable[Row]:
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        found[pair.organization].append(pair)
    for slug, own in found.items():
        own.sort(key=lambda pair: (not pair.never, not pair.unplanned, pair.space_name.casefold()))
        gaps = sum(pair.never + pair.unplanned for pair in own)
        yield Row(slug, own[0].acronym, {pair.space: pair for pair in own}, gaps)


def _spaces(rows: Iterable[Row], codes: Mapping[str, str]) -> Sequence[Column]:
    """Spaces as columns, those that most of the organizations are in first."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        for pair in row.pairs.values():
            found[pair.space, pair.space_name] += 1
    order = sorted(found, key=lambda each: (-found[each], each[1].casefold()))
    return [Column(slug, codes.get(slug, slug), name) for slug, name in order[:MOST_SPACES]]


def _sorted(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda pair: (-(pair.planned or 0), pair.acronym.casefold())))


def _start(gathering: Gathering) -> str:
    return gathering.edition.start if gathering.edition else ""


def _by_date(gatherings: Iterable[Gathering], reverse: bool = False) -> tuple[Gathering, ...]:
    return tuple(sorted(gatherings, key=_start, reverse=reverse))


def _most_first(gatherings: Iterable[Gathering]) -> tuple[Gathering, ...]:
    return tuple(
        sorted(gatherings, key=lambda each: (-len(each.pairs), each.space_name.casefold()))
    )
