"""What is shown as a name, taken apart."""

import pytest

from tracker.models.text import fold
from tracker.services.importing.shown_names import PERSON, SINGLE, THING, read_shown

KNOWN = {"lacnic", "cepal", "agesic", "nic br", "anuies"}


def read(text):
    shown = read_shown(text, lambda name: fold(name) in KNOWN)
    return shown.name, shown.kind, shown.organization


@pytest.mark.parametrize(
    "text, name, organization",
    [
        ("Alicia Pereda (LACNIC)", "Alicia Pereda", "LACNIC"),
        ("Roberto Acuña - AGESIC", "Roberto Acuña", "AGESIC"),
        ("AGESIC - Roberto Acuña", "Roberto Acuña", "AGESIC"),
        ("Horacio Escalante - Operador Austral", "Horacio Escalante", "Operador Austral"),
        ("Marcos Teixeira (Cooperativa Norte)", "Marcos Teixeira", "Cooperativa Norte"),
        ("Villalba Soto, Héctor Iván (External)", "Héctor Iván Villalba Soto", ""),
        ("Keisha Alleyne-Marshall (Unverified)", "Keisha Alleyne-Marshall", ""),
        ("iPhone de Gabriela (Gabriela Núñez)", "Gabriela Núñez", ""),
        ("Gabriela (Gabriela Núñez Roa)", "Gabriela Núñez Roa", ""),
        ("VILLALBA SOTO, HÉCTOR IVÁN", "Héctor Iván Villalba Soto", ""),
        ("ROBERTO ACUÑA DE LEÓN", "Roberto Acuña de León", ""),
        ("ximena oyarzun leiva", "Ximena Oyarzun Leiva", ""),
        ("NADIA CHARLES-TOUSSAINT", "Nadia Charles-Toussaint", ""),
        ("Lucía FERRER DÁVALOS", "Lucía FERRER DÁVALOS", ""),
    ],
)
def test_people(text, name, organization):
    assert read(text) == (name, PERSON, organization)


@pytest.mark.parametrize(
    "text",
    [
        "iPhone", "galaxy a54", "598291****7", "+598 ** *** *41", "5989912****", "Call-in User_1",
        "Sala Montevideo", "Usuario de Zoom", "Gabriela's iPad", "Invitado 3", "SM-A515F", "***",
    ],
)  # fmt: skip
def test_things(text):
    assert read(text) == (text, THING, "")


def test_a_single_word():
    assert read("Gabriela") == ("Gabriela", SINGLE, "")


def test_nothing():
    assert read("  ") == ("", "", "")
