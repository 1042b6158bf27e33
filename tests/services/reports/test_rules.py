"""One world made by hand for each rule of DESIGN 3: its numbers, and the oracle's, are these."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.factories import (
    AffiliationFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tests.oracle.answers import answer
from tests.oracle.comparing import differences, plain
from tests.oracle.stored import Stored
from tests.oracle.world import (
    Asked,
    Attendance,
    Engagement,
    Event,
    Headcount,
    Organization,
    Person,
    Reader,
    World,
)
from tracker.services.attendance import record_attendance
from tracker.services.headcounts import Names, Published, coverage
from tracker.services.reports.answer import answer as reported

US, THEM = "ORG0", "ORG1"
STAFF = Reader()
YEAR = {"first": date(2023, 1, 1), "last": date(2023, 12, 31)}
OURS = ((US, "organizer"),)
# The reports that count a set of events by a period.
SETS = [("organization", US), ("space", "IGF"), ("period", None)]


def world(events, attendances=(), headcounts=(), **more):
    """A world of two organizations, two spaces and the people who are named."""
    people = {record.person for record in attendances if record.person}
    given = {
        "organizations": (Organization(US), Organization(THEM)),
        "people": tuple(Person(key) for key in sorted(people)),
        "spaces": ("IGF", "LACIGF"),
        **more,
    }
    return World(tuple(events), tuple(attendances), tuple(headcounts), **given)


def there(event, *names, **more):
    """Who attended an event; who is called `?…` is nobody that could be identified."""
    return [
        Attendance(event, label=name, **more)
        if name.startswith("?")
        else Attendance(event, person=name, **more)
        for name in names
    ]


@pytest.fixture
def ask(session):
    """Ask the service for the report of a world; whatever it says, the oracle says too."""

    def report(of, name, subject=None, reader=STAFF, **more):
        asked = Asked(name, subject, reader, **more)
        stored = Stored(session, of)
        found = reported(session, stored.question(asked))
        wrong = list(differences(found, answer(of, asked), asked, stored.ids["person"]))
        session.rollback()
        session.expunge_all()
        assert not wrong, "\n".join(wrong)
        return found

    return report


def keys(report, name):
    return [row[0] for row in report.table(name).rows]


def cells(report, name, *columns):
    """The rows of a table by key, as the values of some columns."""
    table = report.table(name)
    places = [table.columns.index(column) for column in columns]
    return {row[0]: tuple(row[place] for place in places) for row in table.rows}


def participants(report):
    return plain(report.measure("participants"))


@pytest.mark.parametrize("report, subject", SETS)
def test_rule_01_the_local_start_date_lies_in_the_period(ask, report, subject):
    starts = ["2022-12-31", "2023-01-01", "2023-12-31", "2024-01-01", "2023", "2022", "2023-03"]
    events = [Event(f"e{n}", "IGF", start, links=OURS) for n, start in enumerate([*starts, None])]
    of = world(events)
    assert ask(of, report, subject, **YEAR).measure("events") == 4
    half = {"first": date(2023, 1, 1), "last": date(2023, 6, 30)}
    assert ask(of, report, subject, **half).measure("events") == 2
    assert ask(of, report, subject).measure("events") == 8
    assert ask(of, report, subject, first=date(1900, 1, 1)).measure("events") == 7


@pytest.mark.parametrize("report, subject", SETS)
def test_rule_02_cancelled_are_out_tentative_and_coming_are_in(ask, report, subject):
    events = [
        Event("off", "IGF", status="cancelled", links=OURS),
        Event("maybe", "IGF", status="tentative", links=OURS),
        Event("coming", "IGF", "2023-12-01", links=OURS),
    ]
    records = [there(event.key, "ana", organization=US)[0] for event in events]
    of = world(events, records)
    found = ask(of, report, subject)
    assert (found.measure("events"), found.measure("attendances")) == (2, 2)


def test_rule_02_held_are_those_that_have_started(ask):
    starts = ["2023-07-15", "2023-07-16", "2023-07", "2023-06", None]
    events = [Event(f"e{n}", "IGF", start, links=OURS) for n, start in enumerate(starts)]
    found = ask(world(events), "coverage", today=date(2023, 7, 15))
    assert cells(found, "matrix", "held", "next_event") == {"org0/igf": (2, "e2")}


def test_rule_02_a_cancelled_event_counts_nobody(ask):
    of = world([Event("off", status="cancelled")], there("off", "ana"), [Headcount("off", 9)])
    found = ask(of, "event", "off")
    assert (found.measure("events"), found.measure("people"), participants(found)) == (0, 0, None)


@pytest.mark.parametrize(
    "reader, events", [(None, 1), (STAFF, 2), (Reader(THEM), 2), (Reader(US), 3)]
)
@pytest.mark.parametrize("report, subject", SETS)
def test_rule_03_each_reader_counts_what_they_may_see(ask, report, subject, reader, events):
    of = world(
        [
            Event(visibility, "IGF", visibility=visibility, owner=US, links=OURS)
            for visibility in ("public", "community", "organization")
        ]
    )
    found = ask(of, report, subject, reader)
    assert found.measure("events") == events
    assert found.audience == ("staff" if reader else "public")


FAMILY = (
    Event("igf", "IGF", times=(540, 1080)),
    Event("day", parent="igf", relation="part-of", times=(540, 600)),
    Event("talk", parent="day", relation="part-of", times=(545, 590)),
    Event("lac", "LACIGF", parent="igf", relation="part-of"),
    Event("inside", "IGF", parent="lac", relation="part-of"),
    Event("beside", "IGF", parent="igf", relation="co-located"),
)


def test_rule_04_an_event_is_counted_with_its_parts_at_any_depth(ask):
    found = ask(world(FAMILY), "event", "igf")
    assert (found.measure("events"), found.measure("sessions")) == (5, 4)
    assert found.measure("session_hours") == 1.8  # 60 and 45 minutes
    assert keys(found, "sessions") == ["day", "inside", "lac", "talk"]
    assert ask(world(FAMILY), "event", "beside").measure("sessions") == 0


def test_rule_04_a_part_has_the_space_of_its_whole_and_is_no_edition(ask):
    found = ask(world(FAMILY), "space", "IGF")
    assert (found.measure("events"), found.measure("editions")) == (5, 2)
    assert cells(found, "by_edition", "events") == {"beside": (1,), "igf": (4,)}
    assert ask(world(FAMILY), "space", "LACIGF").measure("editions") == 1
    assert cells(ask(world(FAMILY), "period"), "by_space", "events") == {
        "IGF": (5,), "LACIGF": (1,)
    }  # fmt: skip


def test_rule_05_organizing_partnering_or_being_represented_is_taking_part(ask):
    events = [
        Event("organized", links=OURS),
        Event("partnered", links=((US, "partner"),)),
        Event("hosted", links=((US, "host"),)),
        Event("attended"),
        Event("planned"),
    ]
    records = [
        *there("attended", "?iPhone", organization=US),
        *there("planned", "ana", organization=US, status="planned"),
    ]
    found = ask(world(events, records), "organization", US)
    assert keys(found, "events") == ["attended", "organized", "partnered"]
    assert found.measure("events_organized") == 1


def test_rule_05_who_takes_part_in_a_part_takes_part_in_the_whole(ask):
    of = world(FAMILY, there("talk", "ana", organization=US), engagements=(Engagement(US, "IGF"),))
    row = cells(ask(of, "coverage"), "matrix", "held", "attended", "missed", "last_attended")
    assert row == {"org0/igf": (2, 1, 1, "igf")}
    found = ask(of, "organization", US)
    assert cells(found, "coverage", "held", "attended") == {"IGF": (2, 1)}
    assert keys(found, "events") == ["talk"]


@pytest.mark.parametrize("report, subject", [*SETS, ("event", "igf")])
def test_rule_06_only_attended_is_attended(ask, report, subject):
    statuses = ("planned", "registered", "no-show", "cancelled")
    records = [
        *there("igf", "ana", "ben", "?iPhone", organization=US),
        *there("talk", "ana", organization=US),
        *(
            Attendance("igf", person=status, organization=US, status=status)
            for status in statuses
        ),
    ]  # fmt: skip
    events = [Event("igf", "IGF"), Event("talk", parent="igf", relation="part-of")]
    found = ask(world(events, records), report, subject)
    measures = ("attendances", "people", "unidentified")
    assert [found.measure(name) for name in measures] == [4, 2, 1]
    if report == "event":
        assert (found.measure("registrations"), found.measure("no_shows")) == (6, 1)


def test_rule_07_what_was_true_on_the_first_day_is_frozen(session):
    person = PersonFactory(country=None)
    event = EventFactory(start_date="2023-05", end_date="2023-05")
    for acronym, start in (("Z", "2020"), ("B", "2022"), ("A", "2022"), ("NEW", "2023-05-02")):
        organization = OrganizationFactory(acronym=acronym, country="BO")
        AffiliationFactory(person=person, organization=organization, start_date=start)
    record = record_attendance(session, event, person, by=UserFactory())
    frozen = (record.organization.acronym, record.country, record.stakeholder_group)
    assert frozen == ("A", "BO", "civil-society")


def test_rule_08_rollup_adds_everything_below_and_the_predecessors(ask):
    organizations = (
        Organization(US), Organization(THEM), Organization("BELOW", parent=US),
        Organization("DEEP", parent="BELOW"), Organization("BEFORE", successor=US),
    )  # fmt: skip
    records = [
        *there("igf", "ana", organization=US),
        *there("igf", "ben", organization="DEEP"),
        *there("other", "ana", organization="BEFORE"),
        *there("other", "cid", organization=THEM),
    ]
    of = world([Event("igf", "IGF"), Event("other")], records, organizations=organizations)
    alone, rolled = (ask(of, "organization", US, rollup=rollup) for rollup in (False, True))
    assert (alone.measure("events"), alone.measure("people")) == (1, 1)
    assert (rolled.measure("events"), rolled.measure("people")) == (2, 2)
    assert keys(alone, "together_with") == ["DEEP"]
    assert keys(rolled, "together_with") == [THEM]
    assert keys(ask(of, "coverage"), "matrix") == ["deep/igf", "org0/igf"]
    assert keys(ask(of, "coverage", rollup=True), "matrix") == ["below/igf", "deep/igf", "org0/igf"]


EDITIONS = (
    Event("igf-22", "IGF", "2022-12-01"),
    Event("late", None, "2023-06-01", parent="igf-22", relation="part-of"),
    Event("igf-23", "IGF", "2023-05-08"),
    Event("early", None, "2023-05-01", parent="igf-23", relation="part-of"),
    Event("talk", None, "2023-05-09", parent="igf-23", relation="part-of"),
    Event("elsewhere", "LACIGF", "2021-01-01"),
    Event("no space", None, "2023-05-08"),
    Event("undated", "IGF", None),
)


def test_rule_09_newcomers_were_at_no_earlier_event_of_the_space(ask):
    records = [
        *there("igf-22", "ana"),
        *there("igf-22", "ben", status="registered"),
        *there("elsewhere", "ben"),
        *there("early", "cid"),
        *there("late", "dan"),
        *there("igf-23", "ana", "ben", "dan"),
        *there("talk", "ben", "cid", "?iPhone"),
        *there("no space", "ana"),
    ]
    of = world(EDITIONS, records)
    assert ask(of, "event", "igf-23").measure("newcomers") == 2
    assert ask(of, "event", "talk").measure("newcomers") == 2
    assert ask(of, "event", "igf-22").measure("newcomers") == 2
    assert ask(of, "event", "no space").measure("newcomers") is None
    assert ask(of, "event", "undated").measure("newcomers") is None
    retention = cells(ask(of, "space", "IGF"), "retention", "people", "returning", "newcomers")
    assert retention["igf-22"] == (2, 0, 2)
    assert retention["igf-23"] == (4, 2, 2)


def test_rule_09_an_event_nobody_may_see_does_not_tell(ask):
    events = [Event("igf-22", "IGF", "2022-12-01", visibility="community"), *EDITIONS[2:]]
    of = world(events, [*there("igf-22", "ana"), *there("igf-23", "ana")])
    assert ask(of, "event", "igf-23", None).measure("newcomers") == 1
    assert ask(of, "event", "igf-23").measure("newcomers") == 0


@pytest.mark.parametrize(
    "minutes, hours", [((50, 43, None), 1.6), ((None,), None), ((), 0.0), ((0, None), 0.0)]
)
def test_rule_10_known_minutes_are_added_and_nothing_is_estimated(ask, minutes, hours):
    records = [
        *(Attendance("e", f"p{n}", None, US, minutes=each) for n, each in enumerate(minutes)),
        Attendance("e", "absent", None, US, minutes=600, status="no-show"),
    ]
    found = ask(world([Event("e", links=OURS)], records), "organization", US)
    assert found.measure("person_hours") == hours


@pytest.mark.parametrize(
    "mode, figures, expected",
    [
        ("hybrid", {"all": (90, "exact"), "online": (40, "about")}, (90, 90, False)),
        ("hybrid", {"in-person": (70, "exact"), "online": (40, "exact")}, (70, 110, False)),
        ("hybrid", {"in-person": (70, "exact")}, (70, None, False)),
        ("in-person", {"in-person": (70, "exact")}, (70, 70, False)),
        ("online", {"all": (500, "at-least")}, (500, None, False)),
        ("hybrid", {"in-person": (7, "about"), "online": (4, "at-least")}, (7, None, True)),
        ("online", {}, None),
    ],
)
def test_rule_11_the_headcount_of_an_event(ask, mode, figures, expected):
    counts = [Headcount("e", value, of, qualifier) for of, (value, qualifier) in figures.items()]
    others = [
        Headcount("e", 900, metric="registrations"),
        Headcount("e", 90, unit="percent"),
        Headcount("e", 80, dimension="badge", value_key="staff"),
    ]
    of = world([Event("e", "IGF", mode=mode)], headcounts=[*counts, *others])
    for report, subject in (("event", "e"), ("space", "IGF"), ("period", None)):
        assert participants(ask(of, report, subject)) == expected


@pytest.mark.parametrize(
    "headcount, expected", [(1, (2, 3, False)), (3, (3, 3, False)), (9, (9, 9, False))]
)
def test_rule_12_a_headcount_is_never_added_to_names(ask, headcount, expected):
    of = world([Event("e")], there("e", "ana", "ben", "?iPhone"), [Headcount("e", headcount)])
    assert participants(ask(of, "event", "e")) == expected


def test_rule_13_a_part_lies_inside_the_nearest_whole_with_a_headcount(ask):
    records = [
        *there("igf", "ana", "?iPhone"),
        *there("talk", "ana", "ben", "?dial-in"),
        *there("beside", "ana", "cid"),
    ]
    counts = [
        Headcount("igf", 50),
        Headcount("day", 40),
        Headcount("talk", 60, qualifier="about"),
    ]
    of = world(FAMILY, records, [*counts, Headcount("beside", 20)])
    # Two of the 50 have names; the talk, though more came there, adds only to the lower end.
    assert participants(ask(of, "event", "igf")) == (60, 60, False)
    # Three have names; 48 and 18 have none.
    assert participants(ask(of, "period")) == (60, 3 + 48 + 18, False)


def test_rule_14_null_where_nothing_says_how_many_came(ask):
    of = world([Event("silent"), Event("empty")], headcounts=[Headcount("empty", 0)])
    assert participants(ask(of, "event", "silent")) is None
    assert participants(ask(of, "event", "empty")) == (0, 0, False)
    found = ask(of, "period")
    assert participants(found) == (0, 0, False)
    assert any("1 " in line and "headcount" in line for line in found.method)


def test_rule_15_an_organization_sent_some_and_reached_others(ask):
    events = [Event("e"), Event("own", links=((US, "partner"),))]
    records = [*there("e", "ana", "?iPhone", organization=US), *there("own", "ben")]
    counts = [Headcount("e", 5000), Headcount("own", 70, qualifier="at-least")]
    found = ask(world(events, records, counts), "organization", US)
    assert participants(found) == (1, 2, False)
    assert plain(found.measure("reached")) == (70, None, False)


def test_rule_16_countries_and_modes_of_events_or_of_attendances(ask):
    events = [Event("e", "IGF", mode="hybrid", country="BR", links=OURS)]
    record = {"organization": US, "mode": "online"}
    records = [*there("e", "ana", country="UY", **record), *there("e", "ben", **record)]
    of = world(events, records)
    countries = {"UY": (1,), "unknown": (1,)}
    assert cells(ask(of, "organization", US), "by_country", "attendances") == {"BR": (2,)}
    assert cells(ask(of, "period"), "by_country", "attendances") == {"BR": (2,)}
    assert cells(ask(of, "event", "e"), "by_country", "attendances") == countries
    assert cells(ask(of, "space", "IGF"), "by_country", "attendances") == countries
    assert keys(ask(of, "organization", US), "by_mode") == ["online"]
    assert keys(ask(of, "event", "e"), "by_mode") == ["online"]
    assert keys(ask(of, "period"), "by_mode") == ["hybrid"]


def test_rule_17_delegates_roles_company_and_what_was_published(ask):
    records = [
        *there("e", "ana", organization=US, roles=("speaker", "moderator")),
        *there("f", "ana", organization=US, roles=("speaker",)),
        *there("e", "ben", "?iPhone", organization=THEM),
        *there("f", "cid", organization=THEM, status="registered"),
    ]
    counts = [
        Headcount("e", 45, metric="countries", qualifier="at-least"),
        Headcount("e", 41, metric="sessions"),
    ]
    of = world([Event("e"), Event("f")], records, counts)
    found = ask(of, "organization", US)
    assert len(keys(found, "delegates")) == found.measure("people") == 1
    assert cells(found, "by_role", "attendances") == {"moderator": (1,), "speaker": (2,)}
    assert cells(found, "together_with", "events", "attendances") == {THEM: (1, 2)}
    assert ask(of, "organization", US, None).table("delegates") is None
    for report, subject in (("event", "e"), ("period", None)):
        found = ask(of, report, subject)
        assert found.measure("organizations") == 2
        assert (found.measure("sessions"), found.measure("countries")) == (0, report == "period")
        table = found.table("published")
        shown = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        assert [(row["metric"], row["value"], row["qualifier"]) for row in shown] == [
            ("countries", 45, "at-least"), ("sessions", 41, "exact"),
        ]  # fmt: skip


@pytest.mark.parametrize("parts, adds_up", [((60, 40), True), ((60, 30), False)])
def test_rule_18_a_table_that_does_not_add_up_is_kept_and_flagged(ask, parts, adds_up):
    counts = [Headcount("e", 100)] + [
        Headcount("e", value, dimension="gender", value_key=key)
        for key, value in zip(("female", "male"), parts, strict=True)
    ]
    table = ask(world([Event("e")], headcounts=counts), "event", "e").table("published")
    shown = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert {row["value_key"]: row["value"] for row in shown} == {
        "": 100, "female": parts[0], "male": parts[1]
    }  # fmt: skip
    assert {row["value_key"]: row["adds_up"] for row in shown} == {
        "": None, "female": adds_up, "male": adds_up
    }  # fmt: skip


def test_rule_18_percentages_have_one_decimal_half_up():
    published = [Published("participants", "all", "", "", "count", 1600)]
    found = coverage(published, Names(people=100), "online")
    assert found is not None
    assert found.percent == Decimal("6.3")  # 6.25


REGIONS = (("icann", "UY", "lac"), ("icann", "BR", "lac"), ("icann", "ES", "europe"))


def test_rule_19_small_cells_are_hidden_from_the_public(ask):
    records = [
        Attendance("e", f"{country}{number}", country=country)
        for country, many in (("UY", 2), ("BR", 6), ("ES", 9))
        for number in range(many)
    ]
    of = world([Event("e", "IGF")], [*records, *there("e", "?x", country="PE")], regions=REGIONS)
    assert cells(ask(of, "event", "e"), "by_country", "people")["UY"] == (2,)
    for report, subject in (("event", "e"), ("space", "IGF")):
        people = cells(ask(of, report, subject, None), "by_country", "people")
        # The 2 are small, the 6 would tell them, and 0 is shown.
        assert (people["UY"], people["BR"], people["PE"]) == ((None,), (None,), (0,))


def test_rule_19_signed_out_one_event_and_one_space_take_no_filter(client, session):
    event = EventFactory(key="open")
    for query, status in (("", 200), ("?scheme=un&lang=es", 200), ("?country=UY", 400)):
        assert client.get(f"/reports/events/{event.key}.json{query}").status_code == status


def test_every_rule_has_its_test():
    names = re.findall(r"def test_rule_(\d\d)_", Path(__file__).read_text(encoding="utf-8"))
    assert {int(name) for name in names} == set(range(1, 20))
