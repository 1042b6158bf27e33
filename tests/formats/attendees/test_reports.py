"""Reports of meetings as their programs wrote them over the years, in three languages."""

from datetime import date, datetime

import pytest

from tests.formats.attendees.samples import read, rows_of
from tracker.formats.attendees.set_aside import is_bot, is_screen_share, is_total

ES = "Nombre (nombre original),{},Hora {},Hora {},Duración (minutos),Invitado,En sala de espera"


@pytest.mark.parametrize(
    "heading, language",
    [
        ("Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest", "en"),
        ("Name,Email,Join time,Leave time,Duration (minutes),Guest,In waiting room", "en"),
        (ES.format("E-mail del usuario", "para unirse", "para salir"), "es"),
        (ES.format("Correo electrónico", "de entrada", "de salida"), "es"),
        ("Nome (nome original),E-mail,Ingressar na hora,Hora de saída,Duração (minutos)", "pt"),
    ],
)
def test_zoom_meetings(heading, language):
    content = (
        f"{heading}\nAna Suárez,ana@example.org,06/05/2026 14:00:00,06/05/2026 15:00:00,60,Sim\n"
    )
    found = read(content)
    (row,) = found.rows()
    assert (found.format, found.language) == ("zoom-meeting", language)
    assert (row.joined, row.minutes, row.mode, row.set_aside) == (
        datetime(2026, 5, 6, 14), 60, "online", "")  # fmt: skip


@pytest.mark.parametrize(
    "heading",
    [
        "Name (Original Name),User Email,Total Duration (Minutes),Guest",
        "Nombre (nombre original),E-mail del usuario,Duración total (minutos),Invitado",
        "Nome (nome original),E-mail,Duração total (minutos),Convidado",
    ],
)
def test_zoom_meetings_with_unique_users(heading):
    found = read(f"{heading}\nAna Suárez,ana@example.org,61,Yes\n")
    assert found.format == "zoom-meeting-unique"
    assert next(found.rows()).minutes == 61


@pytest.mark.parametrize(
    "answer, aside", [("Yes", "waiting-room"), ("Sí", "waiting-room"), ("No", ""), ("", "")]
)
def test_time_in_the_waiting_room_is_set_aside(answer, aside):
    content = (
        f"Name (original name),Email,Duration (minutes),In waiting room\nAna Suárez,,5,{answer}\n"
    )
    assert rows_of(content)[0].set_aside == aside


HOSTED = (
    "Topic,ID,{title},Duration (minutes)\nA talk,1,{host},60\n\n"
    "Name (original name),Email,Total duration (minutes)\n"
    "Ana Suárez (Uno),ana@example.org,60\nLuis Paz,,50\nLuis Paz (Host),,50\n"
)


@pytest.mark.parametrize(
    "title, host, roles",
    [
        ("Host", "Ana Suárez (ana@example.org)", ["organizer", "attendee", "organizer"]),
        ("Host email", "ANA@example.org", ["organizer", "attendee", "organizer"]),
        ("Anfitrión", "Suárez Ana", ["organizer", "attendee", "organizer"]),
        ("Host", "Luis Paz", ["attendee", "organizer", "organizer"]),
        ("Presenter", "Luis Paz", ["attendee", "attendee", "organizer"]),
    ],
)
def test_the_host_is_the_organizer(title, host, roles):
    rows = rows_of(HOSTED.format(title=title, host=host))
    assert [row.role for row in rows] == roles
    assert rows[2].name == "Luis Paz"


WEBINAR_ES = """Informe de asistentes
Informe generado:,"6 may. 2026 18:00"
Tema,ID del seminario web,Hora de inicio real
Charla,987,06/05/2026 14:00:00
Detalles del anfitrión,
Asistió,Nombre de usuario (nombre original),Correo electrónico,Hora de entrada,Hora de salida,Tiempo en la sesión (minutos),Es invitado,Nombre de país/región
Sí,Ana Suárez,ana@example.org,06/05/2026 14:00:00,06/05/2026 15:00:00,60,No,Perú
Detalles del panelista,
Asistió,Nombre de usuario (nombre original),Correo electrónico,Hora de entrada,Hora de salida,Tiempo en la sesión (minutos),Es invitado,Nombre de país/región
Sí,Luis Paz,luis@example.org,06/05/2026 14:00:00,06/05/2026 15:00:00,60,No,Perú
Detalles del asistente,
Asistió,Nombre de usuario (nombre original),Nombre,Apellido,Correo electrónico,Hora de registro,Estado de aprobación,Hora de entrada,Hora de salida,Tiempo en la sesión (minutos),Es invitado,Nombre de país/región
No,Eva Sol,Eva,Sol Ríos,eva@example.org,01/05/2026 10:00:00,aprobado,--,--,--,--,Chile
Sí,Iris,Iris,Mar,iris@example.org,01/05/2026 10:00:00,aprobado,06/05/2026 14:00:00,06/05/2026 14:30:00,30,Sí,Chile
No,Omar Gil,Omar,Gil,omar@example.org,01/05/2026 10:00:00,denegado,--,--,--,--,Chile
Otros asistieron,
Nombre de usuario,Hora de entrada,Hora de salida,Tiempo en la sesión (minutos),Nombre de país/región
59899****12,06/05/2026 14:00:00,06/05/2026 14:10:00,10,Uruguay
"""


def test_a_webinar_of_a_spanish_account():
    found = read(WEBINAR_ES)
    assert (found.format, found.language) == ("zoom-webinar", "es")
    assert [(row.name, row.role, row.status, row.minutes) for row in found.rows()] == [
        ("Ana Suárez", "organizer", "attended", 60),
        ("Luis Paz", "panelist", "attended", 60),
        ("Eva Sol Ríos", "attendee", "no-show", None),
        ("Iris Mar", "attendee", "attended", 30),
        ("Omar Gil", "attendee", "cancelled", None),
        ("59899****12", "attendee", "attended", 10),
    ]


def test_a_webinar_to_which_nobody_came_has_no_shows():
    content = WEBINAR_ES.replace("\nSí,", "\nNo,")
    assert {row.status for row in rows_of(content)} == {"no-show", "cancelled", "attended"}


TEAMS_PT = """1. Resumo
Título da reunião\tDados
Hora de início\t06/05/2026 13:55:00

2. Participantes
Nome\tPrimeiro ingresso\tÚltima saída\tDuração na reunião\tEmail\tID do participante (UPN)\tFunção
Ana Suárez\t06/05/2026 14:00:00\t06/05/2026 15:00:00\t1h 30m\tana@example.org\tana@example.org\tOrganizador
Luis Paz\t06/05/2026 14:00:00\t06/05/2026 15:00:00\t1h\t\tluis@example.org\tApresentador
"""
TEAMS_TIMES_PT = """
3. Atividades em Reunião
Nome\tHorário de Entrada\tHorário de Saída\tDuração\tEmail\tFunção
Ana Suárez\t06/05/2026 14:00:00\t06/05/2026 14:40:00\t40m\tana@example.org\tOrganizador
Ana Suárez\t06/05/2026 14:10:00\t06/05/2026 15:00:00\t50m\tana@example.org\tOrganizador
"""
TEAMS_MORE_PT = """
4. Compromisso da Reunião
Nome\tTipo de Compromisso\tTempo
Ana Suárez\tReação\t06/05/2026 14:10:00
"""


def test_a_teams_report_without_intervals_is_read_from_its_participants():
    found = read(TEAMS_PT.encode("utf-16"))
    assert (found.format, found.language) == ("teams", "pt")
    assert [(row.name, row.role, row.minutes) for row in found.rows()] == [
        ("Ana Suárez", "organizer", 90),
        ("Luis Paz", "attendee", 60),
    ]


@pytest.mark.parametrize("more", ["", TEAMS_MORE_PT])
def test_a_teams_report_with_intervals_is_read_from_them(more):
    rows = rows_of((TEAMS_PT + TEAMS_TIMES_PT + more).encode("utf-16"))
    assert [(row.number, row.joined) for row in rows] == [
        (12, datetime(2026, 5, 6, 14)),
        (13, datetime(2026, 5, 6, 14, 10)),
    ]


def test_a_teams_report_of_a_year_ago_had_one_table():
    content = (
        "Meeting Summary\nTotal Number of Participants\t1\nMeeting Title\tDados\n\n"
        "Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\tParticipant ID (UPN)\n"
        "Ana Suárez\t5/6/2026, 2:00:00 PM\t5/6/2026, 3:00:00 PM\t1h\tana@example.org\tOrganizer\tana@example.org\n"
    )
    found = read(content.encode("utf-16"))
    (row,) = found.rows()
    assert (found.format, row.joined, row.role) == ("teams", datetime(2026, 5, 6, 14), "organizer")


JOINS = """Nombre completo\tAcción del usuario\tMarca de tiempo
Suárez, Ana\tSe unió antes\t6/5/2026 14:00:00
Paz, Luis\tSe unió\t6/5/2026 14:10:00
Paz, Luis\tSe unió\t6/5/2026 14:20:00
Paz, Luis\tSalió\t6/5/2026 14:30:00
Sol, Eva\tSalió\t6/5/2026 14:40:00
Luis Paz\tSalió\t6/5/2026 14:50:00
"""


def test_joins_and_leaves_pair_and_who_never_leaves_stays_to_the_last_line():
    found = read(JOINS)
    assert (found.format, found.language) == ("teams-events", "es")
    assert [
        (row.number, row.name, row.joined and row.joined.minute, row.left and row.left.minute)
        for row in found.rows()
    ] == [
        (2, "Suárez, Ana", 0, 50),
        (3, "Paz, Luis", 10, 30),
        (4, "Paz, Luis", 20, 50),
        (6, "Sol, Eva", None, 40),
    ]


def test_the_joins_of_an_event_on_another_day_are_asked_about():
    with pytest.raises(Exception, match="dates"):
        read(JOINS, (date(2025, 1, 1), date(2025, 1, 1)))


def test_webex_by_its_titles():
    content = (
        "Name\tAttendee Email\tJoin Time\tLeave Time\tAttendance Duration\tConnection Type\n"
        'Ana Suárez\tana@example.org\t"=""2026-05-06 14:00:00"""\t"=""2026-05-06 15:00:00"""\t60 mins\tDesktop\n'
    )
    found = read(content.encode("utf-16-le"))
    assert found.format == "webex"
    assert next(found.rows()).left == datetime(2026, 5, 6, 15)


def test_google_meet_never_takes_its_times_for_the_minutes():
    content = "First name,Last name,Email,Duration,Time joined,Time exited\nAna,Suárez,,5 min,2:00 PM,3:00 PM\n"
    found = read(content)
    (row,) = found.rows()
    assert (found.format, row.minutes, row.joined, row.mode) == ("google-meet", 5, None, "online")


@pytest.mark.parametrize(
    "name",
    ["read.ai meeting notes", "Otter.ai", "Ana's OtterPilot", "Fireflies.ai Notetaker Carla",
     "MeetGeek Notetaker (Unverified)", "Fathom Notetaker", "tl;dv", "tldv.io Recorder", "Gong.io",
     "Ana's Notetaker", "Note Taker", "Sembly AI", "Avoma Assistant", "Grain Notetaker", "krisp.ai",
     "Tactiq AI", "Supernormal Notetaker", "Zoom AI Companion", "AI Companion", "Meeting Notes",
     "Microsoft Copilot", "Copilot", "Otter", "Fathom", "Zoom Recorder", "Webex Assistant",
     "Tomador de notas", "Read Assistant", "Grabador de reuniones"],
)  # fmt: skip
def test_a_note_taker_is_known(name):
    assert is_bot(name, "")


@pytest.mark.parametrize(
    "name",
    ["Otter Smith", "Read Montague", "Grain Gong", "Jamie Oliver", "Ana Suárez (Mistral.ai)",
     "Gong Li", "Fathom Five Ltd - Ana", "Fred Fellow", "Ana Notaro", "Bot Suárez", "iPhone",
     "Sala Montevideo", "Copilot Pérez", "Granola Ríos", "AI Weiwei"],
)  # fmt: skip
def test_a_person_is_no_note_taker(name):
    assert not is_bot(name, "")


def test_a_note_taker_is_known_by_its_address():
    assert is_bot("", "fred@fireflies.ai")
    assert not is_bot("", "ana@otter.ai")
    assert not is_bot("", "notes@example.org")


def test_screen_shares_and_totals():
    assert is_screen_share("Ana Suárez (Presentation)")
    assert is_screen_share("Ana Suárez (Presentación)")
    assert not is_screen_share("Presentation by Ana")
    assert all(
        map(
            is_total,
            ["Total", "TOTAL:", "Total general", "Subtotal", "Total de participantes", "Totales"],
        )
    )
    assert not any(map(is_total, ["Totalplay", "Ana Total", "Total Networks S.A.", ""]))
