"""Organizations, spaces, topics and people of the load format."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from tracker.formats.load_format import Row
from tracker.models import (
    Grouping,
    GroupingMember,
    Organization,
    Person,
    PersonEmail,
    Space,
    Topic,
)
from tracker.models.base import utcnow
from tracker.models.vocabulary import TECHNICAL_COMMUNITY
from tracker.services.bulk import insert_rows
from tracker.services.erasure import is_anonymous
from tracker.services.loading.files import ORGANIZATIONS, PEOPLE, SPACES, TOPICS
from tracker.services.loading.nouns import NounLoader

_IN_COMMUNITY = "technical_community_member"


class OrganizationLoader(NounLoader[Organization]):
    """organizations.csv: parents and successors may come later in the file."""

    file = ORGANIZATIONS
    noun = "organizations"
    later = frozenset({"parent_id", "successor_id"})
    special = frozenset({_IN_COMMUNITY})
    has_address = True

    def check(self, row: Row, merged: dict[str, Any], thing: Organization | None) -> None:
        self.check_named(row, merged)
        for name in sorted(self.later & set(row.values)):
            self.link(row, name, getattr(thing, name, None))

    def written(self, things: Sequence[tuple[Organization, Row]]) -> None:
        wanted = {thing.id: row.values.get(_IN_COMMUNITY) for thing, row in things}
        self.loading.outside_technical_community |= {
            id_ for id_, member in wanted.items() if member is False
        }
        members = self._members()
        joining = [id_ for id_, member in wanted.items() if member and id_ not in members]
        leaving = [id_ for id_, member in wanted.items() if member is False and id_ in members]
        if joining:
            self._join(joining)
        if leaving:
            self._leave(leaving)
        for thing, _row in things:
            if thing.id in (*joining, *leaving):
                self._count(thing.acronym, new=False)

    def _members(self) -> set[int | None]:
        query = select(GroupingMember.organization_id).join(GroupingMember.grouping)
        return set(self.session.scalars(query.where(Grouping.name == TECHNICAL_COMMUNITY)))

    def _join(self, ids: Sequence[int]) -> None:
        named = select(Grouping).where(Grouping.name == TECHNICAL_COMMUNITY)
        grouping = self.session.scalar(named)
        if grouping is None:
            grouping = Grouping(name=TECHNICAL_COMMUNITY)
            self.session.add(grouping)
            self.session.flush()
        rows = [{"grouping_id": grouping.id, "organization_id": id_} for id_ in ids]
        insert_rows(self.session, GroupingMember, rows)
        self.loading.wrote()

    def _leave(self, ids: Sequence[int]) -> None:
        grouping = select(Grouping.id).where(Grouping.name == TECHNICAL_COMMUNITY)
        self.session.execute(
            delete(GroupingMember)
            .where(
                GroupingMember.grouping_id.in_(grouping),
                GroupingMember.organization_id.in_(ids),
            )
            .execution_options(synchronize_session=False)
        )
        self.loading.wrote()


class SpaceLoader(NounLoader[Space]):
    """spaces.csv."""

    file = SPACES
    noun = "spaces"
    has_address = True

    def check(self, row: Row, merged: dict[str, Any], thing: Space | None) -> None:
        self.check_named(row, merged)


class TopicLoader(NounLoader[Topic]):
    """topics.csv."""

    file = TOPICS
    noun = "topics"

    def check(self, row: Row, merged: dict[str, Any], thing: Topic | None) -> None:
        self.check_named(row, merged)


class PersonLoader(NounLoader[Person]):
    """people.csv: an e-mail address is one person's."""

    file = PEOPLE
    noun = "people"
    special = frozenset({"emails"})
    options = (selectinload(Person.emails),)

    def begin(self) -> None:
        query = select(PersonEmail.address, Person.key).join(PersonEmail.person)
        self.owners = dict(self.session.execute(query).all())

    def check(self, row: Row, merged: dict[str, Any], thing: Person | None) -> None:
        if "emails" not in row.values:
            return
        key, wanted = row.values["key"], row.values["emails"]
        for address in wanted:
            if (owner := self.owners.setdefault(address, key)) != key:
                self.refuse(row, "email", f"{address} is the address of “{owner}”")
        for email in thing.emails if thing is not None else ():
            if email.address not in wanted:
                self.owners.pop(email.address, None)

    def attach(self, thing: Person, row: Row, new: bool) -> bool:
        if thing.erased_at is not None or not is_anonymous(thing.key, thing.name):
            return False
        thing.erased_at = utcnow()
        return True

    def written(self, things: Sequence[tuple[Person, Row]]) -> None:
        gone: list[int] = []
        added: list[dict[str, Any]] = []
        for person, row in things:
            if "emails" not in row.values:
                continue
            wanted = row.values["emails"]
            stored = {email.address: email.id for email in person.emails}
            dropped = [id_ for address, id_ in stored.items() if address not in wanted]
            fresh = [address for address in wanted if address not in stored]
            gone += dropped
            added += [{"person_id": person.id, "address": address} for address in fresh]
            if dropped or fresh:
                self._count(person.key, new=False)
        if gone:
            # Before the others come: an address may go from one person to the next.
            self.session.execute(
                delete(PersonEmail)
                .where(PersonEmail.id.in_(gone))
                .execution_options(synchronize_session=False)
            )
        insert_rows(self.session, PersonEmail, added)
        if gone or added:
            self.loading.wrote()
