"""Loading attendance: who, once; and what is frozen of that day (DESIGN 3.7)."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import func, select

from tests.load_folders import load_files, problems_of
from tracker.models import Attendance, Event, Person
from tracker.models.changes import current_revision
from tracker.services.affiliations import affiliation_on
from tracker.services.loading import load
from tracker.services.loading.frozen import FrozenFacts

WORLD = {
    "organizations": "acronym,name_en,country,stakeholder_group\n"
    "A,A,UY,technical-community\nB,B,AR,academia\nC,C,BR,media\n",
    "people": "key,name,country\nana,Ana,CL\nbob,Bob,\n",
    "affiliations": "person_key,organization_acronym,start_date,end_date\n"
    "ana,A,2020,2022\nana,B,2021,\nbob,C,,\n",
    "events": "key,name_en,start_date\nearly,E,2020-05-08\nlate,L,2023-05\nundated,U,\n",
}
HEADER = (
    "event_key,person_key,label,organization_acronym,country,stakeholder_group,role,status,mode\n"
)


@pytest.fixture
def world(session, tmp_path):
    load_files(session, tmp_path / "world", WORLD)
    return tmp_path / "attendance"


def facts(session):
    session.expire_all()
    return {
        (a.event.key, a.person.key if a.person else a.label): (
            a.organization.acronym if a.organization else None, a.country, a.stakeholder_group,
        )
        for a in session.scalars(select(Attendance))
    }  # fmt: skip


def test_what_is_empty_is_filled_from_the_affiliation_of_that_day(session, world):
    load_files(session, world, {
        "attendance": HEADER + "early,ana,,,,,,,\nlate,ana,,,,,,,\nlate,bob,,,,,,,\n"
                               "undated,ana,,,,,,,\nlate,,iPhone,,,,,,\nearly,,iPhone,A,,,,,\n"
    })  # fmt: skip
    assert facts(session) == {
        ("early", "ana"): ("A", "CL", "technical-community"),
        ("late", "ana"): ("B", "CL", "academia"),
        ("late", "bob"): ("C", "BR", "media"),
        ("undated", "ana"): (None, "CL", None),
        ("late", "iPhone"): (None, None, None),
        ("early", "iPhone"): ("A", "UY", "technical-community"),
    }


def test_what_is_said_stands_and_a_hyphen_is_none(session, world):
    load_files(session, world, {
        "attendance": HEADER + "early,ana,,C,PE,government,,,\nlate,ana,,-,-,-,,,\n"
    })  # fmt: skip
    assert facts(session) == {
        ("early", "ana"): ("C", "PE", "government"), ("late", "ana"): (None, None, None),
    }  # fmt: skip


def test_what_was_frozen_stays_when_affiliations_change(session, world):
    files = {"attendance": HEADER + "late,ana,,,,,,,\n"}
    load_files(session, world, files)
    change = "person_key,organization_acronym,start_date\nana,C,2022-06\n"
    load_files(session, world, {"affiliations": change, **files})
    assert facts(session) == {("late", "ana"): ("B", "CL", "academia")}


def test_another_organization_brings_its_group(session, world):
    load_files(session, world, {"attendance": HEADER + "late,bob,,,,,,,\n"})
    load_files(session, world, {"attendance": HEADER + "late,bob,,A,,,,,\n"})
    assert facts(session) == {("late", "bob"): ("A", "UY", "technical-community")}


def test_defaults_and_lists(session, world):
    load_files(session, world, {
        "attendance": HEADER + "early,ana,,,,,,,\nearly,bob,,,,,panelist; speaker,no-show,both\n"
    })  # fmt: skip
    found = session.scalars(select(Attendance).order_by(Attendance.id)).all()
    assert [(a.role, a.status, a.mode, a.origin) for a in found] == [
        ("attendee", "attended", "unknown", "load"),
        ("speaker;panelist", "no-show", "both", "load"),
    ]


def test_twice_changes_nothing(session, world):
    files = {"attendance": HEADER + "early,ana,,,,,,,\nlate,,iPhone,,,,,,\nlate,ana,,-,,,,,\n"}
    load_files(session, world, files)
    revision = current_revision(session)
    report = load_files(session, world, files)
    assert (report.files["attendance.csv"].added, report.files["attendance.csv"].changed) == (0, 0)
    assert current_revision(session) == revision
    files["attendance"] = HEADER + "late,,iPhone,A,,,,registered,\n"
    assert load_files(session, world, files).files["attendance.csv"].changed == 1
    assert session.scalar(select(func.count(Attendance.id))) == 3


def test_what_is_wrong(session, world):
    rows = (
        "early,ana,,,,,,,\n"
        "early,ana,,,,,,,\n"
        "early,,,,,,,,\n"
        "early,ana,iPhone,,,,,,\n"
        "early,,iPhone,,,,,,\n"
        "early,,iPhone,,,,,,\n"
        "early,zoe,,X,,,king,maybe,hybrid\n"
        "nowhere,bob,,,uy,,,,\n"
    )
    found = [(p.row, p.column) for p in problems_of(session, world, {"attendance": HEADER + rows})]
    assert sorted(found, key=str) == sorted(
        [(3, None), (4, "person_key"), (5, "label"), (7, None), (8, "person_key"),
         (8, "organization_acronym"), (8, "role"), (8, "status"), (8, "mode"),
         (9, "event_key"), (9, "country")], key=str,
    )  # fmt: skip


def test_a_long_file_is_read_a_chunk_at_a_time(session, world, count_queries):
    rows = [f"early,,guest {n},,,,,,\n" for n in range(5000)]
    with count_queries:
        load_files(session, world, {"attendance": HEADER + "".join(rows)})
    assert session.scalar(select(func.count(Attendance.id))) == 5000
    inserts = [s for s in count_queries.statements if s.startswith("INSERT INTO attendances")]
    assert len(inserts) <= 10
    rows.reverse()
    load_files(session, world, {"attendance": HEADER + "".join(rows)})
    assert session.scalar(select(func.count(Attendance.id))) == 5000


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABC"),
            st.sampled_from(["", "2019", "2020", "2020-05", "2020-05-08", "2021"]),
            st.sampled_from(["", "2021", "2022-06"]),
        ),
        unique_by=lambda job: job[:2],
        max_size=5,
    )
)
def test_the_bulk_rule_is_the_rule_for_one(session, world, jobs):
    rows = "".join(f"ana,{acronym},{start},{end}\n" for acronym, start, end in jobs)
    files = {"affiliations": "person_key,organization_acronym,start_date,end_date\n" + rows}
    load_files(session, world, files)
    person = session.scalars(select(Person).filter_by(key="ana")).one()
    facts = FrozenFacts(session)
    for event in session.scalars(select(Event)):
        one = affiliation_on(session, person, event.first_day)
        expected = one.organization_id if one is not None else None
        assert facts.organization(event.id, person.id) == expected
    assert load(session, world).files["affiliations.csv"].changed == 0
    session.rollback()
