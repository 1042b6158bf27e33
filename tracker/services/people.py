"""People: which ones a filter means, and the rules of writing them and their affiliations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.i18n import is_country
from tracker.models import Affiliation, Organization, Person, PersonEmail, User
from tracker.models.changes import attribute
from tracker.models.text import slugify
from tracker.services.affiliations import works_at
from tracker.services.filters import (
    Values,
    matches_words,
    read_things,
    read_words,
    refuse_unknown,
)
from tracker.services.references import refuse_while_referenced
from tracker.services.resolve import resolve_person
from tracker.services.versions import touch

FILTERS = ("q", "organization", "country")
MAX_KEY = 120


@dataclass(frozen=True)
class PersonFilter:
    """A filter over people; several values of one field mean any of them."""

    q: str = ""
    organization: tuple[Organization, ...] = ()
    country: tuple[str, ...] = ()


def read_person_filter(session: Session, values: Values, also: Iterable[str] = ()) -> PersonFilter:
    """The filter that a query string asks for; raises BadFilter on what it does not know."""
    refuse_unknown(values, (*FILTERS, *also))
    given = {name: values.get(name, ()) for name in FILTERS}
    return PersonFilter(
        q=" ".join(given["q"])[:200],
        organization=read_things(
            session, Organization, Organization.slug, "organization", given["organization"]
        ),
        country=read_words("country", given["country"], is_country, str.upper),
    )


def people_query(wanted: PersonFilter, day: date) -> Select[Person]:
    """The people of a filter, without the erased; `organization` is where they work on that day."""
    query = select(Person).where(Person.erased_at.is_(None))
    if wanted.q.strip():
        query = query.where(matches_words(Person.search, wanted.q))
    if wanted.organization:
        query = query.where(works_at([o.id for o in wanted.organization], day))
    if wanted.country:
        query = query.where(Person.country.in_(wanted.country))
    return query


def name_of_person(session: Session, person: Person | None) -> str | None:
    """What to put into a form so that it resolves to this person: the name, else the key."""
    if person is None:
        return None
    return person.name if resolve_person(session, person.name).thing is person else person.key


def new_key(session: Session, name: str) -> str:
    """A key for a new person: the name as an address, with a number where that is taken."""
    return new_keys(session, [name])[0]


def new_keys(session: Session, names: Sequence[str]) -> list[str]:
    """A free key for each new person; only where one is taken is the next free one looked for."""
    bases = [slugify(name)[: MAX_KEY - 8].strip("-") or "person" for name in names]
    taken = {"new", *session.scalars(select(Person.key).where(Person.key.in_(bases)))}
    reached: dict[str, int] = {}
    keys = []
    for base in bases:
        key = base
        if base in taken and base not in reached:
            taken.update(session.scalars(select(Person.key).where(Person.key.like(f"{base}-%"))))
            reached[base] = 1
        while key in taken:
            reached[base] += 1
            key = f"{base}-{reached[base]}"
        taken.add(key)
        keys.append(key)
    return keys


def save_person(
    session: Session,
    person: Person,
    facts: Mapping[str, Any],
    by: User,
    emails: Sequence[str] | None = None,
) -> Person:
    """Write a person, new or known; None leaves the addresses as they are.

    Raises Conflict where an address is another person's.
    """
    wanted = [address.lower() for address in emails] if emails is not None else None
    if wanted:
        _refuse_taken_addresses(session, person, wanted)
    known = person in session
    if not known:
        person.key = new_key(session, facts["name"])
    attribute(session, "person.edit" if known else "person.create", by=by)
    for name, value in facts.items():
        setattr(person, name, value)
    session.add(person)
    session.flush()
    if wanted is not None:
        _set_addresses(person, wanted)
        session.flush()
    return person


def _refuse_taken_addresses(session: Session, person: Person, addresses: Sequence[str]) -> None:
    owners = session.scalars(select(PersonEmail).where(PersonEmail.address.in_(addresses)))
    for taken in owners:
        if taken.person_id != person.id:
            raise Conflict(
                _(
                    "%(address)s is the address of %(name)s.",
                    address=taken.address,
                    name=taken.person.name,
                ),
                "email",
            )


def _set_addresses(person: Person, addresses: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(addresses))
    known = {email.address: email for email in person.emails}
    if set(wanted) == set(known):
        return
    person.emails = [known.get(address) or PersonEmail(address=address) for address in wanted]
    # Addresses are part of what the form shows, so whoever edits them meanwhile must be told.
    touch(person)


def delete_person(session: Session, person: Person, by: User) -> None:
    """Delete a person whom nothing refers to; raises Conflict naming what does."""
    refuse_while_referenced(session, person)
    attribute(session, "person.delete", by=by)
    session.delete(person)
    session.flush()


def save_affiliation(
    session: Session, affiliation: Affiliation, facts: Mapping[str, Any], by: User
) -> Affiliation:
    """Write an affiliation, new or known; raises Conflict on the same one recorded already."""
    twin = session.scalar(
        select(Affiliation).where(
            Affiliation.person_id == facts["person_id"],
            Affiliation.organization_id == facts["organization_id"],
            Affiliation.start_date == facts["start_date"],
        )
    )
    if twin is not None and twin is not affiliation:
        raise Conflict(_("The same affiliation is recorded already."), "start_date")
    known = affiliation in session
    attribute(session, "affiliation.edit" if known else "affiliation.create", by=by)
    for name, value in facts.items():
        setattr(affiliation, name, value)
    session.add(affiliation)
    session.flush()
    return affiliation


def delete_affiliation(session: Session, affiliation: Affiliation, by: User) -> None:
    """Delete an affiliation; what attendances froze from it stays."""
    attribute(session, "affiliation.delete", by=by)
    session.delete(affiliation)
    session.flush()
