"""The periods that a report offers."""

from datetime import date

import pytest

from tracker.services.reports.picker import offered_periods, offered_years

TODAY = date(2026, 3, 15)


def offered(first, last, today=TODAY):
    return list(offered_periods(first, last, today, "what is shown"))


def test_calendar_and_fiscal_years_and_everything(app):
    with app.test_request_context():
        found = offered(None, None)
    assert [(each.text, each.first, each.last) for each in found] == [
        ("This year", "2026-01-01", "2026-12-31"),
        ("Last year", "2025-01-01", "2025-12-31"),
        ("July 2025 – June 2026", "2025-07-01", "2026-06-30"),
        ("July 2024 – June 2025", "2024-07-01", "2025-06-30"),
        ("All time", None, None),
    ]
    assert [each.current for each in found] == [False] * 4 + [True]


def test_a_fiscal_year_begins_in_july(app):
    with app.test_request_context():
        assert offered(None, None, date(2026, 7, 1))[2].text == "July 2026 – June 2027"
        assert offered(None, None, date(2026, 6, 30))[2].text == "July 2025 – June 2026"


@pytest.mark.parametrize(
    "first, last",
    [(date(2021, 1, 1), date(2021, 12, 31)), (date(2026, 2, 3), None), (None, date(2026, 2, 3))],
)
def test_any_other_period_is_offered_as_what_is_shown(app, first, last):
    with app.test_request_context():
        found = offered(first, last)
    assert [each.text for each in found if each.current] == ["what is shown"]


def test_the_one_shown_is_offered_once(app):
    with app.test_request_context():
        found = offered(date(2025, 7, 1), date(2026, 6, 30))
        assert [each.current for each in found] == [False, False, True, False, False]
        years = offered_years(date(2021, 1, 1), date(2021, 12, 31), TODAY)
    assert [each.text for each in years][:4] == ["2024", "2023", "2022", "2021"]
    assert [each.text for each in years if each.current] == ["2021"]
