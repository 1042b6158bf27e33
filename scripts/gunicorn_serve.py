"""Settings of the server that `make serve` starts."""

import os
import sys

from gunicorn.arbiter import Arbiter

worker_class = "gthread"
# CPython 3.11's collector can crash where several threads render pages at once: seen with 3.11.2
# and 3.11.7 within some hundred requests, never with 3.12.1 or 3.13.0, nor with one thread.
threads = 4 if sys.version_info >= (3, 12) else 1
workers = 2 if threads > 1 else 4
loglevel = "warning"
# A heartbeat file on a real disk can stall a worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108


def when_ready(server: Arbiter) -> None:
    """Say where the site is, once it can be opened."""
    line = f"Encuentro is on {os.environ.get('SERVE_ADDRESS', server.address)}"
    rule = "─" * (len(line) + 4)
    print(f"\n{rule}\n  {line}\n{rule}\n  Ctrl-C ends it.\n", flush=True)
