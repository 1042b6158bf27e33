"""The month, the year and the agenda, against what a plain walk over the days says."""

import random
from datetime import date, timedelta

import pytest

from tests.factories import (
    AttendanceFactory,
    EngagementFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.errors import BadFilter
from tracker.i18n import locale_of
from tracker.services import calendar_pages as pages
from tracker.services.calendar_filter import Shown, read_calendar_filter, read_shown
from tracker.services.filters import EventFilter

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


@pytest.fixture
def ask(session):
    def asked(user=None, **values):
        return read_calendar_filter(session, {k.rstrip("_"): [v] for k, v in values.items()}, user)

    return asked


@pytest.fixture
def month(session, ask):
    def of(text="2026-11", language="en", **values):
        shown = read_shown({"month": [text]}, EventFilter(), TODAY)
        return pages.month_of(session, ask(**values), shown, locale_of(language))

    return of


@pytest.fixture
def year(session, ask):
    def of(number=2026, **values):
        shown = Shown("year", date(number, 1, 1), date(number, 12, 31))
        return pages.year_of(session, ask(**values), shown, locale_of("en"))

    return of


def days_of(month):
    return {day.day: day for week in month.weeks for day in week if day}


def keys_on(month, day):
    return [bar and bar.event.key for bar in days_of(month)[day].lanes]


# ---- which days are asked for


@pytest.mark.parametrize(
    "query, view, first, last",
    [
        ({}, "month", date(2026, 11, 1), date(2026, 11, 30)),
        ({"month": "2024-02"}, "month", date(2024, 2, 1), date(2024, 2, 29)),
        ({"year": "2025"}, "year", date(2025, 1, 1), date(2025, 12, 31)),
        ({"view": "year"}, "year", date(2026, 1, 1), date(2026, 12, 31)),
        ({"view": "year", "month": "2024-02"}, "year", date(2024, 1, 1), date(2024, 12, 31)),
        ({"view": "month", "year": "2026"}, "month", date(2026, 11, 1), date(2026, 11, 30)),
        ({"view": "month", "year": "2025"}, "month", date(2025, 1, 1), date(2025, 1, 31)),
        ({"view": "agenda"}, "agenda", TODAY, None),
        ({"view": "agenda", "month": "2026-12"}, "agenda", date(2026, 12, 1), date(2026, 12, 31)),
        ({"view": "agenda", "year": "2027"}, "agenda", date(2027, 1, 1), date(2027, 12, 31)),
    ],
)
def test_the_days_of_a_view(query, view, first, last):
    values = {name: [value] for name, value in query.items()}
    assert read_shown(values, EventFilter(), TODAY) == Shown(view, first, last)


def test_a_period_leads_to_the_month_nearest_to_today():
    later = EventFilter(first=date(2027, 3, 5))
    assert read_shown({}, later, TODAY).first == date(2027, 3, 1)
    earlier = EventFilter(last=date(2020, 3, 5))
    assert read_shown({}, earlier, TODAY).first == date(2020, 3, 1)
    around = EventFilter(first=date(2020, 1, 1), last=date(2030, 1, 1))
    assert read_shown({}, around, TODAY).first == date(2026, 11, 1)
    assert read_shown({"view": ["agenda"]}, later, TODAY) == Shown("agenda", later.first, None)


@pytest.mark.parametrize(
    "name, value",
    [("month", v) for v in ("2026", "2026-13", "2026-00", "2026-1", "1800-01", "2200-01", "November", "２０２６-01")]
    + [("year", v) for v in ("26", "1899", "2200", "2026-01", "x")] + [("view", "week")],
)  # fmt: skip
def test_days_that_do_not_exist(app, name, value):
    with app.test_request_context(), pytest.raises(BadFilter, match=name):
        read_shown({name: [value]}, EventFilter(), TODAY)


def test_the_ways_to_the_neighbors():
    november = Shown("month", date(2026, 11, 1), date(2026, 11, 30))
    assert (november.step, november.before, november.after) == (
        "month", date(2026, 10, 31), date(2026, 12, 1),
    )  # fmt: skip
    assert Shown("year", date(2026, 1, 1), date(2026, 12, 31)).step == "year"
    assert Shown("agenda", TODAY, TODAY).step == "day"
    for first, last in ((TODAY, None), (None, TODAY), (date(2026, 11, 1), date(2026, 11, 10))):
        open_ = Shown("agenda", first, last)
        assert (open_.step, open_.before, open_.after) == (None, None, None)
    assert Shown("month", date(1900, 1, 1), date(1900, 1, 31)).before is None
    assert Shown("year", date(2199, 1, 1), date(2199, 12, 31)).after is None


# ---- the month


def test_a_month_has_the_weeks_of_the_language(month):
    weeks = month("2026-11").weeks
    assert [day and day.day.day for day in weeks[0]] == [None] * 6 + [1]
    assert [day and day.day.day for day in weeks[-1]] == [30] + [None] * 6
    assert [day and day.day.day for day in month("2026-11", "pt").weeks[0]] == list(range(1, 8))
    assert month("2026-11", "es").weeks[0][0] is None


def test_an_event_of_several_days_is_one_bar_a_week(month):
    EventFactory(key="long", start_date="2026-11-13", end_date="2026-11-24")
    bars = [day.lanes[0] for day in days_of(month()).values() if day.number]
    assert len(bars) == 12
    seen = list(dict.fromkeys((bar.first.day, bar.days, bar.begins, bar.ends) for bar in bars))
    assert seen == [(13, 3, True, False), (16, 7, False, False), (23, 2, False, True)]


def test_what_begins_or_ends_outside_goes_on_at_the_edge(month):
    EventFactory(key="over", start_date="2026-10-30", end_date="2026-12-02")
    EventFactory(key="before", start_date="2026-10-31")
    EventFactory(key="after", start_date="2026-12-01")
    found = month()
    assert found.number == 1
    assert keys_on(found, date(2026, 11, 1)) == keys_on(found, date(2026, 11, 30)) == ["over"]
    assert [(day.day.day, [e.key for e in events]) for day, events in found.begins] == [
        (1, ["over"])
    ]


def test_lanes_are_used_again_and_hold_their_event(month):
    EventFactory(key="a", start_date="2026-11-09", end_date="2026-11-11")
    EventFactory(key="b", start_date="2026-11-10", end_date="2026-11-13")
    EventFactory(key="c", start_date="2026-11-12", end_date="2026-11-12")
    found = month()
    assert keys_on(found, date(2026, 11, 9)) == ["a", None]
    assert keys_on(found, date(2026, 11, 11)) == ["a", "b"]
    assert keys_on(found, date(2026, 11, 12)) == ["c", "b"]


def test_more_events_than_lanes_are_a_number(month):
    for number in range(7):
        EventFactory(key=f"e{number}", start_date="2026-11-10")
    EventFactory(key="long", start_date="2026-11-09", end_date="2026-11-12")
    day = days_of(month())[date(2026, 11, 10)]
    assert (day.number, day.more) == (8, 4)
    assert day.lanes[0].event.key == "long"
    ((_, first), (listed, second)) = month().begins
    assert [event.key for event in first] == ["long"]
    assert (len(second), listed.more) == (4, 4)


@pytest.mark.parametrize("seed", range(4))
def test_the_month_is_what_a_walk_over_its_days_says(session, month, seed):
    chance = random.Random(seed)
    spans = {}
    for number in range(60):
        first = date(2026, 10, 20) + chance.randrange(50) * DAY
        last = first + chance.choice((0, 0, 0, 1, 2, 4, 20)) * DAY
        EventFactory(key=f"e{number}", start_date=str(first), end_date=str(last))
        spans[f"e{number}"] = (first, last)
    found = month()
    assert found.number == sum(
        a <= date(2026, 11, 30) and b >= date(2026, 11, 1) for a, b in spans.values()
    )
    for day, cell in days_of(found).items():
        there = {key for key, (a, b) in spans.items() if a <= day <= b}
        shown = [bar.event.key for bar in cell.lanes if bar]
        assert cell.number == len(there)
        assert len(set(shown)) == len(shown) <= pages.LANES
        assert set(shown) <= there
        # No lane stays free while something is left out.
        assert (
            cell.more == 0 or len(shown) == pages.LANES or _blocked(found, day, there - set(shown))
        )
        for bar in filter(None, cell.lanes):
            assert bar.first <= day <= bar.last
            assert bar.begins == (bar.first == spans[bar.event.key][0])
            assert bar.ends == (bar.last == spans[bar.event.key][1])


def _blocked(month, day, left_out):
    """Whether each event left out had no lane on an earlier day of its week."""
    week = next(w for w in month.weeks if any(d and d.day == day for d in w))
    earlier = [d for d in week if d and d.day < day]
    full = [d.day for d in earlier if sum(1 for bar in d.lanes if bar) == pages.LANES]
    return bool(full) and bool(left_out)


def test_what_stands_in_no_month(session, month, year, ask):
    EventFactory(key="some-day", start_date="2026-11")
    EventFactory(key="some-month", start_date="2026")
    EventFactory(key="never", start_date=None)
    EventFactory(key="half", start_date="2026-11-02", end_date="2026-11")
    assert month().number == year().number == 0
    shown = read_shown({"month": ["2026-11"]}, EventFilter(), TODAY)
    vague = pages.vague_of(session, ask(), shown)
    assert [event.key for event in vague.events] == ["half", "some-day", "some-month"]
    assert not vague.more
    october = read_shown({"month": ["2026-10"]}, EventFilter(), TODAY)
    assert [e.key for e in pages.vague_of(session, ask(), october).events] == ["some-month"]


def test_no_more_of_those_than_fit(session, ask):
    for _ in range(pages.MOST_VAGUE + 1):
        EventFactory(start_date="2026-11")
    shown = read_shown({"month": ["2026-11"]}, EventFilter(), TODAY)
    vague = pages.vague_of(session, ask(), shown)
    assert (len(vague.events), vague.more) == (pages.MOST_VAGUE, True)


def test_only_what_the_reader_may_see(month, year):
    own = OrganizationFactory()
    EventFactory(start_date="2026-11-02", visibility="community")
    EventFactory(start_date="2026-11-02", visibility="organization", owner=own)
    EventFactory(start_date="2026-11-02")
    assert month().number == year().number == 1
    assert month(user=UserFactory()).number == 2
    assert (
        month(user=UserFactory(organization=own)).number
        == year(user=UserFactory(organization=own)).number
        == 3
    )


def test_a_month_asks_a_fixed_number_of_questions(month, count_queries):
    EventFactory(start_date="2026-11-02")
    with count_queries:
        month()
    few = count_queries.count
    for number in range(1, 29):
        EventFactory(start_date=f"2026-11-{number:02}", end_date="2026-11-28")
    with count_queries:
        month()
    assert count_queries.count == few == 2


# ---- the year


def test_a_year_counts_days_and_months(year):
    EventFactory(start_date="2026-01-30", end_date="2026-02-02")
    EventFactory(start_date="2026-02-02", end_date="2026-02-02")
    EventFactory(start_date="2025-12-30", end_date="2026-01-01")
    EventFactory(start_date="2026-12-31", end_date="2027-01-05")
    EventFactory(start_date="2026-02-02", status="cancelled")
    found = year()
    assert found.number == 4
    assert [month.number for month in found.months] == [2, 2, *[0] * 9, 1]
    assert found.by_day == {
        date(2026, 1, 1): 1, date(2026, 1, 30): 1, date(2026, 1, 31): 1, date(2026, 2, 1): 1,
        date(2026, 2, 2): 2, date(2026, 12, 31): 1,
    }  # fmt: skip
    assert year(status="cancelled").number == 1
    assert [month.first.month for month in found.months] == list(range(1, 13))
    assert found.months[0].weeks[0][:4] == [None, None, None, date(2026, 1, 1)]


def test_a_year_loads_no_events(session, year, count_queries):
    for number in range(1, 29):
        EventFactory(start_date=f"2026-11-{number:02}")
    session.expunge_all()
    with count_queries:
        year()
    assert count_queries.count == 1
    assert not session.identity_map


# ---- the agenda


def test_an_agenda_by_day(session, ask):
    EventFactory(key="running", start_date="2026-11-20", end_date="2026-11-25")
    EventFactory(key="over", start_date="2026-11-20")
    EventFactory(key="next", start_date="2026-12-01")
    EventFactory(key="vague", start_date="2026-12")
    shown = read_shown({"view": ["agenda"]}, EventFilter(), TODAY)
    page = pages.agenda_of(session, ask(), shown, None)
    days = [
        (day, [event.key for event in events]) for day, events in pages.by_day(page.rows, shown)
    ]
    assert days == [(TODAY, ["running"]), (date(2026, 12, 1), ["next"])]


def test_an_agenda_has_pages(session, ask):
    for number in range(55):
        EventFactory(start_date=str(date(2026, 12, 1) + number * DAY))
    shown = Shown("agenda", TODAY, None)
    first = pages.agenda_of(session, ask(), shown, None)
    second = pages.agenda_of(session, ask(), shown, first.next_cursor)
    assert (len(first.rows), len(second.rows), second.next_cursor) == (50, 5, None)


# ---- whose events


def test_the_events_an_organization_is_engaged_in(month):
    lacnic = OrganizationFactory(acronym="LACNIC")
    space = SpaceFactory()
    EngagementFactory(organization=lacnic, space=space)
    EventFactory(key="organized", start_date="2026-11-02", organizer=lacnic)
    EventFactory(key="engaged", start_date="2026-11-03", space=space)
    planned = EventFactory(key="planned", start_date="2026-11-04")
    AttendanceFactory(event=planned, organization=lacnic, status="planned")
    EventFactory(key="other", start_date="2026-11-05")
    found = month(engaged="LACNIC")
    assert [e.key for _day, events in found.begins for e in events] == [
        "organized", "engaged", "planned",
    ]  # fmt: skip
    assert found.number == 3


@pytest.mark.parametrize("status, goes", [("planned", 1), ("registered", 1), ("attended", 1), ("no-show", 0), ("cancelled", 0)])  # fmt: skip
def test_the_events_one_goes_to(month, status, goes):
    person = PersonFactory()
    AttendanceFactory(event=EventFactory(start_date="2026-11-02"), person=person, status=status)
    EventFactory(start_date="2026-11-02")
    assert month(user=UserFactory(person=person), mine="1").number == goes


def test_whose_events_it_does_not_know(app, session, ask):
    with app.test_request_context():
        for values, said in (
            ({"engaged": "nobody"}, "no value"), ({"mine": "1"}, "signed in"), ({"mine": "2"}, "no value"),
            ({"mine": "1", "user": UserFactory()}, "not linked to a person"), ({"who": "1"}, "no filter"),
            ({"from_": "1500-01-01"}, "lies between"),
        ):  # fmt: skip
            with pytest.raises(BadFilter, match=said):
                ask(**values)
        assert ask(mine="", engaged="").of_somebody is False
