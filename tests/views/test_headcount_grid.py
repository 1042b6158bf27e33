"""The grid in which published figures of an event are entered."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from tests.factories import EventFactory, HeadcountFactory, OrganizationFactory, UserFactory
from tests.pages import error_at, undo_on, value_of
from tracker.models import Headcount, RegionCountry
from tracker.models.changes import attribute

GRID = "/events/igf/headcounts/grid"
CHOICE = {"of": "participants", "by": "country", "paste_mode": "in-person"}


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


def row_named(page, key):
    """The number of the row whose key is this."""
    return re.search(rf'name="r(\d+)-value_key" value="{key}"', page.text)[1]


def row_of(page, metric):
    """The number of the row of a metric of the whole event."""
    return re.search(rf'<tr data-metric="{metric}">.*?name="r(\d+)-metric"', page.text)[1]


def sent(page):
    """What a browser would send of a page."""
    fields = dict(CHOICE)
    for tag in re.findall(r"<input[^>]*>", page.text):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and re.fullmatch(r"r\d+-.*", name[1]):
            fields[name[1]] = unescape(value[1]) if value else ""
    for name in ("of", "by", "paste_mode"):
        chosen = re.search(
            rf'<select[^>]* name="{name}".*?<option selected value="([^"]*)"', page.text, re.DOTALL
        )
        fields[name] = chosen[1]
    return fields


def free_rows(page):
    """The numbers of the rows that take a key."""
    return re.findall(r'name="r(\d+)-free"', page.text)


def test_the_grid_shows_what_is_stored(client, session, event, editor):
    HeadcountFactory(event=event, value=1200, qualifier="about")
    HeadcountFactory(event=event, mode="online", value=300, qualifier="at-least")
    HeadcountFactory(event=event, dimension="country", value_key="UY", value=12.5, unit="percent")
    HeadcountFactory(event=event, dimension="country", value_key="Narnia", value=3)
    page = client.get(GRID)
    assert page.status_code == 200
    number = row_of(page, "participants")
    assert value_of(page, f"r{number}-all") == "~1200"
    assert value_of(page, f"r{number}-online") == "≥300"
    assert value_of(page, f"r{row_named(page, 'UY')}-all") == "12.5%"
    assert value_of(page, f"r{row_named(page, 'Narnia')}-all") == "3"
    assert "Uruguay" in page.text
    assert len(free_rows(page)) == 5
    assert client.post(GRID, data=sent(page)).status_code == 303
    assert "Nothing was changed" in client.get("/events/igf/headcounts").text


def test_a_grid_is_saved_in_one_change_and_undone(client, session, event, editor):
    page = client.get(GRID)
    total, (first, second, *_rest) = row_of(page, "participants"), free_rows(page)
    cells = {
        f"r{total}-all": "1.204", f"r{total}-online": "300+",
        f"r{first}-value_key": "brasil", f"r{first}-all": "35%",
        f"r{second}-value_key": "Uruguay", f"r{second}-in-person": "~12",
        "source": "a report", "notes": "page 3",
    }  # fmt: skip
    answer = client.post(GRID, data={**sent(page), **cells})
    assert (answer.status_code, answer.location) == (303, "/events/igf/headcounts")
    assert sorted(figures(session)) == [
        ("participants", "all", "", "", "count", 1204, "exact"),
        ("participants", "all", "country", "BR", "percent", 35, "exact"),
        ("participants", "in-person", "country", "UY", "count", 12, "about"),
        ("participants", "online", "", "", "count", 300, "at-least"),
    ]
    kept = session.scalars(select(Headcount)).all()
    assert {(h.source, h.notes) for h in kept} == {("a report", "page 3")}

    page = client.get(GRID)
    cells = {f"r{row_of(page, 'participants')}-online": "", f"r{row_named(page, 'BR')}-all": "36%"}
    client.post(GRID, data={**sent(page), **cells})
    assert len(figures(session)) == 3
    client.post(undo_on(client.get("/events/igf/headcounts")))
    session.expire_all()
    assert ("participants", "online", "", "", "count", 300, "at-least") in figures(session)
    assert ("participants", "all", "country", "BR", "percent", 35, "exact") in figures(session)
    assert "entered published figures" in client.get("/events/igf/history").text


@pytest.mark.parametrize(
    "text, message",
    [
        ("many", "A number like"),
        ("12.5", "whole"),
        ("101%", "100 percent"),
        ("5; 6", "at most"),
        ("9999999999", "billion"),
        ("x" * 500, "A number like"),
    ],
)
def test_a_cell_says_what_is_wrong_and_nothing_is_lost(
    client, session, event, editor, text, message
):
    page = client.get(GRID)
    total, (first, *_rest) = row_of(page, "participants"), free_rows(page)
    cells = {f"r{total}-all": text, f"r{total}-online": "7", f"r{first}-value_key": "Peru",
             f"r{first}-online": "7", "source": "Kept"}  # fmt: skip
    page = client.post(GRID, data={**sent(page), **cells})
    assert page.status_code == 422
    number = row_of(page, "participants")
    assert message in error_at(page, f"r{number}-all")
    assert f'<a href="#r{number}-all">Participants, Total</a>' in page.text
    assert value_of(page, f"r{number}-all") == text
    assert value_of(page, f"r{number}-online") == "7"
    assert value_of(page, f"r{row_named(page, 'Peru')}-online") == "7"
    assert value_of(page, "source") == "Kept"
    assert figures(session) == []


def test_a_row_needs_one_name_of_its_own(client, session, event, editor):
    HeadcountFactory(event=event, dimension="country", value_key="UY", value=3)
    page = client.get(GRID)
    first, second, third, *_rest = free_rows(page)
    cells = {f"r{first}-all": "3", f"r{second}-value_key": "Uruguay", f"r{second}-online": "4",
             f"r{third}-value_key": "y" * 121, f"r{third}-online": "4"}  # fmt: skip
    page = client.post(GRID, data={**sent(page), **cells})
    assert page.status_code == 422
    errors = [error_at(page, f"r{number}-value_key") for number in free_rows(page)[:3]]
    assert "which one" in errors[0]
    assert "two rows" in errors[1]
    assert "120" in errors[2]


def test_a_country_that_none_is_called_is_kept_when_sent_again(client, session, event, editor):
    page = client.get(GRID)
    first, second, *_rest = free_rows(page)
    cells = {f"r{first}-value_key": "Scotland", f"r{first}-all": "3",
             f"r{second}-value_key": "not known", f"r{second}-all": "4"}  # fmt: skip
    page = client.post(GRID, data={**sent(page), **cells})
    assert page.status_code == 422
    assert "No country is called so" in error_at(page, f"r{row_named(page, 'Scotland')}-value_key")
    assert client.post(GRID, data=sent(page)).status_code == 303
    assert [(f[3], f[5]) for f in figures(session)] == [("Scotland", 3), ("unknown", 4)]


def test_another_breakdown_is_shown_and_what_was_typed_is_kept(client, session, event, editor):
    HeadcountFactory(event=event, dimension="gender", value_key="female", value=3)
    page = client.get(f"{GRID}?by=country")
    first = free_rows(page)[0]
    cells = {f"r{first}-value_key": "Peru", f"r{first}-all": "7", "by": "gender", "action": "show"}
    page = client.post(GRID, data={**sent(page), **cells})
    assert page.status_code == 200
    assert value_of(page, f"r{row_named(page, 'female')}-all") == "3"
    assert "is kept until you save" in page.text
    cells = {f"r{row_named(page, 'male')}-all": "4"}
    assert client.post(GRID, data={**sent(page), **cells}).status_code == 303
    assert sorted((f[2], f[3], f[5]) for f in figures(session)) == [
        ("country", "PE", 7), ("gender", "female", 3), ("gender", "male", 4),
    ]  # fmt: skip


def test_regions_are_those_of_the_scheme(client, session, event, editor):
    attribute(session, "load", by=None)
    session.add_all([
        RegionCountry(scheme="un", country="UY", region="grulac"),
        RegionCountry(scheme="icann", country="UY", region="latin-america-caribbean"),
    ])  # fmt: skip
    session.commit()
    page = client.get(f"{GRID}?by=region-un")
    assert 'value="grulac"' in page.text
    assert 'value="latin-america-caribbean"' not in page.text


PASTED = "País\tParticipantes\nUruguay\t12\nEstados Unidos\t1.204\nPeru;~3\nBrazil  7\nSomewhere"


def test_two_columns_are_pasted_into_rows(client, session, event, editor):
    HeadcountFactory(event=event, dimension="country", value_key="UY", mode="in-person", value=3)
    page = client.get(GRID)
    page = client.post(GRID, data={**sent(page), "paste": PASTED, "action": "fill"})
    assert page.status_code == 422
    assert "not a name and a number" in error_at(page, "paste")
    assert re.search(r'<textarea[^>]* name="paste"[^>]*>\s*Somewhere</textarea>', page.text)
    assert value_of(page, f"r{row_named(page, 'UY')}-in-person") == "12"
    assert value_of(page, f"r{row_named(page, 'Estados Unidos')}-in-person") == "1.204"
    # Sent without looking, the rows are filled first.
    page = client.post(GRID, data={**sent(page), "paste": "Chile\t5"})
    assert page.status_code == 422
    assert "Check it" in error_at(page, "paste")
    assert client.post(GRID, data=sent(page)).status_code == 303
    assert sorted((f[3], f[5], f[6]) for f in figures(session)) == [
        ("BR", 7, "exact"), ("CL", 5, "exact"), ("PE", 3, "about"), ("US", 1204, "exact"),
        ("UY", 12, "exact"),
    ]  # fmt: skip


def test_a_country_pasted_twice_is_asked_about(client, session, event, editor):
    page = client.get(GRID)
    data = {**sent(page), "paste": "Uruguay\t1\nUruguay\t2", "action": "fill"}
    page = client.post(GRID, data=data)
    assert page.status_code == 422
    assert "two rows" in page.text
    page = client.post(GRID, data={**sent(page), "paste": "a\t1\n" * 700, "action": "fill"})
    assert "At most 600 rows" in error_at(page, "paste")


def test_more_rows_are_given_without_a_script(client, session, event, editor):
    page = client.get(GRID)
    page = client.post(GRID, data={**sent(page), "action": "more"})
    assert page.status_code == 200
    assert len(free_rows(page)) == 15


def test_the_rows_show_what_they_add_up_to(client, session, event, editor):
    HeadcountFactory(event=event, value=10)
    for key, value in (("UY", 4), ("BR", 5)):
        HeadcountFactory(event=event, dimension="country", value_key=key, value=value)
    assert '<span class="sum sum-off">9 of 10</span>' in client.get(GRID).text


def test_the_second_of_two_editors_is_told_at_the_cell(client, session, event, editor):
    HeadcountFactory(event=event, value=7)
    HeadcountFactory(event=event, value=8, mode="online")
    page = client.get(GRID)
    number = row_of(page, "participants")
    theirs = {f"r{number}-all": "9", f"r{number}-online": "10"}
    assert client.post(GRID, data={**sent(page), **theirs}).status_code == 303
    mine = {f"r{number}-all": "11", f"r{number}-in-person": "5", "source": "Kept"}
    page = client.post(GRID, data={**sent(page), **mine})
    assert page.status_code == 409
    number = row_of(page, "participants")
    assert "“9”" in error_at(page, f"r{number}-all")
    assert value_of(page, f"r{number}-all") == "11"
    assert value_of(page, f"r{number}-online") == "10"
    assert value_of(page, "source") == "Kept"
    session.expire_all()
    assert [f[5] for f in figures(session)] == [9, 10]
    assert client.post(GRID, data=sent(page)).status_code == 303
    session.expire_all()
    assert [f[5] for f in figures(session)] == [11, 10, 5]


@pytest.mark.parametrize(
    "values",
    [
        {"r0-metric": "heads"}, {"r0-metric": "participants", "r0-dimension": "planet"},
        {"r0-metric": "participants", "r0-value_key": "UY"}, {"by": "planet"}, {"of": ""},
        {f"r{n}-metric": "participants" for n in range(700)},
    ],
)  # fmt: skip
def test_what_no_browser_sends_is_refused(client, session, event, editor, values):
    assert client.post(GRID, data={**CHOICE, **values}).status_code == 400


def test_a_grid_asked_for_by_a_wrong_address(client, session, event, editor):
    assert client.get(f"{GRID}?by=planet").status_code == 400
    assert client.get(f"{GRID}?of=planet").status_code == 400
    assert client.get("/events/igf/headcounts?dimension=planet").status_code == 400
    assert client.get("/events/none/headcounts/grid").status_code == 404


def test_a_contributor_uses_the_grid_of_its_own_events(client, session, event):
    own = OrganizationFactory()
    EventFactory(key="ours", organizer=own)
    client.sign_in(UserFactory(role="contributor", organization=own))
    assert client.get(GRID).status_code == 403
    assert client.post(GRID, data=CHOICE).status_code == 403
    assert client.get("/events/ours/headcounts/grid").status_code == 200


def test_the_grid_takes_as_many_queries_for_many_figures(
    client, session, event, editor, count_queries
):
    counts = []
    for number in (2, 60):
        for n in range(number):
            HeadcountFactory(event=event, dimension="country", value_key=f"{number}-{n}", value=n)
        with count_queries:
            assert client.get(GRID).status_code == 200
        counts.append(count_queries.count)
    assert counts[0] == counts[1]
