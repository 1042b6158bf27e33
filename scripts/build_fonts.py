"""Make the fonts of PDFs from those of pages: typst reads neither WOFF2 nor one font in pieces."""

import importlib
import importlib.util
from pathlib import Path
from typing import Any

from scripts.install import ROOT, install

FILES = ROOT / "node_modules" / "@fontsource-variable" / "inter" / "files"
# The family of each piece, by its name in npm's package.
FAMILIES = {
    "latin": "Inter",
    "latin-ext": "Inter Latin Extended",
    "vietnamese": "Inter Vietnamese",
    "greek": "Inter Greek",
    "greek-ext": "Inter Greek Extended",
    "cyrillic": "Inter Cyrillic",
    "cyrillic-ext": "Inter Cyrillic Extended",
}
WEIGHTS = {"Regular": 400, "SemiBold": 600}
FAMILY, SUBFAMILY, UNIQUE, FULL, POSTSCRIPT = 1, 2, 3, 4, 6
TYPOGRAPHIC = (16, 17, 21, 22, 25)


def build_fonts(folder: Path) -> None:
    """Write each piece of Inter in each weight to a folder, as TrueType."""
    _bring_tools()
    folder.mkdir(parents=True, exist_ok=True)
    for piece, family in FAMILIES.items():
        for style, weight in WEIGHTS.items():
            font = _static(FILES / f"inter-{piece}-wght-normal.woff2", weight)
            _name(font, family, style)
            font.save(folder / f"inter-{piece}-{style.lower()}.ttf")


def _bring_tools() -> None:
    if importlib.util.find_spec("fontTools") is None:
        install([ROOT / "requirements-assets.txt"])
        importlib.invalidate_caches()


def _static(source: Path, weight: int) -> Any:
    """One weight of a variable font."""
    # They are installed on the first build, after this module was read.
    from fontTools.ttLib import TTFont  # noqa: PLC0415
    from fontTools.varLib.instancer import instantiateVariableFont  # noqa: PLC0415

    # The time a font was made is left as it is, so that two builds give the same bytes.
    font = instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": weight})
    font.flavor = None
    return font


def _name(font: Any, family: str, style: str) -> None:
    names = font["name"]
    for kind in TYPOGRAPHIC:
        names.removeNames(nameID=kind)
    postscript = f"{family.replace(' ', '')}-{style}"
    for kind, text in (
        (FAMILY, family),
        (SUBFAMILY, style),
        (UNIQUE, postscript),
        (FULL, f"{family} {style}"),
        (POSTSCRIPT, postscript),
    ):
        names.setName(text, kind, 3, 1, 0x409)
    font["OS/2"].usWeightClass = WEIGHTS[style]
