"""Connections to an address that was checked, whatever its host is called, that end in time."""

import socket
import ssl
import threading
import time
from ipaddress import IPv4Address, IPv6Address

from urllib3.connection import HTTPConnection, HTTPSConnection


class Deadline:
    """Until when something may take."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left; raises TimeoutError where there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class PinnedConnection(HTTPConnection):
    """A connection to one address of a host. `pin` comes first, `end` last."""

    _handle: socket.socket | None = None
    _timer: threading.Timer | None = None

    def pin(self, address: IPv4Address | IPv6Address, deadline: Deadline, seconds: float) -> None:
        """Say where it leads, when it ends, and how long connecting may take."""
        self._address = str(address)
        self._deadline = deadline
        self._seconds = seconds

    def _new_conn(self) -> socket.socket:
        left = self._deadline.left()
        sock = socket.create_connection((self._address, self.port), min(left, self._seconds))
        sock.settimeout(left)
        # A time limit of a socket is for each piece: who sends a byte a second would never end. A
        # handle of our own, as TLS takes the socket over.
        self._handle = sock.dup()
        self._timer = threading.Timer(left, self._cut_off)
        self._timer.daemon = True
        self._timer.start()
        return sock

    def _cut_off(self) -> None:
        if self._handle is not None:
            try:
                self._handle.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it has ended by itself

    def end(self) -> None:
        """Let go of it; `close` comes earlier, when an answer has begun that ends with it."""
        if self._timer is not None:
            self._timer.cancel()
        if self._handle is not None:
            self._handle.close()
        self.close()


class _PinnedTlsConnection(PinnedConnection, HTTPSConnection):
    """The same with the certificate of the host's name."""


def pinned_connection(scheme: str, host: str, port: int) -> PinnedConnection:
    """A connection by http or https that is yet to be pinned."""
    if scheme == "https":
        return _PinnedTlsConnection(host, port, ssl_context=ssl.create_default_context())
    return PinnedConnection(host, port)
