"""Whatever the bytes: rows or UnreadableFile, soon and with little memory."""

import io
import tracemalloc
from typing import BinaryIO, cast

from hypothesis import HealthCheck, example, given, settings, strategies as st

from tests.formats.attendees.samples import DAY, EXPECTED, FOLDER, read
from tracker.formats.attendees import FORMAT_NAMES, TERMINAL, UnreadableFile, read_attendees

TITLES = ["Name", "Email", "Join time", "Leave time", "Duration (minutes)", "Nombre", "Apellido",
          "Firma", "User Action", "Timestamp", "Approval Status", "2. Participants", "Attended"]  # fmt: skip
CELLS = st.sampled_from([*TITLES, "Host Details", "06/05/2026 14:00", "2026-05-06", "1h", "--",
                         "ana@example.org", "Ana Suárez", "Total", "Joined", "Left", "x", "", '"', "\x00"])  # fmt: skip


def try_to_read(content: bytes, **options) -> None:
    try:
        found = read(content, **options)
    except UnreadableFile:
        return
    rows = list(found.rows())
    assert rows
    assert len(found.columns) == len(found.heading)
    for row in rows:
        assert row.raw
        assert row.set_aside or row.name or row.email
        assert "\x00" not in row.raw


@settings(deadline=2000, max_examples=300)
@given(st.binary(max_size=400))
@example(b"PK\x03\x04" + bytes(40))
@example(b"PK\x05\x06" + bytes(18))
@example(b"\xff\xfe\x00\x00abc")
@example(b"\xff\xfeN\x00a\x00\xd8")
@example(b"\xef\xbb\xbf\xff")
@example(b"sep=;")
@example(b'"')
def test_any_bytes(content):
    try_to_read(content)


@settings(deadline=2000, max_examples=300)
@given(st.lists(st.lists(CELLS, max_size=6), max_size=12), st.sampled_from("\t;,|"))
def test_any_table(rows, separator):
    try_to_read("\n".join(separator.join(row) for row in rows).encode())


@settings(deadline=2000)
@given(st.text(max_size=300), st.sampled_from(["auto", *FORMAT_NAMES]))
def test_any_text_in_any_format(text, kind):
    try_to_read(text.encode("utf-8", "replace"), format=kind)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_sample_with_some_bytes_changed(data):
    name = data.draw(st.sampled_from(sorted(EXPECTED)))
    content = bytearray((FOLDER / name).read_bytes())
    for _change in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    try_to_read(bytes(content[:cut] if data.draw(st.booleans()) else content))


class Table(io.RawIOBase):
    """Rows of a table, made as they are read, so that nothing but the reader holds memory."""

    LINE = b"Ana Suarez %07d,ana%07d@example.org,2026-05-06 14:00:00,2026-05-06 15:00:00,60\n"

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.heading = b"Name (original name),Email,Join time,Leave time,Duration (minutes)\n"
        self.width = len(self.LINE % (0, 0))
        self.size = len(self.heading) + rows * self.width
        self.position = 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.position = offset + (self.size if whence == 2 else self.position if whence == 1 else 0)
        return self.position

    def read(self, size: int = -1) -> bytes:
        end = self.size if size < 0 else min(self.size, self.position + size)
        start, self.position = self.position, end
        if start >= end:
            return b""
        before = start - len(self.heading)
        first = max(0, before // self.width)
        last = max(0, (end - len(self.heading)) // self.width + 1)
        text = b"".join(self.LINE % (n, n) for n in range(first, last))
        if before < 0:
            text = self.heading + text
            return text[start:end]
        return text[before - first * self.width :][: end - start]


def peak(rows: int) -> int:
    tracemalloc.start()
    try:
        found = read_attendees(cast(BinaryIO, Table(rows)), "", DAY, limits=TERMINAL)
        assert sum(1 for _row in found.rows()) == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_stays_flat():
    peak(100)
    assert peak(20_000) < 1.5 * peak(2_000) + 500_000
