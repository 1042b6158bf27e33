"""CALENDARS.md, 17 to 20: how a feed is answered."""

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from itertools import product
from urllib.robotparser import RobotFileParser

import pytest

from tests.calendars.awkward import log_awkward_events
from tests.calendars.conftest import NOON
from tests.factories import EventFactory, UserFactory

HOUR = timedelta(hours=1)
ELSEWHERE = {"Origin": "https://example.org"}
FEEDS = [
    "/feeds/all.ics", "/feeds/spaces/foro.ics", "/feeds/organizations/lacnic.ics", "/feeds/topics/dns.ics",
    "/feeds/countries/br.ics", "/feeds/kinds/meeting.ics?lang=es", "/feeds/all.ics?country=uy&country=br",
]  # fmt: skip
DOWNLOADS = ["/events/whole.ics", "/events/edge-3.ics?lang=es"]
# What caches and conditional requests go by; the date of the answer itself is left out.
LASTING = ("Content-Type", "Content-Disposition", "Cache-Control", "ETag", "Last-Modified", "Vary")


@pytest.fixture(autouse=True)
def logged(clock, session):
    return log_awkward_events(session)


def lasting(answer):
    return {name: answer.headers.get(name) for name in LASTING}


def test_point_17_it_is_a_calendar_whatever_is_accepted(client):
    wishes = ("text/html", "application/json", "*/*;q=0", "text/calendar")
    for path, accept in product([*FEEDS, *DOWNLOADS], wishes):
        answer = client.get(path, headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_point_17_feeds_are_inline_and_downloads_attached(client):
    for paths, disposition in ((FEEDS, "inline"), (DOWNLOADS, "attachment")):
        for path in paths:
            kind, _, filename = client.get(path).headers["Content-Disposition"].partition("; ")
            assert kind == disposition
            assert filename.startswith('filename="')
            assert filename.endswith('.ics"')


def test_point_18_the_same_bytes_for_everybody(client):
    signed_out = {path: client.get(path) for path in FEEDS}
    client.sign_in(UserFactory(language="es", role="admin"))
    client.set_cookie("language", "pt")
    with client.session_transaction() as cookie:
        cookie.permanent = True  # refreshed with every answer, but not with one that caches share
    for path, plain in signed_out.items():
        again = client.get(path, headers={"Accept-Language": "es", "User-Agent": "Google-Calendar"})
        assert again.data == plain.data
        assert lasting(again) == lasting(plain)
        assert "Set-Cookie" not in again.headers
        assert "cookie" not in again.headers.get("Vary", "").lower()


def test_point_18_the_language_is_that_of_the_address(client, events, logged):
    for query, name in (("", "Comma"), ("?lang=en", "Comma"), ("?lang=es", "¡Comma")):
        part = events(f"/feeds/all.ics{query}")[logged["part"].uid]
        assert part.summary.startswith(name)


@pytest.mark.parametrize("path", ["/feeds/all.ics", "/feeds/topics/dns.ics?lang=es"])
def test_point_18_validators_change_with_what_is_shown(client, clock, write, logged, path):
    seen = [client.get(path)]
    for changes in (
        {"name_es": "Otro"}, {"venue": "Hall"}, {"status": "cancelled"}, {"visibility": "community"}, {"visibility": "public"},
        {"deleted_at": NOON},
    ):  # fmt: skip
        clock.shift(HOUR)
        write(logged["part"], **changes)
        seen.append(client.get(path))
    tags = [answer.headers["ETag"] for answer in seen]
    assert not [tag for tag in tags if not tag.startswith('"')], "weak"
    assert len(set(tags)) == len(seen)
    dates = [parsedate_to_datetime(answer.headers["Last-Modified"]) for answer in seen]
    assert dates == sorted(set(dates))


def test_point_18_what_is_not_shown_changes_nothing(client, clock, write, logged):
    before = client.get("/feeds/countries/br.ics")
    clock.shift(HOUR)
    write(logged["part"], venue="Hall")  # in Uruguay
    write(logged["whole"], notes="seen", source="by hand")
    EventFactory(country="BR", start_date="2026-07-01", visibility="community")
    after = client.get("/feeds/countries/br.ics")
    assert after.data == before.data
    assert lasting(after) == lasting(before)


@pytest.mark.parametrize("path", ["/feeds/all.ics", "/feeds/kinds/meeting.ics", *DOWNLOADS])
def test_point_18_conditional_requests(client, path):
    answer = client.get(path)
    etag, modified = answer.headers["ETag"], answer.headers["Last-Modified"]
    at = parsedate_to_datetime(modified)
    early, late = (format_datetime(at + off, usegmt=True) for off in (-HOUR, HOUR))
    for headers in (
        {"If-None-Match": etag}, {"If-None-Match": f'"a", W/{etag}, "b"'}, {"If-None-Match": "*"},
        {"If-Modified-Since": modified}, {"If-Modified-Since": late},
        {"If-Modified-Since": at.strftime("%A, %d-%b-%y %H:%M:%S GMT")},
        {"If-None-Match": etag, "If-Modified-Since": early},
    ):  # fmt: skip
        unchanged = client.get(path, headers=headers)
        assert (unchanged.status_code, unchanged.data) == (304, b""), headers
        assert unchanged.headers["ETag"] == etag
        assert unchanged.headers["Cache-Control"] == answer.headers["Cache-Control"]
    for headers in (
        {"If-None-Match": '"a"'}, {"If-None-Match": etag.strip('"') + "x"}, {"If-Modified-Since": early},
        {"If-Modified-Since": "yesterday"}, {"If-None-Match": '"a"', "If-Modified-Since": late},
    ):  # fmt: skip
        whole = client.get(path, headers=headers)
        assert (whole.status_code, whole.data) == (200, answer.data), headers


def test_point_18_a_deletion_is_news_to_a_reader_who_asks_by_date(
    client, clock, write, events, logged
):
    before = client.get("/feeds/all.ics").headers
    clock.shift(HOUR)
    write(logged["part"], deleted_at=datetime.now(UTC))
    for name, value in (
        ("If-None-Match", before["ETag"]),
        ("If-Modified-Since", before["Last-Modified"]),
    ):
        answer = client.get("/feeds/all.ics", headers={name: value})
        assert answer.status_code == 200
    assert events()[logged["part"].uid].status == "CANCELLED"


@pytest.mark.parametrize("days", [92, 400])
def test_point_18_what_leaves_with_time_is_news_too(client, clock, write, logged, days):
    write(logged["part"], deleted_at=NOON)
    before = client.get("/feeds/spaces/foro.ics")
    assert logged["part"].uid.encode() in before.data
    clock.move_to(NOON + timedelta(days=days))
    for name, value in (
        ("If-None-Match", before.headers["ETag"]),
        ("If-Modified-Since", before.headers["Last-Modified"]),
    ):
        assert client.get("/feeds/spaces/foro.ics", headers={name: value}).status_code == 200
    after = client.get("/feeds/spaces/foro.ics")
    dates = [parsedate_to_datetime(each.headers["Last-Modified"]) for each in (before, after)]
    assert dates[0] < dates[1]
    assert after.headers["ETag"] != before.headers["ETag"]
    assert logged["part"].uid.encode() not in after.data


def test_point_18_a_304_is_answered_without_reading_events(client, count_queries):
    for path in FEEDS:
        etag = client.get(path).headers["ETag"]
        with count_queries:
            answer = client.get(path, headers={"If-None-Match": etag})
        assert answer.status_code == 304
        assert count_queries.count == 1
        assert "events" not in count_queries.statements[0]


def test_point_18_head_equals_get(client):
    for path in [*FEEDS, *DOWNLOADS]:
        for headers in ({}, {"Accept-Encoding": "gzip"}):
            get, head = client.get(path, headers=headers), client.head(path, headers=headers)
            assert head.status_code == 200
            assert head.data == b""
            assert lasting(head) == lasting(get)
            assert head.headers["Content-Length"] == get.headers["Content-Length"]
            assert head.headers.get("Content-Encoding") == get.headers.get("Content-Encoding")


def test_point_18_caches_may_keep_public_feeds(client):
    for path in FEEDS:
        directives = client.get(path).headers["Cache-Control"].split(", ")
        assert "public" in directives
        (age,) = [each for each in directives if each.startswith("max-age=")]
        assert 60 <= int(age.removeprefix("max-age=")) <= 4 * 3600


def test_point_19_it_is_compressed_for_who_takes_it(client):
    for path in FEEDS:
        plain = client.get(path)
        packed = client.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data)
        for answer in (plain, packed):
            assert "accept-encoding" in answer.headers["Vary"].lower()
        headers = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
        assert client.get(path, headers=headers).status_code == 304
        refused = client.get(path, headers={"Accept-Encoding": "gzip;q=0, identity"})
        assert refused.data == plain.data


def test_point_19_what_is_not_there_is_not_found(client):
    for path in (
        "/feeds/spaces/none.ics", "/feeds/organizations/none.ics", "/feeds/topics/none.ics", "/feeds/kinds/party.ics",
        "/feeds/countries/xx.ics", "/feeds/countries/uruguay.ics", "/feeds/none.ics", "/events/none.ics",
        "/feeds/private/none.ics", f"/feeds/private/{'A' * 32}.ics", "/feeds/spaces/%00.ics",
        "/feeds/topics/%F0%9F%98%80.ics", "/feeds/organizations/%00.ics", "/feeds/kinds/%00.ics", "/feeds/countries/%00.ics",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert b"VCALENDAR" not in answer.data


def test_point_19_a_bad_filter_is_said_and_no_empty_calendar(client):
    paths = ("/feeds/all.ics", "/feeds/spaces/foro.ics", "/feeds/countries/br.ics")
    queries = (
        "kind=party", "country=xx", "country=uy&country=xx", "space=none", "topic=none", "organization=none", "mode=x",
        "status=gone", "grouping=none", "lang=fr", "from=x", "from=2026-02-30", "to=2026-1-1", "colour=red",
        "from=2026-02-01&to=2026-01-01", "kinds=meeting", "name=" + "x" * 101, "after=x", "q[]=a",
    )  # fmt: skip
    for path, query in product(paths, queries):
        answer = client.get(f"{path}?{query}")
        assert (answer.status_code, answer.mimetype) == (400, "text/plain"), (path, query)
        assert b"VCALENDAR" not in answer.data
        assert len(answer.text) > 20
        assert "public" not in answer.headers.get("Cache-Control", "")


def test_point_19_a_filter_that_nothing_meets_is_an_empty_calendar(calendar):
    assert calendar("/feeds/all.ics?country=aq").parts == []


def test_point_20_web_pages_may_fetch_public_feeds(client):
    for path in FEEDS:
        answer = client.get(path, headers=ELSEWHERE)
        again = client.get(path, headers=ELSEWHERE | {"If-None-Match": answer.headers["ETag"]})
        assert (answer.status_code, again.status_code) == (200, 304)
        for each in (answer, again):
            assert each.headers["Access-Control-Allow-Origin"] == "*"
            assert "Access-Control-Allow-Credentials" not in each.headers


def test_point_20_web_pages_may_fetch_nothing_else(client):
    for path in ("/events/", "/events/whole", "/feeds/"):
        headers = client.get(path, headers=ELSEWHERE).headers
        assert "Access-Control-Allow-Origin" not in headers


def test_point_20_robots_may_read_public_feeds(client):
    rules, answer = RobotFileParser(), client.get("/robots.txt")
    rules.parse(answer.text.splitlines() if answer.status_code == 200 else [])
    for path, agent in product(FEEDS, ("Google-Calendar-Importer", "Googlebot", "*")):
        assert rules.can_fetch(agent, f"http://localhost{path}")
        assert "X-Robots-Tag" not in client.get(path).headers
