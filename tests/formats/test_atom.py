"""News as Atom (RFC 4287)."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from tests.atom_reader import read_atom
from tracker.formats.atom import AtomEntry, AtomFeed, entry_id, write_atom

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
UID = "6a1f4c3e-0f6d-5b8e-9a55-2f0a7c1d9e10"
FEED = AtomFeed(
    id="https://example.org/feeds/all.atom",
    title="Encuentro",
    subtitle="Events",
    language="en",
    author="Encuentro",
    url="https://example.org/feeds/all.atom",
    page_url="https://example.org/events/",
    calendar_url="https://example.org/feeds/all.ics",
    updated=NOON,
)
ENTRY = AtomEntry(
    uid=UID,
    title="New: LACNIC 46",
    updated=NOON,
    published=NOON - timedelta(hours=1),
    summary="5–9 October 2026 · Montevideo",
    page_url="https://example.org/events/lacnic-46",
    calendar_url="https://example.org/events/lacnic-46.ics",
    authors=("LACNIC",),
    categories=(("meeting", "Meeting"), ("ipv6", "IPv6")),
)


def test_a_feed_has_what_the_rfc_asks_for():
    feed = read_atom(write_atom(FEED, [ENTRY]))
    assert (feed.id, feed.title, feed.language, feed.updated) == (FEED.id, "Encuentro", "en", NOON)
    assert feed.links == {
        ("self", "application/atom+xml"): FEED.url,
        ("alternate", "text/html"): FEED.page_url,
        ("alternate", "text/calendar"): FEED.calendar_url,
    }
    (entry,) = feed.entries
    assert entry.id == f"urn:uuid:{UID}"
    assert (entry.title, entry.text) == (ENTRY.title, ENTRY.summary)
    assert (entry.updated, entry.published) == (NOON, NOON - timedelta(hours=1))
    assert entry.authors == ["LACNIC"]
    assert entry.categories == {"meeting": "Meeting", "ipv6": "IPv6"}
    assert entry.links["alternate", "text/html"] == ENTRY.page_url
    assert entry.links["alternate", "text/calendar"] == ENTRY.calendar_url


def test_a_feed_of_nothing():
    assert read_atom(write_atom(FEED, [])).entries == []


def test_what_leads_nowhere_says_all_in_its_content():
    body = write_atom(FEED, [AtomEntry(UID, "Withdrawn", NOON, "No longer there.")])
    (entry,) = read_atom(body).entries
    assert (entry.text, entry.links, entry.authors) == ("No longer there.", {}, [])
    assert b"<content>" in body


def test_a_feed_that_does_not_say_where_it_is():
    feed = read_atom(write_atom(replace(FEED, id="urn:uuid:" + UID, url="", calendar_url=""), []))
    assert list(feed.links) == [("alternate", "text/html")]


def test_moments_are_those_of_utc():
    there = NOON.astimezone(timezone(timedelta(hours=-3)))
    assert write_atom(replace(FEED, updated=there), []) == write_atom(FEED, [])


@pytest.mark.parametrize("uid", ["20260615T1200@example.org", "", "ñ &<>"])
def test_an_identifier_that_is_no_uuid_has_one_that_stays(uid):
    assert entry_id(uid) == entry_id(uid)
    assert uuid.UUID(entry_id(uid)).version == 5
    assert entry_id(uid) != entry_id(uid + "x")


@given(st.text(), st.text(st.characters(codec="utf-8")))
def test_any_text_comes_back_but_for_controls(title, summary):
    body = write_atom(FEED, [replace(ENTRY, title=title, summary=summary)])
    (entry,) = read_atom(body).entries
    assert entry.title == "".join(c for c in title if allowed(c))
    assert entry.text == "".join(c for c in summary if allowed(c))


def allowed(character: str) -> bool:
    """The characters of XML 1.0 (2.2), without the CR that its readers change."""
    code = ord(character)
    return code in (9, 10) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code > 0xFFFF
