"""The processor time of this process and of its database together, and the time on the wall."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from sqlalchemy import Engine, text


@dataclass
class Spent:
    """Seconds that something took."""

    cpu: float = 0.0
    wall: float = 0.0


def backends(database: Engine) -> list[int]:
    """The processes that work for the connection which is taken next; none on SQLite."""
    if database.dialect.name == "sqlite":
        return []
    # Pooled connections are used last in, first out: this is the one that comes next.
    with database.connect() as connection:
        return [connection.scalar(text("SELECT pg_backend_pid()"))]


def seconds_of(processes: list[int]) -> float:
    """The processor time that processes have used so far."""
    total = 0.0
    for pid in processes:
        try:
            total += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
        except (OSError, ValueError):
            times = psutil.Process(pid).cpu_times()
            total += times.user + times.system
    return total


def reaped(processes: list[int]) -> float:
    """The processor time of PostgreSQL's processes that have ended, as parallel workers do."""
    servers = [parent for pid in processes if (parent := psutil.Process(pid).parent()) is not None]
    times = [server.cpu_times() for server in servers]
    return sum(each.children_user + each.children_system for each in times)


@contextmanager
def clock(database: Engine) -> Iterator[Spent]:
    """Time what is done inside, with its database's part of the work."""
    spent, processes = Spent(), backends(database)
    gc.collect()
    before = seconds_of(processes) + reaped(processes)
    cpu, wall = time.process_time(), time.perf_counter()
    yield spent
    spent.wall = time.perf_counter() - wall
    spent.cpu = time.process_time() - cpu + seconds_of(processes) + reaped(processes) - before
