"""What kind of file the first bytes say it is."""

import re
from typing import BinaryIO

from tracker.formats.attendees.encoding import pieces
from tracker.formats.attendees.rows import Limits, UnreadableFile

_KINDS = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"RIFF", "webp"),
    (b"{\\rtf", "rtf"),
    (b"\x1f\x8b", "gz"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
    (b"BEGIN:VCALENDAR", "ics"),
    (b"BEGIN:VCARD", "vcf"),
    (b"SQLite format 3", "sqlite"),
    (b"<?xml", "xml"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|table|meta|head|style)\b", re.I
)


def is_workbook(file: BinaryIO, limits: Limits) -> bool:
    """Whether a file is a zip, as workbooks are, rather than text.

    Raises UnreadableFile for what is empty, too large, protected, or neither.
    """
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(512)
    if size <= len(head) and not head.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile("empty")
    if size > limits.size:
        raise UnreadableFile("too-large", detail=f"{limits.size // (1024 * 1024)} MB")
    if head.startswith(_OLE):
        # What Excel protects with a password is an old container around the new file.
        raise (
            UnreadableFile("encrypted")
            if _holds(file, _PROTECTED)
            else UnreadableFile("unsupported", detail="xls")
        )
    for start, kind in _KINDS:
        if head.startswith(start):
            raise UnreadableFile("unsupported", detail=kind)
    if _MARKUP.match(head):
        raise UnreadableFile("unsupported", detail="html")
    return head.startswith(_ZIP)


def _holds(file: BinaryIO, wanted: bytes) -> bool:
    before = b""
    for piece in pieces(file):
        if wanted in before + piece:
            return True
        before = piece[-len(wanted) :]
    return False
