"""`python -m bench.report_download PATH COOKIE`: what a file takes in a process of its own.

Prints, as JSON, its rows and bytes, the seconds of processor time, the database's own included, and
the most memory used, in MB.
"""

import json
import re
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import IO, BinaryIO

from bench.clocks import clock
from tracker.extensions import db
from wsgi import app


def main() -> None:
    """Read the answer piece by piece, as a browser does."""
    path, cookie = sys.argv[1:]
    client = app.test_client()
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
    with app.app_context():
        database = db.engine
    with tempfile.TemporaryFile() as file:
        with clock(database) as spent:
            response = client.get(path, buffered=False)
            assert response.status_code == 200, response.status
            for piece in response.iter_encoded():
                file.write(piece)
            response.close()
        size = file.tell()
        # The peak of this program alone, before its own reading of the file.
        found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
        file.seek(0)
        rows = _rows(file) if path.endswith(".xlsx") else len(list(file))
    assert found
    print(json.dumps({
        "rows": rows - 1, "bytes": size, "seconds": spent.cpu, "megabytes": int(found[1]) / 1024,
    }))  # fmt: skip


def _rows(file: BinaryIO) -> int:
    """The rows of the first sheet of a workbook."""
    with zipfile.ZipFile(file) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
        pieces = iter(lambda: _whole(sheet), b"")
        return sum(each.count(b"<row ") for each in pieces)


def _whole(sheet: IO[bytes]) -> bytes:
    """A piece that ends where a row does."""
    piece = sheet.read(1 << 20)
    while piece and not piece.endswith(b">") and (more := sheet.read(1)):
        piece += more
    return piece


if __name__ == "__main__":
    main()
