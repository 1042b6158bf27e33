"""What was issued of the question that a report page answers."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import render_template_string

from tests.factories import IssuedReportFactory, OrganizationFactory, UserFactory
from tracker.models.base import utcnow
from tracker.services.filters import EventFilter
from tracker.services.issued_reports import MOST_EARLIER, issued_for, reader_of
from tracker.services.kept_questions import keep
from tracker.services.reports.question import Question

YEAR = EventFilter(first=date(2023, 1, 1), last=date(2023, 12, 31))
CARD = """{% from "issued_reports/_card.html" import issued_card %}{{ issued_card(issued) }}"""


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC")


@pytest.fixture
def asked(lacnic):
    return Question("organization", lacnic, YEAR, None, date(2024, 6, 15))


def issued(asked, **columns):
    kept = keep(asked)
    return IssuedReportFactory(subject=kept.subject, query=kept.query, **columns)


def names(session, asked):
    return [each.name for each in issued_for(session, asked)]


def test_the_latest_of_the_same_question_first(session, asked):
    for number in range(MOST_EARLIER + 2):
        issued(asked, name=str(number), issued_at=utcnow() - timedelta(days=9 - number))
    assert names(session, asked) == ["6", "5", "4", "3", "2"]


@pytest.mark.parametrize(
    "other",
    [{"wanted": EventFilter()}, {"wanted": replace(YEAR, kind=("talk",))}, {"rollup": True},
     {"scheme": "un"}],
)  # fmt: skip
def test_not_those_of_another_question(session, asked, other):
    issued(asked)
    assert names(session, replace(asked, **other)) == []


def test_not_those_of_another_organization(session, asked):
    issued(asked)
    assert names(session, replace(asked, subject=OrganizationFactory())) == []


def test_however_the_filters_were_ordered(session, asked):
    one = replace(asked, wanted=replace(YEAR, kind=("talk", "forum"), country=("UY", "BR")))
    other = replace(asked, wanted=replace(YEAR, kind=("forum", "talk"), country=("BR", "UY")))
    issued(one, name="N")
    assert names(session, other) == ["N"]


def test_under_an_earlier_name_of_the_subject(session, asked, lacnic, write):
    issued(asked, name="N")
    write(lacnic, acronym="LACNIC NEW")
    assert names(session, asked) == ["N"]


def test_those_of_the_community_are_for_those_signed_in(session, asked):
    issued(asked, name="N", audience="community")
    assert names(session, asked) == []
    assert names(session, replace(asked, user=UserFactory(role="viewer"))) == ["N"]


def test_the_card(session, app, asked):
    with app.test_request_context():
        assert render_template_string(CARD, issued=[]).strip() == ""
        one = issued(asked, name="Annual report")
        page = render_template_string(CARD, issued=issued_for(session, asked))
    assert f'href="/reports/issued/{one.id}">Annual report</a>' in page
    assert "see then and now" in page


def test_the_reader_of_an_audience_belongs_nowhere():
    assert reader_of("public") is None
    community = reader_of("community")
    assert (community.organization_id, community.person_id) == (None, None)
