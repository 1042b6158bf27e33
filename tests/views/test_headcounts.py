"""Published figures of an event."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from tests.factories import (
    AttendanceFactory,
    EventFactory,
    HeadcountFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tests.pages import error_at, undo_on, value_of
from tracker.models import Headcount

FIGURE = {
    "metric": "participants",
    "mode": "all",
    "qualifier": "exact",
    "unit": "count",
    "dimension": "",
    "value": "120",
}
NEW = "/events/igf/headcounts/new"


@pytest.fixture
def event(session):
    return EventFactory(key="igf")


@pytest.fixture
def editor(session, client):
    user = UserFactory(role="editor")
    client.sign_in(user)
    return user


def figures(session):
    return [(h.metric, h.mode, h.dimension, h.value_key, h.unit, h.value, h.qualifier)
            for h in session.scalars(select(Headcount).order_by(Headcount.id))]  # fmt: skip


def test_figures_are_public(client, event):
    HeadcountFactory(event=event, value=1234, qualifier="about", source="a report")
    HeadcountFactory(event=event, value=12.5, unit="percent", dimension="country", value_key="UY")
    page = client.get("/events/igf/headcounts")
    assert page.status_code == 200
    assert "1,234" in page.text
    assert "12.5" in page.text
    assert client.get("/events/igf/headcounts?after=x").status_code == 400


def test_many_figures_go_on_over_pages_in_few_queries(client, session, event, count_queries):
    counts = []
    for start, end in ((0, 3), (3, 60)):
        for n in range(start, end):
            HeadcountFactory(event=event, dimension="country", value_key=f"key-{n:02}")
        with count_queries:
            page = client.get("/events/igf/headcounts").text
        counts.append(count_queries.count)
    assert counts[0] == counts[1]
    following = unescape(re.search(r'href="([^"]*after=[^"]+)"', page)[1])
    assert "key-59" in client.get(following).text


@pytest.mark.parametrize(
    "values, stored",
    [
        ({}, ("participants", "all", "", "", "count", 120, "exact")),
        ({"value": "0"}, ("participants", "all", "", "", "count", 0, "exact")),
        ({"value": "1,234"}, ("participants", "all", "", "", "count", 1234, "exact")),
        ({"value": "1.234"}, ("participants", "all", "", "", "count", 1234, "exact")),
        ({"value": "12 345"}, ("participants", "all", "", "", "count", 12345, "exact")),
        ({"value": "12,5", "unit": "percent", "dimension": "gender", "value_key": "female"},
         ("participants", "all", "gender", "female", "percent", 12.5, "exact")),
        ({"metric": "countries", "qualifier": "at-least", "value": "30"},
         ("countries", "all", "", "", "count", 30, "at-least")),
    ],
)  # fmt: skip
def test_a_figure_is_entered_as_it_was_published(client, session, event, editor, values, stored):
    answer = client.post(NEW, data={**FIGURE, **values})
    assert (answer.status_code, answer.location) == (303, "/events/igf/headcounts")
    assert figures(session) == [stored]


@pytest.mark.parametrize(
    "values, field, message",
    [
        ({"value": ""}, "value", "needed"),
        ({"value": "many"}, "value", "A number"),
        ({"value": "nan"}, "value", "Between"),
        ({"value": "-1"}, "value", "Between"),
        ({"value": "1e300"}, "value", "Between"),
        ({"value": "12.5"}, "value", "whole"),
        ({"value": "101", "unit": "percent"}, "value", "100 percent"),
        ({"dimension": "country"}, "value_key", "which one"),
        ({"value_key": "UY"}, "value_key", "broken down"),
        ({"dimension": "planet", "value_key": "x"}, "dimension", "Choose"),
        ({"metric": ""}, "metric", "Choose"),
        ({"mode": "hybrid"}, "mode", "Choose"),
        ({"unit": "kg"}, "unit", "Choose"),
        ({"qualifier": "maybe"}, "qualifier", "Choose"),
        ({"dimension": "country", "value_key": "x" * 121}, "value_key", "120"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    client, session, event, editor, values, field, message
):
    page = client.post(NEW, data={**FIGURE, "source": "Kept", **values})
    assert page.status_code == 422
    assert message in (error_at(page, field) or "")
    assert value_of(page, "source") == "Kept"
    assert figures(session) == []


def test_the_same_figure_twice_is_refused(client, session, event, editor):
    HeadcountFactory(event=event, value=7)
    page = client.post(NEW, data=FIGURE)
    assert page.status_code == 422
    assert "recorded already" in error_at(page, "value_key")
    assert value_of(page, "value") == "120"


def test_a_figure_is_corrected_and_a_second_editor_told(client, session, event, editor):
    figure = HeadcountFactory(event=event, value=7)
    url = f"/events/igf/headcounts/{figure.id}/edit"
    page = client.get(url)
    assert value_of(page, "value") == "7"
    version = value_of(page, "version")
    assert client.post(url, data={**FIGURE, "version": version}).status_code == 303
    assert figure.value == 120
    page = client.post(url, data={**FIGURE, "value": "130", "version": version})
    assert page.status_code == 409
    assert "“120”" in error_at(page, "value")
    assert figure.value == 120


def test_a_removal_is_offered_to_be_undone(client, session, event, editor):
    figure = HeadcountFactory(event=event, value=7)
    answer = client.post(f"/events/igf/headcounts/{figure.id}/delete")
    assert (answer.status_code, answer.location) == (303, "/events/igf/headcounts")
    assert figures(session) == []
    undo = undo_on(client.get(answer.location))
    client.post(undo)
    assert figures(session) == [("participants", "all", "", "", "count", 7, "exact")]


def test_a_contributor_enters_figures_of_its_own_events(client, session, event):
    own = OrganizationFactory()
    EventFactory(key="ours", organizer=own)
    client.sign_in(UserFactory(role="contributor", organization=own))
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, data=FIGURE).status_code == 403
    assert client.post("/events/ours/headcounts/new", data=FIGURE).status_code == 303


def test_what_is_not_there(client, session, event, editor):
    figure = HeadcountFactory(event=EventFactory())
    EventFactory(key="hush", visibility="organization", owner=OrganizationFactory())
    for path in (
        f"igf/headcounts/{figure.id}/edit",
        f"igf/headcounts/{10**30}/edit",
        "none/headcounts",
        "none/headcounts/new",
        "hush/headcounts",
    ):
        assert client.get(f"/events/{path}").status_code == 404


# ---- names and figures side by side


def test_the_page_says_what_does_not_agree(client, session, event):
    for number in range(3):
        AttendanceFactory(event=event, mode="in-person", label=f"guest {number}", person=None)
        AttendanceFactory(event=event, mode="in-person")
    HeadcountFactory(event=event, value=150)
    HeadcountFactory(event=event, value=2, mode="in-person")
    HeadcountFactory(event=event, value=100, mode="online", qualifier="about")
    for value_key, value in (("UY", 90), ("BR", 50)):
        HeadcountFactory(event=event, dimension="country", value_key=value_key, value=value)
    for path in ("", "/headcounts", "/attendance"):
        client.sign_in(UserFactory())
        page = unescape(client.get(f"/events/igf{path}").text)
        assert "Names cover 2.0 % of the published total." in page
        assert "More people are recorded by name in person (3) than were published (2)." in page
        assert "By country: the parts add up to 140, but 150 is published." in page
        assert "in person 2 and online 100 make 102, but 150 is published as the total" in page
        assert "Published, online" in page
        assert "About 100" in page
    page = client.get("/events/igf/headcounts").text
    assert "does not add up" in page
    assert "BR" not in client.get("/events/igf/headcounts?dimension=").text


def test_the_figures_of_an_event_count_those_at_its_parts(client, session, event):
    ana, bea, caro = (PersonFactory() for _ in range(3))
    day = EventFactory(parent=event, relation="part-of")
    session_ = EventFactory(parent=day, relation="part-of")
    for whole, relation, more in (
        (event, "co-located", {}),
        (day, "part-of", {"status": "cancelled"}),
        (day, "part-of", {"visibility": "community"}),
    ):
        AttendanceFactory(event=EventFactory(parent=whole, relation=relation, **more))
    for at, person, mode in (
        (event, ana, "in-person"), (day, ana, "online"), (day, bea, "both"), (session_, bea, "online"),
        (session_, caro, "online"),
    ):  # fmt: skip
        AttendanceFactory(event=at, person=person, mode=mode)
    AttendanceFactory(event=session_, person=None, label="guest")
    HeadcountFactory(event=event, value=6, mode="all")
    HeadcountFactory(event=event, value=1, mode="in-person")
    HeadcountFactory(event=event, value=2, mode="online")
    HeadcountFactory(event=day, value=3, mode="all")
    page = unescape(client.get("/events/igf").text)
    assert "identified people, 3 with its parts" in page
    assert "Names cover 50.0 % of the published total." in page
    assert "in person (2) than were published (1)" in page
    assert "online (3) than were published (2)" in page
    assert "Names cover 100.0 %" in client.get(f"/events/{day.key}").text
    assert "with its parts" not in client.get(f"/events/{session_.key}").text
    client.sign_in(UserFactory())
    assert "identified people, 4 with its parts" in client.get("/events/igf").text


def test_the_warnings_take_no_query_more(client, session, event, count_queries):
    counts = []
    for number in (1, 40):
        for n in range(number):
            HeadcountFactory(event=event, dimension="country", value_key=f"{number}-{n}", value=n)
            AttendanceFactory(event=event, mode="online")
        HeadcountFactory(event=event, mode="online" if counts else "all", value=3)
        for path in ("", "/headcounts"):
            with count_queries:
                assert client.get(f"/events/igf{path}").status_code == 200
            counts.append(count_queries.count)
    assert counts[:2] == counts[2:]
