"""The history of a thing, and setting back what a change did."""

from datetime import time

import pytest
from sqlalchemy import func, select

from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    ContributionFactory,
    EngagementFactory,
    EventFactory,
    HeadcountFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tracker.errors import Conflict
from tracker.models import (
    Affiliation,
    Alias,
    Attendance,
    Change,
    Event,
    EventOrganization,
    EventTopic,
    OldSlug,
    Organization,
    Person,
    PersonEmail,
)
from tracker.models.changes import attribute, record_bulk
from tracker.services.events import delete_event
from tracker.services.history import find_change, history_of, undo
from tracker.services.undo_rights import may_undo
from tracker.services.visibility import visible_to


@pytest.fixture
def user(session):
    return UserFactory()


@pytest.fixture
def last(session):
    """The change made last."""
    return lambda: find_change(session, session.scalar(select(func.max(Change.id))))


@pytest.fixture
def write(session, user):
    """Commit what a function does, as one change."""

    def commit(action, work):
        attribute(session, action, by=user)
        found = work()
        session.commit()
        return found

    return commit


@pytest.fixture
def undo_last(session, user, last):
    def set_back():
        undo(session, last(), by=user)
        session.commit()

    return set_back


# What follows from a write, and only ever rises.
COUNTERS = {"updated_at", "version", "sequence", "feed_changed_at", "feed_version"}


def row_of(thing):
    columns = {attribute.key for attribute in type(thing).__mapper__.column_attrs}
    return {name: getattr(thing, name) for name in columns - COUNTERS}


FACTORIES = {
    "organization": OrganizationFactory,
    "person": PersonFactory,
    "affiliation": AffiliationFactory,
    "space": SpaceFactory,
    "engagement": EngagementFactory,
    "attendance": AttendanceFactory,
    "headcount": HeadcountFactory,
    "contribution": ContributionFactory,
}
# What they belong to is there before: a creation is of one thing.
PARTS = {
    "attendance": {"event": EventFactory, "person": PersonFactory},
    "headcount": {"event": EventFactory},
    "contribution": {"event": EventFactory, "organization": OrganizationFactory},
}


def made(noun):
    parts = {name: make() for name, make in PARTS.get(noun, {}).items()}
    return {**FACTORIES, "event": EventFactory}[noun](**parts)


EDITS = {
    "organization": {"name_en": "Other"},
    "person": {"name": "Demo Other", "country": None},
    "affiliation": {"title": "Engineer", "end_date": "2020-06"},
    "space": {"scope": "global"},
    "engagement": {"role": "observer", "to_date": "2024"},
    "attendance": {"minutes": 30, "role": "speaker;moderator"},
    "headcount": {"value": 12.5, "unit": "percent"},
    "contribution": {"amount": 10.5, "currency": "USD"},
    "event": {"start_time": time(9), "city": "Lima", "start_date": "2023-05-07"},
}


@pytest.mark.parametrize("noun", FACTORIES)
def test_a_deletion_is_undone(session, write, undo_last, noun):
    thing = made(noun)
    before, model, number = row_of(thing), type(thing), thing.id
    write(f"{noun}.delete", lambda: session.delete(thing))
    assert session.get(model, number) is None
    undo_last()
    assert row_of(session.get(model, number)) == before


@pytest.mark.parametrize("noun", EDITS)
def test_an_edit_is_undone(session, write, undo_last, noun):
    thing = made(noun)
    before = row_of(thing)
    write(f"{noun}.edit", lambda: [setattr(thing, *pair) for pair in EDITS[noun].items()])
    assert row_of(thing) != before
    undo_last()
    assert row_of(thing) == before


@pytest.mark.parametrize("noun", FACTORIES)
def test_a_creation_is_undone(session, undo_last, noun):
    thing = made(noun)
    model, number = type(thing), thing.id
    undo_last()
    assert session.get(model, number) is None


def test_a_person_comes_back_with_addresses_and_affiliations(session, write, undo_last):
    organization = OrganizationFactory()
    person = write("person.create", lambda: _whole_person(session, organization))
    number = person.id
    write("person.delete", lambda: session.delete(person))
    assert session.scalar(select(func.count()).select_from(Affiliation)) == 0

    undo_last()
    person = session.get(Person, number)
    assert [e.address for e in person.emails] == ["ana@example.org", "ana@example.net"]
    assert [a.organization for a in person.affiliations] == [organization]


def test_somebody_created_at_an_event_goes_with_the_attendance(session, write, undo_last):
    event, organization = EventFactory(), OrganizationFactory()

    def record():
        person = _whole_person(session, organization)
        session.flush()
        session.add(Attendance(event_id=event.id, person=person, organization=organization))

    write("attendance.record", record)
    undo_last()
    for model in (Attendance, Person, PersonEmail, Affiliation):
        assert session.scalar(select(model)) is None


def _whole_person(session, organization):
    person = Person(key="ana", name="Demo Ana")
    person.emails = [PersonEmail(address="ana@example.org"), PersonEmail(address="ana@example.net")]
    person.affiliations = [Affiliation(organization=organization, start_date="2020-03")]
    session.add(person)
    return person


def test_an_organization_comes_back_with_its_aliases(session, write, undo_last):
    organization = OrganizationFactory(acronym="ECLAC")
    write("organization.edit", lambda: session.add(Alias(organization=organization, text="CEPAL")))
    session.refresh(organization)
    write("organization.delete", lambda: session.delete(organization))
    undo_last()
    assert session.scalar(select(Organization)).aliases[0].folded == "cepal"


def test_a_created_event_leaves_calendars_but_its_row_stays(session, undo_last):
    event = EventFactory(organizer=OrganizationFactory())
    undo_last()
    assert event.deleted_at is not None
    assert event.withdrawn_start == "2023-05-08"
    assert event.organization_links
    assert session.scalar(select(Event).where(visible_to(None))) is None


def test_a_deleted_event_comes_back_with_its_attendances(session, user, undo_last):
    event = EventFactory(organizer=OrganizationFactory())
    AttendanceFactory(event=event)
    delete_event(session, event, by=user)
    session.commit()
    assert event.withdrawn_at is not None

    undo_last()
    assert session.scalars(select(Event).where(visible_to(None))).all() == [event]
    assert event.withdrawn_at is None
    assert event.sequence == 2
    assert len(session.scalars(select(Attendance)).all()) == 1


def test_an_edit_of_organizers_and_topics_is_undone(session, write, undo_last):
    first, second, topic = OrganizationFactory(), OrganizationFactory(), TopicFactory()
    event = EventFactory(organizer=first)

    def change():
        event.organization_links = [EventOrganization(organization=second, role="organizer")]
        event.topic_links = [EventTopic(topic=topic)]

    write("event.edit", change)
    undo_last()
    session.expire_all()
    assert event.organizations_as("organizer") == [first]
    assert event.topics == []


def test_a_whole_series_is_undone_at_once(session, write, undo_last):
    def log():
        whole = Event(key="whole", uid="", name_en="Whole")
        session.add(whole)
        session.add_all(
            Event(key=f"e-{n}", uid="", name_en="E", parent=whole, relation="part-of")
            for n in range(3)
        )

    write("event.create", log)
    undo_last()
    assert session.scalar(select(Event).where(Event.deleted_at.is_(None))) is None


def test_a_creation_that_others_build_on_stays(session, user, last):
    event = EventFactory()
    creation = last()
    EventFactory(parent=event, relation="part-of")
    with pytest.raises(Conflict):
        undo(session, creation, by=user)


def test_a_rename_is_undone_and_both_addresses_stay_taken(session, write, undo_last):
    organization = OrganizationFactory(acronym="OLD")
    write("organization.edit", lambda: setattr(organization, "acronym", "NEW"))
    undo_last()
    assert organization.slug == "old"
    assert {old.slug for old in session.scalars(select(OldSlug))} == {"new"}


def test_an_undo_can_be_undone_and_that_again(session, write, last, undo_last):
    space = SpaceFactory(scope="regional")
    write("space.edit", lambda: setattr(space, "scope", "global"))
    for expected in ("regional", "global", "regional"):
        undo_last()
        assert space.scope == expected
    assert last().action == "undo"


def test_a_change_is_undone_once(session, user, write, last, undo_last):
    space = SpaceFactory()
    write("space.edit", lambda: setattr(space, "scope", "global"))
    change = last()
    undo_last()
    with pytest.raises(Conflict, match="already"):
        undo(session, change, by=user)


@pytest.mark.parametrize("noun", EDITS)
def test_what_was_edited_since_is_not_overwritten(session, user, write, last, noun):
    thing = made(noun)
    creation = last()
    write("edit", lambda: [setattr(thing, *pair) for pair in EDITS[noun].items()])
    edited = row_of(thing)
    with pytest.raises(Conflict):
        undo(session, creation, by=user)
    session.rollback()
    assert row_of(thing) == edited


def test_an_edit_that_was_edited_since_is_not_undone(session, user, write, last):
    space = SpaceFactory()
    write("space.edit", lambda: setattr(space, "scope", "global"))
    edit = last()
    write("space.edit", lambda: setattr(space, "scope", "national"))
    with pytest.raises(Conflict, match="edited since"):
        undo(session, edit, by=user)
    session.rollback()
    assert space.scope == "national"


def test_an_edit_of_other_columns_since_does_not_matter(session, user, write, last):
    space = SpaceFactory(scope="regional")
    write("space.edit", lambda: setattr(space, "scope", "global"))
    edit = last()
    write("space.edit", lambda: setattr(space, "website", "https://example.org/"))
    undo(session, edit, by=user)
    session.commit()
    assert (space.scope, space.website) == ("regional", "https://example.org/")


def test_what_took_its_place_stays(session, user, write, last):
    event, person = EventFactory(), PersonFactory()
    first = AttendanceFactory(event=event, person=person)
    write("attendance.remove", lambda: session.delete(first))
    removal = last()
    AttendanceFactory(event=event, person=person)
    with pytest.raises(Conflict):
        undo(session, removal, by=user)


def test_what_others_refer_to_stays(session, user, last):
    person = PersonFactory()
    creation = last()
    AttendanceFactory(person=person)
    with pytest.raises(Conflict):
        undo(session, creation, by=user)
    session.rollback()
    assert session.get(Person, person.id)


def test_bulk_changes_and_accounts_are_not_undone(session, user, last):
    with pytest.raises(Conflict, match="account"):
        undo(session, last(), by=user)
    session.rollback()
    record_bulk(session, "load", by=None)
    session.commit()
    with pytest.raises(Conflict, match="bulk"):
        undo(session, last(), by=user)


def test_who_may_undo(session, write, user, last):
    space = SpaceFactory()
    write("space.edit", lambda: setattr(space, "scope", "global"))
    change = last()
    assert may_undo(session, change, user)
    assert may_undo(session, change, UserFactory(role="editor"))
    assert not may_undo(session, change, UserFactory(role="contributor"))


def test_nobody_undoes_what_they_may_not_see(session, last):
    owner = OrganizationFactory()
    EventFactory(visibility="organization", owner=owner)
    change = last()
    assert not may_undo(
        session, change, UserFactory(role="admin", organization=OrganizationFactory())
    )
    assert not may_undo(session, change, UserFactory(role="admin"))
    assert may_undo(session, change, UserFactory(organization=owner))


# ---- history


def test_a_history_is_newest_first_and_goes_on(session, write):
    space = SpaceFactory()
    for number in range(5):
        write(
            "space.edit",
            lambda number=number: setattr(space, "website", f"https://example.org/{number}"),
        )
    entries = history_of(session, space, size=4)
    assert [e.items[0].after["website"][-1] for e in entries] == ["4", "3", "2", "1"]
    older = history_of(session, space, before=entries[-1].change.id, size=4)
    assert [e.items[0].operation for e in older] == ["update", "insert"]
    assert history_of(session, space, before=10**30, size=9) != []
    assert history_of(session, space, before=-(10**30), size=9) == []


def test_a_history_is_of_what_belongs_to_the_thing(session):
    attendance = AttendanceFactory()
    AttendanceFactory()
    tables = {i.table_name for e in history_of(session, attendance.event) for i in e.items}
    assert tables == {"events", "attendances"}
    tables = {i.table_name for e in history_of(session, attendance.person) for i in e.items}
    assert tables == {"people", "attendances"}


def test_what_is_undone_is_marked(session, write, undo_last):
    space = SpaceFactory()
    write("space.edit", lambda: setattr(space, "scope", "global"))
    undo_last()
    assert [e.undone for e in history_of(session, space)] == [False, True, False]


def test_a_history_takes_a_constant_number_of_queries(session, write, count_queries):
    space = SpaceFactory()
    counts = []
    for number in range(12):
        write(
            "space.edit",
            lambda number=number: setattr(space, "website", f"https://example.org/{number}"),
        )
        session.refresh(space)
        with count_queries:
            history_of(session, space)
        counts.append(count_queries.count)
    assert counts[1] == counts[-1]
