"""Folding of names for search, comparison and addresses."""

import re
import unicodedata
from itertools import filterfalse

# Letters that Unicode does not decompose into a base letter and a mark.
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_NOT_A_WORD = re.compile(r"[\W_]+")
# Bidirectional overrides and isolates, zero-width characters, controls but tab and line feed.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def fold(text: str) -> str:
    """The words of a text without accents, case and punctuation, one space between them."""
    if text.isascii():
        return _NOT_A_WORD.sub(" ", text.lower()).strip()
    # Once more: a letter such as ℌ has no small form of its own, what it stands for has.
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold()
    bare = "".join(filterfalse(unicodedata.combining, decomposed))
    return _NOT_A_WORD.sub(" ", bare.translate(_UNDECOMPOSED)).strip()


# What stands before or behind a name and is no part of it, folded; in the region's languages.
_TITLES = frozenset(
    "dr dra doctor doctora doutor doutora ing engo eng enga lic licda licdo prof profa profesor "
    "profesora professor professora mr mrs ms miss mx sr sra srta srita don dona mtro mtra msc mba "
    "phd arq abog mag mgtr esq hon".split()
)


# Words of names that tell nobody apart, folded.
PARTICLES = frozenset("de da do das dos del di du la las los el y e i van von der den".split())


def name_words(name: str) -> list[str]:
    """The folded words of somebody's name, without titles (unless there is nothing else)."""
    words = fold(name).split()
    return [word for word in words if word not in _TITLES] or words


def name_key(name: str) -> str:
    """What two spellings of one name share: its words without titles, in alphabetical order."""
    return " ".join(sorted(name_words(name)))


def slugify(text: str) -> str:
    """The address of a name: ASCII letters and digits, every other run one hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def search_text(*parts: str | None) -> str:
    """What `q` is matched against: folded words, each behind a space so that beginnings match."""
    return " " + fold(" ".join(part for part in parts if part))


def clean(text: str) -> str:
    """The text without controls and direction overrides, line ends as line feeds, trimmed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text)).strip()


def roman(number: int) -> str:
    """The number in Roman numerals; empty for 1, which is a word of its own, and beyond 99."""
    if not 1 < number < 100:
        return ""
    tens = ("", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC")[number // 10]
    return tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10]
