"""Workbooks: which sheet is read, what its cells are as text."""

import io
from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter

from tests.formats.attendees.samples import DAY, read, rows_of
from tests.formats.attendees.workbooks import cells, open_document, workbook
from tracker.formats.attendees.sheet_child import text_of

TABLE = [["Nombre", "Correo"], ["Ana Suárez", "ana@example.org"], ["", ""], ["Luis Paz", ""]]


def names(content: bytes) -> list[tuple[int, str]]:
    return [(row.number, row.name) for row in rows_of(content)]


def written(rows: list[list[object]], extra: dict[str, object] | None = None) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    formats = {
        datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        date: book.add_format({"num_format": "dd/mm/yyyy"}),
        time: book.add_format({"num_format": "hh:mm"}),
        timedelta: book.add_format({"num_format": "[h]:mm"}),
    }
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if type(value) in formats:
                sheet.write_datetime(number, column, value, formats[type(value)])
            else:
                sheet.write(number, column, value)
    book.close()
    return buffer.getvalue()


def test_cells_with_their_text_inside_are_read():
    found = read(workbook(cells(TABLE)))
    assert (found.format, found.language) == ("sheet", "es")
    assert names(workbook(cells(TABLE))) == [(2, "Ana Suárez"), (4, "Luis Paz")]


def test_a_table_that_begins_further_down_keeps_its_row_numbers():
    assert names(workbook(cells(TABLE, first=40))) == [(41, "Ana Suárez"), (43, "Luis Paz")]


def test_a_table_that_begins_in_the_third_column_is_read():
    inner = (
        cells([["Nombre", "Correo"], ["Ana Suárez", ""]]).replace('"A', '"C').replace('"B', '"D')
    )
    found = read(workbook(inner))
    assert found.heading == ("", "", "Nombre", "Correo")
    assert [row.name for row in found.rows()] == ["Ana Suárez"]


def test_an_empty_sheet_and_a_cover_are_passed_over():
    cover = cells([["Taller"], ["Lima"]])
    assert names(workbook("", cover, cells(TABLE)))[0] == (2, "Ana Suárez")


def test_a_hidden_sheet_is_not_preferred():
    other = cells([["Name", "Email"], ["Eva Sol", "eva@example.org"]])
    assert names(workbook(other, cells(TABLE), states=("hidden", "")))[0][1] == "Ana Suárez"


def test_a_sheet_of_names_alone_is_read():
    assert names(workbook(cells([["Asistentes"], ["Nombre"], ["Ana Suárez"], ["Luis Paz"]]))) == [
        (3, "Ana Suárez"),
        (4, "Luis Paz"),
    ]


def test_a_report_saved_as_a_workbook_is_still_that_report():
    start = datetime(2026, 5, 6, 14, 0)
    content = written(
        [
            ["Name (original name)", "Email", "Join time", "Leave time", "Duration (minutes)"],
            ["Ana Suárez", "ana@example.org", start, start + timedelta(minutes=61), 61],
        ]
    )
    (row,) = rows_of(content)
    assert read(content).format == "zoom-meeting"
    assert (row.joined, row.left, row.minutes) == (start, start + timedelta(minutes=61), 61)
    assert (
        row.raw == "Ana Suárez | ana@example.org | 2026-05-06 14:00:00 | 2026-05-06 15:01:00 | 61"
    )


def test_dates_times_durations_and_numbers_of_a_workbook():
    content = written(
        [
            ["Nombre", "Entrada", "Salida", "Duración", "Teléfono"],
            ["Ana Suárez", time(14, 0), time(15, 30), timedelta(hours=1, minutes=20), 59899123456],
            ["Luis Paz", time(14, 0), time(15, 30), None, 1.5],
        ]
    )
    ana, luis = rows_of(content)
    assert (ana.minutes, ana.joined) == (80, None)
    assert (luis.minutes, luis.joined) == (None, datetime(2026, 5, 6, 14))
    assert ana.raw.endswith("| 59899123456")
    assert luis.raw.endswith("| 1.5")


@pytest.mark.parametrize(
    "value, text",
    [(1.0, "1"), (1.25, "1.25"), (1e300, f"{1e300:.0f}"), (True, "true"), ("x", "x"), (3, "3"),
     (datetime(2026, 5, 6, 14, 0, 0, 400), "2026-05-06 14:00:00"), (date(2026, 5, 6), "2026-05-06"),
     (time(9, 5), "09:05:00"), (timedelta(hours=30, seconds=5), "30:00:05")],
)  # fmt: skip
def test_a_cell_as_text(value, text):
    assert text_of(value) == text


def test_open_document_is_read():
    assert names(open_document([["Nombre", "Correo"], ["Ana Suárez", "ana@example.org"]])) == [
        (2, "Ana Suárez")
    ]


def test_a_workbook_can_be_given_columns():
    content = workbook(cells([["Qui", "D’où", "?"], ["Ana Suárez", "Uno", "1"]]))
    found = read(content, DAY, columns=["name", "organization", ""])
    assert [(row.name, row.organization) for row in found.rows()] == [("Ana Suárez", "Uno")]


def test_a_workbook_reads_the_same_again_and_at_two_places():
    found = read(workbook(cells([["Nombre"], *([f"Ana {n}"] for n in range(500))])))
    one, other = found.rows(), found.rows()
    assert next(one) == next(other)
    assert len(list(one)) == len(list(other)) == 499
