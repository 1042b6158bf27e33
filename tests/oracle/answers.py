"""The oracle: a world and a question in, measures and tables out."""

from tests.oracle import event, organization, period, space
from tests.oracle.coverage import matrix
from tests.oracle.world import Answer, Asked, World


def answer(world: World, asked: Asked) -> Answer:
    """What the report has to say."""
    if asked.report == "coverage":
        return Answer({}, {"matrix": matrix(world, asked)})
    found = {
        "organization": organization.answer,
        "event": event.answer,
        "space": space.answer,
        "period": period.answer,
    }
    return found[asked.report](world, asked)
