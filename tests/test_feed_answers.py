"""Feeds over HTTP: what is kept, in which encoding, and for how long it stands."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import update
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.factories import (
    AttendanceFactory,
    EventFactory,
    OrganizationFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tracker import feed_cache
from tracker.models import Event, EventTopic, OldSlug, Revision
from tracker.models.changes import attribute
from tracker.services import feed_pieces

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZIPPED = {"Accept-Encoding": "gzip"}
ALL = "/feeds/all.ics"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event(session):
    return EventFactory(
        key="a", start_date="2026-10-05", country="UY", kind="meeting",
        space=SpaceFactory(code="FORUM"), organizer=OrganizationFactory(acronym="LACNIC"),
        topic_links=[EventTopic(topic=TopicFactory(slug="ipv6"))],
    )  # fmt: skip


def validators(answer):
    return answer.headers["ETag"], answer.headers["Last-Modified"]


# ---- gzip


@pytest.mark.parametrize("path", [ALL, "/events/a.ics"])
def test_it_is_compressed_for_who_takes_it(client, event, path):
    plain, zipped = client.get(path), client.get(path, headers=ZIPPED)
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert plain.headers["ETag"] != zipped.headers["ETag"]
    assert not zipped.headers["ETag"].startswith("W/")
    for answer in (plain, zipped):
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert int(answer.headers["Content-Length"]) == len(answer.data)


@pytest.mark.parametrize(
    "accepted, encoding",
    [
        ("gzip, deflate, br", "gzip"), ("br", None), ("gzip;q=0", None), ("identity", None),
        ("zstd, br;q=0.9", None), ("GZIP", "gzip"), ("*", None),
    ],
)  # fmt: skip
def test_other_encodings_are_not_made(client, event, accepted, encoding):
    answer = client.get(ALL, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding


def test_compressing_is_done_once(client, event, monkeypatch):
    sizes = []
    original = gzip.compress
    monkeypatch.setattr(
        gzip, "compress", lambda *args, **more: sizes.append(1) or original(*args, **more)
    )
    bodies = {client.get(ALL, headers=ZIPPED).data for _turn in range(3)}
    client.get("/feeds/all.ics?", headers=ZIPPED)
    assert len(sizes) == len(bodies) == 1


def test_the_etag_of_either_encoding_is_known(client, event):
    plain, zipped = (client.get(ALL, headers=given).headers["ETag"] for given in ({}, ZIPPED))
    for asked in ({}, ZIPPED):
        for etag in (plain, zipped, f"W/{zipped}", f'"x", {plain}'):
            answer = client.get(ALL, headers={**asked, "If-None-Match": etag})
            assert (answer.status_code, answer.data) == (304, b"")
            assert answer.headers["ETag"] == (zipped if zipped in etag else plain)
            assert "Accept-Encoding" in answer.headers["Vary"]
            assert answer.headers["Cache-Control"].startswith("public")
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert "Content-Type" not in answer.headers


def test_if_none_match_wins(client, event):
    _etag, modified = validators(client.get(ALL))
    answer = client.get(ALL, headers={"If-None-Match": '"x"', "If-Modified-Since": modified})
    assert answer.status_code == 200


@pytest.mark.parametrize("year", ["99999", "99999999999", "0000"])
def test_a_date_that_is_none_is_passed_over(client, event, year):
    since = f"Fri, 31 Dec {year} 23:59:59 GMT"
    assert client.get(ALL, headers={"If-Modified-Since": since}).status_code == 200


@pytest.mark.parametrize("host", ["xn--a", "a." * 200 + "example.org"])
@pytest.mark.parametrize("path", [ALL, "/feeds/all.atom", "/feeds/", "/"])
def test_a_host_that_cannot_be_one_is_told_so(app, event, path, host):
    # Werkzeug's client cannot ask for such a host.
    environ = EnvironBuilder(path, headers={"Host": host}).get_environ()
    _body, status, headers = run_wsgi_app(app, environ)
    assert (status, headers.get("Content-Type")) == (
        "400 BAD REQUEST", "text/plain; charset=utf-8",
    )  # fmt: skip


# ---- what it costs


PATHS = [
    ALL, "/feeds/organizations/lacnic.ics", "/feeds/spaces/forum.ics", "/feeds/countries/uy.ics",
    "/feeds/kinds/meeting.ics", "/feeds/topics/ipv6.ics", "/events/a.ics", "/feeds/all.ics?lang=es&q=a",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_what_is_unchanged_costs_one_select(client, event, count_queries, path):
    etag = client.get(path).headers["ETag"]
    client.set_cookie("encuentro", "not a session")
    for headers, status in (({"If-None-Match": etag}, 304), ({}, 200), (ZIPPED, 200)):
        with count_queries:
            assert client.get(path, headers=headers).status_code == status
        assert [s.split()[-1] for s in count_queries.statements] == ["revision"]


def test_a_signed_in_reader_costs_public_feeds_no_more(client, event, count_queries):
    client.sign_in(UserFactory())
    etag = client.get(ALL).headers["ETag"]
    with count_queries:
        assert client.get(ALL, headers={"If-None-Match": etag}).status_code == 304
    assert count_queries.count == 1


def test_one_change_renders_one_event(client, event, write, monkeypatch):
    EventFactory(start_date="2026-10-05")
    client.get(ALL)
    rendered = []
    original = feed_pieces.render_entry
    monkeypatch.setattr(
        feed_pieces, "render_entry", lambda *args: rendered.append(args) or original(*args)
    )
    write(event, venue="Hall 3")
    assert b"Hall 3" in client.get(ALL).data
    assert b"Hall 3" in client.get("/feeds/spaces/forum.ics").data
    assert len(rendered) == 1


def test_feeds_that_were_not_asked_for_lately_make_room(client, event, monkeypatch):
    monkeypatch.setattr(feed_cache._feeds, "_most_bytes", 10_000)
    for number in range(40):
        assert client.get(f"/feeds/all.ics?q={number}").status_code == 200
    assert feed_cache._feeds.bytes <= 10_000


# ---- one feed, whatever process answers


def test_a_restart_changes_nothing_that_readers_see(client, event, write, clock):
    client.get(ALL)
    clock.move_to(NOON + HOUR)
    write(event, country="BR")
    before = [client.get(ALL, headers=given) for given in ({}, ZIPPED)]
    feed_cache.forget()
    clock.move_to(NOON + 2 * HOUR)
    after = [client.get(ALL, headers=given) for given in ({}, ZIPPED)]
    assert [(a.data, *validators(a)) for a in after] == [(b.data, *validators(b)) for b in before]


def test_a_change_that_a_feed_does_not_show_changes_nothing_of_it(client, event, write, clock):
    before = validators(client.get("/feeds/countries/uy.ics"))
    clock.move_to(NOON + HOUR)
    write(event, notes="seen")
    EventFactory(start_date="2026-10-05", country="BR")
    assert validators(client.get("/feeds/countries/uy.ics")) == before


def test_everything_that_leaves_moves_both_validators(client, event, write, clock):
    """By a deletion, by an edit, by attendance, with time."""
    attended = AttendanceFactory(event=event, organization=OrganizationFactory(acronym="ISOC"))
    paths = {
        "/feeds/countries/uy.ics": lambda: write(event, country="BR"),
        "/feeds/organizations/isoc.ics": lambda: write(attended, status="cancelled"),
        "/feeds/spaces/forum.ics": lambda: write(event, deleted_at=NOON),
        "/feeds/all.ics": lambda: clock.move_to(NOON + timedelta(days=91)),
    }
    for hours, (path, leave) in enumerate(paths.items(), 1):
        clock.move_to(NOON + hours * HOUR)
        etag, modified = validators(client.get(path))
        clock.move_to(NOON + hours * HOUR + HOUR / 2)
        leave()
        after = client.get(path, headers={"If-Modified-Since": modified})
        assert after.status_code == 200, path
        assert after.headers["ETag"] != etag
        assert after.headers["Last-Modified"] != modified


def test_a_second_change_within_a_second_is_seen_by_date_too(client, event, write):
    write(event, venue="Hall 1")
    _etag, modified = validators(client.get(ALL))
    write(event, venue="Hall 2")
    answer = client.get(ALL, headers={"If-Modified-Since": modified})
    assert b"Hall 2" in answer.data


def test_a_database_put_back_in_time_is_shown_as_it_is(client, event, write, session):
    """Versions are given again after a restore, and with them other bytes."""
    write(event, venue="Lost")
    assert b"Lost" in client.get(ALL).data
    session.execute(update(Event.__table__).values(venue="Other"))
    session.execute(update(Revision).values(value=1))
    session.commit()
    assert b"Other" in client.get(ALL).data


# ---- names and addresses


def calendar_name(answer):
    (line,) = [line for line in answer.text.split("\r\n") if line.startswith("X-WR-CALNAME:")]
    return line.partition(":")[2]


@pytest.mark.parametrize(
    "query, name",
    [
        ("name=Mi%20calendario", "Mi calendario"), ("name=", "Encuentro"), ("name=a&name=b", "b"),
        ("name=one,two;three", "one\\,two\\;three"), ("name=%00%E2%80%AEa", "a"),
        (f"name={'x' * 100}", "x" * 60),
    ],
)  # fmt: skip
def test_a_feed_is_called_as_its_reader_likes(client, event, query, name):
    answer = client.get(f"/feeds/all.ics?{query}")
    assert calendar_name(answer).startswith(name)
    assert b"Encuentro//Encuentro//EN" in answer.data


@pytest.mark.parametrize("name", ["x" * 101, "one%0Atwo", "one%0D%0Atwo"])
def test_a_name_of_several_lines_or_too_long_is_refused(client, event, name):
    answer = client.get(f"/feeds/all.ics?name={name}")
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")


def test_a_feed_is_one_by_whatever_address(client, event, session, write):
    """Former names, the order of filters and what says nothing make no other feed."""
    attribute(session, "test", None)
    session.add(OldSlug(noun="spaces", slug="old-forum", target_id=event.space_id))
    session.commit()
    plain = client.get("/feeds/spaces/forum.ics?kind=meeting&country=uy")
    for path in (
        "/feeds/spaces/old-forum.ics?kind=meeting&country=uy",
        "/feeds/spaces/forum.ics?country=UY&kind=meeting",
        "/feeds/spaces/forum.ics?country=uy&country=UY&kind=meeting&q=&lang=en&name=",
    ):
        other = client.get(path)
        assert other.status_code == 200
        assert (other.data, *validators(other)) == (plain.data, *validators(plain))
        assert other.headers["Content-Disposition"] == 'inline; filename="forum.ics"'
    source = b"SOURCE;VALUE=URI:http://localhost/feeds/spaces/forum.ics?country=uy&kind="
    assert source in plain.data.replace(b"\r\n ", b"")


def test_another_filter_is_another_feed(client, event):
    etags = {
        client.get(f"/feeds/all.ics{query}").headers["ETag"]
        for query in ("", "?country=uy", "?country=br", "?lang=es", "?name=a", "?from=2026-01-01")
    }
    assert len(etags) == 6


# ---- one event


def test_a_download_follows_its_event(client, event, write, clock):
    before = client.get("/events/a.ics")
    clock.move_to(NOON + HOUR)
    write(event, venue="Hall 3")
    after = client.get("/events/a.ics", headers={"If-None-Match": before.headers["ETag"]})
    assert b"Hall 3" in after.data
    write(event, visibility="community")
    assert client.get("/events/a.ics").status_code == 404


def test_a_download_of_one_reader_is_not_given_to_another(client, event, write):
    write(event, visibility="community")
    client.sign_in(UserFactory())
    assert client.get("/events/a.ics").status_code == 200
    client.post("/sign-out")
    client.delete_cookie("encuentro")
    assert client.get("/events/a.ics").status_code == 404


def test_a_download_is_in_the_language_of_its_reader(client, event):
    spanish = client.get("/events/a.ics", headers={"Accept-Language": "es"})
    english = client.get("/events/a.ics", headers={"Accept-Language": "en"})
    assert b"Encuentro//ES" in spanish.data
    assert b"Encuentro//EN" in english.data
    assert {"Accept-Language", "Cookie"} <= {v.strip() for v in spanish.headers["Vary"].split(",")}
    asked = client.get("/events/a.ics?lang=pt", headers={"Accept-Language": "es"})
    assert b"Encuentro//PT" in asked.data
    assert "Accept-Language" not in asked.headers["Vary"]
