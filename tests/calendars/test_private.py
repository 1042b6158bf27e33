"""CALENDARS.md, 22 and what 13, 18 and 19 say of private feeds."""

import re
from datetime import datetime

import pytest

from tests.calendars.conftest import NOON
from tests.factories import EventFactory, OrganizationFactory, UserFactory
from tests.pages import value_of
from tracker.models import Feed
from tracker.views import private_feeds

ADDRESS = re.compile(r'"http://localhost(/feeds/private/([\w-]+)\.ics)"')
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture(autouse=True)
def no_haste():
    for limit in (private_feeds.READINGS, private_feeds.WRONG_TOKENS):
        limit.forget()


@pytest.fixture
def owner(session):
    return UserFactory(role="viewer", organization=OrganizationFactory(acronym="LACNIC"))


@pytest.fixture
def browser(client, owner):
    """The owner's browser; `client` is another one then."""
    return client.sign_in(owner)


@pytest.fixture
def make(browser):
    """Make a private feed with the form; its address and its token."""

    def send(**typed):
        form = browser.get("/feeds/private/new")
        data = {"name": "Mine", "scope": "all", "language": "en", "once": value_of(form, "once")}
        page = browser.post("/feeds/private/new", data=data | typed)
        assert page.status_code == 201, page.text
        ((address, token),) = set(ADDRESS.findall(page.text))
        return address, token

    return send


@pytest.fixture
def program(app, browser):
    """A calendar program, which has no cookie."""
    return app.test_client()


def test_point_22_the_token_is_long_random_and_stored_hashed(session, make):
    tokens = [make()[1] for _time in range(3)]
    assert len(set(tokens)) == 3
    for token in tokens:
        assert len(token) * 6 >= 128  # six bits a character, at most
        assert re.fullmatch(r"[A-Za-z0-9_-]+", token)
    for feed in session.query(Feed):
        stored = [str(getattr(feed, column.key)) for column in Feed.__table__.columns]
        assert not [text for text in stored for token in tokens if token in text]
        assert re.fullmatch(r"[0-9a-f]{64}", feed.token_hash)


def test_point_22_the_address_is_shown_once(browser, make, session):
    _address, token = make(name="Mine; all")
    feed = session.query(Feed).one()
    for path in ("/feeds/private/", f"/feeds/private/{feed.id}/edit", "/account", "/changes/"):
        page = browser.get(path)
        assert page.status_code in (200, 403, 404)
        assert token not in page.text
    assert "Mine; all" in browser.get("/feeds/private/").text


def test_point_22_it_shows_what_its_owner_may_see_with_join_links(
    session, make, program, icaljs, owner
):
    join = "https://meet.example.org/room?a=1"
    shown = [
        EventFactory(start_date="2026-07-01", join_url=join),
        EventFactory(start_date="2026-07-02", join_url=join, visibility="community"),
        EventFactory(start_date="2026-07-03", join_url=join, visibility="organization", owner=owner.organization),
    ]  # fmt: skip
    EventFactory(
        start_date="2026-07-04", visibility="organization", owner=OrganizationFactory(), join_url=join
    )  # fmt: skip
    address, token = make()
    answer = program.get(address)
    found = icaljs.calendar(answer.data)
    events = found.components("vevent")
    assert [event.value("uid") for event in events] == [event.uid for event in shown]
    for event in events:
        assert (event.kind("conference"), event.value("conference")) == ("uri", join)
        assert {"attendee"}.isdisjoint(event.names)
    assert found.value("name") == "Mine"
    assert "source" not in found.names
    assert token.encode() not in answer.data
    assert b"\r\nCONFERENCE;VALUE=URI:" in answer.data


def test_point_22_caches_keep_it_to_its_reader(session, make, program):
    EventFactory(start_date="2026-07-01")
    address, _token = make()
    answer = program.get(address)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer.headers["Cache-Control"]
    assert "public" not in answer.headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    for name in ("ETag", "Last-Modified"):
        asked = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[name]
        again = program.get(address, headers={asked: answer.headers[name]})
        assert (again.status_code, again.data) == (304, b"")
    assert program.head(address).headers["ETag"] == answer.headers["ETag"]


def test_point_22_a_revoked_feed_is_gone(session, browser, make, program):
    EventFactory(start_date="2026-07-01")
    address, _token = make()
    etag = program.get(address).headers["ETag"]
    feed = session.query(Feed).one()
    assert browser.post(f"/feeds/private/{feed.id}/revoke").status_code == 303
    for headers in ({}, {"If-None-Match": etag}):
        answer = program.get(address, headers=headers)
        assert answer.status_code == 404
        assert b"VCALENDAR" not in answer.data


def test_point_22_a_feed_goes_with_its_owner(session, make, program, write, owner):
    address, _token = make()
    assert program.get(address).status_code == 200
    write(owner, active=False)
    assert program.get(address).status_code == 404


def test_point_22_its_last_use_is_shown(session, browser, make, program, clock):
    address, _token = make()
    assert session.query(Feed).one().last_used_at is None
    clock.move_to(datetime(2026, 6, 20, 8, 30, tzinfo=NOON.tzinfo))
    program.get(address)
    session.expire_all()
    assert session.query(Feed).one().last_used_at == datetime(
        2026, 6, 20, 8, 30, tzinfo=NOON.tzinfo
    )
    assert "8:30" in browser.get("/feeds/private/").text


def test_point_22_readings_and_guesses_are_limited(session, make, program):
    address, _token = make()
    for path, most in ((address, 100), (f"/feeds/private/{'w' * 32}.ics", 100)):
        answers = [program.get(path) for _time in range(most)]
        codes = [answer.status_code for answer in answers]
        assert codes[-1] == 429, path
        assert answers[-1].headers["Retry-After"].isdigit()
        assert set(codes) <= {200, 404, 429}


def test_point_22_the_token_is_in_no_log(session, make, program, caplog):
    address, token = make()
    with caplog.at_level("DEBUG"):
        program.get(address)
        program.get(f"{address}?colour=red")
        program.get(address.replace(".ics", ".atom"))
    assert token not in caplog.text
