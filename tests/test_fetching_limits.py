"""Fetching ends, whatever the server does, and trusts no certificate that is not the host's."""

import gzip
import socket
import ssl
import subprocess
import time

import pytest

from tests.web_servers import CALENDAR, QUICK, answer, failure, redirect, refusal, resolver, serving
from tracker.fetching import fetch


def endless(asked):
    yield b"HTTP/1.1 200 OK\r\n\r\n"
    for _ in range(200):
        yield b"x" * 65_536


@pytest.mark.parametrize(
    "content",
    [answer(b"x" * 300_000), endless,
     answer(gzip.compress(b"x" * 50_000_000), Content_Encoding="gzip")],
    ids=["large", "endless", "gzip bomb"],
)  # fmt: skip
def test_what_is_too_large_is_not_read_to_its_end(content):
    assert refusal(content) == "too-large"


@pytest.mark.parametrize(
    "content",
    [answer(CALENDAR, Content_Length="5000"), answer(b"no gzip", Content_Encoding="gzip"),
     answer(gzip.compress(CALENDAR)[:-12], Content_Encoding="gzip"), answer(Content_Encoding="br"),
     answer(Content_Encoding="gzip, gzip"), b"SSH-2.0-OpenSSH_9.2\r\n", b"", b"HTTP/1.1 200 OK\r\nA: " + b"a" * 99_999,
     b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 999 + b"\r\n",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",],
    ids=["cut off", "no gzip", "gzip cut off", "brotli", "gzip twice", "ssh", "nothing", "long header",
         "many headers", "bad chunk"],
)  # fmt: skip
def test_broken_answers(content):
    assert refusal(content) in (
        "http",
        "not-a-calendar",
    )


def test_content_beyond_its_length_is_not_read():
    with serving(answer(CALENDAR, Content_Length="10")) as server:
        assert fetch(server.url, allowed_hosts=[server.host]).content == CALENDAR[:10]


def drip(start: bytes):
    def answers(asked):
        yield start
        for _ in range(100):
            time.sleep(0.05)
            yield b"x"

    return answers


@pytest.mark.parametrize(
    "start",
    [b"", b"HTTP/1.1 200 OK\r\nA: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n",
     b"HTTP/1.0 200 OK\r\n\r\n"],
    ids=["status", "headers", "body", "body without length"],
)  # fmt: skip
def test_a_server_that_drips_is_left_in_time(start):
    with serving(drip(start)) as server:
        began = time.monotonic()
        assert failure(server.url, allowed=(server.host,), limits=QUICK).code == "timeout"
        assert time.monotonic() - began < 2


def test_a_server_that_drips_while_it_greets_is_left_in_time():
    with serving(drip(b"\x16\x03\x03\x40\x00")) as server:
        url = server.url.replace("http:", "https:")
        assert failure(url, allowed=(server.host,), limits=QUICK).code == "timeout"


def test_redirects_share_the_time():
    def answers(asked):
        time.sleep(0.25)
        yield redirect("/again")

    with serving(answers) as server:
        assert failure(server.url, allowed=(server.host,), limits=QUICK).code == "timeout"


def test_a_resolver_that_does_not_answer(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: time.sleep(1) or [])
    assert failure("https://slow.example.org/", limits=QUICK).code == "timeout"


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(answer()) as server:
        assert fetch(server.url, allowed_hosts=[server.host]).content == CALENDAR


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of calendar.example.org that nobody but these tests trusts."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=calendar",
         "-addext", "subjectAltName=DNS:calendar.example.org"],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


@pytest.fixture
def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.names = []
    context.sni_callback = lambda socket, name, context: context.names.append(name)
    return context


def test_https_asks_for_the_certificate_of_the_name(monkeypatch, certificate, tls):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    resolver(monkeypatch, ["127.0.0.1"])
    with serving(answer(), tls=tls) as server:
        host = f"calendar.example.org:{server.port}"
        found = fetch(f"webcal://{host}/a.ics", allowed_hosts=[host])
        assert found.content == CALENDAR
        assert found.url == f"https://{host}/a.ics"
        assert tls.names == ["calendar.example.org"]
        other = f"other.example.org:{server.port}"
        assert failure(f"https://{other}/", allowed=(other,)).code == "tls"
        assert failure(f"https://{server.host}/", allowed=(server.host,)).code == "tls"


def test_a_certificate_that_nobody_trusts(monkeypatch, tls):
    resolver(monkeypatch, ["127.0.0.1"])
    with serving(answer(), tls=tls) as server:
        host = f"calendar.example.org:{server.port}"
        assert failure(f"https://{host}/", allowed=(host,)).code == "tls"
    assert server.asked == []


def test_a_server_without_tls():
    with serving(answer()) as server:
        url = server.url.replace("http:", "https:")
        assert failure(url, allowed=(server.host,)).code == "tls"


def test_https_does_not_lead_back_to_http(monkeypatch, certificate, tls):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    resolver(monkeypatch, ["127.0.0.1"])
    with serving(lambda asked: [redirect("http://calendar.example.org/")], tls=tls) as server:
        host = f"calendar.example.org:{server.port}"
        assert failure(f"https://{host}/", allowed=(host,)).code == "redirects"
