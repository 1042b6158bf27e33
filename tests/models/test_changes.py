"""The change log: every write leaves who, when and what, in the same transaction."""

import pytest
from sqlalchemy import select

from tests.factories import (
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tracker.models import (
    Affiliation,
    Change,
    ChangeItem,
    EventOrganization,
    EventTopic,
    Organization,
    PersonEmail,
)
from tracker.models.changes import (
    UnattributedWrite,
    attribute,
    attribute_bulk,
    current_revision,
    pending_change_id,
    record_bulk,
)


def items_of_last_change(session):
    last = session.scalar(select(Change).order_by(Change.id.desc()))
    return last, [(i.table_name, i.operation) for i in last.items]


def test_an_insert_leaves_the_whole_row(session):
    user = UserFactory()
    attribute(session, "organization.create", by=user)
    organization = Organization(acronym="NEW", name_en="New one", country="UY")
    session.add(organization)
    session.commit()

    change, items = items_of_last_change(session)
    assert (change.action, change.user) == ("organization.create", user)
    assert items == [("organizations", "insert")]
    (item,) = change.items
    assert item.row_id == organization.id
    assert (item.subject_table, item.subject_id) == ("organizations", organization.id)
    assert item.before is None
    assert item.after["acronym"] == "NEW"
    assert item.after["country"] == "UY"


def test_an_update_leaves_what_was_and_what_is_of_the_columns_that_changed(session):
    event = EventFactory(city="Lima", start_date="2023-05-08")
    attribute(session, "event.edit", by=None)
    event.city = "Cusco"
    event.start_date = event.end_date = "2023-05-09"
    session.commit()

    change, _items = items_of_last_change(session)
    (item,) = change.items
    assert item.operation == "update"
    assert item.before == {"city": "Lima", "start_date": "2023-05-08", "end_date": "2023-05-08"}
    assert item.after == {"city": "Cusco", "start_date": "2023-05-09", "end_date": "2023-05-09"}
    assert change.user is None


def test_a_deletion_leaves_what_was(session):
    organization = OrganizationFactory(acronym="GONE")
    attribute(session, "organization.delete", by=None)
    session.delete(organization)
    session.commit()

    change, items = items_of_last_change(session)
    assert items == [("organizations", "delete")]
    assert change.items[0].before["acronym"] == "GONE"
    assert change.items[0].after is None


def test_what_is_taken_out_of_a_collection_leaves_a_deletion_too(session):
    organizer, topic = OrganizationFactory(), TopicFactory()
    event = EventFactory(organizer=organizer)
    person = PersonFactory()
    attribute(session, "test", by=None)
    event.topic_links = [EventTopic(topic=topic)]
    person.emails = [PersonEmail(address="ana@example.org")]
    person.affiliations = [Affiliation(organization=organizer, start_date="2020")]
    session.commit()

    attribute(session, "test", by=None)
    event.organization_links = []
    event.topic_links = []
    person.emails = []
    person.affiliations = []
    session.commit()

    change, items = items_of_last_change(session)
    assert sorted(items) == [
        ("affiliations", "delete"),
        ("event_organizations", "delete"),
        ("event_topics", "delete"),
        ("person_emails", "delete"),
    ]
    link = next(i for i in change.items if i.table_name == "event_organizations")
    assert (link.subject_table, link.subject_id) == ("events", event.id)
    assert link.before == {
        "id": link.row_id, "event_id": event.id, "organization_id": organizer.id,
        "role": "organizer", "position": 0,
    }  # fmt: skip


def test_what_goes_with_a_deleted_row_is_logged(session):
    person, organization = PersonFactory(), OrganizationFactory()
    attribute(session, "test", by=None)
    person.emails = [PersonEmail(address="ana@example.org")]
    person.affiliations = [Affiliation(organization=organization, start_date="2020")]
    session.commit()
    session.expire_all()

    attribute(session, "person.delete", by=None)
    session.delete(person)
    session.commit()

    _change, items = items_of_last_change(session)
    assert sorted(items) == [
        ("affiliations", "delete"), ("people", "delete"), ("person_emails", "delete"),
    ]  # fmt: skip


def test_what_can_be_derived_is_not_logged(session):
    event = EventFactory()
    item = session.scalar(select(ChangeItem).where(ChangeItem.table_name == "events"))
    derived = {"search", "sort_name", "starts_at", "ends_at", "first_day", "sequence", "version"}
    assert not derived & set(item.after)
    assert item.after["key"] == event.key


def test_a_write_that_changes_nothing_leaves_nothing(session):
    event = EventFactory(city="Lima")
    changes, revision = len(session.scalars(select(Change)).all()), current_revision(session)
    attribute(session, "event.edit", by=None)
    event.city = "Lima"
    session.commit()
    assert len(session.scalars(select(Change)).all()) == changes
    assert current_revision(session) == revision


def test_a_write_that_nobody_attributed_raises(session):
    session.add(Organization(acronym="NOBODY", name_en="Nobody's"))
    with pytest.raises(UnattributedWrite):
        session.flush()
    session.rollback()
    assert session.scalar(select(Organization)) is None


def test_an_attribution_ends_with_its_transaction(session):
    attribute(session, "organization.create", by=None)
    session.add(Organization(acronym="ONE", name_en="One"))
    session.commit()
    session.add(Organization(acronym="TWO", name_en="Two"))
    with pytest.raises(UnattributedWrite):
        session.flush()


def test_a_transaction_is_one_change_and_one_revision_however_often_it_flushes(session):
    before = current_revision(session)
    attribute(session, "organization.create", by=None)
    for acronym in ("A", "B", "C"):
        session.add(Organization(acronym=acronym, name_en=acronym))
        session.flush()
    session.commit()

    change, items = items_of_last_change(session)
    assert items == [("organizations", "insert")] * 3
    assert session.scalars(select(Change)).all() == [change]
    assert current_revision(session) == before + 1


def test_the_first_attribution_names_the_change(session):
    attribute(session, "event.create", by=None)
    attribute(session, "attendance.record", by=None)
    session.add(Organization(acronym="A", name_en="A"))
    session.commit()
    assert session.scalar(select(Change.action)) == "event.create"


def test_a_rollback_leaves_nothing(session):
    before = current_revision(session)
    attribute(session, "organization.create", by=None)
    session.add(Organization(acronym="A", name_en="A"))
    session.flush()
    session.rollback()
    assert current_revision(session) == before
    for table in (Organization, Change, ChangeItem):
        assert session.scalar(select(table)) is None


def test_reading_leaves_no_revision(session):
    SpaceFactory()
    before = current_revision(session)
    session.scalars(select(Organization)).all()
    session.commit()
    assert current_revision(session) == before


def test_bulk_writes_leave_one_change_without_items(session):
    before = current_revision(session)
    record_bulk(session, "generate", by=None)
    session.commit()
    attribute_bulk(session, "load", by=None)
    session.add(Organization(acronym="A", name_en="A"))
    session.flush()
    session.add(Organization(acronym="B", name_en="B"))
    session.commit()

    assert session.scalars(select(Change.action).order_by(Change.id)).all() == ["generate", "load"]
    assert session.scalar(select(ChangeItem)) is None
    assert current_revision(session) == before + 2


def test_the_pending_change_is_known_before_the_commit(session):
    assert pending_change_id(session) is None
    attribute(session, "test", by=None)
    session.add(Organization(acronym="A", name_en="A"))
    found = pending_change_id(session)
    session.commit()
    assert found == session.scalar(select(Change.id))
    assert pending_change_id(session) is None


def test_the_organization_of_an_event_belongs_to_the_event(session):
    event = EventFactory(organizer=OrganizationFactory())
    link = session.scalar(select(EventOrganization))
    item = session.scalar(select(ChangeItem).where(ChangeItem.table_name == "event_organizations"))
    assert (item.row_id, item.subject_table, item.subject_id) == (link.id, "events", event.id)


def test_an_id_is_never_given_twice(session):
    # The log, an earlier address and /people/<id> name rows by it long after they are gone.
    person = PersonFactory()
    gone = person.id
    attribute(session, "person.delete", by=None)
    session.delete(person)
    session.commit()
    assert PersonFactory().id > gone
