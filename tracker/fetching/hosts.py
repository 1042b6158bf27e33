"""Which machines may be asked for what somebody wants fetched: public ones, and those listed."""

import socket
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PORTS = frozenset({80, 443, 8080, 8443})
# In these the last 32 bits, or those after the first 16, are an address of version 4.
_NAT64 = IPv6Network("64:ff9b::/96")
_6TO4 = IPv6Network("2002::/16")
_PUBLIC_V6 = IPv6Network("2000::/3")
# Special ranges that ipaddress, in some of its versions, calls global.
_NOT_PUBLIC = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2001::/23"),
    IPv6Network("3fff::/20"),
)


class UnknownHost(Exception):
    """No address is known for a name."""


class PrivateAddress(Exception):
    """A name that leads, or also leads, into a private network."""


@dataclass(frozen=True)
class AllowedHosts:
    """Names, addresses and networks that may be asked though they are private.

    `hosts` has the one port that is meant, None for the usual ones.
    """

    hosts: frozenset[tuple[str, int | None]]
    networks: tuple[Network, ...]

    @classmethod
    def listed(cls, entries: Iterable[str]) -> "AllowedHosts":
        """From `name`, `address`, `network/bits` or, for a port that is not usual, `name:port`.

        Raises ValueError for what is none of them.
        """
        hosts, networks = set(), []
        for entry in filter(None, map(str.strip, entries)):
            if "/" in entry:
                networks.append(ip_network(entry, strict=False))
            else:
                hosts.add(_split(entry))
        return cls(frozenset(hosts), tuple(networks))

    def allow_port(self, host: str, port: int) -> bool:
        """Whether a port may be asked, if the host may."""
        return port in PORTS or (_folded(host), port) in self.hosts

    def allow(self, host: str, address: Address, port: int) -> bool:
        """Whether an address of a host may be asked."""
        if is_public(address) or any(address in network for network in self.networks):
            return True
        meant = port, None if port in PORTS else port
        names = _folded(host), _folded(str(address))
        return any((name, one) in self.hosts for name in names for one in meant)


def _split(entry: str) -> tuple[str, int | None]:
    if entry.startswith("["):
        host, _, port = entry[1:].partition("]")
        port = port.removeprefix(":")
    elif entry.count(":") > 1:
        host, port = entry, ""
    else:
        host, _, port = entry.partition(":")
    return _folded(host), int(port) if port else None


def _folded(host: str) -> str:
    return host.rstrip(".").casefold()


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public network, also the one that is wrapped in it."""
    if isinstance(address, IPv6Address):
        wrapped = _wrapped(address)
        if wrapped is not None:
            return is_public(wrapped)
        if address not in _PUBLIC_V6:
            return False
    special = any(address in network for network in _NOT_PUBLIC)
    return address.is_global and not (address.is_multicast or address.is_reserved or special)


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour if address in _6TO4 else None


def resolve(host: str, port: int, allowed: AllowedHosts, seconds: float) -> Sequence[Address]:
    """The addresses of a host, each of which may be asked.

    Raises UnknownHost, PrivateAddress, or TimeoutError.
    """
    addresses = _look_up(host, port, seconds)
    if not all(allowed.allow(host, address, port) for address in addresses):
        raise PrivateAddress(host)
    return addresses


def _look_up(host: str, port: int, seconds: float) -> list[Address]:
    """Ask for addresses, but not for longer than that: the resolver knows no limit of its own."""
    found: list[Address] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            # A zone behind the address (fe80::1%eth0) says the interface.
            found.extend(ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers)
        except (OSError, ValueError) as error:
            failed.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(host)
    if failed or not found:
        raise UnknownHost(host)
    return list(dict.fromkeys(found))
