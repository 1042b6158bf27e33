"""The tables of a report's page, read back from its HTML."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageTable:
    """A table that says which of the report's it shows: figures by row key and column, as text."""

    name: str
    rows: dict[str, dict[str, str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Reads `data-table` on a table, `data-key` on its rows, `data-column` on their cells."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[PageTable] = []
        self._table: PageTable | None = None
        self._key: str | None = None
        self._column: str | None = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "table":
            self._table = PageTable(given.get("data-table") or "")
            self.tables.append(self._table)
        elif tag == "tr" and self._table is not None:
            self._key = given.get("data-key")
            if self._key is not None:
                self._table.rows[self._key] = {}
        elif tag == "td" and self._table is not None and self._key is not None:
            self._column = given.get("data-column")
            if self._column:
                self._table.rows[self._key][self._column] = ""

    def handle_endtag(self, tag):
        if tag == "td":
            self._column = None
        elif tag == "table":
            self._table = self._key = None

    def handle_data(self, data):
        if self._table is not None and self._key is not None and self._column:
            own = self._table.rows[self._key]
            own[self._column] = (own[self._column] + data).strip()


def tables_of_page(html: str) -> list[PageTable]:
    """The tables of a page, named or not."""
    reader = _Reader()
    reader.feed(html)
    return reader.tables
