"""An event's report as its page shows it, beside the report itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tracker.i18n import language
from tracker.models import Event
from tracker.services.headcounts import Published
from tracker.services.reports.event import previous_edition
from tracker.services.reports.published_page import PublishedEvent, published_events
from tracker.services.reports.question import Question
from tracker.services.reports.report import Report

MOST_TOTALS = 4


@dataclass(frozen=True)
class EventPage:
    """What the page of an event's report adds to it.

    `recorded` says whether anybody is recorded as attended; `headline` are the published totals
    that stand first where nobody is; `earlier` is the edition before.
    """

    recorded: bool
    published: Sequence[PublishedEvent]
    headline: Sequence[Published]
    earlier: Event | None
    compared: Sequence[dict[str, Any]]


def event_page_of(session: Session, report: Report, asked: Question) -> EventPage:
    """What the page of an event's report adds to it."""
    event = asked.subject
    assert isinstance(event, Event)
    published = published_events(report, event, event.name_in(language()))
    return EventPage(
        bool(report.measure("attendances")),
        published,
        _headline(published),
        previous_edition(session, asked, event),
        _compared(report),
    )


def _headline(published: Sequence[PublishedEvent]) -> list[Published]:
    """The totals of the event itself, but for the one that is the participants already."""
    own = [figure for each in published if not each.part for figure in each.totals]
    return [figure for figure in own if (figure.metric, figure.mode) != ("participants", "all")][
        :MOST_TOTALS
    ]


def _compared(report: Report) -> list[dict[str, Any]]:
    """The measures beside those of the edition before, without those that are nothing in both."""
    table = report.table("compared")
    if table is None:
        return []
    places = {measure.name: place for place, measure in enumerate(report.measures)}
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    rows.sort(key=lambda row: places.get(row["key"], len(places)))
    return [row for row in rows if row["current"] or row["previous"]]
