"""The sample files of every shape that staff receive, each read to what expected.json says."""

import re
from collections import Counter
from datetime import datetime

import pytest

from tests.formats.attendees.samples import EXPECTED, FOLDER, event_days, read, sample_rows


@pytest.fixture(params=sorted(EXPECTED))
def expected(request):
    return EXPECTED[request.param]


@pytest.fixture
def found(expected):
    content = (FOLDER / expected["file"]).read_bytes()
    return read(content, event_days()[expected["event"]])


def test_a_sample_is_recognized_and_counted(expected, found):
    rows = list(found.rows())
    aside = Counter(row.set_aside for row in rows if row.set_aside)
    assert (found.format, found.language) == (expected["format"], expected["language"])
    assert len(rows) == expected["source_rows"]
    assert aside == expected["set_aside"]
    assert found.problems == []


def test_a_sample_has_the_statuses_and_roles_of_its_individuals(expected, found):
    rows = [row for row in found.rows() if not row.set_aside]
    assert {row.status for row in rows} == set(expected["by_status"])
    assert {row.role for row in rows} == set(expected["by_role"])
    if len(rows) == expected["individuals"]:
        assert Counter(row.status for row in rows) == expected["by_status"]
        assert Counter(row.role for row in rows) == expected["by_role"]


def test_the_addresses_of_a_sample_come_whole(found):
    for row in found.rows():
        if row.email:
            assert re.search(rf"(?<![\w.]){re.escape(row.email)}", row.raw.lower())


def test_a_sample_reads_the_same_again(found):
    assert list(found.rows()) == list(found.rows())


def test_a_sample_with_stated_minutes_only_adds_up(expected, found):
    rows = [row for row in found.rows() if not row.set_aside]
    if any(row.joined for row in rows) or expected["minutes_total"] is None:
        return
    assert round(sum(row.minutes or 0 for row in rows)) == expected["minutes_total"]


def test_intervals_of_a_sample_unite_to_its_minutes(expected, found):
    """Individuals are told apart by address or name here, which is enough for these files."""
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for row in found.rows():
        if not row.set_aside and row.joined and row.left:
            spans.setdefault(row.email or row.name, []).append((row.joined, row.left))
    if not spans:
        return
    total = 0
    for intervals in spans.values():
        end = datetime(2000, 1, 1)
        seconds = 0.0
        for start, stop in sorted(intervals):
            seconds += max(0.0, (stop - max(start, end)).total_seconds())
            end = max(end, stop)
        total += round(seconds / 60)
    assert total == pytest.approx(expected["minutes_total"], abs=len(spans))


def test_a_zoom_report_names_its_host_and_the_waiting_room():
    rows = sample_rows("zoom-meeting-participants.csv")
    alicia = rows[0]
    assert (alicia.number, alicia.role, alicia.mode) == (5, "organizer", "online")
    assert alicia.name == "Alicia Pereda (LACNIC)"
    assert alicia.raw.startswith(
        "Alicia Pereda (LACNIC) | alicia.pereda@lacnic.example.org | 03/18"
    )
    assert (alicia.joined, alicia.left) == (
        datetime(2026, 3, 18, 13, 48, 10),
        datetime(2026, 3, 18, 15, 33),
    )
    assert [row.name for row in rows if row.set_aside == "waiting-room"] == ["Gabriela Núñez"]
    assert [row.name for row in rows if row.set_aside == "bot"] == [
        "read.ai meeting notes",
        "Otter.ai",
    ]


def test_a_webinar_takes_the_fuller_name_and_its_own_question():
    rows = sample_rows("zoom-webinar-attendees.csv")
    nadia = next(row for row in rows if row.email == "nadia@ayitinet.example.org")
    assert (nadia.name, nadia.organization, nadia.country) == (
        "Nadia Charles-Toussaint",
        "Ayiti Net",
        "Haiti",
    )
    veronica = next(row for row in rows if row.name == "Verónica Tavares Fagundes")
    assert veronica.organization == "Universidad, Facultad de Ingeniería"
    assert (veronica.status, veronica.joined, veronica.minutes) == ("no-show", None, None)


def test_a_teams_report_is_read_from_its_intervals():
    rows = sample_rows("teams-attendance-report.csv")
    hector = [row for row in rows if row.email == "hvillalba@redclara.example.org"]
    assert [row.name for row in hector] == ["Villalba Soto, Héctor Iván (External)"] * 2
    assert hector[1].joined == datetime(2026, 8, 4, 14, 30)
    assert {row.role for row in hector} == {"attendee"}


def test_the_old_teams_list_becomes_intervals_in_the_order_they_began():
    rows = sample_rows("teams-join-leave-list.csv")
    assert [row.number for row in rows] == [2, 3, 4, 5, 6, 7, 8, 10]
    assert rows[0].joined == datetime(2026, 2, 11, 14)
    assert rows[0].left == datetime(2026, 2, 11, 14, 20)
    assert " / Dias Teles, Bruno | Left" in rows[0].raw


def test_google_meet_gives_minutes_and_no_moments():
    gabriela = sample_rows("google-meet-attendance.csv")[0]
    assert (gabriela.minutes, gabriela.joined, gabriela.left) == (88.0, None, None)


def test_a_sheet_has_its_own_row_numbers():
    rows = sample_rows("sign-in-sheet.xlsx")
    assert [row.number for row in rows][:9] == [5, 6, 7, 8, 9, 10, 11, 12, 14]
    assert rows[0].email == "obenavides@fdandes.example.org"
    assert (rows[0].name, rows[0].organization) == ("Óscar Benavides", "Fundación Datos Andinos")


def test_a_form_says_how_somebody_takes_part():
    rows = sample_rows("google-form-signups-es.csv")
    assert [row.mode for row in rows[:2]] == ["online", "in-person"]
    assert rows[8].email == "benjamin.orellana89@correo.example.com"


def test_a_pasted_list_keeps_names_as_shown():
    rows = sample_rows("pasted-list.txt")
    assert [(row.number, row.name, row.email, row.organization) for row in rows[2:]] == [
        (2, "Marcos Teixeira Lobo (ABRINT)", "", ""),
        (3, "Alleyne-Marshall, Keisha", "keisha@caribnog.example.org", ""),
        (3, "", "gnunez@chapter.example.org", ""),
        (4, "", "solo.direccion@correo.example.com", ""),
        (5, "Leandro Salvatierra Cáceres", "leandro.salvatierra112@operador.example.net", ""),
        (5, "Horacio Larrañaga Urrutia", "horacio.larranaga113@uni.example.net", ""),
        (6, "Verónica Orellana Guimarães", "veronica.orellana114@operador.example.net", ""),
        (7, "Joaquim Fagundes Orellana", "", "Universidad del Sur"),
        (8, "Horacio Escalante Salvatierra - Operador Austral", "", ""),
    ]
