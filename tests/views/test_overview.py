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
from tracker.models import Attendance, FollowUp, ImportBatch, ImportIndividual, LikelyDuplicate
from tracker.models.base import utcnow
from tracker.models.changes import attribute
from tracker.services.overview import next_events, year_so_far


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


def test_however_many_go_they_are_counted(client, session):
    client.sign_in(UserFactory(organization=None))
    organization = OrganizationFactory()
    events = [EventFactory(start_date=f"2026-07-0{day}") for day in (1, 2)]
    for event, people in zip(events, (520, 2), strict=True):
        session.add_all(
            Attendance(event_id=event.id, label=f"Guest {number}", organization=organization,
                       status="registered", role="attendee", mode="online")
            for number in range(people)
        )  # fmt: skip
        AttendanceFactory(
            event=event,
            person=PersonFactory(name="Zoe Last"),
            organization=organization,
            status="planned",
        )
    attribute(session, "test", None)
    session.commit()
    rows = next_events(session, UserFactory(organization=None), date(2026, 6, 15))
    assert [([p.name for p in row.people], row.more) for row in rows] == [
        (["Zoe Last"], 520),
        (["Zoe Last"], 2),
    ]


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
    assert 'href="/events/came/attendance#confirm"' in page
    for key in ("maybe", "days"):
        assert f'href="/events/{key}/edit"' in page
    assert "nobody is planned to go" in page


def an_import(session, event, individuals, open_, status="staged"):
    batch = ImportBatch(event_id=event.id, status=status, created_at=utcnow())
    session.add(batch)
    session.flush()
    for number in range(individuals):
        session.add(
            ImportIndividual(
                batch_id=batch.id, number=number, label=f"Guest {number}", folded=f"guest {number}",
                match="decision" if number < open_ else "new",
            )
        )  # fmt: skip
    session.commit()
    return batch


def test_imports_wait_to_be_decided(client, session, own, staff):
    event = EventFactory(key="webinar", name_en="Webinar 3", start_date="2026-06-01")
    batches = [
        an_import(session, event, 219, 7),
        an_import(session, event, 3, 0),
        an_import(session, event, 0, 0, "received"),
    ]
    page = client.get("/").text
    assert "Import for Webinar 3" in page
    assert "212 of 219 matched, 7 to decide" in page
    assert "3 people matched, ready to record" in page
    for batch, more in zip(batches, ("", "", "/reading"), strict=True):
        assert f'href="/events/webinar/imports/{batch.id}{more}"' in page
    assert '<a href="/imports/">All imports that wait</a>' in page


def test_without_imports_that_wait_nothing_leads_to_them(client, session, own, staff):
    assert 'href="/imports/"' not in client.get("/").text


def test_likely_duplicates_wait_for_editors(client, session, own, staff):
    pairs = (
        ("organizations", [OrganizationFactory(acronym=name) for name in ("NIC-A", "NIC-B")]),
        ("people", [PersonFactory(name=name) for name in ("Ana One", "Ana Two")]),
    )
    for noun, (first, second) in pairs:
        session.add(
            LikelyDuplicate(noun=noun, first_id=first.id, second_id=second.id, likeness=0.9)
        )
    session.commit()
    page = client.get("/").text
    assert "“NIC-A” and “NIC-B”" in page
    assert "“Ana One” and “Ana Two”" in page
    assert 'href="/people/duplicates"' in page
    client.sign_in(UserFactory(role="contributor", organization=own))
    assert "“Ana One”" not in client.get("/").text


def test_open_follow_ups_of_the_organization(client, session, own, staff):
    event, other = EventFactory(key="came", start_date="2026-06-01"), OrganizationFactory()
    attribute(session, "test", None)
    for what, owner in (("Send the minutes", own), ("Not ours", other)):
        session.add(FollowUp(event_id=event.id, what=what, owner_organization_id=owner.id))
    session.commit()
    page = client.get("/").text
    assert "Send the minutes" in page
    assert "Not ours" not in page
    assert 'href="/follow-ups/?organization=own"' in page


def test_an_engaged_space_without_a_delegate_is_marked(client, session, own, staff):
    space = SpaceFactory()
    EngagementFactory(organization=own, space=space)
    event = EventFactory(key="gap", name_en="Gap", start_date="2026-08-15", space=space)
    page = client.get("/").text
    assert page.count('href="/plans/?assign=gap"') == 2
    assert "nobody assigned" in page
    AttendanceFactory(event=event, organization=own, status="planned")
    assert "assign=gap" not in client.get("/").text


def test_who_is_not_known_to_have_come_is_asked_no_more(client, session, own, staff):
    event = EventFactory(key="came", name_en="Came", start_date="2026-06-01")
    AttendanceFactory(event=event, organization=own, status="planned", confidence="low")
    assert "Who came to" not in client.get("/").text


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
            an_import(session, event, 2, 1)
            session.add(
                LikelyDuplicate(
                    noun="people", first_id=person.id, second_id=PersonFactory().id, likeness=0.9
                )
            )
            attribute(session, "test", None)
            session.add(FollowUp(event_id=event.id, what="x", owner_organization_id=own.id))
            session.commit()
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
