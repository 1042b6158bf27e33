"""Which event is meant: certain, asked about, or new."""

import pytest

from tracker.services.calendars import matching
from tracker.services.calendars.matching import EventIndex, Known
from tracker.services.calendars.spaces import NamedSpace, SpaceFinder

SPACE = 7


def known(id_=1, name="Annual meeting", start="2026-05-04", end=None, **values):
    given = {"start_time": None, "space_id": SPACE, "city": None, **values}
    return Known(id_, (name,), start, end or start, **given)


def match(
    *events, name="Annual meeting", start="2026-05-04", end=None, space=SPACE, linked=(), **told
):
    values = {
        "name_en": name, "start_date": start, "end_date": end or start, "start_time": None,
        "city": None, **told,
    }  # fmt: skip
    found = EventIndex(events).match(values, space, set(linked))
    return found.event_id or [(each["event"], each["reason"]) for each in found.candidates]


class TestCertain:
    def test_the_same_space_days_and_name(self):
        assert match(known()) == 1
        assert match(known(space_id=None), space=None) == 1

    @pytest.mark.parametrize(
        "name, other, city",
        [
            ("Annual meeting", "ANNUAL  Meeting!", None),
            ("Reunión anual", "Reunion Anual", None),
            ("ICANN 86", "ICANN86", None),
            ("LACIGF 19", "LACIGF XIX", None),
            ("LAC-IX 9", "LAC-IX 9 2026", None),
            ("LACIGF 19", "LACIGF 19 2026", None),
            ("LACNIC 47", "LACNIC 47 Lima", "Lima"),
            ("Policy development meeting", "Policy developments meeting", None),
        ],
    )
    def test_whatever_the_spelling(self, name, other, city):
        assert match(known(name=name, city=city), name=other) == 1
        assert match(known(name=other, city=city), name=name) == 1


class TestAsked:
    def test_another_space(self):
        assert match(known(space_id=None)) == [(1, "other-space")]
        assert match(known(), space=None) == [(1, "other-space")]

    def test_days_that_overlap(self):
        assert match(known(end="2026-05-06"), end="2026-05-07") == [(1, "other-days")]

    def test_another_hour(self):
        assert match(known(start_time="09:00"), start_time="15:00") == [(1, "other-time")]
        assert match(known(start_time="09:00"), start_time="09:00") == 1
        assert match(known(), start_time="09:00") == 1

    def test_a_longer_name(self):
        assert match(known(), name="Annual meeting of members") == [(1, "similar-name")]

    def test_two_of_them(self):
        assert match(known(1), known(2)) == [(1, "several"), (2, "several")]

    def test_one_that_another_item_is_already(self):
        assert match(known(), linked=[1]) == [(1, "linked")]

    def test_the_same_edition_of_a_space(self):
        event = known(name="ICANN 86 Public Meeting", end="2026-05-08", edition=86)
        assert match(event, name="ICANN86 Policy Forum", end="2026-05-08") == [(1, "same-edition")]

    @pytest.mark.parametrize("name", ["LACIGF XIX", "Foro LACIGF 19", "19.º Foro"])
    def test_the_edition_of_which_only_the_month_is_known(self, name):
        event = known(name="Annual forum", start="2026-05", edition=19)
        assert match(event, name=name) == [(1, "same-edition")]
        assert match(event, name=name, start="2026-06-04") == []
        assert match(known(name="Annual forum", edition=19, end="2026-05-06"), name=name) == []

    def test_a_numbered_one_that_moved(self):
        assert match(known(name="LACNIC 47"), name="LACNIC 47", start="2026-06-20") == [
            (1, "other-days")
        ]

    def test_one_that_is_a_day_off(self):
        assert match(known(), start="2026-05-05") == [(1, "other-days")]
        assert match(known(), start="2026-05-05", linked=[1]) == []

    def test_one_that_has_only_a_month_or_no_days(self):
        assert match(known(start="2026-05")) == [(1, "other-days")]
        assert match(known(name="LACNIC 47", start=None), name="LACNIC 47") == [(1, "other-days")]


class TestNew:
    @pytest.mark.parametrize(
        "name",
        ["Something else", "Annual meeting 2", "LACNIC 47", "Reunión"],
    )
    def test_another_name_on_the_same_day(self, name):
        assert match(known(), name=name) == []

    @pytest.mark.parametrize(
        "name, other",
        [
            ("LACNIC 46", "LACNIC 47"),
            ("Comité A", "Comité B"),
            ("ccNSO meeting", "GNSO meeting"),
            ("Módulo I", "Módulo II"),
        ],
    )
    def test_a_letter_or_number_that_tells_them_apart(self, name, other):
        assert match(known(name=name), name=other) in ([], [(1, "similar-name")])

    def test_a_series_goes_on(self):
        assert match(known(name="Weekly webinar"), name="Weekly webinar", start="2026-05-11") == []

    def test_years_later(self):
        assert match(known(name="LACNIC 47"), name="LACNIC 47", start="2028-05-04") == []


class TestSpaces:
    FINDER = SpaceFinder(
        [
            NamedSpace(1, "LACIGF", ["foro de gobernanza de internet de america latina"]),
            NamedSpace(2, "YOUTH-LACIGF", ["youth lacigf"]),
            NamedSpace(3, "ASO", ["address supporting organization"]),
            NamedSpace(4, "ITU-PP", ["plenipotentiary conference"]),
        ]
    )

    @pytest.mark.parametrize(
        "text, space",
        [
            ("LACIGF 19", 1),
            ("LACIGF19 (hybrid)", 1),
            ("Youth LACIGF 2026", 2),
            ("Foro de Gobernanza de Internet de América Latina", 1),
            ("ASO AC meeting", 3),
            ("un caso aso", None),
            ("CASO", None),
            ("prelacigf", None),
            ("ITU-PP 2026", 4),
            ("ASO and LACIGF", 1),
            ("", None),
        ],
    )
    def test_found_at_word_boundaries(self, text, space):
        assert self.FINDER.find(text) == space


def test_of_a_flooded_day_few_are_compared(monkeypatch):
    compared = []
    monkeypatch.setattr(matching, "likeness", lambda one, other: compared.append(one))
    flood = [known(1 + number, "Workshop of the " + "x" * number) for number in range(1000)]
    assert match(*flood, known(5000)) == 5000
    assert match(*flood, name="Something else entirely") == []
    assert len(compared) < 500
