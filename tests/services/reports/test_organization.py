"""An organization's report, rule by rule (DESIGN 3); the numbers are the rules' own."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from tests.factories import (
    AttendanceFactory,
    EngagementFactory,
    EventFactory,
    HeadcountFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.models import Contribution, EventOrganization
from tracker.models.changes import attribute
from tracker.services.counting import Range
from tracker.services.filters import EventFilter
from tracker.services.reports.answer import answer
from tracker.services.reports.question import Question

TODAY = date(2024, 6, 15)


@pytest.fixture
def user(session):
    return UserFactory()


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC")


@pytest.fixture
def ask(session, lacnic, user):
    """Ask for the report of LACNIC, as staff unless `user` says otherwise."""

    def report(
        first=None, last=None, *, rollup=False, user=user, about=lacnic, today=TODAY, **chosen
    ):
        wanted = replace(EventFilter(first=day(first), last=day(last)), **chosen)
        return answer(session, Question("organization", about, wanted, user, today, rollup))

    return report


def day(text):
    return date.fromisoformat(text) if text else None


def rows(report, name):
    """The rows of a table by key, as objects with its columns."""
    table = report.table(name)
    return {
        row[0]: SimpleNamespace(**dict(zip(table.columns, row, strict=True))) for row in table.rows
    }


def keys(report, name="events"):
    return list(rows(report, name))


def attend(event, organization, person=None, **more):
    if "label" in more:
        return AttendanceFactory(event=event, organization=organization, person=None, **more)
    return AttendanceFactory(
        event=event, organization=organization, person=person or PersonFactory(), **more
    )


class TestRule01Period:
    """By local start date; what is known to a month or year is in if all of it is."""

    @pytest.fixture(autouse=True)
    def _events(self, lacnic):
        for start in (
            "2023-01-31",
            "2023-02-01",
            "2023-02-28",
            "2023-02",
            "2023-03",
            "2023",
            "2022",
        ):
            EventFactory(key=f"on-{start}", start_date=start, organizer=lacnic)
        EventFactory(key="long", start_date="2023-01-30", end_date="2023-02-03", organizer=lacnic)
        EventFactory(key="undated", start_date=None, end_date=None, organizer=lacnic)

    @pytest.mark.parametrize(
        "first, last, expected",
        [
            ("2023-02-01", "2023-02-28", ["on-2023-02", "on-2023-02-01", "on-2023-02-28"]),
            ("2023-02-01", "2023-02-27", ["on-2023-02-01"]),
            ("2023-02-02", "2023-03-31", ["on-2023-02-28", "on-2023-03"]),
            ("2023-01-01", "2023-01-31", ["long", "on-2023-01-31"]),
            ("2022-01-01", "2022-12-31", ["on-2022"]),
            ("2022-01-02", "2022-12-31", []),
            ("2022-01-01", "2022-12-30", []),
        ],
    )
    def test_rule_01_start_within(self, ask, first, last, expected):
        assert keys(ask(first, last)) == expected

    def test_rule_01_a_whole_year_has_its_months_and_itself(self, ask):
        report = ask("2023-01-01", "2023-12-31")
        assert report.measure("events") == 7
        assert rows(report, "by_year")["2023"].events == 7
        assert rows(report, "by_month")["unknown"].events == 1
        assert rows(report, "by_month")["2023-02"].events == 3

    def test_rule_01_undated_only_without_from_and_to(self, ask):
        assert "undated" in keys(ask())
        assert "undated" not in keys(ask(first="1990-01-01"))
        assert "undated" not in keys(ask(last="2100-01-01"))
        assert rows(ask(), "by_year")["unknown"].events == 1

    def test_rule_01_the_ends_of_the_calendar_are_dates_too(self, ask):
        assert ask("0001-01-01", "9999-12-31").measure("events") == 8


class TestRule02Cancelled:
    def test_rule_02_cancelled_are_listed_apart(self, ask, lacnic):
        event = EventFactory(key="off", status="cancelled", organizer=lacnic)
        attend(event, lacnic)
        report = ask()
        assert report.measure("events") == report.measure("attendances") == 0
        assert keys(report, "cancelled") == ["off"]
        assert any("1 cancelled event" in line for line in report.method)

    def test_rule_02_tentative_and_coming_are_in_and_said(self, ask, lacnic):
        EventFactory(key="maybe", status="tentative", start_date="2025-01-01", organizer=lacnic)
        report = ask()
        assert keys(report) == ["maybe"]
        assert not rows(report, "events")["maybe"].held
        assert any("Of 1 events 1 are tentative, 1 have not started" in m for m in report.method)

    @pytest.mark.parametrize(
        "start, held",
        [("2024-06-15", True), ("2024-06-16", False), ("2024-06", False), ("2024-05", True),
         ("2024", False), ("2023", True)],
    )  # fmt: skip
    def test_rule_02_held_counts_what_has_surely_started(self, ask, lacnic, start, held):
        EventFactory(key="it", start_date=start, organizer=lacnic)
        assert rows(ask(), "events")["it"].held is held


class TestRule03Audience:
    def test_rule_03_each_reader_counts_what_they_may_see(self, ask, lacnic):
        own = UserFactory(organization=lacnic)
        for visibility in ("public", "community", "organization"):
            event = EventFactory(
                key=visibility, visibility=visibility, owner=lacnic, organizer=lacnic
            )
            attend(event, lacnic)
        assert keys(ask(user=None)) == ["public"]
        assert keys(ask()) == ["community", "public"]
        assert keys(ask(user=own)) == ["community", "organization", "public"]
        assert ask(user=None).measure("attendances") == 1
        assert ask(user=None).audience == "public"
        assert ask().audience == "staff"

    def test_rule_03_says_so(self, ask):
        assert "Only public events" in ask(user=None).method[0]

    def test_rule_03_reached_keeps_to_it(self, ask, lacnic):
        event = EventFactory(visibility="community", organizer=lacnic)
        HeadcountFactory(event=event, value=50)
        assert ask(user=None).measure("reached") is None
        assert ask().measure("reached") == Range(50, 50)

    def test_rule_03_deleted_events_are_nowhere(self, ask, lacnic, session):
        event = EventFactory(organizer=lacnic)
        attribute(session, "test", None)
        event.deleted_at = event.created_at
        session.commit()
        assert ask().measure("events") == 0


class TestRule04Editions:
    @pytest.fixture
    def icann(self):
        return SpaceFactory(code="ICANN-PM")

    def test_rule_04_a_part_without_space_has_its_parents(self, ask, lacnic, icann):
        whole = EventFactory(key="whole", space=icann)
        part = EventFactory(key="part", parent=whole, relation="part-of")
        attend(EventFactory(key="deep", parent=part, relation="part-of"), lacnic)
        attend(EventFactory(key="beside", parent=whole, relation="co-located"), lacnic)
        report = ask()
        assert rows(report, "by_space")["ICANN-PM"].events == 1
        assert rows(report, "by_space")["unknown"].events == 1
        assert keys(ask(space=(icann,))) == ["deep"]

    def test_rule_04_a_part_keeps_a_space_of_its_own(self, ask, lacnic, icann):
        lac = SpaceFactory(code="LAC-SPACE")
        whole = EventFactory(space=icann)
        attend(EventFactory(parent=whole, relation="part-of", space=lac), lacnic)
        assert keys(ask(), "by_space") == ["LAC-SPACE"]

    def test_rule_04_a_part_is_no_edition_of_its_wholes_space(self, ask, lacnic, icann):
        lac = SpaceFactory(code="LAC-SPACE")
        EngagementFactory(organization=lacnic, space=icann)
        EngagementFactory(organization=lacnic, space=lac)
        whole = EventFactory(space=icann)
        inside = EventFactory(parent=whole, relation="part-of", space=lac)
        EventFactory(parent=whole, relation="part-of", space=icann)
        EventFactory(parent=inside, relation="part-of", space=icann)
        EventFactory(parent=inside, relation="part-of")
        covered = rows(ask(), "coverage")
        assert covered["ICANN-PM"].held == 1
        assert covered["LAC-SPACE"].held == 1

    def test_rule_04_a_co_located_event_is_an_edition(self, ask, lacnic, icann):
        EngagementFactory(organization=lacnic, space=icann)
        whole = EventFactory(space=icann)
        EventFactory(parent=whole, relation="co-located", space=icann)
        assert rows(ask(), "coverage")["ICANN-PM"].held == 2


class TestRule05TookPart:
    @pytest.mark.parametrize(
        "role, events", [("organizer", 1), ("partner", 1), ("host", 0), ("sponsor", 0)]
    )
    def test_rule_05_organizing_and_partnering(self, ask, lacnic, role, events):
        link = EventOrganization(organization=lacnic, role=role)
        EventFactory(organization_links=[link])
        report = ask()
        assert report.measure("events") == events
        assert report.measure("events_organized") == (role == "organizer")

    @pytest.mark.parametrize(
        "status, events",
        [("attended", 1), ("planned", 0), ("registered", 0), ("no-show", 0), ("cancelled", 0)],
    )
    def test_rule_05_an_attended_attendance_represents_it(self, ask, lacnic, status, events):
        attend(EventFactory(), lacnic, status=status)
        assert ask().measure("events") == events

    def test_rule_05_an_unidentified_attendance_represents_it_too(self, ask, lacnic):
        attend(EventFactory(), lacnic, label="iPhone")
        assert ask().measure("events") == 1

    def test_rule_05_events_count_once_parts_too(self, ask, lacnic):
        whole = EventFactory(key="whole", organizer=lacnic)
        attend(whole, lacnic)
        attend(whole, lacnic)
        attend(EventFactory(key="part", parent=whole, relation="part-of"), lacnic)
        assert keys(ask()) == ["part", "whole"]
        assert ask().measure("events") == 2

    def test_rule_05_who_takes_part_in_a_part_takes_part_in_the_whole(self, ask, lacnic):
        space = SpaceFactory(code="IGF")
        EngagementFactory(organization=lacnic, space=space)
        whole = EventFactory(key="igf-2023", space=space)
        session = EventFactory(parent=whole, relation="part-of", start_date="2023-05-09")
        attend(EventFactory(parent=session, relation="part-of", start_date="2023-06-01"), lacnic)
        EventFactory(key="igf-2022", space=space, start_date="2022-05-08")
        row = rows(ask(), "coverage")["IGF"]
        assert (row.held, row.attended, row.missed) == (2, 1, 1)
        assert row.last_attended == "igf-2023"
        assert keys(ask()) != ["igf-2023"]
        # The part starts outside the period; the whole does not.
        assert rows(ask("2023-05-01", "2023-05-31"), "coverage")["IGF"].attended == 1

    def test_rule_05_a_part_nobody_may_see_does_not_tell(self, ask, lacnic):
        whole = EventFactory(space=SpaceFactory(code="IGF"))
        hidden = EventFactory(parent=whole, relation="part-of", visibility="community")
        attend(hidden, lacnic)
        assert rows(ask(user=None), "coverage") == {}
        assert rows(ask(), "coverage")["IGF"].attended == 1


class TestRule06Attendances:
    def test_rule_06_attendances_people_unidentified(self, ask, lacnic):
        ana, event = PersonFactory(), EventFactory()
        attend(event, lacnic, ana)
        attend(EventFactory(), lacnic, ana)
        attend(event, lacnic)
        attend(event, lacnic, label="dial-in")
        for status in ("planned", "registered", "no-show", "cancelled"):
            attend(event, lacnic, status=status)
        report = ask()
        assert report.measure("attendances") == 4
        assert report.measure("people") == 2
        assert report.measure("unidentified") == 1


class TestRule08Organizations:
    def test_rule_08_as_it_was_at_the_event(self, ask, lacnic):
        other = OrganizationFactory()
        ana = PersonFactory()
        attend(EventFactory(key="then"), lacnic, ana)
        attend(EventFactory(key="now"), other, ana)
        assert keys(ask()) == ["then"]

    def test_rule_08_rollup_adds_all_below_and_predecessors(self, ask, session, lacnic):
        chapter = OrganizationFactory(acronym="CHAPTER", parent=lacnic)
        deep = OrganizationFactory(acronym="DEEP", parent=chapter)
        before = OrganizationFactory(acronym="BEFORE", successor=lacnic)
        below_before = OrganizationFactory(acronym="BELOW-BEFORE", parent=before)
        ana, event = PersonFactory(), EventFactory(key="shared")
        attend(event, lacnic, ana)
        for organization in (chapter, deep, before, below_before):
            attend(EventFactory(), organization, ana)
        attend(event, deep)
        assert (ask().measure("events"), ask().measure("attendances")) == (1, 1)
        report = ask(rollup=True)
        assert report.measure("events") == 5
        assert report.measure("attendances") == 6
        assert report.measure("people") == 2
        assert rows(report, "together_with") == {}
        assert keys(ask(), "together_with") == ["DEEP"]
        assert any("BELOW-BEFORE" in line for line in report.method)

    def test_rule_08_rollup_survives_a_circle(self, ask, session, lacnic):
        other = OrganizationFactory(parent=lacnic)
        attribute(session, "test", None)
        lacnic.successor_id = other.id
        session.commit()
        assert ask(rollup=True).measure("events") == 0


class TestRule10PersonHours:
    def test_rule_10_known_minutes_only(self, ask, lacnic):
        event = EventFactory()
        attend(event, lacnic, minutes=100)
        attend(event, lacnic, minutes=25)
        attend(event, lacnic)
        attend(event, lacnic, minutes=600, status="no-show")
        assert ask().measure("person_hours") == 2.1
        assert any("2 have known minutes" in line for line in ask().method)

    def test_rule_10_no_minutes_known_is_not_zero(self, ask, lacnic):
        attend(EventFactory(), lacnic)
        assert ask().measure("person_hours") is None


class TestRules11To15Participants:
    def test_rule_11_only_whole_event_counts_of_participants(self, ask, lacnic):
        event = EventFactory(organizer=lacnic, mode="online")
        HeadcountFactory(event=event, value=900, metric="registrations")
        HeadcountFactory(event=event, value=90, unit="percent")
        HeadcountFactory(event=event, value=30, dimension="country", value_key="UY")
        assert ask().measure("reached") is None
        HeadcountFactory(event=event, value=40, mode="online", qualifier="about")
        assert ask().measure("reached") == Range(40, 40, True)

    def test_rule_13_families_in_the_database(self, ask, lacnic):
        ana, ben = PersonFactory(), PersonFactory()
        whole = EventFactory(organizer=lacnic)
        between = EventFactory(parent=whole, relation="part-of")
        part = EventFactory(parent=between, relation="part-of", organizer=lacnic)
        beside = EventFactory(parent=whole, relation="co-located", organizer=lacnic)
        HeadcountFactory(event=whole, value=50)
        HeadcountFactory(event=beside, value=20)
        for event in (part, whole):
            attend(event, lacnic, ana)
        attend(part, OrganizationFactory(), ben)
        attend(part, lacnic, label="iPhone")
        # Everybody 2; the whole has 50 of whom 2 are named; the event beside has 20, nobody named.
        assert ask().measure("reached") == Range(50, 2 + 48 + 20)

    def test_rule_14_null_where_nothing_is_known(self, ask, lacnic):
        EventFactory(organizer=lacnic)
        report = ask()
        assert report.measure("participants") is None
        assert report.measure("reached") is None
        assert any("1 event has neither and adds nothing" in m for m in report.method)

    def test_rule_15_its_own_and_those_reached(self, ask, lacnic):
        attended = EventFactory()
        HeadcountFactory(event=attended, value=5000)
        attend(attended, lacnic)
        attend(attended, lacnic, label="dial-in")
        partnered = EventFactory(
            organization_links=[EventOrganization(organization=lacnic, role="partner")]
        )
        HeadcountFactory(event=partnered, value=70, qualifier="at-least")
        attend(partnered, OrganizationFactory())
        report = ask()
        assert report.measure("participants") == Range(1, 2)
        assert report.measure("reached") == Range(70, None)


class TestRule16Breakdowns:
    def test_rule_16_countries_are_those_of_the_events(self, ask, lacnic):
        attend(EventFactory(country="CO"), lacnic, country="UY")
        EventFactory(country="CO", organizer=lacnic)
        EventFactory(country=None, organizer=lacnic)
        report = ask()
        assert report.measure("countries") == 1
        table = rows(report, "by_country")
        assert {key: row.events for key, row in table.items()} == {"CO": 2, "unknown": 1}
        assert (table["CO"].label, table["CO"].attendances) == ("Colombia", 1)

    def test_rule_16_mode_is_the_attendances(self, ask, lacnic):
        event = EventFactory(mode="hybrid")
        attend(event, lacnic, mode="online")
        attend(event, lacnic, mode="in-person")
        attend(event, lacnic)
        EventFactory(mode="online", organizer=lacnic)
        modes = {key: row.attendances for key, row in rows(ask(), "by_mode").items()}
        assert modes == {"in-person": 1, "online": 1, "unknown": 1}

    def test_by_kind_and_year_count_events_without_attendance(self, ask, lacnic):
        EventFactory(kind="training", organizer=lacnic)
        row = rows(ask(), "by_kind")["training"]
        assert (row.events, row.attendances, row.people) == (1, 0, 0)


class TestRule17People:
    def test_rule_17_an_attendance_counts_under_each_of_its_roles(self, ask, lacnic):
        ana = PersonFactory()
        attend(EventFactory(), lacnic, ana, role="speaker;moderator")
        attend(EventFactory(), lacnic, ana, role="speaker")
        table = rows(ask(), "by_role")
        assert (table["speaker"].events, table["speaker"].attendances) == (2, 2)
        assert (table["speaker"].people, table["moderator"].attendances) == (1, 1)
        assert list(table) == ["moderator", "speaker"]

    def test_rule_17_delegates_are_the_persons_behind_people(self, ask, lacnic):
        ana = PersonFactory(name="Demo Ana")
        attend(EventFactory(), lacnic, ana)
        attend(EventFactory(), lacnic, ana)
        attend(EventFactory(), lacnic, label="iPhone")
        report = ask()
        row = rows(report, "delegates")[str(ana.id)]
        assert (row.label, row.events, row.attendances, row.people) == ("Demo Ana", 2, 2, 1)
        assert len(report.table("delegates").rows) == report.measure("people")

    def test_rule_17_delegates_are_for_those_signed_in(self, ask):
        assert ask(user=None).table("delegates") is None

    def test_rule_17_together_with_counts_events_where_both_were_represented(self, ask, lacnic):
        icann, isoc = OrganizationFactory(acronym="ICANN"), OrganizationFactory(acronym="ISOC")
        shared, organized = EventFactory(), EventFactory(organizer=lacnic)
        attend(shared, lacnic)
        attend(shared, lacnic)
        attend(shared, icann)
        attend(shared, icann)
        attend(shared, isoc, status="registered")
        attend(organized, isoc)
        table = rows(ask(), "together_with")
        assert list(table) == ["ICANN"]
        assert (table["ICANN"].events, table["ICANN"].attendances) == (1, 2)


class TestCoverage:
    @pytest.fixture
    def igf(self):
        return SpaceFactory(code="IGF", name_en="Internet Governance Forum")

    @pytest.mark.parametrize(
        "start, end, listed",
        [("", None, True), ("2024", None, False), ("2023-12-31", None, True), ("2010", "2022", False),
         ("2010", "2023-01", True), ("2023-05", "2023-05", True)],
    )  # fmt: skip
    def test_engaged_in_force_any_day_of_the_period(self, ask, lacnic, igf, start, end, listed):
        EngagementFactory(organization=lacnic, space=igf, from_date=start, to_date=end)
        assert (keys(ask("2023-01-01", "2023-12-31"), "coverage") == ["IGF"]) is listed

    def test_roles_are_joined_in_the_vocabularys_order(self, ask, lacnic, igf):
        EngagementFactory(organization=lacnic, space=igf, role="sponsor")
        EngagementFactory(organization=lacnic, space=igf, role="founder")
        EngagementFactory(organization=lacnic, space=igf, role="founder", detail="again")
        assert rows(ask(), "coverage")["IGF"].engaged_as == "founder;sponsor"

    def test_a_space_attended_without_engagement_is_a_row(self, ask, lacnic, igf):
        attend(EventFactory(space=igf), lacnic)
        row = rows(ask(), "coverage")["IGF"]
        assert (row.engaged_as, row.held, row.attended, row.missed) == ("", 1, 1, 0)

    def test_held_leaves_out_cancelled_coming_and_unseen(self, ask, lacnic, igf):
        EngagementFactory(organization=lacnic, space=igf)
        EventFactory(space=igf)
        EventFactory(space=igf, status="cancelled")
        EventFactory(space=igf, start_date="2024-07-01")
        EventFactory(space=igf, visibility="community")
        assert rows(ask(user=None), "coverage")["IGF"].held == 1
        assert rows(ask(), "coverage")["IGF"].missed == 2

    def test_organizing_a_coming_edition_is_not_yet_attending_it(self, ask, lacnic, igf):
        EngagementFactory(organization=lacnic, space=igf)
        EventFactory(key="next", space=igf, start_date="2024-07-01", organizer=lacnic)
        row = rows(ask(), "coverage")["IGF"]
        assert (row.held, row.attended, row.next_event) == (0, 0, "next")

    def test_next_event_and_who_plans_to_go(self, ask, lacnic, igf):
        EngagementFactory(organization=lacnic, space=igf)
        EventFactory(key="later", space=igf, start_date="2025-07-01")
        soon = EventFactory(key="soon", space=igf, start_date="2024-07-01")
        EventFactory(key="off", space=igf, start_date="2024-06-20", status="cancelled")
        EventFactory(key="undated", space=igf, start_date=None, end_date=None)
        attend(soon, lacnic, status="planned")
        attend(soon, lacnic, status="registered")
        attend(soon, lacnic, status="cancelled")
        attend(soon, lacnic, status="planned", label="somebody")
        attend(soon, OrganizationFactory(), status="planned")
        row = rows(ask(), "coverage")["IGF"]
        assert (row.next_event, row.planned) == ("soon", 2)
        assert rows(ask("2023-01-01", "2023-12-31"), "coverage")["IGF"].next_event is None

    def test_a_filter_by_space_leaves_the_others_out(self, ask, lacnic, igf):
        EngagementFactory(organization=lacnic)
        EngagementFactory(organization=lacnic, space=igf)
        assert keys(ask(space=(igf,)), "coverage") == ["IGF"]


class TestContributions:
    @pytest.fixture
    def bring(self, session, lacnic):
        def contribute(**facts):
            attribute(session, "test", None)
            session.add(Contribution(organization=lacnic, kind="panel", **facts))
            session.commit()

        return contribute

    def test_events_of_the_set_and_spaces_by_their_date(self, ask, bring):
        space = SpaceFactory(code="IGF")
        bring(event=EventFactory(key="in"), title="A")
        bring(event=EventFactory(start_date="2022-01-01"), title="B")
        bring(event=EventFactory(status="cancelled"), title="C")
        bring(space=space, title="D", date="2023-04")
        bring(space=space, title="E", date="2023")
        bring(space=space, title="F")
        year = ask("2023-01-01", "2023-12-31")
        assert year.measure("contributions") == 3
        titles = [row[3] for row in year.table("contributions").rows]
        assert titles == ["D", "E", "A"]
        assert ask("2023-01-01", "2023-06-30").measure("contributions") == 2
        assert ask().measure("contributions") == 5
        assert ask(space=(space,)).measure("contributions") == 3
        assert ask(kind=("meeting",)).measure("contributions") == 2

    def test_of_hidden_events_are_hidden(self, ask, bring):
        bring(event=EventFactory(visibility="community"), title="A")
        assert ask(user=None).measure("contributions") == 0


class TestPreviousPeriod:
    @pytest.fixture(autouse=True)
    def _events(self, lacnic):
        for start in ("2022-03-01", "2023-01-15", "2023-02-10", "2023-02-20"):
            attend(EventFactory(start_date=start), lacnic)

    @pytest.mark.parametrize(
        "first, last, current, previous",
        [
            ("2023-01-01", "2023-12-31", 3, 1),
            ("2023-02-01", "2023-02-28", 2, 1),
            ("2023-02-15", "2023-02-21", 1, 1),
            ("2023-02-15", "2023-02-18", 0, 0),
        ],
    )
    def test_the_whole_month_or_year_before_else_as_many_days(
        self, ask, first, last, current, previous
    ):
        row = rows(ask(first, last), "previous_period")["events"]
        assert (row.current, row.previous, row.change) == (current, previous, current - previous)

    def test_no_previous_without_both_ends(self, ask):
        assert ask().table("previous_period").rows == ()
        assert ask(first="2023-01-01").table("previous_period").rows == ()

    def test_not_known_has_no_change(self, ask):
        row = rows(ask("2023-01-01", "2023-12-31"), "previous_period")["reached"]
        assert (row.current, row.change) == (None, None)

    def test_ranges_compare_their_lower_ends(self, ask):
        row = rows(ask("2023-01-01", "2023-12-31"), "previous_period")["participants"]
        assert (row.current, row.previous, row.change, row.current_at_most) == (3, 1, 2, 3)


def test_an_empty_period_has_zeros_where_zero_is_known(ask):
    report = ask("1990-01-01", "1990-12-31")
    assert {each.name: each.value for each in report.measures} == {
        "events": 0, "attendances": 0, "people": 0, "unidentified": 0, "participants": None,
        "reached": None, "events_organized": 0, "contributions": 0, "countries": 0,
        "person_hours": 0.0,
    }  # fmt: skip


def test_breakdowns_are_ordered_by_key_and_add_up(ask, lacnic):
    for month in (11, 2, 7):
        attend(EventFactory(start_date=f"2023-{month:02}-01"), lacnic)
    report = ask()
    for name in ("by_year", "by_month", "by_space", "by_kind", "by_country", "events"):
        table = report.table(name)
        assert [row[0] for row in table.rows] == sorted(row[0] for row in table.rows)
        assert sum(row[table.columns.index("attendances")] for row in table.rows) == 3


@pytest.mark.parametrize("size", [1, 12])
def test_the_number_of_queries_does_not_grow(ask, lacnic, session, count_queries, size):
    space = SpaceFactory()
    EngagementFactory(organization=lacnic, space=space)
    for _ in range(size):
        event = EventFactory(space=space, organizer=lacnic)
        HeadcountFactory(event=event)
        attend(EventFactory(parent=event, relation="part-of"), lacnic)
        attend(event, OrganizationFactory())
    lacnic.slug, lacnic.acronym, ask.__call__  # noqa: B018 - loaded before counting
    with count_queries:
        ask("2023-01-01", "2023-12-31", rollup=True)
    assert count_queries.count <= 48
