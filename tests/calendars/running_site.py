"""The site under gunicorn, with two workers, and an editor who uses its forms over HTTP."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

from config import ROOT

PATIENCE = 60.0  # seconds, on a machine that is busy with other tests


@contextmanager
def serve(database: Path, secret: str) -> Iterator[str]:
    """Run the server of `make serve` on a free port of the loopback interface; its address.

    Everything it says, each request included, goes to `server.log` beside the database.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--config", "python:scripts.gunicorn_serve", "--access-logfile", "-", "wsgi:app",
    ]  # fmt: skip
    environment = os.environ | {
        "APP_ENV": "testing", "SECRET_KEY": secret, "DATABASE_URL": f"sqlite:///{database}",
        "INSTANCE_DIR": str(database.parent),
    }  # fmt: skip
    with (database.parent / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _wait_for(address: str) -> None:
    opener = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            opener.open(address, timeout=PATIENCE).close()
            return
        except URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


class Editor:
    """Somebody with an account who fills in the forms of the site, without JavaScript."""

    def __init__(self, address: str, email: str, password: str) -> None:
        self.address = address
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
        self.send("/sign-in", "/sign-in", email=email, password=password)

    def open(self, path: str, data: bytes | None = None) -> str:
        with self._opener.open(self.address + path, data, timeout=PATIENCE) as answer:
            return answer.read().decode()

    def send(self, page: str, action: str, **typed: str) -> str:
        """Open a page, change what is typed of the form that goes to `action`, and send it."""
        form = _Forms.read(self.open(page), page)[action]
        kept = [(name, value) for name, value in form if name not in typed]
        return self.open(action, urlencode([*kept, *typed.items()]).encode())


class _Forms(HTMLParser):
    """What a browser would send of each form of a page, by where the form goes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: dict[str, list[tuple[str, str]]] = {}
        self._form: list[tuple[str, str]] | None = None
        self._select: dict[str, str] = {}
        self._text: str | None = None

    @classmethod
    def read(cls, html: str, page: str) -> dict[str, list[tuple[str, str]]]:
        parser = cls(page)
        parser.feed(html)
        return parser.forms

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = self.forms.setdefault(given.get("action") or self.page, [])
        elif self._form is None:
            return
        elif tag == "input" and given.get("name"):
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked and given.get("type") != "submit":
                self._form.append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._select = {"name": given["name"]}
        elif tag == "option" and ("selected" in given or "value" not in self._select):
            self._select["value"] = given.get("value", "")
        elif tag == "textarea":
            self._form.append((given["name"], ""))
            self._text = given["name"]

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._text is not None:
            name, value = self._form.pop()
            self._form.append((name, value + data))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select" and self._form is not None:
            self._form.append((self._select["name"], self._select["value"]))
        elif tag == "textarea":
            self._text = None
