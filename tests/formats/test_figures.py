"""Published figures as people write them into a cell."""

import pytest
from hypothesis import given, strategies as st

from tracker.formats.figures import Amount, BadFigure, amount_text, cell_text, parse_cell


@pytest.mark.parametrize(
    "text, value, unit, qualifier",
    [
        ("1204", 1204, "count", "exact"),
        ("1,204", 1204, "count", "exact"),
        ("1.204", 1204, "count", "exact"),
        ("1 204", 1204, "count", "exact"),
        ("1\u202f204", 1204, "count", "exact"),
        ("1’204", 1204, "count", "exact"),
        ("1.204.333", 1204333, "count", "exact"),
        ("0", 0, "count", "exact"),
        ("~1200", 1200, "count", "about"),
        ("≈ 1,200", 1200, "count", "about"),
        ("About 1200", 1200, "count", "about"),
        ("aprox. 300", 300, "count", "about"),
        ("alrededor de 300", 300, "count", "about"),
        ("≥1200", 1200, "count", "at-least"),
        (">= 1200", 1200, "count", "at-least"),
        ("1200+", 1200, "count", "at-least"),
        ("1,200 or more", 1200, "count", "at-least"),
        ("at least 1200", 1200, "count", "at-least"),
        ("Más de 350", 350, "count", "at-least"),
        ("pelo menos 350", 350, "count", "at-least"),
        ("35%", 35, "percent", "exact"),
        ("12,5 %", 12.5, "percent", "exact"),
        ("~35%", 35, "percent", "about"),
        ("10.333%", 10.333, "percent", "exact"),
    ],
)
def test_a_cell_is_read_as_it_was_published(text, value, unit, qualifier):
    assert parse_cell(text) == (Amount(value, unit, qualifier),)


def test_a_cell_may_hold_a_number_and_its_share_or_nothing():
    assert parse_cell("14%; 133") == (Amount(133), Amount(14, "percent"))
    assert parse_cell("") == parse_cell(" ") == parse_cell("–") == ()


@pytest.mark.parametrize(
    "text, reason",
    [
        ("many", "number"), ("-5", "number"), ("1e5", "number"), ("nan", "number"),
        ("1,20,4", "number"), ("12 34", "number"), ("about 12+", "number"), ("٣", "number"),
        ("≯5", "number"), ("<5", "number"), ("½", "number"), ("5" * 61, "number"),
        ("12.5", "whole"), ("0.350", "whole"), ("101%", "percent"), ("2000000000", "large"),
        ("5; 6", "twice"), ("5%; 6%", "twice"),
    ],
)  # fmt: skip
def test_what_is_no_figure_says_why(text, reason):
    with pytest.raises(BadFigure) as refused:
        parse_cell(text)
    assert refused.value.reason == reason


COUNTS = st.builds(
    Amount,
    st.integers(0, 10**9).map(float),
    st.just("count"),
    st.sampled_from(("exact", "at-least", "about")),
)
PERCENTAGES = st.builds(
    Amount,
    st.decimals(0, 100, places=3).map(float),
    st.just("percent"),
    st.sampled_from(("exact", "at-least", "about")),
)
CELLS = st.tuples() | st.tuples(COUNTS) | st.tuples(PERCENTAGES) | st.tuples(COUNTS, PERCENTAGES)


@given(CELLS)
def test_what_a_cell_shows_is_read_back(cell):
    assert parse_cell(cell_text(cell)) == cell


@given(st.integers(0, 10**9), st.sampled_from(",. '"))
def test_thousands_are_set_off_by_any_sign(value, sign):
    assert parse_cell(f"{value:,}".replace(",", sign)) == (Amount(value),)


@given(st.text(max_size=70))
def test_any_text_is_figures_or_refused(text):
    try:
        cell = parse_cell(text)
    except BadFigure:
        return
    assert parse_cell(cell_text(cell)) == cell
    for amount in cell:
        assert amount.value >= 0
        assert amount.unit == "count" or amount.value <= 100


def test_long_numbers_are_written_out():
    assert amount_text(Amount(10**9)) == "1000000000"
    assert amount_text(Amount(0.00001, "percent")) == "0.00001%"
