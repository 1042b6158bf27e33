"""What waits for a person on the first page, each with the verb that settles it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any

from flask_babel import gettext as _, ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.access import EDIT, WRITE, has_permission
from tracker.i18n import number, person_name
from tracker.models import Attendance, Event, Organization, Person, User
from tracker.services.calendars.lists import WaitingSource, waiting_sources
from tracker.services.calendars.words import why_unreadable
from tracker.services.duplicates import waiting_duplicates
from tracker.services.feeds import of_organization
from tracker.services.importing.waiting import Waiting as WaitingImport, waiting_imports
from tracker.services.plan_gaps import Gap
from tracker.services.planning import is_unconfirmed
from tracker.services.visibility import visible_to

RECENT = timedelta(days=60)
SOON = timedelta(days=180)
MOST_OF_A_KIND = 3


@dataclass(frozen=True)
class Task:
    """Something that waits for a person, with the verb that settles it and where."""

    title: str
    detail: str
    verb: str
    page: str
    arguments: Mapping[str, Any]


def waiting(
    session: Session, user: User, gaps: Sequence[Gap], today: date, language: str
) -> list[Task]:
    """What waits for this user, the first few of each kind."""
    if not has_permission(user, WRITE):
        return []
    start = datetime.combine(today, time(), UTC)
    kinds: tuple[Iterable[Task], ...] = (
        _to_confirm(session, user, start, language),
        _to_decide(session, user, language),
        _calendars(session, user),
        _to_review(session, user),
        _to_settle(session, user, start, language),
        (_gap(gap, language) for gap in gaps[:MOST_OF_A_KIND]),
    )
    return list(chain.from_iterable(kinds))


def _to_confirm(session: Session, user: User, start: datetime, language: str) -> list[Task]:
    query = (
        select(Event, func.count(Attendance.id))
        .join(Attendance, Attendance.event_id == Event.id)
        .where(
            is_unconfirmed(),
            visible_to(user),
            Event.status != "cancelled",
            Event.ends_at <= start,
            Event.ends_at > start - RECENT,
        )
        .group_by(Event.id)
        .order_by(Event.starts_at.desc())
        .limit(MOST_OF_A_KIND)
    )
    if user.organization_id is not None:
        query = query.where(Attendance.organization_id == user.organization_id)
    return [
        Task(
            _("Who came to %(name)s?", name=event.name_in(language)),
            ngettext(
                "%(num)d planned person, not yet confirmed",
                "%(num)d planned people, not yet confirmed",
                people,
            ),
            _("Confirm"),
            "attendance.index",
            {"key": event.key, "_anchor": "confirm"},
        )
        for event, people in session.execute(query)
    ]


def _to_decide(session: Session, user: User, language: str) -> list[Task]:
    return [
        Task(
            _("Import for %(event)s", event=waits.event.name_in(language)),
            _import_detail(waits),
            _("Decide") if waits.open or waits.batch.status == "received" else _("Review"),
            "imports.reading" if waits.batch.status == "received" else "imports.show",
            {"key": waits.event.key, "batch_id": waits.batch.id},
        )
        for waits in waiting_imports(session, user, MOST_OF_A_KIND)
    ]


def _import_detail(waits: WaitingImport) -> str:
    if waits.batch.status == "received":
        return _("a question about its columns or dates")
    if not waits.open:
        return ngettext(
            "%(num)d person matched, ready to record",
            "%(num)d people matched, ready to record",
            waits.individuals,
        )
    return _(
        "%(matched)s of %(all)s matched, %(open)s to decide",
        matched=number(waits.individuals - waits.open),
        all=number(waits.individuals),
        open=number(waits.open),
    )


def _calendars(session: Session, user: User) -> list[Task]:
    """Calendars brought in that ask something, have something new, or cannot be read."""
    if not has_permission(user, EDIT):
        return []
    return [
        Task(
            _("Calendar “%(name)s”", name=waits.source.name),
            _calendar_detail(waits),
            _("Decide") if waits.figures.to_decide else _("Review"),
            "calendar_sources.show",
            {"source_id": waits.source.id},
        )
        for waits in waiting_sources(session, user, MOST_OF_A_KIND)
    ]


def _calendar_detail(waits: WaitingSource) -> str:
    if waits.source.error:
        return why_unreadable(waits.source.error)
    if to_decide := waits.figures.to_decide:
        return ngettext("%(num)d to decide", "%(num)d to decide", to_decide)
    ready = waits.figures["new"] + waits.figures["changed"]
    return ngettext("%(num)d to record", "%(num)d to record", ready)


def _to_review(session: Session, user: User) -> list[Task]:
    if not has_permission(user, EDIT):
        return []
    return [
        Task(
            _("Likely the same"),
            _(
                "“%(first)s” and “%(second)s”",
                first=_called(pair.first),
                second=_called(pair.second),
            ),
            _("Review"),
            f"duplicates.{pair.noun}",
            {},
        )
        for pair in waiting_duplicates(session, 2)
    ]


def _called(thing: Person | Organization) -> str:
    return thing.acronym if isinstance(thing, Organization) else person_name(thing)


def _to_settle(session: Session, user: User, start: datetime, language: str) -> list[Task]:
    organization = user.organization
    if organization is None:
        return []
    query = (
        select(Event)
        .where(
            visible_to(user),
            of_organization(organization),
            Event.ends_at > start,
            Event.starts_at < start + SOON,
            (Event.status == "tentative") | (func.length(Event.start_date) < len("YYYY-MM-DD")),
            Event.status != "cancelled",
        )
        .order_by(Event.starts_at)
        .limit(MOST_OF_A_KIND)
    )
    return [
        Task(
            event.name_in(language),
            _("tentative, not yet confirmed") if event.has_days else _("the days are not set"),
            _("Confirm") if event.has_days else _("Set days"),
            "events.edit",
            {"key": event.key},
        )
        for event in session.scalars(query)
    ]


def _gap(gap: Gap, language: str) -> Task:
    return Task(
        gap.event.name_in(language),
        _("nobody is planned to go"),
        _("Assign"),
        "plans.index",
        {"assign": gap.event.key},
    )
