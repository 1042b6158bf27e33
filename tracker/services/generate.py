"""Synthetic data of any size, marked as such and the same for the same seed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from flask_babel import gettext as _
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from tracker.errors import Conflict, DomainError
from tracker.models import Event, Organization, Person, Space, Topic
from tracker.models.base import utcnow
from tracker.models.changes import record_bulk
from tracker.services.bulk import derived, insert_giving_ids
from tracker.services.synthetic_attendance import add_attendances
from tracker.services.synthetic_events import Setting, add_events
from tracker.services.synthetic_people import Marks, add_organizations, add_people

Progress = Callable[[str, int, int], None]
_SPACES = (
    ("FORUM", "policy-forum", "Synthetic Forum", "Foro sintético", "Fórum sintético"),
    ("OPERATORS", "operators-meeting", "Synthetic Operators' Meeting",
     "Reunión sintética de operadores", "Reunião sintética de operadores"),
    ("SCHOOL", "training-programme", "Synthetic School", "Escuela sintética",
     "Escola sintética"),
    ("PROCESS", "intergovernmental-process", "Synthetic Process", "Proceso sintético",
     "Processo sintético"),
    ("COORDINATION", "coordination", "Synthetic Coordination", "Coordinación sintética",
     "Coordenação sintética"),
)  # fmt: skip


@dataclass(frozen=True)
class _Sizes:
    """How many rows of each are wanted."""

    events: int
    people: int
    organizations: int
    attendances: int

    def check(self) -> None:
        """Raise DomainError where they cannot be had."""
        if min(self.events, self.people, self.organizations, self.attendances) < 0:
            raise DomainError(_("The numbers of rows cannot be negative."))
        if self.attendances and not self.events:
            raise DomainError(_("Attendances need events."))


def generate(
    session: Session,
    *,
    events: int,
    people: int,
    organizations: int,
    attendances: int,
    seed: int,
    progress: Progress | None = None,
) -> None:
    """Write so many synthetic rows in bulk, as one Change without items.

    The events join the spaces and topics that are there; without a space, synthetic ones are
    made. `progress` is told the step, how many rows of it are done, and of how many. Raises
    Conflict where data of this seed is there already.
    """
    sizes = _Sizes(events, people, organizations, attendances)
    sizes.check()
    marks = Marks(seed=_checked_seed(session, seed), now=utcnow())
    tell = progress or _tell_nobody
    record_bulk(session, "generate", None)
    employers = add_organizations(session, marks, sizes.organizations, tell)
    crowd = add_people(session, marks, sizes.people, employers, tell)
    setting = _setting(session, marks, employers.ids) if events else Setting((), (), (), False)
    meetings = add_events(session, marks, sizes.events, setting, tell)
    add_attendances(session, marks, sizes.attendances, meetings, crowd, employers, tell)


def _tell_nobody(_step: str, _done: int, _total: int) -> None:
    pass


def _checked_seed(session: Session, seed: int) -> int:
    if seed < 0:
        raise DomainError(_("The seed cannot be negative."))
    used = or_(
        *(
            exists(select(column).where(column.startswith(start)))
            for column, start in (
                (Event.key, f"synthetic-{seed}-"),
                (Person.key, f"synthetic-{seed}-"),
                (Organization.acronym, f"SYN{seed}-"),
            )
        )
    )
    if session.scalar(select(used)):
        raise Conflict(_("There is synthetic data of seed %(seed)d already.", seed=seed))
    return seed


def _setting(session: Session, marks: Marks, organizations: list[int]) -> Setting:
    known = tuple(session.scalars(select(Space.id).order_by(Space.code)))
    topics = tuple(session.scalars(select(Topic.id).order_by(Topic.slug)))
    spaces = known or _add_spaces(session, marks.seed, marks.now, organizations)
    return Setting(spaces, topics, tuple(organizations), numbered=not known)


def _add_spaces(
    session: Session, seed: int, now: datetime, organizations: list[int]
) -> tuple[int, ...]:
    rng = Random(f"{seed}:spaces")
    rows = [
        derived(
            Space,
            code=f"SYN{seed}-{code}",
            name_en=english,
            name_es=spanish,
            name_pt=portuguese,
            kind=kind,
            organizer_id=rng.choice(organizations) if organizations else None,
            scope="regional",
            since_year=2012,
            synthetic=True,
            source="synthetic",
            created_at=now,
            updated_at=now,
        )
        for code, kind, english, spanish, portuguese in _SPACES
    ]
    return tuple(insert_giving_ids(session, Space, rows))
