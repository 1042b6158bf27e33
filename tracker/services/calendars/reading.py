"""Looking at a calendar: fetched from its address or handed in, and read; nothing is stored here."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, BinaryIO
from urllib.parse import urlsplit, urlunsplit

from tracker.fetching import FetchFailed, fetch
from tracker.formats.calendars import (
    CalendarProblem,
    ReadCalendar,
    UnreadableCalendar,
    read_calendar,
)
from tracker.models import CalendarSource

PAST = timedelta(days=365)
AHEAD = timedelta(days=730)
Trouble = CalendarProblem | UnreadableCalendar


class CannotRead(Exception):
    """A calendar that gave nothing; `error` says why, as a source keeps it."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True)
class Before:
    """What is known of a calendar from the last time it was looked at."""

    digest: str | None = None
    etag: str | None = None
    last_modified: str | None = None

    @classmethod
    def of(cls, source: CalendarSource, today: date) -> "Before":
        """What a source knows.

        In another month nothing: what recurs without end must be followed further then.
        """
        if source.read_at is None or not _same_month(source.read_at.date(), today):
            return cls()
        return cls(source.digest, source.etag, source.last_modified)


@dataclass(frozen=True)
class Looked:
    """What was found: `calendar` is None where nothing has changed since."""

    calendar: ReadCalendar | None
    digest: str | None
    etag: str | None = None
    last_modified: str | None = None


def look_at_address(
    address: str, today: date, hosts: Sequence[str] = (), before: Before | None = None
) -> Looked:
    """What is at an address; `hosts` may be asked though they are private. Raises CannotRead."""
    before = before or Before()
    try:
        fetched = fetch(
            address, allowed_hosts=hosts, etag=before.etag, last_modified=before.last_modified
        )
    except FetchFailed as error:
        raise CannotRead({"code": error.code, "component": None, "detail": error.detail}) from error
    if fetched.content is None:
        return Looked(None, before.digest, before.etag, before.last_modified)
    found = io.BytesIO(fetched.content)
    return _look(found, today, before, fetched.etag, fetched.last_modified)


def look_at_file(file: BinaryIO, today: date, before: Before | None = None) -> Looked:
    """What is in a file. Raises CannotRead."""
    return _look(file, today, before or Before())


def _look(
    file: BinaryIO,
    today: date,
    before: Before,
    etag: str | None = None,
    last_modified: str | None = None,
) -> Looked:
    digest = hashlib.sha256(file.read()).hexdigest()
    if digest == before.digest:
        return Looked(None, digest, etag, last_modified)
    file.seek(0)
    try:
        calendar = read_calendar(file, first=today - PAST, last=today + AHEAD)
    except UnreadableCalendar as error:
        raise CannotRead(as_json(error)) from error
    return Looked(calendar, digest, etag, last_modified)


def as_json(trouble: Trouble) -> dict[str, Any]:
    """What is wrong with a calendar, as a source keeps it."""
    component = asdict(trouble.component) if trouble.component is not None else None
    return {"code": trouble.code, "component": component, "detail": trouble.detail[:500]}


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)


def plain_address(typed: str) -> str:
    """An address as one source keeps it: https for webcal, without fragment, its host in small."""
    text = typed.strip()
    for scheme in ("webcals://", "webcal://"):
        if text.lower().startswith(scheme):
            text = "https://" + text[len(scheme) :]
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    return urlunsplit(
        (parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, "")
    )
