"""Attendee files: handing in, deciding, recording and undoing, as editors do it."""

import io
import re
from html import unescape

import pytest
from sqlalchemy import func, select

from config import ROOT
from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    EventFactory,
    ImportBatchFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tests.formats.attendees.workbooks import archive, workbook
from tests.pages import choices_of, error_at, next_page_of
from tracker.formats.attendees import FIELDS, FORMAT_NAMES
from tracker.forms import imports as forms
from tracker.models import (
    Attendance,
    ColumnMapping,
    ImportBatch,
    ImportIndividual,
    ImportOrganization,
    Person,
    PersonAlias,
)
from tracker.models.changes import attribute

IMPORT = "/events/e/attendance/import"
PAGE = "/events/e/imports"
SAMPLES = ROOT / "tests" / "attendee_files"


@pytest.fixture
def editor(session, client):
    user = UserFactory(role="editor", name="Demo Editor")
    client.sign_in(user)
    return user


@pytest.fixture
def event(session):
    lacnic = OrganizationFactory(acronym="LACNIC")
    return EventFactory(
        key="e", name_en="A meeting", start_date="2026-03-18", mode="online", organizer=lacnic
    )


@pytest.fixture
def paste(client, editor, event):
    """Hand in a list, and give the batch."""

    def send(*lines, **values):
        answer = client.post(IMPORT, data={"text": "\n".join(lines), "format": "auto", **values})
        assert answer.status_code == 303, error_at(answer, "paste")
        return latest()

    return send


def latest():
    from tracker.extensions import db  # noqa: PLC0415

    return db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()


def upload(client, content, name="report.csv", **values):
    data = {"file": (io.BytesIO(content), name), "format": "auto", "text": "", **values}
    return client.post(IMPORT, data=data, content_type="multipart/form-data")


def individual(session, label):
    return session.scalars(
        select(ImportIndividual)
        .where(ImportIndividual.label == label)
        .order_by(ImportIndividual.id.desc())
    ).first()


def recorded(session):
    return session.scalars(select(Attendance).order_by(Attendance.id)).all()


def text_of(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


# ---- handing in


def test_the_words_are_those_of_the_reader():
    assert set(forms.FORMATS) == {"auto", *FORMAT_NAMES}
    assert set(forms.FIELDS) == {"", *FIELDS}


def test_the_tab_offers_it_to_those_who_may(client, session, editor, event):
    page = client.get("/events/e/attendance").text
    assert f'href="{IMPORT}"' in page
    assert f'href="{IMPORT}#paste"' in page
    client.sign_in(UserFactory(role="contributor", organization=OrganizationFactory()))
    assert IMPORT not in client.get("/events/e/attendance").text
    assert client.get(IMPORT).status_code == 403
    assert client.post(IMPORT, data={"text": "Ana Silva"}).status_code == 403


def test_an_organizer_may_and_a_hidden_event_is_not_there(client, session, event):
    organizer = event.organization_links[0].organization
    client.sign_in(UserFactory(role="contributor", organization=organizer))
    assert client.get(IMPORT).status_code == 200
    EventFactory(key="hidden", visibility="organization", owner=OrganizationFactory())
    assert client.get("/events/hidden/attendance/import").status_code == 404
    assert client.get("/events/hidden/imports/").status_code == 404


def test_a_pasted_list_is_staged_and_nothing_recorded(client, session, paste):
    batch = paste("Ana Silva (LACNIC)", "Bruno Dias <bruno@example.org>")
    assert (batch.status, batch.filename) == ("staged", "")
    page = client.get(f"{PAGE}/{batch.id}")
    assert "Pasted list" in text_of(page)
    assert "Records 2 attendances. Creates 2 people." in text_of(page)
    assert recorded(session) == []
    assert session.scalar(select(func.count(Person.id))) == 0


def test_an_upload_goes_to_what_was_found(client, session, editor, event):
    content = (SAMPLES / "zoom-meeting-participants.csv").read_bytes()
    answer = upload(client, content, "zoom.csv")
    batch = latest()
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/{batch.id}")
    shown = text_of(client.get(answer.location))
    assert "Zoom, meeting participants" in shown
    assert "handed in by Demo Editor" in shown
    assert "Rows 25" in shown
    assert "Note-taker or recorder 2" in shown


def test_the_same_file_again_is_the_same_import(client, session, editor, event):
    first = upload(client, b"Name,Email\nAna Silva,ana@example.org\n")
    again = upload(client, b"Name,Email\nAna Silva,ana@example.org\n", "other-name.csv")
    assert again.location == first.location
    assert "here already" in client.get(again.location).text
    assert session.scalar(select(func.count(ImportBatch.id))) == 1


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "nothing in it"),
        (b"\x00\x01\x02\xff\xfe\xfa" * 50, "no text and no spreadsheet"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 600, "A file of the kind PNG cannot be read."),
        (archive({"word/document.xml": "<w/>"}), "A file of the kind DOCX cannot be read."),
        (workbook('<row r="9"><c r="XFD9"><v>1</v></c></row>'), "row 9: The cell XFD9 is so far"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_file(client, session, editor, event, content, message):
    page = upload(client, content, "odd.xlsx" if content[:2] == b"PK" else "odd.csv")
    assert page.status_code == 422
    error = error_at(page, "file")
    assert message in error
    assert "odd." in error
    # In sentences, whatever is to be said besides.
    assert error.endswith(".")
    assert "flask" not in error
    assert session.scalar(select(func.count(ImportBatch.id))) == 0


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_nothing_at_all(client, editor, event, text):
    page = client.post(IMPORT, data={"text": text, "format": "auto"})
    assert page.status_code == 422
    assert error_at(page, "file") == "Choose a file, or paste a list."


def test_what_was_pasted_is_kept_where_it_cannot_be_read(client, editor, event):
    text = ";;;\n---\n<b>&\n"
    page = client.post(IMPORT, data={"text": text, "format": "auto"})
    assert page.status_code == 422
    assert error_at(page, "paste")
    assert unescape(re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page.text, re.S)[1]) == text


def test_too_large(client, session, editor, event):
    for size, status in ((11_000_000, 422), (13_000_000, 413)):
        # The test client would spool a large upload to a file, and leave that open.
        body = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
            b"Name\n" + b"Ana Silva\n" * (size // 10) + b"\r\n--x--\r\n"
        )
        page = client.post(IMPORT, data=body, content_type="multipart/form-data; boundary=x")
        assert page.status_code == status
        assert "too large" in (error_at(page, "file") or page.text.lower())
    assert session.scalar(select(func.count(ImportBatch.id))) == 0


@pytest.mark.parametrize("format_", ["nothing", "\x00", "webex"])
def test_a_format_that_it_is_not(client, editor, event, format_):
    page = upload(client, b"Name,Email\nAna Silva,ana@example.org\n", format=format_)
    assert page.status_code == 422
    assert error_at(page, "file") or error_at(page, "format")


def test_a_format_that_it_is_not_is_said_with_what_it_looks_like(client, editor, event):
    page = upload(client, b"Name,Email\nAna Silva,ana@example.org\n", format="webex")
    assert error_at(page, "file").endswith("it looks like this one: Table (CSV, TSV).")


def test_what_is_odd_is_said_in_sentences(client, editor, event):
    upload(client, b"Name,Email,Shoe size\nAna Silva,ana@example.org,38\n")
    page = text_of(client.get(f"{PAGE}/{latest().id}?show=problems"))
    assert "These columns were not understood and left out: Shoe size." in page


def test_two_columns_that_nobody_knows_are_asked_of_a_table(client, session, editor, event):
    content = b"Foo;Bar\nAna Silva;LACNIC\nBruno Dias;ISOC\n"
    location = upload(client, content, "two.csv").location
    batch = latest()
    assert location == f"{PAGE}/{batch.id}/reading"
    assert (batch.status, batch.reading["heading"]) == ("received", ["Foo", "Bar"])
    client.post(f"{PAGE}/{batch.id}/reading", data={"column-0": "name", "column-1": "organization"})
    assert individual(session, "Ana Silva").organization_text == "LACNIC"


def test_what_is_typed_in_place_of_a_file_is_no_file(client, editor, event):
    page = client.post(IMPORT, data={"file": "report.csv", "text": "", "format": "auto"})
    assert page.status_code == 422


def test_hostile_names_are_text(client, session, paste):
    batch = paste(
        "<script>alert(1)</script> Silva <x@example.org>", '=HYPERLINK("http://evil") Dias'
    )
    for show in ("new", "questions", "unidentified", "matched"):
        page = client.get(f"{PAGE}/{batch.id}?show={show}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text


@pytest.mark.parametrize("name", ["a\x00b\u202e.csv", "x" * 5000 + ".csv", "\x01", "<b>.csv"])
def test_hostile_file_names_are_cleaned(client, session, editor, event, name):
    # As bytes: the test client would put some of these into headers it then refuses.
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.encode()
        + b'"\r\n\r\nName,Email\nAna Silva,ana@example.org\n\r\n--x--\r\n'
    )
    answer = client.post(IMPORT, data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "<b>" not in page.text
    assert "\x00" not in latest().filename


# ---- columns and dates


CSV = b"Qui;Chez;Quand\nAna Silva;LACNIC;14:00\nBruno Dias;ISOC;14:00\nEva Paz;;15:00\n"


@pytest.fixture
def unclear(client, editor, event):
    answer = upload(client, CSV, "unclear.csv")
    assert answer.status_code == 303
    return latest()


def test_columns_that_nobody_knows_are_asked_and_remembered(client, session, unclear):
    assert unclear.status == "received"
    address = f"{PAGE}/{unclear.id}/reading"
    assert client.get(f"{PAGE}/{unclear.id}").location == address
    page = client.get(address)
    assert "Chez" in page.text
    assert "Ana Silva" in page.text
    answer = client.post(
        address, data={"column-0": "name", "column-1": "organization", "column-2": ""}
    )
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/{unclear.id}")
    session.refresh(unclear)
    assert unclear.status == "staged"
    assert individual(session, "Ana Silva").organization_text == "LACNIC"
    assert session.scalar(select(func.count(ColumnMapping.id))) == 1
    # The next file with these titles asks nothing.
    assert upload(client, CSV + b"Carla Paz Soto;;\n").location == f"{PAGE}/{latest().id}"
    assert latest().status == "staged"


@pytest.mark.parametrize(
    "columns, field, message",
    [
        (("", "organization"), None, "Say which column holds names or addresses."),
        (("name", "name"), "column-1", "Another column has this meaning already."),
        (("name", "shoe-size"), "column-1", "Choose one of the list."),
    ],
)
def test_columns_that_make_no_list(client, session, unclear, columns, field, message):
    address = f"{PAGE}/{unclear.id}/reading"
    page = client.post(address, data=dict(zip(("column-0", "column-1"), columns, strict=True)))
    assert page.status_code == 422
    assert message in (error_at(page, field) if field else page.text)
    session.refresh(unclear)
    assert unclear.status == "received"


def test_dates_that_can_be_two_days_are_asked(client, session, editor, event):
    content = (
        b"Name,Email,Join time,Leave time\n"
        b"Ana Silva,ana@example.org,05/06/2026 14:00,05/06/2026 15:00\n"
    )
    answer = upload(client, content)
    batch = latest()
    assert batch.status == "received"
    page = client.get(answer.location)
    assert "5 June 2026" in page.text
    assert "6 May 2026" in page.text
    assert client.post(answer.location, data={}).status_code == 422
    assert client.post(answer.location, data={"dates": "xyz"}).status_code == 422
    assert client.post(answer.location, data={"dates": "dmy"}).status_code == 303
    session.refresh(batch)
    assert batch.status == "staged"
    assert individual(session, "Ana Silva").minutes == 60


# ---- lists


def test_imports_of_an_event_and_of_all(client, session, paste, event):
    paste("Ana Silva")
    other = EventFactory(key="other", name_en="Elsewhere")
    ImportBatchFactory(event=other, filename="elsewhere.csv")
    ImportBatchFactory(event=other, filename="done.csv", status="discarded")
    hidden = EventFactory(visibility="organization", owner=OrganizationFactory())
    ImportBatchFactory(event=hidden, filename="hidden.csv")
    session.commit()
    assert "Pasted list" in client.get(f"{PAGE}/").text
    page = client.get("/imports/").text
    assert "Pasted list" in page
    assert "elsewhere.csv" in page
    assert "done.csv" not in page
    assert "hidden.csv" not in page
    assert "done.csv" in client.get("/events/other/imports/").text
    assert "Pasted list" in client.get(IMPORT).text


def test_a_contributor_goes_on_with_its_own_only(client, session, event):
    ImportBatchFactory(event=event, filename="own.csv")
    ImportBatchFactory(filename="foreign.csv")
    client.sign_in(
        UserFactory(role="contributor", organization=event.organization_links[0].organization)
    )
    page = client.get("/imports/").text
    assert "own.csv" in page
    assert "foreign.csv" not in page


def test_the_lists_are_paged_in_a_constant_number_of_queries(
    client, session, editor, event, count_queries
):
    counts = []
    for more in (3, 60):
        for number in range(more):
            ImportBatchFactory(event=event, filename=f"f{more}-{number}.csv", user=editor)
        session.commit()
        for address in (f"{PAGE}/", "/imports/", IMPORT):
            with count_queries:
                page = client.get(address)
            counts.append(count_queries.count)
    assert counts[:3] == counts[3:]
    assert next_page_of(client.get("/imports/"))
    assert "f3-0.csv" in client.get(next_page_of(client.get(f"{PAGE}/"))).text
    assert page.status_code == 200
    assert client.get("/imports/?after=x").status_code == 400


def test_an_import_is_found_under_its_own_event_only(client, session, editor, event):
    EventFactory(key="other")
    batch = ImportBatchFactory(event=event)
    assert client.get(f"{PAGE}/{batch.id}").status_code == 200
    assert client.get(f"/events/other/imports/{batch.id}").status_code == 404
    assert client.get(f"{PAGE}/999999").status_code == 404
    for action in ("answer", "organization", "options", "apply", "undo", "discard", "reading"):
        assert client.post(f"/events/other/imports/{batch.id}/{action}").status_code == 404


# ---- deciding


@pytest.fixture
def known(session, event):
    """Two namesakes, one at an organization each."""
    found = []
    for acronym in ("ISOC", "NIC.br"):
        person = PersonFactory(key=f"ana-{acronym[0].lower()}", name="Ana Silva Rocha")
        AffiliationFactory(person=person, organization=OrganizationFactory(acronym=acronym))
        found.append(person)
    session.commit()
    return found


@pytest.fixture
def asked(client, session, paste, known):
    """An import with a question of two candidates, and the address of its answers."""
    batch = paste("Ana Silva Rocha", "Carla Paz Soto", "solo@example.com")
    return batch, individual(session, "Ana Silva Rocha")


def say(client, batch, one, answer, show="questions", **values):
    return client.post(
        f"{PAGE}/{batch.id}/answer?show={show}&last=99",
        data={"individual": one.id, "answer": answer, **values},
    )


def test_a_question_shows_candidates_and_why(client, asked):
    batch, one = asked
    page = client.get(f"{PAGE}/{batch.id}")
    assert f'id="q-{one.id}"' in page.text
    shown = text_of(page)
    assert "Several people have this name." in shown
    for acronym in ("ISOC", "NIC.br"):
        assert f"Ana Silva Rocha {acronym} The same name." in shown
    assert "2 individuals wait for a decision." in shown


def test_a_candidate_is_taken_and_the_next_question_comes(client, session, asked, known):
    batch, one = asked
    solo = individual(session, "solo@example.com")
    answer = say(client, batch, one, f"person-{known[1].id}")
    assert answer.status_code == 303
    assert answer.location == f"{PAGE}/{batch.id}?show=questions#q-{solo.id}"
    session.refresh(one)
    assert (one.answer, one.person_id) == ("person", known[1].id)
    page = client.get(answer.location)
    assert "1 individual waits for a decision." in text_of(page)
    # It stays where it was, with a way to say otherwise.
    assert f'id="q-{one.id}"' in page.text
    assert f"open={one.id}" in page.text


@pytest.mark.parametrize("kind", ["create", "unidentified", "skip"])
def test_the_other_answers(client, session, asked, kind):
    batch, one = asked
    assert say(client, batch, one, kind).status_code == 303
    session.refresh(one)
    assert (one.answer, one.person_id) == (kind, None)


def test_an_answer_is_taken_back(client, session, asked):
    batch, one = asked
    say(client, batch, one, "skip")
    page = client.get(f"{PAGE}/{batch.id}?show=questions&open={one.id}")
    assert "Take the answer back" in page.text
    answer = say(client, batch, one, "")
    assert answer.location.endswith(f"#q-{one.id}")
    session.refresh(one)
    assert one.answer is None


def test_somebody_else_is_typed(client, session, asked):
    batch, one = asked
    other = PersonFactory(name="Elena Ruiz Mora")
    name = f"q{one.id}-person_key"
    page = say(client, batch, one, "other", **{name: "Nobody Such"})
    assert page.status_code == 422
    assert "Nobody of this name is known." in error_at(page, name)
    assert 'value="Nobody Such"' in page.text
    page = say(client, batch, one, "other", **{name: ""})
    assert error_at(page, name) == "Say who it is."
    page = say(client, batch, one, "other", **{name: "ana silva rocha"})
    assert page.status_code == 422
    assert choices_of(page, name) == ["ana-i", "ana-n"]
    assert say(client, batch, one, "other", **{name: "elena ruiz"}).status_code == 303
    session.refresh(one)
    assert one.person_id == other.id


def test_an_address_without_a_name_is_given_one(client, session, asked):
    batch, _ = asked
    solo = individual(session, "solo@example.com")
    page = say(client, batch, solo, "create")
    assert page.status_code == 422
    assert error_at(page, f"q{solo.id}-name") == "A new person needs a name."
    answer = say(client, batch, solo, "create", **{f"q{solo.id}-name": "Sol Ochoa"})
    assert answer.status_code == 303
    client.post(f"{PAGE}/{batch.id}/apply")
    assert "Sol Ochoa" in {a.person.name for a in recorded(session)}


@pytest.mark.parametrize(
    "values, status",
    [
        ({"answer": "person-999999"}, 400),
        ({"answer": "person-x"}, 400),
        ({"answer": "person-"}, 400),
        ({"answer": "everybody"}, 400),
        ({"answer": "\x00"}, 400),
        ({"individual": "999999"}, 404),
        ({"individual": "x"}, 404),
        ({"individual": "9" * 30}, 404),
        ({"individual": ""}, 404),
    ],
)
def test_answers_that_are_none(client, session, asked, values, status):
    batch, one = asked
    data = {"individual": one.id, "answer": "skip", **values}
    assert client.post(f"{PAGE}/{batch.id}/answer", data=data).status_code == status
    session.refresh(one)
    assert one.answer is None


def test_always_so_becomes_an_alias_and_asks_no_more(client, session, asked, known, paste):
    batch, one = asked
    say(client, batch, one, f"person-{known[0].id}", **{f"q{one.id}-always": "y"})
    client.post(f"{PAGE}/{batch.id}/apply")
    alias = session.scalars(select(PersonAlias)).one()
    assert (alias.person_id, alias.always) == (known[0].id, True)


def test_new_people_are_listed_and_may_be_somebody_known(client, session, asked):
    batch, _ = asked
    new = individual(session, "Carla Paz Soto")
    page = client.get(f"{PAGE}/{batch.id}?show=new")
    assert "Carla Paz Soto → somebody new" in text_of(page)
    opened = client.get(f"{PAGE}/{batch.id}?show=new&open={new.id}")
    assert f'name="individual" value="{new.id}"' in opened.text
    answer = say(client, batch, new, "unidentified", show="new")
    assert answer.location.endswith(f"?show=new#q-{new.id}")
    assert "Carla Paz Soto → not identified" in text_of(client.get(answer.location))


def test_one_question_for_all_whom_it_is_about(client, session, paste):
    batch = paste("Luz Vega Mora <a@example.org>", "Luz Vega Mora <b@example.org>")
    page = client.get(f"{PAGE}/{batch.id}")
    assert page.text.count("data-question") == 2  # the card, and the list around it
    assert "asked once for 2" in page.text
    assert "a@example.org" in page.text
    assert "b@example.org" in page.text
    one = session.scalars(select(ImportIndividual)).first()
    say(client, batch, one, "together")
    client.post(f"{PAGE}/{batch.id}/apply")
    assert [a.person.name for a in recorded(session)] == ["Luz Vega Mora"]


def test_after_the_last_question_come_the_organizations(client, session, paste, known):
    batch = paste("Ana Silva Rocha (Acme Networks)", "Beto Paz Luna (Acme Networks)")
    one = individual(session, "Ana Silva Rocha")
    question = session.scalars(select(ImportOrganization)).one()
    answer = say(client, batch, one, "create")
    assert "show=organizations" in answer.location
    assert answer.location.endswith(f"#o-{question.id}")


@pytest.fixture
def organization_asked(client, session, paste, event):
    OrganizationFactory(acronym="RedCLARA", name_en="Latin American Advanced Networks")
    batch = paste("Ana Silva Rocha (Red Clara)", "Beto Paz Luna (Red Clara)")
    return batch, session.scalars(select(ImportOrganization)).one()


def tell(client, batch, question, answer, **values):
    return client.post(
        f"{PAGE}/{batch.id}/organization?show=organizations&last=99",
        data={"question": question.id, "answer": answer, **values},
    )


def test_an_organization_is_chosen(client, session, organization_asked):
    batch, question = organization_asked
    page = client.get(f"{PAGE}/{batch.id}?show=organizations")
    assert "2 people" in page.text
    found = re.search(r'value="(organization-\d+)"', page.text)
    assert found, "a candidate"
    answer = tell(client, batch, question, found[1], **{f"o{question.id}-always": "y"})
    assert answer.location.endswith("#record")
    session.refresh(question)
    assert (question.answer, question.always) == ("organization", True)
    page = client.get(f"{PAGE}/{batch.id}?show=organizations")
    assert "Red Clara → RedCLARA" in text_of(page)
    client.post(f"{PAGE}/{batch.id}/apply")
    assert {a.organization.acronym for a in recorded(session)} == {"RedCLARA"}


def test_an_organization_is_typed_or_none_of_ours(client, session, organization_asked):
    batch, question = organization_asked
    name = f"o{question.id}-organization_acronym"
    for typed, message in (("", "Say which one"), ("no such thing", "No organization matches")):
        page = tell(client, batch, question, "other", **{name: typed})
        assert page.status_code == 422
        assert message in error_at(page, name)
    assert tell(client, batch, question, "other", **{name: "lacnic"}).status_code == 303
    session.refresh(question)
    assert question.organization.acronym == "LACNIC"
    assert tell(client, batch, question, "none").status_code == 303
    session.refresh(question)
    assert (question.answer, question.organization) == ("none", None)
    for wrong in ("organization-999999", "x", ""):
        assert tell(client, batch, question, wrong).status_code == 400


def test_forty_questions_come_twenty_at_a_time_and_go_on_where_one_left(
    client, session, paste, known, count_queries
):
    lines = [f"Ana Silva Rocha (Place {n})" for n in range(1, 41)]
    batch = paste(*lines)
    page = client.get(f"{PAGE}/{batch.id}")
    assert page.text.count("<article") == 20
    asked = session.scalars(select(ImportIndividual).order_by(ImportIndividual.number)).all()
    for number, one in enumerate(asked[:20]):
        place = re.search(r'action="([^"]*/answer\?[^"]*)"', page.text)[1]
        answer = client.post(unescape(place), data={"individual": one.id, "answer": "skip"})
        assert answer.location.endswith(f"#q-{asked[number + 1].id}")
        with count_queries:
            page = client.get(answer.location)
        assert f'<article class="question" id="q-{asked[number + 1].id}"' in page.text
    # Somebody else, later, starts at the first that is open; the others are a page before.
    fresh = client.get(f"{PAGE}/{batch.id}?show=questions")
    assert fresh.text.count("<article") == 20
    assert f'id="q-{asked[0].id}"' not in fresh.text
    before = client.get(f"{PAGE}/{batch.id}?show=questions&start=0")
    assert f'id="q-{asked[0].id}"' in before.text
    assert client.get(next_page_of(before)).status_code == 200


def test_the_page_takes_a_constant_number_of_queries(client, session, paste, known, count_queries):
    counts = []
    for more in (3, 30):
        lines = [f"Ana Silva Rocha (Place {n})" for n in range(more)]
        lines += [f"New Person{n} Of-{more} <n{n}@example.org>" for n in range(more)]
        batch = paste(*lines)
        for show in ("questions", "organizations", "new", "matched", "set-aside"):
            with count_queries:
                assert client.get(f"{PAGE}/{batch.id}?show={show}").status_code == 200
            counts.append(count_queries.count)
    # A second page has to ask first where it begins.
    assert counts[1:5] == counts[6:]
    assert counts[5] <= counts[0] + 2


@pytest.mark.parametrize("query", ["show=everything", "after=x", "show=new&after=x"])
def test_places_that_are_none(client, asked, query):
    batch, _ = asked
    assert client.get(f"{PAGE}/{batch.id}?{query}").status_code == 400


@pytest.mark.parametrize(
    "query", ["start=x&open=y", f"start={'9' * 40}", "open=-1&last=x", "start=%00"]
)
def test_numbers_that_are_none(client, asked, query):
    batch, _ = asked
    assert client.get(f"{PAGE}/{batch.id}?show=questions&{query}").status_code == 200


# ---- options, recording, undoing


def test_options(client, session, editor, event):
    PersonFactory()
    AttendanceFactory(event=event, status="registered")
    upload(
        client,
        b"Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
        b"Ana Silva,ana@example.org,03/18/2026 02:00:00 PM,03/18/2026 02:03:00 PM,3,Yes\n"
        b"Bruno Dias,bruno@example.org,03/18/2026 02:00:00 PM,03/18/2026 03:03:00 PM,63,Yes\n",
    )
    batch = latest()
    assert "1 person is registered and not in this file." in client.get(f"{PAGE}/{batch.id}").text
    for wrong in ("x", "-1", "999999", "1.5"):
        page = client.post(f"{PAGE}/{batch.id}/options", data={"minimum_minutes": wrong})
        assert page.status_code == 422
        assert error_at(page, "minimum_minutes")
        assert f'value="{wrong}"' in page.text
    data = {"minimum_minutes": "10", "mark_no_shows": "y"}
    assert client.post(f"{PAGE}/{batch.id}/options", data=data).status_code == 303
    shown = text_of(client.get(f"{PAGE}/{batch.id}?show=new"))
    assert "Records 1 attendance." in shown
    assert "Marks 1 person as no-show." in shown
    assert "too short" in shown
    client.post(f"{PAGE}/{batch.id}/apply")
    assert sorted(a.status for a in recorded(session)) == ["attended", "no-show"]


def test_what_was_chosen_and_not_looked_at_first_is_recorded_so(client, session, editor, event):
    AttendanceFactory(event=event, status="registered")
    upload(
        client,
        b"Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
        b"Ana Silva,ana@example.org,03/18/2026 02:00:00 PM,03/18/2026 02:03:00 PM,3,Yes\n"
        b"Bruno Dias,bruno@example.org,03/18/2026 02:00:00 PM,03/18/2026 03:03:00 PM,63,Yes\n",
    )
    target = f"{PAGE}/{latest().id}/apply"
    chosen = {"seen": "staged", "chosen": "1"}
    page = client.post(target, data={**chosen, "minimum_minutes": "x"})
    assert page.status_code == 422
    assert error_at(page, "minimum_minutes")
    assert [a.status for a in recorded(session)] == ["registered"]
    assert client.post(target, data={**chosen, "minimum_minutes": "10"}).status_code == 303
    assert sorted(a.status for a in recorded(session)) == ["attended", "registered"]


def test_recording_says_what_it_did_and_undo_takes_it_back(client, session, asked):
    batch, _ = asked
    answer = client.post(f"{PAGE}/{batch.id}/apply", data={"seen": "staged"})
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/{batch.id}")
    page = client.get(answer.location)
    shown = text_of(page)
    assert "1 attendance is recorded. 1 person is new. 2 are still to be decided." in shown
    assert f'action="{PAGE}/{batch.id}/undo"' in page.text
    assert [a.person.name for a in recorded(session)] == ["Carla Paz Soto"]
    # What is left can still be decided, and recorded then.
    assert "2 individuals wait for a decision." in shown
    assert "Record the rest" not in page.text
    answer = client.post(f"{PAGE}/{batch.id}/undo")
    assert answer.status_code == 303
    assert "The import is undone. 1 record is removed." in text_of(client.get(answer.location))
    assert recorded(session) == []
    assert session.scalar(select(Person.id).where(Person.name == "Carla Paz Soto")) is None


def test_questions_that_were_left_are_recorded_later(client, session, asked, known):
    batch, one = asked
    client.post(f"{PAGE}/{batch.id}/apply")
    say(client, batch, one, f"person-{known[0].id}")
    assert "Record the rest" in client.get(f"{PAGE}/{batch.id}").text
    client.post(f"{PAGE}/{batch.id}/apply", data={"seen": "applied"})
    assert {a.person_id for a in recorded(session)} > {known[0].id}
    assert say(client, batch, one, "skip").status_code == 303
    page = client.get(f"{PAGE}/{batch.id}")
    assert "has been applied already" in page.text


def test_somebody_else_recorded_it_meanwhile(client, session, asked):
    batch, _ = asked
    other = client.application.test_client()
    other.sign_in(UserFactory(role="editor"))
    assert other.post(f"{PAGE}/{batch.id}/apply", data={"seen": "staged"}).status_code == 303
    answer = client.post(f"{PAGE}/{batch.id}/apply", data={"seen": "staged"})
    assert answer.status_code == 303
    assert "Somebody else recorded this import meanwhile" in client.get(answer.location).text
    assert len(recorded(session)) == 1


def test_what_was_edited_since_is_kept_and_named(client, session, paste):
    batch = paste("Ana Silva Rocha", "Beto Paz Luna")
    client.post(f"{PAGE}/{batch.id}/apply")
    edited = recorded(session)[0]
    attribute(session, "test", None)
    edited.notes = "spoke first"
    session.commit()
    page = client.post(f"{PAGE}/{batch.id}/undo")
    assert page.status_code == 200
    shown = text_of(page)
    assert "Kept, because it was edited since" in shown
    assert edited.person.name in shown
    assert edited.id in [a.id for a in recorded(session)]
    answer = client.post(f"{PAGE}/{batch.id}/undo")
    assert answer.status_code == 303
    assert "nothing to undo" in client.get(answer.location).text


def test_discarding(client, session, asked):
    batch, one = asked
    answer = client.post(f"{PAGE}/{batch.id}/discard")
    assert (answer.status_code, answer.location) == (303, IMPORT)
    assert "discarded" in client.get(answer.location).text
    assert "Pasted list" not in client.get("/imports/").text
    assert client.get(f"{PAGE}/{batch.id}").status_code == 200
    for action in ("apply", "options"):
        answer = client.post(f"{PAGE}/{batch.id}/{action}")
        assert answer.status_code == 303
        assert "not open any more" in client.get(answer.location).text
    assert say(client, batch, one, "skip").status_code == 303
    session.refresh(one)
    assert one.answer is None


def test_rows_are_reached_from_the_attendance_they_became(client, session, paste):
    batch = paste("Ana Silva Rocha <ana@example.org>")
    client.post(f"{PAGE}/{batch.id}/apply")
    (attendance,) = recorded(session)
    address = f"/events/e/attendance/{attendance.id}/rows"
    assert address in client.get("/events/e/attendance").text
    assert address in client.get(f"/events/e/attendance/{attendance.id}/edit").text
    page = client.get(address)
    assert "Ana Silva Rocha <ana@example.org>" in unescape(page.text)
    assert f'href="{PAGE}/{batch.id}"' in page.text
    by_hand = AttendanceFactory(event=attendance.event)
    assert f"/{by_hand.id}/rows" not in client.get(f"/events/e/attendance/{by_hand.id}/edit").text
    assert "No file says this" in client.get(f"/events/e/attendance/{by_hand.id}/rows").text
    client.sign_in(UserFactory(role="contributor", organization=OrganizationFactory()))
    assert client.get(address).status_code == 403
