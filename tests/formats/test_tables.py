"""Tables as CSV and XLSX: types, sheets, and a memory that stays flat."""

import io
import re
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from itertools import repeat

import pytest
from python_calamine import CalamineWorkbook

from tracker.formats import tables
from tracker.formats.tables import Table, write_csv, write_xlsx


def workbook(*made: Table, **options) -> bytes:
    file = io.BytesIO()
    write_xlsx(made, file, **options)
    return file.getvalue()


def rows_of(content: bytes, sheet: int = 0) -> list[list]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(sheet).to_python()


def sheets_of(content: bytes) -> list[str]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names


def part(content: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def table(*rows, columns=("key", "label"), name="t") -> Table:
    return Table(name, name, columns, rows)


class TestCells:
    @pytest.mark.parametrize(
        "cell, found",
        [(7, 7.0), (2.5, 2.5), (True, True), ("text", "text"), (None, ""),
         (date(2024, 2, 29), date(2024, 2, 29)),
         (datetime(2024, 2, 29, 10, 30), datetime(2024, 2, 29, 10, 30))],
    )  # fmt: skip
    def test_a_cell_keeps_its_type(self, cell, found):
        assert rows_of(workbook(table(("k", cell), ("last", "x"))))[1] == ["k", found]

    @pytest.mark.parametrize("column", ["start", "end", "date"])
    def test_a_full_day_in_a_column_of_dates_is_a_date(self, column):
        content = workbook(table(("k", "2024-02-29"), columns=("key", column)))
        assert rows_of(content)[1] == ["k", date(2024, 2, 29)]
        assert "yyyy-mm-dd" in part(content, "xl/styles.xml")

    @pytest.mark.parametrize("text", ["2024", "2024-02", "2024-02-30", "1899-12-31", "soon"])
    def test_what_is_no_day_that_excel_knows_stays_text(self, text):
        assert rows_of(workbook(table(("k", text), columns=("key", "start"))))[1] == ["k", text]

    def test_a_day_elsewhere_stays_text(self):
        assert rows_of(workbook(table(("2024-02-29", "2024-02-29"))))[1] == ["2024-02-29"] * 2

    def test_an_old_date_is_text(self):
        found = rows_of(workbook(table(("k", date(1899, 1, 1)))))
        assert found[1] == ["k", "1899-01-01"]

    @pytest.mark.parametrize(
        "text", ["=1+1", "{=SUM(1)}", "+1", "-1", "@x", "\t=1", "https://example.org", "'x", "12"]
    )
    def test_nothing_becomes_a_formula_a_link_or_a_number(self, text):
        content = workbook(table((text, text)))
        assert rows_of(content)[1] == [text, text]
        assert "<f>" not in part(content)
        assert "<hyperlink" not in part(content)

    def test_a_text_longer_than_a_cell_is_cut(self):
        assert len(rows_of(workbook(table(("k", "x" * 40_000))))[1][1]) == 32_767


class TestSheets:
    def test_headings_are_frozen_and_filtered(self):
        xml = part(workbook(table(("a", 1), ("b", 2))))
        assert 'state="frozen"' in xml
        assert '<autoFilter ref="A1:B3"/>' in xml

    def test_columns_are_as_wide_as_their_texts(self):
        rows = ("a", "Latin American and Caribbean"), ("b", "x" * 500)
        widths = [
            float(each) for each in re.findall(r' width="([\d.]+)"', part(workbook(table(*rows))))
        ]
        assert widths[0] < 12
        assert 50 < widths[1] < 70

    def test_a_table_without_rows_or_columns_is_an_empty_sheet(self):
        content = workbook(table(), table(columns=()))
        assert rows_of(content) == [["key", "label"]]
        assert rows_of(content, 1) == []

    def test_names_are_short_allowed_and_unique(self):
        names = ["events", "Events", "a/b:c", "x" * 40, "x" * 35, ""]
        found = sheets_of(workbook(*(table(name=name) for name in names)))
        assert found[:3] == ["events", "Events (2)", "a-b-c"]
        assert found[3:] == ["x" * 31, "x" * 27 + " (2)", "-"]

    def test_a_long_table_goes_on_in_the_next_sheet(self, monkeypatch):
        monkeypatch.setattr(tables, "SHEET_ROWS", 3)
        content = workbook(Table("t", "t", ("key",), ((n,) for n in range(7))), table(("z", 1)))
        assert sheets_of(content) == ["t", "t (2)", "t (3)", "t (4)"]
        assert [rows_of(content, sheet) for sheet in range(3)] == [
            [["key"], [0], [1], [2]], [["key"], [3], [4], [5]], [["key"], [6]],
        ]  # fmt: skip

    def test_a_table_that_just_fits_has_one_sheet(self, monkeypatch):
        monkeypatch.setattr(tables, "SHEET_ROWS", 3)
        assert sheets_of(workbook(table(*[("a", 1)] * 3))) == ["t"]


def test_the_same_tables_give_the_same_bytes():
    made = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert workbook(table(("a", 1)), created=made) == workbook(table(("a", 1)), created=made)
    assert "2026-01-31T12:00:00Z" in part(workbook(table(), created=made), "docProps/core.xml")


class Discarded(io.RawIOBase):
    """A file of which nothing is kept, so that only the writer's own memory is measured."""

    def __init__(self) -> None:
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.size += len(data)
        return len(data)

    def tell(self) -> int:
        return self.size


@pytest.mark.parametrize("write", ["xlsx", "csv"])
def test_a_long_table_is_written_in_flat_memory(write):
    def peak(count: int) -> int:
        rows = repeat(("LACNIC", 1, "2024-01-01", "A name of some length"), count)
        made = Table("t", "t", ("key", "people", "start", "label"), rows)
        tracemalloc.start()
        if write == "xlsx":
            write_xlsx([made], Discarded())
        else:
            for _piece in tables.csv_lines(made):
                pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(12_000) < peak(1_500) + 300_000


def test_csv_keeps_formulas_out():
    content = write_csv(table(("=1+1", True), ("b", 2.0), ("c", date(2024, 1, 2))))
    assert content == b"key,label\r\n'=1+1,yes\r\nb,2\r\nc,2024-01-02\r\n"
