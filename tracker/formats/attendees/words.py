"""Words of the cells of a column: whether somebody came, as what, and where."""

from functools import lru_cache

from tracker.formats.attendees.values import fold


def _words(**meanings: str) -> dict[str, str]:
    return {
        word: meaning.replace("_", "-")
        for meaning, words in meanings.items()
        for word in words.split("|")
    }


_ROLES = _words(
    organizer="organizer|organiser|organizador|organizadora|host|co host|cohost|co organizer"
    "|coorganizer|anfitrion|anfitriona|anfitriao|coanfitrion|coorganizador|co organizador"
    "|alternative host|meeting organizer|organizador de la reunion",
    panelist="panelist|panellist|panelista|painelista",
    speaker="speaker|ponente|orador|oradora|expositor|expositora|disertante|conferencista"
    "|palestrante|presentador|presentadora|presenter|keynote speaker|keynote|apresentador",
    moderator="moderator|moderador|moderadora|chair|mediador",
    trainer="trainer|instructor|instructora|capacitador|capacitadora|facilitador|facilitadora"
    "|facilitator|tutor|docente|instrutor|instrutora|tallerista|formador",
    rapporteur="rapporteur|relator|relatora",
    exhibitor="exhibitor|expositor comercial|stand",
    delegate="delegate|delegado|delegada|representante|representative",
    staff="staff|equipo|personal|equipe|secretaria|secretariat|organizing team",
)  # fmt: skip

_STATUSES = _words(
    registered="approved|aprobado|aprobada|aprovado|aprovada|pending|pendiente|pendente|complete"
    "|completed|completo|completado|completada|concluido|confirmed|confirmado|confirmada|registered"
    "|registrado|registrada|inscrito|inscrita|inscripto|inscripta|pending approval|unpaid|not paid"
    "|awaiting payment|accepted|aceptado|aceito|attending|asistira|going|participara|paid|pagado"
    "|pending attendance|awaiting review|invited",
    cancelled="cancelled|canceled|cancelado|cancelada|denied|denegado|denegada|negado|rejected"
    "|rechazado|rechazada|rejeitado|rejeitada|withdrawn|retirado|retirada|refunded|reembolsado"
    "|reembolsada|devuelto|declined|deleted|eliminado|not attending|transferred|desistiu|not going"
    "|no asistira|recusado|partially refunded|expired",
    attended="attended|checked in|asistio|presente|present|participo|participou|compareceu"
    "|acreditado|acreditada|credenciado|ingreso registrado|attendee checked in|registro de entrada",
    no_show="no show|noshow|absent|ausente|no asistio|did not attend|faltou|falto|nao compareceu"
    "|not checked in|no se presento",
)  # fmt: skip

_MODES = _words(
    online="online|on line|en linea|virtual|virtualmente|remote|remoto|remota|remotely|a distancia"
    "|remotamente|zoom|teams|webex|a distancia virtual|por zoom|em linha|em linha virtual|web"
    "|videoconferencia|participacion remota|remote participation|virtual online",
    in_person="in person|inperson|onsite|on site|presencial|presencialmente|en persona|face to face"
    "|en sala|in situ|fisico|fisica|de forma presencial|physical|presencial en sala|em pessoa",
    both="both|ambos|ambas|hybrid|hibrido|hibrida|las dos|as duas",
)  # fmt: skip

_YES = frozenset(
    "yes y si s sim x xx 1 true verdadero verdadeiro ok v p presente present attended asistio firmado"
    " firma signed assinado compareceu participou acreditado".split()
) | {"checked in", "si asistio", "✓", "✔", "☑", "✅", "√", "●"}
_NO = frozenset(
    "no n nao 0 false falso ausente absent a falta falto faltou none".split()
) | {"n a", "no asistio", "not checked in", "did not attend", "nao compareceu", "no show", "no firmo", "✗",
     "✘", "❌", "☐", "no presento", "sin firma"}  # fmt: skip


@lru_cache(maxsize=512)
def role_word(cell: str) -> str:
    """The attendance role that a cell names, or nothing."""
    return _ROLES.get(fold(cell), "")


@lru_cache(maxsize=512)
def status_word(cell: str) -> str:
    """The attendance status that a cell names, or nothing."""
    return _STATUSES.get(fold(cell), "")


@lru_cache(maxsize=512)
def mode_word(cell: str) -> str:
    """The way of taking part that a cell names, or nothing."""
    folded = fold(cell)
    return _MODES.get(folded, "") or _MODES.get(folded.split(" ")[0], "")


@lru_cache(maxsize=512)
def is_yes(cell: str) -> bool:
    """Whether a cell is a clear yes."""
    return (fold(cell) or cell.strip()) in _YES


@lru_cache(maxsize=512)
def is_present(cell: str) -> bool | None:
    """Whether a signature, tick or word says that somebody came; None for an empty cell."""
    word = fold(cell) or cell.strip()
    if not word or set(word) <= set("-–—_."):
        return None
    return word not in _NO
