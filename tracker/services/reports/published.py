"""The table of headcounts as they were published (DESIGN 3, rules 17 and 18)."""

from collections.abc import Sequence

from flask_babel import gettext as _

from tracker.formats.tables import Table
from tracker.services.counting.published import PublishedFigure

PUBLISHED = (
    "event_key", "metric", "mode", "dimension", "value_key", "unit", "value", "qualifier",
    "adds_up",
)  # fmt: skip


def published_table(figures: Sequence[PublishedFigure]) -> Table:
    """One row a headcount, with the columns of the load format."""
    rows = tuple(
        (
            each.event_key, each.figure.metric, each.figure.mode, each.figure.dimension,
            each.figure.value_key, each.figure.unit, _whole(each.figure.value),
            each.figure.qualifier, each.adds_up,
        )
        for each in figures
    )  # fmt: skip
    return Table("published", _("As published"), PUBLISHED, rows)


def _whole(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value
