"""A person can be erased: nothing personal is left anywhere, and no number changes."""

import json
import shutil
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import JSON, LargeBinary, String, func, select

from tests.conftest import empty
from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    ContributionFactory,
    EngagementFactory,
    EventFactory,
    FollowUpFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tests.formats.attendees.workbooks import cells, workbook
from tracker.errors import Conflict
from tracker.models import (
    Attendance,
    Base,
    Change,
    ChangeItem,
    Contribution,
    Engagement,
    FollowUp,
    ImportBatch,
    ImportIndividual,
    ImportRow,
    LikelyDuplicate,
    OldSlug,
    Organization,
    Person,
    PersonAlias,
    PersonEmail,
    User,
)
from tracker.models.changes import attribute
from tracker.services import history
from tracker.services.erasure import erase_person, preview_erasure
from tracker.services.exporting import export
from tracker.services.filters import EventFilter
from tracker.services.loading import load
from tracker.services.merging import merge_people
from tracker.services.people import save_affiliation, save_person
from tracker.services.reports.answer import answer
from tracker.services.reports.question import Question
from tracker.services.resolve import people_like, resolve_person

NAME, ADDRESS, ALIAS = "Zoraida Quispe Ñahui", "zoraida@example.org", "Zory Quispe"
TRACES = ("zoraida", "quispe", "ñahui", "nahui", "zory")


@pytest.fixture
def editor(session):
    return UserFactory(role="editor", name="Demo Editor", email="editor@example.org")


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC", country="UY")


@pytest.fixture
def zoraida(session, editor, lacnic):
    """Somebody with everything one can have, as people would have recorded it."""
    person = save_person(
        session, Person(),
        {"name": NAME, "country": "PE", "gender": "female", "notes": "Zoraida's notes",
         "source": "Quispe's card", "synthetic": True},
        editor, [ADDRESS],
    )  # fmt: skip
    session.commit()
    facts = {"person_id": person.id, "organization_id": lacnic.id, "title": "Zoraida's chair",
             "start_date": "2020"}  # fmt: skip
    affiliation = save_affiliation(session, _affiliation(), facts, editor)
    session.commit()
    save_affiliation(session, affiliation, {**facts, "title": "Quispe's desk"}, editor)
    session.commit()
    attribute(session, "person.edit", editor)
    person.aliases.append(PersonAlias(text=ALIAS))
    session.commit()
    return person


def _affiliation():
    return AffiliationFactory._meta.model()


@pytest.fixture
def erase(session, editor):
    def do(person):
        erase_person(session, person, by=editor)
        session.commit()
        session.expire_all()

    return do


def everything(session):
    """Every text and JSON of every table, as one text for each."""
    for table in Base.metadata.sorted_tables:
        texts = [c for c in table.columns if isinstance(c.type, String | JSON | LargeBinary)]
        if not texts:
            continue
        for row in session.execute(select(*texts)):
            for column, value in zip(texts, row, strict=True):
                if isinstance(value, bytes):
                    value = value.decode("utf-8", "replace")
                elif not isinstance(value, str):
                    value = json.dumps(value, ensure_ascii=False)
                yield f"{table.name}.{column.name}", value.casefold()


def traces_left(session, words=TRACES):
    return [(where, text) for where, text in everything(session) if any(w in text for w in words)]


def write(session, *rows):
    attribute(session, "test", None)
    session.add_all(rows)
    session.commit()
    return rows[0]


def a_batch(event, **more):
    values = {"filename": "list.csv", "digest": "x", "status": "applied", "created_at": datetime(2026, 1, 1, tzinfo=UTC)}  # fmt: skip
    return ImportBatch(event=event, **{**values, **more})


def an_individual(session, batch, label=NAME, raw=f"{NAME},{ADDRESS}", **more):
    values = {"number": 1, "label": label, "folded": "nahui quispe zoraida", "email": "",
              "match": "new"}  # fmt: skip
    individual = ImportIndividual(batch=batch, **{**values, **more})
    write(session, individual)
    write(session, ImportRow(batch_id=batch.id, number=2, raw=raw, individual_id=individual.id))
    return individual


# ---- nothing is left


def test_no_text_of_the_database_holds_a_trace(session, editor, lacnic, zoraida, erase):
    event = EventFactory(organizer=lacnic)
    attendance = AttendanceFactory(event=event, person=zoraida, organization=lacnic)
    attribute(session, "attendance.edit", editor)
    attendance.notes = f"{NAME} asked for a transcript"
    session.commit()
    attribute(session, "attendance.edit", editor)
    attendance.notes = "Zoraida came late"
    session.commit()
    named = AttendanceFactory(event=event, person=None, label=f"Dra. {NAME.upper()}")
    AttendanceFactory(event=event, person=None, label="–")
    EngagementFactory(organization=lacnic, person=zoraida)
    ContributionFactory(event=event, organization=lacnic, person=zoraida)
    FollowUpFactory(event=event, owner_person=zoraida)
    other = PersonFactory()
    write(
        session,
        LikelyDuplicate(noun="people", first_id=zoraida.id, second_id=other.id, likeness=0.9),
        OldSlug(noun="people", slug="zoraida-quispe", target_id=zoraida.id),
    )
    batch = a_batch(
        event, filename=f"{NAME}.csv", content=f"{NAME},{ADDRESS}".encode(),
        reading={"columns": ["name"], "samples": [[NAME, ADDRESS]]},
        problems=[{"code": "no-date", "row": 2, "detail": f"by {NAME}"}],
    )  # fmt: skip
    an_individual(session, batch, person_id=zoraida.id, email=ADDRESS, attendance_id=attendance.id)
    an_individual(session, batch, attendance_id=named.id, number=9)
    write(session, ImportRow(batch_id=batch.id, number=3, raw=f"1 min;{NAME}", set_aside="short"))
    shared = an_individual(session, batch, "Demo Bo", f"Demo Bo,{ADDRESS.upper()}",
                           person_id=other.id, email=ADDRESS, folded="bo demo")  # fmt: skip
    assert {where.partition(".")[0] for where, _text in traces_left(session)} == {
        "people", "person_emails", "person_aliases", "affiliations", "attendances", "change_items",
        "import_batches", "import_individuals", "import_rows", "old_slugs",
    }  # fmt: skip

    erase(zoraida)

    assert traces_left(session) == []
    assert session.get(ImportBatch, batch.id).content is None
    assert session.get(ImportIndividual, shared.id).label == "Demo Bo"
    assert session.scalars(select(ImportRow.raw).where(ImportRow.individual_id == shared.id)).one() == "Demo Bo,–"  # fmt: skip


def test_what_stays_is_an_anonymous_record(session, lacnic, zoraida, erase):
    number = zoraida.id
    erase(zoraida)
    person = session.get(Person, number)
    assert person.erased_at is not None
    assert (person.key, person.name, person.search.strip(), person.sort_name, person.name_key) == (
        f"erased-{number}", "–", "", "", "",
    )  # fmt: skip
    values = (person.country, person.gender, person.notes, person.source, person.confidence)
    assert values == (None,) * 5
    assert (person.emails, person.aliases, person.affiliations) == ([], [], [])
    assert person.synthetic


def test_a_record_loaded_with_the_key_is_in_nobodys_way(session, zoraida, erase):
    PersonFactory(key=f"erased-{zoraida.id}")
    erase(zoraida)
    assert zoraida.key == f"erased-{zoraida.id}-2"


def test_it_is_done_once(session, editor, zoraida, erase):
    erase(zoraida)
    with pytest.raises(Conflict, match="already"):
        erase_person(session, zoraida, by=editor)


def test_it_is_one_change_that_holds_nothing_personal(session, editor, zoraida, erase):
    AttendanceFactory(person=zoraida)
    before = session.scalar(select(func.max(Change.id)))
    erase(zoraida)
    (change,) = session.scalars(select(Change).where(Change.id > before))
    assert (change.action, change.user) == ("person.erase", editor)
    (item,) = change.items
    assert (item.table_name, item.row_id, item.operation) == ("people", zoraida.id, "update")
    assert set(item.after) == {"erased_at"}


def test_the_log_keeps_that_there_were_changes(session, zoraida, erase):
    theirs = (ChangeItem.subject_table == "people", ChangeItem.subject_id == zoraida.id)
    query = select(ChangeItem.id, ChangeItem.table_name, ChangeItem.operation).where(*theirs)
    before = session.execute(query.order_by(ChangeItem.id)).all()
    erase(zoraida)
    after = session.execute(query.order_by(ChangeItem.id)).all()
    assert after[: len(before)] == before
    edit = session.scalars(
        select(ChangeItem).where(ChangeItem.table_name == "affiliations", ChangeItem.operation == "update")
    ).one()  # fmt: skip
    assert edit.before == edit.after == {"title": {"erased": True}}


# ---- what others have stays, without the person


def test_what_belongs_to_organizations_stays(session, lacnic, zoraida, erase):
    event, space = EventFactory(), SpaceFactory()
    AttendanceFactory(
        event=event, person=zoraida, organization=lacnic, country="PE", stakeholder_group="media"
    )
    EngagementFactory(organization=lacnic, space=space, person=zoraida)
    FollowUpFactory(event=event, owner_person=zoraida, owner_organization=lacnic)
    account = UserFactory(person=zoraida)
    erase(zoraida)
    attendance = session.scalars(select(Attendance)).one()
    assert (attendance.person, attendance.organization, attendance.country) == (zoraida, lacnic, "PE")  # fmt: skip
    assert attendance.stakeholder_group == "media"
    assert session.scalars(select(Engagement.person_id)).all() == [None]
    follow_up = session.scalars(select(FollowUp)).one()
    assert (follow_up.owner_person, follow_up.owner_organization) == (None, lacnic)
    assert session.get(User, account.id).person is None


def test_contributions_stay_as_many_as_they_were(session, lacnic, zoraida, erase):
    event = EventFactory()
    for person in (zoraida, None, PersonFactory()):
        ContributionFactory(event=event, organization=lacnic, person=person, title="A talk")
    ContributionFactory(event=None, space=SpaceFactory(), organization=lacnic, person=zoraida)
    erase(zoraida)
    found = session.scalars(select(Contribution).where(Contribution.event == event))
    assert sorted((c.title, c.person_id is None) for c in found) == [
        ("A talk", False), ("A talk", True), ("A talk (2)", True),
    ]  # fmt: skip
    assert session.scalar(select(func.count(Contribution.id))) == 4


@pytest.mark.parametrize(
    "ends, end", [((None, None), None), (("2022", None), None), (("2022", "2023-05"), "2023-05")]
)
def test_an_engagement_is_not_recorded_twice(session, lacnic, zoraida, erase, ends, end):
    space = SpaceFactory()
    for person, to_date in zip((zoraida, None), ends, strict=True):
        EngagementFactory(organization=lacnic, space=space, person=person, to_date=to_date)
    erase(zoraida)
    (engagement,) = session.scalars(select(Engagement))
    assert (engagement.person_id, engagement.to_date) == (None, end)


def test_no_number_of_any_report_changes(session, editor, lacnic, zoraida, erase):
    nic = OrganizationFactory(acronym="NIC", country="BR", stakeholder_group="technical-community")
    space, zones = SpaceFactory(organizer=nic), ("2022-03-01", "2023-03-01", "2023-09-01")
    EngagementFactory(organization=lacnic, space=space, person=zoraida)
    for number, day in enumerate(zones):
        event = EventFactory(space=space, start_date=day, organizer=nic)
        ContributionFactory(event=event, organization=lacnic, person=zoraida, amount=5, currency="USD")  # fmt: skip
        AttendanceFactory(event=event, organization=nic, country="BR", role="speaker", minutes=30)
        who = zoraida if number else PersonFactory()
        AttendanceFactory(event=event, organization=lacnic, person=who, country="PE", minutes=95,
                          role="speaker;panelist", mode="online", stakeholder_group="media")  # fmt: skip

    def numbers():
        """What the reports say, without what people are called."""
        found = []
        for organization in session.scalars(select(Organization).order_by(Organization.id)):
            for wanted in (EventFilter(), EventFilter(first=date(2023, 1, 1), last=date(2023, 12, 31))):  # fmt: skip
                question = Question(
                    "organization", organization, wanted, editor, date(2024, 6, 1), True
                )
                report = answer(session, question)
                found.append([(m.name, m.value) for m in report.measures])
                for table in report.tables:
                    rows = [r[:1] + r[2:] if table.name == "delegates" else r for r in table.rows]
                    found.append((table.name, sorted(rows, key=str)))
        return found

    before = numbers()
    assert any(name == "delegates" and len(rows) == 2 for name, rows in
               (each for each in before if isinstance(each, tuple)))  # fmt: skip
    erase(zoraida)
    assert numbers() == before
    report = answer(
        session, Question("organization", lacnic, EventFilter(), editor, date(2024, 6, 1))
    )
    assert "Erased person" in [row[1] for row in report.table("delegates").rows]


# ---- attendee files


def test_rows_not_applied_yet_are_skipped(session, editor, zoraida, erase):
    event = EventFactory()
    batch = a_batch(event, status="staged", content=b"x", reading={"samples": [["a"]]})
    by_id = an_individual(session, batch, "Z. Q.", "Z. Q.", person_id=zoraida.id, match="email", folded="q z")  # fmt: skip
    by_address = an_individual(
        session, batch, "Z. Q.", "Z. Q.", email=ADDRESS.upper(), folded="q z"
    )
    by_name = an_individual(session, batch, question="q", match="decision")
    other = an_individual(
        session, batch, "Demo Zoraida", "Demo Zoraida", folded="demo zoraida", match="decision",
        candidates=[{"person": zoraida.id, "likeness": 0.9}, {"person": 999, "likeness": 0.8}],
    )  # fmt: skip
    erase(zoraida)
    for individual in (by_id, by_address, by_name):
        session.refresh(individual)
        assert (individual.label, individual.email, individual.folded) == ("–", "", "")
        assert (individual.answer, individual.person_id, individual.decided_by) == ("skip", None, editor)  # fmt: skip
    assert other.answer is None
    assert other.label == "Demo Zoraida"
    assert other.candidates == [{"person": 999, "likeness": 0.8}]
    assert (batch.content, batch.reading, batch.status) == (None, {"samples": []}, "staged")


def test_a_namesake_keeps_what_may_be_theirs(session, zoraida, erase):
    PersonFactory(name=NAME)
    batch = a_batch(EventFactory(), status="staged", content=b"x")
    doubtful = an_individual(session, batch, raw=NAME)
    label = AttendanceFactory(person=None, label=NAME)
    erase(zoraida)
    session.refresh(label)
    assert (doubtful.label, doubtful.answer, label.label) == (NAME, None, NAME)
    assert batch.content is not None


def test_another_address_may_be_of_a_namesake_nobody_knows_yet(session, zoraida, erase):
    batch = a_batch(EventFactory(), status="staged", content=b"x")
    doubtful = an_individual(session, batch, email="other@example.org", raw="x")
    erase(zoraida)
    assert (doubtful.label, doubtful.answer) == (NAME, None)


def in_utf_16(text):
    return text.encode("utf-16")


def as_workbook(text):
    return workbook(cells([[line] for line in text.splitlines()]))


@pytest.mark.parametrize("content, status", [
    (f"Name\n{NAME}\n", "discarded"), (f"E-mail\n{ADDRESS.upper()}\n", "discarded"), ("Name\nDemo Bo\n", "received"),
])  # fmt: skip
@pytest.mark.parametrize("written", [str.encode, in_utf_16, as_workbook])
def test_a_file_that_waits_for_an_answer_goes_if_it_names_them(
    session, zoraida, erase, content, status, written
):
    batch = a_batch(EventFactory(), status="received", content=written(content))
    write(session, batch)
    erase(zoraida)
    assert batch.status == status
    assert (batch.content is None) == (status == "discarded")


# ---- the log cannot bring it back


def changes_of(session, person):
    ids = select(ChangeItem.change_id).where(
        ChangeItem.subject_table == "people", ChangeItem.subject_id == person.id
    )
    return session.scalars(select(Change).where(Change.id.in_(ids)).order_by(Change.id)).all()


def test_no_earlier_change_can_be_undone_nor_the_erasure(session, editor, zoraida, erase):
    attribute(session, "person.edit", editor)
    zoraida.emails = [PersonEmail(address="z@example.org")]
    session.commit()
    erase(zoraida)
    *earlier, last = changes_of(session, zoraida)
    assert len(earlier) == 5
    with pytest.raises(Conflict, match="Erasing a person cannot be undone"):
        history.undo(session, last, by=editor)
    for change in earlier:
        with pytest.raises(Conflict, match="has been erased since"):
            history.undo(session, change, by=editor)
    assert not any(e.can_be_undone for e in history.history_of(session, zoraida, user=editor))


def test_a_label_that_was_theirs_does_not_come_back(session, editor, zoraida, erase):
    attendance = AttendanceFactory(person=None, label=NAME)
    attribute(session, "attendance.edit", editor)
    attendance.label, attendance.person_id = None, zoraida.id
    session.commit()
    erase(zoraida)
    identified = session.scalars(select(Change).order_by(Change.id.desc()).offset(1)).first()
    with pytest.raises(Conflict, match="has been erased since"):
        history.undo(session, identified, by=editor)


def test_what_says_nothing_of_them_can_be_undone(session, editor, lacnic, zoraida, erase):
    attendance = AttendanceFactory(person=zoraida, status="attended", notes="Personal")
    ContributionFactory(person=zoraida, organization=lacnic)
    attribute(session, "attendance.edit", editor)
    attendance.status, attendance.notes = "no-show", "More personal"
    session.commit()
    attribute(session, "contribution.delete", editor)
    session.delete(session.scalars(select(Contribution)).one())
    session.commit()
    erase(zoraida)
    edit, deletion = session.scalars(select(Change).order_by(Change.id.desc()).offset(1).limit(2)).all()[::-1]  # fmt: skip
    history.undo(session, edit, by=editor)
    session.commit()
    history.undo(session, deletion, by=editor)
    session.commit()
    session.refresh(attendance)
    assert (attendance.status, attendance.notes) == ("attended", None)
    assert session.scalars(select(Contribution)).one().person_id is None


def test_records_that_were_merged_into_theirs_go_with_it(session, editor, zoraida, erase):
    other = save_person(session, Person(), {"name": "Zory Quispe N."}, editor, ["zory@example.org"])
    session.commit()
    event = EventFactory()
    for person in (zoraida, other):
        AttendanceFactory(event=event, person=person, notes=f"Notes about {person.name}")
    merge_people(session, zoraida, other, {}, editor)
    session.commit()
    merged = session.scalar(select(func.max(Change.id)))
    erase(zoraida)
    assert traces_left(session) == []
    with pytest.raises(Conflict, match="has been erased since"):
        history.undo(session, history.find_change(session, merged), by=editor)


def test_somebody_else_deleted_beside_them_does_not(session, editor, zoraida, erase):
    other = save_person(session, Person(), {"name": "Demo Bo"}, editor, [])
    session.commit()
    attribute(session, "person.tidy", editor)
    zoraida.gender = None
    session.delete(other)
    session.commit()
    erase(zoraida)
    assert any("demo bo" in text for where, text in everything(session) if where.startswith("change_items"))  # fmt: skip


# ---- nobody finds them


@pytest.mark.parametrize(
    "text", [NAME, ADDRESS, "Zory Quispe", "zoraida-quispe-nahui", "–", "erased"]
)
def test_nobody_finds_them(session, zoraida, erase, text):
    erase(zoraida)
    assert resolve_person(session, text).thing is None
    assert people_like(session, text) == []


def test_not_even_by_the_new_key(session, zoraida, erase):
    erase(zoraida)
    assert resolve_person(session, zoraida.key).thing is None


# ---- before it is done


def test_the_preview_says_what_goes_and_what_stays(session, editor, lacnic, zoraida):
    event = EventFactory(description=f"With {NAME}")
    EventFactory(description=f"With {NAME}", visibility="organization", owner=lacnic)
    AttendanceFactory.create_batch(2, person=zoraida)
    account = UserFactory(person=zoraida)
    batch = a_batch(event)
    an_individual(session, batch, person_id=zoraida.id)
    found = preview_erasure(session, zoraida, editor)
    assert (found.emails, found.aliases, found.affiliations) == (1, 1, 1)
    assert (found.attendances, found.engagements, found.contributions, found.follow_ups) == (2, 0, 0, 0)  # fmt: skip
    assert (found.log_entries, found.import_rows) == (5, 1)
    assert found.accounts == [account]
    assert found.mentions == [event]


# ---- export and load


def test_an_erased_person_goes_out_and_comes_in(app, session, tmp_path, lacnic, zoraida, erase):
    AttendanceFactory(
        event=EventFactory(key="e"), person=zoraida, organization=lacnic, country="PE"
    )
    AttendanceFactory(event=EventFactory(key="f"), person=zoraida, organization=lacnic)
    erase(zoraida)
    key = zoraida.key
    export(session, tmp_path / "first")
    report = load(session, tmp_path / "first")
    assert {(c.added, c.changed) for c in report.files.values()} == {(0, 0)}
    session.rollback()
    empty(app)
    load(session, tmp_path / "first")
    session.commit()
    person = session.scalars(select(Person)).one()
    assert (person.key, person.name) == (key, "–")
    assert person.erased_at is not None
    shutil.rmtree(tmp_path / "second", ignore_errors=True)
    export(session, tmp_path / "second")
    for file in (tmp_path / "first").glob("*.csv"):
        assert (tmp_path / "second" / file.name).read_bytes() == file.read_bytes()
