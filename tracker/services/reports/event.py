"""One event by the numbers: who was there, from where, in what role, and what was published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.formats.tables import Cell, Table
from tracker.i18n import country_name, format_day, language
from tracker.labels import label
from tracker.models import Event, Space
from tracker.services.counting.dimensions import (
    ATTENDANCE_COLUMNS,
    origin_of,
    region_of,
)
from tracker.services.counting.events import is_edition
from tracker.services.counting.facts import cancelled_events, first_attendance, session_hours
from tracker.services.counting.newcomers import (
    Editions,
    editions_of,
    newcomers,
    space_of_event,
    whole_space,
)
from tracker.services.counting.passes import By, Counted, EachRole, by_status, count
from tracker.services.counting.published import published
from tracker.services.counting.sets import CountedSet
from tracker.services.counting.tally import Tally, tally
from tracker.services.reports import method, tables
from tracker.services.reports.published import published_table
from tracker.services.reports.question import Question, set_of
from tracker.services.reports.regions import regions
from tracker.services.reports.report import Answer, Measure, Value, measures_of, table
from tracker.services.reports.suppression import Origin, hide_small_cells

TITLES = {
    "events": _l("Events"),
    "attendances": _l("Attendances"),
    "people": _l("People"),
    "unidentified": _l("Unidentified attendances"),
    "participants": _l("Participants"),
    "registrations": _l("Registrations"),
    "no_shows": _l("No-shows"),
    "countries": _l("Countries"),
    "organizations": _l("Organizations"),
    "newcomers": _l("Newcomers"),
    "sessions": _l("Sessions"),
    "session_hours": _l("Session-hours"),
}
REGISTERED = ("registered", "attended", "no-show")
SESSIONS_BY_KIND = ("key", "label", "sessions", "hours")
_ONE_COLUMN = (
    "attendance_mode", "attendance_country", "stakeholder_group", "organization", "gender",
)  # fmt: skip


@dataclass(frozen=True)
class _Past:
    """The space of an event, and its editions."""

    space: Space
    editions: Editions


@dataclass(frozen=True)
class _Room:
    """One event's set, counted; `new` are the newcomers, None where nobody can know."""

    counted: CountedSet
    past: _Past | None
    tally: Tally
    new: frozenset[int] | None
    new_by: Counted | None


def event_report(session: Session, asked: Question) -> Answer:
    """The report of an event and everything part-of it."""
    event = asked.subject
    assert isinstance(event, Event)
    room = _room(session, asked, event, _past(session, asked, event))
    measures, silent, hours_by_kind = _measures(session, event, room)
    earlier = previous_edition(session, asked, event)
    cancelled = cancelled_events(session, room.counted)
    of_people = (*_breakdowns(session, room), _newcomers_by_region(room))
    if asked.user is None:
        of_people = hide_small_cells(
            of_people, regions(session), scheme=asked.scheme, origins=_origins(room)
        )
    return Answer(
        measures,
        (
            *of_people,
            tables.event_list("sessions", _("Sessions"), room.tally, _sessions(event, room)),
            _sessions_by_kind(event, room, hours_by_kind),
            _compared(session, asked, room, earlier, measures),
            published_table(published(session, room.counted.events())),
            tables.cancelled_list(cancelled.values()),
        ),
        (
            method.whose_view(asked.user),
            *method.which_events(asked.wanted),
            _("Counted are the event and everything that is part of it, at any depth; what is "
              "co-located has a report of its own."),
            *method.left_out(room.tally.facts, len(cancelled)),
            method.unidentified(room.tally),
            method.range_of_participants(silent),
            _region_scheme(asked),
            _first_recorded(session, room),
        ),
    )  # fmt: skip


def _past(session: Session, asked: Question, event: Event) -> _Past | None:
    space = session.get(Space, space_of_event(session, event) or 0)
    return _Past(space, editions_of(session, space, asked.user, asked.today)) if space else None


def _measured(session: Session, asked: Question, event: Event, past: _Past | None) -> _Room:
    """What the measures of an event need, and no more."""
    counted = set_of(session, asked).settled(session)
    by = {name: By(ATTENDANCE_COLUMNS[name]) for name in ("attendance_country", "organization")}
    new = newcomers(session, event, counted, past.editions) if past else None
    return _Room(counted, past, tally(session, counted, (), by), new, None)


def _room(session: Session, asked: Question, event: Event, past: _Past | None) -> _Room:
    counted = set_of(session, asked).settled(session)
    region = By(region_of(asked.scheme))
    by = {name: By(ATTENDANCE_COLUMNS[name]) for name in _ONE_COLUMN}
    by["origin"] = By(origin_of())
    by["role"] = By(ATTENDANCE_COLUMNS["role"], EachRole())
    found = tally(session, counted, ("kind",), {**by, "region": region})
    new, new_by = _new(session, event, counted, past, region)
    return _Room(counted, past, found, new, new_by)


def _new(
    session: Session, event: Event, counted: CountedSet, past: _Past | None, region: By
) -> tuple[frozenset[int] | None, Counted | None]:
    if past is None:
        return None, None
    new = newcomers(session, event, counted, past.editions)
    if new is None:
        return None, None
    return new, count(
        session, counted, {"region": region, "origin": By(origin_of())}, only=new.__contains__
    )


def _sessions(event: Event, room: _Room) -> set[int]:
    """Ids of the parts of the event (rule 4)."""
    return room.tally.facts.keys() - {event.id}


def _measures(
    session: Session, event: Event, room: _Room
) -> tuple[tuple[Measure, ...], int, Mapping[str, float]]:
    """The measures, how many events say nothing of participants, and session-hours by kind."""
    found = room.tally.counted
    statuses = by_status(session, room.counted)
    participants, silent = room.tally.participants()
    parts = room.counted.events().where(Event.id != event.id)
    all_hours, hours_by_kind = session_hours(session, parts)
    values: dict[str, Value] = {
        "events": len(room.tally.facts),
        "attendances": found.attendances,
        "people": found.people,
        "unidentified": found.unidentified,
        "participants": participants,
        "registrations": sum(statuses.get(status, 0) for status in REGISTERED),
        "no_shows": statuses.get("no-show", 0),
        "countries": _known(found, "attendance_country"),
        "organizations": _known(found, "organization"),
        "newcomers": None if room.new is None else len(room.new),
        "sessions": len(_sessions(event, room)),
        "session_hours": all_hours,
    }
    return measures_of(TITLES, values), silent, hours_by_kind


def _known(found: Counted, name: str) -> int:
    return len(found.by[name].attendances.keys() - {None})


def _breakdowns(session: Session, room: _Room) -> Iterable[Table]:
    make, by = tables.attendance_breakdown, room.tally.by
    not_known = _("Not known")
    yield make("by_mode", _("By mode of attendance"), by("attendance_mode"), tables.words("mode"))
    yield make("by_region", _("By region"), by("region"), tables.words("region"))
    countries = tables.worded(country_name, not_known)
    yield make("by_country", _("By country"), by("attendance_country"), countries)
    groups = tables.words("stakeholder_group", not_known)
    yield make("by_stakeholder_group", _("By stakeholder group"), by("stakeholder_group"), groups)
    yield tables.by_organization(session, by("organization"), make)
    genders = tables.words("gender", not_known)
    yield make("by_gender", _("By gender, as people say themselves"), by("gender"), genders)
    yield make("by_role", _("As what"), by("role"), tables.words("attendance_role"))


def _newcomers_by_region(room: _Room) -> Table:
    """The newcomers of each region that people came from; none where nobody can know them."""
    new = room.new_by.by["region"] if room.new_by else None
    labels = tables.words("region")
    rows: list[tuple[Cell, ...]] = [
        (*labels(row.key), new.attendances.get(row.key, 0), new.people.get(row.key, 0))
        for row in room.tally.by("region")
        if new is not None
    ]
    title = _("Newcomers by region")
    return table("newcomers_by_region", title, tables.OF_ATTENDANCES, rows)


def _origins(room: _Room) -> list[Origin]:
    """Where people are from, as far as small cells have to be hidden."""
    new = room.new_by.by["origin"].people if room.new_by else {}
    return [
        Origin(row.key.rstrip("+"), row.people, new.get(row.key, 0), row.key.endswith("+"))
        for row in room.tally.by("origin")
    ]


def _sessions_by_kind(event: Event, room: _Room, hours: Mapping[str, float]) -> Table:
    kinds = [room.tally.facts[each].kind for each in _sessions(event, room)]
    rows: list[tuple[Cell, ...]] = [
        (kind, label("event_kind", kind), kinds.count(kind), hours.get(kind)) for kind in set(kinds)
    ]
    return table("sessions_by_kind", _("Sessions by kind"), SESSIONS_BY_KIND, rows)


def previous_edition(session: Session, asked: Question, event: Event) -> Event | None:
    """The edition of the same space before this one, as the reader sees them."""
    if event.space_id is None or event.first_day is None:
        return None
    space = session.get_one(Space, event.space_id)
    editions = whole_space(space, asked.user, asked.today).events()
    if not session.scalar(select(Event.id).where(Event.id == event.id, is_edition([space.id]))):
        return None
    query = (
        select(Event)
        .where(Event.id.in_(editions), is_edition([space.id]), Event.first_day < event.first_day)
        .order_by(Event.first_day.desc(), Event.key)
        .limit(1)
    )
    return session.scalar(query)


def _compared(
    session: Session,
    asked: Question,
    room: _Room,
    earlier: Event | None,
    measures: tuple[Measure, ...],
) -> Table:
    if earlier is None:
        return tables.comparison("compared", _("Compared with the previous edition"), (), ())
    # The period is the event's; the previous edition lies before it.
    wanted = replace(asked.wanted, first=None, last=None)
    before = replace(asked, subject=earlier, wanted=wanted)
    then = _measures(session, earlier, _measured(session, before, earlier, room.past))[0]
    title = _("Compared with %(event)s", event=earlier.name_in(language()))
    return tables.comparison("compared", title, measures, then)


def _region_scheme(asked: Question) -> str:
    return _("Regions are those of the scheme “%(scheme)s”; intergovernmental organizations have "
             "none and are a row of their own.", scheme=asked.scheme)  # fmt: skip


def _first_recorded(session: Session, room: _Room) -> str:
    if room.new is None or room.past is None:
        return _("Nobody can say who came for the first time: the event has no space, or no date.")
    since = first_attendance(session, room.past.editions.whole)
    if since is None:
        return _("No attendance is recorded in this space.")
    return _("Newcomers are first recorded here: without an attended record at an earlier edition "
             "of %(space)s, where records reach back to %(day)s.",
             space=room.past.space.name_in(language()), day=format_day(since))  # fmt: skip
