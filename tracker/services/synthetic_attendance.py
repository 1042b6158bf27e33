"""Synthetic attendances: a few people everywhere, many people once."""

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from random import Random

from sqlalchemy.orm import Session

from tracker.models import Attendance
from tracker.models.attendance import join_roles
from tracker.services.bulk import Row, in_chunks, insert_rows
from tracker.services.synthetic_events import PRESENT, Meeting
from tracker.services.synthetic_people import Crowd, Employers, Job, Marks, skewed

CHUNK = 10_000
_ROLES = (
    ("attendee",) * 150
    + tuple(
        join_roles(roles)
        for roles in (
            *[["speaker"]] * 14, *[["panelist"]] * 9, *[["delegate"]] * 8, *[["moderator"]] * 5,
            *[["trainer"]] * 4, *[["organizer"]] * 4, *[["staff"]] * 3, *[["rapporteur"]] * 2,
            *[["exhibitor"]] * 2, ["speaker", "moderator"], ["organizer", "speaker"],
            ["trainer", "organizer"],
        )
    )
)  # fmt: skip
_HELD = ("attended",) * 84 + ("no-show",) * 8 + ("registered",) * 5 + ("cancelled",) * 3
_COMING = ("planned",) * 6 + ("registered",) * 13 + ("cancelled",)
_CALLED_OFF = ("cancelled",) * 3 + ("registered",) * 2
_MODES = {
    "in-person": ("in-person",),
    "online": ("online",),
    "hybrid": ("in-person",) * 11 + ("online",) * 7 + ("both",) + ("unknown",),
    "unknown": ("unknown",),
}
_DEVICES = ("iPhone", "Galaxy A54", "Dial-in", "Invitado", "Convidado", "Sala 2")
_UNIDENTIFIED = 0.02


def add_attendances(
    session: Session,
    marks: Marks,
    count: int,
    meetings: list[Meeting],
    crowd: Crowd,
    employers: Employers,
    tell: Callable[[str, int, int], None],
) -> None:
    """Write attendances, spread unevenly over the events and over the people."""
    rng = Random(f"{marks.seed}:attendances")
    done = 0
    tell("attendances", 0, count)
    for rows in in_chunks(_attendances(rng, marks, count, meetings, crowd, employers), CHUNK):
        insert_rows(session, Attendance, rows)
        done += len(rows)
        tell("attendances", done, count)


def _attendances(
    rng: Random,
    marks: Marks,
    count: int,
    meetings: list[Meeting],
    crowd: Crowd,
    employers: Employers,
) -> Iterator[Row]:
    common = marks.common() | {"origin": "synthetic"}
    for meeting, size in zip(meetings, _shares(rng, count, len(meetings)), strict=True):
        statuses, modes = _statuses(meeting), _MODES[meeting.mode]
        day = meeting.first_day.toordinal() if meeting.first_day else None
        for number, person in enumerate(_audience(rng, size, len(crowd.ids))):
            status = rng.choice(statuses)
            mode = rng.choice(modes) if status == "attended" else "unknown"
            yield {
                "event_id": meeting.id,
                **_who(rng, number, person, day, crowd, employers),
                "role": rng.choice(_ROLES),
                "status": status,
                "mode": mode,
                "minutes": rng.randint(5, 180) if mode == "online" and number % 5 else None,
                **common,
            }


def _shares(rng: Random, total: int, parts: int) -> Iterator[int]:
    """How many of the total go to each part: few get many; they add up to the total."""
    weights = [min(rng.paretovariate(1.3), 60.0) for _part in range(parts)]
    whole, before = sum(weights), 0
    for reached in accumulate(weights):
        up_to = min(total, round(total * reached / whole))
        yield up_to - before
        before = up_to


def _statuses(meeting: Meeting) -> tuple[str, ...]:
    if meeting.cancelled:
        return _CALLED_OFF
    coming = meeting.first_day is None or meeting.first_day >= PRESENT
    return _COMING if coming else _HELD


def _audience(rng: Random, size: int, people: int) -> Iterable[int | None]:
    """Indexes of so many different people; None for somebody nobody could identify."""
    named = min(people, size - sum(rng.random() < _UNIDENTIFIED for _each in range(size)))
    if named * 3 > people:
        chosen = rng.sample(range(people), named)
    else:
        drawn: dict[int, None] = {}
        while len(drawn) < named:
            drawn[skewed(rng, people)] = None
        chosen = list(drawn)
    return [*chosen, *[None] * (size - named)]


def _who(
    rng: Random,
    number: int,
    person: int | None,
    day: int | None,
    crowd: Crowd,
    employers: Employers,
) -> Row:
    """The person or label, and what was true of them that day (DESIGN 3.7)."""
    if person is None:
        label = f"{rng.choice(_DEVICES)} {number}"
        return {
            "person_id": None, "label": label, "organization_id": None, "country": None,
            "stakeholder_group": None,
        }  # fmt: skip
    job = _job_on(crowd.jobs[person], day)
    country = crowd.countries[person]
    return {
        "person_id": crowd.ids[person],
        "label": None,
        "organization_id": employers.ids[job.organization] if job else None,
        "country": country or (employers.countries[job.organization] if job else None),
        "stakeholder_group": employers.groups[job.organization] if job else None,
    }


def _job_on(jobs: tuple[Job, ...], day: int | None) -> Job | None:
    if day is None:
        return None
    return next((job for job in jobs if job.first <= day <= job.last), None)
