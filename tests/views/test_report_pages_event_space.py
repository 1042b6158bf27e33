"""The pages of an event by the numbers and of a space over its editions: same figures, their links."""

import re
from datetime import time
from html import unescape

import pytest
from sqlalchemy import select

from tests.factories import (
    AttendanceFactory,
    EventFactory,
    HeadcountFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.models import Event

EVENT = "/reports/events/forum-2023"
SPACE = "/reports/spaces/forum"


@pytest.fixture
def staff(client, session):
    return client.sign_in(UserFactory())


@pytest.fixture
def forum(session):
    """Two editions of a forum: eight people and one unknown came to the second, two of them again."""
    space = SpaceFactory(code="FORUM", name_en="Regional Forum")
    first = EventFactory(key="forum-2022", space=space, start_date="2022-05-09")
    second = EventFactory(key="forum-2023", space=space, mode="hybrid")
    org, government = (
        OrganizationFactory(acronym="LACNIC", stakeholder_group="technical-community"),
        OrganizationFactory(acronym="MINTIC", stakeholder_group="government"),
    )
    people = PersonFactory.create_batch(8, gender="female")
    for number, person in enumerate(people):
        AttendanceFactory(
            event=second, person=person, organization=org if number < 6 else government,
            country="UY" if number < 6 else "BR", mode="online" if number < 3 else "in-person",
            role="speaker" if number == 0 else "attendee",
            stakeholder_group="technical-community" if number < 6 else "government",
        )  # fmt: skip
    AttendanceFactory(event=second, person=None, label="iPhone")
    for person in people[:2]:
        AttendanceFactory(
            event=first, person=person, organization=org, country="UY",
            stakeholder_group="technical-community",
        )  # fmt: skip
    session.commit()
    return space


def event_of(session, key):
    return session.scalars(select(Event).where(Event.key == key)).one()


def publish(event, *figures):
    """Headcounts as (metric, mode, dimension, value_key, unit, value)."""
    for metric, mode, dimension, key, unit, value in figures:
        HeadcountFactory(
            event=event, metric=metric, mode=mode, dimension=dimension, value_key=key, unit=unit,
            value=value,
        )  # fmt: skip


@pytest.fixture
def published_only(session):
    """A meeting nobody is recorded at, of which its organizers published figures."""
    event = EventFactory(key="icann-60", name_en="ICANN60")
    publish(
        event,
        ("participants", "all", "", "", "count", 2276),
        ("participants", "in-person", "", "", "count", 1929),
        ("countries", "in-person", "", "", "count", 139),
        ("participants", "in-person", "country", "UY", "count", 1000),
        ("participants", "in-person", "country", "BR", "count", 500),
        ("participants", "in-person", "country", "AR", "count", 400),
        ("participants", "in-person", "gender", "female", "count", 588),
        ("participants", "in-person", "gender", "male", "count", 1341),
    )
    session.commit()
    return event


def stats(page):
    """The big numbers of a page by their titles."""
    found = re.findall(
        r'class="stat-label">([^<]+)</span>\s*<(?:a|span) class="stat-value"[^>]*>([^<]+)<', page
    )
    return {unescape(title): text for title, text in found}


def table(page, label):
    """The texts of a table's body, row by row, without what only screen readers are told."""
    caption = f'<caption class="visually-hidden">{label}</caption>'
    body = page[page.index(caption) :]
    body = body[body.index("<tbody>") : body.index("</tbody>")]
    body = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", body)
    return [
        [
            " ".join(unescape(re.sub("<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.S)
        ]
        for row in re.findall(r"<tr\b[^>]*>(.*?)</tr>", body, re.S)
    ]


def json_table(answer, name):
    return next(table for table in answer["tables"] if table["name"] == name)


class TestEvent:
    def test_shows_the_figures_of_the_json(self, forum, staff):
        page, answer = staff.get(EVENT).text, staff.get(f"{EVENT}.json").json
        measures = answer["measures"]
        found = stats(page)
        assert found["Participants"] == "8 – 9"
        for title, name in (
            ("People", "people"), ("Countries", "countries"), ("Organizations", "organizations"),
            ("Newcomers", "newcomers"), ("Attendances", "attendances"),
        ):  # fmt: skip
            assert found[title] == str(measures[name])
        assert measures["newcomers"] == 6
        assert table(page, "By country") == [
            ["Uruguay", "", "6", "75.0 %"],
            ["Brazil", "", "2", "25.0 %"],
            ["Not known", "", "0", "0.0 %"],
        ]
        assert [row[:3] for row in table(page, "How they attended")] == [
            ["In person", "", "5"], ["Online", "", "3"], ["Not known", "", "0"],
        ]  # fmt: skip
        assert ["Attendee", "", "8"] in table(page, "As what")
        assert ["Elsewhere", "", "6", "8", "75.0 %"] in table(page, "Newcomers by region")

    def test_a_number_leads_to_its_rows_and_a_row_to_its_page(self, forum, staff):
        page = staff.get(f"{EVENT}?scheme=un").text
        rows = f"{EVENT}/rows/people"
        assert f'href="{rows}?scheme=un&amp;by=by_country&amp;key=BR"' in page
        assert f'href="{rows}?scheme=un&amp;by=by_organization&amp;key=MINTIC"' in page
        assert f'href="{EVENT}/rows/attendances?scheme=un&amp;by=by_role&amp;key=speaker"' in page
        assert 'href="/organizations/mintic"' in page
        for address in re.findall(rf'href="({EVENT}/rows/[^"]+)"', page):
            assert staff.get(unescape(address)).status_code == 200

    def test_compares_with_the_edition_before(self, forum, staff):
        page = staff.get(EVENT).text
        assert 'href="/reports/events/forum-2022"' in page
        rows = {row[0]: row[1:] for row in table(page, "Edition before")}
        assert rows["People"] == ["8", "2", "+6"]
        assert rows["Participants"] == ["8 – 9", "2", "+6"]
        assert "Events" not in rows
        assert 'id="compared"' not in staff.get("/reports/events/forum-2022").text

    def test_choice_of_a_scheme_keeps_the_query(self, forum, staff):
        page = staff.get(f"{EVENT}?lang=es").text
        assert f'href="{EVENT}?lang=es&amp;scheme=un"' in page
        assert f'href="{EVENT}?lang=es&amp;scheme=lac"' in page

    def test_hides_small_figures_from_the_public_only(self, forum, staff, app):
        public = app.test_client().get(EVENT).text
        assert table(public, "By country") == [
            ["Brazil", "", "•", "•"], ["Uruguay", "", "•", "•"], ["Not known", "", "0", "0.0 %"],
        ]  # fmt: skip
        assert "hidden: 1 to 4 people, or its neighbor" in public
        assert public.count("A dot stands for") == 1
        assert "/rows/people" not in public
        assert "/rows/attendances" not in public
        assert "•" not in staff.get(EVENT).text

    def test_published_figures_alone_make_a_page(self, published_only, client):
        page = client.get("/reports/events/icann-60").text
        assert stats(page) == {
            "Participants": "2,276", "Published, in person": "1,929",
            "Countries, in person": "139",
        }  # fmt: skip
        assert table(page, "By country, in person, as published") == [
            ["Uruguay", "", "1,000", "51.8 %"],
            ["Brazil", "", "500", "25.9 %"],
            ["Argentina", "", "400", "20.7 %"],
        ]
        assert 'data-chart="map"' in page
        assert "does not add up" in page
        assert "the parts add up to 1,900, but 1,929 is published" in page
        assert [row[0] for row in table(page, "By gender, in person, as published")] == [
            "Male", "Female",
        ]  # fmt: skip
        assert "Nobody recorded by name" in page
        assert "Record who attended" not in page

    def test_staff_are_told_what_to_do_next(self, published_only, staff):
        assert 'href="/events/icann-60/attendance"' in staff.get("/reports/events/icann-60").text
        EventFactory(key="empty")
        page = staff.get("/reports/events/empty").text
        assert "Nothing is recorded of who took part" in page
        assert 'href="/events/empty/headcounts/grid"' in page
        assert stats(page)["Participants"] == "–"

    def test_names_stand_beside_what_was_published(self, forum, session, staff):
        second = event_of(session, "forum-2023")
        publish(
            second,
            ("participants", "all", "", "", "count", 1000),
            ("countries", "all", "", "", "count", 20),
            ("countries", "online", "", "", "count", 12),
        )
        session.commit()
        page = staff.get(EVENT).text
        assert stats(page)["Participants"] == "1,000"
        assert "published: 12 online, 20 in all" in page
        assert "Names cover 0.8 % of the published total." in page

    def test_parts_are_sessions_and_cancelled_ones_stand_apart(self, forum, session, staff):
        whole = event_of(session, "forum-2023")
        part = EventFactory(
            key="talk", parent=whole, relation="part-of", kind="talk",
            start_time=time(9), end_time=time(11),
        )  # fmt: skip
        publish(part, ("participants", "all", "", "", "count", 40))
        AttendanceFactory(event=part)
        EventFactory(key="off", parent=whole, relation="part-of", status="cancelled")
        session.commit()
        page = staff.get(EVENT).text
        assert table(page, "Sessions")[0][0] == "Event talk"
        assert table(page, "Sessions by kind") == [["Talk", "", "1", "2"]]
        assert "As published: Event talk" in page
        assert "Cancelled, not counted" in page
        assert 'href="/events/off"' in page

    def test_figures_of_many_parts_are_left_to_the_file(self, published_only, session, client):
        for _number in range(14):
            part = EventFactory(parent=published_only, relation="part-of")
            publish(part, ("participants", "all", "", "", "count", 10))
        session.commit()
        page = client.get("/reports/events/icann-60").text
        assert page.count("As published: Event") == 11
        assert "Figures are published of 3 more parts." in page

    def test_a_long_table_is_cut(self, forum, session, staff):
        event = event_of(session, "forum-2022")
        for number in range(101):
            organization = OrganizationFactory(acronym=f"N{number}")
            AttendanceFactory(event=event, organization=organization)
        session.commit()
        page = staff.get("/reports/events/forum-2022").text
        assert "The 100 with most people of 102." in page
        assert 'href="/reports/events/forum-2022.csv?table=by_organization"' in page
        assert page.count('href="/organizations/n') == 99

    def test_speaks_the_readers_language(self, forum, staff):
        assert "75,0" in staff.get(f"{EVENT}?lang=pt").text

    def test_runs_a_constant_number_of_queries(self, forum, session, client, count_queries):
        event = event_of(session, "forum-2023")
        counts = []
        for number in range(8):
            part = EventFactory(parent=event, relation="part-of")
            AttendanceFactory(event=part, organization=OrganizationFactory())
            publish(part, ("participants", "all", "", "", "count", 10 + number))
            session.commit()
            with count_queries:
                assert client.get(EVENT).status_code == 200
            counts.append(count_queries.count)
        assert counts[1] == counts[-1]


class TestSpace:
    def test_shows_the_editions_in_their_order_with_links(self, forum, staff):
        page = staff.get(SPACE).text
        assert stats(page)["Editions"] == "2"
        assert stats(page)["People"] == "8"
        assert [(row[0], *row[4:]) for row in table(page, "Editions")] == [
            ("Event forum-2023", "8 – 9", "8", "2", "2"),
            ("Event forum-2022", "2", "2", "1", "1"),
        ]
        assert table(page, "Participants at each edition") == [
            ["Event forum-2022", "2", "2"], ["Event forum-2023", "9", "8"],
        ]  # fmt: skip
        assert 'data-short="2022"' in page
        assert 'href="/reports/events/forum-2022"' in page

    def test_draws_the_figures_of_the_json(self, forum, staff):
        page, answer = staff.get(SPACE).text, staff.get(f"{SPACE}.json").json
        kept = {row[0]: row[3:5] for row in json_table(answer, "retention")["rows"]}
        assert kept == {"forum-2022": [0, 2], "forum-2023": [2, 6]}
        assert table(page, "Who returns") == [
            ["Event forum-2022", "0", "2"], ["Event forum-2023", "2", "6"],
        ]  # fmt: skip
        # Groups that nobody is of are left out.
        assert table(page, "Balance of stakeholder groups") == [
            ["Event forum-2022", "2", "0"], ["Event forum-2023", "6", "2"],
        ]  # fmt: skip
        assert table(page, "Reach") == [
            ["Event forum-2022", "1", "1"],
            ["Event forum-2023", "2", "2"],
        ]

    def test_says_who_came_and_went(self, forum, session, staff):
        page = staff.get(SPACE).text
        assert table(page, "Organizations that came and went") == [
            ["LACNIC", "", "2", "2022", "2023", "6"],
            ["MINTIC new", "", "1", "2023", "2023", "2"],
        ]
        event = EventFactory(key="forum-2024", space=forum, start_date="2024-05-06")
        AttendanceFactory(event=event)
        session.commit()
        rows = table(staff.get(SPACE).text, "Organizations that came and went")
        assert [row[0] for row in rows] == ["LACNIC not since", "MINTIC not since"]

    def test_headcounts_alone_make_a_page(self, session, client):
        space = SpaceFactory(code="FORUM")
        for year, value in ((2021, 100), (2023, 300)):
            event = EventFactory(key=f"forum-{year}", space=space, start_date=str(year))
            publish(event, ("participants", "all", "", "", "count", value))
        EventFactory(key="forum-2022", space=space, start_date="2022")
        session.commit()
        page = client.get(SPACE).text
        assert table(page, "Participants at each edition") == [
            ["Event forum-2021", "100"], ["Event forum-2023", "300"],
        ]  # fmt: skip
        assert "Drawn are the 2 of 3 editions" in page
        assert "Nobody recorded by name" in page

    def test_an_empty_space_says_so(self, session, client):
        SpaceFactory(code="NOTHING")
        session.commit()
        assert (
            "No edition of Space NOTHING is recorded here"
            in client.get("/reports/spaces/nothing").text
        )

    def test_a_period_narrows_it(self, forum, staff):
        page = staff.get(f"{SPACE}?from=2023-01-01&to=2023-12-31").text
        assert "Space FORUM over its editions in 2023" not in page
        assert "Regional Forum over its editions in 2023" in page
        assert [row[0] for row in table(page, "Editions")] == ["Event forum-2023"]
        assert "people are recorded at one edition only" in page

    def test_hides_small_countries_from_the_public(self, forum, client):
        page = client.get(SPACE).text
        assert ["Brazil", "", "•", "•"] in table(page, "By country")
        assert page.count("A dot stands for") == 1

    def test_numbers_lead_to_their_rows(self, forum, staff):
        page = staff.get(SPACE).text
        found = set(re.findall(rf'href="({SPACE}/rows/[^"]+)"', page))
        assert f"{SPACE}/rows/people?by=by_edition&amp;key=forum-2022" in found
        for address in found:
            assert staff.get(unescape(address)).status_code == 200


def test_event_and_space_lead_to_their_reports(forum, client):
    assert f'href="{EVENT}"' in client.get("/events/forum-2023").text
    assert f'href="{SPACE}"' in client.get("/spaces/forum").text


@pytest.mark.parametrize("path", [EVENT, SPACE])
def test_signed_out_there_are_no_filters(forum, client, path):
    page = client.get(path)
    assert page.status_code == 200
    assert "data-filters" not in page.text
    assert client.get(f"{path}?kind=meeting").status_code == 400
    assert client.get(f"{path}?scheme=un").status_code == 200
