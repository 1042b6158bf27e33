"""Registrations, tickets, forms and signature sheets: who came, who did not, who never could."""

import pytest

from tests.formats.attendees.samples import read, rows_of


def statuses(content: str, **options) -> list[str]:
    return [row.status for row in rows_of(content, **options)]


@pytest.mark.parametrize(
    "word, status",
    [("approved", "registered"), ("pending", "registered"), ("pending approval", "registered"),
     ("denied", "cancelled"), ("cancelled", "cancelled"), ("", "registered"), ("odd", "registered")],
)  # fmt: skip
def test_zoom_registrations(word, status):
    content = (
        "Registration Report\nTopic,Meeting ID\nA talk,1\nRegistrant Details\n"
        "First Name,Last Name,Email,Registration Time,Approval Status\n"
        f"Ana,Suárez,ana@example.org,05/01/2026 10:00:00 AM,{word}\n"
    )
    found = read(content)
    assert found.format == "zoom-registration"
    assert [row.status for row in found.rows()] == [status]


TICKETS = "Order #,First Name,Last Name,Email,Ticket Type,Attendee #,Attendee Status\n{}"


def ticket(status: str) -> str:
    return f"1,Ana,Suárez,ana@example.org,Free,9,{status}\n"


def test_tickets_nobody_scanned_are_registrations():
    content = TICKETS.format(ticket("Attending") + ticket("Refunded") + ticket("Not Attending"))
    assert statuses(content) == ["registered", "cancelled", "cancelled"]


def test_tickets_that_were_scanned_make_the_others_no_shows():
    content = TICKETS.format(ticket("Attending") + ticket("Checked In") + ticket("Deleted"))
    assert read(content).format == "eventbrite"
    assert statuses(content) == ["no-show", "attended", "cancelled"]


INDICO = "ID,Name,Email Address,Registration date,Registration state,Checked in\n{}"


def indico(state: str, checked_in: str) -> str:
    return f"1,Ana Suárez,ana@example.org,2026-05-01 10:00:00+00:00,{state},{checked_in}\n"


def test_indico_without_check_ins_is_a_list_of_registrations():
    content = INDICO.format(
        indico("Completed", "No") + indico("Withdrawn", "No") + indico("Unpaid", "No")
    )
    assert read(content).format == "indico"
    assert statuses(content) == ["registered", "cancelled", "registered"]


def test_indico_with_check_ins_has_no_shows():
    content = INDICO.format(
        indico("Completed", "Yes") + indico("Completed", "No") + indico("Rejected", "No")
    )
    assert statuses(content) == ["attended", "no-show", "cancelled"]


@pytest.mark.parametrize("first", ["Timestamp", "Marca temporal", "Carimbo de data/hora"])
def test_forms(first):
    content = f"{first},Nombre y apellido,Correo\n6/5/2026 10:00,Ana Suárez,ana@example.org\n"
    assert read(content).format == "form"
    assert statuses(content) == ["registered"]


@pytest.mark.parametrize(
    "answer, mode",
    [("En línea", "online"), ("Presencial", "in-person"), ("Virtual (Zoom)", "online"), ("Ambas", "both"),
     ("In person", "in-person"), ("A distancia", "online"), ("No sé", ""), ("", "")],
)  # fmt: skip
def test_ways_of_taking_part(answer, mode):
    content = f"Marca temporal,Nombre,¿Cómo va a participar?\n6/5/2026 10:00,Ana Suárez,{answer}\n"
    assert rows_of(content)[0].mode == mode


SHEET = "Nombre;Organización;Firma\nAna Suárez;Uno;{}\nLuis Paz;Dos;{}\n"


@pytest.mark.parametrize("mark", ["x", "X", "firmado", "✓", "A. Suárez", "1", "Sí", "09:15"])
def test_a_signature_is_an_attendance_and_none_a_no_show(mark):
    assert statuses(SHEET.format(mark, "")) == ["attended", "no-show"]
    assert statuses(SHEET.format(mark, "No")) == ["attended", "no-show"]
    assert statuses(SHEET.format(mark, "____")) == ["attended", "no-show"]


def test_a_sheet_that_nobody_signed_is_a_list_of_registrations():
    assert statuses(SHEET.format("", "")) == ["registered", "registered"]


@pytest.mark.parametrize(
    "word, status",
    [("Asistió", "attended"), ("Ausente", "no-show"), ("Inscrito", "registered"),
     ("Cancelado", "cancelled"), ("São Paulo", "attended"), ("", "attended")],
)  # fmt: skip
def test_a_word_for_the_status_in_a_plain_table(word, status):
    assert statuses(f"Nombre;Estado\nAna Suárez;{word}\n") == [status]


@pytest.mark.parametrize(
    "word, role",
    [("Ponente", "speaker"), ("Panelista", "panelist"), ("Moderadora", "moderator"),
     ("Organizador", "organizer"), ("Instructor", "trainer"), ("Relatora", "rapporteur"),
     ("Staff", "staff"), ("Delegado", "delegate"), ("Asistente", "attendee"), ("", "attendee")],
)  # fmt: skip
def test_a_word_for_the_role(word, role):
    assert rows_of(f"Nombre;Rol\nAna Suárez;{word}\n")[0].role == role
