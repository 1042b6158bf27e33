"""Lists as people paste them from an e-mail or a document: names, addresses, organizations.

What separates the entries is looked for line by line: line ends, semicolons and tabs always do,
commas where they do not stand inside a name or between somebody and the organization.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from tracker.formats.attendees.rows import Row
from tracker.formats.attendees.set_aside import is_bot, is_screen_share, is_total
from tracker.formats.attendees.titles import known_title
from tracker.formats.attendees.values import clean, find_address, fold, said, without_address

_LONGEST_NAME = 150
_LONGEST_MARK = 100  # bullets and numbers before an entry
_SAMPLE = 60  # lines
_MOST_WORDS = 12  # of an entry without address; more is a sentence
_BULLET = re.compile(
    r"\s*(?:[-*•·‣▪◦●○■□–—>✓✔☑]+\s+|•|\(?\d{1,5}[.)º°]\s*(?![\d.])|\(?\d{1,5}\s*[-–]\s+|\[[ xX]?\]\s*|[a-z]\)\s+)+"
)
_RECIPIENTS = re.compile(
    r"\s*(to|para|cc|cco|bcc|from|de|attendees|required|optional)\s*:\s*", re.I
)
_HEADING_WORDS = frozenset(
    "participants|participantes|attendees|asistentes|lista de asistentes|lista de participantes"
    "|list of participants|attendance list|lista de presenca|lista de asistencia|presentes|present"
    "|lista|invitados|invitees|convidados|registered|inscritos|attendance|asistencia|presenca"
    "|participant list|attendee list|asistieron|nombres|names|nomes|personas".split("|")
)
_ORGANIZATION_WORDS = re.compile(
    r"\b(universi\w+|institu\w+|minist\w+|fundac\w+|fundaca\w*|foundation|asociaci\w+|associa\w+"
    r"|camara|chamber|cooperativa\w*|corp\w*|company|compania|empresa\w*|telecom\w*|operador\w*"
    r"|proveedor\w*|network\w*|redes?|rede|internet|agencia|agency|autoridad|authority|comision"
    r"|comissao|commission|comite|committee|consejo|conselho|council|centro|centre|center|centr\w+"
    r"|facultad|faculdade|faculty|escuela|escola|school|colegio|college|gobierno|governo"
    r"|government|secretari\w+|banco|bank|grupo|group|servicios?|services?|solutions|soluciones"
    r"|tecnolog\w+|technolog\w+|systems|sistemas|consult\w+|laborator\w+|society|sociedad|union"
    r"|uniao|federaci\w+|federac\w+|registr\w+|exchange|s a|sac|sas|srl|ltda|ltd|inc|llc|gmbh"
    r"|capitulo|chapter|organizaci\w+|organiza\w+|isp|nic|cert|csirt)\b"
)
_ACRONYM = re.compile(r"(?:[A-Z][a-z]*){0,3}[A-Z]{2,}[A-Za-z]*(?:[-/ ][A-Z]{2,5})?|\w+\.\w{2,4}")
_OPENING, _CLOSING = "<([", ">)]"


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two separators: its name, its address, and the text they were in."""

    raw: str
    name: str
    email: str

    @property
    def words(self) -> list[str]:
        return fold(self.name).split()


def read_pasted(lines: Iterable[str], separator: str = "") -> Iterator[Row]:
    """The entries of a list, several of which may stand on one line.

    With a `separator` each line is one entry, whose parts it separates.
    """
    for number, line in enumerate(lines, start=1):
        if separator and separator in line:
            yield from _cells_of_one(number, [clean(cell) for cell in line.split(separator)])
        else:
            yield from _rows(number, line)


def find_inner_separator(lines: Iterable[str]) -> str:
    """What separates name and address where each line is one entry, "" where none does.

    A semicolon may as well stand between two people, so all lines must have it alike.
    """
    filled = [line for line in islice(lines, _SAMPLE) if line.strip()]
    for separator in ";|":
        cells = [line.split(separator) for line in filled]
        if len(cells) < 2 or len({len(parts) for parts in cells}) > 1 or len(cells[0]) < 2:
            continue
        if all(sum(_is_address(part) for part in parts) == 1 for parts in cells):
            return separator
    return ""


def _is_address(text: str) -> bool:
    return "@" in text and find_address(text) == text.strip().lower()


def looks_pasted(rows: Iterable[Row]) -> bool:
    """Whether entries look like people: half of them at least are addresses or short names."""
    likely = total = 0
    for row in rows:
        total += 1
        likely += bool(row.email) or 2 <= len(row.name.split()) <= 6
    return likely * 2 >= total > 0


def _rows(number: int, line: str) -> Iterator[Row]:
    for pattern in (_BULLET, _RECIPIENTS):
        if (found := pattern.match(line, 0, _LONGEST_MARK)) is not None:
            line = line[found.end() :]
    if _is_heading(clean(line)):
        return
    for segment in _split(line, ";"):
        # Cleaning would take a tab for a space.
        cells = [cell for part in segment.split("\t") if (cell := part.strip())]
        if len(cells) > 1 and _is_row_of_table(cells):
            yield from _cells_of_one(number, [clean(cell) for cell in cells])
        else:
            for cell in cells:
                yield from _segment(number, cell)


def _is_row_of_table(cells: list[str]) -> bool:
    """Whether cells between tabs are one entry, rather than one each."""
    addresses = sum("@" in cell for cell in cells)
    if addresses:
        return addresses == 1
    return not all(len(cell.split()) > 1 and not _is_organization(cell) for cell in cells)


def _is_heading(text: str) -> bool:
    if "@" in text:
        return False
    return (
        text.endswith(":")
        or fold(text) in _HEADING_WORDS
        or (known_title(text) is not None and len(text.split()) <= 3)
        or re.fullmatch(r"[\W_]*", text) is not None
    )


def _split(text: str, separator: str) -> list[str]:
    """The parts of a text between separators that stand outside quotes and brackets."""
    parts, depth, quoted, begin = [], 0, False, 0
    for index, character in enumerate(text):
        if character in '"“”':
            quoted = not quoted
        elif quoted:
            continue
        elif character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif character == separator and not depth:
            parts.append(text[begin:index])
            begin = index + 1
    parts.append(text[begin:])
    # A quote or bracket that is never closed protects nothing.
    if quoted or depth:
        parts[-1:] = parts[-1].split(separator)
    return [part.strip() for part in parts if part.strip()]


def _cells_of_one(number: int, cells: list[str]) -> Iterator[Row]:
    """A line pasted from a table: the name first, the address anywhere, then the organization."""
    pieces = [_piece(cell) for cell in cells]
    email = next((piece.email for piece in pieces if piece.email), "")
    named = [piece.name for piece in pieces if _is_name(piece.name)]
    if not named and not email:
        return
    row = _row(number, " | ".join(cells), named[0] if named else "", email)
    named = [name for name in named[1:] if not name.isdecimal()]
    yield replace(row, organization=said(named[0])) if named else row


def _piece(text: str) -> _Piece:
    text = clean(text)
    email = find_address(text)
    name = without_address(text) if email else text
    return _Piece(text, _unquoted(name), email)


def _unquoted(name: str) -> str:
    return name.strip().strip("\"“”'‘’ ").strip(" ,;").rstrip(".:") if name else ""


def _is_name(text: str) -> bool:
    return any(c.isalpha() for c in text) or sum(c.isdigit() for c in text) >= 5


def _segment(number: int, text: str) -> Iterator[Row]:
    pieces = [_piece(part) for part in _split(text, ",")]
    pieces = [piece for piece in pieces if piece.email or _is_name(piece.name)]
    if any(piece.email for piece in pieces):
        yield from _with_addresses(number, pieces)
    elif len(pieces) > 1 and _is_organization(pieces[1].name):
        yield replace(
            _row(number, clean(text), pieces[0].name, ""),
            organization=", ".join(piece.name for piece in pieces[1:]),
        )
    elif len(pieces) == 2 and _is_one_name(pieces[0], pieces[1]):
        yield from _plain(number, clean(text), f"{pieces[0].name}, {pieces[1].name}")
    else:
        for piece in pieces:
            yield from _plain(number, piece.raw, piece.name)


def _plain(number: int, raw: str, name: str) -> Iterator[Row]:
    if len(name.split()) <= _MOST_WORDS and len(name) <= _LONGEST_NAME:
        yield _row(number, raw, name, "")


def _with_addresses(number: int, pieces: list[_Piece]) -> Iterator[Row]:
    pending: list[_Piece] = []
    done: Row | None = None
    for piece in pieces:
        if not piece.email:
            if done is not None and not done.organization and _is_organization(piece.name):
                done = replace(done, organization=piece.name, raw=f"{done.raw}, {piece.raw}")
            else:
                pending.append(piece)
            continue
        if done is not None:
            yield done
        *others, done = _closed(number, pending, piece)
        yield from others
        pending = []
    if done is not None:
        yield done
    for piece in pending:
        yield from _plain(number, piece.raw, piece.name)


def _closed(number: int, pending: list[_Piece], piece: _Piece) -> list[Row]:
    """The entries that end with an address: those before it, and the one that it belongs to."""
    if not pending:
        return [_row(number, piece.raw, piece.name, piece.email)]
    *before, last = pending
    if not piece.name:  # "Name, address" or "Name, Organization, address"
        organization = ""
        if before and _is_organization(last.name):
            organization, last, before = last.name, before[-1], before[:-1]
        own = _row(number, f"{last.raw}, {piece.raw}", last.name, piece.email)
        own = replace(own, organization=organization)
    elif _is_one_name(last, piece):
        own = _row(number, f"{last.raw}, {piece.raw}", f"{last.name}, {piece.name}", piece.email)
    else:
        before, own = pending, _row(number, piece.raw, piece.name, piece.email)
    return [*(row for other in before for row in _plain(number, other.raw, other.name)), own]


def _is_one_name(family: _Piece, given: _Piece) -> bool:
    """Whether two pieces around a comma are a family name and a given name.

    Either is one word, or the address holds the family name, or it is in capitals.
    """
    local = fold(given.email.partition("@")[0]).replace(" ", "")
    if local and any(len(word) > 2 and word in local for word in family.words):
        return True
    if family.name.isupper() and not given.name.isupper():
        return True
    return len(family.words) == 1 or len(given.words) == 1


def _is_organization(text: str) -> bool:
    return (
        _ACRONYM.fullmatch(text) is not None or _ORGANIZATION_WORDS.search(fold(text)) is not None
    )


def _row(number: int, raw: str, name: str, email: str) -> Row:
    name = name[:_LONGEST_NAME]
    if not email and is_total(name):
        return Row(number, raw, set_aside="total")
    aside = "presentation" if is_screen_share(name) else "bot" if is_bot(name, email) else ""
    return Row(number, raw, name, email, set_aside=aside)
