"""A live site with the reference data and the demonstration, and a Chromium that visits it."""

import fcntl
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import func, select
from werkzeug.serving import WSGIRequestHandler, make_server
from whitenoise import WhiteNoise

from config import ROOT, Config
from tests.browser.addresses import EVENT
from tests.browser.visitor import Visitor
from tests.chromium import launch
from tests.services.calendars.samples import ics, look
from tracker import create_app
from tracker.extensions import db
from tracker.models import Event, Organization, User
from tracker.models.changes import attribute
from tracker.services.calendars.sources import add_source
from tracker.services.database import load_reference, upgrade
from tracker.services.demo import create_demo
from tracker.services.filters import EventFilter
from tracker.services.importing.staging import receive
from tracker.services.issued_reports import Issue, issue_figures
from tracker.services.kept_questions import keep
from tracker.services.private_feeds import FeedSettings, make_feed
from tracker.services.reports.question import Question
from tracker.services.saved_reports import save_report

# Of a machine that is busy with other tests.
PATIENCE = 45_000
expect.set_options(timeout=PATIENCE)
STATIC = ROOT / "tracker" / "static"
DESKTOP = {"width": 1280, "height": 900}
A_LIST = """Nombre;Correo;Organización
Demo Sofía Etcheverry;;Universidad del Sur
Demo Luz Vega;luz.vega@example.org;Universidad del Sur
Demo Pía Ruiz;pia@example.org;
Demo Pía Ruiz;pia@example.net;
iPhone;;
Otter.ai;;
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser, and says so."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; a machine without one fails here.

    Not for the whole session: Playwright leaves an event loop in this thread, in which the
    application contexts of other tests could not end.
    """
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def filled_database(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A database with reference data and demonstration, made by the first worker to ask."""
    folder = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        folder = folder.parent
    path = folder / "filled.sqlite"
    with (folder / "filled.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = folder / "unfinished.sqlite"
            _aside(lambda: _fill(unfinished))
            with closing(sqlite3.connect(unfinished)) as source:
                source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            unfinished.rename(path)
    return path


def _fill(path: Path) -> None:
    app = _app_on(path)
    with app.app_context():
        upgrade(db.engine)
        load_reference(db.session)
        create_demo(db.session, datetime.now(UTC).date())
        _hand_in_a_list()
        _bring_a_calendar_in()
        _follow_privately()
        db.session.commit()
        _keep_reports()
        db.session.commit()
        db.engine.dispose()


def _hand_in_a_list() -> None:
    """An import with questions of every kind, for the pages that show one."""
    event = db.session.scalars(select(Event).where(Event.key == EVENT)).one()
    editor = db.session.scalars(select(User).where(User.role == "editor")).first()
    receive(db.session, event, BytesIO(A_LIST.encode()), "lista.csv", editor)


def _follow_privately() -> None:
    """A private calendar of the administrator, for the pages about one."""
    admin = db.session.scalars(select(User).where(User.role == "admin")).one()
    settings = FeedSettings("Demo calendar", "all", {"space": ["lacnic-event"]}, "en")
    make_feed(db.session, admin, settings)


def _keep_reports() -> None:
    """A saved report, and figures that were issued and touched since."""
    admin = db.session.scalars(select(User).where(User.role == "admin")).one()
    lacnic = db.session.scalars(select(Organization).where(Organization.slug == "lacnic")).one()
    today = datetime.now(UTC).date()
    question = Question("organization", lacnic, EventFilter(), None, today)
    save_report(db.session, keep(question), "Demo saved report", True, by=admin)
    issue = Issue("Demo figures", "https://example.org/report.pdf", "public")
    issue_figures(db.session, question, issue, "en", by=admin)
    db.session.commit()
    event = db.session.scalars(select(Event).where(Event.key == EVENT)).one()
    attribute(db.session, "event.edit", by=admin)
    event.mode = "online"
    db.session.commit()


def _bring_a_calendar_in() -> None:
    """A calendar with something of every kind: to be asked about, different, new, left out, odd."""
    today = datetime.now(UTC).date()
    columns = Event.name_en, Event.first_day, Event.last_day
    coming = select(*columns).where(
        Event.first_day > today, Event.start_time.is_(None), Event.name_en.like("%(demo)"),
        Event.space_id.is_(None), func.length(Event.start_date) == len("YYYY-MM-DD"),
    )  # fmt: skip
    (one, *days), (other, *later) = db.session.execute(coming.order_by(Event.id).limit(2)).all()
    content = ics(
        (
            "differs",
            one,
            *[(day - today).days for day in days],
            "LOCATION:Hotel Ejemplo\\, Asunción\\, Paraguay",
        ),
        ("asked", f"{other} of the region", *[(day - today).days for day in later]),
        ("new", "Encuentro de ejemplo", 30, 32, "LOCATION:Hotel Ejemplo\\, Asunción\\, Paraguay"),
        ("cancelled", "Cancelled: Never mind", 40, 40),
        ("odd", "Odd", 50, 50, "DTSTART:nonsense"),
    )
    editor = db.session.scalars(select(User).where(User.role == "editor")).first()
    assert editor is not None
    values = {"address": "https://calendars.example.org/agenda.ics"}
    add_source(db.session, values, look(content), editor)


def _aside(action: Callable[[], None]) -> None:
    """Do something in a thread without Playwright's event loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(action).result()


def _app_on(path: Path) -> Flask:
    return create_app(
        Config(environment="testing", database_url=f"sqlite:///{path}", secret_key="for tests only")
    )


@pytest.fixture(scope="session")
def site_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application as it is served, on a database that every test gets anew."""
    return _app_on(tmp_path_factory.mktemp("site") / "site.sqlite")


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing: a failed test shows its page."""


@pytest.fixture
def site(site_app: Flask, filled_database: Path) -> Iterator[str]:
    """The address of the site, on a free port of the loopback interface."""
    settings: Config = site_app.extensions["settings"]
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    shutil.copyfile(filled_database, path)
    # As in production: Flask's own files, compressed as a stream, are left for the collector to close.
    served = WhiteNoise(site_app.wsgi_app, root=str(STATIC), prefix="static/")
    server = make_server("127.0.0.1", 0, served, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    _aside(lambda: _let_go(site_app))


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Visitor]]:
    """Open the site as one more visitor; at the end, no page of theirs may have complained."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def open_site(language: str = "en", **options: Any) -> Visitor:
        options = {"viewport": DESKTOP, "locale": language, **options}
        context = browser.new_context(base_url=site, reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        visitors.append(Visitor(context.new_page()))
        return visitors[-1]

    yield open_site
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def rows(site: str, site_app: Flask) -> Callable[..., list[tuple[Any, ...]]]:
    """What a query finds in the database of the site."""
    path = site_app.extensions["settings"].database_url.removeprefix("sqlite:///")

    def ask(query: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(path)) as database:
            return database.execute(query, values).fetchall()

    return ask


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The text of axe-core, which the pages do not carry."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def page(visit: Callable[..., Visitor]) -> Page:
    """A page of somebody signed out."""
    return visit().page
