"""What an attendance freezes, for many at once (DESIGN 3.7)."""

from collections import defaultdict
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Affiliation, Event, Organization, Person
from tracker.services.affiliations import chosen_first


class _Stay(NamedTuple):
    first: date
    last: date
    organization_id: int


class FrozenFacts:
    """Which organization, country and stakeholder group an attendance gets by itself.

    The same rule as `affiliation_on`, over everything that is stored, read once.
    """

    def __init__(self, session: Session) -> None:
        days = session.execute(select(Event.id, Event.first_day))
        self._days = {id_: day for id_, day in days if day is not None}
        people = session.execute(
            select(Person.id, Person.country).where(Person.country.is_not(None))
        )
        self._countries = dict(people.all())
        organizations = select(
            Organization.id, Organization.country, Organization.stakeholder_group
        )
        self._organizations = {
            id_: (country, group) for id_, country, group in session.execute(organizations)
        }
        self._stays = _stays(session)

    def organization(self, event_id: int, person_id: int | None) -> int | None:
        """The one the person was at on the event's first day."""
        day = self._days.get(event_id)
        if person_id is None or day is None:
            return None
        for stay in self._stays.get(person_id, ()):
            if stay.first <= day <= stay.last:
                return stay.organization_id
        return None

    def country(self, person_id: int | None, organization_id: int | None) -> str | None:
        """The person's, else the organization's."""
        own = self._countries.get(person_id) if person_id is not None else None
        return own or self._of(organization_id)[0]

    def stakeholder_group(self, organization_id: int | None) -> str | None:
        """The organization's."""
        return self._of(organization_id)[1]

    def _of(self, organization_id: int | None) -> tuple[str | None, str | None]:
        if organization_id is None:
            return None, None
        return self._organizations.get(organization_id, (None, None))


def _stays(session: Session) -> dict[int, list[_Stay]]:
    """The affiliations of each person, the one that wins first."""
    query = select(
        Affiliation.person_id, Affiliation.first_day, Affiliation.last_day,
        Affiliation.organization_id, Organization.acronym, Affiliation.id,
    ).join(Affiliation.organization)  # fmt: skip
    found: dict[int, list[_Stay]] = defaultdict(list)
    for row in chosen_first(session.execute(query), attrgetter("acronym")):
        stay = _Stay(row.first_day or date.min, row.last_day or date.max, row.organization_id)
        found[row.person_id].append(stay)
    return found
