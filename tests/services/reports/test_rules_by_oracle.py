"""Every report of random worlds, against an oracle that counts them by DESIGN 3 alone."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.oracle.answers import answer
from tests.oracle.comparing import differences
from tests.oracle.stored import Stored
from tests.oracle.strategies import questions, worlds
from tracker.extensions import db
from tracker.models.vocabulary import REPORTS
from tracker.services.reports.answer import answer as reported

EXAMPLES = {"sqlite": 100, "postgresql": 5}


@pytest.fixture(params=REPORTS)
def report(request):
    return request.param


def check(world, asked):
    """Store a world, ask the service, and roll back."""
    try:
        stored = Stored(db.session, world)
        found = reported(db.session, stored.question(asked))
        wrong = list(differences(found, answer(world, asked), asked, stored.ids["person"]))
    finally:
        db.session.rollback()
        db.session.expunge_all()
    assert not wrong, "\n".join([str(asked), *wrong])


@pytest.mark.parametrize("engine", EXAMPLES)
def test_every_figure_is_the_oracles(request, engine, report):
    app = request.getfixturevalue(f"{engine}_app")

    @settings(
        max_examples=EXAMPLES[engine],
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.data())
    def holds(data):
        world = data.draw(worlds())
        check(world, data.draw(questions(world, report)))

    with app.app_context():
        holds()
