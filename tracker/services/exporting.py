"""Writing what is stored in the load format: the inverse of loading.

Deleted events are left out, with what belongs to them. Rows are sorted by their keys in Python,
because databases do not agree on the order of letters: the same data gives the same bytes.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from tracker.formats.load_format import Column, File, write_rows
from tracker.models import (
    Affiliation,
    Alias,
    Attendance,
    Base,
    Contribution,
    Engagement,
    Event,
    EventOrganization,
    EventTopic,
    Grouping,
    GroupingMember,
    Headcount,
    Organization,
    Person,
    PersonAlias,
    PersonEmail,
    RegionCountry,
    Space,
)
from tracker.models.vocabulary import EVENT_ORGANIZATION_ROLES, TECHNICAL_COMMUNITY
from tracker.services.bulk import in_chunks
from tracker.services.loading import files
from tracker.services.loading.columns import NONE, Reference
from tracker.services.loading.context import KEYS
from tracker.services.loading.frozen import FrozenFacts

_CHUNK = 500
# File, rows written, rows in all.
Progress = Callable[[str, int, int], None]
Values = dict[str, Any]
# What stands in a row in place of what is stored.
Special = Callable[[Values], Values]


def export(session: Session, folder: Path, progress: Progress | None = None) -> dict[str, int]:
    """Write the files of the load format into a folder; returns how many rows each has."""
    folder.mkdir(parents=True, exist_ok=True)
    exporter = _Exporter(session)
    counts = {}
    for file in files.FILES:
        if not exporter.writes(file):
            (folder / file.name).unlink(missing_ok=True)
            continue
        if progress is not None:
            progress(file.name, 0, 1)
        header = [column for column in file.columns if exporter.has(file, column)]
        rows = (
            tuple(_cell(column, values.get(column.target)) for column in header)
            for values in exporter.rows(file)
        )
        counts[file.name] = write_rows(folder / file.name, [c.name for c in header], rows)
        if progress is not None:
            progress(file.name, 1, 1)
    return counts


def _cell(column: Column, value: Any) -> str:
    return "" if value is None or value == "" else column.write(value)


def _unchanged(_row: Values) -> Values:
    return {}


class _Exporter:
    """Gives the rows of each file, as values under the names of its columns."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._keys: dict[str, dict[int, str]] = {}
        self._sources: dict[str, Callable[[], Iterator[Values]]] = {
            files.ORGANIZATIONS.name: self._organizations,
            files.ALIASES.name: lambda: self._whole(files.ALIASES, Alias),
            files.GROUPINGS.name: self._groupings,
            files.REGIONS.name: lambda: self._whole(files.REGIONS, RegionCountry),
            files.TOPICS.name: lambda: self._nouns(files.TOPICS, "topics"),
            files.PEOPLE.name: self._people,
            files.PERSON_ALIASES.name: lambda: self._of(
                files.PERSON_ALIASES, PersonAlias, "people"
            ),
            files.AFFILIATIONS.name: lambda: self._of(files.AFFILIATIONS, Affiliation, "people"),
            files.SPACES.name: lambda: self._nouns(files.SPACES, "spaces"),
            files.ENGAGEMENTS.name: self._engagements,
            files.EVENTS.name: self._events,
            files.ATTENDANCE.name: self._attendance,
            files.HEADCOUNTS.name: lambda: self._of(files.HEADCOUNTS, Headcount, "events"),
            files.CONTRIBUTIONS.name: self._contributions,
        }

    def rows(self, file: File) -> Iterator[Values]:
        """The rows of a file, sorted by key."""
        return self._sources[file.name]()

    def writes(self, file: File) -> bool:
        """Whether a file is written: other spellings of people only where there are any."""
        if file is not files.PERSON_ALIASES:
            return True
        return self.session.scalar(select(PersonAlias.id).limit(1)) is not None

    def has(self, file: File, column: Column) -> bool:
        """Whether a column is written: `synthetic` only where something is."""
        if column.name != "synthetic":
            return True
        marked = {
            files.ORGANIZATIONS: Organization.synthetic, files.SPACES: Space.synthetic,
            files.PEOPLE: Person.synthetic, files.EVENTS: Event.synthetic,
        }[file]  # fmt: skip
        return self.session.scalar(select(marked).where(marked.is_(True)).limit(1)) is not None

    def keys(self, noun: str) -> dict[int, str]:
        """The keys by id of what is exported."""
        if noun not in self._keys:
            model, key = KEYS[noun]
            query = select(model.id, key)
            if model is Event:
                query = query.where(Event.deleted_at.is_(None))
            self._keys[noun] = dict(self.session.execute(query).all())
        return self._keys[noun]

    # The ways rows come.

    def _nouns(
        self, file: File, noun: str, special: Callable[[Sequence[int]], Special] | None = None
    ) -> Iterator[Values]:
        """The things themselves; `special` looks up the rest for a chunk of ids."""
        table = _table(KEYS[noun][0])
        keys = self.keys(noun)
        for ids in in_chunks(sorted(keys, key=keys.__getitem__), _CHUNK):
            found = self.session.execute(select(table).where(table.c.id.in_(ids))).mappings()
            rows = {row["id"]: dict(row) for row in found}
            rest = special(ids) if special is not None else _unchanged
            for id_ in ids:
                yield self._values(file, rows[id_], rest)

    def _of(
        self, file: File, model: type[Base], noun: str, special: Special = _unchanged
    ) -> Iterator[Values]:
        """What belongs to things, chunk of things by chunk; its first key is theirs."""
        table = _table(model)
        belongs = next(c.target for c in file.columns if isinstance(c, Reference))
        keys = self.keys(noun)
        for ids in in_chunks(sorted(keys, key=keys.__getitem__), _CHUNK):
            query = select(table).where(table.c[belongs].in_(ids))
            yield from self._sorted(file, self.session.execute(query).mappings(), special)

    def _whole(
        self, file: File, model: type[Base], special: Special = _unchanged
    ) -> Iterator[Values]:
        query = select(_table(model))
        yield from self._sorted(file, self.session.execute(query).mappings(), special)

    def _sorted(self, file: File, rows: Any, special: Special) -> Iterator[Values]:
        names = [column.target for column in file.columns if column.key]
        found = [self._values(file, dict(row), special) for row in rows]
        found.sort(key=lambda values: tuple(str(values[name] or "") for name in names))
        yield from found

    def _values(self, file: File, row: Values, special: Special) -> Values:
        instead = special(row)
        values = {}
        for column in file.columns:
            name = column.target
            if name in instead:
                values[name] = instead[name]
            elif isinstance(column, Reference):
                id_ = row[name]
                values[name] = None if id_ is None else self.keys(column.noun).get(id_)
            else:
                values[name] = row[name]
        return values

    # What is special about each.

    def _organizations(self) -> Iterator[Values]:
        members = select(GroupingMember.organization_id).join(GroupingMember.grouping)
        members = members.where(Grouping.name == TECHNICAL_COMMUNITY)
        inside = set(self.session.scalars(members))

        def special(row: Values) -> Values:
            return {"technical_community_member": row["id"] in inside}

        return self._nouns(files.ORGANIZATIONS, "organizations", lambda _ids: special)

    def _groupings(self) -> Iterator[Values]:
        names = dict(self.session.execute(select(Grouping.id, Grouping.name)).all())
        rows = self._whole(
            files.GROUPINGS, GroupingMember, lambda row: {"grouping": names[row["grouping_id"]]}
        )
        return (row for row in rows if not _said_by_organizations(row))

    def _people(self) -> Iterator[Values]:
        def special(ids: Sequence[int]) -> Special:
            emails: dict[int, list[str]] = defaultdict(list)
            query = select(PersonEmail.person_id, PersonEmail.address).order_by(PersonEmail.id)
            for id_, address in self.session.execute(query.where(PersonEmail.person_id.in_(ids))):
                emails[id_].append(address)
            return lambda row: {"emails": emails[row["id"]]}

        return self._nouns(files.PEOPLE, "people", special)

    def _engagements(self) -> Iterator[Values]:
        names = dict(self.session.execute(select(Person.id, Person.name)).all())
        often = Counter(names.values())
        keys = self.keys("people")

        def special(row: Values) -> Values:
            id_ = row["person_id"]
            if id_ is None:
                return {}
            return {"person_id": names[id_] if often[names[id_]] == 1 else keys[id_]}

        return self._of(files.ENGAGEMENTS, Engagement, "organizations", special)

    def _events(self) -> Iterator[Values]:
        return self._nouns(files.EVENTS, "events", self._special_of_events)

    def _special_of_events(self, ids: Sequence[int]) -> Special:
        organizations, topics = self.keys("organizations"), self.keys("topics")
        linked: dict[tuple[int, str], list[str]] = defaultdict(list)
        links = (
            select(
                EventOrganization.event_id, EventOrganization.role,
                EventOrganization.organization_id,
            )
            .where(EventOrganization.event_id.in_(ids))
            .order_by(EventOrganization.position, EventOrganization.id)
        )  # fmt: skip
        for event_id, role, organization_id in self.session.execute(links):
            linked[event_id, role].append(organizations[organization_id])
        about: dict[int, list[str]] = defaultdict(list)
        subjects = select(EventTopic.event_id, EventTopic.topic_id).order_by(EventTopic.id)
        for event_id, topic_id in self.session.execute(
            subjects.where(EventTopic.event_id.in_(ids))
        ):
            about[event_id].append(topics[topic_id])

        def special(row: Values) -> Values:
            id_ = row["id"]
            values: Values = {role: linked[id_, role] for role in EVENT_ORGANIZATION_ROLES}
            if row["parent_id"] not in self.keys("events"):
                values["relation"] = None
            return values | {"topics": about[id_]}

        return special

    def _attendance(self) -> Iterator[Values]:
        facts = FrozenFacts(self.session)
        return self._of(
            files.ATTENDANCE, Attendance, "events",
            lambda row: {"role": row["role"].split(";"), **_unfilled(facts, row)},
        )  # fmt: skip

    def _contributions(self) -> Iterator[Values]:
        rows = self._whole(files.CONTRIBUTIONS, Contribution)
        # Without either it is of a deleted event.
        return (row for row in rows if row["event_id"] is not None or row["space_id"] is not None)


def _said_by_organizations(row: Values) -> bool:
    """Whether organizations.csv says all of it, as `technical_community_member`."""
    says_more = any(row[name] for name in ("status", "source", "confidence", "notes"))
    return row["grouping"] == TECHNICAL_COMMUNITY and not row["country"] and not says_more


def _unfilled(facts: FrozenFacts, row: Values) -> Values:
    """A `-` wherever loading would fill in what is known to be none."""
    organization, person = row["organization_id"], row["person_id"]
    filled = {
        "organization_id": facts.organization(row["event_id"], person),
        "country": facts.country(person, organization),
        "stakeholder_group": facts.stakeholder_group(organization),
    }
    return {name: NONE for name, value in filled.items() if row[name] is None and value is not None}


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)
