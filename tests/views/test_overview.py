"""The first page: what is next, who goes, what needs a person."""

from datetime import date

import pytest
import time_machine

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
from tracker.services.overview import year_so_far


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-06-15T12:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def own(session):
    return OrganizationFactory(acronym="OWN")


@pytest.fixture
def staff(client, session, own):
    user = UserFactory(organization=own)
    client.sign_in(user)
    return user


def test_an_empty_site_has_a_first_page(client, session):
    assert client.get("/").status_code == 200
    assert client.get("/?lang=es").status_code == 200


def test_the_public_sees_what_is_next_and_no_names(client, session):
    AttendanceFactory(
        event=EventFactory(name_en="Soon", start_date="2026-07-01"),
        person=PersonFactory(name="Demo Ana"),
        status="planned",
    )
    EventFactory(
        name_en="Under way", start_date="2026-06-14", end_date="2026-06-15", timezone="UTC"
    )
    EventFactory(name_en="Cancelled one", start_date="2026-07-01", status="cancelled")
    EventFactory(name_en="Far away", start_date="2027-07-01")
    EventFactory(name_en="Long gone", start_date="2020-07-01")
    page = client.get("/").text
    for name in ("Soon", "Under way", "Long gone"):
        assert name in page
    for name in ("Cancelled one", "Far away", "Demo Ana", ">DA<"):
        assert name not in page


def test_staff_see_who_of_theirs_goes(client, session, own, staff):
    event = EventFactory(name_en="Soon", start_date="2026-07-01", organizer=own)
    for number in range(5):
        AttendanceFactory(
            event=event,
            person=PersonFactory(name=f"Ana {number} Silva"),
            organization=own,
            status="planned",
        )
    AttendanceFactory(
        event=event,
        person=PersonFactory(name="Other Person"),
        organization=OrganizationFactory(),
        status="planned",
    )
    page = client.get("/").text
    assert "Ana 0 Silva" in page
    assert "Other Person" not in page


def test_what_waits_for_a_person(client, session, own, staff):
    space = SpaceFactory()
    EngagementFactory(organization=own, space=space)
    AttendanceFactory(
        event=EventFactory(key="came", name_en="Came", start_date="2026-06-01"),
        organization=own,
        status="planned",
    )
    EventFactory(
        key="maybe", name_en="Maybe", start_date="2026-08-01", organizer=own, status="tentative"
    )
    EventFactory(key="days", name_en="Days", start_date="2026-09", organizer=own)
    EventFactory(key="gap", name_en="Gap", start_date="2026-08-15", space=space)
    page = client.get("/").text
    assert "Who came to Came?" in page
    assert 'href="/events/came/attendance"' in page
    for key in ("maybe", "days"):
        assert f'href="/events/{key}/edit"' in page
    assert "nobody is planned to go" in page


def test_a_viewer_has_nothing_to_do(client, session, own):
    client.sign_in(UserFactory(role="viewer", organization=own))
    EventFactory(key="maybe", start_date="2026-08-01", organizer=own, status="tentative")
    assert "/events/maybe/edit" not in client.get("/").text


def test_it_takes_a_constant_number_of_queries(client, session, own, staff, count_queries):
    counts = []
    for more in (3, 27):
        for _ in range(more):
            space = SpaceFactory()
            EngagementFactory(organization=own, space=space)
            for day in ("2026-07-01", "2026-06-01", "2025-03-01"):
                event = EventFactory(start_date=day, organizer=own, space=space, status="tentative")
                person = AffiliationFactory(organization=own).person
                AttendanceFactory(event=event, person=person, organization=own, status="planned")
        with count_queries:
            assert client.get("/").status_code == 200
        counts.append(count_queries.count)
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "today, counted",
    [("2026-07-31", 2), ("2026-07-30", 1), ("2024-02-29", 0), ("2026-12-31", 2)],
)
def test_a_year_is_compared_to_the_same_days_of_the_year_before(
    session, own, staff, today, counted
):
    for day in ("2025-07-30", "2025-07-31", "2023-03-01"):
        EventFactory(start_date=day, organizer=own)
    year = year_so_far(session, own, staff, date.fromisoformat(today))
    assert year.events_before == counted
