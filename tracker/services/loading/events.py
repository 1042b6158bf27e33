"""Events of the load format: when they are, what they are part of, whose they are."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import selectinload

from tracker.formats.load_format import Row
from tracker.models import Event, EventOrganization, EventTopic
from tracker.models.vocabulary import EVENT_ORGANIZATION_ROLES
from tracker.models.when import first_day, hour_exists, instant, is_day, last_day
from tracker.services.loading.files import EVENTS
from tracker.services.loading.nouns import NounLoader


def problems_of_times(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What cannot be in an event's dates, times and zone: column and message (DESIGN 2)."""
    start, end = event["start_date"], event["end_date"] or event["start_date"]
    opens, closes = event["start_time"], event["end_time"]
    if not start:
        if end:
            yield "end_date", "there is an end, but no start"
        if opens or closes:
            yield "start_time", "a time needs a date"
        return
    if last_day(end) < first_day(start):
        yield "end_date", f"ends ({end}) before it starts ({start})"
        return
    if opens is None:
        if closes is not None:
            yield "end_time", "there is an end time, but no start time"
        return
    if not (is_day(start) and is_day(end)):
        yield "start_time", "a time needs a date that is known to the day"
    elif event["timezone"] is None:
        yield "start_time", "a time needs a time zone"
    elif first_day(end) - first_day(start) > timedelta(days=1):
        yield (
            "start_time",
            (
                "times are for events of one day, or across one midnight;"
                " the hours of a longer meeting are its parts"
            ),
        )
    else:
        yield from _problems_of_clocks(event, first_day(start), first_day(end))


def _problems_of_clocks(
    event: Mapping[str, Any], start: date, end: date
) -> Iterator[tuple[str, str]]:
    opens, closes, zone = event["start_time"], event["end_time"], event["timezone"]
    for column, day, clock in (("start_time", start, opens), ("end_time", end, closes)):
        if clock is not None and not hour_exists(day, clock, zone):
            yield column, f"there was no {clock:%H:%M} on {day} in {zone}"
            return
    if closes is not None and instant(end, closes, zone) < instant(start, opens, zone):
        yield "end_time", "ends before it starts; does it end on the next day?"


class EventLoader(NounLoader[Event]):
    """events.csv: parents may come later in the file."""

    file = EVENTS
    noun = "events"
    later = frozenset({"parent_id"})
    special = frozenset({*EVENT_ORGANIZATION_ROLES, "topics", "relation"})
    options = (selectinload(Event.organization_links), selectinload(Event.topic_links))

    def check(self, row: Row, merged: dict[str, Any], thing: Event | None) -> None:
        if thing is None and row.values["key"] in self.loading.old_slugs(self.noun):
            self.refuse(row, "key", "another event once had this key")
        if merged["visibility"] == "internal":
            merged["visibility"] = "community"
        self._relate(row, thing)
        if row.bad:
            return
        self.check_named(row, merged)
        self._end(row, merged, thing)
        for column, message in problems_of_times(merged):
            self.refuse(row, column, message)
        if (merged["latitude"] is None) != (merged["longitude"] is None):
            self.refuse(row, "latitude", "latitude and longitude go together")

    def _end(self, row: Row, merged: dict[str, Any], thing: Event | None) -> None:
        """A missing end is the start; an event of one day stays one when its day is changed."""
        follows = thing is not None and thing.end_date == thing.start_date
        if not merged["end_date"] or (follows and "end_date" not in row.values):
            merged["end_date"] = merged["start_date"]

    def _relate(self, row: Row, thing: Event | None) -> None:
        given = row.values.get("relation")
        if "parent_id" in row.values:
            if row.values["parent_id"] is None:
                relation = None
                if given is not None:
                    self.refuse(row, "relation", "needs a parent_key")
            else:
                kept = (
                    thing.relation if thing is not None and "relation" not in row.values else None
                )
                relation = given or kept or "part-of"
            stored = thing.parent_id if thing is not None else None
            self.link(row, "parent_id", stored, {"relation": relation})
        elif given is not None and (thing is None or thing.parent_id is None):
            self.refuse(row, "relation", "needs a parent_key")

    def attach(self, thing: Event, row: Row, new: bool) -> bool:
        changed = False
        if thing.deleted_at is not None:
            thing.deleted_at = None
            changed = True
        if "parent_id" not in row.values and "relation" in row.values and thing.parent_id:
            changed |= self._update(thing, {"relation": row.values["relation"] or "part-of"})
        changed |= _set_organizations(thing, row.values)
        if "topics" in row.values:
            changed |= self._set_topics(thing, list(row.values["topics"]))
        return changed

    def _set_topics(self, event: Event, wanted: list[int]) -> bool:
        if [link.topic_id for link in event.topic_links] == wanted:
            return False
        if event.topic_links:
            # In their order, which their ids keep.
            event.topic_links = []
            self.session.flush()
        event.topic_links = [EventTopic(topic_id=id_) for id_ in wanted]
        return True


def _set_organizations(event: Event, values: Mapping[str, Any]) -> bool:
    links = {(link.role, link.organization_id): link for link in event.organization_links}
    changed = False
    for role in EVENT_ORGANIZATION_ROLES:
        if role not in values:
            continue
        wanted = {(role, id_): position for position, id_ in enumerate(values[role])}
        for key, link in links.items():
            if key[0] == role and key not in wanted:
                event.organization_links.remove(link)
                changed = True
        for key, position in wanted.items():
            if key not in links:
                event.organization_links.append(
                    EventOrganization(organization_id=key[1], role=role, position=position)
                )
                changed = True
            elif links[key].position != position:
                links[key].position = position
                changed = True
    return changed
