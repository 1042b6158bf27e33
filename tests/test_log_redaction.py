"""The addresses of private feeds are in no log, whoever writes it."""

import logging
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from config import ROOT, Config
from tests import factories
from tracker import create_app
from tracker.extensions import db
from tracker.log_redaction import keep_private_addresses_out_of_logs, redacted
from tracker.services.database import upgrade

TOKEN = "Abc-_" * 6 + "xy"
WRONG = "w" * 32


@pytest.mark.parametrize(
    "text, hidden",
    [
        (f"GET /feeds/private/{TOKEN}.ics HTTP/1.1", "GET /feeds/private/… HTTP/1.1"),
        (f"/feeds/private/{TOKEN}.atom?lang=en", "/feeds/private/…?lang=en"),
        (f"//feeds//private//{TOKEN}.ics", "//feeds//private//…"),
        (f"/feeds/%70rivate/{TOKEN}.ics", "/feeds/private/…"),
        (f"/feeds%2Fprivate%2F{TOKEN}.ics", "/feeds/private/…"),
        (f"<Request 'http://x/feeds/private/{TOKEN}.ics' [GET]>",
         "<Request 'http://x/feeds/private/…' [GET]>"),
        (f"webcal://x/feeds/private/new-{TOKEN[4:]}.ics", "webcal://x/feeds/private/…"),
        (f"/feeds/private/{TOKEN}", "/feeds/private/…"),
    ],
)  # fmt: skip
def test_the_secret_part_is_left_out(text, hidden):
    assert redacted(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "GET /feeds/private/ HTTP/1.1",
        "GET /feeds/private/new?space=igf HTTP/1.1",
        "POST /feeds/private/12/revoke HTTP/1.1",
        "GET /feeds/spaces/igf.ics?lang=es HTTP/1.1",
        "GET /events/?q=100%25 HTTP/1.1",
        "no address at all",
    ],
)
def test_everything_else_stays(text):
    assert redacted(text) == text


class TestLogs:
    @pytest.fixture
    def log(self, caplog):
        keep_private_addresses_out_of_logs()
        caplog.set_level(logging.INFO)
        return caplog

    def test_of_texts_and_arguments(self, log):
        address = f"/feeds/private/{TOKEN}.ics"
        whole = f"read {address}"
        logger = logging.getLogger("somebody")
        logger.info("read %s", address)
        logger.info(whole)
        logger.info("%(r)s", {"r": f"GET {address}"})
        logger.info("%d%%", 5)
        assert "5%" in log.text
        assert log.text.count("/feeds/private/…") == 3
        assert TOKEN not in log.text

    def test_of_what_failed(self, log):
        try:
            raise ValueError(f"/feeds/private/{TOKEN}.ics")
        except ValueError:
            logging.getLogger("somebody").exception("failed")
        assert "ValueError: /feeds/private/…" in log.text
        assert TOKEN not in log.text

    def test_of_other_failures_keep_the_trace(self, log):
        try:
            raise ValueError("else")
        except ValueError:
            logging.getLogger("somebody").exception("failed")
        assert log.records[-1].exc_info is not None

    def test_once_is_enough(self):
        keep_private_addresses_out_of_logs()
        factory = logging.getLogRecordFactory()
        keep_private_addresses_out_of_logs()
        assert logging.getLogRecordFactory() is factory


@pytest.fixture
def database(tmp_path):
    """A database with one private feed, for a server of its own."""
    url = f"sqlite:///{tmp_path / 'site.sqlite'}"
    app = create_app(Config(environment="testing", database_url=url, secret_key="for tests only"))
    with app.app_context():
        upgrade(db.engine)
        factories.use(db.session)
        factories.FeedFactory(token=TOKEN)
        db.session.close()
        db.engine.dispose()
    return url


SERVERS = {
    "gunicorn": ["gunicorn", "--access-logfile", "-", "--log-level", "debug", "--access-logformat",
                 '%(h)s "%(r)s" %(U)s %({raw_uri}e)s', "--bind", "127.0.0.1:{port}", "wsgi:app"],
    "werkzeug": ["flask", "--app", "wsgi", "run", "--port", "{port}"],
}  # fmt: skip


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_writes_it_nowhere(server, database, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    words = [word.replace("{port}", str(port)) for word in SERVERS[server]]
    environment = {
        **os.environ, "DATABASE_URL": database, "INSTANCE_DIR": str(tmp_path),
        "APP_ENV": "development", "METRICS_TOKEN": "",
    }  # fmt: skip
    with (tmp_path / "output").open("w+b") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
        try:
            site = f"http://127.0.0.1:{port}"
            wait_for(f"{site}/healthz", running)
            assert fetch(f"{site}/feeds/private/{TOKEN}.ics").startswith("BEGIN:VCALENDAR")
            assert fetch(f"{site}//feeds/private/{TOKEN}.ics")
            assert "<feed" in fetch(f"{site}/feeds/private/{TOKEN}.atom")
            assert "404" in fetch(f"{site}/feeds/private/{WRONG}.ics")
            assert "400" in fetch(f"{site}/feeds/private/{TOKEN}.ics?lang=en")
            measures = fetch(f"{site}/metrics")
        finally:
            running.terminate()
            running.wait(20)
        output.seek(0)
        written = output.read().decode() + measures
    assert written.count("/feeds/private/…") >= 4, written
    assert TOKEN not in written
    assert WRONG not in written


def wait_for(address, running):
    for _i in range(300):
        assert running.poll() is None, "the server ended"
        try:
            fetch(address)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not come up")


def fetch(address):
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return f"{error.code} {error.read().decode()}"
