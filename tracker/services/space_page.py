"""What the page of a space shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.models import Contribution, Engagement, Event, Headcount, Space, User
from tracker.models.vocabulary import ENGAGEMENT_ROLES
from tracker.services.organization_page import contributions_query
from tracker.services.paging import Order, Page, fetch_page
from tracker.services.spaces import (
    editions_query,
    engagements_of,
    next_edition,
    people_recorded,
    published_participants,
    related_spaces,
)

CONTRIBUTIONS = 20
_LATEST_FIRST = Order(Event.starts_at, Event.id, descending=True)


@dataclass(frozen=True)
class SpacePage:
    """All that is shown beside the facts of a space."""

    editions: Page[Event]
    next_edition: Event | None
    participants: Mapping[int, Sequence[Headcount]]
    recorded: Mapping[int, int]
    engagements: Sequence[tuple[str, Sequence[Engagement]]]
    related: Sequence[Space]
    contributions: Sequence[Contribution]


def space_page(
    session: Session, space: Space, user: User | None, after: str | None, now: datetime
) -> SpacePage:
    """All that the page of a space shows to a reader; its editions from the cursor `after` on."""
    editions = fetch_page(session, editions_query(space, user), _LATEST_FIRST, after)
    ids = [event.id for event in editions.rows]
    return SpacePage(
        editions=editions,
        next_edition=next_edition(session, space, user, now),
        participants=published_participants(session, ids),
        recorded=people_recorded(session, ids),
        engagements=_by_role(engagements_of(session, space)),
        related=related_spaces(session, space),
        contributions=session.scalars(
            contributions_query(user).where(Contribution.space_id == space.id).limit(CONTRIBUTIONS)
        ).all(),
    )


def _by_role(engagements: Sequence[Engagement]) -> list[tuple[str, list[Engagement]]]:
    return [
        (role, those)
        for role in ENGAGEMENT_ROLES
        if (those := [engagement for engagement in engagements if engagement.role == role])
    ]
