"""Which program wrote a file, by its titles and sections; and what its rows say by themselves."""

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.formats.attendees.layout import Table
from tracker.formats.attendees.titles import columns_of
from tracker.formats.attendees.values import fold

# Titles that give a program away, folded, in the languages of its accounts.
_MARKS = {
    mark: frozenset(titles.split("|"))
    for mark, titles in {
        "zoom-name": "name original name|nombre nombre original|nome nome original",
        "zoom-total": "total duration minutes|duracion total minutos|duracao total minutos",
        "zoom-duration": "duration minutes|duracion minutos|duracao minutos",
        "zoom-session": "time in session minutes|tiempo en la sesion minutos"
        "|tiempo en sesion minutos|tempo na sessao minutos|tempo em sessao minutos",
        "zoom-approval": "approval status|estado de aprobacion|status de aprovacao"
        "|status da aprovacao",
        "zoom-registered": "registration time|hora de registro|hora de inscripcion"
        "|hora de inscricao",
        "teams-first": "first join|primera entrada|primera union|primeira entrada"
        "|primeiro ingresso|primer ingreso|primera incorporacion",
        "webex": "attendee email|attendance duration|connection type"
        "|correo electronico del asistente|duracion de la asistencia|tipo de conexion"
        "|e mail do participante|duracao da presenca|tipo de conexao",
        "webex-event": "event name|event start time|attendance duration|nombre del evento"
        "|hora de inicio del evento|duracion de la asistencia|nome do evento|duracao da presenca",
        "zoom-join": "join time|hora para unirse|ingressar na hora",
        "zoom-user": "guest|invitado|convidado|user email|e mail del usuario|e mail do usuario"
        "|correo electronico del usuario",
        "meet-joined": "time joined",
        "meet-left": "time exited|time left",
        "eventbrite-order": "order|order id|order no|numero de pedido|n de pedido|pedido"
        "|numero do pedido|no de pedido",
        "eventbrite-ticket": "ticket type|attendee status|tipo de entrada|tipo de boleto"
        "|tipo de ingresso|estado del asistente|status do participante",
        "indico-state": "registration state",
        "indico-date": "registration date",
        "indico-check": "checked in",
        "form": "timestamp|marca temporal|carimbo de data hora|completion time"
        "|hora de finalizacion|hora de conclusao",
    }.items()
}


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: how it is recognized, and what a row says when no cell does.

    One of the alternatives in `needs` must be there, each a list of marks, of "field …" or of
    "section …"; none of `without`. `status` is that of a row without a word for it; `check_ins`
    where the mark of those who came makes the others no-shows; `sections` those whose tables
    count, the first that has rows (all where none is named).
    """

    name: str
    needs: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    status: str = "attended"
    mode: str = ""
    check_ins: bool = False
    absence_is_no_show: bool = False
    sections: tuple[str, ...] = ()


_TIMES = ("field joined", "field left")
FORMATS = (
    Format("teams-events", (("field action", "field moment"),), mode="online"),
    Format(
        "teams",
        (("section teams-people",), ("section teams-times",), ("field user_id",), ("teams-first", "field left")),
        mode="online",
        sections=("teams-times", "teams-people"),
    ),
    Format(
        "zoom-webinar",
        (("section panelist",), ("section attendee",), ("section host",), ("zoom-session",)),
        mode="online",
        absence_is_no_show=True,
    ),
    Format(
        "zoom-registration",
        (("section registrant",), ("zoom-approval", "zoom-registered")),
        without=("field joined",),
        status="registered",
        mode="online",
    ),
    Format(
        "zoom-meeting-unique",
        (("zoom-total",), ("zoom-name", "field minutes")),
        without=("field joined",),
        mode="online",
    ),
    Format(
        "zoom-meeting",
        (
            ("zoom-name", *_TIMES),
            ("zoom-duration", "zoom-join", *_TIMES),
            ("zoom-duration", "zoom-user", *_TIMES),
        ),
        mode="online",
    ),
    Format("webex", (("webex", "webex-event"), ("webex", *_TIMES)), mode="online"),
    Format(
        "google-meet",
        (("meet-joined", "meet-left", "field first_name", "field minutes"),),
        mode="online",
    ),
    Format("eventbrite", (("eventbrite-order", "eventbrite-ticket"),), status="registered", check_ins=True),
    Format(
        "indico",
        (("indico-state", "indico-date"), ("indico-date", "indico-check")),
        status="registered",
        check_ins=True,
    ),
    Format("form", (("form",),), without=("field action", "field present"), status="registered"),
)  # fmt: skip
SHEET, CSV, PASTED = Format("sheet"), Format("csv"), Format("pasted")
BY_NAME = {known.name: known for known in (*FORMATS, SHEET, CSV, PASTED)}
# What anybody may say a table is, whatever its titles.
GENERIC = frozenset(("form", "sheet", "csv"))


def recognize(tables: Iterable[Table]) -> Format | None:
    """The format whose marks the tables of a file bear, None for any other table."""
    found = _marks_of(tables)
    for known in FORMATS:
        if found.isdisjoint(known.without) and any(found.issuperset(n) for n in known.needs):
            return known
    return None


def _marks_of(tables: Iterable[Table]) -> set[str]:
    found = set()
    for table in tables:
        found.add(f"section {table.section}")
        found.update(f"field {field}" for field in columns_of(table.heading) if field)
        titles = {fold(title) for title in table.heading}
        found.update(mark for mark, marked in _MARKS.items() if not marked.isdisjoint(titles))
    return found
