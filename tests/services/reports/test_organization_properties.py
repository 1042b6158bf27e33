"""An organization's report of random records, against an oracle that counts them one by one."""

from collections import defaultdict
from datetime import date
from random import Random
from typing import Any

import pytest

from tests.factories import (
    AttendanceFactory,
    EngagementFactory,
    EventFactory,
    HeadcountFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
)
from tests.services.test_counting import Meeting, oracle
from tracker.models import EventOrganization
from tracker.models.attendance import join_roles
from tracker.models.when import first_day, last_day
from tracker.services.counting import Figure, headcount_of
from tracker.services.filters import EventFilter
from tracker.services.reports.organization import Question, organization_report

TODAY = date(2024, 1, 1)
FIRST, LAST = date(2023, 1, 1), date(2023, 6, 30)
STARTS = (
    "2022-12-31", "2023-01-01", "2023-03", "2023-03-05", "2023-06-30", "2023-07-01", "2023", None,
    "2024-02-01",
)  # fmt: skip


class World:
    """A handful of organizations, spaces, people and events that lie inside each other."""

    def __init__(self, seed):
        self.chance = Random(seed)
        self.organizations = OrganizationFactory.create_batch(3)
        self.spaces = SpaceFactory.create_batch(2)
        self.people = PersonFactory.create_batch(6)
        self.us = self.organizations[0]
        EngagementFactory(organization=self.us, space=self.spaces[0])
        self.events, self.links, self.attendances, self.figures = [], {}, [], {}
        for number in range(9):
            self.add_event(number)

    def add_event(self, number):
        pick = self.chance.choice
        start, parent = pick(STARTS), pick([None, *self.events])
        links = {(pick(self.organizations), pick(("organizer", "partner", "host")))}
        event = EventFactory(
            key=f"e{number}", start_date=start, end_date=start, kind=pick(("meeting", "training")),
            mode=pick(("in-person", "online", "hybrid")), country=pick(("UY", "BR", None)),
            status=pick(("confirmed", "confirmed", "tentative", "cancelled")),
            visibility=pick(("public", "public", "community")), space=pick((None, *self.spaces)),
            parent=parent, relation=parent and pick(("part-of", "part-of", "co-located")),
            organization_links=[EventOrganization(organization=o, role=r) for o, r in links],
        )  # fmt: skip
        self.events.append(event)
        self.links[event] = links
        for person in self.chance.sample(self.people, self.chance.randint(0, 4)):
            self.attend(event, person=person)
        if self.chance.random() < 0.4:
            self.attend(event, person=None, label="iPhone")
        self.figures[event] = {
            mode: Figure(self.chance.randint(0, 9), pick(("exact", "at-least", "about")))
            for mode in ("all", "in-person", "online")
            if self.chance.random() < 0.25
        }
        for mode, figure in self.figures[event].items():
            HeadcountFactory(event=event, mode=mode, value=figure.value, qualifier=figure.qualifier)

    def attend(self, event, **who):
        pick = self.chance.choice
        self.attendances.append(
            AttendanceFactory(
                event=event, organization=pick((None, *self.organizations)),
                role=join_roles(self.chance.sample(["speaker", "staff", "attendee"], 2)),
                status=pick(("attended", "attended", "registered")), minutes=pick((None, 30, 95)),
                **who,
            )
        )  # fmt: skip

    def visible(self):
        return [e for e in self.events if e.visibility == "public" and e.status != "cancelled"]

    def counted(self):
        def within(event):
            text = event.start_date
            return text and first_day(text) >= FIRST and last_day(text) <= LAST

        return [event for event in self.visible() if within(event)]

    def attended(self, event, organization=None):
        return [
            a
            for a in self.attendances
            if a.event is event
            and a.status == "attended"
            and organization in (None, a.organization)
        ]

    def organized(self, event):
        return any(o is self.us and role != "host" for o, role in self.links[event])

    def took_part(self, event):
        return self.organized(event) or bool(self.attended(event, self.us))


def part_of(event):
    return event.parent if event.relation == "part-of" else None


def wholes(event):
    while (event := part_of(event)) is not None:
        yield event


def space_of(event):
    while event is not None and event.space is None:
        event = part_of(event)
    return event.space.code if event is not None else "unknown"


def expected_breakdown(world, events, key):
    found: defaultdict[str, list[Any]] = defaultdict(lambda: [0, 0, set()])
    for event in events:
        row = found[key(event)]
        row[0] += 1
        there = world.attended(event, world.us)
        row[1] += len(there)
        row[2] |= {a.person_id for a in there if a.person_id}
    return {key: (row[0], row[1], len(row[2])) for key, row in sorted(found.items())}


def expected_reached(world, events):
    organized = [event for event in events if world.organized(event)]
    meetings = []
    for event in organized:
        there = world.attended(event)
        around = next((whole for whole in wholes(event) if whole in organized), None)
        meetings.append(
            Meeting(
                frozenset(a.person_id for a in there if a.person_id),
                sum(a.person_id is None for a in there),
                headcount_of(world.figures[event], event.mode),
                organized.index(around) if around is not None else None,
            )
        )
    return oracle(meetings)


def expected_coverage(world):
    """Held and attended editions by space; every event counted here has long started."""
    taken = {world_event for world_event in world.visible() if world.took_part(world_event)}
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for event in world.counted():
        if event.space is None or any(whole.space is event.space for whole in wholes(event)):
            continue
        row = found[event.space.code]
        row[0] += 1
        row[1] += any(event is part or event in wholes(part) for part in taken)
    engaged = world.spaces[0].code
    found[engaged][0] += 0
    return {code: tuple(row) for code, row in sorted(found.items()) if row[1] or code == engaged}


def columns(report, name, *wanted):
    table = report.table(name)
    places = [table.columns.index(column) for column in wanted]
    return {row[0]: tuple(row[place] for place in places) for row in table.rows}


@pytest.mark.parametrize("seed", range(12))
def test_the_report_of_random_records_is_the_oracles(session, seed):
    world = World(seed)
    wanted = EventFilter(first=FIRST, last=LAST)
    report = organization_report(session, Question(world.us, wanted, False, None, TODAY))

    events = [event for event in world.counted() if world.took_part(event)]
    there = [a for event in events for a in world.attended(event, world.us)]
    known = [a.minutes for a in there if a.minutes is not None]
    assert report.measure("events") == len(events)
    assert report.measure("attendances") == len(there)
    assert report.measure("people") == len({a.person_id for a in there} - {None})
    assert report.measure("unidentified") == sum(a.person_id is None for a in there)
    assert report.measure("countries") == len({event.country for event in events} - {None})
    assert report.measure("reached") == expected_reached(world, world.counted())
    if known:
        assert report.measure("person_hours") == pytest.approx(sum(known) / 60, abs=0.051)
    assert report.measure("events_organized") == sum(
        (world.us, "organizer") in world.links[event] for event in events
    )
    figures = ("events", "attendances", "people")
    for name, key in (
        ("by_kind", lambda event: event.kind),
        ("by_country", lambda event: event.country or "unknown"),
        ("by_space", space_of),
        (
            "by_month",
            lambda event: event.start_date[:7] if len(event.start_date) > 4 else "unknown",
        ),
        ("events", lambda event: event.key),
    ):
        shown = columns(report, name, *(figures[1:] if name == "events" else figures))
        counted = expected_breakdown(world, events, key)
        if name == "events":
            counted = {key: row[1:] for key, row in counted.items()}
        assert shown == counted, name
    assert columns(report, "by_role", "attendances") == {
        role: (number,)
        for role in ("attendee", "speaker", "staff")
        if (number := sum(role in a.roles for a in there))
    }
    assert columns(report, "together_with", "events") == expected_together(world, events)
    assert columns(report, "coverage", "held", "attended") == expected_coverage(world)


def expected_together(world, events):
    found = {}
    for other in world.organizations[1:]:
        shared = sum(
            bool(world.attended(event, world.us) and world.attended(event, other))
            for event in events
        )
        if shared:
            found[other.acronym] = (shared,)
    return found
