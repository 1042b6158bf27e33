"""Every sample file, alone on its own event, becomes what expected.json says, person by person."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from config import ROOT
from tracker.extensions import db
from tracker.models import Event
from tracker.services.database import load_reference
from tracker.services.importing.outcome import as_data
from tracker.services.importing.staging import receive
from tracker.services.loading import load

FILES = ROOT / "tests" / "attendee_files"
EXPECTED = json.loads((FILES / "expected.json").read_text("utf-8"))
# For readers of the file, not for programs.
NOTES = {"note", "rows_are", "lines_in_file", "not_rows"}
TOLERANCE = EXPECTED["minutes_tolerance"]


@pytest.fixture(scope="module")
def base(sqlite_app):
    """The reference data and the base that the samples are matched against."""
    with sqlite_app.app_context():
        load_reference(db.session)
        load(db.session, FILES / "base")
        db.session.commit()
        yield db.session
    from tests.conftest import empty  # noqa: PLC0415

    empty(sqlite_app)


def outcome(session, entry):
    event = session.scalar(select(Event).where(Event.key == entry["event"]))
    path = Path(FILES / entry["file"])
    with path.open("rb") as file:
        data = as_data(session, receive(session, event, file, path.name, None))
    session.rollback()
    return data


@pytest.mark.parametrize("entry", EXPECTED["files"], ids=lambda entry: entry["file"])
def test_sample(base, entry):
    found = outcome(base, entry)
    people, wanted = found.pop("people"), dict(entry)
    expected = wanted.pop("people")
    close = wanted.pop("minutes_total"), found.pop("minutes_total")
    assert found == {k: v for k, v in wanted.items() if k not in NOTES}
    assert close[0] == close[1]
    assert [p["label"] for p in people] == [p["label"] for p in expected]
    for person, entry_ in zip(people, expected, strict=True):
        assert_same_person(person, entry_)


def assert_same_person(found, expected):
    minutes = found["minutes"], expected["minutes"]
    assert minutes[0] == minutes[1] or abs(minutes[0] - minutes[1]) <= TOLERANCE
    said = {k: v for k, v in expected.items() if k != "minutes"}
    assert {k: found.get(k) for k in said} == said
    # An organization beside those of expected.json is more than it says; nothing else is.
    assert set(found) - set(expected) <= {"organization"}
