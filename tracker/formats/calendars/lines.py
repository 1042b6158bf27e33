"""Content lines of iCalendar as others write them (RFC 5545, 3.1; RFC 6868): unfolded and parsed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from icalendar.parser import Contentline, split_on_unescaped_comma

# Longer values are cut: nobody reads so much, and pictures inside a line can be larger still.
LONGEST_LINE = 200_000  # octets
_NAME = re.compile(rb"[ \t]*([A-Za-z0-9-]+)[;:]")
# Outlook's zone names hold colons, and not every program quotes them.
_DATES_WITH_ZONE = re.compile(
    r";TZID=([^\";]*):(\d{8}(?:T\d{4,6}Z?)?(?:[,/][0-9TZPWDHMS]+)*)\s*", re.IGNORECASE
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RawLine:
    """An unfolded line: its number in the file, its name in capitals, whether its end was cut off."""

    number: int
    name: str
    octets: bytes
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A property: parameters by their names in capitals; the value as written."""

    name: str
    params: dict[str, str]
    value: str
    cut: bool = False

    @property
    def text(self) -> str:
        """The value of a TEXT property, unescaped."""
        return unescape(self.value)

    @property
    def texts(self) -> list[str]:
        """The values of a list of TEXTs."""
        return split_on_unescaped_comma(self.value)


def unfold(content: bytes) -> Iterator[RawLine]:
    """The lines of a file, folds undone before anything is decoded: some fold inside a character.

    `name` is empty for what is no content line.
    """
    number, pieces, size = 0, [b""], 0
    for count, octets in enumerate(content.splitlines(), start=1):
        if octets[:1] in (b" ", b"\t"):
            if size <= LONGEST_LINE:
                pieces.append(octets[1:])
                size += len(octets)
            continue
        if not octets.strip():
            continue
        if number:
            yield _raw_line(number, b"".join(pieces))
        number, pieces, size = count, [octets], len(octets)
    if number:
        yield _raw_line(number, b"".join(pieces))


def _raw_line(number: int, octets: bytes) -> RawLine:
    found = _NAME.match(octets)
    name = found[1].decode().upper() if found else ""
    return RawLine(number, name, octets[:LONGEST_LINE], len(octets) > LONGEST_LINE)


def decode(octets: bytes) -> str:
    """Text in UTF-8, else in Windows-1252; of a character that was cut off nothing stays."""
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.end >= LONGEST_LINE:
            return octets[: error.start].decode()
        return octets.decode("cp1252", errors="replace")


def parse_line(raw: RawLine) -> Line:
    """The name, parameters and value of a line. Raises ValueError where they cannot be told apart."""
    text = decode(raw.octets).lstrip(" \t")
    end = len(raw.name)
    if text[end] == ":":  # most lines have no parameters, and there are very many
        return Line(raw.name, {}, text[end + 1 :], raw.cut)
    if found := _DATES_WITH_ZONE.fullmatch(text, end):
        return Line(raw.name, {"TZID": found[1]}, found[2], raw.cut)
    _, params, value = Contentline(text).raw_parts()  # type: ignore[no-untyped-call]
    texts = {
        name: given if isinstance(given, str) else ",".join(given) for name, given in params.items()
    }
    return Line(raw.name, texts, value, raw.cut)


def unescape(value: str) -> str:
    """A TEXT value without its escapes (RFC 5545, 3.3.11)."""
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
