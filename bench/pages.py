"""What pages cost: processor time of the application and of its database together."""

import gc
import re
import statistics
import time
from collections.abc import Callable

from sqlalchemy import event

from bench.clocks import backends, seconds_of
from bench.figures import Figures
from bench.sites import Site

ROUNDS = 31
WARM_UP = 4
RATIO = 1.2
# Nobody promised what a filter costs, but it must not grow with the number of events.
FILTERED_RATIO = 3.0
SEARCH_MS = 150.0
Address = Callable[[Site], list[str]]

# The same pages on both sites, by what they show.
PAGES: tuple[tuple[str, Address], ...] = (
    ("list", lambda site: ["/events/"]),
    ("list, second page", lambda site: [_page_after(site, "")]),
    ("list, from the middle on", lambda site: [_page_after(site, "?to=2019-06-30")]),
    ("list, oldest first", lambda site: ["/events/?sort=start"]),
    ("list, by name", lambda site: ["/events/?sort=name"]),
    ("list, of a kind", lambda site: ["/events/?kind=webinar"]),
    ("list, in a country", lambda site: ["/events/?country=BR"]),
    ("event", lambda site: [f"/events/{key}" for key in site.keys]),
)
# What fills no page of a small site, and is held against its whole list.
FILTERED: tuple[tuple[str, Address], ...] = (
    ("list, of a space", lambda site: [f"/events/?space={site.space}"]),
    ("list, of an organization", lambda site: [f"/events/?organization={site.organization}"]),
    ("list, of a year", lambda site: ["/events/?from=2015-01-01&to=2015-12-31"]),
    ("list, cancelled", lambda site: ["/events/?status=cancelled"]),
)
# A word of many events, of none, of few, and two.
SEARCHES = ("taller", "zzzz", "e99", "despliegue montevideo")


class Meter:
    """The processor time of requests, in milliseconds, the database's own process included."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.clients = {signed_in: site.client(signed_in) for signed_in in (False, True)}

    def cost(self, address: str, signed_in: bool) -> float:
        processes = backends(self.site.database)
        before = seconds_of(processes)
        started = time.process_time()
        self.get(address, signed_in)
        own = time.process_time() - started
        return 1000 * (own + seconds_of(processes) - before)

    def get(self, address: str, signed_in: bool) -> str:
        response = self.clients[signed_in].get(address)
        assert response.status_code == 200, f"{address}: {response.status_code}"
        return response.text

    def queries(self, address: str, signed_in: bool) -> int:
        """How many statements a page takes."""
        count = 0

        def note(*_arguments: object) -> None:
            nonlocal count
            count += 1

        event.listen(self.site.database, "before_cursor_execute", note)
        try:
            self.get(address, signed_in)
        finally:
            event.remove(self.site.database, "before_cursor_execute", note)
        return count


def _page_after(site: Site, filters: str) -> str:
    """The unfiltered list from where the first page of a filtered one ends."""
    page = site.client(signed_in=False).get(f"/events/{filters}").text
    found = re.search(r'[?&;]after=([^"&]+)', page)
    assert found, "the list has no next page"
    return f"/events/?after={found[1]}"


def compare(small: Site, large: Site, figures: Figures) -> None:
    """Measure each page on both sites by turns, and search on the large one."""
    meters = Meter(small), Meter(large)
    for signed_in in (False, True):
        reader = "editor" if signed_in else "public"
        for name, address in PAGES:
            _compare_page(name, (address, address), meters, signed_in, figures)
        for name, address in FILTERED:
            pair = (PAGES[0][1], address)
            _compare_page(f"{name} ÷ list", pair, meters, signed_in, figures)
        for q in SEARCHES:
            costs = [
                meters[1].cost(f"/events/?q={q}", signed_in) for _round in range(ROUNDS + WARM_UP)
            ]
            figures.add(
                f"list, q={q}", f"{large.engine}, {reader}", f"CPU at {large.events:,} events",
                statistics.median(costs[WARM_UP:]), SEARCH_MS, " ms",
            )  # fmt: skip


def _compare_page(
    name: str,
    pages: tuple[Address, Address],
    meters: tuple[Meter, Meter],
    signed_in: bool,
    figures: Figures,
) -> None:
    where = f"{meters[0].site.engine}, {'editor' if signed_in else 'public'}"
    addresses = [page(meter.site) for page, meter in zip(pages, meters, strict=True)]
    costs: list[list[float]] = [[], []]
    gc.collect()
    for turn in range(ROUNDS + WARM_UP):
        # By turns, so that what else the machine does falls on both alike.
        for side in (turn % 2, 1 - turn % 2):
            places = addresses[side]
            costs[side].append(meters[side].cost(places[turn % len(places)], signed_in))
    small, large = (statistics.median(each[WARM_UP:]) for each in costs)
    sizes = " / ".join(f"{meter.site.events:,}" for meter in meters)
    figures.add(
        name,
        where,
        f"CPU {small:.1f} / {large:.1f} ms at {sizes} events",
        large / small,
        RATIO,
        "×",
    )
    if pages[0] is pages[1]:
        _compare_queries(name, where, meters, addresses, signed_in, figures)


def _compare_queries(
    name: str,
    where: str,
    meters: tuple[Meter, Meter],
    addresses: list[list[str]],
    signed_in: bool,
    figures: Figures,
) -> None:
    small, large = (
        max(meter.queries(place, signed_in) for place in places)
        for meter, places in zip(meters, addresses, strict=True)
    )
    figures.add(f"{name}: queries", where, f"{small} / {large}", abs(large - small), 0, " more")
