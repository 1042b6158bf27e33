"""What one load knows: the session, the problems so far, and which key has which id."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.errors import DomainError
from tracker.formats.load_format import File, Problem, Row, read_rows
from tracker.models import (
    Base,
    ChangeItem,
    Event,
    OldSlug,
    Organization,
    Person,
    Space,
    Topic,
    User,
)
from tracker.models.changes import attribute_bulk, record_bulk
from tracker.models.text import slugify
from tracker.services.loading.columns import NONE, Reference

ACTION = "load"
# More than anybody reads; a wrong file of a million rows must not fill the memory.
MOST_PROBLEMS = 10_000
# File, bytes read, bytes in all.
Progress = Callable[[str, int, int], None]

KEYS: dict[str, tuple[type[Any], InstrumentedAttribute[str]]] = {
    "organizations": (Organization, Organization.acronym),
    "spaces": (Space, Space.code),
    "topics": (Topic, Topic.slug),
    "people": (Person, Person.key),
    "events": (Event, Event.key),
}
_NAMES = {
    "organizations": "organization", "spaces": "space", "topics": "topic", "people": "person",
    "events": "event",
}  # fmt: skip


class LoadFailed(DomainError):
    """A folder with problems; nothing of it may be committed."""

    def __init__(self, problems: list[Problem], more: int = 0) -> None:
        self.problems = problems
        self.more = more
        super().__init__("\n".join(map(str, problems)))


@dataclass
class Counts:
    """What became of the rows of a file."""

    rows: int = 0
    added: int = 0
    changed: int = 0


@dataclass
class Loading:
    """A load under way.

    `keep_edited` leaves rows alone that somebody has edited: a new edition of the reference data
    must not undo people's work.
    """

    session: Session
    folder: Path
    by: User | None = None
    keep_edited: bool = False
    progress: Progress | None = None
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    cut_short: set[str] = field(default_factory=set)
    counts: dict[str, Counts] = field(default_factory=dict)
    outside_technical_community: set[int | None] = field(default_factory=set)
    _ids: dict[str, dict[str, int | None]] = field(default_factory=dict)
    _old: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether anything is wrong so far: then nothing is written any more, only checked."""
        return bool(self.problems)

    def begin(self) -> None:
        """Say whose write this is."""
        attribute_bulk(self.session, ACTION, self.by)

    def wrote(self) -> None:
        """Note that rows were written past the ORM."""
        record_bulk(self.session, ACTION, self.by)

    def report(self, problem: Problem) -> None:
        """Note what is wrong."""
        if problem.cut_short:
            self.cut_short.add(problem.file)
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more_problems += 1

    def refuse(self, file: File, row: Row, column: str | None, message: str) -> None:
        """Note what is wrong with a row."""
        row.bad = True
        self.report(Problem(file.name, row.number, column, message))

    def rows(self, file: File) -> Iterator[Row]:
        """The rows of a file of the folder, if it is there."""
        path = self.folder / file.name
        if not path.exists():
            return
        counts = self.counts[file.name] = Counts()
        size = path.stat().st_size

        def tell(done: int) -> None:
            if self.progress is not None:
                self.progress(file.name, done, size)

        tell(0)
        for row in read_rows(path, file, self.report, tell):
            counts.rows += 1
            yield row

    def ids(self, noun: str) -> dict[str, int | None]:
        """The ids by key of everything stored, and of this folder's rows so far.

        None stands for a row that was read and not written, because something is wrong.
        """
        if noun not in self._ids:
            model, key = KEYS[noun]
            query = select(key, model.id)
            if model is Event and not self.keep_edited:
                query = query.where(Event.deleted_at.is_(None))
            self._ids[noun] = dict(self.session.execute(query).all())
        return self._ids[noun]

    def old_slugs(self, noun: str) -> dict[str, int]:
        """The ids by the addresses that things once had."""
        if noun not in self._old:
            query = select(OldSlug.slug, OldSlug.target_id).where(OldSlug.noun == noun)
            self._old[noun] = dict(self.session.execute(query).all())
        return self._old[noun]

    def knows(self, noun: str, key: str) -> bool:
        """Whether a key means something, if need be by a name that it once had.

        Of a file that was not read to its end nobody can say what it lacks.
        """
        return (
            key in self.ids(noun)
            or slugify(key) in self.old_slugs(noun)
            or f"{noun}.csv" in self.cut_short
        )

    def id_of(self, noun: str, key: str) -> int | None:
        """The id of a known key."""
        ids = self.ids(noun)
        return ids[key] if key in ids else self.old_slugs(noun).get(slugify(key))

    def resolve(self, file: File, row: Row, later: Iterable[str] = ()) -> None:
        """Put ids in the place of the keys of other things; those of `later` stay keys."""
        for column in file.columns:
            if not isinstance(column, Reference) or column.target in later:
                continue
            given = row.values.get(column.target)
            if not given or given == NONE:
                continue
            keys = given if column.many else (given,)
            found = [
                self.id_of(column.noun, key) for key in keys if self.known(file, row, column, key)
            ]
            if len(found) == len(keys):
                row.values[column.target] = found if column.many else found[0]
            else:
                del row.values[column.target]

    def known(self, file: File, row: Row, column: Reference, key: str) -> bool:
        """Whether a key is known; notes it where it is not."""
        if self.knows(column.noun, key):
            return True
        self.refuse(file, row, column.name, f"there is no {_NAMES[column.noun]} “{key}”")
        return False

    def edited(self, model: type[Base]) -> frozenset[int]:
        """The ids of the rows that somebody has edited and this load leaves alone."""
        if not self.keep_edited:
            return frozenset()
        query = select(ChangeItem.row_id).where(ChangeItem.table_name == model.__tablename__)
        return frozenset(self.session.scalars(query.distinct()))
