"""Two records of one person or organization become one, and two again."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import func, select, update

from tests.conftest import empty
from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    ContributionFactory,
    EngagementFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.errors import Conflict, Forbidden
from tracker.models import (
    Affiliation,
    Alias,
    Attendance,
    Base,
    Change,
    Contribution,
    Engagement,
    Event,
    EventOrganization,
    FollowUp,
    Grouping,
    GroupingMember,
    ImportBatch,
    ImportIndividual,
    ImportOrganization,
    OldSlug,
    Organization,
    Person,
    PersonAlias,
    PersonEmail,
)
from tracker.models.changes import attribute
from tracker.services import history, merging
from tracker.services.filters import find_by_slug
from tracker.services.merging_fields import differences
from tracker.services.merging_references import OF_ORGANIZATION, OF_PERSON
from tracker.services.undo_rights import may_undo

# What follows from a write, and only ever rises; and the log itself.
COUNTERS = {"updated_at", "version", "sequence", "feed_changed_at", "feed_version"}
LOG = {"changes", "change_items", "revision"}


@pytest.fixture
def user(session):
    return UserFactory(role="admin")


@pytest.fixture
def add(session):
    """Add rows as somebody, and commit."""

    def write(*rows):
        attribute(session, "test", None)
        session.add_all(rows)
        session.commit()
        return rows[0] if len(rows) == 1 else rows

    return write


@pytest.fixture
def edit(session):
    """Set columns of a row as somebody, and commit."""

    def write(row, **columns):
        attribute(session, "test", None)
        for name, value in columns.items():
            setattr(row, name, value)
        session.commit()
        return row

    return write


@pytest.fixture
def merge(session, user):
    """Merge the second into the first, and commit; gives the first."""

    def write(keep, other, by=None, **choices):
        work = merging.merge_people if isinstance(keep, Person) else merging.merge_organizations
        work(session, keep, other, choices, by=by or user)
        session.commit()
        return keep

    return write


def last_change(session):
    return history.find_change(session, session.scalar(select(func.max(Change.id))))


def undo_last(session, user):
    history.undo(session, last_change(session), by=user)
    session.commit()


@pytest.fixture
def undo(session, user):
    return lambda: undo_last(session, user)


def everything(session):
    """Each table as it is, row by row, without what only ever rises."""
    session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name in LOG:
            continue
        columns = [column for column in table.columns if column.name not in COUNTERS]
        rows = session.execute(select(*columns).order_by(table.c.id)).mappings()
        found[table.name] = [dict(row) for row in rows]
    return found


def columns_that_refer_to(table):
    return {
        (other.name, key.parent.name)
        for other in Base.metadata.sorted_tables
        for key in other.foreign_keys
        if key.column.table.name == table
    }


@pytest.mark.parametrize(
    "table, references", [("people", OF_PERSON), ("organizations", OF_ORGANIZATION)]
)
def test_whatever_refers_to_a_record_is_moved(table, references):
    assert columns_that_refer_to(table) == {
        (reference.model.__tablename__, reference.column) for reference in references
    }


# ---- people


@pytest.fixture
def ana(session):
    return PersonFactory(key="ana", name="Demo Ana Núñez", country="UY")


@pytest.fixture
def anna(session):
    return PersonFactory(key="anna", name="Demo Anna Nunez", country=None, gender="female")


def test_everything_moves_to_the_kept_person(session, add, merge, ana, anna):
    attendance = AttendanceFactory(person=anna, country="PA")
    affiliation = AffiliationFactory(person=anna)
    engagement = EngagementFactory(person=anna)
    contribution = ContributionFactory(person=anna)
    account = UserFactory(person=anna)
    email, alias, follow_up = add(
        PersonEmail(person_id=anna.id, address="anna@example.org"),
        PersonAlias(person_id=anna.id, text="A. Nunez"),
        FollowUp(event_id=attendance.event_id, what="Write", owner_person=anna),
    )

    merge(ana, anna)

    for row in (attendance, affiliation, engagement, contribution, account, email, alias):
        assert row.person_id == ana.id
    assert follow_up.owner_person_id == ana.id
    assert attendance.country == "PA"
    assert (ana.name, ana.country, ana.gender) == ("Demo Ana Núñez", "UY", "female")
    assert {alias.text: alias.always for alias in ana.aliases} == {
        "A. Nunez": False, "Demo Anna Nunez": False,
    }  # fmt: skip
    assert session.scalars(select(Person.name)).all() == ["Demo Ana Núñez"]
    assert session.scalar(select(func.count(Change.id)).where(Change.action == "person.merge")) == 1


def test_the_old_address_and_key_lead_to_the_kept_one(session, merge, undo, ana, anna):
    third = PersonFactory(key="third")
    numbers = (ana.id, anna.id)
    merge(ana, anna)
    merge(third, ana)
    assert {merging.moved_to(session, number) for number in numbers} == {third.id}
    assert {"ana", "anna"} <= set(session.scalars(select(OldSlug.slug)))
    undo()
    assert merging.moved_to(session, numbers[0]) is None
    assert merging.moved_to(session, numbers[1]) == numbers[0]


def test_fields_are_chosen(merge, ana, anna):
    merge(ana, anna, name="other", country="other", gender="kept")
    assert (ana.name, ana.country, ana.gender) == ("Demo Anna Nunez", None, None)
    assert [alias.text for alias in ana.aliases] == ["Demo Ana Núñez"]
    assert ana.name_key == "anna demo nunez"


def test_notes_can_stay_both(edit, merge, ana, anna):
    edit(ana, notes="One.")
    edit(anna, notes="Two.")
    assert [one.options for one in differences(ana, anna, {}) if one.name == "notes"] == [
        ("kept", "other", "both")
    ]
    assert merge(ana, anna, notes="both").notes == "One.\n\nTwo."


@pytest.mark.parametrize(
    "kept, other, result",
    [
        ({"status": "registered"}, {"status": "attended", "minutes": 40}, {"status": "attended", "minutes": 40}),
        ({"status": "no-show"}, {"status": "planned"}, {"status": "no-show"}),
        ({"status": "cancelled"}, {"status": "planned"}, {"status": "planned"}),
        ({"role": "attendee", "minutes": 10}, {"role": "speaker", "minutes": 5}, {"role": "speaker", "minutes": 10}),
        ({"role": "panelist"}, {"role": "speaker;staff"}, {"role": "speaker;panelist;staff"}),
        ({"mode": "unknown"}, {"mode": "online"}, {"mode": "online"}),
        ({"mode": "in-person"}, {"mode": "online"}, {"mode": "both"}),
        ({"notes": "a"}, {"notes": "b", "source": "list"}, {"notes": "a\n\nb", "source": "list"}),
    ],
)  # fmt: skip
def test_two_attendances_of_one_event_become_one(
    session, merge, undo, ana, anna, kept, other, result
):
    event = EventFactory()
    AttendanceFactory(event=event, person=ana, **kept)
    AttendanceFactory(event=event, person=anna, **other)
    before = everything(session)

    merge(ana, anna)

    one = session.scalars(select(Attendance)).one()
    assert {name: getattr(one, name) for name in result} == result
    undo()
    assert everything(session) == before


def test_the_frozen_organization_is_the_kept_ones_else_the_others(session, merge, ana, anna):
    lacnic, icann = OrganizationFactory(country="UY"), OrganizationFactory(country="US")
    first, second = EventFactory(), EventFactory()
    both = AttendanceFactory(event=first, person=ana, organization=lacnic, country="UY")
    AttendanceFactory(event=first, person=anna, organization=icann, country="US")
    none = AttendanceFactory(event=second, person=ana)
    AttendanceFactory(event=second, person=anna, organization=icann, country="US",
                      stakeholder_group="media")  # fmt: skip
    merge(ana, anna)
    assert (both.organization, both.country) == (lacnic, "UY")
    assert (none.organization, none.country, none.stakeholder_group) == (icann, "US", "media")


def test_what_is_recorded_twice_becomes_one(session, add, merge, undo, ana, anna):
    lacnic, space, event = OrganizationFactory(), SpaceFactory(), EventFactory()
    for person, end, notes in ((ana, None, "first"), (anna, "2020", "second")):
        AffiliationFactory(person=person, organization=lacnic, end_date=end, notes=notes)
        EngagementFactory(person=person, organization=lacnic, space=space, to_date=end)
        ContributionFactory(person=person, organization=lacnic, event=event, title="On anycast",
                            amount=5 if end else None, currency="USD" if end else None)  # fmt: skip
        add(PersonAlias(person=person, text="Ana N.", always=bool(end)))
    before = everything(session)

    merge(ana, anna)

    affiliation = session.scalars(select(Affiliation)).one()
    assert (affiliation.end_date, affiliation.notes) == ("2020", "first\n\nsecond")
    assert session.scalars(select(Engagement)).one().to_date == "2020"
    assert session.scalars(select(Contribution)).one().amount == 5
    assert {alias.text: alias.always for alias in ana.aliases}["Ana N."]
    undo()
    assert everything(session) == before


def test_rows_of_attendee_files_follow_and_come_back(session, add, merge, undo, ana, anna):
    event = EventFactory()
    stays = AttendanceFactory(event=event, person=ana)
    goes = AttendanceFactory(event=event, person=anna)
    batch = add(ImportBatch(event=event, created_at=datetime.now(UTC), status="applied"))
    add(individual := ImportIndividual(batch=batch, number=1, label="Anna", folded="anna",
                                       match="new", person=anna, attendance=goes))  # fmt: skip
    before = everything(session)

    merge(ana, anna)
    assert (individual.person_id, individual.attendance_id) == (ana.id, stays.id)
    after = everything(session)
    for state in (before, after, before):
        undo()
        assert everything(session) == state


def test_an_import_that_went_on_does_not_stop_the_undo(session, add, merge, undo, ana, anna):
    batch = add(ImportBatch(event=EventFactory(), created_at=datetime.now(UTC)))
    first, second = add(
        *(ImportIndividual(batch=batch, number=n, label="Anna", folded="anna", match="decision",
                           person=anna) for n in (1, 2))
    )  # fmt: skip
    number = anna.id
    merge(ana, anna)
    session.execute(
        update(ImportIndividual).where(ImportIndividual.number == 1).values(person_id=None)
    )
    session.commit()
    undo()
    assert (first.person_id, second.person_id) == (None, number)


def test_a_later_edit_is_not_overwritten(session, user, edit, merge, ana, anna):
    attendance = AttendanceFactory(person=anna)
    merge(ana, anna)
    change = last_change(session)
    edit(attendance, person=PersonFactory())
    before = everything(session)
    with pytest.raises(Conflict, match="edited since"):
        history.undo(session, change, by=user)
    assert everything(session) == before


def test_a_later_merge_is_not_overwritten(session, user, merge, ana, anna):
    AttendanceFactory(person=anna)
    merge(ana, anna)
    change = last_change(session)
    merge(PersonFactory(), ana)
    with pytest.raises(Conflict):
        history.undo(session, change, by=user)


def test_what_cannot_be_merged(session, user, edit, ana, anna):
    edit(anna, erased_at=datetime.now(UTC))
    for other in (ana, anna):
        with pytest.raises(Conflict):
            merging.merge_people(session, ana, other, {}, by=user)


# ---- organizations


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC", name_en="Registry of Addresses", website=None)


@pytest.fixture
def lacnic_2(session):
    return OrganizationFactory(
        acronym="LACNIC NIR", name_en="Registry of Addresses of the Region",
        email_domains="lacnic.example", website="https://lacnic.example/",
    )  # fmt: skip


def test_everything_moves_to_the_kept_organization(session, add, merge, undo, lacnic, lacnic_2):
    event = EventFactory(organizer=lacnic_2, owner=lacnic_2)
    space = SpaceFactory(organizer=lacnic_2)
    attendance = AttendanceFactory(organization=lacnic_2, country="BR", stakeholder_group="media")
    affiliation = AffiliationFactory(organization=lacnic_2)
    engagement = EngagementFactory(organization=lacnic_2)
    contribution = ContributionFactory(organization=lacnic_2)
    account = UserFactory(organization=lacnic_2)
    child = OrganizationFactory(parent=lacnic_2)
    before_it = OrganizationFactory(successor=lacnic_2, successor_date="2001")
    batch = add(ImportBatch(event=event, created_at=datetime.now(UTC)))
    add(
        Alias(organization_id=lacnic_2.id, text="Lacnic Registro"),
        GroupingMember(grouping=Grouping(name="Community"), organization_id=lacnic_2.id),
        FollowUp(event_id=event.id, what="Write", owner_organization_id=lacnic_2.id),
        ImportOrganization(batch_id=batch.id, text="Lacnic", folded="lacnic", organization=lacnic_2),
        ImportIndividual(batch=batch, number=1, label="A", folded="a", match="new",
                         organization=lacnic_2, stated_organization=lacnic_2),
    )  # fmt: skip
    before = everything(session)

    merge(lacnic, lacnic_2)

    after = everything(session)
    for row in (attendance, affiliation, engagement, contribution, account):
        assert row.organization_id == lacnic.id
    assert (attendance.country, attendance.stakeholder_group) == ("BR", "media")
    assert (event.owner_id, space.organizer_id) == (lacnic.id, lacnic.id)
    assert event.organizations_as("organizer") == [lacnic]
    assert (child.parent_id, before_it.successor_id) == (lacnic.id, lacnic.id)
    assert {alias.text for alias in lacnic.aliases} == {
        "Lacnic Registro", "LACNIC NIR", "Registry of Addresses of the Region",
    }  # fmt: skip
    assert (lacnic.email_domains, lacnic.website) == ("lacnic.example", "https://lacnic.example/")
    assert find_by_slug(session, Organization, Organization.slug, "lacnic-nir") is lacnic
    for state in (before, after, before):
        undo()
        assert everything(session) == state


def test_both_in_one_place_become_one(session, add, merge, undo, lacnic, lacnic_2):
    event = EventFactory(organizer=lacnic)
    person, grouping = PersonFactory(), Grouping(name="Community")
    add(
        EventOrganization(event=event, organization=lacnic_2, role="organizer"),
        EventOrganization(event=event, organization=lacnic_2, role="host"),
        GroupingMember(grouping=grouping, organization=lacnic),
        GroupingMember(grouping=grouping, organization=lacnic_2, status="member"),
    )
    for one in (lacnic, lacnic_2):
        AffiliationFactory(person=person, organization=one)
    before = everything(session)
    merge(lacnic, lacnic_2)
    assert sorted(link.role for link in event.organization_links) == ["host", "organizer"]
    assert session.scalars(select(GroupingMember)).one().status == "member"
    assert session.scalars(select(Affiliation)).one().organization == lacnic
    undo()
    assert everything(session) == before


def test_calendars_are_told_of_other_organizers(session, merge, undo, lacnic, lacnic_2):
    event = EventFactory(organizer=lacnic_2)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)

    def age():
        session.execute(update(Event).values(feed_changed_at=long_ago))
        session.commit()

    for work in (lambda: merge(lacnic, lacnic_2), undo):
        age()
        work()
        session.expire_all()
        assert event.feed_changed_at > long_ago
        assert event.sequence == 0


NIR = select(Organization).where(Organization.acronym == "LACNIC NIR")


@pytest.mark.parametrize("column", ["parent", "successor"])
def test_relations_to_each_other_vanish(session, edit, merge, undo, lacnic, lacnic_2, column):
    above = OrganizationFactory()
    edit(lacnic, **{column: lacnic_2})
    edit(lacnic_2, **{column: above})
    before = everything(session)
    merge(lacnic, lacnic_2)
    assert getattr(lacnic, column) is above
    undo()
    assert everything(session) == before
    lacnic, lacnic_2 = session.get(Organization, lacnic.id), session.scalar(NIR)
    merge(lacnic_2, lacnic)
    assert getattr(lacnic_2, column) is above


@pytest.mark.parametrize("column", ["parent", "successor"])
def test_nothing_comes_above_itself(session, user, edit, lacnic, lacnic_2, column):
    between = OrganizationFactory(**{column: lacnic_2})
    edit(lacnic, **{column: between})
    with pytest.raises(Conflict, match="above itself"):
        merging.merge_organizations(session, lacnic, lacnic_2, {}, by=user)


def test_only_administrators_move_rights(session, merge, lacnic, lacnic_2):
    editor = UserFactory(role="editor")
    third = OrganizationFactory()
    merge(lacnic, third, by=editor)
    UserFactory(organization=lacnic_2)
    with pytest.raises(Forbidden):
        merge(lacnic, lacnic_2, by=editor)
    merge(lacnic_2, lacnic, by=editor)
    EventFactory(owner=lacnic_2, visibility="organization")
    fourth = OrganizationFactory()
    with pytest.raises(Forbidden):
        merge(fourth, lacnic_2, by=editor)


def test_who_may_undo_a_merge(session, merge, lacnic, lacnic_2, ana, anna):
    editor, admin = UserFactory(role="editor"), UserFactory(role="admin")
    contributor = UserFactory(role="contributor")
    AttendanceFactory(person=anna, event=EventFactory(visibility="organization", owner=lacnic))
    UserFactory(person=anna)
    UserFactory(organization=lacnic_2)

    def may(user):
        return may_undo(session, last_change(session), user)

    merge(ana, anna, by=editor)
    assert (may(editor), may(contributor)) == (True, False)
    undo_last(session, editor)
    assert (may(editor), may(contributor)) == (True, False)
    merge(lacnic, lacnic_2, by=admin)
    assert (may(admin), may(editor)) == (True, False)


# ---- any two


STATUSES = st.sampled_from(["planned", "registered", "attended", "no-show", "cancelled"])
TEXTS = st.sampled_from([None, "", "a", "b"])
FEW = st.integers(0, 2)


@st.composite
def worlds(draw):
    """What a few people, organizations and events have to do with each other."""
    pairs = st.tuples(FEW, FEW)
    return {
        "attendances": draw(st.dictionaries(pairs, st.tuples(STATUSES, st.none() | FEW), max_size=6)),
        "affiliations": draw(st.sets(st.tuples(FEW, FEW, st.sampled_from(["", "2015", "2020-05"])), max_size=6)),
        "engagements": draw(st.sets(st.tuples(st.none() | FEW, FEW, st.sampled_from(["member", "observer"])), max_size=5)),
        "contributions": draw(st.sets(st.tuples(st.none() | FEW, FEW, FEW), max_size=5)),
        "organizers": draw(st.sets(st.tuples(FEW, FEW, st.sampled_from(["organizer", "host"])), max_size=5)),
        "aliases": draw(st.sets(st.tuples(FEW, st.sampled_from(["Ana", "Person 1", "x"])), max_size=4)),
        "parents": draw(st.dictionaries(FEW, FEW, max_size=2)),
        "texts": draw(st.lists(TEXTS, min_size=6, max_size=6)),
        "choices": draw(st.dictionaries(
            st.sampled_from(["name", "notes", "country", "name_en", "website", "parent_id"]),
            st.sampled_from(["kept", "other", "both"]))),
    }  # fmt: skip


def build(session, world):
    people = [PersonFactory(name=f"Person {n}", notes=world["texts"][n] or None) for n in range(3)]
    organizations = [
        OrganizationFactory(acronym=f"O{n}", notes=world["texts"][n + 3] or None) for n in range(3)
    ]
    events, space = EventFactory.create_batch(3), SpaceFactory()
    attribute(session, "test", None)
    for low, high in world["parents"].items():
        if low < high:
            organizations[low].parent_id = organizations[high].id
    for (event, person), (status, organization) in world["attendances"].items():
        session.add(Attendance(
            event=events[event], person=people[person], status=status,
            organization=None if organization is None else organizations[organization]))  # fmt: skip
    for person, organization, start in world["affiliations"]:
        session.add(Affiliation(person=people[person], organization=organizations[organization],
                                start_date=start))  # fmt: skip
    for person, organization, role in world["engagements"]:
        session.add(Engagement(person=None if person is None else people[person], space=space,
                               organization=organizations[organization], role=role))  # fmt: skip
    for person, organization, event in world["contributions"]:
        session.add(Contribution(person=None if person is None else people[person], kind="panel",
                                 organization=organizations[organization], event=events[event]))  # fmt: skip
    for event, organization, role in world["organizers"]:
        session.add(EventOrganization(event=events[event], role=role,
                                      organization=organizations[organization]))  # fmt: skip
    for person, text in world["aliases"]:
        session.add(PersonAlias(person=people[person], text=text))
    session.commit()
    return people, organizations


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(), noun=st.sampled_from(["people", "organizations"]))
def test_merged_and_undone_everything_is_as_it_was(app, session, world, noun):
    empty(app)
    session.expunge_all()
    user = UserFactory(role="admin")
    people, organizations = build(session, world)
    keep, other = (people if noun == "people" else organizations)[:2]
    work = merging.merge_people if noun == "people" else merging.merge_organizations
    attended = session.scalars(select(Attendance.event_id)).all()
    before = everything(session)
    try:
        work(session, keep, other, world["choices"], by=user)
    except Conflict:
        session.rollback()
        assert everything(session) == before
        return
    session.commit()
    after = everything(session)
    assert set(session.scalars(select(Attendance.event_id))) == set(attended)
    for state in (before, after, before):
        undo_last(session, user)
        assert everything(session) == state
