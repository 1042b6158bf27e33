"""Bring the database up to date, add the demonstration and serve the site: `make serve`."""

import compileall
import ipaddress
import os
import socket
import subprocess
import sys

from scripts.install import ROOT


def main() -> None:
    """Prepare, then become the server; HOST and PORT say where it listens."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = _port(os.environ.get("PORT") or "8000")
    _ask_for(host, port)
    os.chdir(ROOT)
    os.environ.setdefault("APP_ENV", "development")
    # Once here, not at each start of each process where Python is told to write no bytecode.
    compileall.compile_dir(ROOT / "tracker", quiet=1)
    _flask("setup")
    if os.environ["APP_ENV"] == "development":
        _demonstrate(host)
    os.environ["SERVE_ADDRESS"] = address(host, port)
    os.execv(sys.executable, [sys.executable, *_server(host, port)])  # noqa: S606


def address(host: str, port: int) -> str:
    """Return the URL to open, with brackets around an IPv6 address."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach the host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _demonstrate(host: str) -> None:
    if is_loopback(host):
        _flask("demo")
    else:
        # Their passwords are public, so they must not be reachable from another machine.
        os.environ["DEMO_ACCOUNTS"] = "0"
        _flask("demo")
        print(f"\nNo demo accounts: {host} can be reached from other machines.")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        sys.exit(f"PORT={text} is not a port; it is a number from 1 to 65535.")
    return int(text)


def _ask_for(host: str, port: int) -> None:
    """Fail before any work is done where the address is not to be had."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        sys.exit(
            f"Cannot listen on {host}:{port}: {error.strerror or error}.\n"
            f"Something else may be using it; try another: make serve PORT={port % 65535 + 1}"
        )


def _flask(*words: str) -> None:
    done = subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *words])
    if done.returncode:
        sys.exit(done.returncode)


def _server(host: str, port: int) -> list[str]:
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    where = ["--bind", bind, "--config", "python:scripts.gunicorn_serve"]
    return ["-m", "gunicorn", *where, "wsgi:app"]


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
