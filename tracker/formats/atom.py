"""News about events as an Atom feed (RFC 4287).

The same values always give the same bytes, whatever the clock says.
"""

import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
_XMLNS = "http://www.w3.org/2005/Atom"
# What XML 1.0 has no place for, not even escaped; and the CR, which readers turn into a LF.
_NO_CHARACTER = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OTHER_UIDS = uuid.UUID("0d1cf5c5-57f2-5f9f-8a2c-5b1a3b6a1d3e")


@dataclass(frozen=True, slots=True)
class AtomEntry:
    """One piece of news; moments are aware, texts plain, addresses absolute.

    `categories` are pairs of a term that stays and its label. Without `page_url` there is nothing
    to go on to, as of what was withdrawn; `published` is None there too.
    """

    uid: str
    title: str
    updated: datetime
    summary: str
    published: datetime | None = None
    page_url: str = ""
    calendar_url: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AtomFeed:
    """The feed around the entries; what it names must stay.

    `url` is its own address, the others lead on; each may be empty.
    """

    id: str
    title: str
    subtitle: str
    language: str
    author: str
    url: str
    page_url: str
    calendar_url: str
    updated: datetime


def write_atom(feed: AtomFeed, entries: Iterable[AtomEntry]) -> bytes:
    """Return the feed with its entries in the order given."""
    root = ET.Element("feed", {"xmlns": _XMLNS, "xml:lang": feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", _moment(feed.updated))
    _author(root, feed.author)
    if feed.url:
        _link(root, "self", feed.url, "application/atom+xml")
    _links(root, feed.page_url, feed.calendar_url)
    _text(root, "generator", "Encuentro")
    for entry in entries:
        _write_entry(ET.SubElement(root, "entry"), entry)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, "unicode")}\n'.encode()


def entry_id(uid: str) -> str:
    """The permanent identifier (IRI) of the event with this calendar identifier."""
    try:
        return uuid.UUID(uid).urn
    except ValueError:
        return uuid.uuid5(_OTHER_UIDS, uid).urn


def _write_entry(element: ET.Element, entry: AtomEntry) -> None:
    _text(element, "id", entry_id(entry.uid))
    _text(element, "title", entry.title)
    _text(element, "updated", _moment(entry.updated))
    if entry.published is not None:
        _text(element, "published", _moment(entry.published))
    for name in entry.authors:
        _author(element, name)
    for term, label in entry.categories:
        ET.SubElement(element, "category", {"term": _clean(term), "label": _clean(label)})
    _links(element, entry.page_url, entry.calendar_url)
    # An entry that leads nowhere must say in its content what there is to say (4.1.2).
    _text(element, "summary" if entry.page_url else "content", entry.summary)


def _links(parent: ET.Element, page_url: str, calendar_url: str) -> None:
    if page_url:
        _link(parent, "alternate", page_url, "text/html")
    if calendar_url:
        _link(parent, "alternate", calendar_url, "text/calendar")


def _link(parent: ET.Element, relation: str, url: str, media_type: str) -> None:
    ET.SubElement(parent, "link", {"rel": relation, "type": media_type, "href": _clean(url)})


def _author(parent: ET.Element, name: str) -> None:
    _text(ET.SubElement(parent, "author"), "name", name)


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    return _NO_CHARACTER.sub("", text)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
