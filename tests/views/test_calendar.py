"""The pages of the calendar and of what changed, as readers meet them."""

import re
from datetime import date, time, timedelta
from html import unescape

import pytest
import time_machine

from tests.factories import (
    AttendanceFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tests.pages import next_page_of


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-23T12:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def own(session):
    return OrganizationFactory(acronym="OWN")


def cell_of(page, day):
    """The cell of a day of the month."""
    found = re.search(rf'<td class="cal-day[^>]*>\s*<div class="cal-head">\s*<a class="cal-number" id="day-{day}".*?</td>', page.text, re.DOTALL)  # fmt: skip
    assert found, f"no {day}"
    return found[0]


def links_of(page):
    return {
        unescape(text).strip(): unescape(url)
        for url, text in re.findall(r'<a[^>]*href="([^"]+)"[^>]*>([^<]+)</a>', page.text)
    }


# ---- the month


def test_this_month_is_shown_first(client, session):
    EventFactory(key="next", name_en="Next Forum", start_date="2026-11-25")
    EventFactory(key="far", name_en="Far Forum", start_date="2026-12-25")
    page = client.get("/calendar/")
    assert "<h1>November 2026</h1>" in page.text
    assert "1 event<" in page.text
    assert "Next Forum" in cell_of(page, "2026-11-25")
    assert "Far Forum" not in page.text
    assert 'aria-current="date"' in cell_of(page, "2026-11-23")


@pytest.mark.parametrize(
    "language, title, first_day",
    [("en", "November 2026", "Monday"), ("es", "Noviembre de 2026", "Lunes"), ("pt", "Novembro de 2026", "Domingo")],
)  # fmt: skip
def test_months_and_days_in_the_reader_s_language(client, session, language, title, first_day):
    page = client.get(f"/calendar/?lang={language}")
    assert f"<h1>{title}</h1>" in page.text
    heads = re.findall(r'<th scope="col">.*?<span class="visually-hidden">(.*?)</span>', page.text)
    assert (heads[0], len(heads)) == (first_day, 7)


def test_an_event_of_several_days_is_a_bar(client, session):
    EventFactory(name_en="Long", start_date="2026-11-13", end_date="2026-11-17")
    page = client.get("/calendar/?month=2026-11")
    assert "cal-chip span-3 mode-in-person is-confirmed begins" in cell_of(page, "2026-11-13")
    assert "Long, goes on" in cell_of(page, "2026-11-14")
    assert "cal-chip span-2 mode-in-person is-confirmed ends" in cell_of(page, "2026-11-16")
    assert "Long" not in cell_of(page, "2026-11-18")


def test_cancelled_tentative_and_online_say_so(client, session):
    for status, mode in (
        ("cancelled", "in-person"),
        ("tentative", "hybrid"),
        ("confirmed", "online"),
    ):
        EventFactory(start_date="2026-11-10", status=status, mode=mode, kind="workshop")
    cell = cell_of(client.get("/calendar/?month=2026-11"), "2026-11-10")
    for word in ("is-cancelled", "Cancelled", "is-tentative", "Tentative", "#camera-video", "Online", "#broadcast", "Hybrid", "#geo-alt", "Workshop"):  # fmt: skip
        assert word in cell


def test_more_events_than_fit_lead_to_the_day(client, session):
    for number in range(7):
        EventFactory(name_en=f"Event number {number}", start_date="2026-11-10")
    page = client.get("/calendar/?month=2026-11&kind=meeting")
    cell = cell_of(page, "2026-11-10")
    assert "+3 more" in cell
    day = unescape(re.search(r'cal-more" href="([^"]+)"', cell)[1])
    assert day == "/calendar/?kind=meeting&view=agenda&from=2026-11-10&to=2026-11-10"
    agenda = client.get(day)
    assert "<h1>Tuesday, 10 November 2026</h1>" in agenda.text
    assert agenda.text.count("Event number") == 7


def test_the_ways_around_keep_the_filters(client, session):
    SpaceFactory(code="LACIGF")
    page = client.get("/calendar/?month=2026-11&space=lacigf&q=forum")
    for side, month in (("prev", "2026-10"), ("next", "2026-12")):
        link = unescape(re.search(rf'href="([^"]+)" rel="{side}"', page.text)[1])
        assert link == f"/calendar/?month={month}&space=lacigf&q=forum"
    links = links_of(page)
    assert links["Today"] == "/calendar/?space=lacigf&q=forum"
    assert links["Year"] == "/calendar/?month=2026-11&space=lacigf&q=forum&view=year"
    assert 'href="/calendar/changes?q=forum&amp;space=lacigf"' in page.text
    assert 'href="/feeds/?q=forum&amp;space=lacigf"' in page.text
    assert '<input type="hidden" name="month" value="2026-11">' in page.text


def test_a_year_and_back(client, session):
    assert "<h1>2026</h1>" in client.get("/calendar/?view=year").text
    page = client.get("/calendar/?year=2025")
    assert 'href="/calendar/?view=month&amp;month=2025-03"' in page.text
    assert re.search(r'href="([^"]+)" rel="next"', page.text)[1] == "/calendar/?year=2026"
    day = client.get("/calendar/?view=agenda&from=2026-11-30&to=2026-11-30")
    assert re.search(r'href="([^"]+)" rel="next"', day.text)[1].endswith(
        "from=2026-12-01&amp;to=2026-12-01"
    )
    assert links_of(day)["Month"] == "/calendar/?view=month&month=2026-11"


def test_the_edge_of_time(client, session):
    assert 'rel="prev"' not in client.get("/calendar/?month=1900-01").text
    assert 'rel="next"' not in client.get("/calendar/?year=2199").text
    assert client.get("/calendar/?view=agenda&from=2199-12-31&to=2199-12-31").status_code == 200


def test_what_is_known_to_a_month_stands_apart(client, session):
    EventFactory(name_en="Some Forum", start_date="2026-11")
    EventFactory(name_en="Some Summit", start_date="2026")
    EventFactory(name_en="Never", start_date=None)
    for view in ("month", "year", "agenda"):
        page = client.get(f"/calendar/?view={view}").text
        assert "Days not set yet" in page
        assert "Some time in November 2026" in page
        assert "Some time in 2026" in page
        assert "Never" not in page


def test_more_of_those_lead_to_the_list(client, session):
    for _ in range(21):
        EventFactory(start_date="2026-11")
    page = client.get("/calendar/?month=2026-11&kind=meeting")
    link = links_of(page)["There are more: see the list of events"]
    assert link == "/events/?kind=meeting&from=2026-11-01&to=2026-11-30"
    assert client.get(link).status_code == 200


def test_an_empty_month(client, session):
    assert "No event in this month" in client.get("/calendar/?month=2030-01").text
    assert "No event on these days" in client.get("/calendar/?view=agenda&month=2030-01").text


@pytest.mark.parametrize(
    "query", ["month=2026-13", "year=x", "view=week", "colour=red", "kind=none", "engaged=none", "mine=2", "from=2026-13-01", "to=2500-01-01", "lang=xx", "view=agenda&after=x", "since=2026-01-01"],
)  # fmt: skip
def test_what_it_does_not_know(client, session, query):
    assert client.get(f"/calendar/?{query}").status_code == 400


@pytest.mark.parametrize("query", ["since=x", "since=1500-01-01", "mine=2", "engaged=x", "month=2026-01", "after=x", "x=1"])  # fmt: skip
def test_what_changes_do_not_know(client, session, query):
    assert client.get(f"/calendar/changes?{query}").status_code == 400
    assert client.get(f"/calendar/changes.txt?{query}").status_code == 400


def test_hidden_events_are_not_counted(client, session, own):
    EventFactory(name_en="Hidden", start_date="2026-11-10", visibility="organization", owner=own)
    for view in ("month", "year", "agenda"):
        page = client.get(f"/calendar/?view={view}").text
        assert "Hidden" not in page
        assert ", 1 event" not in page
    client.sign_in(UserFactory(organization=own))
    assert "Hidden" in client.get("/calendar/").text


# ---- the agenda


def test_the_agenda_has_pages(client, session):
    for number in range(52):
        EventFactory(
            name_en=f"Event number {number}", start_date=str(date(2026, 12, 1) + timedelta(number))
        )
    first = client.get("/calendar/?view=agenda")
    assert "<h1>From today on</h1>" in first.text
    second = client.get(next_page_of(first))
    assert second.text.count("Event number") == 2
    assert next_page_of(second) is None


@pytest.mark.parametrize(
    "query, title",
    [("from=2026-12-01", "From 1 December 2026 on"), ("to=2026-12-01", "Until 1 December 2026"),
     ("from=2026-12-01&to=2026-12-05", "1–5 Dec 2026"), ("month=2026-12", "December 2026"), ("year=2027", "2027")],
)  # fmt: skip
def test_what_an_agenda_is_called(client, session, query, title):
    assert f"<h1>{title}</h1>" in client.get(f"/calendar/?view=agenda&{query}").text


# ---- whose events, and what falls together


@pytest.fixture
def together(own):
    first = EventFactory(key="a", name_en="First Forum", start_date="2026-11-10", organizer=own)
    second = EventFactory(key="b", name_en="Second Forum", start_date="2026-11-10", organizer=own)
    AttendanceFactory(
        event=first, organization=own, person=PersonFactory(name="Ana Silva"), status="planned"
    )
    return first, second


def test_one_click_asks_for_one_s_own(client, session, own, together):
    assert "My organization" not in client.get("/calendar/").text
    person = PersonFactory(name="Ana Silva")
    client.sign_in(UserFactory(organization=own, person=person))
    links = links_of(client.get("/calendar/"))
    assert links["My organization"] == "/calendar/?engaged=own"
    assert links["Events I go to"] == "/calendar/?mine=1"
    page = client.get("/calendar/?engaged=own&mine=1")
    assert "What OWN organizes, attends or is engaged in" in page.text
    assert "Events that Ana Silva goes to" in page.text
    assert 'href="/calendar/?mine=1" aria-current="true"' in page.text


def test_two_at_once_stand_out(client, session, own, together):
    for query in ("month=2026-11", "year=2026", "view=agenda&month=2026-11"):
        assert "2 at once" not in client.get(f"/calendar/?{query}").text
        page = client.get(f"/calendar/?{query}&engaged=own").text
        assert "2 at once" in page
        assert "Overlaps" in page
        assert "Ana Silva" not in page, "names are for the signed-in"
    client.sign_in(UserFactory())
    assert "Ana Silva" in client.get("/calendar/?month=2026-11&engaged=own").text


def test_a_calendar_of_nobody_signed_in(client, session):
    page = client.get("/calendar/?mine=1")
    assert page.status_code == 400
    assert "for those who are signed in" in page.text


# ---- cost


@pytest.mark.parametrize("view", ["month", "year", "agenda"])
def test_a_page_asks_a_fixed_number_of_questions(
    client, session, own, together, view, count_queries
):
    address = f"/calendar/?view={view}&engaged=own"
    client.sign_in(UserFactory(organization=own))
    client.get(address)
    with count_queries:
        client.get(address)
    few = count_queries.count
    for number in range(1, 29):
        event = EventFactory(
            start_date=f"2026-11-{number:02}", end_date="2026-11-28", organizer=own
        )
        AttendanceFactory(event=event, organization=own, status="planned")
        EventFactory(start_date="2026-11", organizer=own)
    with count_queries:
        client.get(address)
    assert count_queries.count <= few + 2


# ---- what changed


@pytest.fixture
def old(clock):
    with time_machine.travel("2026-10-01T12:00Z", tick=False):
        return EventFactory(
            key="old",
            name_en="Old Forum",
            start_date="2026-12-01",
            end_date="2026-12-02",
            venue="Hall",
        )


def test_the_digest_says_what_was_and_what_is(client, session, old, write):
    EventFactory(key="new", name_en="New Forum", start_date="2027-01-01")
    write(
        old,
        start_date="2026-12-08",
        end_date="2026-12-09",
        start_time=None,
        city="Lima",
        country="PE",
        description="x",
        mode="online",
    )
    page = client.get("/calendar/changes")
    assert "Since 9 November 2026" in page.text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", unescape(page.text)))
    for words in ("New Forum", "Dates: 1–2 Dec 2026 → 8–9 Dec 2026", "Place: Hall, Montevideo, Uruguay → Hall, Lima, Peru",
                  "Mode: In person → Online", "Also changed: Description"):  # fmt: skip
        assert words in text
    assert "Nothing changed" in client.get("/calendar/changes?since=2026-11-24").text


def test_the_digest_as_text(client, session, old, write):
    EventFactory(key="new", name_en="New Forum", start_date="2027-01-01")
    write(old, start_date="2026-12-08", end_date="2026-12-09", kind="forum")
    answer = client.get("/calendar/changes.txt?since=2026-11-01&kind=forum")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text == (
        "What changed since 1 November 2026\n\nMOVED\n\n- Old Forum\n  8–9 Dec 2026 · Montevideo, Uruguay · In person\n"
        "  Dates: 1–2 Dec 2026 → 8–9 Dec 2026\n  Kind: Meeting → Forum\n  http://localhost/events/old\n"
    )  # fmt: skip
    assert "Nothing changed since then." in client.get("/calendar/changes.txt?kind=bilateral").text


@pytest.mark.parametrize("ending", ["", ".txt"])
def test_what_the_digest_tells_nobody(client, session, own, old, write, ending):
    write(old, visibility="organization", owner=own, city="Secret City", name_en="Secret Name")
    write(old, join_url="https://example.org/join", notes="Secret notes")
    page = client.get(f"/calendar/changes{ending}").text
    assert "no longer in the calendar" in page
    assert "1–2 Dec 2026" in page
    for secret in ("Secret", "Old Forum", "example.org/join"):
        assert secret not in page
    client.sign_in(UserFactory())
    assert "Old Forum" not in client.get(f"/calendar/changes{ending}").text
    write(old, visibility="public", city="Lima", name_en="Old Forum")
    page = client.get(f"/calendar/changes{ending}").text
    assert "Secret" not in page


def test_a_cancelled_event_among_what_changed(client, session, old, write):
    write(old, status="cancelled")
    page = client.get("/calendar/changes").text
    assert "Cancelled events" in page
    assert "Status" not in page[page.index("Cancelled events") :]


def test_what_is_over_comes_under_its_own_heading(client, session):
    EventFactory(name_en="Past", start_date="2026-01-01")
    EventFactory(name_en="Coming", start_date="2027-01-01")
    page = client.get("/calendar/changes")
    assert page.text.index("Coming<") < page.text.index("Already over") < page.text.index("Past<")
    coming = links_of(page)["Only what is to come"]
    assert "Past<" not in client.get(coming).text


def test_the_digest_has_pages_and_the_text_says_so(client, session, monkeypatch):
    monkeypatch.setattr("tracker.views.calendar.MOST_IN_TEXT", 50)
    for number in range(52):
        EventFactory(name_en=f"Event number {number}")
    first = client.get("/calendar/changes?since=2026-11-01")
    assert client.get(next_page_of(first)).text.count("Event number") == 2
    text = client.get("/calendar/changes.txt?since=2026-11-01").text
    assert text.count("- Event number") == 50
    assert "http://localhost/calendar/changes?since=2026-11-01" in text


def test_renamed_in_the_reader_s_language(client, session, old, write):
    write(old, name_en="New name", name_es="Nombre")
    assert "<del>Old Forum</del>" in client.get("/calendar/changes").text
    assert "<ins>Nombre</ins>" in client.get("/calendar/changes?lang=es").text


def test_times_that_changed(client, session, old, write):
    write(old, end_date="2026-12-01")
    write(old, start_time=time(15), end_time=time(16, 30))
    text = unescape(client.get("/calendar/changes.txt").text)
    assert "Time: All day → 15:00–16:30 (America/Montevideo)" in text
    assert "Dates: 1–2 Dec 2026 → 1 December 2026" in text


def test_the_way_there(client, session):
    page = client.get("/").text
    assert 'href="/calendar/"' in page
    assert 'href="/calendar/" aria-current="page"' in client.get("/calendar/").text
    assert 'href="/calendar/" aria-current="true"' in client.get("/feeds/").text


def test_the_text_says_whose_events_and_what_is_over(client, session, old, write):
    write(old, start_date="2026-01-08", end_date="2026-01-09")
    OrganizationFactory(acronym="LACNIC")
    text = client.get("/calendar/changes.txt?since=2026-11-01").text
    assert "\n\nAlready over:\n\n- Old Forum\n" in text
    text = client.get("/calendar/changes.txt?engaged=lacnic").text
    assert text.splitlines()[1] == "What LACNIC organizes, attends or is engaged in"


@pytest.mark.parametrize("last, shown", [
    ("2026-12-05", "1–5 de dezembro de 2026"), ("2026-12-31", "1–31 de dezembro de 2026"),
    ("2027-01-02", "1 de dezembro de 2026 – 2 de janeiro de 2027"),
])  # fmt: skip
def test_days_in_portuguese(client, session, last, shown):
    EventFactory(name_en="Long one", start_date="2026-12-01", end_date=last)
    assert shown in client.get("/calendar/?month=2026-12&lang=pt").text
