"""Servers on this machine that answer as a test says, and ways to fetch from them."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest

from tracker.fetching import FAILURE_CODES, FetchFailed, FetchLimits, fetch

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
SMALL = FetchLimits(size=200_000, seconds=10)
QUICK = FetchLimits(size=200_000, seconds=0.6)


class Server:
    """Answers each connection on a thread, and keeps what it was asked."""

    def __init__(self, answer, tls=None):
        self.asked: list[str] = []
        self._answer = answer
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._serve)]
        self.port = self._socket.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http{'s' if tls else ''}://{self.host}/a.ics"
        self._threads[0].start()

    def _serve(self):
        while not self._stopped.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._talk, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _talk(self, connection):
        with connection:
            connection.settimeout(5)
            try:
                if self._tls:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                asked = b""
                while b"\r\n\r\n" not in asked:
                    piece = connection.recv(65_536)
                    if not piece:
                        return
                    asked += piece
                    if asked.startswith(b"\x16"):  # a greeting of TLS, not understood here
                        break
                self.asked.append(asked.decode("latin-1"))
                for piece in self._answer(self.asked[-1]):
                    connection.sendall(piece)
            except OSError:
                pass  # whoever asked has hung up
            finally:
                connection.close()

    def header(self, name: str) -> str | None:
        """A header of the last request."""
        for line in self.asked[-1].split("\r\n")[1:]:
            title, _, value = line.partition(": ")
            if title.lower() == name.lower():
                return value
        return None

    def close(self):
        self._stopped.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join()


@contextmanager
def serving(answer, **options):
    server = Server(answer if callable(answer) else lambda asked: [answer], **options)
    try:
        yield server
    finally:
        server.close()


def answer(body: bytes = CALENDAR, status: str = "200 OK", **headers: str) -> bytes:
    headers = {"Content-Length": str(len(body)), "Content-Type": "text/calendar"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(b"", status, Location=location)


def failure(url: str, *, limits: FetchLimits = SMALL, allowed: tuple[str, ...] = ()) -> FetchFailed:
    """How fetching fails: always with a code, always soon."""
    began = time.monotonic()
    with pytest.raises(FetchFailed) as caught:
        fetch(url, allowed_hosts=allowed, limits=limits)
    assert time.monotonic() - began < 5
    assert caught.value.code in FAILURE_CODES
    return caught.value


def refusal(content, **options) -> str:
    with serving(content) as server:
        return failure(server.url, allowed=(server.host,), **options).code


def resolver(monkeypatch, *answers: list[str]):
    """Names lead to these addresses, in turn; addresses to themselves."""
    real, asked = socket.getaddrinfo, []

    def look_up(host, port, *rest, **options):
        if host[0].isdigit() or ":" in host:
            return real(host, port, *rest, **options)
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [
            (
                socket.AF_INET6 if ":" in one else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (one, port),
            )
            for one in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked
