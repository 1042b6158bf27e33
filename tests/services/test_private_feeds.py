"""Private feeds: tokens, scopes, and noting that one was read."""

import hashlib
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from config import Config
from tests.factories import (
    AttendanceFactory,
    EngagementFactory,
    EventFactory,
    FeedFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tracker import create_app
from tracker.errors import DomainError
from tracker.extensions import db, impatient
from tracker.models import Change, ChangeItem, Event, Feed
from tracker.models.base import utcnow
from tracker.models.changes import attribute, current_revision
from tracker.services import accounts, private_feeds as service
from tracker.services.database import upgrade
from tracker.services.erasure import erase_person

ALL = service.FeedSettings("My calendar", "all", {}, "en")


def settings(**values):
    return service.FeedSettings(**{**vars(ALL), **values})


def shown(session, feed):
    query = select(Event.key).where(*service.scope_conditions(feed))
    return set(session.scalars(query))


@pytest.fixture
def user(session):
    return UserFactory()


@pytest.fixture
def made(session, user):
    feed, token = service.make_feed(session, user, ALL)
    session.commit()
    return feed, token


class TestTokens:
    def test_hold_at_least_128_bits_and_are_kept_as_a_hash_only(self, session, made):
        feed, token = made
        assert len(token) * 6 >= 128
        assert feed.token_hash == hashlib.sha256(token.encode()).hexdigest()
        assert token not in repr(vars(feed))

    def test_differ(self, session, user):
        tokens = {service.make_feed(session, user, ALL)[1] for _i in range(20)}
        assert len(tokens) == 20

    def test_find_their_feed_and_its_owner_in_one_query(self, session, user, made, count_queries):
        with count_queries:
            feed = service.find_by_token(session, made[1], allow_demo=False)
            assert feed.user is user
        assert feed is made[0]
        assert count_queries.count == 1

    @pytest.mark.parametrize(
        "token", ["", "x", "x" * 32, "x" * 33, "ñ" * 32, "../" * 11, "x\0" * 16]
    )
    def test_that_are_none_find_nothing(self, session, made, token):
        assert service.find_by_token(session, token, allow_demo=True) is None

    def test_of_a_revoked_feed_find_nothing(self, session, user, made):
        service.revoke_feed(session, made[0], by=user)
        assert service.find_by_token(session, made[1], allow_demo=True) is None

    def test_of_a_deactivated_account_find_nothing(self, session, user, made):
        user.active = False
        attribute(session, "user.edit", None)
        assert service.find_by_token(session, made[1], allow_demo=True) is None

    def test_of_a_demo_account_work_only_where_those_do(self, session):
        FeedFactory(user=UserFactory(demo=True), token="d" * 32)
        assert service.find_by_token(session, "d" * 32, allow_demo=False) is None
        assert service.find_by_token(session, "d" * 32, allow_demo=True) is not None

    def test_are_in_no_entry_of_the_log(self, session, user, made):
        feed, token = made
        feed, renewed = service.renew_feed(session, feed, by=user)
        service.revoke_feed(session, feed, by=user)
        session.commit()
        log = repr([(i.before, i.after) for i in session.scalars(select(ChangeItem))])
        for secret in (token, renewed, *session.scalars(select(Feed.token_hash))):
            assert secret not in log


class TestChanging:
    def test_a_new_address_replaces_the_old_one(self, session, user, made):
        old, token = made
        new, fresh = service.renew_feed(session, old, by=user)
        assert service.find_by_token(session, token, allow_demo=True) is None
        assert service.find_by_token(session, fresh, allow_demo=True) is new
        assert (new.name, new.scope, new.language) == (old.name, old.scope, old.language)
        assert service.count_feeds(session, user) == 1

    def test_editing_keeps_the_address(self, session, user, made):
        feed, token = made
        service.edit_feed(
            session, feed, settings(name="Other", filters={"kind": ["forum"], "q": []}), by=user
        )
        assert service.find_by_token(session, token, allow_demo=True) is feed
        assert (feed.name, feed.filters) == ("Other", {"kind": ["forum"]})

    @pytest.mark.parametrize("scope", ["person", "organization"])
    def test_a_scope_needs_what_it_is_about(self, session, user, made, scope):
        with pytest.raises(DomainError) as caught:
            service.make_feed(session, user, settings(scope=scope))
        assert caught.value.field == "scope"
        with pytest.raises(DomainError):
            service.edit_feed(session, made[0], settings(scope=scope), by=user)

    def test_only_the_owner_finds_it(self, session, user, made):
        assert service.find_own(session, user, made[0].id) is made[0]
        assert service.find_own(session, UserFactory(), made[0].id) is None
        service.revoke_feed(session, made[0], by=user)
        assert service.find_own(session, user, made[0].id, lock=True) is None

    def test_each_leaves_a_change(self, session, user, made):
        service.revoke_feed(session, made[0], by=user)
        session.commit()
        actions = session.scalars(select(Change.action).order_by(Change.id))
        assert list(actions) == ["test", "feed.new", "feed.revoke"]


class TestScopes:
    def test_what_a_person_goes_to_comes_and_goes_with_the_attendance(self, session):
        person = PersonFactory()
        feed = FeedFactory(user=UserFactory(person=person), scope="person")
        other = AttendanceFactory(status="planned")
        attendance = AttendanceFactory(person=person, status="planned")
        assert shown(session, feed) == {attendance.event.key}
        for status, there in (("registered", True), ("cancelled", False), ("attended", True),
                              ("no-show", False)):  # fmt: skip
            attendance.status = status
            attribute(session, "test", None)
            session.commit()
            assert (attendance.event.key in shown(session, feed)) == there
        assert other.event.key not in shown(session, feed)

    def test_what_an_organization_is_engaged_in(self, session):
        organization, space = OrganizationFactory(), SpaceFactory()
        EngagementFactory(organization=organization, space=space)
        feed = FeedFactory(user=UserFactory(organization=organization), scope="organization")
        keys = {
            EventFactory(organizer=organization).key,
            EventFactory(space=space).key,
            AttendanceFactory(organization=organization, status="planned").event.key,
        }
        EventFactory()
        assert shown(session, feed) == keys

    def test_follow_the_account(self, session):
        first, second = OrganizationFactory(), OrganizationFactory()
        user = UserFactory(organization=first)
        feed = FeedFactory(user=user, scope="organization")
        event = EventFactory(organizer=second)
        assert shown(session, feed) == set()
        user.organization = second
        attribute(session, "test", None)
        session.commit()
        assert shown(session, feed) == {event.key}

    @pytest.mark.parametrize("scope", ["person", "organization"])
    def test_show_nothing_where_the_account_lost_what_they_are_about(self, session, scope):
        feed = FeedFactory(scope=scope)
        EventFactory()
        assert shown(session, feed) == set()
        assert service.lacks(feed) == scope

    def test_of_everything_lack_nothing(self, session):
        event = EventFactory()
        feed = FeedFactory()
        assert shown(session, feed) == {event.key}
        assert service.lacks(feed) is None


class TestEndings:
    @pytest.fixture
    def feeds(self, session):
        person = PersonFactory()
        user = UserFactory(person=person)
        return [FeedFactory(user=user), FeedFactory(user=user, scope="person")]

    def working(self, session):
        session.expire_all()
        return set(session.scalars(select(Feed.id).where(Feed.revoked_at.is_(None))))

    def test_deactivating_an_account_revokes_its_feeds(self, session, feeds):
        user, other = feeds[0].user, FeedFactory()
        accounts.edit_user(
            session, user, email=user.email, name="", role=user.role, organization=None,
            person=None, language=None, active=False, by=UserFactory(role="admin"),
        )  # fmt: skip
        session.commit()
        assert self.working(session) == {other.id}

    def test_erasing_a_person_revokes_the_feeds_of_its_accounts(self, session, feeds):
        other = FeedFactory(user=UserFactory(person=PersonFactory()))
        erase_person(session, feeds[0].user.person, by=UserFactory(role="admin"))
        session.commit()
        assert self.working(session) == {other.id}

    def test_revoking_all_counts_those_that_worked(self, session, feeds):
        admin = UserFactory(role="admin")
        assert service.revoke_all(session, feeds[0].user, by=admin) == 2
        assert service.revoke_all(session, feeds[0].user, by=admin) == 0


class TestUse:
    def note(self, feed):
        with impatient(db.engine) as connection:
            service.note_use(connection, feed)

    def test_is_noted_without_raising_the_revision_or_leaving_a_change(self, session, made):
        revision = current_revision(session)
        session.rollback()
        self.note(made[0])
        session.expire_all()
        assert utcnow() - made[0].last_used_at < timedelta(minutes=1)
        assert current_revision(session) == revision
        assert len(session.scalars(select(Change)).all()) == 2

    def test_is_noted_every_quarter_of_an_hour(self, session, made):
        feed = made[0]
        for minutes, due in ((14, False), (15, True)):
            feed.last_used_at = before = utcnow() - timedelta(minutes=minutes)
            session.commit()
            assert service.use_is_due(feed) == due
            self.note(feed)
            session.expire_all()
            assert (feed.last_used_at > before) == due

    def test_waits_only_briefly_for_others_who_write(self, tmp_path):
        path = tmp_path / "busy.sqlite"
        app = create_app(
            Config(environment="testing", database_url=f"sqlite:///{path}", secret_key="tests")
        )
        with app.app_context(), closing(sqlite3.connect(path, isolation_level=None)) as other:
            upgrade(db.engine)
            other.execute("BEGIN IMMEDIATE")
            started = utcnow()
            with pytest.raises(OperationalError, match="locked"):
                self.note(Feed(id=1))
            assert utcnow() - started < timedelta(seconds=5)
            other.execute("ROLLBACK")
            with db.engine.connect() as connection:
                patience = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
            assert patience == 10_000
            db.engine.dispose()
