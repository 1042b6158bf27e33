"""What the tests of CALENDARS.md share: a clock that stands, events that are hard to write down,
and readers that did not write them.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask.testing import FlaskClient

from tests.calendars.readers import (
    Component,
    IcalJs,
    ReadEvent,
    read_with_icalendar,
    read_with_vobject,
)

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module")
def icaljs() -> Iterator[IcalJs]:
    with IcalJs() as reader:
        yield reader


@pytest.fixture
def read(icaljs: IcalJs) -> Callable[[bytes], dict[str, ReadEvent]]:
    """The events by UID as ical.js, vobject and icalendar read them: alike."""

    def alike(octets: bytes) -> dict[str, ReadEvent]:
        events = icaljs(octets)
        assert read_with_vobject(octets) == events
        assert read_with_icalendar(octets) == events
        found = {event.uid: event for event in events}
        assert len(found) == len(events), "two events share a UID"
        return found

    return alike


@pytest.fixture
def fetch(client: FlaskClient) -> Callable[[str], bytes]:
    """The bytes of a feed or download, which has to be there."""

    def get(path: str = "/feeds/all.ics") -> bytes:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.data

    return get


@pytest.fixture
def events(
    fetch: Callable[[str], bytes], read: Callable[[bytes], dict[str, ReadEvent]]
) -> Callable[[str], dict[str, ReadEvent]]:
    """The events of a feed by UID, as all three readers read them."""

    def get(path: str = "/feeds/all.ics") -> dict[str, ReadEvent]:
        return read(fetch(path))

    return get


@pytest.fixture
def calendar(fetch: Callable[[str], bytes], icaljs: IcalJs) -> Callable[[str], Component]:
    """A feed as ical.js reads it."""

    def get(path: str = "/feeds/all.ics") -> Component:
        return icaljs.calendar(fetch(path))

    return get


@pytest.fixture
def only(calendar: Callable[[str], Component]) -> Callable[[str], Component]:
    """The only event of a feed or download, as ical.js reads it."""

    def get(path: str = "/feeds/all.ics") -> Component:
        (event,) = calendar(path).components("vevent")
        return event

    return get
