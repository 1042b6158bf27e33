"""What came out of an event: notes, links, and follow-ups from the promise to “Done”."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.factories import (
    AffiliationFactory,
    EventFactory,
    FollowUpFactory,
    OrganizationFactory,
    OutcomeFactory,
    PersonFactory,
    UserFactory,
)
from tests.pages import choices_of, error_at, next_page_of, undo_on, value_of
from tracker.models import FollowUp, Outcome

TODAY = date(2026, 6, 15)
TAB = "/events/e/outcomes"
NOTES = "/events/e/outcomes/new"
TASKS = "/events/e/follow-ups/new"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-06-15T12:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def own(session):
    return OrganizationFactory(acronym="OWN")


@pytest.fixture
def event(session, own):
    return EventFactory(key="e", name_en="The meeting", organizer=own)


@pytest.fixture
def editor(session, client, own):
    user = UserFactory(role="editor", organization=own)
    client.sign_in(user)
    return user


def outcomes(session):
    return session.scalars(select(Outcome).order_by(Outcome.id)).all()


def follow_ups(session):
    return session.scalars(select(FollowUp).order_by(FollowUp.id)).all()


# ---- the tab


@pytest.mark.parametrize("path", [TAB, "/follow-ups/", "/follow-ups.csv"])
def test_outcomes_are_for_the_signed_in(client, event, path):
    OutcomeFactory(event=event, text="Between us")
    FollowUpFactory(event=event, what="Between us")
    answer = client.get(path)
    assert answer.status_code in (303, 401)
    client.sign_in(UserFactory(role="viewer"))
    page = client.get(path)
    assert "Between us" in page.text
    assert "quick-add" not in page.text


def test_the_public_history_of_an_event_tells_nothing_of_them(app, client, event, editor):
    client.post(NOTES, data={"kind": "note", "text": "Between us"})
    client.post(TASKS, data={"what": "Call them"})
    seen = client.get("/events/e/history").text
    assert "Between us" in seen
    assert "Call them" in seen
    page = app.test_client().get("/events/e/history")
    assert page.status_code == 200
    assert "Between us" not in page.text
    assert "Call them" not in page.text


def test_an_empty_tab_says_what_to_do(client, event, editor):
    page = client.get(TAB)
    assert "Nothing is left to do" in page.text
    assert "Nothing is written down yet" in page.text


def test_the_tab_counts_what_is_written_and_what_is_open(client, event, editor):
    OutcomeFactory.create_batch(2, event=event)
    FollowUpFactory(event=event)
    FollowUpFactory(event=event, done_at=datetime(2026, 6, 1, tzinfo=UTC))
    assert 'Outcomes <span class="count">3</span>' in client.get("/events/e").text


def test_it_takes_a_constant_number_of_queries(client, session, event, editor, count_queries):
    counts = []
    for more in (3, 20):
        for _ in range(more):
            OutcomeFactory(event=event)
            FollowUpFactory(
                event=event,
                owner_organization=OrganizationFactory(), owner_person=PersonFactory(),
            )  # fmt: skip
            FollowUpFactory(event=event, done_at=datetime(2026, 6, 1, tzinfo=UTC))
        for path in (TAB, "/follow-ups/?status=all"):
            with count_queries:
                assert client.get(path).status_code == 200
            counts.append(count_queries.count)
    assert counts[:2] == counts[2:]


def test_notes_are_paged(client, event, editor):
    for number in range(52):
        OutcomeFactory(event=event, text=f"Note number {number}")
    page = client.get(TAB)
    assert "Note number 51" in page.text
    assert "Note number 1<" not in page.text
    following = client.get(next_page_of(page))
    assert "Note number 1<" in following.text
    assert client.get(f"{TAB}?after=x").status_code == 400


def test_a_long_list_of_follow_ups_links_to_all_of_them(client, event, editor):
    FollowUpFactory.create_batch(52, event=event)
    page = client.get(TAB)
    assert page.text.count("/done") == 50
    assert "/follow-ups/?event=e&amp;status=all" in page.text


# ---- notes and links


@pytest.mark.parametrize(
    "kind, text, url, stored",
    [
        ("note", "Agreed on a plan", "", ("note", "Agreed on a plan", None)),
        ("note", "Two\r\nlines", "", ("note", "Two\nlines", None)),
        ("note", "See https://example.org/x", "", ("note", "See https://example.org/x", None)),
        ("note", "https://example.org/x", "", ("link", "", "https://example.org/x")),
        ("minutes", "https://example.org/x", "", ("minutes", "", "https://example.org/x")),
        ("minutes", "Day 1: https://example.org/x", "", ("minutes", "Day 1", "https://example.org/x")),
        ("recording", "", "https://example.org/x", ("recording", "", "https://example.org/x")),
        ("link", "Slides", "https://example.org/x", ("link", "Slides", "https://example.org/x")),
        ("note", "Agreed", "https://example.org/x", ("note", "Agreed", "https://example.org/x")),
    ],
)  # fmt: skip
def test_a_note_or_a_link_is_written_down(client, session, event, editor, kind, text, url, stored):
    answer = client.post(NOTES, data={"kind": kind, "text": text, "url": url})
    assert (answer.status_code, answer.location) == (303, TAB)
    (found,) = outcomes(session)
    assert (found.kind, found.text, found.url) == stored
    assert client.get(TAB).status_code == 200


@pytest.mark.parametrize(
    "values, field, message",
    [
        ({"kind": "note", "text": ""}, "text", "needed"),
        ({"kind": "minutes", "text": "Day 1"}, "url", "address"),
        ({"kind": "speech", "text": "Kept"}, "kind", "Choose"),
        ({"text": "Kept"}, "kind", "Choose"),
        ({"kind": "link", "text": "Kept", "url": "ftp://example.org"}, "url", "https://"),
        ({"kind": "link", "text": "Kept", "url": f"https://example.org/{'x' * 500}"}, "url", "500"),
        ({"kind": "note", "text": "x" * 20_001}, "text", "20000"),
    ],
)
def test_what_is_wrong_with_a_note_is_said(client, session, event, editor, values, field, message):
    page = client.post(NOTES, data=values)
    assert page.status_code == 422
    assert message in (error_at(page, field) or "")
    assert (values.get("text") or "") in page.text
    assert outcomes(session) == []


def test_a_note_is_corrected_and_a_second_editor_told(client, session, event, editor):
    outcome = OutcomeFactory(event=event, text="First")
    url = f"{TAB}/{outcome.id}/edit"
    version = value_of(client.get(url), "version")
    data = {"kind": "note", "text": "Second", "version": version}
    assert client.post(url, data=data).status_code == 303
    page = client.post(url, data={**data, "text": "Third"})
    assert page.status_code == 409
    assert "“Second”" in error_at(page, "text")
    assert outcomes(session)[0].text == "Second"


def test_what_is_written_is_text_and_addresses_are_links(client, event, editor):
    OutcomeFactory(event=event, text="<b>bold</b> https://example.org/plan")
    page = client.get(TAB)
    assert "&lt;b&gt;bold" in page.text
    assert '<a href="https://example.org/plan" rel="noopener">' in page.text


def test_a_deleted_note_can_be_brought_back(client, session, event, editor):
    outcome = OutcomeFactory(event=event, text="Keep me")
    answer = client.post(f"{TAB}/{outcome.id}/delete")
    assert (answer.status_code, answer.location) == (303, TAB)
    assert outcomes(session) == []
    client.post(undo_on(client.get(TAB)))
    assert [each.text for each in outcomes(session)] == ["Keep me"]


# ---- follow-ups


def test_one_line_is_a_follow_up_of_whoever_writes_it_down(client, session, event, editor, own):
    answer = client.post(TASKS, data={"what": "Send the calendar"})
    assert (answer.status_code, answer.location) == (303, TAB)
    (found,) = follow_ups(session)
    assert (found.what, found.owner_organization, found.owner_person, found.due) == (
        "Send the calendar", own, None, None,
    )  # fmt: skip
    assert "The follow-up of OWN is saved." in client.get(TAB).text


def test_nobody_owns_what_somebody_without_organization_writes(client, session, event):
    client.sign_in(UserFactory(role="admin"))
    client.post(TASKS, data={"what": "Send the calendar"})
    assert follow_ups(session)[0].owner_organization is None
    assert "nobody owns it yet" in client.get(TAB).text


def test_the_person_brings_the_organization_along(client, session, event, editor):
    there = AffiliationFactory(
        person=PersonFactory(name="Demo Ana Núñez"), organization=OrganizationFactory(acronym="NIC")
    )
    client.post(TASKS, data={"what": "Call", "owner_person_key": "ana nunez", "due": "2026-07-01"})
    (found,) = follow_ups(session)
    assert (found.owner_person, found.owner_organization) == (there.person, there.organization)
    assert found.due == date(2026, 7, 1)


def test_the_organization_named_is_the_one(client, session, event, editor, own):
    affiliation = AffiliationFactory()
    client.post(
        TASKS,
        data={"what": "Call", "owner_person_key": affiliation.person.key,
              "owner_organization_acronym": "own"},
    )  # fmt: skip
    assert follow_ups(session)[0].owner_organization == own


@pytest.mark.parametrize(
    "values, field, message",
    [
        ({"what": ""}, "what", "needed"),
        ({"what": "x" * 501}, "what", "500"),
        ({"due": "soon"}, "due", "2026-10-05"),
        ({"due": "2026-10"}, "due", "2026-10-05"),
        ({"due": "2026-02-30"}, "due", "2026-10-05"),
        ({"owner_organization_acronym": "NOBODY"}, "owner_organization_acronym", "Nothing matches"),
        ({"owner_person_key": "Nobody Known"}, "owner_person_key", "Nothing matches"),
    ],
)
def test_what_is_wrong_with_a_follow_up_is_said(
    client, session, event, editor, values, field, message
):
    data = {"what": "Call them", **values}
    page = client.post(TASKS, data=data)
    assert page.status_code == 422
    assert message in (error_at(page, field) or "")
    for name, typed in data.items():
        assert value_of(page, name) == typed
    assert follow_ups(session) == []


def test_several_people_become_radio_buttons(client, session, event, editor):
    for key in ("ana-1", "ana-2"):
        PersonFactory(key=key, name="Demo Ana Silva")
    data = {"what": "Call", "owner_person_key": "Demo Ana Silva"}
    page = client.post(TASKS, data=data)
    assert page.status_code == 422
    assert choices_of(page, "owner_person_key") == ["ana-1", "ana-2"]
    choice = {"owner_person_key-choice": "ana-2", "owner_person_key-asked": "Demo Ana Silva"}
    client.post(TASKS, data={**data, **choice})
    assert follow_ups(session)[0].owner_person.key == "ana-2"


def test_a_follow_up_is_corrected(client, session, event, editor, own):
    person = PersonFactory(name="Demo Ana Silva")
    follow_up = FollowUpFactory(
        event=event, what="Call", owner_organization=own, owner_person=person, due=TODAY
    )
    url = f"/events/e/follow-ups/{follow_up.id}/edit"
    page = client.get(url)
    shown = {name: value_of(page, name) for name in
             ("what", "owner_organization_acronym", "owner_person_key", "due", "version")}  # fmt: skip
    assert (shown["owner_person_key"], shown["due"]) == ("Demo Ana Silva", "2026-06-15")
    data = {**shown, "what": "Write", "owner_organization_acronym": "", "due": ""}
    assert client.post(url, data=data).status_code == 303
    assert client.post(url, data={**data, "what": "Shout"}).status_code == 409
    found = follow_ups(session)[0]
    assert (found.what, found.owner_organization, found.due) == ("Write", None, None)


def test_done_and_open_again(client, session, event, editor):
    follow_up = FollowUpFactory(event=event)
    path = f"/events/e/follow-ups/{follow_up.id}"
    assert client.post(f"{path}/done").location == TAB
    assert follow_ups(session)[0].done_at == datetime(2026, 6, 15, 12, tzinfo=UTC)
    page = client.get(TAB)
    assert "Everything is done." in page.text
    assert f"{path}/reopen" in page.text
    client.post(f"{path}/done")
    assert "Nothing was changed." in client.get(TAB).text
    client.post(f"{path}/reopen")
    assert follow_ups(session)[0].done_at is None
    client.post(undo_on(client.get(TAB)))
    assert follow_ups(session)[0].done_at is not None


@pytest.mark.parametrize(
    "sent, target", [("/people/7", "/people/7"), ("//elsewhere.example", TAB), ("", TAB)]
)
def test_done_goes_back_to_where_it_was_said(client, event, editor, sent, target):
    follow_up = FollowUpFactory(event=event)
    answer = client.post(f"/events/e/follow-ups/{follow_up.id}/done", data={"next": sent})
    assert answer.location == target


def test_a_deleted_follow_up_can_be_brought_back(client, session, event, editor, own):
    follow_up = FollowUpFactory(event=event, what="Call", owner_organization=own, due=TODAY)
    client.post(f"/events/e/follow-ups/{follow_up.id}/delete")
    assert follow_ups(session) == []
    client.post(undo_on(client.get(TAB)))
    (back,) = follow_ups(session)
    assert (back.what, back.owner_organization, back.due) == ("Call", own, TODAY)


# ---- who may what


class TestContributor:
    @pytest.fixture
    def contributor(self, session, client):
        ana = PersonFactory()
        user = UserFactory(
            role="contributor", organization=OrganizationFactory(acronym="NIC"), person=ana
        )
        client.sign_in(user)
        return user

    def test_writes_at_the_events_of_its_own_organization(self, client, session, contributor):
        EventFactory(key="ours", organizer=contributor.organization)
        for path, data in (
            ("outcomes", {"kind": "note", "text": "x"}),
            ("follow-ups", {"what": "x"}),
        ):
            assert client.post(f"/events/ours/{path}/new", data=data).status_code == 303

    def test_writes_nothing_elsewhere(self, client, event, contributor):
        outcome, follow_up = OutcomeFactory(event=event), FollowUpFactory(event=event)
        paths = (
            NOTES, TASKS, f"{TAB}/{outcome.id}/edit", f"{TAB}/{outcome.id}/delete",
            *(f"/events/e/follow-ups/{follow_up.id}/{verb}"
              for verb in ("edit", "done", "reopen", "delete")),
        )  # fmt: skip
        for path in paths:
            assert client.post(path, data={"what": "x"}).status_code == 403, path
        page = client.get(TAB)
        assert "quick-add" not in page.text
        assert "/done" not in page.text

    @pytest.mark.parametrize("owner", ["organization", "person"])
    def test_settles_what_is_its_own_anywhere(self, client, session, event, contributor, owner):
        follow_up = FollowUpFactory(event=event, **{f"owner_{owner}": getattr(contributor, owner)})
        path = f"/events/e/follow-ups/{follow_up.id}"
        assert f"{path}/done" in client.get(TAB).text
        assert client.post(f"{path}/done").status_code == 303
        assert follow_ups(session)[0].done_at is not None
        client.post(undo_on(client.get(TAB)))
        assert follow_ups(session)[0].done_at is None
        assert client.post(f"{path}/delete").status_code == 403

    def test_without_organization_settles_its_own(self, client, session, event):
        user = UserFactory(role="contributor", person=PersonFactory())
        client.sign_in(user)
        follow_up = FollowUpFactory(event=event, owner_person=user.person)
        path = f"/events/e/follow-ups/{follow_up.id}/done"
        assert client.post(path).status_code == 303


def test_what_is_not_there(client, session, editor, event):
    hidden = EventFactory(key="hush", visibility="organization", owner=OrganizationFactory())
    outcome, follow_up = OutcomeFactory(event=hidden), FollowUpFactory(event=hidden)
    for path in ("/events/none/outcomes", "/events/hush/outcomes", "/events/hush/outcomes/new",
                 "/events/hush/follow-ups/new", f"{TAB}/{outcome.id}/edit", f"{TAB}/{10**30}/edit",
                 f"/events/e/follow-ups/{follow_up.id}/edit"):  # fmt: skip
        assert client.get(path).status_code == 404, path
    for path in (f"/events/hush/follow-ups/{follow_up.id}/done", f"/events/e/follow-ups/{follow_up.id}/done",
                 f"/events/hush/outcomes/{outcome.id}/delete"):  # fmt: skip
        assert client.post(path).status_code == 404, path


# ---- the list of all


@pytest.fixture
def tasks(session, event, own):
    ana = PersonFactory(key="ana", name="Demo Ana Silva")
    hidden = EventFactory(key="hush", visibility="organization", owner=OrganizationFactory())
    other = EventFactory(key="other", name_en="Another meeting")
    FollowUpFactory(event=event, what="someday", owner_person=ana)
    FollowUpFactory(event=event, what="late", owner_organization=own, due=TODAY - timedelta(1))
    FollowUpFactory(event=other, what="today", owner_organization=own, due=TODAY)
    FollowUpFactory(event=other, what="first settled", done_at=datetime(2026, 5, 1, tzinfo=UTC))
    FollowUpFactory(event=other, what="last settled", done_at=datetime(2026, 6, 1, tzinfo=UTC))
    FollowUpFactory(event=hidden, what="not for you", owner_organization=own)
    FollowUpFactory(
        event=EventFactory(deleted_at=datetime(2026, 1, 1, tzinfo=UTC)), what="of a deleted event"
    )


@pytest.mark.parametrize(
    "query, found",
    [
        ("", ["late", "today", "someday"]),
        ("status=open", ["late", "today", "someday"]),
        ("status=overdue", ["late"]),
        ("status=done", ["last settled", "first settled"]),
        ("status=all", ["late", "today", "someday", "first settled", "last settled"]),
        ("organization=own", ["late", "today"]),
        ("organization=OWN&status=overdue", ["late"]),
        ("person=ana", ["someday"]),
        ("person=demo+ana+silva", ["someday"]),
        ("event=other", ["today"]),
        ("event=other&status=all", ["today", "first settled", "last settled"]),
        ("organization=&person=&status=", ["late", "today", "someday"]),
    ],
)
def test_filters(client, tasks, editor, query, found):
    table = client.get(f"/follow-ups.csv?{query}")
    assert [row["what"] for row in csv.DictReader(io.StringIO(table.text))] == found
    page = client.get(f"/follow-ups/?{query}")
    assert page.status_code == 200
    assert all(what in page.text for what in found)
    assert "not for you" not in page.text
    assert client.get(f"/follow-ups.xlsx?{query}").status_code == 200


@pytest.mark.parametrize(
    "query", ["status=late", "organization=none", "person=nobody", "event=hush", "event=none",
              "owner=x", "after=x", "lang=xx"],
)  # fmt: skip
def test_filters_that_are_none(client, tasks, editor, query):
    assert client.get(f"/follow-ups/?{query}").status_code == 400


def test_an_event_that_is_hidden_is_refused_like_one_that_is_none(client, tasks, editor):
    pages = [client.get(f"/follow-ups/?event={key}") for key in ("hush", "none")]
    assert pages[0].text.replace("hush", "none") == pages[1].text


def test_the_columns_of_the_table(client, event, own, editor):
    FollowUpFactory(
        event=event, what="=call", owner_organization=own, due=TODAY,
        owner_person=PersonFactory(key="ana", name="Demo Ana"),
        done_at=datetime(2026, 6, 14, 23, tzinfo=UTC),
    )  # fmt: skip
    table = client.get("/follow-ups/.csv?status=all")
    (row,) = csv.DictReader(io.StringIO(table.text))
    assert row == {
        "event_key": "e", "event": "The meeting", "what": "'=call",
        "owner_organization_acronym": "OWN", "owner_person_key": "ana", "owner_person": "Demo Ana",
        "due": "2026-06-15", "done": "2026-06-14",
    }  # fmt: skip


@pytest.mark.parametrize("status", ["open", "done", "all"])
def test_the_list_is_paged_in_its_order(client, session, event, editor, status):
    wanted = []
    for number in range(60):
        due = None if number % 3 == 0 else TODAY + timedelta(number % 7)
        done_at = datetime(2026, 6, 1 + number % 9, tzinfo=UTC) if status == "done" else None
        wanted.append(FollowUpFactory(event=event, due=due, done_at=done_at, what=f"no. {number}."))
    page = client.get(f"/follow-ups/?status={status}")
    texts, following = page.text, next_page_of(page)
    assert following is not None
    assert status in following
    texts += client.get(following).text
    if status == "done":
        wanted.sort(key=lambda each: (each.done_at, each.id), reverse=True)
    else:
        wanted.sort(key=lambda each: (each.due or date.max, each.id))
    places = [texts.index(f">{each.what}<") for each in wanted]
    assert places == sorted(places)


# ---- cards


def test_the_cards_of_an_organization_and_a_person(client, session, event, own, editor):
    ana = PersonFactory(name="Demo Ana")
    late = FollowUpFactory(
        event=event, what="Late task", owner_organization=own, owner_person=ana, due=TODAY - timedelta(3)
    )  # fmt: skip
    FollowUpFactory(event=event, what="Settled task", owner_organization=own, owner_person=ana,
                    done_at=datetime(2026, 5, 1, tzinfo=UTC))  # fmt: skip
    for path in ("/organizations/own", f"/people/{ana.id}"):
        page = client.get(path)
        assert "Open follow-ups" in page.text
        assert "Late task" in page.text
        assert "overdue since 12 Jun 2026" in page.text
        assert "Settled task" not in page.text
        assert f"/events/e/follow-ups/{late.id}/done" in page.text
    client.post(f"/events/e/follow-ups/{late.id}/done", data={"next": "/organizations/own"})
    assert "Open follow-ups" not in client.get("/organizations/own").text


def test_the_public_page_of_an_organization_says_nothing_of_them(client, event, own):
    FollowUpFactory(event=event, what="Between us", owner_organization=own)
    page = client.get("/organizations/own")
    assert page.status_code == 200
    assert "Between us" not in page.text
