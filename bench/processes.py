"""What the application costs as a process: importing it, and a worker's memory."""

import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException

import psutil  # type: ignore[import-untyped]

from bench.figures import Figures
from bench.sites import SECRET, Site

IMPORT_SECONDS = 1.0
WORKER_MB = 120.0
REQUESTS = 400


@contextmanager
def environment_of(site: Site) -> Iterator[dict[str, str]]:
    """The environment of an installed site: one whose modules are compiled already."""
    with tempfile.TemporaryDirectory(prefix="encuentro-bench-") as folder:
        given = {
            name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        }
        environment = given | {
            "APP_ENV": "testing", "SECRET_KEY": SECRET, "DATABASE_URL": site.url,
            "PYTHONPYCACHEPREFIX": folder,
        }  # fmt: skip
        _import(environment)
        yield environment


def _import(environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-c", "import wsgi"], env=environment, check=True)


def measure_import(site: Site, figures: Figures) -> None:
    """The processor time of `import wsgi` in a new interpreter, whose own start counts too."""
    seconds = []
    with environment_of(site) as environment:
        for _turn in range(5):
            before = _children_seconds()
            _import(environment)
            seconds.append(_children_seconds() - before)
    figures.add(
        "import of the application", "Python", "CPU of python -c 'import wsgi'",
        statistics.median(seconds), IMPORT_SECONDS, " s",
    )  # fmt: skip


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure_worker(site: Site, figures: Figures) -> None:
    """The memory of the largest worker after lists, event pages and searches, four at a time."""
    with serving(site) as (server, address):
        workers = psutil.Process(server.pid).children()
        with ThreadPoolExecutor(4) as pool:
            failed = sum(pool.map(lambda turn: not _visit(site, address, turn), range(REQUESTS)))
        # A worker that died and was replaced is no longer among those that started.
        megabytes = [worker.memory_info().rss / 2**20 for worker in workers if worker.is_running()]
    figures.add(
        "workers that died, requests that failed", site.engine, f"{REQUESTS} pages",
        len(workers) - len(megabytes) + failed, 0,
    )  # fmt: skip
    figures.add(
        "a worker's memory", site.engine, f"resident after {REQUESTS} pages, {site.events:,} events",
        max(megabytes, default=float("inf")), WORKER_MB, " MB",
    )  # fmt: skip


@contextmanager
def serving(
    site: Site, application: str = "wsgi:app", ready: str = "/events/", **more: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The server of `make serve` on a free port, and its address; `more` is of its environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}",
        "--config", "python:scripts.gunicorn_serve", application,
    ]  # fmt: skip
    with environment_of(site) as environment:
        server = subprocess.Popen(command, env=environment | more, stdout=subprocess.DEVNULL)
        try:
            _wait_for(f"http://127.0.0.1:{port}{ready}")
            yield server, f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _visit(site: Site, address: str, turn: int) -> bool:
    paths = ["/events/", "/events/?q=taller", *(f"/events/{key}" for key in site.keys)]
    request = urllib.request.Request(f"{address}{paths[turn % len(paths)]}")
    if turn % 2:
        request.add_header("Cookie", f"{site.app.config['SESSION_COOKIE_NAME']}={site.cookie}")
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            response.read()
    except (OSError, HTTPException):
        return False
    return True


def _wait_for(address: str) -> None:
    for _try in range(100):
        try:
            urllib.request.urlopen(address, timeout=10).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)
