"""Requests over loopback, as fast as a server answers them.

Plain sockets, so that it is the server that takes the time.
"""

import socket
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import BinaryIO
from urllib.parse import urlsplit

CONNECTIONS = 8


def requests_per_second(
    address: str, paths: Sequence[str], headers: Mapping[str, str], status: int, seconds: float
) -> float:
    """How many GET requests a second are answered; raises where one has another status."""
    place = urlsplit(address)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    asked = [f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\n{lines}\r\n" for path in paths]
    until = time.perf_counter() + seconds

    def ask(turn: int) -> int:
        rest = cycle([*asked[turn % len(asked) :], *asked[: turn % len(asked)]])
        number = 0
        with socket.create_connection((place.hostname or "", place.port or 80), 60) as connection:
            file = connection.makefile("rb")
            while time.perf_counter() < until:
                connection.sendall(next(rest).encode())
                _read(file, status)
                number += 1
        return number

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return sum(pool.map(ask, range(CONNECTIONS))) / seconds


def _read(file: BinaryIO, status: int) -> None:
    first, length = file.readline(), 0
    if int(first.split()[1]) != status:
        raise AssertionError(first)
    while (line := file.readline()) not in (b"\r\n", b""):
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    while length > 0:
        length -= len(file.read(min(length, 1 << 20)))
