"""What came out of the demonstration's events: figures, contributions, notes and follow-ups."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import (
    Contribution,
    Event,
    FollowUp,
    Headcount,
    Organization,
    Outcome,
    Person,
    Space,
)
from tracker.services.demo_people import demo_key, needed

# Event, metric, mode, value, qualifier.
_HEADCOUNTS = (
    ("demo-rpki-webinar-1", "participants", "all", 219, "exact"),
    ("demo-rpki-webinar-1", "registrations", "all", 341, "exact"),
    ("demo-rpki-webinar-2", "participants", "all", 180, "about"),
    ("demo-rpki-webinar-4", "registrations", "all", 82, "exact"),
    ("demo-ipv6-training", "participants", "in-person", 34, "exact"),
    ("demo-ipv6-training-last-year", "participants", "all", 41, "exact"),
    ("demo-hurricane-resilience-forum", "participants", "in-person", 96, "exact"),
    ("demo-hurricane-resilience-forum", "participants", "online", 130, "at-least"),
    ("demo-hurricane-resilience-forum", "countries", "all", 17, "exact"),
    ("demo-advanced-networks-day", "participants", "in-person", 58, "exact"),
    ("demo-advanced-networks-day", "participants", "online", 77, "exact"),
    ("demo-measurement-workshop", "participants", "all", 45, "about"),
    ("demo-dnssec-tutorial", "participants", "all", 26, "exact"),
)
# Event or space, organization, person, kind, title, amount in US dollars.
_CONTRIBUTIONS = (
    ("demo-rpki-webinar-1", "LACNIC", "João Figueiredo", "training", "Signing your routes", None),
    ("demo-rpki-webinar-2", "CaribNOG", "Dwayne Rolle", "presentation",
     "RPKI on small islands", None),
    ("demo-ipv6-training", "LACNIC", "Andrés Cabrera", "training", "Plan de direcciones", None),
    ("demo-ipv6-training", "LACNOG", "Inés Urrutia", "sponsorship", "Becas de viaje", 4500.0),
    ("demo-hurricane-resilience-forum", "CTU", "Denise Baptiste", "panel",
     "Before the next season", None),
    ("demo-hurricane-resilience-forum", "LACNIC", None, "sponsorship", "Coffee breaks", 3000.0),
    ("demo-measurement-workshop", "ISOC", "Joaquín Acuña", "training",
     "Medir lo que importa", None),
    ("demo-dnssec-tutorial", "NIC.br", "Iván Núñez", "training", "Assinatura de zonas", None),
    ("lacnic-43", "LACTLD", "Óscar Peña Muñoz", "panel", "ccTLD y resiliencia", None),
    ("lacnic-43", "LACNIC", "Sofía Etcheverry", "moderation", "Foro público de políticas", None),
    ("icann-86", "LACNIC", "Editor", "presentation", "Regional engagement in figures", None),
    ("igf-2025", "LACNIC", "Rocío Benítez", "statement", "Declaración regional", None),
    ("FRIDA", "LACNIC", None, "grant", "Redes comunitarias", 20000.0),
    ("SCHOOL-DTI", "LACNIC", None, "scholarship", "Becas para el Caribe", 8000.0),
)  # fmt: skip
_OUTCOMES = (
    ("demo-rpki-webinar-1", "recording", "Recording (demo)", "https://videos.example.org/rpki-1"),
    ("demo-rpki-webinar-1", "link", "Slides (demo)", "https://slides.example.org/rpki-1"),
    ("demo-bilateral-lacnic-ctu", "note",
     "Both will offer the interconnection school again; CTU looks for a host. (demo)", None),
    ("demo-bilateral-lacnic-agesic", "note", "Acordar mensajes comunes antes de la plenaria. (demo)",
     None),
    ("demo-tech-community-call", "minutes", "Minutes (demo)",
     "https://minutes.example.org/technical-community"),
    ("demo-ipv6-training", "note", "La mitad de los asistentes pidió una segunda parte. (demo)",
     None),
    ("demo-hurricane-resilience-forum", "recording", "Recording (demo)",
     "https://videos.example.org/hurricane"),
)  # fmt: skip
# Event, what, organization, person, due in days from today, done.
_FOLLOW_UPS = (
    ("demo-bilateral-lacnic-ctu", "Send CTU the training calendar (demo)", "LACNIC", "Editor", 7,
     False),
    ("demo-bilateral-lacnic-ctu", "Name a host for the next school (demo)", "CTU",
     "Denise Baptiste", 30, False),
    ("demo-bilateral-lacnic-agesic", "Circular el borrador de posición (demo)", "LACNIC",
     "Rocío Benítez", -2, False),
    ("demo-tech-community-call", "Set the days of the coordination meeting (demo)", "LACTLD",
     "María Núñez Pérez", 10, False),
    ("demo-ipv6-training", "Publicar los materiales (demo)", "LACNIC", "Graciela Olivera", -60,
     True),
    ("demo-hurricane-resilience-forum", "Share the list of contacts (demo)", "CaribNOG",
     "Keisha Joseph", -100, True),
    ("demo-rpki-webinar-3", "Confirm who came (demo)", "LACNIC", "Editor", 1, False),
)  # fmt: skip


def add_demo_records(
    session: Session,
    known: Mapping[str, Organization],
    people: Mapping[str, Person],
    today: date,
) -> None:
    """Add headcounts, contributions, outcomes and follow-ups."""
    keys = {
        row[0] for rows in (_HEADCOUNTS, _CONTRIBUTIONS, _OUTCOMES, _FOLLOW_UPS) for row in rows
    }
    query = select(Event).where(Event.key.in_(keys), Event.deleted_at.is_(None))
    events = {event.key: event for event in session.scalars(query)}
    _add_headcounts(session, events)
    _add_contributions(session, events, known, people)
    for key, kind, text, url in _OUTCOMES:
        session.add(Outcome(event=events[key], kind=kind, text=text, url=url))
    for key, what, acronym, name, due, done in _FOLLOW_UPS:
        day = today + timedelta(days=due)
        session.add(
            FollowUp(
                event=events[key],
                what=what,
                owner_organization=needed(known, acronym),
                owner_person=people[demo_key(name)],
                due=day,
                done_at=datetime.combine(day, time(12), UTC) if done else None,
            )
        )
    session.flush()


def _add_headcounts(session: Session, events: Mapping[str, Event]) -> None:
    for key, metric, mode, value, qualifier in _HEADCOUNTS:
        session.add(
            Headcount(
                event=events[key], metric=metric, mode=mode, value=value, qualifier=qualifier,
                source="synthetic",
            )
        )  # fmt: skip


def _add_contributions(
    session: Session,
    events: Mapping[str, Event],
    known: Mapping[str, Organization],
    people: Mapping[str, Person],
) -> None:
    spaces = {space.code: space for space in session.scalars(select(Space))}
    for where, acronym, name, kind, title, amount in _CONTRIBUTIONS:
        event, space = events.get(where), spaces.get(where)
        if event is None and space is None:
            continue
        session.add(
            Contribution(
                event=event,
                space=None if event else space,
                organization=needed(known, acronym),
                person=people[demo_key(name)] if name else None,
                kind=kind,
                title=f"{title} (demo)",
                date=event.start_date if event else None,
                amount=amount,
                currency="USD" if amount is not None else None,
                source="synthetic",
            )
        )
