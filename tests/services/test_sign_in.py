"""Tries that count across workers, and sessions of browsers."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import func, select

from tests.factories import UserFactory
from tracker.models import SignInAttempt, UserSession
from tracker.services import passwords
from tracker.services.sign_in import (
    FAILURES_PER_ADDRESS,
    FAILURES_PER_EMAIL_AND_ADDRESS,
    authenticate,
    end_other_sessions,
    end_session,
    find_session,
    is_loopback,
    note_visit,
    open_sessions,
    record_attempt,
    start_session,
    wait_after,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MONTH = timedelta(days=30)
PASSWORD = "a long walk to Olmos"


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture(scope="module")
def password_hash():
    return passwords.hash_password(PASSWORD)


def fail(session, count, email="ana@example.org", address="192.0.2.1"):
    for _i in range(count):
        record_attempt(session, email, address)
    session.commit()


def wait(session, email="ana@example.org", address="192.0.2.1"):
    return wait_after(session, record_attempt(session, email, address))


def attempts(session):
    return session.scalar(select(func.count()).select_from(SignInAttempt))


def opened(session, token):
    """The session of a token that is known to be open."""
    found = find_session(session, token, MONTH, allow_demo=True)
    assert found is not None
    return found


class TestThrottle:
    def test_the_sixth_try_waits_until_the_first_is_forgotten(self, session, clock):
        fail(session, 1)
        clock.shift(timedelta(minutes=5))
        fail(session, FAILURES_PER_EMAIL_AND_ADDRESS - 1)
        assert wait(session) == timedelta(minutes=10)
        clock.shift(timedelta(minutes=10))
        assert wait(session) is None

    def test_the_fifth_try_is_still_judged(self, session, clock):
        fail(session, FAILURES_PER_EMAIL_AND_ADDRESS - 1)
        assert wait(session) is None

    def test_a_try_that_waits_does_not_count(self, session, clock):
        fail(session, FAILURES_PER_EMAIL_AND_ADDRESS)
        for _i in range(3):
            assert wait(session) == timedelta(minutes=15)
        assert attempts(session) == FAILURES_PER_EMAIL_AND_ADDRESS

    def test_the_address_is_the_same_however_it_is_typed(self, session, clock):
        fail(session, FAILURES_PER_EMAIL_AND_ADDRESS, email=" Ana@Example.ORG ")
        assert wait(session) is not None

    def test_somebody_elsewhere_is_not_kept_out(self, session, clock):
        fail(session, FAILURES_PER_EMAIL_AND_ADDRESS)
        assert wait(session, address="192.0.2.2") is None

    def test_one_client_that_tries_many_accounts_waits(self, session, clock):
        for n in range(FAILURES_PER_ADDRESS):
            fail(session, 1, email=f"user{n}@example.org")
        assert wait(session, email="another@example.org") == timedelta(minutes=15)
        assert wait(session, email="another@example.org", address="192.0.2.2") is None

    def test_an_ipv6_customer_is_one_client(self, session, clock):
        fail(session, FAILURES_PER_EMAIL_AND_ADDRESS, address="2001:db8::1")
        assert wait(session, address="2001:db8::ffff") is not None
        assert wait(session, address="2001:db8:0:1::1") is None

    def test_an_ipv4_client_is_the_same_through_ipv6(self, session, clock):
        fail(session, FAILURES_PER_EMAIL_AND_ADDRESS, address="::ffff:192.0.2.1")
        assert wait(session, address="192.0.2.1") is not None

    def test_what_counts_no_more_is_deleted(self, session, clock):
        fail(session, 3)
        clock.shift(timedelta(minutes=16))
        fail(session, 1, email="other@example.org")
        assert attempts(session) == 1

    def test_success_clears_the_failures(self, session, clock, password_hash):
        UserFactory(email="ana@example.org", password_hash=password_hash)
        fail(session, 3)
        fail(session, 1, email="other@example.org")
        attempt = record_attempt(session, "ana@example.org", "192.0.2.1")
        assert authenticate(session, attempt, PASSWORD, allow_demo=False) is not None
        assert attempts(session) == 1


class TestAuthenticate:
    def attempt(self, session, password=PASSWORD, allow_demo=False):
        attempt = record_attempt(session, "Ana@Example.org", "192.0.2.1")
        return authenticate(session, attempt, password, allow_demo=allow_demo)

    def test_the_right_password(self, session, password_hash):
        user = UserFactory(email="ana@example.org", password_hash=password_hash)
        assert self.attempt(session) is user
        assert self.attempt(session, "something else") is None

    def test_nobody(self, session):
        assert self.attempt(session) is None

    def test_an_account_that_is_not_active(self, session, password_hash):
        UserFactory(email="ana@example.org", password_hash=password_hash, active=False)
        assert self.attempt(session) is None

    def test_demo_accounts_only_where_they_are_allowed(self, session, password_hash):
        user = UserFactory(email="ana@example.org", password_hash=password_hash, demo=True)
        assert self.attempt(session) is None
        assert self.attempt(session, allow_demo=True) is user

    def test_an_old_hash_is_made_anew(self, session):
        old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        user = UserFactory(email="ana@example.org", password_hash=old)
        assert self.attempt(session) is user
        session.commit()
        assert user.password_hash != old
        assert passwords.verify_password(user.password_hash, PASSWORD)


class TestSessions:
    def test_the_table_never_holds_the_token(self, session):
        token = start_session(session, UserFactory(), "Firefox", MONTH)
        assert len(token) > 40
        assert token not in str(session.execute(select(UserSession.__table__)).all())

    def test_a_token_finds_its_user_in_one_query(self, session, count_queries):
        token = start_session(session, UserFactory(email="ana@example.org"), "Firefox", MONTH)
        session.commit()
        session.expunge_all()
        with count_queries:
            found = opened(session, token)
            assert found.user.email == "ana@example.org"
        assert count_queries.count == 1

    @pytest.mark.parametrize("token", ["", "x", "0" * 43])
    def test_another_token_finds_nothing(self, session, token):
        start_session(session, UserFactory(), "Firefox", MONTH)
        assert find_session(session, token, MONTH, allow_demo=True) is None

    def test_an_account_deactivated_meanwhile(self, session):
        token = start_session(session, UserFactory(active=False), "Firefox", MONTH)
        assert find_session(session, token, MONTH, allow_demo=True) is None

    def test_a_demo_account_in_production(self, session):
        token = start_session(session, UserFactory(demo=True), "Firefox", MONTH)
        assert find_session(session, token, MONTH, allow_demo=True) is not None
        assert find_session(session, token, MONTH, allow_demo=False) is None

    def test_a_session_unused_for_a_month_is_over(self, session, clock):
        token = start_session(session, UserFactory(), "Firefox", MONTH)
        clock.shift(timedelta(days=29))
        assert note_visit(session, opened(session, token))
        clock.shift(timedelta(days=29))
        assert find_session(session, token, MONTH, allow_demo=True) is not None
        clock.shift(timedelta(days=1))
        assert find_session(session, token, MONTH, allow_demo=True) is None

    def test_visits_are_noted_every_five_minutes(self, session, clock):
        token = start_session(session, UserFactory(), "Firefox", MONTH)
        found = opened(session, token)
        clock.shift(timedelta(minutes=4))
        assert not note_visit(session, found)
        clock.shift(timedelta(minutes=1))
        assert note_visit(session, found)
        assert found.last_seen_at == NOW + timedelta(minutes=5)

    def test_ending_one_leaves_the_other(self, session):
        user = UserFactory()
        one, other = (start_session(session, user, "Firefox", MONTH) for _i in range(2))
        ending = opened(session, one)
        assert end_session(session, user, ending.id)
        assert not end_session(session, user, ending.id)
        assert find_session(session, one, MONTH, allow_demo=True) is None
        assert find_session(session, other, MONTH, allow_demo=True) is not None

    def test_nobody_ends_a_session_of_somebody_else(self, session):
        token = start_session(session, UserFactory(), "Firefox", MONTH)
        found = opened(session, token)
        assert not end_session(session, UserFactory(), found.id)

    def test_ending_the_others_keeps_one(self, session):
        user = UserFactory()
        keep = find_session(
            session, start_session(session, user, "a", MONTH), MONTH, allow_demo=True
        )
        start_session(session, user, "b", MONTH)
        start_session(session, user, "c", MONTH)
        assert end_other_sessions(session, user, keep) == 2
        assert open_sessions(session, user, MONTH) == [keep]
        assert end_other_sessions(session, user) == 1

    def test_signing_in_forgets_what_is_long_over(self, session, clock):
        user = UserFactory()
        start_session(session, user, "a", MONTH)
        clock.shift(MONTH + timedelta(days=1))
        start_session(session, user, "b", MONTH)
        assert session.scalars(select(UserSession.browser)).all() == ["b"]


@pytest.mark.parametrize(
    "address, answer",
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("192.0.2.1", False),
     ("10.0.0.1", False), ("", False), (None, False), ("localhost", False)],
)  # fmt: skip
def test_loopback(address, answer):
    assert is_loopback(address) is answer
