"""A grid of published figures, saved at once."""

import pytest
from sqlalchemy import func, select

from tests.factories import (
    EventFactory,
    HeadcountFactory,
    OrganizationFactory,
    SpaceFactory,
    UserFactory,
)
from tracker.errors import Forbidden
from tracker.formats.figures import parse_cell
from tracker.models import Change, Headcount, RegionCountry
from tracker.models.changes import attribute
from tracker.services.headcount_grid import Edit, Place, save_grid, stored_texts, usual_keys
from tracker.services.history import find_change, undo


@pytest.fixture
def event(session):
    return EventFactory(space=SpaceFactory())


@pytest.fixture
def editor(session):
    return UserFactory(role="editor")


ALL, HERE = Place("participants", "all"), Place("participants", "in-person")
UY = Place("participants", "in-person", "country", "UY")


def stored(session):
    return {(h.mode, h.value_key, h.unit): (h.value, h.qualifier, h.source, h.notes)
            for h in session.scalars(select(Headcount))}  # fmt: skip


def save(session, event, by, edits, source=None, notes=None):
    return save_grid(
        session, event, {place: Edit(was, parse_cell(now)) for place, (was, now) in edits.items()},
        source, notes, by=by,
    )  # fmt: skip


def test_cells_are_written_changed_and_emptied_as_one_change(session, event, editor):
    edits = {ALL: ("", "~1200"), HERE: ("", "900"), UY: ("", "12; 1.5%")}
    assert save(session, event, editor, edits, "a report", "p. 3") == {}
    session.commit()
    assert stored(session) == {
        ("all", "", "count"): (1200, "about", "a report", "p. 3"),
        ("in-person", "", "count"): (900, "exact", "a report", "p. 3"),
        ("in-person", "UY", "count"): (12, "exact", "a report", "p. 3"),
        ("in-person", "UY", "percent"): (1.5, "exact", "a report", "p. 3"),
    }
    assert stored_texts(session, event) == {ALL: "~1200", HERE: "900", UY: "12; 1.5%"}
    before = stored(session)
    changes = session.scalar(select(func.count(Change.id)))

    edits = {ALL: ("~1200", ""), HERE: ("900", "901"), UY: ("12; 1.5%", "12")}
    assert save(session, event, editor, edits, "a correction") == {}
    session.commit()
    assert stored(session) == {
        ("in-person", "", "count"): (901, "exact", "a correction", "p. 3"),
        ("in-person", "UY", "count"): (12, "exact", "a report", "p. 3"),
    }
    change = session.scalar(select(func.max(Change.id)))
    assert session.scalar(select(func.count(Change.id))) == changes + 1
    undo(session, find_change(session, change), by=editor)
    session.commit()
    assert stored(session) == before


def test_unchanged_cells_write_nothing(session, event, editor):
    HeadcountFactory(event=event, value=12, source="kept")
    session.commit()
    assert save(session, event, editor, {ALL: ("12", "12")}, "another") == {}
    session.commit()
    assert stored(session)["all", "", "count"][2] == "kept"
    assert session.scalar(select(func.count(Change.id)).where(Change.action == "headcount.enter")) == 0  # fmt: skip


def test_a_cell_that_another_wrote_meanwhile_is_not_overwritten(session, event, editor):
    row = HeadcountFactory(event=event, value=12)
    attribute(session, "headcount.edit", by=editor)
    row.value = 15
    session.commit()
    edits = {ALL: ("12", "20"), HERE: ("", "3")}
    assert save(session, event, editor, edits) == {ALL: "15"}
    session.rollback()
    assert stored(session) == {("all", "", "count"): (15, "exact", None, None)}
    # Both wrote the same, or only the other one did: no reason to ask.
    assert save(session, event, editor, {ALL: ("12", "15"), HERE: ("", "3")}) == {}
    assert save(session, event, editor, {ALL: ("12", "12")}) == {}
    session.commit()
    assert stored_texts(session, event) == {ALL: "15", HERE: "3"}


def test_a_grid_is_for_those_who_may_edit_the_event(session, event):
    contributor = UserFactory(role="contributor", organization=OrganizationFactory())
    with pytest.raises(Forbidden):
        save(session, event, contributor, {ALL: ("", "3")})


def test_the_usual_rows_of_a_breakdown(session, event, editor):
    session.add_all(
        RegionCountry(scheme=scheme, country=country, region=region)
        for scheme, country, region in (
            ("icann", "UY", "latin-america-caribbean"), ("icann", "BR", "latin-america-caribbean"),
            ("icann", "FR", "europe"), ("un", "UY", "grulac"),
        )
    )  # fmt: skip
    attribute(session, "load", by=None)
    HeadcountFactory(event=EventFactory(space=event.space), dimension="badge", value_key="press")
    hidden = EventFactory(space=event.space, visibility="organization", owner=OrganizationFactory())
    HeadcountFactory(event=hidden, dimension="badge", value_key="secret")
    HeadcountFactory(event=EventFactory(), dimension="badge", value_key="elsewhere")
    usual = lambda dimension, scheme="": usual_keys(session, event, dimension, scheme, editor)  # noqa: E731
    assert usual("region", "icann") == ["europe", "latin-america-caribbean"]
    assert usual("region", "un") == ["grulac"]
    assert usual("badge") == ["press"]
    assert usual("gender")[0] == "female"
    assert usual("stakeholder_group")[0] == "technical-community"
    assert usual("country") == []
