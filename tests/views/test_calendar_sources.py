"""Bringing in the calendar of another organization: by address, as a file, again and again."""

import dataclasses
import io
import re
from html import unescape

import pytest
from sqlalchemy import select

from tests.factories import (
    CalendarSourceFactory,
    EventFactory,
    OrganizationFactory,
    SpaceFactory,
    UserFactory,
)
from tests.pages import choices_of, error_at, next_page_of, undo_on, value_of
from tests.services.calendars.publisher import publishing
from tests.services.calendars.samples import day, event, ics, looked, stage, the_item
from tracker.models import CalendarSource, Event
from tracker.models.changes import attribute
from tracker.services.calendars.staging import take_in


@pytest.fixture
def own(session):
    return OrganizationFactory(acronym="OWN")


@pytest.fixture
def editor(client, own):
    user = UserFactory(organization=own)
    client.sign_in(user)
    return user


@pytest.fixture
def publisher(app, monkeypatch):
    """A calendar at an address of this machine, which the administrator listed."""
    with publishing() as found:
        host = found.address.split("/")[2]
        settings = dataclasses.replace(app.extensions["settings"], calendar_hosts=(host,))
        monkeypatch.setitem(app.extensions, "settings", settings)
        yield found


def add(client, content=None, **values):
    """Send the form of a new calendar."""
    given = {"kind": "meeting", "visibility": "public", "language": "en", **values}
    if content is not None:
        given["file"] = (io.BytesIO(content), "calendar.ics")
    return client.post("/calendars/new", data=given)


def added(client, content=None, **values):
    """The page of a calendar that was just added."""
    answer = add(client, content, **values)
    assert answer.status_code == 303, answer.text
    return client.get(answer.location)


def seen(page):
    """What the button that records says was seen."""
    return re.search(r'name="seen" value="([^"]+)"', page.text)[1]


def record(client, page_url):
    page = client.get(page_url)
    answer = client.post(f"{page_url}/record", data={"seen": seen(page)})
    assert answer.status_code == 303
    return client.get(answer.location)


def text_of(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def url_of(source):
    return f"/calendars/{source.id}"


def sources(session):
    return session.scalars(select(CalendarSource).order_by(CalendarSource.id)).all()


def events(session):
    query = select(Event).where(Event.deleted_at.is_(None)).order_by(Event.starts_at, Event.id)
    return session.scalars(query).all()


class TestAdding:
    def test_an_address(self, client, session, editor, publisher):
        publisher.content = ics(("a", "Annual meeting", 30, 31), ("b", "Training", 40, 40))
        page = added(client, address=publisher.address)
        assert "Calendar of somebody" in page.text
        assert "Record 2 events" in page.text
        assert events(session) == []
        (source,) = sources(session)
        assert source.address == publisher.address
        assert source.created_by_id == editor.id

    def test_a_file(self, client, session, editor):
        page = added(client, ics(("a", "Annual meeting", 30, 31)), owner_acronym="OWN")
        assert "Record 1 event" in page.text
        (source,) = sources(session)
        assert (source.address, source.owner.acronym) == (None, "OWN")

    def test_then_recorded_and_undone(self, client, session, editor):
        page = added(client, ics(("a", "Annual meeting", 30, 31)))
        done = record(client, url_of(sources(session)[0]))
        assert "1 event recorded." in text_of(done)
        assert [e.name_en for e in events(session)] == ["Annual meeting"]
        client.post(undo_on(done))
        assert events(session) == []
        page = client.get(f"{url_of(sources(session)[0])}?show=skipped")
        assert "the event that came from it is deleted" in text_of(page)

    def test_its_own_name(self, client, session, editor):
        added(client, ics(("a", "A", 3, 3)), name="Ours")
        added(client, ics(("a", "A", 3, 3), name=""))
        assert [source.name for source in sources(session)] == ["Ours", "calendar.ics"]

    def test_what_its_events_get(self, client, session, editor):
        space = SpaceFactory(code="LACIGF")
        content = ics(("a", "Reunión", 30, 31))
        added(client, content, space_code="lacigf", kind="forum", visibility="community", language="es")  # fmt: skip
        record(client, url_of(sources(session)[0]))
        (made,) = events(session)
        assert (made.space_id, made.kind, made.visibility) == (space.id, "forum", "community")
        assert (made.name_es, made.name_en) == ("Reunión", None)

    def test_the_form_says_whose_it_would_be(self, client, editor):
        assert value_of(client.get("/calendars/new"), "owner_acronym") == "OWN"


class TestAddingWrongly:
    @pytest.mark.parametrize(
        "content, told",
        [
            (b"", "There is nothing in it."),
            (b"<!doctype html><p>Calendar</p>", "It is no calendar."),
            (ics(("a", "Annual meeting", 3, 3))[:-40], "A part of it has no end"),
            (b"BEGIN:VCALENDAR\r\n" * 5, "VCALENDAR 1, line 1: A part of it has no end"),
        ],
        ids=["empty", "page", "cut", "nested"],
    )
    def test_a_file_that_cannot_be_read(self, client, session, editor, content, told):
        answer = add(client, content, name="Kept")
        assert answer.status_code == 422
        assert told in error_at(answer, "file")
        assert value_of(answer, "name") == "Kept"
        assert sources(session) == []

    def test_one_that_is_too_large(self, client, session, editor):
        for size, status in ((11_000_000, 422), (50_000_000, 413)):
            # The test client would spool a large upload to a file, and leave that open.
            part = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
            words = {b"kind": b"meeting", b"visibility": b"public", b"language": b"en"}
            content = b"BEGIN:VCALENDAR\r\n" + b"X-FILL:abcd\r\n" * (size // 13)
            body = b"".join(part % (name, b"", word) for name, word in words.items())
            body += part % (b"file", b'; filename="big.ics"', content) + b"--x--\r\n"
            kind = "multipart/form-data; boundary=x"
            page = client.post("/calendars/new", data=body, content_type=kind)
            assert page.status_code == status
            assert "too large" in (error_at(page, "file") or page.text.lower())
        assert sources(session) == []

    @pytest.mark.parametrize(
        "address, told",
        [
            ("http://127.0.0.1/a.ics", "inside a private network"),
            ("https://user:secret@example.org/a.ics", "with a password"),
            ("ftp://example.org/a.ics", "no web address"),
            ("two words.ics", "no web address"),
            ("nothing", "no web address"),
        ],
    )
    def test_an_address_that_is_not_fetched(self, client, session, editor, address, told):
        answer = add(client, address=address)
        assert answer.status_code == 422
        assert told in error_at(answer, "address")
        assert value_of(answer, "address") == address
        assert sources(session) == []

    @pytest.mark.parametrize(
        "status, told", [(404, "nothing at that address any more"), (403, "asks for a password"), (500, "(500)")]
    )  # fmt: skip
    def test_a_server_that_refuses(self, client, session, editor, publisher, status, told):
        publisher.status = status
        assert told in error_at(add(client, address=publisher.address), "address")

    def test_twice(self, client, session, editor, publisher):
        publisher.content = ics(("a", "A", 3, 3))
        added(client, address=publisher.address)
        answer = add(
            client, address=publisher.address.upper().replace("CALENDAR.ICS", "calendar.ics")
        )
        assert "“Calendar of somebody”" in error_at(answer, "address")
        assert len(publisher.answered) == 1

    def test_neither_or_both(self, client, editor):
        assert "or choose a file" in error_at(add(client), "address")
        both = add(client, ics(("a", "A", 3, 3)), address="https://example.org/a.ics")
        assert "not both" in error_at(both, "file")

    def test_names_that_mean_nothing(self, client, session, editor):
        for acronym in ("AB1", "AB2"):
            OrganizationFactory(acronym=acronym, name_en="Twins")
        content = ics(("a", "A", 3, 3))
        answer = add(client, content, space_code="nowhere", owner_acronym="twins")
        assert "Nothing matches" in error_at(answer, "space_code")
        assert choices_of(answer, "owner_acronym") == ["AB1", "AB2"]

    def test_only_its_owner_sees_them(self, client, session, editor):
        OrganizationFactory(acronym="OTHER")
        given = {"visibility": "organization", "owner_acronym": "OTHER"}
        answer = add(client, ics(("a", "A", 3, 3)), **given)
        assert "must be yours" in error_at(answer, "owner_acronym")
        added(client, ics(("a", "A", 3, 3)), visibility="organization")
        assert sources(session)[0].owner.acronym == "OWN"


class TestReadingAgain:
    @pytest.fixture
    def source(self, client, session, editor, publisher):
        publisher.content = ics(("a", "Annual meeting", 30, 31), ("b", "Training", 40, 40))
        added(client, address=publisher.address)
        (source,) = sources(session)
        record(client, url_of(source))
        return source

    def read(self, client, source):
        answer = client.post(f"{url_of(source)}/read")
        assert answer.status_code == 303
        return client.get(answer.location)

    def test_nothing_new(self, client, session, source, publisher):
        assert "Nothing has changed in it." in text_of(self.read(client, source))
        assert publisher.answered == [200, 304]

    def test_edited_moved_cancelled_and_taken_away(self, client, session, source, publisher):
        publisher.content = ics(
            ("a", "General assembly", 32, 33, "STATUS:CANCELLED"), ("c", "New", 50, 50)
        )
        page = text_of(self.read(client, source))
        assert "1 event is new in it. 1 event changed in it. 1 event is no longer in it." in page
        assert "It is still to come, and the calendar has it no more." in page
        assert "Record 1, update 1" in page
        record(client, url_of(source))
        first, gone, new = events(session)
        assert (first.name_en, first.start_date, first.status) == (
            "General assembly", day(32), "cancelled",
        )  # fmt: skip
        assert (gone.name_en, gone.status, new.name_en) == ("Training", "confirmed", "New")

    def test_what_went_wrong_is_shown_until_it_goes_well(self, client, session, source, publisher):
        publisher.status = 404
        page = text_of(self.read(client, source))
        assert "It could not be read. There is nothing at that address any more." in page
        assert "What is here was read on" in page
        assert "1 try failed." in text_of(client.get("/calendars/"))
        assert "nothing at that address any more" in text_of(client.get("/"))
        publisher.status, publisher.content = 200, b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
        assert "VEVENT 1, line 2: A part of it has no end" in text_of(self.read(client, source))
        assert len(events(session)) == 2
        publisher.content = ics(("a", "Annual meeting", 30, 31), ("b", "Training", 40, 40))
        assert "could not be read" not in text_of(self.read(client, source))

    def test_edited_on_both_sides(self, client, session, source, publisher):
        made = events(session)[0]
        attribute(session, "test", None)
        made.name_en = "Our own name"
        session.commit()
        publisher.content = ics(("a", "Their new name", 30, 31), ("b", "Training", 40, 40))
        page = self.read(client, source)
        for told in ("Our own name", "Their new name", "Name in English"):
            assert told in text_of(page)
        item = next(i for i in source.items if i.uid == "a")
        data = {"item": item.id, "answer": "sides", "side-name_en": "theirs"}
        assert client.post(f"{url_of(source)}/decide", data=data).status_code == 303
        assert events(session)[0].name_en == "Our own name"
        record(client, url_of(source))
        assert events(session)[0].name_en == "Their new name"

    def test_stopped_and_going_on(self, client, session, source):
        for word in ("0", "1"):
            answer = client.post(f"{url_of(source)}/active", data={"active": word})
            assert answer.status_code == 303
            assert source.active == (word == "1")
            session.expire_all()

    def test_deleted_and_its_events_stay(self, client, session, source):
        answer = client.get(client.post(f"{url_of(source)}/delete").location)
        assert "the events that came from it stay" in text_of(answer)
        assert len(events(session)) == 2
        assert sources(session) == []
        client.post(undo_on(answer))
        assert len(sources(session)) == 1

    def test_the_address_of_another(self, client, session, source):
        other = CalendarSourceFactory()
        data = {
            "name": "X", "kind": "meeting", "visibility": "public", "language": "en",
            "address": other.address,
        }  # fmt: skip
        answer = client.post(f"{url_of(source)}/edit", data=data)
        assert "is here already" in error_at(answer, "address")
        data["address"] = ""
        answer = client.post(f"{url_of(source)}/edit", data=data)
        assert "This is needed." in error_at(answer, "address")

    def test_edited(self, client, session, source):
        space = SpaceFactory()
        data = {
            "name": "Renamed", "kind": "forum", "visibility": "community", "language": "es",
            "address": source.address, "space_code": space.code, "adds_new": "y",
        }  # fmt: skip
        answer = client.post(f"{url_of(source)}/edit", data=data)
        assert answer.status_code == 303
        session.expire_all()
        assert (source.name, source.kind, source.space_id, source.adds_new, source.owner) == (
            "Renamed", "forum", space.id, True, None,
        )  # fmt: skip


class TestNewerFile:
    @pytest.fixture
    def source(self, client, session, editor):
        added(client, ics(("a", "Annual meeting", 30, 31)))
        return sources(session)[0]

    def send(self, client, source, content, name="newer.ics"):
        data = {"file": (io.BytesIO(content), name)}
        return client.post(f"{url_of(source)}/file", data=data)

    def test_what_is_new_in_it(self, client, session, source):
        answer = self.send(client, source, ics(("a", "Annual meeting", 30, 31), ("b", "B", 3, 3)))
        assert "1 event is new in it." in text_of(client.get(answer.location))

    def test_one_that_cannot_be_read(self, client, session, source):
        answer = self.send(client, source, b"nonsense")
        assert answer.status_code == 422
        assert "It is no calendar." in error_at(answer, "file")
        assert self.send(client, source, b"", "").status_code == 422
        assert len(source.items) == 1

    def test_a_file_has_no_address(self, client, session, source):
        assert client.post(f"{url_of(source)}/read").status_code == 400
        page = client.get(f"{url_of(source)}/edit")
        assert 'name="address"' not in page.text
        assert client.post(f"{url_of(CalendarSourceFactory())}/file").status_code == 400


class TestDeciding:
    @pytest.fixture
    def known(self, session):
        return EventFactory(name_en="Annual meeting", start_date=day(30), space=SpaceFactory())

    @pytest.fixture
    def source(self, session, editor, known):
        return stage(session, event())

    def decide(self, client, source, answer, **values):
        data = {"item": the_item(source).id, "answer": answer, **values}
        return client.post(f"{url_of(source)}/decide?show=question", data=data)

    def test_the_question_names_its_candidates(self, client, session, source, known):
        page = client.get(url_of(source))
        assert "The same name and days, but of another space." in text_of(page)
        assert f'value="event-{known.id}"' in page.text

    def test_a_candidate(self, client, session, source, known):
        assert self.decide(client, source, f"event-{known.id}").status_code == 303
        assert the_item(source).event_id == known.id

    @pytest.mark.parametrize("answer, status", [("create", "new"), ("skip", "skipped")])
    def test_none_of_them(self, client, session, source, answer, status):
        self.decide(client, source, answer)
        assert the_item(source).status == status
        self.decide(client, source, "")
        session.expire_all()
        assert the_item(source).status == "question"

    def test_another_one_by_its_name(self, client, session, source):
        other = EventFactory(name_en="Quite another name", start_date=day(30))
        field = f"item-{the_item(source).id}-event_key"
        answer = self.decide(client, source, "other", **{field: "quite another"})
        assert answer.status_code == 303
        assert the_item(source).event_id == other.id

    def test_a_name_that_means_nothing(self, client, session, source):
        field = f"item-{the_item(source).id}-event_key"
        for typed, told in (("", "Say which event it is."), ("nothing", "No event of this name")):
            answer = self.decide(client, source, "other", **{field: typed})
            assert answer.status_code == 422
            assert told in error_at(answer, field)

    def test_a_name_of_several(self, client, session, source):
        made = [EventFactory(name_en="Twins", start_date=day(n)) for n in (80, 90)]
        field = f"item-{the_item(source).id}-event_key"
        answer = self.decide(client, source, "other", **{field: "twins"})
        assert sorted(choices_of(answer, field)) == sorted(e.key for e in made)

    def test_an_event_of_two_items(self, client, session, source, known):
        self.decide(client, source, f"event-{known.id}")
        take_in(session, source, looked(event(), event("b", summary="Other")))
        session.commit()
        other = next(item for item in source.items if item.uid == "b")
        data = {"item": other.id, "answer": "other", f"item-{other.id}-event_key": known.key}
        answer = client.post(f"{url_of(source)}/decide?show=new", data=data)
        assert "is that event already" in error_at(answer, f"item-{other.id}-event_key")

    @pytest.mark.parametrize(
        "data, status",
        [
            ({"item": "x"}, 404),
            ({"item": "999999"}, 404),
            ({"item": "9" * 40}, 404),
            ({"answer": "all"}, 400),
            ({"answer": "event-999999"}, 400),
            ({"answer": "event-x"}, 400),
            ({"answer": "sides", "side-name_en": "both"}, 400),
        ],
    )
    def test_what_no_page_sends(self, client, session, source, data, status):
        given = {"item": the_item(source).id, "answer": "skip", **data}
        assert client.post(f"{url_of(source)}/decide", data=given).status_code == status
        assert client.post(f"{url_of(source)}/decide-all", data={"answer": "x"}).status_code == 400

    def test_a_hidden_event_is_no_answer(self, client, session, source):
        hidden = EventFactory(visibility="organization", owner=OrganizationFactory())
        assert self.decide(client, source, f"event-{hidden.id}").status_code == 400

    @pytest.mark.parametrize(
        "answer", ["create", "past", "again", "ours", "theirs", "cancel", "keep"]
    )
    def test_all_at_once(self, client, session, source, answer):
        assert (
            client.post(f"{url_of(source)}/decide-all", data={"answer": answer}).status_code == 303
        )
        assert the_item(source).status == ("new" if answer == "create" else "question")

    def test_what_changed_meanwhile_is_looked_at_first(self, client, session, source):
        answer = client.post(f"{url_of(source)}/record", data={"seen": "12-0"})
        assert "It has changed meanwhile." in text_of(client.get(answer.location))
        assert len(events(session)) == 1


class TestLists:
    @pytest.mark.parametrize(
        "show", ["question", "conflict", "gone", "new", "changed", "same", "skipped", "problems"]
    )
    def test_every_tab(self, client, session, editor, show):
        source = stage(session, event())
        assert client.get(f"{url_of(source)}?show={show}").status_code == 200
        page = client.get(f"{url_of(source)}?show={show}&open={the_item(source).id}")
        assert page.status_code == 200

    def test_pages(self, client, session, editor):
        source = stage(
            session, *(event(f"{n}", start=n, summary=f"Meeting {n}") for n in range(60))
        )
        page = client.get(f"{url_of(source)}?show=new")
        assert "Meeting 49" in page.text
        assert "Meeting 50" not in page.text
        assert "Meeting 50" in client.get(next_page_of(page)).text

    def test_remarks(self, client, session, editor):
        content = ics(("a", "A", 3, 3)).replace(b"END:VCALENDAR", b"BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\nEND:VCALENDAR")  # fmt: skip
        added(client, content)
        page = client.get(f"{url_of(sources(session)[0])}?show=problems")
        assert "It has no start, so it was left out." in text_of(page)

    @pytest.mark.parametrize("query", ["show=nothing", "after=x"])
    def test_an_unknown_place(self, client, session, editor, query):
        assert client.get(f"{url_of(stage(session, event()))}?{query}").status_code == 400

    def test_an_unknown_calendar(self, client, editor):
        for path in ("", "/edit"):
            assert client.get(f"/calendars/999{path}").status_code == 404

    def test_of_events_that_only_another_organization_sees(self, client, session, editor):
        source = stage(session, event(), visibility="organization", owner=OrganizationFactory())
        assert client.get(url_of(source)).status_code == 404
        assert source.name not in client.get("/calendars/").text
        assert source.name not in client.get("/").text

    def test_what_waits_is_on_the_first_page(self, client, session, editor):
        source = stage(session, event())
        page = text_of(client.get("/"))
        assert f"Calendar “{source.name}” 1 to record" in page

    def test_queries_do_not_grow_with_what_is_in_it(self, client, session, editor, count_queries):
        source = stage(session, *(event(f"{n}", start=n, summary=f"Meeting {n}") for n in range(2)))
        for show in ("new", "same"):
            with count_queries:
                client.get(f"{url_of(source)}?show={show}")
            before = count_queries.count
            more = stage(session, *(event(f"{n}", start=n, summary=f"M {n}") for n in range(40)))
            with count_queries:
                client.get(f"{url_of(more)}?show={show}")
            assert count_queries.count <= before

    def test_the_way_there(self, client, session, editor):
        assert 'href="/calendars/"' in client.get("/events/").text
        empty = client.get("/calendars/")
        assert 'href="/calendars/new"' in empty.text

    def test_a_space_that_a_calendar_names_is_not_deleted(self, client, session, editor):
        space = SpaceFactory()
        CalendarSourceFactory(space=space)
        answer = client.post(f"/spaces/{space.slug}/delete")
        assert "1 calendar brought in" in text_of(client.get(answer.location))
