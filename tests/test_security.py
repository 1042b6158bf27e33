"""What holds on every answer: headers, tokens against forgery, cookies, addresses to go on to."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.conftest import TestingConfig
from tests.factories import UserFactory
from tracker import create_app
from tracker.models import User, UserSession
from tracker.security import safe_next
from tracker.services import sign_in as signing_in
from tracker.services.passwords import hash_password

PASSWORD = "a long walk to Olmos"


def cookies(response):
    return response.headers.getlist("Set-Cookie")


class TestHeaders:
    @pytest.mark.parametrize(
        "path", ["/sign-in", "/nothing-here", "/sign-out", "/account", "/static/css/app.css",
                 "/suggest/organizations?q=x", "/suggest/people"],
    )  # fmt: skip
    def test_on_pages_errors_redirects_files_and_json(self, client, session, path):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self'; img-src 'self' data:;")
        for part in ("frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"):
            assert part in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Permissions-Policy" in headers

    def test_tls_is_remembered_only_over_tls(self, client, session):
        secure = client.get("/sign-in", base_url="https://localhost")
        assert secure.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert "Strict-Transport-Security" not in client.get("/sign-in").headers

    def test_what_the_signed_in_see_is_nobody_elses(self, client, session):
        client.sign_in(UserFactory())
        assert client.get("/account").headers["Cache-Control"] == "private, no-store"
        assert client.get("/nothing-here").headers["Cache-Control"] == "private, no-store"


class TestForgery:
    @pytest.fixture(autouse=True)
    def enabled(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    def token(self, client, path="/sign-in"):
        return re.findall(r'name="csrf_token" value="([^"]+)"', client.get(path).text)[0]

    def test_no_form_is_taken_without_its_token(self, app, client, session):
        client.sign_in(UserFactory(role="admin"))
        posted = 0
        for rule in app.url_map.iter_rules():
            if not {"POST", "PUT", "PATCH", "DELETE"} & rule.methods:
                continue
            path = re.sub(r"<[^>]*>", "1", rule.rule)
            answer = client.open(path, method=min(rule.methods - {"GET", "HEAD", "OPTIONS"}))
            assert answer.status_code == 400, rule
            assert "open too long" in answer.text
            posted += 1
        assert posted > 5

    def test_a_token_of_somebody_else_is_none(self, app, client, session):
        theirs = self.token(app.test_client())
        self.token(client)
        data = {"language": "es", "csrf_token": theirs}
        assert client.post("/preferences/language", data=data).status_code == 400

    def test_with_its_token_it_is_taken(self, client, session):
        data = {"language": "es", "csrf_token": self.token(client)}
        assert client.post("/preferences/language", data=data).status_code == 303

    def test_every_form_that_posts_carries_one(self, client, session):
        user = UserFactory(role="admin")
        client.sign_in(user)
        for path in ("/sign-in", "/account", "/users/", "/users/new", f"/users/{user.id}/edit"):
            for form in re.findall(r"<form.*?</form>", client.get(path).text, re.DOTALL):
                if 'method="post"' in form:
                    assert 'name="csrf_token"' in form, (path, form)

    def test_signing_in_makes_the_old_token_worthless(self, client, session):
        UserFactory(email="ana@example.org", password_hash=hash_password(PASSWORD))
        before = self.token(client)
        data = {"email": "ana@example.org", "password": PASSWORD, "csrf_token": before}
        assert client.post("/sign-in", data=data).status_code == 303
        assert self.token(client, "/account") != before
        assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400


class TestCookies:
    def test_of_the_session(self, client, session):
        (line,) = cookies(client.get("/sign-in"))
        assert "HttpOnly" in line
        assert "SameSite=Lax" in line
        assert "Secure" not in line

    @pytest.mark.parametrize(
        "settings", [{"environment": "production"}, {"base_url": "https://encuentro.example.org"}]
    )
    def test_are_secure_where_there_is_tls(self, settings):
        settings = {"environment": "testing", **settings}
        app = create_app(
            TestingConfig(database_url="sqlite://", secret_key="for tests only", **settings)
        )
        app.config["WTF_CSRF_ENABLED"] = False
        client = app.test_client()
        of_session = cookies(client.get("/sign-in"))
        of_language = cookies(client.post("/preferences/language", data={"language": "es"}))
        assert of_session
        assert of_language
        assert all("Secure;" in line + ";" for line in of_session + of_language)

    def test_hold_a_token_and_no_account(self, client, session):
        user = UserFactory(email="ana@example.org", password_hash=hash_password(PASSWORD))
        client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
        with client.session_transaction() as cookie:
            token = cookie["_user_id"]
        assert len(token) > 40
        assert str(user.id) != token
        assert session.scalar(select(UserSession.token_hash)) != token


class TestFixation:
    @pytest.fixture(autouse=True)
    def ana(self, session):
        return UserFactory(email="ana@example.org", password_hash=hash_password(PASSWORD))

    def sign_in(self, client):
        return client.post("/sign-in", data={"email": "ana@example.org", "password": PASSWORD})

    def test_nothing_of_the_session_before_survives(self, client):
        with client.session_transaction() as cookie:
            cookie["planted"] = "by somebody else"
            cookie["_user_id"] = "known to somebody else"
        assert self.sign_in(client).status_code == 303
        with client.session_transaction() as cookie:
            assert "planted" not in cookie
            assert cookie["_user_id"] != "known to somebody else"

    def test_signing_in_again_ends_the_session_before(self, app, client, session):
        self.sign_in(client)
        stolen = client.get_cookie("encuentro").value
        self.sign_in(client)
        assert client.get("/account").status_code == 200
        thief = app.test_client()
        thief.set_cookie("encuentro", stolen)
        assert thief.get("/account").status_code == 303

    @pytest.mark.parametrize("token", [1, "", "x", None, ["a"], {"a": 1}, "é" * 50])
    def test_a_token_that_is_none_is_nobody(self, client, token):
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        assert client.get("/account").status_code == 303


@pytest.mark.parametrize(
    "target, taken",
    [
        ("/events/", True),
        ("/events/?kind=forum&q=a%2Fb", True),
        ("/", True),
        ("/organizations/nic?next=https://x.example", True),
        ("/@evil.example", True),
        (None, False),
        ("", False),
        ("events", False),
        ("https://evil.example/", False),
        ("HTTPS:evil.example", False),
        ("//evil.example/", False),
        ("///evil.example/", False),
        ("/\\evil.example/", False),
        ("\\\\evil.example/", False),
        ("/events\\..\\x", False),
        ("/\t/evil.example/", False),
        ("\t//evil.example/", False),
        (" //evil.example/", False),
        ("/\n/evil.example", False),
        ("/events\r\nSet-Cookie: a=b", False),
        ("/\x00/evil.example", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("@evil.example", False),
        ("/" + "a" * 3000, False),
    ],
)
def test_only_paths_of_this_site_are_gone_on_to(target, taken):
    assert safe_next(target) == (target if taken else None)


def test_signing_in_never_leads_elsewhere(client, session):
    UserFactory(email="ana@example.org", password_hash=hash_password(PASSWORD))
    data = {"email": "ana@example.org", "password": PASSWORD, "next": "//evil.example/"}
    assert client.post("/sign-in", data=data).location == "/"
    assert client.get("/sign-in?next=//evil.example/").location == "/"


class TestFailure:
    """A page even where the database is what failed."""

    @pytest.fixture
    def plain(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "TESTING", False)
        return FlaskClient(app, app.response_class)

    @pytest.fixture
    def broken(self, monkeypatch):
        def fail(*_arguments, **_options):
            raise OperationalError("SELECT", {}, Exception("no database"))

        monkeypatch.setattr(signing_in, "find_session", fail)

    def test_is_calm_and_tells_nothing(self, plain, broken, session):
        with plain.session_transaction() as cookie:
            cookie["_user_id"] = "x"
        answer = plain.get("/account", headers={"Accept-Language": "es"})
        assert answer.status_code == 500
        assert '<html lang="es"' in answer.text
        assert answer.text.count("<h1") == 1
        assert "Traceback" not in answer.text
        assert "SELECT" not in answer.text
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]

    def test_asks_the_database_nothing(self, plain, monkeypatch, session, count_queries):
        def fail():
            raise RuntimeError

        monkeypatch.setattr("tracker.views.accounts.SignInForm", lambda **_k: fail())
        with count_queries:
            assert plain.get("/sign-in").status_code == 500
        assert count_queries.count == 0

    def test_programs_get_json(self, plain, broken, session):
        with plain.session_transaction() as cookie:
            cookie["_user_id"] = "x"
        answer = plain.get("/suggest/people?q=a")
        assert answer.status_code == 500
        assert answer.json["error"]


def test_a_visit_that_cannot_be_noted_is_still_answered(client, session, monkeypatch):
    def busy(*_arguments):
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    client.sign_in(UserFactory(name="Demo Ana"))
    monkeypatch.setattr(signing_in, "note_visit", busy)
    assert "Demo Ana" in client.get("/account").text


def test_knowing_the_reader_is_one_query(client, session, count_queries):
    client.sign_in(UserFactory(role="admin", organization=None))
    with count_queries:
        client.get("/nothing-here")
    assert count_queries.count == 1
    assert "users" in count_queries.statements[0]


def test_the_public_is_known_without_a_query(client, session, count_queries):
    with count_queries:
        client.get("/sign-in")
    assert count_queries.count == 0


def test_an_account_answers_what_flask_login_asks():
    user = User(active=True)
    assert (user.is_authenticated, user.is_active, user.is_anonymous) == (True, True, False)
