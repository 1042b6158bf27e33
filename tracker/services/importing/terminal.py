"""An import at the terminal: the same staging and preview, applied as far as it is certain."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import DomainError
from tracker.formats.attendees import TERMINAL
from tracker.models import Event, ImportBatch, ImportIndividual, Person, User
from tracker.services.importing.applying import ApplySummary, apply_batch
from tracker.services.importing.decisions import answer, set_options
from tracker.services.importing.gathering import Progress
from tracker.services.importing.outcome import as_data, totals
from tracker.services.importing.preview import individuals_query, questions_query
from tracker.services.importing.staging import read_again, receive
from tracker.services.importing.words import reason_text

MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import at the terminal came to: lines to print, and its preview as data if asked."""

    lines: list[str]
    preview: dict[str, Any] | None


def import_file(
    session: Session,
    key: str,
    path: Path,
    *,
    dry_run: bool,
    as_json: bool,
    format_: str,
    doubtful: str,
    dates: str | None,
    minimum_minutes: int | None,
    no_shows: bool | None,
    by: str | None,
    progress: Progress,
) -> Imported:
    """Stage a file and, but for a dry run, apply what is certain; raises DomainError.

    `doubtful` says what becomes of questions: `leave` them for the site, take the `first`
    candidate, `create` somebody new, or `skip` the row.
    """
    event, user = _event(session, key), _user(session, by)
    if not path.is_file():
        # A pipe or a device cannot be read twice, and may never end.
        raise DomainError(_("%(file)s: It is no file. Save it as one first.", file=path.name))
    with path.open("rb") as file:
        batch = receive(
            session, event, file, path.name, user, format=format_, dates=dates, limits=TERMINAL,
            progress=progress,
        )  # fmt: skip
    if batch.status == "received":
        if batch.reading["ask"] != "dates" or dates is None:
            raise DomainError(_asked(batch))
        read_again(session, batch, user, dates=dates)
    set_options(
        session, batch, user, minimum_minutes=minimum_minutes,
        mark_no_shows=batch.mark_no_shows if no_shows is None else no_shows,
    )  # fmt: skip
    # A hundred thousand people as data fill the memory, so only where somebody wants them.
    found = as_data(session, batch) if as_json else None
    lines = [*_in_lines(session, batch)]
    if not dry_run:
        if doubtful != "leave":
            _decide(session, batch, user, doubtful)
        lines.append(_applied(apply_batch(session, batch, user, progress)))
    return Imported(lines, found)


def _event(session: Session, key: str) -> Event:
    event = session.scalar(select(Event).where(Event.key == key, Event.deleted_at.is_(None)))
    if event is None:
        raise DomainError(_("There is no event “%(key)s”.", key=key))
    return event


def _user(session: Session, email: str | None) -> User | None:
    if email is None:
        return None
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    if user is None:
        raise DomainError(_("There is no account “%(email)s”.", email=email))
    return user


def _asked(batch: ImportBatch) -> str:
    if batch.reading["ask"] == "dates":
        readings = [f"{r['order']}: {r['first']} – {r['last']}" for r in batch.reading["readings"]]
        return _(
            "Its dates do not tell that it is of this event: say how to read them with --dates "
            "(%(readings)s).",
            readings=", ".join(readings),
        )
    titles = ", ".join(batch.reading.get("heading") or ())
    return _(
        "What its columns mean has to be said on the site once, under the event's Attendance: "
        "%(titles)s.",
        titles=titles,
    )


def _decide(session: Session, batch: ImportBatch, user: User | None, how: str) -> None:
    for one in session.scalars(questions_query(batch)).all():
        person = session.get(Person, one.candidates[0]["person"]) if one.candidates else None
        if how == "first":
            if person is not None:
                answer(session, one, "person", user, person=person)
        elif how == "skip" or one.label != one.email:
            answer(session, one, how, user)


def _in_lines(session: Session, batch: ImportBatch) -> Iterator[str]:
    data = totals(session, batch)
    people = session.scalars(
        individuals_query(batch)
        .where(ImportIndividual.match.in_(("decision", "new")))
        .order_by(ImportIndividual.number)
        .limit(MOST_NAMED + 1)
    ).all()
    for name in ("format", "language", "source_rows", "individuals", "minutes_total"):
        yield f"{name:14} {data[name] if data[name] is not None else '–'}"
    for name in ("set_aside", "by_match", "by_status", "by_role"):
        yield f"{name:14} {', '.join(f'{k} {v}' for k, v in data[name].items()) or '–'}"
    for one in people[:MOST_NAMED]:
        why = f": {reason_text(one.reason)}" if one.match == "decision" else ""
        yield f"{one.match:14} {one.label}{why}"
    if len(people) > MOST_NAMED:
        yield "               …"


def _applied(done: ApplySummary) -> str:
    return _(
        "Recorded %(recorded)d, changed %(updated)d, unchanged %(unchanged)d; new people "
        "%(created)d; no-shows %(no_shows)d; questions left for the site %(left)d.",
        recorded=done.recorded, updated=done.updated, unchanged=done.unchanged,
        created=done.created_people, no_shows=done.no_shows, left=done.left,
    )  # fmt: skip
