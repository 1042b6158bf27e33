"""A report as PDF/UA: texts and figures laid out by typst, whose template is report.typ."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, is_dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_TEMPLATE = Path(__file__).with_name("report.typ")
_FONTS = Path(__file__).parent.parent / "static" / "vendor" / "fonts"
_REPLACEMENT = "\ufffd"
_LATIN_END = "\u024f"
_GLYPH_PROBE = b'#set document(title: "?")\n#set text(font: "Inter")\n#sys.inputs.text'


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

    data = _printable(replace(document, unprintable=""))
    if _REPLACEMENT in json.dumps(data, ensure_ascii=False):
        data["unprintable"] = _printable(document.unprintable)
    return typst.compile(
        _TEMPLATE.read_bytes(),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data)},
        **options,
    )


def _printable(value: Any) -> Any:
    """A value as JSON holds it, with no character in its texts that cannot be printed."""
    if isinstance(value, str):
        plain = value.isascii() and value.isprintable()
        return value if plain else "".join(map(_shown, value))
    if isinstance(value, (list, tuple)):
        return [_printable(each) for each in value]
    if isinstance(value, datetime):
        return [value.year, value.month, value.day]
    if is_dataclass(value):
        return {name: _printable(each) for name, each in vars(value).items()}
    return value


@cache
def _fonts() -> Any:
    """The fonts made by the asset build, and those inside typst for what they lack."""
    import typst  # noqa: PLC0415

    # What else a machine has would make the same report look different there.
    return typst.Fonts(include_system_fonts=False, font_paths=[_FONTS])


@lru_cache(maxsize=20_000)
def _shown(character: str) -> str:
    """A character, or the replacement character where no font has it: PDF/UA refuses gaps."""
    if character <= _LATIN_END and character.isprintable():
        return character
    import typst  # noqa: PLC0415

    try:
        typst.compile(
            _GLYPH_PROBE,
            font_paths=_fonts(),
            sys_inputs={"text": character},
            pdf_standards=["ua-1"],
        )
    except RuntimeError:
        return _REPLACEMENT
    return character
