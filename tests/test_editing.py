"""What the views of every form share: a write that does not go through becomes a message."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tests.factories import OrganizationFactory
from tracker.editing import saved
from tracker.errors import Conflict
from tracker.forms.organizations import OrganizationForm
from tracker.models.changes import attribute


@pytest.fixture
def form(app, session):
    with app.test_request_context("/"):
        yield OrganizationForm(meta={"csrf": False})


@pytest.mark.parametrize(
    "problem", [StaleDataError("stale"), IntegrityError("insert", {}, Exception("unique"))]
)
def test_a_race_that_was_lost_writes_nothing_and_says_so(session, form, problem):
    organization = OrganizationFactory(headquarters_city="Montevideo")

    def write():
        attribute(session, "test", None)
        organization.headquarters_city = "Elsewhere"
        raise problem

    assert not saved(session, form, write)
    assert "at the same moment" in str(form.form_errors[0])
    assert organization.headquarters_city == "Montevideo"


def test_a_conflict_stands_at_its_field(session, form):
    def write():
        raise Conflict("Taken.", "acronym")

    assert not saved(session, form, write)
    assert form.acronym.errors == ["Taken."]


def test_what_went_through_leaves_no_message(session, form):
    assert saved(session, form, lambda: None)
    assert not form.errors
