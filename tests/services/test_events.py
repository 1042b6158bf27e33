"""Logging events: keys, next editions, families, series, who may."""

from datetime import UTC, datetime, time

import pytest
from sqlalchemy import select

from tests.factories import (
    EventFactory,
    OrganizationFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tracker.errors import Conflict, Forbidden
from tracker.models import Change, Event
from tracker.models.changes import attribute
from tracker.services.events import (
    EventData,
    delete_event,
    new_key,
    next_edition_of,
    save_event,
    save_weekly_series,
    suggest_from_space,
)

BARE = {
    "name_en": "Meeting", "name_es": None, "name_pt": None, "kind": "meeting",
    "start_date": "2026-03-02", "end_date": None, "start_time": None, "end_time": None,
    "timezone": "America/Montevideo", "status": "confirmed", "visibility": "public", "mode": "online",
}  # fmt: skip


def data(**values):
    things = {
        name: values.pop(name)
        for name in ("space", "parent", "owner", "organizations", "topics")
        if name in values
    }
    return EventData({**BARE, **values}, **things)


@pytest.fixture
def editor(session):
    return UserFactory()


@pytest.fixture
def log(session, editor):
    def save(event=None, by=None, **values):
        saved = save_event(session, event, data(**values), by=by or editor)
        session.commit()
        return saved

    return save


# ---- keys


def test_a_key_is_the_slug_of_the_name(session, log):
    assert log(name_en="LACNIC 46 – Ciudad de México").key == "lacnic-46-ciudad-de-mexico"
    assert log(name_en=None, name_es="Reunión").key == "reunion"
    assert log(name_en=None, name_pt="中文").key == "event"


def test_keys_are_unique(session, log):
    assert [log().key for _ in range(3)] == ["meeting", "meeting-2", "meeting-3"]


def test_keys_are_never_given_again(session, editor, log):
    gone = log()
    delete_event(session, gone, by=editor)
    session.commit()
    renamed = log(name_en="Other")
    attribute(session, "test", None)
    renamed.key = "renamed"
    session.commit()
    assert log().key == "meeting-2"
    assert log(name_en="Other").key == "other-2"
    assert new_key(session, data(name_en="Renamed")) == "renamed-2"


def test_new_is_no_key(session, log):
    assert log(name_en="New").key == "new-2"


def test_a_long_name_has_a_key_that_fits(session, log):
    assert len(log(name_en="x" * 300).key) == 100


def test_the_identifier_for_calendars_stays_with_the_event(session, log):
    event = log()
    uid = event.uid
    log(event, name_en="Renamed")
    assert (event.uid, event.key) == (uid, "meeting")


# ---- saving


def test_saving_what_is_stored_already_writes_nothing(session, log):
    organizer, topic = OrganizationFactory(), TopicFactory()
    everything = {"organizations": {"organizer": [organizer, organizer]}, "topics": [topic]}
    event = log(**everything)
    changes, version = len(session.scalars(select(Change)).all()), event.version
    log(event, **everything)
    assert len(session.scalars(select(Change)).all()) == changes
    assert event.version == version


@pytest.mark.parametrize("what", ["organizations", "topics", "order"])
def test_a_change_of_organizers_or_topics_is_a_new_version(session, log, what):
    one, two, topic = OrganizationFactory(), OrganizationFactory(), TopicFactory()
    event = log(organizations={"organizer": [one, two]})
    version = event.version
    log(event, **{
        "organizations": {"organizations": {"organizer": [one]}},
        "topics": {"organizations": {"organizer": [one, two]}, "topics": [topic]},
        "order": {"organizations": {"organizer": [two, one]}},
    }[what])  # fmt: skip
    assert event.version > version
    session.expire_all()
    assert [o.acronym for o in event.organizations_as("organizer")] == {
        "organizations": [one.acronym], "topics": [one.acronym, two.acronym],
        "order": [two.acronym, one.acronym],
    }[what]  # fmt: skip


def test_an_organization_may_have_several_roles(session, log):
    host = OrganizationFactory()
    event = log(organizations={"organizer": [host], "host": [host]})
    assert event.organizations_as("host") == event.organizations_as("organizer") == [host]


def test_an_end_follows_the_start(session, log):
    assert log(start_date="2026-03").end_date == "2026-03"


def test_a_relation_goes_with_a_parent(session, log):
    whole = log()
    assert log(parent=whole).relation == "part-of"
    assert log(parent=whole, relation="co-located").relation == "co-located"
    assert log(relation="co-located").relation is None


def test_no_event_is_its_own_ancestor(session, editor, log):
    whole = log()
    part = log(parent=whole)
    session_of_part = log(parent=part)
    for child in (whole, part, session_of_part):
        with pytest.raises(Conflict) as problem:
            log(whole, parent=child)
        assert problem.value.field == "parent_key"
        session.rollback()
    assert whole.parent is None


def test_an_event_for_its_owner_alone(session, log):
    owner = OrganizationFactory()
    event = log(visibility="organization", owner=owner, by=UserFactory(organization=owner))
    assert event.owner is owner
    with pytest.raises(Forbidden):
        log(visibility="organization", owner=owner, by=UserFactory(role="admin"))


# ---- contributors


@pytest.fixture
def own(session):
    return OrganizationFactory(acronym="OWN")


@pytest.fixture
def contributor(session, own):
    return UserFactory(role="contributor", organization=own)


def test_a_contributor_logs_what_its_organization_organizes(session, log, own, contributor):
    assert log(by=contributor, organizations={"organizer": [own]}).organizations_as(
        "organizer"
    ) == [own]
    assert log(by=contributor, owner=own).owner is own


@pytest.mark.parametrize("role", [None, "partner", "host", "sponsor"])
def test_and_nothing_else(session, log, own, contributor, role):
    with pytest.raises(Forbidden):
        log(by=contributor, organizations={role: [own]} if role else {})
    session.rollback()
    assert session.scalar(select(Event)) is None


def test_a_contributor_cannot_give_an_event_away(session, log, own, contributor):
    event = log(by=contributor, organizations={"organizer": [own]})
    with pytest.raises(Forbidden):
        log(event, by=contributor, organizations={"organizer": [OrganizationFactory()]})


def test_a_contributor_without_organization_logs_nothing(session, log):
    with pytest.raises(Forbidden):
        log(by=UserFactory(role="contributor"))


# ---- deletion


def test_a_deleted_event_keeps_its_row(session, editor, log):
    event = log()
    delete_event(session, event, by=editor)
    session.commit()
    assert event.deleted_at is not None


def test_what_has_parts_is_not_deleted(session, editor, log):
    whole = log()
    part = log(parent=whole)
    with pytest.raises(Conflict):
        delete_event(session, whole, by=editor)
    delete_event(session, part, by=editor)
    delete_event(session, whole, by=editor)
    session.commit()
    assert whole.deleted_at


# ---- a weekly series


def test_a_weekly_series_is_events_of_one_change(session, editor):
    made = save_weekly_series(session, data(name_es="Reunión", edition=7), 3, by=editor)
    session.commit()
    assert [e.start_date for e in made] == ["2026-03-02", "2026-03-09", "2026-03-16"]
    assert [e.name_en for e in made] == ["Meeting (1/3)", "Meeting (2/3)", "Meeting (3/3)"]
    assert [e.name_es for e in made] == ["Reunión (1/3)", "Reunión (2/3)", "Reunión (3/3)"]
    assert [e.name_pt for e in made] == [None] * 3
    assert [e.edition for e in made] == [7, 8, 9]
    assert {e.series for e in made} == {"meeting"}
    assert len({e.uid for e in made}) == 3
    assert len(session.scalars(select(Change).where(Change.action == "event.create")).all()) == 1


def test_a_second_series_of_the_same_name_is_another(session, editor, log):
    for expected in ("meeting", "meeting-2"):
        made = save_weekly_series(session, data(), 2, by=editor)
        log()  # takes the key that the next would have
        assert made[0].series == expected


def test_a_weekly_series_keeps_its_wall_clock_over_summer_time(session, editor):
    made = save_weekly_series(
        session,
        data(
            start_date="2026-03-05",
            start_time=time(10),
            end_time=time(11),
            timezone="America/New_York",
        ),
        2,
        by=editor,
    )
    session.commit()
    assert [e.starts_at for e in made] == [
        datetime(2026, 3, 5, 15, tzinfo=UTC), datetime(2026, 3, 12, 14, tzinfo=UTC),
    ]  # fmt: skip


def test_a_series_across_midnight_stays_across_it(session, editor):
    made = save_weekly_series(
        session, data(end_date="2026-03-03", start_time=time(22), end_time=time(1)), 2, by=editor
    )
    assert [(e.start_date, e.end_date) for e in made] == [
        ("2026-03-02", "2026-03-03"), ("2026-03-09", "2026-03-10"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "values, field",
    [
        ({"start_date": "2026-03"}, "start_date"),
        ({"start_date": None}, "start_date"),
        ({"start_date": "2199-12-30"}, "repeat"),
        ({"name_pt": "x" * 298}, "name_pt"),
        # The second Sunday has no 02:30 in New York.
        ({"start_date": "2026-03-01", "start_time": time(2, 30), "timezone": "America/New_York"}, "start_time"),
        ({"start_date": "2026-03-01", "start_time": time(1), "end_time": time(2, 30), "timezone": "America/New_York"}, "end_time"),
    ],
)  # fmt: skip
def test_a_series_that_cannot_be(session, editor, values, field):
    with pytest.raises(Conflict) as problem:
        save_weekly_series(session, data(**values), 3, by=editor)
    assert problem.value.field == field
    session.rollback()
    assert session.scalar(select(Event)) is None


# ---- the next edition


@pytest.mark.parametrize(
    "name, edition, cadence, following",
    [
        ("LACNIC 45", 45, "semiannual", "LACNIC 46"),
        ("LACNIC45", 45, None, "LACNIC46"),
        ("20th IGF (IGF 2025)", 20, "annual", "21st IGF (IGF 2026)"),
        ("IGF 2025", 20, "annual", "IGF 2026"),
        ("LACIGF 2025", None, "annual", "LACIGF 2026"),
        ("LACNIC 44 (2025)", 44, "semiannual", "LACNIC 45 (2025)"),
        ("1st Forum", 1, None, "2nd Forum"),
        ("11th Forum of 2025", 11, None, "12th Forum of 2025"),
        ("21st Forum", 21, None, "22nd Forum"),
        ("99th Forum", 99, None, "100th Forum"),
        ("110th Forum", 110, None, "111th Forum"),
        ("Foro IX", 9, None, "Foro X"),
        ("XVI Encuentro", 16, None, "XVII Encuentro"),
        ("CCXCIX and XCIX", 99, None, "CCXCIX and XCIX"),
        ("I Forum", 1, None, "I Forum"),
        ("ICANN145 in room 45", 45, None, "ICANN145 in room 46"),
        (None, 3, "annual", None),
    ],
)
def test_the_name_of_the_next_edition(session, name, edition, cadence, following):
    space = SpaceFactory(cadence=cadence)
    event = EventFactory(
        name_en="An event", name_es=name, edition=edition, space=space, start_date="2025-06-23"
    )
    found = next_edition_of(event, space)
    assert found["name_es"] == following
    assert found["edition"] == (edition + 1 if edition else None)


def test_the_next_edition_of_a_space(session):
    organizer = OrganizationFactory(acronym="LACNIC")
    space = SpaceFactory()
    EventFactory(
        name_en="LACNIC 44", edition=44, space=space, organizer=organizer, start_date="2027"
    )
    EventFactory(
        name_en="LACNIC 45",
        edition=45,
        space=space,
        organizer=organizer,
        kind="forum",
        mode="hybrid",
    )
    assert suggest_from_space(session, space, None) == {
        "name_en": "LACNIC 46", "name_es": None, "name_pt": None, "edition": 46,
        "kind": "forum", "mode": "hybrid", "organizer_acronyms": "LACNIC",
    }  # fmt: skip


def test_of_a_space_without_numbers_the_latest_leads(session):
    space = SpaceFactory(organizer=OrganizationFactory(acronym="ISOC"), cadence="annual")
    EventFactory(name_en="Forum 2024", space=space, start_date="2024")
    EventFactory(name_en="Forum 2023", space=space, start_date="2023")
    found = suggest_from_space(session, space, None)
    assert (found["name_en"], found["organizer_acronyms"]) == ("Forum 2025", "ISOC")


def test_a_space_without_events_suggests_its_own_name(session):
    space = SpaceFactory(name_en="The forum", organizer=OrganizationFactory(acronym="ISOC"))
    found = suggest_from_space(session, space, None)
    assert (found["name_en"], found["organizer_acronyms"]) == ("The forum", "ISOC")


def test_sessions_deleted_and_hidden_events_are_no_editions(session):
    space, owner = SpaceFactory(), OrganizationFactory()
    last = EventFactory(name_en="Forum 5", edition=5, space=space)
    EventFactory(name_en="Session 8", edition=8, space=space, parent=last, relation="part-of")
    EventFactory(
        name_en="Forum 9", edition=9, space=space, deleted_at=datetime(2024, 1, 1, tzinfo=UTC)
    )
    EventFactory(name_en="Forum 7", edition=7, space=space, visibility="organization", owner=owner)
    assert suggest_from_space(session, space, UserFactory())["name_en"] == "Forum 6"
    assert (
        suggest_from_space(session, space, UserFactory(organization=owner))["name_en"] == "Forum 8"
    )


def test_an_edition_may_be_part_of_an_event_of_another_space(session):
    space = SpaceFactory()
    meeting = EventFactory(space=SpaceFactory())
    EventFactory(
        name_en="LAC Space 12", edition=12, space=space, parent=meeting, relation="part-of"
    )
    assert suggest_from_space(session, space, None)["name_en"] == "LAC Space 13"
