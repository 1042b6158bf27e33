"""Invented people and their attendance reports, in any number."""

import random
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Affiliation, Organization, Person, PersonEmail
from tracker.models.base import utcnow
from tracker.models.changes import record_bulk
from tracker.services.bulk import derived, in_chunks, insert_giving_ids, insert_rows

_CONSONANTS = "b c d f g l m n p r s t v z ch qu rr".split()
_VOWELS = "a e i o u an en es ar é".split()
_SYLLABLES = [consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS]


def _words(source: random.Random, count: int) -> list[str]:
    return [
        "".join(source.choices(_SYLLABLES, k=source.choice((2, 3)))).title() for _ in range(count)
    ]


# As many and as unevenly spread as real ones.
_GIVEN = _words(random.Random(1), 500)
_FAMILY = _words(random.Random(2), 3000)


def name_of(number: int) -> str:
    """The name of the person of this number."""
    draw = random.Random(number)
    given = _GIVEN[int(len(_GIVEN) * draw.random() ** 2)]
    return f"{given} {draw.choice(_FAMILY)} {draw.choice(_FAMILY)}"


def add_people(session: Session, count: int) -> None:
    """So many people with an address each, half of them affiliated."""
    organizations = session.scalars(select(Organization.id).limit(50)).all()
    for numbers in in_chunks(range(count), 5000):
        now = utcnow()
        people = [
            derived(
                Person, key=f"bench-{n}", name=name_of(n), country="UY", synthetic=True, version=1,
                created_at=now, updated_at=now,
            )
            for n in numbers
        ]  # fmt: skip
        ids = insert_giving_ids(session, Person, people)
        addresses = [
            {"person_id": id_, "address": f"bench{n}@example.org"}
            for id_, n in zip(ids, numbers, strict=True)
        ]
        insert_rows(session, PersonEmail, addresses)
        affiliations = [
            derived(
                Affiliation, person_id=id_, organization_id=organizations[id_ % len(organizations)],
                start_date="2015", end_date=None,
            )
            for id_ in ids[::2]
        ]  # fmt: skip
        insert_rows(session, Affiliation, affiliations)
    record_bulk(session, "bench", None)
    session.commit()


def report(rows: int, day: date, known: int, first_guest: int) -> Iterator[str]:
    """The lines of a Zoom report: seven in ten of those known, under their address, others new."""
    yield "Name (original name),Email,Join time,Leave time,Duration (minutes)\n"
    for n in range(rows):
        if n % 10 < 7:
            name, email = name_of(n % known), f"bench{n % known}@example.org"
        else:
            guest = first_guest + n
            name, email = name_of(guest), f"guest{guest}@example.net"
        moment = f"{day:%m/%d/%Y}"
        yield f"{name},{email},{moment} 02:{n % 60:02}:00 PM,{moment} 03:30:00 PM,60\n"
