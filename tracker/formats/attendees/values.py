"""Cells as plain text: cleaning, folding, addresses, and cells that hold nothing."""

import re
import unicodedata

LONGEST_CELL = 2_000  # characters; what is longer is cut
_LONGEST_ADDRESS = 254

_NUMBER_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
# Controls, directions, zero-width characters, lone surrogates and what Unicode keeps for itself.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_SPACES = re.compile(r"\s+")
_NOT_A_WORD = re.compile(r"[\W_]+")
_ASCII_NOT_A_WORD = re.compile(r"[^0-9a-z]+")
_MARKS = re.compile("[\u0300-\u036f]")
_GUARDED = ("'=", "'+", "'-", "'@")

_ADDRESS = re.compile(
    r"[a-z0-9][a-z0-9.!#$%&'*+/=?^_`{|}~-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}",
    re.IGNORECASE,
)
# What stands before an address beside a name: "(", "<mailto:".
_OPENING = re.compile(r"[<(\[\s]*(?:mailto:\s*)?[<(\[]*$", re.IGNORECASE)
_LONGEST_OPENING = 40
_NOTHING = frozenset(
    "n a|na|none|no|nil|null|nothing|ninguna|ninguno|no aplica|no tiene|sin organizacion|s n|nenhuma"
    "|nenhum|nao se aplica|sem organizacao".split("|")
)


def clean(cell: str) -> str:
    """A cell on one line, without controls, the content of `="…"`, cut at a sane length."""
    if not (cell.isascii() and cell.isprintable()):
        cell = _clean_unusual(cell)
    cell = cell.strip()
    if len(cell) > LONGEST_CELL:
        cell = cell[:LONGEST_CELL].rstrip() + "…"
    if cell.startswith('="') and (inner := _NUMBER_AS_TEXT.fullmatch(cell)) is not None:
        cell = inner[1].replace('""', '"').strip()
    return cell[1:] if cell.startswith(_GUARDED) else cell


def _clean_unusual(cell: str) -> str:
    cell = cell[: 4 * LONGEST_CELL]
    if not cell.isprintable():
        cell = _SPACES.sub(" ", _UNWANTED.sub("", cell))
    return cell if cell.isascii() else unicodedata.normalize("NFC", cell)


def fold(text: str) -> str:
    """The words of a text without accents, case and punctuation, one space between them."""
    if text.isascii():
        return _ASCII_NOT_A_WORD.sub(" ", text.lower()).strip()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text).casefold())
    return _NOT_A_WORD.sub(" ", bare).strip()


def find_address(text: str) -> str:
    """The first e-mail address in a text, in lower case, or nothing."""
    found = _ADDRESS.search(text) if "@" in text else None
    if found is None or ".." in found[0] or len(found[0]) > _LONGEST_ADDRESS:
        return ""
    return found[0].lower()


def without_address(text: str) -> str:
    """The text without its first address and what surrounds that: `<mailto:…>`, `(…)`."""
    found = _ADDRESS.search(text) if "@" in text else None
    if found is None:
        return text
    start = max(0, found.start() - _LONGEST_OPENING)
    before = text[:start] + _OPENING.sub("", text[start : found.start()])
    after = text[found.end() :].lstrip(">)] ")
    return f"{before} {after}".strip(" \"'“”,;:-–—|")


def said(cell: str) -> str:
    """The cell, or nothing where it holds a stroke or a word that stands for nothing."""
    if not cell or len(cell) > 20:
        return cell
    folded = fold(cell)
    return "" if not folded or folded in _NOTHING else cell
