"""Calendars as things that are added, edited, stopped and deleted."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.models import CalendarItem, CalendarSource, User
from tracker.models.changes import attribute
from tracker.services.calendars.lists import of_address
from tracker.services.calendars.reading import Looked
from tracker.services.calendars.settling import settle
from tracker.services.calendars.spaces import SpaceFinder
from tracker.services.calendars.staging import alone_with, take_in

_LONGEST_NAME = 200


def add_source(
    session: Session, values: Mapping[str, Any], looked: Looked, by: User, filename: str = ""
) -> CalendarSource:
    """Keep a calendar that could be read, with what is in it; raises Conflict.

    Without a name it gets the one that the calendar says, else that of its host or file.
    """
    address = values.get("address")
    if address:
        refuse_twice(session, address)
    said = looked.calendar.name if looked.calendar is not None else ""
    host = urlsplit(address).hostname if address else None
    name = values.get("name") or " ".join(said.split()) or host or filename or _("Calendar")
    attribute(session, "calendar.create", by)
    source = CalendarSource(
        **{**values, "address": address or None, "name": name[:_LONGEST_NAME]},
        created_by_id=by.id,
        problems=[],
    )
    session.add(source)
    session.flush()
    take_in(session, source, looked)
    return source


def save_source(
    session: Session, source: CalendarSource, values: Mapping[str, Any], by: User
) -> None:
    """Write what was edited, and say of its items where they stand now; raises Conflict."""
    attribute(session, "calendar.edit", by)
    alone_with(session, source)
    address, language = values.get("address"), source.language
    if address and address != source.address:
        refuse_twice(session, address)
        source.etag = source.last_modified = source.digest = None
    for name, value in values.items():
        setattr(source, name, value)
    session.flush()
    _follow(session, source, language)


def _follow(session: Session, source: CalendarSource, language: str) -> None:
    """Let items have the space and the language that their calendar has now."""
    spaces = SpaceFinder.of(session)
    items = session.scalars(select(CalendarItem).where(CalendarItem.source_id == source.id)).all()
    for item in items:
        values = dict(item.theirs)
        values[f"name_{source.language}"] = values.pop(f"name_{language}")
        values["space_id"] = spaces.find(item.summary) or source.space_id
        item.theirs = values
    settle(session, source, [item for item in items if item.status != "gone"])
    session.flush()


def refuse_twice(session: Session, address: str) -> None:
    """Raise Conflict where a calendar is here already."""
    known = of_address(session, address)
    if known is not None:
        raise Conflict(_("This calendar is here already: “%(name)s”.", name=known.name), "address")


def set_active(session: Session, source: CalendarSource, active: bool, by: User) -> None:
    """Stop reading a calendar again, or go on."""
    attribute(session, "calendar.edit", by)
    source.active = active
    source.failures = 0 if active else source.failures
    session.flush()


def delete_source(session: Session, source: CalendarSource, by: User) -> None:
    """Forget a calendar and what is known of its items; the events that came from it stay."""
    attribute(session, "calendar.delete", by)
    # Whoever records from it holds its row before its items; otherwise each would wait for the other.
    alone_with(session, source)
    session.delete(source)
    session.flush()
