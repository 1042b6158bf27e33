"""How a report was counted, in sentences: filter, exclusions, unknowns, reach, cut-off."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask_babel import gettext as _, ngettext
from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from tracker.i18n import country_name, format_day, format_moment, language, number
from tracker.labels import label
from tracker.models import Organization
from tracker.models.base import utcnow
from tracker.models.changes import current_revision
from tracker.services.counting_organization import OwnEvents, first_recorded
from tracker.services.filters import EventFilter


@dataclass(frozen=True)
class Basis:
    """What the figures rest on: the events, the attendances, and how many say nothing."""

    events: RowMapping
    named: RowMapping
    silent: int
    cancelled: int = 0


def method_of(session: Session, own: OwnEvents, basis: Basis, rollup: bool) -> tuple[str, ...]:
    """The method of an organization's report."""
    lines = (
        _audience(own),
        _period(own.wanted),
        _filter(own.wanted),
        _("An organization took part in an event that it organized or partnered, or where an "
          "attendance with status attended represents it, as recorded at the event."),
        _rollup(session, own) if rollup else "",
        *_exclusions(basis),
        *_unknowns(basis),
        *_reach(session, own),
        _("Data as of %(moment)s UTC, revision %(revision)s.",
          moment=format_moment(utcnow()), revision=current_revision(session)),
    )  # fmt: skip
    return tuple(line for line in lines if line)


def _audience(own: OwnEvents) -> str:
    if own.user is None:
        return _("Only public events are counted; whoever is signed in may see more.")
    return _("Counted are the events you may see: public ones, those for everyone signed in, and "
             "those of your organization.")  # fmt: skip


def _period(wanted: EventFilter) -> str:
    partial = _("An event known to a month or year is in if that whole month or year is.")
    first, last = wanted.first, wanted.last
    if first and last:
        days = _("Events whose local start date is from %(first)s to %(last)s.",
                 first=format_day(first), last=format_day(last))  # fmt: skip
    elif first:
        days = _("Events whose local start date is %(first)s or later.", first=format_day(first))
    elif last:
        days = _("Events whose local start date is %(last)s or earlier.", last=format_day(last))
    else:
        return _("Everything recorded, undated events included.")
    return f"{days} {partial}"


def _filter(wanted: EventFilter) -> str:
    chosen = [f"{name}: {', '.join(values)}" for name, values in filter_in_words(wanted) if values]
    return _("Filter: %(filter)s.", filter="; ".join(chosen)) if chosen else _("No other filter.")


def filter_in_words(wanted: EventFilter) -> Iterable[tuple[str, list[str]]]:
    """Each field of a filter and its values, as people read them."""
    code = language()
    yield _("Search"), [wanted.q] if wanted.q else []
    yield _("Space"), [space.name_in(code) for space in wanted.space]
    yield _("Organized by"), [each.acronym for each in wanted.organization]
    yield _("Country"), [country_name(alpha2) for alpha2 in wanted.country]
    yield _("Grouping"), [grouping.name for grouping in wanted.grouping]
    yield _("Kind"), [label("event_kind", kind) for kind in wanted.kind]
    yield _("Mode"), [label("mode", mode) for mode in wanted.mode]
    yield _("Topic"), [topic.name_in(code) for topic in wanted.topic]
    yield _("Status"), [label("event_status", status) for status in wanted.status]


def _rollup(session: Session, own: OwnEvents) -> str:
    acronyms = session.scalars(
        select(Organization.acronym)
        .where(Organization.id.in_(own.organizations))
        .order_by(Organization.sort_name)
    )
    return _("Counted as one, with everything below it and its predecessors: %(organizations)s.",
             organizations=", ".join(acronyms))  # fmt: skip


def _exclusions(basis: Basis) -> Iterable[str]:
    events = basis.events
    yield _("Planned, registered, no-show and cancelled attendances are not counted.")
    yield ngettext(
        "%(num)s cancelled event is not counted but listed apart.",
        "%(num)s cancelled events are not counted but listed apart.",
        basis.cancelled,
    )
    coming = events["events"] - events["held"] - events["undated"]
    yield _("Of %(events)s events %(tentative)s are tentative, %(coming)s have not started yet and "
            "%(undated)s have no date.",
            events=number(events["events"]), tentative=number(events["tentative"]),
            coming=number(coming), undated=number(events["undated"]))  # fmt: skip


def _unknowns(basis: Basis) -> Iterable[str]:
    yield _("%(unidentified)s of %(attendances)s attendances have no person; %(hours)s have known "
            "minutes; nothing is estimated.",
            unidentified=number(basis.named["unidentified"]),
            attendances=number(basis.named["attendances"]),
            hours=number(basis.named["with_minutes"]))  # fmt: skip
    yield ngettext(
        "%(num)s event has no country.", "%(num)s events have no country.",
        basis.events["without_country"],
    )  # fmt: skip
    yield ngettext(
        "Participants reached: at least and at most, over the events it organized or partnered; "
        "%(num)s of them has neither names nor a headcount and adds nothing.",
        "Participants reached: at least and at most, over the events it organized or partnered; "
        "%(num)s of them have neither names nor a headcount and add nothing.",
        basis.silent,
    )


def _reach(session: Session, own: OwnEvents) -> Iterable[str]:
    whole = replace(own, wanted=EventFilter())
    event, attendance = first_recorded(session, whole)
    if event is not None:
        yield _("Its recorded events reach back to %(day)s.", day=format_day(event))
    if attendance is not None:
        yield _("Its recorded attendances reach back to %(day)s.", day=format_day(attendance))
