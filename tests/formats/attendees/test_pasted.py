"""Lists pasted from e-mails and documents."""

import time
from contextlib import suppress

import pytest

from tests.formats.attendees.samples import read
from tracker.formats.attendees import UnreadableFile


def entries(text: str, **options) -> list[tuple[str, str, str]]:
    found = read(text, **{"format": "pasted", **options})
    assert found.format == "pasted"
    return [(row.name, row.email, row.organization) for row in found.rows()]


ANA, LUIS = ("Ana Suárez", "ana@example.org", ""), ("Luis Paz", "luis@example.org", "")
JUST_ANA, JUST_LUIS = ("Ana Suárez", "", ""), ("Luis Paz", "", "")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Ana Suárez <ana@example.org>; Luis Paz <luis@example.org>", [ANA, LUIS]),
        ("Ana Suárez <ana@example.org>, Luis Paz <luis@example.org>", [ANA, LUIS]),
        ("Ana Suárez <ana@example.org>\nLuis Paz <luis@example.org>", [ANA, LUIS]),
        ("To: Ana Suárez <ana@example.org>; Luis Paz <luis@example.org>;", [ANA, LUIS]),
        ("Para: Ana Suárez <ana@example.org>", [ANA]),
        ("Ana Suárez <mailto:ana@example.org>", [ANA]),
        ("Ana Suárez (ana@example.org)", [ANA]),
        ("Ana Suárez [mailto:ana@example.org]", [ANA]),
        ("Ana Suárez - ana@example.org", [ANA]),
        ("Ana Suárez: ana@example.org", [ANA]),
        ("Ana Suárez ana@example.org", [ANA]),
        ("Ana Suárez, ana@example.org", [ANA]),
        ("Ana Suárez\tana@example.org", [ANA]),
        ("ana@example.org\tAna Suárez", [ANA]),
        ("Ana Suárez\tUno\tana@example.org", [("Ana Suárez", "ana@example.org", "Uno")]),
        ("1\tAna Suárez\tana@example.org", [ANA]),
        ("ana@example.org, luis@example.org", [("", "ana@example.org", ""), ("", "luis@example.org", "")]),
        ("'Ana Suárez' <ANA@EXAMPLE.ORG>", [ANA]),
        ('"Suárez, Ana" <ana@example.org>', [("Suárez, Ana", "ana@example.org", "")]),
        ("Suárez, Ana <ana@example.org>", [("Suárez, Ana", "ana@example.org", "")]),
        ("Suárez Paz, Ana Eva <asuarez@example.org>", [("Suárez Paz, Ana Eva", "asuarez@example.org", "")]),
        ("Eva Sol, Ana Suárez <ana@example.org>", [("Eva Sol", "", ""), ANA]),
        ("Ana Suárez, LACNIC, ana@example.org", [("Ana Suárez", "ana@example.org", "LACNIC")]),
        ("Ana Suárez, ana@example.org, LACNIC", [("Ana Suárez", "ana@example.org", "LACNIC")]),
        ("- Ana Suárez\n* Luis Paz\n• Ana Suárez\n– Luis Paz", [JUST_ANA, JUST_LUIS] * 2),
        ("1. Ana Suárez\n2) Luis Paz\n(3) Ana Suárez\n4 - Luis Paz\n[x] Ana Suárez",
         [JUST_ANA, JUST_LUIS, JUST_ANA, JUST_LUIS, JUST_ANA]),
        ("Participantes:\nAna Suárez\n\nAttendees\nLuis Paz\n---", [JUST_ANA, JUST_LUIS]),
        ("Ana Suárez, Luis Paz, Eva Sol", [JUST_ANA, JUST_LUIS, ("Eva Sol", "", "")]),
        ("Ana Suárez, Luis Paz", [JUST_ANA, JUST_LUIS]),
        ("Ana Suárez\tLuis Paz\tEva Sol", [JUST_ANA, JUST_LUIS, ("Eva Sol", "", "")]),
        ("Suárez, Ana", [("Suárez, Ana", "", "")]),
        ("SUÁREZ PAZ, Ana Eva", [("SUÁREZ PAZ, Ana Eva", "", "")]),
        ("Ana Suárez, Universidad del Sur, Facultad de Ingeniería",
         [("Ana Suárez", "", "Universidad del Sur, Facultad de Ingeniería")]),
        ("Ana Suárez, NIC.br", [("Ana Suárez", "", "NIC.br")]),
        ("Ana Suárez (Uno, Dos)", [("Ana Suárez (Uno, Dos)", "", "")]),
        ("Ana Suárez - Uno", [("Ana Suárez - Uno", "", "")]),
        ("Ana \"la jefa Suárez, Luis Paz", [("Ana \"la jefa Suárez", "", ""), JUST_LUIS]),
        ("Eva Sol; Ana \"la jefa Suárez; Luis Paz",
         [("Eva Sol", "", ""), ("Ana \"la jefa Suárez", "", ""), JUST_LUIS]),
        ("+598 99 123 456", [("+598 99 123 456", "", "")]),
        ("Usuario de Zoom", [("Usuario de Zoom", "", "")]),
    ],
)  # fmt: skip
def test_entries(text, expected):
    assert entries(text) == expected


def test_entries_keep_the_line_they_stand_on_and_how_they_came():
    found = read("Asistentes:\n\n1. Ana Suárez (LACNIC); Luis Paz\n")
    assert [(row.number, row.raw) for row in found.rows()] == [
        (3, "Ana Suárez (LACNIC)"),
        (3, "Luis Paz"),
    ]
    assert found.samples == [("Ana Suárez (LACNIC)",), ("Luis Paz",)]


def test_a_pasted_note_taker_and_a_total_are_set_aside():
    found = read("Ana Suárez\nOtter.ai\nTotal: 2\n", format="pasted")
    assert [row.set_aside for row in found.rows()] == ["", "bot", "total"]


def test_a_pasted_table_with_titles_is_a_table():
    found = read("Nombre\tCorreo\nAna Suárez\tana@example.org\n")
    assert (found.format, found.columns) == ("csv", ("name", "email"))


@pytest.mark.parametrize("separator", [";", " ; ", ", ", "\t", " | "])
def test_a_pasted_table_without_titles_needs_no_question(separator):
    text = "Ana Suárez;LACNIC;ana@example.org\nLuis Paz;ISOC;luis@example.org\n"
    assert entries(text.replace(";", separator), format="auto") == [
        ("Ana Suárez", "ana@example.org", "LACNIC"),
        ("Luis Paz", "luis@example.org", "ISOC"),
    ]


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_names_and_addresses_side_by_side(separator):
    text = "Ana Suárez;ana@example.org\nLuis Paz;luis@example.org\n"
    assert entries(text.replace(";", separator), format="auto") == [ANA, LUIS]


def test_prose_is_no_list():
    text = "Thank you all for joining us on this very long day of talks about routing and more of it.\n"
    with pytest.raises(UnreadableFile, match="no-rows"):
        read(text * 3)


@pytest.mark.parametrize("separator", [", ", "; ", ","])
def test_a_list_on_one_long_line_is_whole(separator):
    people = [(f"Ana Suárez{n}", f"ana{n}@example.org", "") for n in range(1500)]
    text = separator.join(f"{name} <{email}>" for name, email, _organization in people)
    assert entries(text) == people


@pytest.mark.parametrize(
    "text",
    ["•" * 500_000, "- " * 200_000, "(" * 200_000 + "ana@example.org", "A" * 300_000 + "!, B" * 9,
     "a" * 100_000 + "@" * 100_000, '"' * 200_001, ("A" * 1900 + "!, ") * 100, "a@b." * 50_000,
     ("(" * 1900 + " a@example.org\n") * 100, ("read " * 380 + "\n") * 100],
)  # fmt: skip
def test_lines_made_to_take_long_do_not(text):
    began = time.monotonic()
    with suppress(UnreadableFile):
        entries(text)
    assert time.monotonic() - began < 5
