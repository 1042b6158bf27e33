"""Requests a second of the site and of a bare server, by turns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.figures import Figures
from bench.load import requests_per_second
from bench.processes import serving
from bench.sites import Site

# Other work on the machine only ever slows a server: the best of many short turns tells most.
TURNS, SECONDS = 25, 0.3
# As many on either side.
WORKERS = {"GUNICORN_CMD_ARGS": "--workers 2"}


@dataclass(frozen=True)
class Asked:
    """What the site is asked, and the status it answers with."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Bare:
    """What the bare server is asked, which may send the bytes of a file."""

    path: str
    file: Path | None = None
    application: str = "bench.bare:app"
    headers: Mapping[str, str] = field(default_factory=dict)


def race(
    what: str, site: Site, address: str, asked: Asked, bare: Bare, bound: float, figures: Figures,
    turns: int = TURNS,
) -> None:  # fmt: skip
    """How many times as many requests the bare server answers as the site at an address."""
    more = WORKERS | ({"BENCH_BYTES": str(bare.file)} if bare.file else {})
    paces = []
    with serving(site, bare.application, "/select", **more) as (_server, other):
        for _turn in range(turns):
            headers, status = asked.headers, asked.status
            ours = requests_per_second(address, [asked.path], headers, status, SECONDS)
            theirs = requests_per_second(other, [bare.path], bare.headers, 200, SECONDS)
            paces.append((theirs, ours))
    theirs, ours = map(max, zip(*paces, strict=True))
    figures.add(
        what, site.engine, f"{theirs:,.0f} / {ours:,.0f} requests a second, gunicorn, loopback",
        theirs / ours, bound, "×",
    )  # fmt: skip
