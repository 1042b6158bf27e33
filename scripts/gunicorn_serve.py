"""Settings of the server that `make serve` starts."""

import os

from gunicorn.arbiter import Arbiter

worker_class = "gthread"
workers = 2
threads = 4
loglevel = "warning"
# A heartbeat file on a real disk can stall a worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108


def when_ready(server: Arbiter) -> None:
    """Say where the site is, once it can be opened."""
    line = f"Encuentro is on {os.environ.get('SERVE_ADDRESS', server.address)}"
    rule = "─" * (len(line) + 4)
    print(f"\n{rule}\n  {line}\n{rule}\n  Ctrl-C ends it.\n", flush=True)
