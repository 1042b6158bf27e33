"""The processor time of this process and of its database together, and the time on the wall."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from sqlalchemy import Engine, text

_BACKENDS = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")


@dataclass
class Spent:
    """Seconds that something took."""

    cpu: float = 0.0
    wall: float = 0.0


def backends(database: Engine) -> list[int]:
    """The processes that work for the connections to a database; none on SQLite."""
    if database.dialect.name == "sqlite":
        return []
    with database.connect() as connection:
        return list(connection.scalars(_BACKENDS))


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
    server = psutil.Process(processes[0]).parent() if processes else None
    if server is None:
        return 0.0
    times = server.cpu_times()
    return float(times.children_user + times.children_system)


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
