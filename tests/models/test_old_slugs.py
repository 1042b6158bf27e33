"""What is renamed keeps its old address."""

import pytest
from sqlalchemy import select

from tests.factories import EventFactory, OrganizationFactory, SpaceFactory
from tracker.models import OldSlug
from tracker.models.changes import attribute


@pytest.fixture
def rename(session):
    def change(row, column, value):
        attribute(session, "test", None)
        setattr(row, column, value)
        session.commit()

    return change


def kept(session):
    return [
        (old.noun, old.slug, old.target_id)
        for old in session.scalars(select(OldSlug).order_by(OldSlug.id))
    ]


@pytest.mark.parametrize(
    "factory, column, noun",
    [
        (OrganizationFactory, "acronym", "organizations"),
        (SpaceFactory, "code", "spaces"),
        (EventFactory, "key", "events"),
    ],
)
def test_each_old_address_is_kept(session, rename, factory, column, noun):
    thing = factory(**{column: "first"})
    rename(thing, column, "second")
    rename(thing, column, "third")
    assert kept(session) == [(noun, "first", thing.id), (noun, "second", thing.id)]


def test_a_spelling_with_the_same_address_leaves_none(session, rename):
    organization = OrganizationFactory(acronym="Cetic.br")
    rename(organization, "acronym", "CETIC.br")
    assert kept(session) == []


def test_back_and_forth_keeps_each_once(session, rename):
    organization = OrganizationFactory(acronym="A")
    for acronym in ("B", "A", "B", "A"):
        rename(organization, "acronym", acronym)
    assert sorted(slug for _noun, slug, _id in kept(session)) == ["a", "b"]


def test_another_column_leaves_none(session, rename):
    rename(OrganizationFactory(), "name_en", "Another name")
    assert kept(session) == []
