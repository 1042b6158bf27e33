"""Events: the list, the page, logging, editing, deleting."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
import time_machine
from sqlalchemy import func, select

from tests.factories import (
    AttendanceFactory,
    EventFactory,
    HeadcountFactory,
    OrganizationFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tests.pages import choices_of, error_at, undo_on, value_of
from tracker.models import Change, Event, EventOrganization, EventTopic, OldSlug
from tracker.models.changes import attribute

# What a browser sends of a form that nobody touched.
UNTOUCHED = {
    "kind": "meeting",
    "mode": "in-person",
    "status": "confirmed",
    "visibility": "public",
    "relation": "",
    "country": "",
}


@pytest.fixture
def editor(session, client):
    user = UserFactory(role="editor")
    client.sign_in(user)
    return user


@pytest.fixture
def post(client, editor):
    def send(path="/events/new", **values):
        return client.post(path, data={**UNTOUCHED, **values})

    return send


def typed(event, **values):
    """The form of an event as its page fills it in."""
    return {**UNTOUCHED, "name_en": event.name_en, "start_date": event.start_date, "end_date": event.end_date or "",
            "timezone": event.timezone or "", "city": event.city or "", "country": event.country or "",
            "version": str(event.version), **values}  # fmt: skip


def the_event(session):
    (event,) = session.scalars(select(Event)).all()
    return event


# ---- the list


def test_an_empty_list_says_what_to_do_next(client, session):
    page = client.get("/events/")
    assert page.status_code == 200
    assert "No event matches" in page.text


def test_the_list_is_filtered_by_its_address(client, session):
    EventFactory(name_en="In Uruguay", country="UY", kind="forum")
    EventFactory(name_en="In Brazil", country="BR", kind="forum")
    page = client.get("/events/?country=uy&kind=forum")
    assert "In Uruguay" in page.text
    assert "In Brazil" not in page.text
    assert "1 event" in page.text


def test_the_list_is_sorted(client, session):
    for key, name, day in (("a", "Zulu", "2020"), ("b", "Ágora", "2022"), ("c", "Kilo", "2021")):
        EventFactory(key=key, name_en=name, start_date=day)

    def order(sort):
        return re.findall(r'href="/events/([abc])"', client.get(f"/events/?sort={sort}").text)

    assert order("-start") == ["b", "c", "a"]
    assert order("start") == ["a", "c", "b"]
    assert order("name") == ["b", "c", "a"]
    assert order("-name") == ["a", "c", "b"]


@pytest.mark.parametrize(
    "query",
    ["space=none", "colour=red", "sort=id", "after=garbage", "country=xx", "kind=party", "from=2024", "lang=fr",
     "from=2024-02-01&to=2024-01-01", "topic=%00", "mode=both"],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", ["/events/", "/events/.csv", "/events.xlsx", "/feeds/", "/feeds/all.ics"]
)
def test_a_bad_filter_gets_a_message(client, session, path, query):
    if query.startswith(("sort", "after")) and path.startswith("/feeds"):
        return
    if query.startswith("after") and path != "/events/":
        return
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert len(answer.text) > 20


def test_pages_of_fifty_follow_each_other(client, session):
    attribute(session, "test", None)
    session.add_all(
        Event(key=f"e-{n}", uid="", name_en=f"E {n}", start_date="2024-05-01") for n in range(120)
    )
    session.commit()
    seen, url = [], "/events/"
    while url:
        page = client.get(url).text
        seen += re.findall(r'href="/events/(e-\d+)"', page)
        following = re.search(r'href="(/events/\?[^"]*after=[^"]+)"', page)
        url = unescape(following[1]) if following else None
    assert len(seen) == 120
    assert len(set(seen)) == 120


@pytest.mark.parametrize("path", ["/events/.csv", "/events.csv"])
def test_the_list_as_csv(client, session, path):
    lacnic = OrganizationFactory(acronym="LACNIC")
    EventFactory(
        key="a",
        name_en="=cmd()",
        city="+1",
        space=SpaceFactory(code="IGF"),
        organizer=lacnic,
        edition=3,
    )
    EventFactory(key="b", name_en='Comma, "quote"\n', visibility="community")
    answer = client.get(path)
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["key"], row["space_code"], row["edition"], row["organizer_acronyms"]) == (
        "a",
        "IGF",
        "3",
        "LACNIC",
    )
    assert (row["name"], row["city"]) == ("'=cmd()", "'+1")


def sheet_of(workbook):
    """The rows of the first sheet; a formula would be no text, and so missing."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        tree = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    namespace = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    return [
        {
            re.sub(r"\d", "", cell.get("r")): "".join(
                text.text for text in cell.iter() if text.tag in (f"{namespace}t", f"{namespace}v")
            )
            for cell in row
        }
        for row in tree.iter(f"{namespace}row")
    ]


@pytest.mark.parametrize("path", ["/events/.xlsx", "/events.xlsx"])
def test_the_list_as_xlsx(client, session, path):
    EventFactory(key="a", name_en="=1+1", city="{=1}", edition=3)
    answer = client.get(path)
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    head, row = sheet_of(answer.data)
    found = {head[column]: cell for column, cell in row.items()}
    assert (found["name"], found["city"], found["edition"]) == ("=1+1", "{=1}", "3")


def test_the_whole_list_is_downloaded_not_a_page(client, session):
    attribute(session, "test", None)
    session.add_all(Event(key=f"e-{n}", uid="", name_en=f"E {n}") for n in range(60))
    session.commit()
    assert len(client.get("/events/.csv").text.splitlines()) == 61


# ---- what costs what


def some_events(number):
    for _ in range(number):
        EventFactory(space=SpaceFactory(), organizer=OrganizationFactory())


def test_the_list_takes_a_constant_number_of_queries(client, session, count_queries):
    counts = []
    for more in (3, 27):
        some_events(more)
        with count_queries:
            assert client.get("/events/").status_code == 200
        counts.append(count_queries.count)
    assert counts[0] == counts[1]


def test_a_page_takes_a_constant_number_of_queries(client, session, count_queries):
    client.sign_in(UserFactory(organization=OrganizationFactory()))
    counts = []
    for number in (3, 30):
        event = EventFactory(
            topic_links=[EventTopic(topic=TopicFactory()) for _ in range(number)],
            organization_links=[EventOrganization(organization=OrganizationFactory(), role="organizer") for _ in range(number)],
            space=SpaceFactory(),
        )  # fmt: skip
        for _ in range(number):
            EventFactory(
                parent=event, relation="part-of", organizer=OrganizationFactory(), space=event.space
            )
            AttendanceFactory(event=event, organization=OrganizationFactory())
        HeadcountFactory(event=event)
        for path in ("", "/history"):
            with count_queries:
                assert client.get(f"/events/{event.key}{path}").status_code == 200
            counts.append(count_queries.count)
    assert counts[:2] == counts[2:]


# ---- the page


def test_a_page(client, session):
    lacnic = OrganizationFactory(acronym="LACNIC")
    event = EventFactory(
        key="lacnic-45", name_en="LACNIC 45", name_es="LACNIC 45 es", organizer=lacnic, source="a page", confidence="low",
        description="What it is for", url="https://example.org/x", join_url="https://example.org/join",
        space=SpaceFactory(code="LACNIC-EVENTS"),
    )  # fmt: skip
    before = EventFactory(name_en="LACNIC 44", space=event.space, start_date="2022-05-01")
    part = EventFactory(name_en="A tutorial", parent=event, relation="part-of", space=event.space)
    page = client.get("/events/lacnic-45").text
    for text in ("LACNIC 45", "What it is for", "/organizations/lacnic", "/spaces/lacnic-events", "https://example.org/x",
                 before.key, part.key, "unverified", "/events/lacnic-45.ics"):  # fmt: skip
        assert text in page
    assert "https://example.org/join" not in page
    assert "<h1" in page
    assert "LACNIC 45 es" in client.get("/events/lacnic-45?lang=es").text


def test_the_link_to_join_is_for_those_signed_in(client, session, editor):
    event = EventFactory(join_url="https://example.org/join")
    assert "https://example.org/join" in client.get(f"/events/{event.key}").text


@pytest.mark.parametrize("path", ["", "/history", "/headcounts", ".ics"])
def test_an_event_has_a_page_under_its_earlier_key(client, session, write, path):
    event = EventFactory(key="first")
    write(event, key="second")
    answer = client.get(f"/events/first{path}")
    assert answer.status_code == (301 if path == "" else 200)
    if path == "":
        assert answer.location == "/events/second"


@pytest.mark.parametrize(
    "key", ["none", "%00", "NONE", "a b", "%F0%9F%98%80", "x" * 3000, "defaults"]
)
@pytest.mark.parametrize("path", ["", "/history", "/headcounts", ".ics"])
def test_what_is_no_event_is_not_found(client, session, key, path):
    assert client.get(f"/events/{key}{path}").status_code == 404


def test_a_deleted_event_is_not_found(client, session, editor):
    event = EventFactory(key="gone")
    client.post("/events/gone/delete")
    assert event.deleted_at
    for path in ("", "/edit", "/attendance", "/headcounts", "/history", ".ics"):
        assert client.get(f"/events/gone{path}").status_code == 404


def test_what_was_typed_by_strangers_is_shown_as_text(client, session):
    event = EventFactory(
        name_en="<script>alert(1)</script>", description="<img src=x onerror=alert(1)>", venue='"><b>', series="{{7*7}}",
        url="https://example.org/?a=<b>", city="</title>",
    )  # fmt: skip
    for path in (
        f"/events/{event.key}",
        "/events/",
        "/",
        f"/events/{event.key}/history",
        "/search?q=alert",
    ):
        page = client.get(path, follow_redirects=True).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert '"><b>' not in page


def test_the_history_hides_who_and_who_attended_from_the_public(client, session):
    user = UserFactory(name="Demo Somebody")
    event = EventFactory()
    attribute(session, "event.edit", by=user)
    event.city = "Lima"
    session.commit()
    AttendanceFactory(
        event=event, person=None, label="Demo Label", organization=OrganizationFactory()
    )
    page = client.get(f"/events/{event.key}/history").text
    assert "Lima" in page
    assert "Demo Somebody" not in page
    assert "Demo Label" not in page
    client.sign_in(user)
    page = client.get(f"/events/{event.key}/history").text
    assert "Demo Somebody" in page
    assert "Demo Label" in page


@pytest.mark.parametrize("before", ["0", "-1", "99999999999999999999", "x", "%00"])
def test_a_history_from_anywhere(client, session, before):
    event = EventFactory()
    assert client.get(f"/events/{event.key}/history?before={before}").status_code == 200


# ---- who sees what


@pytest.mark.parametrize("visibility", ["public", "community", "organization"])
@pytest.mark.parametrize("who", [None, "viewer", "contributor", "editor", "admin", "owner"])
def test_what_a_reader_may_not_see_is_nowhere(client, session, visibility, who):
    owner = OrganizationFactory(acronym="OWNER")
    soon = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    event = EventFactory(
        key="hush",
        name_en="Hush meeting",
        visibility=visibility,
        owner=owner,
        start_date=soon,
    )
    EventFactory(key="part", name_en="Another", parent=event, relation="part-of")
    if who == "owner":
        client.sign_in(UserFactory(role="viewer", organization=owner))
    elif who:
        client.sign_in(UserFactory(role=who, organization=OrganizationFactory()))
    seen = (
        visibility == "public" or who == "owner" or (who is not None and visibility == "community")
    )
    assert client.get("/events/hush").status_code == (200 if seen else 404)
    assert client.get("/events/hush.ics").status_code == (200 if seen else 404)
    assert client.get("/events/hush/history").status_code == (200 if seen else 404)
    for path in (
        "/events/",
        "/events/.csv",
        "/suggest/events?q=hush",
        "/search?q=meeting",
        "/events/part",
        "/",
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        assert ("Hush meeting" in answer.text) == seen, path
    feed = client.get("/feeds/all.ics").text
    assert ("Hush meeting" in feed) == (visibility == "public")


# ---- logging


def test_the_form_starts_with_the_users_organization(client, session):
    client.sign_in(UserFactory(organization=OrganizationFactory(acronym="LACNIC")))
    page = client.get("/events/new")
    assert page.status_code == 200
    assert value_of(page, "organizer_acronyms") == "LACNIC"


def test_an_event_is_logged(session, post):
    lacnic, space, topic = (
        OrganizationFactory(acronym="LACNIC"),
        SpaceFactory(code="LAC-EVENTS"),
        TopicFactory(slug="ipv6"),
    )
    whole = EventFactory(key="whole")
    answer = post(
        space_code="lac-events", name_en=" LACNIC  46 ", edition="46", kind="forum", organizer_acronyms="lacnic",
        host_acronyms="LACNIC", start_date="2026-10-05", end_date="2026-10-09", city="Montevideo", country="UY",
        venue="Hall", parent_key="whole", relation="co-located", topics=["ipv6"], description="One\r\ntwo",
        url="https://example.org/", latitude="-34,9", longitude="-56.164",
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, "/events/lacnic-46")
    event = session.scalar(select(Event).where(Event.key == "lacnic-46"))
    assert (event.name_en, event.edition, event.kind) == ("LACNIC 46", 46, "forum")
    assert (event.start_date, event.end_date, event.timezone) == (
        "2026-10-05",
        "2026-10-09",
        "America/Montevideo",
    )
    assert (event.space, event.parent, event.relation) == (space, whole, "co-located")
    assert event.organizations_as("organizer") == event.organizations_as("host") == [lacnic]
    assert event.topics == [topic]
    assert event.description == "One\ntwo"
    assert (event.latitude, event.longitude) == (-34.9, -56.164)


def test_an_event_known_to_the_month_or_not_at_all(session, post):
    for date in ("2026-09", "2026", ""):
        assert post(name_es="Reunión", start_date=date).status_code == 303
    assert set(session.scalars(select(Event.start_date))) == {"2026-09", "2026", None}


BAD = [
    ({"name_en": " "}, "name_en", "needs a name"),
    ({"name_en": "x" * 301}, "name_en", "300"),
    ({"start_date": "2026-13-01"}, "start_date", "date like"),
    ({"start_date": "tomorrow"}, "start_date", "date like"),
    ({"start_date": "2026-02-29"}, "start_date", "date like"),
    ({"end_date": "2026-02-30"}, "end_date", "date like"),
    ({"end_date": "2026-03-01"}, "end_date", "before"),
    ({"end_date": "2026-02"}, "end_date", "before"),
    ({"start_date": "", "end_date": "2026-03-01"}, "end_date", "first day"),
    ({"start_time": "25:00"}, "start_time", "time like"),
    ({"start_time": "soon"}, "start_time", "time like"),
    ({"start_time": "10:00", "end_time": "9:00"}, "end_time", "before"),
    ({"end_time": "10:00"}, "end_time", "starts"),
    ({"start_date": "2026-03", "start_time": "10:00"}, "start_time", "day"),
    ({"start_date": "", "end_date": "", "start_time": "10:00"}, "start_time", "day"),
    ({"end_date": "2026-03-05", "start_time": "10:00"}, "start_time", "several days"),
    ({"end_date": "2026-03-05", "start_time": "10:00", "end_time": "11:00"}, "start_time", "several days"),
    ({"timezone": "Mars/Olympus"}, "timezone", "no such time zone"),
    ({"timezone": "EST"}, "timezone", "no such time zone"),
    ({"start_time": "10:00", "timezone": "", "country": ""}, "timezone", "need a time zone"),
    ({"start_date": "2026-03-08", "start_time": "02:30", "timezone": "America/New_York"}, "start_time", "skipped"),
    ({"start_date": "2026-03-07", "end_date": "2026-03-08", "start_time": "22:00", "end_time": "02:30",
      "timezone": "America/New_York"}, "end_time", "skipped"),
    ({"country": "XX"}, "country", "not a country"),
    ({"country": "\x00"}, "country", "not a country"),
    ({"country": "Uruguay"}, "country", "not a country"),
    ({"kind": "party"}, "kind", "Choose"),
    ({"mode": "both"}, "mode", "Choose"),
    ({"status": ""}, "status", "Choose"),
    ({"visibility": "secret"}, "visibility", "Choose"),
    ({"topics": ["nothing"]}, "topics", "Choose"),
    ({"edition": "many"}, "edition", "number"),
    ({"edition": "-1"}, "edition", "Between"),
    ({"edition": "1.5"}, "edition", "whole"),
    ({"edition": "99999999999999999999"}, "edition", "Between"),
    ({"edition": "nan"}, "edition", "number"),
    ({"latitude": "91"}, "latitude", "Between"),
    ({"longitude": "inf"}, "longitude", "Between"),
    ({"repeat": "1"}, "repeat", "Between"),
    ({"repeat": "1000"}, "repeat", "Between"),
    ({"url": "javascript:alert(1)"}, "url", "https://"),
    ({"url": "https://exa mple"}, "url", "no web address"),
    ({"join_url": "zoom"}, "join_url", "https://"),
    ({"relation": "part-of"}, "relation", "which event"),
    ({"parent_key": "nothing like it"}, "parent_key", "Nothing matches"),
    ({"space_code": "nothing like it"}, "space_code", "Nothing matches"),
    ({"organizer_acronyms": "NOBODY"}, "organizer_acronyms", "No organization matches “NOBODY”"),
    ({"owner_acronym": "NOBODY"}, "owner_acronym", "No organization"),
    ({"visibility": "organization"}, "owner_acronym", "must be yours"),
    ({"description": "x" * 20_001}, "description", "20000"),
    ({"repeat": "3", "start_date": "2026-03"}, "start_date", "day of its first"),
    ({"repeat": "3", "name_en": "x" * 298}, "name_en", "too long"),
]  # fmt: skip


@pytest.mark.parametrize("values, field, message", BAD, ids=lambda value: str(value)[:60])
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(
    session, post, values, field, message
):
    page = post(**{"name_en": "A meeting", "start_date": "2026-03-02", "timezone": "America/Montevideo",
                   "venue": "Kept <hall>", **values})  # fmt: skip
    assert page.status_code == 422
    assert message in (error_at(page, field) or ""), error_at(page, field)
    assert value_of(page, "venue") == "Kept <hall>"
    assert session.scalar(select(Event)) is None


@pytest.mark.parametrize("field, typed_value", [
    ("start_date", "tomorrow"), ("start_time", "soon"), ("edition", "many"), ("timezone", "Mars/Olympus"),
    ("url", "zoom"), ("parent_key", "nothing like it"), ("latitude", "91"), ("organizer_acronyms", "NOBODY; ALSO"),
])  # fmt: skip
def test_what_was_typed_is_kept(session, post, field, typed_value):
    page = post(name_en="A meeting", **{field: typed_value})
    assert page.status_code == 422
    assert value_of(page, field) == typed_value


@pytest.mark.parametrize("language, message", [("es", "name_es"), ("pt", "name_pt")])
def test_a_missing_name_is_said_where_the_reader_is_asked_for_it(
    session, client, editor, language, message
):
    page = client.post(f"/events/new?lang={language}", data={**UNTOUCHED, "city": "Lima"})
    assert page.status_code == 422
    assert error_at(page, message)
    assert error_at(page, "name_en") is None


def test_ten_megabytes_are_refused_with_a_message(session, post):
    page = post(name_en="A meeting", description="x" * 10_000_000)
    assert page.status_code == 422
    assert "20000" in error_at(page, "description")
    assert post(name_en="A meeting", description="x" * 13_000_000).status_code == 413
    assert session.scalar(select(Event)) is None


def test_controls_and_overrides_are_stripped(session, post):
    assert (
        post(
            name_en="LAC\x00NIC \u202e46\u2069\x1b", description="a\x07b\r\nc", city="\u200bLima"
        ).status_code
        == 303
    )
    event = the_event(session)
    assert (event.name_en, event.description, event.city) == ("LACNIC 46", "ab\nc", "Lima")


def test_a_name_of_nothing_but_controls_is_none(session, post):
    assert post(name_en="\x00\u202e").status_code == 422


def test_half_a_character_is_no_server_error(session, client, editor):
    answer = client.post("/events/new", data=b"kind=meeting&mode=online&status=confirmed&visibility=public&name_en=%ED%A0%80x",
                         content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert answer.status_code in (303, 422)


# ---- names resolved on submit


def test_one_match_is_taken(session, post):
    organization = OrganizationFactory(acronym="CETIC.br", name_en="Regional Center of Studies")
    space = SpaceFactory(code="IGF", name_en="Internet Governance Forum")
    assert (
        post(
            name_en="A", organizer_acronyms="regional center", space_code="internet gov"
        ).status_code
        == 303
    )
    event = the_event(session)
    assert event.organizations_as("organizer") == [organization]
    assert event.space is space


def test_several_become_radio_buttons_and_the_choice_counts(session, post):
    society, chapter = (
        OrganizationFactory(acronym="ISOC", name_en="Internet Society"),
        OrganizationFactory(acronym="ISOC-UY", name_en="Internet Society Uruguay"),
    )
    lacnic = OrganizationFactory(acronym="LACNIC")
    names = "LACNIC; internet"
    page = post(name_en="A", organizer_acronyms=names)
    assert page.status_code == 422
    assert "Several match" in error_at(page, "organizer_acronyms")
    assert choices_of(page, "organizer_acronyms") == ["ISOC", "ISOC-UY"]
    asked = value_of(page, "organizer_acronyms-asked")
    choice = {"organizer_acronyms-choice": "ISOC-UY", "organizer_acronyms-asked": asked}
    assert post(name_en="A", organizer_acronyms=names, **choice).status_code == 303
    assert the_event(session).organizations_as("organizer") == [lacnic, chapter]
    assert society not in the_event(session).organizations_as("organizer")


def test_one_unclear_name_after_the_other(session, post):
    for acronym, name in (
        ("ISOC", "Internet Society"),
        ("IX", "Internet Exchange"),
        ("NA", "Network A"),
        ("NB", "Network B"),
    ):
        OrganizationFactory(acronym=acronym, name_en=name)
    page = post(name_en="A", organizer_acronyms="internet; network")
    assert value_of(page, "organizer_acronyms-asked") == "internet"
    page = post(
        name_en="A",
        organizer_acronyms="internet; network",
        **{"organizer_acronyms-asked": "internet", "organizer_acronyms-choice": "IX"},
    )
    assert value_of(page, "organizer_acronyms") == "IX; network"
    assert value_of(page, "organizer_acronyms-asked") == "network"


def test_a_choice_does_not_outlive_what_was_typed(session, post):
    OrganizationFactory(acronym="ISOC", name_en="Internet Society")
    lacnic = OrganizationFactory(acronym="LACNIC")
    answer = post(
        name_en="A",
        organizer_acronyms="LACNIC",
        **{"organizer_acronyms-choice": "ISOC", "organizer_acronyms-asked": "internet"},
    )
    assert answer.status_code == 303
    assert the_event(session).organizations_as("organizer") == [lacnic]


def test_several_events_become_radio_buttons(session, post):
    for key in ("lacnic-44", "lacnic-45"):
        EventFactory(key=key, name_en=key.upper())
    page = post(name_en="A", parent_key="lacnic")
    assert set(choices_of(page, "parent_key")) == {
        "lacnic-44",
        "lacnic-45",
    }
    answer = post(
        name_en="A",
        parent_key="lacnic",
        **{"parent_key-choice": "lacnic-44", "parent_key-asked": "lacnic"},
    )
    assert answer.status_code == 303
    assert session.scalar(select(Event).where(Event.name_en == "A")).parent.key == "lacnic-44"


def test_a_larger_event_that_is_hidden_is_not_found(session, post):
    EventFactory(key="hush", visibility="organization", owner=OrganizationFactory())
    assert "Nothing matches" in error_at(post(name_en="A", parent_key="hush"), "parent_key")


# ---- what the space suggests


@pytest.fixture
def lacnic(session):
    organizer = OrganizationFactory(acronym="LACNIC")
    space = SpaceFactory(code="LACNIC-EVENTS", name_en="LACNIC events")
    return EventFactory(key="lacnic-45", name_en="LACNIC 45", edition=45, space=space, kind="forum", mode="hybrid",
                        organizer=organizer, country="UY", city="Montevideo")  # fmt: skip


def test_with_a_script_while_typing(client, lacnic, editor):
    found = client.get("/events/new/defaults?space_code=lacnic-events&country=uy&city=x").get_json()
    assert found == {"name_en": "LACNIC 46", "edition": 46, "kind": "forum", "mode": "hybrid",
                     "organizer_acronyms": "LACNIC", "timezone": "America/Montevideo"}  # fmt: skip
    assert client.get("/events/new/defaults?space_code=%00&country=%00&city=%00").get_json() == {}
    assert (
        client.get("/events/new/defaults?space_code=lacnic-events&country=br&city=%00").status_code
        == 200
    )


def test_without_a_script_on_submit(session, lacnic, post):
    page = post(space_code="lacnic events", start_date="2026-10-05")
    assert page.status_code == 422
    assert value_of(page, "name_en") == "LACNIC 46"
    assert value_of(page, "edition") == "46"
    assert value_of(page, "start_date") == "2026-10-05"
    assert 'selected value="forum"' in page.text
    assert "suggests" in error_at(page, "name_en")
    assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_a_space_that_could_be_several_is_asked_about(session, lacnic, post):
    SpaceFactory(code="LACNIC-COURSES", name_en="LACNIC courses")
    page = post(space_code="lacnic", start_date="2026-10-05")
    assert "Several match" in error_at(page, "space_code")
    page = post(
        space_code="lacnic", **{"space_code-choice": "LACNIC-EVENTS", "space_code-asked": "lacnic"}
    )
    assert value_of(page, "name_en") == "LACNIC 46"


def test_from_the_page_of_the_space(client, lacnic, editor):
    page = client.get("/events/new?space_code=LACNIC-EVENTS")
    assert (value_of(page, "name_en"), value_of(page, "organizer_acronyms")) == (
        "LACNIC 46",
        "LACNIC",
    )
    assert client.get("/events/new?space_code=nothing").status_code == 200


def test_copied_as_the_next_edition(client, lacnic, editor):
    page = client.get("/events/new?copy=lacnic-45")
    assert value_of(page, "name_en") == "LACNIC 46"
    assert value_of(page, "space_code") == "LACNIC-EVENTS"
    assert "2023-05" not in page.text
    for missing in ("nothing", "%00"):
        assert client.get(f"/events/new?copy={missing}").status_code == 404
        assert client.get(f"/events/new?parent_key={missing}").status_code == 404


def test_a_part_starts_where_its_whole_does(client, lacnic, editor):
    page = client.get("/events/new?parent_key=lacnic-45")
    assert (value_of(page, "parent_key"), value_of(page, "start_date")) == (
        "lacnic-45",
        "2023-05-08",
    )


def test_a_hidden_event_is_not_copied(client, session, editor):
    EventFactory(key="hush", visibility="organization", owner=OrganizationFactory())
    assert client.get("/events/new?copy=hush").status_code == 404
    assert client.get("/events/new?parent_key=hush").status_code == 404


# ---- a weekly series


def test_a_weekly_series_is_logged_and_undone_at_once(client, session, post):
    answer = post(
        name_en="Webinar",
        start_date="2026-10-14",
        start_time="15:00",
        timezone="America/Santiago",
        repeat="3",
    )
    assert answer.status_code == 303
    events = session.scalars(select(Event).order_by(Event.starts_at)).all()
    assert [e.start_date for e in events] == ["2026-10-14", "2026-10-21", "2026-10-28"]
    assert answer.location == f"/events/{events[0].key}"
    page = client.get(answer.location)
    assert "3 events logged" in page.text
    undo = undo_on(page)
    assert client.post(undo).status_code == 303
    assert all(event.deleted_at for event in events)


# ---- editing


def test_an_edit(client, session, editor):
    event = EventFactory(organizer=OrganizationFactory(acronym="LACNIC"))
    page = client.get(f"/events/{event.key}/edit")
    assert value_of(page, "organizer_acronyms") == "LACNIC"
    assert value_of(page, "version") == "1"
    answer = client.post(
        f"/events/{event.key}/edit",
        data=typed(event, name_en="Renamed", organizer_acronyms="LACNIC"),
    )
    assert (answer.status_code, answer.location) == (303, f"/events/{event.key}")
    assert event.name_en == "Renamed"
    assert event.version == 2


def test_an_edit_that_changes_nothing_says_so(client, session, editor):
    event = EventFactory()
    client.post(f"/events/{event.key}/edit", data=typed(event))
    assert "Nothing was changed" in client.get("/events/").text
    assert event.version == 1


def test_an_event_without_zone_keeps_none(client, session, editor):
    event = EventFactory(timezone=None, country="UY")
    client.post(f"/events/{event.key}/edit", data=typed(event, city="Rocha"))
    assert (event.city, event.timezone) == ("Rocha", None)


def test_no_event_is_part_of_itself(client, session, editor):
    whole = EventFactory(key="whole")
    EventFactory(key="part", parent=whole, relation="part-of")
    for parent in ("whole", "part"):
        page = client.post("/events/whole/edit", data=typed(whole, parent_key=parent))
        assert page.status_code == 422
        assert "part of itself" in error_at(page, "parent_key")
    assert whole.parent is None


def test_the_second_of_two_editors_is_told_with_both_versions(client, session, editor, write):
    event = EventFactory(venue="Old hall", description="Same")
    sent = typed(event, venue="My hall", description="Same", city="Rocha")
    write(event, venue="Their hall", country="AR")
    page = client.post(f"/events/{event.key}/edit", data=sent)
    assert page.status_code == 409
    assert "Their hall" in error_at(page, "venue")
    assert value_of(page, "venue") == "My hall"
    assert "Argentina" in error_at(page, "country")
    assert error_at(page, "description") is None
    assert event.venue == "Their hall"
    again = client.post(
        f"/events/{event.key}/edit", data={**sent, "version": value_of(page, "version")}
    )
    assert again.status_code == 303
    assert (event.venue, event.country, event.city) == ("My hall", "UY", "Rocha")


@pytest.mark.parametrize("version", ["", "0", "x", None])
def test_a_form_without_version_is_not_saved(client, session, editor, version):
    event = EventFactory()
    sent = typed(event, city="Rocha", version=version)
    assert (
        client.post(
            f"/events/{event.key}/edit", data={k: v for k, v in sent.items() if v is not None}
        ).status_code
        == 409
    )
    assert event.city == "Montevideo"


def test_organizers_changed_meanwhile_are_not_lost(client, session, editor):
    one = OrganizationFactory(acronym="ONE")
    OrganizationFactory(acronym="TWO")
    event = EventFactory(organizer=one)
    first = typed(event, organizer_acronyms="ONE; TWO")
    second = typed(event, organizer_acronyms="ONE", city="Rocha")
    assert client.post(f"/events/{event.key}/edit", data=first).status_code == 303
    page = client.post(f"/events/{event.key}/edit", data=second)
    assert page.status_code == 409
    assert "ONE; TWO" in error_at(page, "organizer_acronyms")


# ---- contributors


def test_a_contributor_edits_what_its_organization_organizes(client, session):
    own = OrganizationFactory(acronym="OWN")
    client.sign_in(UserFactory(role="contributor", organization=own))
    ours, theirs = EventFactory(organizer=own), EventFactory(organizer=OrganizationFactory())
    assert client.get(f"/events/{ours.key}/edit").status_code == 200
    assert (
        client.post(
            f"/events/{ours.key}/edit", data=typed(ours, city="Rocha", organizer_acronyms="OWN")
        ).status_code
        == 303
    )
    for path in ("edit", "delete"):
        assert client.post(f"/events/{theirs.key}/{path}", data=typed(theirs)).status_code == 403
    page = client.post("/events/new", data={**UNTOUCHED, "name_en": "Not ours"})
    assert page.status_code == 422
    assert "your organization organizes" in page.text
    assert (
        client.post(
            "/events/new", data={**UNTOUCHED, "name_en": "Ours", "organizer_acronyms": "OWN"}
        ).status_code
        == 303
    )


def test_an_event_for_the_own_organization_alone(client, session):
    own = OrganizationFactory(acronym="OWN")
    client.sign_in(UserFactory(role="contributor", organization=own))
    answer = client.post(
        "/events/new", data={**UNTOUCHED, "name_en": "Ours", "visibility": "organization"}
    )
    assert answer.status_code == 303
    assert the_event(session).owner is own
    assert client.get(answer.location).status_code == 200


# ---- deleting


def test_a_deletion_is_offered_to_be_undone(client, session, editor):
    event = EventFactory(name_en="The meeting")
    AttendanceFactory(event=event)
    answer = client.post(f"/events/{event.key}/delete")
    assert (answer.status_code, answer.location) == (303, "/events/")
    page = client.get("/events/").text
    assert "“The meeting” is deleted" in page
    assert f'/events/{event.key}"' not in page
    undo = re.search(r'action="(/changes/\d+/undo)"', page)[1]
    assert (
        client.post(undo, data={"next": f"/events/{event.key}"}).location == f"/events/{event.key}"
    )
    assert client.get(f"/events/{event.key}").status_code == 200
    assert "Undone" in client.get("/").text or event.deleted_at is None


def test_what_has_parts_is_not_deleted(client, session, editor):
    event = EventFactory()
    EventFactory(parent=event, relation="part-of")
    answer = client.post(f"/events/{event.key}/delete")
    assert answer.status_code == 409
    assert "part of this one" in answer.text
    assert event.deleted_at is None


def test_a_link_deletes_nothing(client, session, editor):
    event = EventFactory()
    assert client.get(f"/events/{event.key}/delete").status_code == 405


def test_every_write_is_the_users(session, post, editor):
    post(name_en="A meeting")
    change = session.scalar(select(Change).order_by(Change.id.desc()))
    assert (change.action, change.user) == ("event.create", editor)


def test_a_key_is_not_given_again(session, client, post, write):
    first = EventFactory(key="meeting")
    write(first, key="other")
    assert post(name_en="Meeting").location == "/events/meeting-2"
    assert session.scalar(select(OldSlug.slug)) == "meeting"


def test_today_on_the_list(client, session):
    with time_machine.travel("2026-06-15T12:00Z", tick=False):
        EventFactory(start_date="2026-06-14", end_date="2026-06-16")
        assert "under way" in client.get("/events/").text


def test_the_chip_of_an_organization_says_its_acronym(client, session):
    OrganizationFactory(acronym="LACNIC")
    page = client.get("/events/?organization=lacnic").text
    assert re.search(r'class="chip[^>]*>\s*LACNIC', page)
