"""Who of the invented people was, or will be, at which event of the demonstration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.models import Affiliation, Attendance, Event, Person
from tracker.models.attendance import join_roles
from tracker.services.affiliations import affiliations_on
from tracker.services.demo_events import DEMO_EVENTS

# Events of the reference data that demo people went to, and how many of them.
_REFERENCE = {
    "icann-76": 9, "lac-space-icann76": 5, "lacnic-39": 14, "cigf-19": 8, "lacnic-40": 15,
    "lacnog-2023": 9, "igf-2023": 7, "igf-lac-space-2023": 4, "lacigf-16": 11,
    "tech-community-2023": 10, "tech-community-2024": 11, "icann-79": 9, "lacnic-41": 15,
    "icann-80": 5, "school-dti-caribbean-2024": 7, "cigf-20": 8, "lacigf-17": 12, "elac-9": 5,
    "icann-81": 6, "igf-2024": 5, "icann-82": 7, "lacnic-43": 18, "icann-83": 6, "igf-2025": 8,
    "lacnic-44": 16, "lacnog-2025": 8, "icann-84": 6, "lacigf-18": 12, "itu-wtdc-2025": 4,
    "icann-85": 8, "lacnic-45": 17, "icann-86": 9, "itu-pp-2026": 5,
}  # fmt: skip
_ROLES = ("attendee",) * 11 + (
    "speaker",
    "speaker",
    "panelist",
    "panelist",
    "moderator",
    "delegate",
)
_LEADING = {
    "training": ("trainer",),
    "tutorial": ("trainer",),
    "webinar": ("speaker", "organizer"),
    "bilateral": ("delegate",),
}
_MODES = {
    "in-person": ("in-person",),
    "online": ("online",),
    "hybrid": ("in-person", "in-person", "in-person", "online", "both"),
    "unknown": ("unknown",),
}
_LABELS = ("iPhone", "iPhone de F.")
# Past, and yet nobody said who came: something for the overview to ask about.
_UNCONFIRMED = "demo-rpki-webinar-3"


@dataclass(frozen=True)
class _Guests:
    """How many of whom come to an event."""

    people: int
    unidentified: int = 0


@dataclass
class _Register:
    session: Session
    today: date
    people: Sequence[Person]
    # Who is at an event already: parts draw from it.
    present: dict[int, list[Person]] = field(default_factory=dict)

    def fill(self, event: Event, guests: _Guests) -> None:
        """Add the attendances of one event."""
        rng = Random(f"demo:{event.key}")
        jobs = affiliations_on(self.session, [p.id for p in self.people], event.first_day)
        chosen = self._choose(rng, event, guests.people, jobs)
        self.present[event.id] = chosen
        for number, person in enumerate(chosen):
            self._add(rng, event, person, jobs.get(person.id), leading=number == 0)
        for label in _LABELS[: guests.unidentified]:
            self.session.add(
                Attendance(
                    event=event, label=label, mode="online", minutes=rng.randint(20, 85),
                    origin="synthetic", source="synthetic",
                )
            )  # fmt: skip

    def _choose(
        self, rng: Random, event: Event, count: int, jobs: Mapping[int, Affiliation]
    ) -> list[Person]:
        """At least half of them from the organizations whose event it is."""
        pool = self.present.get(event.parent_id or 0) or self.people
        shuffled = rng.sample(pool, len(pool))
        involved = {link.organization_id for link in event.organization_links}
        own = [p for p in shuffled if p.id in jobs and jobs[p.id].organization_id in involved]
        first = own[: max(1, count // 2)]
        others = [person for person in shuffled if person not in first]
        return [*first, *others][:count]

    def _add(
        self, rng: Random, event: Event, person: Person, job: Affiliation | None, leading: bool
    ) -> None:
        status = self._status(rng, event)
        mode = rng.choice(_MODES[event.mode]) if status in ("attended", "planned") else "unknown"
        timed = event.start_time is not None and status == "attended" and mode == "online"
        roles = _LEADING.get(event.kind, ("speaker",)) if leading else (rng.choice(_ROLES),)
        organization = job.organization if job else None
        self.session.add(
            Attendance(
                event=event,
                person=person,
                organization=organization,
                country=person.country or (organization.country if organization else None),
                stakeholder_group=organization.stakeholder_group if organization else None,
                role=join_roles(roles),
                status=status,
                mode=mode,
                minutes=rng.randint(25, 90) if timed else None,
                origin="synthetic",
                source="synthetic",
            )
        )

    def _status(self, rng: Random, event: Event) -> str:
        if event.status == "cancelled":
            return "cancelled"
        if event.key == _UNCONFIRMED:
            return rng.choice(("planned", "registered"))
        if event.first_day is None or event.first_day > self.today:
            return rng.choice(("planned", "planned", "registered"))
        assert event.last_day is not None
        if event.last_day >= self.today:
            return rng.choice(("attended", "attended", "registered"))
        return rng.choices(("attended", "no-show", "registered"), (88, 8, 4))[0]


def add_demo_attendance(
    session: Session, people: Mapping[str, Person], events: Mapping[str, Event], today: date
) -> None:
    """Add attendances to the demo events, and to the reference events that are there."""
    register = _Register(session, today, list(people.values()))
    for wanted in DEMO_EVENTS:
        register.fill(events[wanted.key], _Guests(wanted.people, wanted.unidentified))
    query = (
        select(Event)
        .where(Event.key.in_(_REFERENCE), Event.deleted_at.is_(None))
        .options(selectinload(Event.organization_links))
        # Parts after the events that they are part of.
        .order_by(Event.parent_id.is_not(None), Event.key)
    )
    for event in session.scalars(query):
        register.fill(event, _Guests(_REFERENCE[event.key], int(event.key == "lacnic-43")))
    session.flush()
