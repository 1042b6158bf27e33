"""Who goes where, where nobody does, where many do, and who would be at two places at a time."""

from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    EngagementFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.errors import BadFilter, Conflict, Forbidden
from tracker.models import Attendance, Grouping, GroupingMember
from tracker.models.base import utcnow
from tracker.models.changes import attribute
from tracker.services import planning
from tracker.services.plan_clashes import clashes
from tracker.services.plan_gaps import gaps
from tracker.services.plans import crowds, planned_events, read_plan, totals, who_goes

TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-06-15T12:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def own(session):
    return OrganizationFactory(acronym="OWN")


@pytest.fixture
def user(own):
    return UserFactory(organization=own)


@pytest.fixture
def plan(session, user):
    def read(**values):
        given = {name.rstrip("_"): [text] for name, text in values.items()}
        return read_plan(session, given, user, TODAY)

    return read


def goes(event, organization, person=None, status="planned"):
    return AttendanceFactory(
        event=event, organization=organization, person=person or PersonFactory(), status=status
    )


def keys(session, plan):
    return [event.key for event in planned_events(session, plan, None).rows]


def grouping(session, name, **members):
    attribute(session, "test", None)
    made = Grouping(name=name)
    session.add(made)
    session.flush()
    for organization in members.get("organizations", ()):
        session.add(GroupingMember(grouping_id=made.id, organization_id=organization.id))
    for country in members.get("countries", ()):
        session.add(GroupingMember(grouping_id=made.id, country=country))
    session.commit()
    return made


class TestWhose:
    def test_by_default_the_users_organization_for_half_a_year(self, session, own, plan):
        asked = plan()
        assert asked.organizations == (own,)
        assert (asked.events.first, asked.events.last) == (TODAY, date(2026, 12, 15))

    def test_several_organizations_by_list_and_by_grouping(self, session, plan):
        one, two, three = (OrganizationFactory(acronym=name) for name in ("A1", "B2", "C3"))
        grouping(session, "Both", organizations=(two, three))
        assert plan(organization="a1; B2").organizations == (one, two)
        assert plan(organization="a1;b2", grouping="both").organizations == (one, two, three)

    def test_without_an_organization_of_ones_own_the_technical_community(self, session, own):
        grouping(session, "Technical Community", organizations=(own,))
        asked = read_plan(session, {}, UserFactory(), TODAY)
        assert asked.organizations == (own,)

    def test_a_grouping_of_countries_filters_the_places(self, session, own, plan):
        grouping(session, "South", countries=("UY",))
        for country in ("UY", "MX"):
            goes(EventFactory(key=country.lower(), country=country, start_date="2026-07-01"), own)
        assert keys(session, plan(grouping="south")) == ["uy"]
        assert plan(grouping="south").organizations == (own,)

    def test_a_person_is_followed_whomever_they_represent(self, session, own, plan):
        person = PersonFactory(key="ana", name="Ana Demo")
        goes(EventFactory(key="a", start_date="2026-07-01"), OrganizationFactory(), person)
        goes(EventFactory(key="b", start_date="2026-08-01"), own)
        assert keys(session, plan(person="Ana Demo")) == ["a"]
        assert keys(session, plan(person="ana", organization="own")) == []

    @pytest.mark.parametrize(
        "values",
        [
            {"person": "nobody"},
            {"organization": "none"},
            {"colour": "red"},
            {"from_": "soon"},
            {"from_": "9999-12-01"},
            {"to": "1899-12-31"},
        ],
    )
    def test_what_it_does_not_know(self, plan, values):
        with pytest.raises(BadFilter):
            plan(**values)

    def test_what_has_no_date_yet_comes_last_unless_a_period_is_asked_for(self, session, own, plan):
        goes(EventFactory(key="undated", country="UY", start_date=None), own)
        goes(EventFactory(key="cancelled", start_date=None, status="cancelled"), own)
        goes(EventFactory(key="long-past", start_date=None), own, status="attended")
        goes(EventFactory(key="later", country="UY", start_date="2026-07-01"), own)
        goes(EventFactory(key="next-year", start_date="2027-02-01"), own)
        assert keys(session, plan()) == keys(session, plan(country="UY")) == ["later", "undated"]
        assert totals(session, plan())["events"] == 2
        assert keys(session, plan(country="MX")) == []
        assert keys(session, plan(to="2027-12-31")) == ["later", "next-year"]

    def test_a_period_of_ones_own(self, plan):
        asked = plan(to="2026-01-31")
        assert (asked.events.first, asked.events.last) == (date(2026, 1, 31), date(2026, 1, 31))
        assert plan(from_="2199-12-01").events.last == date(2199, 12, 31)


class TestWhoGoes:
    def test_events_with_those_planned_registered_or_there_already(self, session, own, plan):
        for status in ("planned", "registered", "attended", "cancelled", "no-show"):
            event = EventFactory(key=f"e-{status}", start_date="2026-07-01")
            goes(event, own, status=status)
        goes(EventFactory(key="others", start_date="2026-07-01"), OrganizationFactory())
        goes(EventFactory(key="off", start_date="2026-07-01", status="cancelled"), own)
        hidden = OrganizationFactory()
        goes(EventFactory(start_date="2026-07-01", visibility="organization", owner=hidden), own)
        assert set(keys(session, plan())) == {"e-planned", "e-registered", "e-attended"}

    def test_what_is_under_way_is_in_and_what_is_known_to_the_month(self, session, own, plan):
        for key, start, end in (
            ("over", "2026-06-10", "2026-06-14"), ("under-way", "2026-06-14", "2026-06-16"),
            ("month", "2026-09", "2026-09"), ("late", "2027-01-10", "2027-01-10"),
        ):  # fmt: skip
            goes(EventFactory(key=key, start_date=start, end_date=end), own)
        assert keys(session, plan()) == ["under-way", "month"]
        assert keys(session, plan(from_="2026-06-01", to="2027-02-01")) == [
            "over", "under-way", "month", "late",
        ]  # fmt: skip

    def test_names_are_by_organization_and_the_rest_is_counted(self, session, own, plan):
        event = EventFactory(start_date="2026-07-01")
        other = OrganizationFactory(acronym="ALSO")
        goes(event, other, PersonFactory(name="Zoe"))
        for number in range(14):
            goes(event, own, PersonFactory(name=f"Ana {number:02}"))
        asked = plan(organization="own;also")
        going = who_goes(session, asked, [event])[event.id]
        assert (going.number, going.more) == (15, 3)
        (first, those), (second, rest) = going.by_organization
        assert (first, second) == (other, own)
        assert [a.person.name for a in those] == ["Zoe"]
        assert rest[0].person.name == "Ana 00"
        assert totals(session, asked) == {"people": 15, "events": 1, "crowds": 1}

    def test_it_is_paged(self, session, own, plan):
        person = PersonFactory()
        for _ in range(53):
            goes(EventFactory(start_date="2026-07-01"), own, person)
        page = planned_events(session, plan(), None)
        assert len(page.rows) == 50
        assert len(planned_events(session, plan(), page.next_cursor).rows) == 3


class TestCrowds:
    def test_three_of_one_organization_at_what_is_not_over(self, session, own, plan):
        other = OrganizationFactory()
        two, three, over = (
            EventFactory(key=key, start_date=day)
            for key, day in (("two", "2026-07-01"), ("three", "2026-08-01"), ("over", "2026-06-01"))
        )
        for event, times in ((two, 2), (three, 3), (over, 3)):
            for _ in range(times):
                goes(event, own)
        goes(two, other)
        found, cursor = crowds(
            session, plan(organization=f"own;{other.acronym}", from_="2026-05-01")
        )
        assert cursor is None
        assert [(c.event.key, c.organization, c.going.number) for c in found] == [("three", own, 3)]

    def test_side_by_side_and_paged(self, session, own, plan):
        other = OrganizationFactory(acronym="ALSO")
        for day in ("2026-07-01", "2026-07-02"):
            event = EventFactory(start_date=day)
            for organization in (own, other):
                for _ in range(3):
                    goes(event, organization)
        asked = plan(organization="own;also")
        found, cursor = crowds(session, asked, size=1)
        assert [c.organization.acronym for c in found] == ["ALSO", "OWN"]
        rest, cursor = crowds(session, asked, cursor, size=1)
        assert (len(rest), cursor) == (2, None)
        assert totals(session, asked)["crowds"] == 4


class TestClashes:
    def pair(self, own, first, second, **kwargs):
        person = PersonFactory()
        for (start, end), more in zip((first, second), (kwargs, {}), strict=True):
            event = EventFactory(start_date=start, end_date=end, **more)
            goes(event, own, person)
        return person

    def test_two_events_on_one_day(self, session, own, plan):
        person = self.pair(own, ("2026-07-01", "2026-07-03"), ("2026-07-03", "2026-07-05"))
        self.pair(own, ("2026-07-01", "2026-07-03"), ("2026-07-04", "2026-07-05"))
        (found,) = clashes(session, plan())
        assert found.person == person
        assert [event.start_date for event in found.events] == ["2026-07-01", "2026-07-03"]

    def test_they_come_in_the_order_in_which_they_begin(self, session, own, plan):
        # Of the first to clash, the event that begins later was recorded first.
        later = self.pair(own, ("2026-07-05", "2026-07-06"), ("2026-07-06", "2026-07-07"))
        first = self.pair(own, ("2026-07-08", "2026-07-09"), ("2026-07-04", "2026-07-08"))
        found = clashes(session, plan())
        assert [clash.person for clash in found] == [first, later]

    def test_not_where_the_days_are_not_known_or_it_is_off(self, session, own, plan):
        self.pair(own, ("2026-07", "2026-07"), ("2026-07-03", "2026-07-05"))
        days = ("2026-07-03", "2026-07-05")
        self.pair(own, days, days, status="cancelled")
        assert clashes(session, plan()) == []

    def test_the_other_event_may_be_for_another_organization(self, session, own, plan):
        person = PersonFactory()
        for organization in (own, OrganizationFactory()):
            goes(EventFactory(start_date="2026-07-01"), organization, person)
        assert len(clashes(session, plan())) == 1

    def test_what_belongs_together_is_no_clash(self, session, own, plan):
        person = PersonFactory()
        days = {"start_date": "2026-07-01"}
        whole = EventFactory(**days)
        part = EventFactory(parent=whole, relation="part-of", **days)
        deeper = EventFactory(parent=part, relation="part-of", **days)
        beside = EventFactory(parent=whole, relation="co-located", **days)
        for event in (whole, deeper, beside):
            goes(event, own, person)
        assert clashes(session, plan()) == []


class TestGaps:
    @pytest.fixture
    def space(self, own):
        space = SpaceFactory(code="FORUM")
        EngagementFactory(organization=own, space=space)
        return space

    def found(self, session, plan):
        return [gap.event.key for gap in gaps(session, plan).rows]

    def test_the_next_edition_without_a_delegate(self, session, own, plan, space):
        EventFactory(key="past", start_date="2026-05-01", space=space)
        EventFactory(key="off", start_date="2026-07-01", space=space, status="cancelled")
        edition = EventFactory(key="next", start_date="2026-08", space=space)
        EventFactory(key="later", start_date="2026-09-01", space=space)
        (gap,) = gaps(session, plan()).rows
        assert (gap.event.key, list(gap.without), list(gap.going)) == ("next", [own], [])
        goes(edition, own, status="cancelled")
        assert self.found(session, plan()) == ["next"]
        goes(edition, own, status="registered")
        assert self.found(session, plan()) == []

    def test_who_goes_to_a_part_goes_to_the_whole(self, session, own, plan, space):
        whole = EventFactory(start_date="2026-08-01", space=space)
        part = EventFactory(start_date="2026-08-01", parent=whole, relation="part-of")
        goes(part, own)
        assert self.found(session, plan()) == []

    def test_only_engagements_in_force_on_its_first_day(self, session, own, plan):
        for to_date in ("2026-07", "2026-09"):
            space = SpaceFactory(code=f"UNTIL-{to_date}")
            EngagementFactory(organization=own, space=space, to_date=to_date)
            EventFactory(key=f"e-{to_date}", start_date="2026-08-01", space=space)
        assert self.found(session, plan()) == ["e-2026-09"]

    def test_beyond_the_period_or_known_to_the_year_it_can_wait(self, session, own, plan, space):
        EventFactory(key="far", start_date="2027-03-01", space=space)
        other = SpaceFactory()
        EngagementFactory(organization=own, space=other)
        EventFactory(key="year", start_date="2027", space=other)
        found = gaps(session, plan())
        assert (list(found.rows), found.number, list(found.unrecorded)) == ([], 0, [])
        assert self.found(session, plan(to="2027-12-31")) == ["far"]

    def test_a_space_without_a_next_edition_is_told_apart(self, session, own, plan, space):
        EventFactory(start_date="2026-05-01", space=space)
        ended = SpaceFactory()
        EngagementFactory(organization=own, space=ended, to_date="2025")
        assert list(gaps(session, plan()).unrecorded) == [space]

    def test_several_organizations_side_by_side(self, session, own, plan, space):
        other, third = OrganizationFactory(acronym="ALSO"), OrganizationFactory(acronym="ZED")
        EngagementFactory(organization=other, space=space)
        edition = EventFactory(start_date="2026-08-01", space=space)
        goes(edition, other)
        goes(edition, third)
        (gap,) = gaps(session, plan(organization="own;also;zed")).rows
        assert (list(gap.without), list(gap.going)) == ([own], [other, third])

    def test_an_edition_that_others_may_not_see_is_none(self, session, own, plan, space):
        hidden = OrganizationFactory()
        EventFactory(start_date="2026-08-01", space=space, visibility="organization", owner=hidden)
        found = gaps(session, plan())
        assert (list(found.rows), list(found.unrecorded)) == ([], [space])

    def test_they_are_paged(self, session, own, plan):
        for _ in range(3):
            space = SpaceFactory()
            EngagementFactory(organization=own, space=space)
            EventFactory(start_date="2026-08-01", space=space)
        first = gaps(session, plan(), size=2)
        assert (len(first.rows), first.number) == (2, 3)
        assert len(gaps(session, plan(), first.next_cursor, size=2).rows) == 1


def test_the_queries_do_not_grow_with_the_plans(session, own, plan, count_queries):
    def look():
        asked = plan(organization="own;also")
        page = planned_events(session, asked, None)
        going = who_goes(session, asked, page.rows)
        assert all(a.person and a.organization for g in going.values() for a in g.attendances)
        totals(session, asked)
        crowds(session, asked)
        clashes(session, asked)
        gaps(session, asked)

    other, counts = OrganizationFactory(acronym="ALSO"), []
    people = [PersonFactory() for _ in range(4)]
    for more in (3, 20):
        for _ in range(more):
            space = SpaceFactory()
            EngagementFactory(organization=own, space=space)
            EngagementFactory(organization=other, space=space)
            EventFactory(start_date="2026-08-02", space=space, organizer=other)
            event = EventFactory(start_date="2026-08-01", organizer=own)
            for person in people:
                goes(event, own, person)
        session.expire_all()
        with count_queries:
            look()
        counts.append(count_queries.count)
    assert counts[0] == counts[1]


class TestPlanning:
    def test_people_are_planned_with_the_organization_of_that_day(self, session, own, user):
        event = EventFactory(start_date="2026-08-01", mode="online")
        people = [AffiliationFactory(organization=own).person for _ in range(2)]
        made = planning.plan_to_attend(session, event, people, by=user)
        session.commit()
        assert (list(made.new), list(made.already)) == (people, [])
        found = session.scalars(select(Attendance)).all()
        assert {(a.organization, a.status, a.mode) for a in found} == {(own, "planned", "online")}

    def test_who_is_recorded_already_stays_as_they_are(self, session, own, user):
        event = EventFactory(start_date="2026-08-01")
        there, back = goes(event, own, status="registered"), goes(event, own, status="cancelled")
        made = planning.plan_to_attend(session, event, [there.person, back.person], by=user)
        session.commit()
        assert (list(made.new), list(made.already)) == ([back.person], [there.person])
        assert (there.status, back.status) == ("registered", "planned")

    @pytest.mark.parametrize(
        "facts", [{"start_date": "2026-06-14"}, {"start_date": "2026-08-01", "status": "cancelled"}]
    )
    def test_nobody_can_plan_what_is_over_or_off(self, session, user, facts):
        with pytest.raises(Conflict) as error:
            planning.plan_to_attend(session, EventFactory(**facts), [PersonFactory()], by=user)
        assert error.value.field == "event_key"

    def test_a_contributor_plans_for_its_own_people(self, session, own):
        contributor = UserFactory(role="contributor", organization=own)
        event = EventFactory(start_date="2026-08-01")
        person = AffiliationFactory(person=PersonFactory(name="Of Others")).person
        with pytest.raises(Forbidden, match="Of Others") as error:
            planning.plan_to_attend(session, event, [person], by=contributor)
        assert error.value.field == "people"

    def test_people_of_ones_own_are_suggested_first(self, session, own):
        PersonFactory(name="Ana Alvarez")
        mine = AffiliationFactory(person=PersonFactory(name="Ana Zuluaga"), organization=own).person
        PersonFactory(name="Ana Erased", erased_at=utcnow())
        found = planning.people_to_plan(session, "ana", [own.id], TODAY)
        assert [person.name for person in found] == [mine.name, "Ana Alvarez"]

    def test_a_plan_goes_and_a_registration_is_cancelled(self, session, own, user):
        event = EventFactory(start_date="2026-08-01")
        planned, registered, there = (
            goes(event, own, status=status) for status in ("planned", "registered", "attended")
        )
        for attendance in (planned, registered):
            planning.withdraw(session, attendance, by=user)
        session.commit()
        left = session.scalars(select(Attendance).order_by(Attendance.id)).all()
        assert [(a.id, a.status) for a in left] == [
            (registered.id, "cancelled"), (there.id, "attended"),
        ]  # fmt: skip
        with pytest.raises(Conflict):
            planning.withdraw(session, there, by=user)


class TestConfirming:
    @pytest.fixture
    def event(self, session):
        return EventFactory(start_date="2026-06-10")

    def asked(self, session, event, user):
        return session.scalars(planning.unconfirmed_query(event, user)).all()

    def test_each_answer(self, session, own, user, event):
        came, stayed, who_knows, left = (goes(event, own) for _ in range(4))
        answers = {came.id: "attended", stayed.id: "no-show", who_knows.id: "unknown"}
        assert planning.confirm(session, event, answers, by=user) == 3
        session.commit()
        statuses = [a.status for a in (came, stayed, who_knows, left)]
        assert statuses == ["attended", "no-show", "planned", "planned"]
        assert self.asked(session, event, user) == [left]

    def test_what_is_confirmed_meanwhile_stays(self, session, own, user, event):
        attendance = goes(event, own, status="no-show")
        assert planning.confirm(session, event, {attendance.id: "attended"}, by=user) == 0
        assert attendance.status == "no-show"

    def test_a_contributor_is_asked_about_its_own_people(self, session, own, event):
        contributor = UserFactory(role="contributor", organization=own)
        mine, other = goes(event, own), goes(event, OrganizationFactory())
        assert self.asked(session, event, contributor) == [mine]
        with pytest.raises(Forbidden):
            planning.confirm(session, event, {other.id: "attended"}, by=contributor)

    @pytest.mark.parametrize(
        "start, end, begun",
        [("2026-06-15", "2026-06-17", True), ("2026-06-16", "2026-06-17", False),
         ("2026-06", "2026-06", False), ("2026-05", "2026-05", True)],
    )  # fmt: skip
    def test_one_is_asked_once_it_has_begun(self, session, own, user, start, end, begun):
        event = EventFactory(start_date=start, end_date=end)
        attendance = goes(event, own)
        if begun:
            assert planning.confirm(session, event, {attendance.id: "attended"}, by=user) == 1
        else:
            with pytest.raises(Conflict):
                planning.confirm(session, event, {attendance.id: "attended"}, by=user)
