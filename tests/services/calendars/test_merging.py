"""Three versions of an event: only theirs changed, only ours, both, or neither."""

from itertools import chain

from hypothesis import given, strategies as st

from tracker.services.calendars.merging import merge, pieces
from tracker.services.calendars.values import COLUMNS

EMPTY = dict.fromkeys(COLUMNS)
WHOLE = EMPTY | {
    "name_en": "Annual meeting", "start_date": "2026-05-04", "end_date": "2026-05-06",
    "timezone": "America/Lima", "venue": "Hotel", "city": "Lima", "country": "PE",
    "status": "confirmed", "description": "All of it", "url": "https://example.org/",
}  # fmt: skip


def changed(**values):
    return {**WHOLE, **values}


class TestAgain:
    def test_nothing_changed(self):
        merged = merge(WHOLE, WHOLE, WHOLE)
        assert (merged.status, merged.changes, merged.conflicts) == ("same", {}, {})

    def test_only_theirs(self):
        merged = merge(WHOLE, WHOLE, changed(city="Cusco"))
        assert merged.status == "changed"
        assert merged.changes == {"city": "Cusco"}
        assert merged.taken["city"] == "Cusco"

    def test_only_ours(self):
        merged = merge(WHOLE, changed(name_en="Ours"), WHOLE)
        assert (merged.status, merged.changes) == ("same", {})

    def test_both_alike(self):
        both = changed(name_en="The same")
        merged = merge(WHOLE, both, both)
        assert merged.status == "same"
        assert merged.taken["name_en"] == "The same"

    def test_both_differently(self):
        merged = merge(WHOLE, changed(name_en="Ours"), changed(name_en="Theirs", city="Cusco"))
        assert merged.status == "conflict"
        assert merged.conflicts == {"name_en": {"ours": "Ours", "theirs": "Theirs"}}
        assert merged.changes == {"city": "Cusco"}
        assert merged.taken["name_en"] == "Annual meeting"

    def test_days_and_hours_are_one_thing(self):
        ours = changed(start_time="09:00", end_time="10:00", end_date="2026-05-04")
        theirs = changed(start_date="2026-05-05")
        merged = merge(WHOLE, ours, theirs)
        assert merged.changes == {}
        assert set(merged.conflicts) == {"start_date", "end_date", "start_time", "end_time"}

    def test_the_zone_of_whole_days_is_nobodys_question(self):
        moved = changed(timezone="America/Bogota", city="Bogotá")
        assert merge(WHOLE, WHOLE, moved).changes["timezone"] == "America/Bogota"
        merged = merge(WHOLE, changed(timezone="America/Santiago"), moved)
        assert (merged.changes, merged.conflicts) == ({"city": "Bogotá"}, {})

    def test_what_was_emptied_here_stays_empty(self):
        merged = merge(WHOLE, changed(url=None), changed(url="https://example.org/new"))
        assert merged.changes == {}
        assert set(merged.conflicts) == {"url"}


class TestFirst:
    def test_what_is_empty_here_is_filled(self):
        merged = merge(None, changed(description=None, venue=None), WHOLE)
        assert merged.changes == {"description": "All of it", "venue": "Hotel"}
        assert merged.conflicts == {}

    def test_what_they_leave_open_is_no_difference(self):
        merged = merge(None, WHOLE, changed(description=None, url=None, venue=None, city=None))
        assert merged.status == "same"

    def test_what_differs_is_asked(self):
        merged = merge(None, WHOLE, changed(status="cancelled", city="Cusco"))
        assert set(merged.conflicts) == {"status", "city"}
        assert merged.changes == {}

    def test_another_place_fills_no_part_of_ours(self):
        merged = merge(None, changed(venue=None), changed(city="Cusco"))
        assert "venue" in merged.conflicts

    def test_spelling_is_no_difference_and_ours_stays(self):
        merged = merge(
            None, WHOLE, changed(name_en="ANNUAL Meeting", url="https://example.org", city="lima")
        )
        assert (merged.status, merged.changes) == ("same", {})

    def test_a_month_is_filled_with_its_days(self):
        ours = changed(start_date="2026-05", end_date="2026-05", timezone=None)
        assert merge(None, ours, WHOLE).changes == {
            "start_date": "2026-05-04", "end_date": "2026-05-06", "timezone": "America/Lima",
        }  # fmt: skip
        assert merge(None, changed(start_date="2026-06", end_date="2026-06"), WHOLE).conflicts

    def test_an_event_without_days(self):
        ours = changed(start_date=None, end_date=None, timezone=None)
        assert merge(None, ours, WHOLE).changes["start_date"] == "2026-05-04"

    def test_two_names_of_one_zone(self):
        one = changed(end_date="2026-05-04", start_time="09:00", end_time="10:00")
        lima, bogota = one, {**one, "timezone": "America/Bogota"}
        assert merge(None, lima, bogota).status == "same"
        assert merge(None, lima, {**one, "timezone": "America/Santiago"}).status == "conflict"

    def test_hours_are_filled_in_the_same_zone_only(self):
        day = changed(end_date="2026-05-04")
        timed = {**day, "start_time": "09:00", "end_time": "10:00"}
        assert merge(None, day, timed).changes == {"start_time": "09:00", "end_time": "10:00"}
        assert merge(None, {**day, "timezone": "America/Santiago"}, timed).conflicts
        assert merge(None, timed, day).status == "same"
        open_end = {**timed, "end_time": None}
        assert merge(None, open_end, timed).changes == {"end_time": "10:00"}


DAYS = st.sampled_from(["2026-05-04", "2026-05-05"])
TEXTS = st.sampled_from([None, "a", "A", "b"])
VERSIONS = st.fixed_dictionaries(
    {
        **dict.fromkeys(sorted(COLUMNS), TEXTS),
        "start_date": DAYS, "end_date": st.just("2026-05-06"), "timezone": st.just("UTC"),
        "start_time": st.sampled_from([None, "09:00"]), "end_time": st.none(),
        "latitude": st.sampled_from([None, 1.0, 2.0]),
        "longitude": st.sampled_from([None, 1.0]),
        "status": st.sampled_from(["confirmed", "cancelled"]),
    }
)  # fmt: skip


@given(taken=st.one_of(st.none(), VERSIONS), ours=VERSIONS, theirs=VERSIONS)
def test_what_was_edited_here_is_never_changed(taken, ours, theirs):
    merged = merge(taken, ours, theirs)
    for column in merged.changes:
        if taken is None:
            assert ours[column] is None
        else:
            assert ours[column] == taken[column]
        assert merged.changes[column] == theirs[column]
    assert merged.changes.keys().isdisjoint(merged.conflicts)


@given(taken=st.one_of(st.none(), VERSIONS), ours=VERSIONS, theirs=VERSIONS)
def test_what_is_recorded_is_not_news_again(taken, ours, theirs):
    merged = merge(taken, ours, theirs)
    again = merge(merged.taken, {**ours, **merged.changes}, theirs)
    assert again.changes == {}
    assert again.conflicts == merged.conflicts


@given(taken=VERSIONS, ours=VERSIONS, theirs=VERSIONS)
def test_either_side_can_be_taken(taken, ours, theirs):
    open_ = merge(taken, ours, theirs).conflicts
    columns = {
        name for piece in pieces(theirs) if not open_.keys().isdisjoint(piece) for name in piece
    }
    for base, outcome in ((theirs, {}), (ours, {c: theirs[c] for c in open_})):
        decided = merge({**taken, **{c: base[c] for c in columns}}, ours, theirs)
        assert decided.conflicts == {}
        assert {c: v for c, v in decided.changes.items() if c in columns} == outcome


def test_every_column_is_in_one_piece():
    assert sorted(chain(*pieces(WHOLE))) == sorted(COLUMNS)
