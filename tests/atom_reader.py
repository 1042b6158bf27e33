"""Reads an Atom feed as RFC 4287 says it must be, knowing nothing of how ours are written."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

NS = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
FEED_ONCE = {"generator", "icon", "id", "logo", "rights", "subtitle", "title", "updated"}
ENTRY_ONCE = {"content", "id", "published", "rights", "source", "summary", "title", "updated"}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass
class Entry:
    id: str
    title: str
    updated: datetime
    published: datetime | None
    text: str
    links: dict[tuple[str, str], str]
    authors: list[str]
    categories: dict[str, str]


@dataclass
class Feed:
    id: str
    title: str
    language: str | None
    updated: datetime
    links: dict[tuple[str, str], str]
    entries: list[Entry]

    @property
    def titles(self) -> list[str]:
        return [entry.title for entry in self.entries]


def read_atom(body: bytes) -> Feed:
    """The feed; asserts what RFC 4287 asks of it."""
    root = ET.fromstring(body)  # noqa: S314 - our own bytes
    assert root.tag == f"{NS}feed"
    assert {child.tag.partition("}")[0] + "}" for child in root.iter()} == {NS}
    authored = bool(check_authors(root))
    check_once(root, FEED_ONCE)
    entries = [read_entry(element, authored) for element in root.findall(f"{NS}entry")]
    assert len({entry.id for entry in entries}) == len(entries), "an entry twice"
    links = read_links(root)
    return Feed(
        iri(text_of(root, "id")), text_of(root, "title"), root.get(LANGUAGE),
        moment(text_of(root, "updated")), links, entries,
    )  # fmt: skip


def read_entry(element: ET.Element, feed_is_authored: bool) -> Entry:
    """4.1.2"""
    check_once(element, ENTRY_ONCE)
    authors = check_authors(element)
    assert authors or feed_is_authored
    links = read_links(element)
    content = element.find(f"{NS}content")
    assert content is not None or any(relation == "alternate" for relation, _ in links)
    published = element.find(f"{NS}published")
    summary = element.find(f"{NS}summary")
    told = summary if content is None else content
    assert told is not None
    assert told.get("type", "text") == "text"
    assert len(told) == 0
    return Entry(
        iri(text_of(element, "id")), text_of(element, "title"),
        moment(text_of(element, "updated")),
        moment(published.text or "") if published is not None else None,
        told.text or "", links, authors,
        {c.attrib["term"]: c.get("label", "") for c in element.findall(f"{NS}category")},
    )  # fmt: skip


def check_once(element: ET.Element, names: set[str]) -> None:
    for name in names:
        found = element.findall(f"{NS}{name}")
        assert len(found) <= 1, name
        assert found or name not in ("id", "title", "updated"), name


def check_authors(element: ET.Element) -> list[str]:
    """3.2: a person has exactly one name; ours have no address."""
    people = element.findall(f"{NS}author") + element.findall(f"{NS}contributor")
    for person in people:
        assert [child.tag for child in person] == [f"{NS}name"]
    return [person[0].text or "" for person in people]


def read_links(element: ET.Element) -> dict[tuple[str, str], str]:
    """4.1.1, 4.2.7: no two alternates of the same type and language."""
    found = {}
    for link in element.findall(f"{NS}link"):
        key = link.get("rel", "alternate"), link.get("type", "")
        assert key not in found
        found[key] = iri(link.attrib["href"])
    return found


def text_of(element: ET.Element, name: str) -> str:
    child = element.find(f"{NS}{name}")
    assert child is not None
    assert len(child) == 0
    return child.text or ""


def iri(text: str) -> str:
    assert urlsplit(text).scheme, text
    assert not re.search(r"\s", text), text
    return text


def moment(text: str) -> datetime:
    """3.3"""
    assert RFC_3339.fullmatch(text), text
    return datetime.fromisoformat(text)
