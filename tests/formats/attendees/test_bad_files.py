"""Files that cannot be read: each ends in its code, in bounded time and memory."""

import io
import resource
import struct
import time
import zipfile
from dataclasses import replace
from datetime import date

import pytest

from tests.formats.attendees.samples import DAY, FOLDER, read
from tests.formats.attendees.workbooks import archive, cells, open_document, workbook
from tracker.formats.attendees import TERMINAL, WEB, UnreadableFile, read_attendees, sheets

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def refusal(content: bytes | str, **options) -> UnreadableFile:
    """How a file is refused, quickly and without much memory here or in the child."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    with pytest.raises(UnreadableFile) as caught:
        list(read(content, **options).rows())
    assert time.monotonic() - began < 15
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kilobytes
    return caught.value


@pytest.mark.parametrize(
    "content", [b"", b"\n\r\n  \t\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00" * 50]
)
def test_an_empty_file(content):
    assert refusal(content).code == "empty"


@pytest.mark.parametrize(
    "content", ["Nombre;Correo\n", ";;;\n;;;\n", "Participantes:\n", "---\n***\n"]
)
def test_a_file_without_rows(content):
    assert refusal(content).code == "no-rows"


@pytest.mark.parametrize(
    "content",
    [bytes(range(256)) * 40, b"\x7fELF\x02\x01\x01" + bytes(2000) + bytes(range(1, 32)) * 99,
     b"a" * 5_000_000, ("a" * 5_000_000).encode("utf-16")],
    ids=["bytes", "program", "one line", "one wide line"],
)  # fmt: skip
def test_a_binary_file(content):
    assert refusal(content).code == "binary"


@pytest.mark.parametrize(
    "start, kind",
    [(b"%PDF-1.7\n", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff\xe0", "jpg"),
     (b"GIF89a", "gif"), (b"{\\rtf1", "rtf"), (b"<html><table>", "html"), (b"<?xml version='1.0'?>", "xml"),
     (b"\x1f\x8b\x08", "gz"), (b"BEGIN:VCALENDAR\r\n", "ics"), (OLE, "xls"),
     (archive({"word/document.xml": "<w/>"}), "docx"), (archive({"a.txt": "a"}), "zip"),
     (archive({"xl/workbook.bin": "a"}), "xlsb")],
)  # fmt: skip
def test_a_kind_of_file_that_is_not_read_is_named(start, kind):
    error = refusal(start + b"" if start.startswith(b"PK") else start + b"x" * 600)
    assert (error.code, error.detail) == ("unsupported", kind)


def test_a_file_with_a_password():
    assert refusal(OLE + "EncryptedPackage".encode("utf-16-le") + bytes(500)).code == "encrypted"
    assert (
        refusal(open_document([["a"]], manifest="<manifest:encryption-data/>")).code == "encrypted"
    )


def test_an_entry_with_a_password():
    content = bytearray(workbook(cells([["Nombre"], ["Ana"]])))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(signature, place + 4)
    assert refusal(bytes(content)).code == "encrypted"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_that_is_cut_off(share):
    content = (FOLDER / "sign-in-sheet.xlsx").read_bytes()
    assert refusal(content[: int(len(content) * share)]).code == "truncated"


def test_a_workbook_with_broken_bytes():
    content = bytearray((FOLDER / "sign-in-sheet.xlsx").read_bytes())
    content[300:600] = bytes(300)
    assert refusal(bytes(content)).code == "truncated"


def test_a_workbook_with_broken_xml():
    assert refusal(workbook("<row r='1'><c r='A1'><v>1</c></ro")).code in ("truncated", "no-rows")


def test_a_quote_that_is_never_closed_names_its_row():
    content = (
        'Name,Email\nAna Suárez,a@example.org\n"Luis Paz,l@example.org\n'
        + "Eva,e@example.org\n" * 99
    )
    error = refusal(content)
    assert (error.code, error.row) == ("truncated", 3)


def test_too_many_bytes():
    error = refusal(b"Name\n" + b"Ana\n" * 2_700_000)
    assert (error.code, error.detail) == ("too-large", "10 MB")


@pytest.mark.parametrize("line", ["Ana {n};ana{n}@example.org\n"])
@pytest.mark.parametrize("heading", ["Nombre;Correo\n", ""])
def test_too_many_rows_of_text(line, heading):
    content = heading + "".join(line.format(n=n) for n in range(120))
    error = refusal(content, limits=replace(WEB, rows=100))
    assert (error.code, error.row) == ("too-large", 101 + bool(heading))


def test_too_many_tables():
    error = refusal("Name,Email\nAna,\nEmail,Name\n,Ana\n" * 1000)
    assert (error.code, error.row) == ("too-large", 1002)


def test_too_many_rows_of_a_sheet():
    limits = replace(WEB, rows=10)
    content = workbook(cells([["Nombre", "Correo"], *([f"Ana {n}", "x"] for n in range(1200))]))
    assert refusal(content, limits=limits).code == "too-large"
    content = workbook(cells([["Nombre", "Correo"], *([f"Ana {n}", "x"] for n in range(20))]))
    assert refusal(content, limits=limits).code == "too-large"


FIRST = '<row r="1"><c r="A1" t="inlineStr"><is><t>Nombre</t></is></c></row>'


@pytest.mark.parametrize(
    "far, row, cell",
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', 1048576, "XFD1048576"),
        ('<row r="2"><c r="XFD2"><v>1</v></c></row>', 2, "XFD2"),
        ("<row r='1048576'><c r='B1048576' s='1'><v>1</v></c></row>", 1048576, ""),
        ('<x:row r="99999999"><x:c r="ZZZ99999999"><x:v>1</x:v></x:c></x:row>', 99999999, "ZZZ99999999"),
        ('<row r="1048576"><c><v>1</v></c></row>', 1048576, ""),
        ("<row>" + "<c><v>1</v></c>" * 600 + "</row>", 2, ""),
    ],
)  # fmt: skip
def test_one_far_cell_is_named(far, row, cell):
    error = refusal(workbook(FIRST + far))
    assert (error.code, error.row, error.detail) == ("too-large", row, cell)


def test_far_cells_that_hold_nothing_are_no_harm():
    styled = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    rows = cells([["Nombre", "Correo"], ["Ana Suárez", ""]])
    assert [row.name for row in read(workbook(rows + styled)).rows()] == ["Ana Suárez"]


def test_a_far_cell_that_hides_from_the_check_ends_the_child_only():
    hidden = '<row r="1048576"><c a=">" r="XFD1048576"><v>1</v></c></row>'
    error = refusal(workbook(FIRST + hidden))
    assert error.code in ("too-large", "truncated", "no-rows", "columns")


@pytest.mark.parametrize(
    "strings", ["<si><t>a</t></si>" * 1_000_000, "<si/>" * 1_000_000], ids=["texts", "empty"]
)
def test_a_million_shared_strings(strings):
    error = refusal(workbook(FIRST, strings=strings))
    assert error.code in ("too-large", "zip-bomb")


def test_shared_strings_that_are_only_declared():
    content = workbook(FIRST, strings="<si/>")
    parts: dict[str, str | bytes] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as stream:
        for entry in stream.infolist():
            parts[entry.filename] = stream.read(entry)
    parts["xl/sharedStrings.xml"] = b'<sst count="9" uniqueCount="99999999999"><si/></sst>'
    error = refusal(archive(parts))
    assert error.code == "too-large"


def test_a_zip_bomb():
    error = refusal(workbook(b"<row>" + b" " * 120_000_000 + b"</row>"))
    assert error.code == "zip-bomb"


def test_a_workbook_that_inflates_beyond_the_limit():
    limits = replace(WEB, inflated=100_000)
    rows = cells([["Nombre"], *([f"Ana {n} {n * 7919 % 10_007}"] for n in range(4000))])
    assert refusal(workbook(rows), limits=limits).code == "too-large"


def test_a_zip_of_very_many_entries():
    assert refusal(archive({f"xl/{n}": "" for n in range(4000)})).code == "zip-bomb"


def test_a_zip_that_lies_about_its_entries():
    content = bytearray(workbook(cells([["Nombre"], ["Ana"]])))
    place = content.rfind(b"PK\x05\x06")
    content[place + 12 : place + 16] = struct.pack("<L", 4_000_000_000)
    assert refusal(bytes(content)).code == "zip-bomb"


def test_a_reader_that_may_take_no_time_is_stopped():
    rows = cells(
        [["Nombre", "Correo"], *([f"Ana {n}", f"a{n}@example.org"] for n in range(19_000))]
    )
    error = refusal(workbook(rows), limits=replace(WEB, seconds=0))
    assert error.code == "too-slow"


def test_a_reader_that_asks_for_too_much_memory_ends_alone(monkeypatch):
    """As a file would that gets past the checks: half a terabyte for one cell."""
    monkeypatch.setattr(sheets, "check_workbook", lambda file, limits: None)
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refusal(workbook(FIRST + far)).code == "too-large"


def test_a_text_that_many_cells_share_cannot_fill_the_disk():
    shared = "<si><t>" + "a" * 4000 + "</t></si>"
    row = "".join(f'<c r="{chr(65 + n)}{{0}}" t="s"><v>0</v></c>' for n in range(20))
    rows = "".join(f'<row r="{n}">{row.format(n)}</row>' for n in range(1, 2000))
    limits = replace(WEB, inflated=10_000_000)
    assert refusal(workbook(rows, strings=shared), limits=limits).code == "too-large"


def test_the_terminal_takes_more_than_the_web():
    content = b"Name;Email\n" + b"Ana Maria;ana@example.org\n" * 20_001
    assert refusal(content).code == "too-large"
    found = read_attendees(io.BytesIO(content), "", DAY, limits=TERMINAL)
    assert sum(1 for _row in found.rows()) == 20_001


def test_days_at_the_ends_of_the_calendar_are_no_harm():
    content = "Name,Email,Join time\nAna,a@example.org,2026-05-06 14:00\n"
    for day in (date.min, date.max):
        with pytest.raises(UnreadableFile, match="dates"):
            read(content, (day, day))


@pytest.mark.parametrize(
    "rest",
    ["Bea Ruiz,b@example.org\n", 'Bea Ruiz,b@example.org\n"Carla Paz",c@example.org\nDora Gil,\n'],
    ids=["to the end", "to the next quote"],
)
def test_a_quote_left_open_swallows_nobody(rest):
    error = refusal(f'Nombre,Correo\nEva Sol,e@example.org\n"Ana Luz,a@example.org\n{rest}')
    assert (error.code, error.row) == ("truncated", 3)
