"""Applying: staged individuals become attendances, once, whatever was recorded before."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from tests import factories
from tests.conftest import empty
from tests.services.importing.files import registrations, sheet, stage, zoom
from tracker.errors import Conflict
from tracker.extensions import db
from tracker.models import (
    Affiliation,
    Alias,
    Attendance,
    Change,
    ImportBatch,
    ImportIndividual,
    ImportOrganization,
    Person,
    PersonEmail,
)
from tracker.models.changes import attribute
from tracker.services.import_pages import ROWS_OF_FILES, rows_of_attendance_query
from tracker.services.importing.applying import apply_batch
from tracker.services.importing.decisions import (
    answer,
    answer_organization,
    discard,
    set_options,
)
from tracker.services.importing.preview import preview


@pytest.fixture
def event(session):
    return factories.EventFactory(mode="online")


@pytest.fixture
def editor(session):
    return factories.UserFactory(role="editor")


def person(name, email=None, **facts):
    somebody = factories.PersonFactory(name=name, **facts)
    if email:
        attribute(db.session, "test", None)
        db.session.add(PersonEmail(person_id=somebody.id, address=email))
        db.session.commit()
    return somebody


def applied(session, batch, by=None):
    summary = apply_batch(session, batch, by)
    session.commit()
    return summary


def recorded(session, event):
    rows = session.scalars(select(Attendance).where(Attendance.event_id == event.id))
    return {a.person.name if a.person else a.label: a for a in rows}


def of(session, batch, label):
    return session.scalar(
        select(ImportIndividual).where(
            ImportIndividual.batch_id == batch.id, ImportIndividual.label == label
        )
    )


def test_everybody_who_is_certain_is_recorded(session, event):
    lacnic = factories.OrganizationFactory(acronym="LACNIC", stakeholder_group="academia")
    ana = person("Ana Pereda Gomensoro", "ana@example.org", country="BR")
    factories.AffiliationFactory(person=ana, organization=lacnic)
    batch = stage(
        session,
        event,
        zoom(
            ("Ana Pereda", "ana@example.org", "14:00", "14:30"),
            ("Ana", "ana@example.org", "14:20", "15:00"),
            ("Bruno Dias (LACNIC)", "bruno@example.org", "14:00", "14:10"),
            ("iPhone", "", "14:00", "14:05"),
        ),
    )
    assert recorded(session, event) == {}
    summary = applied(session, batch)
    assert (summary.recorded, summary.created_people, summary.left) == (3, 1, 0)
    found = recorded(session, event)
    a = found["Ana Pereda Gomensoro"]
    assert (a.minutes, a.organization, a.country) == (60, lacnic, "BR")
    assert (a.stakeholder_group, a.mode, a.origin) == ("academia", "online", "import")
    b = found["Bruno Dias"]
    assert (b.organization, b.minutes, b.person.emails[0].address) == (
        lacnic, 10, "bruno@example.org",
    )  # fmt: skip
    assert b.person.affiliations[0].start_date == event.start_date
    assert found["iPhone"].person_id is None
    rows = session.scalars(rows_of_attendance_query(a).order_by(*ROWS_OF_FILES.by()))
    assert [row.raw.split(" | ")[0] for row in rows] == ["Ana Pereda", "Ana"]


def test_the_same_file_twice_is_the_same_import(session, event):
    text = zoom(("Ana Pereda", "ana@example.org", "14:00", "14:30"))
    first = stage(session, event, text)
    applied(session, first)
    assert stage(session, event, text) is first


def test_the_same_file_can_be_read_as_something_else(session, event):
    text = zoom(("Ana Pereda", "ana@example.org", "14:00", "14:30"))
    first = stage(session, event, text)
    again = stage(session, event, text, format="csv")
    assert (first.status, again.status, again.format) == ("discarded", "staged", "csv")


def test_the_same_people_again_change_nothing(session, event):
    rows = [
        ("Ana Pereda", "ana@example.org", "14:00", "14:30"), ("iPhone", "", "14:00", "14:05"),
        ("Bruno Dias", "", "14:00", "14:05"),
    ]  # fmt: skip
    applied(session, stage(session, event, zoom(*rows)))
    before = {a.id: (a.minutes, a.status, a.role) for a in recorded(session, event).values()}
    again = applied(session, stage(session, event, zoom(*reversed(rows))))
    assert (again.recorded, again.updated, again.unchanged, again.left) == (0, 0, 3, 0)
    assert {
        a.id: (a.minutes, a.status, a.role) for a in recorded(session, event).values()
    } == before


def test_registered_then_attended_or_no_show(session, event):
    applied(
        session,
        stage(
            session,
            event,
            registrations(
                ("Ana Pereda", "ana@example.org", "", "approved"),
                ("Bruno Dias", "bruno@example.org", "", "approved"),
                ("Carla Ibarra", "carla@example.org", "", "cancelled"),
            ),
        ),
    )
    assert {n: a.status for n, a in recorded(session, event).items()} == {
        "Ana Pereda": "registered", "Bruno Dias": "registered", "Carla Ibarra": "cancelled",
    }  # fmt: skip
    batch = stage(session, event, zoom(("Ana Pereda", "ana@example.org", "14:00", "14:30")))
    assert preview(session, batch).no_shows == 1
    assert batch.mark_no_shows
    summary = applied(session, batch)
    assert (summary.updated, summary.no_shows) == (1, 1)
    assert {n: a.status for n, a in recorded(session, event).items()} == {
        "Ana Pereda": "attended", "Bruno Dias": "no-show", "Carla Ibarra": "cancelled",
    }  # fmt: skip


def test_who_registered_with_an_address_is_known_without_it(session, event):
    applied(
        session,
        stage(session, event, registrations(("Ana Pereda", "ana@example.org", "", "approved"))),
    )
    batch = stage(session, event, zoom(("Ana Pereda", "", "14:00", "14:30")))
    assert of(session, batch, "Ana Pereda").match == "recorded"
    applied(session, batch)
    assert [a.status for a in recorded(session, event).values()] == ["attended"]


def test_what_people_corrected_stays(session, event, editor):
    rows = ("Ana Pereda", "ana@example.org", "14:00", "14:30")
    applied(session, stage(session, event, zoom(rows)))
    a = recorded(session, event)["Ana Pereda"]
    attribute(session, "test", editor)
    a.minutes, a.role = 20, "speaker"
    session.commit()
    applied(session, stage(session, event, zoom(rows, ("iPad", "", "14:00", "14:01"))))
    session.refresh(a)
    assert (a.minutes, a.role) == (20, "speaker")


def test_a_second_part_adds_its_minutes(session, event):
    applied(
        session, stage(session, event, zoom(("Ana Pereda", "ana@example.org", "14:00", "14:30")))
    )
    applied(
        session, stage(session, event, zoom(("Ana Pereda", "ana@example.org", "14:20", "15:00")))
    )
    assert recorded(session, event)["Ana Pereda"].minutes == 60


def test_a_question_keeps_its_row_out_until_it_is_answered(session, event, editor):
    known = person("Tomás Etcheverry Pons")
    batch = stage(session, event, zoom(("Tomas Etcheverry", "", "14:00", "14:30")), editor)
    assert preview(session, batch).open == 1
    assert applied(session, batch).left == 1
    assert recorded(session, event) == {}
    individual = of(session, batch, "Tomas Etcheverry")
    assert answer(session, individual, "person", editor, person=known) == 1
    session.commit()
    assert applied(session, batch).recorded == 1
    assert recorded(session, event)["Tomás Etcheverry Pons"].minutes == 30


def test_always_so_makes_an_alias(session, event, editor):
    known = person("Tomás Etcheverry Pons")
    batch = stage(session, event, zoom(("Tomas Etcheverry", "", "14:00", "14:30")), editor)
    answer(
        session, of(session, batch, "Tomas Etcheverry"), "person", editor, person=known, always=True
    )
    applied(session, batch)
    assert [(a.text, a.always) for a in known.aliases] == [("Tomas Etcheverry", True)]
    other = factories.EventFactory()
    again = stage(session, other, zoom(("Tomas Etcheverry", "", "14:00", "14:30")))
    individual = of(session, again, "Tomas Etcheverry")
    assert (individual.match, individual.person_id) == ("alias", known.id)


def test_always_so_keeps_an_address(session, event, editor):
    known = person("Tomás Etcheverry Pons")
    batch = stage(session, event, zoom(("Tomas Etcheverry", "t@example.org", "14:00", "14:30")))
    answer(
        session, of(session, batch, "Tomas Etcheverry"), "person", editor, person=known, always=True
    )
    applied(session, batch)
    assert [email.address for email in known.emails] == ["t@example.org"]


def test_an_answer_can_be_taken_back(session, event, editor):
    known = person("Tomás Etcheverry Pons")
    batch = stage(session, event, zoom(("Tomas Etcheverry", "", "14:00", "14:30")))
    answer(session, of(session, batch, "Tomas Etcheverry"), "person", editor, person=known)
    answer(session, of(session, batch, "Tomas Etcheverry"), None, editor)
    session.commit()
    assert applied(session, batch).left == 1


@pytest.mark.parametrize("kind, people", [("together", 1), ("create", 2)])
def test_two_new_people_of_one_name_are_asked_about_once(session, event, editor, kind, people):
    batch = stage(
        session,
        event,
        zoom(
            ("Ana Pereda", "one@example.org", "14:00", "14:30"),
            ("Ana Pereda", "two@example.org", "14:30", "15:00"),
        ),
    )
    individual = of(session, batch, "Ana Pereda")
    assert individual.reason == "same-name-twice"
    assert answer(session, individual, kind, editor) == 2
    assert applied(session, batch).created_people == people
    assert sum(a.minutes for a in session.scalars(select(Attendance))) == 60


def test_two_rows_that_turn_out_to_be_one_person(session, event, editor):
    known = person("Tomás Etcheverry Pons", "tomas@example.org")
    batch = stage(
        session,
        event,
        zoom(
            ("Tomás Etcheverry", "tomas@example.org", "14:00", "14:30"),
            ("Tomas Etcheverri", "", "14:20", "15:00"),
        ),
    )
    answer(session, of(session, batch, "Tomas Etcheverri"), "person", editor, person=known)
    assert applied(session, batch).recorded == 1
    assert recorded(session, event)["Tomás Etcheverry Pons"].minutes == 60


def test_an_address_without_a_name(session, event, editor):
    batch = stage(session, event, "solo@example.org; otra@example.org", filename="pasted.txt")
    individual = of(session, batch, "solo@example.org")
    assert individual.reason == "no-name"
    with pytest.raises(Conflict):
        answer(session, individual, "create", editor)
    answer(session, individual, "create", editor, name="Sol Olivera")
    answer(session, of(session, batch, "otra@example.org"), "unidentified", editor)
    applied(session, batch)
    assert sorted(recorded(session, event)) == ["Sol Olivera", "otra@example.org"]


def test_a_name_that_was_typed_goes_with_the_answer(session, event, editor):
    batch = stage(session, event, "solo@example.org", filename="pasted.txt")
    answer(session, of(session, batch, "solo@example.org"), "create", editor, name="Sol Olivera")
    answer(session, of(session, batch, "Sol Olivera"), None, editor)
    individual = of(session, batch, "solo@example.org")
    assert (individual.match, individual.reason) == ("decision", "no-name")


def test_left_out(session, event, editor):
    batch = stage(session, event, zoom(("Ana Pereda", "ana@example.org", "14:00", "14:30")))
    answer(session, of(session, batch, "Ana Pereda"), "skip", editor)
    summary = applied(session, batch)
    assert (summary.skipped, recorded(session, event)) == (1, {})
    assert session.scalars(select(Person)).all() == []


def test_a_minimum_of_minutes(session, event, editor):
    batch = stage(
        session,
        event,
        zoom(
            ("Ana Pereda", "ana@example.org", "14:00", "14:30"),
            ("Bruno Dias", "bruno@example.org", "14:00", "14:04"),
        ),
    )
    set_options(session, batch, editor, minimum_minutes=5, mark_no_shows=False)
    assert preview(session, batch).below_minimum == 1
    applied(session, batch)
    assert list(recorded(session, event)) == ["Ana Pereda"]


def test_who_left_early_is_not_missing(session, event, editor):
    rows = [("Ana Pereda", "ana@example.org"), ("Bruno Dias", "bruno@example.org")]
    applied(session, stage(session, event, registrations(*((*r, "", "approved") for r in rows))))
    batch = stage(session, event, zoom((*rows[0], "14:00", "14:30"), (*rows[1], "14:00", "14:02")))
    set_options(session, batch, editor, minimum_minutes=5, mark_no_shows=True)
    assert preview(session, batch).no_shows == 0
    assert applied(session, batch).no_shows == 0
    assert recorded(session, event)["Bruno Dias"].status == "registered"


def test_an_unknown_organization_blocks_nobody_and_is_asked_about_once(session, event, editor):
    org = factories.OrganizationFactory(acronym="OPA", name_en="Austral Operators")
    rows = [("Ana Pereda", "ana@example.org", "Operador Austral"),
            ("Bruno Dias", "bruno@example.org", "OPERADOR AUSTRAL")]  # fmt: skip
    batch = stage(session, event, sheet(*rows))
    question = session.scalars(select(ImportOrganization)).one()
    assert question.individuals == 2
    assert answer_organization(session, question, editor, organization=org, always=True) == 2
    applied(session, batch)
    assert {a.organization.acronym for a in recorded(session, event).values()} == {"OPA"}
    assert [a.organization for a in session.scalars(select(Alias))] == [org]
    assert {a.organization for a in session.scalars(select(Affiliation))} == {org}


def test_an_unknown_organization_unanswered(session, event):
    batch = stage(session, event, sheet(("Ana Pereda", "ana@example.org", "Operador Austral")))
    applied(session, batch)
    a = recorded(session, event)["Ana Pereda"]
    assert a.organization is None
    assert of(session, batch, "Ana Pereda").organization_text == "Operador Austral"


def test_somebody_made_meanwhile_is_not_made_again(session, event):
    first = stage(session, event, zoom(("Ana Pereda", "ana@example.org", "14:00", "14:30")))
    other = factories.EventFactory()
    second = stage(session, other, zoom(("Ana Pereda", "ana@example.org", "16:00", "16:30")))
    applied(session, first)
    assert applied(session, second).created_people == 0
    assert len(session.scalars(select(Person)).all()) == 1


def test_everything_is_in_the_change_log(session, event, editor):
    batch = stage(session, event, zoom(("Ana Pereda", "ana@example.org", "14:00", "14:30")), editor)
    applied(session, batch, editor)
    change = session.scalar(select(Change).where(Change.batch_id == batch.id))
    assert (change.action, change.user) == ("import.apply", editor)
    assert sorted((i.table_name, i.operation) for i in change.items) == [
        ("attendances", "insert"), ("people", "insert"), ("person_emails", "insert"),
    ]  # fmt: skip


def test_a_discarded_import_cannot_be_applied(session, event, editor):
    batch = stage(session, event, zoom(("Ana Pereda", "ana@example.org", "14:00", "14:30")))
    batch.status = "discarded"
    session.commit()
    with pytest.raises(Conflict):
        apply_batch(session, batch, editor)


def test_whoever_comes_second_sees_what_the_first_did(postgresql_app):
    """Applying waits for a discard that is under way, and is then refused."""
    with postgresql_app.app_context():
        factories.use(db.session)
        text = zoom(("Ana Pereda", "ana@example.org", "14:00", "14:30"))
        batch = stage(db.session, factories.EventFactory(), text)
        discard(db.session, batch, None)
        db.session.flush()
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(_apply_elsewhere, postgresql_app, batch.id)
            with pytest.raises(TimeoutError):
                second.result(0.5)
            db.session.commit()
            with pytest.raises(Conflict):
                second.result(30)
        assert db.session.scalars(select(Attendance)).all() == []
    empty(postgresql_app)


def _apply_elsewhere(app, batch_id):
    with app.app_context():
        apply_batch(db.session, db.session.get(ImportBatch, batch_id), None)
        db.session.commit()
