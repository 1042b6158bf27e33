"""What whoever runs the site can ask it."""

import pytest
from flask.testing import FlaskClient

from config import Config
from tests.factories import EventFactory, UserFactory


def test_healthz_says_that_the_process_answers(client, count_queries):
    with count_queries:
        response = client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")
    assert count_queries.count == 0


def test_readyz_says_that_the_database_does(client):
    response = client.get("/readyz")
    assert (response.status_code, response.text) == (200, "ready\n")


def test_readyz_notices_another_schema(app, session, client, monkeypatch):
    monkeypatch.setattr("tracker.services.database.newest_schema", lambda: "9999")
    # The suite's own client refuses answers of 500 and more, which this one has to be.
    response = FlaskClient(app, app.response_class).get("/readyz")
    assert response.status_code == 503
    assert "not ready" in response.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_nothing_is_stored_and_no_session_begun(session, client, path):
    response = client.sign_in(UserFactory()).get(path)
    assert response.mimetype == "text/plain"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


class TestMetrics:
    @pytest.fixture(autouse=True)
    def nothing_counted_yet(self, app):
        app.extensions.pop("metrics", None)

    def lines(self, client, **options):
        response = client.get("/metrics", **options)
        assert response.status_code == 200
        return [line for line in response.text.splitlines() if not line.startswith("#")]

    def test_counts_and_the_revision(self, session, client):
        EventFactory()
        lines = self.lines(client)
        assert 'encuentro_rows{table="events"} 1' in lines
        assert "encuentro_revision 1" in lines
        assert any(line.startswith("encuentro_build_info{version=") for line in lines)
        EventFactory()
        assert 'encuentro_rows{table="events"} 2' in self.lines(client)

    def test_counts_are_taken_once_a_revision(self, session, client, count_queries):
        EventFactory()
        self.lines(client)
        with count_queries:
            self.lines(client)
        assert count_queries.count <= 3

    def test_the_format_is_that_of_prometheus(self, client):
        response = client.get("/metrics")
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert response.text.endswith("\n")
        assert "# TYPE encuentro_rows gauge\n" in response.text

    def test_other_machines_get_nothing(self, client):
        elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
        assert client.get("/metrics", environ_base=elsewhere).status_code == 403
        assert self.lines(client, environ_base={"REMOTE_ADDR": "::1"})

    def test_with_a_token_only_the_token_counts(self, app, client, monkeypatch):
        config = Config(environment="testing", secret_key="x", metrics_token="let me in")
        monkeypatch.setitem(app.extensions, "settings", config)
        assert client.get("/metrics").status_code == 403
        wrong = {"Authorization": "Bearer nö"}
        assert client.get("/metrics", headers=wrong).status_code == 403
        elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
        right = {"Authorization": "Bearer let me in"}
        assert self.lines(client, headers=right, environ_base=elsewhere)
