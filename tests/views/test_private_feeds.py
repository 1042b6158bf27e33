"""Private feeds: their pages, and what their addresses answer."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select, update

from tests.factories import (
    AttendanceFactory,
    EventFactory,
    FeedFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tests.pages import error_at, next_page_of, value_of
from tracker.models import Change, ChangeItem, Event, Feed, UserSession
from tracker.models.base import utcnow
from tracker.models.changes import attribute, current_revision
from tracker.models.vocabulary import USER_ROLES
from tracker.views import private_feeds

SOON = (date.today() + timedelta(days=20)).isoformat()
WRONG = "w" * 32


@pytest.fixture(autouse=True)
def no_haste():
    for limit in (private_feeds.READINGS, private_feeds.WRONG_TOKENS):
        limit.forget()


@pytest.fixture
def organization(session):
    return OrganizationFactory(acronym="LACNIC")


@pytest.fixture
def user(session, organization):
    return UserFactory(
        role="viewer", organization=organization, person=PersonFactory(name="Demo Ana Pérez")
    )


@pytest.fixture
def owner(client, user):
    """The owner's browser."""
    return client.sign_in(user)


@pytest.fixture
def reader(app, client):
    """A calendar program, which sends no cookie."""
    return app.test_client()


def once(page):
    return value_of(page, "once")


def address_on(page):
    return re.findall(r'id="feed-address"[^>]* value="http://localhost([^"]+)"', page.text)[0]


def make(owner, **data):
    page = owner.get("/feeds/private/new")
    data = {"name": "Mine", "scope": "all", "language": "en", "once": once(page), **data}
    return owner.post("/feeds/private/new", data=data)


def names_in(reader, address):
    answer = reader.get(address)
    assert answer.status_code == 200, answer.text
    return re.findall(r"^SUMMARY:(.*)\r$", answer.text, re.MULTILINE)


def the_feed(session):
    return session.scalars(select(Feed).where(Feed.revoked_at.is_(None))).one()


class TestPages:
    @pytest.mark.parametrize("role", USER_ROLES)
    def test_every_role_makes_reads_and_revokes_its_own(self, client, session, reader, role):
        client.sign_in(UserFactory(role=role))
        EventFactory(name_en="Seen", start_date=SOON, visibility="community")
        assert "No private calendar yet" in client.get("/feeds/private/").text
        address = address_on(make(client))
        assert names_in(reader, address) == ["Seen"]
        feed = the_feed(session)
        assert "Mine" in client.get("/feeds/private/").text
        assert "cannot be undone" in client.get(f"/feeds/private/{feed.id}/revoke").text
        client.post(f"/feeds/private/{feed.id}/revoke")
        assert reader.get(address).status_code == 404
        assert "No private calendar yet" in client.get("/feeds/private/").text

    def test_the_address_is_shown_once(self, owner, session):
        page = make(owner)
        assert page.status_code == 201
        assert page.headers["Cache-Control"] == "private, no-store"
        token = address_on(page).rpartition("/")[2].removesuffix(".ics")
        assert len(token) == 32
        assert f"webcal://localhost/feeds/private/{token}.ics" in page.text
        for seen in (owner.get("/feeds/private/"), owner.get("/account"),
                     owner.get(f"/feeds/private/{the_feed(session).id}/edit")):  # fmt: skip
            assert token not in seen.text
        with owner.session_transaction() as cookie:
            assert token not in repr(dict(cookie))

    def test_the_page_with_it_loaded_again_makes_no_second_one(self, owner, session):
        data = {"name": "Mine", "scope": "all", "language": "en",
                "once": once(owner.get("/feeds/private/new"))}  # fmt: skip
        assert owner.post("/feeds/private/new", data=data).status_code == 201
        again = owner.post("/feeds/private/new", data=data, follow_redirects=True)
        assert "shown already" in again.text
        assert "feed-address" not in again.text
        assert len(session.scalars(select(Feed)).all()) == 1

    def test_two_forms_make_two(self, owner, session):
        assert address_on(make(owner)) != address_on(make(owner))
        assert len(session.scalars(select(Feed)).all()) == 2

    def test_the_form_takes_over_filters(self, owner, session):
        SpaceFactory(code="LACIGF")
        SpaceFactory(code="IGF")
        TopicFactory(slug="routing")
        page = owner.get(
            "/feeds/private/new?space=lacigf&space=igf&kind=forum&country=uy&topic=routing"
            "&organization=lacnic&mode=online&q=foro&from=2026-01-01&to=2026-12-31"
            "&status=confirmed&name=Foros&language=es&scope=organization"
        )
        checked = set(re.findall(r'name="(\w+)" value="([^"]+)" checked', page.text))
        assert checked == {
            ("space", "lacigf"), ("space", "igf"), ("kind", "forum"), ("country", "UY"),
            ("topic", "routing"), ("mode", "online"), ("status", "confirmed"),
            ("scope", "organization"),
        }  # fmt: skip
        assert value_of(page, "organization") == "LACNIC"
        assert value_of(page, "name") == "Foros"
        make(
            owner, scope="organization", language="es", name="Foros", space=["lacigf", "igf"],
            kind="forum", country="UY", topic="routing", organization="LACNIC", q="foro",
            mode="online", status="confirmed", **{"from": "2026-01-01", "to": "2026-12-31"},
        )  # fmt: skip
        feed = the_feed(session)
        assert (feed.name, feed.scope, feed.language) == ("Foros", "organization", "es")
        assert feed.filters == {
            "space": ["lacigf", "igf"], "kind": ["forum"], "country": ["UY"],
            "topic": ["routing"], "organization": ["lacnic"], "q": ["foro"], "mode": ["online"],
            "status": ["confirmed"], "from": ["2026-01-01"], "to": ["2026-12-31"],
        }  # fmt: skip
        edit = owner.get(f"/feeds/private/{feed.id}/edit")
        assert set(re.findall(r'name="(\w+)" value="([^"]+)" checked', edit.text)) == checked
        listed = owner.get("/feeds/private/").text
        for words in ("Events my organization is engaged in", "Space: Space LACIGF, Space IGF",
                      "Organizer or partner: LACNIC", "Country: Uruguay", "Español"):  # fmt: skip
            assert words in listed

    def test_the_calendar_of_ones_own_organization_is_a_scope(self, owner):
        page = owner.get("/feeds/private/new?calendar=lacnic")
        assert re.search(r'name="scope" value="organization" checked', page.text)
        OrganizationFactory(acronym="ISOC")
        assert owner.get("/feeds/private/new?calendar=isoc").status_code == 400

    @pytest.mark.parametrize(
        "query", ["spaces=igf", "space=nothing", "scope=some", "language=fr", "from=soon", "kind=x"]
    )
    def test_what_the_form_cannot_take_over_is_refused(self, owner, query):
        assert owner.get(f"/feeds/private/new?{query}").status_code == 400

    @pytest.mark.parametrize(
        "field, data",
        [
            ("name", {"name": " "}),
            ("name", {"name": "x" * 101}),
            ("language", {"language": "fr"}),
            ("organization", {"organization": "Nobody at all"}),
            ("organization", {"organization": "; ".join(["LACNIC"] * 31)}),
            ("from", {"from": "soon"}),
            ("from", {"from": "2026-02-30"}),
            ("to", {"from": "2026-02-02", "to": "2026-02-01"}),
            ("space", {"space": "nothing"}),
            ("country", {"country": "XX"}),
            ("kind", {"kind": ["forum", "x"]}),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_field(self, owner, session, field, data):
        page = make(owner, q="kept words", **data)
        assert page.status_code == 422
        assert error_at(page, field)
        assert 'value="kept words"' in page.text
        assert session.scalars(select(Feed)).all() == []

    @pytest.mark.parametrize("scope", ["person", "organization", "else", ""])
    def test_a_scope_that_the_account_has_not(self, client, session, scope):
        client.sign_in(UserFactory())
        page = make(client, scope=scope)
        assert page.status_code == 422
        assert session.scalars(select(Feed)).all() == []
        offered = re.findall(r'name="scope" value="(\w+)"', client.get("/feeds/private/new").text)
        assert offered == ["all"]

    def test_editing_keeps_the_address(self, owner, session, reader):
        address = address_on(make(owner))
        EventFactory(name_en="A forum", kind="forum", start_date=SOON)
        EventFactory(name_en="A talk", kind="talk", start_date=SOON)
        assert sorted(names_in(reader, address)) == ["A forum", "A talk"]
        feed = the_feed(session)
        answer = owner.post(
            f"/feeds/private/{feed.id}/edit",
            data={"name": "Foros", "scope": "all", "language": "es", "kind": "forum"},
        )
        assert answer.status_code == 303
        calendar = reader.get(address).text
        assert "SUMMARY:A forum" in calendar
        assert "A talk" not in calendar
        assert "X-WR-CALNAME:Foros" in calendar

    def test_a_filter_that_names_nothing_any_more(self, owner, user, session, reader):
        feed = FeedFactory(user=user, filters={"topic": ["gone"], "kind": ["forum"]})
        FeedFactory(user=user, filters={"topic": ["gone"]}, token="g" * 32)
        assert "gone" in owner.get("/feeds/private/").text
        page = owner.get(f"/feeds/private/{feed.id}/edit")
        assert re.findall(r'name="(\w+)" value="([^"]+)" checked', page.text) == [
            ("scope", "all"), ("kind", "forum"),
        ]  # fmt: skip
        assert reader.get(f"/feeds/private/{'g' * 32}.ics").status_code == 400

    def test_a_new_address(self, owner, session, reader):
        old = address_on(make(owner))
        feed_id = the_feed(session).id
        assert "stops working" in owner.get(f"/feeds/private/{feed_id}/address").text
        page = owner.post(f"/feeds/private/{feed_id}/address")
        new = address_on(page)
        assert reader.get(old).status_code == 404
        assert reader.get(new).status_code == 200
        again = owner.post(f"/feeds/private/{feed_id}/address", follow_redirects=True)
        assert "shown already" in again.text
        assert reader.get(new).status_code == 200

    def test_of_others_are_not_found(self, owner, session):
        other = FeedFactory()
        for part in ("edit", "revoke", "address"):
            assert owner.get(f"/feeds/private/{other.id}/{part}").status_code == 404
        for part in ("revoke", "address"):
            assert owner.post(f"/feeds/private/{other.id}/{part}").status_code == 303
        session.refresh(other)
        assert other.revoked_at is None
        assert other.name not in owner.get("/feeds/private/").text

    def test_are_paged(self, owner, user):
        FeedFactory.create_batch(55, user=user)
        first = owner.get("/feeds/private/")
        second = owner.get(next_page_of(first))
        names = re.compile(r"Calendar \d+</a>")
        assert len({*names.findall(first.text), *names.findall(second.text)}) == 55

    def test_cost_the_same_with_many(self, owner, user, count_queries):
        FeedFactory(user=user, filters={"organization": ["lacnic"]})
        with count_queries:
            owner.get("/feeds/private/")
        few = count_queries.count
        FeedFactory.create_batch(10, user=user, filters={"organization": ["lacnic"]})
        with count_queries:
            owner.get("/feeds/private/")
        assert count_queries.count == few

    def test_say_what_they_lack(self, client, session):
        client.sign_in(user := UserFactory())
        FeedFactory(user=user, scope="person")
        FeedFactory(user=user, scope="organization")
        page = client.get("/feeds/private/").text
        assert "not tied to a person" in page
        assert "has no organization" in page


class TestAdministrators:
    def test_see_how_many_there_are_and_revoke_all(self, client, session, user, reader):
        client.sign_in(UserFactory(role="admin"))
        FeedFactory(user=user, token="a" * 32)
        FeedFactory(user=user)
        FeedFactory(user=user, revoked_at=utcnow())
        page = client.get(f"/users/{user.id}/edit").text
        assert "2 work now" in page
        assert "2 calendars" in client.get(f"/users/{user.id}/private-feeds/revoke").text
        answer = client.post(f"/users/{user.id}/private-feeds/revoke", follow_redirects=True)
        assert "2 private calendars are revoked" in answer.text
        assert "None works now" in answer.text
        assert reader.get(f"/feeds/private/{'a' * 32}.ics").status_code == 404

    def test_deactivating_somebody_revokes_them(self, client, session, user, reader):
        client.sign_in(UserFactory(role="admin"))
        FeedFactory(user=user, token="a" * 32)
        client.post(f"/users/{user.id}/edit", data={"email": user.email, "role": "viewer"})
        assert reader.get(f"/feeds/private/{'a' * 32}.ics").status_code == 404
        client.post(
            f"/users/{user.id}/edit", data={"email": user.email, "role": "viewer", "active": "y"}
        )
        assert reader.get(f"/feeds/private/{'a' * 32}.ics").status_code == 404


@pytest.fixture
def feed(user):
    return FeedFactory(user=user, token="a" * 32)


@pytest.fixture
def address(feed):
    return f"/feeds/private/{'a' * 32}.ics"


class TestCalendar:
    def test_keeps_its_address_to_itself(self, reader, address):
        EventFactory(start_date=SOON)
        answer = reader.get(address)
        headers = answer.headers
        assert headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert headers["Cache-Control"].startswith("private")
        assert "public" not in headers["Cache-Control"]
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Access-Control-Allow-Origin" not in headers
        assert "Set-Cookie" not in headers
        assert "SOURCE" not in answer.text
        assert "a" * 32 not in answer.text.replace("\r\n ", "") + str(headers)

    @pytest.mark.parametrize("wrong", ["/", ".ICS", "x"])
    def test_a_mistyped_address_is_told_to_nobody_either(self, reader, address, wrong):
        answer = reader.get(address.removesuffix(".ics") + wrong)
        assert answer.status_code == 404
        assert answer.headers["Referrer-Policy"] == "no-referrer"

    def test_answers_a_conditional_request_and_head(self, reader, address):
        EventFactory(start_date=SOON)
        first = reader.get(address)
        again = reader.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert again.headers["X-Robots-Tag"] == "noindex"
        head = reader.head(address)
        assert head.headers["ETag"] == first.headers["ETag"]
        assert head.data == b""

    def test_costs_two_short_queries_while_nothing_is_written(
        self, reader, address, feed, session, count_queries
    ):
        feed.filters = {"kind": ["meeting"], "organization": ["lacnic"]}
        attribute(session, "test", None)
        session.commit()
        reader.get(address)
        with count_queries:
            assert reader.get(address).status_code == 200
        assert count_queries.count == 2

    def test_shows_what_its_owner_may_see_now(self, reader, address, user, organization, session):
        other = OrganizationFactory()
        for name, visibility, whose in (
            ("public", "public", None), ("community", "community", None),
            ("own", "organization", organization), ("others", "organization", other),
        ):  # fmt: skip
            EventFactory(name_en=name, start_date=SOON, visibility=visibility, owner=whose)
        assert sorted(names_in(reader, address)) == ["community", "own", "public"]
        user.organization = other
        attribute(session, "user.edit", None)
        session.commit()
        assert {"community", "others", "public"} <= set(names_in(reader, address))
        assert "own" not in names_in(reader, address)

    def test_has_the_links_to_join_and_nobody_who_goes(self, reader, address, user):
        event = EventFactory(start_date=SOON, join_url="https://meet.example.org/room-7")
        AttendanceFactory(event=event, person=user.person, status="planned")
        text = reader.get(address).text.replace("\r\n ", "")
        assert "CONFERENCE;VALUE=URI" in text
        assert "https://meet.example.org/room-7" in text
        assert "ATTENDEE" not in text
        assert "Demo Ana" not in text
        assert "@example.org" not in text
        assert "https://meet.example.org" not in reader.get("/feeds/all.ics").text

    def test_what_one_goes_to_comes_and_goes(self, reader, address, feed, user, session):
        feed.scope = "person"
        attribute(session, "test", None)
        event = EventFactory(name_en="Mine", start_date=SOON)
        EventFactory(name_en="Not mine", start_date=SOON)
        assert names_in(reader, address) == []
        before = reader.get(address).headers["ETag"]
        attendance = AttendanceFactory(event=event, person=user.person, status="registered")
        assert names_in(reader, address) == ["Mine"]
        assert reader.get(address, headers={"If-None-Match": before}).status_code == 200
        attendance.status = "cancelled"
        attribute(session, "test", None)
        session.commit()
        assert names_in(reader, address) == []

    def test_what_ones_organization_is_engaged_in(
        self, reader, address, feed, organization, session
    ):
        feed.scope = "organization"
        attribute(session, "test", None)
        session.commit()
        EventFactory(name_en="Ours", start_date=SOON, organizer=organization)
        EventFactory(name_en="Theirs", start_date=SOON)
        assert names_in(reader, address) == ["Ours"]

    def test_of_an_event_deleted_for_all_tells_that_it_is_cancelled(self, reader, address, session):
        event = EventFactory(start_date=SOON, visibility="community", name_en="Secret talk")
        assert names_in(reader, address) == ["Secret talk"]
        event.deleted_at = datetime.now(UTC)
        attribute(session, "test", None)
        session.commit()
        text = reader.get(address).text
        assert "STATUS:CANCELLED" in text
        assert "Secret talk" not in text

    @pytest.mark.parametrize(
        "token", [WRONG, "x", "new", "1", "a" * 31, "%00", "%C3%B1" * 32, "a" * 3000, "..", "<b>"]
    )
    def test_a_wrong_address_is_not_found(self, reader, address, token):
        answer = reader.get(f"/feeds/private/{token}.ics")
        assert answer.status_code == 404
        assert answer.mimetype == "text/plain"
        assert answer.headers["X-Robots-Tag"] == "noindex"

    @pytest.mark.parametrize("state", ["revoked", "deactivated"])
    def test_is_not_found_once_it_ended(self, reader, address, feed, session, state):
        before = reader.get(address)
        if state == "revoked":
            feed.revoked_at = utcnow()
        else:
            feed.user.active = False
        attribute(session, "test", None)
        session.commit()
        known = {"If-None-Match": before.headers["ETag"]}
        assert reader.get(address).status_code == 404
        assert reader.get(address, headers=known).status_code == 404

    def test_has_news_beside_it(self, reader, address):
        EventFactory(name_en="Board meeting", start_date=SOON, visibility="community")
        answer = reader.get(address.replace(".ics", ".atom"))
        assert answer.mimetype == "application/atom+xml"
        assert "Board meeting" in answer.text
        assert answer.headers["Cache-Control"].startswith("private")
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "a" * 32 not in answer.text + str(answer.headers)
        wrong = reader.get(f"/feeds/private/{WRONG}.atom")
        assert (wrong.status_code, wrong.mimetype) == (404, "text/plain")

    @pytest.mark.parametrize("query", ["lang=es", "space=igf", "x=1"])
    def test_takes_no_parameters(self, reader, address, query):
        answer = reader.get(f"{address}?{query}")
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")
        assert "BEGIN:VCALENDAR" not in answer.text

    def test_is_in_its_own_language_whatever_the_reader_asks(self, reader, address, feed, session):
        EventFactory(start_date=SOON, name_es="Reunión", name_en="Meeting")
        feed.language = "es"
        attribute(session, "test", None)
        session.commit()
        answer = reader.get(address, headers={"Accept-Language": "pt"})
        assert "SUMMARY:Reunión" in answer.text

    def test_is_the_same_for_whoever_is_signed_in(self, client, reader, address):
        EventFactory(start_date=SOON, visibility="community")
        nobody = reader.get(address)
        client.sign_in(UserFactory(role="admin"))
        assert client.get(address).data == nobody.data


class TestLastUse:
    def test_is_noted_at_times_without_a_revision_or_change(self, reader, address, feed, session):
        revision, changes = current_revision(session), len(session.scalars(select(Change)).all())
        session.rollback()
        reader.get(address)
        first = session.scalar(select(Feed.last_used_at))
        assert utcnow() - first < timedelta(minutes=1)
        reader.get(address)
        assert session.scalar(select(Feed.last_used_at)) == first
        earlier = first - timedelta(minutes=16)
        session.execute(update(Feed).values(last_used_at=earlier))
        session.commit()
        reader.get(address)
        assert session.scalar(select(Feed.last_used_at)) > earlier
        assert current_revision(session) == revision
        assert len(session.scalars(select(Change)).all()) == changes
        assert not session.scalars(select(ChangeItem).where(ChangeItem.table_name == "x")).all()

    def test_is_shown(self, owner, feed, reader, address):
        assert "not yet" in owner.get("/feeds/private/").text
        reader.get(address)
        assert "UTC" in owner.get("/feeds/private/").text

    def test_that_cannot_be_noted_fails_nothing(self, reader, address, monkeypatch):
        def locked(*_args):
            raise private_feeds.OperationalError("update", {}, Exception("database is locked"))

        monkeypatch.setattr(private_feeds.service, "note_use", locked)
        assert reader.get(address).status_code == 200

    def test_does_not_sign_anybody_in(self, reader, address, session):
        reader.get(address)
        assert session.scalars(select(UserSession)).all() == []


class TestHaste:
    def test_of_one_calendar(self, reader, address, user):
        EventFactory(start_date=SOON)
        FeedFactory(user=user, token="b" * 32)
        for _i in range(private_feeds.READINGS.most):
            assert reader.head(address).status_code == 200
        answer = reader.get(address)
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert "Please try again in" in answer.text
        assert answer.mimetype == "text/plain"
        assert "VEVENT" not in answer.text
        assert reader.get(f"/feeds/private/{'b' * 32}.ics").status_code == 200

    def test_with_wrong_addresses_of_one_network(self, reader, address):
        for number in range(private_feeds.WRONG_TOKENS.most):
            assert reader.get(f"/feeds/private/{number:032d}.ics").status_code == 404
        answer = reader.get(f"/feeds/private/{WRONG}.ics")
        assert answer.status_code == 429
        assert answer.headers["Retry-After"]
        # Who has the right address is not kept waiting for others behind the same router.
        assert reader.get(address).status_code == 200
        elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
        wrong = reader.get(f"/feeds/private/{WRONG}.ics", environ_overrides=elsewhere)
        assert wrong.status_code == 404


def test_the_account_leads_to_them(owner):
    assert "/feeds/private/" in owner.get("/account").text


def test_nobody_sees_an_event_by_making_one(client, session, reader):
    """A filter over what one may not see finds nothing."""
    hidden = EventFactory(
        name_en="Board meeting", start_date=SOON, visibility="organization",
        owner=OrganizationFactory(),
    )  # fmt: skip
    client.sign_in(UserFactory(role="viewer", organization=OrganizationFactory()))
    assert names_in(reader, address_on(make(client, q="board"))) == []
    assert session.scalar(select(Event.id)) == hidden.id


def test_the_builder_hands_its_filters_over(owner, client, app):
    SpaceFactory(code="LACIGF")
    OrganizationFactory(acronym="ISOC")
    query = "space=lacigf&kind=forum&calendar=lacnic&name=Foros"
    (link,) = re.findall(r'href="(/feeds/private/new\?[^"]+)"', owner.get(f"/feeds/?{query}").text)
    page = owner.get(unescape(link))
    assert value_of(page, "name") == "Foros"
    assert set(re.findall(r'name="(\w+)" value="([^"]+)" checked', page.text)) == {
        ("scope", "organization"), ("space", "lacigf"), ("kind", "forum"),
    }  # fmt: skip
    assert "/feeds/private/new?" not in owner.get("/feeds/?calendar=isoc").text
    assert "/feeds/private/" not in app.test_client().get(f"/feeds/?{query}").text
