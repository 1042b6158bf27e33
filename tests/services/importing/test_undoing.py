"""Undoing: exactly what was there before, unless somebody has edited it since."""

from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from tests import factories
from tests.conftest import empty
from tests.services.importing.files import registrations, stage, zoom
from tests.services.importing.test_applying import applied, of, person, recorded
from tracker.errors import Conflict
from tracker.extensions import db
from tracker.models import (
    Affiliation,
    Alias,
    Attendance,
    Person,
    PersonAlias,
    PersonEmail,
)
from tracker.models.changes import attribute
from tracker.services.importing.applying import apply_batch
from tracker.services.importing.decisions import answer
from tracker.services.importing.preview import preview
from tracker.services.importing.undoing import undo_batch

WRITTEN = (Attendance, Person, PersonEmail, PersonAlias, Affiliation, Alias)


@pytest.fixture
def event(session):
    return factories.EventFactory(mode="online")


def contents(session):
    """Every row that an import can write, without when it was last touched."""
    return {
        model.__tablename__: sorted(
            (
                {k: v for k, v in row._mapping.items() if k != "updated_at"}
                for row in session.execute(select(model.__table__))
            ),
            key=lambda row: row["id"],
        )
        for model in WRITTEN
    }


def undone(session, batch, by=None):
    summary = undo_batch(session, batch, by)
    session.commit()
    return summary


def test_what_was_recorded_goes_and_what_was_there_is_back(session, event):
    first = registrations(
        ("Ana Pereda", "ana@example.org", "", "approved"),
        ("Eva Rolle", "eva@example.org", "", "approved"),
    )
    applied(session, stage(session, event, first))
    before = contents(session)
    batch = stage(
        session,
        event,
        zoom(
            ("Ana Pereda", "ana@example.org", "14:00", "14:30"),
            ("Bruno Dias", "b@example.org", "14:00", "14:30"),
        ),
    )
    assert batch.mark_no_shows
    applied(session, batch)
    assert contents(session) != before
    summary = undone(session, batch)
    assert (summary.removed, summary.restored, summary.removed_people) == (1, 2, 1)
    assert summary.kept == []
    assert contents(session) == before
    assert batch.status == "undone"


def test_what_was_edited_since_stays_and_is_named(session, event):
    batch = stage(
        session,
        event,
        zoom(
            ("Ana Pereda", "ana@example.org", "14:00", "14:30"),
            ("Bruno Dias", "b@example.org", "14:00", "14:30"),
        ),
    )
    applied(session, batch)
    attribute(session, "test", None)
    recorded(session, event)["Ana Pereda"].role = "speaker"
    session.commit()
    summary = undone(session, batch)
    assert (summary.removed, summary.removed_people) == (1, 1)
    assert {kept.name for kept in summary.kept} == {"Ana Pereda"}
    a = recorded(session, event)["Ana Pereda"]
    assert a.role == "speaker"
    # Who stays keeps what belongs to them.
    assert [email.address for email in a.person.emails] == ["ana@example.org"]


def test_somebody_used_elsewhere_by_now_stays(session, event):
    batch = stage(session, event, zoom(("Ana Pereda", "ana@example.org", "14:00", "14:30")))
    applied(session, batch)
    ana = recorded(session, event)["Ana Pereda"].person
    factories.AttendanceFactory(person=ana)
    summary = undone(session, batch)
    assert (summary.removed, summary.removed_people) == (1, 0)
    assert session.get(Person, ana.id).emails[0].address == "ana@example.org"


def test_it_can_be_applied_again(session, event):
    batch = stage(session, event, zoom(("Ana Pereda", "ana@example.org", "14:00", "14:30")))
    for _ in range(2):
        assert applied(session, batch).recorded == 1
        assert undone(session, batch).removed == 1


@pytest.mark.parametrize("corrected", [False, True])
def test_what_was_set_back_is_recorded_again(session, event, corrected):
    rows = [("Ana Pereda", "ana@example.org"), ("Bruno Dias", "bruno@example.org")]
    applied(session, stage(session, event, registrations(*((*r, "", "approved") for r in rows))))
    report = zoom(*((*row, "14:00", "14:30") for row in rows))
    first = stage(session, event, report)
    applied(session, first)
    undone(session, first)
    again = stage(session, event, report.replace("14:30", "14:35")) if corrected else first
    assert preview(session, again).to_record == 2
    assert applied(session, again).updated == 2
    assert {a.status for a in recorded(session, event).values()} == {"attended"}


def test_what_was_edited_since_stays_so_when_it_is_recorded_again(session, event):
    batch = stage(session, event, zoom(("Ana Pereda", "ana@example.org", "14:00", "14:30")))
    applied(session, batch)
    attribute(session, "test", None)
    recorded(session, event)["Ana Pereda"].status = "no-show"
    session.commit()
    assert undone(session, batch).kept
    assert applied(session, batch).recorded == 0
    assert recorded(session, event)["Ana Pereda"].status == "no-show"


def test_both_parts_of_an_import_are_undone(session, event):
    known = person("Tomás Etcheverry Pons")
    editor = factories.UserFactory(role="editor")
    before = contents(session)
    batch = stage(
        session,
        event,
        zoom(
            ("Tomas Etcheverry", "t@example.org", "14:00", "14:30"),
            ("Bruno Dias", "b@example.org", "14:00", "14:30"),
        ),
    )
    applied(session, batch)
    answer(
        session, of(session, batch, "Tomas Etcheverry"), "person", editor, person=known, always=True
    )
    applied(session, batch)
    assert len(recorded(session, event)) == 2
    assert undone(session, batch).removed == 2
    assert contents(session) == before


def test_what_is_not_applied_cannot_be_undone(session, event):
    batch = stage(session, event, zoom(("Ana Pereda", "ana@example.org", "14:00", "14:30")))
    with pytest.raises(Conflict):
        undo_batch(session, batch, None)


NAMES = ("Ana Pereda", "Ana Pereda Gomensoro", "Bruno Dias", "iPhone", "Tomas Etcheverry", "Eva")
EMAILS = ("", "", "ana@example.org", "bruno@example.org", "eva@example.org")
row = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(EMAILS),
    st.integers(0, 50).map(lambda minute: f"14:{minute:02}"),
    st.integers(0, 59).map(lambda minute: f"15:{minute:02}"),
)
rows = st.lists(row, min_size=1, max_size=8)
answers = st.lists(
    st.sampled_from(["person", "create", "unidentified", "skip", None]), min_size=8, max_size=8
)
# The database of a test is shared by the examples, and emptied between them.
shared = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def prepared(app):
    empty(app)
    factories.use(db.session)
    person("Ana Pereda Gomensoro", "ana@example.org")
    person("Tomás Etcheverry Pons")
    event = factories.EventFactory(mode="online")
    return event, factories.UserFactory(role="editor")


def answered(session, batch, user, kinds):
    """Answer the questions of a batch, by their names, so that the order of rows does not matter."""
    from tracker.services.importing.preview import questions_query  # noqa: PLC0415

    for one in session.scalars(questions_query(batch)).all():
        kind = kinds[sum(map(ord, one.folded)) % len(kinds)]
        if kind == "person" and not one.candidates:
            kind = "unidentified"
        somebody = session.get(Person, one.candidates[0]["person"]) if kind == "person" else None
        name = "Sol Olivera" if kind == "create" and one.label == one.email else None
        answer(session, one, kind, user, person=somebody, name=name)
    session.commit()


@shared
@given(before=rows, now=rows, kinds=answers)
def test_any_import_applied_and_undone_leaves_what_was(sqlite_app, before, now, kinds):
    with sqlite_app.app_context():
        event, user = prepared(sqlite_app)
        apply = partial(apply_batch, db.session, by=user)
        first = stage(db.session, event, zoom(*before))
        answered(db.session, first, user, kinds)
        apply(first)
        db.session.commit()
        was = contents(db.session)
        batch = stage(
            db.session, event, zoom(*now, ("Marker Person", "m@example.org", "14:00", "14:01"))
        )
        answered(db.session, batch, user, kinds)
        apply(batch)
        db.session.commit()
        assert contents(db.session) != was
        assert undone(db.session, batch, user).kept == []
        assert contents(db.session) == was
    empty(sqlite_app)


def attendances(session, event):
    return sorted(
        (a.person.name if a.person else a.label, a.status, a.role, a.mode, a.minutes or 0)
        for a in session.scalars(select(Attendance).where(Attendance.event_id == event.id))
    )


@shared
@given(given_rows=rows, kinds=answers, data=st.data())
def test_the_order_of_rows_makes_no_difference(sqlite_app, given_rows, kinds, data):
    found = []
    for order in (given_rows, data.draw(st.permutations(given_rows))):
        with sqlite_app.app_context():
            event, user = prepared(sqlite_app)
            batch = stage(db.session, event, zoom(*order))
            answered(db.session, batch, user, kinds)
            apply_batch(db.session, batch, user)
            db.session.commit()
            found.append(attendances(db.session, event))
    assert found[0] == found[1]
    empty(sqlite_app)
