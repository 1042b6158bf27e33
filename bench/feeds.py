"""Feeds: written, written again, asked for again, and with more events around what they show."""

import json
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text, update

from bench.figures import Figures
from bench.load import requests_per_second
from bench.pages import Meter
from bench.processes import environment_of, serving
from bench.races import SECONDS, TURNS, WORKERS, Asked, Bare, race
from bench.sites import Site, empty_site
from tracker import feed_cache
from tracker.extensions import db
from tracker.models import Event, EventOrganization, EventTopic, Organization, Space, Topic
from tracker.models.changes import attribute
from tracker.services.generate import generate

# Some have no days, and are in no feed.
EVENTS, FEED = 12_300, "/feeds/all.ics?from=1990-01-01"
FEW = 100
ROUNDS, WARM_UP = 15, 3
# Of icalendar serialising the same events once.
FIRST, CHANGED = 1.0, 1 / 20
# How many times as fast the bare server may be.
BARE = 2.0
GROWTH = 1.2
INDICO_FEED_SECONDS, INDICO_DOWNLOADS = 5.3, 135
_GZIP = {"Accept-Encoding": "gzip"}


def measure_feeds(engine: str, place: str, figures: Figures) -> None:
    """A feed of ten thousand events, in processes and servers of its own."""
    site = _site(engine, place)
    _measure_writing(site, figures)
    _measure_serving(site, figures)


def _site(engine: str, place: str) -> Site:
    app, url = empty_site(engine, place, "feeds")
    with app.app_context():
        generate(db.session, events=EVENTS, people=500, organizations=200, attendances=500, seed=1)
        db.session.execute(update(Event).values(visibility="public"))
        db.session.commit()
        if engine == "PostgreSQL":
            db.session.execute(text("ANALYZE"))
            db.session.commit()
        days = func.length(Event.start_date) == len("YYYY-MM-DD")
        keys = db.session.scalars(select(Event.key).where(days).order_by(Event.id).limit(20))
        site = Site(engine, EVENTS, url, app, list(keys), "", "", "")
        db.engine.dispose()
    return site


def _measure_writing(site: Site, figures: Figures) -> None:
    command = [sys.executable, "-m", "bench.feed_times", FEED]
    with environment_of(site) as environment:
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    times: dict[str, float] = json.loads(done.stdout)
    events, floor = int(times["events"]), times["icalendar"]
    assert events >= 10_000
    many = f"{events:,} events, {times['bytes'] / 1e6:.1f} MB"
    figures.add(
        "feed, first time ÷ icalendar serialising it", site.engine,
        f"CPU {times['first']:.2f} / {floor:.2f} s, {many}", times["first"] / floor, FIRST, "×",
    )  # fmt: skip
    figures.add(
        "feed, one event changed ÷ icalendar serialising it", site.engine,
        f"CPU {times['changed'] * 1000:.0f} / {floor * 1000:,.0f} ms, "
        f"{floor / times['changed']:.0f} times as fast",
        times["changed"] / floor, CHANGED, "×",
    )  # fmt: skip
    seconds = times["first"] * 10_000 / events
    figures.add(
        "feed of 10,000 events, first time", site.engine,
        f"CPU, {INDICO_FEED_SECONDS / seconds:.0f} times as fast as Indico's "
        f"{INDICO_FEED_SECONDS} s; unchanged {times['again'] * 1000:.1f} ms",
        seconds, None, " s",
    )  # fmt: skip


def _measure_serving(site: Site, figures: Figures) -> None:
    """Requests a second of the site, of as many workers as Indico was measured with."""
    with serving(site, **WORKERS) as (_server, address), tempfile.TemporaryDirectory() as folder:
        plain, etag = _fetch(address, {})
        zipped, _etag = _fetch(address, _GZIP)
        known = Asked(FEED, {**_GZIP, "If-None-Match": etag}, 304)
        bare = Bare("/select")
        race("feed, unchanged: SELECT ÷ 304", site, address, known, bare, BARE, figures)
        for name, body, headers in (("", plain, {}), (", gzip", zipped, _GZIP)):
            file = Path(folder) / f"feed{name}"
            file.write_bytes(body)
            what, bare = f"feed, sent{name}: SELECT and bytes ÷ feed", Bare("/bytes", file)
            race(what, site, address, Asked(FEED, headers), bare, BARE, figures)
        paths = [f"/events/{key}.ics" for key in site.keys]
        downloads = max(
            requests_per_second(address, paths, {}, 200, SECONDS) for _turn in range(TURNS)
        )
        figures.add(
            "downloads of one event", site.engine,
            f"{downloads / INDICO_DOWNLOADS:.0f} times Indico's {INDICO_DOWNLOADS}/s",
            downloads, None, "/s",
        )  # fmt: skip


def _fetch(address: str, headers: Mapping[str, str]) -> tuple[bytes, str]:
    request = urllib.request.Request(address + FEED, headers=dict(headers))
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.read(), response.headers["ETag"]


def compare_feeds(small: Site, large: Site, figures: Figures) -> None:
    """What feeds of the same events cost, written anew, with few and many events around them."""
    meters = Meter(small), Meter(large)
    for site in (small, large):
        _add_own_events(site)
    for noun in ("spaces", "organizations", "topics"):
        path = f"/feeds/{noun}/bench-feed.ics"
        costs: list[list[float]] = [[], []]
        for turn in range(ROUNDS + WARM_UP):
            for side in (turn % 2, 1 - turn % 2):
                feed_cache.forget()
                costs[side].append(meters[side].cost(path, signed_in=False))
        few, many = (statistics.median(each[WARM_UP:]) for each in costs)
        figures.add(
            f"feed, {noun}", small.engine,
            f"CPU {few:.1f} / {many:.1f} ms, {FEW} events of {small.events:,} / {large.events:,}",
            many / few, GROWTH, "×",
        )  # fmt: skip
        feed_cache.forget()
        queries = []
        for meter in meters:
            feed_cache.forget()
            queries.append(meter.queries(path, signed_in=False))
        figures.add(
            f"feed, {noun}: queries", small.engine, " / ".join(map(str, queries)),
            abs(queries[1] - queries[0]), 0, " more",
        )  # fmt: skip


def _add_own_events(site: Site) -> None:
    """Events of a space, an organization and a topic that have no others."""
    with site.app.app_context():
        attribute(db.session, "bench", None)
        common: dict[str, Any] = {"name_en": "Bench feed"}
        organization = Organization(
            acronym="BENCH-FEED", kind="civil-society", stakeholder_group="academia", **common
        )
        space = Space(code="BENCH-FEED", kind="policy-forum", scope="regional", **common)
        topic = Topic(slug="bench-feed", **common)
        for turn in range(FEW):
            day = date.today() + timedelta(days=turn)
            event = Event(key=f"bench-feed-{turn}", start_date=day.isoformat(), **common)
            event.space = space
            event.organization_links = [
                EventOrganization(organization=organization, role="organizer")
            ]
            event.topic_links = [EventTopic(topic=topic)]
            db.session.add(event)
        db.session.commit()
