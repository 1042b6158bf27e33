"""Sites of a given size, on SQLite and on PostgreSQL, to be measured."""

import gc
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, text

from bench.figures import Figures
from config import Config
from tests.postgres import create_database, start_cluster
from tracker import create_app
from tracker.extensions import db
from tracker.models import Attendance, Event, EventOrganization, Organization, Space, User
from tracker.models.changes import attribute
from tracker.services.accounts import add_user
from tracker.services.database import load_reference, upgrade
from tracker.services.generate import generate
from tracker.services.sign_in import start_session

SECRET = "for benchmarks only"
ATTENDANCES_PER_EVENT = 10
ORGANIZATIONS = 400


@dataclass(frozen=True)
class Site:
    """An application on a database of so many events, and what is asked of it."""

    engine: str
    events: int
    url: str
    app: Flask
    # Events alike in both sizes: no parts, about as many attendances.
    keys: list[str]
    organization: str
    space: str
    cookie: str

    def client(self, signed_in: bool) -> FlaskClient:
        """A browser of nobody, or of an editor."""
        client = self.app.test_client()
        if signed_in:
            client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], self.cookie)
        return client

    @property
    def database(self) -> Engine:
        with self.app.app_context():
            return db.engine


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """The URL of an empty place for databases for each engine; gone at the end."""
    with tempfile.TemporaryDirectory(prefix="encuentro-bench-") as folder:
        cluster = Path(folder) / "postgresql"
        cluster.mkdir()
        Path(folder).chmod(0o755)
        with start_cluster(cluster) as admin:
            yield {"SQLite": f"sqlite:///{folder}/", "PostgreSQL": admin}


def empty_site(engine: str, place: str, name: str) -> tuple[Flask, str]:
    """An application on a new database with the reference data, and the database's URL."""
    url = f"{place}{name}.sqlite" if engine == "SQLite" else create_database(place, f"bench_{name}")
    app = create_app(Config(environment="testing", database_url=url, secret_key=SECRET))
    with app.app_context():
        upgrade(db.engine)
        load_reference(db.session)
        db.session.commit()
    # As wsgi.py does.
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    return app, url


def build(engine: str, place: str, events: int, figures: Figures) -> Site:
    """A site with the reference data and so many synthetic events."""
    app, url = empty_site(engine, place, str(events))
    with app.app_context():
        _generate(engine, events, figures)
        return _site(engine, events, url, app)


def _generate(engine: str, events: int, figures: Figures) -> None:
    attendances = events * ATTENDANCES_PER_EVENT
    started = time.perf_counter()
    generate(
        db.session, events=events, people=events, organizations=ORGANIZATIONS,
        attendances=attendances, seed=1,
    )  # fmt: skip
    db.session.commit()
    elapsed = time.perf_counter() - started
    rows = attendances + 2 * events
    figures.add(
        "generate, a million attendances with 100,000 events",
        engine,
        f"{rows:,} rows in {elapsed:.1f} s, {rows / elapsed:,.0f}/s; projected",
        1_200_000 / rows * elapsed,
        300,
        " s",
    )
    # The bench's cluster has no autovacuum, which would do this within a minute.
    if engine == "PostgreSQL":
        db.session.execute(text("ANALYZE"))
        db.session.commit()


def _site(engine: str, events: int, url: str, app: Flask) -> Site:
    organization = first_organization()
    cookie = add_editor(app, organization)
    space = db.session.scalars(select(Space).order_by(Space.code)).first()
    assert space is not None
    return Site(engine, events, url, app, _keys(), organization.slug, space.slug, cookie)


def first_organization() -> Organization:
    """The synthetic organization that most have to do with."""
    query = select(Organization).where(Organization.acronym == "SYN1-0")
    return db.session.scalars(query).one()


def add_editor(app: Flask, organization: Organization) -> str:
    """The session cookie of a new editor of an organization."""
    attribute(db.session, "bench", None)
    editor = add_user(
        db.session, email="editor@bench.example.org", password="not a secret at all",
        role="editor", organization=organization, demo=True,
    )  # fmt: skip
    cookie = _cookie(app, editor)
    db.session.commit()
    return cookie


def _cookie(app: Flask, user: User) -> str:
    token = start_session(db.session, user, "bench", app.permanent_session_lifetime)
    interface = app.session_interface
    assert isinstance(interface, SecureCookieSessionInterface)
    serializer = interface.get_signing_serializer(app)
    assert serializer is not None
    return str(serializer.dumps({"_user_id": token, "_fresh": True}))


def _keys() -> list[str]:
    attended = select(func.count()).where(Attendance.event_id == Event.id).scalar_subquery()
    linked = select(func.count()).where(EventOrganization.event_id == Event.id).scalar_subquery()
    query = select(Event.key).where(
        Event.synthetic, Event.visibility == "public", Event.kind == "webinar",
        Event.status == "confirmed", Event.parent_id.is_(None), ~Event.parts.any(),
        Event.space_id.is_not(None), Event.series.is_(None), attended == 6, linked == 1,
    )  # fmt: skip
    found = list(db.session.scalars(query.order_by(Event.id).limit(3)))
    assert found, "no event to measure"
    return found
