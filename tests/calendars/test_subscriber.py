"""Somebody subscribes with vdirsyncer, reads with khal, and the events change under them."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener
from zoneinfo import ZoneInfo

import pytest

from config import Config
from tests import factories
from tests.calendars.running_site import Editor, serve
from tests.calendars.subscriber import Refused, Subscriber
from tests.factories import EventFactory
from tracker import create_app
from tracker.extensions import db
from tracker.services.accounts import add_user
from tracker.services.database import upgrade

pytestmark = pytest.mark.slow

SECRET = "for tests only"
EMAIL, PASSWORD = "editor@example.org", "correcto caballo batería"
YEAR = datetime.now(UTC).year + 1
HOME = ZoneInfo("Europe/Madrid")
FORUM = f"{YEAR}-05-04||{YEAR}-05-08|"


def day_of_change(zone: str, first: date) -> date:
    """The first day from `first` on whose noon has another offset than the noon before."""
    info, day = ZoneInfo(zone), first
    noon = datetime.combine(first, time(12), info)
    while datetime.combine(day, time(12), info).utcoffset() == noon.utcoffset():
        day += timedelta(days=1)
    return day


# The days on which clocks change, so that the wrong rule would be wrong by an hour.
IN_NEW_YORK = day_of_change("America/New_York", date(YEAR, 9, 1))
IN_SANTIAGO = day_of_change("America/Santiago", date(YEAR, 8, 1))
FORUM = "Fórum da Internet; Governança, redes e 🌎"
SALON = "Salão Nobre; ala B, térreo, São Paulo, Brazil"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server has its database and its log."""
    return tmp_path_factory.mktemp("running")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The address of a server on a database with an editor and some events of next year."""
    path = folder / "site.sqlite"
    app = create_app(
        Config(environment="testing", database_url=f"sqlite:///{path}", secret_key=SECRET)
    )
    with app.app_context():
        upgrade(db.engine)
        factories.use(db.session)
        add_user(db.session, email=EMAIL, password=PASSWORD, role="editor")
        _log_events()
        db.session.commit()
        db.engine.dispose()
    with serve(path, SECRET) as address:
        yield address


def _log_events() -> None:
    EventFactory(
        key="forum", name_en=FORUM, start_date=f"{YEAR}-05-04", end_date=f"{YEAR}-05-08",
        timezone="America/Sao_Paulo", venue="Salão Nobre; ala B, térreo", city="São Paulo",
        country="BR", description="<p>Plenário &amp; oficinas</p>",
    )  # fmt: skip
    EventFactory(
        key="webinar", name_en="Webinar", mode="online", city=None, country=None,
        start_date=IN_NEW_YORK.isoformat(), start_time=time(9), end_time=time(10, 30),
        timezone="America/New_York",
    )  # fmt: skip
    EventFactory(
        key="night", name_en="Night session", city="La Habana", country="CU",
        start_date=f"{YEAR}-07-01", end_date=f"{YEAR}-07-02", start_time=time(22, 30),
        end_time=time(0, 30), timezone="America/Havana",
    )  # fmt: skip
    EventFactory(key="workshop", name_en="Workshop", start_date=f"{YEAR}-08-01")
    EventFactory(
        key="summit", name_en="Summit", name_es="Cumbre", city="Santiago", country="CL",
        start_date=IN_SANTIAGO.isoformat(), start_time=time(1), end_time=time(23, 59),
        timezone="America/Santiago",
    )  # fmt: skip
    EventFactory(
        key="hidden", name_en="Hidden", start_date=f"{YEAR}-06-01", visibility="community",
        join_url="https://meet.example.org/room?pwd=1",
    )  # fmt: skip
    EventFactory(name_en="Some day", start_date=f"{YEAR}-06")


def shown(start: str, end: str, status: str, name: str, place: str, *about: str) -> str:
    """An event as khal shows it: its description ends with the address of its page."""
    return "|".join((start, end, f"{status} ", name, place, "\n\n".join(about)))


def at_home(day: date, clock: time, zone: str) -> str:
    """A wall-clock time of a zone on the clock of the subscriber."""
    return f"{datetime.combine(day, clock, ZoneInfo(zone)).astimezone(HOME):%Y-%m-%d %H:%M}"


def timed(day: date, opening: time, closing: time, zone: str) -> list[str]:
    last = day if closing > opening else day + timedelta(days=1)
    return [at_home(day, opening, zone), at_home(last, closing, zone)]


def test_a_subscriber_is_shown_every_change_and_nothing_else(site: str, tmp_path: Path) -> None:
    everything = Subscriber(tmp_path / "all", f"{site}/feeds/all.ics", HOME.key)
    chile = Subscriber(tmp_path / "chile", f"{site}/feeds/countries/cl.ics?lang=es", HOME.key)
    editor = Editor(site, EMAIL, PASSWORD)
    page = f"{site}/events"

    def agenda() -> list[str]:
        everything.sync()
        return everything.agenda(date(YEAR, 1, 1))

    days = [f"{YEAR}-05-04", f"{YEAR}-05-08", "CONFIRMED"]
    forum = shown(*days, FORUM, SALON, "Plenário & oficinas", f"{page}/forum")
    in_july = timed(date(YEAR, 7, 1), time(22, 30), time(0, 30), "America/Havana")
    night = ["CONFIRMED", "Night session", "La Habana, Cuba", f"{page}/night"]
    day = [f"{YEAR}-08-01"] * 2
    workshop = shown(*day, "CONFIRMED", "Workshop", "Montevideo, Uruguay", f"{page}/workshop")
    at = timed(IN_SANTIAGO, time(1), time(23, 59), "America/Santiago")
    summit = shown(*at, "CONFIRMED", "Summit", "Santiago, Chile", f"{page}/summit")
    on = timed(IN_NEW_YORK, time(9), time(10, 30), "America/New_York")
    webinar = shown(*on, "CONFIRMED", "Webinar", "Online", f"{page}/webinar")
    assert agenda() == [forum, shown(*in_july, *night), workshop, summit, webinar]
    stored = everything.stored()
    everything.sync()
    assert everything.stored() == stored, "what did not change was written again"

    chile.sync()
    in_spanish = shown(*at, "CONFIRMED", "Cumbre", "Santiago, Chile", f"{page}/summit")
    assert chile.agenda(date(YEAR, 1, 1)) == [in_spanish]
    stored_of_chile = chile.stored()

    forum = shown(*days, "Fórum 2; a, b", SALON, "<Novo>", f"{page}/forum")
    editor.send(
        "/events/forum/edit", "/events/forum/edit", name_en="Fórum 2; a, b", description="<Novo>"
    )
    assert agenda() == [forum, shown(*in_july, *night), workshop, summit, webinar]
    assert len(everything.stored().items() & stored.items()) == 4

    webinar = shown(*on, "CANCELLED", "CANCELLED: Webinar", "Online", f"{page}/webinar")
    editor.send("/events/webinar/edit", "/events/webinar/edit", status="cancelled")
    assert agenda() == [forum, shown(*in_july, *night), workshop, summit, webinar]

    moved = {"start_date": f"{YEAR}-12-01", "end_date": f"{YEAR}-12-02"}
    in_winter = timed(date(YEAR, 12, 1), time(22, 30), time(0, 30), "America/Havana")
    editor.send("/events/night/edit", "/events/night/edit", **moved)
    assert agenda() == [forum, workshop, summit, webinar, shown(*in_winter, *night)]

    editor.send("/events/workshop", "/events/workshop/delete")
    gone = shown(*day, "CANCELLED", "Cancelled", "", "")
    assert agenda() == [forum, gone, summit, webinar, shown(*in_winter, *night)]

    chile.sync()
    assert chile.stored() == stored_of_chile


def ask(address: str, **headers: str) -> tuple[int, str, str, bytes]:
    """Fetch with a connection of its own: status, ETag, Last-Modified and what came."""
    request = Request(address, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
            headers_of, body = answer.headers, answer.read()
            return answer.status, headers_of["ETag"], headers_of["Last-Modified"], body
    except HTTPError as error:
        with error:
            return error.code, error.headers["ETag"], error.headers["Last-Modified"], error.read()


def test_both_workers_say_the_same_and_send_nothing_again(site: str) -> None:
    address = f"{site}/feeds/all.ics"
    ((status, etag, modified, body),) = {ask(address) for _ in range(12)}
    assert (status, body[:15]) == (200, b"BEGIN:VCALENDAR")
    for headers in ({"If_None_Match": etag}, {"If_Modified_Since": modified}):
        answers = {ask(address, **headers) for _ in range(12)}
        assert {(status, etag, body) for status, etag, _modified, body in answers} == {
            (304, etag, b"")
        }


def test_no_worker_sends_what_was_before_an_edit(site: str) -> None:
    address = f"{site}/feeds/countries/cl.ics"
    before = {ask(address) for _ in range(12)}
    ((_status, etag, modified, _body),) = before
    editor = Editor(site, EMAIL, PASSWORD)
    editor.send("/events/summit/edit", "/events/summit/edit", venue="La Moneda")
    for headers in ({}, {"If_None_Match": etag}, {"If_Modified_Since": modified}):
        ((status, *_validators, body),) = {ask(address, **headers) for _ in range(12)}
        assert status == 200
        assert b"La Moneda" in body


def test_point_22_a_private_feed_is_read_until_it_is_revoked(
    site: str, folder: Path, tmp_path: Path
) -> None:
    editor = Editor(site, EMAIL, PASSWORD)
    form = "/feeds/private/new"
    page = editor.send(form, form, name="Mine", q="Hidden", language="en")
    found = re.search(r'"(http://[^"]+/feeds/private/([\w-]{22,})\.ics)"', page)
    assert found is not None
    address, token = found.groups()
    subscriber = Subscriber(tmp_path / "private", address, HOME.key)
    subscriber.sync()
    day = [f"{YEAR}-06-01"] * 2
    line = shown(*day, "CONFIRMED", "Hidden", "Montevideo, Uruguay", f"{site}/events/hidden")
    assert subscriber.agenda(date(YEAR, 1, 1)) == [line]
    (event,) = subscriber.files()
    assert "\nCONFERENCE;VALUE=URI:https://meet.example.org/room?pwd=1\n" in event

    listed = editor.open("/feeds/private/")
    assert token not in listed
    (revoke,) = set(re.findall(r"/feeds/private/\d+/revoke", listed))
    editor.send(revoke, revoke)
    with pytest.raises(Refused, match="NOT FOUND"):
        subscriber.sync()
    assert subscriber.files() == [event], "what somebody has is not taken from them"
    log = (folder / "server.log").read_text("utf-8")
    assert "GET /feeds/private/" in log
    assert token not in log
