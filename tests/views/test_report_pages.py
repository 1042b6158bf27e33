"""The pages of reports: what each asks, says first, and leads to."""

import pytest
from sqlalchemy import select

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
from tracker.models import Grouping, GroupingMember, Organization
from tracker.models.changes import attribute
from tracker.services.database import load_reference

YEAR = "?from=2021-01-01&to=2021-12-31"
REPORTS = {
    "organization": "/reports/organizations/org-a",
    "event": "/reports/events/forum-1",
    "space": "/reports/spaces/forum",
    "period": "/reports/period",
    "coverage": "/reports/coverage",
}


@pytest.fixture
def world(session):
    """A space with an edition of 2023 and one to come; two of three organizations go."""
    space = SpaceFactory(code="FORUM", name_en="The Forum")
    a, b, c = (OrganizationFactory(acronym=f"ORG-{letter}") for letter in "ABC")
    for organization in (a, b, c):
        EngagementFactory(organization=organization, space=space, role="speaker")
    old = EventFactory(
        key="forum-1", space=space, start_date="2023-05-01", organizer=a, country="UY"
    )
    EventFactory(key="forum-2", name_en="Forum 2", space=space, start_date="2099-05-01")
    person = PersonFactory(name="Demo Ana")
    AttendanceFactory(event=old, person=person, organization=a)
    AttendanceFactory(event=old, person=PersonFactory(name="Demo Luis"), organization=b)
    HeadcountFactory(event=old, value=640, qualifier="at-least")
    session.commit()
    return space


@pytest.fixture
def staff(client, session):
    return client.sign_in(UserFactory())


def measure(answer, name):
    return answer["measures"][name]


class TestEveryReport:
    @pytest.mark.parametrize("report", REPORTS)
    @pytest.mark.parametrize("signed_in", [True, False])
    def test_has_a_page(self, world, client, session, report, signed_in):
        if signed_in:
            client.sign_in(UserFactory())
        page = client.get(REPORTS[report])
        assert page.status_code == 200
        for extension in ("json", "csv", "xlsx", "pdf"):
            assert f'href="{REPORTS[report]}.{extension}' in page.text
        assert "How this was counted" in page.text
        assert ("Save this report" in page.text) == signed_in

    def test_offers_to_editors_what_only_they_may_do(self, world, client, session):
        client.sign_in(UserFactory(role="viewer"))
        page = client.get(f"{REPORTS['period']}?kind=meeting&lang=en").text
        assert "/reports/saved/new?report=period&amp;query=kind%3Dmeeting" in page
        assert "Mark as issued" not in page
        client.sign_in(UserFactory(role="editor"))
        page = client.get(f"{REPORTS['organization']}?kind=meeting").text
        assert (
            "/reports/issued/new?report=organization&amp;subject=org-a&amp;query=kind%3Dmeeting"
            in page
        )

    @pytest.mark.parametrize("report", REPORTS)
    @pytest.mark.parametrize(
        "query",
        [
            "from=2023-02-01&to=2023-01-01", "from=yesterday", "to=2023-13-01", "scheme=moon",
            "kind=party", "space=nowhere", "grouping=nobody", "rollup=2", "nonsense=1",
        ],
    )  # fmt: skip
    def test_refuses_what_it_does_not_understand(self, world, staff, report, query):
        page = staff.get(f"{REPORTS[report]}?{query}")
        assert page.status_code == 400
        assert "<h1>" in page.text
        for extension in ("json", "csv", "xlsx", "pdf"):
            assert staff.get(f"{REPORTS[report]}.{extension}?{query}").status_code == 400
        assert staff.get(f"{REPORTS[report]}.json?{query}").json["error"]

    @pytest.mark.parametrize("report", ["event", "space"])
    def test_signed_out_some_take_no_filter_and_show_none(self, world, client, report):
        page = client.get(REPORTS[report]).text
        assert "data-filters" not in page
        assert "Another period" not in page
        assert client.get(f"{REPORTS[report]}?kind=meeting").status_code == 400

    def test_keeps_the_other_filters_when_the_period_changes(self, world, client):
        page = client.get(f"{REPORTS['period']}?kind=meeting").text
        assert "/reports/period?kind=meeting&amp;from=2021-01-01&amp;to=2021-12-31" in page
        assert '<input type="hidden" name="kind" value="meeting">' in page

    def test_shows_another_period_as_a_choice(self, world, client):
        page = client.get(f"{REPORTS['period']}?from=2021-03-01&to=2021-03-31").text
        assert "in March 2021" in page
        assert 'aria-current="true" href="/reports/period?from=2021-03-01' in page


class TestEmptyPeriod:
    def test_of_everything(self, world, client):
        response = client.get(f"/reports/period.json{YEAR}").json
        assert measure(response, "events") == 0
        assert measure(response, "participants") is None
        page = client.get(f"/reports/period{YEAR}")
        assert page.status_code == 200
        assert "No event is recorded here" in page.text
        assert '<span class="stat-value">0</span>' in page.text
        assert '<span class="stat-value">–</span>' in page.text

    def test_of_coverage(self, client, session):
        page = client.get(f"/reports/coverage{YEAR}")
        assert page.status_code == 200
        assert "No organization is engaged in a space or took part here" in page.text

    def test_of_an_organization(self, world, client):
        page = client.get(f"{REPORTS['organization']}{YEAR}")
        assert page.status_code == 200
        assert "No event recorded here in which ORG-A took part" in page.text


class TestPeriod:
    def test_restates_what_icann_published_of_2021(self, client, session):
        """The summary of its 41 sessions, two clicks from the list of reports."""
        load_reference(session)
        session.commit()
        assert f'href="/reports/period{YEAR.replace("&", "&amp;")}"' in client.get("/reports/").text
        narrower = f"/reports/period{YEAR}&space=icann-lac-eng"
        assert narrower.replace("&", "&amp;") in client.get(f"/reports/period{YEAR}").text
        answer = client.get(narrower.replace("period?", "period.json?")).json
        assert measure(answer, "events") == 1
        assert measure(answer, "participants") == {
            "at_least": 3000, "at_most": None, "approximate": False,
        }  # fmt: skip
        published = next(table for table in answer["tables"] if table["name"] == "published")
        rows = [dict(zip(published["columns"], row, strict=True)) for row in published["rows"]]
        assert {(row["metric"], row["value"], row["qualifier"]) for row in rows} == {
            ("sessions", 41, "exact"), ("participants", 3000, "at-least"),
            ("countries", 45, "at-least"),
        }  # fmt: skip
        page = client.get(narrower).text
        assert "<li>41 sessions</li>" in page
        assert "<li>more than 3,000 participants</li>" in page
        assert "<li>more than 45 countries</li>" in page
        assert "3,000+" in page
        # Who says it: the partners, though none is known by name to have been there.
        assert "16 partners" in page

    def test_flags_what_does_not_add_up(self, world, client, session):
        event = EventFactory(key="fair", start_date="2021-05-01")
        HeadcountFactory(event=event, value=100)
        HeadcountFactory(event=event, value=70, dimension="gender", value_key="female")
        HeadcountFactory(event=event, value=70, dimension="gender", value_key="male")
        session.commit()
        page = client.get(f"/reports/period{YEAR}").text
        assert "does not add up" in page
        assert "2 figures by country, region or the like" in page
        assert "does not add up" not in client.get("/reports/period?from=2023-01-01").text

    def test_numbers_lead_to_their_rows(self, world, client):
        page = client.get("/reports/period").text
        assert "/reports/period/rows/events?by=by_space&amp;key=FORUM" in page
        assert "/reports/period/rows/people" not in page
        client.sign_in(UserFactory())
        assert "/reports/period/rows/people?by=by_space" in client.get("/reports/period").text

    def test_lists_cancelled_events_apart(self, client, session):
        EventFactory(name_en="Called off", start_date="2021-05-01", status="cancelled")
        session.commit()
        page = client.get(f"/reports/period{YEAR}").text
        assert "Cancelled, not counted" in page
        assert "Called off" in page


class TestCoverage:
    def test_says_gaps_first(self, world, client):
        page = client.get("/reports/coverage").text
        gaps = page.index("Engaged, held, never attended"), page.index("nobody is planned")
        assert max(gaps) < page.index("Organizations and spaces")
        rows = page[page.index('class="heat"') :]
        assert rows.index("ORG-C") < rows.index("ORG-A")
        assert "Forum 2" in page

    def test_a_cell_leads_to_the_organization_in_that_space(self, world, client):
        page = client.get("/reports/coverage?from=2023-01-01&to=2023-12-31").text
        path = "/reports/organizations/org-a?from=2023-01-01&amp;to=2023-12-31&amp;space=forum"
        assert path in page
        assert client.get(path.replace("&amp;", "&")).status_code == 200
        assert "Engaged: Speaker. 1 of 1 edition attended." in page

    def test_takes_a_grouping_of_organizations(self, world, client, session):
        assert "All organizations" not in client.get("/reports/coverage").text
        member = session.scalar(select(Organization).where(Organization.slug == "org-a"))
        attribute(session, "test", None)
        session.add(Grouping(name="Both", members=[GroupingMember(organization=member)]))
        session.commit()
        page = client.get("/reports/coverage?grouping=both").text
        assert 'href="/reports/coverage?grouping=both">Both</a>' in page
        assert "ORG-A" in page
        assert "ORG-C" not in page
        # Whose rows there are is no filter of their events.
        assert "/reports/organizations/org-a?space=forum" in page


class TestList:
    def test_has_a_way_into_each(self, world, client):
        page = client.get("/reports/").text
        for name in ("organization", "event", "space"):
            assert f'name="{name}"' in page
        for path in ("/reports/period?from=", "/reports/coverage", "/reports/saved/"):
            assert f'href="{path}' in page
        assert "/reports/issued/" in page

    @pytest.mark.parametrize(
        "query, location",
        [
            ("organization=ORG-B", "/reports/organizations/org-b"),
            ("event=forum-1", "/reports/events/forum-1"),
            ("event=Forum+2", "/reports/events/forum-2"),
            ("space=forum", "/reports/spaces/forum"),
            ("space=The+Forum", "/reports/spaces/forum"),
        ],
    )
    def test_leads_there(self, world, client, query, location):
        response = client.get(f"/reports/?{query}")
        assert (response.status_code, response.location) == (303, location)

    def test_offers_several_events(self, world, client, session):
        EventFactory(key="x-1", name_en="Workshop on DNS")
        EventFactory(key="x-2", name_en="Workshop on RPKI")
        session.commit()
        page = client.get("/reports/?event=workshop")
        assert page.status_code == 200
        assert "/reports/events/x-1" in page.text
        assert "/reports/events/x-2" in page.text

    def test_leads_nobody_to_what_they_may_not_see(self, world, client, session):
        EventFactory(key="inner", name_en="Secret meeting", visibility="community")
        session.commit()
        page = client.get("/reports/?event=inner")
        assert page.status_code == 404
        assert "Secret meeting" not in page.text
        client.sign_in(UserFactory())
        assert client.get("/reports/?event=inner").location == "/reports/events/inner"

    @pytest.mark.parametrize("query", ["space=nowhere", "event=none+such", "organization=nobody"])
    def test_says_that_nothing_is_called_so(self, world, client, query):
        page = client.get(f"/reports/?{query}")
        assert page.status_code == 404
        assert 'class="field-error"' in page.text

    @pytest.mark.parametrize("query", ["color=red", "lang=de", "from=2023-01-01"])
    def test_refuses_other_parameters(self, client, query):
        assert client.get(f"/reports/?{query}").status_code == 400
