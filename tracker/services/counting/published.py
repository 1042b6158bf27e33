"""Headcounts as they were published, and whether they add up."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Event, Headcount
from tracker.services.headcounts import Published, adds_up

_OF = aliased(Event)


@dataclass(frozen=True)
class PublishedFigure:
    """A figure of an event; `adds_up` is None where there is nothing to compare it with."""

    event_key: str
    figure: Published
    adds_up: bool | None


def published(session: Session, events: Select[Any]) -> list[PublishedFigure]:
    """All headcounts of a set of events, by event and in the order of their columns."""
    columns = (
        Headcount.metric, Headcount.mode, Headcount.dimension, Headcount.value_key, Headcount.unit,
        Headcount.value, Headcount.qualifier,
    )  # fmt: skip
    rows = session.execute(
        select(_OF.key, *columns)
        .join(Headcount, Headcount.event_id == _OF.id)
        .where(Headcount.event_id.in_(events))
    )
    figures: dict[str, list[Published]] = defaultdict(list)
    # Asked for the order, SQLite walks through all events by their key.
    for row in sorted(rows, key=lambda row: row[:6]):
        figures[row.key].append(Published(*row[1:]))
    return [
        PublishedFigure(key, figure, agrees)
        for key, own in figures.items()
        for figure, agrees in zip(own, adds_up(own), strict=True)
    ]
