"""The calendar in words: what a page of it is called, and what became of an event."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l, ngettext

from tracker.i18n import (
    as_heading,
    country_name,
    format_day,
    format_partial,
    format_span,
    format_times,
    format_weekday,
    language,
    person_name,
)
from tracker.labels import label
from tracker.models import Event
from tracker.models.vocabulary import LANGUAGES
from tracker.services.calendar_digest import PLACE, ChangedEvent, Digest, Withdrawn
from tracker.services.calendar_filter import CalendarFilter, Shown
from tracker.services.calendar_pages import Vague

GROUP_TITLES: dict[str, Any] = {
    "new": _l("New"), "moved": _l("Moved"), "cancelled": _l("Cancelled events"),
    "other": _l("Other changes"),
}  # fmt: skip
_TOLD_WITHOUT_VALUES: dict[str, Any] = {
    "space_id": _l("Space"), "edition": _l("Edition"), "url": _l("Website"),
    "description": _l("Description"), "event_organizations": _l("Organizations"),
    "event_topics": _l("Topics"),
}  # fmt: skip


def title_of(shown: Shown, today: date) -> str:
    """`November 2026`, `2026`, the day or the days of an agenda, or what is to come."""
    first, last = shown.first, shown.last
    if first is None and last is None:
        return _("All events")
    if last is None:
        return _("From today on") if first == today else _("From %(day)s on", day=_day(first))
    if first is None:
        return _("Until %(day)s", day=_day(last))
    match shown.step:
        case "day":
            return format_weekday(first)
        case "month":
            return as_heading(format_partial(f"{first:%Y-%m}"))
        case "year":
            return f"{first:%Y}"
    return format_span(first.isoformat(), last.isoformat())


def _day(day: date | None) -> str:
    assert day is not None
    return format_day(day)


def periods_of(vague: Vague) -> list[tuple[str, list[Event]]]:
    """What is known only to a month or a year, by that, as it is written."""
    found: dict[str, list[Event]] = {}
    for event in vague.events:
        found.setdefault(format_span(event.start_date, event.end_date), []).append(event)
    return list(found.items())


def place_of(place: Mapping[str, Any]) -> str:
    """`Hotel Plaza, Lima, Peru`, or an en dash."""
    parts = (place["venue"], place["city"], country_name(place["country"], language()))
    return ", ".join(filter(None, parts)) or "–"


def facts_of(event: Event, days: bool = True) -> str:
    """Its days (unless said already), times, place and mode, in one line."""
    place = ", ".join(filter(None, (event.city, country_name(event.country, language()))))
    parts = (
        format_span(event.start_date, event.end_date) if days else "",
        format_times(event.start_time, event.end_time),
        place,
        label("mode", event.mode) if event.mode != "unknown" else "",
    )
    return " · ".join(filter(None, parts))


def coming_and_over(
    events: Sequence[ChangedEvent], today: date
) -> list[tuple[str, list[ChangedEvent]]]:
    """What is to come, and under a heading what is over, where there is such a thing."""
    coming: list[ChangedEvent] = []
    over: list[ChangedEvent] = []
    for each in events:
        last = each.event.last_day
        (over if last is not None and last < today else coming).append(each)
    return [(title, those) for title, those in (("", coming), (_("Already over"), over)) if those]


def changed_lines(changed: ChangedEvent) -> Iterator[tuple[str, str, str]]:
    """What was and what is, as (name, before, after), of what can be told in a few words."""
    event = changed.event
    if changed.differs(("start_date", "end_date")):
        before = format_span(changed.was("start_date"), changed.was("end_date"))
        yield _("Dates"), before, format_span(event.start_date, event.end_date)
    if changed.differs(("start_time", "end_time", "timezone")):
        yield from _times(changed)
    if changed.differs(PLACE):
        was = {name: changed.was(name) for name in PLACE}
        yield _("Place"), place_of(was), place_of({name: getattr(event, name) for name in PLACE})
    yield from _names(changed)
    for column, vocabulary, name in (
        ("status", "event_status", _("Status")),
        ("kind", "event_kind", _("Kind")),
        ("mode", "mode", _("Mode")),
    ):
        if changed.differs((column,)) and not (column == "status" and changed.group == "cancelled"):
            after = label(vocabulary, getattr(event, column))
            yield name, label(vocabulary, changed.was(column)), after


def _times(changed: ChangedEvent) -> Iterator[tuple[str, str, str]]:
    event = changed.event
    before = _clock(changed.was("start_time"), changed.was("end_time"), changed.was("timezone"))
    after = _clock(event.start_time, event.end_time, event.timezone)
    if before != after:
        yield _("Time"), before, after


def _clock(start: time | str | None, end: time | str | None, zone: str | None) -> str:
    """`15:00–16:30 (America/Lima)`; without times the zone says nothing."""
    shown = format_times(*(_as_time(clock) for clock in (start, end)))
    return f"{shown} ({zone})" if shown and zone else shown or _("All day")


def _as_time(clock: time | str | None) -> time | None:
    return time.fromisoformat(clock) if isinstance(clock, str) else clock


def _names(changed: ChangedEvent) -> Iterator[tuple[str, str, str]]:
    was = (changed.was(f"name_{code}") for code in (language(), *LANGUAGES))
    before, after = next(filter(None, was), ""), changed.event.name_in(language())
    if before != after:
        yield _("Name"), before, after


def also_changed(changed: ChangedEvent) -> list[str]:
    """The names of what else changed, which is too long or too many to be set side by side."""
    found = [*changed.before, *changed.linked]
    return [str(name) for column, name in _TOLD_WITHOUT_VALUES.items() if column in found]


def withdrawn_name(withdrawn: Withdrawn) -> str:
    """What is told of an event that is shown no more."""
    if withdrawn.named:
        return withdrawn.event.name_in(language())
    return _("An event that is no longer in the calendar")


def whose_events(asked: CalendarFilter) -> list[str]:
    """Whose events are asked for, in a sentence each."""
    found = []
    if asked.engaged:
        names = ", ".join(each.acronym for each in asked.engaged)
        found.append(
            _("What %(organizations)s organizes, attends or is engaged in", organizations=names)
        )
    if asked.mine:
        found.append(_("Events that %(name)s goes to", name=person_name(asked.mine)))
    return found


def digest_lines(
    digest: Digest, since: date, today: date, more_url: str | None, address: Any
) -> Iterator[str]:
    """The digest as plain text, line by line; `address` gives the address of an event's page."""
    yield _("What changed since %(day)s", day=format_day(since))
    for group, events in digest.groups.items():
        if events:
            yield from ("", f"{GROUP_TITLES[group]}".upper())
        for heading, those in coming_and_over(events, today):
            if heading:
                yield from ("", f"{heading}:")
            for changed in those:
                yield from ("", *_event_lines(changed, address(changed.event)))
    if digest.withdrawn:
        yield from ("", _("Withdrawn").upper(), "")
    for withdrawn in digest.withdrawn:
        yield f"- {withdrawn_name(withdrawn)}: {format_span(withdrawn.start, withdrawn.end)}"
    if not digest.number:
        yield from ("", _("Nothing changed since then."))
    if more_url:
        yield from ("", _("More changed than fits here: %(address)s", address=more_url))


def _event_lines(changed: ChangedEvent, address: str) -> Iterator[str]:
    yield f"- {changed.event.name_in(language())}"
    yield f"  {facts_of(changed.event)}"
    for name, before, after in changed_lines(changed):
        yield f"  {name}: {before} → {after}"
    if also := also_changed(changed):
        yield "  " + _("Also changed: %(names)s", names=", ".join(also))
    yield f"  {address}"


def at_once_text(number: int) -> str:
    """`2 at once`, of a day."""
    return ngettext("%(num)d at once", "%(num)d at once", number)
