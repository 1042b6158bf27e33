"""A report as PDF/UA: texts and figures laid out by typst, whose template is report.typ."""

import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, is_dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_TEMPLATE = Path(__file__).with_name("report.typ")
_FONTS = Path(__file__).parent.parent / "static" / "vendor" / "fonts"
_REPLACEMENT = "\ufffd"
_LATIN_END = "\u024f"
_PROBE = b"""#set document(title: "?")
#set text(font: json(bytes(sys.inputs.fonts)))
#sys.inputs.text"""


@dataclass(frozen=True)
class Card:
    """A measure: its figure as text, and how it changed; `down` colors the change."""

    title: str
    text: str
    note: str = ""
    change: str = ""
    down: bool = False


@dataclass(frozen=True)
class Column:
    """A column's heading; `kind` is text, short (as wide as its texts), number, bar or heat."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Cell:
    """A cell with more to it than a text.

    `dark` and `pale` are shares of the widest bar, 0 to 1; `tone` is blank, gap, little, most or all.
    """

    text: str = ""
    detail: str = ""
    link: str = ""
    dark: float | None = None
    pale: float | None = None
    tone: str = ""


@dataclass(frozen=True)
class Series:
    """One row of bars: shares of the chart's height, 0 to 1, and what is written over them."""

    text: str
    shares: Sequence[float | None]
    texts: Sequence[str]


@dataclass(frozen=True)
class Chart:
    """Bars over time, side by side or stacked; `ticks` are (share of the height, text)."""

    labels: Sequence[str]
    series: Sequence[Series]
    ticks: Sequence[tuple[float, str]]
    alt: str
    stacked: bool = False


@dataclass(frozen=True)
class Section:
    """One table under its heading: with a chart before it, its legend, and what is to be said."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str | Cell]]
    legend: Sequence[str] = ()
    chart: Chart | None = None
    notes: Sequence[str] = ()
    wide: bool = False


@dataclass(frozen=True)
class Document:
    """Everything on paper, in the reader's language.

    `empty` is said where nothing is recorded; `page_of` is a text with `{page}` and `{pages}` in it; `unprintable` is said where characters
    had to be replaced, because none of the fonts has them.
    """

    language: str
    title: str
    facts: Sequence[str]
    generated: str
    created: datetime
    cards: Sequence[Card]
    sections: Sequence[Section]
    empty: str
    method_title: str
    method: Sequence[str]
    page_of: str
    unprintable: str


def write_pdf(document: Document) -> bytes:
    """The document as PDF/UA-1; the same document gives the same bytes."""
    found: bytes = _compile(
        document, format="pdf", pdf_standards=["ua-1"], timestamp=document.created
    )
    return found


def write_pictures(document: Document) -> list[bytes]:
    """The pages of the document as PNG, to look at."""
    found = _compile(document, format="png", ppi=110.0, timestamp=document.created)
    return found if isinstance(found, list) else [found]


def _compile(document: Document, **options: Any) -> Any:
    # Slow to import, and only ever needed here.
    import typst  # noqa: PLC0415

    # One character may be in a font, yet not together with the marks that follow it: PDF/UA
    # refuses gaps, and no text may keep a report from being printed.
    *attempts, last = _each_character, _each_text, _latin
    for printable in attempts:
        try:
            return typst.compile(**_inputs(document, printable), **options)
        except typst.TypstError:
            continue
    return typst.compile(**_inputs(document, last), **options)


def _inputs(document: Document, printable: Callable[[str], str]) -> dict[str, Any]:
    data = _plain(replace(document, unprintable=""), printable)
    if _REPLACEMENT in json.dumps(data, ensure_ascii=False):
        data["unprintable"] = _each_character(document.unprintable)
    fonts, families = _fonts()
    inputs = {"data": json.dumps(data | {"fonts": families})}
    return {"input": _TEMPLATE.read_bytes(), "font_paths": fonts, "sys_inputs": inputs}


def _plain(value: Any, printable: Callable[[str], str]) -> Any:
    """A value as JSON holds it, its texts made printable."""
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else printable(value)
    if isinstance(value, (list, tuple)):
        return [_plain(each, printable) for each in value]
    if isinstance(value, datetime):
        return [value.year, value.month, value.day]
    if is_dataclass(value):
        return {name: _plain(each, printable) for name, each in vars(value).items()}
    return value


@cache
def _fonts() -> tuple[Any, list[str]]:
    """The fonts to print with, and the families of those made by the asset build, main one first.

    What they lack is looked for in the fonts inside typst; those of a machine would make the same
    report look different there.
    """
    import typst  # noqa: PLC0415

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[_FONTS])
    return fonts, sorted(name for name in fonts.families() if name.startswith("Inter"))


def _each_character(text: str) -> str:
    """A text whose characters are each in one of the fonts."""
    return "".join(map(_character, text))


def _each_text(text: str) -> str:
    """A text that can be printed by itself; else what is Latin in it."""
    shown = _each_character(text)
    return shown if _can_print(shown) else _latin(text)


def _latin(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    shown = (each if each <= _LATIN_END else _REPLACEMENT for each in composed)
    return _each_character("".join(shown))


@lru_cache(maxsize=20_000)
def _character(character: str) -> str:
    if character <= _LATIN_END and character.isprintable():
        return character
    return character if _can_print(character) else _REPLACEMENT


def _can_print(text: str) -> bool:
    import typst  # noqa: PLC0415

    fonts, families = _fonts()
    try:
        typst.compile(
            _PROBE,
            font_paths=fonts,
            sys_inputs={"text": text, "fonts": json.dumps(families)},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError:
        return False
    return True
