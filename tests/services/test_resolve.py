"""Names as people type them: one thing, several, or none."""

from datetime import UTC, datetime

import pytest

from tests.factories import (
    AffiliationFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.models import Alias, OldSlug, PersonEmail
from tracker.models.changes import attribute
from tracker.services import resolve


@pytest.fixture
def add(session):
    def rows(*found):
        attribute(session, "test", None)
        session.add_all(found)
        session.commit()

    return rows


NOTHING = ["", "   ", None, "???", "%", "_", "\x00", "'", "no such thing", "x" * 400]


@pytest.fixture
def organizations(session, add):
    eclac = OrganizationFactory(
        acronym="ECLAC",
        name_en="Economic Commission",
        name_es="Comisión Económica",
        name_pt="Comissão Econômica",
    )
    add(Alias(organization=eclac, text="CEPAL"), Alias(organization=eclac, text="UN ECLAC"))
    isoc = OrganizationFactory(acronym="ISOC", name_en="Internet Society")
    chapter = OrganizationFactory(acronym="ISOC-UY", name_en="Internet Society Uruguay")
    return eclac, isoc, chapter


@pytest.mark.parametrize(
    "text, found",
    [
        ("ECLAC", 0), ("eclac", 0), (" Eclac ", 0), ("CEPAL", 0), ("cepal", 0), ("un eclac", 0),
        ("comision economica", 0), ("COMISSÃO ECONÔMICA", 0), ("econ comm", 0), ("comis", 0),
        ("Internet Society", 1), ("isoc", 1), ("isoc uy", 2), ("society uru", 2), ("Internet-Society!", 1),
    ],
)  # fmt: skip
def test_an_organization_that_is_meant(session, organizations, text, found):
    assert resolve.resolve_organization(session, text, "en").thing is organizations[found]


def test_organizations_that_could_be_meant(session, organizations):
    found = resolve.resolve_organization(session, "inter", "en")
    assert found.thing is None
    assert found.candidates == [
        ("ISOC", "ISOC · Internet Society"), ("ISOC-UY", "ISOC-UY · Internet Society Uruguay"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", NOTHING)
def test_no_organization(session, organizations, text):
    found = resolve.resolve_organization(session, text, "en")
    assert found.thing is None
    assert not found.candidates


def test_an_organization_of_an_earlier_name(session, organizations, add):
    add(OldSlug(noun="organizations", slug="ecla", target_id=organizations[0].id))
    assert resolve.resolve_organization(session, "ECLA", "en").thing is organizations[0]


def test_an_exact_alias_is_not_crowded_out(session, add):
    for number in range(12):
        OrganizationFactory(acronym=f"A{number:02}", name_en=f"Net {number}")
    last = OrganizationFactory(acronym="ZZZ")
    add(Alias(organization=last, text="Net"))
    assert resolve.resolve_organization(session, "net", "en").thing is last


def test_spaces(session, add):
    igf = SpaceFactory(
        code="IGF", name_en="Internet Governance Forum", name_es="Foro de Gobernanza"
    )
    lacigf = SpaceFactory(code="LACIGF", name_en="LAC Internet Governance Forum")
    for text in ("igf", "IGF", "internet governance forum", "foro gob"):
        assert resolve.resolve_space(session, text, "en").thing is igf
    assert resolve.resolve_space(session, "lac gov", "en").thing is lacigf
    several = resolve.resolve_space(session, "governance", "en")
    assert [value for value, _label in several.candidates] == ["IGF", "LACIGF"]
    for text in NOTHING:
        found = resolve.resolve_space(session, text, "en")
        assert found.thing is None
        assert not found.candidates


# ---- events


def test_events(session):
    event = EventFactory(
        key="lacnic-45", name_en="LACNIC 45", name_es="LACNIC 45 San José", city="San José"
    )
    other = EventFactory(key="lacnic-44", name_en="LACNIC 44", start_date="2022-05-01", city="Lima")
    for text in ("lacnic-45", "LACNIC 45", "lacnic san jose", "lacnic 45 san josé"):
        assert resolve.resolve_event(session, text, None, "en").thing is event
    found = resolve.resolve_event(session, "lacnic", None, "en")
    assert found.candidates == [
        ("lacnic-45", "LACNIC 45 · 2023-05-08 · San José"), ("lacnic-44", "LACNIC 44 · 2022-05-01 · Lima"),
    ]  # fmt: skip
    assert resolve.events_like(session, "lac", None) == [event, other]
    for text in NOTHING:
        assert resolve.resolve_event(session, text, None, "en").thing is None


def test_an_exact_name_is_not_crowded_out_by_later_events(session):
    first = EventFactory(key="first", name_en="Forum", start_date="2001-01-01")
    for number in range(12):
        EventFactory(name_en=f"Forum {number}")
    assert resolve.resolve_event(session, "forum", None, "en").thing is first


def test_an_event_the_user_may_not_see_is_not_found(session):
    owner = OrganizationFactory()
    EventFactory(key="secret", name_en="Secret meeting", visibility="organization", owner=owner)
    EventFactory(key="staff", name_en="Staff meeting", visibility="community")
    EventFactory(key="gone", name_en="Gone", deleted_at=datetime(2024, 1, 1, tzinfo=UTC))
    seen = {
        None: set(), UserFactory(role="admin"): {"staff"},
        UserFactory(role="viewer", organization=owner): {"staff", "secret"},
    }  # fmt: skip
    for user, keys in seen.items():
        for key in ("secret", "staff", "gone"):
            for text in (key, f"{key} meet"):
                found = resolve.resolve_event(session, text, user, "en")
                assert found.candidates == [] or not found.candidates
                assert (found.thing is not None) == (key in keys)
            assert bool(resolve.events_like(session, key, user)) == (key in keys)


# ---- people


def person(name, *acronyms, **values):
    found = PersonFactory(name=name, **values)
    for acronym in acronyms:
        AffiliationFactory(person=found, organization=OrganizationFactory(acronym=acronym))
    return found


@pytest.mark.parametrize(
    "text",
    ["Iván Núñez", "ivan nunez", "NUÑEZ IVÁN", "nunez iv", "ivan-nunez", " ivan@example.org "],
)
def test_a_person_that_is_meant(session, add, text):
    ivan = person("Iván Núñez", "NIC.br", key="ivan-nunez")
    add(PersonEmail(person=ivan, address="ivan@example.org"))
    person("Ana Silva")
    assert resolve.resolve_person(session, text).thing is ivan


def test_a_first_name_alone_is_asked_about(session):
    person("Ana Silva", "LACNIC", key="ana")
    found = resolve.resolve_person(session, "Ana S")
    assert found.thing is not None
    found = resolve.resolve_person(session, "Silva")
    assert found.thing is None
    assert found.candidates == [("ana", "Ana Silva · LACNIC")]


def test_homonyms_are_told_apart(session):
    one = person("Ana Silva", "LACNIC", key="ana-1")
    two = person("Ana Silva", "NIC.br", key="ana-2")
    found = resolve.resolve_person(session, "ana silva")
    assert found.thing is None
    assert found.candidates == [("ana-1", "Ana Silva · LACNIC"), ("ana-2", "Ana Silva · NIC.br")]
    assert resolve.resolve_person(session, "Ana Silva (LACNIC)").thing is one
    assert resolve.resolve_person(session, "Ana Silva (nic br)").thing is two
    assert resolve.resolve_person(session, "ana-2").thing is two
    assert resolve.resolve_person(session, "Ana Silva (ISOC)") == resolve.Resolution(None, [])


def test_a_name_and_organization_is_not_crowded_out_by_homonyms(session):
    for _ in range(12):
        person("Ana Silva")
    wanted = person("Ana Silva", "LACNIC")
    assert resolve.resolve_person(session, "Ana Silva (LACNIC)").thing is wanted


def test_an_exact_name_is_preferred_to_a_longer_one(session):
    short = person("Ana Silva")
    person("Ana Silva Costa")
    assert resolve.resolve_person(session, "Ana Silva").thing is short


@pytest.mark.parametrize("text", [*NOTHING, "()", "Ana (", "(LACNIC)"])
def test_nobody(session, text):
    person("Iván Núñez", "LACNIC")
    found = resolve.resolve_person(session, text)
    assert found.thing is None
    assert not found.candidates


def test_an_empty_text_is_like_nothing(session, organizations):
    PersonFactory()
    for text in ("", "?"):
        assert resolve.organizations_like(session, text) == []
        assert resolve.people_like(session, text) == []
        assert resolve.spaces_like(session, text) == []
        assert resolve.events_like(session, text, None) == []
