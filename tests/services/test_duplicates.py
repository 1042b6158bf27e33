"""Likely duplicates: who is found, in which order, and what is looked at again."""

import pytest
from sqlalchemy import delete, select

from tests.factories import (
    AffiliationFactory,
    AttendanceFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tracker.models import Alias, LikelyDuplicate, PersonAlias, PersonEmail
from tracker.models.base import utcnow
from tracker.models.changes import attribute
from tracker.services import duplicates
from tracker.services.duplicate_sides import organization_sides, people_sides
from tracker.services.merging import merge_people


@pytest.fixture
def write(session):
    def add(*rows):
        attribute(session, "test", None)
        session.add_all(rows)
        session.commit()

    return add


@pytest.fixture
def found(session):
    """The pairs that wait, by their names, with likeness and reasons; the likeliest first."""

    def look(noun="people"):
        assert duplicates.refresh(session, noun) == 0
        session.commit()
        model = duplicates.NOUNS[noun]
        names = dict(session.execute(select(model.id, model.sort_name)).all())
        pairs = session.scalars(
            duplicates.pairs_query(noun).order_by(*duplicates.LIKELIEST_FIRST.by())
        )
        return {
            frozenset((names[p.first_id], names[p.second_id])): (p.likeness, p.reasons)
            for p in pairs
        }

    return look


def pair(one, other):
    return frozenset((one, other))


# ---- people


def test_people_by_name_spelling_and_address(session, write, found):
    ana = PersonFactory(name="Ana María Núñez", country="UY")
    PersonFactory(name="Dra. NUÑEZ, Ana Maria", country="UY")
    anna = PersonFactory(name="Anna Maria Nunez", country="PA")
    PersonFactory(name="Somebody Else")
    teresa = PersonFactory(name="Teresa Quispe")
    maria = PersonFactory(name="Mayte Quispe")
    write(
        PersonAlias(person_id=maria.id, text="Teresa Quispe"),
        PersonEmail(person_id=ana.id, address="ana.nunez@example.org"),
        PersonEmail(person_id=anna.id, address="ana.nunez@example.net"),
    )
    pairs = found()
    same = pairs[pair("ana maria nunez", "dra nunez ana maria")]
    alike = pairs[pair("ana maria nunez", "anna maria nunez")]
    assert same[1] == ["same-name"]
    assert alike[1] == ["similar-name", "address", "other-country"]
    assert same[0] > alike[0] >= 0.5
    assert pairs[pair("mayte quispe", "teresa quispe")][1] == ["alias"]
    assert next(iter(pairs)) == pair("ana maria nunez", "dra nunez ana maria")
    assert not any("somebody else" in names for names in pairs)
    assert teresa


def test_an_address_alone_is_no_reason_without_a_word_in_common(write, found):
    ana, bo, office = (PersonFactory(name=n) for n in ("Ana Núñez", "Bo Núñez", "Carla Pérez"))
    write(
        *(PersonEmail(person_id=p.id, address=f"jnunez@{n}.example") for n, p in enumerate((ana, bo, office))),
        *(PersonEmail(person_id=p.id, address=f"info@{n}.example") for n, p in enumerate((ana, bo, office))),
    )  # fmt: skip
    assert {names: reasons for names, (_l, reasons) in found().items()} == {
        pair("ana nunez", "bo nunez"): ["address"]
    }


def test_the_same_organization_makes_it_likelier(found):
    one, other = PersonFactory.create_batch(2, name="Ana Núñez Soto")
    alone = found()[pair("ana nunez soto", "ana nunez soto")][0]
    lacnic = OrganizationFactory()
    for person in (one, other):
        AffiliationFactory(person=person, organization=lacnic)
    third = PersonFactory(name="Ana Núñez Soto")
    found()
    assert third
    # An affiliation is no reason of its own to look again.
    assert found()[pair("ana nunez soto", "ana nunez soto")][0] == alone


def test_the_erased_are_nobodys_duplicates(session, write, found):
    PersonFactory(name="Ana Núñez")
    erased = PersonFactory(name="Ana Núñez")
    assert len(found()) == 1
    erased.erased_at = utcnow()
    write(erased)
    assert found() == {}
    assert duplicates.count_waiting(session, "people") == 0


def test_only_what_changed_is_compared_again(session, write, found, monkeypatch):
    people = [PersonFactory(name=name) for name in ("Ana Núñez", "Bo Smith", "Carla Pérez")]
    assert found() == {}
    asked = []
    find = duplicates._FIND["people"]

    def note(session, changed):
        asked.append(changed)
        return find(session, changed)

    monkeypatch.setitem(duplicates._FIND, "people", note)
    monkeypatch.setattr(duplicates, "_MARGIN", duplicates.timedelta(seconds=-60))
    assert found() == {}
    assert asked == []
    new = PersonFactory(name="Bo Smith")
    assert list(found()) == [pair("bo smith", "bo smith")]
    write(PersonAlias(person_id=people[2].id, text="Ana Núñez"))
    assert len(found()) == 2
    assert asked == [{new.id}, {people[2].id}]


def test_a_pair_goes_when_it_is_alike_no_more(session, write, found):
    one, _other = PersonFactory.create_batch(2, name="Ana Núñez")
    assert len(found()) == 1
    one.name = "Somebody Else"
    write(one)
    assert found() == {}


def test_other_rules_look_at_everything_again(session, found, monkeypatch):
    PersonFactory.create_batch(2, name="Ana Núñez")
    assert len(found()) == 1
    session.execute(delete(LikelyDuplicate))
    session.commit()
    assert found() == {}
    monkeypatch.setattr(duplicates, "RULES", duplicates.RULES + 1)
    assert len(found()) == 1


def test_too_many_at_once_wait(session):
    PersonFactory.create_batch(3, name="Ana Núñez")
    assert duplicates.refresh(session, "people", most=2) == 3
    assert session.scalar(select(LikelyDuplicate)) is None
    assert duplicates.refresh(session, "people", most=3) == 0
    assert len(session.scalars(select(LikelyDuplicate)).all()) == 3
    session.commit()
    PersonFactory()
    assert duplicates.refresh(session, "people", most=0) > 0


def test_what_was_dismissed_stays_so_until_it_is_offered_again(session, write, found):
    one, _other = PersonFactory.create_batch(2, name="Ana Núñez")
    assert len(found()) == 1
    dismissed = session.scalar(select(LikelyDuplicate))
    duplicates.dismiss(session, dismissed, by=UserFactory())
    session.commit()
    one.country = "BR"
    write(one)
    assert found() == {}
    assert session.scalars(duplicates.pairs_query("people", dismissed=True)).all() == [dismissed]
    duplicates.offer_again(session, dismissed)
    session.commit()
    assert len(found()) == 1


def test_a_merged_pair_waits_no_more(session, found):
    one, other = PersonFactory.create_batch(2, name="Ana Núñez")
    assert len(found()) == 1
    assert duplicates.pairs_of(session, "people", one.id) == [other.id]
    merge_people(session, one, other, {}, by=UserFactory())
    session.commit()
    assert duplicates.count_waiting(session, "people") == 0
    assert found() == {}


# ---- organizations


def test_organizations_by_name_website_and_domain(session, write, found):
    lacnic = OrganizationFactory(
        acronym="LACNIC", name_en="Registry of Internet Addresses", website="https://www.lacnic.example/a",
        email_domains="lacnic.example",
    )  # fmt: skip
    OrganizationFactory(acronym="Lacnic NIR", name_en="Registry of the Internet Addresses",
                        website="http://lacnic.example", email_domains="LACNIC.example; other.example")  # fmt: skip
    OrganizationFactory(acronym="RIR", name_en="Registry of Internet Addresses for All")
    spelled = OrganizationFactory(acronym="L", name_en="Nothing alike")
    OrganizationFactory(acronym="Z", name_en="Page only", website="https://facebook.com/z",
                        email_domains="gmail.com")  # fmt: skip
    OrganizationFactory(acronym="Y", name_en="Another page", website="https://facebook.com/y",
                        email_domains="gmail.com")  # fmt: skip
    write(
        Alias(organization_id=spelled.id, text="L.A.C.N.I.C"),
        Alias(organization_id=spelled.id, text="lacnic"),
    )
    pairs = {names: reasons for names, (_l, reasons) in found("organizations").items()}
    assert pairs == {
        pair("lacnic", "lacnic nir"): ["similar-name", "website", "domain"],
        pair("lacnic", "rir"): ["contained"],
        pair("lacnic nir", "rir"): ["contained"],
        pair("lacnic", "l"): ["alias"],
    }
    assert lacnic


@pytest.mark.parametrize("relation", ["parent", "successor", "grandparent", "sibling"])
def test_relatives_are_no_duplicates_for_being_related(found, relation):
    above = OrganizationFactory(
        acronym="ISOC", name_en="Internet Society", website="https://isoc.example"
    )
    chapter = {"name_en": "Internet Society Chapter", "website": "https://isoc.example/chapter"}
    if relation == "grandparent":
        between = OrganizationFactory(acronym="BETWEEN", name_en="Something", parent=above)
        OrganizationFactory(acronym="CHAPTER", parent=between, **chapter)
    elif relation == "sibling":
        above = OrganizationFactory(acronym="ABOVE", name_en="Something")
        for acronym in ("UY", "PY"):
            OrganizationFactory(acronym=acronym, parent=above, name_en=f"Internet Chapter {acronym}",
                                website="https://chapters.example")  # fmt: skip
    else:
        OrganizationFactory(acronym="CHAPTER", **{relation: above}, **chapter)
    assert found("organizations") == {}


def test_relatives_of_one_name_may_be_one(found):
    above = OrganizationFactory(acronym="ISOC", name_en="Internet Society")
    OrganizationFactory(acronym="ISOC-2", name_en="Internet Society", parent=above)
    assert [reasons for _likeness, reasons in found("organizations").values()] == [["same-name"]]


@pytest.mark.parametrize("website", ["https://[not an address", "", None])
def test_a_website_that_is_none(found, website):
    OrganizationFactory.create_batch(2, website=website)
    assert isinstance(found("organizations"), dict)


# ---- what each has


def test_the_sides(session):
    lacnic, icann = OrganizationFactory(), OrganizationFactory()
    ana = AffiliationFactory(organization=lacnic).person
    old, new = EventFactory(start_date="2020-01-01"), EventFactory(start_date="2024-01-01")
    hidden = EventFactory(start_date="2025-01-01", visibility="organization", owner=icann)
    for event in (old, new, hidden):
        AttendanceFactory(event=event, person=ana, organization=lacnic)
    user = UserFactory()
    side = people_sides(session, [ana.id], user)[ana.id]
    assert (side.attendances, side.affiliations, side.last_event) == (3, 1, new)
    newest = EventFactory(start_date="2026-01-01", organizer=lacnic)
    sides = organization_sides(session, [lacnic.id, icann.id], user)
    assert (sides[lacnic.id].attendances, sides[lacnic.id].last_event) == (3, newest)
    assert (sides[icann.id].attendances, sides[icann.id].last_event) == (0, None)
    assert sides[lacnic.id].weight > sides[icann.id].weight


def test_what_waits_for_the_overview(session, found):
    PersonFactory.create_batch(2, name="Ana Núñez")
    OrganizationFactory.create_batch(2, name_en="Internet Society")
    found("people")
    found("organizations")
    waiting = duplicates.waiting_duplicates(session, 5)
    assert {each.noun for each in waiting} == {"people", "organizations"}
    assert waiting[0].likeness >= waiting[1].likeness
    assert len(duplicates.waiting_duplicates(session, 1)) == 1
