"""Exporting is the inverse of loading."""

import shutil

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import delete, select

from tests.conftest import empty
from tests.load_folders import load_files, read_folder, write_folder
from tracker.models import Attendance, Event, PersonAlias
from tracker.models.changes import attribute
from tracker.models.text import clean, slugify
from tracker.services.database import REFERENCE
from tracker.services.exporting import export
from tracker.services.loading import load
from tracker.services.loading.files import FILES

KEYS = {file.name.removesuffix(".csv"): [c.name for c in file.columns if c.key] for file in FILES}
# What an empty cell of the shipped files is stored as.
DEFAULTS = {"mode": "unknown", "visibility": "public", "status": "confirmed"}


def content(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}


def round_trip(app, session, folder):
    """Export what is stored, load it into an empty database, export again: both exports."""
    for name in ("first", "second"):
        shutil.rmtree(folder / name, ignore_errors=True)
    export(session, folder / "first")
    session.rollback()
    empty(app)
    load(session, folder / "first")
    session.commit()
    export(session, folder / "second")
    return content(folder / "first"), content(folder / "second")


def test_the_reference_data_comes_out_as_it_went_in(session, tmp_path):
    load(session, REFERENCE)
    session.commit()
    counts = export(session, tmp_path)
    shipped, exported = read_folder(REFERENCE), read_folder(tmp_path)
    assert counts["headcounts.csv"] == 1677
    assert {name for name, rows in exported.items() if rows} == {*shipped, "people"}
    for name, rows in shipped.items():
        columns = list(rows[0])
        wanted = [normalized(name, row) for row in rows]
        found = [normalized(name, {column: row[column] for column in columns})
                 for row in exported[name]]  # fmt: skip
        assert sorted(found, key=str) == sorted(wanted, key=str), name


def normalized(name, row):
    defaults = DEFAULTS if name == "events" else {}
    return {column: value or defaults.get(column, "") for column, value in row.items()}


def test_exporting_again_gives_the_same_bytes(app, session, tmp_path):
    load(session, REFERENCE)
    session.commit()
    first, second = round_trip(app, session, tmp_path)
    assert first == second
    assert len(first) == 13


def test_rows_are_sorted_by_their_keys(session, tmp_path):
    load(session, REFERENCE)
    session.commit()
    export(session, tmp_path)
    for name, rows in read_folder(tmp_path).items():
        found = [tuple(row[key] for key in KEYS[name]) for row in rows]
        assert found == sorted(found), name


def test_deleted_events_are_left_out_with_what_is_theirs(app, session, tmp_path):
    load_files(session, tmp_path / "in", {
        "organizations": "acronym,name_en\nA,A\n",
        "events": "key,name_en,parent_key\nwhole,W,\npart,P,whole\n",
        "attendance": "event_key,person_key,label\nwhole,,guest\npart,,guest\n",
        "headcounts": "event_key,metric,value\nwhole,participants,3\n",
        "contributions": "event_key,organization_acronym,kind\nwhole,A,panel\n",
    })  # fmt: skip
    attribute(session, "event.delete", None)
    event = session.scalars(select(Event).filter_by(key="whole")).one()
    event.deleted_at = event.created_at
    session.commit()
    first, second = round_trip(app, session, tmp_path)
    assert first == second
    rows = read_folder(tmp_path / "second")
    assert [(row["key"], row["parent_key"], row["relation"]) for row in rows["events"]] == [
        ("part", "", "")
    ]
    assert [row["event_key"] for row in rows["attendance"]] == ["part"]
    assert rows["headcounts"] == rows["contributions"] == []


def test_what_is_known_to_be_none_is_not_filled_in_again(app, session, tmp_path):
    load_files(session, tmp_path / "in", {
        "organizations": "acronym,name_en,country,stakeholder_group\nA,A,UY,media\n",
        "people": "key,name\nana,Ana\n",
        "affiliations": "person_key,organization_acronym\nana,A\n",
        "events": "key,name_en,start_date\ne,E,2023\nf,F,2023\n",
        "attendance": "event_key,person_key,organization_acronym,country\ne,ana,-,\nf,ana,,-\n",
    })  # fmt: skip
    first, second = round_trip(app, session, tmp_path)
    assert first == second
    found = session.scalars(select(Attendance).join(Attendance.event).order_by(Event.key)).all()
    assert [(a.organization_id is None, a.country, a.stakeholder_group) for a in found] == [
        (True, None, None), (False, None, "media"),
    ]  # fmt: skip


def test_invented_data_stays_marked(app, session, tmp_path):
    load_files(session, tmp_path / "in", {
        "people": "key,name,synthetic\np,P,yes\nq,Q,no\n", "topics": "slug,name_en\nt,T\n",
    })  # fmt: skip
    first, second = round_trip(app, session, tmp_path)
    assert first == second
    rows = read_folder(tmp_path / "second")
    assert [row["synthetic"] for row in rows["people"]] == ["yes", "no"]
    assert "synthetic" not in (tmp_path / "second" / "events.csv").read_text()


def test_other_spellings_of_people_are_kept(app, session, tmp_path):
    load_files(session, tmp_path / "in", {
        "people": "key,name\nana,Ana\nbob,Bob\n",
        "person_aliases": "person_key,alias,always\nbob,Roberto,yes\nana,\"Silva, Ana\",\n",
    })  # fmt: skip
    first, second = round_trip(app, session, tmp_path)
    assert first == second
    assert first["person_aliases.csv"].decode().split() == [
        "person_key,alias,always", 'ana,"Silva,', 'Ana",no', "bob,Roberto,yes",
    ]  # fmt: skip
    attribute(session, "test", None)
    session.execute(delete(PersonAlias))
    session.commit()
    export(session, tmp_path / "second")
    assert "person_aliases.csv" not in content(tmp_path / "second")


def test_people_of_one_name_stay_apart(app, session, tmp_path):
    load_files(session, tmp_path / "in", {
        "people": "key,name\nana-1,Ana\nana-2,Ana\nbob,Bob\n",
        "organizations": "acronym,name_en\nA,A\n", "spaces": "code,name_en\nS,S\n",
        "engagements": "organization,space,role,person\nA,S,member,ana-2\nA,S,host,Bob\n",
    })  # fmt: skip
    first, second = round_trip(app, session, tmp_path)
    assert first == second
    rows = read_folder(tmp_path / "second")["engagements"]
    assert [row["person"] for row in rows] == ["Bob", "ana-2"]


words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf")), min_size=1, max_size=30)
line = words.map(lambda text: clean(" ".join(text.split()))).filter(bool)
lines = st.lists(line, min_size=1, max_size=3).map("\n".join)
maybe = st.one_of(st.just(""), line)
acronyms = line.filter(lambda text: slugify(text) not in ("", "new") and ";" not in text)
days = st.dates().filter(lambda day: 1900 <= day.year < 2200).map(str)
dates = st.one_of(st.just(""), days, days.map(lambda day: day[:7]), days.map(lambda day: day[:4]))
provenance = {"source": st.one_of(st.just(""), lines), "confidence": st.sampled_from(["", "low"]),
              "notes": st.one_of(st.just(""), lines)}  # fmt: skip


@st.composite
def folders(draw):
    """Folders of everything, with odd but good values."""
    named = st.lists(acronyms, min_size=1, max_size=4, unique_by=slugify)
    organizations, spaces = draw(named), draw(named)
    people, events, topics = (
        [f"{kind}-{n}" for n in range(draw(st.integers(1, 3)))] for kind in ("p", "e", "t")
    )

    def rows(keys, **columns):
        return [
            {**key, **{name: draw(values) for name, values in {**columns, **provenance}.items()}}
            for key in keys
        ]

    def some(things):
        return st.lists(st.sampled_from(things), unique=True).map(";".join)

    def one(things):
        return st.sampled_from(["", *things])

    pairs = [(e, p) for e in events for p in people if draw(st.booleans())]
    guests = draw(st.lists(st.tuples(st.sampled_from(events), line), unique=True, max_size=3))
    named_in = {"organization_acronym": st.sampled_from(["", "-", *organizations])}
    return {
        "organizations": rows(
            [{"acronym": a, "parent_acronym": draw(one(organizations[:n]))}
             for n, a in enumerate(organizations)],
            name_en=line, name_pt=maybe, country=st.sampled_from(["", "UY", "XK"]),
            stakeholder_group=st.sampled_from(["", "media"]), headquarters_city=maybe,
            technical_community_member=st.sampled_from(["yes", "no", ""]),
        ),
        "aliases": rows(
            [{"alias": text} for text in draw(st.lists(line, unique=True, max_size=3))],
            organization_acronym=st.sampled_from(organizations),
        ),
        "groupings": rows([{"grouping": draw(acronyms), "country": "UY"}], status=maybe),
        "spaces": rows([{"code": s} for s in spaces], name_es=line, cadence=maybe,
                       organizer_acronym=one(organizations)),
        "people": rows([{"key": p, "email": f"{p}@example.org;x-{p}@example.org"} for p in people],
                       name=st.one_of(line, st.just("Ana")), country=st.sampled_from(["", "BR"]),
                       synthetic=st.sampled_from(["", "yes"])),
        "person_aliases": [
            {"person_key": p, "alias": draw(line), "always": draw(st.sampled_from(["", "yes"]))}
            for p in people if draw(st.booleans())
        ],
        "affiliations": rows(
            [{"person_key": p, "organization_acronym": o} for p in people for o in organizations],
            start_date=dates, title=maybe,
        ),
        "engagements": rows(
            [{"organization": o, "space": s} for o in organizations for s in spaces],
            role=st.sampled_from(["member", "host"]), detail=maybe, from_date=dates, person=maybe,
        ),
        "topics": rows([{"slug": t} for t in topics], name_en=line),
        "events": rows(
            [{"key": e, "parent_key": draw(one(events[:n]))} for n, e in enumerate(events)],
            name_en=line, start_date=dates, space_code=one(spaces), venue=maybe, topics=some(topics),
            description=st.one_of(st.just(""), lines), organizer_acronyms=some(organizations),
            host_acronyms=some(organizations), owner_acronym=one(organizations),
            latitude=st.floats(-90, 90).map(lambda x: format(x, ".15g")), longitude=st.just("0"),
        ),
        "attendance": rows(
            [{"event_key": e, "person_key": p, "label": ""} for e, p in pairs]
            + [{"event_key": e, "person_key": "", "label": label} for e, label in guests],
            role=some(["speaker", "attendee"]), country=st.sampled_from(["", "-", "UY"]),
            stakeholder_group=st.sampled_from(["", "-", "media"]), **named_in,
        ),
        "headcounts": rows(
            [{"event_key": e, "metric": "participants", "dimension": "badge"} for e in events],
            value_key=line, value=st.floats(0, 1e15).map(lambda x: format(x, ".17g")),
        ),
        "contributions": rows(
            [{"event_key": e, "kind": "panel"} for e in events], title=maybe, date=dates,
            organization_acronym=st.sampled_from(organizations), person_key=one(people),
        ),
    }  # fmt: skip


@pytest.mark.slow
@settings(
    max_examples=8, deadline=None, suppress_health_check=[*HealthCheck]
)  # fmt: skip
@given(files=folders())
def test_whatever_is_loaded_survives_the_round_trip(app, session, tmp_path, files):
    session.rollback()
    empty(app)
    shutil.rmtree(tmp_path / "in", ignore_errors=True)
    load(session, write_folder(tmp_path / "in", {n: rows for n, rows in files.items() if rows}))
    session.commit()
    first, second = round_trip(app, session, tmp_path)
    assert first == second
    report = load(session, tmp_path / "second")
    assert {(c.added, c.changed) for c in report.files.values()} == {(0, 0)}
    session.rollback()
