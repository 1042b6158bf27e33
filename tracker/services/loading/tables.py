"""Loading what joins things, past the ORM: read, compare, insert and update in chunks."""

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, cast

from sqlalchemy import Select, Table, bindparam, exists, select, update

from tracker.formats.load_format import File, Row
from tracker.models import Base
from tracker.services.bulk import in_chunks, insert_rows
from tracker.services.loading.context import Loading

_CHUNK = 1000
Values = dict[str, Any]


class TableLoader:
    """Loads one file into one table; rows are matched by the columns of `key`."""

    file: ClassVar[File]
    model: ClassVar[type[Base]]
    key: ClassVar[tuple[str, ...]]

    def __init__(self, loading: Loading) -> None:
        self.loading = loading
        self.session = loading.session
        self.table = cast(Table, self.model.__table__)
        self.edited = loading.edited(self.model)
        # The key first: what follows from a row may depend on it.
        self.defaults = {column.target: column.empty for column in self.file.columns}

    def run(self) -> None:
        """Load the file, if the folder has it."""
        self.begin()
        stored_before = bool(self.session.scalar(select(exists(select(self.table.c.id)))))
        for rows in in_chunks(self.loading.rows(self.file), _CHUNK):
            self._take_chunk(rows, stored_before)

    # What a file adds to this.

    def begin(self) -> None:
        """Look up what is needed before the first row."""

    def prepare(self, row: Row) -> None:
        """Turn the row's values into the table's columns."""

    def stored_query(self, rows: Sequence[Values]) -> Select[Any]:
        """Whatever is stored of these rows, and not much more."""
        raise NotImplementedError

    def merge(self, row: Row, stored: Values | None) -> Values:
        """The whole row: what the file says over what is stored, or over the defaults."""
        before = self.defaults if stored is None else {n: stored[n] for n in self.defaults}
        return {**before, **row.values}

    def check(self, row: Row, merged: Values) -> None:
        """Refuse what the database would."""

    def derive(self, values: Values) -> Values:
        """The row with the columns that follow from others."""
        return values

    # One chunk.

    def _take_chunk(self, rows: list[Row], stored_before: bool) -> None:
        for row in rows:
            self.loading.resolve(self.file, row)
            self.prepare(row)
        stored = self._stored([row.values for row in rows]) if stored_before else {}
        added: list[Values] = []
        changed: list[Values] = []
        for row in rows:
            before = stored.get(self._key(row.values))
            if before is not None and before["id"] in self.edited:
                continue
            merged = self.merge(row, before)
            if not row.bad:
                self.check(row, merged)
            if row.bad or self.loading.failed:
                continue
            merged = self.derive(merged)
            if before is None:
                added.append(merged)
            elif any(before[name] != value for name, value in merged.items()):
                changed.append({**merged, "b_id": before["id"]})
        self._write(added, changed)

    def _key(self, values: Values) -> Hashable:
        return tuple(values.get(name, self.defaults[name]) for name in self.key)

    def _stored(self, rows: Sequence[Values]) -> dict[Hashable, Values]:
        found = self.session.execute(self.stored_query(rows)).mappings()
        return {self._key(dict(values)): dict(values) for values in found}

    def _write(self, added: list[Values], changed: list[Values]) -> None:
        if self.loading.failed or not (added or changed):
            return
        counts = self.loading.counts[self.file.name]
        counts.added += len(added)
        counts.changed += len(changed)
        insert_rows(self.session, self.model, added)
        if changed:
            names = [name for name in changed[0] if name != "b_id"]
            self.session.connection().execute(
                update(self.table)
                .where(self.table.c.id == bindparam("b_id"))
                .values({name: bindparam(f"b_{name}") for name in names}),
                [{f"b_{name}": row[name] for name in names} | {"b_id": row["b_id"]}
                 for row in changed],
            )  # fmt: skip
        self.loading.wrote()

    def refuse(self, row: Row, column: str | None, message: str) -> None:
        """Note what is wrong with a row."""
        self.loading.refuse(self.file, row, column, message)

    def values_of(self, rows: Sequence[Values], name: str) -> set[Any]:
        """What the rows hold in a column."""
        return {value for row in rows if (value := row.get(name)) is not None}
