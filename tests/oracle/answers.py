"""The oracle: a world and a question in, measures and tables out."""

from tests.oracle import coverage, event, organization, period, space
from tests.oracle.world import Answer, Asked, World


def answer(world: World, asked: Asked) -> Answer:
    """What the report has to say."""
    found = {
        "organization": organization.answer,
        "event": event.answer,
        "space": space.answer,
        "period": period.answer,
        "coverage": coverage.answer,
    }
    return found[asked.report](world, asked)
