"""The language and the look, remembered."""

import pytest

from tests.factories import UserFactory


def cookie_line(response, name):
    return next(c for c in response.headers.getlist("Set-Cookie") if c.startswith(f"{name}="))


class TestLanguage:
    def test_is_remembered_by_the_browser(self, client, session):
        answer = client.post("/preferences/language", data={"language": "pt", "next": "/sign-in"})
        assert (answer.status_code, answer.location) == (303, "/sign-in")
        line = cookie_line(answer, "language")
        for part in ("Max-Age=31536000", "SameSite=Lax", "HttpOnly", "Path=/"):
            assert part in line
        page = client.get("/sign-in", headers={"Accept-Language": "es"})
        assert '<html lang="pt"' in page.text

    def test_is_remembered_by_the_account(self, app, client, session):
        user = UserFactory(language="en")
        client.sign_in(user)
        client.post("/preferences/language", data={"language": "es"})
        assert user.language == "es"
        elsewhere = app.test_client().sign_in(user)
        assert '<html lang="es"' in elsewhere.get("/account").text

    @pytest.mark.parametrize("language", ["", "fr", "EN", "<script>"])
    def test_one_that_is_none(self, client, session, language):
        answer = client.post("/preferences/language", data={"language": language})
        assert answer.status_code == 400
        assert client.get_cookie("language") is None

    def test_a_link_cannot_do_it(self, client, session):
        assert client.get("/preferences/language?language=es").status_code == 405


class TestTheme:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_is_remembered(self, client, session, theme):
        client.post("/preferences/theme", data={"theme": theme})
        assert f'data-theme="{theme}"' in client.get("/sign-in").text

    def test_as_the_device_asks(self, client, session):
        client.post("/preferences/theme", data={"theme": "dark"})
        client.post("/preferences/theme", data={"theme": "auto"})
        assert client.get_cookie("theme") is None
        assert "data-theme" not in client.get("/sign-in").text

    def test_one_that_is_none(self, client, session):
        assert client.post("/preferences/theme", data={"theme": "pink"}).status_code == 400


class TestGoingBack:
    @pytest.mark.parametrize(
        "sent, referrer, target",
        [
            ("/events/?kind=forum", None, "/events/?kind=forum"),
            ("", "http://localhost/spaces/?q=a", "/spaces/?q=a"),
            ("https://evil.example/", "http://localhost/spaces/", "/spaces/"),
            ("", "https://evil.example/spaces/", "/"),
            ("//evil.example/", None, "/"),
            ("", None, "/"),
            # The choice would be hidden by it.
            ("/events/?lang=es&kind=forum", None, "/events/?kind=forum"),
            ("/events/?lang=es", None, "/events/"),
        ],
    )
    def test_to_where_the_reader_was(self, client, session, sent, referrer, target):
        headers = {"Referer": referrer} if referrer else {}
        answer = client.post(
            "/preferences/language", data={"language": "es", "next": sent}, headers=headers
        )
        assert answer.location == target


class TestNegotiation:
    @pytest.mark.parametrize(
        "accepted, language",
        [("es-MX,es;q=0.9,en;q=0.8", "es"), ("pt-BR", "pt"), ("fr, pt;q=0.5", "pt"),
         ("en-US", "en"), ("de", "en"), ("", "en"), ("*", "en")],
    )  # fmt: skip
    def test_the_language_of_the_browser(self, client, session, accepted, language):
        page = client.get("/sign-in", headers={"Accept-Language": accepted})
        assert f'<html lang="{language}"' in page.text
        assert page.headers["Content-Language"] == language
        assert {"cookie", "accept-language"} <= {name.lower() for name in page.vary}

    def test_lang_is_for_one_page(self, client, session):
        client.set_cookie("language", "pt")
        assert '<html lang="es"' in client.get("/sign-in?lang=es").text
        assert '<html lang="pt"' in client.get("/sign-in").text

    def test_of_the_account_before_the_browser(self, client, session):
        client.sign_in(UserFactory(language="pt"))
        page = client.get("/account", headers={"Accept-Language": "es"})
        assert '<html lang="pt"' in page.text
