"""The message catalogs: where they are, and how the texts of code and templates are collected."""

import subprocess
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from scripts.install import ROOT

LANGUAGES = ("es", "pt")
FOLDER = ROOT / "tracker" / "translations"
# Beyond pybabel's own (gettext, ngettext, pgettext, npgettext, _), the lazy ones and our short names.
KEYWORDS = (
    "_l",
    "_n:1,2",
    "_p:1c,2",
    "_lp:1c,2",
    "lazy_gettext",
    "lazy_ngettext:1,2",
    "lazy_pgettext:1c,2",
    "lazy_npgettext:1c,2,3",
)


def catalog_path(language: str) -> Path:
    """Return the catalog of a language."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def extract(target: Path) -> None:
    """Write every text marked for translation to `target`, a .pot file."""
    keywords = [part for word in KEYWORDS for part in ("-k", word)]
    roots = [name for name in ("tracker", "templates") if (ROOT / name).is_dir()]
    options = ["-F", "pyproject.toml", "--no-location", *keywords]
    pybabel = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract"]
    subprocess.run([*pybabel, *options, "-o", str(target), *roots], cwd=ROOT, check=True)


def read(path: Path, language: str | None = None) -> Catalog:
    """Return a catalog or template as Babel reads it."""
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)
