"""The invented people of the demonstration, and where they worked."""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import DomainError
from tracker.models import Affiliation, Organization, Person, PersonEmail
from tracker.models.text import slugify

# Name | country | gender | title | organization start..end, several with a comma between them.
_PEOPLE = """
Editor | UY | undisclosed | Head of strategic relations | LACNIC 2019-03..
María Núñez Pérez | UY | female | Policy manager | NIC.br 2016..2020, LACTLD 2021..
Iván Núñez | BR | male | Engenheiro de redes | NIC.br 2014..
Denise Baptiste | TT | female | Senior policy officer | CTU 2012..
Emilio Rojas | AR | male | Director ejecutivo | LAC-IX 2015..2025-02, CABASE 2025-03..
Gloria Hernández | CL | female | Gerente de relaciones académicas | RedCLARA 2017-06..
Graciela Olivera | UY | female | Coordinadora de capacitación | LACNIC 2010..
Andrés Cabrera | UY | male | Ingeniero de IPv6 | LACNIC 2013-08..
Sofía Etcheverry | UY | female | Analista de políticas públicas | LACNIC 2018..
Tomás Villalba | PY | male | Oficial de políticas | LACNIC 2016..2023, LACNOG 2024..
Camila Sepúlveda | CL | female | Gerente de comunidad | LACNIC 2020-02..
Rocío Benítez | UY | female | Relaciones gubernamentales | AGESIC 2014..2021-12, LACNIC 2022..
Ximena Quispe | BO | female | Security analyst | LACNIC 2021..
João Figueiredo | BR | male | Especialista em RPKI | NIC.br 2012..2022-06, LACNIC 2022-07..
Óscar Peña Muñoz | CO | male | Gerente de miembros | LACTLD 2015..
Ángel Castellanos | GT | male | Coordinador técnico | LACTLD 2018-04..
Débora Magalhães | BR | female | Analista de comunicação | LACTLD 2019..
Nicolás Arriagada | CL | male | Investigador | LACTLD 2022-09..
Camille Alleyne | BB | female | Stakeholder engagement manager | ICANN 2013..
Marlon Greenidge | TT | male | Technical engagement | CaribNOG 2012..2019, ICANN 2020..
Lucía Echeverría | AR | female | Gerente de participación | ICANN 2016..
Caetano Brandão | BR | male | Diretor de engajamento | ICANN 2014-05..
Valentina Ordóñez | PE | female | Program analyst | ICANN 2021-10..
Simone Campbell | JM | female | Policy advisor | ISOC 2015..
Martina Zúñiga | CR | female | Asesora regional | ISOC 2017..2024-08, APC 2024-09..
Joaquín Acuña | MX | male | Gerente de medición | ISOC 2019..
Letícia Falcão | BR | female | Gerente de políticas | ISOC 2018..
Jean-Robert Désir | HT | male | Community networks lead | ISOC 2020..
Raúl Gutiérrez | MX | male | Coordinador de IXP | LAC-IX 2016..
Beatriz Simões | BR | female | Analista de tráfego | LAC-IX 2019..
Facundo Bermúdez | AR | male | Peering coordinator | CABASE 2010..2020, LAC-IX 2021..
Hernán Cáceres | AR | male | Presidente del comité de programa | LACNOG 2013..
Inés Urrutia | UY | female | Comité de programa | LACNOG 2018..
Wilmer Mamani | BO | male | Ingeniero | ENTEL 2011..2021, LACNOG 2022..
Julián Pineda | CO | male | Director técnico | RedCLARA 2012..
Noelia Solís | CR | female | Gestora de proyectos | RedCLARA 2019..
Itzel Morales Xol | GT | female | Analista de redes | RedCLARA 2021-05..
Tiago Sampaio | BR | male | Instrutor de BGP | NIC.br 2015..
Júlia Cavalcanti | BR | female | Gerente de projetos | NIC.br 2017..
Raíssa do Nascimento | BR | female | Pesquisadora | Cetic.br 2014..
Márcio Assunção | BR | male | Coordenador de pesquisas | Cetic.br 2016..2022, CGI.br 2023..
Nerissa Ramsaran | TT | female | Programme coordinator | CTU 2017..
Curtis Thompson-Reid | GY | male | Communications specialist | CARICOM 2013..2019, CTU 2020..
Keisha Joseph | LC | female | Programme committee | CaribNOG 2015..
Dwayne Rolle | BS | male | Network engineer | CaribNOG 2018..
Indira Persaud | GY | female | Policy analyst | CARICOM 2016..
Devon O'Garro | AG | male | Conference manager | CANTO 2014..
Anika Braithwaite | BB | female | Outreach manager | ARIN 2016..
Garfield Clarke | JM | male | Caribbean outreach | ARIN 2012..2021-06, CANTO 2021-07..
Yolanda Reyes | SV | female | Coordinadora | APC 2015..
Belén Ibáñez | EC | female | Investigadora | APC 2018..
Gonzalo Martínez | UY | male | Asesor de gobierno digital | AGESIC 2016..
Alejandra Huamán | PE | female | Especialista principal | CITEL 2013..
Matías Etcheverry | CL | male | Oficial de asuntos económicos | ECLAC 2011..
Lívia Guimarães | BR | female | Economista | ECLAC 2018..
Íñigo Solís Peña | MX | male | Coordinador juvenil | Youth Observatory 2021..
Tainá dos Santos | BR | female | Voluntária | Youth Observatory 2022-03..
Roëlle Pinas | SR | female | Regulator liaison | COMTELCA 2017..2022, CTU 2023..
Agustín Villalba Rojas | AR | male | Director de asuntos regulatorios | ASIET 2014..
Wideline Toussaint | HT | female | Formatrice | ISOC 2019..2022, LACNIC 2023..
Sherwin Girigorie | CW | male | IXP operator | LAC-IX 2020..
Frantz Célestin | HT | male | | 
Anaïs Médard | GP | female | | 
"""  # noqa: W291


def demo_key(name: str) -> str:
    """The key of the demo person of this name."""
    return f"demo-{slugify(name)}"


def organizations_by_acronym(session: Session) -> dict[str, Organization]:
    """The organizations that there are."""
    return {each.acronym: each for each in session.scalars(select(Organization))}


def needed(known: Mapping[str, Organization], acronym: str) -> Organization:
    """The organization of that acronym; raises DomainError without the reference data."""
    if acronym not in known:
        raise DomainError(
            _(
                "The demonstration stands on the reference data, where “%(name)s” is missing. "
                "Run “flask setup” first.",
                name=acronym,
            )
        )
    return known[acronym]


def add_demo_people(session: Session, known: Mapping[str, Organization]) -> dict[str, Person]:
    """Add the people with their affiliations; by key."""
    people = [_person(line, known) for line in _PEOPLE.strip().splitlines()]
    session.add_all(people)
    session.flush()
    return {person.key: person for person in people}


def _person(line: str, known: Mapping[str, Organization]) -> Person:
    name, country, gender, title, jobs = (part.strip() for part in line.split("|"))
    return Person(
        key=demo_key(name),
        name=f"Demo {name}",
        country=country,
        gender=gender,
        synthetic=True,
        source="synthetic",
        emails=[PersonEmail(address=f"{slugify(name)}@demo.example.org")],
        affiliations=[_affiliation(job, title, known) for job in jobs.split(", ") if job],
    )


def _affiliation(job: str, title: str, known: Mapping[str, Organization]) -> Affiliation:
    acronym, _space, period = job.rpartition(" ")
    start, _dots, end = period.partition("..")
    return Affiliation(
        organization=needed(known, acronym),
        title=title,
        start_date=start,
        end_date=end or None,
        source="synthetic",
    )
