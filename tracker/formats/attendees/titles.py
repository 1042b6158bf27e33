"""Titles of columns: which field each stands for, and in which language it is.

A title is compared folded (no accents, case and punctuation), whole, then without what stands in
parentheses; questions of forms by the words that they hold.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracker.formats.attendees.rows import FIELDS
from tracker.formats.attendees.values import fold

LANGUAGES = ("en", "es", "pt")

# Fields that no person chooses: they mean something in one kind of file only.
WAITING, ACTION, MOMENT, USER_ID, IGNORED = "waiting", "action", "moment", "user_id", "ignored"

# By field: lines of folded titles, each behind the language that it is in.
_TITLES = {
    "name": """
        en name | full name | name original name | user name | user name original name | username
        en attendee | attendee name | participant | participant name | display name | names
        en registrant name | first and last name | name and surname | name and last name
        en guest name | person
        es nombre | nombres | nombre completo | nombre nombre original | nombre de usuario
        es nombre de usuario nombre original | nombre y apellido | nombre y apellidos
        es nombres y apellidos | nombres y apellido | apellidos y nombres | apellido y nombre
        es apellidos y nombre | apellido y nombres | apellidos nombres | nombre apellido
        es nombre del participante | nombre participante | nombre del asistente | participante
        es asistente | persona | nombre y apellidos completos | nombre para mostrar
        pt nome | nomes | nome completo | nome nome original | nome de usuario | nome do usuario
        pt nome de usuario nome original | nome do usuario nome original | nome e sobrenome
        pt sobrenome e nome | nome do participante | participante | nome de exibicao | pessoa
    """,
    "first_name": """
        en first name | firstname | given name | given names | forename | first names
        es primer nombre | nombre de pila | nombre s
        pt primeiro nome | nome proprio
    """,
    "last_name": """
        en last name | lastname | surname | family name | last names | surnames
        es apellido | apellidos | apellido s | primer apellido
        pt sobrenome | ultimo nome | apelido | sobrenomes
    """,
    "email": """
        en email | e mail | mail | email address | e mail address | user email | attendee email
        en registrant email | participant email | your email | work email | contact email
        es correo | correo electronico | direccion de correo electronico | direccion de correo
        es correo e | e mail del usuario | correo electronico del usuario
        es correo electronico del asistente | email del usuario | correo institucional
        es correo de contacto | email de contacto | mail
        pt email | e mail | endereco de email | endereco de e mail | e mail do usuario
        pt email do usuario | correio eletronico | e mail do participante | email do participante
        pt e mail institucional
    """,
    "organization": """
        en organization | organisation | company | affiliation | institution | employer | org
        en organization name | company name | organization company | company organization
        en entity | university
        es organizacion | institucion | empresa | entidad | afiliacion | compania
        es institucion organizacion | organizacion institucion | empresa institucion
        es institucion empresa | empresa organizacion | organizacion empresa | universidad
        es organismo | nombre de la organizacion | procedencia
        pt organizacao | instituicao | empresa | entidade | afiliacao | companhia
        pt instituicao organizacao | organizacao instituicao | empresa organizacao
        pt nome da organizacao | universidade | orgao
    """,
    "country": """
        en country | country region | country region name | country of residence | country name
        en country territory | economy
        es pais | pais region | nombre de pais region | nombre del pais region
        es pais de residencia | pais o region | pais de origen
        pt pais | pais regiao | nome do pais regiao | pais de residencia | nome de pais regiao
    """,
    "role": """
        en role | participant role | attendee type | participant type | user role
        en type of participation
        es rol | funcion | tipo de participante | rol del participante | tipo de asistente
        es papel
        pt funcao | papel | tipo de participante | funcao do participante
    """,
    "status": """
        en status | approval status | attendee status | registration status | registration state
        en state | order status | attendance status
        es estado | estado de aprobacion | estado del asistente | estado de la inscripcion
        es estatus | estado del registro | situacion | estado de asistencia
        es estado de inscripcion | status
        pt status | estado | situacao | estado da inscricao | status de aprovacao
        pt status do participante | status da aprovacao | estado do registro
        pt situacao da inscricao
    """,
    "mode": """
        en mode | attendance mode | participation mode | mode of participation | modality
        en how will you attend | in person or online | attendance type | format
        es modalidad | modo | modalidad de participacion | modalidad de asistencia
        es tipo de participacion | forma de participacion | presencial o virtual
        es tipo de asistencia
        pt modalidade | modo | modalidade de participacao | forma de participacao
        pt presencial ou online | tipo de participacao
    """,
    "joined": """
        en join time | joined | joined at | first join | time joined | entry time | arrival
        en arrival time | time in | first join time | join | check in time | start
        es hora de entrada | hora para unirse | hora de ingreso | hora de union | ingreso
        es entrada | primera entrada | primera union | primer ingreso | hora de incorporacion
        es hora de llegada | hora de conexion | primera incorporacion | hora entrada
        es hora ingreso | llegada
        pt hora de entrada | horario de entrada | ingressar na hora | hora de ingresso | entrada
        pt primeira entrada | primeiro ingresso | hora do ingresso | horario de ingresso
        pt chegada | hora de chegada
    """,
    "left": """
        en leave time | left | left at | last leave | time exited | time left | exit time
        en departure | time out | last leave time | leave | departure time | check out time | end
        es hora de salida | hora para salir | salida | ultima salida | hora de abandono
        es hora salida | hora de desconexion | ultimo abandono | hora de retiro
        pt hora de saida | horario de saida | saida | ultima saida | sair na hora | hora da saida
    """,
    "minutes": """
        en duration | duration minutes | total duration minutes | time in session minutes
        en minutes | attendance duration | in meeting duration | meeting duration
        en time in session | attended minutes | total duration | total minutes | minutes attended
        en time in meeting | duration min
        es duracion | duracion minutos | duracion total minutos | minutos
        es tiempo en la sesion minutos | tiempo en sesion minutos | duracion de la asistencia
        es duracion en la reunion | duracion de la reunion | duracion total | tiempo en la sesion
        es tiempo | minutos conectado | total de minutos | minutos de asistencia
        es tiempo de permanencia | duracion min
        pt duracao | duracao minutos | duracao total minutos | minutos | tempo na sessao minutos
        pt duracao da presenca | duracao na reuniao | duracao da reuniao | duracao total
        pt tempo na sessao | permanencia minutos | tempo de permanencia | total de minutos
        pt tempo | tempo em sessao minutos
    """,
    "hours": """
        en hours | hours attended | total hours | duration hours
        es horas | horas de asistencia | total de horas | horas asistidas | duracion horas
        es total horas
        pt horas | horas de presenca | total de horas | duracao horas | carga horaria
    """,
    "present": """
        en attended | present | signature | signed | checked in | check in | attendance | sign
        en showed up
        es asistio | presente | firma | asistencia | acreditado | se presento | acreditacion
        es asiste | firmo
        pt presente | presenca | assinatura | compareceu | participou | credenciado | check in
    """,
    WAITING: """
        en in waiting room | waiting room
        es en sala de espera | en la sala de espera | sala de espera
        pt na sala de espera | em sala de espera
    """,
    ACTION: """
        en user action | action
        es accion del usuario | accion | accion de usuario
        pt acao do usuario | acao | acao do utilizador
    """,
    MOMENT: """
        en timestamp | time stamp
        es marca temporal | marca de tiempo | marca de hora | fecha y hora
        pt carimbo de data hora | carimbo de tempo | carimbo de hora | data e hora
    """,
    USER_ID: """
        en participant id upn | upn
        es id de participante upn | identificador del participante upn | id del participante upn
        pt id do participante upn | id de participante upn
    """,
    IGNORED: """
        en guest | is guest | id | no | number | recording disclaimer response
        en recording consent | phone | title | job title | registration time | registration date
        en registered at | order | order date | quantity | ticket type | currency | total paid
        en event name | event start time | event end time | connection type | gender | city
        en comments | notes | time zone | source name | order type | address | eventbrite fees
        en completion time | start time | created at | buyer email | buyer first name
        en buyer last name | phone number | day | date | department | position | sector
        en stakeholder group
        es invitado | es invitado | n | no | nro | numero | num | telefono | celular | cargo
        es puesto | documento | cedula | dni | hora de registro | fecha de registro
        es fecha de inscripcion | genero | sexo | ciudad | comentarios | observaciones
        es zona horaria | tipo de conexion | hora de inicio | area | sector
        es hora de finalizacion | respuesta a la exencion de responsabilidad de grabacion | fecha
        es edad | respuesta al descargo de responsabilidad relativa a la grabacion
        es grupo de interes | dia | tipo de entrada | numero de pedido | fecha del pedido
        es departamento | ocupacion | profesion
        pt convidado | e convidado | n | no | numero | telefone | celular | cargo | documento
        pt cpf | data de registro | data de inscricao | hora de registro | genero | sexo | cidade
        pt comentarios | observacoes | setor | fuso horario | tipo de conexao | hora de inicio
        pt hora de conclusao | data | dia | idade | area | tipo de ingresso | numero do pedido
        pt data do pedido | departamento | profissao
    """,
}

# Words that a question of a form holds, in the order they are tried.
_QUESTIONS = tuple(
    (field, re.compile("|".join(patterns)))
    for field, *patterns in (
        (
            IGNORED,
            r"\b(consent\w*|acepta|acepto|aceito|autoriza|autorizo|privacidad|privacy)\b",
            r"\b(host|anfitri\w+|event|evento|meeting|reunion|reuniao|session|sesion|sessao)\b",
            r"\b(course|curso|workshop|taller|oficina)\b",
        ),
        ("email", r"\b(e ?mails?|correos?|correio)\b"),
        (
            "mode",
            r"\b(como|how|de que (forma|manera|maneira))\b.*\b(particip|asisti|attend|join)\w*",
            r"\b(presencial\w*|in person|virtual\w*|online|remot\w+)\b.*\b(ou?|or|e|y|and)\b",
        ),
        ("country", r"\b(pais|country)\b"),
        (
            "organization",
            r"\b(organi[sz]a\w+|institu\w+|empresa|company|afiliac\w+|entida\w+|employer)\b",
        ),
        (
            "name",
            r"\b(nombres?|nomes?|names?)\b.*\b(apellidos?|sobrenomes?|surname)\b",
            r"\b(apellidos?|sobrenomes?|surname)\b.*\b(nombres?|nomes?|names?)\b",
        ),
        ("last_name", r"\b(apellidos?|last name|surname|sobrenome)\b"),
        ("first_name", r"\b(first name|given name|primer nombre|primeiro nome)\b"),
        ("name", r"\b(nombres?|nome|name)\b"),
    )
)
_ASIDE = re.compile(r"\s*[(\[:].*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Title:
    """What a title stands for; `exact` unless only some of its words are known."""

    field: str
    languages: frozenset[str]
    exact: bool = True


def _index() -> dict[str, Title]:
    found: dict[str, Title] = {}
    for field, lines in _TITLES.items():
        for line in lines.strip().splitlines():
            language, _space, titles = line.strip().partition(" ")
            for title in titles.split(" | "):
                known = found.setdefault(title, Title(field, frozenset()))
                if known.field == field:
                    found[title] = Title(field, known.languages | {language})
    return found


_KNOWN = _index()
_NUMBER = Title(IGNORED, frozenset())
# Titles of one name or of its first part, by whether there is a column for the last.
_GIVEN_NAMES = frozenset(("name", "names", "nombre", "nombres", "nome", "nomes"))


@lru_cache(maxsize=4096)
def known_title(cell: str) -> Title | None:
    """What a title stands for, None for one that is not known."""
    if not cell or len(cell) > 300 or "@" in cell:
        return None
    if "#" in cell:  # a number: Eventbrite's "Attendee #" is no attendee
        return _NUMBER
    return _KNOWN.get(fold(cell)) or _KNOWN.get(fold(_ASIDE.sub("", cell)))


@lru_cache(maxsize=1024)
def known_question(cell: str) -> Title | None:
    """What a title stands for by the words that it holds."""
    if not cell or len(cell) > 300 or "@" in cell:
        return None
    folded = fold(cell)
    for field, pattern in _QUESTIONS:
        if pattern.search(folded):
            return Title(field, frozenset(), exact=False)
    return None


def count_titles(cells: Iterable[str]) -> int:
    """How many fields the known titles of a line stand for."""
    titles = (known_title(cell) for cell in cells)
    return len({title.field for title in titles if title is not None and title.field != IGNORED})


def columns_of(cells: Sequence[str]) -> tuple[str, ...]:
    """The field of each column: exact titles first, then questions; each field once.

    A second column of a field is ignored, as buyers' addresses and second surnames are.
    """
    fields = [""] * len(cells)
    taken: set[str] = set()
    if (given := _given_names(cells)) is not None:
        fields[given] = "first_name"
        taken.add("first_name")
    for find in (known_title, known_question):
        for index, cell in enumerate(cells):
            title = None if fields[index] else find(cell)
            if title is None:
                continue
            fields[index] = title.field if title.field not in taken else IGNORED
            taken.add(title.field)
    if "email" not in taken and USER_ID in taken:
        fields[fields.index(USER_ID)] = "email"
    return tuple(fields)


def _given_names(cells: Sequence[str]) -> int | None:
    """The column of given names where "Nombre" stands beside "Apellido"."""
    found = [known_title(cell) for cell in cells]
    fields = {title.field for title in found if title is not None}
    if "last_name" not in fields or "first_name" in fields:
        return None
    return max((i for i, cell in enumerate(cells) if fold(cell) in _GIVEN_NAMES), default=None)


def chosen_columns(columns: Sequence[str], found: Sequence[str]) -> tuple[str, ...]:
    """Fields as a person chose them; what no person can choose stays as it was found."""
    return tuple(
        field if field in FIELDS else (kept if kept not in FIELDS else "")
        for field, kept in zip(columns, found, strict=True)
    )


def language_of(cells: Iterable[str]) -> str:
    """The language in which most titles of a heading are; English where none is ahead."""
    votes = dict.fromkeys(LANGUAGES, 0)
    for cell in cells:
        title = known_title(cell)
        for language in title.languages if title is not None else ():
            votes[language] += 1
    return max(LANGUAGES, key=lambda language: votes[language])
