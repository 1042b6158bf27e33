"""Which changes touch figures that were issued."""

from datetime import UTC, date, datetime

import pytest

from tests.factories import (
    AttendanceFactory,
    ContributionFactory,
    EngagementFactory,
    EventFactory,
    HeadcountFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tracker.models import EventOrganization, EventTopic, Grouping, GroupingMember
from tracker.models.changes import attribute, record_bulk
from tracker.services.filters import EventFilter
from tracker.services.history import find_change, undo
from tracker.services.issued_changes import changes_since
from tracker.services.issued_reports import Issue, issue_figures, reader_of
from tracker.services.merging import merge_organizations, merge_people
from tracker.services.reports.question import Question

TODAY = date(2024, 6, 15)
YEAR = EventFilter(first=date(2023, 1, 1), last=date(2023, 12, 31))


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC")


@pytest.fixture
def user(session):
    return UserFactory()


@pytest.fixture
def space(session):
    return SpaceFactory()


@pytest.fixture
def event(lacnic, space):
    return EventFactory(organizer=lacnic, space=space)


@pytest.fixture
def person(event, lacnic):
    person = PersonFactory()
    AttendanceFactory(event=event, person=person, organization=lacnic)
    return person


@pytest.fixture
def issue(session, user, lacnic, person):
    """Issue figures of LACNIC in 2023, or of another question; then, what touched them."""

    def make(report="organization", subject=lacnic, wanted=YEAR, audience="public"):
        question = Question(report, subject, wanted, reader_of(audience), TODAY)
        issued = issue_figures(session, question, Issue("N", "", audience), "en", by=user)
        session.commit()

        def touched(question=question):
            """(table, operation, count) of what changed, latest change first."""
            session.commit()
            changes, _older = changes_since(session, issued, question)
            return [
                (line.table_name, line.operation, line.count)
                for change in changes
                for line in change.touched
            ]

        touched.issued, touched.question = issued, question
        return touched

    return make


def delete(session, row):
    attribute(session, "test", None)
    session.delete(row)
    session.commit()


class TestOfEvents:
    @pytest.mark.parametrize(
        "column, value",
        [("kind", "talk"), ("start_date", "2023-02"), ("status", "cancelled"), ("country", "BR"),
         ("visibility", "community"), ("deleted_at", datetime(2024, 1, 1, tzinfo=UTC)),
         ("mode", "online"), ("key", "other"), ("space", None)],
    )  # fmt: skip
    def test_a_column_that_figures_are_made_of(self, issue, write, event, column, value):
        touched = issue()
        write(event, **{column: value})
        assert touched()[-1] == ("events", "update", 1)

    @pytest.mark.parametrize(
        "column", ["name_es", "description", "venue", "city", "url", "notes", "source", "series"]
    )
    def test_a_column_that_says_nothing_of_them(self, issue, write, event, column):
        touched = issue()
        write(event, **{column: 'other "kind": 1'})
        assert touched() == []

    def test_what_belongs_to_it(self, issue, session, event):
        touched = issue()
        attendance = AttendanceFactory(event=event)
        headcount = HeadcountFactory(event=event)
        ContributionFactory(event=event)
        attribute(session, "test", None)
        partner = OrganizationFactory()
        attribute(session, "test", None)
        session.add(EventOrganization(event=event, organization=partner, role="partner"))
        session.commit()
        topic = TopicFactory()
        attribute(session, "test", None)
        session.add(EventTopic(event=event, topic=topic))
        session.commit()
        delete(session, headcount)
        delete(session, attendance)
        # Newest first; what it brought along, such as persons and organizations, is among them.
        events = [line for line in touched() if line[0] not in ("people", "organizations")]
        assert events == [
            ("attendances", "delete", 1), ("headcounts", "delete", 1),
            ("event_topics", "insert", 1), ("event_organizations", "insert", 1),
            ("contributions", "insert", 1), ("headcounts", "insert", 1),
            ("attendances", "insert", 1),
        ]  # fmt: skip

    def test_another_event(self, issue, write):
        touched = issue()
        other = EventFactory()
        AttendanceFactory(event=other)
        write(other, kind="talk")
        assert touched() == []

    def test_one_that_is_counted_by_now(self, issue, lacnic):
        touched = issue()
        EventFactory(organizer=lacnic)
        assert ("events", "insert", 1) in touched()

    def test_one_that_was_counted_then(self, issue, write, event):
        touched = issue()
        write(event, start_date="2020-05-08", end_date="2020-05-08")
        assert touched() == [("events", "update", 1)]
        write(event, kind="talk")
        assert touched()[0] == ("events", "update", 1)

    def test_one_of_the_period_before(self, issue, lacnic):
        touched = issue()
        EventFactory(organizer=lacnic, start_date="2022-05-08")
        assert touched()
        EventFactory(organizer=lacnic, start_date="2021-05-08")
        assert len(touched()) == 2

    def test_a_part_of_an_event_in_its_own_report(self, issue, event):
        touched = issue("event", event, EventFilter())
        part = EventFactory(parent=event, relation="part-of")
        assert touched() == [("events", "insert", 1)]
        HeadcountFactory(event=part)
        assert touched()[0] == ("headcounts", "insert", 1)

    def test_what_the_audience_does_not_see(self, issue, lacnic, event, write):
        touched = issue()
        EventFactory(organizer=lacnic, visibility="community")
        EventFactory(organizer=lacnic, visibility="organization", owner=lacnic)
        assert touched() == []

    def test_what_was_written_before(self, issue, write, event):
        write(event, kind="talk")
        assert issue()() == []

    def test_without_the_question_there_is_what_was_counted_then(self, issue, write, event, lacnic):
        touched = issue()
        write(event, kind="talk")
        EventFactory(organizer=lacnic)
        assert touched(None) == [("events", "update", 1)]


class TestOfThoseAmongThem:
    def test_the_gender_of_somebody_who_was_there(self, issue, write, person):
        touched = issue()
        write(person, name="Demo Other", country="BR")
        assert touched() == []
        write(person, gender="female")
        assert touched() == [("people", "update", 1)]

    def test_of_somebody_who_was_elsewhere(self, issue, write):
        touched = issue()
        write(AttendanceFactory().person, gender="female")
        assert touched() == []

    def test_of_somebody_who_only_planned_to(self, issue, write, event):
        planned = AttendanceFactory(event=event, status="planned")
        touched = issue()
        write(planned.person, gender="female")
        assert touched() == []

    def test_two_who_are_one(self, issue, session, user, event, person):
        other = AttendanceFactory(
            event=EventFactory(organizer=event.organizations_as("organizer")[0])
        )
        touched = issue()
        merge_people(session, person, other.person, {}, by=user)
        assert ("attendances", "update", 1) in touched()
        change = changes_since(session, touched.issued, touched.question)[0][0].change
        assert change.action == "person.merge"
        undo(session, find_change(session, change.id), by=user)
        assert ("attendances", "update", 1) in touched()[:2]

    def test_two_organizations_that_are_one(self, issue, session, user, lacnic):
        other = EventFactory(organizer=OrganizationFactory()).organizations_as("organizer")[0]
        touched = issue()
        merge_organizations(session, lacnic, other, {}, by=user)
        assert ("event_organizations", "update", 1) in touched()

    def test_an_organization_that_was_represented(self, issue, write, event):
        there = AttendanceFactory(event=event, organization=OrganizationFactory()).organization
        touched = issue()
        write(there, name_en="Other", website="https://example.org")
        assert touched() == []
        write(there, acronym="OTHER")
        assert touched() == [("organizations", "update", 1)]


class TestOfTheSubject:
    def test_its_engagements(self, issue, session, lacnic, write):
        engagement = EngagementFactory(organization=lacnic)
        touched = issue()
        EngagementFactory()
        write(engagement, notes="x")
        assert touched() == []
        write(engagement, to_date="2023-05")
        delete(session, engagement)
        EngagementFactory(organization=lacnic)
        assert touched() == [
            ("engagements", "insert", 1), ("engagements", "delete", 1), ("engagements", "update", 1),
        ]  # fmt: skip

    def test_editions_of_a_space_it_is_engaged_in(self, issue, lacnic, space):
        EngagementFactory(organization=lacnic, space=space)
        touched = issue()
        EventFactory(space=space)
        EventFactory(space=SpaceFactory())
        assert touched() == [("events", "insert", 1)]

    def test_a_space_and_its_engagements(self, issue, write, space):
        touched = issue("space", space, EventFilter())
        EngagementFactory(space=space)
        ContributionFactory(event=None, space=space)
        EngagementFactory()
        write(space, name_en="Other")
        assert touched() == [("contributions", "insert", 1), ("engagements", "insert", 1)]

    def test_all_engagements_in_a_report_of_coverage(self, issue):
        touched = issue("coverage", None, EventFilter())
        EngagementFactory()
        assert ("engagements", "insert", 1) in touched()

    def test_the_grouping_of_a_filter(self, issue, session):
        grouping = Grouping(name="Demo", slug="demo")
        attribute(session, "test", None)
        session.add(grouping)
        session.commit()
        touched = issue("period", None, EventFilter(grouping=(grouping,)))
        attribute(session, "test", None)
        session.add(GroupingMember(grouping=grouping, country="UY"))
        session.commit()
        assert touched() == [("grouping_members", "insert", 1)]


class TestWithoutItems:
    def test_they_are_among_them(self, issue, session):
        touched = issue()
        record_bulk(session, "load", None)
        session.commit()
        changes, _older = changes_since(session, touched.issued, touched.question)
        assert [(each.change.action, list(each.touched)) for each in changes] == [("load", [])]


class TestPages:
    def test_the_latest_first_and_no_line_too_many(self, issue, session, lacnic, write, event):
        touched = issue()
        attribute(session, "test", None)
        for number in range(25):
            link = EventOrganization(organization=lacnic, role="organizer")
            session.add(EventFactory.build(key=f"more-{number}", organization_links=[link]))
        session.commit()
        for number in range(60):
            write(event, kind="talk" if number % 2 else "forum")
        issued, question = touched.issued, touched.question
        first, older = changes_since(session, issued, question)
        assert len(first) == 50
        assert older == first[-1].change.id
        second, end = changes_since(session, issued, question, older)
        assert (len(second), end) == (11, None)
        assert (len(second[-1].touched), second[-1].more) == (20, 30)
        ids = [each.change.id for each in [*first, *second]]
        assert ids == sorted(ids, reverse=True)

    @pytest.mark.parametrize("before", [0, -5, 10**30])
    def test_a_place_that_is_none(self, issue, session, before):
        touched = issue()
        assert changes_since(session, touched.issued, touched.question, before) == ([], None)
