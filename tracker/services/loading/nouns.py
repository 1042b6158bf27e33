"""Loading the things themselves, through the ORM: its listeners keep addresses and calendars."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.interfaces import ORMOption

from tracker.formats.load_format import File, Row
from tracker.models import Base
from tracker.models.text import slugify
from tracker.services.addresses import MAX_SLUG
from tracker.services.bulk import in_chunks
from tracker.services.loading.columns import Reference
from tracker.services.loading.context import KEYS, Loading

_CHUNK = 500
Thing = TypeVar("Thing", bound=Base)


@dataclass(slots=True)
class Link:
    """A reference to a thing of the same file, set when all its rows are there."""

    row: Row
    key: str
    column: Reference
    target: str | None
    also: dict[str, Any]


class NounLoader(Generic[Thing]):
    """Loads one file: rows are matched by key, written a chunk at a time."""

    file: ClassVar[File]
    noun: ClassVar[str]
    # References to the same file, and values that are more than one column of the table.
    later: ClassVar[frozenset[str]] = frozenset()
    special: ClassVar[frozenset[str]] = frozenset()
    options: ClassVar[Sequence[ORMOption]] = ()
    has_address: ClassVar[bool] = False

    def __init__(self, loading: Loading) -> None:
        self.loading = loading
        self.session: Session = loading.session
        model, self.key = KEYS[self.noun]
        self.model: type[Thing] = model
        self.plain = {
            column.target: column.empty
            for column in self.file.columns
            if column.target not in self.later | self.special
        }
        self.edited = loading.edited(model)
        self.callers = set(self.session)
        self.counted: set[str] = set()
        self.links: list[Link] = []

    def run(self) -> None:
        """Load the file, if the folder has it."""
        self.begin()
        for rows in in_chunks(self.loading.rows(self.file), _CHUNK):
            self._take_chunk(rows)
        self._set_links()

    # What a noun adds to this.

    def begin(self) -> None:
        """Look up what checks need."""

    def check(self, row: Row, merged: dict[str, Any], thing: Thing | None) -> None:
        """Refuse what the database would; `merged` is the row over what is stored."""

    def attach(self, thing: Thing, row: Row, new: bool) -> bool:
        """Set the special values that the ORM writes; whether anything changed."""
        return False

    def written(self, things: Sequence[tuple[Thing, Row]]) -> None:
        """Write what needs the ids of a chunk."""

    # One chunk.

    def _take_chunk(self, rows: list[Row]) -> None:
        ids = self.loading.ids(self.noun)
        stored = self._stored(rows)
        taken: list[tuple[Thing, Row]] = []
        for row in rows:
            key = row.values.get(self.key.key)
            if key is None:
                continue
            thing = stored.get(key)
            # Known from here on, so that a bad row is not reported again wherever it is meant.
            ids.setdefault(key, thing.id if thing is not None else self._renamed(key))
            self._take(row, key, thing, taken)
        if self.loading.failed:
            return
        self.session.flush()
        for thing, row in taken:
            ids[row.values[self.key.key]] = thing.id
        self.written(taken)
        self._let_go({*stored.values(), *(thing for thing, _row in taken)})

    def _let_go(self, things: set[Thing]) -> None:
        """Free the memory for the next chunk; what the caller works with stays with it."""
        for thing in things - self.callers:
            self.session.expunge(thing)

    def _stored(self, rows: list[Row]) -> dict[str, Thing]:
        keys = [row.values[self.key.key] for row in rows if self.key.key in row.values]
        query = select(self.model).where(self.key.in_(keys)).options(*self.options)
        return {getattr(thing, self.key.key): thing for thing in self.session.scalars(query)}

    def _renamed(self, key: str) -> int | None:
        return self.loading.old_slugs(self.noun).get(slugify(key))

    def _take(
        self, row: Row, key: str, thing: Thing | None, taken: list[tuple[Thing, Row]]
    ) -> None:
        self.loading.resolve(self.file, row, self.later)
        known = thing.id if thing is not None else self._renamed(key)
        if (
            self.loading.keep_edited
            and known is not None
            and (thing is None or known in self.edited)
        ):
            return
        if thing is None and self.has_address:
            self._check_address(row, key)
        merged = {
            name: row.values.get(name, empty if thing is None else getattr(thing, name))
            for name, empty in self.plain.items()
        }
        self.check(row, merged, thing)
        if row.bad or self.loading.failed:
            return
        if thing is None:
            thing = self.model(**merged)
            self.session.add(thing)
            self.attach(thing, row, new=True)
            self._count(key, new=True)
        elif self._update(thing, merged) | self.attach(thing, row, new=False):
            self._count(key, new=False)
        taken.append((thing, row))

    def _update(self, thing: Thing, merged: dict[str, Any]) -> bool:
        changed = False
        for name, value in merged.items():
            if getattr(thing, name) != value:
                setattr(thing, name, value)
                changed = True
        return changed

    def _count(self, key: str, new: bool) -> None:
        if key in self.counted:
            return
        self.counted.add(key)
        counts = self.loading.counts[self.file.name]
        if new:
            counts.added += 1
        else:
            counts.changed += 1

    def _check_address(self, row: Row, key: str) -> None:
        slug = slugify(key)
        if not slug:
            self.refuse(row, self.key.key, "needs at least one Latin letter or digit")
        elif slug == "new" or len(slug) > MAX_SLUG:
            self.refuse(row, self.key.key, f"“{key}” cannot be an address here")
        elif (other := self.slugs.setdefault(slug, key)) != key:
            self.refuse(row, self.key.key, f"its address would be that of “{other}” ({slug})")
        elif slug in self.loading.old_slugs(self.noun):
            self.refuse(
                row, self.key.key, f"another {self.noun[:-1]} once had its address ({slug})"
            )

    @property
    def slugs(self) -> dict[str, str]:
        """The keys by address, of what is stored and what was read."""
        if not hasattr(self, "_slugs"):
            self._slugs = {slugify(key): key for key in self.session.scalars(select(self.key))}
        return self._slugs

    def refuse(self, row: Row, column: str | None, message: str) -> None:
        """Note what is wrong with a row."""
        self.loading.refuse(self.file, row, column, message)

    def check_named(self, row: Row, merged: dict[str, Any]) -> None:
        """Refuse what has no name in any language."""
        if not row.bad and not any(merged[f"name_{code}"] for code in ("en", "es", "pt")):
            self.refuse(row, "name_en", "a name is needed in at least one language")

    # References to the same file.

    def link(
        self, row: Row, name: str, stored: int | None, also: dict[str, Any] | None = None
    ) -> None:
        """Set a reference to the same file when all rows are there; an unset one may stay so."""
        target = row.values.get(name)
        if target is None and stored is None:
            return
        column = next(c for c in self.file.columns if c.target == name)
        assert isinstance(column, Reference)
        key = row.values[self.key.key]
        self.links.append(Link(row, key, column, target, also or {}))

    def _set_links(self) -> None:
        self.links = [link for link in self.links if self._is_known(link)]
        for name in sorted(self.later):
            self._refuse_cycles(name)
        if self.loading.failed:
            return
        for links in in_chunks(self.links, _CHUNK):
            self._write_links(links)

    def _is_known(self, link: Link) -> bool:
        return link.target is None or self.loading.known(
            self.file, link.row, link.column, link.target
        )

    def _refuse_cycles(self, name: str) -> None:
        links = [link for link in self.links if link.column.target == name]
        if not links:
            return
        above = dict(self._stored_links(name)) | {link.key: link.target for link in links}
        for link in links:
            path = [link.key]
            while (higher := above.get(path[-1])) is not None and higher not in path:
                path.append(higher)
            if higher == link.key:
                self.refuse(
                    link.row,
                    link.column.name,
                    f"goes round in a circle: {' → '.join([*path, higher])}",
                )

    def _stored_links(self, name: str) -> Iterator[tuple[str, str]]:
        higher = aliased(self.model)
        higher_key = getattr(higher, self.key.key)
        query = select(self.key, higher_key).join(higher, getattr(self.model, name) == higher.id)
        yield from self.session.execute(query)

    def _write_links(self, links: Sequence[Link]) -> None:
        ids = self.loading.ids(self.noun)
        wanted = {ids[link.key] for link in links}
        query = select(self.model).where(self.model.id.in_(wanted))
        things = {thing.id: thing for thing in self.session.scalars(query)}
        for link in links:
            id_ = ids[link.key]
            assert id_ is not None
            target = self.loading.id_of(self.noun, link.target) if link.target else None
            if self._update(things[id_], {link.column.target: target, **link.also}):
                self._count(link.key, new=False)
        self.session.flush()
        self._let_go(set(things.values()))
