"""Text files in every encoding and with every separator; headings wherever they stand."""

from datetime import datetime

import pytest

from tests.formats.attendees.samples import read, rows_of
from tracker.formats.attendees import UnreadableFile

TABLE = "Nombre;Correo;Organización\nÓscar Núñez;oscar@example.org;Fundación Ñandú\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_an_encoding_a_separator_and_a_line_end(encoding, separator, line_end):
    text = TABLE.replace(";", separator).replace("\n", line_end)
    found = read(text.encode(encoding))
    (row,) = found.rows()
    assert (found.format, found.language) == ("csv", "es")
    assert (row.name, row.email, row.organization) == (
        "Óscar Núñez",
        "oscar@example.org",
        "Fundación Ñandú",
    )
    assert row.number == 2
    assert row.raw == "Óscar Núñez | oscar@example.org | Fundación Ñandú"


def test_one_byte_that_is_not_utf_8_at_the_end_of_a_long_file_decides():
    lines = "".join(f"Persona {n} Suárez;p{n}@example.org;\n" for n in range(5000))
    content = ("Nombre;Correo;País\n" + lines).encode("cp1252")
    assert rows_of(content)[-1].name == "Persona 4999 Suárez"


def test_a_character_that_a_piece_cuts_in_two_is_whole():
    for padding in range(4):
        content = f"Nombre;Correo\n{'x' * padding};\n" + "ñandú ñu;\n" * 9000
        assert {row.name for row in rows_of(content)} <= {"x" * padding, "ñandú ñu"}


def test_the_separator_that_excel_writes_above_the_table_is_no_row():
    (row,) = rows_of("sep=;\n" + TABLE)
    assert (row.number, row.name) == (3, "Óscar Núñez")


def test_a_quoted_cell_may_hold_separators_quotes_and_line_ends():
    content = 'Name,Organization\n"Suárez, Ana ""Ani""","Uno,\nDos"\nLuis Paz,Tres\n'
    ana, luis = rows_of(content)
    assert (ana.name, ana.organization) == ('Suárez, Ana "Ani"', "Uno, Dos")
    assert (ana.number, luis.number) == (2, 4)


def test_cells_that_excel_is_to_take_as_text_are_their_content():
    content = 'Name;Email;Join time\n"=""Ana Suárez""";="ana@example.org";"=""2026-05-06 14:00"""\n'
    (row,) = rows_of(content)
    assert (row.name, row.email) == ("Ana Suárez", "ana@example.org")
    assert row.joined == datetime(2026, 5, 6, 14)


def test_controls_directions_formulas_and_html_are_plain_text():
    content = (
        "Name;Email;Organization\n"
        "A\x00na \u202eSua\u0301rez\x07;ana@example.org;=HYPERLINK(1)\n"
        "<script>alert(1)</script> Paz;LUIS@EXAMPLE.ORG;'=1+1\n"
    )
    ana, luis = rows_of(content)
    assert (ana.name, ana.organization) == ("Ana Suárez", "=HYPERLINK(1)")
    assert "\x00" not in ana.raw
    assert (luis.name, luis.email, luis.organization) == (
        "<script>alert(1)</script> Paz",
        "luis@example.org",
        "=1+1",
    )


def test_an_over_long_cell_is_cut():
    (row,) = rows_of(f"Name;Email\n{'a' * 50_000};ana@example.org\n")
    assert len(row.name) == 2001
    assert len(row.raw) <= 4000


@pytest.mark.parametrize(
    "written, address",
    [("ANA@Example.ORG ", "ana@example.org"), ("mailto:ana@example.org", "ana@example.org"),
     ("Ana <ana@example.org>", "ana@example.org"), ("ana@example.org; a2@example.org", "ana@example.org"),
     ("ana@localhost", ""), ("ana@@example.org", ""), ("ana.example.org", ""), ("--", ""),
     ("a..b@example.org", "")],
)  # fmt: skip
def test_an_address_is_checked(written, address):
    content = f'Name\tEmail\nAna Suárez\t"{written}"\n'
    assert rows_of(content)[0].email == address


def test_an_address_in_place_of_a_name_is_an_address():
    first, second = rows_of("Name,Email\nana@example.org,\nLuis Paz <luis@example.org>,\n")
    assert (first.name, first.email) == ("", "ana@example.org")
    assert (second.name, second.email) == ("Luis Paz", "luis@example.org")


def test_words_for_nothing_are_nothing():
    content = "Name,Organization,Country\nAna Suárez,Ninguna,--\nLuis Paz,n/a,Perú\n"
    assert [(row.organization, row.country) for row in rows_of(content)] == [("", ""), ("", "Perú")]


@pytest.mark.parametrize(
    "heading, language, columns",
    [
        ("Full Name,Work Email,Company,Country/Region", "en", ("name", "email", "organization", "country")),
        ("País,Correo electrónico,Nombre y apellidos", "es", ("country", "email", "name")),
        ("Nome,Sobrenome,E-mail,Instituição,País", "pt",
         ("first_name", "last_name", "email", "organization", "country")),
        ("Nombre,Apellido,Empresa", "es", ("first_name", "last_name", "organization")),
        ("Nombre,Empresa,Asistió", "es", ("name", "organization", "present")),
        ("Nombre completo,Rol,Modalidad,Horas", "es", ("name", "role", "mode", "hours")),
        ("Email,Correo,Nombre", "es", ("email", "", "name")),
        ("Timestamp,What is your full name?,Your e-mail address (work),Which organization do you represent?",
         "en", ("", "name", "email", "organization")),
    ],
)  # fmt: skip
def test_titles_are_found_in_any_order_and_language(heading, language, columns):
    found = read(f"{heading}\n{','.join('Ana Suárez' for _ in columns)}\n")
    assert (found.columns, found.language) == (columns, language)
    assert found.heading == tuple(heading.split(","))


def test_a_heading_under_titles_and_facts_is_found():
    content = (
        "Taller de enrutamiento;;\nLima, 23 de abril;;\n;;\nOrganiza:;LACNIC;\n;;\n"
        "Datos personales;;Otros\nNombre y apellido;País;Correo\nAna Suárez;Perú;ana@example.org\n"
    )
    found = read(content)
    assert found.columns == ("name", "country", "email")
    assert [row.number for row in found.rows()] == [8]


def test_a_heading_in_two_lines_is_one():
    content = "Nombre;Contacto;;Firma\n;Correo;País;\nAna Suárez;ana@example.org;Perú;x\n"
    found = read(content)
    assert found.heading == ("Nombre", "Correo", "País", "Firma")
    assert found.columns == ("name", "email", "country", "present")
    assert [row.name for row in found.rows()] == ["Ana Suárez"]


def test_a_repeated_heading_and_a_total_are_set_aside_and_a_note_is_no_row():
    content = "Nombre;Horas\nAna Suárez;1,5\nNombre;Horas\nLuis Paz;2\nTotal;3,5\n\n;;\nTotal;2\n;revisado\n"
    assert [(row.number, row.set_aside, row.minutes) for row in rows_of(content)] == [
        (2, "", 90),
        (3, "heading", None),
        (4, "", 120),
        (5, "total", None),
    ]


def test_a_row_wider_than_its_heading_is_named():
    found = read("Name,Organization\nAna Suárez,Uno\nLuis Paz,Dos, Ltd,\nEva Sol,Tres,\n")
    assert [(problem.code, problem.row) for problem in found.problems] == [("row-too-wide", 3)]
    assert [row.name for row in found.rows()] == ["Ana Suárez", "Luis Paz", "Eva Sol"]


def test_titles_nobody_knows_are_named():
    found = read("Name,Email,Shoe size\nAna Suárez,ana@example.org,38\n")
    assert [(p.code, p.detail) for p in found.problems] == [("columns-unknown", "Shoe size")]


UNKNOWN = "Qui;D’où;Quand\nAna Suárez;Uno;14:00\nLuis Paz;Dos;15:00\nEva Sol;Tres;16:00\n"


def test_unknown_titles_are_asked_about_with_samples():
    with pytest.raises(UnreadableFile) as caught:
        read(UNKNOWN)
    assert (caught.value.code, caught.value.row) == ("columns", 1)
    assert caught.value.heading == ("Qui", "D’où", "Quand")
    assert caught.value.samples[0] == ("Ana Suárez", "Uno", "14:00")


TWO = "Qui;D’où\nAna Suárez;Uno Dos\nLuis Paz;Tres Cuatro\n"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("filename", ["list.csv", "LIST.TSV"])
def test_two_columns_with_unknown_titles_are_asked_about_in_a_table(separator, filename):
    text = TWO.replace(";", separator)
    with pytest.raises(UnreadableFile) as caught:
        read(text, filename=filename)
    assert (caught.value.code, caught.value.heading) == ("columns", ("Qui", "D’où"))
    assert caught.value.samples == [("Ana Suárez", "Uno Dos"), ("Luis Paz", "Tres Cuatro")]
    found = read(text, filename=filename, columns=["name", "organization"])
    assert [(row.name, row.organization) for row in found.rows()] == [
        ("Ana Suárez", "Uno Dos"),
        ("Luis Paz", "Tres Cuatro"),
    ]


@pytest.mark.parametrize("filename", ["", "list.txt", "csv"])
def test_people_two_to_a_line_are_a_list_where_nothing_says_table(filename):
    text = "Ana Suárez; Luis Paz\nEva Sol; Bea Ruiz\nDora Gil; Carla Paz\n"
    assert [row.name for row in read(text, filename=filename).rows()] == [
        "Ana Suárez", "Luis Paz", "Eva Sol", "Bea Ruiz", "Dora Gil", "Carla Paz",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["Ana Suárez\nLuis Paz\nEva Sol\n",
     "Nombre\nSuárez, Ana\nPaz, Luis\nSol, Eva\nGil, Dora\nRuiz, Bea\n",
     "Ana Suárez;ana@example.org\nLuis Paz;luis@example.org\nEva Sol;eva@example.org\n"],
    ids=["one column", "one column of names with commas", "names and addresses"],
)  # fmt: skip
def test_lists_saved_as_tables_need_no_question(text):
    assert read(text, filename="list.csv").format == "pasted"


def test_chosen_columns_read_a_file_with_unknown_titles():
    found = read(UNKNOWN, columns=["name", "organization", ""])
    assert found.columns == ("name", "organization", "")
    assert [(row.name, row.organization) for row in found.rows()][2] == ("Eva Sol", "Tres")


def test_a_wrong_number_of_chosen_columns_asks_again():
    with pytest.raises(UnreadableFile, match="columns"):
        read(UNKNOWN, columns=["name"])
    with pytest.raises(UnreadableFile, match="columns"):
        read(TABLE, columns=["name"])


def test_chosen_columns_go_before_known_titles():
    found = read(TABLE, columns=["organization", "email", "name"])
    (row,) = found.rows()
    assert (row.name, row.organization) == ("Fundación Ñandú", "Óscar Núñez")


def test_a_chosen_column_keeps_what_no_person_chooses():
    content = "Name (original name),Email,In waiting room,Duration (minutes)\nAna Suárez,,Yes,5\n"
    (row,) = rows_of(content, columns=["name", "email", "", "minutes"])
    assert row.set_aside == "waiting-room"


def test_a_table_without_heading_can_be_given_columns():
    content = "Ana Suárez;Uno;ana@example.org\nLuis Paz;Dos;luis@example.org\n"
    found = read(content, columns=["name", "organization", "email"], format="csv")
    assert found.heading == ()
    assert [(row.name, row.organization) for row in found.rows()] == [
        ("Ana Suárez", "Uno"),
        ("Luis Paz", "Dos"),
    ]


def test_a_format_asked_for_by_name_must_fit():
    with pytest.raises(UnreadableFile) as caught:
        read(TABLE, format="zoom-meeting")
    assert (caught.value.code, caught.value.detail) == ("wrong-format", "csv")
    with pytest.raises(UnreadableFile, match="wrong-format"):
        read(TABLE, format="floppy")
    with pytest.raises(UnreadableFile, match="wrong-format"):
        read("Ana Suárez\nLuis Paz\n", format="teams")


def test_any_table_can_be_said_to_be_a_sign_up_list():
    found = read(TABLE, format="form")
    assert (found.format, next(found.rows()).status) == ("form", "registered")


def test_rows_can_be_read_at_two_places_at_once():
    found = read("Name\tEmail\n" + "".join(f"Ana {n}\ta{n}@example.org\n" for n in range(3000)))
    one, other = found.rows(), found.rows()
    first = [next(one) for _ in range(2000)]
    assert [next(other) for _ in range(2000)] == first
    assert next(one) == next(other)
