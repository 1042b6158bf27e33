"""What was read is kept: what is new, known, gone, renamed, unreadable; no event is written."""

from datetime import time

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm.exc import ObjectDeletedError

from tests.factories import (
    CalendarSourceFactory,
    EventFactory,
    OrganizationFactory,
    SpaceFactory,
    UserFactory,
)
from tests.services.calendars.samples import (
    calendar,
    day,
    event,
    ics,
    items_of,
    look,
    looked,
    stage,
    the_item,
)
from tracker.models import CalendarItem, CalendarSource, Change, Event
from tracker.models.changes import attribute
from tracker.services.calendars.decisions import leave_out
from tracker.services.calendars.reading import Before, CannotRead, Looked, plain_address
from tracker.services.calendars.staging import alone_with, note_failure, take_in


def read_again(session, source, *events, **values):
    staged = take_in(session, source, looked(*events, **values))
    session.commit()
    return staged


class TestTakingIn:
    def test_what_nobody_knows_is_new(self, session):
        source = stage(session, event("a"), event("b", start=40))
        assert {item.status for item in source.items} == {"new"}
        assert source.read_at is not None
        assert source.changed_at is not None
        assert session.scalar(select(func.count(Event.id))) == 0

    def test_reading_leaves_no_change_in_the_log(self, session):
        source = CalendarSourceFactory()
        before = session.scalar(select(func.count(Change.id)))
        stage(session, event(), source=source)
        assert session.scalar(select(func.count(Change.id))) == before

    def test_what_is_here_is_linked_by_space_days_and_name(self, session):
        known = EventFactory(name_en="Annual meeting", start_date=day(30))
        item = the_item(stage(session, event()))
        assert (item.event_id, item.match, item.status) == (known.id, "name+dates", "same")

    def test_the_same_hour_comes_before_the_same_day(self, session):
        known = EventFactory(
            name_en="Annual meeting", start_date=day(30), start_time=time(9), end_time=time(10)
        )
        hours = {"start_time": "09:00", "end_time": "10:00", "timezone": "America/Montevideo"}
        found = items_of(stage(session, event("day"), event("hour", **hours)))
        assert found["hour"].event_id == known.id
        assert found["day"].candidates == [{"event": known.id, "reason": "linked"}]

    def test_the_space_that_a_name_names(self, session):
        space = SpaceFactory(code="LACIGF")
        known = EventFactory(name_en="LACIGF 19", start_date=day(30), space=space)
        source = stage(session, event(summary="LACIGF 19"), event("b", summary="Other"))
        found = items_of(source)
        assert found["one@example.org"].event_id == known.id
        assert found["one@example.org"].theirs["space_id"] == space.id
        assert found["b"].theirs["space_id"] is None

    def test_the_space_of_the_calendar_else(self, session):
        space = SpaceFactory()
        known = EventFactory(name_en="Annual meeting", start_date=day(30), space=space)
        item = the_item(stage(session, event(), space=space))
        assert item.event_id == known.id

    def test_what_is_merely_alike_is_asked_about(self, session):
        known = EventFactory(name_en="Annual meeting", start_date=day(30), space=SpaceFactory())
        item = the_item(stage(session, event()))
        assert (item.status, item.event_id) == ("question", None)
        assert item.candidates == [{"event": known.id, "reason": "other-space"}]

    def test_what_only_another_organization_sees_is_never_matched(self, session):
        owner = OrganizationFactory()
        EventFactory(
            name_en="Annual meeting", start_date=day(30), visibility="organization", owner=owner
        )
        assert the_item(stage(session, event())).status == "new"
        # Others may work on that calendar, and would learn that there is something.
        assert the_item(stage(session, event("b"), owner=owner)).status == "new"
        own = the_item(stage(session, event("c"), owner=owner, visibility="organization"))
        assert own.status == "same"

    def test_what_is_private_there_is_left_out(self, session):
        assert the_item(stage(session, event(private=True))).status == "skipped"

    def test_what_was_cancelled_before_anybody_knew_is_left_out(self, session):
        assert the_item(stage(session, event(status="cancelled"))).status == "skipped"

    def test_a_deleted_event_is_not_asked_about(self, session):
        known = EventFactory(name_en="Annual meeting", start_date=day(30), space=SpaceFactory())
        attribute(session, "test", None)
        known.deleted_at = known.created_at
        assert the_item(stage(session, event())).status == "new"

    def test_another_calendar_knows_it(self, session):
        known = EventFactory(name_en="Our name of it", start_date=day(30))
        first = stage(session, event())
        the_item(first).event_id = known.id
        item = the_item(stage(session, event()))
        assert (item.event_id, item.match) == (known.id, "uid")

    def test_our_own_feed_changes_nothing(self, session):
        known = EventFactory(name_en="Ours", start_date=day(30), description=None)
        item = the_item(
            stage(
                session,
                event(known.uid, summary="CANCELLED: x", description="y", status="cancelled"),
            )
        )
        assert (item.event_id, item.status, item.conflicts) == (known.id, "same", {})

    def test_first_match_fills_and_asks(self, session):
        EventFactory(
            name_en="Annual meeting", start_date=day(30), city="Lima", country="PE", timezone=None
        )
        item = the_item(stage(session, event(location="Hotel, Cusco, Peru", description="More")))
        assert item.status == "conflict"
        assert set(item.conflicts) == {"city", "venue"}


class TestReadingAgain:
    def test_the_same_again(self, session):
        source = stage(session, event())
        staged = read_again(session, source, event())
        assert (staged.added, staged.changed, staged.gone) == (0, 0, 0)

    def test_a_changed_one(self, session):
        EventFactory(name_en="Annual meeting", start_date=day(30), city=None, country=None)
        source = stage(session, event())
        staged = read_again(session, source, event(location="Lima, Peru"))
        assert staged.changed == 1
        assert the_item(source).status == "changed"

    def test_one_that_is_gone_before_anybody_took_it(self, session):
        source = stage(session, event())
        assert read_again(session, source).gone == 1
        assert source.items == []

    def test_one_that_is_gone_and_recorded(self, session):
        EventFactory(name_en="Annual meeting", start_date=day(30))
        source = stage(session, event())
        assert read_again(session, source).gone == 1
        item = the_item(source)
        assert item.status == "gone"
        assert item.gone_at is not None
        assert read_again(session, source).gone == 0
        read_again(session, source, event())
        assert (item.status, item.gone_at) == ("same", None)

    def test_the_past_drops_out_of_calendars(self, session):
        EventFactory(name_en="Annual meeting", start_date=day(-3))
        source = stage(session, event(start=-3))
        assert read_again(session, source).gone == 0
        assert the_item(source).status == "same"

    def test_what_was_not_read_is_not_gone(self, session):
        EventFactory(name_en="Annual meeting", start_date=day(300))
        source = stage(session, event(start=300))
        first = calendar().last.replace(year=calendar().last.year - 2)
        assert read_again(session, source, last=first).gone == 0

    def test_a_file_that_withdraws_says_nothing_of_others(self, session):
        EventFactory(name_en="Annual meeting", start_date=day(30))
        source = stage(session, event(), event("b", summary="Other"))
        read_again(session, source, event(status="cancelled"), cancelled=True)
        found = items_of(source)
        assert found["one@example.org"].status == "changed"
        assert found["b"].status == "new"

    def test_identifiers_made_anew_every_time(self, session):
        known = EventFactory(name_en="Annual meeting", start_date=day(30))
        source = stage(session, event("a"))
        assert read_again(session, source, event("b")).gone == 0
        item = the_item(source)
        assert (item.uid, item.event_id) == ("b", known.id)

    def test_two_that_look_the_same_keep_their_identifiers(self, session):
        source = stage(session, event("a"), event("b"))
        read_again(session, source, event("c"), event("d"))
        assert set(items_of(source)) == {"c", "d"}

    def test_occurrences_are_told_apart_by_their_original_start(self, session):
        times = [event("w", start=n, recurrence=day(n), summary="Webinar") for n in (7, 14)]
        source = stage(session, *times)
        assert len(source.items) == 2
        moved = [times[0], event("w", start=15, recurrence=day(14), summary="Webinar")]
        assert read_again(session, source, *moved).changed == 1
        assert sorted(item.starts for item in source.items) == [day(7), day(15)]

    def test_a_deleted_event_stays_deleted(self, session):
        known = EventFactory(name_en="Annual meeting", start_date=day(30))
        source = stage(session, event())
        attribute(session, "test", None)
        known.deleted_at = known.created_at
        read_again(session, source, event(description="New"))
        assert the_item(source).status == "skipped"

    def test_what_becomes_private_is_followed_no_further(self, session):
        EventFactory(name_en="Annual meeting", start_date=day(30), description="Public")
        source = stage(session, event())
        read_again(session, source, event(private=True, description="Secret"))
        item = the_item(source)
        assert item.status == "same"
        assert "Secret" not in str(item.theirs)

    def test_no_query_for_each_item(self, session, count_queries):
        many = [event(f"{n}@example.org", summary=f"Meeting {n}") for n in range(40)]
        source = stage(session, *many[:2])
        with count_queries:
            take_in(session, source, looked(*many))
        asked = [text for text in count_queries.statements if text.startswith("SELECT")]
        assert len(asked) < 12


class TestFailures:
    def test_why_is_kept_and_items_stay(self, session):
        source = stage(session, event())
        good = source.read_at
        error = CannotRead({"code": "timeout", "component": None, "detail": ""})
        for times in (1, 2):
            note_failure(session, source, error)
            session.commit()
            assert source.failures == times
        assert source.error == {
            "code": "timeout", "component": None, "detail": "", "last_good": good.isoformat(),
        }  # fmt: skip
        assert len(source.items) == 1
        take_in(session, source, Looked(None, digest="x"))
        assert (source.failures, source.error) == (0, None)

    @pytest.mark.parametrize(
        "content, code",
        [
            (b"", "empty"),
            (b"<html>", "not-a-calendar"),
            (ics(("a", "A", 3, 3))[:-40], "unbalanced"),
            (b"BEGIN:VCALENDAR\r\n" * 200, "too-deep"),
        ],
    )
    def test_what_cannot_be_read(self, content, code):
        with pytest.raises(CannotRead) as raised:
            look(content)
        assert raised.value.error["code"] in (code, "unbalanced")

    def test_the_same_bytes_are_read_once(self):
        content = ics(("a", "A", 3, 3))
        first = look(content)
        assert [each.summary for each in first.calendar.events] == ["A"]
        assert look(content, before=Before(digest=first.digest)).calendar is None

    def test_in_another_month_all_is_read(self, session):
        source = stage(session, event())
        source.etag = "x"
        today = source.read_at.date()
        assert Before.of(source, today).etag == "x"
        assert Before.of(source, today.replace(year=today.year + 1)) == Before()


@pytest.mark.parametrize(
    "typed, address",
    [
        ("webcal://Example.org/a.ics", "https://example.org/a.ics"),
        (" example.org/a.ics#b ", "https://example.org/a.ics"),
        ("HTTP://example.org", "http://example.org/"),
        ("https://example.org/A?b=C", "https://example.org/A?b=C"),
        ("https://[", "https://["),
    ],
)
def test_an_address_has_one_form(typed, address):
    assert plain_address(typed) == address


def test_items_go_with_their_calendar(session):
    source = stage(session, event())
    attribute(session, "test", None)
    session.delete(source)
    session.commit()
    assert session.scalar(select(func.count(CalendarItem.id))) == 0


HOSTILE = (
    "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "\u202e", "\x1b[31m",
    "’" * 3000, "=cmd()", "<script>",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_stands_in_it_can_be_kept(session, text):
    content = ics(
        (
            f"a{text}",
            f"Name {text}",
            3,
            3,
            f"LOCATION:{text}",
            f"DESCRIPTION:{text}",
            f"URL:{text}",
        ),
        ("b", "B", 4, 4, f"DTSTART:{text}", f"RRULE:{text}", f"{text}:x"),
        ("c", text, 5, 5, f"RELATED-TO:{text}", f"STATUS:{text}"),
        name=text,
    )
    source = CalendarSourceFactory()
    take_in(session, source, look(content))
    session.commit()
    assert source.items
    for item in source.items:
        assert "\x00" not in item.summary + item.uid


def test_thousands_of_items(session):
    many = [event(f"{n}", start=n % 700, summary=f"Meeting {n}") for n in range(2000)]
    source = stage(session, *many)
    assert len(source.items) == 2000


def test_a_calendar_that_is_deleted_meanwhile_is_told(session):
    source = stage(session, event())
    item = the_item(source)
    session.execute(delete(CalendarItem).where(CalendarItem.id == item.id))
    with pytest.raises(ObjectDeletedError):
        leave_out(session, source, item, UserFactory())
    session.execute(delete(CalendarSource).where(CalendarSource.id == source.id))
    with pytest.raises(ObjectDeletedError):
        alone_with(session, source)
