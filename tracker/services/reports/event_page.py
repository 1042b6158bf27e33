"""An event's report as its page shows it, beside the report itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tracker.i18n import language
from tracker.models import Event
from tracker.services.counting.ranges import Range
from tracker.services.headcounts import Published
from tracker.services.reports.event import previous_edition
from tracker.services.reports.published_page import PublishedEvent, published_events
from tracker.services.reports.question import Question
from tracker.services.reports.report import Report

MOST_TOTALS = 4
MOST_EVENTS = 12
# Measures of which somebody may have published a figure of the same name.
FROM_NAMES = ("countries", "organizations", "newcomers")


@dataclass(frozen=True)
class EventPage:
    """What the page of an event's report adds to it.

    `recorded` says whether anybody is recorded as attended; `headline` are the published totals
    that stand first where nobody is, `beside` those of each measure that is counted from names.
    `mostly_published`: the names are the smaller part of those who took part. `unshown` is how many
    parts have published figures that are left to the files. `earlier` is the edition before.
    """

    recorded: bool
    mostly_published: bool
    published: Sequence[PublishedEvent]
    unshown: int
    headline: Sequence[Published]
    beside: Mapping[str, Sequence[Published]]
    earlier: Event | None
    compared: Sequence[dict[str, Any]]


def event_page_of(session: Session, report: Report, asked: Question) -> EventPage:
    """What the page of an event's report adds to it."""
    event = asked.subject
    assert isinstance(event, Event)
    published = published_events(report, event, event.name_in(language()))
    totals = [figure for each in published if not each.part for figure in each.totals]
    people, participants = report.measure("people"), report.measure("participants")
    assert isinstance(people, int)
    return EventPage(
        bool(report.measure("attendances")),
        isinstance(participants, Range) and 2 * people < participants.at_least,
        published[:MOST_EVENTS],
        len(published[MOST_EVENTS:]),
        # The total of participants is a measure of the report already.
        [one for one in totals if (one.metric, one.mode) != ("participants", "all")][:MOST_TOTALS],
        {name: [one for one in totals if one.metric == name] for name in FROM_NAMES},
        previous_edition(session, asked, event),
        _compared(report),
    )


def _compared(report: Report) -> list[dict[str, Any]]:
    """The measures beside those of the edition before, without those that are nothing in both.

    Of the events only the parts are of interest, and they are the sessions.
    """
    table = report.table("compared")
    if table is None:
        return []
    places = {measure.name: place for place, measure in enumerate(report.measures)}
    rows: list[dict[str, Any]] = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    rows.sort(key=lambda row: places.get(row["key"], len(places)))
    return [row for row in rows if row["key"] != "events" and (row["current"] or row["previous"])]
