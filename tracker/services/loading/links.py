"""Aliases of both kinds, groupings, regions, affiliations, engagements, headcounts and contributions."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, or_, select

from tracker.formats.load_format import Row
from tracker.models import (
    Affiliation,
    Alias,
    Contribution,
    Engagement,
    Grouping,
    GroupingMember,
    Headcount,
    Person,
    PersonAlias,
    RegionCountry,
)
from tracker.models.text import fold, slugify
from tracker.models.vocabulary import TECHNICAL_COMMUNITY
from tracker.models.when import first_day, last_day
from tracker.services.bulk import derived
from tracker.services.loading.files import (
    AFFILIATIONS,
    ALIASES,
    CONTRIBUTIONS,
    ENGAGEMENTS,
    GROUPINGS,
    HEADCOUNTS,
    PERSON_ALIASES,
    REGIONS,
)
from tracker.services.loading.tables import TableLoader, Values


class AliasLoader(TableLoader):
    """aliases.csv."""

    file = ALIASES
    model = Alias
    key = ("text",)

    def stored_query(self, rows: Sequence[Values]) -> Select[Any]:
        return select(self.table).where(self.table.c.text.in_(self.values_of(rows, "text")))

    def derive(self, values: Values) -> Values:
        return derived(Alias, **values)


class PersonAliasLoader(TableLoader):
    """person_aliases.csv."""

    file = PERSON_ALIASES
    model = PersonAlias
    key = ("person_id", "text")

    def stored_query(self, rows: Sequence[Values]) -> Select[Any]:
        return select(self.table).where(
            self.table.c.person_id.in_(self.values_of(rows, "person_id"))
        )

    def derive(self, values: Values) -> Values:
        return derived(PersonAlias, **values)


class GroupingLoader(TableLoader):
    """groupings.csv: a member is a country or an organization; new groupings are made."""

    file = GROUPINGS
    model = GroupingMember
    key = ("grouping_id", "country", "organization_id")

    def begin(self) -> None:
        self.defaults["grouping_id"] = None
        del self.defaults["grouping"]
        self.groupings: dict[str, int | None] = {}
        self.slugs: dict[str, str] = {}
        for grouping in self.session.scalars(select(Grouping)):
            self.groupings[grouping.name] = grouping.id
            self.slugs[grouping.slug] = grouping.name

    def prepare(self, row: Row) -> None:
        name = row.values.pop("grouping", None)
        if name is not None:
            row.values["grouping_id"] = self._grouping(row, name)

    def _grouping(self, row: Row, name: str) -> int | None:
        if name in self.groupings:
            return self.groupings[name]
        slug = slugify(name)
        if not slug:
            self.refuse(row, "grouping", "needs at least one Latin letter or digit")
        elif (other := self.slugs.setdefault(slug, name)) != name:
            self.refuse(row, "grouping", f"its address would be that of “{other}” ({slug})")
        elif not (row.bad or self.loading.failed):
            grouping = Grouping(name=name)
            self.session.add(grouping)
            self.session.flush()
            self.groupings[name] = grouping.id
        return self.groupings.get(name)

    def check(self, row: Row, merged: Values) -> None:
        if (merged["country"] is None) == (merged["organization_id"] is None):
            self.refuse(row, "country", "give a country or an organization_acronym")
        outside = self.loading.outside_technical_community
        community = self.groupings.get(TECHNICAL_COMMUNITY)
        if (
            merged["organization_id"] in outside
            and merged["grouping_id"] is not None
            and merged["grouping_id"] == community
        ):
            self.refuse(
                row, "organization_acronym",
                "organizations.csv says that it is no technical_community_member",
            )  # fmt: skip

    def stored_query(self, rows: Sequence[Values]) -> Select[Any]:
        ids = self.values_of(rows, "grouping_id")
        return select(self.table).where(self.table.c.grouping_id.in_(ids))


class RegionLoader(TableLoader):
    """regions.csv."""

    file = REGIONS
    model = RegionCountry
    key = ("scheme", "country")

    def stored_query(self, rows: Sequence[Values]) -> Select[Any]:
        countries = self.values_of(rows, "country")
        return select(self.table).where(self.table.c.country.in_(countries))


class AffiliationLoader(TableLoader):
    """affiliations.csv."""

    file = AFFILIATIONS
    model = Affiliation
    key = ("person_id", "organization_id", "start_date")

    def check(self, row: Row, merged: Values) -> None:
        start, end = merged["start_date"], merged["end_date"]
        if start and end and last_day(end) < first_day(start):
            self.refuse(row, "end_date", f"ends ({end}) before it starts ({start})")

    def stored_query(self, rows: Sequence[Values]) -> Select[Any]:
        people = self.values_of(rows, "person_id")
        return select(self.table).where(self.table.c.person_id.in_(people))

    def derive(self, values: Values) -> Values:
        return derived(Affiliation, **values)


class EngagementLoader(TableLoader):
    """engagements.csv: people are named; a name that nobody has makes a person."""

    file = ENGAGEMENTS
    model = Engagement
    key = ("organization_id", "space_id", "role", "detail", "person_id", "from_date")

    def begin(self) -> None:
        self.exact: dict[str, list[int | None]] = defaultdict(list)
        self.folded: dict[str, list[int | None]] = defaultdict(list)
        self.names_read = False

    def prepare(self, row: Row) -> None:
        name = row.values.get("person_id")
        if name is not None:
            row.values["person_id"] = self._person(row, name)

    def _person(self, row: Row, name: str) -> int | None:
        self._read_names()
        keys = self.loading.ids("people")
        for found in (self.exact.get(name), [keys[name]] if name in keys else None,
                      self.folded.get(fold(name))):  # fmt: skip
            if found and len(found) == 1:
                return found[0]
            if found:
                self.refuse(
                    row, "person", f"{len(found)} people are called “{name}”: give the key of one"
                )
                return None
        return self._new_person(row, name)

    def _read_names(self) -> None:
        if self.names_read:
            return
        self.names_read = True
        for id_, name in self.session.execute(select(Person.id, Person.name)):
            self._remember(name, id_)

    def _remember(self, name: str, id_: int | None) -> None:
        self.exact[name].append(id_)
        self.folded[fold(name)].append(id_)

    def _new_person(self, row: Row, name: str) -> int | None:
        keys = self.loading.ids("people")
        base = slugify(name)[:100].strip("-") or "person"
        key, number = base, 1
        while key in keys or key == "new":
            number += 1
            key = f"{base}-{number}"
        id_ = None
        if not (row.bad or self.loading.failed):
            person = Person(
                key=key, name=name,
                source=row.values.get("source"), confidence=row.values.get("confidence"),
            )  # fmt: skip
            self.session.add(person)
            self.session.flush()
            id_ = person.id
        keys[key] = id_
        self._remember(name, id_)
        return id_

    def check(self, row: Row, merged: Values) -> None:
        start, end = merged["from_date"], merged["to_date"]
        if start and end and last_day(end) < first_day(start):
            self.refuse(row, "to_date", f"ends ({end}) before it starts ({start})")

    def stored_query(self, rows: Sequence[Values]) -> Select[Any]:
        spaces = self.values_of(rows, "space_id")
        return select(self.table).where(self.table.c.space_id.in_(spaces))

    def derive(self, values: Values) -> Values:
        return derived(Engagement, **values)


class HeadcountLoader(TableLoader):
    """headcounts.csv."""

    file = HEADCOUNTS
    model = Headcount
    key = ("event_id", "metric", "mode", "dimension", "value_key", "unit")

    def check(self, row: Row, merged: Values) -> None:
        if merged["unit"] == "percent" and merged["value"] > 100:
            self.refuse(row, "value", "more than 100 percent")
        if merged["value_key"] and not merged["dimension"]:
            self.refuse(row, "value_key", "needs a dimension")

    def stored_query(self, rows: Sequence[Values]) -> Select[Any]:
        events = self.values_of(rows, "event_id")
        return select(self.table).where(self.table.c.event_id.in_(events))


class ContributionLoader(TableLoader):
    """contributions.csv: to an event or to a space."""

    file = CONTRIBUTIONS
    model = Contribution
    key = ("event_id", "space_id", "organization_id", "person_id", "kind", "title")

    def check(self, row: Row, merged: Values) -> None:
        if (merged["event_id"] is None) == (merged["space_id"] is None):
            self.refuse(row, "event_key", "give an event_key or a space_code")
        if (merged["amount"] is None) != (merged["currency"] is None):
            self.refuse(row, "amount", "an amount and its currency go together")

    def stored_query(self, rows: Sequence[Values]) -> Select[Any]:
        columns = self.table.c
        return select(self.table).where(
            or_(
                columns.event_id.in_(self.values_of(rows, "event_id")),
                columns.space_id.in_(self.values_of(rows, "space_id")),
            )
        )
