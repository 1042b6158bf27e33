"""Fetching an address: what is asked, what is answered, where redirects lead."""

import gzip
import socket

import pytest

from tests.web_servers import CALENDAR, answer, failure, redirect, refusal, resolver, serving
from tracker.fetching import fetch
from tracker.version import VERSION


def test_what_an_address_holds():
    with serving(answer(ETag='"1"', Last_Modified="Mon, 04 May 2026 10:00:00 GMT")) as server:
        found = fetch(server.url, allowed_hosts=[server.host])
    assert found.content == CALENDAR
    assert (found.etag, found.last_modified) == ('"1"', "Mon, 04 May 2026 10:00:00 GMT")
    assert found.url == server.url


def test_it_says_who_asks_and_nothing_else():
    with serving(answer()) as server:
        fetch(f"http://{server.host}/años/x?b=ñ 1#part", allowed_hosts=[server.host])
    assert server.asked[0].startswith("GET /a%C3%B1os/x?b=%C3%B1%201 HTTP/1.1\r\n")
    assert server.header("User-Agent") == f"Encuentro/{VERSION}"
    assert server.header("Host") == server.host
    assert server.header("Cookie") is None
    assert server.header("If-None-Match") is None


def test_what_has_not_changed_is_not_fetched_again():
    with serving(answer(b"", "304 Not Modified", ETag='"2"')) as server:
        found = fetch(server.url, allowed_hosts=[server.host], etag='"1"', last_modified="x")
    assert (found.content, found.etag) == (None, '"2"')
    assert server.header("If-None-Match") == '"1"'
    assert server.header("If-Modified-Since") == "x"


def test_a_304_that_nobody_asked_for_is_an_error():
    assert refusal(answer(b"", "304 Not Modified")) == "http"


def test_validators_too_long_or_not_ascii_are_not_kept():
    with serving(answer(ETag='"' + "a" * 400 + '"', Last_Modified="martes, mañana")) as server:
        found = fetch(server.url, allowed_hosts=[server.host])
    assert (found.etag, found.last_modified) == (None, None)


@pytest.mark.parametrize("body", [CALENDAR, CALENDAR * 3000], ids=["small", "large"])
def test_packed_content_is_unpacked(body):
    with serving(answer(gzip.compress(body), Content_Encoding="gzip")) as server:
        assert fetch(server.url, allowed_hosts=[server.host]).content == body
    assert server.header("Accept-Encoding") == "gzip"


def test_content_in_chunks_is_joined():
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"%x\r\n%s\r\n" % (5, CALENDAR[:5]) + b"%x\r\n%s\r\n0\r\n\r\n" % (
        len(CALENDAR) - 5, CALENDAR[5:]
    )  # fmt: skip
    with serving(head + chunks) as server:
        assert fetch(server.url, allowed_hosts=[server.host]).content == CALENDAR


def test_content_that_ends_with_the_connection_is_taken():
    with serving(b"HTTP/1.0 200 OK\r\n\r\n" + CALENDAR) as server:
        assert fetch(server.url, allowed_hosts=[server.host]).content == CALENDAR


@pytest.mark.parametrize(
    "url",
    ["", "calendar.ics", "ftp://example.org/a.ics", "file:///etc/passwd", "gopher://example.org",
     "data:text/calendar,x", "http://", "http:///a.ics", "https://a:b@example.org/", "http://@a.example.org",
     "http://example.org:22/", "http://example.org:0/", "http://example.org:99999/", "http://example.org:x/",
     "http://exa mple.org/", "http://example.org/\r\nHost: x", "http://[::1/", "http://[::1%25lo]/",
     "http://example.org\\@127.0.0.1/", "http://" + "a" * 64 + ".org/", "http://./", "http://..example.org/",
     "https://example.org/" + "a" * 2_000, "http://xn--\udcff.org/", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_address_to_fetch_is_refused(url):
    assert failure(url).code == "bad-address"


def test_an_address_that_does_not_answer_is_passed_over_for_the_next(monkeypatch):
    with serving(answer()) as server:
        resolver(monkeypatch, ["127.0.0.9", "127.0.0.1"])
        allowed = [f"calendar.example.org:{server.port}"]
        found = fetch(f"http://calendar.example.org:{server.port}/", allowed_hosts=allowed)
    assert found.content == CALENDAR


def test_an_unknown_host(monkeypatch):
    def unknown(*args, **options):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert failure("https://nobody.example.org/").code == "unknown-host"


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        host = f"127.0.0.1:{closed.getsockname()[1]}"
    assert failure(f"http://{host}/", allowed=(host,)).code == "unreachable"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 T", "308 P"])
def test_a_redirect_is_followed(status):
    def answers(asked):
        return [answer() if "/there?x=1 " in asked else redirect("/there?x=1", status)]

    with serving(answers) as server:
        found = fetch(server.url, allowed_hosts=[server.host])
    assert found.content == CALENDAR
    assert found.url == f"http://{server.host}/there?x=1"


@pytest.mark.parametrize(
    "location, code",
    [("http://169.254.169.254/latest/", "private-address"), ("http://127.0.0.1/", "private-address"),
     ("//10.0.0.1/", "private-address"), ("file:///etc/passwd", "bad-address"),
     ("http://a:b@example.org/", "bad-address"), ("http://[", "bad-address"), ("/again", "redirects"),
     ("http://example.org:25/", "bad-address"), ("gopher://127.0.0.1:70/_x", "bad-address")],
)  # fmt: skip
def test_a_redirect_is_an_address_like_the_first(location, code):
    with serving(lambda asked: [redirect(location)]) as server:
        assert failure(server.url, allowed=(server.host,)).code == code


def test_a_redirect_to_this_machine_is_refused():
    with serving(lambda asked: [redirect("http://localhost/")]) as server:
        assert failure(server.url, allowed=(server.host,)).code == "private-address"


def test_five_redirects_are_followed_and_no_sixth():
    def answers(asked):
        left = int(asked.split()[1].strip("/"))
        return [redirect(f"/{left - 1}") if left else answer()]

    with serving(answers) as server:
        found = fetch(f"http://{server.host}/5", allowed_hosts=[server.host])
        assert found.content == CALENDAR
        assert failure(f"http://{server.host}/6", allowed=(server.host,)).code == "redirects"


@pytest.mark.parametrize(
    "status, code, detail",
    [("404 No", "not-found", "404"), ("410 Gone", "not-found", "410"), ("401 Who", "forbidden", "401"),
     ("403 No", "forbidden", "403"), ("500 Oh", "http", "500"), ("429 Slow", "http", "429"),
     ("204 None", "http", "204"), ("302 Nowhere", "http", "302")],
)  # fmt: skip
def test_other_answers(status, code, detail):
    with serving(answer(b"", status)) as server:
        found = failure(server.url, allowed=(server.host,))
    assert (found.code, found.detail) == (code, detail)


@pytest.mark.parametrize(
    "content",
    [answer(b"<!DOCTYPE html><title>Sign in</title>"), answer(b"\n <HTML>", Content_Type="text/plain"),
     answer(b"Sign in", Content_Type="text/html; charset=utf-8")],
)  # fmt: skip
def test_a_web_page_is_no_calendar(content):
    assert refusal(content) == "not-a-calendar"


def test_a_calendar_that_calls_itself_a_page_is_taken():
    with serving(answer(b"\xef\xbb\xbf" + CALENDAR, Content_Type="text/html")) as server:
        assert fetch(server.url, allowed_hosts=[server.host]).content.endswith(CALENDAR)
