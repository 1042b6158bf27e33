"""Which hosts may be fetched: public ones and those that are listed, whatever they are called."""

from ipaddress import ip_address

import pytest

from config import Config, ConfigurationError
from tests.web_servers import CALENDAR, answer, failure, redirect, resolver, serving
from tracker.fetching import fetch, hosts
from tracker.fetching.hosts import AllowedHosts, is_public


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/", "http://0/",
     "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://192.168.1.1/",
     "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::10.0.0.1]/",
     "http://[fe80::1]/", "http://[fd00::1]/", "webcal://127.0.0.1/", "https://127.0.0.1:8443/"],
)  # fmt: skip
def test_private_addresses_are_refused_however_they_are_written(url):
    assert failure(url).code == "private-address"


@pytest.mark.parametrize(
    "address",
    "0.0.0.0 10.1.1.1 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.0.0.8 192.0.2.1 192.88.99.1"
    " 192.168.0.1 198.18.0.1 203.0.113.5 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255"
    " :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1::"
    " 2002:a9fe:a9fe:: 2001::1 2001:db8::1 3fff::1 5f00::1 fe80::1 fc00::1 fec0::1 ff02::1 100::1".split(),
)  # fmt: skip
def test_an_address_that_is_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    "8.8.8.8 200.3.14.10 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808:: 2600::1 2001:13c7::1".split(),
)
def test_an_address_that_is_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "listed, allows",
    [("localhost", True), ("LOCALHOST.", True), ("127.0.0.1", True), ("127.0.0.0/8", True),
     ("localhost:80", True), ("other", False), ("127.0.0.2", False), ("10.0.0.0/8", False), ("::1", False)],
)  # fmt: skip
def test_what_is_listed_may_be_asked(listed, allows):
    assert AllowedHosts.listed([listed]).allow("localhost", ip_address("127.0.0.1"), 80) is allows


@pytest.mark.parametrize("port, allows", [(5232, True), (80, False), (22, False)])
def test_a_host_that_is_listed_with_a_port_may_be_asked_at_that_port(port, allows):
    allowed = AllowedHosts.listed(["localhost:5232"])
    assert allowed.allow("localhost", ip_address("127.0.0.1"), port) is allows


@pytest.mark.parametrize(
    "listed, host, port, allows",
    [("a.example", "a.example", 443, True), ("a.example", "a.example", 5232, False),
     ("a.example:5232", "A.example.", 5232, True), ("a.example:5232", "b.example", 5232, False),
     ("[::1]:5232", "::1", 5232, True), ("::1", "::1", 5232, False), ("10.0.0.0/8", "10.0.0.1", 22, False)],
)  # fmt: skip
def test_unusual_ports_are_listed_with_their_host(listed, host, port, allows):
    assert AllowedHosts.listed([listed]).allow_port(host, port) is allows


def test_one_private_address_among_several_is_enough_to_refuse(monkeypatch):
    resolver(monkeypatch, ["200.3.14.10", "10.0.0.1"])
    assert failure("https://calendar.example.org/").code == "private-address"


def test_a_name_is_looked_up_once_and_the_connection_made_to_what_was_checked(monkeypatch):
    with serving(answer()) as server:
        asked = resolver(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
        url = f"http://rebinding.example.org:{server.port}/a.ics"
        found = fetch(url, allowed_hosts=[f"rebinding.example.org:{server.port}"])
    assert found.content == CALENDAR
    assert asked == ["rebinding.example.org"]
    assert server.header("Host") == f"rebinding.example.org:{server.port}"


def test_a_name_that_turns_private_at_a_redirect_is_refused(monkeypatch):
    with serving(redirect("/again")) as server:
        resolver(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
        monkeypatch.setattr(hosts, "PORTS", {server.port})
        url = f"http://rebinding.example.org:{server.port}/"
        assert failure(url, allowed=("127.0.0.1",)).code == "private-address"
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "text, hosts",
    [("", ()), ("calendar.intranet", ("calendar.intranet",)),
     (" a.example:5232, 10.0.0.0/8 ::1\n[::1]:80 ", ("a.example:5232", "10.0.0.0/8", "::1", "[::1]:80"))],
)  # fmt: skip
def test_hosts_are_listed_in_the_settings(monkeypatch, text, hosts):
    monkeypatch.setenv("CALENDAR_HOSTS", text)
    config = Config(environment="testing", database_url="sqlite://", secret_key="x")
    assert config.calendar_hosts == hosts
    AllowedHosts.listed(hosts)


@pytest.mark.parametrize("text", ["10.0.0.0/99", "http://a.example/", "a.example:x", "a;b", "[::1"])
def test_hosts_that_are_none_are_refused_at_the_start(monkeypatch, text):
    monkeypatch.setenv("CALENDAR_HOSTS", text)
    with pytest.raises(ConfigurationError, match="CALENDAR_HOSTS"):
        Config(environment="testing", database_url="sqlite://", secret_key="x")
