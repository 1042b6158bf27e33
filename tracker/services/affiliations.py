"""Who works where, on a day."""

from collections.abc import Callable, Iterable
from datetime import date
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, contains_eager

from tracker.models import Affiliation, Organization, Person

Row = TypeVar("Row", bound=Any)


def in_force_on(day: date) -> ColumnElement[bool]:
    """The condition that an affiliation holds on a day; an unknown start or end is open."""
    return and_(
        or_(Affiliation.first_day.is_(None), Affiliation.first_day <= day),
        or_(Affiliation.last_day.is_(None), Affiliation.last_day >= day),
    )


def chosen_first(
    affiliations: Iterable[Row], acronym: Callable[[Row], str] = attrgetter("organization.acronym")
) -> list[Row]:
    """Affiliations, or rows of them, that one after the other a person represents (DESIGN 3.7).

    The one that started last first, ties to the acronym that sorts first. Sorted here: the
    databases do not agree on the order of letters.
    """
    found = sorted(affiliations, key=lambda a: (acronym(a), a.id))
    found.sort(key=lambda a: a.first_day or date.min, reverse=True)
    return found


def affiliation_on(session: Session, person: Person, day: date | None) -> Affiliation | None:
    """The affiliation a person represents on a day (DESIGN 3.7).

    Of several the one that started last, ties to the acronym that sorts first. None where there
    is none in force, or no day.
    """
    return affiliations_on(session, [person.id], day).get(person.id)


def affiliations_on(
    session: Session, people: Iterable[int], day: date | None
) -> dict[int, Affiliation]:
    """What `affiliation_on` says for each of these ids of people who have one, in one query."""
    if day is None:
        return {}
    query = (
        select(Affiliation)
        .join(Affiliation.organization)
        .options(contains_eager(Affiliation.organization))
        .where(Affiliation.person_id.in_(people), in_force_on(day))
    )
    chosen: dict[int, Affiliation] = {}
    for affiliation in chosen_first(session.scalars(query)):
        chosen.setdefault(affiliation.person_id, affiliation)
    return chosen


def organizations_on(session: Session, people: Iterable[int], day: date | None) -> dict[int, int]:
    """The id of the organization each of these people represents on a day, for thousands of them."""
    if day is None:
        return {}
    rows = session.execute(
        select(
            Affiliation.person_id, Affiliation.organization_id, Organization.acronym,
            Affiliation.id, Affiliation.first_day,
        )
        .join(Affiliation.organization)
        .where(Affiliation.person_id.in_(people), in_force_on(day))
    ).all()  # fmt: skip
    chosen: dict[int, int] = {}
    for row in chosen_first(rows, attrgetter("acronym")):
        chosen.setdefault(row.person_id, row.organization_id)
    return chosen


def works_at(organization_ids: Iterable[int], day: date) -> ColumnElement[bool]:
    """The condition on Person: affiliated with one of these organizations on a day."""
    return Person.id.in_(
        select(Affiliation.person_id).where(
            Affiliation.organization_id.in_(organization_ids), in_force_on(day)
        )
    )
