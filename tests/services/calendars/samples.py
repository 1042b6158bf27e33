"""Calendars to bring in; everything in them is invented."""

import dataclasses
import io
from datetime import UTC, datetime, timedelta

from tests.factories import CalendarSourceFactory
from tracker.formats.calendars import ReadCalendar, ReadEvent
from tracker.services.calendars.reading import AHEAD, Looked, look_at_file
from tracker.services.calendars.staging import take_in

TODAY = datetime.now(UTC).date()
BASE = ReadEvent(
    uid="one@example.org", recurrence="", summary="Annual meeting", description="", location="",
    start_date="", end_date="", start_time=None, end_time=None, timezone=None, url="",
    status="confirmed", conference="", latitude=None, longitude=None, organizer="", categories=(),
    parent_uid=None, sequence=0, changed=None, private=False,
)  # fmt: skip


def day(number):
    """The day so many days from today, as ISO."""
    return (TODAY + timedelta(days=number)).isoformat()


def event(uid="one@example.org", start=30, days=1, **values):
    """An event as a calendar tells it, which begins so many days from today."""
    given = {"start_date": day(start), "end_date": day(start + days - 1), **values}
    return dataclasses.replace(BASE, uid=uid, **given)


def calendar(*events, **values):
    """A calendar that could be read."""
    given = {
        "name": "Calendar of somebody", "description": "", "timezone": None, "events": events,
        "problems": (), "cancelled": False, "last": TODAY + AHEAD, **values,
    }  # fmt: skip
    return ReadCalendar(**given)


def looked(*events, **values):
    """What looking at a calendar gave."""
    return Looked(calendar(*events, **values), digest=None)


def stage(session, *events, source=None, **values):
    """Stage events as a calendar of which nothing was known, and commit."""
    source = source or CalendarSourceFactory(**values)
    take_in(session, source, looked(*events))
    session.commit()
    return source


def items_of(source):
    """The items of a calendar by the identifier they have there."""
    return {item.uid: item for item in source.items}


def the_item(source):
    """The only item of a calendar."""
    (item,) = source.items
    return item


# ---- as bytes


def ics(*events, name="Calendar of somebody", method=None):
    """A calendar file of such events: (uid, summary, start and end in days, further lines)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN"]
    lines += [f"METHOD:{method}"] * bool(method) + [f"X-WR-CALNAME:{name}"] * bool(name)
    for uid, summary, start, end, *more in events:
        lines += [
            "BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{TODAY:%Y%m%d}T000000Z", f"SUMMARY:{summary}",
            f"DTSTART;VALUE=DATE:{_plain(start)}", f"DTEND;VALUE=DATE:{_plain(end + 1)}", *more,
            "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _plain(number):
    return (TODAY + timedelta(days=number)).strftime("%Y%m%d")


def look(content, **options):
    """What is in a file of these bytes."""
    return look_at_file(io.BytesIO(content), TODAY, **options)
