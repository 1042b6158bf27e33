"""Recording: what is new is made, what changed there only is set, one change undoes it all."""

from datetime import time

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from tests.factories import (
    CalendarSourceFactory,
    EventFactory,
    OrganizationFactory,
    SpaceFactory,
    UserFactory,
)
from tests.services.calendars.samples import day, event, items_of, looked, stage, the_item
from tracker.errors import Conflict
from tracker.models import CalendarItem, CalendarSource, Change, Event
from tracker.models.changes import attribute, pending_change_id
from tracker.services.calendars import decisions, sources
from tracker.services.calendars.applying import apply_source, provenance
from tracker.services.calendars.staging import take_in
from tracker.services.calendars.values import COLUMNS, values_here
from tracker.services.history import find_change, undo


@pytest.fixture
def editor(session):
    return UserFactory(role="editor")


def record(session, source, by=None):
    """Record a calendar, commit, and give what was done with the id of the change."""
    applied = apply_source(session, source, by)
    change_id = pending_change_id(session)
    session.commit()
    return applied, change_id


def read_again(session, source, *events):
    take_in(session, source, looked(*events))
    session.commit()


def undo_change(session, change_id, by):
    undo(session, find_change(session, change_id), by)
    session.commit()
    session.expire_all()


def events_of(session):
    query = select(Event).where(Event.deleted_at.is_(None)).order_by(Event.starts_at, Event.id)
    return list(session.scalars(query))


class TestNewEvents:
    def test_they_have_what_the_calendar_says(self, session, editor):
        source = stage(
            session,
            event(
                summary="Annual meeting 2026", location="Hotel, Lima, Peru", description="All",
                start_time="09:00", end_time="10:30", timezone="America/Lima", status="tentative",
                url="https://example.org/a", conference="https://meet.example.org/a",
                latitude=-12.04, longitude=-77.03,
            ),
            kind="forum", visibility="community", owner=OrganizationFactory(acronym="OWN"),
        )  # fmt: skip
        applied, _ = record(session, source, editor)
        assert (applied.created, applied.updated) == (1, 0)
        (made,) = events_of(session)
        assert made.key == "annual-meeting-2026"
        assert (made.name_en, made.venue, made.city, made.country) == (
            "Annual meeting 2026", "Hotel", "Lima", "PE",
        )  # fmt: skip
        assert (made.start_time, made.end_time, made.timezone) == (
            time(9), time(10, 30), "America/Lima",
        )  # fmt: skip
        assert (made.kind, made.visibility, made.owner.acronym) == ("forum", "community", "OWN")
        assert (made.status, made.mode, made.source) == ("tentative", "in-person", source.address)
        assert (made.url, made.join_url) == ("https://example.org/a", "https://meet.example.org/a")
        item = the_item(source)
        assert (item.event_id, item.status) == (made.id, "same")

    def test_all_is_one_change(self, session, editor):
        source = stage(session, event("a"), event("b", summary="Other"))
        _, change_id = record(session, source, editor)
        change = session.get(Change, change_id)
        assert (change.action, change.user_id) == ("calendar.apply", editor.id)
        assert {item.table_name for item in change.items} == {"events"}
        assert len(change.items) == 2

    def test_names_that_repeat_have_keys_of_their_own(self, session, editor):
        times = [event("w", start=n, recurrence=day(n), summary="Webinar") for n in (7, 14, 21)]
        record(session, stage(session, *times), editor)
        assert [e.key for e in events_of(session)] == ["webinar", "webinar-2", "webinar-3"]

    def test_parts_of_a_larger_event(self, session, editor):
        space = SpaceFactory(code="LACIGF")
        source = stage(
            session,
            event("part", start=10, summary="A session", parent_uid="whole"),
            event("whole", start=11, days=3, summary="LACIGF 19"),
            event("part of part", start=10, summary="A slot", parent_uid="part"),
        )
        record(session, source, editor)
        found = {uid: item.event for uid, item in items_of(source).items()}
        assert found["part"].parent is found["whole"]
        assert found["part of part"].parent is found["part"]
        assert found["part"].relation == "part-of"
        assert {e.space for e in found.values()} == {space}

    def test_what_is_private_is_never_public(self, session, editor):
        source = stage(session, event(private=True))
        decisions.create_anyway(session, source, the_item(source), editor)
        record(session, source, editor)
        assert [e.visibility for e in events_of(session)] == ["community"]

    def test_questions_wait(self, session, editor):
        EventFactory(name_en="Annual meeting", start_date=day(30), space=SpaceFactory())
        source = stage(session, event())
        applied, change_id = record(session, source, editor)
        assert (applied.created, change_id) == (0, None)

    def test_somebody_logged_it_meanwhile(self, session, editor):
        source = stage(session, event())
        known = EventFactory(name_en="Annual meeting", start_date=day(30))
        applied, _ = record(session, source, editor)
        assert applied.created == 0
        assert the_item(source).event_id == known.id

    def test_twice_records_once(self, session, editor):
        source = stage(session, event())
        record(session, source, editor)
        assert record(session, source, editor)[1] is None

    @pytest.mark.parametrize(
        "address, told",
        [
            ("https://example.org/a.ics", "https://example.org/a.ics"),
            ("https://example.org/a.ics?token=1", "X (example.org)"),
            ("https://example.org/ical/private-0a1b/basic.ics", "X (example.org)"),
            (f"https://example.org/{'a1' * 16}/basic.ics", "X (example.org)"),
            (None, "X"),
        ],
    )
    def test_secret_addresses_are_told_to_nobody(self, address, told):
        assert provenance(CalendarSource(name="X", address=address)) == told


class TestUpdates:
    def recorded(self, session, editor, **told):
        source = stage(session, event(**told))
        record(session, source, editor)
        return source, the_item(source).event

    def test_what_changed_there_only(self, session, editor):
        source, made = self.recorded(session, editor)
        sequence, version = made.sequence, made.feed_version
        read_again(session, source, event(start=33, location="Lima, Peru"))
        applied, _ = record(session, source)
        assert (applied.created, applied.updated) == (0, 1)
        assert (made.start_date, made.city, made.country) == (day(33), "Lima", "PE")
        assert made.sequence > sequence
        assert made.feed_version > version

    def test_links_and_space_stay(self, session, editor):
        source, made = self.recorded(session, editor)
        space, parent = SpaceFactory(), EventFactory()
        attribute(session, "test", None)
        with session.no_autoflush:
            made.space, made.parent, made.relation = space, parent, "co-located"
        session.commit()
        read_again(session, source, event(description="New"))
        record(session, source)
        assert made.description == "New"
        assert made.space is not None
        assert made.relation == "co-located"

    def test_cancelled_there(self, session, editor):
        source, made = self.recorded(session, editor)
        read_again(session, source, event(summary="CANCELLED: Annual meeting", status="cancelled"))
        record(session, source)
        assert (made.status, made.name_en) == ("cancelled", "Annual meeting")

    def test_what_was_edited_here_stays_and_is_asked(self, session, editor):
        source, made = self.recorded(session, editor)
        attribute(session, "test", None)
        made.name_en = "Our name"
        session.commit()
        read_again(session, source, event(summary="Their name", description="Both of us"))
        assert the_item(source).status == "conflict"
        record(session, source)
        assert (made.name_en, made.description) == ("Our name", "Both of us")
        assert set(the_item(source).conflicts) == {"name_en"}

    @pytest.mark.parametrize("side, name", [("ours", "Our name"), ("theirs", "Their name")])
    def test_a_conflict_decided(self, session, editor, side, name):
        source, made = self.recorded(session, editor)
        attribute(session, "test", None)
        made.name_en = "Our name"
        session.commit()
        read_again(session, source, event(summary="Their name"))
        decisions.settle_conflicts(session, source, the_item(source), {"name_en": side}, editor)
        session.commit()
        assert made.name_en == "Our name"
        record(session, source, editor)
        assert made.name_en == name
        assert the_item(source).status == "same"
        read_again(session, source, event(summary="Their name", description="More"))
        assert the_item(source).conflicts == {}

    def test_an_event_that_is_not_this_editors(self, session, editor):
        source, made = self.recorded(session, editor)
        owner = OrganizationFactory()
        attribute(session, "test", None)
        made.visibility, made.owner = "organization", owner
        session.commit()
        read_again(session, source, event(description="New"))
        applied, _ = record(session, source, editor)
        assert (applied.updated, applied.left) == (0, 1)
        assert made.description is None

    def test_gone_and_cancelled_by_somebody(self, session, editor):
        source, made = self.recorded(session, editor)
        read_again(session, source)
        decisions.settle_gone(session, source, the_item(source), True, editor)
        session.commit()
        record(session, source, editor)
        assert made.status == "cancelled"
        read_again(session, source)
        assert the_item(source).status == "same"

    def test_gone_and_kept(self, session, editor):
        source, made = self.recorded(session, editor)
        read_again(session, source)
        decisions.settle_all_gone(session, source, False, editor)
        session.commit()
        assert record(session, source, editor)[1] is None
        assert made.status == "confirmed"


class TestUndo:
    def test_new_events_go_and_do_not_come_back(self, session, editor):
        source = stage(session, event())
        _, change_id = record(session, source, editor)
        undo_change(session, change_id, editor)
        assert events_of(session) == []
        read_again(session, source, event(description="New"))
        assert record(session, source)[0].created == 0
        assert the_item(source).status == "skipped"

    def test_unless_somebody_wants_them_back(self, session, editor):
        source = stage(session, event())
        _, change_id = record(session, source, editor)
        made = the_item(source).event
        undo_change(session, change_id, editor)
        decisions.create_anyway(session, source, the_item(source), editor)
        session.commit()
        record(session, source, editor)
        assert events_of(session) == [made]
        assert made.withdrawn_at is None

    def test_all_back_at_once(self, session, editor):
        source = stage(session, event("a"), event("b", summary="Other"))
        _, change_id = record(session, source, editor)
        undo_change(session, change_id, editor)
        decisions.ask_again(session, source, editor)
        session.commit()
        _, again = record(session, source, editor)
        assert len(events_of(session)) == 2
        undo_change(session, again, editor)
        read_again(session, source, event("a", description="x"), event("b", summary="Other"))
        assert record(session, source)[1] is None

    def test_updates_are_set_back_and_not_done_over(self, session, editor):
        source = stage(session, event())
        record(session, source, editor)
        made = the_item(source).event
        read_again(session, source, event(start=40))
        _, change_id = record(session, source)
        undo_change(session, change_id, editor)
        assert made.start_date == day(30)
        read_again(session, source, event(start=40, description="New"))
        record(session, source)
        assert (made.start_date, made.description) == (day(30), "New")


class TestAnswers:
    def question(self, session):
        known = EventFactory(name_en="Annual meeting", start_date=day(30), space=SpaceFactory())
        return stage(session, event()), known

    def test_it_is_that_event(self, session, editor):
        source, known = self.question(session)
        item = the_item(source)
        decisions.choose_event(session, source, item, known, editor)
        assert (item.event_id, item.match, item.status) == (known.id, "decision", "same")
        assert item.decided_by is editor
        decisions.take_back(session, source, item, editor)
        assert (item.event_id, item.status) == (None, "question")

    def test_it_is_a_new_event(self, session, editor):
        source, _known = self.question(session)
        decisions.create_all(session, source, editor)
        assert record(session, source, editor)[0].created == 1

    def test_it_is_left_out_and_stays_so(self, session, editor):
        source, _known = self.question(session)
        decisions.leave_out(session, source, the_item(source), editor)
        session.commit()
        read_again(session, source, event(description="New"))
        assert the_item(source).status == "skipped"

    def test_not_the_event_that_it_was_taken_for(self, session, editor):
        known = EventFactory(name_en="Annual meeting", start_date=day(30))
        source = stage(session, event())
        decisions.create_anyway(session, source, the_item(source), editor)
        session.commit()
        assert record(session, source, editor)[0].created == 1
        assert the_item(source).event_id != known.id

    def test_two_are_never_one_event(self, session, editor):
        source, known = self.question(session)
        decisions.choose_event(session, source, the_item(source), known, editor)
        read_again(session, source, event(), event("b", summary="Other"))
        with pytest.raises(Conflict, match="that event already"):
            decisions.choose_event(session, source, items_of(source)["b"], known, editor)

    def test_what_is_past_is_left_out(self, session, editor):
        source = stage(session, event("a", start=-9), event("b"))
        decisions.leave_out_past(session, source, editor)
        assert {uid: item.status for uid, item in items_of(source).items()} == {
            "a": "skipped", "b": "new",
        }  # fmt: skip

    def test_the_space_of_the_calendar_is_changed(self, session, editor):
        source = stage(session, event())
        space = SpaceFactory()
        known = EventFactory(name_en="Annual meeting", start_date=day(30), space=space)
        values = {"name": "X", "address": source.address, "space": space, "language": "es"}
        sources.save_source(session, source, values, editor)
        session.commit()
        item = the_item(source)
        assert item.event_id == known.id
        assert item.theirs["name_es"] == "Annual meeting"


# ---- whatever happens on both sides

NAMES = ("LACIGF 19", "Annual meeting", "Weekly call", "Training")
THEIRS = st.fixed_dictionaries(
    {
        "summary": st.sampled_from(NAMES),
        "start": st.integers(5, 8),
        "description": st.sampled_from(["", "One", "Two"]),
        "location": st.sampled_from(["", "Lima, Peru", "Hotel, Cusco, Peru"]),
        "status": st.sampled_from(["confirmed", "tentative", "cancelled"]),
    }
)
CALENDAR = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), THEIRS, max_size=4)
EDIT = st.tuples(
    st.integers(0, 4),
    st.sampled_from(["name_en", "description", "city", "venue", "url"]),
    st.sampled_from(["Ours", "Ours too"]),
)
MANY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read(calendar):
    return [event(uid, **told) for uid, told in calendar.items()]


def state(session):
    """What everybody sees of events, with those that are deleted left away."""
    session.expire_all()
    return {e.key: (e.space_id, values_here(e)) for e in events_of(session)}


def fresh_source(session):
    """A calendar of its own beside the events of the examples before, which are taken away."""
    attribute(session, "test", None)
    for item in session.scalars(select(CalendarItem)):
        session.delete(item)
    for each in events_of(session):
        each.deleted_at = each.created_at
    session.commit()
    for number, name in enumerate(NAMES[:2]):
        EventFactory(name_en=name, start_date=day(5 + number), city=None, country=None)
    return CalendarSourceFactory()


@MANY
@given(first=CALENDAR, second=CALENDAR)
def test_recorded_and_undone_is_as_before(session, first, second):
    source, editor = fresh_source(session), UserFactory(role="editor")
    before = state(session)
    for calendar in (first, second):
        read_again(session, source, *read(calendar))
        assert state(session) == before
        _, change_id = record(session, source, editor)
        after = state(session)
        read_again(session, source, *read(calendar))
        assert record(session, source)[1] is None
        assert state(session) == after
        if change_id is not None:
            undo_change(session, change_id, editor)
        assert state(session) == before


@MANY
@given(
    first=CALENDAR,
    edits=st.lists(EDIT, min_size=1, max_size=4),
    later=st.lists(CALENDAR, max_size=2),
)
def test_what_is_edited_here_survives_every_reading(session, first, edits, later):
    source = fresh_source(session)
    read_again(session, source, *read(first))
    record(session, source)
    edited = {}
    for which, column, text in edits:
        known = events_of(session)
        if which < len(known):
            attribute(session, "test", None)
            setattr(known[which], column, text)
            session.commit()
            edited[known[which].id, column] = text
    for calendar in later:
        read_again(session, source, *read(calendar))
        record(session, source)
    session.expire_all()
    for (id_, column), text in edited.items():
        assert getattr(session.get(Event, id_), column) == text


def test_columns_are_those_of_an_event():
    assert set(Event.__table__.columns.keys()) >= COLUMNS
