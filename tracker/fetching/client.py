"""Asks a web server for a calendar, within limits of time, size and redirects."""

import http.client
import ssl
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from tracker.fetching.connections import Deadline, PinnedConnection, pinned_connection
from tracker.fetching.hosts import (
    Address,
    AllowedHosts,
    PrivateAddress,
    UnknownHost,
    resolve,
)
from tracker.version import VERSION

MEGABYTE = 1024 * 1024
FAILURE_CODES = (
    "bad-address",
    "unknown-host",
    "private-address",
    "unreachable",
    "tls",
    "timeout",
    "redirects",
    "not-found",
    "forbidden",
    "http",
    "too-large",
    "not-a-calendar",
)

_SCHEMES = {"webcal": "https", "webcals": "https", "http": "http", "https": "https"}
_USUAL_PORTS = {"http": 80, "https": 443}
_LONGEST_ADDRESS = 2_000
_LONGEST_VALIDATOR = {"ETag": 300, "Last-Modified": 80}
_URI_CHARACTERS = "%/:=&?~+!$,;'@()*[]"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_STATUS_CODES = {401: "forbidden", 403: "forbidden", 404: "not-found", 410: "not-found"}
_PIECE = 65_536
_MOST_ADDRESSES = 4
_PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much is fetched: `size` in bytes, also once unpacked; `seconds` for all of it."""

    size: int = 10 * MEGABYTE
    seconds: float = 30
    connect_seconds: float = 5
    redirects: int = 5


FETCH_LIMITS = FetchLimits()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered: `content` is None where it has not changed since.

    `url` is where redirects led to; `etag` and `last_modified` are for the next time.
    """

    content: bytes | None
    etag: str | None
    last_modified: str | None
    url: str


class FetchFailed(Exception):
    """An address that gave nothing.

    Codes: "bad-address" (no web address, or one with a password or an unusual port),
    "unknown-host", "private-address" (inside this network), "unreachable", "tls", "timeout",
    "redirects" (too many, or from https to http), "not-found" (404, 410), "forbidden" (401, 403),
    "http" (`detail`: another status, or what broke), "too-large" (`detail`: the limit),
    "not-a-calendar" (a web page).
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def fetch(
    url: str,
    *,
    allowed_hosts: Sequence[str] = (),
    etag: str | None = None,
    last_modified: str | None = None,
    limits: FetchLimits = FETCH_LIMITS,
) -> Fetched:
    """The calendar at an address (http, https or webcal), if it changed since.

    `allowed_hosts` are names, IP addresses or networks that may be fetched though they are private.
    Raises FetchFailed.
    """
    asked = _Asked(AllowedHosts.listed(allowed_hosts), etag, last_modified, limits)
    for _ in range(limits.redirects + 1):
        target = _target(url, asked.allowed)
        answer = _ask(target, asked)
        if isinstance(answer, Fetched):
            return answer
        url = _redirected(target, answer)
    raise FetchFailed("redirects")


class _Asked:
    """What was asked for, and until when it may take."""

    def __init__(
        self,
        allowed: AllowedHosts,
        etag: str | None,
        last_modified: str | None,
        limits: FetchLimits,
    ) -> None:
        self.allowed = allowed
        self.limits = limits
        self.deadline = Deadline(limits.seconds)
        self.headers = {
            "User-Agent": f"Encuentro/{VERSION}",
            "Accept": "text/calendar, */*;q=0.1",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        if etag:
            self.headers["If-None-Match"] = etag
        if last_modified:
            self.headers["If-Modified-Since"] = last_modified
        self.is_conditional = bool(etag or last_modified)

    def left(self) -> float:
        """The seconds that are left; raises FetchFailed where there are none."""
        try:
            return self.deadline.left()
        except TimeoutError as error:
            raise FetchFailed("timeout") from error


@dataclass(frozen=True, slots=True)
class _Target:
    url: str
    scheme: str
    host: str
    port: int
    path: str


def _target(url: str, allowed: AllowedHosts) -> _Target:
    """The parts of an address that may be asked; raises FetchFailed."""
    url = url.strip()
    try:
        if len(url) > _LONGEST_ADDRESS or not url.isprintable() or "\\" in url:
            raise ValueError(url)
        parts = urlsplit(url)
        scheme = _SCHEMES[parts.scheme.lower()]
        host = _host(parts)
        port = _USUAL_PORTS[scheme] if parts.port is None else parts.port
        if "@" in parts.netloc or not allowed.allow_port(host, port):
            raise ValueError(url)
    except (ValueError, KeyError) as error:
        raise FetchFailed("bad-address") from error
    path = quote(parts.path or "/", safe=_URI_CHARACTERS)
    if parts.query:
        path += "?" + quote(parts.query, safe=_URI_CHARACTERS)
    return _Target(f"{scheme}:{url.partition(':')[2]}", scheme, host, port, path)


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if ":" not in host:
        host = host.encode("idna").decode()
    if not host.strip(".") or any(character in host for character in " %<>\"'"):
        raise ValueError(host)
    return host


def _redirected(target: _Target, location: str) -> str:
    try:
        url = urljoin(target.url, location)
    except ValueError as error:
        raise FetchFailed("bad-address") from error
    if target.scheme == "https" and urlsplit(url).scheme.lower() == "http":
        raise FetchFailed("redirects")
    return url


def _ask(target: _Target, asked: _Asked) -> Fetched | str:
    """What the address holds, or where it sends to."""
    connection = _connected(target, asked)
    try:
        connection.request(
            "GET", target.path, headers=asked.headers,
            preload_content=False, decode_content=False,
        )  # fmt: skip
        with closing(connection.getresponse()) as response:
            answer = _answer(response, target, asked)
    except FetchFailed:
        asked.left()  # what went wrong because the time ran out is told as that
        raise
    except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        asked.left()
        raise FetchFailed("http", type(error).__name__) from error
    finally:
        connection.end()
    # The end of the time may look like the end of the answer.
    asked.left()
    return answer


def _connected(target: _Target, asked: _Asked) -> PinnedConnection:
    failure = "unreachable"
    for address in _addresses(target, asked)[:_MOST_ADDRESSES]:
        connection = pinned_connection(target.scheme, target.host, target.port)
        connection.pin(address, asked.deadline, asked.limits.connect_seconds)
        try:
            connection.connect()
        except (HTTPError, OSError) as error:
            connection.end()
            asked.left()
            failure = _why(error)
            continue
        return connection
    raise FetchFailed(failure)


def _why(error: Exception) -> str:
    """The code of what went wrong while connecting."""
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return "tls"
    # urllib3 wraps what a certificate lacks in an error of its own.
    if isinstance(error, HTTPError) and "certificate" in str(error).lower():
        return "tls"
    return "timeout" if isinstance(error, TimeoutError) else "unreachable"


def _addresses(target: _Target, asked: _Asked) -> Sequence[Address]:
    try:
        return resolve(target.host, target.port, asked.allowed, asked.left())
    except UnknownHost as error:
        raise FetchFailed("unknown-host") from error
    except PrivateAddress as error:
        raise FetchFailed("private-address") from error
    except TimeoutError as error:
        raise FetchFailed("timeout") from error


def _answer(response: HTTPResponse, target: _Target, asked: _Asked) -> Fetched | str:
    location = response.headers.get("Location")
    if response.status in _REDIRECTS and location:
        return location
    etag, last_modified = (_validator(response, name) for name in ("ETag", "Last-Modified"))
    if response.status == http.client.NOT_MODIFIED and asked.is_conditional:
        return Fetched(None, etag, last_modified, target.url)
    if response.status != http.client.OK:
        raise FetchFailed(_STATUS_CODES.get(response.status, "http"), str(response.status))
    content = _content(response, asked.limits)
    if _is_page(content, response.headers.get("Content-Type", "")):
        raise FetchFailed("not-a-calendar")
    return Fetched(content, etag, last_modified, target.url)


def _validator(response: HTTPResponse, name: str) -> str | None:
    value = response.headers.get(name)
    kept = value and len(value) <= _LONGEST_VALIDATOR[name] and value.isascii()
    return value if kept and value and value.isprintable() else None


def _content(response: HTTPResponse, limits: FetchLimits) -> bytes:
    too_large = FetchFailed("too-large", f"{limits.size // MEGABYTE} MB")
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise FetchFailed("http", f"Content-Encoding: {encoding[:40]}")
    pieces, size = [], 0
    read = _pieces(response)
    for piece in _unpacked(read, limits.size) if "gzip" in encoding else read:
        size += len(piece)
        if size > limits.size:
            raise too_large
        pieces.append(piece)
    return b"".join(pieces)


def _pieces(response: HTTPResponse) -> Iterator[bytes]:
    # read1 gives what has come; read would wait for the whole piece.
    while piece := response.read1(_PIECE):
        yield piece


def _unpacked(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    """What gzip packed, never much more of it at once than is wanted."""
    unpack = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        for piece in pieces:
            while piece and not unpack.eof:
                yield unpack.decompress(piece, min(most, 16 * _PIECE))
                piece = unpack.unconsumed_tail
    except zlib.error as error:
        raise FetchFailed("http", "gzip") from error
    if not unpack.eof:
        raise FetchFailed("http", "gzip")


def _is_page(content: bytes, content_type: str) -> bool:
    """Whether this is plainly a web page, as where one has to sign in first."""
    start = content[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"begin:vcalendar"):
        return False
    return start.startswith(_PAGE_STARTS) or content_type.lower().startswith("text/html")
