"""Paging by cursor: each row once, in order, whatever happens to the list meanwhile."""

import base64
import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from tests.factories import EventFactory, OrganizationFactory
from tracker.errors import BadFilter
from tracker.models import Event, Organization
from tracker.models.changes import attribute
from tracker.services.paging import Order, fetch_page, order_by_name

ORDERS = {
    "start": Order(Event.starts_at, Event.id),
    "-start": Order(Event.starts_at, Event.id, descending=True),
    "name": Order(Event.sort_name, Event.id),
    "-name": Order(Event.sort_name, Event.id, descending=True),
    "id": Order(Event.id, Event.id),
}


@pytest.fixture
def events(session):
    """With ties in names and dates, accents, and some without date."""
    attribute(session, "test", None)
    names = ["Ágora", "agora", "Beta", "beta 2", "", "Ñandú"]
    found = [
        Event(key=f"e-{n}", uid="", name_en=names[n % 6] or f"Event {n % 2}",
              start_date=[None, "2024", "2024-01", "2024-01-01", "2025-06-30"][n % 5])
        for n in range(23)
    ]  # fmt: skip
    session.add_all(found)
    session.commit()
    return found


def walk(session, order, size):
    rows, cursor = [], None
    while True:
        page = fetch_page(session, select(Event), order, cursor, size)
        assert len(page.rows) <= size
        rows += page.rows
        if page.next_cursor is None:
            return rows
        assert len(page.rows) == size
        cursor = page.next_cursor


@pytest.mark.parametrize("name", ORDERS)
def test_walking_the_pages_yields_each_row_once_in_order(session, events, name):
    whole = session.scalars(select(Event).order_by(*ORDERS[name].by())).all()
    assert len(whole) == 23
    for size in (1, 2, 7, 22, 23, 24):
        assert walk(session, ORDERS[name], size) == whole


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from(sorted(ORDERS)), size=st.integers(1, 30))
def test_any_size_of_page_will_do(session, events, name, size):
    session.rollback()
    found = walk(session, ORDERS[name], size)
    assert sorted(e.id for e in found) == sorted(e.id for e in events)


def test_what_is_added_behind_a_cursor_is_not_missed_and_nothing_comes_twice(session):
    for acronym in "ACEG":
        OrganizationFactory(acronym=acronym)
    order = order_by_name(Organization, None)
    first = fetch_page(session, select(Organization), order, None, 2)
    for acronym in "BDF":
        OrganizationFactory(acronym=acronym)
    second = fetch_page(session, select(Organization), order, first.next_cursor, 9)
    assert [o.acronym for o in (*first.rows, *second.rows)] == ["A", "C", "D", "E", "F", "G"]


def test_there_is_no_cursor_at_the_end(session):
    EventFactory()
    assert fetch_page(session, select(Event), ORDERS["id"], None, 1).next_cursor is None
    assert fetch_page(session, select(Event), ORDERS["id"], "", 1).rows


def cursor_of(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


GARBAGE = [
    "x", "%%%", "ñ", "AAAA", "\x00", "null", "😀", "=" * 9,
    *map(cursor_of, [
        [], [1], [1, 2, 3], {}, {"a": 1, "b": 2}, None, 7, [None, 1], [[], 1], ["", ""], ["x", "1"],
        ["2024-01-01", None], ["2024-01-01T00:00:00", 1], ["yesterday", 1], [1e308, 1],
        ["2024-01-01T00:00:00+00:00", 2**40], ["2024-01-01T00:00:00+00:00", 1.5],
        ["9999-12-31T23:59:59-14:00", 1], ["0001-01-01T00:00:00+14:00", 1],
        [2**40, 1], [2**70, 2**70], ["a\0b", 1], ["\ud800", 1], [True, 1.0],
        "[" * 5000, "[NaN, 1]", "[1", "\"", "[\"\\ud800\", 1]",
    ]),
]  # fmt: skip


@pytest.mark.parametrize("name", ORDERS)
def test_a_cursor_that_is_none_is_refused(session, events, name):
    for cursor in GARBAGE:
        try:
            fetch_page(session, select(Event), ORDERS[name], cursor)
        except BadFilter:
            continue
        # What is well formed for this order is a place in it, though nobody was ever given it.
        value, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        assert isinstance(value, ORDERS[name].column.type.python_type), cursor
        assert isinstance(key, int)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cursor=st.text(max_size=40)
    | st.binary(max_size=40).map(lambda b: base64.urlsafe_b64encode(b).decode())
)
def test_any_text_is_a_place_or_refused(session, cursor):
    with contextlib.suppress(BadFilter):
        fetch_page(session, select(Event), ORDERS["name"], cursor)


def test_a_place_between_rows_is_a_place(session):
    EventFactory(start_date="2024-01-01", timezone="UTC")
    cursor = cursor_of([datetime(2023, 12, 31, tzinfo=UTC).isoformat(), 10**6])
    assert fetch_page(session, select(Event), ORDERS["start"], cursor).rows
    assert not fetch_page(session, select(Event), ORDERS["-start"], cursor).rows


def test_a_sort_that_does_not_exist_is_refused():
    with pytest.raises(BadFilter):
        order_by_name(Organization, "id")
