"""The invented events of the demonstration, dated relative to a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Event, EventOrganization, EventTopic, Organization, Space, Topic
from tracker.models.when import parse_clock
from tracker.services.demo_people import needed
from tracker.services.synthetic_names import PLACES

_PLACES = {place.city: place for place in PLACES}
_MONTEVIDEO = "America/Montevideo"
_WORKING_DAYS = 5


@dataclass(frozen=True)
class DemoEvent:
    """An event to make: `start` counts days from today, `months` months where no day is known."""

    key: str
    names: tuple[str, str, str]
    kind: str
    organizers: tuple[str, ...]
    start: int | None = None
    days: int = 1
    hours: tuple[str, str] | None = None
    months: int | None = None
    # Where it must hold today, not be moved off a weekend.
    exact: bool = False
    city: str | None = None
    mode: str = "in-person"
    zone: str = _MONTEVIDEO
    space: str | None = None
    edition: int | None = None
    series: str | None = None
    partners: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    status: str = "confirmed"
    visibility: str = "public"
    parent: str | None = None
    relation: str = "part-of"
    languages: str = "es;en"
    description: str | None = None
    # How many demo people come, and how many of those that came cannot be told.
    people: int = 0
    unidentified: int = 0


def _webinar(number: int) -> DemoEvent:
    return DemoEvent(
        f"demo-rpki-webinar-{number}",
        (
            f"RPKI for network operators (demo), webinar {number} of 6",
            f"RPKI para operadores de redes (demo), seminario web {number} de 6",
            f"RPKI para operadores de redes (demo), webinar {number} de 6",
        ),
        "webinar",
        ("LACNIC",),
        start=14 * number - 54,
        hours=("15:00", "16:30"),
        mode="online",
        series="demo-rpki-webinars",
        partners=("CaribNOG",),
        topics=("routing-security", "capacity-building"),
        languages="en;es",
        description="Route origin validation, step by step. A synthetic example.",
        people=18 - 2 * number,
        unidentified=2 if number in (1, 3) else 0,
    )


_PAST = (
    DemoEvent(
        "demo-ipv6-training-last-year",
        ("IPv6 training, last year (demo)", "Capacitación IPv6, año pasado (demo)",
         "Capacitação IPv6, ano passado (demo)"),
        "training", ("LACNIC",), start=-450, days=3, city="Quito", partners=("LACNOG",),
        topics=("ipv6", "capacity-building"), people=14,
    ),
    DemoEvent(
        "demo-measurement-workshop",
        ("Internet measurement workshop (demo)", "Taller de medición de Internet (demo)",
         "Oficina de medição da Internet (demo)"),
        "workshop", ("ISOC",), start=-330, days=2, city="San José", partners=("RedCLARA", "LACNIC"),
        topics=("ixp", "connectivity"), people=12,
    ),
    DemoEvent(
        "demo-advanced-networks-day",
        ("Advanced networks day (demo)", "Jornada de redes avanzadas (demo)",
         "Jornada de redes avançadas (demo)"),
        "meeting", ("RedCLARA",), start=-205, city="Santiago", mode="hybrid", hours=("09:00", "17:30"),
        topics=("connectivity",), people=13,
    ),
    DemoEvent(
        "demo-hurricane-resilience-forum",
        ("Networks in the hurricane season (demo forum)",
         "Redes en temporada de huracanes (foro demo)",
         "Redes na temporada de furacões (fórum demo)"),
        "forum", ("CTU", "CaribNOG"), start=-150, days=2, city="Bridgetown", mode="hybrid",
        partners=("ARIN", "LACNIC"), topics=("critical-infrastructure",), languages="en",
        people=15, unidentified=1,
    ),
    DemoEvent(
        "demo-ipv6-training",
        ("IPv6 training in Asunción (demo)", "Capacitación IPv6 en Asunción (demo)",
         "Capacitação IPv6 em Assunção (demo)"),
        "training", ("LACNIC",), start=-95, days=3, city="Asunción", partners=("LACNOG",),
        topics=("ipv6", "capacity-building"), languages="es",
        description="Three days of practice, one session a day. A synthetic example.", people=16,
    ),
    *(
        DemoEvent(
            f"demo-ipv6-training-day-{number}",
            (f"Day {number}: {english} (demo)", f"Día {number}: {spanish} (demo)",
             f"Dia {number}: {portuguese} (demo)"),
            "session", ("LACNIC",), start=number - 1, hours=("09:00", "17:00"), city="Asunción",
            topics=("ipv6",), parent="demo-ipv6-training", languages="es", people=7,
        )
        for number, english, spanish, portuguese in (
            (1, "addressing", "direccionamiento", "endereçamento"),
            (2, "routing", "encaminamiento", "roteamento"),
            (3, "security", "seguridad", "segurança"),
        )
    ),
    DemoEvent(
        "demo-night-drill",
        ("Overnight incident drill (demo)", "Simulacro nocturno de incidentes (demo)",
         "Simulação noturna de incidentes (demo)"),
        "other", ("LACNIC", "LACNOG"), start=-72, days=2, hours=("22:00", "01:30"), mode="online",
        topics=("cybersecurity",), people=8,
    ),
    DemoEvent(
        "demo-dnssec-tutorial",
        ("DNSSEC tutorial (demo)", "Tutorial de DNSSEC (demo)", "Tutorial de DNSSEC (demo)"),
        "tutorial", ("NIC.br",), start=-60, hours=("14:00", "18:00"), city="São Paulo",
        partners=("LACTLD",), topics=("dnssec",), languages="pt", people=9,
    ),
    DemoEvent(
        "demo-bilateral-lactld-icann",
        ("LACTLD and ICANN, bilateral (demo)", "LACTLD e ICANN, bilateral (demo)",
         "LACTLD e ICANN, bilateral (demo)"),
        "bilateral", ("LACTLD", "ICANN"), start=-30, hours=("11:00", "12:00"), mode="online",
        space="TECH-BILATERAL", visibility="community", topics=("dns",), people=5,
    ),
    DemoEvent(
        "demo-bilateral-lacnic-ctu",
        ("LACNIC and CTU, bilateral (demo)", "LACNIC y CTU, bilateral (demo)",
         "LACNIC e CTU, bilateral (demo)"),
        "bilateral", ("LACNIC", "CTU"), start=-20, hours=("10:00", "11:00"), mode="online",
        topics=("capacity-building",), languages="en", people=4,
    ),
    DemoEvent(
        "demo-bilateral-lacnic-agesic",
        ("LACNIC and AGESIC, preparatory meeting (demo)",
         "LACNIC y AGESIC, reunión preparatoria (demo)",
         "LACNIC e AGESIC, reunião preparatória (demo)"),
        "bilateral", ("LACNIC",), start=-9, hours=("16:00", "17:00"), city="Montevideo",
        partners=("AGESIC",), visibility="organization", topics=("digital-agenda",),
        languages="es", people=4,
    ),
    DemoEvent(
        "demo-tech-community-call",
        ("Technical Community monthly call (demo)", "Llamada mensual de la Comunidad Técnica (demo)",
         "Chamada mensal da Comunidade Técnica (demo)"),
        "meeting", ("LACNIC", "LACTLD", "LACNOG"), start=-5, hours=("13:00", "14:00"), mode="online",
        space="TECH-COMMUNITY", visibility="community", people=10,
    ),
)  # fmt: skip

_UNDER_WAY = (
    DemoEvent(
        "demo-interconnection-school",
        ("Caribbean interconnection school (demo)", "Escuela caribeña de interconexión (demo)",
         "Escola caribenha de interconexão (demo)"),
        "training", ("CTU", "CaribNOG"), start=-1, days=3, exact=True, city="Port of Spain",
        mode="hybrid", partners=("LACNIC", "LAC-IX"), topics=("ixp", "capacity-building"),
        languages="en", people=14,
    ),
    DemoEvent(
        "demo-interconnection-school-peering",
        ("Peering laboratory (demo)", "Laboratorio de peering (demo)",
         "Laboratório de peering (demo)"),
        "session", ("LAC-IX",), start=1, exact=True, hours=("10:00", "12:30"),
        city="Port of Spain", mode="hybrid", parent="demo-interconnection-school",
        topics=("ixp",), languages="en", people=5,
    ),
)  # fmt: skip

_COMING = (
    DemoEvent(
        "demo-ixp-workshop",
        ("Regional exchange point workshop (demo)", "Taller regional de puntos de intercambio (demo)",
         "Oficina regional de pontos de troca de tráfego (demo)"),
        "workshop", ("LAC-IX",), start=24, days=2, city="Tegucigalpa", status="cancelled",
        topics=("ixp",), people=4,
    ),
    DemoEvent(
        "demo-registrars-workshop",
        ("Registries and registrars workshop (demo)", "Taller de registros y registradores (demo)",
         "Oficina de registros e registradores (demo)"),
        "workshop", ("LACTLD",), start=40, days=2, city="Santo Domingo", partners=("ICANN",),
        topics=("dns", "universal-acceptance"), people=9,
    ),
    DemoEvent(
        "demo-peering-day",
        ("Peering day (demo)", "Día de peering (demo)", "Dia de peering (demo)"),
        "meeting", ("LAC-IX",), start=1, city="Santo Domingo", hours=("09:00", "13:00"),
        parent="demo-registrars-workshop", relation="co-located", topics=("ixp",), people=4,
    ),
    DemoEvent(
        "demo-youth-lacigf",
        ("Youth LACIGF (demo)", "Youth LACIGF (demo)", "Youth LACIGF (demo)"),
        "forum", ("Youth Observatory",), start=55, hours=("15:00", "19:00"), mode="online",
        space="YOUTH-LACIGF", status="tentative", partners=("ISOC",), topics=("youth",), people=5,
    ),
    DemoEvent(
        "demo-lacigf-19", ("LACIGF 19 (demo)", "LACIGF 19 (demo)", "LACIGF 19 (demo)"),
        "forum", (), months=1, mode="hybrid", space="LACIGF", edition=19, status="tentative",
        topics=("internet-governance", "public-policy"), people=8,
    ),
    DemoEvent(
        "demo-tech-community-meeting",
        ("Technical Community coordination meeting (demo)",
         "Reunión de coordinación de la Comunidad Técnica (demo)",
         "Reunião de coordenação da Comunidade Técnica (demo)"),
        "meeting", ("LACNIC", "ICANN", "ISOC", "LACTLD", "LAC-IX", "LACNOG", "RedCLARA"),
        months=2, city="Montevideo", space="TECH-COMMUNITY", people=7,
    ),
    DemoEvent(
        "demo-citel-ccp1",
        ("CITEL PCC.I meeting (demo)", "Reunión del CCP.I de la CITEL (demo)",
         "Reunião do CCP.I da CITEL (demo)"),
        "meeting", ("CITEL",), start=75, days=3, space="CITEL-CCP1", zone="America/New_York",
        topics=("public-policy",),
    ),
    DemoEvent(
        "demo-caribnog-next",
        ("CaribNOG regional meeting, dates to be set (demo)",
         "Reunión regional de CaribNOG, fechas por definir (demo)",
         "Reunião regional do CaribNOG, datas a definir (demo)"),
        "meeting", ("CaribNOG",), mode="hybrid", space="CARIBNOG", status="tentative",
        languages="en",
    ),
)  # fmt: skip

DEMO_EVENTS = (*_PAST, *(_webinar(number) for number in range(1, 7)), *_UNDER_WAY, *_COMING)


def add_demo_events(
    session: Session, known: Mapping[str, Organization], today: date
) -> dict[str, Event]:
    """Add the events; by key."""
    maker = _Maker(
        known,
        {space.code: space for space in session.scalars(select(Space))},
        {topic.slug: topic for topic in session.scalars(select(Topic))},
        today,
        {},
    )
    for wanted in DEMO_EVENTS:
        session.add(maker.make(wanted))
        # Parts find their parent's days derived.
        session.flush()
    return maker.made


@dataclass(frozen=True)
class _Maker:
    organizations: Mapping[str, Organization]
    spaces: Mapping[str, Space]
    topics: Mapping[str, Topic]
    today: date
    made: dict[str, Event]

    def make(self, wanted: DemoEvent) -> Event:
        """The event that is described."""
        place = _PLACES.get(wanted.city or "")
        parent = self.made.get(wanted.parent or "")
        start, end = self._dates(wanted, parent)
        hours = [parse_clock(text) for text in wanted.hours or ()]
        organizers = [needed(self.organizations, acronym) for acronym in wanted.organizers]
        partners = [needed(self.organizations, acronym) for acronym in wanted.partners]
        event = Event(
            key=wanted.key,
            space=self.spaces.get(wanted.space or ""),
            edition=wanted.edition,
            series=wanted.series,
            name_en=wanted.names[0],
            name_es=wanted.names[1],
            name_pt=wanted.names[2],
            kind=wanted.kind,
            start_date=start,
            end_date=end,
            start_time=hours[0] if hours else None,
            end_time=hours[1] if hours else None,
            timezone=place.zone if place else wanted.zone,
            venue=f"Demo Hall, {place.city}" if place else None,
            city=place.city if place else None,
            country=place.country if place else None,
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            mode=wanted.mode,
            status=wanted.status,
            visibility=wanted.visibility,
            owner=organizers[0] if organizers else needed(self.organizations, "LACNIC"),
            parent=parent,
            relation=wanted.relation if parent else None,
            languages=wanted.languages,
            description=wanted.description,
            url=f"https://events.example.org/{wanted.key}",
            join_url="https://meet.example.org/demo" if wanted.mode == "online" else None,
            synthetic=True,
            source="synthetic",
            organization_links=[
                EventOrganization(organization=organization, role=role, position=position)
                for role, group in (("organizer", organizers), ("partner", partners))
                for position, organization in enumerate(group)
            ],
            topic_links=[
                EventTopic(topic=self.topics[slug]) for slug in wanted.topics if slug in self.topics
            ],
        )
        self.made[wanted.key] = event
        return event

    def _dates(self, wanted: DemoEvent, parent: Event | None) -> tuple[str | None, str | None]:
        if wanted.months is not None:
            month = _month(self.today, wanted.months)
            return month, month
        if wanted.start is None:
            return None, None
        base = self.today
        if parent is not None and parent.first_day is not None:
            base = parent.first_day
        first = base + timedelta(days=wanted.start)
        while parent is None and not wanted.exact and first.weekday() + wanted.days > _WORKING_DAYS:
            first += timedelta(days=1)
        return str(first), str(first + timedelta(days=wanted.days - 1))


def _month(day: date, ahead: int) -> str:
    months = day.year * 12 + day.month - 1 + ahead
    return f"{months // 12}-{months % 12 + 1:02}"
