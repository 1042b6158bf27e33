"""Signing in and out, and one's own account."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update

from tests.factories import OrganizationFactory, UserFactory
from tracker.models import SignInAttempt, User, UserSession
from tracker.models.base import utcnow
from tracker.services.passwords import hash_password, verify_password
from tracker.views.accounts import describe_browser

PASSWORD = "a long walk to Olmos"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(scope="module")
def password_hash():
    return hash_password(PASSWORD)


@pytest.fixture
def ana(session, password_hash):
    return UserFactory(
        email="ana@example.org", name="Demo Ana", password_hash=password_hash, language=None
    )


def sign_in(client, password=PASSWORD, email="ana@example.org", **kwargs):
    data = {"email": email, "password": password, **kwargs.pop("data", {})}
    return client.post("/sign-in", data=data, **kwargs)


def signed_in(client):
    return client.get("/account").status_code == 200


class TestSignIn:
    def test_the_form(self, client, session):
        page = client.get("/sign-in?next=/events/")
        assert page.status_code == 200
        assert 'name="email"' in page.text
        assert 'type="email"' in page.text
        assert 'autocomplete="current-password"' in page.text
        assert 'name="next" value="/events/"' in page.text
        assert page.text.count("autofocus") == 1

    def test_goes_on_to_where_one_wanted(self, client, ana):
        refused = client.get("/account?x=1")
        assert refused.status_code == 303
        assert refused.location == "/sign-in?next=/account?x%3D1"
        answer = sign_in(client, data={"next": "/account?x=1"})
        assert (answer.status_code, answer.location) == (303, "/account?x=1")
        assert signed_in(client)

    def test_without_next_to_the_overview(self, client, ana):
        assert sign_in(client, email=" ANA@example.org ").location == "/"

    @pytest.mark.parametrize(
        "email, password",
        [("ana@example.org", "wrong"), ("nobody@example.org", PASSWORD)],
    )
    def test_never_says_which_of_the_two_was_wrong(self, client, ana, email, password):
        page = sign_in(client, password, email)
        assert page.status_code == 422
        assert "The e-mail address or the password is not right." in page.text
        assert f'value="{email}"' in page.text
        assert password not in page.text
        assert not signed_in(client)

    @pytest.mark.parametrize("data", [{}, {"email": "ana@example.org"}, {"password": "x"}])
    def test_both_are_needed(self, client, session, data):
        page = client.post("/sign-in", data=data)
        assert page.status_code == 422
        assert "This is needed." in page.text
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0

    @pytest.mark.parametrize(
        "email", ["a\x00b@example.org", "<script>@x", "x" * 300, "é@example.org", "'; --"]
    )
    def test_odd_addresses_are_only_wrong(self, client, session, email):
        assert sign_in(client, email=email).status_code == 422

    def test_an_account_that_is_not_active(self, client, session, password_hash):
        UserFactory(email="ana@example.org", password_hash=password_hash, active=False)
        assert sign_in(client).status_code == 422

    def test_too_many_tries_are_told_when(self, client, ana):
        with time_machine.travel(utcnow(), tick=False) as clock:
            for _i in range(5):
                assert sign_in(client, "wrong").status_code == 422
            clock.shift(timedelta(minutes=3))
            page = sign_in(client)
            assert page.status_code == 429
            assert "Please try again in 12 minutes." in page.text
            assert not signed_in(client)
            clock.shift(timedelta(minutes=12))
            assert sign_in(client).status_code == 303

    def test_another_worker_counts_the_same_tries(self, app, client, ana):
        for _i in range(5):
            sign_in(app.test_client(), "wrong")
        assert sign_in(client).status_code == 429

    def test_somebody_elsewhere_is_not_kept_out(self, client, ana):
        for _i in range(5):
            sign_in(client, "wrong", environ_base={"REMOTE_ADDR": "192.0.2.1"})
        assert sign_in(client, environ_base={"REMOTE_ADDR": "192.0.2.2"}).status_code == 303

    def test_success_forgets_the_failures(self, client, ana):
        for _i in range(4):
            sign_in(client, "wrong")
        assert sign_in(client).status_code == 303
        for _i in range(5):
            assert sign_in(client, "wrong").status_code == 422

    def test_who_is_signed_in_already_goes_on(self, client, ana):
        client.sign_in(ana)
        assert client.get("/sign-in?next=/account").location == "/account"

    def test_signing_in_writes_no_change(self, client, ana, session):
        sign_in(client)
        assert session.scalar(select(UserSession.user_id)) == ana.id


class TestDemoAccounts:
    @pytest.fixture
    def demo(self, session, password_hash):
        return UserFactory(email="ana@example.org", password_hash=password_hash, demo=True)

    @pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
    def test_on_this_machine(self, client, demo, address):
        assert sign_in(client, environ_base={"REMOTE_ADDR": address}).status_code == 303

    def test_from_elsewhere(self, client, demo):
        page = sign_in(client, environ_base={"REMOTE_ADDR": "192.0.2.1"})
        assert page.status_code == 422
        assert "The e-mail address or the password is not right." in page.text

    @pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
    def test_through_a_proxy_on_this_machine(self, client, demo, header):
        page = sign_in(client, headers={header: "127.0.0.1"})
        assert page.status_code == 422


class TestSignOut:
    def test_ends_the_session_and_not_only_the_cookie(self, app, client, ana, session):
        sign_in(client)
        cookie = client.get_cookie("encuentro").value
        assert client.post("/sign-out").status_code == 303
        assert not signed_in(client)
        assert session.scalar(select(UserSession.ended_at)) is not None
        thief = app.test_client()
        thief.set_cookie("encuentro", cookie)
        assert not signed_in(thief)

    def test_twice_does_no_harm(self, client, session):
        assert client.post("/sign-out").status_code == 303

    def test_a_link_cannot_do_it(self, client, ana):
        client.sign_in(ana)
        assert client.get("/sign-out").status_code == 405


class TestAccount:
    def test_shows_name_language_and_sessions(self, client, session):
        user = UserFactory(organization=OrganizationFactory(acronym="LACNIC"), name="Demo Ana")
        client.sign_in(user)
        page = client.get("/account", headers={"User-Agent": FIREFOX})
        assert "Demo Ana" in page.text
        assert "LACNIC" in page.text
        assert "this one" in page.text

    def test_changes_name_and_language(self, client, ana, session):
        client.sign_in(ana)
        answer = client.post("/account", data={"name": "Demo Ana Lucía", "language": "es"})
        assert answer.status_code == 303
        assert (ana.name, ana.language) == ("Demo Ana Lucía", "es")
        assert client.get_cookie("language").value == "es"
        assert '<html lang="es"' in client.get("/account").text

    def test_no_language_asks_the_browser_again(self, client, ana, session):
        client.sign_in(ana)
        client.set_cookie("language", "pt")
        client.post("/account", data={"name": "Demo Ana", "language": ""})
        assert ana.language is None
        assert client.get_cookie("language") is None

    def test_a_language_that_is_none(self, client, ana):
        client.sign_in(ana)
        page = client.post("/account", data={"name": "Demo", "language": "fr"})
        assert page.status_code == 422
        assert "Choose one of the list." in page.text

    def test_nothing_else_can_be_changed(self, client, ana, session):
        client.sign_in(ana)
        client.post("/account", data={"name": "Demo", "role": "admin", "email": "x@example.org"})
        assert (ana.role, ana.email) == ("editor", "ana@example.org")

    def test_what_is_shown_is_not_kept_by_the_browser(self, client, ana):
        client.sign_in(ana)
        assert client.get("/account").headers["Cache-Control"] == "private, no-store"

    def test_costs_the_same_with_many_sessions(self, app, client, ana, count_queries):
        client.sign_in(ana)
        with count_queries:
            client.get("/account")
        few = count_queries.count
        for _i in range(5):
            app.test_client().sign_in(ana)
        with count_queries:
            client.get("/account")
        assert count_queries.count == few


class TestPassword:
    NEW = "another long walk"

    def change(self, client, **changed):
        return client.post(
            "/account/password",
            data={"current_password": PASSWORD, "password": self.NEW, "repeated": self.NEW,
                  **changed},
        )  # fmt: skip

    def test_changes_and_ends_the_other_sessions(self, app, client, ana, session):
        client.sign_in(ana)
        elsewhere = app.test_client().sign_in(ana)
        assert self.change(client).status_code == 303
        assert verify_password(ana.password_hash, self.NEW)
        assert signed_in(client)
        assert not signed_in(elsewhere)

    @pytest.mark.parametrize(
        "changed, message",
        [
            ({"current_password": "not this"}, "That is not your password now."),
            ({"password": "short", "repeated": "short"}, "At least 10 characters."),
            ({"password": "1234567890", "repeated": "1234567890"}, "Too many people use"),
            ({"password": "ana@example.org", "repeated": "ana@example.org"}, "e-mail address is"),
            ({"repeated": "another long wal"}, "The two are not the same."),
            ({"password": ""}, "This is needed."),
        ],
    )
    def test_says_what_is_wrong_beside_the_field(self, client, ana, session, changed, message):
        client.sign_in(ana)
        page = self.change(client, **changed)
        assert page.status_code == 422
        assert message in page.text
        assert PASSWORD not in page.text
        assert verify_password(ana.password_hash, PASSWORD)


class TestSessions:
    def test_ending_one_of_ones_own(self, app, client, ana, session):
        elsewhere = app.test_client().sign_in(ana)
        there = session.scalar(select(UserSession.id))
        client.sign_in(ana)
        assert client.post(f"/account/sessions/{there}/end").status_code == 303
        assert not signed_in(elsewhere)
        assert signed_in(client)

    def test_ending_this_one_signs_out(self, client, ana, session):
        client.sign_in(ana)
        here = session.scalar(select(UserSession.id))
        client.post(f"/account/sessions/{here}/end")
        assert not signed_in(client)

    def test_nobody_ends_a_session_of_somebody_else(self, app, client, ana, session):
        other = app.test_client().sign_in(UserFactory())
        theirs = session.scalar(select(UserSession.id))
        client.sign_in(ana)
        assert client.post(f"/account/sessions/{theirs}/end").status_code == 404
        assert signed_in(other)

    def test_ending_all_everywhere(self, app, client, ana):
        elsewhere = app.test_client().sign_in(ana)
        client.sign_in(ana)
        assert client.post("/account/sessions/end").status_code == 303
        assert not signed_in(client)
        assert not signed_in(elsewhere)

    def test_visits_are_noted(self, client, ana, session):
        with time_machine.travel(utcnow(), tick=False) as clock:
            client.sign_in(ana)
            before = session.scalar(select(UserSession.last_seen_at))
            clock.shift(timedelta(minutes=6))
            client.get("/account")
            session.expire_all()
            seen = session.scalar(select(UserSession.last_seen_at))
            assert seen - before == timedelta(minutes=6)

    def test_deactivation_counts_at_once(self, client, ana, session):
        client.sign_in(ana)
        session.execute(update(User).values(active=False))
        session.commit()
        assert not signed_in(client)


@pytest.mark.parametrize(
    "user_agent, description",
    [
        (FIREFOX, "Firefox, Linux"),
        (("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1.15 Version/17.0 "
         "Safari/605.1.15"), "Safari, macOS"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
         "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605 CriOS/120.0 Safari/604.1",
         "Chrome, iOS"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Unknown browser"),
    ],
)  # fmt: skip
def test_browsers_are_described(app, user_agent, description):
    with app.test_request_context():
        assert describe_browser(user_agent) == description
