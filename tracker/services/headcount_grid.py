"""The published figures of an event as the cells of a grid: read, and written in one go."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access import can
from tracker.errors import Forbidden
from tracker.formats.figures import Amount, amount_text, cell_text
from tracker.models import Event, Headcount, RegionCountry, User
from tracker.models.changes import attribute
from tracker.models.vocabulary import GENDERS, HEADCOUNT_UNITS, STAKEHOLDER_GROUPS
from tracker.services.visibility import visible_to

MOST_BADGES = 30


class Place(NamedTuple):
    """Where a cell is: what is counted, how people took part, and by what."""

    metric: str
    mode: str
    dimension: str = ""
    value_key: str = ""


@dataclass(frozen=True)
class Edit:
    """What somebody wrote into a cell, and the text that stood in it when they began."""

    was: str
    now: tuple[Amount, ...]


def stored_texts(session: Session, event: Event) -> dict[Place, str]:
    """What each cell of the grid says now; places without a figure are left out."""
    return _texts(_rows(session, event))


def _texts(rows: Mapping[tuple[Place, str], Headcount]) -> dict[Place, str]:
    cells: dict[Place, list[Amount]] = defaultdict(list)
    for (place, unit), row in rows.items():
        cells[place].append(Amount(row.value, unit, row.qualifier))
    return {place: cell_text(amounts) for place, amounts in cells.items()}


def save_grid(
    session: Session,
    event: Event,
    edits: Mapping[Place, Edit],
    source: str | None,
    notes: str | None,
    *,
    by: User,
) -> dict[Place, str]:
    """Write the cells that were changed, as one change; an emptied one loses its figure.

    Source and notes go to each figure written, and are left alone where they are None. Gives
    the texts now stored in the cells that somebody else changed too; then nothing is written.
    Raises Forbidden where the event is not the user's to edit.
    """
    if not can(by, "edit", event):
        raise Forbidden(_("Another organization organizes this event, so you cannot change it."))
    rows = _rows(session, event)
    stored = _texts(rows)
    changed = {place: edit for place, edit in edits.items() if cell_text(edit.now) != edit.was}
    conflicts = {
        place: stored.get(place, "")
        for place, edit in changed.items()
        if stored.get(place, "") not in (edit.was, cell_text(edit.now))
    }
    if conflicts:
        return conflicts
    attribute(session, "headcount.enter", by=by)
    said = {name: text for name, text in (("source", source), ("notes", notes)) if text}
    for place, edit in changed.items():
        if stored.get(place, "") != cell_text(edit.now):
            _write(session, event, place, rows, edit.now, said)
    session.flush()
    return {}


def _rows(session: Session, event: Event) -> dict[tuple[Place, str], Headcount]:
    """The stored figures by place and unit."""
    rows = session.scalars(select(Headcount).where(Headcount.event_id == event.id))
    return {
        (Place(row.metric, row.mode, row.dimension, row.value_key), row.unit): row for row in rows
    }


def _write(
    session: Session,
    event: Event,
    place: Place,
    rows: Mapping[tuple[Place, str], Headcount],
    amounts: Iterable[Amount],
    said: Mapping[str, str],
) -> None:
    by_unit = {amount.unit: amount for amount in amounts}
    for unit in HEADCOUNT_UNITS:
        row, amount = rows.get((place, unit)), by_unit.get(unit)
        if amount is None:
            if row is not None:
                session.delete(row)
            continue
        if row is None:
            row = Headcount(event_id=event.id, unit=unit, **place._asdict())
            session.add(row)
        elif amount_text(Amount(row.value, unit, row.qualifier)) == amount_text(amount):
            continue
        row.value, row.qualifier = amount.value, amount.qualifier
        for name, text in said.items():
            setattr(row, name, text)


def usual_keys(
    session: Session, event: Event, dimension: str, scheme: str, user: User
) -> list[str]:
    """The values that a breakdown usually has, in their order; none for countries.

    Regions are those of a scheme, badges those of the other editions of the space.
    """
    if dimension == "stakeholder_group":
        return list(STAKEHOLDER_GROUPS)
    if dimension == "gender":
        return list(GENDERS)
    if dimension == "region":
        regions = select(RegionCountry.region).where(RegionCountry.scheme == scheme).distinct()
        return list(session.scalars(regions.order_by(RegionCountry.region)))
    if dimension == "badge" and event.space_id is not None:
        badges = (
            select(Headcount.value_key)
            .join(Headcount.event)
            .where(Event.space_id == event.space_id, Headcount.dimension == "badge")
            .where(visible_to(user))
            .distinct()
        )
        return list(session.scalars(badges.order_by(Headcount.value_key).limit(MOST_BADGES)))
    return []
