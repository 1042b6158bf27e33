"""The kinds of columns of the load format: how a cell becomes a value, and back."""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import time
from typing import Any
from urllib.parse import urlsplit

from tracker.formats.load_format import BadValue, Column
from tracker.i18n import is_country
from tracker.models.text import clean
from tracker.models.vocabulary import CONFIDENCES
from tracker.models.when import BadDate, first_day, parse_clock, zone_names

LONGEST_TEXT = 100_000
# What a 32-bit column holds.
_LARGEST = 2**31 - 1
_KEY = re.compile(r"[a-z0-9-]+")
_BREAKS = re.compile(r"[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
_WHOLE = re.compile(r"-?\d{1,12}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,20}(\.\d{1,20})?([eE][-+]?\d{1,3})?", re.ASCII)
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_EMAIL = re.compile(r"[^@\s;,<>]+@[^@\s;,<>]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# In a cell that is filled in where it is empty: known to be none, do not fill.
NONE = "-"
Parse = Callable[[str], Any]


@dataclass(frozen=True)
class Reference(Column):
    """A column that names a thing, or several, by key; the value becomes an id, or ids."""

    noun: str = ""
    many: bool = False


def _limited(text: str, longest: int) -> str:
    if len(text) > longest:
        raise BadValue(f"is too long: {len(text)} characters, at most {longest} fit")
    return text


def _line(longest: int) -> Parse:
    return lambda cell: _limited(_BREAKS.sub(" ", clean(cell)), longest)


def text(name: str, longest: int = 300, **options: Any) -> Column:
    """One line of text."""
    return Column(name, _line(longest), **options)


def long_text(name: str) -> Column:
    """Text of any number of lines."""
    return Column(name, lambda cell: _limited(clean(cell), LONGEST_TEXT))


def _quoted(cell: str) -> str:
    return f"“{cell[:60]}{'…' if len(cell) > 60 else ''}”"


def _word(cell: str, words: frozenset[str], listed: str) -> str:
    if cell not in words:
        raise BadValue(f"{_quoted(cell)} is not one of {listed}")
    return cell


def word(name: str, vocabulary: Iterable[str], also: Iterable[str] = (), **options: Any) -> Column:
    """A word of a vocabulary; `also` are words that are read, but neither offered nor stored."""
    listed = ", ".join(each for each in vocabulary if each)
    words = frozenset(vocabulary) | frozenset(also)
    return Column(name, lambda cell: _word(cell, words, listed), **options)


def words(name: str, vocabulary: Iterable[str], **options: Any) -> Column:
    """Words of a vocabulary, separated by `;`."""
    listed = ", ".join(vocabulary)
    known = frozenset(vocabulary)
    return listing(name, lambda cell: _word(cell, known, listed), **options)


def listing(name: str, parse: Parse, **options: Any) -> Column:
    """Several values, separated by `;`, each once."""
    return Column(name, lambda cell: _items(cell, parse), ";".join, empty=(), **options)


def _items(cell: str, parse: Parse) -> tuple[Any, ...]:
    items = tuple(parse(part) for item in cell.split(";") if (part := item.strip()))
    for item in items:
        if items.count(item) > 1:
            raise BadValue(f"{_quoted(str(item))} is listed twice")
    return items


def key(name: str, longest: int = 120) -> Column:
    """The key of a thing, which is its address too."""
    return Column(name, lambda cell: _key(cell, longest), key=True, required=True)


def _key(cell: str, longest: int) -> str:
    if not _KEY.fullmatch(cell):
        raise BadValue(f"{_quoted(cell)} is no key: small letters a-z, digits and hyphens only")
    if cell == "new":
        raise BadValue("“new” is reserved")
    return _limited(cell, longest)


def slug_word(name: str, **options: Any) -> Column:
    """A word like a key, of no fixed vocabulary."""
    return Column(name, lambda cell: _key(cell, 80), **options)


def partial_date(name: str, **options: Any) -> Column:
    """A date known to the day, month or year."""
    return Column(name, _partial_date, **options)


def _partial_date(cell: str) -> str:
    try:
        first_day(cell)
    except BadDate as error:
        raise BadValue(
            f"{_quoted(cell)} is no date: YYYY-MM-DD, YYYY-MM or YYYY (from 1900 to 2199)"
        ) from error
    return cell


def clock(name: str) -> Column:
    """A time of day."""
    return Column(name, _clock, lambda value: f"{value:%H:%M}")


def _clock(cell: str) -> time:
    try:
        return parse_clock(cell)
    except BadDate as error:
        raise BadValue(f"{_quoted(cell)} is no time of day: HH:MM") from error


def zone(name: str) -> Column:
    """An IANA time zone."""
    return Column(name, _zone)


def _zone(cell: str) -> str:
    if cell not in zone_names():
        raise BadValue(f"{_quoted(cell)} is no time zone like America/Montevideo")
    return cell


def country(name: str, **options: Any) -> Column:
    """An ISO 3166 alpha-2 code."""
    return Column(name, _country, **options)


def _country(cell: str) -> str:
    if not is_country(cell):
        raise BadValue(f"{_quoted(cell)} is no country (ISO 3166, two capital letters)")
    return cell


def whole(name: str, least: int = 0, most: int = _LARGEST) -> Column:
    """A whole number."""
    return Column(name, lambda cell: _whole(cell, least, most))


def _whole(cell: str, least: int, most: int) -> int:
    if not _WHOLE.fullmatch(cell) or not least <= int(cell) <= most:
        raise BadValue(f"{_quoted(cell)} is no whole number from {least} to {most}")
    return int(cell)


def decimal(name: str, least: float = 0, most: float = 1e15, **options: Any) -> Column:
    """A number, with a decimal point if need be."""
    return Column(name, lambda cell: _decimal(cell, least, most), write_decimal, **options)


def _decimal(cell: str, least: float, most: float) -> float:
    if not _DECIMAL.fullmatch(cell):
        raise BadValue(f"{_quoted(cell)} is no number")
    number = float(cell)
    if not math.isfinite(number) or not least <= number <= most:
        raise BadValue(f"{_quoted(cell)} is not from {least:g} to {most:g}")
    return number + 0.0


def write_decimal(number: float) -> str:
    """The shortest text that reads as the same number."""
    return str(int(number)) if number == int(number) else repr(float(number))


def yes_no(name: str, **options: Any) -> Column:
    """`yes` or `no`."""
    return Column(name, _yes_no, lambda value: "yes" if value else "no", **options)


def _yes_no(cell: str) -> bool:
    if cell not in ("yes", "no"):
        raise BadValue(f"{_quoted(cell)} is neither yes nor no")
    return cell == "yes"


def link(name: str) -> Column:
    """The address of a page."""
    return Column(name, _link)


def _link(cell: str) -> str:
    try:
        parts = urlsplit(cell)
        good = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or any(character.isspace() for character in cell):
        raise BadValue(f"{_quoted(cell)} is no address that starts with http:// or https://")
    return _limited(clean(cell), 500)


def email(cell: str) -> str:
    """An e-mail address, in lower case; raises BadValue."""
    cell = clean(cell).lower()
    if not _EMAIL.fullmatch(cell):
        raise BadValue(f"{_quoted(cell)} is no e-mail address")
    return _limited(cell, 254)


def domains(name: str) -> Column:
    """Domain names, stored as they are listed."""
    return Column(name, lambda cell: _limited(";".join(_items(cell, _domain)), 500))


def _domain(cell: str) -> str:
    cell = cell.lower()
    if not _DOMAIN.fullmatch(cell):
        raise BadValue(f"{_quoted(cell)} is no domain name")
    return cell


def languages(name: str) -> Column:
    """Language codes, stored as they are listed."""
    return Column(name, lambda cell: _limited(";".join(_items(cell, _language)), 80))


def _language(cell: str) -> str:
    if not _LANGUAGE.fullmatch(cell):
        raise BadValue(f"{_quoted(cell)} is no language code like es")
    return cell


def currency(name: str) -> Column:
    """An ISO 4217 code."""
    return Column(name, _currency)


def _currency(cell: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", cell):
        raise BadValue(f"{_quoted(cell)} is no currency (ISO 4217, three capital letters)")
    return cell


def refers(name: str, noun: str, attribute: str, **options: Any) -> Reference:
    """The key of another thing."""
    return Reference(name, _line(200), attribute=attribute, noun=noun, **options)


def refers_to_many(name: str, noun: str, attribute: str) -> Reference:
    """The keys of other things, in their order."""
    return Reference(
        name, lambda cell: _items(cell, _line(200)), ";".join, attribute, empty=(), noun=noun,
        many=True,
    )  # fmt: skip


def or_none(column: Column) -> Column:
    """The column, where `-` too may be said: known to be none, not to be filled in."""
    parse = column.parse
    options = {**vars(column), "parse": lambda cell: NONE if cell == NONE else parse(cell)}
    return type(column)(**options)


def provenance() -> tuple[Column, ...]:
    """What every file accepts."""
    return long_text("source"), word("confidence", CONFIDENCES), long_text("notes")
