"""What a meeting tool or a spreadsheet shows as a name: a person's, a device's, a room's.

The shown text also carries organizations ("Ana Pérez (ORG)", "Ana Pérez - ORG"), the name an
account was renamed from, and remarks of the tool ("(External)").
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tracker.models.text import PARTICLES, clean, fold, name_words

PERSON = "person"
# A given name, or whatever single word somebody typed.
SINGLE = "single"
# A device, a room, a dial-in, a placeholder: it names nobody.
THING = "thing"
NOTHING = ""

_REMARKS = frozenset(
    fold(remark)
    for remark in (
        "External", "Unverified", "Guest", "Host", "Co-host", "Cohost", "me", "Presenter",
        "Externo", "Externa", "Invitado", "Invitada", "Sin verificar", "No comprobado", "Anfitrión",
        "Coanfitrión", "yo", "Organizador", "Convidado", "Não verificado", "Anfitrião", "eu",
    )
)  # fmt: skip
_BRACKETED = re.compile(r"(?P<before>.*?)\s*[(\[](?P<inside>[^()\[\]]*)[)\]]\s*")
_DASHED = re.compile(" [-–—|/] ")
_NUMBER = re.compile(r"[+*x•·\d\s().\-]*", re.IGNORECASE)
_DEVICES = re.compile(
    r"\b(iphone|ipad|ipod|android|galaxy|samsung|huawei|xiaomi|redmi|realme|oneplus|chromebook"
    r"|macbook|imac|thinkpad|laptop|tablet|notebook|celular|desktop \w+|moto [gex]\d*|sm \w\d+\w*"
    r"|pixel \d\w*|poco \w\d+|pc de|pc \d+|windows \d+)\b"
)
_ROOMS = re.compile(
    r"(sala|salon|auditorio|aula|cabina|room|meeting room|conference room|boardroom|auditorium)\b.*"
)
_PLACEHOLDERS = re.compile(
    r"(call in user|dial in user|usuario de zoom|usuario do zoom|usuario zoom|zoom user"
    r"|usuario|user|guest|guest user|invitado|invitada|convidado|convidada|anonymous|anonimo"
    r"|anonymous user|usuario anonimo|participante|participant|attendee|asistente|unknown"
    r"|desconocido|desconhecido|host|admin|zoom|phone|telefono|telefone)( ?\d+)?"
)


@dataclass(frozen=True, slots=True)
class ShownName:
    """A shown text taken apart: whose name it is, of what kind, and the organization in it."""

    name: str
    kind: str
    organization: str = ""


def read_shown(text: str, is_organization: Callable[[str], bool]) -> ShownName:
    """Take a shown text apart; `is_organization` says whether a text is a known one."""
    name, organization = _split(_without_remarks(" ".join(clean(text).split())), is_organization)
    kind = kind_of(name)
    if kind == PERSON:
        name = _in_order(name)
        name = _as_written(name)
    return ShownName(name, kind, organization)


def kind_of(name: str) -> str:
    """Whether a name is a person's, a single word, a thing's, or nothing."""
    folded = fold(name)
    if not folded:
        return THING if name else NOTHING
    if _NUMBER.fullmatch(name) or not re.search(r"[^\W\d_]", folded):
        return THING
    if _DEVICES.search(folded) or _ROOMS.fullmatch(folded) or _PLACEHOLDERS.fullmatch(folded):
        return THING
    return PERSON if len(name_words(name)) > 1 else SINGLE


def _without_remarks(text: str) -> str:
    while (match := _bracketed(text)) and fold(match["inside"]) in _REMARKS | {""}:
        text = match["before"]
    return text


def _bracketed(text: str) -> re.Match[str] | None:
    return _BRACKETED.fullmatch(text) if text.endswith((")", "]")) else None


def _split(text: str, is_organization: Callable[[str], bool]) -> tuple[str, str]:
    """(name, organization) of a text with brackets or a dash."""
    if match := _bracketed(text):
        return _of_two(match["before"].strip(), match["inside"].strip(), is_organization)
    if match := _DASHED.search(text):
        before, after = text[: match.start()], text[match.end() :]
        if is_organization(before) and not is_organization(after):
            return after, before
        return before, after
    return text, ""


def _of_two(before: str, inside: str, is_organization: Callable[[str], bool]) -> tuple[str, str]:
    """Brackets hold an organization, or the name an account was renamed from."""
    if not before:
        return inside, ""
    if is_organization(inside):
        return before, inside
    if kind_of(before) != PERSON and kind_of(inside) in (PERSON, SINGLE):
        return inside, ""
    if set(name_words(before)) & set(name_words(inside)) or kind_of(inside) == THING:
        return max(before, inside, key=_fullness), ""
    return before, inside


def _fullness(name: str) -> tuple[bool, int]:
    return kind_of(name) == PERSON, len(name_words(name))


def _in_order(name: str) -> str:
    """`Villalba Soto, Héctor Iván` as `Héctor Iván Villalba Soto`."""
    family, comma, given = name.partition(",")
    if not comma or "," in given or not given.strip() or not family.strip():
        return name
    return f"{given.strip()} {family.strip()}"


def _as_written(name: str) -> str:
    """A name typed all in capitals or without any, as names are written; others as given."""
    if name not in (name.upper(), name.lower()):
        return name
    words = name.lower().split()
    return " ".join(
        word if number and word in PARTICLES else _capitalized(word)
        for number, word in enumerate(words)
    )


def _capitalized(word: str) -> str:
    return re.sub(r"(^|[-'’.])(\w)", lambda m: m[1] + m[2].upper(), word)
