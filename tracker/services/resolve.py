"""Names as people type them, resolved to what they name: one, several, or nothing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, selectinload

from tracker.models import (
    Affiliation,
    Alias,
    Event,
    Organization,
    Person,
    PersonEmail,
    Space,
    User,
)
from tracker.models.text import fold, slugify
from tracker.services.filters import find_by_slug, matches_words, no_such_value
from tracker.services.visibility import visible_to

MOST = 8
_NAME_AND_ORGANIZATION = re.compile(r"(?P<name>.+?)\s*\((?P<organization>[^()]+)\)\s*")


@dataclass(frozen=True)
class Resolution:
    """The thing a text names, or the (value, label) candidates to choose from."""

    thing: Any = None
    candidates: Sequence[tuple[str, str]] = ()


def resolve_organization(session: Session, text: str | None, language: str) -> Resolution:
    """By acronym, alias, name in any language, then by beginnings of words."""
    if not text or not fold(text):
        return Resolution()
    by_slug = find_by_slug(session, Organization, Organization.slug, slugify(text))
    if by_slug is not None:
        return Resolution(by_slug)
    folded = fold(text)
    aliased = select(Alias.organization_id).where(Alias.folded == folded)
    matches = organizations_like(session, text, extra=Organization.id.in_(aliased))
    exact = [o for o in matches if folded in _folded_names(o) or _has_alias(o, folded)]
    return _settle(
        exact or matches, lambda o: (o.acronym, _described(o.acronym, o.name_in(language)))
    )


def resolve_space(session: Session, text: str | None, language: str) -> Resolution:
    """By code, name in any language, then by beginnings of words."""
    if not text or not fold(text):
        return Resolution()
    by_slug = find_by_slug(session, Space, Space.slug, slugify(text))
    if by_slug is not None:
        return Resolution(by_slug)
    matches = list(session.scalars(_like(select(Space), Space, text).limit(MOST)))
    exact = [space for space in matches if fold(text) in _folded_names(space)]
    return _settle(exact or matches, lambda s: (s.code, _described(s.code, s.name_in(language))))


def resolve_event(
    session: Session, text: str | None, user: User | None, language: str
) -> Resolution:
    """By key, name in any language, then by beginnings of words; only what the user may see."""
    if not text or not fold(text):
        return Resolution()
    by_key = find_by_slug(session, Event, Event.key, slugify(text))
    if by_key is not None and session.scalar(
        select(Event.id).where(Event.id == by_key.id, visible_to(user))
    ):
        return Resolution(by_key)
    named = Event.sort_name == fold(text)[:100]
    query = select(Event).where(visible_to(user), or_(named, matches_words(Event.search, text)))
    matches = list(
        session.scalars(query.order_by(named.desc(), Event.starts_at.desc(), Event.id).limit(MOST))
    )
    exact = [event for event in matches if fold(text) in _folded_names(event)]
    return _settle(
        exact or matches,
        lambda e: (e.key, " · ".join(filter(None, (e.name_in(language), e.start_date, e.city)))),
    )


def resolve_person(session: Session, text: str | None) -> Resolution:
    """By key, address, name, or `Name (ORG)`; a name two people share gives both."""
    if not text or not fold(text):
        return Resolution()
    person = session.scalar(
        select(Person).where(
            Person.erased_at.is_(None),
            or_(
                Person.key == text.strip().lower(),
                Person.id.in_(
                    select(PersonEmail.person_id).where(PersonEmail.address == text.strip().lower())
                ),
            ),
        )
    )
    if person is not None:
        return Resolution(person)
    bracketed = _NAME_AND_ORGANIZATION.fullmatch(text.strip())
    name = bracketed["name"] if bracketed else text
    of = slugify(bracketed["organization"]) if bracketed else None
    matches = people_like(session, name, of)
    exact = [p for p in matches if fold(p.name) == fold(name)]
    # A beginning of a name is no name: "Ana" must not become the only Ana we happen to know.
    certain = exact if exact or len(fold(name).split()) < 2 else matches
    if len(certain) == 1:
        return Resolution(certain[0])
    return Resolution(None, [(p.key, describe_person(p)) for p in (exact or matches)])


def read_people(session: Session, given: Sequence[str]) -> tuple[Person, ...]:
    """The people given for a filter, as `resolve_person` knows them; raises BadFilter."""
    found = []
    for text in filter(None, (value.strip() for value in given)):
        person = resolve_person(session, text[:300]).thing
        if person is None:
            raise no_such_value("person", text)
        found.append(person)
    return tuple(found)


def organizations_like(
    session: Session, text: str, extra: ColumnElement[bool] | None = None
) -> list[Organization]:
    """Organizations in which every word of the text begins a word, aliases included.

    Those of the `extra` condition come first.
    """
    if not fold(text):
        return []
    aliased = select(Alias.organization_id).where(Alias.folded.like(f"{fold(text)}%"))
    found = or_(matches_words(Organization.search, text), Organization.id.in_(aliased))
    query = (
        select(Organization)
        .where(found if extra is None else or_(found, extra))
        .options(selectinload(Organization.aliases))
        .limit(MOST)
    )
    if extra is not None:
        query = query.order_by(extra.desc())
    return list(session.scalars(query.order_by(Organization.sort_name, Organization.id)))


def people_like(session: Session, text: str, of: str | None = None) -> list[Person]:
    """People in whose name every word of the text begins a word, with their affiliations.

    `of` is the slug of an organization they are or were with.
    """
    query = (
        _like(select(Person).where(Person.erased_at.is_(None)), Person, text)
        .options(selectinload(Person.affiliations).joinedload(Affiliation.organization))
        .limit(MOST)
    )
    if of is not None:
        query = query.where(Person.affiliations.any(Affiliation.organization.has(slug=of)))
    return list(session.scalars(query).unique())


def spaces_like(session: Session, text: str) -> list[Space]:
    """Spaces in which every word of the text begins a word."""
    return list(session.scalars(_like(select(Space), Space, text).limit(MOST)))


def events_like(session: Session, text: str, user: User | None) -> list[Event]:
    """Events a user may see in which every word of the text begins a word, latest first."""
    query = select(Event).where(visible_to(user), matches_words(Event.search, text))
    return list(session.scalars(query.order_by(Event.starts_at.desc(), Event.id).limit(MOST)))


def describe_person(person: Person) -> str:
    """`Name · ORG, ORG`, with the organizations of today's affiliations (or the last one)."""
    open_ones = [a for a in person.affiliations if a.end_date is None] or person.affiliations[:1]
    return _described(person.name, ", ".join(a.organization.acronym for a in open_ones))


def _like(query: Select[Any], model: Any, text: str) -> Select[Any]:
    return query.where(matches_words(model.search, text)).order_by(model.sort_name, model.id)


def _described(name: str, more: str) -> str:
    return f"{name} · {more}" if more and more != name else name


def _folded_names(thing: Any) -> set[str]:
    return {fold(name) for name in (thing.name_en, thing.name_es, thing.name_pt) if name}


def _has_alias(organization: Organization, folded: str) -> bool:
    return any(alias.folded == folded for alias in organization.aliases)


def _settle(matches: Iterable[Any], described: Any) -> Resolution:
    found = list(matches)
    if len(found) == 1:
        return Resolution(found[0])
    return Resolution(None, [described(thing) for thing in found])
