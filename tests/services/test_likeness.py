"""Who is taken for whom: proposals only, and none among names that merely share a surname."""

import pytest

from tracker.models.text import name_key
from tracker.services.likeness import NameIndex, likeness


def between(one, other):
    return likeness(name_key(one), name_key(other))


@pytest.mark.parametrize(
    "one, other",
    [
        ("Javier Montes Araya", "MONTES ARAYA, Javier"),
        ("Dr. Óscar Benavides", "oscar benavides"),
        ("Nadia Charles-Toussaint", "Nadia Charles Toussaint"),
    ],
)
def test_the_same_name(one, other):
    assert between(one, other).reason == "same-name"


@pytest.mark.parametrize(
    "one, other",
    [
        ("Tomas Etcheverry", "Tomás Etcheverry Pons"),
        ("Marcos Teixeira", "Marcos Teixeira Lobo"),
        ("Marcos Texeira Lobo", "Marcos Teixeira Lobo"),
        ("Hector Villalva Soto", "Héctor Iván Villalba Soto"),
        ("Desmond Baptiste", "Desmond A. Baptiste"),
        ("J. Montes", "Javier Montes"),
        ("Jhon Alberto Rojas", "John Alberto Rojas"),
        ("Paula Goncalvez Dias", "Paula Gonçalves Dias"),
    ],
)
def test_alike(one, other):
    for a, b in ((one, other), (other, one)):
        found = between(a, b)
        assert found is not None
        assert found.reason == "similar-name"
        assert 0.75 < found.score < 1


@pytest.mark.parametrize(
    "one, other",
    [
        ("Verónica Tavares Fagundes", "Verónica Tavares Noboa"),
        ("Benjamín Paredes Guimarães", "Benjamín Orellana Guimarães"),
        ("María de la Cruz", "José de la Peña"),
        ("Ana", "Ana Pérez"),
        ("J. M.", "Javier Montes"),
        ("Ana de", "Ana de León"),
        ("", ""),
    ],
)
def test_not_alike(one, other):
    assert between(one, other) is None


PEOPLE = [
    "Tomás Etcheverry Pons", "Javier Montes Araya", "Javier Montes Araya", "Marcos Teixeira Lobo",
    "Héctor Iván Villalba Soto", "Desmond A. Baptiste", "Ana Pérez", "María Pérez Montes",
]  # fmt: skip


@pytest.fixture
def index():
    return NameIndex((number, name_key(name)) for number, name in enumerate(PEOPLE))


@pytest.mark.parametrize(
    "name, expected",
    [
        ("Tomas Etcheverry", [0]),
        ("Javier Montes Araya", [1, 2]),
        ("Marcos Texeira Lobo", [3]),
        ("Hector Villalva Soto", [4]),
        ("Desmond Baptiste", [5]),
        ("D. Baptiste", [5]),
        ("J. Montes", [1, 2]),
        ("Ana Montes", []),
        ("Pérez", []),
        ("", []),
    ],
)
def test_an_index_finds_them(index, name, expected):
    assert [found.id for found in index.alike(name_key(name))] == expected


def test_an_index_finds_whatever_is_alike(index):
    """It leaves out comparisons, never answers."""
    for other in [*PEOPLE, "Hector Villalva", "T. Etcheverry", "Marco Teixeira Lobo"]:
        found = {a.id for a in index.alike(name_key(other), most=99)}
        for number, person in enumerate(PEOPLE):
            assert (number in found) == (between(other, person) is not None), (other, person)


def test_somebody_with_two_spellings_is_found_once(index):
    index.add(0, name_key("Tomas Echeverri"))
    assert [a.id for a in index.alike(name_key("Tomás Etcheverri Pons"))] == [0]
