"""Which follow-ups are open, whose they are, and which are overdue."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import (
    EventFactory,
    FollowUpFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tracker.services.follow_ups import (
    FollowUpFilter,
    count_open,
    follow_ups_query,
    open_follow_ups,
)

TODAY = date(2026, 6, 15)


@pytest.fixture
def user(session):
    return UserFactory(organization=OrganizationFactory(), person=PersonFactory())


@pytest.fixture
def whats(session, user):
    """What is open, in its order."""
    return lambda **of: [row.what for row in open_follow_ups(session, user, **of)]


def test_the_soonest_due_come_first_and_those_without_a_day_last(whats):
    FollowUpFactory(what="someday")
    FollowUpFactory(what="tomorrow", due=TODAY + timedelta(1))
    FollowUpFactory(what="yesterday", due=TODAY - timedelta(1))
    assert whats() == ["yesterday", "tomorrow", "someday"]


@pytest.mark.parametrize("days, overdue", [(-1, True), (0, False), (1, False), (None, False)])
def test_overdue_is_what_was_due_before_today(session, user, days, overdue):
    event = EventFactory()
    FollowUpFactory(event=event, due=None if days is None else TODAY + timedelta(days))
    found = session.scalars(follow_ups_query(FollowUpFilter(status="overdue"), user, TODAY)).all()
    assert [row.event for row in found] == [event] * overdue


def test_what_is_done_is_not_open(whats):
    FollowUpFactory(done_at=datetime(2026, 6, 1, tzinfo=UTC))
    assert whats() == []


def test_they_are_of_an_organization_of_a_person_or_of_either(session, user, whats):
    FollowUpFactory(what="of the organization", owner_organization=user.organization)
    FollowUpFactory(what="of the person", owner_person=user.person)
    FollowUpFactory(what="of nobody")
    organization, person = user.organization, user.person
    assert whats(organization=organization) == ["of the organization"]
    assert whats(person=person) == ["of the person"]
    assert whats(organization=organization, person=person) == ["of the organization", "of the person"]  # fmt: skip
    assert len(whats()) == 3
    assert count_open(session, user, organization=organization, person=person) == 2
    assert count_open(session, user) == 3


def test_only_those_of_events_that_the_reader_may_see(session, user, whats):
    owner = OrganizationFactory()
    hidden = EventFactory(visibility="organization", owner=owner)
    FollowUpFactory(event=hidden, what="hidden", owner_organization=user.organization)
    FollowUpFactory(event=EventFactory(visibility="community"), what="for the signed in")
    FollowUpFactory(event=EventFactory(deleted_at=datetime(2026, 1, 1, tzinfo=UTC)), what="gone")
    assert whats() == ["for the signed in"]
    assert count_open(session, user) == 1
    insider = UserFactory(organization=owner)
    found = open_follow_ups(session, insider)
    assert [row.what for row in found] == ["hidden", "for the signed in"]


def test_a_card_shows_some_and_counts_all(session, user, whats):
    FollowUpFactory.create_batch(10)
    assert len(whats()) == 8
    assert len(whats(limit=3)) == 3
    assert count_open(session, user) == 10
