"""Reading and writing CSV files: what is right comes out typed, what is wrong is said."""

import csv

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tracker.formats.load_format import BadValue, Column, File, Problem, read_rows, write_rows


def number(cell: str) -> int:
    try:
        return int(cell)
    except ValueError as error:
        raise BadValue(f"“{cell}” is no number") from error


FILE = File("things.csv", (
    Column("key", str, key=True, required=True),
    Column("name", str, attribute="title"),
    Column("size", number, empty=0),
))  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def read(content: str | bytes, file: File = FILE):
        path = tmp_path / file.name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        problems: list[Problem] = []
        rows = list(read_rows(path, file, problems.append))
        return rows, problems

    return read


def test_values_are_typed_and_numbered_as_a_spreadsheet_does(read):
    rows, problems = read('key,size,name\na,1,One\n\nb,,"two\nlines"\nc,3,\n')
    assert problems == []
    assert [(row.number, row.values) for row in rows] == [
        (2, {"key": "a", "size": 1, "title": "One"}),
        (4, {"key": "b", "size": 0, "title": "two\nlines"}),
        (5, {"key": "c", "size": 3, "title": None}),
    ]


def test_a_column_that_is_not_there_gives_no_value(read):
    rows, _problems = read("key\na\n")
    assert rows[0].values == {"key": "a"}


def test_a_byte_order_mark_and_windows_line_ends_are_fine(read):
    rows, problems = read(b"\xef\xbb\xbfkey,name\r\na,\xc3\xa1\r\n")
    assert problems == []
    assert rows[0].values == {"key": "a", "title": "á"}


def test_an_empty_row_is_no_row(read):
    rows, problems = read("key,name\n,\na,\n")
    assert [row.number for row in rows] == [3]
    assert problems == []


@pytest.mark.parametrize(
    "content, expected",
    [
        ("", "things.csv, row 1: is empty; the first row names the columns"),
        ("name\nx\n", "things.csv, row 1, key: is missing"),
        ("key,nmae\na,b\n", "things.csv, row 1, nmae: is no column of this file; did you mean name?"),
        ("key,,name\na,b,c\n", "things.csv, row 1: the header has a column without a name"),
        ("key,key\na,b\n", "things.csv, row 1, key: is there twice"),
        ("key,name\na\n", "things.csv, row 2: has 1 cells where the header has 2"),
        ("key,name\na,b,c\n", "things.csv, row 2: has 3 cells where the header has 2"),
        ("key,name\n,b\n", "things.csv, row 2, key: is empty"),
        ("key,size\na,b\n", "things.csv, row 2, size: “b” is no number"),
        ("key\na\nb\na\n", "things.csv, row 4: has the same key as row 2"),
        ("key\na\x00b\n", "things.csv, row 2, key: holds a control character (U+0000)"),
        ("key\na\u202eb\n", "things.csv, row 2, key: holds a control character (U+202E)"),
        (b"key\n\xe9\n", "things.csv, row 2: is not UTF-8"),
        (b"\xff\xfek\x00e\x00y\x00", "things.csv, row 1: is not UTF-8"),
        (
            'key,name\na,b\nc,"d\ne,f\n',
            ("things.csv, row 3: cannot be read as CSV: a quote that opens here is never closed. "
            "The rows from here on were not looked at"),
        ),
        (
            'key\n"a"b\nc\n',
            ("things.csv, row 2: cannot be read as CSV: text follows a closing quote; a quote inside "
            "a cell is written twice. The rows from here on were not looked at"),
        ),
        (
            "key\na\rb\n",
            ("things.csv, row 2: cannot be read as CSV: a line ends with a bare carriage return. "
            "The rows from here on were not looked at"),
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(read, content, expected):
    _rows, problems = read(content)
    assert [str(problem) for problem in problems] == [expected]


def test_every_problem_is_reported_and_good_rows_go_on(read):
    rows, problems = read("key,size\na,x\nb,2\n,y\nc,3\n")
    assert [(p.row, p.column) for p in problems] == [(2, "size"), (4, "key"), (4, "size")]
    assert [(row.number, row.bad) for row in rows] == [(2, True), (3, False), (4, True), (5, False)]


def test_a_cell_of_ten_megabytes_is_read(read):
    rows, problems = read("key,name\na," + "x" * 10_000_000 + "\nb,\n")
    assert problems == []
    assert len(rows) == 2


def test_a_cell_without_end_stops_its_file(read):
    _rows, problems = read('key,name\na,"' + "x" * 17_000_000 + "\nb,\n")
    assert [problem.row for problem in problems] == [2]
    assert "far too long" in problems[0].message


def test_progress_counts_bytes(tmp_path):
    path = tmp_path / "things.csv"
    path.write_text("key\n" + "".join(f"{n}\n" for n in range(2500)))
    told: list[int] = []
    list(read_rows(path, FILE, lambda _problem: None, told.append))
    assert told[-1] == path.stat().st_size
    assert len(told) == 3
    assert told == sorted(told)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "things.csv"
    path.write_text("before")

    def rows():
        yield ("a",)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_rows(path, ["key"], rows())
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["things.csv"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))), min_size=1))
def test_what_is_written_is_read_back(tmp_path, names):
    path = tmp_path / "things.csv"
    names = [name.strip() for name in names]
    bidi = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    names = ["".join(c for c in name if c not in bidi).strip() for name in names]
    write_rows(path, ["key", "name"], [(str(n), name) for n, name in enumerate(names)])
    problems: list[Problem] = []
    rows = list(read_rows(path, FILE, problems.append))
    assert problems == []
    assert [row.values["title"] or "" for row in rows] == names
    assert b"\r" not in path.read_bytes()


def test_a_spreadsheet_program_reads_the_same(tmp_path):
    path = tmp_path / "things.csv"
    write_rows(path, ["key", "name"], [("a", '=1+1, "quoted"\nnext')])
    with path.open(newline="") as stream:
        assert list(csv.reader(stream)) == [["key", "name"], ["a", '=1+1, "quoted"\nnext']]
