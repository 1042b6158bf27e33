"""Lists as CSV are still being read from the database when their request is over."""

import csv
import io

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.clients import Client
from tests.factories import (
    AttendanceFactory,
    EventFactory,
    FollowUpFactory,
    OrganizationFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.extensions import db

ROWS = "/reports/period/rows"


@pytest.fixture
def browser(app):
    """A browser of somebody signed in, as it is outside of tests: nothing is open around it."""
    with app.app_context():
        factories.use(db.session)
        event = EventFactory(space=SpaceFactory(), organizer=OrganizationFactory())
        AttendanceFactory(event=event)
        FollowUpFactory(event=event)
        user = UserFactory(role="editor")
        db.session.commit()
        name = app.config["SESSION_COOKIE_NAME"]
        cookie = Client(app).sign_in(user).get_cookie(name)
    browser = FlaskClient(app, app.response_class)
    browser.set_cookie(name, cookie.value)
    return browser


@pytest.mark.parametrize(
    "path",
    [
        "/events/.csv", "/people/.csv", "/organizations/.csv", "/spaces/.csv", "/follow-ups/.csv",
        f"{ROWS}/events.csv", f"{ROWS}/attendances.csv", f"{ROWS}/people.csv",
    ],
)  # fmt: skip
def test_a_list_is_read_to_its_end(browser, path):
    response = browser.get(path, buffered=True)
    assert response.status_code == 200
    assert list(csv.DictReader(io.StringIO(response.text)))
