"""The list behind each number has as many rows as the number says."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import SpaceFactory, UserFactory
from tracker.models import Attendance, Event, Organization, Space
from tracker.services.counting import rows as counting
from tracker.services.filters import EventFilter
from tracker.services.generate import generate
from tracker.services.reports.answer import answer
from tracker.services.reports.question import Question
from tracker.services.reports.rows import TABLES, behind

TODAY = date(2024, 6, 15)


@pytest.fixture
def world(session):
    """Synthetic records: enough that every table has rows."""
    SpaceFactory(code="FORUM")
    generate(session, events=40, people=30, organizations=6, attendances=160, seed=3)
    session.commit()
    return UserFactory()


def busiest(session, column):
    query = (
        select(column)
        .select_from(Attendance)
        .join(Event, Event.id == Attendance.event_id)
        .where(Attendance.status == "attended", column.is_not(None), Event.status != "cancelled")
    )
    values = list(session.scalars(query))
    return max(set(values), key=lambda each: (values.count(each), each))


def subject_of(session, report):
    match report:
        case "organization":
            return session.get(Organization, busiest(session, Attendance.organization_id))
        case "event":
            return session.get(Event, busiest(session, Attendance.event_id))
        case "space":
            return session.get(Space, busiest(session, Event.space_id))
    return None


def numbers(session, asked, table, key):
    found = behind(session, asked, table, str(key))
    events = counting.events_query(found.counted, found.cell)
    return {
        "events": counting.number_of(session, events),
        "attendances": counting.number_of(session, counting.attendances_query(found.counted)),
        "people": counting.number_of(session, counting.people_query(found.counted)),
    }


@pytest.mark.parametrize("report", TABLES)
@pytest.mark.parametrize("filtered", [False, True])
def test_each_number_has_its_rows(world, session, report, filtered):
    wanted = EventFilter(first=date(2010, 1, 1), kind=("meeting", "webinar", "forum", "training"))
    asked = Question(
        report, subject_of(session, report), wanted if filtered else EventFilter(), world, TODAY
    )
    found = answer(session, asked)
    whole = numbers(session, asked, "", "")
    for name in ("events", "attendances", "people"):
        assert whole[name] == found.measure(name)
    looked = 0
    for table in found.tables:
        if table.name not in TABLES[report]:
            continue
        counted = [column for column in table.columns if column in whole]
        for row in table.rows:
            cells = dict(zip(table.columns, row, strict=True))
            behind_it = numbers(session, asked, table.name, row[0])
            assert {name: behind_it[name] for name in counted} == {
                name: cells[name] for name in counted
            }, (table.name, row)
            looked += 1
    assert looked > (5 if report == "event" else 20)


def test_the_rows_of_nobody_are_those_without_a_person(world, session):
    asked = Question("period", None, EventFilter(), world, TODAY)
    found = numbers(session, asked, "people", "unknown")
    assert found["attendances"] == answer(session, asked).measure("unidentified")
