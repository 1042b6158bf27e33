"""What hostile and clumsy visitors send: a message or a safe page, never a 500, nothing half-written."""

import base64
import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from tests.factories import (
    AttendanceFactory,
    EventFactory,
    HeadcountFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.errors import Conflict
from tracker.models import (
    Alias,
    Attendance,
    Change,
    Event,
    ImportBatch,
    ImportIndividual,
    ImportOrganization,
    PersonEmail,
)
from tracker.models.changes import attribute
from tracker.services.importing.applying import apply_batch
from tracker.services.importing.decisions import discard

LOGGED = {
    "name_en": "Meeting", "kind": "meeting", "mode": "online", "status": "confirmed",
    "visibility": "public",
}  # fmt: skip
AT_ONCE = "at the same moment"


def cursor(*place):
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


@pytest.fixture
def editor(client, session):
    return client.sign_in(UserFactory(role="editor"))


def test_names_are_sent_as_csv_though_the_request_is_over(client, session, editor):
    # As a server sends them: no context of a test around it keeps the request's session open.
    event = EventFactory(key="e")
    AttendanceFactory(event=event, person=PersonFactory(name="Demo Ana"))
    session.commit()
    with ThreadPoolExecutor(1) as pool:
        path = "/events/e/attendance.csv"
        answer = pool.submit(lambda: FlaskClient.open(client, path, buffered=True)).result()
    assert answer.status_code == 200
    assert "Demo Ana" in answer.text


@pytest.mark.parametrize("place", [("", True), (True, True), (True, 1), (False, False)])
@pytest.mark.parametrize(
    "path",
    [
        "/events/",
        "/events/e/headcounts",
        "/events/e/attendance",
        "/people/",
        "/users/",
        "/follow-ups/",
        "/events/e/outcomes",
    ],
)
def test_truth_is_no_place_in_a_list(client, session, path, place):
    EventFactory(key="e")
    client.sign_in(UserFactory(role="admin"))
    for each in (place, ("2026-01-01T00:00:00+00:00", place[1])):
        answer = client.get(path, query_string={"after": cursor(*each)})
        assert answer.status_code == 400 or type(each[1]) is int


@pytest.mark.parametrize(
    "query",
    ["endpoint=x", "key=evil", "_scheme=javascript&_external=1", "_method=POST", "_anchor=a&_anchor=b",
     "values=1", "%ED%A0%80=1", "%00=%00"],
)  # fmt: skip
def test_a_query_never_becomes_more_than_a_query(client, session, query):
    HeadcountFactory(event=EventFactory(key="e"))
    answer = client.get(f"/events/e/headcounts?after={cursor('', 0)}&{query}")
    assert answer.status_code == 200
    assert 'href="javascript:' not in answer.text
    assert "/events/evil" not in answer.text


@pytest.mark.parametrize("query", ["slug=x", "endpoint=x", "_scheme=evil&_external=1", "rollup=1"])
@pytest.mark.parametrize("ending", ["", ".json", ".csv"])
def test_a_report_moves_with_any_query(client, session, query, ending):
    OrganizationFactory(acronym="LACNIC")
    answer = client.get(f"/reports/organizations/LACNIC{ending}?{query}")
    assert answer.status_code == 301
    assert answer.location == f"/reports/organizations/lacnic{ending}?{query}"


@pytest.mark.parametrize("referrer", ["http://[", "http://[::1", "//[", "\\\\", "http://a b"])
def test_a_page_one_comes_from_may_be_nonsense(client, session, referrer):
    answer = client.post(
        "/preferences/language", data={"language": "es"}, headers={"Referer": referrer}
    )
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_host_that_cannot_be_one_is_told_so(app, session):
    answer = app.test_client().get("/", headers={"Host": "x" * 5000})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")


@pytest.mark.parametrize(
    "field", ["name_en", "start_time", "edition", "kind", "country", "topics", "version",
              "organizer_acronyms", "parent_key-choice"],
)  # fmt: skip
def test_a_file_in_the_place_of_a_text_is_nothing_typed(client, session, editor, field):
    data = {**LOGGED, "name_es": "Reunión", field: (io.BytesIO(b"hello"), "a.txt")}
    answer = client.post("/events/new", data=data, content_type="multipart/form-data")
    assert answer.status_code in (303, 422)
    assert "FileStorage" not in answer.text


@pytest.mark.parametrize("body", ['{"name_en": 5}', "[1]", "{", '{"name_en": "\\ud800"}', "null"])
def test_no_form_is_json(client, session, editor, body):
    answer = client.post("/events/new", data=body, content_type="application/json")
    assert answer.status_code == 415
    assert not session.scalar(select(func.count(Event.id)))


def test_what_is_far_too_large_is_read_away_and_gets_its_page(client, session, editor):
    answer = client.post("/events/new", data={**LOGGED, "description": "x" * 13_000_000})
    assert answer.status_code == 413
    assert "larger than 10 MB" in answer.text


def test_ten_megabytes_of_description_are_refused_and_kept(client, session, editor):
    answer = client.post("/events/new", data={**LOGGED, "description": "x" * 10_000_000})
    assert answer.status_code == 422
    assert "At most 20000 characters" in answer.text
    assert "x" * 10_000_000 in answer.text


@pytest.mark.parametrize("text", ["a b " * 950, "a b " * 60_000, "a" * 60_000, "a|b|" * 900])
@pytest.mark.parametrize("name", ["", "Meeting"])
def test_a_name_of_very_many_words_names_nothing(client, session, editor, text, name):
    data = {**LOGGED, "name_en": name, "space_code": text, "organizer_acronyms": text[:2000]}
    answer = client.post("/events/new", data=data)
    assert answer.status_code == 422
    for path in ("/events/new/defaults?space_code=", "/reports/?organization=", "/search?q=",
                 "/events/?q=", "/organizations/?q=", "/spaces/?q=", "/people/?q=",
                 "/suggest/people?q=", "/suggest/organizations?q="):  # fmt: skip
        assert client.get(path + text[:4000]).status_code in (200, 404)


def test_many_organizers_of_many_words_name_nothing(client, session, editor):
    answer = client.post("/events/new", data={**LOGGED, "organizer_acronyms": "a b " * 490})
    assert answer.status_code == 422
    assert "No organization matches" in answer.text


def test_a_report_lists_events_without_a_date_last(client, session):
    lacnic = OrganizationFactory(acronym="LACNIC")
    EventFactory(key="dated", organizer=lacnic)
    EventFactory(key="undated", name_en="Some day", organizer=lacnic, start_date=None)
    page = client.get("/reports/organizations/lacnic")
    assert page.status_code == 200
    assert page.text.index("Event dated") < page.text.index("Some day")


@pytest.mark.parametrize("lost", ["stale", "duplicate", "deleted"])
@pytest.mark.parametrize("noun", ["event", "organization"])
def test_a_deletion_that_lost_a_race_says_so(client, session, editor, monkeypatch, lost, noun):
    event, organization = EventFactory(key="e"), OrganizationFactory(acronym="ORG")
    session.commit()
    problem = {
        "stale": StaleDataError("stale"),
        "duplicate": IntegrityError("delete", {}, Exception("foreign key")),
        "deleted": ObjectDeletedError(inspect(event)),
    }[lost]

    def lose(session, thing, by):
        attribute(session, "test", by=by)
        thing.notes = "half-written"
        session.flush()
        raise problem

    monkeypatch.setattr("tracker.views.events.delete_event", lose)
    monkeypatch.setattr("tracker.services.organizations.delete_organization", lose)
    path = "/events/e/delete" if noun == "event" else "/organizations/org/delete"
    answer = client.post(path)
    assert answer.status_code == 409
    assert AT_ONCE in answer.text
    session.expire_all()
    assert event.notes is None
    assert organization.notes is None


def test_the_quick_line_says_that_it_lost_a_race(client, session, editor, monkeypatch):
    EventFactory(key="e")
    PersonFactory(name="Demo Ana")
    session.commit()

    def lose(*_args, **_kwargs):
        raise StaleDataError

    monkeypatch.setattr("tracker.services.attendance.record_attendance", lose)
    data = {"person_key": "Demo Ana", "role": "attendee", "mode": "online", "status": "attended"}
    answer = client.post("/events/e/attendance", data=data)
    assert answer.status_code == 422
    assert AT_ONCE in answer.text
    assert 'value="Demo Ana"' in answer.text


def test_a_label_that_is_too_long_is_not_cut_but_refused(client, session, editor):
    EventFactory(key="e")
    data = {"role": "attendee", "mode": "online", "status": "attended", "unidentified": "1"}
    answer = client.post("/events/e/attendance", data={**data, "person_key": "x" * 201})
    assert answer.status_code == 422
    assert "At most 200 characters" in answer.text
    assert "x" * 201 in answer.text
    answer = client.post("/events/e/attendance", data={**data, "person_key": "x" * 200})
    assert answer.status_code == 303


def test_events_that_are_part_of_each_other_hold_nothing_up(client, session, editor):
    # Two editors put each into the other at the same moment, which no constraint can see.
    one = EventFactory(key="one")
    other = EventFactory(key="other", parent=one, relation="part-of")
    attribute(session, "test", None)
    with session.no_autoflush:
        one.parent_id, one.relation = other.id, "part-of"
    session.commit()
    answer = client.post("/events/new", data={**LOGGED, "parent_key": "one"})
    assert answer.status_code == 303
    for path in ("/events/one", "/events/one.ics", "/events/other/edit", "/feeds/all.ics", "/"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("email", ["<x@example.org>", "x@example.org,y@example.org", 'x"@example.org',
                                   "x@example.org\r\nBcc: y@example.org", "x@example.org;", "x@"])  # fmt: skip
def test_an_account_has_one_plain_address(client, session, email):
    client.sign_in(UserFactory(role="admin"))
    answer = client.post("/users/new", data={"email": email, "role": "viewer"})
    assert answer.status_code == 422
    assert "An address like" in answer.text


class TestWhatIsNotTheirs:
    @pytest.fixture
    def own(self, session):
        return OrganizationFactory(acronym="OWN")

    @pytest.fixture
    def contributor(self, client, own):
        user = UserFactory(role="contributor", organization=own)
        client.sign_in(user)
        return user

    def form_of(self, client, key, **changes):
        event = client.get(f"/events/{key}/edit").text
        version = event.split('name="version"')[1].split('value="')[1].split('"')[0]
        return {**LOGGED, "organizer_acronyms": "OWN", "version": version, **changes}

    @pytest.mark.parametrize("relation", ["part-of", "co-located"])
    def test_a_larger_event_is_not_given_away_and_stays(
        self, client, session, own, contributor, relation
    ):
        whole = EventFactory(
            key="hush", name_en="Hush", visibility="organization", owner=OrganizationFactory()
        )
        part = EventFactory(key="part", parent=whole, relation=relation, organizer=own)
        session.commit()
        assert "hush" not in client.get("/events/part/edit").text.lower()
        answer = client.post(
            "/events/part/edit", data=self.form_of(client, "part", venue="Hall", relation="")
        )
        assert answer.status_code == 303
        session.expire_all()
        assert (part.venue, part.parent, part.relation) == ("Hall", whole, relation)

    def test_a_change_of_what_has_gone_to_another_is_not_undone(
        self, client, session, own, contributor
    ):
        event = EventFactory(key="mine", organizer=own)
        session.commit()
        data = self.form_of(client, "mine", venue="Hall")
        assert client.post("/events/mine/edit", data=data).status_code == 303
        change = session.scalar(select(func.max(Change.id)))
        event.organization_links[0].organization = OrganizationFactory()
        attribute(session, "test", None)
        session.commit()
        assert client.post(f"/changes/{change}/undo").status_code == 403
        session.expire_all()
        assert event.venue == "Hall"

    @pytest.mark.parametrize("last", ["edit", "delete", "attendance"])
    def test_an_own_change_is_undone(self, client, session, own, contributor, last):
        EventFactory(key="mine", organizer=own)
        EventFactory(key="theirs")
        PersonFactory(name="Demo Ana")
        session.commit()
        data = {
            "edit": {**self.form_of(client, "mine"), "partner_acronyms": "OWN", "venue": "Hall"},
            "delete": {},
            "attendance": {"person_key": "Demo Ana", "organization_acronym": "OWN",
                           "role": "attendee", "mode": "online", "status": "attended"},
        }[last]  # fmt: skip
        path = "/events/theirs/attendance" if last == "attendance" else f"/events/mine/{last}"
        assert client.post(path, data=data).status_code == 303
        change = session.scalar(select(func.max(Change.id)))
        assert client.post(f"/changes/{change}/undo").status_code == 303
        assert "Undone" in client.get("/events/mine").text

    def test_a_persons_history_keeps_silent_on_what_is_hidden(
        self, client, session, own, contributor
    ):
        person = PersonFactory()
        owner = OrganizationFactory()
        for visibility in ("organization", "community"):
            event = EventFactory(visibility=visibility, owner=owner)
            AttendanceFactory(event=event, person=person, notes=f"Whispered {visibility}")
        session.commit()
        page = client.get(f"/people/{person.id}/history").text
        assert "Whispered community" in page
        assert "Whispered organization" not in page


def test_a_space_is_not_found_by_half_a_character(client, session, editor):
    SpaceFactory(code="IGF")
    for path in ("/spaces/ig%ff", "/spaces/igf%00", "/feeds/spaces/igf%00.ics", "/events/%00.ics",
                 "/feeds/topics/%00.ics", "/people/99999999999999999999", "/changes/1e9/undo",
                 "/reports/organizations/%00.json"):  # fmt: skip
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/plans/", "/plans/gaps", "/plans/crowds", "/plans.csv"])
@pytest.mark.parametrize(
    "query, status",
    [("from=0001-01-01&to=2026-01-01", 400), ("from=9999-12-31", 400), ("to=9999-12-31", 400),
     ("from=2199-12-31", 200), ("from=1900-01-01", 200)],
)  # fmt: skip
def test_a_period_at_the_ends_of_the_calendar(client, session, editor, path, query, status):
    assert client.get(f"{path}?{query}").status_code == status


def handed_in(client, text, name="list.csv"):
    data = {"format": "auto", "file": (io.BytesIO(text.encode()), name)}
    return client.post("/events/e/attendance/import", data=data)


def test_texts_that_grow_when_they_are_folded(client, session, editor):
    # One letter of these is up to eighteen folded: more than a column of their length takes.
    EventFactory(key="e")
    long = f"{'ﷺ' * 99} {'ß' * 99}"
    text = f"Nombre,Correo,Organización\n{long},s@example.org,{'ß' * 300}\n{long},,{'ﷺ' * 300}\n"
    page = handed_in(client, text).location
    assert client.get(f"{page}?show=organizations").status_code == 200
    for question in session.scalars(select(ImportOrganization)).all():
        acronym = OrganizationFactory(acronym=f"DEMO{question.id}").acronym
        own = f"o{question.id}-"
        said = {f"{own}organization_acronym": acronym, f"{own}always": "y", "answer": "other"}
        assert (
            client.post(f"{page}/organization", data={"question": question.id, **said}).status_code
            == 303
        )
    for question in session.scalars(select(ImportIndividual)).all():
        client.post(f"{page}/answer", data={"individual": question.id, "answer": "create"})
    assert client.post(f"{page}/apply").status_code == 303
    assert session.scalar(select(func.count(Attendance.id))) == 2


def test_dates_at_the_ends_of_the_calendar_are_asked_about(client, session, editor):
    EventFactory(key="e", start_date="2026-03-18")
    text = "Name,Join time,Leave time\nAna Luz,2200-12-31 23:59,2200-12-31 23:59\nBo Gil,1900-01-01,2199-12-31\n"
    answer = handed_in(client, text)
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200


def test_a_file_and_a_list_at_once_lose_neither_unsaid(client, session, editor):
    EventFactory(key="e")
    file = (io.BytesIO(b"Nombre,Correo\nAna Luz,a@example.org\n"), "a.csv")
    data = {"format": "auto", "file": file, "text": "Demo Bo <bo@example.org>"}
    answer = client.post("/events/e/attendance/import", data=data)
    assert answer.status_code == 422
    assert "one after the other" in answer.text
    assert "Demo Bo &lt;bo@example.org&gt;" in answer.text


def test_one_person_in_very_many_rows_shows_the_first(client, session, editor):
    EventFactory(key="e")
    page = handed_in(client, "Nombre,Correo\n" + "Ana Luz,a@example.org\n" * 500).location
    shown = client.get(f"{page}?show=new").text
    assert "500 rows" in shown
    assert shown.count("Ana Luz | a@example.org") == 50


@pytest.mark.parametrize("first", ["apply", "discard"])
def test_an_import_is_recorded_or_discarded_not_both(client, session, editor, first):
    EventFactory(key="e")
    page = handed_in(client, "Nombre,Correo\nAna Luz,a@example.org\n").location
    batch = session.scalars(select(ImportBatch)).one()
    known = batch.status
    client.post(f"{page}/{first}")
    # As it stands in the memory of a request that began before.
    set_committed_value(batch, "status", known)
    second = discard if first == "apply" else apply_batch
    with pytest.raises(Conflict):
        second(session, batch, None)
    session.rollback()


def test_always_so_is_said_only_of_what_one_may_change(client, session):
    own, other = OrganizationFactory(acronym="LACTLD"), OrganizationFactory(acronym="LACNIC")
    client.sign_in(UserFactory(role="contributor", organization=own))
    EventFactory(key="e", organizer=own)
    bo = PersonFactory(name="Demo Bo Gil")
    page = handed_in(client, "Nombre,Correo,Organización\nBo Gil,b@example.org,Rara\n").location
    one = session.scalars(select(ImportIndividual)).one()
    text = session.scalars(select(ImportOrganization)).one()
    said = {"individual": one.id, "answer": f"person-{bo.id}", f"q{one.id}-always": "y"}
    asked = {"question": text.id, "answer": f"organization-{other.id}", f"o{text.id}-always": "y"}
    for path, data in (("answer", said), ("organization", asked)):
        answer = client.post(f"{page}/{path}", data=data, follow_redirects=True)
        assert "answer for this file" in answer.text
    client.post(f"{page}/apply")
    assert not session.scalar(select(func.count(Alias.id)))
    assert not session.scalar(
        select(func.count(PersonEmail.id)).where(PersonEmail.person_id == bo.id)
    )
