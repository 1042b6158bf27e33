"""How a report was counted, in sentences: filter, exclusions, unknowns, reach, cut-off."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flask_babel import gettext as _, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.i18n import country_name, format_day, language, number
from tracker.labels import label
from tracker.models import Organization, User
from tracker.services.counting.facts import Facts, count_where, first_attendance, first_event
from tracker.services.counting.sets import CountedSet
from tracker.services.counting.tally import Tally
from tracker.services.filters import EventFilter


def whose_view(user: User | None) -> str:
    """For whom it was counted (rule 3)."""
    if user is None:
        return _("Only public events are counted; whoever is signed in may see more.")
    if user.organization_id is None:
        return _("Counted are public events and those for everyone signed in.")
    return _("Counted are the events you may see: public ones, those for everyone signed in, and "
             "those of your organization.")  # fmt: skip


def which_events(wanted: EventFilter) -> Iterable[str]:
    """Period and filter (rule 1)."""
    yield _period(wanted)
    yield _filter(wanted)


def took_part() -> str:
    """What taking part means (rule 5)."""
    return _("An organization took part in an event that it organized or partnered, or where an "
             "attendance with status attended represents it, as recorded at the event.")  # fmt: skip


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


def filter_facts(wanted: EventFilter) -> list[str]:
    """What a filter lets through, a field each: `Space: LACIGF, IGF`."""
    return [f"{name}: {', '.join(values)}" for name, values in filter_in_words(wanted) if values]


def _filter(wanted: EventFilter) -> str:
    chosen = filter_facts(wanted)
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


def counted_as_one(session: Session, organizations: Sequence[int]) -> str:
    """Who a roll-up stands for (rule 8)."""
    acronyms = session.scalars(
        select(Organization.acronym)
        .where(Organization.id.in_(organizations))
        .order_by(Organization.sort_name)
    )
    return _("Counted as one, with everything below it and its predecessors: %(organizations)s.",
             organizations=", ".join(acronyms))  # fmt: skip


def left_out(facts: Facts, cancelled: int) -> Iterable[str]:
    """Statuses that are not counted, and what of the events is not over (rules 2 and 6)."""
    yield _("Planned, registered, no-show and cancelled attendances are not counted.")
    if cancelled:
        yield ngettext(
            "%(num)s cancelled event is not counted but listed apart.",
            "%(num)s cancelled events are not counted but listed apart.",
            cancelled,
        )
    undated = count_where(facts, lambda event: event.start_date is None)
    coming = count_where(facts, lambda event: event.start_date is not None and not event.held)
    tentative = count_where(facts, lambda event: event.status == "tentative")
    yield _("Of %(events)s events %(tentative)s are tentative, %(coming)s have not started yet and "
            "%(undated)s have no date.",
            events=number(len(facts)), tentative=number(tentative),
            coming=number(coming), undated=number(undated))  # fmt: skip


def unidentified(tally: Tally) -> str:
    """How many of the attendances nobody could identify."""
    return _("%(unidentified)s of %(attendances)s attendances have no person.",
             unidentified=number(tally.counted.unidentified),
             attendances=number(tally.counted.attendances))  # fmt: skip


def without_country(facts: Facts) -> str:
    """How many events have no country, and so are in none of the countries."""
    number_of_events = count_where(facts, lambda event: event.country is None)
    if not number_of_events:
        return ""
    return ngettext(
        "%(num)s event has no country.", "%(num)s events have no country.", number_of_events
    )


def range_of_participants(silent: int) -> str:
    """What a range of participants says (rules 11 to 14)."""
    return ngettext(
        "Participants are a range, at least and at most: published headcounts and names, never "
        "added to each other; %(num)s event has neither and adds nothing.",
        "Participants are a range, at least and at most: published headcounts and names, never "
        "added to each other; %(num)s events have neither and add nothing.",
        silent,
    )


def reach(session: Session, counted: CountedSet) -> Iterable[str]:
    """Since when there are records at all."""
    whole = replace(counted, wanted=EventFilter(), ids=None)
    event, attendance = first_event(session, whole), first_attendance(session, whole)
    if event is not None:
        yield _("Its recorded events reach back to %(day)s.", day=format_day(event))
    if attendance is not None:
        yield _("Its recorded attendances reach back to %(day)s.", day=format_day(attendance))
