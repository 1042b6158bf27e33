"""Events that are hard to write down: long, in three languages, at the edges of days and offsets."""

from collections.abc import Mapping, Sequence
from datetime import time
from types import MappingProxyType

from sqlalchemy.orm import Session

from tests.factories import EventFactory, OrganizationFactory, SpaceFactory, TopicFactory
from tracker.models import Event, EventTopic
from tracker.models.changes import attribute

LONG = "Fórum da Internet; governança, segurança e infraestrutura \\ “ação” 🌎🌱 " * 4
HARD = "Comma, semicolon; colon: back\\slash \"quotes\" 'n' \\n é 🌎 <b & c> ^caret"
CONTROLS = "a\x01b\x07c\x0bd\x1be\x7ff\x85g\u2028h\ufeffi"
HTML = (
    '<p>Join &amp; <b>speak</b>; it is free,<br>really.</p><script>alert("no")</script>'
    '<ul><li>One</li><li>Two</li></ul><p><a href="https://example.org/a?b=1&amp;c=2">Agenda</a></p>'
)
# The wall clock on the days when clocks change: (day, first hour, last hour, zone).
EDGES = (
    ("2026-11-01", time(0, 30), time(3), "America/New_York"),
    ("2026-03-08", time(1, 30), time(3, 30), "America/New_York"),
    ("2026-11-01", time(2), time(4), "America/Havana"),
    ("2026-03-08", time(1, 30), time(2), "America/Havana"),
    ("2026-09-06", time(1), time(2), "America/Santiago"),
    ("2026-04-04", time(22), time(22, 30), "America/Santiago"),
    ("2026-10-25", time(1, 30), time(4), "Europe/Madrid"),
    ("2026-03-29", time(1, 30), time(3, 30), "Europe/Madrid"),
    ("2026-10-04", time(1), time(2), "America/Asuncion"),
    ("2027-03-28", time(0, 30), time(2), "America/Asuncion"),
    ("2026-07-15", time(9), time(10), "America/Bogota"),
    ("2026-12-31", time(22), time(23, 59), "Asia/Kolkata"),
    ("2026-02-20", time(9), time(10), "Africa/Casablanca"),
    ("2026-07-15", time(9), time(10), "Pacific/Kiritimati"),
    ("2026-07-15", time(9), time(10), "UTC"),
)


def log_awkward_events(session: Session) -> Mapping[str, Event]:
    """Log them all; public and in the window of every feed on 15 June 2026, by key."""
    space = SpaceFactory(
        code="FORO", name_en="Forum; IGF, LAC", name_es="Foro; IGF, LAC", name_pt="Fórum"
    )
    topic = TopicFactory(slug="dns", name_en="DNS, names; numbers", name_es="DNS, nombres; números")
    organizer = OrganizationFactory(acronym="LACNIC", name_en='The "RIR"; a, b: c')
    whole = EventFactory.build(
        key="whole", name_en=None, name_pt=LONG[:300], start_date="2026-05-04", end_date="2026-05-08",
        venue=CONTROLS, city="São Paulo", country="BR", latitude=-23.5505, longitude=-46.6333334,
        description=HTML, space=space, organizer=organizer, topic_links=[EventTopic(topic=topic)],
        url="https://example.org/forum?a=1&b=ñ",
    )  # fmt: skip
    found = [
        whole,
        EventFactory.build(key="part", name_en=HARD, name_es=f"¡{HARD}!", description=f"{HARD}\n\n{HARD}",
                     venue=HARD, start_date="2026-05-05", parent=whole, relation="part-of", space=space,
                     topic_links=[EventTopic(topic=topic)]),
        EventFactory.build(key="controls", name_en=CONTROLS, description=CONTROLS, start_date="2026-12-31"),
        EventFactory.build(key="cancelled", name_en="Off", start_date="2026-08-01", status="cancelled"),
        EventFactory.build(key="tentative", name_en="Perhaps", start_date="2028-02-29", status="tentative"),
        EventFactory.build(key="online", name_en="Online", start_date="2026-07-01", mode="online", city=None,
                     country=None, start_time=time(9), timezone="America/Montevideo"),
        EventFactory.build(key="midnight", name_en="Night", start_date="2026-06-30", end_date="2026-07-01",
                     start_time=time(22), end_time=time(1, 30), timezone="America/Montevideo"),
    ]  # fmt: skip
    found += [
        EventFactory.build(key=f"edge-{number}", name_en=f"Edge {zone}", start_date=day, start_time=first,
                     end_time=last, timezone=zone, space=space)
        for number, (day, first, last, zone) in enumerate(EDGES)
    ]  # fmt: skip
    log_all(session, found)
    return MappingProxyType({event.key: event for event in found})


def log_all(session: Session, events: Sequence[Event]) -> None:
    """Log events at once."""
    attribute(session, "test", None)
    session.add_all(events)
    session.commit()


def log_what_no_public_feed_shows() -> list[Event]:
    """Events that are hidden or have no days."""
    return [
        EventFactory.build(key="community", start_date="2026-07-01", visibility="community"),
        EventFactory.build(key="owned", start_date="2026-07-01", visibility="organization",
                     owner=OrganizationFactory()),
        EventFactory.build(key="month", start_date="2026-07"),
        EventFactory.build(key="half", start_date="2026-07-01", end_date="2026-08"),
        EventFactory.build(key="undated", start_date=None),
    ]  # fmt: skip
