"""Synthetic organizations and people, and who worked where and when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import NamedTuple

from sqlalchemy.orm import Session

from tracker.models import Affiliation, Organization, Person, PersonEmail
from tracker.models.text import slugify
from tracker.services.bulk import Row, derived, in_chunks, insert_giving_ids, insert_rows
from tracker.services.synthetic_names import ORGANIZATION_SHAPES, any_place, person_name

CHUNK = 5_000
# Data of a seed is the same whenever it is made, so its present is a fixed one.
LAST_YEAR = 2026
_GENDERS = ("female",) * 23 + ("male",) * 23 + ("other",) + ("undisclosed",) * 3
_TITLES = (
    "Network engineer", "Directora de políticas públicas", "Analista", "Gerente de TI",
    "Policy officer", "Pesquisadora", "Asesor", "Coordenador", "Head of operations", None,
)  # fmt: skip

_HOSTS = ("example.org", "mail.example.org")


@dataclass(frozen=True)
class Marks:
    """What all rows of one run share: the seed that is in every key, and the time of writing."""

    seed: int
    now: datetime

    def common(self) -> Row:
        """The columns that every synthetic row has."""
        return {"source": "synthetic", "created_at": self.now, "updated_at": self.now}


class Job(NamedTuple):
    """An affiliation: first and last day as ordinals, and the organization's index."""

    first: int
    last: int
    organization: int


@dataclass(frozen=True)
class Employers:
    """The organizations made, by index."""

    ids: list[int] = field(default_factory=list)
    countries: list[str | None] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Crowd:
    """The people made, by index; jobs stand with the one that started last first."""

    ids: list[int] = field(default_factory=list)
    countries: list[str | None] = field(default_factory=list)
    jobs: list[tuple[Job, ...]] = field(default_factory=list)


Progress = Callable[[str, int, int], None]


def skewed(rng: Random, size: int) -> int:
    """An index below size; the lower, the more likely."""
    return int(size * rng.random() ** 1.7)


def add_organizations(session: Session, marks: Marks, count: int, tell: Progress) -> Employers:
    """Write organizations; one in four belongs to an earlier one."""
    rng = Random(f"{marks.seed}:organizations")
    made = Employers()
    tell("organizations", 0, count)
    # A first chunk apart, so that there is somebody to belong to.
    first = -(-count // 4)
    for numbers in (*in_chunks(range(first), CHUNK), *in_chunks(range(first, count), CHUNK)):
        rows = [_organization(rng, marks, number, made) for number in numbers]
        made.ids.extend(insert_giving_ids(session, Organization, rows))
        made.countries.extend(row["country"] for row in rows)
        made.groups.extend(row["stakeholder_group"] for row in rows)
        tell("organizations", len(made.ids), count)
    return made


def _organization(rng: Random, marks: Marks, number: int, made: Employers) -> Row:
    shape = rng.choice(ORGANIZATION_SHAPES)
    place = any_place(rng)
    acronym = f"SYN{marks.seed}-{number}"
    has_parent = bool(made.ids) and rng.random() < 0.33
    return derived(
        Organization,
        acronym=acronym,
        name_en=f"Synthetic {shape.en.format(place.city)} {number}",
        name_es=f"{shape.es.format(place.city)} {number} (sintético)",
        name_pt=f"{shape.pt.format(place.city)} {number} (sintético)",
        kind=shape.kind,
        stakeholder_group=shape.group,
        country=None if shape.kind == "intergovernmental" and rng.random() < 0.5 else place.country,
        headquarters_city=place.city,
        website=f"https://{acronym.lower()}.example.org/",
        parent_id=made.ids[skewed(rng, len(made.ids))] if has_parent else None,
        synthetic=True,
        **marks.common(),
    )


def add_people(
    session: Session, marks: Marks, count: int, employers: Employers, tell: Progress
) -> Crowd:
    """Write people, their addresses and their affiliations."""
    rng = Random(f"{marks.seed}:people")
    crowd = Crowd()
    tell("people", 0, count)
    for numbers in in_chunks(range(count), CHUNK):
        rows = [_person(rng, marks, number) for number in numbers]
        ids = insert_giving_ids(session, Person, rows)
        careers = [_career(rng, len(employers.ids)) for _person_id in ids]
        _add_emails(session, rng, ids, rows)
        _add_affiliations(session, rng, ids, careers, employers)
        crowd.ids.extend(ids)
        crowd.countries.extend(row["country"] for row in rows)
        crowd.jobs.extend(_jobs(career) for career in careers)
        tell("people", len(crowd.ids), count)
    return crowd


def _person(rng: Random, marks: Marks, number: int) -> Row:
    country = any_place(rng).country
    return derived(
        Person,
        key=f"synthetic-{marks.seed}-p{number}",
        name=person_name(rng, country),
        country=country if rng.random() < 0.85 else None,
        gender=rng.choice(_GENDERS) if rng.random() < 0.5 else None,
        synthetic=True,
        **marks.common(),
    )


def _add_emails(session: Session, rng: Random, ids: list[int], people: list[Row]) -> None:
    rows = [
        {"person_id": person_id, "address": f"{_mailbox(person)}@{host}"}
        for person_id, person in zip(ids, people, strict=True)
        for host in _HOSTS[: rng.choices((0, 1, 2), (10, 80, 10))[0]]
    ]
    insert_rows(session, PersonEmail, rows)


def _mailbox(person: Row) -> str:
    return f"{slugify(person['name'])}.{person['key'].removeprefix('synthetic-')}"


class _Stay(NamedTuple):
    """An affiliation in the making, in the words of the load format."""

    organization: int
    start: str
    end: str | None
    derived: Row


def _career(rng: Random, organizations: int) -> list[_Stay]:
    """One to three affiliations one after the other, sometimes with another beside them."""
    if not organizations or rng.random() < 0.04:
        return []
    stays: list[_Stay] = []
    year = rng.randint(2000, 2020)
    start: str | None = rng.choice(("", f"{year}", f"{year}-{rng.randint(1, 12):02}"))
    while start is not None:
        year, month = year + rng.randint(1, 6), rng.randint(2, 12)
        moves = len(stays) < 2 and year <= LAST_YEAR and rng.random() < 0.3
        end = f"{year}-{month - 1:02}" if moves else None
        stays.append(_stay(skewed(rng, organizations), start, end))
        start = f"{year}-{month:02}-01" if moves else None
    if rng.random() < 0.08:
        side_year = rng.randint(2012, LAST_YEAR - 2)
        stays.append(
            _stay(
                skewed(rng, organizations),
                f"{side_year}-{rng.randint(1, 12):02}-15",
                f"{side_year + 1}",
            )
        )
    return stays


def _stay(organization: int, start: str, end: str | None) -> _Stay:
    return _Stay(organization, start, end, derived(Affiliation, start_date=start, end_date=end))


def _add_affiliations(
    session: Session,
    rng: Random,
    ids: list[int],
    careers: list[list[_Stay]],
    employers: Employers,
) -> None:
    rows = [
        {
            "person_id": person_id,
            "organization_id": employers.ids[stay.organization],
            "title": rng.choice(_TITLES),
            "source": "synthetic",
            **stay.derived,
        }
        for person_id, career in zip(ids, careers, strict=True)
        for stay in career
    ]
    insert_rows(session, Affiliation, rows)


def _jobs(career: list[_Stay]) -> tuple[Job, ...]:
    """The affiliations as DESIGN 3.7 ranks them; no two of a person start on one day."""
    jobs = (
        Job(
            (stay.derived["first_day"] or date.min).toordinal(),
            (stay.derived["last_day"] or date.max).toordinal(),
            stay.organization,
        )
        for stay in career
    )
    return tuple(sorted(jobs, key=lambda job: -job.first))
