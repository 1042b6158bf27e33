"""Headcounts in words, with the qualifier they were published with."""

import pytest

from tracker.services.reports.period_page import figure_in_words

FIGURE = {"metric": "participants", "mode": "all", "unit": "count", "qualifier": "exact"}


@pytest.mark.parametrize(
    "figure, text",
    [
        ({"value": 41, "metric": "sessions"}, "41 sessions"),
        ({"value": 3000, "qualifier": "at-least"}, "more than 3,000 participants"),
        ({"value": 45, "metric": "countries", "qualifier": "at-least"}, "more than 45 countries"),
        ({"value": 1, "metric": "countries"}, "1 country"),
        ({"value": 80, "mode": "online", "qualifier": "about"}, "about 80 participants online"),
        ({"value": 1, "mode": "in-person"}, "1 participant in person"),
        ({"value": 34, "metric": "newcomers", "unit": "percent"}, "34 % newcomers"),
        ({"value": 12, "metric": "organizations"}, "12 organizations"),
        ({"value": 99, "metric": "registrations"}, "99 registrations"),
        ({"value": 7, "metric": "returning"}, "7 who had been there before"),
        ({"value": 500, "metric": "expected"}, "500 expected"),
    ],
)
def test_a_figure_in_words(app, figure, text):
    with app.test_request_context():
        assert figure_in_words({**FIGURE, **figure}) == text
