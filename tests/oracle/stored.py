"""A world written into a database, and its questions as the service takes them."""

from datetime import date, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.oracle.world import Asked, World
from tracker import models
from tracker.models.base import utcnow
from tracker.services.bulk import derived, insert_giving_ids
from tracker.services.filters import EventFilter
from tracker.services.reports.question import Question

NAMES = {"name_es": None, "name_pt": None}


class Stored:
    """The rows of a world, in one transaction that is never committed; ids by noun and key."""

    def __init__(self, session: Session, world: World) -> None:
        self.session = session
        self.world = world
        self.ids: dict[str, dict[str, int]] = {}
        self._things()
        self._events()
        self._records()

    def _insert(self, noun: str, model: Any, rows: dict[str, dict[str, Any]]) -> None:
        ids = insert_giving_ids(self.session, model, list(rows.values()))
        self.ids[noun] = dict(zip(rows, ids, strict=True))

    def id(self, noun: str, key: str | None) -> int | None:
        """The id of something, None of nothing."""
        return self.ids[noun][key] if key else None

    def _things(self) -> None:
        world = self.world
        self._insert("organization", models.Organization, {
            each.acronym: derived(models.Organization, acronym=each.acronym, name_en=each.acronym,
                                  headquarters_city=None, **NAMES)
            for each in world.organizations
        })  # fmt: skip
        for each in world.organizations:
            self.session.execute(
                models.Organization.__table__.update()
                .where(models.Organization.id == self.id("organization", each.acronym))
                .values(
                    parent_id=self.id("organization", each.parent),
                    successor_id=self.id("organization", each.successor),
                )
            )
        self._insert("person", models.Person, {
            each.key: derived(models.Person, key=each.key, name=each.key, gender=each.gender)
            for each in world.people
        })  # fmt: skip
        self._insert("space", models.Space, {
            code: derived(models.Space, code=code, name_en=code, **NAMES) for code in world.spaces
        })  # fmt: skip
        self._insert(
            "topic", models.Topic, {slug: {"slug": slug, "name_en": slug} for slug in world.topics}
        )
        self._insert("grouping", models.Grouping, {
            each.name: derived(models.Grouping, name=each.name) for each in world.groupings
        })  # fmt: skip
        self._insert("member", models.GroupingMember, {
            f"{each.name}/{member}": {
                "grouping_id": self.id("grouping", each.name),
                "country": member if member in each.countries else None,
                "organization_id": self.ids["organization"].get(member),
            }
            for each in world.groupings
            for member in each.countries + each.organizations
            if member in each.countries or member in self.ids["organization"]
        })  # fmt: skip
        self._insert("region", models.RegionCountry, {
            f"{scheme}/{country}": {"scheme": scheme, "country": country, "region": region}
            for scheme, country, region in world.regions
        })  # fmt: skip

    def _events(self) -> None:
        self.ids["event"] = {}
        # One by one: a part refers to a whole that was there before.
        for event in self.world.events:
            row = derived(
                models.Event, key=event.key, uid=event.key, name_en=event.key, **NAMES, city=None,
                venue=None, series=None, start_date=event.start, **times(event.start, event.times),
                timezone="America/Montevideo", kind=event.kind, mode=event.mode,
                status=event.status, visibility=event.visibility, country=event.country,
                space_id=self.id("space", event.space), parent_id=self.id("event", event.parent),
                owner_id=self.id("organization", event.owner), relation=event.relation,
                deleted_at=utcnow() if event.deleted else None,
            )  # fmt: skip
            (self.ids["event"][event.key],) = insert_giving_ids(self.session, models.Event, [row])
        self._insert("link", models.EventOrganization, {
            f"{event.key}/{organization}/{role}": {
                "event_id": self.id("event", event.key),
                "organization_id": self.id("organization", organization),
                "role": role,
            }
            for event in self.world.events
            for organization, role in event.links
        })  # fmt: skip
        self._insert("topic of", models.EventTopic, {
            f"{event.key}/{topic}": {
                "event_id": self.id("event", event.key), "topic_id": self.id("topic", topic)
            }
            for event in self.world.events
            for topic in event.topics
        })  # fmt: skip

    def _records(self) -> None:
        world = self.world
        self._insert("attendance", models.Attendance, {
            f"{each.event}/{each.person}/{each.label}": {
                "event_id": self.id("event", each.event),
                "person_id": self.id("person", each.person), "label": each.label,
                "organization_id": self.id("organization", each.organization),
                "country": each.country, "stakeholder_group": each.group,
                "role": ";".join(each.roles), "status": each.status, "mode": each.mode,
                "minutes": each.minutes,
            }
            for each in world.attendances
        })  # fmt: skip
        self._insert("headcount", models.Headcount, {
            str(number): {
                "event_id": self.id("event", each.event), "metric": each.metric, "mode": each.mode,
                "dimension": each.dimension, "value_key": each.value_key, "unit": each.unit,
                "value": each.value, "qualifier": each.qualifier,
            }
            for number, each in enumerate(world.headcounts)
        })  # fmt: skip
        self._insert("engagement", models.Engagement, {
            str(number): derived(
                models.Engagement, organization_id=self.id("organization", each.organization),
                space_id=self.id("space", each.space), role=each.role, from_date=each.from_date,
                to_date=each.to_date,
            )
            for number, each in enumerate(world.engagements)
        })  # fmt: skip
        self._insert("contribution", models.Contribution, {
            each.title: {
                "event_id": self.id("event", each.event), "space_id": self.id("space", each.space),
                "organization_id": self.id("organization", each.organization), "kind": each.kind,
                "title": each.title, "date": each.date,
            }
            for each in world.contributions
        })  # fmt: skip

    def question(self, asked: Asked) -> Question:
        """The question as the service takes it, of a user who is in no table."""
        user = None
        if asked.reader is not None:
            home = self.id("organization", asked.reader.organization)
            user = models.User(id=1, email="reader@example.org", role="viewer")
            user.organization_id = home
        return Question(
            report=asked.report,
            subject=self._subject(asked),
            wanted=EventFilter(
                space=self._things_of(models.Space, "space", asked.space),
                organization=self._things_of(
                    models.Organization, "organization", asked.organization
                ),
                country=asked.country,
                grouping=self._things_of(models.Grouping, "grouping", asked.grouping),
                kind=asked.kind,
                mode=asked.mode,
                topic=self._things_of(models.Topic, "topic", asked.topic),
                status=asked.status,
                first=asked.first,
                last=asked.last,
            ),
            rollup=asked.rollup,
            scheme=asked.scheme,
            user=user,
            today=asked.today,
        )

    def _subject(self, asked: Asked) -> Any:
        model = {
            "organization": models.Organization, "event": models.Event, "space": models.Space
        }.get(asked.report)  # fmt: skip
        if model is None:
            return None
        return self.session.get(model, self.id(asked.report, asked.subject))

    def _things_of(self, model: Any, noun: str, keys: tuple[str, ...]) -> tuple[Any, ...]:
        return tuple(self.session.get(model, self.id(noun, key)) for key in keys)


def times(start: str | None, minutes: tuple[int, int] | None) -> dict[str, Any]:
    """The times of an event, and the day on which it ends."""
    if start is None or minutes is None:
        return {"end_date": start, "start_time": None, "end_time": None}
    days, end = divmod(minutes[1], 24 * 60)
    return {
        "end_date": (date.fromisoformat(start) + timedelta(days=days)).isoformat(),
        "start_time": time(*divmod(minutes[0], 60)),
        "end_time": time(*divmod(end, 60)),
    }
