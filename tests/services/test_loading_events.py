"""Loading events: when they are, what calendars are told."""

import pytest
import time_machine
from sqlalchemy import select

from tests.factories import OrganizationFactory, TopicFactory
from tests.load_folders import load_files, problems_of
from tracker.models import Event
from tracker.models.changes import attribute

HEADER = "key,name_en,start_date,end_date,start_time,end_time,timezone\n"
LATER = "2030-01-01"


def event(session, key="e"):
    session.expire_all()
    return session.scalars(select(Event).filter_by(key=key)).one()


@pytest.mark.parametrize(
    "row, column, message",
    [
        ("2023-05-09,2023-05-08,,,", "end_date", "ends (2023-05-08) before it starts"),
        ("2023-06,2023-05,,,", "end_date", "before it starts"),
        (",2023-05-08,,,", "end_date", "there is an end, but no start"),
        (",,10:00,,UTC", "start_time", "a time needs a date"),
        ("2023-05-08,,,10:00,UTC", "end_time", "there is an end time, but no start time"),
        ("2023-05-08,,10:00,,", "start_time", "a time needs a time zone"),
        ("2023-05,,10:00,,UTC", "start_time", "known to the day"),
        ("2023-05-08,2023-05-10,10:00,12:00,UTC", "start_time", "across one midnight"),
        ("2023-05-08,,10:00,09:00,UTC", "end_time", "ends before it starts"),
        ("2023-03-12,,02:30,,America/New_York", "start_time", "there was no 02:30 on 2023-03-12"),
        ("2023-03-11,2023-03-12,23:00,02:30,America/New_York", "end_time", "there was no 02:30"),
    ],
)
def test_times_that_cannot_be(session, tmp_path, row, column, message):
    problems = problems_of(session, tmp_path, {"events": HEADER + f"e,E,{row}\n"})
    assert [(p.row, p.column) for p in problems] == [(2, column)]
    assert message in problems[0].message


@pytest.mark.parametrize(
    "row, starts, ends",
    [
        ("2023-05-08,,,,", "2023-05-08T00:00", "2023-05-09T00:00"),
        ("2023-05-08,2023-05-10,,,America/Montevideo", "2023-05-08T03:00", "2023-05-11T03:00"),
        ("2023-05,,,,", "2023-05-01T00:00", "2023-06-01T00:00"),
        ("2023-05-08,,10:00,11:30,America/Lima", "2023-05-08T15:00", "2023-05-08T16:30"),
        ("2023-05-08,2023-05-09,22:00,01:00,UTC", "2023-05-08T22:00", "2023-05-09T01:00"),
    ],
)
def test_instants_follow_from_what_was_written(session, tmp_path, row, starts, ends):
    load_files(session, tmp_path, {"events": HEADER + f"e,E,{row}\n"})
    found = event(session)
    assert f"{found.starts_at:%Y-%m-%dT%H:%M}" == starts
    assert f"{found.ends_at:%Y-%m-%dT%H:%M}" == ends


def test_defaults(session, tmp_path):
    load_files(session, tmp_path, {"events": "key,name_en,parent_key\nwhole,W,\ne,E,whole\n"})
    found = event(session)
    assert (found.kind, found.mode, found.status, found.visibility, found.relation) == (
        "meeting", "unknown", "confirmed", "public", "part-of",
    )  # fmt: skip
    assert found.uid


def test_an_older_word_for_community(session, tmp_path):
    load_files(session, tmp_path, {"events": "key,name_en,visibility\ne,E,internal\n"})
    assert event(session).visibility == "community"


def test_a_relation_needs_a_parent(session, tmp_path):
    files = {"events": "key,name_en,parent_key,relation\ne,E,,part-of\n"}
    assert [(p.row, p.column) for p in problems_of(session, tmp_path, files)] == [(2, "relation")]


def test_a_relation_changes_by_itself(session, tmp_path):
    load_files(session, tmp_path, {"events": "key,name_en,parent_key\nw,W,\ne,E,w\n"})
    load_files(session, tmp_path, {"events": "key,relation\ne,co-located\n"})
    assert (event(session).relation, event(session).parent.key) == ("co-located", "w")


def test_coordinates_go_together(session, tmp_path):
    files = {"events": "key,name_en,latitude,longitude\ne,E,-34.9,\n"}
    assert [p.column for p in problems_of(session, tmp_path, files)] == ["latitude"]


def test_a_day_that_moves_takes_its_end_along(session, tmp_path):
    load_files(session, tmp_path, {"events": HEADER + "e,E,2023-05-08,2023-05-08,,,\n"})
    load_files(session, tmp_path, {"events": "key,start_date\ne,2023-06-01\n"})
    assert event(session).end_date == "2023-06-01"


def test_roles_and_topics_keep_their_order(session, tmp_path):
    for acronym in "ABC":
        OrganizationFactory(acronym=acronym)
    for slug in ("x", "y", "z"):
        TopicFactory(slug=slug)
    header = "key,name_en,organizer_acronyms,sponsor_acronyms,topics\n"
    for organizers, topics in (("C;A", "z;x"), ("A;B;C", "x;y;z"), ("B", "")):
        load_files(session, tmp_path, {"events": header + f"e,E,{organizers},A,{topics}\n"})
        found = event(session)
        assert [o.acronym for o in found.organizations_as("organizer")] == organizers.split(";")
        assert [o.acronym for o in found.organizations_as("sponsor")] == ["A"]
        assert ";".join(topic.slug for topic in found.topics) == topics


class TestCalendars:
    ROW = HEADER.replace("\n", ",status,visibility,source\n") + "e,E,{},,,,UTC,{},{},{}\n"

    def load(self, session, folder, day="2023-05-08", status="", visibility="", source="a"):
        text = self.ROW.format(day, status, visibility, source)
        load_files(session, folder, {"events": text})
        return event(session)

    def test_the_same_again_tells_them_nothing(self, session, tmp_path):
        before = self.load(session, tmp_path).feed_changed_at
        with time_machine.travel(LATER):
            found = self.load(session, tmp_path)
        assert (found.feed_changed_at, found.sequence) == (before, 0)

    def test_what_no_feed_shows_tells_them_nothing(self, session, tmp_path):
        before = self.load(session, tmp_path).feed_changed_at
        with time_machine.travel(LATER):
            found = self.load(session, tmp_path, source="b")
        assert (found.source, found.feed_changed_at, found.sequence) == ("b", before, 0)

    def test_another_day_raises_the_sequence(self, session, tmp_path):
        self.load(session, tmp_path)
        with time_machine.travel(LATER):
            found = self.load(session, tmp_path, day="2023-05-09")
        assert found.sequence == 1
        assert found.feed_changed_at.date().isoformat() == LATER

    def test_hiding_withdraws_and_showing_brings_back(self, session, tmp_path):
        self.load(session, tmp_path)
        found = self.load(session, tmp_path, visibility="community")
        assert (found.withdrawn_start, found.withdrawn_end) == ("2023-05-08", "2023-05-08")
        found = self.load(session, tmp_path)
        assert (found.withdrawn_at, found.sequence) == (None, 2)

    def test_a_deleted_event_comes_back(self, session, tmp_path):
        found = self.load(session, tmp_path)
        attribute(session, "event.delete", None)
        found.deleted_at = found.created_at
        session.commit()
        files = {"headcounts": "event_key,metric,value\ne,participants,1\n"}
        assert [str(p) for p in problems_of(session, tmp_path / "other", files)] == [
            "headcounts.csv, row 2, event_key: there is no event “e”"
        ]
        found = self.load(session, tmp_path)
        assert (found.deleted_at, found.withdrawn_at) == (None, None)

    def test_a_new_name_of_an_organizer_tells_them(self, session, tmp_path):
        files = {
            "organizations": "acronym,name_en\nA,One\n",
            "events": "key,name_en,start_date,organizer_acronyms\ne,E,2023-05-08,A\n",
        }
        load_files(session, tmp_path, files)
        with time_machine.travel(LATER):
            load_files(session, tmp_path, {"organizations": "acronym,name_en\nA,Other\n"})
        assert event(session).feed_changed_at.date().isoformat() == LATER
