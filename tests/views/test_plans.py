"""The pages about plans, planning by typing names, and saying afterwards who came."""

import csv
import io
import re

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
from tests.pages import choices_of, error_at, next_page_of, undo_on, value_of
from tracker.models import Attendance, Person


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-06-15T12:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def own(session):
    return OrganizationFactory(acronym="OWN")


@pytest.fixture
def staff(client, own):
    user = UserFactory(organization=own)
    client.sign_in(user)
    return user


@pytest.fixture
def event(session):
    return EventFactory(key="next", name_en="Next Forum", start_date="2026-08-01")


@pytest.fixture
def ana(own):
    return AffiliationFactory(person=PersonFactory(name="Ana Silva"), organization=own).person


@pytest.fixture
def beto(own):
    return AffiliationFactory(person=PersonFactory(name="Beto Souza"), organization=own).person


@pytest.fixture
def send(client, staff, event):
    def post(people, address="/plans/", **values):
        return client.post(address, data={"event_key": "next", "people": people, **values})

    return post


def recorded(session):
    found = session.scalars(select(Attendance).order_by(Attendance.id))
    return [(a.person.name, a.organization and a.organization.acronym, a.status) for a in found]


# ---- the pages


def test_plans_are_for_the_signed_in(client, session):
    assert client.get("/plans/").location == "/sign-in?next=/plans/"
    assert client.get("/plans/.csv").status_code == 401
    assert 'href="/plans/"' not in client.get("/events/").text


def test_who_goes_where_by_month(client, session, own, staff):
    for day, name in (("2026-07-01", "July One"), ("2026-09", "September One")):
        AttendanceFactory(
            event=EventFactory(name_en=name, start_date=day),
            person=PersonFactory(name=f"Goes to {name}"),
            organization=own,
            status="planned",
        )
    page = client.get("/plans/").text
    assert re.findall(r'<h3 class="list-heading">([^<]+)', page) == ["July 2026", "September 2026"]
    assert "Goes to July One" in page
    assert 'href="/plans/"' in page
    assert "julio de 2026" in client.get("/plans/?lang=es").text


def test_what_has_no_date_yet_stands_at_the_end(client, session, own, staff):
    for key, day in (("undated", None), ("july", "2026-07-01")):
        AttendanceFactory(event=EventFactory(key=key, start_date=day), organization=own,
                          status="planned")  # fmt: skip
    page = client.get("/plans/").text
    headings = re.findall(r'<h3 class="list-heading">([^<]+)', page)
    assert headings == ["July 2026", "Without a date yet"]
    assert 'href="/plans/?assign=undated"' in page
    assert "undated" in client.get("/plans/.csv").text
    assert "Without a date yet" not in client.get("/plans/?from=2026-06-01").text


def test_a_gap_leads_to_the_line_with_its_event(client, session, own, staff, event):
    space = SpaceFactory(code="FORUM")
    EngagementFactory(organization=own, space=space)
    client.get("/plans/")
    session.expire_all()
    EventFactory(key="gap", name_en="Empty Forum", start_date="2026-09-01", space=space)
    quiet = SpaceFactory(code="QUIET")
    EngagementFactory(organization=own, space=quiet)
    for address in ("/plans/?space=forum", "/plans/gaps?space=forum"):
        page = client.get(address).text
        assert "Nobody from OWN" in page
        assert 'href="/plans/?assign=gap&amp;space=forum"' in page
    assert "QUIET" in client.get("/plans/").text
    page = client.get("/plans/?assign=gap")
    assert value_of(page, "event_key") == "gap"
    assert "Empty Forum" in page.text
    assert client.get("/plans/?assign=there-is-none").status_code == 200


def test_a_crowd_is_named_and_somebody_taken_out(client, session, own, staff, event):
    for name in ("Ana", "Beto", "Carla"):
        AttendanceFactory(
            event=event, person=PersonFactory(name=name), organization=own, status="planned"
        )
    for address in ("/plans/?country=UY", "/plans/crowds?country=UY"):
        page = client.get(address).text
        assert "3 of OWN go" in page
        assert "Take Carla out" in page
    action = re.findall(r'action="(/plans/\d+/withdraw\?country=UY)"', page)[-1]
    answer = client.post(action)
    assert (answer.status_code, answer.location) == (303, "/plans/?country=UY")
    page = client.get(answer.location)
    assert "3 of OWN go" not in page.text
    client.post(undo_on(page))
    assert len(recorded(session)) == 3


def test_somebody_at_two_places_at_a_time(client, session, own, staff, ana):
    for name in ("Here Conference", "There Conference"):
        event = EventFactory(name_en=name, start_date="2026-08-01")
        AttendanceFactory(event=event, person=ana, organization=own, status="planned")
    page = client.get("/plans/").text
    assert "At two places at a time" in page
    card = page.partition('id="clashes"')[2]
    for text in ("Ana Silva", "Here Conference", "There Conference"):
        assert text in card


def test_side_by_side_it_says_who_is_of_which(client, session, own, staff, event):
    other = OrganizationFactory(acronym="ALSO")
    for organization in (own, other):
        AttendanceFactory(event=event, organization=organization, status="planned")
    page = client.get("/plans/?organization=own%3B+also").text
    assert re.findall(r"<dt>(\w+)</dt>", page) == ["ALSO", "OWN"]
    assert "<dt>" not in client.get("/plans/?organization=also").text


def test_a_filter_it_does_not_know(client, session, staff):
    for query in ("organization=none", "person=nobody", "colour=red", "from=soon", "after=x"):
        for page in ("", "gaps", "crowds"):
            assert client.get(f"/plans/{page}?{query}").status_code == 400, (page, query)


def test_the_table_has_everybody(client, session, own, staff, event, ana):
    AttendanceFactory(event=event, person=ana, organization=own, status="planned")
    AttendanceFactory(
        event=event, person=None, label="=guest", organization=own, status="registered"
    )
    rows = list(csv.DictReader(io.StringIO(client.get("/plans/.csv").text)))
    assert [(row["event_key"], row["name"], row["status"]) for row in rows] == [
        ("next", "Ana Silva", "planned"),
        ("next", "'=guest", "registered"),
    ]
    assert client.get("/plans.xlsx").status_code == 200
    assert client.get("/plans/.csv?organization=none").status_code == 400


def test_it_is_paged_and_its_queries_do_not_grow(client, session, own, staff, count_queries):
    people = [AffiliationFactory(organization=own).person for _ in range(4)]
    counts = []
    for more in (2, 55):
        for _ in range(more):
            space = SpaceFactory()
            EngagementFactory(organization=own, space=space)
            EventFactory(start_date="2026-08-02", space=space, organizer=own)
            event = EventFactory(start_date="2026-08-01", organizer=own)
            for person in people:
                AttendanceFactory(event=event, person=person, organization=own, status="planned")
        for address in ("/plans/", "/plans/gaps", "/plans/crowds", "/plans/suggest?q=demo"):
            with count_queries:
                page = client.get(address)
            assert page.status_code == 200
            counts.append(count_queries.count)
    assert counts[:4] == counts[4:]
    for address in ("/plans/", "/plans/gaps", "/plans/crowds"):
        page = client.get(address)
        assert client.get(next_page_of(page)).status_code == 200


# ---- planning


def test_several_names_at_once(client, session, send, ana, beto):
    answer = send("Ana Silva (OWN); beto souza;", "/plans/?country=UY&assign=next")
    assert (answer.status_code, answer.location) == (303, "/plans/?country=UY")
    assert recorded(session) == [("Ana Silva", "OWN", "planned"), ("Beto Souza", "OWN", "planned")]
    page = client.get(answer.location)
    assert "Planned for “Next Forum”: Ana Silva, Beto Souza." in page.text
    client.post(undo_on(page))
    assert recorded(session) == []


def test_i_go(client, session, own, staff, event, ana):
    assert "I go" not in client.get("/plans/").text
    answer = client.post("/plans/", data={"event_key": "next", "me": "1"})
    assert "not linked to a person" in error_at(answer, "people")
    client.sign_in(UserFactory(organization=own, person=ana))
    assert "I go" in client.get("/events/next").text
    answer = client.post("/plans/", data={"event_key": "next", "me": "1", "back": "event"})
    assert answer.location == "/events/next"
    assert recorded(session) == [("Ana Silva", "OWN", "planned")]
    assert "I go" not in client.get("/events/next").text


def test_a_second_time_changes_nothing(client, session, send, ana, beto):
    send("Ana Silva")
    page = client.get(send("Ana Silva; Beto Souza").location).text
    assert "Recorded there already: Ana Silva." in page
    assert "Planned for “Next Forum”: Beto Souza." in page
    page = client.get(send("Ana Silva").location).text
    assert "Nothing was changed." in page
    assert len(recorded(session)) == 2


def test_namesakes_are_asked_about(session, send, ana, own):
    AffiliationFactory(person=PersonFactory(name="Ana Silva"), organization=OrganizationFactory())
    page = send("ana silva; nobody at all")
    assert page.status_code == 422
    assert value_of(page, "people") == "ana silva; nobody at all"
    assert "Nobody is known as “nobody at all” yet." in error_at(page, "people")
    assert ana.key in choices_of(page, "people")
    answer = send("ana silva", **{"people-choice": ana.key, "people-asked": "ana silva"})
    assert answer.status_code == 303
    assert recorded(session) == [("Ana Silva", "OWN", "planned")]


def test_who_is_not_known_can_be_created(session, send):
    assert 'name="create"' in send("Newcomer Ñandú").text
    assert send("Newcomer Ñandú", create="1").status_code == 303
    assert recorded(session) == [("Newcomer Ñandú", "OWN", "planned")]


def test_nothing_is_created_where_something_else_is_wrong(session, send, ana):
    OrganizationFactory(acronym="NET-A", name_en="Network One")
    OrganizationFactory(acronym="NET-B", name_en="Network Two")
    page = send("Newcomer Ñandú", create="1", organization_acronym="network")
    assert page.status_code == 422
    assert choices_of(page, "organization_acronym") == ["NET-A", "NET-B"]
    page = send("Newcomer Ñandú; silva ana; Ana", create="1")
    assert page.status_code == 422
    assert session.scalars(select(Person.name)).all() == ["Ana Silva"]


@pytest.mark.parametrize(
    "values, field",
    [
        ({"event_key": "", "people": "Ana Silva"}, "event_key"),
        ({"event_key": "no such event", "people": "Ana Silva"}, "event_key"),
        ({"event_key": "over", "people": "Ana Silva"}, "event_key"),
        ({"event_key": "next", "people": " ; "}, "people"),
        ({"event_key": "next", "people": "x;" * 60}, "people"),
        ({"event_key": "next", "people": "\0"}, "people"),
        ({"event_key": "next", "people": "Ana Silva", "organization_acronym": "none"},
         "organization_acronym"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned(client, session, staff, event, ana, values, field):
    EventFactory(key="over", start_date="2026-06-01")
    page = client.post("/plans/", data=values)
    assert page.status_code == 422
    assert error_at(page, field)
    assert recorded(session) == []


def test_an_event_that_one_may_not_see_is_none(client, session, staff, ana):
    hidden = OrganizationFactory()
    event = EventFactory(
        key="secret", start_date="2026-08-01", visibility="organization", owner=hidden
    )
    page = client.post("/plans/", data={"event_key": "secret", "people": "Ana Silva"})
    assert error_at(page, "event_key")
    assert value_of(client.get("/plans/?assign=secret"), "event_key") == "secret"
    attendance = AttendanceFactory(event=event, status="planned")
    assert client.post(f"/plans/{attendance.id}/withdraw").status_code == 404


def test_contributors_and_viewers(client, session, own, event, ana):
    stranger = AffiliationFactory(person=PersonFactory(name="Of Others")).person
    client.sign_in(UserFactory(role="contributor", organization=own))
    page = client.post("/plans/", data={"event_key": "next", "people": "Ana Silva; Of Others"})
    assert "Of Others is not of it on that day" in error_at(page, "people")
    assert recorded(session) == []
    theirs = AttendanceFactory(event=event, person=stranger, status="planned")
    assert client.post(f"/plans/{theirs.id}/withdraw").status_code == 403
    client.sign_in(UserFactory(role="viewer", organization=own))
    assert 'id="plan"' not in client.get("/plans/").text
    assert client.post("/plans/", data={"event_key": "next"}).status_code == 403


def test_people_of_the_plan_are_suggested_first(client, session, own, staff):
    AffiliationFactory(person=PersonFactory(name="Ana Beloved"))
    AffiliationFactory(person=PersonFactory(name="Ana Zuluaga"), organization=own)
    found = client.get("/plans/suggest?q=ana").json
    assert found[0]["value"] == "Ana Zuluaga (OWN)"
    assert len(found) == 2
    assert client.get("/plans/suggest?q=%00").json == []


def test_a_withdrawal_of_what_is_no_plan(client, session, own, staff, event):
    attendance = AttendanceFactory(event=event, organization=own, status="attended")
    answer = client.post(f"/plans/{attendance.id}/withdraw", data={"back": "event"})
    assert answer.location == "/events/next"
    assert "no plan any more" in client.get(answer.location).text
    assert client.post("/plans/999999/withdraw").status_code == 404


def test_the_page_of_an_event_says_who_plans_to_go(client, session, own, staff, event, ana):
    AttendanceFactory(event=event, person=ana, organization=own, status="planned")
    other = AttendanceFactory(event=event, organization=OrganizationFactory(), status="planned")
    page = client.get("/events/next").text
    assert "Ana Silva" in page
    assert other.person.name not in page
    EventFactory(key="over", start_date="2026-06-01")
    assert "Who plans to go" not in client.get("/events/over").text
    client.sign_in(UserFactory())
    assert other.person.name in client.get("/events/next").text
    client.get("/sign-out")


def test_the_page_of_an_event_names_nobody_to_the_public(client, session, own, event, ana):
    AttendanceFactory(event=event, person=ana, organization=own, status="planned")
    page = client.get("/events/next").text
    assert "Ana Silva" not in page
    assert "Who plans to go" not in page


# ---- who came


@pytest.fixture
def held(session):
    return EventFactory(key="held", name_en="Held", start_date="2026-06-10")


def planned_at(event, organization, number):
    return [
        AttendanceFactory(
            event=event,
            person=PersonFactory(name=f"Guest {each:02}"),
            organization=organization,
            status="planned",
        )
        for each in range(number)
    ]


def test_all_are_answered_for_with_one_button(client, session, own, staff, held):
    guests = planned_at(held, own, 3)
    page = client.get("/events/held/attendance").text
    assert "Who came?" in page
    answer = client.post(
        "/events/held/attendance/confirm",
        data={
            "asked": [a.id for a in guests], "rest": "attended",
            f"came-{guests[0].id}": "no-show", f"came-{guests[1].id}": "unknown",
        },
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, "/events/held/attendance")
    statuses = [status for _name, _organization, status in recorded(session)]
    assert statuses == ["no-show", "planned", "attended"]
    page = client.get(answer.location)
    assert "3 people are answered for." in page.text
    assert "Who came?" not in page.text
    assert "Who came to" not in client.get("/").text
    client.post(undo_on(page))
    assert {status for *_rest, status in recorded(session)} == {"planned"}
    assert "Who came?" in client.get("/events/held/attendance").text


def test_who_is_left_open_is_asked_again(client, session, own, staff, held):
    first, second = planned_at(held, own, 2)
    client.post(
        "/events/held/attendance/confirm",
        data={"asked": [first.id, second.id], f"came-{first.id}": "attended"},
    )
    page = client.get("/events/held/attendance").text
    assert re.findall(r'name="asked" value="(\d+)"', page) == [str(second.id)]


@pytest.mark.parametrize(
    "answers",
    [{}, {"rest": "no-show"}, {"came": "perhaps"}, {"asked": "x", "rest": "attended"}],
)
def test_what_is_no_answer(client, session, own, staff, held, answers):
    (guest,) = planned_at(held, own, 1)
    sent = {"asked": str(guest.id), **answers}
    if "came" in sent:
        sent[f"came-{guest.id}"] = sent.pop("came")
    page = client.post("/events/held/attendance/confirm", data=sent)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert recorded(session)[0][2] == "planned"


def test_before_it_has_begun_nobody_is_asked(client, session, own, staff, event):
    (guest,) = planned_at(event, own, 1)
    assert "Who came?" not in client.get("/events/next/attendance").text
    page = client.post(
        "/events/next/attendance/confirm", data={"asked": guest.id, "rest": "attended"}
    )
    assert page.status_code == 422


def test_a_contributor_answers_for_its_own(client, session, own, held):
    (mine,), (other,) = planned_at(held, own, 1), planned_at(held, OrganizationFactory(), 1)
    client.sign_in(UserFactory(role="contributor", organization=own))
    page = client.get("/events/held/attendance").text
    assert re.findall(r'name="asked" value="(\d+)"', page) == [str(mine.id)]
    sent = {"asked": [mine.id, other.id], "rest": "attended"}
    assert client.post("/events/held/attendance/confirm", data=sent).status_code == 403
    assert [status for *_rest, status in recorded(session)] == ["planned", "planned"]
    client.sign_in(UserFactory(role="viewer", organization=own))
    assert "Who came?" not in client.get("/events/held/attendance").text


def test_those_asked_about_come_by_pages(client, session, own, staff, held):
    planned_at(held, own, 53)
    page = client.get("/events/held/attendance").text
    assert page.count('name="asked"') == 50
    following = re.search(r'href="([^"]*unconfirmed=[^"]+)"', page)[1].replace("&amp;", "&")
    assert client.get(following).text.count('name="asked"') == 3
    assert client.get("/events/held/attendance?unconfirmed=x").status_code == 400
